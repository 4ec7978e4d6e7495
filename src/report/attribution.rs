//! The requests in, how well the client of each is known out.

use std::collections::BTreeMap;

use super::AttributionRow;
use crate::judge::{Judged, plain};

/// Name of the row of requests without a client.
const NOT_KNOWN: &str = "not known";

/// Requests of the beta by client and grade; those whose client is not known come last.
pub(super) fn rows(judged: &Judged) -> Vec<AttributionRow> {
    let requests = plain(&judged.tables, "requests");
    let mut rows: BTreeMap<(bool, String), AttributionRow> = BTreeMap::new();
    for row in 0..requests.rows.len() {
        let text = |name: &str| requests.cell(row, name).as_text();
        if !matches!(text("period"), Some("beta" | "after")) {
            continue;
        }
        let client = text("client").unwrap_or(NOT_KNOWN).to_owned();
        let held = rows.entry((client == NOT_KNOWN, client.clone())).or_insert(AttributionRow {
            client,
            a: 0,
            b: 0,
            c: 0,
            ungraded: 0,
        });
        match text("grade") {
            Some("A") => held.a += 1,
            Some("B") => held.b += 1,
            Some("C") => held.c += 1,
            _ => held.ungraded += 1,
        }
    }
    rows.into_values().collect()
}
