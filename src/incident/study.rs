//! What every part of the report is made from.

use jiff::Timestamp;

use super::event::Event;
use super::record::Record;
use super::which::Case;
use crate::config::RunPlan;
use crate::judge::Judged;
use crate::report::incident::{Times, When};

/// An incident under study.
pub(super) struct Study<'a> {
    pub plan: &'a RunPlan,
    pub judged: &'a Judged,
    pub record: Record,
    pub case: Case,
    /// As of when, milliseconds UTC.
    pub as_of: i64,
}

pub(super) const MINUTE_MS: i64 = 60_000;
pub(super) const HOUR_MS: i64 = 60 * MINUTE_MS;

impl Study<'_> {
    /// First and last bad event; where there is none, nothing.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        Some((self.case.first()?.ts, self.case.last()?.ts))
    }

    pub(super) fn is_cohort(&self, event: &Event) -> bool {
        event.client.as_deref() == Some(self.plan.stage.cohort.as_str())
    }

    /// Routes of the bad events, the commonest first.
    pub(super) fn routes(&self) -> Vec<String> {
        let mut counted: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for event in self.case.bad_events() {
            *counted.entry(event.route.as_deref().unwrap_or_default()).or_default() += 1;
        }
        let mut all: Vec<(&str, usize)> = counted.into_iter().filter(|(route, _)| !route.is_empty()).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        all.into_iter().map(|(route, _)| route.to_owned()).collect()
    }

    /// Events that could have failed in the same way: those on a route on which something did.
    pub(super) fn comparable(&self) -> impl Iterator<Item = &Event> {
        let routes = self.routes();
        self.case
            .events
            .all
            .iter()
            .filter(move |e| routes.is_empty() || e.route.as_ref().is_none_or(|route| routes.contains(route)))
    }

    /// Bad events of other clients in the same time, on the same route and with the same status.
    pub(super) fn elsewhere(&self) -> Vec<&Event> {
        let Some((first, last)) = self.span() else { return Vec::new() };
        let group = |e: &Event| (e.route.clone(), e.status);
        let groups: std::collections::BTreeSet<_> = self.case.bad_events().map(group).collect();
        let other = |e: &&Event| e.bad && !self.is_cohort(e) && (first..=last).contains(&e.ts);
        self.case.events.all.iter().filter(other).filter(|e| groups.contains(&group(e))).collect()
    }

    /// `15 foreign answers`.
    pub(super) fn counted(&self, n: usize) -> String {
        let spec = &self.case.events.spec;
        format!("{} {}", crate::rules::count(n as f64), if n == 1 { &spec.one } else { &spec.bad })
    }

    /// `09:14:40` on the day of the incident, with the day where it is another one.
    pub(super) fn clock(&self, ms: i64) -> String {
        let day = |ms: i64| ms.div_euclid(24 * HOUR_MS);
        let first = self.span().map_or(ms, |(first, _)| first);
        let form = if day(first) == day(ms) { "%H:%M:%S UTC" } else { "%-d %b %H:%M:%S UTC" };
        time(ms).map_or_else(String::new, |t| t.strftime(form).to_string())
    }

    /// Roster code of a name that somebody signed with.
    pub(super) fn code(&self, name: &str) -> String {
        let roster = &self.judged.correlated.roster;
        roster.by_name(name).and_then(|t| roster.code(t)).unwrap_or(name).to_owned()
    }
}

/// Milliseconds as a time.
pub(super) fn time(ms: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(ms).ok()
}

/// `3 min 42 s`, `4 h 2 min`.
pub(super) fn lasting(ms: i64) -> String {
    let s = ms.abs() / 1000;
    match s {
        0..60 => format!("{s} s"),
        60..3600 if s % 60 == 0 => format!("{} min", s / 60),
        60..3600 => format!("{} min {} s", s / 60, s % 60),
        3600..172_800 => format!("{} h {} min", s / 3600, s % 3600 / 60),
        _ => format!("{} days", s / 86_400),
    }
}

/// A time that is known.
pub(super) fn known(ms: i64, how: impl Into<String>, evidence: Vec<String>) -> When {
    When { at: time(ms), how: how.into(), evidence }
}

/// One that is not, and why.
pub(super) fn unknown(why: impl Into<String>) -> When {
    When { at: None, how: why.into(), evidence: Vec::new() }
}

/// The time in milliseconds.
pub(super) fn ms(when: &When) -> Option<i64> {
    when.at.map(Timestamp::as_millisecond)
}

/// From the first bad event to the last sign of the incident; what lies inside belongs to it.
pub(super) fn end(times: &Times, as_of: i64) -> i64 {
    [&times.recovered, &times.rolled_back, &times.last_bad].into_iter().filter_map(ms).max().unwrap_or(as_of)
}
