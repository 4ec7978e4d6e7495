//! One log line as fields; everything borrowed from the line where it can be.

use std::borrow::Cow;

/// Text of a line, borrowed where the line holds it unescaped.
pub type Text<'a> = Cow<'a, str>;

/// Which part of the system wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tier {
    /// A reverse proxy's access log.
    Gateway,
    /// A service's own log.
    #[default]
    Server,
    /// An app's log on a tester's device.
    Device,
}

impl Tier {
    /// The word in the `tier` column.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Tier::Gateway => "gateway",
            Tier::Server => "server",
            Tier::Device => "device",
        }
    }
}

/// What one line says. Absent is `None`; times are milliseconds since the epoch, UTC.
#[derive(Debug, Clone, Default)]
pub struct LogRow<'a> {
    pub ts: Option<i64>,
    pub tier: Tier,
    pub level: Option<&'static str>,
    pub event: Option<Text<'a>>,
    pub service: Option<Text<'a>>,
    pub instance: Option<Text<'a>>,
    /// What the client said it is, or what attribution found.
    pub platform: Option<Text<'a>>,
    pub client: Option<&'a str>,
    pub grade: Option<&'static str>,
    pub build: Option<Text<'a>>,
    pub user: Option<Text<'a>>,
    pub owner: Option<Text<'a>>,
    pub role: Option<Text<'a>>,
    pub session: Option<Text<'a>>,
    pub socket: Option<Text<'a>>,
    pub request_id: Option<Text<'a>>,
    pub local_id: Option<Text<'a>>,
    pub method: Option<Text<'a>>,
    /// Path and query as logged; `attribution::route` strips it.
    pub url: Option<Text<'a>>,
    pub user_agent: Option<Text<'a>>,
    pub status: Option<i64>,
    pub upstream_status: Option<i64>,
    pub duration_ms: Option<f64>,
    pub bytes: Option<i64>,
    pub rev: Option<i64>,
    pub as_of: Option<i64>,
    pub reason: Option<Text<'a>>,
    pub message: Option<Text<'a>>,
    pub error_type: Option<Text<'a>>,
    pub error_message: Option<Text<'a>>,
}

/// What became of a line.
#[derive(Debug)]
pub enum Read<'a> {
    /// A row.
    Row(Box<LogRow<'a>>),
    /// Belongs to the record before it, or says nothing (blank line, banner).
    Attached,
    /// Not understood: why, and whether it looked like a record (a time, a method, a route or an event key).
    Rejected { reason: String, record: bool },
}
