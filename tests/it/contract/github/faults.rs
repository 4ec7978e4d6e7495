//! The fault table for every list of a repository, and what only GitHub's answers can have wrong.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::super::faults::{Connector, Fault, Outcome, common};
use super::super::server::{Asked, Manner, Reply};
use super::{Repository, refusal, source};

const ALWAYS: usize = usize::MAX;

/// 250 issues, 150 check runs of one commit, 3 deployments, one artifact with a report.
static LARGE: LazyLock<Repository> = LazyLock::new(|| {
    let issue = |n: u64| {
        let at = format!("2026-05-01T{:02}:{:02}:00Z", n / 60, n % 60);
        json!({"id": 9_000_000 + n, "number": n, "title": "t", "state": "open", "labels": [{"name": "bug"}],
            "created_at": at, "updated_at": at, "closed_at": null, "html_url": "https://h.example/1"})
    };
    let check = |n: u64| {
        json!({"id": n, "name": format!("job {n}"), "head_sha": SHA, "status": "completed", "conclusion": "success",
            "started_at": "2026-05-01T10:00:00Z", "completed_at": "2026-05-01T10:05:00Z"})
    };
    let deployment = |n: u64| {
        let at = format!("2026-05-01T1{n}:00:00Z");
        json!({"id": n, "sha": SHA, "environment": "production", "task": "deploy", "payload": {}, "created_at": at,
            "statuses": [{"id": 10 + n, "state": "success", "created_at": at}]})
    };
    Repository {
        issues: (1..=250).map(issue).collect(),
        checks: (1..=150).map(check).collect(),
        runs: vec![json!({"id": 1, "head_sha": SHA, "run_attempt": 1, "created_at": "2026-05-01T10:00:00Z"})],
        deployments: (1..=3).rev().map(deployment).collect(),
        artifacts: vec![json!({"id": 77, "name": "junit", "expired": false, "created_at": "2026-05-01T10:06:00Z",
            "workflow_run": {"id": 1, "head_sha": SHA}})],
        reports: vec![("a.xml".to_owned(), REPORT.to_vec())],
    }
});

const SHA: &str = "2e55caa29ae05258b94a5cf0e3259b138b69ad42";
const REPORT: &[u8] = b"<testsuite name='verify'><testcase name='a'/><testcase name='b'/></testsuite>";

fn good(asked: &Asked) -> Reply {
    LARGE.answer(asked)
}

fn connector(table: &'static str, more: &str, rows: u64, is_data: fn(&Asked) -> bool) -> Connector {
    let config: &'static str = Box::leak(source("github", table, more).into_boxed_str());
    Connector { source: "github", config, is_data, good, rows }
}

fn edited(reply: &Reply, edit: impl Fn(&mut Value)) -> Reply {
    let mut body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    edit(&mut body);
    Reply { headers: reply.headers.clone(), ..Reply::json(&body) }
}

fn is_first(asked: &Asked) -> bool {
    asked.field("page").is_empty()
}

fn is_second(asked: &Asked) -> bool {
    asked.field("page") == "2"
}

/// What its lists and limits can have wrong, met by the second page.
fn of_its_own() -> Vec<Fault> {
    let long_ago = |r: Reply| r.header("x-ratelimit-remaining", "0").header("x-ratelimit-reset", "1700000000");
    let in_years = |r: Reply| r.header("x-ratelimit-remaining", "0").header("x-ratelimit-reset", "4000000000");
    let secondary = || refusal(403, "You have exceeded a secondary rate limit. Please wait a few minutes");
    let link = |to: &'static str| move |r: Reply| Reply { headers: Vec::new(), ..r }.header("link", to);
    let limit = move || refusal(403, "API rate limit exceeded for user ID 1");
    vec![
        Fault::new("rate limit that is filled again, then good", 1, Outcome::Complete, move |_| long_ago(limit())),
        Fault::new("rate limit for years", ALWAYS, Outcome::Gap("asks to wait"), move |_| in_years(limit())),
        Fault::new("secondary limit", ALWAYS, Outcome::Gap("asks to wait 60 s"), move |_| secondary()),
        Fault::new("secondary limit with a wait, then good", 1, Outcome::Complete, move |_| {
            secondary().header("retry-after", "1")
        }),
        Fault::new("a list that is none", ALWAYS, Outcome::Gap("there is no list"), |_| {
            Reply::json(&json!({"message": "Moved"}))
        }),
        Fault::new("a page that names itself next", ALWAYS, Outcome::Gap("names a page again"), |r| {
            let next = r.headers.iter().find(|(n, _)| n == "x-self").map(|(_, v)| v.clone()).expect("its address");
            r.header("link", format!("<{next}>; rel=\"next\""))
        }),
        Fault::new("a next page elsewhere", ALWAYS, Outcome::Gap("on another host"), {
            link("<http://elsewhere.invalid/x?page=3>; rel=\"next\"")
        }),
        Fault::new("an empty page before the end", ALWAYS, Outcome::Gap("a page is empty"), |r| {
            let empty = edited(&r, |body| match body {
                Value::Array(all) => all.clear(),
                body => body.as_object_mut().expect("an object").values_mut().for_each(|v| {
                    if v.is_array() {
                        *v = json!([]);
                    }
                }),
            });
            Reply { headers: Vec::new(), ..empty }
                .header("link", "</api/v3/repos/acme/app/issues?page=9>; rel=\"next\"")
        }),
    ]
}

