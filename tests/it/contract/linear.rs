//! Linear's GraphQL interface as its published schema has it: cursors, errors under 200, a used-up limit under 400.

use std::sync::LazyLock;

use cutover::tables::schema::TableName;
use serde_json::{Value, json};

use super::faults::{Connector, Fault, Outcome, common};
use super::server::{Asked, Fake, Reply};
use super::{Held, beta, collect, rows};

const ALWAYS: usize = usize::MAX;

fn issue(n: u64, state: &str, priority: (u8, &str), created: &str, updated: &str) -> Value {
    let done = (state == "completed").then_some(updated);
    json!({"id": format!("u-{n}"), "identifier": format!("TRD-{n}"), "title": "Positions empty", "priority": priority.0,
        "priorityLabel": priority.1, "createdAt": created, "updatedAt": updated, "completedAt": done, "canceledAt": null,
        "state": {"type": state}, "labels": {"nodes": [{"name": "Bug"}], "pageInfo": {"hasNextPage": false}},
        "url": format!("https://linear.example/TRD-{n}")})
}

static MANY: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let at = |n: u64| format!("2026-05-01T{:02}:{:02}:00.000Z", n / 60, n % 60);
    (1..=120).map(|n| issue(n, "started", (2, "High"), &at(n), &at(n))).collect()
});

fn error(status: u16, code: &str, message: &str) -> Reply {
    let body = json!({"data": null, "errors": [{"message": message, "extensions": {"code": code}}]});
    Reply { status, ..Reply::json(&body) }
}

/// The answer of a workspace that holds these issues.
fn answer(issues: &[Value], asked: &Asked) -> Reply {
    if asked.header("authorization") != "lin_api_s3cret" {
        return error(401, "AUTHENTICATION_ERROR", "Authentication required, not authenticated");
    }
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/graphql"));
    let body = asked.json();
    let question = body["query"].as_str().expect("a question");
    assert!(
        question.contains("includeArchived:true") && question.matches('{').count() == question.matches('}').count()
    );
    let filter = &body["variables"]["filter"];
    let since = filter["or"][0]["updatedAt"]["gte"].as_str().expect("a time");
    let done = &filter["or"][1]["state"]["type"]["nin"];
    let wanted = |issue: &&Value| {
        issue["updatedAt"].as_str().expect("a time") >= since
            || done.as_array().is_some_and(|done| !done.contains(&issue["state"]["type"]))
    };
    let all: Vec<&Value> = issues.iter().filter(wanted).collect();
    let from: usize = body["variables"]["after"]
        .as_str()
        .map_or(0, |cursor| cursor.trim_start_matches("c-").parse().expect("a cursor"));
    let nodes: Vec<&&Value> = all.iter().skip(from).take(50).collect();
    let next = from + nodes.len();
    let page = json!({"hasNextPage": next < all.len(), "endCursor": format!("c-{next}")});
    Reply::json(&json!({"data": {"issues": {"nodes": nodes, "pageInfo": page}}}))
}

fn config(login: &str) -> String {
    format!(
        "[[source]]\nname = \"tracker\"\ntable = \"bugs\"\nkind = \"linear\"\nurl = \"{{url}}\"\n{login}\nteam = \"TRD\"\n{{limits}}"
    )
}

fn connector(is_data: fn(&Asked) -> bool) -> Connector {
    let config: &'static str = Box::leak(config("headers = { authorization = \"lin_api_s3cret\" }").into_boxed_str());
    Connector { source: "tracker", config, is_data, good: |asked| answer(&MANY, asked), rows: 120 }
}

fn edited(reply: &Reply, edit: impl Fn(&mut Value)) -> Reply {
    let mut body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    edit(&mut body);
    Reply { headers: reply.headers.clone(), ..Reply::json(&body) }
}

