//! Jira Cloud's search as Atlassian's published description has it: tokens instead of pages, no total, a bounded question.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cutover::tables::schema::TableName;
use serde_json::{Value, json};

use super::faults::{Connector, Fault, Outcome, common};
use super::server::{Asked, Fake, Reply};
use super::{Held, beta, collect, rows};

const ALWAYS: usize = usize::MAX;

fn issue(n: u64, category: &str, priority: &str, created: &str, updated: &str) -> Value {
    let done = (category == "done").then_some(updated);
    json!({"id": (10_000 + n).to_string(), "key": format!("TRD-{n}"), "fields": {
        "summary": "Positions empty", "status": {"name": "x", "statusCategory": {"key": category}},
        "priority": {"name": priority}, "labels": ["mobile"], "issuetype": {"name": "Bug"},
        "created": created, "updated": updated, "resolutiondate": done}})
}

static MANY: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let at = |n: u64| format!("2026-05-01T{:02}:{:02}:00.000+0000", n / 60, n % 60);
    (1..=250).map(|n| issue(n, "indeterminate", "High", &at(n), &at(n))).collect()
});

/// The answer of a site that holds these issues.
fn answer(issues: &[Value], asked: &Asked) -> Reply {
    if asked.header("authorization") != format!("Basic {}", STANDARD.encode("ada@acme.example:s3cret-token")) {
        return Reply { status: 401, ..Reply::json(&json!({"errorMessages": ["Client must be authenticated"]})) };
    }
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/rest/api/3/search/jql"));
    let body = asked.json();
    let jql = body["jql"].as_str().expect("a question");
    if !jql.starts_with("project = \"TRD\" AND ") || !jql.ends_with(" ORDER BY created ASC, key ASC") {
        let said = "Unbounded JQL queries are not allowed here.";
        return Reply { status: 400, ..Reply::json(&json!({"errorMessages": [said], "errors": {}})) };
    }
    assert!(
        body["fields"].as_array().is_some_and(|fields| fields.contains(&json!("priority"))),
        "the default is the id only"
    );
    let size = body["maxResults"].as_u64().expect("a number") as usize;
    let from: usize =
        body["nextPageToken"].as_str().map_or(0, |token| token.trim_start_matches("t-").parse().expect("a token"));
    let page: Vec<&Value> = issues.iter().skip(from).take(size.min(100)).collect();
    let next = from + page.len();
    let mut reply = json!({"issues": page, "isLast": next >= issues.len()});
    if next < issues.len() {
        reply["nextPageToken"] = json!(format!("t-{next}"));
    }
    Reply::json(&reply)
}

const CONFIG: &str = "[[source]]\nname = \"tracker\"\ntable = \"bugs\"\nkind = \"jira\"\nurl = \"{url}\"\nuser = \"ada@acme.example\"\n\
                      password = { file = \"token\" }\nproject = \"TRD\"\n{more}\n{limits}";

fn config(more: &str) -> String {
    // A password stands in no configuration, so the header is given as it would come of it.
    let login =
        format!("headers = {{ authorization = \"Basic {}\" }}", STANDARD.encode("ada@acme.example:s3cret-token"));
    CONFIG.replace("user = \"ada@acme.example\"\npassword = { file = \"token\" }", &login).replace("{more}", more)
}

fn connector(is_data: fn(&Asked) -> bool) -> Connector {
    let config: &'static str = Box::leak(config("").into_boxed_str());
    Connector { source: "tracker", config, is_data, good: |asked| answer(&MANY, asked), rows: 250 }
}

fn edited(reply: &Reply, edit: impl Fn(&mut Value)) -> Reply {
    let mut body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    edit(&mut body);
    Reply { headers: reply.headers.clone(), ..Reply::json(&body) }
}

