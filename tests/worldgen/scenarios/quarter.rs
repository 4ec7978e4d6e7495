//! A beta of many weeks for summaries that come every Monday: drills first, then ordinary weeks, one in which nobody
//! uses the app, one of which nothing arrives, and a clock that is put back.

use super::super::clock::{HOUR, parse};
use super::super::scenario::{Build, Deploy, Exercise, Fault, Feedback, Issue, Scenario, Slot};
use super::{Calendar, ORDINARY, operators, testers};

/// What makes a beta of weeks. Weeks are counted from 0.
pub(crate) struct Weeks {
    /// A Monday's midnight, UTC.
    pub(crate) begins: &'static str,
    pub(crate) weeks: i64,
    /// Nobody uses the app; services and probes go on.
    pub(crate) quiet: i64,
    /// Nothing arrives of any source.
    pub(crate) outage: i64,
    /// One source misses two of its days.
    pub(crate) gap: i64,
    /// A new build is offered on its Wednesday.
    pub(crate) build: i64,
}

/// From 7 September to 6 December 2026. Lisbon puts its clocks back on 25 October, the Sunday of week 6 (2026-W43).
pub(crate) const QUARTER: Weeks =
    Weeks { begins: "2026-09-07T00:00:00Z", weeks: 13, quiet: 2, outage: 4, gap: 8, build: 6 };

/// Around the same change of the clock, which is in week 2.
pub(crate) const FIVE_WEEKS: Weeks =
    Weeks { begins: "2026-10-05T00:00:00Z", weeks: 5, quiet: 1, outage: 3, gap: 4, build: 2 };

pub(crate) fn scenario(of: &Weeks) -> anyhow::Result<Scenario> {
    let c = Calendar::new(of.begins)?;
    let service = |at, service, version| Deploy { at, service, version, rollback_of: None };
    let week = |n: i64| 7 * n;
    let mut testers = testers();
    // One person with each platform.
    testers.retain(|t| matches!(t.code, "t01" | "t04"));
    let mut operators = operators();
    operators.truncate(2);
    Ok(Scenario {
        seed: 20_261_025,
        zone: "Europe/Lisbon",
        baseline: c.days(-4, 0),
        beta: c.days(0, week(of.weeks)),
        web_cutover: "2026-08-03",
        web_signed_off: "2026-08-17",
        testers,
        operators,
        builds: vec![Build::new("7", c.at(0, 6, 30)), Build::update("8", c.at(week(of.build) + 2, 18, 0))],
        deploys: vec![
            service(c.at(-56, 4, 30), "web", "5.0.0"),
            service(c.at(-9, 5, 0), "trading-backend", "2.6.0"),
            service(c.at(-2, 5, 30), "trading-backend", "2.7.0"),
            service(c.at(week(1) + 3, 5, 40), "trading-backend", "2.7.1"),
        ],
        slots: slots(c, of),
        kill_switch: c.span(1, (8, 58), (9, 8)),
        backend_stop: c.span(1, (10, 0), (10, 7)),
        noise: ORDINARY,
        faults: vec![
            // Weeks of scrapes would be most of the world.
            Fault::Unwatched { source: "metrics" },
            Fault::Silent { sources: &[], span: c.days(week(of.outage), week(of.outage) + 7) },
            Fault::Silent { sources: &["gateway-api"], span: c.days(week(of.gap) + 2, week(of.gap) + 4) },
        ],
        waivers: &[],
        feedback: feedback(c),
        issues: vec![Issue {
            number: 141,
            title: "The badge is small",
            labels: &["bug", "P2"],
            opened: c.at(0, 14, 30),
            closed: Some(c.at(week(1) + 2, 9, 0)),
            pull_request: false,
        }],
        words: Vec::new(),
        attested_until: c.at(week(of.weeks), 0, 0),
    })
}

/// The runbook in the first two days, then three sittings a week.
fn slots(c: Calendar, of: &Weeks) -> Vec<Slot> {
    let mut slots = c.runbook_days();
    for (nth, week) in (1..of.weeks).filter(|week| *week != of.quiet).enumerate() {
        // They signed out at the end of the runbook.
        let first = if nth == 0 { Exercise::SignIn } else { Exercise::Look };
        slots.extend([
            c.beside_web(7 * week, (8, 20), 6, first),
            c.slot(7 * week + 3, (12, 10), 5, Exercise::Look),
            c.slot(7 * week + 4, (16, 30), 5, Exercise::Look),
        ]);
    }
    slots
}

/// One entry on the first day, and two in the hour that the clock on the wall shows twice.
fn feedback(c: Calendar) -> Vec<Feedback> {
    let entry = |at, tester, text| Feedback {
        at,
        tester,
        screen: "Overview",
        severity: "Minor",
        text,
        triage: "follow-up",
        issue: "#141",
    };
    let mut all = vec![entry(c.at(0, 10, 52), "t01", "The badge is small")];
    // 25 October 2026, 01:20 in summer time and again in winter time.
    if let Some(night) = parse("2026-10-25T00:20:00Z").ok().filter(|at| *at < c.at(91, 0, 0)) {
        all.push(entry(night, "t01", "Prices stand still at night"));
        all.push(entry(night + HOUR, "t04", "They do here, too"));
    }
    all
}
