//! Connectors against contract fakes: servers on loopback that answer as a vendor's published interface does. They prove
//! what a connector does with such answers, not that the real service gives them.

mod app_store;
mod archive;
mod azure;
mod clickhouse;
pub(crate) mod faults;
mod github;
mod google_play;
mod jira;
mod linear;
mod logs;
mod loki;
mod prometheus;
mod resume;
mod search;
mod sentry;
pub(crate) mod server;

use cutover::evidence::Evidence;
use cutover::tables::frame;
use cutover::tables::schema::TableName;
use cutover::tables::table::{Cell, Table};
use serde_json::Value;

use crate::support::{Run, SMALL, Scratch, small};

/// A small beta with a source of this configuration beside its backend log, and a token in a file.
pub(crate) fn beta(source: &str) -> Scratch {
    let scratch = small(crate::support::line("2026-05-02T10:00:00Z", "r-1"));
    scratch.write("cutover.toml", format!("{SMALL}\n{source}\n")).write("token", "t0ken\n");
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

/// The rows of a table in the evidence, each as its cells in these columns with a dash for what is not there.
fn rows(scratch: &Scratch, table: TableName, columns: &[&str]) -> Vec<String> {
    let evidence = Evidence::read(&scratch.path().join(".cutover")).expect("evidence");
    let table = frame::to_table(&evidence.scan(table).expect("a table"));
    let cell = |row: usize, name: &str| match table.cell(row, name) {
        Cell::Null => "-".to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Int(ms) if Table::is_time(name) => jiff::Timestamp::from_millisecond(*ms).expect("a time").to_string(),
        Cell::Int(n) => n.to_string(),
        Cell::Float(x) => x.to_string(),
    };
    (0..table.rows.len()).map(|row| columns.iter().map(|c| cell(row, c)).collect::<Vec<_>>().join(" | ")).collect()
}

/// Verdict and sentence of every check.
fn verdicts(packet: &Value) -> Vec<(String, String, String)> {
    let text = |check: &Value, key: &str| check[key].as_str().expect("a text").to_owned();
    let checks = packet["checks"].as_array().expect("checks");
    checks.iter().map(|c| (text(c, "id"), text(c, "verdict"), text(c, "sentence"))).collect()
}

/// Collects at a time well after the beta, so that every window is settled.
pub(crate) fn collect(scratch: &Scratch) -> Run {
    scratch.run_at("2026-06-01T00:00:00Z", &["collect"])
}
