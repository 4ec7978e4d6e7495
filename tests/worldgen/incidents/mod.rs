//! Incidents of several kinds, each with what a report of it must say: a plan on the small beta, what happened in it,
//! and the expected result in the shape of a world's `truth.json`.

mod crash;
mod errors;
mod innocent;
mod leak;
mod sign_in;
mod stage;
mod stale;
pub(crate) mod told;

use std::path::Path;

use anyhow::Context;
use flate2::Compression;

use super::scenario::Scenario;
use super::scenarios::{self, Calendar};
use super::truth::World;
use super::write::{Content, save};
use told::Told;

/// An incident to be.
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    /// Deploys, sittings, builds, words of people.
    prepare: fn(&mut Scenario, Calendar),
    /// What goes wrong, and what a report must say about it; `None` where it must find no incident.
    happen: fn(&mut World<'_>, Calendar) -> Option<Told>,
}

/// All of them.
pub(crate) const ALL: &[Plan] = &[
    sign_in::AFTER_DEPLOY,
    crash::ON_LAUNCH,
    errors::ON_ONE_ROUTE,
    stale::AFTER_FLAG,
    leak::QUIET,
    leak::ON_THE_WEB,
    leak::ONGOING,
    leak::ONGOING_REPORTED,
    innocent::DRILLS_ONLY,
    innocent::WEB_OUTAGE,
];

/// Writes all, or the one of a name, as `NAME/input` and `NAME/truth.json` below a folder.
pub(crate) fn generate(which: &str, folder: &Path) -> anyhow::Result<()> {
    let (name, seed) = match which.split_once('@') {
        Some((name, seed)) => (name, seed.parse().with_context(|| format!("{seed} is no number"))?),
        None => (which, 0),
    };
    let chosen: Vec<&Plan> = ALL.iter().filter(|plan| name.is_empty() || plan.name == name).collect();
    anyhow::ensure!(!chosen.is_empty(), "there is no incident {name}");
    chosen.iter().try_for_each(|plan| plan.write(&folder.join(plan.name), seed).map(drop))
}

impl Plan {
    /// Writes the world and its truth; returns the latter. Another seed is the same plan with other luck.
    pub(crate) fn write(&self, folder: &Path, seed: u64) -> anyhow::Result<serde_json::Value> {
        let mut scenario = scenarios::named("small")?;
        let calendar = Calendar::of(&scenario);
        scenario.seed += seed;
        (self.prepare)(&mut scenario, calendar);
        let mut world = super::play(&scenario);
        let told = (self.happen)(&mut world, calendar);
        world.settle();
        let truth = told::truth(&world, self.name, told.as_ref());
        super::files(&world)?.save(&folder.join("input"), Compression::fast())?;
        let text = serde_json::to_string_pretty(&truth)? + "\n";
        save(&folder.join("truth.json"), &Content::Text(text), Compression::fast())?;
        Ok(truth)
    }
}
