//! What happened in the week: incidents, near misses, alarms, drills and gaps, in order of time.

use jiff::Timestamp;

use crate::config::{RunPlan, Window};
use crate::judge::{Judged, plain};
use crate::report::weekly::Event;
use crate::verdict::{Effect, Verdict};

/// An e-value beyond this asks for a look (statistics.md S2).
const ALARM: f64 = 20.0;
/// Events that are told.
const MOST: usize = 30;

/// The week's events.
pub(super) fn of(plan: &RunPlan, judged: &Judged, window: Window) -> Vec<Event> {
    let mut all = drills(judged, window);
    all.extend(audited(judged, window));
    all.extend(gaps(judged, window));
    all.extend(triggers(judged, window));
    all.extend(alarms(plan, judged, window));
    all.sort_by(|a, b| (a.at, &a.kind, &a.what).cmp(&(b.at, &b.kind, &b.what)));
    all.dedup();
    all.truncate(MOST);
    all
}

fn event(at: i64, to: Option<i64>, kind: &str, what: String, state: &str) -> Option<Event> {
    Some(Event {
        at: Timestamp::from_millisecond(at).ok()?,
        to: to.and_then(|ms| Timestamp::from_millisecond(ms).ok()),
        kind: kind.to_owned(),
        what,
        state: state.to_owned(),
    })
}

/// Planned outages of everybody; each tester's own exercises are too many to tell.
fn drills(judged: &Judged, window: Window) -> Vec<Event> {
    let all = judged.correlated.windows.drills.iter().filter(|d| d.tester.is_none() && window.holds(d.from));
    let row = |d: &crate::correlation::windows::Drill| {
        event(d.from, Some(d.to), "drill", d.title.clone(), if d.planned { "as planned" } else { "not announced" })
    };
    all.filter_map(row).collect()
}

/// Incidents and rollbacks that people recorded.
fn audited(judged: &Judged, window: Window) -> Vec<Event> {
    let audit = plain(&judged.tables, "audit");
    let mut all = Vec::new();
    for row in 0..audit.rows.len() {
        let Some(ts) = audit.cell(row, "ts").as_int().filter(|ts| window.holds(*ts)) else { continue };
        let text = |name: &str| audit.cell(row, name).as_text().unwrap_or_default();
        let (kind, what) = match text("action") {
            "incident.opened" => ("incident", format!("incident {} opened", text("target"))),
            "incident.resolved" => ("incident", format!("incident {} resolved", text("target"))),
            "distribution.removed" => ("incident", format!("build {} removed from distribution", text("target"))),
            "distribution.published" => ("change", format!("build {} offered to testers", text("target"))),
            _ => continue,
        };
        all.extend(event(ts, None, kind, what, ""));
    }
    let rolled_back = judged.correlated.windows.deploys.iter().filter(|d| d.rollback && window.holds(d.finished));
    all.extend(
        rolled_back.filter_map(|d| event(d.finished, None, "incident", format!("rolled back to {}", d.what), "")),
    );
    all
}

/// Stretches in which a source was silent.
fn gaps(judged: &Judged, window: Window) -> Vec<Event> {
    let mut all = Vec::new();
    for (name, cover) in &judged.observed.covers {
        for silent in cover.silent.iter().filter(|w| w.from_ms() < window.to_ms() && window.from_ms() < w.to_ms()) {
            let (from, to) = (silent.from_ms().max(window.from_ms()), silent.to_ms().min(window.to_ms()));
            all.extend(event(from, Some(to), "gap", format!("{name}: nothing was logged"), ""));
        }
    }
    all
}

/// Triggers that fired are incidents; those that are held are near misses.
fn triggers(judged: &Judged, window: Window) -> Vec<Event> {
    let all = judged.findings.iter().filter(|f| f.effect == Effect::Trigger && f.rule != "green");
    let mut events = Vec::new();
    for finding in all {
        let (kind, state) = match finding.judged {
            Verdict::Fail | Verdict::Conflict => ("incident", "trigger fired"),
            Verdict::Inconclusive => ("near miss", "held"),
            _ => continue,
        };
        let times = (0..finding.rows.rows.len()).filter_map(|row| finding.rows.cell(row, "ts").as_int());
        let inside: Vec<i64> = times.filter(|ts| window.holds(*ts)).collect();
        // A comparison of rates has no single moment; it is told once, at the end of what it looked at.
        let at =
            inside.iter().min().copied().or_else(|| finding.rows.column("ts").is_none().then(|| window.to_ms() - 1));
        let to = inside.iter().max().copied().filter(|to| Some(*to) != at);
        events.extend(at.and_then(|at| {
            event(at, to, kind, format!("{} {}: {}", finding.item, finding.title, finding.sentence), state)
        }));
    }
    events
}

/// Monitors whose e-value asks for a look.
fn alarms(plan: &RunPlan, judged: &Judged, window: Window) -> Vec<Event> {
    let alarmed = judged.findings.iter().filter(|f| f.figures.get("e_value_highest").is_some_and(|e| *e >= ALARM));
    let to = judged.observed.as_of.min(window.to_ms()).min(plan.stage.beta.to_ms()) - 1;
    let row = |f: &crate::checks::Finding| {
        let highest = f.figures.get("e_value_highest").copied().unwrap_or(0.0);
        let what = format!("{} {}: the e-value reached {highest:.0}", f.item, f.title);
        event(to, None, "alarm", what, if f.verdict == Verdict::Pass { "passed at the end" } else { "open" })
    };
    alarmed.filter_map(row).collect()
}