fn with(key: &'static str, value: &Value) -> impl Fn(Reply) -> Reply + Send + Sync + 'static {
    let value = value.clone();
    move |r| edited(&r, |body| body[key] = value.clone())
}

#[test]
fn every_fault_is_a_gap_or_overcome() {
    connector(|asked| asked.json()["nextPageToken"].is_null()).under(common());
    let gone = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.";
    let faults = vec![
        Fault::new(
            "a token that comes again",
            ALWAYS,
            Outcome::Gap("names a page again"),
            with("nextPageToken", &json!("t-100")),
        ),
        Fault::new(
            "the token is dropped, and more is said to come",
            ALWAYS,
            Outcome::Gap("does not name the next page"),
            |r| edited(&r, |body| drop(body.as_object_mut().expect("an object").remove("nextPageToken"))),
        ),
        Fault::new("an empty page before the end", ALWAYS, Outcome::Gap("a page is empty"), with("issues", &json!([]))),
        Fault::new("the first page again", ALWAYS, Outcome::Gap("only what was on the pages before"), {
            with("issues", &json!(MANY[..100].to_vec()))
        }),
        Fault::new("no list", ALWAYS, Outcome::Gap("no list `issues`"), with("issues", &Value::Null)),
        Fault::new("410", ALWAYS, Outcome::Gap("answered 410"), move |_| Reply {
            status: 410,
            ..Reply::json(&json!({"errorMessages": [gone]}))
        }),
        Fault::new("a quota until tomorrow", ALWAYS, Outcome::Gap("asks to wait 86400 s"), |_| {
            Reply::status(429).header("retry-after", "86400").header("ratelimit-reason", "jira-quota-tenant-based")
        }),
    ];
    connector(|asked| asked.json()["nextPageToken"] == "t-100").under(faults);
    let silent = Connector {
        good: |asked| {
            edited(&answer(&MANY, asked), |body| drop(body.as_object_mut().expect("an object").remove("isLast")))
        },
        ..connector(|_| true)
    };
    silent.under(Vec::new());
}

fn collected(issues: Vec<Value>, more: &str) -> (crate::support::Scratch, Fake) {
    let fake = Fake::start(move |asked| answer(&issues, asked));
    let text = CONFIG.replace("{more}", more).replace("{url}", &fake.url()).replace("{limits}", "");
    let scratch = beta(&text);
    scratch.write("token", "s3cret-token\n");
    collect(&scratch).ends(0);
    (scratch, fake)
}

#[test]
fn an_issue_is_a_bug_with_its_state_type_and_priority() {
    let (old, inside) = ("2026-03-01T00:00:00.000+0000", "2026-05-02T10:00:00.000+0200");
    let mut without = issue(4, "new", "High", inside, inside);
    without["fields"]["priority"] = Value::Null;
    let issues = vec![
        issue(1, "done", "Highest", old, old),
        issue(2, "new", "Highest", old, old),
        issue(3, "done", "High", old, inside),
        without,
        issue(5, "new", "Blocker", inside, inside),
    ];
    let (scratch, fake) = collected(issues.clone(), "");
    let held = Held::of(&scratch, "tracker");
    assert_eq!(
        rows(&scratch, TableName::Bugs, &["id", "state", "priority", "labels", "created_at", "closed_at"]),
        [
            "TRD-2 | open | P0 | ,mobile,bug,P0, | 2026-03-01T00:00:00Z | -",
            "TRD-3 | closed | P1 | ,mobile,bug,P1, | 2026-03-01T00:00:00Z | 2026-05-02T08:00:00Z",
            "TRD-4 | open | - | ,mobile,bug, | 2026-05-02T08:00:00Z | -",
            "TRD-5 | open | - | ,mobile,bug, | 2026-05-02T08:00:00Z | -"
        ]
    );
    assert_eq!(held.records[0]["ledger"]["attached"], 1, "closed before, and left alone since");
    assert!(held.gaps.len() == 1 && held.gaps[0].contains("`Blocker`"), "{:?}", held.gaps);
    let jql = fake.asked()[0].json()["jql"].as_str().expect("a question").to_owned();
    assert!(jql.contains("updated >= \"2026-04-30 00:00\""), "a day before the baseline: {jql}");
    let (scratch, _) = collected(issues, "priorities = { highest = \"P0\", High = \"P1\", Blocker = \"P0\" }");
    assert_eq!(Held::of(&scratch, "tracker").gaps, Vec::<String>::new());
}

#[test]
fn a_question_without_a_bound_or_with_an_order_is_refused_before_it_is_asked() {
    for (old, new, said) in [
        ("project = \"TRD\"", "", "Jira takes no question without a bound"),
        ("project = \"TRD\"", "jql = \"project = TRD ORDER BY key\"", "leave `order by` out"),
        ("project = \"TRD\"", "project = \"TRD\"\npriorities = { High = \"urgent\" }", "use P0 (worst)"),
        ("\"bugs\"", "\"ci\"", "it fills bugs"),
    ] {
        let text = config("").replace(old, new).replace("{url}", "http://127.0.0.1:9").replace("{limits}", "");
        let run = collect(&beta(&text)).ends(2);
        assert!(run.err().contains(said), "{new}: {}", run.err());
    }
}