#[test]
fn every_fault_is_a_gap_or_overcome() {
    connector(|asked| asked.json()["variables"]["after"].is_null()).under(common());
    let limited = || error(400, "RATELIMITED", "Rate limit exceeded");
    let issues = |r: &Reply, edit: &dyn Fn(&mut Value)| edited(r, |body| edit(&mut body["data"]["issues"]));
    let faults = vec![
        Fault::new("RATELIMITED that is filled again, then good", 1, Outcome::Complete, move |_| {
            // The runs of these tests begin at this time.
            limited().header("x-ratelimit-requests-reset", "1780272001000")
        }),
        Fault::new("RATELIMITED for an hour", ALWAYS, Outcome::Gap("asks to wait 3"), move |_| {
            limited().header("x-ratelimit-requests-reset", "1780275600000")
        }),
        Fault::new("RATELIMITED without a time", ALWAYS, Outcome::Gap("asks to wait 60 s"), move |_| limited()),
        Fault::new(
            "errors and no data under 200",
            ALWAYS,
            Outcome::Gap("refuses the question: Entity not found"),
            |_| error(200, "INPUT_ERROR", "Entity not found: Team"),
        ),
        Fault::new("errors beside data under 200", ALWAYS, Outcome::Gap("something is missing: timed out"), |r| {
            edited(&r, |body| body["errors"] = json!([{"message": "timed out"}]))
        }),
        Fault::new("no list and no error", ALWAYS, Outcome::Gap("there is no list"), |_| {
            Reply::json(&json!({"data": {}}))
        }),
        Fault::new("a cursor that comes again", ALWAYS, Outcome::Gap("names a page again"), move |r| {
            issues(&r, &|page| page["pageInfo"] = json!({"hasNextPage": true, "endCursor": "c-50"}))
        }),
        Fault::new("an empty page before the end", ALWAYS, Outcome::Gap("a page is empty"), move |r| {
            issues(&r, &|page| page["nodes"] = json!([]))
        }),
        Fault::new("the first page again", ALWAYS, Outcome::Gap("only what was on the pages before"), move |r| {
            issues(&r, &|page| page["nodes"] = json!(MANY[..50].to_vec()))
        }),
        Fault::new("no word on a next page", ALWAYS, Outcome::Gap("whether there is another page"), move |r| {
            issues(&r, &|page| page["pageInfo"] = json!({}))
        }),
    ];
    connector(|asked| asked.json()["variables"]["after"] == "c-50").under(faults);
}

#[test]
fn an_issue_is_a_bug_with_its_state_labels_and_priority() {
    let (old, inside) = ("2026-03-01T00:00:00.000Z", "2026-05-02T10:00:00.000Z");
    let mut labelled = issue(5, "triage", (4, "Low"), inside, inside);
    labelled["labels"]["pageInfo"]["hasNextPage"] = json!(true);
    let issues = vec![
        issue(1, "completed", (1, "Urgent"), old, old),
        issue(2, "backlog", (1, "Urgent"), old, old),
        issue(3, "completed", (2, "High"), old, inside),
        issue(4, "started", (0, "No priority"), inside, inside),
        labelled,
    ];
    let fake = Fake::start(move |asked| answer(&issues, asked));
    let scratch = beta(&config("key = { file = \"key\" }").replace("{url}", &fake.url()).replace("{limits}", ""));
    scratch.write("key", "lin_api_s3cret\n");
    collect(&scratch).ends(0);
    assert_eq!(
        rows(&scratch, TableName::Bugs, &["id", "state", "priority", "labels", "closed_at"]),
        [
            "TRD-2 | open | P0 | ,Bug,P0, | -",
            "TRD-3 | closed | P1 | ,Bug,P1, | 2026-05-02T10:00:00Z",
            "TRD-4 | open | - | ,Bug, | -",
            "TRD-5 | open | P3 | ,Bug,P3, | -"
        ]
    );
    let held = Held::of(&scratch, "tracker");
    assert!(held.gaps.len() == 1 && held.gaps[0].contains("TRD-5 has more labels"), "{:?}", held.gaps);
}

#[test]
fn two_logins_are_one_too_many() {
    let text = config("key = { env = \"A\" }\ntoken = { env = \"B\" }").replace("{url}", "http://127.0.0.1:9");
    let run = collect(&beta(&text.replace("{limits}", ""))).ends(2);
    assert!(run.err().contains("give `key` or `token`, not both"), "{}", run.err());
}
