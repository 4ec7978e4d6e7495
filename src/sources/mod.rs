//! Getting rows from each system: every source is pulled concurrently, each into its own parts; the only network.
//!
//! A pull that fails becomes a gap that the report names; the run goes on.

pub mod app_store;
pub mod archive;
pub mod azure;
pub mod clickhouse;
pub mod files;
pub mod formats;
pub mod github;
pub mod google_play;
pub mod jira;
pub mod keep;
pub mod linear;
pub mod listing;
pub mod loki;
pub mod look;
pub mod prometheus;
pub mod record;
pub mod search;
pub mod sentry;
mod silence;
pub mod store;
pub mod windows;

use std::sync::{Arc, Mutex, PoisonError};

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
use crate::net::single::AGENT;
use crate::net::wait::Pace;
use crate::net::{Client, Failure, FailureKind, Limits};
use crate::progress::Progress;
use crate::report::diagnosis::Noticed;
use crate::tables::redact::{Redactions, Redactor};
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
    /// What a look noticed; empty for a pull.
    pub noticed: Vec<Noticed>,
}

/// What sources are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// The evidence.
    Collect,
    /// Whether they answer: a short look by the same way, which keeps nothing.
    Look,
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
    pub errand: Errand,
    env: Environment,
    /// Clients of this run by host, for what their answers say beside the rows.
    clients: Mutex<Vec<Arc<Client>>>,
}

impl Shared {
    /// Settles what pulls share.
    #[must_use]
    pub fn new(plan: RunPlan, redactor: Redactor, progress: Progress, now: Timestamp, env: Environment) -> Self {
        let attribution = Attribution {
            cohort: plan.stage.cohort.clone(),
            platforms: plan.stage.platforms.iter().map(|p| p.to_ascii_lowercase()).collect(),
            not_clients: plan.params.list("not-clients"),
            probe_agents: [plan.params.list("probe-agents"), vec![AGENT.to_owned()]].concat(),
        };
        let clients = Mutex::default();
        Shared { plan, redactor, attribution, progress, now, errand: Errand::Collect, env, clients }
    }

    /// The same on another errand.
    #[must_use]
    pub fn on(self, errand: Errand) -> Self {
        Shared { errand, ..self }
    }

    /// The environment.
    pub fn env(&self) -> crate::config::secret::Lookup<'_> {
        &*self.env
    }

    /// Removes secrets and personal data that a system's own words may hold. The address of a system is the team's own
    /// and says where to look, so it stays where it is an IP address.
    fn redact(&self, gap: &mut Gap) {
        let hosts: Vec<String> = self.clients().iter().map(|client| client.host().to_owned()).collect();
        let marks = || (0xE000..).filter_map(char::from_u32).map(String::from);
        let marked = hosts.iter().zip(marks()).fold(gap.what.clone(), |text, (host, mark)| text.replace(host, &mark));
        let clean = self.redactor.text(&marked, &mut Redactions::default()).into_owned();
        gap.what = hosts.iter().zip(marks()).fold(clean, |text, (host, mark)| text.replace(&mark, host));
    }

    /// The clients that were made so far.
    #[must_use]
    pub fn clients(&self) -> Vec<Arc<Client>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A client of a source's system; `more` are headers of the kind itself.
    ///
    /// # Errors
    /// Credentials or certificates that cannot be had.
    pub fn client(&self, server: &Server, more: &[(&str, &str)]) -> Result<Arc<Client>, Failure> {
        let hint = "set the variable or write the file that the source names";
        let mut headers =
            server.headers(&*self.env).map_err(|what| Failure::new(FailureKind::Unauthorized, what, hint))?;
        headers.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.client_at(&server.url, headers, server, limits(server))
    }

    /// A client of a host that a system leads to, with the limits of the system and without its credentials; bodies are
    /// what is stored there.
    ///
    /// # Errors
    /// Certificates that cannot be had, or no web address.
    pub fn bare_client(&self, url: &str, server: &Server) -> Result<Arc<Client>, Failure> {
        self.client_at(url, Vec::new(), server, Limits { as_stored: true, ..limits(server) })
    }

    fn client_at(
        &self,
        url: &str,
        headers: Vec<(String, String)>,
        server: &Server,
        limits: Limits,
    ) -> Result<Arc<Client>, Failure> {
        let client = Arc::new(Client::new(url, headers, server.ca_file.as_deref(), limits, self.now)?);
        self.clients.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&client));
        Ok(client)
    }
}

