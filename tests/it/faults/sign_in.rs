//! Signing in, staying signed in, crashes and exceptions.

use crate::worldgen::clock::{DAY, HOUR, MINUTE, SECOND};
use crate::worldgen::faults::crash::{self, Report};
use crate::worldgen::faults::sign_in as fault;
use crate::worldgen::scenario::Exercise;

use super::harness::Case;

pub(super) fn failing() -> Vec<Case> {
    let mut cases = Vec::new();
    for (tester, day, status, reason) in [
        (2, 0, 500, None),
        (0, 2, 500, None),
        (1, 2, 403, Some("account_locked")),
        (3, 1, 401, Some("wrong_product")),
        (3, 2, 429, Some("too_many_attempts")),
        (2, 2, 401, None),
    ] {
        let why = reason.unwrap_or("no reason");
        let case = Case::new(format!("a sign-in ends in {status} ({why}) on day {day} and never recovers"))
            .truth(move |w| fault::fails(w, tester, day, status, reason))
            .fails(&["R1", "S2.2"])
            .may(&["S2.1", "M1"]);
        cases.push(if day == 0 || reason == Some("account_locked") { case } else { case.more() });
    }
    cases.push(
        Case::new("the service fails three sign-ins that no device logged")
            .truth(|w| fault::fails_unseen(w, 2, 2, 3))
            .fails(&["R1"])
            .may(&["M1"]),
    );
    for (tester, day, times) in [(0, 2, 1), (3, 0, 1), (2, 2, 4)] {
        let mut all = vec![
            Case::new(format!("{times} session restores fail since day {day}"))
                .truth(move |w| fault::restore_fails(w, tester, day, times))
                .fails(&["R1", "S3.3", "S3.5"]),
            Case::new(format!("the secure store forgets {times} sessions since day {day}"))
                .truth(move |w| fault::store_forgets(w, tester, day, times))
                .fails(&["R1", "S3.3", "S3.5"]),
            Case::new(format!("the overview never comes after {times} restores since day {day}"))
                .truth(move |w| fault::spinner(w, tester, day, times))
                .fails(&["S3.4"]),
        ];
        if day == 0 || times > 1 {
            all = all.into_iter().map(Case::more).collect();
        }
        cases.extend(all);
    }
    cases.extend([
        Case::new("the secure store of both Android devices forgets a session")
            .truth(|w| {
                fault::store_forgets(w, 2, 2, 1);
                fault::store_forgets(w, 3, 2, 1);
            })
            .fails(&["R1", "S3.3", "S3.5"]),
        Case::new("a restored session asks for the password all the same")
            .truth(|w| fault::restore_asks(w, 1, 2))
            .fails(&["S3.3"])
            .may(&["R1", "S3.5"]),
        Case::new("the app never gets from the sign-in to the overview")
            .truth(|w| fault::stuck_after_sign_in(w, 1))
            .fails(&["S2.3"])
            .may(&["S3.4"]),
        Case::new("a blank screen in place of the sign-in screen")
            .truth(|w| crash::blank_sign_in(w, 3))
            .fails(&["S2.1"]),
    ]);
    cases
}

pub(super) fn tokens() -> Vec<Case> {
    let mut cases = Vec::new();
    for (tester, day, status, times) in [(0, 2, 500, 1), (3, 0, 401, 1), (2, 2, 502, 1), (1, 0, 401, 6)] {
        let case = Case::new(format!("{times} refreshes of a tester end in {status} since day {day}"))
            .truth(move |w| fault::refresh_fails(w, tester, day, status, times))
            .fails(&["M2"])
            .may(&["M1"]);
        cases.push(if day == 0 { case.more() } else { case });
    }
    for (tester, from, to) in [
        (1, "iss=https://platform.harbour.example", "iss=https://login.elsewhere.example"),
        (2, "iss=https://platform.harbour.example", "iss=https://legacy-auth.harbour.example"),
        (0, "token=platform-jwt", "token=opaque"),
        (3, "aud=trading-mobile", "aud=trading-web"),
        (1, " iss=https://platform.harbour.example", ""),
    ] {
        let case = Case::new(format!("a token says {to:?}"))
            .truth(move |w| fault::foreign_token(w, tester, from, to))
            .fails(&["S2.4"]);
        cases.push(if from.starts_with("iss") && tester == 1 || tester == 0 { case } else { case.more() });
    }
    cases.extend([
        Case::new("only the device says that a refresh failed")
            .truth(|w| fault::refresh_fails_on_device(w, 1, 2))
            .fails(&["M2"]),
        Case::new("the app refreshed its token 40 times")
            .truth(|w| fault::few_refreshes(w, 40))
            .open(&["M2"])
            .may(&["M1"]),
        Case::new("the app never refreshed its token")
            .truth(|w| fault::few_refreshes(w, 0))
            .open(&["M2"])
            .may(&["M1"])
            .more(),
        Case::new("sign-out leaves the session").truth(|w| fault::sign_out_leaves(w, 1)).fails(&["S5.13"]),
        Case::new("after a sign-out the app comes up signed in")
            .truth(|w| fault::sign_out_undone(w, 3))
            .fails(&["S5.13"]),
        Case::new("sign-out was attested and never happened").truth(|w| fault::no_sign_out(w, 2)).fails(&["S5.13"]),
    ]);
    cases
}

