//! One row per bin of five minutes and side with what was asked, and one per episode of errors with its address: what a
//! comparison of rates is counted on. Attempts and episodes in, of which only the outermost hops count.

use std::collections::BTreeMap;

use crate::tables::schema::{Column, Kind};
use crate::tables::table::{Cell, Table};

/// Columns of the `rates` table.
pub const COLUMNS: &[Column] = &[
    ("bin_ts", Kind::Time),
    ("period", Kind::Own),
    ("cohort", Kind::Int),  // 1 the client under judgement, 0 any other
    ("subject", Kind::Own), // tester of the cohort, `unknown` where nobody is named; empty for the others
    ("drill", Kind::Int),
    ("deploy", Kind::Int),
    ("route", Kind::Own), // of an episode, and of what the cohort asked
    ("purpose", Kind::Own),
    ("requests", Kind::Int),
    ("episodes", Kind::Int),
    ("errors", Kind::Int),
    ("class", Kind::Own), // of an episode: 401 | 403 | 4xx | 5xx
    ("kind", Kind::Own),
    ("request_id", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const BIN_MS: i64 = 300_000;

/// What bots and probes ask is no client's.
fn is_client(name: &str) -> bool {
    !matches!(name, "probe" | "internal")
}

/// Where a row of either table belongs: everything that rows are grouped by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    bin: i64,
    period: &'a str,
    cohort: bool,
    subject: &'a str,
    drill: i64,
    deploy: i64,
    route: &'a str,
    purpose: &'a str,
}

impl<'a> Place<'a> {
    /// `None` outside baseline and beta, and for what is no client's.
    fn of(table: &'a Table, row: usize, ts: &str, cohort: &str) -> Option<Self> {
        let text = |name: &str| table.cell(row, name).as_text();
        let period = text("period").filter(|p| matches!(*p, "baseline" | "beta"))?;
        let own = text("client").filter(|c| is_client(c))? == cohort;
        Some(Place {
            bin: table.cell(row, ts).as_int()?.div_euclid(BIN_MS) * BIN_MS,
            period,
            cohort: own,
            subject: if own { text("tester").unwrap_or("unknown") } else { "" },
            drill: table.cell(row, "drill").as_int().unwrap_or(0),
            deploy: table.cell(row, "deploy").as_int().unwrap_or(0),
            route: text("route").unwrap_or_default(),
            purpose: text("purpose").unwrap_or_default(),
        })
    }

    /// The first columns of its row.
    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::from(self.bin),
            Cell::from(self.period),
            Cell::from(self.cohort),
            Cell::from(self.subject),
            Cell::from(self.drill),
            Cell::from(self.deploy),
            Cell::from(self.route),
            Cell::from(self.purpose),
        ]
    }
}

/// Builds the rows: what was asked in order of time, then the episodes in theirs.
#[must_use]
pub fn rows(attempts: &Table, episodes: &Table, cohort: &str) -> Vec<Vec<Cell>> {
    let mut asked: BTreeMap<Place<'_>, i64> = BTreeMap::new();
    for row in 0..attempts.rows.len() {
        if let Some(mut place) = Place::of(attempts, row, "ts", cohort) {
            // Only of the cohort it matters what it used; the others' routes would make the table as long as the logs.
            if !place.cohort {
                place.route = "";
            }
            *asked.entry(place).or_default() += 1;
        }
    }
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (place, requests) in &asked {
        let mut cells = place.cells();
        cells.extend([Cell::from(*requests), Cell::from(0), Cell::from(0)]);
        cells.resize(COLUMNS.len(), Cell::Null);
        rows.push(cells);
    }
    for row in 0..episodes.rows.len() {
        let outermost = episodes.cell(row, "outermost").as_int() == Some(1);
        let Some(place) = Place::of(episodes, row, "first_ts", cohort).filter(|_| outermost) else { continue };
        let mut cells = place.cells();
        cells.extend([Cell::from(0), Cell::from(1)]);
        let named = ["errors", "class", "kind", "request_id", "file", "line"];
        cells.extend(named.iter().map(|name| episodes.cell(row, name).clone()));
        rows.push(cells);
    }
    rows
}
