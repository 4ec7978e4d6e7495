//! Rates: what the comparison with all other clients must find, and what it must not blame.

use crate::worldgen::clock::{DAY, Span};
use crate::worldgen::faults::rates::{self as fault, Of};

use super::harness::Case;

/// The lines that the comparison judges.
pub(super) const COMPARED: &[&str] = &["M1", "M4", "M5", "S9.4", "R5"];

pub(super) fn worse() -> Vec<Case> {
    let mut cases = Vec::new();
    for (per_mille, day, times) in [(66, 0, "five"), (150, 2, "seven")] {
        let both = [
            Case::new(format!("the app meets 500 at {times} times the web's rate since day {day}"))
                .truth(move |w| fault::errors(w, Of::App, w.since(day), per_mille, 500, None))
                .fails(&["R5", "S9.4"]),
            Case::new(format!("the app meets 403 at {times} times the web's rate since day {day}"))
                .truth(move |w| fault::errors(w, Of::App, w.since(day), per_mille, 403, Some("scope_missing")))
                .fails(&["M4"]),
        ];
        cases.extend(both.into_iter().map(|case| if day == 0 && per_mille == 66 { case } else { case.more() }));
    }
    cases.extend([
        // A thousand requests cannot tell twice from once: it must not pass, and is not certain.
        Case::new("the app meets 403 at about twice the web's rate")
            .truth(|w| fault::errors(w, Of::App, w.since(0), 33, 403, Some("scope_missing")))
            .open(&["M4"])
            .alone()
            .more(),
        Case::new("the app meets 500 at about twice the web's rate")
            .truth(|w| fault::errors(w, Of::App, w.since(0), 33, 500, None))
            .open(&["R5", "S9.4"])
            .alone()
            .more(),
        Case::new("the app meets 500 at not quite twice the web's rate")
            .truth(|w| fault::errors(w, Of::App, w.since(0), 28, 500, None))
            .open(&["R5", "S9.4"])
            .alone(),
        Case::new("the app meets 401 and no refresh helps")
            .truth(|w| fault::errors(w, Of::App, w.since(0), 66, 401, Some("token_expired")))
            .fails(&["M4"]),
        Case::new("the gateway gives up on the app's reads")
            .truth(|w| fault::errors(w, Of::App, w.since(0), 66, 504, None))
            .fails(&["R5", "S9.4"])
            .more(),
        Case::new("the app's sign-ins are refused the first time")
            .truth(|w| fault::logins(w, Of::App, w.beta(), 1, 503, "upstream_timeout"))
            .fails(&["M1"]),
        Case::new("the database takes twice as long when the app reads")
            .truth(|w| fault::slower(w, Of::App, w.beta(), 200))
            .fails(&["M5"]),
        Case::new("one tester's app alone meets errors in a fifth of its reads")
            .truth(|w| fault::errors(w, Of::OneTester(3), w.since(0), 200, 500, None))
            .fails(&["R5", "S9.4"]),
        Case::new("a burst of errors of all apps within minutes")
            .truth(|w| fault::burst(w, 500))
            .open(&["R5", "S9.4"])
            .alone(),
    ]);
    cases
}

pub(super) fn not_worse() -> Vec<Case> {
    vec![
        Case::new("the web alone meets a spike of errors")
            .truth(|w| {
                let morning = w.since(1).from + DAY / 3;
                fault::errors(w, Of::Web, Span { from: morning, to: morning + DAY / 4 }, 300, 500, None);
            })
            .may(&["G15"]),
        Case::new("the web alone meets 401s")
            .truth(|w| fault::errors(w, Of::Web, w.beta(), 60, 401, Some("token_expired"))),
        Case::new("the whole platform failed for hours before the beta").truth(|w| {
            let at = w.beta().from - 3 * DAY;
            fault::errors(w, Of::Everybody, Span { from: at, to: at + DAY / 2 }, 600, 500, None);
        }),
        Case::new("the web's traffic doubles at the same rate").truth(|w| fault::growth(w, 2)),
        Case::new("a web client asks 120 times for what it may not have")
            .truth(|w| fault::noisy_web(w, 5, 1, 120, 403)),
        Case::new("a web client asks 80 times for what is not there").truth(|w| fault::noisy_web(w, 6, 2, 80, 404)),
        Case::new("the bot meets errors").truth(|w| fault::errors(w, Of::Bot, w.beta(), 500, 500, None)),
        Case::new("one request of the app is tried six times").truth(|w| fault::retries(w, 1, 2, 6)),
        Case::new("one web client alone meets errors")
            .truth(|w| fault::errors(w, Of::OneWeb(6), w.beta(), 100, 500, None)),
    ]
}
