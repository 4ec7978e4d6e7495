//! Rates: what the comparison with the baseline must find, and what it must not blame.
//!
//! The lines are M1, M4, M5, S9.4 and R5. While they are not judged, the worlds below say nothing about them; what they
//! do say is that no other line is drawn in.

use crate::worldgen::clock::{DAY, Span};
use crate::worldgen::faults::rates::{self as fault, Of};

use super::harness::{Case, all_right};

/// The lines that the comparison judges.
pub(super) const PENDING: &[&str] = &["M1", "M4", "M5", "S9.4", "R5"];

/// Set to false once the comparison is judged: the items below are then asked for.
const PENDING_BASELINE: bool = true;

fn found(case: Case, items: &[&'static str]) -> Case {
    if PENDING_BASELINE { case.may(items).call(cutover::verdict::Call::Go) } else { case.fails(items) }
}

fn doubtful(case: Case, items: &[&'static str]) -> Case {
    if PENDING_BASELINE { case.may(items).call(cutover::verdict::Call::Go) } else { case.open(items) }
}

pub(super) fn worse() -> Vec<Case> {
    let mut cases = Vec::new();
    for (per_mille, day) in [(66, 0), (33, 0), (33, 2), (150, 2)] {
        let mut both = vec![
            found(
                Case::new(format!("the app's reads fail with 500 in {per_mille} of a thousand since day {day}"))
                    .truth(move |w| fault::errors(w, Of::App, w.since(day), per_mille, 500, None)),
                &["R5", "S9.4"],
            ),
            found(
                Case::new(format!("the app's reads fail with 403 in {per_mille} of a thousand since day {day}"))
                    .truth(move |w| fault::errors(w, Of::App, w.since(day), per_mille, 403, Some("scope_missing"))),
                &["M4"],
            ),
        ];
        if per_mille != 66 {
            both = both.into_iter().map(Case::more).collect();
        }
        cases.extend(both);
    }
    cases.extend([
        found(
            Case::new("the app's reads fail with 401 and no refresh helps")
                .truth(|w| fault::errors(w, Of::App, w.since(0), 60, 401, Some("token_expired"))),
            &["M4"],
        ),
        found(
            Case::new("the gateway gives up on the app's reads")
                .truth(|w| fault::errors(w, Of::App, w.since(0), 60, 504, None)),
            &["R5", "S9.4"],
        ),
        found(
            Case::new("the app's sign-ins are refused the first time")
                .truth(|w| fault::logins(w, Of::App, w.beta(), 1, 503, "upstream_timeout")),
            &["M1"],
        ),
        found(
            Case::new("the database is half as slow again when the app reads")
                .truth(|w| fault::slower(w, Of::App, w.beta(), 250)),
            &["M5"],
        ),
        doubtful(
            Case::new("one tester's app alone meets errors")
                .truth(|w| fault::errors(w, Of::OneTester(3), w.since(0), 50, 500, None)),
            &["R5", "S9.4"],
        ),
        doubtful(
            Case::new("a burst of errors within five minutes on a route that the app uses")
                .truth(|w| fault::burst(w, 1, 2, 12, "/api/account", 500)),
            &["R5", "S9.4"],
        ),
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

#[test]
fn a_worse_rate_is_found() {
    all_right(worse());
}

#[test]
fn others_errors_are_not_blamed_on_the_app() {
    all_right(not_worse());
}
