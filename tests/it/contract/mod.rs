//! Connectors against contract fakes: servers on loopback that answer as a vendor's published interface does. They prove
//! what a connector does with such answers, not that the real service gives them.

mod archive;
mod clickhouse;
pub(crate) mod faults;
mod prometheus;
mod resume;
pub(crate) mod server;

use serde_json::Value;

use crate::support::{Run, SMALL, Scratch, small};

/// A small beta with a source of this configuration beside its backend log.
pub(crate) fn beta(source: &str) -> Scratch {
    let scratch = small(crate::support::line("2026-05-02T10:00:00Z", "r-1"));
    scratch.write("cutover.toml", format!("{SMALL}\n{source}\n"));
    scratch
}

/// What the evidence holds of a source.
pub(crate) struct Held {
    pub(crate) rows: u64,
    /// Every gap of the source and its records, as sentences.
    pub(crate) gaps: Vec<String>,
    pub(crate) records: Vec<Value>,
}

impl Held {
    pub(crate) fn of(scratch: &Scratch, source: &str) -> Self {
        let state = scratch.json(".cutover/state.json");
        let records: Vec<Value> =
            state["files"].as_array().expect("files").iter().filter(|r| r["source"] == source).cloned().collect();
        let whole = state["gaps"][source].as_array().cloned().unwrap_or_default();
        let of_records = records.iter().flat_map(|r| r["ledger"]["gaps"].as_array().cloned().unwrap_or_default());
        let gaps =
            whole.into_iter().chain(of_records).map(|g| g["what"].as_str().expect("a text").to_owned()).collect();
        Held { rows: records.iter().map(|r| r["rows"].as_u64().expect("rows")).sum(), gaps, records }
    }
}

/// Collects at a time well after the beta, so that every window is settled.
pub(crate) fn collect(scratch: &Scratch) -> Run {
    scratch.run_at("2026-06-01T00:00:00Z", &["collect"])
}
