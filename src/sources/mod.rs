//! Getting rows from each system: every source is pulled concurrently, each into its own parts; the only network.
//!
//! A pull that fails becomes a gap that the report names; the run goes on.

pub mod files;
pub mod formats;
pub mod github;
pub mod keep;
pub mod listing;
pub mod prometheus;
pub mod store;
pub mod windows;

use std::sync::Arc;

use futures_util::stream::{FuturesUnordered, StreamExt};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::config::source::Server;
use crate::config::{RunPlan, Source, SourceKind};
use crate::coverage::Gap;
use crate::evidence::{Evidence, FileRecord};
use crate::ingest::attribution::Attribution;
use crate::ingest::console_line::Patterns;
use crate::ingest::fields::FieldTrie;
use crate::ingest::lines::hex;
use crate::ingest::log_file::{Framing, LogReader};
use crate::net::wait::Pace;
use crate::net::{Client, Failure, FailureKind, Limits};
use crate::progress::Progress;
use crate::tables::redact::Redactor;
use store::Store;

/// What a source's pull came to.
#[derive(Debug)]
pub struct Pulled {
    pub source: String,
    pub records: Vec<FileRecord>,
    /// What the source as a whole lacks.
    pub gaps: Vec<Gap>,
    /// Files or windows that were as before and were not read again.
    pub unchanged: usize,
}

/// The environment, as `main` read it.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What every pull shares; settled before the first one starts.
pub struct Shared {
    pub plan: RunPlan,
    pub redactor: Redactor,
    pub attribution: Attribution,
    pub progress: Progress,
    /// Time of day at the start of the run.
    pub now: Timestamp,
    env: Environment,
}

impl Shared {
    /// Settles what pulls share.
    #[must_use]
    pub fn new(plan: RunPlan, redactor: Redactor, progress: Progress, now: Timestamp, env: Environment) -> Self {
        let attribution = Attribution {
            cohort: plan.stage.cohort.clone(),
            platforms: plan.stage.platforms.iter().map(|p| p.to_ascii_lowercase()).collect(),
            not_clients: plan.params.list("not-clients"),
            probe_agents: plan.params.list("probe-agents"),
        };
        Shared { plan, redactor, attribution, progress, now, env }
    }

    /// A client of a source's system; `more` are headers of the kind itself.
    ///
    /// # Errors
    /// Credentials or certificates that cannot be had.
    pub fn client(&self, server: &Server, more: &[(&str, &str)]) -> Result<Client, Failure> {
        let hint = "set the variable or write the file that the source names";
        let mut headers =
            server.headers(&*self.env).map_err(|what| Failure::new(FailureKind::Unauthorized, what, hint))?;
        headers.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let limits = Limits {
            timeout: server.timeout,
            deadline: server.deadline,
            concurrent: server.concurrent,
            max_bytes: server.max_bytes,
            pace: Pace { attempts: server.attempts, ..Pace::default() },
        };
        Client::new(&server.url, headers, server.ca_file.as_deref(), limits, self.now)
    }
}

/// Pulls every source, all at once, into the store; sources that fail leave a gap. Returns what each came to.
///
/// # Errors
/// When the store itself cannot be written.
pub async fn pull_all(shared: Arc<Shared>, evidence: Evidence) -> anyhow::Result<(Evidence, Vec<Pulled>)> {
    let store = Arc::new(Store::new(evidence));
    let mut pulls: FuturesUnordered<_> =
        shared.plan.sources.iter().map(|source| pull(source, &shared, &store)).collect();
    let mut all = Vec::new();
    while let Some(done) = pulls.next().await {
        all.push(done?);
    }
    drop(pulls);
    let store = Arc::into_inner(store).ok_or_else(|| anyhow::anyhow!("a pull still holds the evidence"))?;
    let mut evidence = store.into_evidence();
    let names: Vec<&str> = shared.plan.sources.iter().map(|s| s.name.as_str()).collect();
    evidence.keep_sources(&names);
    evidence.save()?;
    all.sort_by(|a, b| a.source.cmp(&b.source));
    Ok((evidence, all))
}

/// The one match on how a source is fetched.
async fn pull(source: &Source, shared: &Arc<Shared>, store: &Arc<Store>) -> anyhow::Result<Pulled> {
    match &source.kind {
        SourceKind::Files { .. } => {
            let (source, shared, store) = (source.clone(), Arc::clone(shared), Arc::clone(store));
            tokio::task::spawn_blocking(move || files::pull(&source, &shared, &store)).await?
        }
        SourceKind::Prometheus(from) => prometheus::pull(source, from, shared, store).await,
        SourceKind::GitHub(from) => github::pull(source, from, shared, store).await,
    }
}

/// A pull of a system that ended before it began: what was collected before stays, and the gap is told.
fn not_begun(source: &Source, shared: &Shared, store: &Store, failure: Failure) -> Pulled {
    let gaps = vec![Gap { what: failure.what, hint: failure.hint }];
    store.end_system(&source.name, &settings(source, shared), gaps.clone());
    Pulled { source: source.name.clone(), records: Vec::new(), gaps, unchanged: 0 }
}

/// Everything that shapes rows besides the bytes they are read from.
fn settings(source: &Source, shared: &Shared) -> String {
    let patterns: Vec<(&str, &str)> = source.patterns.iter().map(|p| (p.regex.as_str(), p.event.as_str())).collect();
    let question = match &source.kind {
        // Another glob does not change what a file holds.
        SourceKind::Files { .. } => String::new(),
        system => system.question(),
    };
    let text = format!(
        "{} {:?} {:?} {:?} {:?} {:?} {} {:?} {} {question}",
        env!("CARGO_PKG_VERSION"),
        source.table,
        source.service,
        source.format,
        source.fields,
        patterns,
        source.zone.as_ref().map_or("", |z| z.iana_name().unwrap_or("fixed")),
        shared.attribution,
        shared.redactor.user("settings"),
    );
    hex(&Sha256::digest(text.as_bytes()))
}

/// What reads the log lines of a source.
fn log_reader<'a>(source: &'a Source, shared: &'a Shared) -> anyhow::Result<LogReader<'a>> {
    Ok(LogReader {
        source: &source.name,
        service: source.service.as_deref(),
        zone: source.zone.as_ref().unwrap_or(&shared.plan.project.zone),
        trie: FieldTrie::new(&source.fields),
        patterns: Patterns::new(&source.patterns)?,
        attribution: &shared.attribution,
        redactor: &shared.redactor,
        framing: if matches!(source.kind, SourceKind::Files { .. }) { Framing::Detect } else { Framing::Envelope },
    })
}
