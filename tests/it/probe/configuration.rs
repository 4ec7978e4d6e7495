//! What `[[probe]]` takes and refuses, and how the command ends.

use super::{bench, health, lines, probe, socket};
use crate::live::process::Port;
use crate::support::small;

#[test]
fn mistakes_are_underlined() {
    let cases = [
        ("name = \"a\"\nkind = \"helth\"\nurl = \"https://a.example\"", "did you mean `health`?"),
        ("name = \"a\"\nkind = \"health\"\nurl = \"https://a.example\"\nnamespace = \"/t\"", "takes no `namespace`"),
        ("name = \"a\"\nkind = \"socket-io\"\nurl = \"https://a.example\"\nflags = {}", "takes no `flags`"),
        ("name = \"a\"\nkind = \"health\"\nurl = \"a.example\"", "this is not a web address"),
        ("name = \"a\"\nkind = \"health\"\nurl = \"http://a.example\"", "would go unencrypted"),
        ("name = \"a\"\nkind = \"health\"\nurl = \"https://u:p@a.example\"", "credentials do not stand in an address"),
        ("name = \"a\"\nkind = \"socket-io\"\nurl = \"https://a.example/trading\"", "`namespace` what is connected to"),
        ("name = \"a\"\nkind = \"socket-io\"\nurl = \"https://a.example\"\nnamespace = \"trading\"", "this is no path"),
        (
            "name = \"a\"\nkind = \"socket-io\"\nurl = \"https://a.example\"\ntransport = \"poling\"",
            "did you mean `polling`?",
        ),
        (
            "name = \"a\"\nkind = \"socket-io\"\nurl = \"https://a.example\"\ntoken = \"s3cret-text\"",
            "not stand in the configuration",
        ),
        ("name = \"a\"\nkind = \"flags\"\nurl = \"https://a.example\"\nflags = { x = \"bool\" }", "`boolean`"),
        ("name = \" \"\nkind = \"health\"\nurl = \"https://a.example\"", "this is no name"),
        ("name = \"a\"\nkind = \"health\"\nurl = \"https://a.example\"\ntimeout = \"0s\"", "not a duration"),
        ("name = \"a\"\nkind = \"health\"\nurl = \"https://a.example\"\nhedaers = 1", "unknown key `hedaers`"),
    ];
    for (keys, message) in cases {
        let run = bench(&[keys.to_owned()]).run(&["probe"]).ends(2);
        assert!(run.err().contains(message) && run.err().contains("^"), "{keys}\n{}", run.err());
        assert!(!run.err().contains("s3cret"), "{}", run.err());
    }
    let twice = "name = \"a\"\nkind = \"health\"\nurl = \"https://a.example\"".to_owned();
    let run = bench(&[twice.clone(), twice]).run(&["probe"]).ends(2);
    assert!(run.err().contains("each look would count twice"), "{}", run.err());
}

#[test]
fn a_probe_that_is_not_there_or_cannot_be_run_ends_the_command_accordingly() {
    small("").run(&["probe"]).ends(2);
    let port = Port::free();
    let url = format!("http://127.0.0.1:{}", port.number);
    let scratch = bench(&[health(&url), socket(&url, "")]);
    assert!(scratch.run(&["probe", "helth"]).ends(4).err().contains("there are health_live, ws_handshake"));
    assert!(scratch.run(&["probe", "--vantage", "moon"]).ends(4).err().contains("external:lisbon"));
    // Without its token, the socket is not looked at; the other probe is, and its line is kept.
    let run = scratch.run(&["probe", "--watch", "--json"]).ends(2);
    assert_eq!(lines(&run).len(), 1);
    assert!(run.err().contains("the environment variable TOKEN is not set"), "{}", run.err());
    assert_eq!(scratch.text("probes/live.jsonl"), run.out());
    let run = probe(&scratch, &["health_live", "--watch", "--vantage", "external:lisbon"], "good").ends(0);
    assert_eq!(scratch.text("probes/live.jsonl").lines().count(), 2);
    assert!(scratch.text("probes/live.jsonl").ends_with(&run.out()));
    scratch.run(&["probe", "--every", "1s"]).ends(2);
}

#[test]
fn a_loop_runs_for_its_time_and_a_person_reads_its_lines() {
    let port = Port::free();
    let scratch = bench(&[health(&format!("http://127.0.0.1:{}", port.number))]);
    let run = scratch.run_at("2026-05-02T10:00:00Z", &["probe", "--watch", "--every", "1s", "--for", "2s"]).ends(0);
    assert_eq!(run.out().matches("✗ unreachable  health_live").count(), 2, "{}", run.out());
    let text = scratch.text("probes/live.jsonl");
    let seconds: Vec<&str> = text.lines().filter_map(|line| line.get(7..26)).collect();
    assert_eq!(seconds, ["2026-05-02T10:00:00", "2026-05-02T10:00:01"]);
}

#[test]
fn the_doctor_tells_what_a_probe_lacks() {
    let scratch = bench(&[socket("https://api.example.com", "")]);
    let told = scratch.run(&["doctor"]).out();
    assert!(told.contains("probe ws_handshake from external:lisbon"), "{told}");
    assert!(told.contains("the environment variable TOKEN is not set") && told.contains("no source reads"), "{told}");
    let source =
        "\n[[source]]\nname = \"probes\"\ntable = \"probes\"\nkind = \"files\"\npaths = [\"probes/*.jsonl*\"]\n";
    scratch.write("cutover.toml", format!("{}{source}", scratch.text("cutover.toml")));
    let told = String::from_utf8_lossy(&scratch.command(&["doctor"]).env("TOKEN", "x").output().expect("a run").stdout)
        .into_owned();
    assert!(told.contains("a source reads its transcript") && !told.contains("TOKEN"), "{told}");
}