#[test]
fn issues_under_every_fault() {
    connector("bugs", "", 250, is_first).under(common());
    let second = Connector {
        good: |asked| {
            let query: Vec<String> =
                asked.fields.iter().map(|(name, value)| format!("{name}={}", super::url::encoded(value))).collect();
            let itself = format!("http://{}{}?{}", asked.header("host"), asked.path, query.join("&"));
            good(asked).header("x-self", itself)
        },
        ..connector("bugs", "", 250, is_second)
    };
    let mut faults = of_its_own();
    faults.push(Fault::new("cut, always", ALWAYS, Outcome::Gap("breaks off after"), |r| r.manner(Manner::Reset)));
    faults.push(Fault::new("the first page again", ALWAYS, Outcome::Gap("only what was on the pages before"), |r| {
        edited(&r, |body| *body = json!(LARGE.issues[..100].to_vec()))
    }));
    second.under(faults);
}

#[test]
fn a_link_that_is_dropped_on_the_way_hides_no_page() {
    let bare = Connector {
        good: |asked| Reply { headers: Vec::new(), ..good(asked) },
        ..connector("bugs", "", 250, |_| true)
    };
    bare.under(Vec::new());
    let bare =
        Connector { good: |asked| Reply { headers: Vec::new(), ..good(asked) }, ..connector("ci", "", 150, |_| true) };
    bare.under(Vec::new());
}

#[test]
fn check_runs_under_every_fault() {
    let mut faults = common();
    faults.push(Fault::new("more are counted than come", ALWAYS, Outcome::Gap("of 151 records"), |r| {
        edited(&r, |body| body["total_count"] = json!(151))
    }));
    connector("ci", "", 150, |asked| asked.path.ends_with("/check-runs")).under(faults);
    let denied = || Fault::new("401, always", ALWAYS, Outcome::Gap("answered 401"), |_| Reply::status(401));
    connector("ci", "", 150, |asked| asked.path.ends_with("/runs")).under(vec![denied()]);
}

#[test]
fn deployments_under_every_fault() {
    connector("deploys", "", 3, |asked| asked.path.ends_with("/statuses")).under(common());
}

#[test]
fn artifacts_under_every_fault() {
    // An archive is no JSON, and may lead to another host.
    let own = ["under 200", "another host", "packed and cut", "in the middle"];
    let mut faults: Vec<Fault> = common().into_iter().filter(|f| !own.iter().any(|o| f.name.contains(o))).collect();
    faults
        .push(Fault::new("no archive", ALWAYS, Outcome::Gap("is no archive"), |r| Reply { body: b"PK".to_vec(), ..r }));
    faults.push(Fault::new("an archive cut short", ALWAYS, Outcome::Gap("is no archive"), |mut r| {
        r.body.truncate(r.body.len() / 2);
        r
    }));
    faults.push(Fault::new("no report in it", ALWAYS, Outcome::Gap("holds no JUnit report"), |r| Reply {
        body: super::archive(&[("log.txt".to_owned(), b"x".to_vec())]),
        ..r
    }));
    faults.push(Fault::new("gone", ALWAYS, Outcome::Gap("has expired"), |_| refusal(410, "Artifact has expired")));
    connector("ci", "artifact = [\"junit\"]", 3, |asked| asked.path.starts_with("/blob/")).under(faults);
}
