//! The documents: the customer's runbook as it stands, the others as short ones of the same structure, and the
//! configuration.

use super::clock::{DAY, date, iso_seconds};
use super::truth::World;

/// The runbook. Built-in checks are bound to the texts of its lines.
pub(crate) const RUNBOOK: &str = include_str!("runbook.md");

/// A task item of the runbook.
pub(crate) struct Item {
    pub(crate) section: String,
    /// Slug of its heading and its number below it, such as `kill-switch/2`.
    pub(crate) anchor: String,
    pub(crate) text: String,
}

/// The runbook's task items in order.
pub(crate) fn items() -> Vec<Item> {
    let (mut section, mut slug, mut number) = (String::new(), String::new(), 0);
    let mut items = Vec::new();
    let mut fenced = false;
    for line in RUNBOOK.lines() {
        fenced ^= line.starts_with("```");
        if line.starts_with('#') && !fenced {
            let title = line.trim_start_matches('#').trim();
            if line.starts_with("## ") {
                section = title.to_owned();
            }
            let kept = title
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .collect::<String>();
            (slug, number) = (kept.replace(' ', "-"), 0);
        } else if let Some(text) = line.strip_prefix("- [ ] ") {
            number += 1;
            items.push(Item { section: section.clone(), anchor: format!("{slug}/{number}"), text: text.to_owned() });
        }
    }
    items
}

pub(crate) fn web_runbook(world: &World<'_>) -> String {
    let (owner, day) = (world.owner().name, world.scenario.web_signed_off);
    format!(
        "# Web Internal Adoption (Stage 2 Cutover)\n\n## Sign-Off\n\n\
         - [x] The cutover commit was green in CI\n\
         - [x] Every operator works in the new dashboard\n\
         - [x] Two weeks without an incident that pointed at the web client\n\
         - [x] Stage 2 signed off — {owner}, {day}, no rollback triggers fired\n"
    )
}

pub(crate) fn roadmap(world: &World<'_>) -> String {
    let reviewed = date(world.scenario.beta.to - DAY);
    format!(
        "# Roadmap\n\n_Last reviewed {reviewed}_\n\n## Milestones\n\n\
         | Milestone | Owner | Status |\n|---|---|---|\n\
         | One repository for service, web and app | platform | Done |\n\
         | Web internal adoption | web | Done |\n\
         | Mobile internal beta | mobile | In progress |\n\
         | Controlled operator rollout | operations | Planned |\n\n\
         ## Checklist\n\n\
         - [x] One repository, one CI\n\
         - [x] Web internal adoption\n\
         - [ ] Mobile internal beta\n\
         - [ ] Controlled operator rollout\n\
         - [ ] Production cutover\n\n\
         ## Later\n\n- Push messages\n- Watch face\n"
    )
}

pub(crate) fn operations(world: &World<'_>) -> String {
    let (owner, handle) = (world.owner().name, world.owner().handle());
    let (cutover, deputy) = (world.scenario.web_cutover, world.scenario.testers[0].name);
    format!(
        "# Operations\n\n## Services\n\n\
         | Service | Runs on | Health |\n|---|---|---|\n\
         | trading-backend | Container Apps, one replica | `GET /health/live` |\n\
         | platform-service | Container Apps | `GET /health/live` |\n\
         | web dashboard | Static Web Apps | synthetic check |\n\n\
         ## Staged Cutover\n\n\
         | Stage | Scope | Status | Date |\n|---|---|---|---|\n\
         | 1 | Service from the monorepo | Complete | 2026-07-13 |\n\
         | 2 | Web internal adoption | Complete | {cutover} |\n\
         | 3 | Mobile internal beta | In progress | — |\n\
         | 4 | Controlled operator rollout | Not started | — |\n\
         | 5 | Production cutover | Not started | — |\n\n\
         Rollback owner for Stage 3: **{owner}** (`{handle}`), deputy: {deputy}.\n\n\
         ## Alerts\n\n- 5xx share above 2 % for 10 minutes\n- no socket connected during trading hours\n"
    )
}

/// Name, table, paths and service of each source.
const SOURCES: &[(&str, &str, &str, &str)] = &[
    ("backend", "logs", "logs/backend/*.log*", "trading-backend"),
    ("platform", "logs", "logs/platform/*.log*", "platform-service"),
    ("gateway-api", "logs", "logs/gateway/api-access*", "gateway-api"),
    ("gateway-platform", "logs", "logs/gateway/platform-access*", "gateway-platform"),
    ("devices", "logs", "devices/*.log", "mobile-app"),
    ("metrics", "metrics", "metrics/*.om.txt*", ""),
    ("probes", "probes", "probes/*.jsonl*", ""),
    ("check-runs", "ci", "ci/check-runs.json", ""),
    ("junit", "ci", "ci/junit/*.xml", ""),
    ("deployments", "deploys", "deploys.json", ""),
    ("roster", "testers", "testers.csv", ""),
    ("attestations", "attestations", "attestations.csv", ""),
    ("form", "feedback", "feedback.csv", ""),
    ("testflight", "feedback", "testflight/betaFeedbackScreenshotSubmissions.json", ""),
    ("testflight-crashes", "crashes", "testflight/betaFeedbackCrashSubmissions.json", ""),
    ("issues", "bugs", "bugs.json", ""),
    ("audit-events", "audit", "audit-events.jsonl", ""),
];

/// `cutover.toml`
pub(crate) fn configuration(world: &World<'_>) -> String {
    let scenario = world.scenario;
    let span =
        |s: super::clock::Span| format!("{{ from = \"{}\", to = \"{}\" }}", iso_seconds(s.from), iso_seconds(s.to));
    let builds: Vec<String> = world.builds().map(|b| format!("\"{}\"", b.number)).collect();
    let owner = world.owner().handle();
    let mut text = format!(
        "# A made-up beta of a made-up company. The folder is written by `cargo run --example worldgen`.\n\n\
         [project]\nname = \"Harbour Trading\"\ndisplay-zone = \"{}\"\n\n[stage]\n\
         title      = \"Mobile internal beta\"\nnumber     = 3\n\
         runbook    = \"docs/CUTOVER_MOBILE.md\"\nroadmap    = \"docs/ROADMAP.md\"\n\
         operations = \"docs/OPERATIONS.md\"\nprevious   = \"docs/CUTOVER_WEB.md\"\n\
         baseline   = {}\nbeta       = {}\ncohort     = \"mobile\"\n\
         builds     = [{}]\ncandidate  = {}\nplatforms  = [\"ios\", \"android\"]\nowner      = \"{owner}\"\n",
        scenario.zone,
        span(scenario.baseline),
        span(scenario.beta),
        builds.join(", "),
        builds.last().map_or("\"\"", String::as_str),
    );
    for (name, table, paths, service) in SOURCES.iter().filter(|(name, ..)| world.watches(name)) {
        text.push_str(&format!(
            "\n[[source]]\nname  = \"{name}\"\ntable = \"{table}\"\nkind  = \"files\"\npaths = [\"{paths}\"]\n"
        ));
        if !service.is_empty() {
            text.push_str(&format!("service = \"{service}\"\n"));
        }
    }
    for item in scenario.waivers {
        let until = date(scenario.beta.to + 35 * DAY);
        text.push_str(&format!(
            "\n[[waiver]]\nitem   = \"{item}\"\nby     = \"{owner}\"\nuntil  = \"{until}\"\n\
             reason = \"Nobody has more than one page of history yet; the first external operators will.\"\n"
        ));
    }
    text
}
