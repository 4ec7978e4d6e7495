//! Which keys a kind of source takes.

use std::ops::Range;

use super::SourceKind;
use crate::config::deliver::span;
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::settle::Settling;

/// Kinds that are reached over the network.
const NETWORK: &[&str] = &["archive", "prometheus", "clickhouse"];
/// Kinds that send a login with every request.
const LOGIN: &[&str] = &["prometheus", "clickhouse"];
/// Kinds that are pulled window by window.
const WINDOWED: &[&str] = &["prometheus", "clickhouse"];

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
        ("token", span(&source.token), NETWORK),
        ("headers", span(&source.headers), LOGIN),
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
        ("tenant", span(&source.tenant), &["prometheus"]),
        ("match", span(&source.matches), &["prometheus"]),
        ("metric", span(&source.metric), &["prometheus"]),
        ("database", span(&source.database), &["clickhouse"]),
        ("log-table", span(&source.log_table), &["clickhouse"]),
        ("columns", span(&source.columns), &["clickhouse"]),
        ("only", span(&source.only), &["clickhouse"]),
    ]
}
