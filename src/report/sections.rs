//! Parts of the report that stand by themselves: scope, heat map, conflicts, drills, feedback, coverage, counts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{
    ChangeRow, ConflictRow, Count, Counts, CoverageRow, DrillRow, FeedbackRow, Heatmap, HeatmapRow, Scope, TesterRow,
};
use crate::checks::Finding;
use crate::config::{RunPlan, Window};
use crate::evidence::Evidence;
use crate::judge::{Judged, plain};
use crate::tables::table::Table;
use crate::verdict::Verdict;

/// Columns of the heat map, in the order of the runbook; a check names its own in its header.
const FEATURES: &[&str] = &[
    "Install",
    "Launch",
    "Sign-in",
    "Restore",
    "Kill switch",
    "Degraded",
    "Overview",
    "Positions",
    "History",
    "Strategies",
    "Settings",
    "Real-time",
    "Polling",
    "Offline",
    "Safe controls",
    "Own data only",
    "Final yes",
];

/// Who tested, on what, how much.
#[must_use]
pub fn scope(plan: &RunPlan, judged: &Judged) -> Scope {
    let sessions = plain(&judged.tables, "sessions");
    let mut by_tester: BTreeMap<String, Usage> = BTreeMap::new();
    let (mut requests, mut all) = (0, 0);
    for row in 0..sessions.rows.len() {
        let text = |name: &str| sessions.cell(row, name).as_text();
        let int = |name: &str| sessions.cell(row, name).as_int().unwrap_or(0);
        if text("client") != Some(plan.stage.cohort.as_str()) || !matches!(text("period"), Some("beta" | "after")) {
            continue;
        }
        all += 1;
        requests += int("requests") as u64;
        let Some(tester) = text("tester") else { continue };
        let usage = by_tester.entry(tester.to_owned()).or_default();
        usage.sessions += 1;
        usage.requests += int("requests") as u64;
        usage.days.insert(int("first_ts").div_euclid(86_400_000));
        usage.last = usage.last.max(int("last_ts"));
        if let Some(build) = text("build").filter(|b| !usage.builds.iter().any(|held| held == b)) {
            usage.builds.push(build.to_owned());
        }
    }
    let testers = judged.correlated.roster.testers.iter().map(|t| {
        let usage = by_tester.get(&t.code).cloned().unwrap_or_default();
        TesterRow {
            tester: t.code.clone(),
            device: t.device.clone(),
            os_version: t.os_version.clone(),
            platform: t.platform.clone(),
            builds: usage.builds,
            sessions: usage.sessions,
            requests: usage.requests,
            active_days: usage.days.len() as u64,
            last_seen: (usage.last > 0).then(|| Timestamp::from_millisecond(usage.last).ok()).flatten(),
        }
    });
    Scope { testers: testers.collect(), requests, sessions: all, changes: changes(plan, judged) }
}

#[derive(Debug, Clone, Default)]
struct Usage {
    sessions: u64,
    requests: u64,
    days: BTreeSet<i64>,
    last: i64,
    builds: Vec<String>,
}

/// Deploys, builds, flags, maintenance and distribution inside the beta, in order.
fn changes(plan: &RunPlan, judged: &Judged) -> Vec<ChangeRow> {
    let mut changes = Vec::new();
    let deploys = plain(&judged.tables, "deploys");
    let place = |table: &Table, row: usize| {
        format!(
            "{}:{}",
            table.cell(row, "file").as_text().unwrap_or_default(),
            table.cell(row, "line").as_int().unwrap_or(0)
        )
    };
    let mut add = |ts: Option<i64>, kind: &str, what: String, evidence: String| {
        if let Some(at) = ts.filter(|ts| plan.stage.beta.holds(*ts)).and_then(|ts| Timestamp::from_millisecond(ts).ok())
        {
            changes.push(ChangeRow { at, kind: kind.to_owned(), what, evidence });
        }
    };
    for row in 0..deploys.rows.len() {
        let text = |name: &str| deploys.cell(row, name).as_text();
        let kind = match (text("rollback_of"), text("build")) {
            (Some(_), _) => "rollback",
            (None, Some(_)) => "build",
            (None, None) => "deploy",
        };
        let what = format!("{} to {}", text("description").unwrap_or("deployment"), text("environment").unwrap_or("?"));
        add(deploys.cell(row, "ts").as_int(), kind, what, place(&deploys, row));
    }
    let audit = plain(&judged.tables, "audit");
    for row in 0..audit.rows.len() {
        let text = |name: &str| audit.cell(row, name).as_text().unwrap_or_default();
        let kind = match text("action") {
            "feature_flag.updated" => "flag",
            "maintenance.enabled" | "maintenance.disabled" => "maintenance",
            "drill.started" | "drill.ended" => "drill",
            "distribution.published" | "distribution.removed" => "distribution",
            "incident.opened" | "incident.resolved" => "incident",
            "testers.notified" => "notice",
            _ => continue,
        };
        add(audit.cell(row, "ts").as_int(), kind, format!("{} {}", text("action"), text("target")), place(&audit, row));
    }
    changes.sort_by_key(|c| c.at);
    changes
}

