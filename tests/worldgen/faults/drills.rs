//! The exercises gone wrong: the kill switch, the stopped backend, the blocked socket, the airplane mode.

use super::super::clock::{MINUTE, SECOND, Span};
use super::super::scenario::Exercise;
use super::super::truth::{DeviceLine, Owned, Seen, World};

/// The backend serves data while maintenance mode is on.
pub(crate) fn data_in_maintenance(world: &mut World<'_>, tester: usize, after: i64, times: i64, seen: Seen) {
    let visit = world.exercise(tester, Exercise::KillSwitch);
    for nth in 0..times {
        let at = world.scenario.kill_switch.from + after + nth * 30 * SECOND;
        let call = world.ask_own(visit, at, "/api/positions");
        world.calls[call].seen = seen;
    }
}

/// The kill switch does not bite: every read in the window is answered.
pub(crate) fn never_blocked(world: &mut World<'_>) {
    let window = world.scenario.kill_switch;
    let calls = world.calls_where(|w, c| w.is_app(c) && window.holds(c.at) && c.status == 503);
    for call in calls {
        world.turn(call, 200, None);
        let (at, person) = (world.calls[call].at, world.who(&world.calls[call]).map_or(0, |(p, _)| p));
        let rev = world.rev(person, at);
        world.calls[call].owned = Some(Owned { owner: person, rev, as_of: at - 500 });
    }
    for tester in 0..world.scenario.testers.len() {
        world.device.retain(|l| !(l.tester == tester && window.holds(l.at) && l.text.starts_with("[kill-switch]")));
        for nth in 0..4 {
            let visit = world.exercise(tester, Exercise::KillSwitch);
            world.ask_own(visit, window.from + (2 + nth) * MINUTE, "/api/positions");
        }
    }
}

/// The app is turned away and shows no maintenance screen.
pub(crate) fn no_screen(world: &mut World<'_>, tester: usize) {
    let window = world.scenario.kill_switch;
    world.hush(tester, window, |text| text.contains("maintenance mode active"));
    let visit = world.exercise(tester, Exercise::KillSwitch);
    for nth in 1..4 {
        let call = world.ask(visit, window.from + nth * 2 * MINUTE, "GET", "/api/positions", 503);
        world.calls[call].reason = Some("MAINTENANCE_MODE");
    }
}

/// After a drill the app stays blocked.
pub(crate) fn stays_blocked(world: &mut World<'_>, tester: usize) {
    let span = after_drill(world, tester, Exercise::KillSwitch, world.scenario.kill_switch.to);
    let visit = world.exercise(tester, Exercise::KillSwitch);
    world.calls.retain(|c| !(c.caller == super::super::truth::Caller::Visit(visit) && span.holds(c.at)));
    world.hush(tester, span, |text| !text.contains("[app] background"));
    world.note(tester, span.from + 30 * SECOND, "WARN", "[kill-switch] cached maintenance flag - still blocked");
    world.note(tester, span.from + 4 * MINUTE, "WARN", "[kill-switch] cached maintenance flag - still blocked");
}

/// What follows a drill's end in a sitting.
fn after_drill(world: &World<'_>, tester: usize, exercise: Exercise, end: i64) -> Span {
    Span { from: end, to: world.span(world.exercise(tester, exercise)).to }
}

/// After an exercise the app asks for the password.
pub(crate) fn asks_to_sign_in(world: &mut World<'_>, tester: usize, exercise: Exercise, end: i64) {
    let visit = world.exercise(tester, exercise);
    world.ask(visit, end + 25 * SECOND, "POST", "/api/auth/login", 200);
    let (user, exp) = (world.users[tester].clone(), super::super::clock::iso(end + 30 * MINUTE));
    let text = format!(
        "[auth] signed in user={user} token=platform-jwt iss=https://platform.harbour.example aud=trading-mobile exp={exp}"
    );
    world.note(tester, end + 26 * SECOND, "LOG", &text);
}

/// After the kill switch the tester has to install the app again.
pub(crate) fn reinstalled(world: &mut World<'_>, tester: usize) {
    let at = world.scenario.kill_switch.to + 40 * SECOND;
    world.note(tester, at, "LOG", "[app] first launch after install");
}

