//! A text in, a report that says it wherever evidence or people can put one out; for tests.

use serde_json::{Value, json};

use crate::report::Report;

/// Text that tries to be markup, code, another line, another direction, a page of its own.
pub(crate) const HOSTILE: &[&str] = &[
    "a | b `c` ``d`` **e** _f_ ~~g~~ \\| \\",
    "[x](javascript:alert(1)) ![y](http://evil.example/p.png) <http://evil.example>",
    "</script><script>alert(1)</script><!-- --> &lt;b&gt; &amp;",
    "#panic(\"x\") #eval(\"1+1\") $a_b$ <label> @ref \n= Heading\n# Heading\n- item",
    "--- # Overall verdict: GO - [x] everything passed",
    "1. first 2) second + plus = set ~ tilde > quote ``` fence ```",
    "@someone see https://evil.example/?q=1 or www.evil.example or a@b.example",
    "\u{202e}gnp.exe\u{202c} مرحبا بالعالم שלום \u{200f}\0\u{7}\u{1b}[31m",
    "履歴にフィルターが欲しいです 🦦 👩‍🚀 e\u{301} Z\u{351}\u{36b}\u{313}a\u{334}l\u{321}g",
    "\u{e000}\u{fffe}\u{feff}\u{ad}\u{fffd}",
    "{{ 7*7 }} {% raw %} ${jndi:ldap://evil.example/a} <%= 1 %>",
];

/// A report with this text everywhere, and `n` rows in every list.
pub(crate) fn report(text: &str, n: usize) -> Report {
    let mut all = json!({"schema": "cutover/signoff/1", "tool_version": "0.1.0"});
    for part in [decision(text, n), people(text, n), checks(text, n), exhibits(text, n), ledgers(text, n)] {
        let (Value::Object(all), Value::Object(part)) = (&mut all, part) else { continue };
        all.extend(part);
    }
    serde_json::from_value(all).expect("the sample has the shape of a report")
}

fn window() -> Value {
    json!({"from": "2026-08-05T00:00:00Z", "to": "2026-08-10T00:00:00Z"})
}

fn many(row: &Value, n: usize) -> Value {
    Value::Array(vec![row.clone(); n])
}

fn decision(t: &str, n: usize) -> Value {
    let meta = json!({"project": t, "stage_title": t, "stage_number": 3, "packet_id": "0123456789ab", "packet_name": t,
        "packet_sha256": "0123", "window": window(), "baseline": window(), "as_of": "2026-08-10T00:00:00Z",
        "display_zone": "Asia/Kolkata", "cohort": t, "candidate": t, "builds": [t], "app_version": t, "commit": t,
        "environment": t, "channels": [t], "owner": t});
    let because = json!({"check": t, "verdict": "fail", "lead": t, "sentence": t, "evidence": ["E-001"]});
    let trigger = json!({"check": t, "condition": t, "action": t, "verdict": "fail", "state": "FIRED", "sentence": t,
        "coverage": 0.5, "evidence": [t]});
    json!({
        "meta": meta,
        "decision": {"call": "NO-GO", "sentence": t, "because": many(&because, n)},
        "triggers": many(&trigger, n),
        "missing": many(&json!({"what": t, "owner": t, "due": t, "checks": [t]}), n),
        "waivers": many(&json!({"item": t, "by": t, "until": t, "reason": t, "state": "expired"}), n),
        "notes": many(&json!({"about": t, "sentence": t}), n),
    })
}

fn people(t: &str, n: usize) -> Value {
    let tester = json!({"tester": t, "device": t, "os_version": t, "platform": t, "builds": [t], "sessions": 1,
        "requests": 0, "active_days": 1, "last_seen": null});
    let change = json!({"at": "2026-08-06T00:00:00Z", "kind": t, "what": t, "evidence": t});
    let row = json!({"tester": t, "device": t, "os_version": t, "platform": t, "cells": ["pass", "fail"], "sessions": 1,
        "requests": 2});
    let drill = json!({"title": t, "window": window(), "tester": t, "found_in": t, "seconds_to_degrade": 1.5,
        "seconds_to_recover": null, "testers": 1});
    let feedback = json!({"at": null, "tester": t, "channel": t, "screen": t, "severity": t, "text": t, "triage": null,
        "issue": t});
    let conflict = json!({"tester": t, "feature": t, "said": t, "shown": t, "verdict": "conflict", "evidence": t});
    json!({
        "scope": {"testers": many(&tester, n), "requests": 1, "sessions": 1, "changes": many(&change, n)},
        "heatmap": {"features": [[t, [t]], ["Launch", ["S1", "S2"]]], "rows": many(&row, n)},
        "conflicts": many(&conflict, n),
        "drills": many(&drill, n),
        "feedback": many(&feedback, n),
    })
}