/// Testers down, features across; a cell rolls up the checks of its feature.
#[must_use]
pub fn heatmap(findings: &[Finding], scope: &Scope) -> Heatmap {
    let with_cells = |feature: &str| -> Vec<&Finding> {
        findings.iter().filter(|f| f.feature.as_deref() == Some(feature) && !f.cells.is_empty()).collect()
    };
    let mut names: Vec<String> = FEATURES.iter().map(|f| (*f).to_owned()).collect();
    for feature in findings.iter().filter_map(|f| f.feature.clone()) {
        if !names.contains(&feature) {
            names.push(feature);
        }
    }
    names.retain(|name| !with_cells(name).is_empty());
    let features =
        names.iter().map(|name| (name.clone(), with_cells(name).iter().map(|f| f.item.clone()).collect())).collect();
    let cell = |name: &String, tester: &str| {
        let of = with_cells(name).into_iter().flat_map(|f| f.cells.iter()).filter(|c| c.tester == tester);
        Verdict::roll_up(of.map(|c| c.verdict))
    };
    let rows = scope.testers.iter().map(|t| HeatmapRow {
        tester: t.tester.clone(),
        device: t.device.clone(),
        os_version: t.os_version.clone(),
        platform: t.platform.clone(),
        cells: names.iter().map(|name| cell(name, &t.tester)).collect(),
        sessions: t.sessions,
        requests: t.requests,
    });
    Heatmap { features, rows: rows.collect() }
}

/// Cells that stop the packet: conflicts first, then failures.
#[must_use]
pub fn conflicts(findings: &[Finding]) -> Vec<ConflictRow> {
    let mut rows = Vec::new();
    for finding in findings {
        for cell in finding.cells.iter().filter(|c| matches!(c.verdict, Verdict::Conflict | Verdict::Fail)) {
            let (said, shown) = cell.sentence.split_once(", but ").unwrap_or(("no attestation", &cell.sentence));
            rows.push(ConflictRow {
                tester: cell.tester.clone(),
                feature: format!("{} {}", finding.item, finding.title),
                said: said.to_owned(),
                shown: shown.to_owned(),
                verdict: cell.verdict,
                evidence: finding.check.clone(),
            });
        }
    }
    rows.sort_by(|a, b| (b.verdict, &a.tester, &a.feature).cmp(&(a.verdict, &b.tester, &b.feature)));
    rows
}

/// Each drill with the slowest tester's times.
#[must_use]
pub fn drills(judged: &Judged) -> Vec<DrillRow> {
    let exercises = plain(&judged.tables, "exercises");
    let windows = &judged.correlated.windows;
    let rows = windows.drills.iter().filter_map(|drill| {
        let own = drill.tester.and_then(|t| judged.correlated.roster.code(t));
        let of = |row: &usize| {
            exercises.cell(*row, "from_ts").as_int() == Some(drill.from)
                && exercises.cell(*row, "kind").as_text() == Some(drill.kind.as_str())
                && own.is_none_or(|code| exercises.cell(*row, "tester").as_text() == Some(code))
                && exercises.cell(*row, "took_part").as_int() == Some(1)
        };
        let mine: Vec<usize> = (0..exercises.rows.len()).filter(of).collect();
        let slowest = |name: &str| mine.iter().filter_map(|row| exercises.cell(*row, name).as_float()).reduce(f64::max);
        let back = match drill.kind.as_str() {
            "polling" | "backend-stop" => slowest("socket_s"),
            _ => slowest("data_s"),
        };
        Some(DrillRow {
            title: drill.title.clone(),
            window: Window::from_millis(drill.from, drill.to)?,
            tester: own.map(str::to_owned),
            found_in: drill.found_in.clone(),
            seconds_to_degrade: slowest("degrade_s"),
            seconds_to_recover: back,
            testers: mine.len() as u64,
        })
    });
    rows.collect()
}

