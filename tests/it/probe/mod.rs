//! Live probes: against the real backend behind nginx, against servers that break the protocol, and what comes of the
//! transcript.

mod broken;
mod configuration;
mod fake;
mod judged;
mod real;

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Run, SMALL, Scratch, small};

/// A small beta with these probes; `[[probe]]` and its vantage are added to each.
pub(super) fn bench(probes: &[String]) -> Scratch {
    let scratch = small("");
    let tables: String =
        probes.iter().map(|keys| format!("\n[[probe]]\nvantage = \"external:lisbon\"\n{keys}\n")).collect();
    scratch.write("cutover.toml", format!("{SMALL}{tables}"));
    scratch
}

/// `cutover probe --json ARGS` with a token in the environment.
pub(super) fn probe(scratch: &Scratch, args: &[&str], token: &str) -> Run {
    let all: Vec<&str> = ["probe", "--json"].into_iter().chain(args.iter().copied()).collect();
    Run(scratch.command(&all).env("TOKEN", token).output().expect("a run"))
}

/// The lines on stdout.
pub(super) fn lines(run: &Run) -> Vec<Value> {
    run.out().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The one line that one probe gives with the good token.
pub(super) fn look(keys: &str) -> Value {
    let run = probe(&bench(&[keys.to_owned()]), &[], "good").ends(0);
    let mut found = lines(&run);
    assert_eq!(found.len(), 1, "{}", run.err());
    found.remove(0)
}

pub(super) fn health(url: &str) -> String {
    format!("name = \"health_live\"\nkind = \"health\"\nurl = \"{url}/health/live\"\ntimeout = \"5s\"")
}

pub(super) fn flags(url: &str, flags: &str) -> String {
    format!(
        "name = \"feature_flags\"\nkind = \"flags\"\nurl = \"{url}/api/feature-flags\"\nflags = {flags}\ntimeout = \"5s\""
    )
}

/// A socket; `more` may say anything but name, kind, url and token.
pub(super) fn socket(url: &str, more: &str) -> String {
    format!("name = \"ws_handshake\"\nkind = \"socket-io\"\nurl = \"{url}\"\ntoken = {{ env = \"TOKEN\" }}\n{more}")
}

pub(super) fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// Waits until something holds.
pub(super) fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(50));
    }
}
