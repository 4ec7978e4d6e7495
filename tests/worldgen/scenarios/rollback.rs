//! A short beta that ends early: a deploy makes the service hand out other users' positions.

use super::super::scenario::{Build, Deploy, Exercise, Fault, Feedback, Issue, Scenario, Slot, Word};
use super::{Calendar, ORDINARY, operators, testers};

pub(super) fn scenario() -> anyhow::Result<Scenario> {
    let c = Calendar::new("2026-09-21T00:00:00Z")?;
    let service = |at, service, version| Deploy { at, service, version, rollback_of: None };
    let summary = "testers see positions of another account";
    Ok(Scenario {
        seed: 20_260_921,
        zone: "Europe/Lisbon",
        baseline: c.days(-7, 0),
        beta: c.days(0, 4),
        web_cutover: "2026-08-10",
        web_signed_off: "2026-08-24",
        testers: testers(),
        operators: operators(),
        builds: vec![Build::new("9", c.at(0, 6, 30))],
        deploys: vec![
            service(c.at(-42, 4, 30), "web", "5.0.0"),
            service(c.at(-18, 5, 30), "trading-backend", "2.7.0"),
            service(c.at(-3, 5, 20), "trading-backend", "2.8.0"),
            service(c.at(2, 9, 2), "trading-backend", "2.9.0"),
            Deploy { rollback_of: Some(3), ..service(c.at(2, 9, 55), "trading-backend", "2.8.0") },
            service(c.at(3, 8, 15), "web", "5.1.1"),
        ],
        slots: slots(c),
        kill_switch: c.span(1, (8, 58), (9, 8)),
        backend_stop: c.span(1, (10, 0), (10, 7)),
        noise: ORDINARY,
        faults: vec![
            Fault::TenantLeak { span: c.span(2, (9, 12), (9, 56)), testers: &[1, 4] },
            Fault::Incident {
                opened: c.at(2, 9, 44),
                removed: c.at(2, 9, 52),
                notified: c.at(2, 9, 58),
                resolved: c.at(2, 12, 40),
                summary,
            },
            Fault::DeviceClock { tester: 2, ahead: -25_000 },
            Fault::Shipping { source: "backend", twice: 1, torn: 1, junk: 0 },
        ],
        waivers: &[],
        feedback: feedback(c),
        issues: issues(c),
        words: vec![Word {
            tester: "t02",
            item: "Open positions list matches",
            result: Some("fail"),
            note: "I see rows that are not mine",
            at: Some(c.at(2, 9, 33)),
        }],
        attested_until: c.at(2, 12, 0),
    })
}

fn slots(c: Calendar) -> Vec<Slot> {
    let mut slots = c.runbook_days();
    slots.extend([
        c.slot(0, (15, 40), 4, Exercise::Look),
        c.beside_web(2, (7, 20), 6, Exercise::SignIn),
        c.slot(2, (8, 10), 5, Exercise::Look),
        // Open from soon after the deploy until after the roll-back, and closed within half an hour of the removal.
        c.slot(2, (9, 14), 46, Exercise::Look),
    ]);
    slots
}

fn feedback(c: Calendar) -> Vec<Feedback> {
    let entry = |at, tester, screen, severity, text, triage, issue| Feedback {
        at,
        tester,
        screen,
        severity,
        text,
        triage,
        issue,
    };
    vec![
        entry(c.at(0, 11, 2), "t03", "Overview", "Praise", "Simple and quick", "wontfix", ""),
        entry(
            c.at(1, 13, 30),
            "t01",
            "Settings",
            "Minor",
            "The sign-out button hides behind the tab bar",
            "follow-up",
            "#151",
        ),
        entry(
            c.at(2, 9, 31),
            "t02",
            "Positions",
            "Blocker",
            "These positions are NOT mine! Two rows I never opened. Pulling down does not help.",
            "pre-GA fix",
            "#153",
        ),
        entry(c.at(2, 9, 40), "t05", "Positions", "Blocker", "אני רואה פוזיציות של מישהו אחר", "pre-GA fix", "#153"),
    ]
}

fn issues(c: Calendar) -> Vec<Issue> {
    let issue =
        |number, title, labels, opened, closed| Issue { number, title, labels, opened, closed, pull_request: false };
    vec![
        issue(153, "Positions of another account are returned", &["bug", "P0", "mobile-beta"], c.at(2, 9, 46), None),
        issue(151, "Sign-out button is covered by the tab bar", &["bug", "P2", "mobile-beta"], c.at(1, 14, 0), None),
        issue(
            148,
            "Web: wrong month in the report's title",
            &["bug", "P2", "web"],
            c.at(-9, 9, 0),
            Some(c.at(-5, 10, 0)),
        ),
    ]
}
