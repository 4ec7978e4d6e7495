//! Nobody gets in: a deploy of the service that signs people in.

use std::collections::BTreeSet;

use super::super::clock::{MINUTE, SECOND, Span};
use super::super::scenario::{Deploy, Scenario};
use super::super::scenarios::Calendar;
use super::super::truth::{Start, World};
use super::Plan;
use super::stage::{complaint, deploy, skewed};
use super::told::{Cause, Told, failures};

/// After a deploy of the platform service, two testers' sessions cannot be restored and their sign-ins fail, while the
/// others stay in. It is the day of the drills; the web is deployed in between; the service is rolled back.
pub(crate) const AFTER_DEPLOY: Plan = Plan { name: "sign-in-after-deploy", prepare, happen };

const TESTERS: [usize; 2] = [0, 2];
const REFUSED: Option<&str> = Some("signing_key_unavailable");

fn prepare(scenario: &mut Scenario, c: Calendar) {
    scenario.deploys.push(deploy(c.at(-3, 9, 0), "platform-service", "4.2.1"));
    scenario.deploys.push(deploy(c.at(1, 14, 52), "platform-service", "4.3.0"));
    scenario.deploys.push(deploy(c.at(1, 15, 10), "web", "5.1.0"));
    scenario.deploys.push(Deploy { rollback_of: Some(4), ..deploy(c.at(1, 15, 47), "platform-service", "4.2.1") });
    complaint(
        scenario,
        c.at(1, 15, 14),
        "t01",
        "Sign-in",
        "I was thrown out and cannot sign in again, it just says error",
    );
    skewed(scenario, TESTERS[1], -6);
}

fn happen(world: &mut World<'_>, c: Calendar) -> Option<Told> {
    world.web_burst(Span { from: c.at(1, 13, 40), to: c.at(1, 13, 58) }, 400);
    world.share_address(0, 1);
    let storm = world.look(3, 0, 1);
    world.retry_storm(storm, 70 * SECOND, "/api/account");
    let (mut ids, mut beside, mut bad) = (BTreeSet::new(), BTreeSet::new(), 0);
    let from = world.calls.len();
    let tries = [(0, 57), (1, 62), (0, 69), (1, 76), (0, 84), (1, 93), (0, 101)];
    for (whose, minute) in tries {
        locked_out(world, TESTERS[whose], c.at(1, 14, minute));
    }
    for call in &world.calls[from..] {
        bad += 1;
        ids.insert(call.id.clone());
    }
    let first_bad = world.calls[from..].iter().map(|call| call.at).min()?;
    // Others go on as ever, and the two are back after the roll-back.
    world.sit(1, c.at(1, 15, 5), 5, Start::Cold);
    world.sit(3, c.at(1, 15, 20), 5, Start::Cold);
    world.sit(3, c.at(1, 15, 38), 3, Start::Warm);
    world.sit(TESTERS[0], c.at(1, 15, 51), 4, Start::SignIn);
    world.sit(TESTERS[1], c.at(1, 15, 54), 4, Start::SignIn);
    let summary = "testers cannot sign in";
    world.opened(c.at(1, 15, 26), summary);
    world.resolved(c.at(1, 17, 30));
    beside.extend(failures(world, Span { from: first_bad, to: c.at(1, 16, 0) }));
    Some(Told {
        trigger: "R1",
        first_bad,
        reported: Some(c.at(1, 15, 14)),
        opened: Some(c.at(1, 15, 26)),
        contained: Some(Span { from: c.at(1, 15, 47), to: c.at(1, 15, 49) }),
        recovered: Some(Span { from: c.at(1, 15, 41), to: c.at(1, 15, 56) }),
        testers: TESTERS.map(|t| (t, Some("7"))).to_vec(),
        ids,
        web_ids: BTreeSet::new(),
        beside,
        bad_events: bad,
        cause: Cause::Deploy(4),
        route: None,
    })
}

/// The app is launched, cannot renew its session, is refused by the trading service, and neither can the tester sign in.
fn locked_out(world: &mut World<'_>, tester: usize, at: i64) {
    let visit = world.sit_down(tester, at, 2);
    let refresh = world.ask(visit, at + 700, "POST", "/api/auth/refresh", 503);
    world.calls[refresh].reason = REFUSED;
    world.note(tester, at + 760, "ERROR", "[auth] session restore failed: token refresh answered 503");
    for (nth, url) in ["/api/me/profile", "/api/positions"].into_iter().enumerate() {
        let call = world.ask(visit, at + 900 + nth as i64 * 120, "GET", url, 401);
        world.calls[call].reason = Some("token_signature_invalid");
    }
    world.note(tester, at + 1_200, "LOG", "[nav] -> SignIn");
    // The app itself tries a sign-in three times under one id.
    let mut id = None;
    for nth in 0..3 {
        let call = world.ask(visit, at + 24 * SECOND + nth * 2 * SECOND, "POST", "/api/auth/login", 503);
        world.calls[call].reason = REFUSED;
        let id = id.get_or_insert_with(|| world.calls[call].id.clone()).clone();
        world.rename(call, &id);
    }
    let text = "[auth] sign-in failed status=503 reason=signing_key_unavailable";
    world.note(tester, at + 29 * SECOND, "ERROR", text);
    world.note(tester, at + MINUTE, "LOG", "[app] background");
}
