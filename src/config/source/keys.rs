//! Which keys a kind of source takes.

use std::ops::Range;

use crate::config::deliver::span;
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::settle::Settling;

/// What several kinds have in common, and with it the keys for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trait {
    /// Reached over the network.
    Network,
    /// Headers may be added to its requests.
    Headers,
    /// A token that is sent as it is.
    Token,
    /// A user and a password.
    User,
    /// Pulled window by window.
    Windows,
    /// Listed, page by page.
    Pages,
    /// Priorities of its own.
    Priorities,
}

/// Every kind and what it has in common with others.
const KINDS: [(&str, &[Trait]); 14] = {
    use Trait::{Headers, Network, Pages, Priorities, Token, User, Windows};
    [
        ("files", &[]),
        ("archive", &[Network, Token]),
        ("prometheus", &[Network, Headers, Token, User, Windows]),
        ("clickhouse", &[Network, Headers, Token, User, Windows]),
        ("loki", &[Network, Headers, Token, User, Windows]),
        ("elasticsearch", &[Network, Headers, Token, User, Windows]),
        ("opensearch", &[Network, Headers, Token, User, Windows]),
        ("azure-logs", &[Network, Headers, Token, User, Windows]),
        ("github", &[Network, Headers, Token, User, Pages]),
        ("app-store-connect", &[Network, Headers, Pages]),
        ("jira", &[Network, Headers, Token, User, Pages, Priorities]),
        ("linear", &[Network, Headers, Token, User, Pages, Priorities]),
        ("sentry", &[Network, Headers, Token, User, Pages, Priorities]),
        ("google-play", &[Network, Headers, Pages]),
    ]
};

/// Kinds whose credentials Microsoft Entra gives.
const AZURE: &[&str] = &["azure-logs"];
/// Kinds that hold documents.
const SEARCH: &[&str] = &["elasticsearch", "opensearch"];

/// Which kinds take a key.
enum Takers {
    All(Trait),
    Only(&'static [&'static str]),
}

impl Takers {
    fn words(&self) -> Vec<&'static str> {
        match self {
            Takers::All(one) => {
                KINDS.iter().filter(|(_, traits)| traits.contains(one)).map(|(word, _)| *word).collect()
            }
            Takers::Only(words) => words.to_vec(),
        }
    }
}

/// The words of all kinds.
pub(super) fn words() -> impl Iterator<Item = &'static str> + Clone {
    KINDS.iter().map(|(word, _)| *word)
}

impl Settling<'_> {
    /// Refuses a key that means nothing for the kind.
    pub(super) fn only_their_keys(&self, source: &file::Source) -> Result<(), ConfigError> {
        let kind = source.kind.get_ref().as_str();
        if !words().any(|word| word == kind) {
            return Ok(());
        }
        for (key, place, takers) in common(source).into_iter().chain(own(source)) {
            let Some(place) = place else { continue };
            let kinds = takers.words();
            if !kinds.contains(&kind) {
                let hint = format!("`{key}` is for sources of kind {}", kinds.join(", "));
                return Err(self.at(place, format!("a source of kind `{kind}` takes no `{key}`"), hint));
            }
        }
        Ok(())
    }
}

type Given = (&'static str, Option<Range<usize>>, Takers);

/// Keys that kinds take for what they have in common, and where they stand.
fn common(source: &file::Source) -> Vec<Given> {
    use Takers::All;
    use Trait::{Headers, Network, Pages, Priorities, Token, User, Windows};
    vec![
        ("url", span(&source.url), All(Network)),
        ("user", span(&source.user), All(User)),
        ("password", span(&source.password), All(User)),
        ("token", span(&source.token), All(Token)),
        ("headers", span(&source.headers), All(Headers)),
        ("ca-file", span(&source.ca_file), All(Network)),
        ("allow-plain", span(&source.allow_plain), All(Network)),
        ("timeout", span(&source.timeout), All(Network)),
        ("deadline", span(&source.deadline), All(Network)),
        ("attempts", span(&source.attempts), All(Network)),
        ("concurrent", span(&source.concurrent), All(Network)),
        ("max-bytes", span(&source.max_bytes), All(Network)),
        ("window", span(&source.window), All(Windows)),
        ("freshness", span(&source.freshness), All(Windows)),
        ("since", span(&source.since), All(Pages)),
        ("priorities", span(&source.priorities), All(Priorities)),
    ]
}

/// Keys that single kinds take, and where they stand.
fn own(source: &file::Source) -> Vec<Given> {
    use Takers::Only;
    vec![
        ("paths", span(&source.paths), Only(&["files", "archive"])),
        ("endpoint", span(&source.endpoint), Only(&["archive"])),
        ("region", span(&source.region), Only(&["archive"])),
        ("account", span(&source.account), Only(&["archive"])),
        ("access-key", span(&source.access_key), Only(&["archive"])),
        ("secret-key", span(&source.secret_key), Only(&["archive"])),
        ("session-token", span(&source.session_token), Only(&["archive"])),
        ("account-key", span(&source.account_key), Only(&["archive"])),
        ("sas", span(&source.sas), Only(&["archive"])),
        ("service-account", span(&source.service_account), Only(&["archive"])),
        ("tenant", span(&source.tenant), Only(&["prometheus", "loki", "azure-logs"])),
        ("match", span(&source.matches), Only(&["prometheus"])),
        ("metric", span(&source.metric), Only(&["prometheus"])),
        ("query", span(&source.query), Only(&["loki", "elasticsearch", "opensearch", "azure-logs", "sentry"])),
        ("limit", span(&source.limit), Only(&["loki", "elasticsearch", "opensearch"])),
        ("index", span(&source.index), Only(SEARCH)),
        ("time-field", span(&source.time_field), Only(SEARCH)),
        ("api-key", span(&source.api_key), Only(SEARCH)),
        ("workspace", span(&source.workspace), Only(AZURE)),
        ("client-id", span(&source.client_id), Only(AZURE)),
        ("client-secret", span(&source.client_secret), Only(AZURE)),
        ("federated-token", span(&source.federated_token), Only(AZURE)),
        ("authority", span(&source.authority), Only(AZURE)),
        ("audience", span(&source.audience), Only(AZURE)),
        ("repo", span(&source.repo), Only(&["github"])),
        ("labels", span(&source.labels), Only(&["github", "linear"])),
        ("commits", span(&source.commits), Only(&["github"])),
        ("branch", span(&source.branch), Only(&["github"])),
        ("artifact", span(&source.artifact), Only(&["github"])),
        ("app", span(&source.app), Only(&["app-store-connect", "google-play"])),
        ("key", span(&source.key), Only(&["app-store-connect", "linear", "google-play"])),
        ("key-id", span(&source.key_id), Only(&["app-store-connect"])),
        ("project", span(&source.project), Only(&["jira", "sentry"])),
        ("organization", span(&source.organization), Only(&["sentry"])),
        ("jql", span(&source.jql), Only(&["jira"])),
        ("team", span(&source.team), Only(&["linear"])),
        ("issuer", span(&source.issuer), Only(&["app-store-connect"])),
        ("database", span(&source.database), Only(&["clickhouse"])),
        ("log-table", span(&source.log_table), Only(&["clickhouse"])),
        ("columns", span(&source.columns), Only(&["clickhouse"])),
        ("only", span(&source.only), Only(&["clickhouse"])),
    ]
}
