//! What the verdicts rest on: coverage, attribution, evidence, redactions and words; plain data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::Window;
use crate::coverage::Rejected;

/// A source in the ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CoverageRow {
    pub source: String,
    pub table: String,
    pub files: u64,
    pub fetched: u64,
    pub parsed: u64,
    pub repeated: u64,
    pub rejected: u64,
    pub lost: u64,
    pub truncated: bool,
    /// Share of the window's bins that are covered, 0 to 1; null for snapshots.
    pub covered: Option<f64>,
    /// The same per UTC day of the window.
    pub by_day: Vec<f64>,
    /// Uncovered stretches inside the window.
    pub silent: Vec<Window>,
    /// Share of requests whose client is known; null where it does not apply.
    pub attributed: Option<f64>,
    pub last_row: Option<Timestamp>,
    /// What is missing as a whole, as sentences.
    pub gaps: Vec<String>,
    /// The first rejected lines: file, and what was wrong.
    pub samples: Vec<(String, Rejected)>,
    /// Files that were collected before and are no longer there.
    pub vanished: Vec<String>,
}

/// Requests of one client in the beta, by grade: A client header and session or user, B user agent, session, socket or
/// route, C time only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributionRow {
    /// The cohort, another client, probe or internal; `not known` where nothing but the time, or nothing, tells.
    pub client: String,
    pub a: u64,
    pub b: u64,
    /// By time only; these have no client and enter no test.
    pub c: u64,
    /// Without a grade: probes and bots, which are no clients, and requests that nothing tells.
    pub ungraded: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// `E-001` and on.
    pub id: String,
    pub shows: String,
    /// Check or exhibit id whose query it is.
    pub query: String,
    pub window: Window,
    pub rows: u64,
    pub lines_cited: u64,
    /// Of the result rows.
    pub sha256: String,
    /// Path inside the packet.
    pub file: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Count {
    pub name: String,
    pub count: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GlossaryRow {
    pub check: String,
    pub title: String,
    pub rule: String,
    pub means: String,
}

/// Verdicts by effect; of checks.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Effect word, then counts in the order of `Verdict::ALL`.
    pub by_effect: Vec<(String, [u64; 8])>,
    /// Items by verdict, in the order of `Verdict::ALL`.
    pub items: [u64; 8],
    /// Passes that rest on attestations alone.
    pub attested_only: u64,
}
