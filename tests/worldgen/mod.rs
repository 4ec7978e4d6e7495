//! Writes made-up worlds: everything that a staged release leaves behind, from one truth, in every source's view.
//! The same seed gives the same bytes on every machine.

mod audit;
mod backend;
mod clock;
mod device;
mod documents;
mod drills;
mod gateway;
mod metrics;
mod noise;
mod opening;
mod people;
mod platform;
mod probes;
mod process;
mod random;
mod record;
mod scenario;
mod scenarios;
mod session;
mod table;
mod traffic;
mod truth;
mod visits;
mod write;

use std::path::Path;

use scenario::Scenario;
use truth::World;
use write::Folder;

/// Writes a world into a folder: `mobile-beta` or `rollback`.
pub(crate) fn generate(name: &str, folder: &Path) -> anyhow::Result<()> {
    let scenario = scenarios::named(name)?;
    let mut world = World::new(&scenario);
    visits::plan(&mut world);
    traffic::play(&mut world);
    backend::look_at_customer(&mut world);
    logs(&world, folder, &scenario)?;
    tables(&world, &Folder::new(folder, &scenario))
}

fn logs(world: &World<'_>, root: &Path, scenario: &Scenario) -> anyhow::Result<()> {
    let folder = Folder::new(root, scenario);
    folder.daily("backend", "logs/backend/backend-*.log", backend::lines(world))?;
    folder.daily("platform", "logs/platform/platform-service-*.log", platform::lines(world))?;
    folder.daily("gateway-api", "logs/gateway/api-access-*.json.log", gateway::api(world))?;
    folder.daily("gateway-platform", "logs/gateway/platform-access-*.log", gateway::platform(world))?;
    folder.daily("probes", "probes/probes-*.jsonl", probes::lines(world))?;
    for (service, day, text) in metrics::files(world) {
        folder.gzip(&format!("metrics/{service}-{}.om.txt.gz", clock::date(day)), &text)?;
    }
    for (tester, person) in scenario.testers.iter().enumerate() {
        folder.text(&format!("devices/{}-{}.log", person.code, person.handle()), &device::log(world, tester))?;
    }
    Ok(())
}

fn tables(world: &World<'_>, folder: &Folder<'_>) -> anyhow::Result<()> {
    let pretty = |value: &serde_json::Value| serde_json::to_string_pretty(value).map(|text| text + "\n");
    folder.text("cutover.toml", &documents::configuration(world))?;
    folder.text("docs/CUTOVER_MOBILE.md", documents::RUNBOOK)?;
    folder.text("docs/CUTOVER_WEB.md", &documents::web_runbook(world))?;
    folder.text("docs/ROADMAP.md", &documents::roadmap(world))?;
    folder.text("docs/OPERATIONS.md", &documents::operations(world))?;
    folder.text("testers.csv", &people::roster(world))?;
    folder.text("attestations.csv", &people::attestations(world))?;
    folder.text("feedback.csv", &people::feedback(world)?)?;
    folder.text("audit-events.jsonl", &audit::events(world))?;
    folder.text("testflight/betaFeedbackScreenshotSubmissions.json", &pretty(&people::screenshots(world))?)?;
    folder.text("testflight/betaFeedbackCrashSubmissions.json", &pretty(&people::crashes())?)?;
    folder.text("deploys.json", &pretty(&process::deploys(world))?)?;
    folder.text("bugs.json", &pretty(&process::issues(world))?)?;
    folder.text("ci/check-runs.json", &pretty(&process::check_runs(world))?)?;
    for (path, text) in process::junit(world) {
        folder.text(&path, &text)?;
    }
    Ok(())
}
