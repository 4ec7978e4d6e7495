//! One row per attempt of a client's request, as the outermost hop that names the client saw it: what rates are
//! counted on.

use std::collections::HashSet;

use super::lines::Line;
use super::roster::Roster;
use super::who::Who;
use super::windows::Windows;
use crate::tables::schema::{Column, Kind};
use crate::tables::table::Cell;

/// Columns of the `attempts` table.
pub const COLUMNS: &[Column] = &[
    ("ts", Kind::Time),
    ("period", Kind::Own),
    ("drill", Kind::Int),
    ("deploy", Kind::Int),
    ("tier", Kind::Own),
    ("service", Kind::Own),
    ("client", Kind::Own),
    ("platform", Kind::Own),
    ("tester", Kind::Own),
    ("session_key", Kind::Own),
    ("build", Kind::Own),
    ("route", Kind::Own),
    ("purpose", Kind::Own), // sign_in | refresh | profile | positions, where it is one of them
    ("status", Kind::Int),
    ("request_id", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

/// Which lines are the outermost of their request: the gateway's where it names the client, else the service's. A retry
/// that keeps its request id has a line of its own and counts again.
#[must_use]
pub fn outermost(lines: &[Line<'_>]) -> Vec<bool> {
    let named = |line: &&Line<'_>, tier: &str| line.is_request(tier) && line.client.is_some();
    let mut at_gateway: HashSet<&str> = HashSet::new();
    let (mut with_id, mut without) = (0u64, 0u64);
    for line in lines.iter().filter(|l| named(l, "gateway")) {
        match line.request {
            Some(id) => {
                at_gateway.insert(id);
                with_id += 1;
            }
            None => without += 1,
        }
    }
    // A gateway that logs no request ids cannot be matched with the services behind it: it is counted alone.
    let alone = without > with_id;
    let is_outer = |line: &Line<'_>| {
        if named(&line, "gateway") {
            return true;
        }
        named(&line, "server") && !alone && line.request.map_or(without == 0, |id| !at_gateway.contains(id))
    };
    lines.iter().map(is_outer).collect()
}

/// Builds the rows, in order of time; `outer` as [`outermost`] gives it.
#[must_use]
pub fn rows(lines: &[Line<'_>], outer: &[bool], roster: &Roster, windows: &Windows) -> Vec<Vec<Cell>> {
    let who = Who::of(lines);
    let row = |line: &Line<'_>| {
        let tester = who.tester(line);
        vec![
            Cell::from(line.ts),
            Cell::from(windows.period(line.ts)),
            Cell::from(windows.in_drill(line.ts, tester)),
            Cell::from(windows.in_deploy(line.ts)),
            Cell::from(line.tier),
            Cell::from(line.service),
            Cell::from(line.client),
            Cell::from(who.text(line, |l| l.platform)),
            roster.cell(tester),
            Cell::from(who.text(line, |l| l.session)),
            Cell::from(who.text(line, |l| l.build)),
            Cell::from(line.route),
            Cell::from(line.purpose.map(super::purpose::Purpose::word)),
            Cell::from(line.status),
            Cell::from(line.request),
            Cell::from(line.file),
            Cell::from(line.line),
        ]
    };
    lines.iter().zip(outer).filter(|(_, outer)| **outer).map(|(line, _)| row(line)).collect()
}
