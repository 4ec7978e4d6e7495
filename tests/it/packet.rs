//! The sign-off packet of the samples: the decision, the contract of its JSON, its files, and the same bytes twice.

use serde_json::Value;

use crate::support::{MOBILE_BETA, ROLLBACK, Scratch, check, files, pdf_text};

#[test]
fn the_good_beta_is_go_and_says_what_it_rests_on() {
    let (scratch, run) = &*MOBILE_BETA;
    let packet = scratch.json("packet/signoff.json");
    assert_eq!(packet["decision"]["call"], "GO");
    crate::bad_input::every_query_runs(&packet);
    assert!(run.out().contains(" GO ") && run.out().contains("none rests on a waiver"), "{}", run.out());
    for item in ["M1", "M4", "M5", "S9.4", "R5"] {
        assert_eq!(check(&packet, item)["verdict"], "pass", "{item}");
    }
    assert_eq!(check(&packet, "S5.9")["verdict"], "waived");
    assert_eq!(check(&packet, "S5.9")["judged"], "no-data");
    let summary = run.out();
    assert!(summary.lines().count() <= 24, "the summary fits a screen:\n{summary}");
    assert!(summary.lines().all(|l| l.chars().count() <= 100), "{summary}");
}

#[test]
fn the_leak_is_no_go_for_the_leak() {
    let (scratch, _) = &*ROLLBACK;
    let packet = scratch.json("packet/signoff.json");
    assert_eq!(packet["decision"]["call"], "NO-GO");
    assert_eq!(packet["decision"]["because"][0]["check"], "r2_tenant_leak");
    let fails = |v: &&Value| v["effect"] == "trigger" && v["verdict"] == "fail";
    let fired: Vec<&Value> = packet["checks"].as_array().expect("checks").iter().filter(fails).collect();
    assert_eq!(fired.len(), 1, "only the leak fired");
}

#[test]
fn evidence_that_ends_early_is_not_yet() {
    let scratch = Scratch::sample("mobile-beta");
    for file in files(scratch.path()).iter().filter(|f| f.to_string_lossy().contains("2026-09-11")) {
        std::fs::remove_file(scratch.path().join(file)).expect("removed");
    }
    scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(11);
    let packet = scratch.json("packet/signoff.json");
    assert_eq!(check(&packet, "R2")["verdict"], "no-data", "a leak on the missing day cannot be excluded");
    let leads = packet["decision"]["because"].to_string();
    assert!(leads.contains("The beta is not over."), "{leads}");
}

#[test]
fn the_json_keeps_its_contract() {
    let (scratch, _) = &*MOBILE_BETA;
    let packet = scratch.json("packet/signoff.json");
    assert_eq!(packet["schema"], "cutover/signoff/1");
    for key in ["decision", "items", "checks", "coverage", "counts"] {
        assert!(!packet[key].is_null(), "{key}");
    }
    let runbook = scratch.text("docs/CUTOVER_MOBILE.md");
    let lines: Vec<&str> = runbook.lines().collect();
    let mut before = 0;
    for item in packet["items"].as_array().expect("items") {
        let (text, line) = (item["text"].as_str().expect("text"), item["line"].as_u64().expect("line"));
        assert!(lines[line as usize - 1].contains(text), "line {line} holds {text:?} to the letter");
        assert!(line >= before, "items stand in the order of the runbook");
        before = line;
        for key in ["section", "verdict", "reason", "checks"] {
            assert!(!item[key].is_null(), "{key} of {text}");
        }
    }
    for check in packet["checks"].as_array().expect("checks") {
        for key in ["id", "item", "verdict", "sentence", "figures", "evidence"] {
            assert!(!check[key].is_null(), "{key} of {check}");
        }
    }
}

/// Every number has an address: evidence id → file of rows → lines of raw files, each with its hash.
#[test]
fn a_failed_check_leads_to_its_raw_lines() {
    let (scratch, _) = &*ROLLBACK;
    let packet = scratch.json("packet/signoff.json");
    let id = &check(&packet, "R2")["evidence"][0];
    let rows = packet["evidence"].as_array().expect("evidence");
    let row = rows.iter().find(|r| r["id"] == *id).expect("the evidence id is in the register");
    let table = scratch.json(&format!("packet/{}", row["file"].as_str().expect("a file")));
    assert_eq!(table["rows"].as_array().map(Vec::len), row["rows"].as_u64().map(|n| n as usize));
    let column =
        |name: &str| table["columns"].as_array().expect("columns").iter().position(|c| c == name).expect("column");
    let (file, line) = (&table["rows"][0][column("file")], &table["rows"][0][column("line")]);
    let cited = scratch.json("packet/evidence/lines.json");
    let raw = cited.as_array().expect("lines").iter().find(|l| l["file"] == *file && l["line"] == *line);
    let text = raw.expect("the raw line is cited")["text"].as_str().expect("its text").to_owned();
    assert!(text.contains("/api/positions"), "{text}");
    assert!(!text.contains("usr_"), "users are pseudonyms in cited lines, too: {text}");
    let manifest = scratch.json("packet/manifest.json");
    let hashed =
        manifest["sources"].as_array().expect("sources").iter().any(|s| s["file"] == *file && s["sha256"].is_string());
    assert!(hashed, "the raw file's hash stands in the manifest");
}

