//! Evidence in, everything that reports are made of out: tables, coverage, words, findings and the decision.

mod increments;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;

use crate::attestations::{Attestations, Builds};
use crate::checks::{self, Bench, Finding};
use crate::config::RunPlan;
use crate::correlation::{self, Correlated};
use crate::decide;
use crate::evidence::Evidence;
use crate::observation::{self, Observed};
use crate::queries::literals::{Found, Literals};
use crate::queries::{self, Query};
use crate::report::{Decision, Note, Reason, WaiverNote};
use crate::runbook::bind::Bindings;
use crate::runbook::documents::{self, Document, Fact};
use crate::runbook::{Runbook, parse};
use crate::sources::files;
use crate::sources::formats::eas_builds;
use crate::tables::schema::{Column, Kind};
use crate::tables::table::{Cell, Table};
use crate::tables::{self, Tables, frame};
use crate::unbound::{self, People};
use crate::verdict::Verdict;

/// A stage judged on its evidence.
pub struct Judged {
    pub tables: Tables,
    pub correlated: Correlated,
    pub observed: Observed,
    pub runbook: Runbook,
    /// Which check judges which line.
    pub bindings: Bindings,
    /// What was put out of scope, and what could not be.
    pub scope_notes: Vec<Note>,
    pub catalogue: Vec<Query>,
    pub literals: Literals,
    pub attestations: Attestations,
    pub findings: Vec<Finding>,
    pub decision: Decision,
    pub waivers: Vec<WaiverNote>,
    pub facts: Vec<Fact>,
    pub documents: Documents,
    pub candidate: Candidate,
}

/// The build under judgement, from its deployments.
#[derive(Debug, Clone, Default)]
pub struct Candidate {
    pub sha: Option<String>,
    /// When it was first offered to testers, milliseconds UTC; for Expo Go when it was first used.
    pub published: Option<i64>,
    /// It is not a build that was distributed, but runs in Expo Go, as the configuration says and no deployment denies.
    pub expo_go: bool,
    pub version: Option<String>,
    pub channels: Vec<String>,
}

/// The documents of the stage.
#[derive(Debug, Clone)]
pub struct Documents {
    pub runbook: Document,
    pub previous: Option<Document>,
    pub roadmap: Option<Document>,
    pub operations: Option<Document>,
}

/// Judges a stage.
///
/// # Errors
/// When the evidence is damaged, the runbook cannot be read or a check file is wrong.
pub fn judge(plan: &RunPlan, evidence: &Evidence) -> anyhow::Result<Judged> {
    judge_only(plan, tables::scan(evidence)?, evidence, &|_| true)
}

/// Judges by some of the checks, over tables that were read already: what `keep` leaves out has no finding.
///
/// # Errors
/// As `judge`.
pub fn judge_only(
    plan: &RunPlan,
    mut tables: Tables,
    evidence: &Evidence,
    keep: &dyn Fn(&Query) -> bool,
) -> anyhow::Result<Judged> {
    let mut catalogue = queries::load(plan.queries_dir.as_deref())?;
    catalogue.retain(|query| keep(query));
    let documents = read_documents(plan)?;
    let runbook = parse::parse(documents.runbook.text.as_deref().unwrap_or_default());
    let bindings = Bindings::of(&runbook, &catalogue, &plan.lines);
    let facts = facts(plan, &documents);
    up_to_as_of(plan, &mut tables)?;
    let correlated = correlation::add(&mut tables, plan)?;
    tables.frames.insert("documents", frame::from_cells(FACTS, &fact_rows(&facts))?);
    let there = document_list(&documents);
    let observed = observation::assess(plan, evidence, &tables, &correlated, &there)?;
    increments::add(plan, &catalogue, evidence, observed.as_of, &mut tables)?;
    let builds = builds(&tables, plan)?;
    let candidate = candidate(plan, &plain(&tables, "deploys"), &builds);
    let found = found(plan, &tables, &correlated, &observed, &candidate, &facts);
    let literals = Literals::new(plan, &found);
    let attestations =
        Attestations::of(&plain(&tables, "attestations"), &runbook, &correlated.roster, plan, &builds, observed.as_of);
    let testers: Vec<String> = correlated.roster.testers.iter().map(|t| t.code.clone()).collect();
    let platforms_seen: BTreeSet<String> = correlated.roster.testers.iter().map(|t| t.platform.clone()).collect();
    let bench = Bench {
        plan,
        tables: &tables,
        literals: &literals,
        observed: &observed,
        attestations: &attestations,
        bindings: &bindings,
        testers: &testers,
        published: candidate.published,
        expo_go: candidate.expo_go,
        platforms_seen: &platforms_seen,
    };
    let mut findings = checks::evaluate(&catalogue, &bench);
    let people = People { attestations: &attestations, testers: &testers, owner: &plan.stage.owner };
    findings.extend(unbound::findings(&runbook, &bindings, &people));
    let mut scope_notes = unbound::scope(&mut findings, &bindings);
    let day = Timestamp::from_millisecond(observed.as_of)?.to_zoned(plan.project.zone.clone()).date();
    // Roll-ups rest on what is waived; a waiver may also name a roll-up itself.
    decide::waive(&mut findings, &plan.waivers, day);
    let mut rolled_up = checks::roll_ups(&catalogue, &bench, &findings);
    scope_notes.extend(unbound::scope(&mut rolled_up, &bindings));
    findings.extend(rolled_up);
    let waivers = decide::waive(&mut findings, &plan.waivers, day);
    let decision = decide::decide(&findings, against(plan, &observed, &correlated));
    Ok(Judged {
        tables,
        correlated,
        observed,
        runbook,
        bindings,
        scope_notes,
        catalogue,
        literals,
        attestations,
        findings,
        decision,
        waivers,
        facts,
        documents,
        candidate,
    })
}

