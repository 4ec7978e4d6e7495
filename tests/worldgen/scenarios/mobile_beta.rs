//! Five testers, five days, two builds: an ordinary beta that can be signed off.

use super::super::scenario::{Build, Deploy, Exercise, Fault, Feedback, Issue, Scenario, Slot, Word};
use super::{Calendar, ORDINARY, operators, testers};

pub(super) fn scenario() -> anyhow::Result<Scenario> {
    let c = Calendar::new("2026-09-07T00:00:00Z")?;
    let service = |at, service, version| Deploy { at, service, version, rollback_of: None };
    Ok(Scenario {
        seed: 20_260_907,
        zone: "Europe/Lisbon",
        baseline: c.days(-7, 0),
        beta: c.days(0, 5),
        web_cutover: "2026-08-10",
        web_signed_off: "2026-08-24",
        testers: testers(),
        operators: operators(),
        builds: vec![Build::new("7", c.at(0, 6, 30)), Build::update("8", c.at(2, 18, 0))],
        deploys: vec![
            service(c.at(-28, 4, 30), "web", "5.0.0"),
            service(c.at(-11, 5, 0), "trading-backend", "2.6.0"),
            service(c.at(-6, 9, 10), "platform-service", "4.2.1"),
            service(c.at(-4, 5, 30), "trading-backend", "2.7.0"),
            service(c.at(3, 5, 40), "trading-backend", "2.7.1"),
            service(c.at(3, 17, 50), "web", "5.1.0"),
        ],
        slots: slots(c),
        kill_switch: c.span(1, (8, 58), (9, 8)),
        backend_stop: c.span(1, (10, 0), (10, 7)),
        noise: ORDINARY,
        faults: vec![
            Fault::DeviceClock { tester: 3, ahead: 40_000 },
            Fault::Shipping { source: "backend", twice: 2, torn: 1, junk: 1 },
            Fault::Shipping { source: "gateway-api", twice: 1, torn: 0, junk: 0 },
            Fault::MadeUpSecrets { tester: 1 },
        ],
        waivers: &["S5.9"],
        feedback: feedback(c),
        issues: issues(c),
        words: words(),
        attested_until: c.at(5, 0, 0),
    })
}

fn slots(c: Calendar) -> Vec<Slot> {
    let mut slots = c.runbook_days();
    slots.extend([
        c.beside_web(2, (7, 40), 6, Exercise::SignIn),
        c.slot(2, (11, 10), 5, Exercise::Look),
        c.slot(2, (13, 0), 4, Exercise::Look),
        c.slot(2, (15, 20), 5, Exercise::Look),
        c.beside_web(3, (8, 20), 6, Exercise::Look),
        c.slot(3, (12, 10), 4, Exercise::Look),
        c.slot(3, (14, 45), 5, Exercise::Look),
        c.slot(4, (7, 50), 5, Exercise::Look),
        c.slot(4, (11, 30), 4, Exercise::Look),
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
        entry(c.at(0, 10, 52), "t01", "Overview", "Praise", "Opens faster than the web 🚀", "wontfix", ""),
        entry(c.at(0, 14, 5), "t05", "Positions", "Minor", "שמות ארוכים נחתכים במסך הפוזיציות", "follow-up", "#141"),
        entry(
            c.at(1, 12, 40),
            "t03",
            "History",
            "Minor",
            "The columns side | size | price run into each other in landscape",
            "pre-GA fix",
            "#142",
        ),
        entry(
            c.at(2, 13, 22),
            "t04",
            "Other",
            "Suggestion",
            "Paste of a note came out as #read(\"x\") and *stars*, shown as typed. Good!",
            "wontfix",
            "",
        ),
        entry(
            c.at(3, 15, 1),
            "t02",
            "Settings",
            "Suggestion",
            "Dark theme at night, please;\nwrite me at jonas.private@mail.example if you need a tester",
            "follow-up",
            "",
        ),
        entry(
            c.at(4, 12, 3),
            "t01",
            "Overview",
            "Minor",
            "A spinner for some seconds in the lift, then fine",
            "duplicate",
            "#141",
        ),
    ]
}

fn issues(c: Calendar) -> Vec<Issue> {
    let issue =
        |number, title, labels, opened, closed| Issue { number, title, labels, opened, closed, pull_request: false };
    vec![
        issue(146, "Ask for a widget with today's result", &["enhancement", "mobile"], c.at(3, 16, 0), None),
        Issue {
            pull_request: true,
            ..issue(144, "Keep columns apart in landscape", &["P1", "mobile"], c.at(2, 9, 30), None)
        },
        issue(
            142,
            "Columns of the history run together in landscape",
            &["bug", "P1", "mobile-beta"],
            c.at(1, 13, 5),
            Some(c.at(2, 16, 40)),
        ),
        issue(141, "Long symbol names are cut off", &["bug", "P2", "mobile-beta"], c.at(0, 14, 30), None),
        issue(133, "Web: export forgets the last page", &["bug", "P1", "web"], c.at(-12, 9, 0), Some(c.at(-8, 10, 0))),
    ]
}

fn words() -> Vec<Word> {
    let word = |tester, item, result, note| Word { tester, item, result, note, at: None };
    let scroll = "Scroll loads older history";
    vec![
        word("t04", "If a trade closes", Some("fail"), "had to pull down once to see it"),
        word("t01", scroll, Some("blocked"), "less than one page of history"),
        word("t02", scroll, None, ""),
        word("t03", scroll, None, ""),
        word("t05", scroll, None, ""),
    ]
}
