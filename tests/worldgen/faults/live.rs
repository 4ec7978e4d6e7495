//! What should be live: prices, positions, the badge, the socket, and how often the app was cut off.

use super::super::clock::{MINUTE, SECOND, Span};
use super::super::random::Random;
use super::super::truth::{Client, Socket, World};

/// No price within a minute of connecting.
pub(crate) fn no_price(world: &mut World<'_>, tester: usize, day: i64, times: usize) {
    for nth in 0..times {
        let visit = world.look(tester, day, nth);
        let span = world.span(visit);
        world.reword(tester, span, "first price tick", "no price tick 60s after connect*");
    }
}

/// The first price comes later than the runbook allows.
pub(crate) fn late_price(world: &mut World<'_>, tester: usize, day: i64) {
    let visit = world.look(tester, day, 1);
    let span = world.span(visit);
    world.reword(tester, span, "first price tick", "first price tick after 95.0s symbol=SAP*");
}

/// A tester's socket never connects, on no side of it.
pub(crate) fn no_socket(world: &mut World<'_>, tester: usize) {
    let app = |v: usize| world.visits[v].person == tester && world.visits[v].client != Client::Web;
    let mine: Vec<bool> = world.sockets.iter().map(|s| app(s.visit)).collect();
    let mut mine = mine.into_iter();
    world.sockets.retain(|_| !mine.next().unwrap_or(false));
    let beta = world.beta();
    let about = ["socket ", "price tick", "positions_update"];
    world.hush(tester, beta, |text| text.starts_with("[trading]") && about.iter().any(|a| text.contains(a)));
}

/// The service broadcasts to the tester's open sockets, and the app receives nothing. Updates are written with the
/// device's log, so they are turned off at their source: the sockets that the device knows.
pub(crate) fn no_updates(world: &mut World<'_>, tester: usize) {
    world.deaf.insert(tester);
}

/// The badge shows another mode than everybody else's.
pub(crate) fn wrong_badge(world: &mut World<'_>, tester: usize, day: i64) {
    let since = world.since(day);
    world.reword(tester, since, "badge=RUNNING", "badge=PAUSED");
}

/// The health badge says that something is wrong while the service says that it is ready.
pub(crate) fn wrong_health(world: &mut World<'_>, tester: usize, day: i64) {
    let since = world.since(day);
    world.reword(tester, since, "health=ok", "health=error");
}

/// More connects of one tester's app: each of them succeeds.
pub(crate) fn reconnects(world: &mut World<'_>, tester: usize, day: i64, times: i64, every: i64) {
    let visit = world.look(tester, day, 1);
    let at = world.visits[visit].from + 40 * SECOND;
    reconnect_from(world, visit, at, times, every);
}

/// The same in a sitting from a time on.
pub(crate) fn reconnect_from(world: &mut World<'_>, visit: usize, at: i64, times: i64, every: i64) {
    let tester = world.visits[visit].person;
    let app = world.visits[visit].client != Client::Web;
    for nth in 0..times {
        let from = at + nth * every;
        let id = Random::new(from.unsigned_abs(), "socket").socket_id();
        if app {
            world.note(tester, from + 18, "LOG", &format!("[trading] socket reconnected id={id}"));
        }
        world.sockets.push(Socket { id, visit, from, to: from + every / 2, reason: "transport close" });
    }
}

/// Every sitting of the app connects several times more than it need.
pub(crate) fn restless_sockets(world: &mut World<'_>, more: i64) {
    for visit in 0..world.visits.len() {
        if world.visits[visit].client != Client::Web {
            let at = world.visits[visit].from + 30 * SECOND;
            reconnect_from(world, visit, at, more, 31 * SECOND);
        }
    }
}

/// A confounder: a storm of the web's sockets.
pub(crate) fn web_reconnects(world: &mut World<'_>, person: usize, times: i64) {
    let beta = world.beta();
    let is = |v: &usize| {
        world.visits[*v].client == Client::Web && world.visits[*v].person == person && beta.holds(world.visits[*v].from)
    };
    let visit = (0..world.visits.len()).find(is).expect("a web sitting");
    let at = world.visits[visit].from + MINUTE;
    reconnect_from(world, visit, at, times, 4 * SECOND);
}

/// A confounder: reconnects while the service comes back from a drill.
pub(crate) fn reconnects_in_drill(world: &mut World<'_>, tester: usize, times: i64) {
    let back = world.scenario.backend_stop.to;
    let visit = world.exercise(tester, super::super::scenario::Exercise::BackendStop);
    reconnect_from(world, visit, back + 5 * SECOND, times, 4 * SECOND);
}

/// The app is degraded for so many seconds, once in each of several sittings.
pub(crate) fn degraded(world: &mut World<'_>, tester: usize, day: i64, seconds: i64, times: usize) {
    for nth in 0..times {
        let visit = world.look(tester, day, nth);
        let at = world.visits[visit].from + 40 * SECOND;
        world.note(tester, at, "WARN", "[net] state=degraded reason=timeout");
        let text = format!("[net] state=online after={seconds}s");
        world.note(tester, at + seconds * SECOND, "LOG", &text);
    }
}

/// Every tester's app is degraded for a while in every ordinary sitting of a day.
pub(crate) fn flapping(world: &mut World<'_>, day: i64, seconds: i64, times: usize) {
    for tester in 0..world.scenario.testers.len() {
        degraded(world, tester, day, seconds, times);
    }
}

/// A tester does not use the app from a time on.
pub(crate) fn absent(world: &mut World<'_>, tester: usize, span: Span) {
    let gone: Vec<usize> = world.sittings(tester).into_iter().filter(|v| span.holds(world.visits[*v].from)).collect();
    assert!(!gone.is_empty(), "the fault changes something");
    for visit in gone {
        let from = world.span(visit).from;
        let whole = world.span(visit);
        world.end(visit, from);
        world.device.retain(|l| !(l.tester == tester && whole.holds(l.at)));
    }
}
