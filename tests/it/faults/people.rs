//! Words, the roster, issues and feedback.

use crate::worldgen::clock::{DAY, HOUR};
use crate::worldgen::faults::paper as fault;
use crate::worldgen::faults::{edit_files, process};

use super::harness::Case;

const CONFIRM: &str = "All internal testers confirm";

pub(super) fn words() -> Vec<Case> {
    let mut cases = Vec::new();
    for (tester, line, item) in [
        ("t01", "Each internal tester can install", "S1.4"),
        ("t04", "App launches without crash", "S1.5"),
        ("t05", "Confirm auth token is a platform JWT", "S2.4"),
        ("t02", "App restores session", "S3.3"),
        ("t05", "Reopen (or refresh) the mobile app", "S4.2"),
        ("t01", "Live ticker or price updates", "S5.2"),
        ("t04", "Trading control badge", "S5.3"),
        ("t02", "Open positions list matches", "S5.5"),
        ("t05", "Each position shows symbol", "S5.6"),
        ("t01", "User email and account info", "S5.12"),
        ("t04", "Health status reflects", "S6.2"),
        ("t02", "App falls back to polling", "S6.6"),
        ("t05", "No stale or misleading data", "S7.4"),
        ("t01", "No destructive trading actions", "S8.1"),
        ("t04", "No admin panel or diagnostics", "S8.3"),
        ("t02", CONFIRM, "F1"),
    ] {
        let case = Case::new(format!("{tester} says that it fails: {line}"))
            .files(move |f| fault::says(f, tester, line, "fail"))
            .fails(&[item]);
        cases.push(if ["S3.3", "S5.6", "S6.2", "F1"].contains(&item) { case } else { case.more() });
    }
    for (owner, line, item) in [
        ("clara.nyberg", "Mobile beta can be pulled", "G16"),
        ("clara.nyberg", "You know who owns the rollback", "G17"),
        ("clara.nyberg", "Testers report any data discrepancy", "S9.2"),
    ] {
        let case = Case::new(format!("the owner says that it fails: {line}"))
            .files(move |f| fault::says(f, owner, line, "fail"))
            .fails(&[item]);
        cases.push(if item == "G16" { case } else { case.more() });
    }
    for (tester, line, item) in [
        ("t05", "Each position shows symbol", "S5.6"),
        ("t01", CONFIRM, "F1"),
        ("t04", "User email and account info", "S5.12"),
        ("clara.nyberg", "Mobile beta can be pulled", "G16"),
        ("clara.nyberg", "You know who owns the rollback", "G17"),
        ("clara.nyberg", "Collect feedback on performance", "S9.3"),
    ] {
        let case = Case::new(format!("{tester} says nothing: {line}"))
            .files(move |f| fault::silent(f, tester, line))
            .open(&[item]);
        cases.push(if ["F1", "G17", "S9.3"].contains(&item) { case } else { case.more() });
    }
    cases.push(
        Case::new("a tester was blocked")
            .files(|f| fault::says(f, "t02", "User email and account info", "blocked"))
            .open(&["S5.12"]),
    );
    cases
}

pub(super) fn words_that_do_not_count() -> Vec<Case> {
    vec![
        Case::new("the app is confirmed before the candidate was out")
            .files(|f| fault::says_at(f, "t05", CONFIRM, "2026-10-06T12:00:00Z"))
            .open(&["F1"]),
        Case::new("the app is confirmed by somebody unknown")
            .files(|f| fault::said_by(f, "t05", CONFIRM, "t77"))
            .open(&["F1"]),
        Case::new("the app is confirmed after the beta")
            .files(|f| fault::says_at(f, "t05", CONFIRM, "2026-10-12T12:00:00Z"))
            .open(&["F1"]),
        Case::new("a tester takes back that the app works")
            .files(|f| fault::says_again(f, "t05", CONFIRM, "fail", "2026-10-07T23:30:00Z"))
            .fails(&["F1"]),
        Case::new("a tester says nothing at all")
            .files(|f| fault::mute(f, "t04"))
            .open(&["F1", "S5.6", "S5.12", "S6.2", "S8.1", "S8.2", "S8.3"])
            .may(&["S5.3", "S7.4", "S2.3"]),
        Case::new("the owner says nothing at all")
            .files(|f| fault::mute(f, "clara.nyberg"))
            .open(&["G16", "G17", "S9.2", "S9.3"]),
        Case::new("there are no words")
            .files(|f| edit_files::remove(f, "attestations.csv"))
            .open(&["F1", "G16", "G17", "S5.6", "S5.12", "S6.2", "S8.1", "S8.2", "S8.3", "S9.2", "S9.3"])
            .may(&["S5.3", "S7.4", "S2.3"]),
    ]
}

