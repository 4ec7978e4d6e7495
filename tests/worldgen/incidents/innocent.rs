//! Betas without an incident, in which much happens all the same.

use super::super::clock::{SECOND, Span};
use super::super::scenario::Scenario;
use super::super::scenarios::Calendar;
use super::super::truth::World;
use super::Plan;
use super::stage::{deploy, skewed};
use super::told::Told;

/// The planned drills, deploys, a device with a wrong clock, a shared address, a request that is tried again and again.
pub(crate) const DRILLS_ONLY: Plan = Plan { name: "drills-only", prepare, happen: drills };
/// The same, and the web alone fails for most of an hour.
pub(crate) const WEB_OUTAGE: Plan = Plan { name: "web-outage", prepare, happen: web };

fn prepare(scenario: &mut Scenario, c: Calendar) {
    scenario.deploys.push(deploy(c.at(-3, 9, 0), "platform-service", "4.2.1"));
    scenario.deploys.push(deploy(c.at(1, 6, 15), "trading-backend", "2.8.0"));
    scenario.deploys.push(deploy(c.at(2, 8, 50), "web", "5.1.0"));
    skewed(scenario, 2, 6);
}

fn drills(world: &mut World<'_>, c: Calendar) -> Option<Told> {
    world.share_address(0, 3);
    let storm = world.look(1, 0, 1);
    world.retry_storm(storm, 70 * SECOND, "/api/account");
    world.flag(c.at(1, 7, 0), "tabs.marketplace", true);
    None
}

fn web(world: &mut World<'_>, c: Calendar) -> Option<Told> {
    world.web_burst(Span { from: c.at(2, 10, 10), to: c.at(2, 10, 55) }, 800);
    drills(world, c)
}