/// What is later than the as-of time is not judged.
fn up_to_as_of(plan: &RunPlan, tables: &mut Tables) -> anyhow::Result<()> {
    match plan.as_of {
        Some(as_of) => Ok(tables::until::cut(tables, as_of.as_millisecond())?),
        None => Ok(()),
    }
}

/// What stands against a GO whatever the checks say: a beta that is not over, a build that was pulled.
fn against(plan: &RunPlan, observed: &Observed, correlated: &Correlated) -> Vec<Reason> {
    let at = |ms: i64| {
        Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |t| t.strftime("%d %b %Y %H:%M UTC").to_string())
    };
    let reason = |lead: &str, sentence: String| Reason {
        check: "stage".to_owned(),
        verdict: Verdict::Pending,
        lead: lead.to_owned(),
        sentence,
        evidence: Vec::new(),
    };
    let mut against = Vec::new();
    if let Some((ts, how)) = &correlated.windows.containment {
        against.push(reason("The build was pulled.", format!("{how}, {}.", at(*ts))));
    }
    let end = plan.stage.beta.to_ms();
    if observed.as_of < end {
        against.push(reason(
            "The beta is not over.",
            format!(
                "It is judged as of {}; it ends {}, {:.1} days later.",
                at(observed.as_of),
                at(end),
                (end - observed.as_of) as f64 / 86_400_000.0
            ),
        ));
    }
    against
}

/// A table as plain cells.
#[must_use]
pub fn plain(tables: &Tables, name: &str) -> Table {
    tables.frames.get(name).map(frame::to_table).unwrap_or_default()
}

fn read_documents(plan: &RunPlan) -> anyhow::Result<Documents> {
    let read = |path: &Path| {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Document { name, text: files::document(path).ok() }
    };
    let runbook = read(&plan.stage.runbook);
    if runbook.text.is_none() {
        anyhow::bail!("the runbook {} cannot be read", plan.stage.runbook.display());
    }
    Ok(Documents {
        runbook,
        previous: plan.stage.previous.as_deref().map(read),
        roadmap: plan.stage.roadmap.as_deref().map(read),
        operations: plan.stage.operations.as_deref().map(read),
    })
}

fn document_list(documents: &Documents) -> Vec<(String, bool)> {
    let all = [
        Some(&documents.runbook),
        documents.previous.as_ref(),
        documents.roadmap.as_ref(),
        documents.operations.as_ref(),
    ];
    all.into_iter().flatten().map(|d| (d.name.clone(), d.text.is_some())).collect()
}

