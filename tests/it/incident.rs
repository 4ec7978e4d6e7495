//! Incidents of the generator's own making: what `incident.json` says against what was done to each world.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::Scratch;
use crate::worldgen::incidents::{ALL, Plan};

/// Least share of the listed request ids that are right, and of the right ones that are listed.
const SHARE: f64 = 0.95;
/// Minutes by which a time may stand outside its window.
const NEAR: f64 = 1.0;

#[test]
fn incidents_are_told_as_they_were() {
    told_right(ALL.iter().step_by(2), 0);
}

#[test]
fn other_incidents_are_told_as_they_were() {
    told_right(ALL.iter().skip(1).step_by(2), 0);
}

/// The same plans with other habits and other luck; `CASE=leak` takes those whose names hold the word.
#[test]
#[ignore = "takes some minutes"]
fn incidents_are_told_right_with_other_luck() {
    let words = std::env::var_os("CASE").map(|words| words.to_string_lossy().into_owned()).unwrap_or_default();
    for seed in 1..=5 {
        told_right(ALL.iter().filter(|plan| plan.name.contains(&words)), seed);
    }
}

/// A world from elsewhere: `WORLD` names a folder that holds `input/` and `truth.json`.
#[test]
#[ignore = "needs WORLD"]
fn a_given_world_is_told_as_it_was() {
    let folder = std::env::var_os("WORLD").expect("WORLD names a folder");
    let truth = std::fs::read(Path::new(&folder).join("truth.json")).expect("truth.json");
    let scratch = Scratch::empty();
    let config = Path::new(&folder).join("input/cutover.toml").canonicalize().expect("cutover.toml");
    let report = report(&scratch, config.to_str().expect("a path of text"));
    let wrong = wrongs(&serde_json::from_slice(&truth).expect("JSON"), &report);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn told_right<'p>(plans: impl Iterator<Item = &'p Plan>, seed: u64) {
    let mut all = Vec::new();
    for plan in plans {
        let scratch = Scratch::empty();
        let truth = plan.write(scratch.path(), seed).expect("a world");
        let report = report(&scratch, "input/cutover.toml");
        all.extend(wrongs(&truth, &report).into_iter().map(|wrong| format!("{} @{seed}: {wrong}", plan.name)));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// A report that is right, and what each change of it must be called.
#[test]
fn a_report_that_is_not_as_it_was_is_noticed() {
    let at = |minute: &str| format!("2026-10-07T13:{minute}:00Z");
    let truth = json!({ "incident": {
        "first_bad_minute": at("00"), "first_report_at": at("04"), "detected_at": at("10"), "rolled_back_at": at("20"),
        "recovered_window": { "from": at("21"), "to": at("30") },
        "tolerance_minutes": { "first_bad_minute": 5, "detected_at": 1, "rolled_back_at": 1 },
        "triggers": ["rt-05"],
        "affected_testers": [{ "tester": "t01", "device": "Pixel 8", "os_version": "Android 15", "build": "8" }],
        "request_ids": ["a", "b"], "request_ids_web": ["w"], "request_ids_allowed": ["c"],
        "culprit": { "deployment_id": 7, "sha": "f00d", "route": "GET /api/account" },
    } });
    let right = json!({
        "found": true, "trigger": ["R5"], "started_at": at("04"), "first_report_at": at("04"), "detected_at": at("10"),
        "rolled_back_at": at("21"), "recovered_at": at("25"), "request_ids": ["a", "b", "c"],
        "testers": [{ "tester": "t01", "device": "Pixel 8", "os_version": "Android 15", "build": "8", "request_ids": ["a", "b"] }],
        "routes": ["GET /api/account"], "suspect": "f00d",
    });
    assert_eq!(wrongs(&truth, &right), Vec::<String>::new());
    for (name, value) in [
        ("found", json!(false)),
        ("trigger", json!(["R5", "R1"])),
        ("started_at", json!(at("06"))),
        ("first_report_at", json!(at("10"))),
        ("detected_at", json!(null)),
        ("rolled_back_at", json!(at("23"))),
        ("recovered_at", json!(at("19"))),
        ("request_ids", json!(["a", "c"])),
        ("request_ids", json!(["a", "b", "x"])),
        ("testers", json!([])),
        ("routes", json!([])),
        ("suspect", json!("8")),
        ("suspect", json!(null)),
    ] {
        let mut report = right.clone();
        report[name] = value.clone();
        let wrong = wrongs(&truth, &report);
        assert!(
            wrong.iter().any(|w| w.starts_with(name)) || name == "testers" && !wrong.is_empty(),
            "{name} = {value}: {wrong:?}"
        );
    }
}

/// What the program reports of a world.
fn report(scratch: &Scratch, config: &str) -> Value {
    scratch.run(&["--config", config, "incident", "--format", "json", "--out", "report", "--force"]).ends(0);
    scratch.json("report/incident.json")
}

/// What a report says otherwise than the truth, as sentences; none when it is right.
fn wrongs(truth: &Value, report: &Value) -> Vec<String> {
    let told = &truth["incident"];
    let mut wrong = Vec::new();
    if report["found"] != Value::Bool(!told.is_null()) {
        let (found, why) = (&report["found"], [&report["chosen"], &report["reason"]]);
        return vec![format!("found is {found}: {why:?}")];
    }
    if told.is_null() {
        return wrong;
    }
    triggers(told, report, &mut wrong);
    times(told, report, &mut wrong);
    testers(told, report, &mut wrong);
    requests(told, report, &mut wrong);
    suspect(told, report, &mut wrong);
    wrong
}

fn triggers(told: &Value, report: &Value, wrong: &mut Vec<String>) {
    let expected: Vec<String> = texts(&told["triggers"]).iter().map(|t| t.replace("rt-0", "R")).collect();
    let fired: Vec<String> = list(&report["trigger"])
        .iter()
        .filter_map(|trigger| trigger.as_str().or(trigger["id"].as_str()).map(str::to_owned))
        .collect();
    if fired != expected {
        wrong.push(format!("trigger is {fired:?} and should be {expected:?}: {}", report["chosen"]));
    }
}

fn times(told: &Value, report: &Value, wrong: &mut Vec<String>) {
    let tolerance = |name: &str| told["tolerance_minutes"][name].as_f64().unwrap_or(NEAR);
    let around = |name: &str, tolerance: f64| minutes(&told[name]).map(|at| (at - tolerance, at + tolerance));
    let window = |name: &str| {
        let (from, to) = (minutes(&told[name]["from"])?, minutes(&told[name]["to"])?);
        Some((from - NEAR, to + NEAR))
    };
    let pulled = window("rolled_back_window").or_else(|| around("rolled_back_at", tolerance("rolled_back_at")));
    let mut all = vec![
        ("started_at", around("first_bad_minute", tolerance("first_bad_minute"))),
        ("detected_at", around("detected_at", tolerance("detected_at"))),
        ("rolled_back_at", pulled),
        ("recovered_at", window("recovered_window")),
    ];
    // Where nobody but the audit events said so, which of its own findings a report calls the first is its affair.
    if let Some(expected) = around("first_report_at", NEAR) {
        all.push(("first_report_at", Some(expected)));
    }
    for (name, expected) in all {
        match (minutes(&report[name]), expected) {
            (Some(at), Some((from, to))) if from <= at && at <= to => {}
            (None, None) if report["unknown"][name].as_str().is_some_and(|why| !why.is_empty()) => {}
            (None, None) => wrong.push(format!("{name} is unknown and the report does not say why")),
            (_, expected) => {
                let text = |m: f64| {
                    Timestamp::from_second((m * 60.0) as i64).map_or_else(|_| String::new(), |t| t.to_string())
                };
                let expected = expected.map(|(from, to)| format!("{} to {}", text(from), text(to)));
                wrong.push(format!("{name} is {} and should be {expected:?}", report[name]));
            }
        }
    }
}

fn testers(told: &Value, report: &Value, wrong: &mut Vec<String>) {
    let cells = ["tester", "device", "os_version", "build"];
    let row = |tester: &Value, known: &[&str]| -> Vec<String> {
        known.iter().map(|cell| tester[*cell].as_str().unwrap_or("-").to_owned()).collect()
    };
    let expected = list(&told["affected_testers"]);
    // The web has no build.
    let on_web = expected.iter().all(|tester| tester["build"].is_null());
    let known = if on_web { &cells[..3] } else { &cells[..] };
    let rows = |all: &[Value]| -> BTreeSet<Vec<String>> { all.iter().map(|tester| row(tester, known)).collect() };
    let (listed, expected) = (rows(list(&report["testers"])), rows(expected));
    if listed != expected {
        wrong.push(format!("testers are {listed:?} and should be {expected:?}"));
    }
}

fn requests(told: &Value, report: &Value, wrong: &mut Vec<String>) {
    let (own, web) = (texts(&told["request_ids"]), texts(&told["request_ids_web"]));
    let mut listed = texts(&report["request_ids"]);
    let expected = if own.is_empty() { &web } else { &own };
    if own.is_empty() {
        listed.extend(texts(&report["request_ids_others"]));
    }
    // What failed beside it, and on the web, may be listed or not.
    let also: BTreeSet<String> = texts(&told["request_ids_allowed"]).into_iter().chain(web.clone()).collect();
    let right = listed.intersection(expected).count() as f64;
    let counted = listed.iter().filter(|id| expected.contains(*id) || !also.contains(*id)).count() as f64;
    let share = |of: f64| if of == 0.0 { 1.0 } else { right / of };
    let (precision, recall) = (share(counted), share(expected.len() as f64));
    if precision < SHARE || recall < SHARE {
        wrong.push(format!("request_ids: precision {precision:.2}, recall {recall:.2}, {} listed", listed.len()));
    }
    let of_testers: BTreeSet<String> = list(&report["testers"]).iter().flat_map(|t| texts(&t["request_ids"])).collect();
    let missing = own.iter().filter(|id| listed.contains(*id) && !of_testers.contains(*id)).count();
    if missing > 0 {
        wrong.push(format!("{missing} request ids are listed of no tester"));
    }
    if let Some(route) = told["culprit"]["route"].as_str()
        && !texts(&report["routes"]).contains(route)
    {
        wrong.push(format!("routes are {} without {route}", report["routes"]));
    }
}

fn suspect(told: &Value, report: &Value, wrong: &mut Vec<String>) {
    let (culprit, named) = (&told["culprit"], &report["suspect"]);
    let is = |value: &Value| {
        let text = value.as_str().map(str::to_owned).or_else(|| value.as_i64().map(|id| id.to_string()));
        text.is_some() && text.as_deref() == named.as_str()
    };
    let right = if culprit.is_null() {
        // Nothing changed that would explain it but, perhaps, the build that was pulled.
        named.is_null() || list(&told["affected_testers"]).iter().any(|tester| is(&tester["build"]))
    } else {
        ["deployment_id", "sha", "flag", "build"].iter().any(|key| is(&culprit[*key]))
    };
    if !right {
        wrong.push(format!("suspect is {named} and should be {culprit}"));
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn texts(value: &Value) -> BTreeSet<String> {
    list(value).iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn minutes(value: &Value) -> Option<f64> {
    let at: Timestamp = value.as_str()?.parse().ok()?;
    Some(at.as_millisecond() as f64 / 60_000.0)
}