/// Feedback of the beta, oldest first.
#[must_use]
pub fn feedback(plan: &RunPlan, judged: &Judged) -> Vec<FeedbackRow> {
    let table = plain(&judged.tables, "feedback");
    let mut rows: Vec<FeedbackRow> = (0..table.rows.len())
        .filter(|row| table.cell(*row, "ts").as_int().is_some_and(|ts| plan.stage.beta.holds(ts)))
        .map(|row| {
            let text = |name: &str| table.cell(row, name).as_text().unwrap_or_default().to_owned();
            let some = |name: &str| table.cell(row, name).as_text().map(str::to_owned);
            FeedbackRow {
                at: table.cell(row, "ts").as_int().and_then(|ts| Timestamp::from_millisecond(ts).ok()),
                tester: text("tester"),
                channel: text("channel"),
                screen: text("screen"),
                severity: text("severity"),
                text: text("text"),
                // Only the form asks for a decision; the stores have no place for one.
                triage: some("triage")
                    .or_else(|| (text("channel") != "form").then(|| "no triage in this channel".to_owned())),
                issue: some("issue"),
            }
        })
        .collect();
    rows.sort_by(|a, b| (a.at, &a.tester, &a.text).cmp(&(b.at, &b.tester, &b.text)));
    rows
}

/// The ledger of each source, in the order of the configuration.
#[must_use]
pub fn coverage(plan: &RunPlan, judged: &Judged, evidence: &Evidence) -> Vec<CoverageRow> {
    let row = |source: &crate::config::Source| {
        let cover = judged.observed.covers.get(&source.name)?;
        let ledger = &cover.ledger;
        let samples = evidence.files().iter().filter(|r| r.source == source.name);
        let samples = samples.flat_map(|r| r.ledger.samples.iter().map(|s| (r.file.clone(), s.clone()))).take(5);
        Some(CoverageRow {
            source: source.name.clone(),
            table: source.table.name().to_owned(),
            files: cover.files,
            fetched: ledger.fetched,
            parsed: ledger.parsed,
            repeated: ledger.repeated,
            rejected: ledger.rejected(),
            lost: ledger.lost,
            truncated: ledger.truncated,
            covered: cover.covered,
            by_day: cover.by_day.clone(),
            silent: cover.silent.clone(),
            attributed: None,
            last_row: ledger.last_ts.and_then(|ts| Timestamp::from_millisecond(ts).ok()),
            gaps: cover.gaps.clone(),
            samples: samples.collect(),
            vanished: cover.vanished.clone(),
        })
    };
    plan.sources.iter().filter_map(row).collect()
}

/// Redactions by kind over all files.
#[must_use]
pub fn redactions(evidence: &Evidence) -> Vec<Count> {
    let mut all: BTreeMap<String, u64> = BTreeMap::new();
    for record in evidence.files() {
        for (kind, n) in &record.redactions {
            *all.entry(kind.clone()).or_default() += n;
        }
    }
    all.into_iter().map(|(name, count)| Count { name, count }).collect()
}

/// Verdicts by effect, and of the items.
#[must_use]
pub fn counts(findings: &[Finding], items: &[super::Item]) -> Counts {
    use crate::verdict::Effect;
    let at = |verdict: Verdict| Verdict::ALL.iter().position(|v| *v == verdict).unwrap_or(0);
    let mut counts = Counts::default();
    for effect in [Effect::Trigger, Effect::Blocker, Effect::Hold, Effect::Advisory, Effect::Action] {
        let mut row = [0; 8];
        let of: Vec<&Finding> = findings.iter().filter(|f| f.effect == effect).collect();
        of.iter().for_each(|f| row[at(f.verdict)] += 1);
        if !of.is_empty() {
            counts.by_effect.push((effect.word().to_owned(), row));
        }
    }
    items.iter().for_each(|item| counts.items[at(item.verdict)] += 1);
    counts.attested_only = findings.iter().filter(|f| f.attested_only).count() as u64;
    counts
}
