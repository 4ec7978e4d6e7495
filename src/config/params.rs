//! The parameters that checks and queries may use, with their defaults: everything about an app, its routes and its
//! limits that is not evidence.

use std::collections::BTreeMap;

/// One parameter's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// A whole number.
    Int(i64),
    /// A real number.
    Float(f64),
    /// A word.
    Text(String),
    /// Words.
    List(Vec<String>),
}

/// Parameters by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Params(BTreeMap<String, Param>);

enum Default {
    Int(i64),
    Float(f64),
    Text(&'static str),
    List(&'static [&'static str]),
}

/// Name, default, and what it means.
const DEFAULTS: &[(&str, Default, &str)] = &[
    (
        "increment-checks",
        Default::List(&["M1", "M2", "M3", "M4", "M5", "M6"]),
        "checks that must be green after each increment",
    ),
    ("increment-hours", Default::Float(24.0), "least hours for which an increment is watched"),
    ("increment-most-hours", Default::Float(48.0), "hours after an increment that are looked at"),
    ("not-clients", Default::List(&["/internal/*"]), "routes whose callers are bots, not clients"),
    (
        "probe-agents",
        Default::List(&["Blackbox Exporter", "kube-probe", "UptimeRobot", "Pingdom", "HealthCheck"]),
        "user agents of probes",
    ),
    ("may-read-others", Default::List(&["admin"]), "roles that may read another user's data, outside the cohort"),
    (
        "forbidden-calls",
        Default::List(&["POST /api/trade", "POST /api/close", "* /internal/trading/*"]),
        "calls the cohort must never make",
    ),
    (
        "required-flags",
        Default::List(&["tabs.marketplace", "tabs.membership"]),
        "feature flags that a valid answer names",
    ),
    (
        "distribution",
        Default::Text(""),
        "how testers get the app: `expo-go` or `native`; where it is left out, deployments of builds tell",
    ),
    ("health-probe", Default::Text("health_live"), "name of the probe of the health endpoint"),
    ("flags-probe", Default::Text("feature_flags"), "name of the probe of the feature flags"),
    ("socket-probe", Default::Text("ws_handshake"), "name of the probe of the socket handshake"),
    ("ok-probe-share", Default::Float(0.99), "least share of good probes outside drills and deploys"),
    ("auth-routes", Default::Text("/api/auth/"), "prefix of sign-in, refresh and sign-out routes"),
    (
        "wrong-password",
        Default::List(&["invalid_password", "invalid_credentials", "bad_credentials", "wrong_password"]),
        "reasons of a refused sign-in that blame the typing, not the app",
    ),
    (
        "no-decision",
        Default::List(&["?", "tbd", "todo", "to do", "open", "pending", "untriaged", "new"]),
        "words in the triage column that are no decision",
    ),
    (
        "healthy-words",
        Default::List(&["ok", "healthy", "up"]),
        "what the app's health badge shows of a backend that is well",
    ),
    (
        "other-environments",
        Default::List(&["dev", "development", "test", "qa", "stage", "staging", "uat", "sandbox", "preprod"]),
        "words in the name of a host that is not the beta's target",
    ),
    ("sign-in-route", Default::Text("/login"), "how the route of a sign-in ends"),
    ("refresh-route", Default::Text("/refresh"), "how the route of a token refresh ends"),
    ("profile-route", Default::Text("/profile"), "how the route of the user's profile ends"),
    ("positions-route", Default::Text("/positions"), "how the route of the book ends that the app renders"),
    ("socket-namespace", Default::Text("/trading"), "namespace of the app's socket"),
    (
        "polling-notes",
        Default::List(&["blocking socket", "port restored"]),
        "words of the device notes that begin and end the polling exercise",
    ),
    (
        "offline-notes",
        Default::List(&["enabling airplane", "airplane mode off"]),
        "words of the device notes that begin and end the airplane exercise",
    ),
    (
        "observation-notes",
        Default::List(&["observation start", "observation end"]),
        "words of the device notes around the observation",
    ),
    ("launch-crash-seconds", Default::Float(10.0), "a crash within so many seconds of a launch is a launch crash"),
    ("chain-seconds", Default::Float(30.0), "longest time from sign-in to the overview"),
    (
        "sign-in-again-minutes",
        Default::Int(10),
        "a refused sign-in counts as recovered when one succeeds within so many minutes",
    ),
    ("restore-login-seconds", Default::Float(60.0), "a login within so many seconds of a restore means it failed"),
    ("overview-seconds", Default::Float(15.0), "longest time from launch to the overview with a live socket"),
    ("spinner-seconds", Default::Float(120.0), "an overview that is not ready after so many seconds never will be"),
    ("price-seconds", Default::Float(60.0), "longest time from socket connect to the first price"),
    ("reconnect-seconds", Default::Float(60.0), "longest time to be back after an exercise"),
    ("observation-seconds", Default::Float(300.0), "least length of the observation"),
    ("polling-reads", Default::Int(2), "least number of good reads while polling"),
    ("pair-seconds", Default::Float(60.0), "greatest distance of a mobile read and its web partner"),
    ("stale-seconds", Default::Float(30.0), "a read behind another client's by more is stale"),
    ("min-refresh-attempts", Default::Int(59), "refreshes needed to say that failures are below 5 %"),
    ("connects-per-session", Default::Float(2.0), "most socket connects per session outside drills and deploys"),
    ("storm-connects-60s", Default::Int(6), "connects of one session within 60 s that make a storm"),
    ("storm-connects-5m", Default::Int(10), "connects of one session within 5 min that make a storm"),
    (
        "read-latency-metric",
        Default::Text("cosmos_request_duration_seconds"),
        "histogram of the database's read times, in seconds",
    ),
    ("read-charge-metric", Default::Text("cosmos_request_charge"), "counter of what reads cost, in request units"),
    (
        "throttled-metric",
        Default::Text("cosmos_throttled_requests"),
        "counter of requests that the database refused as too many",
    ),
    ("latency-margin", Default::Float(1.25), "largest ratio of read time and read cost that is still normal"),
    ("degraded-share", Default::Float(0.01), "most share of active time spent degraded"),
    ("degraded-seconds", Default::Float(60.0), "longest unexplained degraded stretch"),
    ("parallel-days", Default::Int(3), "days of the parallel run on which every tester is active"),
    ("owner-share", Default::Float(0.95), "least share of user-scoped answers that name their owner"),
    ("attributed-share", Default::Float(0.95), "least share of requests whose client is known"),
    ("lost-share", Default::Float(0.001), "most share of records that may be lost"),
    ("coverage-share", Default::Float(0.95), "least share of the window that a source covers"),
    ("coverage-share-duration", Default::Float(0.99), "the same for lines that say \"for the duration\""),
    ("gap-minutes", Default::Float(60.0), "longest silence in tester-active hours"),
    ("rollback-quiet-minutes", Default::Float(30.0), "traffic of a pulled build must be zero after so many minutes"),
    ("notify-minutes", Default::Float(60.0), "testers are told within so many minutes of the decision"),
    (
        "not-reports",
        Default::List(&["praise", "suggestion", "question"]),
        "severities of feedback that report no fault",
    ),
    (
        "grave-reports",
        Default::List(&["blocker", "critical", "P0", "P1"]),
        "severities of feedback and bugs that concern an incident whoever sends them",
    ),
    ("crash-loop-starts", Default::Int(3), "unplanned starts of a service within an hour that make a crash loop"),
];

