//! Bytes of a file of unknown purpose in, the table that it fills out; by what stands in it, and by its name only where
//! that says nothing.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::csv_rows::{Wanted, has_all};
use super::{Context, attestations, feedback_form, openmetrics, parse, roster};
use crate::tables::schema::TableName;

/// Lines that are looked at to tell a format.
const LOOKED_AT: usize = 200;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sniffed {
    pub table: TableName,
    /// The format, in a word or two; files of one source have one format.
    pub format: &'static str,
}

/// The table of a file; `None` where it is a log, or nothing that is known. `bytes` are the unpacked beginning, all of
/// it where it is one JSON document.
#[must_use]
pub fn table_of(bytes: &[u8], name: &str) -> Option<Sniffed> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let found = match text.trim_start().as_bytes().first()? {
        b'<' => (text.contains("<testsuite")).then_some(Sniffed { table: TableName::Ci, format: "JUnit reports" }),
        b'[' | b'{' => json(&text, name),
        _ => csv(&text).or_else(|| metrics(bytes)),
    };
    found.filter(|found| found.table == TableName::Metrics || reads(bytes, found.table))
}

/// Whether the reader of that table makes something of it; a list without entries is an answer, too.
fn reads(bytes: &[u8], table: TableName) -> bool {
    let zone = TimeZone::UTC;
    let parsed = parse(table, bytes, &Context { file: "", source: "", zone: &zone });
    let lost = parsed.ledger.lost;
    parsed.ledger.gaps.is_empty() && (parsed.ledger.parsed > lost || lost == 0) || parsed.ledger.truncated
}

fn json(text: &str, name: &str) -> Option<Sniffed> {
    if let Ok(document) = serde_json::from_str::<Value>(text) {
        return of_document(&document, name);
    }
    let objects: Vec<Value> = text.lines().take(LOOKED_AT).filter_map(|line| serde_json::from_str(line).ok()).collect();
    let share = |keys: &[&str]| {
        let held = objects.iter().filter(|o| keys.iter().all(|key| o.get(*key).is_some())).count();
        !objects.is_empty() && held * 10 >= objects.len() * 9
    };
    if share(&["action", "ts"]) {
        Some(Sniffed { table: TableName::Audit, format: "audit events" })
    } else if share(&["probe", "ts"]) {
        Some(Sniffed { table: TableName::Probes, format: "probe transcripts" })
    } else {
        None
    }
}

/// What one JSON document holds, by the keys of its first records.
fn of_document(document: &Value, name: &str) -> Option<Sniffed> {
    let lists = ["check_runs", "deployments", "items", "issues", "builds", "data"];
    let (list, under) = match document {
        Value::Array(all) => (all, ""),
        _ => lists.iter().find_map(|key| Some((document.get(key)?.as_array()?, *key)))?,
    };
    let has = |keys: &[&str]| {
        !list.is_empty() && list.iter().take(LOOKED_AT).all(|record| keys.iter().all(|key| record.get(*key).is_some()))
    };
    if has(&["buildProfile", "platform", "status"]) {
        return Some(Sniffed { table: TableName::Deploys, format: "EAS builds" });
    }
    let kind = list.first().and_then(|record| record.get("type")).and_then(Value::as_str).unwrap_or_default();
    let sniffed = |table, format| Some(Sniffed { table, format });
    match under {
        "check_runs" => return sniffed(TableName::Ci, "check runs"),
        "deployments" => return sniffed(TableName::Deploys, "deployments"),
        "issues" => return sniffed(TableName::Bugs, "issues"),
        _ => {}
    }
    if has(&["head_sha", "conclusion"]) {
        sniffed(TableName::Ci, "check runs")
    } else if has(&["created_at", "labels", "state"]) {
        sniffed(TableName::Bugs, "issues")
    } else if has(&["created_at", "environment"]) {
        sniffed(TableName::Deploys, "deployments")
    } else if under == "data" {
        // An empty list does not say what it is a list of; where it came from may.
        let says = format!("{kind} {} {name}", document.get("links").map(Value::to_string).unwrap_or_default());
        let says = says.to_lowercase();
        match (says.contains("crash"), says.contains("feedback") || says.contains("screenshot")) {
            (true, _) => sniffed(TableName::Crashes, "crash submissions"),
            (false, true) => sniffed(TableName::Feedback, "screenshot feedback"),
            (false, false) => None,
        }
    } else {
        None
    }
}

fn csv(text: &str) -> Option<Sniffed> {
    let tables: [(&[Wanted], Sniffed); 3] = [
        (attestations::COLUMNS, Sniffed { table: TableName::Attestations, format: "attestations" }),
        (feedback_form::COLUMNS, Sniffed { table: TableName::Feedback, format: "a feedback form" }),
        (roster::COLUMNS, Sniffed { table: TableName::Testers, format: "a roster" }),
    ];
    tables.into_iter().find(|(wanted, _)| has_all(text, wanted)).map(|(_, sniffed)| sniffed)
}

/// Samples with their times; a scrape without times cannot be placed in a window.
fn metrics(bytes: &[u8]) -> Option<Sniffed> {
    let zone = TimeZone::UTC;
    let end = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(LOOKED_AT).map_or(bytes.len(), |(at, _)| at);
    let read = openmetrics::parse_metrics(&bytes[..end], &Context { file: "", source: "", zone: &zone });
    let samples = read.ledger.parsed > 0 && read.ledger.lost == 0 && read.ledger.first_ts.is_some();
    samples.then_some(Sniffed { table: TableName::Metrics, format: "OpenMetrics" })
}