/// The limits of a source's clients.
fn limits(server: &Server) -> Limits {
    Limits {
        timeout: server.timeout,
        deadline: server.deadline,
        concurrent: server.concurrent,
        max_bytes: server.max_bytes,
        as_stored: false,
        pace: Pace { attempts: server.attempts, ..Pace::default() },
    }
}

/// Pulls every source, all at once, into the store; sources that fail leave a gap. Returns what each came to.
///
/// # Errors
/// When the store itself cannot be written.
pub async fn pull_all(shared: Arc<Shared>, mut evidence: Evidence) -> anyhow::Result<(Evidence, Vec<Pulled>)> {
    shared.plan.sources.iter().for_each(|source| evidence.keep_kind(&source.name, &source.word));
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

/// Looks at every source, all at once, and keeps nothing; what each look came to, by name.
///
/// # Errors
/// When the temporary store that a look needs cannot be made.
pub async fn look_at_all(shared: &Arc<Shared>, evidence: Evidence) -> anyhow::Result<Vec<Pulled>> {
    let store = Arc::new(Store::new(evidence));
    let mut looks: FuturesUnordered<_> = shared.plan.sources.iter().map(|s| pull(s, shared, &store)).collect();
    let mut all = Vec::new();
    while let Some(done) = looks.next().await {
        all.push(done?);
    }
    let place = |pulled: &Pulled| shared.plan.sources.iter().position(|s| s.name == pulled.source);
    all.sort_by_key(place);
    Ok(all)
}

/// The one match on how a source is fetched.
async fn pull(source: &Source, shared: &Arc<Shared>, store: &Arc<Store>) -> anyhow::Result<Pulled> {
    match &source.kind {
        SourceKind::Files { .. } => {
            let (source, shared, store) = (source.clone(), Arc::clone(shared), Arc::clone(store));
            tokio::task::spawn_blocking(move || files::pull(&source, &shared, &store)).await?
        }
        SourceKind::Archive(from) => archive::pull(source, from, shared, store).await,
        SourceKind::Prometheus(from) => prometheus::pull(source, from, shared, store).await,
        SourceKind::Loki(from) => loki::pull(source, from, shared, store).await,
        SourceKind::AzureLogs(from) => azure::pull(source, from, shared, store).await,
        SourceKind::Search(from) => search::pull(source, from, shared, store).await,
        SourceKind::GitHub(from) => github::pull(source, from, shared, store).await,
        SourceKind::AppStore(from) => app_store::pull(source, from, shared, store).await,
        SourceKind::Jira(from) => jira::pull(source, from, shared, store).await,
        SourceKind::Linear(from) => linear::pull(source, from, shared, store).await,
        SourceKind::Sentry(from) => sentry::pull(source, from, shared, store).await,
        SourceKind::GooglePlay(from) => google_play::pull(source, from, shared, store).await,
        SourceKind::ClickHouse(from) => clickhouse::pull(source, from, shared, store).await,
    }
}

/// A pull of a system that ended before it began: what was collected before stays, and the gap is told.
fn not_begun(source: &Source, shared: &Shared, store: &Store, failure: Failure) -> Pulled {
    if shared.errand == Errand::Look {
        return look::looked(source, vec![failure.into()]);
    }
    let mut gap = Gap { what: failure.what, hint: failure.hint };
    shared.redact(&mut gap);
    let gaps = vec![gap];
    store.end_system(&source.name, &settings(source, shared), gaps.clone());
    Pulled { source: source.name.clone(), records: Vec::new(), gaps, unchanged: 0, noticed: Vec::new() }
}

/// Everything that shapes rows besides the bytes they are read from.
fn settings(source: &Source, shared: &Shared) -> String {
    let patterns: Vec<(&str, &str)> = source.patterns.iter().map(|p| (p.regex.as_str(), p.event.as_str())).collect();
    let (version, question) = match &source.kind {
        // Another glob does not change what a file or an object holds, another version may read more from it.
        SourceKind::Files { .. } | SourceKind::Archive(_) => (env!("CARGO_PKG_VERSION"), String::new()),
        // A system may have forgotten since what a new version would ask for again.
        system => ("", system.question()),
    };
    let text = format!(
        "{version} {:?} {:?} {:?} {:?} {:?} {} {:?} {} {question}",
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
        framing: match source.kind {
            SourceKind::Files { .. } | SourceKind::Archive(_) => Framing::Detect,
            _ => Framing::Envelope,
        },
    })
}
