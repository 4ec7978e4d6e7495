//! The good and the bad events of a trigger: its incident query's rows, or, where no query gives them, the rows of the
//! check that fired.

use std::collections::{BTreeMap, BTreeSet};

use crate::judge::{Judged, plain};
use crate::queries::{Counts, IncidentSpec, engine};
use crate::tables::table::Table;

/// One event that could have gone well. Times in milliseconds UTC, by the servers' clock.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Event {
    pub ts: i64,
    pub bad: bool,
    /// The check itself counts it: it fired the trigger.
    pub fired: bool,
    pub tester: Option<String>,
    pub client: Option<String>,
    pub platform: Option<String>,
    pub build: Option<String>,
    /// With its method where that is known.
    pub route: Option<String>,
    pub service: Option<String>,
    pub instance: Option<String>,
    pub session: Option<String>,
    pub user: Option<String>,
    pub owner: Option<String>,
    pub request: Option<String>,
    pub status: Option<i64>,
    /// What went wrong, in the words of the system; empty for a good one.
    pub says: String,
    pub file: String,
    pub line: i64,
}

/// All events of a trigger, in order of time.
#[derive(Debug, Clone)]
pub struct Events {
    pub item: String,
    /// Id of the check that fires it.
    pub check: String,
    /// Id of the query that gave the events.
    pub query: String,
    pub spec: IncidentSpec,
    pub all: Vec<Event>,
    /// The rows, for the evidence folder.
    pub rows: Table,
}

impl Events {
    /// The events of a trigger by its item, such as `R2`.
    ///
    /// # Errors
    /// When the query does not run.
    pub fn of(judged: &Judged, item: &str) -> anyhow::Result<Option<Self>> {
        let Some(finding) = judged.findings.iter().find(|f| f.item.eq_ignore_ascii_case(item)) else { return Ok(None) };
        let query =
            judged.catalogue.iter().find_map(|q| Some((q, q.incident()?)).filter(|(_, s)| s.of == finding.item));
        let places: BTreeSet<(&str, i64)> = places(&finding.rows).collect();
        let (id, spec, rows) = match query {
            Some((query, spec)) => {
                let rows = engine::run(&judged.tables, &query.sql, &judged.literals)?;
                (query.id.clone(), spec.clone(), rows)
            }
            None => (finding.check.clone(), plain_spec(finding), with_bad(&finding.rows)),
        };
        let mut all: Vec<Event> = (0..rows.rows.len()).filter_map(|row| event(&rows, row)).collect();
        for event in &mut all {
            event.fired = event.bad && places.contains(&(event.file.as_str(), event.line));
        }
        name_testers(judged, &mut all);
        all.sort_by(|a, b| (a.ts, &a.file, a.line).cmp(&(b.ts, &b.file, b.line)));
        merge_reports(&mut all);
        Ok(Some(Events { item: finding.item.clone(), check: finding.check.clone(), query: id, spec, all, rows }))
    }

    /// The bad ones.
    pub fn bad(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.all.iter().filter(|e| e.bad)
    }
}

/// File and line of each row.
fn places(rows: &Table) -> impl Iterator<Item = (&str, i64)> {
    (0..rows.rows.len()).filter_map(|row| Some((rows.cell(row, "file").as_text()?, rows.cell(row, "line").as_int()?)))
}

/// A trigger of the team's own without an incident query: its rows are bad events, and good ones are not known.
fn plain_spec(finding: &crate::checks::Finding) -> IncidentSpec {
    IncidentSpec {
        of: finding.item.clone(),
        counts: Counts::Each,
        severity: "SEV2".to_owned(),
        headline: finding.title.clone(),
        saw: "were affected".to_owned(),
        quiet: String::new(),
        unit: "events".to_owned(),
        bad: "bad events".to_owned(),
        one: "bad event".to_owned(),
    }
}

fn with_bad(rows: &Table) -> Table {
    let mut rows = rows.clone();
    if rows.column("bad").is_none() {
        rows.columns.push("bad".to_owned());
        rows.rows.iter_mut().for_each(|row| row.push(crate::tables::table::Cell::Int(1)));
    }
    rows
}

fn event(rows: &Table, row: usize) -> Option<Event> {
    let text = |name: &str| rows.cell(row, name).as_text().filter(|t| !t.is_empty()).map(str::to_owned);
    let route = match (text("method"), text("route")) {
        (Some(method), Some(route)) => Some(format!("{method} {route}")),
        (_, route) => route,
    };
    Some(Event {
        ts: rows.cell(row, "ts").as_int()?,
        bad: rows.cell(row, "bad").as_int() == Some(1),
        fired: false,
        tester: text("tester"),
        client: text("client"),
        platform: text("platform"),
        build: text("build"),
        route,
        service: text("service"),
        instance: text("instance"),
        session: text("session_key"),
        user: text("user_key"),
        owner: text("owner_key"),
        request: text("request_id"),
        status: rows.cell(row, "status").as_int(),
        says: text("says").map(|t| t.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default(),
        file: text("file").unwrap_or_default(),
        line: rows.cell(row, "line").as_int().unwrap_or(0),
    })
}

/// A request whose token was refused names nobody; its session does.
fn name_testers(judged: &Judged, all: &mut [Event]) {
    let sessions = plain(&judged.tables, "sessions");
    let known = (0..sessions.rows.len()).filter_map(|row| {
        Some((sessions.cell(row, "session_key").as_text()?, sessions.cell(row, "tester").as_text()?))
    });
    let known: BTreeMap<&str, &str> = known.collect();
    for event in all.iter_mut().filter(|e| e.tester.is_none()) {
        event.tester = event.session.as_deref().and_then(|s| known.get(s)).map(|t| (*t).to_owned());
    }
}

/// A store's report of a crash that the device's log shows too is the same crash.
const SAME_CRASH_MS: i64 = 180_000;

fn merge_reports(all: &mut Vec<Event>) {
    let seen: Vec<(i64, Option<String>)> = all
        .iter()
        .filter(|e| e.bad && e.service.as_deref() == Some("device"))
        .map(|e| (e.ts, e.tester.clone()))
        .collect();
    all.retain(|e| {
        let again = |(ts, tester): &(i64, Option<String>)| *tester == e.tester && (ts - e.ts).abs() <= SAME_CRASH_MS;
        e.service.as_deref() != Some("crash report") || e.tester.is_none() || !seen.iter().any(again)
    });
}
