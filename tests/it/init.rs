//! `init`: a configuration from a runbook and a folder of files, good enough for `signoff` as it stands.

use crate::support::{Scratch, check};

/// A copy of a sample without its configuration, and that configuration's text.
fn bare(name: &str) -> (Scratch, String) {
    let scratch = Scratch::sample(name);
    let shipped = scratch.text("cutover.toml");
    std::fs::remove_file(scratch.path().join("cutover.toml")).expect("removed");
    (scratch, shipped)
}

/// Lines `key = value` of `[stage]`, without blanks.
fn stage(text: &str) -> Vec<String> {
    let part = text.split("[stage]").nth(1).expect("a stage").split("[[").next().expect("a part");
    let mut lines: Vec<String> = part
        .lines()
        .filter(|line| !line.starts_with('#') && line.contains('='))
        .map(|line| line.split_whitespace().collect())
        .collect();
    lines.sort();
    lines
}

/// What cannot be guessed: the team's zone, the product's spelling, and waivers, which are people's decisions.
#[test]
fn the_samples_come_to_the_same_decision_as_with_their_own_configuration() {
    for (name, code) in [("mobile-beta", 0), ("rollback", 10)] {
        let (scratch, shipped) = bare(name);
        let run = scratch.run(&["init", "docs/CUTOVER_MOBILE.md", "--data", "."]).ends(0);
        assert!(run.out().is_empty() && run.err().contains("17 sources"), "{}", run.err());
        let proposed = scratch.text("cutover.toml");
        assert_eq!(stage(&proposed), stage(&shipped), "{name}");
        let waivers = shipped.find("[[waiver]]").map_or("", |at| &shipped[at..]);
        scratch.write("cutover.toml", format!("{proposed}\n{waivers}"));
        scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(code);
        let guessed = scratch.json("packet/signoff.json");
        scratch.write("cutover.toml", &shipped);
        scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(code);
        let own = scratch.json("packet/signoff.json");
        for row in own["checks"].as_array().expect("checks") {
            let item = row["item"].as_str().expect("an item");
            assert_eq!(check(&guessed, item)["verdict"], check(&own, item)["verdict"], "{name}: {item}");
        }
    }
}

#[test]
fn files_are_known_by_what_they_hold_and_not_by_their_names() {
    let (scratch, _) = bare("rollback");
    for (from, to) in [
        ("testers.csv", "x/a.txt"),
        ("attestations.csv", "x/b.txt"),
        ("feedback.csv", "x/c.dat"),
        ("bugs.json", "x/d.json"),
        ("deploys.json", "x/e.json"),
        ("audit-events.jsonl", "x/f.log"),
        ("ci/check-runs.json", "x/g.json"),
        ("probes/probes-2026-09-24.jsonl", "x/h.json"),
    ] {
        let to = scratch.path().join(to);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        std::fs::rename(scratch.path().join(from), to).expect("moved");
    }
    scratch.write("x/notes.txt", "Call Ada about the lunch.\n").write("x/photo.png", [0x89, b'P', b'N', b'G', 0, 1]);
    let run = scratch.run(&["init", "docs/CUTOVER_MOBILE.md", "--data", "x", "--out", "here.toml"]).ends(0);
    let text = scratch.text("here.toml");
    for (file, table) in [
        ("a.txt", "testers"),
        ("b.txt", "attestations"),
        ("c.dat", "feedback"),
        ("d.json", "bugs"),
        ("e.json", "deploys"),
        ("f.log", "audit"),
        ("g.json", "ci"),
        ("h.json", "probes"),
    ] {
        let part = text.split("[[source]]").find(|part| part.contains(&format!("\"x/{file}\"")));
        let part = part.unwrap_or_else(|| panic!("no source of {file}:\n{text}"));
        assert!(part.contains(&format!("table = \"{table}\"")), "{file}: {part}");
    }
    assert!(run.err().contains("x/notes.txt") && run.err().contains("x/photo.png"), "{}", run.err());
    assert!(run.err().contains("fill in baseline"), "without logs the days are not known: {}", run.err());
    let refused = scratch.run(&["signoff", "--config", "here.toml"]).ends(2);
    assert!(refused.err().contains("not a time") && refused.err().contains('^'), "{}", refused.err());
}

#[test]
fn a_configuration_that_is_there_is_not_lost() {
    let scratch = Scratch::sample("rollback");
    let before = scratch.text("cutover.toml");
    let run = scratch.run(&["init", "docs/CUTOVER_MOBILE.md"]).ends(2);
    assert!(run.err().contains("--force"), "{}", run.err());
    assert_eq!(scratch.text("cutover.toml"), before);
    scratch.run(&["init", "docs/NOWHERE.md", "--force"]).ends(2);
    scratch.run(&["init", "docs/CUTOVER_MOBILE.md", "--data", "nowhere", "--force"]).ends(2);
    assert_eq!(scratch.text("cutover.toml"), before, "a failed run changes nothing");
    scratch.run(&["init", "docs/CUTOVER_MOBILE.md", "--force", "--quiet"]).ends(0);
    assert!(scratch.text("cutover.toml").contains("Proposed by `cutover init`"));
}

#[test]
fn paths_begin_at_the_folder_of_the_configuration() {
    let (scratch, _) = bare("rollback");
    scratch.write("ops/README.md", "here");
    scratch.run(&["init", "docs/CUTOVER_MOBILE.md", "--out", "ops/cutover.toml", "--quiet"]).ends(0);
    let text = scratch.text("ops/cutover.toml");
    assert!(text.contains("runbook = \"../docs/CUTOVER_MOBILE.md\"") && text.contains("\"../testers.csv\""), "{text}");
    scratch.run(&["collect", "--strict", "--config", "ops/cutover.toml"]).ends(0);
}
