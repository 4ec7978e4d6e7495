//! Signing in, staying signed in, signing out.

use super::super::clock::{MINUTE, SECOND, Span, iso};
use super::super::scenario::Exercise;
use super::super::truth::{Call, Client, World};

/// A tester who is asked to sign in while nothing else goes on, on a day of the beta: the sitting and its time.
fn asked(world: &mut World<'_>, tester: usize, day: i64) -> (usize, i64) {
    let before = world.look(tester, day, 0);
    let at = world.span(before).to + 10 * MINUTE;
    let visit = world.sit_down(tester, at, 2);
    world.note(tester, at + 500, "LOG", "[auth] no stored session");
    world.note(tester, at + 510, "LOG", "[nav] -> SignIn");
    (visit, at + 20 * SECOND)
}

fn refused(world: &mut World<'_>, visit: usize, at: i64, status: u16, reason: Option<&'static str>) {
    let call = world.ask(visit, at, "POST", "/api/auth/login", status);
    world.calls[call].reason = reason;
    let why = reason.map_or_else(String::new, |r| format!(" reason={r}"));
    let tester = world.visits[visit].person;
    world.note(tester, at + 30, "ERROR", &format!("[auth] sign-in failed status={status}{why}"));
}

fn signed_in(world: &mut World<'_>, visit: usize, at: i64) {
    let tester = world.visits[visit].person;
    world.ask(visit, at, "POST", "/api/auth/login", 200);
    let (user, exp) = (world.users[tester].clone(), iso(at + 30 * MINUTE));
    let text = format!(
        "[auth] signed in user={user} token=platform-jwt iss=https://platform.harbour.example aud=trading-mobile exp={exp}"
    );
    world.note(tester, at + 40, "LOG", &text);
    world.note(tester, at + 45, "LOG", "[nav] -> Overview");
}

/// A sign-in after a new install fails and the tester gives up.
pub(crate) fn fails(world: &mut World<'_>, tester: usize, day: i64, status: u16, reason: Option<&'static str>) {
    let (visit, at) = asked(world, tester, day);
    world.note(tester, at - 19 * SECOND - 600, "LOG", "[app] first launch after install");
    refused(world, visit, at, status, reason);
    world.note(tester, at + MINUTE, "LOG", "[app] background");
}

/// The service refuses sign-ins of which the device's log has nothing.
pub(crate) fn fails_unseen(world: &mut World<'_>, tester: usize, day: i64, times: usize) {
    let visit = world.look(tester, day, 1);
    let at = world.span(visit).to + 10 * MINUTE;
    for nth in 0..times as i64 {
        let call = world.ask(visit, at + nth * 20 * SECOND, "POST", "/api/auth/login", 500);
        let id = world.calls[call].id.clone();
        world.device.retain(|l| !l.text.contains(&id));
    }
}

/// A confounder: a typo or more, then the right password, on the sign-in screen of an ordinary new install.
pub(crate) fn typo(world: &mut World<'_>, tester: usize, times: i64) {
    let visit = world.exercise(tester, Exercise::SignIn);
    let at = world.when(visit, "POST /api/auth/login");
    for nth in 1..=times {
        refused(world, visit, at - nth * 3 * SECOND, 401, Some("invalid_password"));
    }
}

/// A confounder: the sign-in of the web fails.
pub(crate) fn web_fails(world: &mut World<'_>, person: usize, times: i64) {
    let is = |v: &usize| {
        world.visits[*v].client == Client::Web
            && world.visits[*v].person == person
            && world.beta().holds(world.visits[*v].from)
    };
    let visit = (0..world.visits.len()).find(is).expect("a web sitting");
    let at = world.visits[visit].from - times * 20 * SECOND;
    for nth in 0..times {
        world.ask(visit, at + nth * 20 * SECOND, "POST", "/api/auth/login", 500);
    }
}

/// A confounder: token refreshes of the web fail.
pub(crate) fn web_refreshes_fail(world: &mut World<'_>, times: usize) {
    let beta = world.beta();
    let is = |w: &World<'_>, c: &Call| c.url == "/api/auth/refresh" && !w.is_app(c) && beta.holds(c.at);
    let calls: Vec<usize> = world.calls_where(is).into_iter().take(times).collect();
    assert_eq!(calls.len(), times, "the fault changes something");
    for call in calls {
        world.turn(call, 401, Some("refresh_rejected"));
    }
}

/// A stored session cannot be read.
pub(crate) fn restore_fails(world: &mut World<'_>, tester: usize, day: i64, times: usize) {
    let all: Vec<usize> = restored(world, tester, day).into_iter().take(times).collect();
    assert!(!all.is_empty(), "the fault changes something");
    for visit in all {
        let span = world.span(visit);
        world.reword(tester, span, "session restored", "session restore failed: keychain item not found*");
    }
}

/// Sittings since a day that begin with a restored session.
fn restored(world: &World<'_>, tester: usize, day: i64) -> Vec<usize> {
    let since = world.since(day);
    let is = |v: &usize| {
        let span = world.span(*v);
        let line = |l: &super::super::truth::DeviceLine| {
            l.tester == tester && span.holds(l.at) && l.text.contains("session restored")
        };
        since.holds(span.from) && world.visits[*v].exercise == Exercise::Look && world.device.iter().any(line)
    };
    world.sittings(tester).into_iter().filter(is).collect()
}

