//! The block that the runbook demands: each affected tester's device, system and build, what the device's log says, and
//! the request ids; a cell that is missing is named as missing.

use std::collections::{BTreeMap, BTreeSet};

use super::Raw;
use super::event::Event;
use super::study::{Study, time};
use crate::queries::engine;
use crate::report::incident::{Affected, Excerpt};

/// Lines of an excerpt.
const LINES: usize = 6;
/// Lines of the device's log from so long before to so long after the first bad event.
const BEFORE_MS: i64 = 3_000;
const AFTER_MS: i64 = 30_000;

/// The affected people in order of their first bad event.
///
/// # Errors
/// When the device lines cannot be read.
pub(super) fn affected(study: &Study<'_>, raw: &Raw<'_>) -> anyhow::Result<Vec<Affected>> {
    let mut by: BTreeMap<String, Vec<&Event>> = BTreeMap::new();
    // Somebody of another client is affected, too, but not as a tester, unless it was there alone that it went wrong.
    let elsewhere = !study.case.bad_events().any(|e| study.is_cohort(e));
    for event in study.case.bad_events() {
        let counts = study.is_cohort(event) || elsewhere && event.tester.is_some();
        if let Some(who) = event.tester.clone().or_else(|| event.user.clone()).filter(|_| counts) {
            by.entry(who).or_default().push(event);
        }
    }
    let mut all: Vec<Affected> = Vec::new();
    for (who, events) in by {
        all.push(one(study, &who, &events, raw)?);
    }
    all.sort_by(|a, b| a.first.cmp(&b.first).then(a.tester.cmp(&b.tester)));
    Ok(all)
}

fn one(study: &Study<'_>, who: &str, events: &[&Event], raw: &Raw<'_>) -> anyhow::Result<Affected> {
    let roster = &study.judged.correlated.roster;
    let tester = roster.by_name(who).map(|t| &roster.testers[t]);
    let known = |text: Option<&str>| text.filter(|t| !t.is_empty()).map(str::to_owned);
    let (first, last) = (events.first().map_or(0, |e| e.ts), events.last().map_or(0, |e| e.ts));
    let build = events.iter().find_map(|e| e.build.clone());
    let mut ids: Vec<String> = Vec::new();
    for id in events.iter().filter_map(|e| e.request.clone()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let routes: BTreeSet<String> = events.iter().filter_map(|e| e.route.clone()).collect();
    let of =
        study.comparable().filter(|e| e.tester.as_deref() == Some(who) && first <= e.ts && e.ts <= last).count() as u64;
    let excerpt = excerpt(study, who, events, raw)?;
    let mut found = Affected {
        tester: who.to_owned(),
        platform: known(tester.map(|t| t.platform.as_str())).or_else(|| events.iter().find_map(|e| e.platform.clone())),
        device: known(tester.map(|t| t.device.as_str())),
        os_version: known(tester.map(|t| t.os_version.as_str())),
        build,
        routes: routes.into_iter().collect(),
        request_ids: ids,
        excerpt,
        events: events.len() as u64,
        of,
        first: time(first),
        last: time(last),
        missing: Vec::new(),
    };
    found.missing = missing(&found);
    Ok(found)
}

fn missing(found: &Affected) -> Vec<String> {
    let mut all = Vec::new();
    let mut lack = |is: bool, what: &str| {
        if is {
            all.push(what.to_owned());
        }
    };
    lack(found.device.is_none(), "device: not in the roster");
    lack(found.os_version.is_none(), "OS version: not in the roster");
    lack(found.build.is_none(), "app build: no line of a bad event names it");
    lack(found.excerpt.is_empty(), "Expo log: the evidence holds no line of this device near the first bad event");
    lack(found.request_ids.is_empty(), "x-request-id: no request of a bad event carries one");
    all
}

/// What the device logged at its first bad event: the line of the same request and those right behind it, else those
/// nearest in time.
fn excerpt(study: &Study<'_>, who: &str, events: &[&Event], raw: &Raw<'_>) -> anyhow::Result<Vec<Excerpt>> {
    let Some(first) = events.first().map(|e| e.ts) else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT server_ts AS ts, request_id, event, message, file, line FROM logs WHERE tier = 'device' AND tester = '{}' AND server_ts >= {} AND server_ts <= {} ORDER BY file, line",
        who.replace('\'', "''"),
        first - BEFORE_MS,
        first + AFTER_MS
    );
    let rows = engine::run(&study.judged.tables, &sql, &study.judged.literals)?;
    let id = events.first().and_then(|e| e.request.as_deref());
    let own = |row: &usize| id.is_some() && rows.cell(*row, "request_id").as_text() == id;
    let start = (0..rows.rows.len()).find(own).unwrap_or(0);
    let wanted: Vec<usize> = (start..rows.rows.len()).take(LINES).collect();
    let place = |row: usize| {
        let file = rows.cell(row, "file").as_text().unwrap_or_default();
        (file.to_owned(), rows.cell(row, "line").as_int().unwrap_or(0))
    };
    let mut texts: BTreeMap<(String, i64), String> = BTreeMap::new();
    for file in wanted.iter().map(|row| place(*row).0).collect::<BTreeSet<_>>() {
        let lines: Vec<u64> = wanted
            .iter()
            .map(|row| place(*row))
            .filter(|p| p.0 == file)
            .filter_map(|p| u64::try_from(p.1).ok())
            .collect();
        texts.extend(raw(&file, &lines).into_iter().map(|(line, text)| ((file.clone(), line as i64), text)));
    }
    let line = |row: usize| {
        let (file, line) = place(row);
        let stored =
            || rows.cell(row, "message").as_text().or(rows.cell(row, "event").as_text()).unwrap_or_default().to_owned();
        Excerpt {
            at: rows.cell(row, "ts").as_int().and_then(time),
            text: texts.get(&(file.clone(), line)).cloned().unwrap_or_else(stored),
            place: format!("{file}:{line}"),
        }
    };
    Ok(wanted.into_iter().map(line).collect())
}
