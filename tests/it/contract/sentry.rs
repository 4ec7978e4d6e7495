//! Sentry's interface as its published description has it: a `Link` header at every page, numbers of projects, events with
//! tags and contexts.

use std::sync::LazyLock;

use cutover::tables::schema::TableName;
use serde_json::{Value, json};

use super::faults::{Connector, Fault, Outcome, common};
use super::server::{Asked, Fake, Reply};
use super::{Held, beta, collect, rows};
use crate::support::Scratch;

const ALWAYS: usize = usize::MAX;

/// What a project holds.
#[derive(Default, Clone)]
struct Project {
    issues: Vec<Value>,
    events: Vec<Value>,
}

impl Project {
    fn answer(&self, asked: &Asked) -> Reply {
        assert!(asked.method == "GET" && asked.body.is_empty(), "nothing is written");
        if asked.header("authorization") != "Bearer s3cret-token" {
            return Reply { status: 401, ..Reply::json(&json!({"detail": "Invalid token"})) };
        }
        match asked.path.as_str() {
            "/api/0/projects/acme/app/" => Reply::json(&json!({"id": "77", "slug": "app"})),
            "/api/0/organizations/acme/issues/" => {
                assert_eq!(asked.field("project"), "77", "a slug is refused");
                let inside = |issue: &&Value| issue["lastSeen"].as_str().expect("a time") >= asked.field("start");
                let unresolved = asked.fields.iter().all(|(name, _)| name != "query");
                assert!(!unresolved, "without a query, only unresolved ones come");
                page(asked, self.issues.iter().filter(inside).cloned().collect())
            }
            "/api/0/projects/acme/app/events/" => {
                assert_eq!(asked.field("full"), "true");
                page(asked, self.events.clone())
            }
            path => {
                let id = path.strip_prefix("/api/0/organizations/acme/issues/").map(|rest| rest.trim_end_matches('/'));
                match self.issues.iter().find(|issue| issue["id"].as_str() == id) {
                    Some(issue) => Reply::json(issue),
                    None => Reply {
                        status: 404,
                        ..Reply::json(&json!({"detail": "The requested resource does not exist"}))
                    },
                }
            }
        }
    }
}

fn page(asked: &Asked, all: Vec<Value>) -> Reply {
    let from: usize = asked.field("cursor").split(':').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    let records: Vec<Value> = all
        .iter()
        .skip(from)
        .take(100)
        .map(|r| {
            let mut record = r.clone();
            record.as_object_mut().expect("an object").remove("activity");
            record
        })
        .collect();
    let kept = asked.fields.iter().filter(|(name, _)| name != "cursor");
    let query: Vec<String> = kept.map(|(name, value)| format!("{name}={}", value.replace(':', "%3A"))).collect();
    let link = |at: usize, rel: &str, results: bool| {
        let address = format!("http://{}{}?{}&cursor=0:{at}:0", asked.header("host"), asked.path, query.join("&"));
        format!("<{address}>; rel=\"{rel}\"; results=\"{results}\"; cursor=\"0:{at}:0\"")
    };
    let (next, more) = (from + records.len(), from + records.len() < all.len());
    Reply::json(&json!(records))
        .header("link", format!("{}, {}", link(0, "previous", from > 0), link(next, "next", more)))
}

fn issue(n: u64, status: &str, priority: &str, first: &str, last: &str) -> Value {
    json!({"id": n.to_string(), "shortId": format!("APP-{n}"), "title": "TypeError: undefined", "status": status,
        "priority": priority, "level": "error", "count": "3", "firstSeen": first, "lastSeen": last,
        "permalink": format!("https://acme.sentry.example/{n}")})
}

static MANY: LazyLock<Project> = LazyLock::new(|| {
    let at = |n: u64| format!("2026-05-01T{:02}:{:02}:00Z", n / 60, n % 60);
    let event = |n: u64| json!({"eventID": format!("{n:032x}"), "dateCreated": at(n), "title": "Fatal", "tags": [{"key": "level", "value": "fatal"}]});
    Project {
        issues: (1..=150).map(|n| issue(n, "unresolved", "high", &at(n), "2026-05-02T10:00:00Z")).collect(),
        events: (1..=150).map(event).collect(),
    }
});

