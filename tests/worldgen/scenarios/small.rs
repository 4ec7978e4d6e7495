//! Four testers, three days, as little traffic as passes every check: the world that faults are put into.

use super::super::clock::MINUTE;
use super::super::scenario::{Build, Deploy, Exercise, Feedback, Issue, Mishap, Noise, Scenario, Slot};
use super::{Calendar, operators, testers};

/// The web meets the same errors as the app, and more often, so that few requests are enough for a comparison.
const QUIET: Noise = Noise {
    app: &[(2, Mishap::TimedOut), (3, Mishap::Expired), (6, Mishap::SocketLost)],
    web: &[(10, Mishap::Failed), (12, Mishap::TimedOut), (14, Mishap::Expired), (4, Mishap::OutOfScope)],
};

pub(super) fn scenario() -> anyhow::Result<Scenario> {
    let c = Calendar::new("2026-10-05T00:00:00Z")?;
    let service = |at, service, version| Deploy { at, service, version, rollback_of: None };
    let mut testers = testers();
    testers.remove(2);
    Ok(Scenario {
        seed: 20_261_008,
        zone: "Europe/Lisbon",
        baseline: c.days(-4, 0),
        beta: c.days(0, 3),
        web_cutover: "2026-08-10",
        web_signed_off: "2026-08-24",
        testers,
        operators: operators(),
        builds: vec![Build::new("7", c.at(0, 6, 30)), Build::update("8", c.at(1, 18, 0))],
        deploys: vec![
            service(c.at(-56, 4, 30), "web", "5.0.0"),
            service(c.at(-9, 5, 0), "trading-backend", "2.6.0"),
            service(c.at(-2, 5, 30), "trading-backend", "2.7.0"),
        ],
        slots: slots(c),
        kill_switch: c.span(1, (8, 58), (9, 8)),
        backend_stop: c.span(1, (10, 0), (10, 7)),
        noise: QUIET,
        faults: Vec::new(),
        waivers: &[],
        feedback: vec![Feedback {
            at: c.at(0, 10, 52),
            tester: "t01",
            screen: "Overview",
            severity: "Minor",
            text: "The badge is small",
            triage: "follow-up",
            issue: "#141",
        }],
        issues: vec![Issue {
            number: 141,
            title: "The badge is small",
            labels: &["bug", "P2"],
            opened: c.at(0, 14, 30),
            closed: None,
            pull_request: false,
        }],
        words: Vec::new(),
        attested_until: c.at(3, 0, 0),
    })
}

fn slots(c: Calendar) -> Vec<Slot> {
    let mut slots = c.runbook_days();
    slots.extend([
        c.slot(0, (12, 0), 2, Exercise::Look),
        c.slot(0, (15, 0), 3, Exercise::Look),
        c.slot(0, (16, 30), 3, Exercise::Look),
        c.slot(0, (18, 0), 2, Exercise::Look),
        c.beside_web(2, (7, 40), 5, Exercise::SignIn),
        c.beside_web(2, (9, 30), 5, Exercise::Look),
        c.slot(2, (11, 10), 3, Exercise::Look),
        c.slot(2, (13, 0), 4, Exercise::Look),
        c.slot(2, (14, 20), 3, Exercise::Look),
        c.slot(2, (15, 40), 3, Exercise::Look),
        c.slot(2, (17, 0), 3, Exercise::Look),
        c.slot(2, (18, 10), 2, Exercise::Look),
        c.slot(2, (19, 0), 2, Exercise::Look),
        c.slot(2, (19, 40), 2, Exercise::Look),
    ]);
    for slot in &mut slots {
        // Three minutes apart is enough for four people.
        slot.stagger = slot.stagger.min(3 * MINUTE);
    }
    slots
}
