//! Error episodes: consecutive errors of one session (or tester, or user) on one route with one class of status,
//! less than a minute apart, count once (statistics.md S2).

use std::collections::HashMap;

use super::lines::Line;
use super::purpose::Purpose;
use super::roster::Roster;
use super::who::Who;
use super::windows::Windows;
use crate::tables::schema::{Column, Kind};
use crate::tables::table::Cell;

/// Errors further apart than this are two episodes.
const GAP_MS: i64 = 60_000;
/// A 401 that a refresh and the same route put right within this time is the token's ordinary end.
const BENIGN_MS: i64 = 10_000;

/// Columns of the `episodes` table.
pub const COLUMNS: &[Column] = &[
    ("first_ts", Kind::Time),
    ("last_ts", Kind::Time),
    ("tier", Kind::Own),
    ("outermost", Kind::Int), // seen by the outermost hop: an episode on two hops has two rows, one of them this
    ("service", Kind::Own),
    ("client", Kind::Own),
    ("platform", Kind::Own),
    ("tester", Kind::Own),
    ("user_key", Kind::Own),
    ("session_key", Kind::Own),
    ("build", Kind::Own),
    ("route", Kind::Own),
    ("purpose", Kind::Own),
    ("class", Kind::Own), // 401 | 403 | 4xx | 5xx
    ("kind", Kind::Own),  // benign_refresh | unrecovered_401 | refresh_failure | 403 | 4xx | 5xx
    ("status", Kind::Int),
    ("errors", Kind::Int),    // raw count
    ("recovered", Kind::Int), // the same route answered 2xx later in the session, within a minute
    ("period", Kind::Own),
    ("drill", Kind::Int),
    ("deploy", Kind::Int),
    ("request_id", Kind::Own), // of the first error
    ("message", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

/// Builds the rows for one tier's request lines, in order of first time.
#[must_use]
pub fn rows(lines: &[Line<'_>], outer: &[bool], roster: &Roster, windows: &Windows) -> Vec<Vec<Cell>> {
    let who = Who::of(lines);
    let mut good: HashMap<(&str, &str), Vec<i64>> = HashMap::new();
    let mut episodes: Vec<Episode<'_>> = Vec::new();
    let mut open: HashMap<(&str, bool, &str, &str, &str), usize> = HashMap::new();
    for (line, outer) in lines.iter().zip(outer).filter(|(l, _)| l.event == "request" && l.tier != "device") {
        let (key, route) = (who.key(line), line.route.unwrap_or_default());
        if line.ok() {
            good.entry((key, route)).or_default().push(line.ts);
            continue;
        }
        let Some(class) = class(line.status) else { continue };
        let slot = (line.tier, *outer, key, route, class);
        match open.get(&slot).map(|at| &mut episodes[*at]) {
            Some(episode) if !key.is_empty() && line.ts - episode.last < GAP_MS => {
                episode.last = line.ts;
                episode.errors += 1;
            }
            _ => {
                open.insert(slot, episodes.len());
                episodes.push(Episode { first: line, last: line.ts, errors: 1, class, key, outer: *outer });
            }
        }
    }
    episodes.iter().map(|e| e.cells(roster, windows, &good, &who)).collect()
}

struct Episode<'a> {
    first: &'a Line<'a>,
    last: i64,
    errors: i64,
    class: &'static str,
    key: &'a str,
    outer: bool,
}

impl<'a> Episode<'a> {
    fn cells(
        &self,
        roster: &Roster,
        windows: &Windows,
        good: &HashMap<(&'a str, &'a str), Vec<i64>>,
        who: &Who<'a>,
    ) -> Vec<Cell> {
        let line = self.first;
        let tester = who.tester(line);
        let route = line.route.unwrap_or_default();
        let later = |within: i64| {
            let times = good.get(&(self.key, route)).map_or(&[][..], Vec::as_slice);
            let from = times.partition_point(|ts| *ts < self.last);
            times.get(from).is_some_and(|ts| ts - self.last <= within)
        };
        let recovered = !self.key.is_empty() && later(GAP_MS);
        let kind = match self.class {
            "401" if line.purpose == Some(Purpose::Refresh) => "refresh_failure",
            "401" if !self.key.is_empty() && later(BENIGN_MS) => "benign_refresh",
            "401" => "unrecovered_401",
            class => class,
        };
        vec![
            Cell::from(line.ts),
            Cell::from(self.last),
            Cell::from(line.tier),
            Cell::from(self.outer),
            Cell::from(line.service),
            Cell::from(who.text(line, |l| l.client)),
            Cell::from(who.text(line, |l| l.platform)),
            roster.cell(tester),
            Cell::from(who.text(line, |l| l.user)),
            Cell::from(who.text(line, |l| l.session)),
            Cell::from(who.text(line, |l| l.build)),
            Cell::from(route),
            Cell::from(line.purpose.map(Purpose::word)),
            Cell::from(self.class),
            Cell::from(kind),
            Cell::from(line.status),
            Cell::from(self.errors),
            Cell::from(recovered),
            Cell::from(windows.period(line.ts)),
            Cell::from(windows.in_drill(line.ts, tester)),
            Cell::from(windows.in_deploy(line.ts)),
            Cell::from(line.request),
            Cell::from(line.message.or(line.reason)),
            Cell::from(line.file),
            Cell::from(line.line),
        ]
    }
}

fn class(status: Option<i64>) -> Option<&'static str> {
    match status? {
        401 => Some("401"),
        403 => Some("403"),
        400..500 => Some("4xx"),
        500.. => Some("5xx"),
        _ => None,
    }
}