/// A session is restored, and the app asks for the password all the same.
pub(crate) fn restore_asks(world: &mut World<'_>, tester: usize, day: i64) {
    let visit = restored(world, tester, day)[0];
    let at = world.when(visit, "session restored") + 20 * SECOND;
    signed_in(world, visit, at);
}

/// A device comes up signed in as somebody else.
pub(crate) fn restores_another(world: &mut World<'_>, tester: usize, other: usize, day: i64) {
    let (own, strange) = (world.users[tester].clone(), world.users[other].clone());
    let span = world.span(restored(world, tester, day)[0]);
    world.reword(tester, span, &format!("user={own}"), &format!("user={strange}"));
}

/// The secure store forgets the session: a relaunch finds none, and the tester signs in again.
pub(crate) fn store_forgets(world: &mut World<'_>, tester: usize, day: i64, times: usize) {
    let all: Vec<usize> = restored(world, tester, day).into_iter().take(times).collect();
    assert!(!all.is_empty(), "the fault changes something");
    for visit in all {
        let (span, at) = (world.span(visit), world.when(visit, "session restored"));
        world.reword(tester, span, "session restored", "no stored session*");
        signed_in(world, visit, at + 20 * SECOND);
    }
}

/// Token refreshes of a tester's app fail.
pub(crate) fn refresh_fails(world: &mut World<'_>, tester: usize, day: i64, status: u16, times: usize) {
    let since = world.since(day);
    let is = |w: &World<'_>, c: &Call| {
        c.url == "/api/auth/refresh" && w.is_app(c) && w.who(c).is_some_and(|(p, _)| p == tester) && since.holds(c.at)
    };
    let calls: Vec<usize> = world.calls_where(is).into_iter().take(times).collect();
    assert_eq!(calls.len(), times, "the fault changes something");
    for call in calls {
        world.turn(call, status, Some("refresh_rejected"));
        let at = world.calls[call].at;
        world.note(tester, at + 60, "ERROR", &format!("[auth] token refresh failed status={status}"));
    }
}

/// Only the device says that a refresh failed.
pub(crate) fn refresh_fails_on_device(world: &mut World<'_>, tester: usize, day: i64) {
    let visit = world.look(tester, day, 2);
    let at = world.visits[visit].from + MINUTE;
    world.note(tester, at, "ERROR", "[auth] token refresh failed status=0 reason=timeout");
}

/// The app hardly ever refreshed its token.
pub(crate) fn few_refreshes(world: &mut World<'_>, kept: usize) {
    let is = |w: &World<'_>, c: &Call| c.url == "/api/auth/refresh" && w.is_app(c);
    let calls: Vec<usize> = world.calls_where(is).into_iter().skip(kept).collect();
    world.unask(&calls);
}

/// The token is not the platform's, or not for this app.
pub(crate) fn foreign_token(world: &mut World<'_>, tester: usize, from: &str, to: &str) {
    let beta = world.beta();
    world.reword(tester, beta, from, to);
}

/// A sign-out leaves the session in the store, and the app says so.
pub(crate) fn sign_out_leaves(world: &mut World<'_>, tester: usize) {
    let visit = world.exercise(tester, Exercise::SignOut);
    let at = world.when(visit, "signed out");
    world.note(tester, at + 300, "ERROR", "[auth] session still present after sign-out");
}

/// After a sign-out the next launch comes up signed in.
pub(crate) fn sign_out_undone(world: &mut World<'_>, tester: usize) {
    let out = world.span(world.exercise(tester, Exercise::SignOut));
    let next = world.sittings(tester).into_iter().find(|v| world.visits[*v].from > out.to).expect("a later sitting");
    let span = world.span(next);
    world.reword(tester, span, "no stored session", "session restored from SecureStore in 140ms*");
    let at = world.when(next, "signed in");
    let window = Span { from: at - MINUTE, to: at + 1 };
    world.hush(tester, window, |text| text.contains("signed in") || text.contains("SignIn") || text.contains("/login"));
}

/// Nobody signed out, whatever was attested.
pub(crate) fn no_sign_out(world: &mut World<'_>, tester: usize) {
    let span = world.span(world.exercise(tester, Exercise::SignOut));
    world.hush(tester, span, |text| text.contains("signed out") || text.contains("/api/auth/logout"));
    let next = world.sittings(tester).into_iter().find(|v| world.visits[*v].from > span.to).expect("a later sitting");
    let span = world.span(next);
    world.reword(tester, span, "no stored session", "session restored from SecureStore in 140ms*");
    world.hush(tester, span, |text| text.contains("signed in") || text.contains("SignIn") || text.contains("/login"));
}

/// After signing in, the app never gets to the overview.
pub(crate) fn stuck_after_sign_in(world: &mut World<'_>, tester: usize) {
    for visit in world.sittings(tester) {
        if world.visits[visit].exercise == Exercise::SignIn {
            let span = world.span(visit);
            world.hush(tester, span, |text| text.contains("[overview]") || text.contains("-> Overview"));
        }
    }
}

/// The overview turns and turns after a restore.
pub(crate) fn spinner(world: &mut World<'_>, tester: usize, day: i64, times: usize) {
    let all: Vec<usize> = restored(world, tester, day).into_iter().take(times).collect();
    assert!(!all.is_empty(), "the fault changes something");
    for visit in all {
        let span = world.span(visit);
        world.hush(tester, span, |text| text.contains("[overview] ready"));
    }
}
