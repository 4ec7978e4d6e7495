//! Which keys a kind of source takes.

use std::ops::Range;

use super::SourceKind;
use crate::config::deliver::span;
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::settle::Settling;

/// Kinds that are reached over the network.
const NETWORK: &[&str] = &[
    "archive",
    "prometheus",
    "clickhouse",
    "loki",
    "elasticsearch",
    "opensearch",
    "azure-logs",
    "github",
    "app-store-connect",
    "jira",
    "linear",
    "sentry",
    "google-play",
];
/// Kinds whose records are listed, page by page.
const LISTED: &[&str] = &["github", "app-store-connect", "jira", "linear", "sentry", "google-play"];
/// Kinds that take headers: all but the first, whose requests are signed.
const HEADED: &[&str] = but_first(NETWORK);
/// Kinds that take a token.
const TOKEN: &[&str] = &[
    "archive",
    "prometheus",
    "clickhouse",
    "loki",
    "elasticsearch",
    "opensearch",
    "azure-logs",
    "github",
    "jira",
    "linear",
    "sentry",
];
/// Kinds that take a user and password, or a token: all but the first.
const LOGIN: &[&str] = but_first(TOKEN);
/// Bug trackers with priorities of their own.
const TRACKERS: &[&str] = &["jira", "linear", "sentry"];
/// Kinds that are pulled window by window.
const WINDOWED: &[&str] = &["prometheus", "clickhouse", "loki", "elasticsearch", "opensearch", "azure-logs"];
/// Kinds whose credentials Microsoft Entra gives.
const AZURE: &[&str] = &["azure-logs"];
/// Kinds that hold documents.
const SEARCH: &[&str] = &["elasticsearch", "opensearch"];

const fn but_first(kinds: &'static [&'static str]) -> &'static [&'static str] {
    match kinds.split_first() {
        Some((_, others)) => others,
        None => kinds,
    }
}

impl Settling<'_> {
    /// Refuses a key that means nothing for the kind.
    pub(super) fn only_their_keys(&self, source: &file::Source) -> Result<(), ConfigError> {
        let kind = source.kind.get_ref().as_str();
        if !SourceKind::WORDS.contains(&kind) {
            return Ok(());
        }
        for (key, place, kinds) in given(source) {
            if let Some(place) = place.filter(|_| !kinds.contains(&kind)) {
                let hint = format!("`{key}` is for sources of kind {}", kinds.join(", "));
                return Err(self.at(place, format!("a source of kind `{kind}` takes no `{key}`"), hint));
            }
        }
        Ok(())
    }
}

type Given = (&'static str, Option<Range<usize>>, &'static [&'static str]);

/// Keys that not every kind takes, where they stand, and the kinds that take them.
fn given(source: &file::Source) -> Vec<Given> {
    vec![
        ("paths", span(&source.paths), &["files", "archive"]),
        ("url", span(&source.url), NETWORK),
        ("user", span(&source.user), LOGIN),
        ("password", span(&source.password), LOGIN),
        ("token", span(&source.token), TOKEN),
        ("headers", span(&source.headers), HEADED),
        ("ca-file", span(&source.ca_file), NETWORK),
        ("allow-plain", span(&source.allow_plain), NETWORK),
        ("timeout", span(&source.timeout), NETWORK),
        ("deadline", span(&source.deadline), NETWORK),
        ("attempts", span(&source.attempts), NETWORK),
        ("concurrent", span(&source.concurrent), NETWORK),
        ("max-bytes", span(&source.max_bytes), NETWORK),
        ("window", span(&source.window), WINDOWED),
        ("freshness", span(&source.freshness), WINDOWED),
        ("endpoint", span(&source.endpoint), &["archive"]),
        ("region", span(&source.region), &["archive"]),
        ("account", span(&source.account), &["archive"]),
        ("access-key", span(&source.access_key), &["archive"]),
        ("secret-key", span(&source.secret_key), &["archive"]),
        ("session-token", span(&source.session_token), &["archive"]),
        ("account-key", span(&source.account_key), &["archive"]),
        ("sas", span(&source.sas), &["archive"]),
        ("service-account", span(&source.service_account), &["archive"]),
        ("tenant", span(&source.tenant), &["prometheus", "loki", "azure-logs"]),
        ("match", span(&source.matches), &["prometheus"]),
        ("metric", span(&source.metric), &["prometheus"]),
        ("query", span(&source.query), &["loki", "elasticsearch", "opensearch", "azure-logs", "sentry"]),
        ("limit", span(&source.limit), &["loki", "elasticsearch", "opensearch"]),
        ("index", span(&source.index), SEARCH),
        ("time-field", span(&source.time_field), SEARCH),
        ("api-key", span(&source.api_key), SEARCH),
        ("workspace", span(&source.workspace), AZURE),
        ("client-id", span(&source.client_id), AZURE),
        ("client-secret", span(&source.client_secret), AZURE),
        ("federated-token", span(&source.federated_token), AZURE),
        ("authority", span(&source.authority), AZURE),
        ("audience", span(&source.audience), AZURE),
        ("since", span(&source.since), LISTED),
        ("repo", span(&source.repo), &["github"]),
        ("labels", span(&source.labels), &["github", "linear"]),
        ("commits", span(&source.commits), &["github"]),
        ("branch", span(&source.branch), &["github"]),
        ("artifact", span(&source.artifact), &["github"]),
        ("app", span(&source.app), &["app-store-connect", "google-play"]),
        ("key", span(&source.key), &["app-store-connect", "linear", "google-play"]),
        ("key-id", span(&source.key_id), &["app-store-connect"]),
        ("project", span(&source.project), &["jira", "sentry"]),
        ("organization", span(&source.organization), &["sentry"]),
        ("jql", span(&source.jql), &["jira"]),
        ("team", span(&source.team), &["linear"]),
        ("priorities", span(&source.priorities), TRACKERS),
        ("issuer", span(&source.issuer), &["app-store-connect"]),
        ("database", span(&source.database), &["clickhouse"]),
        ("log-table", span(&source.log_table), &["clickhouse"]),
        ("columns", span(&source.columns), &["clickhouse"]),
        ("only", span(&source.only), &["clickhouse"]),
    ]
}
