//! `[[source]]` as written in, a `Source` out: each kind takes its own keys.

pub mod app_store;
pub mod archive;
pub mod azure;
pub mod clickhouse;
pub mod github;
pub mod google_play;
mod keys;
pub mod loki;
pub mod prometheus;
pub mod search;
pub mod sentry;
pub mod server;
pub mod tracker;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::tz::TimeZone;

pub use app_store::AppStore;
pub use archive::Archive;
pub use azure::AzureLogs;
pub use clickhouse::ClickHouse;
pub use github::GitHub;
pub use google_play::GooglePlay;
pub use loki::Loki;
pub use prometheus::Prometheus;
pub use search::Search;
pub use sentry::Sentry;
pub use server::{Login, Pulling, Server};
pub use tracker::{Jira, Linear};

use super::file;
use super::problem::{ConfigError, nearest};
use super::settle::Settling;
use crate::tables::schema::TableName;

/// Longest silence that still counts as listening, where a source does not say.
const HEARTBEAT_S: i64 = 15 * 60;

/// `[[source]]`
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub table: TableName,
    pub kind: SourceKind,
    /// The kind's word in the configuration.
    pub word: String,
    /// The service whose lines these are; null where the lines say it.
    pub service: Option<String>,
    /// The format of every line, where detection per line is not wanted.
    pub format: Option<String>,
    /// Longest silence that still counts as listening, in seconds.
    pub heartbeat_s: i64,
    /// Zone of times without an offset; the display zone when absent.
    pub zone: Option<TimeZone>,
    /// Column → dotted path inside a JSON line, before the defaults.
    pub fields: BTreeMap<String, String>,
    pub patterns: Vec<Pattern>,
}

/// How a source is fetched. The systems are boxed: a source of files needs none of their room.
#[derive(Debug, Clone)]
pub enum SourceKind {
    /// Globs, absolute or relative to the configuration file.
    Files {
        paths: Vec<String>,
    },
    /// Files in S3, Azure Blob Storage or Google Cloud Storage.
    Archive(Box<Archive>),
    /// Prometheus, or what speaks its interface: VictoriaMetrics, Thanos, Mimir, Azure Monitor.
    Prometheus(Box<Prometheus>),
    /// Grafana Loki, or what speaks its interface.
    Loki(Box<Loki>),
    /// Elasticsearch or OpenSearch.
    Search(Box<Search>),
    /// A workspace of Azure Monitor Log Analytics.
    AzureLogs(Box<AzureLogs>),
    GitHub(Box<GitHub>),
    AppStore(Box<AppStore>),
    Jira(Box<Jira>),
    Linear(Box<Linear>),
    Sentry(Box<Sentry>),
    GooglePlay(Box<GooglePlay>),
    /// Log lines in ClickHouse.
    ClickHouse(Box<ClickHouse>),
}

impl SourceKind {
    /// What is asked of it, without how it is reached: another question is another evidence.
    #[must_use]
    pub fn question(&self) -> String {
        match self {
            SourceKind::Files { paths } => format!("{paths:?}"),
            SourceKind::Archive(a) => format!("{} {:?}", a.address(), a.paths),
            SourceKind::Prometheus(p) => format!("{} {:?} {:?} {:?}", p.server.url, p.tenant, p.matches, p.metrics),
            SourceKind::Loki(l) => format!("{} {:?} {}", l.server.url, l.tenant, l.query),
            SourceKind::Search(s) => format!("{} {} {} {:?}", s.server.url, s.index, s.time_field, s.query),
            SourceKind::AzureLogs(a) => format!("{} {} {}", a.server.url, a.workspace, a.query),
            SourceKind::GitHub(g) => format!("{} {} {:?} {:?}", g.server.url, g.repo, g.what, g.since),
            SourceKind::AppStore(a) => format!("{} {} {:?}", a.server.url, a.app, a.since),
            SourceKind::Jira(j) => format!("{} {} {:?} {:?}", j.server.url, j.jql, j.priorities, j.since),
            SourceKind::Linear(l) => {
                format!("{} {:?} {:?} {:?} {:?}", l.server.url, l.team, l.labels, l.priorities, l.since)
            }
            SourceKind::Sentry(s) => {
                let places = [&s.server.url, &s.organization, &s.project];
                format!("{places:?} {:?} {:?} {:?}", s.query, s.priorities, s.since)
            }
            SourceKind::GooglePlay(g) => format!("{} {} {:?}", g.server.url, g.app, g.since),
            SourceKind::ClickHouse(c) => {
                format!("{} {} {} {:?} {:?}", c.server.url, c.database, c.log_table, c.columns, c.only)
            }
        }
    }
}

/// `[[source.pattern]]`: a console line whose named groups become columns.
#[derive(Debug, Clone)]
pub struct Pattern {
    pub regex: regex::Regex,
    pub event: String,
}

