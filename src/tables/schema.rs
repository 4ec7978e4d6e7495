//! The canonical tables and their columns: the allow-list of what may be stored, and how each column is redacted.

use serde::{Deserialize, Serialize};

/// A canonical table that a source may fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TableName {
    Logs,
    Metrics,
    Probes,
    Ci,
    Deploys,
    Testers,
    Attestations,
    Feedback,
    Crashes,
    Bugs,
    Audit,
}

/// What a column holds, and so what happens to it before it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Milliseconds since the Unix epoch, UTC.
    Time,
    /// A whole number, or 0/1.
    Int,
    /// A real number.
    Float,
    /// Text; secrets and personal data are replaced.
    Text,
    /// A user id; stored only as a keyed pseudonym.
    User,
    /// A path or name that the tool itself made (source name, file); stored as it is.
    Own,
}

/// Name and kind of a column.
pub type Column = (&'static str, Kind);

const LOGS: &[Column] = &[
    ("ts", Kind::Time),
    ("ts_quality", Kind::Own), // exact | carried (a line without a time takes that of the line before it)
    ("source", Kind::Own),
    ("service", Kind::Own),
    ("tier", Kind::Own), // gateway | server | device
    ("instance", Kind::Text),
    ("level", Kind::Own),    // trace | debug | info | warn | error | fatal
    ("client", Kind::Own),   // the cohort's name (mobile), web, probe, internal; null where unknown
    ("grade", Kind::Own), // how the client is known: A by its header, B by user agent, session, socket or route, C not
    ("platform", Kind::Own), // ios, android, web; null where unknown
    ("tester", Kind::Own), // roster code
    ("build", Kind::Text),
    ("user_key", Kind::User),  // who asked
    ("owner_key", Kind::User), // whose data came back
    ("role", Kind::Text),
    ("session_key", Kind::Text),
    ("socket_id", Kind::Text),
    ("request_id", Kind::Text),
    ("local_id", Kind::Text), // the server's own request number, unique within one instance only
    ("method", Kind::Own),
    ("route", Kind::Text), // path without the query, with ids as `:id`
    ("status", Kind::Int),
    ("upstream_status", Kind::Int), // what a gateway got from the service behind it
    ("duration_ms", Kind::Float),
    ("bytes", Kind::Int),
    ("rev", Kind::Int),
    ("as_of", Kind::Time),
    ("reason", Kind::Text),
    ("event", Kind::Own),
    ("message", Kind::Text),
    ("error_type", Kind::Text),
    ("template_id", Kind::Own),
    ("line_hash", Kind::Int),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const METRICS: &[Column] = &[
    ("ts", Kind::Time),
    ("name", Kind::Own),
    ("labels", Kind::Own), // {a="x",b="y"}, names sorted
    ("service", Kind::Own),
    ("value", Kind::Float),
    ("source", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const PROBES: &[Column] = &[
    ("ts", Kind::Time),
    ("probe", Kind::Text),
    ("vantage", Kind::Text),
    ("external", Kind::Int), // 1 when the vantage is outside the platform's own network
    ("url", Kind::Text),
    ("host", Kind::Text),
    ("namespace", Kind::Text),
    ("status", Kind::Int), // 0 = no answer
    ("result", Kind::Text),
    ("ok", Kind::Int), // 2xx answer, or result `connected`
    ("latency_ms", Kind::Float),
    ("body_json", Kind::Int), // 1 when the body parses as a JSON object
    ("body", Kind::Text),
    ("source", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const CI: &[Column] = &[
    ("kind", Kind::Own), // check_run | suite (a JUnit file) | case (one JUnit test case)
    ("name", Kind::Text),
    ("suite", Kind::Text), // of a case
    ("sha", Kind::Text),
    ("status", Kind::Text),     // completed, in_progress, queued
    ("conclusion", Kind::Text), // success, failure, cancelled, skipped, timed_out, …
    ("started_at", Kind::Time),
    ("completed_at", Kind::Time),
    ("tests", Kind::Int),
    ("failures", Kind::Int), // failures and errors
    ("skipped", Kind::Int),
    ("message", Kind::Text),
    ("id", Kind::Text),
    ("source", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const DEPLOYS: &[Column] = &[
    ("ts", Kind::Time), // created
    ("finished_at", Kind::Time),
    ("id", Kind::Text),
    ("service", Kind::Text),
    ("environment", Kind::Text),
    ("build", Kind::Text),
    ("sha", Kind::Text),
    ("state", Kind::Text), // newest status
    ("task", Kind::Text),
    ("description", Kind::Text),
    ("rollback_of", Kind::Text),
    ("platform", Kind::Text),     // of an app's build
    ("profile", Kind::Text),      // of an EAS build
    ("distribution", Kind::Text), // of an EAS build: internal (by a link), store, simulator
    ("source", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const TESTERS: &[Column] = &[
    ("tester", Kind::Text),
    ("user_key", Kind::User),
    ("handle", Kind::Text), // part of the e-mail before the @, as staff sign with it
    ("email_key", Kind::User),
    ("device", Kind::Text),
    ("os_version", Kind::Text),
    ("platform", Kind::Text),
    ("build", Kind::Text),
    ("source", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const ATTESTATIONS: &[Column] = &[
    ("ts", Kind::Time),
    ("by", Kind::Text), // roster code, or handle for process lines
    ("item", Kind::Text),
    ("result", Kind::Text), // pass | fail | blocked
    ("build", Kind::Text),
    ("note", Kind::Text),
    ("source", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const FEEDBACK: &[Column] = &[
    ("ts", Kind::Time),
    ("tester", Kind::Text),
    ("channel", Kind::Own), // form | testflight
    ("screen", Kind::Text),
    ("severity", Kind::Text),
    ("text", Kind::Text),
    ("triage", Kind::Text), // null = no decision yet
    ("issue", Kind::Text),
    ("build", Kind::Text),
    ("device", Kind::Text),
    ("os_version", Kind::Text),
    ("id", Kind::Text),
    ("source", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const CRASHES: &[Column] = &[
    ("ts", Kind::Time),
    ("tester", Kind::Text),
    ("platform", Kind::Text),
    ("build", Kind::Text),
    ("device", Kind::Text),
    ("os_version", Kind::Text),
    ("uptime_ms", Kind::Int),
    ("text", Kind::Text),
    ("id", Kind::Text),
    ("source", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const BUGS: &[Column] = &[
    ("id", Kind::Text),
    ("title", Kind::Text),
    ("state", Kind::Text),    // open | closed
    ("labels", Kind::Text),   // `,a,b,` so that a label is found by LIKE '%,a,%'
    ("priority", Kind::Text), // P0 … P4, null when no label names one
    ("created_at", Kind::Time),
    ("closed_at", Kind::Time),
    ("pull_request", Kind::Int),
    ("url", Kind::Text),
    ("source", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

const AUDIT: &[Column] = &[
    ("ts", Kind::Time),
    ("id", Kind::Text),
    ("action", Kind::Text),
    ("actor_key", Kind::User),
    ("product", Kind::Text),
    ("target_type", Kind::Text),
    ("target", Kind::Text), // a user target is pseudonymised
    ("platform", Kind::Text),
    ("drill", Kind::Int),   // 1 when the event says it is planned
    ("detail", Kind::Text), // metadata as compact JSON, redacted
    ("source", Kind::Own),
    ("file", Kind::Own),
    ("line", Kind::Int),
];

impl TableName {
    /// All tables that sources fill.
    pub const ALL: [TableName; 11] = [
        TableName::Logs,
        TableName::Metrics,
        TableName::Probes,
        TableName::Ci,
        TableName::Deploys,
        TableName::Testers,
        TableName::Attestations,
        TableName::Feedback,
        TableName::Crashes,
        TableName::Bugs,
        TableName::Audit,
    ];

    /// The name used in configuration, SQL and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TableName::Logs => "logs",
            TableName::Metrics => "metrics",
            TableName::Probes => "probes",
            TableName::Ci => "ci",
            TableName::Deploys => "deploys",
            TableName::Testers => "testers",
            TableName::Attestations => "attestations",
            TableName::Feedback => "feedback",
            TableName::Crashes => "crashes",
            TableName::Bugs => "bugs",
            TableName::Audit => "audit",
        }
    }

    /// The columns, in order.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            TableName::Logs => LOGS,
            TableName::Metrics => METRICS,
            TableName::Probes => PROBES,
            TableName::Ci => CI,
            TableName::Deploys => DEPLOYS,
            TableName::Testers => TESTERS,
            TableName::Attestations => ATTESTATIONS,
            TableName::Feedback => FEEDBACK,
            TableName::Crashes => CRASHES,
            TableName::Bugs => BUGS,
            TableName::Audit => AUDIT,
        }
    }

    /// A snapshot has no coverage in time: present, complete and parsed is enough.
    #[must_use]
    pub fn is_snapshot(self) -> bool {
        !matches!(self, TableName::Logs | TableName::Metrics | TableName::Probes)
    }
}
