//! Getting rows from each system: every source is pulled concurrently, each into its own parts; the only network.
//!
//! A pull that fails becomes a gap that the report names; the run goes on.

pub mod files;
pub mod formats;

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::config::{RunPlan, Source, SourceKind};
use crate::coverage::Gap;
use crate::evidence::{Evidence, FileRecord};
use crate::ingest::attribution::Attribution;
use crate::progress::Progress;
use crate::tables::redact::Redactor;

/// What a source's pull came to.
#[derive(Debug)]
pub struct Pulled {
    pub source: String,
    pub records: Vec<FileRecord>,
    /// What the source as a whole lacks.
    pub gaps: Vec<Gap>,
    /// Files that were as before and were not read again.
    pub unchanged: usize,
}

/// What every pull shares; settled before the first one starts.
pub struct Shared {
    pub plan: RunPlan,
    pub redactor: Redactor,
    pub attribution: Attribution,
    pub progress: Progress,
}

impl Shared {
    /// Settles what pulls share.
    #[must_use]
    pub fn new(plan: RunPlan, redactor: Redactor, progress: Progress) -> Self {
        let attribution = Attribution {
            cohort: plan.stage.cohort.clone(),
            platforms: plan.stage.platforms.iter().map(|p| p.to_ascii_lowercase()).collect(),
            not_clients: plan.params.list("not-clients"),
            probe_agents: plan.params.list("probe-agents"),
        };
        Shared { plan, redactor, attribution, progress }
    }
}

/// Pulls every source, all at once, into the store; sources that fail leave a gap. Returns what each came to.
///
/// # Errors
/// When the store itself cannot be written.
pub async fn pull_all(shared: Arc<Shared>, evidence: &mut Evidence) -> anyhow::Result<Vec<Pulled>> {
    let known = Arc::new(Known::of(evidence));
    let mut pulls = JoinSet::new();
    for source in shared.plan.sources.clone() {
        let (shared, known) = (Arc::clone(&shared), Arc::clone(&known));
        pulls.spawn(async move { pull(source, shared, known).await });
    }
    let mut all = Vec::new();
    while let Some(done) = pulls.join_next().await {
        let pulled = done??;
        evidence.take(&pulled.source, pulled.records.clone(), pulled.gaps.clone());
        all.push(pulled);
    }
    let names: Vec<&str> = shared.plan.sources.iter().map(|s| s.name.as_str()).collect();
    evidence.keep_sources(&names);
    evidence.save()?;
    all.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(all)
}

/// A copy of what the store knows, so that pulls need not share the store itself.
pub struct Known {
    pub dir: std::path::PathBuf,
    store: Vec<FileRecord>,
}

impl Known {
    fn of(evidence: &Evidence) -> Self {
        Known { dir: evidence.dir().to_owned(), store: evidence.files().to_vec() }
    }

    /// The record of a file that is still as it was collected.
    #[must_use]
    pub fn unchanged(
        &self,
        source: &str,
        file: &str,
        stamp: crate::evidence::Stamp,
        settings: &str,
    ) -> Option<FileRecord> {
        let record = self.store.iter().find(|r| r.source == source && r.file == file)?;
        let part_there = record.part.as_ref().is_none_or(|part| self.dir.join(part).exists());
        let same = record.stamp == stamp && record.settings == settings && part_there;
        same.then(|| FileRecord { vanished: false, ..record.clone() })
    }
}

/// The one match on how a source is fetched.
async fn pull(source: Source, shared: Arc<Shared>, known: Arc<Known>) -> anyhow::Result<Pulled> {
    match &source.kind {
        SourceKind::Files { .. } => tokio::task::spawn_blocking(move || files::pull(&source, &shared, &known)).await?,
    }
}
