//! `cutover docs`: edits of one file, with the exit codes and the bytes that a person gets.

use crate::support::{MOBILE_BETA, ROLLBACK, Run, Scratch, check, files};

const ROADMAP: &str = "\u{feff}---\r\ntitle: Plan\r\n---\r\n# Roadmap\r\n\r\n- [x] One\r\n* [ ] **Mobile** [beta][b] 🎉  \r\n+ [ ] -v is documented\r\n\r\n```\r\n- [ ] Mobile beta 🎉\r\n```\r\n\r\n[b]: http://x.example\r\n\r\n## Later\r\n\r\nold\t \r\n\r\n## Last\r\n";

fn git(scratch: &Scratch, args: &[&str]) {
    let run = std::process::Command::new("git").args(args).current_dir(scratch.path()).output().expect("git");
    assert!(run.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&run.stderr));
}

fn tick(scratch: &Scratch, item: &str, more: &[&str]) -> Run {
    scratch.run(&[&["docs", "tick", "ROADMAP.md", "--item", item][..], more].concat())
}

#[test]
fn an_item_is_ticked_once_and_taken_back() {
    let scratch = Scratch::empty();
    scratch.write("ROADMAP.md", ROADMAP);
    tick(&scratch, "mobile beta 🎉", &["--check"]).ends(12);
    assert_eq!(scratch.text("ROADMAP.md"), ROADMAP);
    tick(&scratch, "mobile beta 🎉", &[]).ends(0);
    let ticked = ROADMAP.replace("* [ ]", "* [x]");
    assert_eq!(scratch.text("ROADMAP.md"), ticked);
    let again = tick(&scratch, "Mobile beta 🎉", &["--line", "7"]).ends(0);
    assert!(again.out().contains("already done"), "{}", again.out());
    tick(&scratch, "mobile beta 🎉", &["--check"]).ends(0);
    assert_eq!(scratch.text("ROADMAP.md"), ticked);
    tick(&scratch, "mobile beta 🎉", &["--revert"]).ends(0);
    assert_eq!(scratch.text("ROADMAP.md"), ROADMAP);
    tick(&scratch, "-v is documented", &[]).ends(0);
    tick(&scratch, "-v is documented", &["--state", "open"]).ends(0);
    assert_eq!(scratch.text("ROADMAP.md"), ROADMAP);
}

#[test]
fn what_is_not_certain_is_refused_with_its_lines() {
    let scratch = Scratch::empty();
    let text = "- [ ] a\n- [ ] b\n- [ ] A\n";
    scratch.write("ROADMAP.md", text);
    for (item, more, says) in [
        ("a", &[][..], "lines 1 and 3"),
        ("b", &["--line", "3"], "line 2, not on line 3"),
        ("c", &[], "no task item reads \"c\""),
    ] {
        let run = tick(&scratch, item, more).ends(12);
        assert!(run.err().contains(says) && run.err().contains("hint: "), "{}", run.err());
        assert_eq!(scratch.text("ROADMAP.md"), text);
    }
    scratch.write("ROADMAP.md", b"- [ ] a\n\xff\n");
    assert!(tick(&scratch, "a", &[]).ends(12).err().contains("line 2: the file is not text in UTF-8"));
    scratch.run(&["docs", "tick", "none.md", "--item", "a"]).ends(2);
    scratch.run(&["docs", "tick", "ROADMAP.md", "--item", "a", "--check", "--diff"]).ends(2);
}

