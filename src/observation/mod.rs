//! Proof of observation: whether each source was listening during the judged window, and whether what a check needs
//! is covered well enough to claim that something did not happen (statistics.md S1).

mod bins;
mod covered;
mod roles;
mod seen;
mod shares;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{RunPlan, Source, Window};
use crate::correlation::Correlated;
use crate::coverage::Ledger;
use crate::evidence::Evidence;
use crate::tables::Tables;
use crate::tables::schema::TableName;
use bins::Bins;
use seen::Seen;

/// What a source covers of the judged window.
#[derive(Debug, Clone, Default)]
pub struct Cover {
    pub ledger: Ledger,
    pub files: u64,
    pub vanished: Vec<String>,
    /// What is missing as a whole, as sentences.
    pub gaps: Vec<String>,
    /// Share of the window's bins that are covered; `None` for snapshots.
    pub covered: Option<f64>,
    /// The same by UTC day.
    pub by_day: Vec<f64>,
    /// Uncovered stretches.
    pub silent: Vec<Window>,
    /// Longest uncovered stretch while testers were active, minutes.
    pub silent_active_min: f64,
    /// Whether the last covered bin ends close enough to the window's end.
    pub fresh: bool,
    /// Tester → share of the tester's active bins that a device log covers.
    pub by_tester: BTreeMap<String, f64>,
    /// Requests that a gateway says this service answered, and of them those that its log lacks.
    pub answered: u64,
    pub unlogged: u64,
}

/// Coverage of all sources and the shares that attribution rests on.
#[derive(Debug, Clone)]
pub struct Observed {
    /// By source name.
    pub covers: BTreeMap<String, Cover>,
    /// Role such as `logs.api` → sources.
    pub roles: BTreeMap<String, Vec<String>>,
    /// Requests whose client is known ÷ all but bots and probes.
    pub attributed: Option<f64>,
    /// Answers on user-scoped routes that name an owner ÷ all of them; the cohort's where that is lower.
    pub owner_share: Option<f64>,
    /// End of the evidence's coverage, milliseconds UTC.
    pub as_of: i64,
    /// The window that is judged: the beta up to containment and to `--as-of`.
    pub judged: Window,
    /// Hours (since the epoch) in which a tester's device or backend log has lines.
    pub active_hours: BTreeMap<String, BTreeSet<i64>>,
}

/// Assesses every source.
///
/// # Errors
/// Only on a frame without a column of the schema, which is a bug.
pub fn assess(
    plan: &RunPlan,
    evidence: &Evidence,
    tables: &Tables,
    correlated: &Correlated,
    documents: &[(String, bool)],
) -> anyhow::Result<Observed> {
    let seen = Seen::of(plan, tables)?;
    let as_of = as_of(plan, &seen);
    // Evidence that ends early does not shorten the window: it is not fresh.
    let end = plan.as_of.map_or(i64::MAX, |at| at.as_millisecond()).min(correlated.windows.judged.to_ms());
    let begin = plan.stage.beta.from_ms();
    let judged = Window::from_millis(begin, end.max(begin)).unwrap_or(plan.stage.beta);
    let mut observed = Observed {
        covers: BTreeMap::new(),
        roles: seen.roles(plan),
        attributed: seen.attributed(judged),
        owner_share: seen.owner_share(judged),
        as_of,
        judged,
        active_hours: seen.active_hours(),
    };
    for source in &plan.sources {
        let mut cover = whole(source, evidence);
        if let Some(repeated) = correlated.repeated.get(&source.name) {
            cover.ledger.repeated += repeated;
        }
        if !source.table.is_snapshot() {
            let bins = Bins::new(judged, source.heartbeat_s * 1000);
            let covered = seen.covered_bins(source, &bins, &observed.roles);
            bins.fill(&mut cover, &covered, &seen.active_bins(&bins));
        }
        if source.table == TableName::Logs {
            (cover.answered, cover.unlogged) = seen.unlogged(&source.name, judged);
        }
        if observed.roles.get("logs.device").is_some_and(|all| all.contains(&source.name)) {
            cover.by_tester = seen.device_share(judged);
        }
        observed.covers.insert(source.name.clone(), cover);
    }
    for (name, there) in documents {
        let gaps = if *there { Vec::new() } else { vec![format!("{name} is not there")] };
        observed.covers.insert(name.clone(), Cover { gaps, files: u64::from(*there), ..Cover::default() });
        observed.roles.entry("documents".to_owned()).or_default().push(name.clone());
    }
    Ok(observed)
}

/// Adds up the ledgers of a source's files.
fn whole(source: &Source, evidence: &Evidence) -> Cover {
    let mut cover = Cover { fresh: true, ..Cover::default() };
    for record in evidence.files().iter().filter(|r| r.source == source.name) {
        cover.files += 1;
        for gap in &record.ledger.gaps {
            cover.gaps.push(format!("{}: {}", record.file, gap.what));
        }
        if record.vanished {
            cover.vanished.push(record.file.clone());
        }
        cover.ledger.add(&Ledger { gaps: Vec::new(), ..record.ledger.clone() });
    }
    cover.gaps.extend(evidence.gaps().get(&source.name).into_iter().flatten().map(|gap| gap.what.clone()));
    cover
}

/// `--as-of`, else the end of the beta when some source reaches it within two heartbeats, else the last line seen.
fn as_of(plan: &RunPlan, seen: &Seen<'_>) -> i64 {
    if let Some(at) = plan.as_of {
        return at.as_millisecond();
    }
    let beat = plan.sources.iter().map(|s| s.heartbeat_s).max().unwrap_or(0) * 1000;
    let end = plan.stage.beta.to_ms();
    let last = seen.last.unwrap_or(plan.stage.beta.from_ms());
    if last >= end - 2 * beat { end } else { last + 1 }
}