const FACTS: &[Column] = &[
    ("name", Kind::Own),
    ("document", Kind::Own),
    ("holds", Kind::Int),
    ("says", Kind::Own),
    ("date_at", Kind::Time),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

fn facts(plan: &RunPlan, documents: &Documents) -> Vec<Fact> {
    let absent = |name: &str| Document { name: name.to_owned(), text: None };
    let mut facts = documents::previous_stage(documents.previous.as_ref().unwrap_or(&absent("previous runbook")));
    let roadmap = documents.roadmap.clone().unwrap_or_else(|| absent("roadmap"));
    let operations = documents.operations.clone().unwrap_or_else(|| absent("operations"));
    facts.push(documents::roadmap_item(&roadmap, &plan.stage.title));
    facts.push(documents::operations_stage(&operations, plan.stage.number));
    facts.push(documents::operations_owner(&operations));
    let before = documents::operations_stage(&operations, plan.stage.number.saturating_sub(1));
    if let Some(scope) = before.says.split(" · ").nth(1) {
        facts.push(Fact { name: "roadmap.previous", ..documents::roadmap_item(&roadmap, scope) });
    }
    facts.push(Fact { name: "operations.previous", ..before });
    facts
}

fn fact_rows(facts: &[Fact]) -> Vec<Vec<Cell>> {
    let row = |f: &Fact| {
        let date =
            f.date.and_then(|d| d.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|z| z.timestamp().as_millisecond());
        vec![
            Cell::from(f.name),
            Cell::from(f.document.as_str()),
            Cell::from(f.holds.map(i64::from)),
            Cell::from(format!("{}: {}", f.document, f.says)),
            Cell::from(date),
            Cell::from(f.document.as_str()),
            Cell::from(f.line as i64),
        ]
    };
    facts.iter().map(row).collect()
}

/// The candidate's newest successful deployment tells its commit, its earliest one when it was published.
fn candidate(plan: &RunPlan, deploys: &Table, builds: &Builds) -> Candidate {
    let named =
        |row: usize| deploys.cell(row, "build").as_text().is_some_and(|b| plan.stage.builds.iter().any(|n| n == b));
    let native = (0..deploys.rows.len()).any(named);
    let expo_go = plan.params.text("distribution") == "expo-go" && !native;
    let mut found = Candidate { expo_go, ..Candidate::default() };
    let mut newest = i64::MIN;
    for row in 0..deploys.rows.len() {
        let text = |name: &str| deploys.cell(row, name).as_text();
        if text("build") != Some(plan.stage.candidate.as_str()) || text("state") != Some("success") {
            continue;
        }
        let Some(ts) = deploys.cell(row, "ts").as_int() else { continue };
        let done = deploys.cell(row, "finished_at").as_int().unwrap_or(ts);
        // A build for a store that was made is not yet offered to anybody.
        if !(text("task") == Some(eas_builds::TASK) && text("distribution") != Some("internal")) {
            found.published = Some(found.published.map_or(done, |held: i64| held.min(done)));
        }
        found.channels.extend(text("environment").map(str::to_owned));
        if ts >= newest {
            newest = ts;
            // A store's list of builds names no commit.
            found.sha = text("sha").map(str::to_owned).or(found.sha);
            found.version = text("description").map(str::to_owned);
        }
    }
    found.sha = found.sha.or_else(|| plan.stage.commit.clone());
    if expo_go {
        let first =
            builds.values().flatten().filter(|(_, build)| *build == plan.stage.candidate).map(|(ts, _)| *ts).min();
        found.published = found.published.or(first);
        found.channels.push("Expo Go".to_owned());
    }
    found.channels.sort();
    found.channels.dedup();
    found
}

fn found(
    plan: &RunPlan,
    tables: &Tables,
    correlated: &Correlated,
    observed: &Observed,
    candidate: &Candidate,
    facts: &[Fact],
) -> Found {
    let services = |role: &str| -> Vec<String> {
        let names = observed.roles.get(role).cloned().unwrap_or_default();
        let of = |name: &String| plan.sources.iter().find(|s| s.name == *name).and_then(|s| s.service.clone());
        let mut all: Vec<String> = names.iter().map(|n| of(n).unwrap_or_else(|| n.clone())).collect();
        all.sort();
        all.dedup();
        all
    };
    let date = |name: &str| {
        let date = facts.iter().find(|f| f.name == name)?.date?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
    };
    let _ = tables;
    Found {
        candidate_sha: candidate.sha.clone(),
        judged_to: observed.judged.to_ms(),
        as_of: observed.as_of,
        stage_two: [date("previous.signed_off"), date("operations.previous")].into_iter().flatten().min(),
        contained: correlated.windows.containment.as_ref().map(|(at, _)| *at),
        testers: correlated.roster.testers.len(),
        api_services: services("logs.api"),
        auth_services: services("logs.auth"),
    }
}

/// When each tester was first seen on each build.
fn builds(tables: &Tables, plan: &RunPlan) -> anyhow::Result<Builds> {
    let Some(logs) = tables.frames.get("logs") else { return Ok(Builds::new()) };
    let (ts, tester) = (logs.column("ts")?.i64()?, logs.column("tester")?.str()?);
    let (build, client) = (logs.column("build")?.str()?, logs.column("client")?.str()?);
    let mut builds: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
    for row in 0..logs.height() {
        let (Some(ts), Some(tester), Some(build)) = (ts.get(row), tester.get(row), build.get(row)) else { continue };
        if client.get(row) != Some(plan.stage.cohort.as_str()) {
            continue;
        }
        let all = builds.entry(tester.to_owned()).or_default();
        if all.last().is_none_or(|(_, held)| held != build) {
            all.push((ts, build.to_owned()));
        }
    }
    Ok(builds)
}
