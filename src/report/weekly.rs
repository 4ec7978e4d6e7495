//! The weekly beta summary as plain serialisable data; renderers see nothing else.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::config::Window;
use crate::report::{Count, CoverageRow, FeedbackRow, Trigger};
use crate::verdict::{Call, Verdict};

/// Version of the public JSON format of a weekly summary.
pub const WEEKLY_SCHEMA: &str = "cutover/weekly/1";

/// A weekly summary. Texts that came from evidence are redacted but never escaped: escaping is the renderer's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Weekly {
    pub schema: String,
    pub tool_version: String,
    /// `2026-W32`.
    pub week: String,
    pub meta: Meta,
    /// A few words, such as `Quiet week, one blind spot`.
    pub headline: String,
    /// One or two sentences.
    pub summary: String,
    pub forecast: Forecast,
    pub progress: Progress,
    /// Week of the earlier summary that this one is compared with; none where there is none.
    pub previous: Option<String>,
    /// Remarks on the history: no earlier summary, damaged ones that were skipped, missed weeks; as sentences.
    pub history: Vec<String>,
    pub triggers: Vec<Trigger>,
    /// What changed since last time: verdicts, builds, errors, conflicts.
    pub changes: Vec<Change>,
    /// Every check now and before.
    pub verdicts: Vec<VerdictRow>,
    pub watch: Vec<WatchRow>,
    pub people: People,
    pub feedback: Feedback,
    /// Incidents, near misses, alarms, drills, gaps; in order of time.
    pub events: Vec<Event>,
    pub unknown: Vec<Unknown>,
    pub asks: Vec<Ask>,
    /// The data health line: coverage, lag, redactions, as sentences.
    pub health: Vec<String>,
    pub coverage: Vec<CoverageRow>,
    pub redactions: Vec<Count>,
}

/// Identity of the summary.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Meta {
    pub project: String,
    pub stage_title: String,
    pub stage_number: u32,
    /// First 12 hex digits of a SHA-256 over evidence hashes, queries, templates, settings and tool version.
    pub packet_id: String,
    /// Monday to Monday at midnight in the display zone, half-open.
    pub window: Window,
    /// Monday and Sunday in the display zone.
    pub first_day: Date,
    pub last_day: Date,
    pub beta: Window,
    /// The week's end, or the end of the evidence where that is earlier.
    pub as_of: Timestamp,
    pub display_zone: String,
    pub cohort: String,
    pub candidate: String,
    pub builds: Vec<String>,
    pub owner: String,
}

/// What the decision would be, and when it may come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Forecast {
    /// The decision as of the week's end, if nothing changes.
    pub call: Call,
    /// Why, as a sentence.
    pub sentence: String,
    /// The day on which signing may be possible; none where nothing tells.
    pub day: Option<Date>,
    /// How that day is arrived at, or why there is none; a sentence.
    pub how: String,
}

/// How far the beta is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Day of the beta at the week's end, from 1; 0 before it began.
    pub day: i64,
    /// Days that the runbook asks for at least, and the beta's own length.
    pub least: i64,
    pub days: i64,
    /// Day of the candidate at the week's end, from 1; none where it is not out.
    pub candidate_day: Option<i64>,
    /// Lines of the runbook that pass, of all that are judged; the same in the earlier summary.
    pub passed: u64,
    pub of: u64,
    pub passed_before: Option<u64>,
}

/// A difference to the earlier summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// verdict | build | deploy | flag | error | conflict
    pub kind: String,
    /// Items, such as `M3, M5`, or what it is about.
    pub about: String,
    pub what: String,
    pub before: Option<Verdict>,
    pub now: Option<Verdict>,
}

/// A check now and before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictRow {
    pub item: String,
    pub check: String,
    pub title: String,
    pub now: Verdict,
    pub before: Option<Verdict>,
}

/// A monitor over the days of the week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WatchRow {
    pub item: String,
    pub title: String,
    /// Monday to Sunday.
    pub days: Vec<WatchDay>,
    /// Evidence against "no worse than the others" that may be looked at every day; none where the monitor has none.
    pub e_value: Option<f64>,
}

/// A cell of the watch strip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchDay {
    pub day: Date,
    /// `None` outside the beta, or where the day is not over.
    pub verdict: Option<Verdict>,
    /// `pass`, `too few`, `no data`, `fail`, `not in the beta`, `still to come`.
    pub word: String,
}

/// Who took part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    pub testers: Vec<Person>,
    /// Testers active per day, Monday to Sunday.
    pub active: Vec<u64>,
    pub sessions: u64,
    pub crashes: u64,
    /// Platforms in scope that nobody used in the week.
    pub platforms_missing: Vec<String>,
    /// One line below the strip, as sentences.
    pub note: String,
}

/// A tester's week.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub tester: String,
    pub device: String,
    pub platform: String,
    /// Sessions, Monday to Sunday.
    pub sessions: Vec<u64>,
    pub total: u64,
    pub crashes: u64,
    /// Items of which this person's word is outstanding.
    pub outstanding: Vec<String>,
}

/// What testers said.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Feedback {
    /// In the week; in the beta until the week's end; of those without a decision.
    pub new: u64,
    pub all: u64,
    pub open: u64,
    /// All by decision, the most frequent first.
    pub by_decision: Vec<Count>,
    /// Two to four of the week's, the newest first.
    pub quotes: Vec<FeedbackRow>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: Timestamp,
    pub to: Option<Timestamp>,
    /// incident | near miss | alarm | drill | gap | change
    pub kind: String,
    pub what: String,
    /// `as planned`, `explained`, `open`; may be empty.
    pub state: String,
}

/// What cannot be told yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// `M3, M5`.
    pub items: String,
    pub verdict: Verdict,
    pub why: String,
    /// The exposure or act that would settle it.
    pub takes: String,
}

/// Something that somebody is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub who: String,
    pub what: String,
    /// By when, in the display zone.
    pub by: Option<Date>,
    pub items: Vec<String>,
}
