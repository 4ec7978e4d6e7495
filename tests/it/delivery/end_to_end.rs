//! The program itself: a fired trigger goes out once, a lost run is told, two at once are refused, the status file.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::http_server::{Server, Step};
use crate::support::{Run, SMALL, Scratch, line, small};

/// A small beta in which one answer carried another user's data, with a target for the trigger.
fn rolled_back(url: &str) -> Scratch {
    let leak = line("2026-05-02T10:00:00.000Z", "6f1d2c3b-0000-4000-8000-000000000001");
    let scratch = small(leak.replace("\"ownerId\":\"usr_1\"", "\"ownerId\":\"usr_2\"") + "\n");
    let target = format!(
        "[[deliver]]\nname = \"oncall\"\nkind = \"webhook\"\non = \"trigger\"\nurl = \"{url}\"\n\
         timeout = \"20s\"\nretry-for = \"1s\"\n"
    );
    scratch.write("cutover.toml", format!("{SMALL}\n{target}"));
    scratch
}

fn judged(scratch: &Scratch, more: &[&str]) -> Run {
    let mut args = vec!["signoff", "--format", "json", "--out", "packet", "--status-file", "status.json"];
    args.extend_from_slice(more);
    scratch.run(&args)
}

#[test]
fn a_fired_trigger_goes_out_once_and_only_from_a_run_that_judges_now() {
    let server = Server::start(vec![]);
    let scratch = rolled_back(&server.url());
    judged(&scratch, &[]).ends(10);
    assert!(server.taken().is_empty(), "a look back pages nobody");
    let dry = judged(&scratch, &["--as-of", "now", "--dry-run", "--offline"]).ends(10);
    assert!(dry.out().contains("would go to oncall") && server.taken().is_empty(), "{}", dry.out());
    for _ in 0..2 {
        let run = judged(&scratch, &["--as-of", "now", "--offline"]).ends(10);
        assert!(run.err().contains("oncall") && !run.err().contains("s3cr3t"), "{}", run.err());
    }
    let taken = server.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    let json = taken[0].json();
    assert_eq!(json["kind"], "trigger");
    assert!(json["subject"].as_str().is_some_and(|s| s.contains("R2")), "{json}");
    let status: Value = scratch.json("status.json");
    assert_eq!((status["exit"].as_u64(), status["command"].as_str()), (Some(10), Some("signoff")));
    assert_eq!(status["delivered"][0]["state"], "already delivered");
    assert!(status["next_expected_by"].is_string());
}

#[test]
fn a_trigger_that_reaches_nobody_is_exit_6_and_in_the_status_file() {
    let scratch = rolled_back("http://127.0.0.1:9/s3cr3t-path");
    let run = judged(&scratch, &["--as-of", "now", "--quiet"]).ends(6);
    assert!(run.err().contains("was not delivered to oncall") && !run.err().contains("s3cr3t"), "{}", run.err());
    let status: Value = scratch.json("status.json");
    assert_eq!((status["exit"].as_u64(), status["failed"][0]["state"].as_str()), (Some(6), Some("failed")));
    assert!(!scratch.text("status.json").contains("s3cr3t"));
}

#[test]
fn a_run_that_is_killed_while_it_sends_is_told_and_nothing_is_sent_twice() {
    let server = Server::start(vec![Step::Slow(Duration::from_secs(30))]);
    let scratch = rolled_back(&server.url());
    scratch.run(&["collect"]).ends(0);
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("cutover"))
        .args(["signoff", "--as-of", "now", "--offline", "--format", "json", "--out", "packet"])
        .current_dir(scratch.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a run");
    let begun = Instant::now();
    while server.taken().is_empty() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(server.taken().len(), 1);
    // While it hangs there, another is refused.
    let refused = judged(&scratch, &["--as-of", "now", "--offline"]).ends(7);
    assert!(refused.err().contains("another run"), "{}", refused.err());
    assert_eq!(scratch.json("status.json")["exit"], 7);
    child.kill().and_then(|()| child.wait()).expect("ended");
    // The lock went with the process; what it had begun is not known.
    let told = judged(&scratch, &["--as-of", "now", "--offline"]).ends(6);
    assert!(told.err().contains("--resend"), "{}", told.err());
    assert_eq!(server.taken().len(), 1);
    assert_eq!(scratch.json("status.json")["failed"][0]["state"], "unsure");
}

#[test]
fn a_run_with_a_wrong_configuration_still_says_how_it_ended() {
    let scratch = small("");
    scratch.write("cutover.toml", format!("{SMALL}\n[[deliver]]\nname = \"x\"\n"));
    judged(&scratch, &[]).ends(2);
    let status: Value = scratch.json("status.json");
    assert_eq!(status["exit"], 2);
    assert!(status["error"].as_str().is_some_and(|e| e.contains("kind")), "{status}");
}

#[test]
fn a_target_is_checked_key_by_key_and_no_secret_is_repeated() {
    let cases = [
        ("kind = \"slak\"", "did you mean `slack`?"),
        ("kind = \"slack\"\nurll = { env = \"X\" }", "did you mean `url`?"),
        ("kind = \"slack\"", "needs `url`"),
        ("kind = \"slack\"\nurl = \"http://hooks.example.com/s3cr3t-x\"", "unencrypted"),
        ("kind = \"slack\"\nurl = \"s3cr3t-x\"", "not a web address"),
        ("kind = \"folder\"\npath = \"x\"\nhost = \"y\"", "takes no `host`"),
        ("kind = \"folder\"\npath = \"x\"\non = \"weakly\"", "did you mean `weekly`?"),
        ("kind = \"smtp\"\nhost = \"m\"\nfrom = \"a@b\"\nto = [\"x\\r\\nBcc: y@z\"]", "not a mail address"),
        ("kind = \"smtp\"\nhost = \"m\"\nfrom = \"a@b\"\nto = [\"c@d\"]\ntls = \"none\"", "unencrypted"),
        (
            "kind = \"smtp\"\nhost = \"m\"\nfrom = \"a@b\"\nto = [\"c@d\"]\nuser = \"u\"\npassword = \"s3cr3t-x\"",
            "does not stand",
        ),
        ("kind = \"webhook\"\nurl = { env = \"X\" }\nheaders = { Host = \"x\" }", "set by the tool"),
        ("kind = \"webhook\"\nurl = { env = \"X\", file = \"y\" }", "by its variable or its file"),
    ];
    for (keys, words) in cases {
        let scratch = small("");
        scratch.write("cutover.toml", format!("{SMALL}\n[[deliver]]\nname = \"t\"\n{keys}\n"));
        let run = scratch.run(&["checks"]).ends(2);
        assert!(run.err().contains(words), "{keys}\n{}", run.err());
        assert!(!run.err().contains("s3cr3t"), "{}", run.err());
    }
}