#[test]
fn a_section_is_replaced_and_the_patch_of_it_applies() {
    let scratch = Scratch::empty();
    scratch.write("my docs/ROADMAP.md", ROADMAP).write("body.md", "new\n- list\n");
    let section = |more: &[&str]| {
        let all = ["docs", "section", "my docs/ROADMAP.md", "--heading", "later", "--body-file", "body.md"];
        scratch.run(&[&all[..], more].concat())
    };
    let patch = section(&["--diff"]).ends(0).out();
    assert_eq!(scratch.text("my docs/ROADMAP.md"), ROADMAP);
    section(&["--check"]).ends(12);
    section(&[]).ends(0);
    let expected = ROADMAP.replace("\r\nold\t \r\n\r\n", "new\r\n- list\r\n");
    assert_eq!(scratch.text("my docs/ROADMAP.md"), expected);
    assert!(section(&["--diff"]).ends(0).out().is_empty());
    assert!(section(&[]).ends(0).out().contains("already done"));
    scratch.write("my docs/ROADMAP.md", ROADMAP).write("docs.patch", &patch);
    git(&scratch, &["init", "-q"]);
    git(&scratch, &["apply", "docs.patch"]);
    assert_eq!(scratch.text("my docs/ROADMAP.md"), expected);
    let run = scratch
        .run_with(&["docs", "section", "my docs/ROADMAP.md", "--heading", "Later", "--body-file", "-"], "# Top\n");
    assert!(run.ends(12).err().contains("line 1 of the body is a heading"));
    section(&["--revert"]).ends(2);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let scratch = Scratch::empty();
    scratch.write("deep/real.md", "- [ ] a\n");
    let real = scratch.path().join("deep/real.md");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink("deep/real.md", scratch.path().join("ROADMAP.md")).expect("a link");
    assert!(tick(&scratch, "a", &["--diff"]).ends(0).out().starts_with("--- a/deep/real.md\n"));
    tick(&scratch, "a", &[]).ends(0);
    assert_eq!(scratch.text("deep/real.md"), "- [x] a\n");
    assert!(scratch.path().join("ROADMAP.md").symlink_metadata().expect("a link").is_symlink());
    assert_eq!(std::fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);
    let left = std::fs::read_dir(scratch.path().join("deep")).expect("a folder").count();
    assert_eq!(left, 1, "nothing half-written stays");
}

/// The sample whose beta is a GO, with its packet in `reports/`.
fn signed_off() -> Scratch {
    let scratch = Scratch::sample("mobile-beta");
    let (packet, _) = &*MOBILE_BETA;
    for file in files(&packet.path().join("packet")) {
        let file = file.to_string_lossy();
        scratch.write(&format!("reports/signoff-3/{file}"), packet.read(&format!("packet/{file}")));
    }
    scratch
}

fn documents(scratch: &Scratch) -> (Vec<u8>, Vec<u8>) {
    (scratch.read("docs/ROADMAP.md"), scratch.read("docs/OPERATIONS.md"))
}

#[test]
fn a_go_is_written_into_the_documents_once_and_taken_back_to_the_byte() {
    let scratch = signed_off();
    let before = documents(&scratch);
    let patch = scratch.run(&["docs"]).ends(0).out();
    assert_eq!(patch, scratch.text("reports/signoff-3/docs.patch"), "the packet holds the same edits");
    scratch.run(&["docs", "--check"]).ends(12);
    assert_eq!(documents(&scratch), before);
    assert!(scratch.run(&["docs", "--revert"]).ends(12).err().contains("tells of no edit"));
    scratch.run(&["docs", "--apply"]).ends(0);
    let after = documents(&scratch);
    let roadmap =
        String::from_utf8_lossy(&before.0).replace("- [ ] Mobile internal beta", "- [x] Mobile internal beta");
    let roadmap =
        roadmap.replace("| Mobile internal beta | mobile | In progress |", "| Mobile internal beta | mobile | Done |");
    assert_eq!(scratch.text("docs/ROADMAP.md"), roadmap);
    let packet = scratch.json("reports/signoff-3/signoff.json");
    let operations = scratch.text("docs/OPERATIONS.md");
    for part in ["packet_id", "packet_sha256"] {
        assert!(operations.contains(packet["packet"][part].as_str().expect(part)), "{part}: {operations}");
    }
    let again = scratch.run(&["docs", "--apply"]).ends(0);
    assert!(again.out().contains("already done"), "{}", again.out());
    scratch.run(&["docs", "--check"]).ends(0);
    assert!(scratch.run(&["docs", "--diff"]).ends(0).out().is_empty());
    assert_eq!(documents(&scratch), after);
    scratch.run(&["docs", "--revert"]).ends(0);
    assert_eq!(documents(&scratch), before);
    assert!(scratch.run(&["docs", "--revert"]).ends(0).out().contains("taken back already"));
    scratch.run(&["docs", "--apply", "--packet", "reports/signoff-3"]).ends(0);
    scratch.write("docs/OPERATIONS.md", [&after.1[..], b"\nmore\n"].concat());
    let run = scratch.run(&["docs", "--revert"]).ends(12);
    assert!(run.err().contains("changed after the edit") && run.err().contains("OPERATIONS.md"), "{}", run.err());
    assert_eq!(scratch.read("docs/ROADMAP.md"), after.0, "all documents or none");
}