impl Settling<'_> {
    pub(super) fn source(&self, source: file::Source, root: &Path) -> Result<Source, ConfigError> {
        let table = TableName::ALL.into_iter().find(|t| t.name() == source.table.get_ref()).ok_or_else(|| {
            let hint = nearest(source.table.get_ref(), TableName::ALL.iter().map(|t| t.name()));
            self.at(source.table.span(), format!("unknown table `{}`", source.table.get_ref()), hint)
        })?;
        let kind = self.kind(&source, table, root)?;
        for name in source.fields.keys() {
            if !crate::ingest::fields::names().any(|known| known == name.get_ref()) {
                let known: Vec<&str> = crate::ingest::fields::names().collect();
                let hint = nearest(name.get_ref(), known.into_iter());
                return Err(self.at(name.span(), format!("unknown field `{}`", name.get_ref()), hint));
            }
        }
        Ok(Source {
            name: source.name.into_inner(),
            table,
            kind,
            word: source.kind.into_inner(),
            service: source.service,
            format: source.format,
            heartbeat_s: source.heartbeat.map_or(Ok(HEARTBEAT_S), |text| self.duration(&text))?,
            zone: source.zone.map(|name| self.zone(&name)).transpose()?,
            fields: source.fields.into_iter().map(|(k, v)| (k.into_inner(), v)).collect(),
            patterns: source.pattern.into_iter().map(|p| self.pattern(p)).collect::<Result<_, _>>()?,
        })
    }

    /// The one match on the word of a kind.
    fn kind(&self, source: &file::Source, table: TableName, root: &Path) -> Result<SourceKind, ConfigError> {
        self.only_their_keys(source)?;
        let word = source.kind.get_ref().as_str();
        Ok(match word {
            "files" => SourceKind::Files { paths: self.paths(source)? },
            "archive" => SourceKind::Archive(Box::new(self.archive(source, root)?)),
            "prometheus" => {
                self.fills(source, table, &[TableName::Metrics])?;
                SourceKind::Prometheus(Box::new(self.prometheus(source, root)?))
            }
            "loki" => {
                self.fills(source, table, &[TableName::Logs])?;
                SourceKind::Loki(Box::new(self.loki(source, root)?))
            }
            "elasticsearch" | "opensearch" => {
                self.fills(source, table, &[TableName::Logs])?;
                SourceKind::Search(Box::new(self.search(source, root)?))
            }
            "azure-logs" => {
                self.fills(source, table, &[TableName::Logs])?;
                SourceKind::AzureLogs(Box::new(self.azure_logs(source, root)?))
            }
            "github" => {
                self.fills(source, table, &[TableName::Bugs, TableName::Ci, TableName::Deploys])?;
                SourceKind::GitHub(Box::new(self.github(source, table, root)?))
            }
            "app-store-connect" => {
                self.fills(source, table, &[TableName::Feedback, TableName::Crashes, TableName::Deploys])?;
                SourceKind::AppStore(Box::new(self.app_store(source, root)?))
            }
            "jira" => {
                self.fills(source, table, &[TableName::Bugs])?;
                SourceKind::Jira(Box::new(self.jira(source, root)?))
            }
            "linear" => {
                self.fills(source, table, &[TableName::Bugs])?;
                SourceKind::Linear(Box::new(self.linear(source, root)?))
            }
            "sentry" => {
                self.fills(source, table, &[TableName::Bugs, TableName::Crashes])?;
                SourceKind::Sentry(Box::new(self.sentry(source, table, root)?))
            }
            "google-play" => {
                self.fills(source, table, &[TableName::Crashes, TableName::Feedback])?;
                SourceKind::GooglePlay(Box::new(self.google_play(source, root)?))
            }
            "clickhouse" => {
                self.fills(source, table, &[TableName::Logs])?;
                SourceKind::ClickHouse(Box::new(self.clickhouse(source, root)?))
            }
            other => {
                let hint = nearest(other, keys::words());
                return Err(self.at(source.kind.span(), format!("unknown kind of source `{other}`"), hint));
            }
        })
    }

    /// The globs, of which there is at least one.
    pub(super) fn paths(&self, source: &file::Source) -> Result<Vec<String>, ConfigError> {
        let paths = source.paths.as_ref().map(|p| p.get_ref().clone()).unwrap_or_default();
        if paths.is_empty() {
            let hint = "add paths = [\"logs/*.log*\"]".to_owned();
            let message = format!("a source of kind `{}` needs `paths`", source.kind.get_ref());
            return Err(self.at(source.name.span(), message, hint));
        }
        Ok(paths)
    }

    /// Refuses a table that a kind cannot fill.
    fn fills(&self, source: &file::Source, table: TableName, tables: &[TableName]) -> Result<(), ConfigError> {
        if tables.contains(&table) {
            return Ok(());
        }
        let names: Vec<&str> = tables.iter().map(|t| t.name()).collect();
        let message = format!("a source of kind `{}` does not fill `{}`", source.kind.get_ref(), table.name());
        Err(self.at(source.table.span(), message, format!("it fills {}", names.join(", "))))
    }

    fn pattern(&self, pattern: file::Pattern) -> Result<Pattern, ConfigError> {
        let regex = regex::Regex::new(pattern.matches.get_ref()).map_err(|error| {
            let what = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
            self.at(pattern.matches.span(), format!("this pattern does not compile: {what}"), None)
        })?;
        Ok(Pattern { regex, event: pattern.event })
    }
}
