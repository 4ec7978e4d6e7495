//! Somebody is shown somebody else's positions.

use std::collections::BTreeSet;

use super::super::clock::{MINUTE, SECOND, Span};
use super::super::faults::identity::{Asker, leak};
use super::super::scenario::{Exercise, Scenario, Slot};
use super::super::scenarios::Calendar;
use super::super::truth::{Client, Start, World};
use super::Plan;
use super::stage::{complaint, deploy, free, skewed};
use super::told::{Cause, Told, failures};

/// One tester's app is given three foreign answers; no deploy is near; the build is pulled.
pub(crate) const QUIET: Plan = Plan { name: "quiet-leak", prepare: pulled, happen: quiet };
/// The same in the browser of one of the testers.
pub(crate) const ON_THE_WEB: Plan = Plan { name: "leak-on-the-web", prepare: pulled, happen: web };
/// After a deploy two apps are given foreign answers until the evidence ends; nobody has said or done anything.
pub(crate) const ONGOING: Plan = Plan { name: "ongoing", prepare: unnoticed, happen: ongoing };
/// The same after a tester's complaint.
pub(crate) const ONGOING_REPORTED: Plan = Plan { name: "ongoing-reported", prepare: noticed, happen: reported };

fn pulled(scenario: &mut Scenario, c: Calendar) {
    let gone = Some(c.at(2, 14, 0));
    scenario.builds.iter_mut().for_each(|build| build.gone = gone);
    skewed(scenario, 1, -4);
}

/// What goes on beside all of them.
fn beside(world: &mut World<'_>, hour: i64, c: Calendar) {
    world.web_burst(Span { from: c.at(2, hour, 5), to: c.at(2, hour, 20) }, 400);
    world.share_address(1, 3);
    let storm = world.look(2, 0, 1);
    world.retry_storm(storm, 70 * SECOND, "/api/account");
}

fn quiet(world: &mut World<'_>, c: Calendar) -> Option<Told> {
    beside(world, 12, c);
    // The tester's sitting of 13 h ends before this one.
    let visit = world.sit(1, c.at(2, 13, 12), 9, Start::Warm);
    let span = world.span(visit);
    let ids = leaked(world, Asker::App(1), span, 3);
    // A straggler.
    world.sit(0, c.at(2, 13, 50), 22, Start::Warm);
    let told = handled(world, c, &ids);
    Some(Told { testers: vec![(1, Some("8"))], ids: names(&ids), ..told })
}

fn web(world: &mut World<'_>, c: Calendar) -> Option<Told> {
    beside(world, 12, c);
    let visit = world.sit_at_desk(1, c.at(2, 13, 12), 14);
    let span = Span { from: world.visits[visit].from, to: world.visits[visit].to };
    let ids = leaked(world, Asker::Web(1), span, 3);
    let told = handled(world, c, &ids);
    Some(Told { testers: vec![(1, None)], web_ids: names(&ids), ..told })
}

/// Opened, pulled, told, resolved; and what a report says of it but whose and which requests.
fn handled(world: &mut World<'_>, c: Calendar, ids: &[(String, i64)]) -> Told {
    let why = "a tester sees positions of another account";
    let (opened, removed) = (c.at(2, 13, 36), c.at(2, 13, 44));
    world.opened(opened, why);
    world.removed(removed, "8", why);
    world.notified(c.at(2, 13, 47));
    world.resolved(c.at(2, 17, 0));
    let (first_bad, last_bad) = bounds(ids);
    Told {
        trigger: "R2",
        first_bad,
        reported: None,
        opened: Some(opened),
        contained: Some(Span { from: removed, to: removed }),
        recovered: Some(Span { from: last_bad, to: last_bad + 45 * MINUTE }),
        testers: Vec::new(),
        ids: BTreeSet::new(),
        web_ids: BTreeSet::new(),
        beside: failures(world, Span { from: first_bad, to: last_bad + 45 * MINUTE }),
        bad_events: ids.len(),
        cause: Cause::Nothing,
        route: Some("GET /api/positions"),
    }
}

fn unnoticed(scenario: &mut Scenario, c: Calendar) {
    free(scenario, Span { from: c.at(2, 17, 30), to: c.at(3, 0, 0) });
    let slot = |hour, minute, minutes| Slot {
        from: c.at(2, hour, minute),
        minutes,
        stagger: 90 * SECOND,
        exercise: Exercise::Look,
        compare: false,
    };
    scenario.slots.extend([slot(18, 12, 20), slot(21, 40, 12)]);
    scenario.deploys.push(deploy(c.at(2, 17, 40), "platform-service", "4.3.0"));
    scenario.deploys.push(deploy(c.at(2, 18, 2), "trading-backend", "2.8.0"));
    scenario.deploys.push(deploy(c.at(2, 20, 15), "web", "5.1.0"));
    skewed(scenario, 0, 4);
}

fn noticed(scenario: &mut Scenario, c: Calendar) {
    unnoticed(scenario, c);
    complaint(scenario, c.at(2, 21, 58), "t01", "Positions", "These are not my positions, who is this?");
}

fn ongoing(world: &mut World<'_>, c: Calendar) -> Option<Told> {
    beside(world, 16, c);
    let live = Span { from: c.at(2, 18, 4), to: world.scenario.beta.to };
    // One of the two looks until the evidence ends.
    world.sit(0, c.at(2, 23, 41), 18, Start::Warm);
    let testers = [0, 3];
    let all: Vec<(String, i64)> =
        testers.iter().flat_map(|t| leaked(world, Asker::App(*t), live, usize::MAX)).collect();
    let (first_bad, last_bad) = bounds(&all);
    // Nothing of the last sitting comes after its last foreign answer.
    let last = *world.sittings(0).last()?;
    world.end(last, last_bad + 30);
    Some(Told {
        trigger: "R2",
        first_bad,
        reported: None,
        opened: None,
        contained: None,
        recovered: None,
        testers: testers.map(|t| (t, Some("8"))).to_vec(),
        ids: names(&all),
        web_ids: BTreeSet::new(),
        beside: failures(world, live),
        bad_events: all.len(),
        cause: Cause::Deploy(4),
        route: Some("GET /api/positions"),
    })
}

fn reported(world: &mut World<'_>, c: Calendar) -> Option<Told> {
    let told = ongoing(world, c)?;
    Some(Told { reported: Some(c.at(2, 21, 58)), ..told })
}

fn names(ids: &[(String, i64)]) -> BTreeSet<String> {
    ids.iter().map(|(id, _)| id.clone()).collect()
}

fn bounds(ids: &[(String, i64)]) -> (i64, i64) {
    let times = || ids.iter().map(|(_, at)| *at);
    (times().min().unwrap_or_default(), times().max().unwrap_or_default())
}

/// Gives foreign answers and returns their ids and times.
fn leaked(world: &mut World<'_>, asker: Asker, span: Span, answers: usize) -> Vec<(String, i64)> {
    leak(world, asker, "/api/positions", span, answers);
    let (who, web) = match asker {
        Asker::App(who) => (who, false),
        Asker::Web(who) => (who, true),
        Asker::Platform(_) => return Vec::new(),
    };
    let foreign = world.calls_where(|w, c| {
        let mine = w.who(c).is_some_and(|(p, client)| p == who && (client == Client::Web) == web);
        mine && span.holds(c.at) && c.owned.as_ref().is_some_and(|book| book.owner != who)
    });
    foreign.into_iter().map(|call| (world.calls[call].id.clone(), world.calls[call].at)).collect()
}
