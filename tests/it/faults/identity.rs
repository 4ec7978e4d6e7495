//! Whose data came back, and calls that the app must never make.

use crate::worldgen::clock::{DAY, MINUTE};
use crate::worldgen::faults::controls::{self, Logged};
use crate::worldgen::faults::identity::{self as fault, Asker};
use crate::worldgen::faults::{evidence, parity, sign_in};

use super::harness::Case;

const LEAK: &[&str] = &["R2", "S5.15"];

pub(super) fn leaks() -> Vec<Case> {
    let mut cases = Vec::new();
    for (day, answers) in [(2, 1), (0, 1), (1, 5), (0, 1000)] {
        let more = day == 0 && answers == 1 || answers == 5;
        let case = Case::new(format!("{answers} of t02's positions since day {day} are somebody else's"))
            .truth(move |w| fault::leak(w, Asker::App(1), "/api/positions", w.since(day), answers))
            .fails(LEAK)
            .may(if answers > 100 { &["S5.1", "S5.5", "R4"] } else { &[] });
        cases.push(if more { case.more() } else { case });
    }
    for (route, items) in [
        ("/api/account", &[] as &[&str]),
        ("/api/history", &[]),
        ("/api/me/profile", &["S2.5"]),
        ("/api/trading-profiles", &["S5.10"]),
    ] {
        let case = Case::new(format!("one answer of {route} is somebody else's"))
            .truth(move |w| fault::leak(w, Asker::App(2), route, w.since(1), 1))
            .fails(LEAK)
            .fails(items);
        cases.push(if items.is_empty() { case.more() } else { case });
    }
    cases.extend([
        Case::new("every tester on Android is given others' positions in the last hours")
            .truth(|w| {
                let mut span = w.since(2);
                span.from += 12 * 60 * MINUTE;
                fault::leak(w, Asker::Platform("android"), "/api/positions", span, 1000);
            })
            .fails(LEAK),
        Case::new("a tester's web client is given somebody else's account")
            .truth(|w| fault::leak(w, Asker::Web(1), "/api/account", w.beta(), 1))
            .fails(&["R2"]),
        Case::new("an operator who is no tester is given somebody else's positions on the web")
            .truth(|w| fault::leak(w, Asker::Web(5), "/api/positions", w.beta(), 1))
            .fails(&["R2"]),
        Case::new("a tester who is an administrator reads somebody else's book in the app")
            .truth(|w| fault::admin_in_app(w, 1, w.since(1)))
            .fails(LEAK),
        Case::new("a request id serves two testers").truth(|w| fault::share_request_id(w, 0, 3, 2, 1)).fails(&["R2"]),
        Case::new("three request ids serve two testers")
            .truth(|w| fault::share_request_id(w, 1, 2, 2, 3))
            .fails(&["R2"])
            .more(),
        Case::new("a device comes up signed in as another tester")
            .truth(|w| sign_in::restores_another(w, 1, 2, 2))
            .fails(&["S2.5"]),
        Case::new("one in ten answers names no owner")
            .files(|f| evidence::without_owner(f, 10, false))
            .open(LEAK)
            .more(),
        Case::new("one in five answers to the app names no owner")
            .files(|f| evidence::without_owner(f, 20, true))
            .open(LEAK),
        Case::new("a leak where many answers name no owner")
            .truth(|w| fault::leak(w, Asker::App(0), "/api/positions", w.since(2), 1))
            .files(|f| evidence::without_owner(f, 10, true))
            .fails(&["R2"])
            .may(&["S5.15"]),
    ]);
    cases
}

pub(super) fn innocent() -> Vec<Case> {
    vec![
        Case::new("the administrator looks at customers on the web, as that role may")
            .truth(|w| fault::leak(w, Asker::Web(4), "/api/", w.beta(), 60)),
        Case::new("one in fifty answers names no owner").files(|f| evidence::without_owner(f, 2, false)),
        Case::new("somebody was given others' data before the beta, on the web").truth(|w| {
            let mut span = w.beta();
            (span.from, span.to) = (span.from - 3 * DAY, span.from);
            fault::leak(w, Asker::Web(1), "/api/positions", span, 3);
        }),
    ]
}

pub(super) fn parity_cases() -> Vec<Case> {
    let positions = ("/api/positions", "/api/positions");
    let history = ("/api/history?limit=50", "/api/history?limit=100");
    let profiles = ("/api/trading-profiles", "/api/trading-profiles");
    let minute = 45_000;
    vec![
        Case::new("three reads of positions are behind the web's")
            .truth(move |w| parity::behind(w, 1, 1, positions, 3, minute))
            .fails(&["R4", "S5.5"]),
        Case::new("two reads of positions are behind the web's, on the first day")
            .truth(move |w| parity::behind(w, 3, 0, positions, 2, minute))
            .fails(&["R4", "S5.5"])
            .more(),
        Case::new("the history is behind the web's")
            .truth(move |w| parity::behind(w, 2, 2, history, 2, minute))
            .fails(&["R4", "S5.8"]),
        Case::new("the trading profiles are behind the web's")
            .truth(move |w| parity::behind(w, 2, 2, profiles, 3, minute))
            .fails(&["R4", "S5.11"]),
        Case::new("the app shows an old book though the server sent the new one")
            .truth(|w| parity::renders_old(w, 1, 1, 4))
            .fails(&["R4", "S5.5"]),
        Case::new("the app says four times that its positions are stale")
            .truth(|w| parity::says_stale(w, 3, 2, 4))
            .fails(&["R4"])
            .may(&["S5.5"]),
        Case::new("a tester is shown the same old book for a day")
            .truth(|w| parity::frozen(w, 0, w.since(2)))
            .fails(&["R4", "S5.5"])
            .may(&["S5.8", "S5.11"]),
    ]
}

