//! Summaries for tests: a rich week, an empty one, one of 30 testers, one without history, one without any data, and
//! one that says a text wherever evidence can put one.

use jiff::ToSpan;
use serde_json::{Value, json};

use crate::report::weekly::{Person, Weekly};
use crate::verdict::Verdict;

/// Week 35 of seven testers, with a trigger that fired, a gap, drills, and quotes in four scripts.
pub(crate) fn rich() -> Weekly {
    of(rich_value())
}

/// A week of which nothing is known.
pub(crate) fn empty() -> Weekly {
    let mut all = rich_value();
    for list in
        ["history", "triggers", "changes", "verdicts", "watch", "events", "unknown", "asks", "health", "coverage"]
    {
        all[list] = json!([]);
    }
    for text in ["headline", "summary"] {
        all[text] = "".into();
    }
    all["redactions"] = json!([]);
    all["previous"] = Value::Null;
    all["forecast"] = json!({"call": "NOT YET", "sentence": "", "day": null, "how": ""});
    all["progress"] = json!({"day": 0, "least": 3, "days": 7, "candidate_day": null, "passed": 0, "of": 0,
        "passed_before": null});
    all["people"] = json!({"testers": [], "active": [], "sessions": 0, "crashes": 0, "platforms_missing": ["ios"],
        "note": ""});
    all["feedback"] = json!({"new": 0, "all": 0, "open": 0, "by_decision": [], "quotes": []});
    of(all)
}

/// The rich week with `n` testers, the names of whose devices are long, who all owe words.
pub(crate) fn many(n: usize) -> Weekly {
    let mut weekly = rich();
    weekly.people.testers = (1..=n)
        .map(|at| Person {
            tester: format!("t{at:02}"),
            device: "Samsung Galaxy Z Fold6 Ultra 5G (SM-F956B)".to_owned(),
            platform: "android".to_owned(),
            sessions: vec![at as u64, 0, 120, 7, 3, 0, 11],
            total: 141 + at as u64,
            crashes: (at % 3) as u64,
            outstanding: vec!["F1".to_owned(); at % 4],
        })
        .collect();
    weekly
}

/// The first summary of a beta.
pub(crate) fn first() -> Weekly {
    let mut weekly = rich();
    weekly.previous = None;
    weekly.progress.passed_before = None;
    weekly.history = vec!["There is no earlier summary to compare with.".to_owned()];
    weekly.verdicts.iter_mut().for_each(|row| row.before = None);
    weekly
}

/// A week in which no source gave anything.
pub(crate) fn blind() -> Weekly {
    let mut weekly = rich();
    for row in &mut weekly.watch {
        row.e_value = None;
        for day in &mut row.days {
            (day.verdict, day.word) = (Some(Verdict::NoData), "no data".to_owned());
        }
    }
    for trigger in &mut weekly.triggers {
        (trigger.verdict, trigger.state) = (Verdict::NoData, "CANNOT EXCLUDE".to_owned());
    }
    weekly
}

/// A summary with this text everywhere, and `n` rows in every list.
pub(crate) fn hostile(text: &str, n: usize) -> Weekly {
    let mut all = rich_value();
    said_everywhere(&mut all, text, n, "");
    of(all)
}

fn of(value: Value) -> Weekly {
    serde_json::from_value(value).expect("the sample has the shape of a summary")
}

