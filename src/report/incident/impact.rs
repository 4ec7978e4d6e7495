//! How far it reached, whether tenants saw each other's data, and whether it is over; plain data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Blast radius.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Impact {
    /// What testers saw, since when, until when: one paragraph.
    pub summary: String,
    /// Large figures of page 1, at most five.
    pub figures: Vec<Figure>,
    /// Everything that is counted, with bounds: testers, tenants, requests, sessions, minutes, other clients.
    pub facts: Vec<Figure>,
}

/// A counted fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is about: testers, requests, sessions, tenants, minutes of impact, time to detect …
    pub name: String,
    /// `52`, `2 of 9`, `unknown`.
    pub value: String,
    /// `min`; empty where it counts.
    pub unit: String,
    /// One short sentence, with the bound where there is one.
    pub note: String,
    pub evidence: Vec<String>,
}

/// Whether one tenant saw another's data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Leak {
    pub answer: LeakAnswer,
    /// Why.
    pub sentence: String,
    pub evidence: Vec<String>,
}

/// The answer, in the words of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeakAnswer {
    #[serde(rename = "yes")]
    Yes,
    #[serde(rename = "no")]
    No,
    #[serde(rename = "can't be excluded")]
    CannotExclude,
}

impl LeakAnswer {
    /// The word of every face.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            LeakAnswer::Yes => "Yes",
            LeakAnswer::No => "No",
            LeakAnswer::CannotExclude => "Can't be excluded",
        }
    }
}

/// Whether it is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Over {
    pub answer: OverAnswer,
    /// Why, with what was observed since.
    pub sentence: String,
    /// A pulled build came back after it had been quiet, or another bad event after recovery: what, as a sentence.
    pub reopened: Option<String>,
    /// Traffic of the pulled builds after the pull, one row per tester who had it.
    pub testers: Vec<Quiet>,
    /// When the next look is due, as a sentence.
    pub next_look: String,
    pub evidence: Vec<String>,
}

/// The answer, in the words of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OverAnswer {
    /// No bad event since, and good ones were seen.
    #[serde(rename = "yes, as far as can be seen")]
    Yes,
    #[serde(rename = "no")]
    No,
    #[serde(rename = "can't tell")]
    CannotTell,
}

impl OverAnswer {
    /// The words of every face.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            OverAnswer::Yes => "Yes, as far as can be seen",
            OverAnswer::No => "No",
            OverAnswer::CannotTell => "Can't tell",
        }
    }
}

/// How a tester's use of the pulled builds came to an end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quiet {
    pub tester: String,
    pub device: String,
    pub os_version: String,
    pub build: String,
    /// Last request or device line of a pulled build.
    pub last: Option<Timestamp>,
    /// The pull → that, seconds; zero or less where it was quiet before; null without a pull.
    pub to_zero_s: Option<i64>,
    /// Requests of the pulled build after the pull.
    pub requests_after: u64,
    /// Used it longer after the pull than the runbook's quiet time allows.
    pub straggler: bool,
    /// Came back after that quiet time.
    pub came_back: bool,
}