/// The backend is gone and the app does not say so.
pub(crate) fn degraded_not_shown(world: &mut World<'_>, tester: usize) {
    let window = world.scenario.backend_stop;
    let span = Span { from: window.from, to: window.to + 2 * MINUTE };
    world.hush(tester, span, |text| text.starts_with("[net]"));
}

/// The socket is not back for so long after an exercise, or never in that sitting.
pub(crate) fn socket_late(world: &mut World<'_>, tester: usize, exercise: Exercise, end: i64, late: Option<i64>) {
    let visit = world.exercise(tester, exercise);
    let span = Span { from: end - MINUTE, to: world.span(visit).to };
    let about = ["socket connected", "socket reconnected", "first price tick"];
    world.hush(tester, span, |text| about.iter().any(|a| text.contains(a)));
    world.sockets.retain(|s| !(s.visit == visit && span.holds(s.from)));
    if let Some(late) = late {
        world.note(tester, end + late, "LOG", "[trading] socket reconnected id=LateSocket0000AAA1");
    }
}

/// When a tester ended an own exercise, by the note about it.
pub(crate) fn ended(world: &World<'_>, tester: usize, exercise: Exercise, note: &str) -> i64 {
    world.when(world.exercise(tester, exercise), note)
}

/// The fallback to polling is turned off.
pub(crate) fn polling_disabled(world: &mut World<'_>, tester: usize) {
    let span = world.span(world.exercise(tester, Exercise::Polling));
    world.reword(tester, span, "falling back to polling", "polling fallback disabled*");
    no_polls(world, tester);
}

/// With the socket blocked, the app neither says that it polls nor does so.
pub(crate) fn no_polling(world: &mut World<'_>, tester: usize) {
    let span = world.span(world.exercise(tester, Exercise::Polling));
    world.hush(tester, span, |text| text.contains("falling back to polling"));
    no_polls(world, tester);
}

fn no_polls(world: &mut World<'_>, tester: usize) {
    let visit = world.exercise(tester, Exercise::Polling);
    let (from, to) = (world.when(visit, "blocking Socket"), world.when(visit, "port restored"));
    let window = Span { from, to };
    let calls =
        world.calls_where(|w, c| w.who(c).is_some_and(|(p, _)| p == tester) && w.is_app(c) && window.holds(c.at));
    world.unask(&calls);
    world.device.retain(|l: &DeviceLine| {
        !(l.tester == tester && window.holds(l.at) && l.text.starts_with("[positions] rendered"))
    });
}

/// Airplane mode leaves no word on the screen.
pub(crate) fn offline_not_shown(world: &mut World<'_>, tester: usize) {
    let span = world.span(world.exercise(tester, Exercise::Airplane));
    world.hush(tester, span, |text| text.starts_with("[net]"));
}

/// Old positions are shown as if they were new while the device is offline.
pub(crate) fn stale_offline(world: &mut World<'_>, tester: usize) {
    let visit = world.exercise(tester, Exercise::Airplane);
    let at = world.when(visit, "state=offline") + 30 * SECOND;
    let as_of = super::super::clock::iso(at - 20 * MINUTE);
    world.note(tester, at, "WARN", &format!("[positions] stale data asOf={as_of} age=1200s"));
}

/// After airplane mode nothing is loaded again.
pub(crate) fn not_back_online(world: &mut World<'_>, tester: usize) {
    let visit = world.exercise(tester, Exercise::Airplane);
    let span = Span { from: world.when(visit, "airplane mode off") + 1, to: world.span(visit).to };
    world.calls.retain(|c| !(c.caller == super::super::truth::Caller::Visit(visit) && span.holds(c.at)));
    world.sockets.retain(|s| !(s.visit == visit && span.holds(s.from)));
    world.hush(tester, span, |text| !text.contains("[app] background"));
}

/// A tester sits out an exercise.
pub(crate) fn sits_out(world: &mut World<'_>, tester: usize, exercise: Exercise) {
    let visit = world.exercise(tester, exercise);
    let whole = world.span(visit);
    super::live::absent(world, tester, whole);
}