fn config(table: &str, more: &str) -> String {
    format!(
        "[[source]]\nname = \"sentry\"\ntable = \"{table}\"\nkind = \"sentry\"\nurl = \"{{url}}\"\n\
         headers = {{ authorization = \"Bearer s3cret-token\" }}\norganization = \"acme\"\nproject = \"app\"\n{more}\n{{limits}}"
    )
}

fn connector(table: &str, is_data: fn(&Asked) -> bool) -> Connector {
    let config: &'static str = Box::leak(config(table, "").into_boxed_str());
    Connector { source: "sentry", config, is_data, good: |asked| MANY.answer(asked), rows: 150 }
}

fn collected(project: Project, table: &str, more: &str) -> (Scratch, Fake) {
    let fake = Fake::start(move |asked| project.answer(asked));
    let scratch = beta(&config(table, more).replace("{url}", &fake.url()).replace("{limits}", ""));
    collect(&scratch).ends(0);
    (scratch, fake)
}

#[test]
fn every_fault_is_a_gap_or_overcome() {
    connector("crashes", |asked| asked.field("cursor").is_empty()).under(common());
    let limited = || Reply {
        status: 429,
        ..Reply::json(&json!({"detail": "You are attempting to use this endpoint too quickly"}))
    };
    let body = |value: Value| move |r: Reply| Reply { headers: r.headers.clone(), ..Reply::json(&value) };
    let link = |to: &'static str| move |r: Reply| Reply { headers: Vec::new(), ..r }.header("link", to);
    let faults = vec![
        Fault::new("429 with a reset, then good", 1, Outcome::Complete, move |_| {
            limited().header("x-sentry-rate-limit-reset", "1780272001")
        }),
        Fault::new("429 for an hour", ALWAYS, Outcome::Gap("asks to wait 3"), move |_| {
            limited().header("x-sentry-rate-limit-reset", "1780275600")
        }),
        Fault::new("no link", ALWAYS, Outcome::Gap("`Link` is missing"), |r| Reply { headers: Vec::new(), ..r }),
        Fault::new("no list", ALWAYS, Outcome::Gap("it is no list"), body(json!({"detail": "x"}))),
        Fault::new("empty before the end", ALWAYS, Outcome::Gap("a page is empty"), |r| {
            let link =
                "</api/0/projects/acme/app/events/?cursor=0:9:0>; rel=\"next\"; results=\"true\"; cursor=\"0:9:0\"";
            Reply { headers: Vec::new(), body: b"[]".to_vec(), ..r }.header("link", link)
        }),
        Fault::new("the first page again", ALWAYS, Outcome::Gap("only what was on the pages before"), {
            body(json!(MANY.events[..100].to_vec()))
        }),
        Fault::new("next elsewhere", ALWAYS, Outcome::Gap("on another host"), {
            link("<https://elsewhere.invalid/x>; rel=\"next\"; results=\"true\"; cursor=\"1\"")
        }),
    ];
    connector("crashes", |asked| asked.field("cursor") == "0:100:0").under(faults);
    let denied = || vec![Fault::new("403, always", ALWAYS, Outcome::Gap("answered 403"), |_| Reply::status(403))];
    connector("bugs", |asked| asked.path.ends_with("/issues/")).under(denied());
    connector("bugs", |asked| asked.path.ends_with("/app/")).under(denied());
}

