//! Which JSON paths become which fields: the defaults (pino-http, winston, bunyan, ECS, OpenTelemetry, nginx)
//! and a team's own paths before them, as one trie that a line is read against in one pass.

use std::collections::BTreeMap;

/// A field of a log row that a JSON path can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Ts,
    Level,
    Message,
    RequestId,
    LocalId,
    Instance,
    Service,
    Method,
    Url,
    Status,
    UpstreamStatus,
    DurationMs,
    DurationSeconds,
    Bytes,
    User,
    Owner,
    Role,
    Session,
    Socket,
    Platform,
    Build,
    UserAgent,
    Reason,
    ErrorType,
    ErrorMessage,
    Rev,
    AsOf,
    Event,
    DependencyName,
    DependencyMs,
    DependencyStatus,
}

/// How many fields there are.
pub const FIELDS: usize = Field::DependencyStatus as usize + 1;

/// Field, the name a configuration uses for it, and the default paths, the best first.
const DEFAULTS: &[(Field, &str, &[&str])] = &[
    (Field::Ts, "ts", &["msec", "time", "timestamp", "@timestamp", "ts", "Timestamp", "time_iso8601", "datetime"]),
    (
        Field::Level,
        "level",
        &["level", "severity", "log.level", "SeverityText", "severity_text", "levelname", "detected_level"],
    ),
    (Field::Message, "message", &["msg", "message", "Body", "body", "log"]),
    (
        Field::RequestId,
        "request_id",
        &[
            "req.headers.x-request-id",
            "requestId",
            "request_id",
            "http.request.id",
            "x_request_id",
            "x-request-id",
            "headers.x-request-id",
            "correlationId",
            "http.request.header.x-request-id",
        ],
    ),
    (Field::LocalId, "local_id", &["reqId", "req.id", "req_id"]),
    (
        Field::Instance,
        "instance",
        &[
            "hostname",
            "k8s.pod.name",
            "kubernetes.pod.name",
            "kubernetes.pod_name",
            "pod",
            "service.instance.id",
            "host.name",
            "instance",
            "host",
        ],
    ),
    (Field::Service, "service", &["service.name", "service", "resource.service.name"]),
    (Field::Method, "method", &["req.method", "method", "request_method", "http.request.method", "http.method"]),
    (Field::Url, "route", &["req.url", "request_uri", "path", "url.path", "url", "http.target", "http.route", "uri"]),
    (
        Field::Status,
        "status",
        &["res.statusCode", "statusCode", "status", "http.response.status_code", "http.status_code", "status_code"],
    ),
    (Field::UpstreamStatus, "upstream_status", &["upstream_status"]),
    (Field::DurationMs, "duration_ms", &["responseTime", "durationMs", "duration_ms", "latency_ms", "elapsed_ms"]),
    (Field::DurationSeconds, "duration_seconds", &["request_time", "duration_s"]),
    (Field::Bytes, "bytes", &["body_bytes_sent", "bytes_sent", "bytes", "http.response.body.bytes"]),
    (Field::User, "user", &["auth.userId", "userId", "user_id", "user.id", "enduser.id", "usr.id"]),
    (Field::Owner, "owner", &["result.ownerId", "ownerId", "owner_id"]),
    (Field::Role, "role", &["auth.role", "role", "user.role"]),
    (
        Field::Session,
        "session",
        &["req.headers.x-session-id", "sessionId", "session_id", "session.id", "http.request.header.x-session-id"],
    ),
    (Field::Socket, "socket", &["socketId", "socket.id", "socket_id"]),
    (
        Field::Platform,
        "platform",
        &[
            "req.headers.x-client-platform",
            "clientPlatform",
            "http_x_client_platform",
            "client_platform",
            "http.request.header.x-client-platform",
        ],
    ),
    (
        Field::Build,
        "build",
        &["req.headers.x-app-build", "appBuild", "http_x_app_build", "app_build", "http.request.header.x-app-build"],
    ),
    (
        Field::UserAgent,
        "user_agent",
        &[
            "req.headers.user-agent",
            "userAgent",
            "http_user_agent",
            "user_agent.original",
            "user_agent",
            "http.request.header.user-agent",
        ],
    ),
    (Field::Reason, "reason", &["reason", "error.reason"]),
    (Field::ErrorType, "error_type", &["err.type", "error.type", "exception.type", "err.name", "error.name"]),
    (Field::ErrorMessage, "error_message", &["err.message", "error.message", "exception.message"]),
    (Field::Rev, "rev", &["result.rev", "rev"]),
    (Field::AsOf, "as_of", &["result.asOf", "asOf"]),
    (Field::Event, "event", &["event.name", "event"]),
    (Field::DependencyName, "dependency", &["cosmos.container", "db.collection.name", "db.name"]),
    (Field::DependencyMs, "dependency_ms", &["cosmos.durationMs", "db.duration_ms"]),
    (Field::DependencyStatus, "dependency_status", &["cosmos.statusCode", "db.response.status_code"]),
];

/// Names that `[source.fields]` may use.
pub fn names() -> impl Iterator<Item = &'static str> {
    DEFAULTS.iter().map(|(_, name, _)| *name)
}

/// A trie of JSON keys; a leaf names the field it fills and its rank among the paths of that field.
#[derive(Debug, Clone, Default)]
pub struct FieldTrie {
    children: Vec<(Box<str>, FieldTrie)>,
    leaf: Option<(Field, u8)>,
    /// At the root: every path as attributes may spell it, see `spelling`.
    attributes: BTreeMap<String, (Field, u8)>,
}

impl FieldTrie {
    /// The defaults with a team's own paths (`name → dotted path`) before them.
    #[must_use]
    pub fn new(own: &BTreeMap<String, String>) -> Self {
        let mut trie = FieldTrie::default();
        for (field, name, _) in DEFAULTS {
            if let Some(path) = own.get(*name) {
                trie.insert(path, *field, 0);
            }
        }
        for (field, _, paths) in DEFAULTS {
            for (rank, path) in (1..).zip(paths.iter()) {
                trie.insert(path, *field, rank);
            }
        }
        trie
    }

    /// The field that an attribute of a log's carrier fills, and its rank. Carriers spell one name in many ways:
    /// `http.request.id`, `http_request_id`, `HTTP-Request-Id`.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<(Field, u8)> {
        self.attributes.get(name).or_else(|| self.attributes.get(&spelling(name))).copied()
    }

    /// The subtree of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&FieldTrie> {
        self.children.iter().find(|(k, _)| &**k == key).map(|(_, node)| node)
    }

    /// The field a value here fills, and its rank (0 is best).
    #[must_use]
    pub fn leaf(&self) -> Option<(Field, u8)> {
        self.leaf
    }

    fn insert(&mut self, path: &str, field: Field, rank: u8) {
        self.attributes.entry(spelling(path)).or_insert((field, rank));
        // ECS and OpenTelemetry write `a.b` both as nested objects and as one flat key.
        self.child(path).leaf.get_or_insert((field, rank));
        let mut node = self;
        for key in path.split('.') {
            node = node.child(key);
        }
        node.leaf.get_or_insert((field, rank));
    }

    fn child(&mut self, key: &str) -> &mut FieldTrie {
        let at = match self.children.iter().position(|(k, _)| &**k == key) {
            Some(at) => at,
            None => {
                self.children.push((key.into(), FieldTrie::default()));
                self.children.len() - 1
            }
        };
        &mut self.children[at].1
    }
}

/// A name in lower case with `_` for everything that is no letter or digit.
fn spelling(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}