impl Params {
    /// The defaults.
    #[must_use]
    pub fn defaults() -> Self {
        let value = |d: &Default| match d {
            Default::Int(n) => Param::Int(*n),
            Default::Float(x) => Param::Float(*x),
            Default::Text(t) => Param::Text((*t).to_owned()),
            Default::List(l) => Param::List(l.iter().map(|t| (*t).to_owned()).collect()),
        };
        Params(DEFAULTS.iter().map(|(name, d, _)| ((*name).to_owned(), value(d))).collect())
    }

    /// Names of the known parameters.
    pub fn known() -> impl Iterator<Item = &'static str> + Clone {
        DEFAULTS.iter().map(|(name, _, _)| *name)
    }

    /// Sets a parameter; a known one keeps its type. Returns what is expected where the type differs.
    ///
    /// # Errors
    /// The kind of value that this parameter takes.
    pub fn set(&mut self, name: &str, value: Param) -> Result<(), &'static str> {
        let value = match (self.0.get(name), value) {
            (Some(Param::Float(_)), Param::Int(n)) => Param::Float(n as f64),
            (Some(Param::Int(_)), v @ Param::Int(_)) | (None, v) => v,
            (Some(Param::Float(_)), v @ Param::Float(_)) => v,
            (Some(Param::Text(_)), v @ Param::Text(_)) => v,
            (Some(Param::List(_)), v @ Param::List(_)) => v,
            (Some(Param::Int(_)), _) => return Err("a whole number"),
            (Some(Param::Float(_)), _) => return Err("a number"),
            (Some(Param::Text(_)), _) => return Err("a text"),
            (Some(Param::List(_)), _) => return Err("a list of texts"),
        };
        self.0.insert(name.to_owned(), value);
        Ok(())
    }

    /// All parameters, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Param)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// A number; 0 for what is no number.
    #[must_use]
    pub fn float(&self, name: &str) -> f64 {
        match self.0.get(name) {
            Some(Param::Float(x)) => *x,
            Some(Param::Int(n)) => *n as f64,
            _ => 0.0,
        }
    }

    /// A whole number; 0 for what is none.
    #[must_use]
    pub fn int(&self, name: &str) -> i64 {
        match self.0.get(name) {
            Some(Param::Int(n)) => *n,
            _ => 0,
        }
    }

    /// A text; empty for what is none.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(Param::Text(t)) => t.clone(),
            _ => String::new(),
        }
    }

    /// A list; empty for what is none.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(Param::List(l)) => l.clone(),
            _ => Vec::new(),
        }
    }
}

impl std::fmt::Display for Param {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Param::Int(n) => write!(f, "{n}"),
            Param::Float(x) => write!(f, "{x}"),
            Param::Text(t) => f.write_str(t),
            Param::List(l) => f.write_str(&l.join(", ")),
        }
    }
}