#[test]
fn the_same_evidence_gives_the_same_bytes() {
    let (first, _) = &*MOBILE_BETA;
    let second = Scratch::sample("mobile-beta");
    second.run(&["signoff", "--quiet", "--out", "packet"]).ends(0);
    let names = files(&first.path().join("packet"));
    assert!(names.iter().any(|n| n.ends_with("signoff.pdf")) && names.len() > 50);
    assert_eq!(names, files(&second.path().join("packet")));
    for name in &names {
        let path = format!("packet/{}", name.display());
        assert!(first.read(&path) == second.read(&path), "{path} differs between two runs");
    }
    // Again over the kept evidence, without reading a source.
    second.run(&["signoff", "--quiet", "--offline", "--out", "again"]).ends(0);
    assert!(second.read("packet/signoff.pdf") == second.read("again/signoff.pdf"));
}

#[test]
fn the_pdf_says_what_the_json_says() {
    let (scratch, _) = &*ROLLBACK;
    let Some(text) = pdf_text(&scratch.path().join("packet/signoff.pdf")) else { return };
    let first = text.split('\u{c}').next().unwrap_or_default();
    for words in ["NO-GO", "FIRED", "Signature", "Rollback triggers", "Missing, and who owes it"] {
        assert!(first.contains(words), "page 1 has {words:?}:\n{first}");
    }
    let markdown = scratch.text("packet/signoff.md");
    for heading in [
        "Scope",
        "Checklist matrix",
        "Safe-operator controls",
        "Feedback",
        "Evidence register",
        "Coverage ledger",
        "Glossary",
    ] {
        assert!(text.contains(heading), "the PDF has {heading}");
        assert!(markdown.contains(heading), "the Markdown has {heading}");
    }
    for chart in scratch.json("packet/manifest.json")["files"].as_array().expect("files") {
        let path = chart["path"].as_str().expect("a path");
        if path.starts_with("charts/") {
            assert!(markdown.contains(path), "the Markdown shows {path}");
        }
    }
}

#[test]
fn verify_accepts_an_untouched_packet_and_names_what_was_changed() {
    let (first, _) = &*ROLLBACK;
    let scratch = Scratch::empty();
    for name in files(&first.path().join("packet")) {
        let path = format!("packet/{}", name.display());
        scratch.write(&path, first.read(&path));
    }
    assert!(scratch.run(&["verify", "packet"]).ends(0).out().contains("as they were written"));
    let json = scratch.text("packet/signoff.json").replace("NO-GO", "GO");
    scratch.write("packet/signoff.json", json);
    std::fs::remove_file(scratch.path().join("packet/signoff.md")).expect("removed");
    let run = scratch.run(&["verify", "packet"]).ends(5);
    assert!(
        run.err().contains("signoff.json was changed") && run.err().contains("signoff.md cannot be read"),
        "{}",
        run.err()
    );
    scratch.run(&["verify", "."]).ends(5);
}

#[test]
fn a_packet_replaces_a_packet_and_nothing_else() {
    let scratch = Scratch::sample("rollback");
    scratch.write("mine/notes.txt", "do not lose me");
    let run = scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "mine"]).ends(2);
    assert!(run.err().contains("not of a packet"), "{}", run.err());
    assert_eq!(scratch.text("mine/notes.txt"), "do not lose me");
    scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(10);
    scratch.write("packet/minutes.txt", "written beside it");
    scratch.run(&["signoff", "--quiet", "--offline", "--format", "md", "--out", "packet"]).ends(10);
    assert_eq!(scratch.text("packet/minutes.txt"), "written beside it");
    assert!(scratch.path().join("packet/signoff.md").exists());
    scratch.run(&["verify", "packet"]).ends(0);
    let left: Vec<_> =
        files(scratch.path()).into_iter().filter(|f| f.to_string_lossy().contains(".cutover-")).collect();
    assert!(left.is_empty(), "nothing half-written stays: {left:?}");
}

#[test]
fn the_patch_applies_to_the_documents_and_changes_nothing_else() {
    let (first, _) = &*MOBILE_BETA;
    let scratch = Scratch::empty();
    for document in ["ROADMAP.md", "OPERATIONS.md"] {
        scratch.write(&format!("docs/{document}"), first.read(&format!("docs/{document}")));
    }
    scratch.write("docs.patch", first.read("packet/docs.patch"));
    let git = |args: &[&str]| {
        let run = std::process::Command::new("git").args(args).current_dir(scratch.path()).output().expect("git");
        assert!(run.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&run.stderr));
    };
    git(&["init", "-q"]);
    git(&["apply", "docs.patch"]);
    for (document, words) in [("ROADMAP.md", "- [x] Mobile internal beta"), ("OPERATIONS.md", "Complete")] {
        let name = format!("docs/{document}");
        let (before, after) = (first.text(&name), scratch.text(&name));
        assert!(after.contains(words), "{after}");
        // Beside its row, OPERATIONS gets a block that names the packet; all other lines are as they were.
        let kept = before.lines().filter(|line| !after.lines().any(|l| l == *line)).count();
        assert!((1..=2).contains(&kept), "{document}: {kept} lines changed");
        let added = after.lines().count() - before.lines().count();
        assert_eq!(added, if document == "ROADMAP.md" { 0 } else { 6 }, "{after}");
    }
    let id = first.json("packet/signoff.json")["packet"]["packet_id"].as_str().expect("an id").to_owned();
    assert!(scratch.text("docs/OPERATIONS.md").contains(&format!("packet `{id}`")));
}
