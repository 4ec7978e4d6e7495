//! Bad input becomes a counted gap or a clear error; nothing good is lost and nothing panics.

use std::io::Write;

use serde_json::Value;

use crate::support::{SMALL, Scratch, check, coverage, line, small};

fn packet(scratch: &Scratch) -> Value {
    scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(11);
    scratch.json("packet/signoff.json")
}

fn lines(n: u32) -> String {
    (0..n)
        .map(|at| line(&format!("2026-05-02T{:02}:{:02}:00Z", at / 60, at % 60), &format!("id-{at}")) + "\n")
        .collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).expect("in memory");
    gzip.finish().expect("in memory")
}

#[test]
fn nothing_at_all_is_never_green() {
    let scratch = small("");
    let packet = packet(&scratch);
    assert_eq!(packet["decision"]["call"], "NOT YET");
    let passed: Vec<&Value> = packet["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .filter(|c| c["verdict"] == "pass" || c["verdict"] == "waived")
        .map(|c| &c["id"])
        .collect();
    assert!(passed.is_empty(), "passes on no evidence: {passed:?}");
    every_query_runs(&packet);
    assert!(coverage(&packet, "backend")["gaps"][0].as_str().is_some_and(|g| g.contains("empty")));
}

/// A query that the engine refuses judges nothing, which must not go unnoticed in a built-in one.
pub(crate) fn every_query_runs(packet: &Value) {
    for check in packet["checks"].as_array().expect("checks") {
        let sentence = check["sentence"].as_str().unwrap_or_default();
        assert!(!sentence.contains("does not run"), "{}: {sentence}", check["id"]);
    }
}

#[test]
fn a_missing_source_is_a_gap_and_strict_ends_with_3() {
    let scratch = small(lines(10));
    std::fs::remove_file(scratch.path().join("backend.log")).expect("removed");
    let run = scratch.run(&["signoff", "--format", "json", "--out", "packet"]).ends(11);
    assert!(run.err().contains("no file matches `backend*.log*`"), "{}", run.err());
    assert!(run.err().contains("change `paths`"), "a hint: {}", run.err());
    scratch.run(&["signoff", "--strict", "--format", "json", "--out", "packet"]).ends(3);
    assert!(scratch.path().join("packet/signoff.json").exists(), "the packet is there all the same");
    scratch.run(&["collect", "--strict"]).ends(3);
}

#[test]
fn a_gzip_cut_in_half_keeps_what_was_whole_and_is_told() {
    let scratch = small("");
    std::fs::remove_file(scratch.path().join("backend.log")).expect("removed");
    let whole = gzip(&lines(1400));
    scratch.write("backend.log.gz", &whole[..whole.len() / 2]);
    let packet = packet(&scratch);
    let row = coverage(&packet, "backend");
    assert_eq!(row["truncated"], true);
    assert!(row["parsed"].as_u64().is_some_and(|n| n > 100 && n < 1400), "{row}");
    assert_eq!(check(&packet, "R2")["verdict"], "no-data");
}

#[test]
fn broken_lines_cost_only_themselves() {
    let good = lines(300);
    let first = line("2026-05-02T09:00:00Z", "torn");
    let mut log = Vec::new();
    log.extend_from_slice(b"\xEF\xBB\xBF");
    log.extend_from_slice(good.replace('\n', "\r\n").as_bytes());
    writeln!(log, "{}", &first[..first.len() - 40]).expect("in memory"); // torn duplicate of the next line
    writeln!(log, "{first}").expect("in memory");
    writeln!(log, "{{\"hello\":\"world\"}}").expect("in memory"); // junk
    writeln!(log, "{{\"time\":\"2026-05-02T10:00:00Z\",\"req\":{{\"method\":\"GET\"").expect("in memory"); // lost
    log.extend_from_slice(b"{\"time\":\"2026-05-02T10:01:00Z\",\"level\":30,\"msg\":\"bad \xff\xfe bytes\"}\n"); // mended
    let long = line("2026-05-02T10:02:00Z", "long").replace("request completed", &"x".repeat(1 << 20));
    writeln!(log, "{long}").expect("in memory");
    writeln!(log, "{first}").expect("in memory"); // sent again
    let packet = packet(&small(&log));
    let row = coverage(&packet, "backend");
    assert_eq!(row["repeated"], 1, "{row}");
    assert_eq!(row["rejected"], 3, "{row}");
    assert_eq!(row["lost"], 1, "{row}");
    assert_eq!(row["parsed"], 303, "{row}");
    let classes: Vec<&Value> = row["samples"].as_array().expect("samples").iter().map(|s| &s["class"]).collect();
    assert_eq!(classes, ["torn-duplicate", "junk", "lost"]);
    assert!(row["samples"].as_array().expect("samples").iter().all(|s| s["line"].as_u64() > Some(300)));
}

#[test]
fn a_table_without_a_needed_column_says_which() {
    let scratch = small(lines(10));
    let roster = "[[source]]\nname = \"roster\"\ntable = \"testers\"\nkind = \"files\"\npaths = [\"testers.csv\"]\n";
    let feedback = "[[source]]\nname = \"bugs\"\ntable = \"bugs\"\nkind = \"files\"\npaths = [\"bugs.json\"]\n";
    scratch.write("cutover.toml", format!("{SMALL}\n{roster}\n{feedback}"));
    scratch.write("testers.csv", "name,phone\nAda,1\n").write("bugs.json", "[{\"number\": 1, \"title\": \"cut");
    let packet = packet(&scratch);
    let roster = coverage(&packet, "roster").to_string();
    assert!(roster.contains("tester"), "{roster}");
    let bugs = coverage(&packet, "bugs");
    assert!(bugs["gaps"].to_string().contains("bugs.json") || bugs["lost"] != 0, "{bugs}");
    assert_eq!(check(&packet, "F2")["verdict"], "no-data");
    assert_eq!(check(&packet, "G14")["verdict"].as_str().map(|v| v == "pass"), Some(false));
}

#[test]
fn a_mistake_in_the_configuration_is_underlined_with_the_nearest_key() {
    let scratch = small(lines(1));
    scratch.write("cutover.toml", SMALL.replace("runbook ", "runbok "));
    let run = scratch.run(&["signoff"]).ends(2);
    for words in ["cutover.toml:7:1", "runbok", "^^^^^^", "did you mean `runbook`?"] {
        assert!(run.err().contains(words), "{words}:\n{}", run.err());
    }
    for (from, to, words) in [
        ("\"logs\"", "\"log\"", "did you mean `logs`?"),
        ("\"files\"", "\"flies\"", "did you mean `files`?"),
        ("to = \"2026-05-03T00:00:00Z\"", "to = \"2026-05-01T00:00:00Z\"", "ends before it begins"),
        ("RUNBOOK.md", "RUNBOCK.md", "there is no runbook"),
        ("from = \"2026-05-02T00:00:00Z\"", "from = \"yesterday\"", "not a time"),
    ] {
        scratch.write("cutover.toml", SMALL.replacen(from, to, 1));
        let run = scratch.run(&["signoff"]).ends(2);
        assert!(run.err().contains(words) && run.err().contains('^'), "{words}:\n{}", run.err());
    }
    assert!(!scratch.path().join(".cutover").exists(), "nothing was collected");
}

#[test]
fn a_check_file_of_the_team_that_cannot_be_used_says_why() {
    let scratch = small(lines(1));
    scratch.write("cutover.toml", SMALL.replace("[[source]]", "[queries]\ndir = \"ops\"\n\n[[source]]"));
    scratch.write("ops/x1_own.sql", "SELECT 1 AS n FROM logs ORDER BY n");
    let run = scratch.run(&["signoff"]).ends(2);
    assert!(run.err().contains("x1_own.sql") && run.err().contains("header"), "{}", run.err());
    let own = "/*---\ntitle = \"Own\"\nitem = \"X1\"\neffect = \"blocker\"\nproof = \"machine\"\nrule = { kind = \"no_rows\" }\nneeds = [\"logs.api\"]\nunit = \"lines\"\nbad = \"odd lines\"\n---*/\n";
    for (sql, words) in [("DELETE FROM logs", "SELECT"), ("SELECT message AS subject FROM logs", "ORDER BY")] {
        scratch.write("ops/x1_own.sql", format!("{own}{sql}"));
        let run = scratch.run(&["signoff"]).ends(2);
        assert!(run.err().contains(words), "{words}: {}", run.err());
    }
    scratch.write("ops/x1_own.sql", format!("{own}SELECT nope AS subject, '' AS reason FROM logs ORDER BY subject"));
    let packet = packet(&scratch);
    assert_eq!(check(&packet, "X1")["verdict"], "no-data", "a query that does not run judges nothing");
    assert!(check(&packet, "X1")["sentence"].to_string().contains("nope"));
}

#[test]
fn nobody_can_vouch_for_a_check_that_did_not_run() {
    let scratch = small(lines(1));
    let sources = "[queries]\ndir = \"ops\"\n\n[[source]]\nname = \"words\"\ntable = \"attestations\"\nkind = \"files\"\npaths = [\"words.csv\"]\n";
    scratch.write("cutover.toml", format!("{SMALL}\n{sources}"));
    scratch.write("RUNBOOK.md", "## Pre-Flight Gate\n\n- [ ] The owner looked at it\n");
    scratch.write(
        "words.csv",
        "tester,item,result,note,timestamp\nada,The owner looked at it,pass,,2026-05-02T10:00:00Z\n",
    );
    let header = "/*---\ntitle = \"Own\"\nitem = \"X1\"\nline = \"The owner looked at it\"\neffect = \"blocker\"\nproof = \"either\"\nrule = { kind = \"condition\" }\nneeds = [\"attestations\"]\n---*/\n";
    let verdict = |sql: &str| {
        scratch.write("ops/x1_own.sql", format!("{header}{sql} ORDER BY reason"));
        check(&packet(&scratch), "X1")["verdict"].clone()
    };
    assert_eq!(
        verdict("SELECT 0 AS shown, 0 AS bad, 'nothing seen' AS reason FROM attestations"),
        "pass",
        "by the word"
    );
    assert_eq!(verdict("SELECT nope AS shown, 0 AS bad, '' AS reason FROM attestations"), "no-data");
}

#[test]
fn a_second_run_waits_for_nobody() {
    let scratch = small(lines(1));
    scratch.run(&["collect"]).ends(0);
    let lock = std::fs::File::options().append(true).open(scratch.path().join(".cutover/lock")).expect("the lock");
    lock.lock().expect("locked");
    assert!(scratch.run(&["collect"]).ends(7).err().contains("another run"));
}
