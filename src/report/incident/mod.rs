//! The incident model: everything an incident report shows, as plain serialisable data; renderers see nothing else.

mod cause;
mod impact;
mod people;
mod story;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::Window;
use crate::report::words::Words;
use crate::report::{Count, CoverageRow, EvidenceRow, Trigger};

pub use cause::{Answer, AttributeRow, Question, Share, SignatureRow, Suspect};
pub use impact::{Figure, Impact, Leak, LeakAnswer, Over, OverAnswer, Quiet};
pub use people::{Affected, Excerpt, Message, Similar};
pub use story::{Bin, Clock, Hop, Kind, Lane, Moment, Next, Phase, Picture, Step, StepState, Telling, Way};

/// Version of the public JSON format of an incident report.
pub const INCIDENT_SCHEMA: &str = "cutover/incident/1";

/// An incident report as data. Texts that came from evidence are redacted but never escaped: escaping is the renderer's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Incident {
    pub meta: Meta,
    /// Which incident this is and why it was chosen, as a sentence; also why there is none.
    pub chosen: String,
    /// Other bad times in the evidence that this report is not about, as sentences.
    pub others: Vec<String>,
    /// What the report lacks, the most important first; shown at the top.
    pub missing: Vec<String>,
    /// Short names of the triggers that fired in this incident, such as `R2`.
    pub fired: Vec<String>,
    /// All rollback triggers in runbook order, as the packet shows them.
    pub triggers: Vec<Trigger>,
    pub times: Times,
    pub impact: Impact,
    pub leak: Leak,
    pub over: Over,
    /// Steps that the runbook prescribes after a trigger, in its order.
    pub steps: Vec<Step>,
    /// What is to be done next, the most urgent first.
    #[serde(default)]
    pub next: Vec<Next>,
    /// The three requests that tell most.
    pub telling: Vec<Telling>,
    pub affected: Vec<Affected>,
    /// In order of time; curated ones stand in the report, the others in its appendix.
    pub timeline: Vec<Moment>,
    /// How the time from the first bad minute to the end of the rollback was spent.
    pub phases: Vec<Phase>,
    /// Attributes that distinguish failing from good, the most telling first.
    pub attributes: Vec<AttributeRow>,
    /// The same question asked of a few groups, as shares with intervals.
    pub shares: Vec<Share>,
    /// What changed or broke before the first bad event, the best explanation first.
    pub suspects: Vec<Suspect>,
    /// The first suspect by its commit, deployment, flag or build, where nothing speaks against it.
    #[serde(default)]
    pub suspect: Option<String>,
    /// What the numbers cannot tell about the suspects, as a sentence.
    pub cannot_tell: String,
    pub signatures: Vec<SignatureRow>,
    /// Ways of the telling requests, in their order.
    pub ways: Vec<Way>,
    /// All request ids of bad events of the cohort, in order of time.
    pub request_ids: Vec<String>,
    /// The same of other clients.
    pub request_ids_others: Vec<String>,
    pub routes: Vec<String>,
    pub similar: Vec<Similar>,
    /// For testers: nothing internal in it.
    pub message: Message,
    /// What people wrote into the report.
    pub written: Words,
    pub picture: Picture,
    pub coverage: Vec<CoverageRow>,
    pub evidence: Vec<EvidenceRow>,
    /// Redactions by kind.
    pub redactions: Vec<Count>,
    /// Statistical and other settings in force, name and value.
    pub settings: Vec<(String, String)>,
}

/// Identity of the report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Meta {
    pub schema: String,
    pub tool_version: String,
    /// `INC-601` where an audit event names it, else made from the trigger and the first bad minute.
    pub id: String,
    /// Short sentence in the words of testers, such as `Testers were shown other people's data`.
    pub title: String,
    /// `SEV1`; where nobody set one, what the fired trigger means for it.
    pub severity: String,
    /// Who set the severity: an audit event, or the tool's proposal.
    pub severity_from: String,
    pub project: String,
    pub stage_title: String,
    pub stage_number: u32,
    /// First 12 hex digits of a SHA-256 over evidence hashes, queries, templates, settings and tool version.
    pub packet_id: String,
    /// The beta.
    pub window: Window,
    /// End of the evidence's coverage, or `--as-of`; never the wall clock.
    pub as_of: Timestamp,
    /// IANA name of the zone shown beside UTC.
    pub display_zone: String,
    /// Abbreviation of that zone at the incident, such as `BST`.
    pub zone_short: String,
    pub cohort: String,
    pub builds: Vec<String>,
    pub owner: String,
    /// Share of the incident's time in which the sources that it rests on were listening, 0 to 1; null where unknown.
    pub completeness: Option<f64>,
    /// What a single bad event is called: `foreign owner`; and many: `foreign owners`.
    pub one: String,
    pub bad: String,
    /// What is counted: `answers that name an owner`.
    pub unit: String,
}

/// A time, or why it is not known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct When {
    pub at: Option<Timestamp>,
    /// How it is known, or why not, as a sentence without a full stop.
    pub how: String,
    /// Evidence ids or places (`file:line`).
    pub evidence: Vec<String>,
}

/// The times of product.md. All UTC; unknown is unknown, never zero.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Times {
    /// The minute of the first bad event.
    pub started: When,
    /// The first bad event itself.
    pub first_bad: When,
    /// Where the change lies with 95 % confidence, by the change-point method that `method` names.
    pub onset: Option<Onset>,
    pub last_bad: When,
    pub first_report: When,
    pub detected: When,
    pub rolled_back: When,
    pub recovered: When,
    pub resolved: When,
    /// First bad event → detection, seconds.
    pub to_detect_s: Option<i64>,
    /// Detection → roll-back, seconds.
    pub to_mitigate_s: Option<i64>,
    /// First bad event → recovery, seconds.
    pub to_recover_s: Option<i64>,
    /// First → last bad event, seconds: how long testers could be hit.
    pub impact_s: Option<i64>,
    /// Detection → the last step of the response, seconds.
    pub response_s: Option<i64>,
}

/// A change point with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Onset {
    pub at: Timestamp,
    /// Half-open, 95 %.
    pub window: Window,
    /// The method and its source, in words.
    pub method: String,
    /// Bad of all before, and from then on until the end of the impact.
    pub before: (u64, u64),
    pub after: (u64, u64),
}