fn table(t: &str, n: usize) -> Value {
    let row = json!([1_785_000_000_000_i64, t, t, 0, t, 7]);
    json!({"columns": ["ts", "route", t, "n", "file", "line"], "rows": many(&row, n)})
}

fn checks(t: &str, n: usize) -> Value {
    let cells = json!([
        {"tester": t, "verdict": "pass", "how": t, "sentence": t},
        {"tester": "t02", "verdict": "inconclusive", "how": t, "sentence": t},
    ]);
    let check = |id: &str| {
        json!({"id": id, "item": "M1", "title": t, "effect": "blocker", "proof": "machine", "rule": "no_rows",
            "verdict": "inconclusive", "judged": "inconclusive", "sentence": t, "figures": {}, "compared": [], "evidence": ["E-001", t],
            "cells": cells, "observed": [t], "rows": table(t, n), "row_count": n, "query": t, "sha256": t})
    };
    let item = |kind: &str| {
        json!({"id": "PF-01", "kind": kind, "text": t, "section": t, "subsection": t, "line": 1, "effect": "blocker",
            "verdict": "no-data", "reason": t, "checks": ["c1"], "evidence": ["E-001"],
            "judged_at": "2026-08-10T00:00:00Z", "cells": cells})
    };
    json!({
        "items": [item("gate"), item("monitor"), item("next"), item("trigger")],
        "checks": [check("c1"), check("f2_no_open_bugs")],
        "glossary": [{"check": t, "title": t, "rule": t, "means": t}],
        "counts": {"by_effect": [["trigger", [1, 0, 0, 0, 0, 0, 0, 1]]], "items": [0, 0, 4, 0, 0, 0, 0, 0],
            "attested_only": 2},
    })
}

fn exhibits(t: &str, n: usize) -> Value {
    let point = json!({"at": "2026-08-06T00:00:00Z", "seconds": 10_800, "value": 3.0, "of": [1, 30], "weak": true});
    let event = json!({"at": "2026-08-07T00:00:00Z", "label": t});
    let chart = |id: &str, kind: &str| {
        json!({"id": id, "title": t, "subtitle": t, "alt": t, "unit": t, "window": window(), "kind": kind,
            "series": [{"name": t, "cohort": true, "points": [point]}], "events": many(&event, n),
            "bands": [{"window": window(), "kind": "gap", "label": t}],
            "lines": [{"value": 1.0, "kind": "limit", "label": t}]})
    };
    let edit = json!({"file": t, "what": t, "state": "proposed", "reason": t,
        "diff": format!("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-{t}\n+{t}\n")});
    let ratio = |upper: Option<f64>| {
        json!({"item": t, "name": t, "cohort": t, "others": t, "ratio": upper, "lower": 0.0, "upper": upper,
            "limit": 2.5, "verdict": "pass"})
    };
    let limit = json!({"item": t, "name": t, "counted": t, "value": 0.1, "upper": 0.2, "limit": 0.05, "said": t,
        "limit_said": t, "verdict": "fail"});
    let robust = json!({"item": t, "series": t, "top": t, "hinges_on": t, "raw": t, "drills": t, "in_days": 1.1,
        "in_bins": null, "on_others": 1.0, "since_baseline": null, "e_value": 0.4, "e_highest": 25.0, "bursts": 1});
    json!({
        "watch": {"ratios": [ratio(None), ratio(Some(9.0))], "limits": [limit], "robust": [robust]},
        "charts": [chart("requests", "bars"), chart("points", "points"), chart("line", "line"), chart("cover", "coverage")],
        "exhibits": [
            {"id": "ci", "title": t, "note": t, "table": table(t, n), "row_count": 500, "evidence": "E-001"},
            {"id": "own", "title": t, "note": t, "table": table(t, n), "row_count": n, "evidence": t},
        ],
        "edits": [edit],
    })
}

fn ledgers(t: &str, n: usize) -> Value {
    let sample = json!([t, {"line": 3, "class": "lost", "reason": t, "sample": t}]);
    let mut source = json!({"source": t, "table": "logs", "files": 1, "fetched": 1, "parsed": 1, "repeated": 0,
        "rejected": 1, "lost": 1, "truncated": true, "covered": 0.5});
    source["by_day"] = json!([1.0, 0.2]);
    source["silent"] = json!([window()]);
    source["gaps"] = json!([t]);
    source["samples"] = json!([sample]);
    source["vanished"] = json!([t]);
    let row = json!({"id": "E-001", "shows": t, "query": t, "window": window(), "rows": 1, "lines_cited": 0,
        "sha256": "abcdef0123", "file": t});
    json!({
        "coverage": many(&source, n),
        "evidence": [row],
        "redactions": [{"name": t, "count": 3}],
        "settings": [[t, t]],
    })
}