pub(super) fn parity_innocent() -> Vec<Case> {
    let positions = ("/api/positions", "/api/positions");
    vec![
        Case::new("a single read is behind the web's").truth(move |w| parity::behind(w, 1, 1, positions, 1, 45_000)),
        Case::new("a read is behind the web's for some seconds")
            .truth(move |w| parity::behind(w, 2, 1, positions, 1, 8_000)),
        Case::new("the app says once that its positions are stale").truth(|w| parity::says_stale(w, 3, 2, 1)),
    ]
}

/// Of the calls below, those that stand for their kind.
const FIRST: &[usize] = &[1, 3, 7, 12, 13, 17, 19];

/// Method and route, the answer, who logged it, and what it fails.
type Forbidden = ((&'static str, &'static str), u16, Logged, &'static [&'static str]);

pub(super) fn forbidden() -> Vec<Case> {
    let mut cases = Vec::new();
    let trade: &'static [&'static str] = &["S8.4", "S8.1"];
    let close: &'static [&'static str] = &["S8.5", "S8.1"];
    let internal: &'static [&'static str] = &["S8.6"];
    let edits: &'static [&'static str] = &["S8.2"];
    let admin: &'static [&'static str] = &["S8.3"];
    let calls: &[Forbidden] = &[
        (("POST", "/api/trade"), 200, Logged::Everywhere, trade),
        (("POST", "/api/trade"), 403, Logged::Everywhere, trade),
        (("POST", "/api/trade"), 404, Logged::ByServers, trade),
        (("POST", "/api/trade"), 403, Logged::ByGateway, trade),
        (("POST", "/api/trade"), 200, Logged::ByDevice, trade),
        (("POST", "/api/trade/"), 403, Logged::Everywhere, trade),
        (("POST", "/api/trade?symbol=SAP&side=sell"), 200, Logged::Everywhere, trade),
        (("POST", "/API/Trade"), 404, Logged::Everywhere, trade),
        (("POST", "/api/v2/trade"), 404, Logged::Everywhere, &["S8.1"]),
        (("POST", "/api/trade/51ac77/close"), 403, Logged::Everywhere, &["S8.1"]),
        (("POST", "/api/close"), 200, Logged::Everywhere, close),
        (("POST", "/api/close"), 403, Logged::Everywhere, close),
        (("POST", "/api/close/81231"), 403, Logged::ByServers, close),
        (("GET", "/internal/trading/state"), 403, Logged::Everywhere, internal),
        (("POST", "/internal/trading/tick"), 200, Logged::Everywhere, internal),
        (("GET", "/internal/trading/state"), 404, Logged::ByGateway, internal),
        (("PUT", "/api/strategies/41"), 200, Logged::Everywhere, edits),
        (("PATCH", "/api/strategies/41"), 403, Logged::Everywhere, edits),
        (("DELETE", "/api/trading-profiles/7"), 403, Logged::Everywhere, edits),
        (("GET", "/api/admin/users"), 403, Logged::Everywhere, admin),
        (("GET", "/admin"), 200, Logged::ByGateway, admin),
        (("GET", "/api/diagnostics/pool"), 200, Logged::Everywhere, admin),
    ];
    for (nth, (call, status, logged, items)) in calls.iter().copied().enumerate() {
        let (tester, day) = (nth % 4, [0, 2][nth % 2]);
        let case = Case::new(format!("{} {} {status} from the app, logged {logged:?}", call.0, call.1))
            .truth(move |w| controls::call(w, tester, day, call, status, logged))
            .fails(items)
            .may(&["S8.1", "S8.4"]);
        cases.push(if FIRST.contains(&nth) { case } else { case.more() });
    }
    cases.push(
        Case::new("a tester's app joins the administrators' namespace")
            .told(|f, w| {
                controls::namespace(f, "2026-10-06", w.since(1).from + 600 * MINUTE, &w.users[2], "/admin", "android");
            })
            .fails(admin),
    );
    cases
}

pub(super) fn allowed() -> Vec<Case> {
    let phone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
    vec![
        Case::new("the web trades and closes").truth(|w| {
            controls::from_web(w, 1, "POST", "/api/trade", "");
            controls::from_web(w, 5, "POST", "/api/close", "");
        }),
        Case::new("a phone's browser trades on the web client")
            .truth(move |w| controls::from_web(w, 1, "POST", "/api/trade", phone)),
        Case::new("the web edits strategies and the administrator uses the console").truth(|w| {
            controls::from_web(w, 5, "PUT", "/api/strategies/41", "");
            controls::from_web(w, 4, "GET", "/api/admin/users", "");
        }),
        Case::new("the administrator's web client joins the administrators' namespace").told(|f, w| {
            controls::namespace(f, "2026-10-06", w.since(1).from + 600 * MINUTE, &w.users[4], "/admin", "web");
        }),
        Case::new("the app reads the list of trades")
            .truth(|w| controls::call(w, 1, 2, ("GET", "/api/trades?limit=20"), 200, Logged::Everywhere)),
    ]
}
