//! `cutover doctor` on faults of each kind: each is named with a fix, the exit code tells, and nothing is kept.

use serde_json::json;

use crate::contract::beta;
use crate::contract::server::{Fake, Reply};
use crate::support::{Scratch, small};

fn metrics(url: &str, more: &str) -> Scratch {
    let source = format!(
        "[[source]]\nname = \"metrics\"\ntable = \"metrics\"\nkind = \"prometheus\"\nurl = \"{url}\"\nattempts = 1\n{more}"
    );
    beta(&source)
}

/// What it says at noon of the beta's day, and that it ends like this.
fn examined(scratch: &Scratch, code: i32) -> String {
    let run = scratch.run_at("2026-05-02T12:00:00Z", &["doctor"]).ends(code);
    assert!(!scratch.path().join(".cutover").exists(), "a look keeps nothing");
    run.out()
}

fn matrix(values: &serde_json::Value) -> Reply {
    Reply::json(&json!({"status": "success", "data": {"resultType": "matrix",
        "result": [{"metric": {"__name__": "up", "job": "api"}, "values": values}]}}))
}

#[test]
fn a_plan_without_a_fault_is_fine() {
    let said = examined(&small(crate::support::line("2026-05-02T10:00:00Z", "r-1")), 0);
    assert!(said.contains("1 file of") && said.contains("0 faults"), "{said}");
}

#[test]
fn a_system_that_answers_is_fine_and_tells_how_far_it_reaches() {
    let fake = Fake::start(|asked| {
        // The day of the baseline is gone, the day of the beta is there.
        let late = asked.field("time").starts_with("17777");
        let at: f64 = asked.field("time").parse().expect("a time");
        if late { matrix(&json!([[at, "1"]])) } else { matrix(&json!([])) }
    });
    let said = examined(&metrics(&fake.url(), ""), 0);
    assert!(said.contains("holds nothing of 01 May 00:00 to 02 May 00:00 UTC"), "{said}");
    assert!(
        said.contains("retention") && said.contains("with 1 rows of 02 May") && said.contains("0 faults"),
        "{said}"
    );
}

#[test]
fn what_is_not_there_is_a_fault_with_a_fix() {
    let scratch = metrics("http://127.0.0.1:9", "");
    let text = scratch.text("cutover.toml").replace("backend*.log*", "nothing*.log");
    scratch.write("cutover.toml", text);
    let said = examined(&scratch, 2);
    assert!(said.contains("no file matches `nothing*.log`") && said.contains("127.0.0.1 cannot be reached"), "{said}");
    assert!(said.contains("2 faults") && said.matches("fix ").count() >= 2, "{said}");
}

#[test]
fn a_secret_that_is_not_set_is_named_and_never_shown() {
    let fake = Fake::start(|asked| {
        assert_eq!(asked.header("authorization"), "Bearer t0p-s3cret");
        Reply::text(401, "text/plain", "bad token t0p-s3cret")
    });
    let scratch = metrics(&fake.url(), "token = { env = \"CUTOVER_TEST_TOKEN\" }\n");
    let said = examined(&scratch, 2);
    assert!(said.contains("the environment variable CUTOVER_TEST_TOKEN is not set"), "{said}");
    let run = scratch.command(&["doctor"]).env("CUTOVER_TEST_TOKEN", "t0p-s3cret").output().expect("a run");
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert!(said.contains("answered 401") && said.contains("bad token ***") && !said.contains("t0p-s3cret"), "{said}");
}

#[test]
fn a_clock_that_is_off_and_a_token_that_may_write_are_warned_of() {
    let fake = Fake::start(|asked| {
        let at: f64 = asked.field("time").parse().expect("a time");
        matrix(&json!([[at, "1"]]))
            .header("date", "Sat, 02 May 2026 12:07:00 GMT")
            .header("x-oauth-scopes", "repo, read:org")
    });
    let said = examined(&metrics(&fake.url(), ""), 0);
    assert!(said.contains("s ahead of this machine's") && said.contains("may write: repo\n"), "{said}");
}

#[test]
fn a_target_that_cannot_be_reached_is_a_fault() {
    let scratch = small(crate::support::line("2026-05-02T10:00:00Z", "r-1"));
    let target = "\n[[deliver]]\nname = \"team\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:9/hook\"\n";
    scratch.write("cutover.toml", scratch.text("cutover.toml") + target);
    let said = examined(&scratch, 2);
    assert!(said.contains("target team") && said.contains("127.0.0.1:9 cannot be reached"), "{said}");
}
