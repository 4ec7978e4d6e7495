//! Prices, sockets, the badge, degraded states, and who used the app at all.

use crate::worldgen::clock::{DAY, SECOND, Span};
use crate::worldgen::faults::{edit_files, live as fault};
use crate::worldgen::scenario::Exercise;

use super::harness::Case;

pub(super) fn not_live() -> Vec<Case> {
    let mut cases = Vec::new();
    for (tester, day, times) in [(1, 2, 1), (3, 0, 1), (0, 2, 4)] {
        let case = Case::new(format!("{times} times no price within a minute since day {day}"))
            .truth(move |w| fault::no_price(w, tester, day, times))
            .fails(&["S5.2", "S6.1"]);
        cases.push(if tester == 1 { case } else { case.more() });
    }
    cases.extend([
        Case::new("a price comes after 95 seconds").truth(|w| fault::late_price(w, 2, 2)).fails(&["S5.2"]),
        Case::new("a price comes after 95 seconds in the sitting of an exercise")
            .truth(|w| {
                let visit = w.exercise(1, Exercise::BackendStop);
                let launched = w.visits[visit].from;
                let span = Span { from: launched, to: launched + 60 * SECOND };
                w.reword(1, span, "first price tick", "first price tick after 95.0s symbol=SAP*");
            })
            .fails(&["S5.2"]),
        Case::new("the overview never comes in the sitting of an exercise")
            .truth(|w| {
                let span = w.span(w.exercise(2, Exercise::BackendStop));
                w.hush(2, span, |text| text.contains("[overview] ready"));
            })
            .fails(&["S3.4"]),
        Case::new("a tester's socket never connects")
            .truth(|w| fault::no_socket(w, 0))
            .fails(&["S5.4"])
            .may(&["S3.4", "S4.7", "S5.2", "S5.7", "S6.1", "S6.7", "S7.3"]),
        Case::new("a tester's socket connects to another namespace")
            .told(|f, w| {
                let user = format!("user={}", w.users[3]);
                edit_files::lines(f, "logs/backend/", |line| {
                    let other = line.contains(&user) && line.contains("platform=android");
                    vec![if other { line.replace("[API][/trading]", "[API][/]") } else { line.to_owned() }]
                });
            })
            .fails(&["S5.4"])
            .may(&["S5.7"]),
        Case::new("a tester's app receives no update of positions").truth(|w| fault::no_updates(w, 3)).fails(&["S5.7"]),
        Case::new("the badge shows a tester another mode than everybody else")
            .truth(|w| fault::wrong_badge(w, 2, 0))
            .fails(&["S5.3"]),
        Case::new("the badge is wrong on the last day").truth(|w| fault::wrong_badge(w, 1, 2)).fails(&["S5.3"]).more(),
        Case::new("the health badge is wrong for a tester").truth(|w| fault::wrong_health(w, 1, 0)).fails(&["S6.2"]),
    ]);
    cases
}

pub(super) fn sockets() -> Vec<Case> {
    vec![
        Case::new("eight reconnects of a client in half a minute")
            .truth(|w| fault::reconnects(w, 1, 2, 8, 4 * SECOND))
            .fails(&["M3"]),
        Case::new("twelve reconnects of a client in four minutes")
            .truth(|w| fault::reconnects(w, 3, 0, 12, 20 * SECOND))
            .fails(&["M3"]),
        Case::new("forty reconnects of a client in a minute")
            .truth(|w| fault::reconnects(w, 2, 2, 40, 1_400))
            .fails(&["M3"])
            .more(),
        Case::new("every app reconnects four times a minute for two minutes")
            .truth(|w| {
                // After a drill that they had in common they are all about.
                let at = w.scenario.kill_switch.to + 120 * SECOND;
                for tester in 0..w.scenario.testers.len() {
                    let visit = w.exercise(tester, Exercise::KillSwitch);
                    fault::reconnect_from(w, visit, at, 8, 15 * SECOND);
                }
            })
            .fails(&["M3"]),
        Case::new("every session connects three times").truth(|w| fault::restless_sockets(w, 2)).fails(&["M3"]),
        Case::new("degraded for 90 seconds, once").truth(|w| fault::degraded(w, 2, 2, 90, 1)).fails(&["M6", "F3"]),
        Case::new("degraded for 25 seconds in every sitting of a day")
            .truth(|w| fault::flapping(w, 2, 25, 4))
            .fails(&["M6", "F3"]),
    ]
}

pub(super) fn calm() -> Vec<Case> {
    vec![
        Case::new("two reconnects of a client").truth(|w| fault::reconnects(w, 1, 2, 2, 30 * SECOND)),
        Case::new("reconnects while the service comes back from the drill")
            .truth(|w| fault::reconnects_in_drill(w, 1, 7)),
        Case::new("the web's sockets reconnect again and again").truth(|w| fault::web_reconnects(w, 5, 12)),
        Case::new("degraded for seven seconds, once").truth(|w| fault::degraded(w, 2, 2, 7, 1)),
    ]
}

pub(super) fn absent() -> Vec<Case> {
    vec![
        Case::new("a tester does not use the app on the last day")
            .truth(|w| fault::absent(w, 3, w.since(2)))
            .open(&["S1.4", "S9.0"])
            .may(&["S1.5", "S3.3", "M2"]),
        Case::new("a tester uses the app on no day")
            .truth(|w| fault::absent(w, 2, w.beta()))
            .open(&["S1.4", "S9.0"])
            .may(EVERYTHING_OF_A_TESTER),
        Case::new("a tester is on a build that is not judged")
            .files(|f| {
                edit_files::replace(f, "devices/t05", "build=7 ", "build=5 ");
                edit_files::replace(f, "devices/t05", "build=8 ", "build=5 ");
            })
            .told(|f, w| {
                let user = w.users[3].clone();
                for begin in ["logs/backend/", "logs/platform/"] {
                    edit_files::lines(f, begin, |line| {
                        let mine = line.contains(&user);
                        let other = ["app-build\":\"", "appBuild\":\""];
                        let text = other.iter().fold(line.to_owned(), |text, key| {
                            text.replace(&format!("{key}7"), &format!("{key}5"))
                                .replace(&format!("{key}8"), &format!("{key}5"))
                        });
                        vec![if mine { text } else { line.to_owned() }]
                    });
                }
            })
            .open(&["S1.4", "S9.0", "F1"])
            .may(EVERYTHING_OF_A_TESTER)
            .may(&["S5.3", "S5.6", "S5.11", "S5.12", "S6.2", "S7.4"])
            .call(cutover::verdict::Call::NotYet),
        Case::new("the beta lasted two days")
            .scenario(|s| {
                let last = s.beta.to - DAY;
                s.beta = Span { from: s.beta.from, to: last };
                s.slots.retain(|slot| slot.from < last);
            })
            .open(&["S1.4", "S9.0", "M2", "M5"])
            .may(&["S1.5", "S3.3", "F1", "G10", "G13", "M1"]),
    ]
}

/// Lines that look at each tester.
const EVERYTHING_OF_A_TESTER: &[&str] = &[
    "S1.5", "S2.1", "S2.2", "S2.3", "S2.4", "S2.5", "S3.3", "S3.4", "S3.5", "S4.2", "S4.4", "S4.6", "S4.7", "S5.1",
    "S5.2", "S5.4", "S5.5", "S5.7", "S5.8", "S5.10", "S5.13", "S5.15", "S6.1", "S6.4", "S6.6", "S6.7", "S7.2", "S7.3",
    "S8.1", "S8.2", "S8.3", "M2",
];