#[test]
fn issues_keep_their_state_and_the_time_at_which_they_were_resolved() {
    let (old, inside) = ("2026-03-01T00:00:00Z", "2026-05-02T10:00:00Z");
    let mut resolved = issue(3, "resolved", "high", old, inside);
    resolved["activity"] = json!([
        {"type": "set_resolved_in_release", "dateCreated": "2026-05-02T12:00:00Z"},
        {"type": "set_unresolved", "dateCreated": "2026-05-02T11:00:00Z"},
        {"type": "set_resolved", "dateCreated": "2026-05-01T12:00:00Z"}
    ]);
    let project = Project {
        issues: vec![
            issue(1, "unresolved", "high", old, old),
            issue(2, "unresolved", "medium", old, inside),
            resolved,
            issue(4, "resolved", "high", inside, inside),
            issue(5, "ignored", "urgent", inside, inside),
        ],
        ..Project::default()
    };
    let (scratch, fake) = collected(project, "bugs", "query = \"release:app@1.4.0\"");
    assert_eq!(
        rows(&scratch, TableName::Bugs, &["id", "state", "priority", "created_at", "closed_at"]),
        [
            "APP-2 | open | P2 | 2026-03-01T00:00:00Z | -",
            "APP-3 | closed | P1 | 2026-03-01T00:00:00Z | 2026-05-02T12:00:00Z",
            "APP-4 | closed | P1 | 2026-05-02T10:00:00Z | 2026-06-01T00:00:00Z",
            "APP-5 | open | - | 2026-05-02T10:00:00Z | -"
        ],
        "when the fourth was resolved is not known: at the latest at this look"
    );
    let held = Held::of(&scratch, "sentry");
    assert!(held.gaps.len() == 1 && held.gaps[0].contains("`urgent`"), "{:?}", held.gaps);
    assert!(fake.asked().iter().any(|asked| asked.field("query") == "release:app@1.4.0"));
}

#[test]
fn events_that_nobody_handled_are_crashes_of_a_pseudonym() {
    let event = |id: &str, tags: Value, more: Value| {
        let mut event =
            json!({"eventID": id, "dateCreated": "2026-05-02T10:00:04.500000Z", "title": "Boom", "tags": tags});
        event.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        event
    };
    let contexts = json!({"user": {"id": "usr_1", "email": "anna@mail.example"}, "contexts": {
        "app": {"app_start_time": "2026-05-02T10:00:02.000Z", "app_build": "7"},
        "os": {"name": "iOS", "version": "18.1"}, "device": {"model": "iPhone15,3"}}});
    let project = Project {
        events: vec![
            event("a1", json!([{"key": "handled", "value": "no"}]), contexts),
            event("a2", json!([{"key": "handled", "value": "yes"}, {"key": "level", "value": "error"}]), json!({})),
            event(
                "a3",
                json!([{"key": "level", "value": "fatal"}, {"key": "release", "value": "com.acme.app@1.4.0+8"}]),
                json!({}),
            ),
        ],
        ..Project::default()
    };
    let (scratch, _) = collected(project, "crashes", "");
    let held = Held::of(&scratch, "sentry");
    assert_eq!((held.rows, held.records[0]["ledger"]["attached"].as_u64(), held.gaps), (2, Some(1), Vec::new()));
    let told = rows(&scratch, TableName::Crashes, &["platform", "build", "os_version", "uptime_ms", "text"]);
    assert_eq!(told, ["ios | 7 | 18.1 | 2500 | Boom", "- | 8 | - | - | Boom"]);
    let testers = rows(&scratch, TableName::Crashes, &["tester"]);
    assert!(testers[0].starts_with("u-") && testers[1] == "-", "{testers:?}");
}

#[test]
fn what_is_asked_of_a_project_is_looked_at_first() {
    for (old, new, said) in [
        ("project = \"app\"", "", "add project"),
        ("\"acme\"", "\"acme/other\"", "stands in the address of its page"),
        ("\"bugs\"", "\"crashes\"", "`query` is for bugs"),
    ] {
        let text = config("bugs", "query = \"\"").replace(old, new).replace("{url}", "http://127.0.0.1:9");
        let run = collect(&beta(&text.replace("{limits}", ""))).ends(2);
        assert!(run.err().contains(said), "{new}: {}", run.err());
    }
}