pub(super) fn roster() -> Vec<Case> {
    vec![
        Case::new("a tester on the roster was never seen")
            .files(|f| fault::enlist(f, "t09", "usr_0000000009", "android"))
            .open(&["S1.4", "S9.0", "F1"])
            .may(EACH),
        Case::new("nobody tests on Android")
            .files(|f| {
                fault::strike(f, |row| row[5] == "android");
                fault::silent(f, "", "Internal testers identified");
            })
            .open(&["G14"])
            .may(EACH)
            .may(&["M6"]),
        Case::new("the roster is empty")
            .files(|f| {
                fault::strike(f, |_| true);
                fault::silent(f, "", "Internal testers identified");
            })
            .open(&["G14", "F1", "S1.4", "S9.0"])
            .may(EACH)
            .may(&["M2", "M3", "G8", "S9.3", "M6", "R1", "R3", "R4"]),
    ]
}

const EACH: &[&str] = &[
    "S1.5", "S2.1", "S2.2", "S2.3", "S2.4", "S2.5", "S3.3", "S3.4", "S3.5", "S4.2", "S4.4", "S4.6", "S4.7", "S5.1",
    "S5.2", "S5.3", "S5.4", "S5.5", "S5.6", "S5.7", "S5.8", "S5.10", "S5.11", "S5.12", "S5.13", "S5.15", "S6.1",
    "S6.2", "S6.4", "S6.6", "S6.7", "S7.2", "S7.3", "S7.4", "S8.1", "S8.2", "S8.3", "S1.4", "F1", "S9.0",
];

pub(super) fn issues() -> Vec<Case> {
    let day = |d: i64| move |w: &crate::worldgen::truth::World<'_>| w.since(d).from + 10 * HOUR;
    let open = |labels: &'static [&'static str], d: i64| {
        Case::new(format!("an open issue with {labels:?} since day {d}"))
            .told(move |f, w| process::issue(f, labels, "open", day(d)(w), false))
            .fails(&["F2"])
    };
    vec![
        open(&["bug", "P0"], 0),
        open(&["bug", "P1", "mobile-beta"], 2),
        open(&["priority:P1"], 1),
        open(&["bug"], 2),
        open(&["Bug", "mobile"], 0),
        Case::new("feedback without a decision").files(|f| process::triage(f, "")).fails(&["F4"]),
        Case::new("feedback that is to be decided").files(|f| process::triage(f, "TBD")).fails(&["F4"]),
        Case::new("no feedback at all")
            .files(|f| edit_files::rows(f, "feedback.csv", |rows| rows.truncate(1)))
            .open(&["F4"])
            .may(&["S9.3", "S9.2"]),
        Case::new("the tracker is not there").files(|f| edit_files::remove(f, "bugs.json")).open(&["F2"]),
        Case::new("the tracker's answer breaks off")
            .files(|f| {
                let text = edit_files::text(f, "bugs.json");
                text.truncate(text.len() / 2);
            })
            .open(&["F2"]),
    ]
}

pub(super) fn innocent() -> Vec<Case> {
    let day = |w: &crate::worldgen::truth::World<'_>| w.since(1).from + 10 * HOUR;
    vec![
        Case::new("a P1 of the beta is closed")
            .told(move |f, w| process::issue(f, &["bug", "P1"], "closed", day(w), false)),
        Case::new("an open P1 of long before the beta")
            .told(move |f, w| process::issue(f, &["bug", "P1"], "open", day(w) - 40 * DAY, false)),
        Case::new("an open P2").told(move |f, w| process::issue(f, &["bug", "P2"], "open", day(w), false)).more(),
        Case::new("an open wish").told(move |f, w| process::issue(f, &["enhancement"], "open", day(w), false)).more(),
        Case::new("a pull request with P0").told(move |f, w| process::issue(f, &["P0"], "open", day(w), true)).more(),
        Case::new("a word given twice").files(|f| fault::says_again(f, "t05", CONFIRM, "pass", "2026-10-07T20:00:00Z")),
        Case::new("a failure that was corrected")
            .files(|f| fault::says_again(f, "t05", CONFIRM, "fail", "2026-10-07T02:00:00Z")),
        Case::new("words signed in capitals").files(|f| {
            edit_files::rows(f, "attestations.csv", |rows| {
                rows.iter_mut().skip(1).for_each(|row| row[0] = row[0].to_uppercase());
            });
        }),
        Case::new("results in capitals").files(|f| {
            edit_files::rows(f, "attestations.csv", |rows| {
                rows.iter_mut().skip(1).for_each(|row| row[2] = format!("{} ", row[2].to_uppercase()));
            });
        }),
        Case::new("the roster is in another order").files(|f| {
            edit_files::rows(f, "testers.csv", |rows| rows[1..].reverse());
        }),
        Case::new("platforms in capitals").files(|f| {
            edit_files::replace(f, "testers.csv", ",ios,", ",iOS,");
            edit_files::replace(f, "testers.csv", ",android,", ",Android,");
        }),
    ]
}
