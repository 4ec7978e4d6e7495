//! Error rates, latency and load: more of what ordinarily goes wrong, for the app, for the web, or for everybody.

use super::super::clock::{MINUTE, SECOND, Span};
use super::super::random::Random;
use super::super::truth::{Call, Caller, Client, World};

/// Whose calls go wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    App,
    OneTester(usize),
    Web,
    OneWeb(usize),
    Everybody,
    Bot,
}

impl Of {
    fn is(self, world: &World<'_>, call: &Call) -> bool {
        let who = world.who(call);
        match self {
            Of::App => who.is_some_and(|(_, client)| client != Client::Web),
            Of::OneTester(tester) => who.is_some_and(|(p, client)| p == tester && client != Client::Web),
            Of::Web => who.is_some_and(|(_, client)| client == Client::Web),
            Of::OneWeb(person) => who.is_some_and(|(p, client)| p == person && client == Client::Web),
            Of::Everybody => who.is_some(),
            Of::Bot => call.caller == Caller::Bot,
        }
    }
}

/// Turns so many of a thousand good answers into errors.
pub(crate) fn errors(
    world: &mut World<'_>,
    of: Of,
    span: Span,
    per_mille: i64,
    status: u16,
    reason: Option<&'static str>,
) {
    let mut random = Random::new(world.scenario.seed, "more errors");
    let calls = world.calls_where(|w, c| of.is(w, c) && span.holds(c.at) && c.status == 200 && c.method == "GET");
    let chosen: Vec<usize> = calls.into_iter().filter(|_| random.per_mille(per_mille)).collect();
    assert!(!chosen.is_empty(), "the fault changes something");
    for call in chosen {
        world.turn(call, status, reason);
    }
}

/// Signing in fails for so many of the app's attempts, and works at the second one.
pub(crate) fn logins(world: &mut World<'_>, of: Of, span: Span, every: usize, status: u16, reason: &'static str) {
    let calls = world.calls_where(|w, c| of.is(w, c) && span.holds(c.at) && c.url == "/api/auth/login");
    for call in calls.into_iter().step_by(every) {
        let Caller::Visit(visit) = world.calls[call].caller else { continue };
        let at = world.calls[call].at - 5 * SECOND;
        let refused = world.ask(visit, at, "POST", "/api/auth/login", status);
        world.calls[refused].reason = Some(reason);
    }
}

/// Errors of every tester's app on several routes within a minute, soon after a drill that they had in common.
pub(crate) fn burst(world: &mut World<'_>, status: u16) {
    for tester in 0..world.scenario.testers.len() {
        let visit = world.exercise(tester, super::super::scenario::Exercise::KillSwitch);
        let at = world.scenario.kill_switch.to + 100 * SECOND + tester as i64 * SECOND;
        for (nth, url) in ["/api/account", "/api/positions", "/api/trading-profiles"].into_iter().enumerate() {
            world.ask(visit, at + nth as i64 * 8 * SECOND, "GET", url, status);
        }
    }
}

/// The database answers so much slower, and what depends on it as well, while apps are connected.
pub(crate) fn slower(world: &mut World<'_>, of: Of, span: Span, hundredths: i64) {
    let calls = world.calls_where(|w, c| of.is(w, c) && span.holds(c.at) && c.owned.is_some());
    assert!(!calls.is_empty(), "the fault changes something");
    for call in calls {
        world.calls[call].ms = world.calls[call].ms * hundredths / 100;
    }
}

/// A confounder: the web calls so many times as often, at the same rate of errors.
pub(crate) fn growth(world: &mut World<'_>, times: usize) {
    let beta = world.beta();
    let calls = world.calls_where(|w, c| Of::Web.is(w, c) && beta.holds(c.at) && c.method == "GET" && c.status < 500);
    for call in calls {
        for nth in 1..times as i64 {
            let Caller::Visit(visit) = world.calls[call].caller else { continue };
            let (at, url, status) =
                (world.calls[call].at + nth * 7 * SECOND, world.calls[call].url, world.calls[call].status);
            let more = world.ask(visit, at, "GET", url, status);
            world.calls[more].owned = world.calls[call].owned.clone();
        }
    }
}

/// A confounder: a web client that asks again and again for what it may not have.
pub(crate) fn noisy_web(world: &mut World<'_>, person: usize, day: i64, times: i64, status: u16) {
    let from = world.since(day).from;
    let is = |v: &usize| {
        let visit = &world.visits[*v];
        visit.client == Client::Web && visit.person == person && visit.from >= from
    };
    let visit = (0..world.visits.len()).find(is).expect("a web sitting");
    let at = world.visits[visit].from + MINUTE;
    for nth in 0..times {
        let call = world.ask(visit, at + nth * 4 * SECOND, "GET", "/api/reports/daily", status);
        world.calls[call].reason = Some("scope_missing");
    }
}

/// A confounder: the client tries again under the same request id, so many times for one request.
pub(crate) fn retries(world: &mut World<'_>, tester: usize, day: i64, times: i64) {
    let visit = world.look(tester, day, 1);
    let at = world.visits[visit].from + 50 * SECOND;
    let first = world.ask(visit, at, "GET", "/api/account", 504);
    let id = world.calls[first].id.clone();
    for nth in 1..=times {
        let status = if nth == times { 200 } else { 504 };
        let call = world.ask(visit, at + nth * 3 * SECOND, "GET", "/api/account", status);
        let own = std::mem::replace(&mut world.calls[call].id, id.clone());
        for line in world.device.iter_mut().filter(|l| l.text.contains(&own)) {
            line.text = line.text.replace(&own, &id);
        }
    }
}
