//! What may explain it: attributes, suspects, log signatures; plain data, offered and never concluded.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A value of an attribute, and how failing and good events divide by it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttributeRow {
    /// route | build | device | os_version | platform | tester | client | deploy | flag | signature | container
    pub attribute: String,
    pub value: String,
    /// Bad and all events that have the value.
    pub with: (u64, u64),
    /// Bad and all events that do not.
    pub without: (u64, u64),
    /// Share of bad ones among those with the value: Clopper–Pearson, 95 %.
    pub share: (f64, f64, f64),
    /// Rate with ÷ rate without, central 95 % interval of the exact conditional test; the upper end is null where it is
    /// without bound, the ratio where nothing failed without.
    pub ratio: Option<f64>,
    pub low: f64,
    pub high: Option<f64>,
    /// Two-sided p of that test, adjusted over all rows (Benjamini–Hochberg).
    pub q: f64,
}

/// A share with its exact interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    pub label: String,
    pub bad: u64,
    pub of: u64,
    /// Null where there is nothing to divide by.
    pub share: Option<f64>,
    pub low: f64,
    pub high: f64,
    /// The cohort while the suspect was live.
    pub main: bool,
    /// The cohort (filled), or others (hollow).
    pub cohort: bool,
}

/// Something that changed or broke, as a candidate explanation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suspect {
    /// deploy | flag | build | configuration | maintenance
    pub kind: String,
    /// `backend 1.20.0`.
    pub name: String,
    /// When it took effect.
    pub at: Timestamp,
    pub deployment_id: Option<String>,
    pub commit: Option<String>,
    pub service: Option<String>,
    pub flag: Option<String>,
    pub build: Option<String>,
    /// Before the first? Covers all? Clean until it came? Stops when undone?
    pub questions: Vec<Question>,
    /// Sentences.
    pub supporting: Vec<String>,
    pub contradicting: Vec<String>,
    pub evidence: Vec<String>,
}

/// A plain question to a suspect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub text: String,
    pub answer: Answer,
    /// The figures behind it: `15 of 15`.
    pub note: String,
}

/// An answer, which is evidence and no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    #[serde(rename = "yes")]
    Yes,
    #[serde(rename = "no")]
    No,
    #[serde(rename = "can't tell")]
    CannotTell,
}

/// A log signature during the incident against before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignatureRow {
    /// Content hash of the template: the same in every report.
    pub id: String,
    /// Constant words, `<*>` for what varies.
    pub template: String,
    /// new | surged | vanished | steady
    pub state: String,
    pub service: String,
    pub level: String,
    /// Lines in the incident, and in the time before it.
    pub during: u64,
    pub before: u64,
    /// Rate ÷ rate before with its central 95 % interval; null where it is not defined.
    pub ratio: Option<f64>,
    pub low: f64,
    pub high: Option<f64>,
    pub first: Option<Timestamp>,
    /// A line of it, redacted, and its `file:line`.
    pub example: String,
    pub place: String,
}