pub(super) fn innocent() -> Vec<Case> {
    vec![
        Case::new("a typo in the password").truth(|w| fault::typo(w, 1, 1)),
        // Within a minute they are one episode.
        Case::new("three typos in the password").truth(|w| fault::typo(w, 3, 3)).more(),
        Case::new("refreshes of the web fail").truth(|w| fault::web_refreshes_fail(w, 3)),
        Case::new("sign-ins of the web fail").truth(|w| fault::web_fails(w, 5, 5)),
    ]
}

const EXCEPTION: &str = "Unhandled JS Exception: TypeError: undefined is not a function (near '...rows.map...')";

pub(super) fn crashes() -> Vec<Case> {
    let mut cases = Vec::new();
    let launch: &[&str] = &["R3", "S1.5", "S6.4"];
    for (tester, day, after, times) in [(1, 2, 3 * SECOND, 1), (2, 0, 900, 1), (3, 2, 9 * SECOND, 3)] {
        let case = Case::new(format!("{times} crashes {after} ms after a launch since day {day}"))
            .truth(move |w| crash::native(w, tester, day, after, times))
            .fails(launch);
        cases.push(if tester == 1 { case } else { case.more() });
    }
    for (text, timed, tester, day, times) in [
        (EXCEPTION, true, 3, 2, 1),
        (EXCEPTION, true, 1, 0, 3),
        ("TypeError: Cannot read property 'rev' of undefined, js engine: hermes", false, 2, 1, 1),
        ("Invariant Violation: Text strings must be rendered within a <Text> component.", true, 0, 2, 1),
        ("Possible Unhandled Promise Rejection (id: 3):", false, 1, 2, 1),
    ] {
        let name = text.split(':').next().unwrap_or_default();
        let case = Case::new(format!("{times} times {name} since day {day}"))
            .truth(move |w| crash::exception(w, tester, day, text, timed, times))
            .fails(&["S6.4"]);
        cases.push(if tester > 1 { case } else { case.more() });
    }
    cases
}

/// What the store's crash reports tell, and crashes around launches and exercises.
pub(super) fn crash_reports() -> Vec<Case> {
    let mut cases = Vec::new();
    let launch: &[&str] = &["R3", "S1.5", "S6.4"];
    let report = |tester, build, at, uptime_ms| {
        move |w: &crate::worldgen::truth::World<'_>| Report { tester, build, at: w.beta().from + at, uptime_ms }
    };
    for (nth, (name, report, items)) in [
        (
            "two seconds after a launch",
            report("t02", "8", 2 * DAY + 9 * HOUR, Some(2_100)),
            &["R3", "S1.5", "S6.4"] as &[_],
        ),
        ("of the first build", report("t01", "7", 9 * HOUR, Some(700)), &["R3", "S1.5", "S6.4"]),
        ("of somebody unknown", report("zz9", "8", 2 * DAY + 9 * HOUR, Some(2_100)), &["R3"]),
        ("after twenty minutes", report("t02", "8", 2 * DAY + 9 * HOUR, Some(1_200_000)), &["S6.4"]),
    ]
    .into_iter()
    .enumerate()
    {
        let case = Case::new(format!("a crash report {name}"))
            .told(move |f, w| report(w).add(f))
            .fails(items)
            .may(&["S1.5", "S6.4"]);
        cases.push(if nth % 2 == 0 || nth == 3 { case } else { case.more() });
    }
    let undated = report("t02", "8", 2 * DAY + 9 * HOUR, None);
    cases.extend([
        Case::new("a crash report that does not say when in the run")
            .told(move |f, w| undated(w).add(f))
            .fails(&["S6.4"])
            .open(&["R3"])
            .may(&["S1.5"]),
        Case::new("a crash two minutes after a launch")
            .truth(|w| crash::native(w, 1, 2, 2 * MINUTE, 1))
            .fails(&["S6.4"]),
        Case::new("a crash after a launch whose line names no session")
            .truth(|w| crash::launch_without_session(w, 2, 2))
            .fails(launch),
        Case::new("a crash while the backend is stopped")
            .truth(|w| crash::in_exercise(w, 3, Exercise::BackendStop, "state=degraded", "[native] RCTFatal: boom"))
            .fails(&["S4.6", "S6.4"]),
        Case::new("a blank screen while the backend is stopped")
            .truth(|w| {
                let text = "[nav] blank screen: Overview lost its data";
                crash::in_exercise(w, 3, Exercise::BackendStop, "state=degraded", text);
            })
            .fails(&["S4.6"])
            .may(&["S2.1"]),
        Case::new("a crash in airplane mode")
            .truth(|w| crash::in_exercise(w, 0, Exercise::Airplane, "state=offline", "[native] RCTFatal: boom"))
            .fails(&["S7.2", "S6.4"]),
        Case::new("an exception in airplane mode")
            .truth(|w| crash::in_exercise(w, 0, Exercise::Airplane, "state=offline", EXCEPTION))
            .fails(&["S6.4"])
            .may(&["S7.2"])
            .more(),
    ]);
    cases
}

pub(super) fn other_crashes() -> Vec<Case> {
    let report = |tester, build, at, uptime_ms| {
        move |w: &crate::worldgen::truth::World<'_>| Report { tester, build, at: w.beta().from + at, uptime_ms }
    };
    let old = report("t02", "3", 2 * DAY + 9 * HOUR, Some(2_100));
    let before = report("t02", "7", -2 * DAY, Some(2_100));
    vec![
        Case::new("a launch crash of a build that is not judged").told(move |f, w| old(w).add(f)),
        Case::new("a launch crash before the beta").told(move |f, w| before(w).add(f)),
    ]
}
