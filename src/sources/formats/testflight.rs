//! App Store Connect's beta feedback and crash submissions in, rows of `feedback` and `crashes` out.

use serde_json::Value;

use super::json_records::{Record, array, at, cell, text, time};
use super::{Context, Parsed};
use crate::tables::table::Cell;

/// Reads screenshot feedback.
pub fn feedback(input: &str, context: &Context<'_>, parsed: &mut Parsed) {
    let items = items(input, parsed);
    feedback_records(items, context, parsed);
}

/// Reads screenshot feedback one by one.
pub fn feedback_records(items: Vec<Record>, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, item) in dated(items, parsed) {
        let cells = [
            ("ts", time(&item, "attributes.createdDate")),
            ("tester", related(&item, "tester")),
            ("channel", Cell::from("testflight")),
            ("text", cell(&item, "attributes.comment")),
            ("triage", cell(&item, "attributes.triage")),
            ("build", related(&item, "build")),
            ("device", cell(&item, "attributes.deviceModel")),
            ("os_version", cell(&item, "attributes.osVersion")),
            ("id", cell(&item, "id")),
        ];
        parsed.keep(context, line, &cells);
    }
}

/// Reads crash submissions. An empty list is an answer, not a gap.
pub fn crashes(input: &str, context: &Context<'_>, parsed: &mut Parsed) {
    let items = items(input, parsed);
    crash_records(items, context, parsed);
}

/// Reads crash submissions one by one.
pub fn crash_records(items: Vec<Record>, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, item) in dated(items, parsed) {
        let platform = text(&item, "attributes.appPlatform").map(|p| p.to_ascii_lowercase());
        let cells = [
            ("ts", time(&item, "attributes.createdDate")),
            ("tester", related(&item, "tester")),
            ("platform", Cell::from(platform)),
            ("build", related(&item, "build")),
            ("device", cell(&item, "attributes.deviceModel")),
            ("os_version", cell(&item, "attributes.osVersion")),
            ("uptime_ms", Cell::from(at(&item, "attributes.appUptimeInMilliseconds").as_i64())),
            ("text", cell(&item, "attributes.comment")),
            ("id", cell(&item, "id")),
        ];
        parsed.keep(context, line, &cells);
    }
}

fn items(input: &str, parsed: &mut Parsed) -> Vec<Record> {
    let (records, document) = array(input, &["data"], parsed);
    let total = at(&document, "meta.paging.total").as_u64().unwrap_or(0);
    if total > records.len() as u64 {
        parsed.ledger.truncated = true;
        parsed.gap(format!("{} of {total} submissions are here", records.len()), "fetch the remaining pages");
    }
    records
}

/// Those that have a time; the others are lost.
fn dated(records: Vec<Record>, parsed: &mut Parsed) -> Vec<Record> {
    let mut kept = Vec::new();
    for (line, item) in records {
        if time(&item, "attributes.createdDate").is_null() {
            parsed.lose(line, "a submission without a time", &item.to_string());
        } else {
            kept.push((line, item));
        }
    }
    kept
}

/// Id of a related record without its short prefix: `bt-t02` is tester t02, `bld-42` is build 42.
fn related(item: &Value, name: &str) -> Cell {
    let id = text(item, &format!("relationships.{name}.data.id"));
    Cell::from(id.map(|id| id.split_once('-').map_or(id.clone(), |(_, rest)| rest.to_owned())))
}