#[test]
fn nothing_is_written_without_a_go_that_verifies_and_fits() {
    let scratch = Scratch::sample("mobile-beta");
    assert!(scratch.run(&["docs", "--apply"]).ends(12).err().contains("cutover signoff"));
    let scratch = signed_off();
    let before = documents(&scratch);
    let refused = |scratch: &Scratch, args: &[&str], says: &str| {
        let run = scratch.run(&[&["docs", "--apply"], args].concat()).ends(12);
        assert!(run.err().contains(says) && run.err().contains("hint: "), "{says}: {}", run.err());
    };
    // Another candidate, another stage.
    let config = scratch.text("cutover.toml");
    scratch.write("cutover.toml", config.replace("number     = 3", "number     = 4"));
    refused(&scratch, &["--packet", "reports/signoff-3"], "is of stage 3");
    // A GO on a part of the beta.
    scratch.write("cutover.toml", config.replace("to = \"2026-09-12T00:00:00Z\"", "to = \"2026-09-13T00:00:00Z\""));
    refused(&scratch, &["--packet", "reports/signoff-3"], "but the beta is");
    refused(&scratch, &[], "no packet of stage 3");
    scratch.write("cutover.toml", &config);
    // A document that changed since.
    let moved = [b"# New top\n\n".as_slice(), &before.0].concat();
    scratch.write("docs/ROADMAP.md", &moved);
    refused(&scratch, &[], "changed since the packet");
    assert_eq!(documents(&scratch), (moved, before.1.clone()), "not the other document either");
    scratch.write("docs/ROADMAP.md", &before.0);
    // A packet that somebody touched.
    let json = scratch.text("reports/signoff-3/signoff.json");
    scratch.write("reports/signoff-3/signoff.json", json.replacen("\"GO\"", "\"GO\" ", 1));
    refused(&scratch, &[], "does not verify");
    refused(&scratch, &["--packet", "docs"], "manifest.json");
    assert_eq!(documents(&scratch), before);
}

#[test]
fn a_rollback_opens_what_a_sign_off_closed() {
    let scratch = Scratch::sample("rollback");
    let (packet, _) = &*ROLLBACK;
    for file in files(&packet.path().join("packet")) {
        let file = file.to_string_lossy();
        scratch.write(&format!("reports/signoff-3/{file}"), packet.read(&format!("packet/{file}")));
    }
    scratch.run(&["docs", "--check"]).ends(0);
    let roadmap = scratch.text("docs/ROADMAP.md").replace("- [ ] Mobile internal beta", "- [x] Mobile internal beta");
    let roadmap = roadmap.replace("mobile | In progress |", "mobile | Done |");
    let operations = scratch.text("docs/OPERATIONS.md");
    scratch.write("docs/ROADMAP.md", &roadmap);
    scratch.write("docs/OPERATIONS.md", operations.replace("| In progress | — |", "| Complete | 2026-09-25 |"));
    scratch.run(&["incident", "--quiet", "--format", "json"]).ends(0);
    scratch.run(&["docs", "--check"]).ends(12);
    let complete = documents(&scratch);
    scratch.run(&["docs", "--apply"]).ends(0);
    let folder = std::fs::read_dir(scratch.path().join("reports")).expect("reports").flatten();
    let folder = folder.map(|e| e.file_name().to_string_lossy().into_owned()).find(|n| n.starts_with("incident"));
    let incident = scratch.json(&format!("reports/{}/incident.json", folder.expect("a report")));
    let id = incident["id"].as_str().expect("an id");
    assert!(scratch.text("docs/ROADMAP.md").contains("- [ ] Mobile internal beta\n"));
    assert!(
        scratch.text("docs/ROADMAP.md").contains(&format!("| Rolled back ({id}) |")),
        "{}",
        scratch.text("docs/ROADMAP.md")
    );
    let shown = scratch.text("docs/OPERATIONS.md");
    assert!(shown.contains("| Rolled back | ") && shown.contains(&format!("`{id}`")), "{shown}");
    scratch.run(&["docs", "--check"]).ends(0);
    scratch.run(&["docs", "--revert"]).ends(0);
    assert_eq!(documents(&scratch), complete);
}

