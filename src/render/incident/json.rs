//! The frozen public format of an incident report, version 1: what other programs rely on; times as RFC 3339 in UTC.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::report::incident::{Affected, INCIDENT_SCHEMA, Incident, Times, When};

/// Renders `incident.json`, pretty, with a newline at its end.
///
/// # Errors
/// Never for an incident of this program; a serialiser's error is passed on.
pub fn render(incident: &Incident) -> anyhow::Result<Vec<u8>> {
    written(&value(incident)?)
}

/// Renders the document that says that no incident was found, and why.
///
/// # Errors
/// As `render`.
pub fn none(reason: &str, tool_version: &str, as_of: Timestamp) -> anyhow::Result<Vec<u8>> {
    let mut all = json!({
        "schema": INCIDENT_SCHEMA,
        "tool": { "name": "cutover", "version": tool_version },
        "found": false,
        "reason": reason,
        "as_of": rfc(as_of),
        "trigger": [], "testers": [], "request_ids": [], "request_ids_others": [], "routes": [],
        "suspect": null, "suspects": [], "timeline": [],
    });
    let mut unknown = Map::new();
    for (name, _) in named(&Times::default()) {
        all[name] = Value::Null;
        unknown.insert(name.to_owned(), "no incident was found".into());
    }
    unknown.insert("suspect".to_owned(), "no incident was found".into());
    all["unknown"] = Value::Object(unknown);
    written(&all)
}

fn written(value: &Value) -> anyhow::Result<Vec<u8>> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text.into_bytes())
}

/// The document as a value.
///
/// # Errors
/// As `render`.
pub fn value(incident: &Incident) -> anyhow::Result<Value> {
    let mut all = json!({
        "schema": incident.meta.schema,
        "tool": { "name": "cutover", "version": incident.meta.tool_version },
        "found": true,
        "incident": incident.meta,
        "id": incident.meta.id, "title": incident.meta.title, "severity": incident.meta.severity,
        "status": incident.written.status.word(), "actions": incident.written.actions,
        "as_of": rfc(incident.meta.as_of),
        "chosen": incident.chosen, "others": incident.others, "missing": incident.missing,
        "trigger": incident.fired, "triggers": incident.triggers,
        "testers": incident.affected.iter().map(tester).collect::<Vec<_>>(),
        "request_ids": incident.request_ids, "request_ids_others": incident.request_ids_others,
        "routes": incident.routes,
        "suspects": incident.suspects, "cannot_tell": incident.cannot_tell,
        "impact": incident.impact, "leak": incident.leak, "over": incident.over, "steps": incident.steps,
        "next": incident.next, "telling": incident.telling,
        "timeline": incident.timeline, "phases": incident.phases,
        "attributes": incident.attributes, "shares": incident.shares, "signatures": incident.signatures,
        "ways": incident.ways, "similar": incident.similar,
        "message": incident.message,
        "written": incident.written,
        "coverage": incident.coverage, "evidence": incident.evidence,
        "redactions": incident.redactions.iter().map(|c| (c.name.clone(), json!(c.count))).collect::<Map<_, _>>(),
        "settings": incident.settings.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>(),
    });
    let mut unknown = Map::new();
    times(&mut all, &mut unknown, &incident.times);
    all["suspect"] = json!(incident.suspect);
    if incident.suspect.is_none() {
        let why = match incident.suspects.first() {
            None => "nothing is known to have changed or broken near the first bad event",
            Some(_) => "something speaks against each suspect, see `suspects`",
        };
        unknown.insert("suspect".to_owned(), why.into());
    }
    all["unknown"] = Value::Object(unknown);
    Ok(all)
}

fn tester(row: &Affected) -> Value {
    json!({
        "tester": row.tester, "platform": row.platform, "device": row.device, "os_version": row.os_version,
        "build": row.build, "routes": row.routes, "request_ids": row.request_ids,
        "excerpt": row.excerpt, "events": row.events, "of": row.of,
        "first_at": row.first.map(rfc), "last_at": row.last.map(rfc), "missing": row.missing,
    })
}

/// The times by their public names.
fn named(times: &Times) -> [(&'static str, &When); 8] {
    [
        ("started_at", &times.started),
        ("first_bad_at", &times.first_bad),
        ("first_report_at", &times.first_report),
        ("detected_at", &times.detected),
        ("last_bad_at", &times.last_bad),
        ("rolled_back_at", &times.rolled_back),
        ("recovered_at", &times.recovered),
        ("resolved_at", &times.resolved),
    ]
}

/// Each time, how it is known, and for an unknown one why; durations in seconds.
fn times(all: &mut Value, unknown: &mut Map<String, Value>, times: &Times) {
    let mut how = Map::new();
    for (name, when) in named(times) {
        all[name] = when.at.map_or(Value::Null, |at| rfc(at).into());
        how.insert(name.to_owned(), json!({ "how": when.how, "evidence": when.evidence }));
        if when.at.is_none() {
            let why = if when.how.is_empty() { "no evidence tells it" } else { when.how.as_str() };
            unknown.insert(name.to_owned(), why.into());
        }
    }
    all["times"] = Value::Object(how);
    let durations = [
        ("ttd_s", times.to_detect_s),
        ("ttm_s", times.to_mitigate_s),
        ("ttr_s", times.to_recover_s),
        ("impact_s", times.impact_s),
        ("response_s", times.response_s),
    ];
    for (name, seconds) in durations {
        all[name] = json!(seconds);
        if seconds.is_none() {
            unknown.insert(name.to_owned(), "one of its two ends is unknown".into());
        }
    }
    all["onset"] = json!(times.onset);
}

/// `2026-08-26T09:14:40Z`: whole seconds, UTC.
fn rfc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::incident::sample;

    #[test]
    fn what_other_programs_rely_on_is_there() -> anyhow::Result<()> {
        let all = value(&sample::rich())?;
        assert_eq!(all["schema"], "cutover/incident/1");
        assert_eq!(all["found"], true);
        assert_eq!(all["trigger"], json!(["R2"]));
        assert_eq!(all["started_at"], "2026-08-26T09:14:00Z");
        assert_eq!(all["recovered_at"], Value::Null);
        assert!(all["unknown"]["recovered_at"].as_str().is_some_and(|why| !why.is_empty()));
        assert_eq!(all["testers"][0]["device"], "iPhone 14");
        assert_eq!(all["testers"][1]["os_version"], Value::Null);
        assert_eq!(all["suspect"], "7f928e1c2d");
        assert_eq!(all["ttd_s"], 1258);
        for list in ["request_ids", "routes", "timeline", "suspects", "missing", "steps"] {
            assert!(all[list].as_array().is_some_and(|list| !list.is_empty()), "{list}");
        }
        Ok(())
    }

    #[test]
    fn every_null_has_its_reason() -> anyhow::Result<()> {
        for all in [
            value(&sample::nothing())?,
            serde_json::from_slice(&none("no trigger fired", "0.1.0", Timestamp::UNIX_EPOCH)?)?,
        ] {
            for name in ["started_at", "first_report_at", "detected_at", "rolled_back_at", "recovered_at", "suspect"] {
                assert_eq!(all[name], Value::Null, "{name}");
                assert!(all["unknown"][name].as_str().is_some_and(|why| !why.is_empty()), "{name}");
            }
            assert_eq!(all["trigger"], json!([]));
        }
        Ok(())
    }
}
