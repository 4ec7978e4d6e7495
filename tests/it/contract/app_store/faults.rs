//! The fault table for TestFlight's lists, what only Apple's answers can have wrong, and what is asked and kept.

use std::sync::LazyLock;

use cutover::tables::schema::TableName;
use serde_json::{Value, json};

use super::super::faults::{Connector, Fault, Outcome, common};
use super::super::server::{Asked, Fake, Manner, Reply};
use super::super::{Held, beta, collect, rows};
use super::{App, NOW, address, refusal, source};

const ALWAYS: usize = usize::MAX;

/// 250 submissions of the beta's day, and 150 older ones.
static LARGE: LazyLock<App> = LazyLock::new(|| {
    let submission = |n: u64| {
        let day = if n <= 150 { "2026-03-02" } else { "2026-05-02" };
        json!({"type": "betaFeedbackScreenshotSubmissions", "id": format!("s-{n}"),
            "attributes": {"createdDate": format!("{day}T{:02}:{:02}:00-00:00", n / 60, n % 60), "comment": "Positions empty",
                "email": "anna@mail.example", "deviceModel": "iPhone15_3", "appPlatform": "IOS"},
            "relationships": {"build": {"data": {"type": "builds", "id": "b-8"}}}})
    };
    App {
        feedback: (1..=400).rev().map(submission).collect(),
        others: vec![json!({"type": "builds", "id": "b-8", "attributes": {"version": "8"}})],
        ..App::default()
    }
});

fn good(asked: &Asked) -> Reply {
    LARGE.answer(asked)
}

fn feedback(is_data: fn(&Asked) -> bool) -> Connector {
    let config: &'static str = Box::leak(source("testflight", "feedback").into_boxed_str());
    Connector { source: "testflight", config, is_data, good, rows: 250 }
}

fn edited(reply: &Reply, edit: impl Fn(&mut Value)) -> Reply {
    let mut body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    edit(&mut body);
    Reply { headers: reply.headers.clone(), ..Reply::json(&body) }
}

#[test]
fn the_first_page_under_every_fault() {
    feedback(|asked| asked.field("cursor").is_empty() && asked.path.contains("Submissions")).under(common());
}

#[test]
fn a_later_page_under_apples_own_faults() {
    let next = |to: &'static str| move |r: Reply| edited(&r, |body| body["links"]["next"] = json!(to));
    let page = "/v1/apps/1/betaFeedbackScreenshotSubmissions?sort=-createdDate&limit=200&cursor=9";
    let faults = vec![
        Fault::new("reset, always", ALWAYS, Outcome::Gap("breaks off after"), |r| r.manner(Manner::Reset)),
        Fault::new("401 once: the token had ended", 1, Outcome::Complete, |_| {
            refusal(401, "NOT_AUTHORIZED", "expired")
        }),
        Fault::new("403: the role", ALWAYS, Outcome::Gap("answered 403"), |_| refusal(403, "FORBIDDEN_ERROR", "role")),
        Fault::new("429 once", 1, Outcome::Complete, |_| refusal(429, "RATE_LIMIT_EXCEEDED", "slow down")),
        Fault::new("429, always", ALWAYS, Outcome::Gap("answered 429"), |_| {
            refusal(429, "RATE_LIMIT_EXCEEDED", "slow down")
        }),
        Fault::new("no list", ALWAYS, Outcome::Gap("no list `data`"), |_| Reply::json(&json!({"errors": []}))),
        Fault::new("next elsewhere", ALWAYS, Outcome::Gap("on another host"), next("https://elsewhere.invalid/v1/x")),
        Fault::new("goes round", ALWAYS, Outcome::Gap("names a page again"), move |r| {
            edited(&r, |body| body["links"]["next"] = body["links"]["self"].clone())
        }),
        Fault::new("empty before the end", ALWAYS, Outcome::Gap("a page is empty"), move |r| {
            edited(&r, |body| {
                body["data"] = json!([]);
                body["links"]["next"] = json!(page);
            })
        }),
        Fault::new("the first page again", ALWAYS, Outcome::Gap("only what was on the pages before"), |r| {
            edited(&r, |body| body["data"] = json!(LARGE.feedback[..100].to_vec()))
        }),
        Fault::new("it ends before all came", ALWAYS, Outcome::Gap("200 of 400 records"), |r| {
            edited(&r, |body| body["links"] = json!({}))
        }),
    ];
    let second = Connector {
        good: |asked| {
            let itself = address(asked, "");
            edited(&good(asked), |body| {
                if body["links"].is_object() {
                    body["links"]["self"] = json!(itself);
                }
            })
        },
        ..feedback(|asked| asked.field("cursor") == "100")
    };
    second.under(faults);
}