#[test]
fn a_gap_of_the_incident_is_logged_once() {
    let scratch = Scratch::sample("rollback");
    let log = "\n## Resolved Gap Log\n\n| Date | Gap | Resolution |\n|---|---|---|\n| 2026-07-03 | One | Fixed |\n";
    let before = scratch.text("docs/OPERATIONS.md") + log;
    scratch.write("docs/OPERATIONS.md", &before);
    let gap = ["docs", "--gap", "Cache key without user", "--resolution", "Key per user"];
    assert!(scratch.run(&gap).ends(12).err().contains("cutover incident"));
    scratch.run(&["incident", "--quiet", "--format", "json"]).ends(0);
    let bare = scratch.run(&gap[..3]).ends(12);
    assert!(bare.err().contains("--resolution"), "{}", bare.err());
    scratch.run(&[&gap[..], &["--apply"]].concat()).ends(0);
    let after = scratch.text("docs/OPERATIONS.md");
    assert!(after.starts_with(&before) && after.contains("| Cache key without user | Key per user ("), "{after}");
    assert!(scratch.run(&[&gap[..], &["--apply"]].concat()).ends(0).out().contains("already done"));
    assert_eq!(scratch.text("docs/OPERATIONS.md"), after);
    scratch.run(&["docs", "--revert"]).ends(0);
    assert_eq!(scratch.text("docs/OPERATIONS.md"), before);
}

/// N4 of the sample, with these steps declared.
fn after_increments(steps: &str) -> serde_json::Value {
    let scratch = Scratch::sample("mobile-beta");
    scratch.write("cutover.toml", scratch.text("cutover.toml") + steps);
    scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(0);
    check(&scratch.json("packet/signoff.json"), "N4").clone()
}

#[test]
fn each_increment_of_a_rollout_is_watched_for_a_day() {
    let (packet, _) = &*MOBILE_BETA;
    let none = check(&packet.json("packet/signoff.json"), "N4").clone();
    assert_eq!(none["verdict"], "pending");
    assert_eq!(none["sentence"], "waits for the first increment of the rollout");
    let steps = "\n[[increment]]\npercent = 5\nat = \"2026-09-08T00:00:00Z\"\n\n[[increment]]\ntitle = \"all of them\"\nat = 2026-09-08T10:00:00Z\n";
    let early = after_increments(steps);
    assert_eq!(early["verdict"], "fail", "{early}");
    assert_eq!(early["sentence"], "5 %: the next increment came 10 h after it, before 24 h were over");
    assert_eq!(early["rows"], 2);
    let steps = "\n[[increment]]\ntitle = \"all\"\nat = \"2026-09-09T00:00:00Z\"\n";
    let one = after_increments(steps);
    let said = one["sentence"].as_str().expect("a sentence");
    assert!(said.contains("48 h after it"), "{one}");
    assert!(["pass", "inconclusive", "no-data"].contains(&one["verdict"].as_str().unwrap_or_default()), "{one}");
}
