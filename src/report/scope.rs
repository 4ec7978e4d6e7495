//! Who and what was looked at: testers, changes, drills, feedback; plain data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::Window;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scope {
    pub testers: Vec<TesterRow>,
    pub requests: u64,
    pub sessions: u64,
    /// What changed since the previous build: deploys and flags in the window, newest last.
    pub changes: Vec<ChangeRow>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TesterRow {
    pub tester: String,
    pub device: String,
    pub os_version: String,
    pub platform: String,
    /// Builds seen in the evidence, oldest first.
    pub builds: Vec<String>,
    pub sessions: u64,
    pub requests: u64,
    /// UTC days with activity.
    pub active_days: u64,
    pub last_seen: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeRow {
    pub at: Timestamp,
    /// deploy | rollback | build | flag | maintenance | drill | distribution
    pub kind: String,
    pub what: String,
    pub evidence: String,
}

/// A planned outage and what was measured in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrillRow {
    pub title: String,
    pub window: Window,
    /// A tester's own window, or null for all.
    pub tester: Option<String>,
    /// Where it was found: configuration, audit events, device notes.
    pub found_in: String,
    pub seconds_to_degrade: Option<f64>,
    pub seconds_to_recover: Option<f64>,
    /// Testers in it, of the roster.
    pub testers: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FeedbackRow {
    pub at: Option<Timestamp>,
    pub tester: String,
    pub channel: String,
    pub screen: String,
    pub severity: String,
    pub text: String,
    /// pre-GA fix | follow-up | won't do | … ; null = no decision yet.
    pub triage: Option<String>,
    pub issue: Option<String>,
}
