//! Error episodes: consecutive errors of one session (or tester, or user) on one route with one class of status,
//! less than a minute apart, count once (statistics.md S2).

use std::collections::HashMap;

use super::lines::Line;
use super::purpose::Purpose;
use super::roster::Roster;
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
    ("service", Kind::Own),
    ("client", Kind::Own),
    ("platform", Kind::Own),
    ("tester", Kind::Own),
    ("user_key", Kind::Own),
    ("session_key", Kind::Own),
    ("build", Kind::Own),
    ("route", Kind::Own),
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
pub fn rows(lines: &[Line<'_>], roster: &Roster, windows: &Windows) -> Vec<Vec<Cell>> {
    let who = Who::of(lines);
    let mut good: HashMap<(&str, &str), Vec<i64>> = HashMap::new();
    let mut episodes: Vec<Episode<'_>> = Vec::new();
    let mut open: HashMap<(&str, &str, &str, &str), usize> = HashMap::new();
    for line in lines.iter().filter(|l| l.event == "request" && l.tier != "device") {
        let (key, route) = (who.key(line), line.route.unwrap_or_default());
        if line.ok() {
            good.entry((key, route)).or_default().push(line.ts);
            continue;
        }
        let Some(class) = class(line.status) else { continue };
        let slot = (line.tier, key, route, class);
        match open.get(&slot).map(|at| &mut episodes[*at]) {
            Some(episode) if !key.is_empty() && line.ts - episode.last < GAP_MS => {
                episode.last = line.ts;
                episode.errors += 1;
            }
            _ => {
                open.insert(slot, episodes.len());
                episodes.push(Episode { first: line, last: line.ts, errors: 1, class, key });
            }
        }
    }
    episodes.iter().map(|e| e.cells(roster, windows, &good, &who)).collect()
}

/// Names who a request belongs to where its own line does not: a gateway knows the session only by request id.
struct Who<'a> {
    by_request: HashMap<&'a str, &'a Line<'a>>,
}

impl<'a> Who<'a> {
    fn of(lines: &'a [Line<'a>]) -> Self {
        let known = lines.iter().filter(|l| l.event == "request" && (l.session.is_some() || l.user.is_some()));
        let mut by_request: HashMap<&str, &Line<'_>> = HashMap::new();
        for line in known {
            if let Some(id) = line.request {
                let better = by_request.get(id).is_none_or(|held| held.session.is_none());
                if better {
                    by_request.insert(id, line);
                }
            }
        }
        Who { by_request }
    }

    fn other(&self, line: &Line<'a>) -> Option<&'a Line<'a>> {
        line.request.and_then(|id| self.by_request.get(id)).copied()
    }

    fn key(&self, line: &Line<'a>) -> &'a str {
        let other = self.other(line);
        line.session.or(other.and_then(|o| o.session)).or(line.user).or(other.and_then(|o| o.user)).unwrap_or_default()
    }
}

struct Episode<'a> {
    first: &'a Line<'a>,
    last: i64,
    errors: i64,
    class: &'static str,
    key: &'a str,
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
        let other = who.other(line);
        let tester = line.tester.or(other.and_then(|o| o.tester));
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
            Cell::from(line.service),
            Cell::from(line.client.or(other.and_then(|o| o.client))),
            Cell::from(line.platform.or(other.and_then(|o| o.platform))),
            roster.cell(tester),
            Cell::from(line.user.or(other.and_then(|o| o.user))),
            Cell::from(line.session.or(other.and_then(|o| o.session))),
            Cell::from(line.build.or(other.and_then(|o| o.build))),
            Cell::from(route),
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
