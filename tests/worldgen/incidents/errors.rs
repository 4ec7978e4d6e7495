//! A deploy of the trading service makes one route fail for the app.

use std::collections::BTreeSet;

use super::super::clock::{MINUTE, SECOND, Span};
use super::super::random::Random;
use super::super::scenario::{Deploy, Exercise, Scenario, Slot};
use super::super::scenarios::Calendar;
use super::super::truth::{Caller, Client, Seen, World};
use super::Plan;
use super::stage::{complaint, deploy, free, skewed};
use super::told::{Cause, Told, failures};

/// `GET /api/account` answers 500 to two thirds of the app's requests, which the app tries again under their ids, and to
/// a few of the web's; both other services are deployed around it; the service is rolled back.
pub(crate) const ON_ONE_ROUTE: Plan = Plan { name: "errors-on-one-route", prepare, happen };

const ROUTE: &str = "/api/account";
const ERROR: (&str, &str) = ("TypeError", "Cannot read properties of undefined (reading 'currency')");

fn prepare(scenario: &mut Scenario, c: Calendar) {
    free(scenario, Span { from: c.at(2, 12, 0), to: c.at(2, 14, 0) });
    let (from, minutes, stagger) = (c.at(2, 12, 23), 66, 70 * SECOND);
    scenario.slots.push(Slot { from, minutes, stagger, exercise: Exercise::Look, compare: true });
    scenario.deploys.push(deploy(c.at(2, 11, 40), "platform-service", "4.3.0"));
    scenario.deploys.push(deploy(c.at(2, 12, 20), "trading-backend", "2.8.0"));
    scenario.deploys.push(deploy(c.at(2, 12, 44), "web", "5.1.0"));
    scenario.deploys.push(Deploy { rollback_of: Some(4), ..deploy(c.at(2, 13, 18), "trading-backend", "2.7.0") });
    complaint(
        scenario,
        c.at(2, 12, 51),
        "t05",
        "Overview",
        "The account tile keeps failing, pulling down does not help",
    );
    skewed(scenario, 1, 3);
}

fn happen(world: &mut World<'_>, c: Calendar) -> Option<Told> {
    world.web_burst(Span { from: c.at(2, 11, 15), to: c.at(2, 11, 32) }, 400);
    world.share_address(2, 3);
    let storm = world.look(1, 0, 1);
    world.retry_storm(storm, 70 * SECOND, "/api/trading-profiles");
    let live = Span { from: c.at(2, 12, 21) + 36 * SECOND, to: c.at(2, 13, 19) + 20 * SECOND };
    let mut random = Random::new(world.scenario.seed, "errors on one route");
    let calls = world.calls_where(|w, c| w.who(c).is_some() && live.holds(c.at) && c.url == ROUTE && c.status == 200);
    let (mut ids, mut web_ids, mut bad) = (BTreeSet::new(), BTreeSet::new(), 0);
    let mut testers = BTreeSet::new();
    let mut first_bad = i64::MAX;
    for call in calls {
        let Some((person, client)) = world.who(&world.calls[call]) else { continue };
        let share = if client == Client::Web { 60 } else { 660 };
        if !random.per_mille(share) {
            continue;
        }
        let id = fail(world, call);
        if client == Client::Web {
            web_ids.insert(id);
            continue;
        }
        bad += 1 + usize::from(random.per_mille(600) && try_again(world, call));
        ids.insert(id);
        testers.insert(person);
        first_bad = first_bad.min(world.calls[call].at);
    }
    world.opened(c.at(2, 13, 2), "the account route fails for the app");
    world.resolved(c.at(2, 15, 0));
    let beside = failures(world, Span { from: first_bad, to: c.at(2, 13, 40) });
    Some(Told {
        trigger: "R5",
        first_bad,
        reported: Some(c.at(2, 12, 51)),
        opened: Some(c.at(2, 13, 2)),
        contained: Some(Span { from: c.at(2, 13, 18), to: c.at(2, 13, 20) }),
        recovered: Some(Span { from: c.at(2, 13, 16), to: c.at(2, 13, 26) }),
        testers: testers.into_iter().map(|t| (t, build(world, t, first_bad))).collect(),
        ids,
        web_ids,
        beside,
        bad_events: bad,
        cause: Cause::Deploy(4),
        route: Some("GET /api/account"),
    })
}

/// The build that a tester had at a time.
fn build(world: &World<'_>, tester: usize, at: i64) -> Option<&'static str> {
    let sitting = world.sittings(tester).into_iter().rfind(|v| world.visits[*v].from < at + 5 * MINUTE)?;
    world.visits[sitting].build
}

fn fail(world: &mut World<'_>, call: usize) -> String {
    world.turn(call, 500, None);
    world.calls[call].ms = 14;
    let id = world.calls[call].id.clone();
    world.failures.insert(id.clone(), ERROR);
    id
}

/// The app tries again under the same id, in vain.
fn try_again(world: &mut World<'_>, call: usize) -> bool {
    let (Caller::Visit(visit), id, at) = (world.calls[call].caller, world.calls[call].id.clone(), world.calls[call].at)
    else {
        return false;
    };
    let again = world.ask(visit, at + 2 * SECOND, "GET", ROUTE, 500);
    world.calls[again].seen = Seen::Everywhere;
    world.rename(again, &id);
    true
}
