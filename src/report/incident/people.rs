//! The people in a report: who was affected, what they are told, what they wrote; plain data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A row of the block that the runbook demands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Affected {
    /// Roster code, or a pseudonym where the person is not on the roster.
    pub tester: String,
    pub platform: Option<String>,
    pub device: Option<String>,
    pub os_version: Option<String>,
    pub build: Option<String>,
    pub routes: Vec<String>,
    /// In order of time.
    pub request_ids: Vec<String>,
    /// Lines of the device's log from the first affected moment.
    pub excerpt: Vec<Excerpt>,
    /// Bad events of this tester, and all comparable ones in the incident.
    pub events: u64,
    pub of: u64,
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
    /// Cells of this row that are missing, and why.
    pub missing: Vec<String>,
}

/// A raw line as it was stored: redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Excerpt {
    /// By the servers' clock.
    pub at: Option<Timestamp>,
    pub text: String,
    /// `file:line`
    pub place: String,
}

/// The separate message for testers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub summary: String,
    pub what_happened: String,
    pub what_we_are_doing: String,
}

/// An earlier incident that looks like this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Similar {
    pub id: String,
    pub title: String,
    pub at: Option<Timestamp>,
    /// Folder of its report, relative to the reports' folder.
    pub folder: String,
    /// Signatures in common ÷ signatures in either (Jaccard), 0 to 1.
    pub overlap: f64,
    /// What they have in common, as short texts.
    pub shared: Vec<String>,
}
