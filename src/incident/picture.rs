//! The incident as pictures: lanes of testers, what was live, what people did, the traffic of the build, and how the
//! time was spent.

use std::collections::BTreeMap;

use super::leak::capital;
use super::study::{HOUR_MS, MINUTE_MS, Study, end, ms, time};
use super::times::{containments, reports};
use crate::config::Window;
use crate::report::incident::{Bin, Lane, Phase, Picture, Suspect, Times};

/// Lanes that have room.
const LANES: usize = 8;
/// Bins of the traffic chart, about.
const BINS: i64 = 24;

/// The pictures' data.
pub(super) fn of(study: &Study<'_>, times: &Times, suspects: &[Suspect]) -> Picture {
    let Some((first, last)) = study.span() else { return Picture::default() };
    let suspect = suspects.first();
    let close = end(times, study.as_of);
    // A suspect from days ago would make the minutes of the incident invisible.
    let margin = ((close - first) / 10).clamp(2 * MINUTE_MS, 2 * HOUR_MS);
    let near = suspect.map(|s| s.at.as_millisecond()).filter(|at| *at >= first - HOUR_MS.max(close - first));
    let window = Window::from_millis(near.unwrap_or(first).min(first) - margin, close + margin);
    let Some(window) = window else { return Picture::default() };
    let (lanes, more_lanes) = lanes(study);
    let bin_ms = bin(window.to_ms() - window.from_ms() + 2 * HOUR_MS);
    Picture {
        impact: Window::from_millis(first, last.max(first + 1)),
        lanes,
        more_lanes,
        live: suspect.and_then(|s| live(study, s, window)),
        marks: marks(study, times, window),
        bins: bins(study, window, bin_ms),
        bin_s: bin_ms / 1000,
        counts: format!("{} of {}", capital(&study.case.events.spec.unit), study.plan.stage.cohort),
        finding: finding(study, times, last),
        window: Some(window),
    }
}

fn lanes(study: &Study<'_>) -> (Vec<Lane>, u64) {
    let roster = &study.judged.correlated.roster;
    let mut by: BTreeMap<String, Lane> = BTreeMap::new();
    for event in study.case.bad_events() {
        let who = event.tester.clone().or_else(|| event.user.clone()).unwrap_or_else(|| "unknown".to_owned());
        let device = roster.by_name(&who).map(|t| roster.testers[t].device.clone()).unwrap_or_default();
        let lane = by.entry(who.clone()).or_insert(Lane { tester: who, device, bad: Vec::new() });
        lane.bad.extend(time(event.ts));
    }
    let mut all: Vec<Lane> = by.into_values().collect();
    all.sort_by(|a, b| {
        b.bad.len().cmp(&a.bad.len()).then(a.bad.first().cmp(&b.bad.first())).then(a.tester.cmp(&b.tester))
    });
    let more = all.len().saturating_sub(LANES);
    all.truncate(LANES);
    (all, more as u64)
}

fn live(study: &Study<'_>, suspect: &Suspect, window: Window) -> Option<(String, Window)> {
    let change = study.record.changes.iter().find(|c| c.name == suspect.name && c.at == suspect.at.as_millisecond())?;
    let to = change.undone.unwrap_or(i64::MAX).min(window.to_ms());
    let from = change.at.max(window.from_ms());
    Some((format!("{} in effect", capital(&suspect.name)), Window::from_millis(from, to)?))
}

fn marks(study: &Study<'_>, times: &Times, window: Window) -> Vec<(jiff::Timestamp, String)> {
    let mut all: Vec<(i64, String)> = Vec::new();
    let (Some(first), Some(last)) = (ms(&times.first_bad), ms(&times.last_bad)) else { return Vec::new() };
    if let Some(report) = reports(study, first, last).first() {
        all.push((report.at, format!("{} reports", study.code(&report.by))));
    }
    if let Some(at) = ms(&times.detected).filter(|at| times.first_report.at.is_none_or(|r| r.as_millisecond() != *at)) {
        all.push((at, "incident opened".to_owned()));
    }
    for c in containments(study, first, last) {
        let word = match c.how {
            "removed" => "pull",
            "rolled back" => "roll-back done",
            _ => "flag off",
        };
        all.push((c.at, word.to_owned()));
    }
    if let Some(told) = study.record.entries_of("testers.notified").find(|e| e.at >= first) {
        all.push((told.at, "testers told".to_owned()));
    }
    all.retain(|(at, _)| window.holds(*at));
    all.sort();
    all.dedup_by(|b, a| {
        let same = a.0 == b.0;
        if same && !a.1.contains(&b.1) {
            a.1 = format!("{}, {}", a.1, b.1);
        }
        same
    });
    all.into_iter().filter_map(|(at, what)| Some((time(at)?, what))).collect()
}

/// A round length of a bin.
fn bin(span_ms: i64) -> i64 {
    let lengths = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map(|m| m * MINUTE_MS);
    lengths.into_iter().find(|length| span_ms / length <= BINS).unwrap_or(1440 * MINUTE_MS)
}

/// Events of the cohort per bin, from an hour before the picture to an hour after, and the bad ones among them.
fn bins(study: &Study<'_>, window: Window, bin_ms: i64) -> Vec<Bin> {
    let (from, to) = (window.from_ms() - HOUR_MS, window.to_ms() + HOUR_MS);
    let mut counted: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    let mut at = from.div_euclid(bin_ms) * bin_ms;
    while at < to {
        counted.insert(at, (0, 0));
        at += bin_ms;
    }
    for event in study.case.events.all.iter().filter(|e| study.is_cohort(e) && from <= e.ts && e.ts < to) {
        if let Some(held) = counted.get_mut(&(event.ts.div_euclid(bin_ms) * bin_ms)) {
            held.0 += 1;
            held.1 += u64::from(event.bad);
        }
    }
    counted.into_iter().filter_map(|(at, (of, bad))| Some(Bin { at: time(at)?, of, bad })).collect()
}

fn finding(study: &Study<'_>, times: &Times, last: i64) -> String {
    let after: Vec<i64> = study.comparable().filter(|e| study.is_cohort(e) && e.ts > last).map(|e| e.ts).collect();
    let counted = study.counted(study.case.bad.len());
    let tail = match (after.last(), times.recovered.at) {
        (Some(at), _) => format!("the last of {} after it was at {}", after.len(), study.clock(*at)),
        (None, Some(_)) => "none came after it".to_owned(),
        (None, None) => "nothing comparable was seen after it".to_owned(),
    };
    format!("{counted} until {}; {tail}.", study.clock(last))
}

/// How the time from the first bad event to the end of the rollback was spent.
pub(super) fn phases(study: &Study<'_>, times: &Times) -> Vec<Phase> {
    let (Some(first), Some(last)) = (ms(&times.first_bad), ms(&times.last_bad)) else { return Vec::new() };
    let done = containments(study, first, last).last().map(|c| c.at);
    let points = [
        ("not noticed", ms(&times.first_report)),
        ("reported, no decision", ms(&times.detected)),
        ("decided, not pulled", ms(&times.rolled_back)),
        ("pulled, the cause still live", done),
    ];
    let mut phases = Vec::new();
    let mut from = first;
    for (name, to) in points {
        let Some(to) = to.filter(|to| *to > from) else { continue };
        if let (Some(a), Some(b)) = (time(from), time(to)) {
            phases.push(Phase { name: name.to_owned(), from: a, to: b });
        }
        from = to;
    }
    phases
}