/// Replaces every text that is neither a time nor a word of a closed set, and repeats every list's first row.
fn said_everywhere(value: &mut Value, text: &str, n: usize, name: &str) {
    const FIXED: [&str; 6] = ["schema", "tool_version", "packet_id", "display_zone", "call", "samples"];
    const CLOSED: [&str; 3] = ["verdict", "before", "now"];
    match value {
        Value::String(old) => {
            let begins = old.starts_with("20") && old.as_bytes().get(4) == Some(&b'-');
            let time = begins && (old.ends_with('Z') || old.len() == 10 && !old.contains('W'));
            if !time && !FIXED.contains(&name) && !CLOSED.contains(&name) {
                *old = text.to_owned();
            }
        }
        Value::Array(rows) => {
            rows.iter_mut().for_each(|row| said_everywhere(row, text, n, name));
            if let Some(first) = rows.first().cloned() {
                *rows = vec![first; n];
            }
        }
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| said_everywhere(value, text, n, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn rich_value() -> Value {
    let mut all = json!({});
    for part in [identity(), course(), watch(), people(), rest()] {
        let (Value::Object(all), Value::Object(part)) = (&mut all, part) else { continue };
        all.extend(part);
    }
    all
}

fn identity() -> Value {
    let window = json!({"from": "2026-08-23T23:00:00Z", "to": "2026-08-30T23:00:00Z"});
    let trigger = |check: &str, condition: &str, verdict: &str, state: &str, sentence: &str| {
        json!({"check": check, "condition": condition, "action": "Remove immediately + page oncall",
            "verdict": verdict, "state": state, "sentence": sentence, "coverage": 1.0, "evidence": []})
    };
    json!({
        "schema": "cutover/weekly/1", "tool_version": "0.1.0", "week": "2026-W35",
        "meta": {"project": "ByteLyst Trading", "stage_title": "Mobile internal beta", "stage_number": 3,
            "packet_id": "c87019ae5929", "window": window, "first_day": "2026-08-24", "last_day": "2026-08-30",
            "beta": {"from": "2026-08-24T00:00:00Z", "to": "2026-08-31T00:00:00Z"}, "as_of": "2026-08-30T23:00:00Z",
            "display_zone": "Europe/London", "cohort": "mobile", "candidate": "42", "builds": ["41", "42"],
            "owner": "priya.raman"},
        "headline": "Quiet week, one blind spot",
        "summary": "All seven testers used the app every day. Six hours of metrics are missing on Wednesday, so two \
                    watch items cannot be called green.",
        "forecast": {"call": "NOT YET", "sentence": "M3 is no-data: the connection count is stable.",
            "day": "2026-09-02",
            "how": "10 lines are open; at the pace since the last summary (19 in 1 weeks) they close in 4 days."},
        "progress": {"day": 7, "least": 3, "days": 7, "candidate_day": 4, "passed": 81, "of": 91,
            "passed_before": 62},
        "previous": "2026-W34", "history": [],
        "triggers": [
            trigger("r1_sign_in_fails", "Sign-in or session restore fails", "pass", "NOT FIRED",
                "0 unrecovered failures in 198 sign-ins and restores"),
            trigger("r2_tenant_leak", "Tenant data leak — tester sees another user's data", "fail", "FIRED",
                "15 foreign owners in 7,637 answers that name an owner: t02 was given another user's data (11 times)"),
            trigger("r5_error_rate", "Backend error rate increases after mobile connections are established",
                "inconclusive", "HOLD", "0 5xx episodes in 255 requests of mobile (0.00 %)"),
        ],
    })
}

fn course() -> Value {
    let change = |kind: &str, about: &str, what: &str, before: Value, now: Value| json!({"kind": kind, "about": about, "what": what, "before": before, "now": now});
    json!({
        "changes": [
            change("verdict", "M3, M5", "metrics missing, Wed 26 Aug 09:18 – 15:18 UTC", "pass".into(), "no-data".into()),
            change("verdict", "M1, M2, M4", "enough sign-ins and refreshes since Tuesday", "inconclusive".into(),
                "pass".into()),
            change("build", "Build 42", "offered to testers on Thu 27 Aug 06:30 UTC", Value::Null, Value::Null),
            change("error", "Error 9937c452", "new: <*> [auth] sign-in failed status=<*> (1 time)", Value::Null,
                Value::Null),
            change("conflict", "S5.15", "t02 says pass, the log says fail", Value::Null, "conflict".into()),
        ],
        "verdicts": [
            {"item": "M3", "check": "m3_connections", "title": "The connection count is stable", "now": "no-data",
                "before": "pass"},
            {"item": "M1", "check": "m1_auth", "title": "Auth failures are at baseline", "now": "pass",
                "before": "inconclusive"},
        ],
    })
}

fn watch() -> Value {
    let first = jiff::civil::date(2026, 8, 24);
    let row = |item: &str, title: &str, e_value: Value, states: [&str; 7]| {
        let days = first.series(1.day()).zip(states).map(|(day, state)| {
            let (verdict, word) = match state {
                "pass" => (json!("pass"), "pass"),
                "few" => (json!("inconclusive"), "too few"),
                "none" => (json!("no-data"), "no data"),
                "fail" => (json!("fail"), "fail"),
                "conflict" => (json!("conflict"), "conflict"),
                _ => (Value::Null, "not in the beta"),
            };
            json!({"day": day, "verdict": verdict, "word": word})
        });
        json!({"item": item, "title": title, "days": days.collect::<Vec<_>>(), "e_value": e_value})
    };
    let calm = ["few", "pass", "pass", "pass", "pass", "pass", "out"];
    json!({"watch": [
        row("M1", "Auth failures are at baseline", json!(0.41), ["few", "few", "pass", "pass", "pass", "pass", "out"]),
        row("M2", "Token refreshes do not fail", Value::Null, calm),
        row("M3", "The connection count is stable", Value::Null,
            ["pass", "pass", "none", "pass", "pass", "pass", "out"]),
        row("M4", "401 and 403 are at baseline", json!(127.3), ["few", "pass", "fail", "fail", "pass", "pass", "out"]),
        row("M5", "Database read latency is normal", json!(0.7),
            ["few", "few", "none", "conflict", "pass", "pass", "out"]),
        row("M6", "The app is rarely degraded", Value::Null, calm),
    ]})
}

fn people() -> Value {
    let person = |tester: &str, device: &str, sessions: [u64; 7], outstanding: &[&str]| {
        json!({"tester": tester, "device": device, "platform": if device.starts_with('i') { "ios" } else { "android" },
            "sessions": sessions, "total": sessions.iter().sum::<u64>(), "crashes": u64::from(tester == "t04"),
            "outstanding": outstanding})
    };
    json!({"people": {
        "testers": [
            person("t01", "iPhone 15 Pro", [6, 7, 6, 9, 4, 7, 3], &[]),
            person("t02", "iPhone 14", [5, 7, 12, 7, 6, 5, 3], &["F1", "H2"]),
            person("t03", "iPhone 16", [5, 7, 6, 3, 9, 2, 4], &[]),
            person("t04", "Galaxy S23", [4, 6, 9, 10, 8, 3, 4], &["F1"]),
            person("t05", "Pixel 9 Pro", [4, 8, 5, 9, 8, 3, 5], &[]),
            person("t06", "OnePlus 11", [5, 7, 4, 7, 7, 3, 3], &[]),
            person("t07", "Galaxy A54", [4, 6, 6, 1, 2, 3, 2], &[]),
        ],
        "active": [7, 7, 7, 7, 7, 7, 7], "sessions": 269, "crashes": 1, "platforms_missing": [],
        "note": "Sessions per day, 269 in the week. 1 crash. Every platform in scope was used. 2 of 7 testers still \
                 owe a word.",
    }})
}

fn rest() -> Value {
    let quote = |tester: &str, text: &str, triage: Value| {
        json!({"at": "2026-08-27T10:12:56Z", "tester": tester, "channel": "form", "screen": "History",
            "severity": "Minor", "text": text, "triage": triage, "issue": "#301"})
    };
    let event = |at: &str, to: Value, kind: &str, what: &str, state: &str| json!({"at": at, "to": to, "kind": kind, "what": what, "state": state});
    let ask = |who: &str, what: &str, by: Value| json!({"who": who, "what": what, "by": by, "items": ["M3"]});
    json!({
        "feedback": {"new": 12, "all": 17, "open": 1,
            "by_decision": [{"name": "wontfix", "count": 7}, {"name": "fix before GA", "count": 4},
                {"name": "duplicate", "count": 3}, {"name": "follow-up", "count": 2},
                {"name": "no decision yet", "count": 1}],
            "quotes": [
                quote("t02", "履歴にフィルターが欲しいです", "wontfix".into()),
                quote("t06", "هل يمكن إضافة اللغة العربية؟", "follow-up".into()),
                quote("t05", "Scrolling janky once on the train 🚆\nwent away after a restart", Value::Null),
                quote("t01", "Très fluide 👍👍, plus rapide que le site", "fix before GA".into()),
            ]},
        "events": [
            event("2026-08-25T09:06:05Z", "2026-08-25T09:22:48Z".into(), "drill",
                "Kill switch: maintenance mode of bytelyst-trading-mobile", "as planned"),
            event("2026-08-26T09:14:39Z", "2026-08-26T10:06:42Z".into(), "incident",
                "R2 Tenant data leak: 15 foreign owners in 7,637 answers that name an owner", "trigger fired"),
            event("2026-08-26T09:18:00Z", "2026-08-26T15:18:00Z".into(), "gap", "metrics: nothing was logged", ""),
            event("2026-08-29T12:00:00Z", Value::Null, "alarm", "M4 401 and 403: the e-value reached 127", "open"),
        ],
        "unknown": [
            {"items": "M3, M5", "verdict": "no-data", "why": "metrics covers 96.6 % of the window, 99 % are needed",
                "takes": "recover the samples, or one more full day"},
            {"items": "R5", "verdict": "inconclusive", "why": "0 5xx episodes in 255 requests of mobile",
                "takes": "814 more requests at this rate"},
        ],
        "asks": [
            ask("wei.zhang", "recover metrics of 26 Aug 09:18 – 15:18 UTC, or say that they are lost",
                "2026-09-01".into()),
            ask("priya.raman", "decide: one more day, or waive M3 and M5 with an expiry date", "2026-09-02".into()),
            ask("t07", "two sessions on build 42 with the Positions tab open", Value::Null),
        ],
        "health": ["17 sources were read, last row 30 Aug 2026 22:59:00 UTC.",
            "Coverage: backend 100.0 %, platform 100.0 %, metrics 96.6 %, probes 100.0 %.",
            "0 lines unparsed, 0 lost, 447 repeats dropped, 1,885 redactions.",
            "This summary comes every week, also when nothing happened."],
        "coverage": [], "redactions": [{"name": "email", "count": 7}],
    })
}
