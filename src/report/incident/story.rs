//! What happened when: the timeline, the steps of the response, and the ways of single requests; plain data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Excerpt;
use crate::config::Window;

/// What kind of moment it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Something was changed: a deploy, a flag, a build, a maintenance mode.
    Change,
    /// The systems showed something.
    Signal,
    /// A person or an alarm noticed.
    Detection,
    Decision,
    Action,
    Recovery,
}

impl Kind {
    /// The word of every face.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Change => "Change",
            Kind::Signal => "Signal",
            Kind::Detection => "Detection",
            Kind::Decision => "Decision",
            Kind::Action => "Action",
            Kind::Recovery => "Recovery",
        }
    }
}

/// A row of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    pub at: Timestamp,
    /// Where it lasts: its end.
    pub to: Option<Timestamp>,
    pub kind: Kind,
    /// One of the few that a reader needs.
    pub curated: bool,
    /// Bold first words, such as `First foreign owner:`; may be empty.
    pub lead: String,
    pub text: String,
    /// Words of a person that are quoted in it; empty where there are none.
    pub quote: String,
    /// Tables or services it comes from, such as `deploys`, `trading-backend, device`.
    pub source: String,
    /// Evidence id, or `file:line`.
    pub evidence: Vec<String>,
    pub clock: Clock,
}

/// How sure the time is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Clock {
    /// A server's own time.
    Exact,
    /// Within so many milliseconds.
    Within { ms: i64 },
    /// Only the minute is known.
    Minute,
    /// A device whose clock could not be compared.
    Unchecked,
}

/// A stretch of the incident, such as `not noticed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// `not noticed`, `reported, no decision`, `decided, not pulled`, `pulled, cause still live`.
    pub name: String,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// A step that the runbook prescribes after a trigger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// `RS1`.
    pub id: String,
    /// As the runbook has it.
    pub text: String,
    pub state: StepState,
    pub at: Option<Timestamp>,
    /// What was seen, or what is missing.
    pub sentence: String,
    pub evidence: Vec<String>,
    /// It was done before a step that the runbook has earlier.
    pub out_of_order: bool,
}

/// Whether a step was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepState {
    #[serde(rename = "done")]
    Done,
    #[serde(rename = "not done")]
    NotDone,
    #[serde(rename = "not seen")]
    NotSeen,
    #[serde(rename = "pending")]
    Pending,
}

/// Something to be done next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    pub what: String,
    /// A handle, or who it takes.
    pub owner: String,
    /// By when, or what it waits for; empty where nothing says.
    pub due: String,
}

/// A request that tells much, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Telling {
    pub request_id: String,
    pub at: Timestamp,
    /// Whose request it was, and what came back: `t02 → t09`, `t04 → 500`.
    pub asked: String,
    /// `the first; 3 min 42 s after the deploy`.
    pub why: String,
}

/// The way of one request through all systems.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Way {
    pub request_id: String,
    /// `GET /api/positions`
    pub route: String,
    /// What it shows, as a sentence.
    pub sentence: String,
    /// Facts beside it: name and value, such as `Asked by`, `Answered with`, `Grade`.
    pub facts: Vec<(String, String)>,
    /// The moment that counts as zero, and whose clock it is.
    pub zero: Timestamp,
    pub zero_clock: String,
    /// Device, gateway, backend, platform-service and database, in this order; also those that saw nothing.
    pub hops: Vec<Hop>,
    /// Every log line of it.
    pub lines: Vec<(String, Excerpt)>,
}

/// A lane of the picture. Times in milliseconds after the way's zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    /// `Device`, `Gateway`, `trading-backend`.
    pub name: String,
    /// `t02, iPhone 14`.
    pub detail: String,
    /// None where the hop logged nothing.
    pub span: Option<(f64, f64)>,
    /// Half-width of the uncertainty of both ends, milliseconds.
    pub uncertain_ms: f64,
    /// `200 in 42 ms`.
    pub says: String,
    /// `clock +6 ± 3 ms`, `clock is the reference`.
    pub clock: String,
    /// Why there is no span: `not called`, or `not observed`; empty where there is one.
    pub absent: String,
    /// What went wrong at this hop; empty where nothing did.
    pub fault: String,
}

/// The incident as a picture: a lane per affected tester, what was live, what people did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// From before the first change that matters to after recovery; none where nothing bad is known.
    pub window: Option<Window>,
    /// First → last bad event.
    pub impact: Option<Window>,
    pub lanes: Vec<Lane>,
    /// How many affected testers have no lane for want of room.
    pub more_lanes: u64,
    /// What was live while it went wrong: the first suspect, with its time.
    pub live: Option<(String, Window)>,
    /// Report, decision, pull, roll-back: time and a few words.
    pub marks: Vec<(Timestamp, String)>,
    /// Requests of the affected builds per bin, of which bad; the bin's length is `bin_s`.
    pub bins: Vec<Bin>,
    pub bin_s: i64,
    /// What a bin counts, such as `Requests from build 42`.
    pub counts: String,
    /// What happened to that traffic, as a sentence for the chart.
    pub finding: String,
}

/// A tester's lane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    pub tester: String,
    pub device: String,
    pub bad: Vec<Timestamp>,
}

/// A bin of the traffic chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    pub at: Timestamp,
    pub of: u64,
    pub bad: u64,
}
