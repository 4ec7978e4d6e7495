//! A new build crashes at its launch.

use std::collections::BTreeSet;

use super::super::clock::{MINUTE, SECOND, Span};
use super::super::scenario::{Build, Scenario};
use super::super::scenarios::Calendar;
use super::super::truth::{Crash, Start, World};
use super::Plan;
use super::stage::{complaint, deploy, skewed};
use super::told::{Cause, Told, failures};

/// Build 8 crashes on iPhones before it has asked for anything; the build is pulled. One of the two tries again after
/// that, and another tester's app stays open for half an hour more. Later everybody is back on build 7.
pub(crate) const ON_LAUNCH: Plan = Plan { name: "crash-on-launch", prepare, happen };

const TESTERS: [usize; 2] = [0, 1];
const FATAL: &str = "[native] RCTFatal: Exception in HostFunction: Unable to resolve module expo-secure-store";

fn prepare(scenario: &mut Scenario, c: Calendar) {
    let builds =
        vec![Build::new("7", c.at(0, 6, 30)), Build { gone: Some(c.at(2, 10, 45)), ..Build::new("8", c.at(2, 9, 0)) }];
    scenario.builds = builds;
    scenario.deploys.push(deploy(c.at(2, 8, 20), "web", "5.1.0"));
    scenario.deploys.push(deploy(c.at(2, 9, 50), "platform-service", "4.3.0"));
    complaint(scenario, c.at(2, 9, 48), "t02", "Other", "The new build closes at once when I open it");
    skewed(scenario, TESTERS[1], 4);
}

fn happen(world: &mut World<'_>, c: Calendar) -> Option<Told> {
    world.web_burst(Span { from: c.at(2, 8, 25), to: c.at(2, 8, 40) }, 400);
    world.share_address(1, 2);
    let storm = world.look(3, 0, 1);
    world.retry_storm(storm, 70 * SECOND, "/api/account");
    let mut first_bad = i64::MAX;
    for tester in TESTERS {
        let planned = world.look(tester, 2, 0);
        let at = world.visits[planned].from;
        world.end(planned, at + 200);
        let mut launches = vec![at];
        for again in [70 * SECOND, 5 * MINUTE] {
            world.sit_down(tester, at + again, 1);
            launches.push(at + again);
        }
        first_bad = first_bad.min(at + 1_400);
        for launch in launches {
            world.note(tester, launch + 1_400, "ERROR", FATAL);
        }
        world.crashes.push(Crash { tester, build: "8", at: at + 2_000, uptime_ms: 1_400 });
    }
    // A straggler of the two after the removal, and an open app of somebody else.
    let late = c.at(2, 10, 31);
    world.sit_down(TESTERS[1], late, 1);
    world.note(TESTERS[1], late + 1_300, "ERROR", FATAL);
    world.sit(2, c.at(2, 10, 5), 34, Start::Cold);
    world.opened(c.at(2, 10, 4), "build 8 crashes at launch on iPhones");
    world.removed(c.at(2, 10, 14), "8", "crash at launch");
    world.notified(c.at(2, 10, 20));
    world.resolved(c.at(2, 13, 0));
    let beside = failures(world, Span { from: first_bad, to: c.at(2, 11, 30) });
    Some(Told {
        trigger: "R3",
        first_bad,
        reported: None,
        opened: Some(c.at(2, 10, 4)),
        contained: Some(Span { from: c.at(2, 10, 14), to: c.at(2, 10, 14) }),
        recovered: Some(Span { from: late, to: c.at(2, 11, 17) }),
        testers: TESTERS.map(|t| (t, Some("8"))).to_vec(),
        ids: BTreeSet::new(),
        web_ids: BTreeSet::new(),
        beside,
        bad_events: 7,
        cause: Cause::Build("8"),
        route: None,
    })
}
