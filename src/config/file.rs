//! The TOML as written; unknown keys are refused. What it means is settled in `settle`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

type Text = Spanned<String>;

/// `cutover.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    pub(super) project: Project,
    pub(super) stage: Stage,
    #[serde(default)]
    pub(super) source: Vec<Source>,
    #[serde(default)]
    pub(super) drill: Vec<Drill>,
    #[serde(default)]
    pub(super) params: BTreeMap<Text, Spanned<toml::Value>>,
    pub(super) queries: Option<Folder>,
    pub(super) evidence: Option<Folder>,
    pub(super) output: Option<Folder>,
    pub(super) docs: Option<Docs>,
    #[serde(default)]
    pub(super) waiver: Vec<Waiver>,
    #[serde(default)]
    pub(super) line: Vec<Line>,
    pub(super) engine: Option<Spanned<toml::Value>>,
    #[serde(default)]
    pub(super) deliver: Vec<Spanned<Deliver>>,
    #[serde(default)]
    pub(super) probe: Vec<Probe>,
    #[serde(default)]
    pub(super) increment: Vec<Increment>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Project {
    pub(super) name: String,
    pub(super) display_zone: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Stage {
    pub(super) title: String,
    pub(super) number: u32,
    pub(super) runbook: Text,
    pub(super) roadmap: Option<Text>,
    pub(super) operations: Option<Text>,
    pub(super) previous: Option<Text>,
    pub(super) baseline: Spanned<Span>,
    pub(super) beta: Spanned<Span>,
    pub(super) cohort: String,
    #[serde(default)]
    pub(super) builds: Vec<String>,
    pub(super) candidate: Text,
    #[serde(default)]
    pub(super) platforms: Vec<String>,
    pub(super) owner: String,
    pub(super) carry_over: Option<bool>,
    pub(super) commit: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Span {
    pub(super) from: Spanned<toml::Value>,
    pub(super) to: Spanned<toml::Value>,
}

/// `[[source]]`: the keys of every kind; which of them a kind takes is settled in `source`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Source {
    pub(super) name: Text,
    pub(super) table: Text,
    pub(super) kind: Text,
    pub(super) service: Option<String>,
    pub(super) format: Option<String>,
    pub(super) heartbeat: Option<Text>,
    pub(super) zone: Option<Text>,
    #[serde(default)]
    pub(super) fields: BTreeMap<Text, String>,
    #[serde(default)]
    pub(super) pattern: Vec<Pattern>,
    pub(super) paths: Option<Spanned<Vec<String>>>,

    // How a system is reached.
    pub(super) url: Option<Text>,
    pub(super) user: Option<Text>,
    pub(super) password: Option<Spanned<toml::Value>>,
    pub(super) token: Option<Spanned<toml::Value>>,
    pub(super) api_key: Option<Spanned<toml::Value>>,
    pub(super) client_id: Option<Text>,
    pub(super) client_secret: Option<Spanned<toml::Value>>,
    pub(super) federated_token: Option<Spanned<toml::Value>>,
    pub(super) authority: Option<Text>,
    pub(super) audience: Option<Text>,
    pub(super) headers: Option<Spanned<BTreeMap<Text, Spanned<toml::Value>>>>,
    pub(super) ca_file: Option<Text>,
    pub(super) allow_plain: Option<Spanned<bool>>,
    pub(super) timeout: Option<Text>,
    pub(super) deadline: Option<Text>,
    pub(super) attempts: Option<Spanned<u16>>,
    pub(super) concurrent: Option<Spanned<u16>>,
    pub(super) max_bytes: Option<Spanned<u64>>,

    // Where an archive is, and its keys.
    pub(super) endpoint: Option<Text>,
    pub(super) region: Option<Text>,
    pub(super) account: Option<Text>,
    pub(super) access_key: Option<Spanned<toml::Value>>,
    pub(super) secret_key: Option<Spanned<toml::Value>>,
    pub(super) session_token: Option<Spanned<toml::Value>>,
    pub(super) account_key: Option<Spanned<toml::Value>>,
    pub(super) sas: Option<Spanned<toml::Value>>,
    pub(super) service_account: Option<Spanned<toml::Value>>,

    // What is pulled at a time.
    pub(super) window: Option<Text>,
    pub(super) freshness: Option<Text>,

    // What is asked for.
    pub(super) tenant: Option<Text>,
    #[serde(rename = "match")]
    pub(super) matches: Option<Spanned<Vec<Text>>>,
    pub(super) metric: Option<Spanned<Vec<Metric>>>,
    pub(super) query: Option<Text>,
    pub(super) limit: Option<Spanned<u32>>,
    pub(super) index: Option<Text>,
    pub(super) time_field: Option<Text>,
    pub(super) workspace: Option<Text>,
    pub(super) database: Option<Text>,
    pub(super) log_table: Option<Text>,
    pub(super) columns: Option<Spanned<BTreeMap<Text, String>>>,
    pub(super) only: Option<Text>,

    // Which records of people and builds are asked for.
    pub(super) repo: Option<Text>,
    pub(super) since: Option<Spanned<toml::Value>>,
    pub(super) labels: Option<Spanned<Vec<String>>>,
    pub(super) commits: Option<Spanned<Vec<String>>>,
    pub(super) branch: Option<Text>,
    pub(super) artifact: Option<Spanned<Vec<String>>>,
    pub(super) app: Option<Text>,
    pub(super) key: Option<Spanned<toml::Value>>,
    pub(super) key_id: Option<Text>,
    pub(super) issuer: Option<Text>,
    pub(super) project: Option<Text>,
    pub(super) team: Option<Text>,
    pub(super) organization: Option<Text>,
    pub(super) jql: Option<Text>,
    pub(super) priorities: Option<Spanned<BTreeMap<Text, Text>>>,
}

/// `[[source.metric]]`: a metric that a query makes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Metric {
    pub(super) name: Text,
    pub(super) query: Text,
    pub(super) step: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pattern {
    #[serde(rename = "match")]
    pub(super) matches: Text,
    pub(super) event: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drill {
    pub(super) title: String,
    pub(super) from: Spanned<toml::Value>,
    pub(super) to: Spanned<toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Folder {
    pub(super) dir: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Waiver {
    pub(super) item: Text,
    pub(super) by: Text,
    pub(super) until: Spanned<toml::Value>,
    pub(super) reason: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) text: Text,
    pub(super) is: Option<Text>,
    pub(super) by: Option<Text>,
    #[serde(default)]
    pub(super) checks: Vec<String>,
    pub(super) reason: Option<Text>,
}

/// `[[deliver]]`: the keys of every kind; which of them a kind takes is settled in `deliver`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Deliver {
    pub(super) name: Text,
    pub(super) kind: Text,
    pub(super) on: Option<Text>,
    pub(super) host: Option<Text>,
    pub(super) port: Option<Spanned<u16>>,
    pub(super) tls: Option<Text>,
    pub(super) from: Option<Text>,
    pub(super) to: Option<Spanned<Vec<Text>>>,
    pub(super) user: Option<Text>,
    pub(super) password: Option<Spanned<toml::Value>>,
    pub(super) url: Option<Spanned<toml::Value>>,
    pub(super) headers: Option<Spanned<BTreeMap<Text, Spanned<toml::Value>>>>,
    pub(super) secret: Option<Spanned<toml::Value>>,
    pub(super) signature_header: Option<Text>,
    pub(super) idempotent: Option<Spanned<bool>>,
    pub(super) path: Option<Text>,
    pub(super) allow_plain: Option<Spanned<bool>>,
    pub(super) ca_file: Option<Text>,
    pub(super) max_bytes: Option<Spanned<u64>>,
    pub(super) timeout: Option<Text>,
    pub(super) retry_for: Option<Text>,
}

/// `[[probe]]`: the keys of every kind; which of them a kind takes is settled in `probe`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Probe {
    pub(super) name: Text,
    pub(super) kind: Text,
    pub(super) url: Text,
    pub(super) vantage: Text,
    pub(super) token: Option<Spanned<toml::Value>>,
    pub(super) ca_file: Option<Text>,
    pub(super) allow_plain: Option<Spanned<bool>>,
    pub(super) timeout: Option<Text>,
    pub(super) transcript: Option<Text>,
    pub(super) flags: Option<Spanned<BTreeMap<Text, Text>>>,
    pub(super) namespace: Option<Text>,
    pub(super) path: Option<Text>,
    pub(super) transport: Option<Text>,
    pub(super) listen: Option<Text>,
    pub(super) ack: Option<Text>,
    pub(super) handshakes: Option<Spanned<u8>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Increment {
    pub(super) title: Option<String>,
    pub(super) percent: Option<f64>,
    pub(super) at: Spanned<toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Docs {
    pub(super) stages: Option<String>,
    pub(super) gaps: Option<String>,
}
