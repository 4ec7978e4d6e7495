//! Attribution grades: how well the client of a request is known, and what that lets it decide.

use serde_json::Value;

use crate::runbook::{beta, packet};
use crate::support::{Scratch, check};

/// A backend line at a minute after nine, with these request headers and this user.
fn call(minute: u32, id: &str, method: &str, route: &str, headers: &str, user: Option<&str>) -> String {
    let auth = user.map_or_else(String::new, |u| format!(r#""auth":{{"userId":"{u}"}},"result":{{"ownerId":"{u}"}},"#));
    format!(
        r#"{{"level":30,"time":"2026-05-02T09:{minute:02}:00Z","req":{{"method":"{method}","url":"{route}","headers":{{"x-request-id":"{id}"{headers}}}}},{auth}"res":{{"statusCode":200}},"responseTime":12,"msg":"request completed"}}"#
    ) + "\n"
}

const HEADER: &str = r#","x-client-platform":"ios","x-app-build":"7","x-session-id":"s-1""#;
const AGENT: &str = r#","x-app-build":"7","user-agent":"okhttp/4.12.0""#;
const SESSION: &str = r#","x-session-id":"s-1""#;

fn world(lines: &[String]) -> Scratch {
    let scratch = beta("## Step 8\n\n- [ ] One\n", "");
    let config = scratch.text("cutover.toml").replace("[\"ios\"]", "[\"ios\", \"android\"]");
    scratch.write("cutover.toml", config).write("backend.log", lines.concat());
    scratch
}

fn grades(packet: &Value) -> Vec<(String, [u64; 4])> {
    let all = packet["attribution"].as_array().expect("attribution").iter();
    let number = |row: &Value, name: &str| row[name].as_u64().expect("a number");
    all.map(|row| {
        let counts = ["a", "b", "c", "ungraded"].map(|name| number(row, name));
        (row["client"].as_str().expect("a client").to_owned(), counts)
    })
    .collect()
}

fn first_calls() -> Vec<String> {
    vec![
        call(1, "id-header", "GET", "/api/positions", HEADER, Some("usr_1")),
        call(2, "id-agent", "GET", "/api/history", AGENT, Some("usr_1")),
        call(3, "id-nobody", "GET", "/api/account", r#","x-client-platform":"ios""#, None),
        call(4, "id-browser", "GET", "/api/account", r#","user-agent":"Mozilla/5.0 (X11)""#, Some("usr_9")),
        call(5, "id-probe", "GET", "/health", r#","user-agent":"Blackbox Exporter/0.27.0""#, None),
    ]
}

#[test]
fn grades_are_printed_by_client_and_told_by_trace() {
    let mut lines = first_calls();
    lines.push(call(30, "id-session", "GET", "/api/y", SESSION, Some("usr_1")));
    lines.push(call(31, "id-time", "GET", "/api/z", "", None));
    lines.push(call(50, "id-nothing", "GET", "/api/z", "", None));
    let scratch = world(&lines);
    let packet = packet(&scratch);
    let expected =
        [("mobile", [1, 3, 0, 0]), ("probe", [0, 0, 0, 1]), ("web", [0, 1, 0, 0]), ("not known", [0, 0, 1, 1])];
    assert_eq!(grades(&packet), expected.map(|(name, counts)| (name.to_owned(), counts)));
    let page = scratch.text("packet/signoff.md");
    assert!(page.contains("Whose requests these are") && page.contains("enters no test"));
    for (id, words) in [
        ("id-header", "grade A"),
        ("id-agent", "grade B"),
        ("id-session", "by user agent, session, socket or route"),
        ("id-time", "by time only, near a request of mobile; it enters no test"),
        ("id-nothing", "not attributed"),
    ] {
        let out = scratch.run(&["trace", id]).ends(0).out();
        assert!(out.contains(words), "{id}: {words}\n{out}");
    }
}

/// A forbidden call is the cohort's when its session says so, and nobody's when only its time does; but a share of
/// requests that nobody made lets no check claim that the cohort made none.
#[test]
fn what_only_its_time_speaks_for_enters_no_test() {
    let trade = |headers: &str, id: &str, minute| call(minute, id, "POST", "/api/trade", headers, None);
    let verdict = |line: String| {
        let mut lines = first_calls();
        lines.push(line);
        let packet = packet(&world(&lines));
        (check(&packet, "S8.4")["verdict"].as_str().map(str::to_owned), check(&packet, "S8.4")["sentence"].to_string())
    };
    let (joined, sentence) = verdict(trade(SESSION, "id-trade", 20));
    assert_eq!(joined.as_deref(), Some("fail"), "{sentence}");
    let (timed, sentence) = verdict(trade("", "id-trade", 4));
    assert_eq!(timed.as_deref(), Some("no-data"), "{sentence}");
    assert!(!sentence.contains("1 "), "it is not counted: {sentence}");
}

#[test]
fn an_id_that_two_users_share_links_nobody_to_nobody() {
    let mut lines = first_calls();
    lines.push(call(20, "id-header", "GET", "/api/w", "", Some("usr_2")));
    let packet = packet(&world(&lines));
    assert_eq!(check(&packet, "R2")["verdict"], "fail", "a shared id is a leak of its own");
}
