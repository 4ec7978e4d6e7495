//! GitHub check runs (API answer or bare array) in, rows of `ci` out.

use super::json_records::{Record, array, at, cell, time};
use super::{Context, Parsed};
use crate::tables::table::Cell;

/// Reads an answer; fewer records than `total_count` means that pages are missing.
pub fn parse(text: &str, context: &Context<'_>, parsed: &mut Parsed) {
    let (runs, document) = array(text, &["check_runs"], parsed);
    let total = at(&document, "total_count").as_u64();
    if total.is_some_and(|total| total > runs.len() as u64) {
        parsed.ledger.truncated = true;
        parsed.gap(
            format!("{} of {} check runs are here", runs.len(), total.unwrap_or_default()),
            "fetch the remaining pages",
        );
    }
    records(runs, context, parsed);
}

/// Reads check runs one by one.
pub fn records(runs: Vec<Record>, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, run) in runs {
        let cells = [
            ("kind", Cell::from("check_run")),
            ("name", cell(&run, "name")),
            ("sha", cell(&run, "head_sha")),
            ("status", cell(&run, "status")),
            ("conclusion", cell(&run, "conclusion")),
            ("started_at", time(&run, "started_at")),
            ("completed_at", time(&run, "completed_at")),
            ("message", cell(&run, "output.title")),
            ("id", cell(&run, "id")),
        ];
        if cells[1].1.is_null() || cells[2].1.is_null() {
            parsed.lose(line, "a check run without a name or a commit", &run.to_string());
            continue;
        }
        parsed.keep(context, line, &cells);
    }
}
