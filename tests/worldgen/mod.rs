//! Writes made-up worlds: everything that a staged release leaves behind, from one truth, in every source's view.
//! The same seed gives the same bytes on every machine.

mod audit;
mod backend;
pub(crate) mod clock;
mod device;
mod documents;
mod drills;
#[cfg_attr(not(test), allow(dead_code, reason = "only some faults take part in incidents"))]
pub(crate) mod faults;
mod gateway;
pub(crate) mod incidents;
mod metrics;
mod noise;
mod opening;
mod people;
mod platform;
mod probes;
mod process;
mod random;
mod record;
pub(crate) mod scenario;
pub(crate) mod scenarios;
mod session;
mod table;
mod traffic;
pub(crate) mod truth;
mod visits;
pub(crate) mod write;

use std::path::Path;

use flate2::Compression;

use scenario::Scenario;
use truth::World;
use write::{Files, Shipper};

/// Writes a world into a folder: `mobile-beta`, `rollback` or `small`; or all incidents, or one of them, into folders
/// of their own.
pub(crate) fn generate(name: &str, folder: &Path) -> anyhow::Result<()> {
    if let Some(which) = name.strip_prefix("incidents") {
        return incidents::generate(which.trim_start_matches('/'), folder);
    }
    let scenario = scenarios::named(name)?;
    files(&play(&scenario))?.save(folder, Compression::best())
}

/// Everything that happens in a scenario.
pub(crate) fn play(scenario: &Scenario) -> World<'_> {
    let mut world = World::new(scenario);
    visits::plan(&mut world);
    traffic::play(&mut world);
    backend::look_at_customer(&mut world);
    world
}

/// What each source saw of it.
pub(crate) fn files(world: &World<'_>) -> anyhow::Result<Files> {
    let mut files = Files::default();
    logs(world, &mut files);
    tables(world, &mut files)?;
    Ok(files)
}

fn logs(world: &World<'_>, files: &mut Files) {
    let shipper = Shipper::new(world);
    shipper.daily(files, "backend", "logs/backend/backend-*.log", backend::lines(world));
    shipper.daily(files, "platform", "logs/platform/platform-service-*.log", platform::lines(world));
    shipper.daily(files, "gateway-api", "logs/gateway/api-access-*.json.log", gateway::api(world));
    shipper.daily(files, "gateway-platform", "logs/gateway/platform-access-*.log", gateway::platform(world));
    shipper.daily(files, "probes", "probes/probes-*.jsonl", probes::lines(world));
    if world.watches("metrics") {
        for (service, day, text) in metrics::files(world) {
            files.text(&format!("metrics/{service}-{}.om.txt.gz", clock::date(day)), text);
        }
    }
    for (tester, person) in world.scenario.testers.iter().enumerate() {
        files.text(&format!("devices/{}-{}.log", person.code, person.handle()), device::log(world, tester));
    }
}

fn tables(world: &World<'_>, files: &mut Files) -> anyhow::Result<()> {
    let pretty = |value: &serde_json::Value| serde_json::to_string_pretty(value).map(|text| text + "\n");
    files.text("cutover.toml", documents::configuration(world));
    files.text("docs/CUTOVER_MOBILE.md", documents::RUNBOOK.to_owned());
    files.text("docs/CUTOVER_WEB.md", documents::web_runbook(world));
    files.text("docs/ROADMAP.md", documents::roadmap(world));
    files.text("docs/OPERATIONS.md", documents::operations(world));
    files.text("testers.csv", people::roster(world));
    files.text("attestations.csv", people::attestations(world));
    files.text("feedback.csv", people::feedback(world)?);
    files.text("audit-events.jsonl", audit::events(world));
    files.text("testflight/betaFeedbackScreenshotSubmissions.json", pretty(&people::screenshots(world))?);
    files.text("testflight/betaFeedbackCrashSubmissions.json", pretty(&people::crashes(world))?);
    files.text("deploys.json", pretty(&process::deploys(world))?);
    files.text("bugs.json", pretty(&process::issues(world))?);
    files.text("ci/check-runs.json", pretty(&process::check_runs(world))?);
    for (path, text) in process::junit(world) {
        files.text(&path, text);
    }
    Ok(())
}