#[test]
fn only_what_is_in_the_time_is_kept_and_no_address_is_on_the_disk() {
    let fake = Fake::start(good);
    let scratch = beta(&source("testflight", "feedback").replace("{url}", &fake.url()).replace("{limits}", ""));
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "testflight");
    assert_eq!(held.records[0]["ledger"]["attached"], 50, "the page on which the older ones begin is the last");
    assert_eq!(fake.asked().len(), 4, "the app, and three pages");
    let fields = fake.asked()[1].field("fields[betaFeedbackScreenshotSubmissions]").to_owned();
    assert!(!fields.contains("screenshots"), "{fields}");
    for file in crate::support::files(&scratch.path().join(".cutover")) {
        let bytes = scratch.read(&format!(".cutover/{}", file.display()));
        assert!(!String::from_utf8_lossy(&bytes).contains("mail.example"), "{}", file.display());
    }
}

#[test]
fn a_clock_that_is_wrong_here_costs_one_question() {
    let app = App { clock: Some(NOW + 3 * 3600), ..LARGE.clone() };
    let fake = Fake::start(move |asked| app.answer(asked));
    let scratch = beta(&source("testflight", "feedback").replace("{url}", &fake.url()).replace("{limits}", ""));
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "testflight");
    assert_eq!((held.rows, held.gaps.len(), fake.asked().len()), (250, 0, 5), "{:?}", held.gaps);
}

#[test]
fn builds_say_whether_testers_are_offered_them() {
    let build = |n: u64, at: &str, state: &str, expired: bool, beta: &str| {
        let build = json!({"type": "builds", "id": format!("b-{n}"),
            "attributes": {"version": n.to_string(), "uploadedDate": at, "processingState": state, "expired": expired},
            "relationships": {"preReleaseVersion": {"data": {"type": "preReleaseVersions", "id": "v-1"}},
                "buildBetaDetail": {"data": {"type": "buildBetaDetails", "id": format!("d-{n}")}}}});
        let detail = json!({"type": "buildBetaDetails", "id": format!("d-{n}"),
            "attributes": {"internalBuildState": beta, "externalBuildState": "READY_FOR_BETA_SUBMISSION"}});
        (build, detail)
    };
    let (builds, mut others): (Vec<Value>, Vec<Value>) = [
        build(9, "2026-05-02T12:00:00-07:00", "INVALID", false, "PROCESSING_EXCEPTION"),
        build(8, "2026-05-02T10:00:00-07:00", "VALID", false, "READY_FOR_BETA_TESTING"),
        build(7, "2026-05-01T10:00:00-07:00", "VALID", false, "IN_BETA_TESTING"),
        build(6, "2026-05-01T09:00:00-07:00", "VALID", true, "EXPIRED"),
    ]
    .into_iter()
    .unzip();
    others.push(
        json!({"type": "preReleaseVersions", "id": "v-1", "attributes": {"version": "1.4.0", "platform": "IOS"}}),
    );
    let app = App { builds, others, ..App::default() };
    let fake = Fake::start(move |asked| app.answer(asked));
    let scratch = beta(&source("builds", "deploys").replace("{url}", &fake.url()).replace("{limits}", ""));
    collect(&scratch).ends(0);
    assert_eq!(Held::of(&scratch, "builds").rows, 4);
    let rows = rows(&scratch, TableName::Deploys, &["build", "state", "environment", "platform", "description"]);
    assert_eq!(
        rows,
        [
            "6 | inactive | - | ios | 1.4.0 (6)",
            "7 | success | testflight-internal | ios | 1.4.0 (7)",
            "8 | in_progress | - | ios | 1.4.0 (8)",
            "9 | failure | - | ios | 1.4.0 (9)"
        ]
    );
}
