//! The report model: everything a document shows, as plain serialisable data; renderers see nothing else.

pub mod assemble;
mod attribution;
mod bindings;
pub mod biography;
mod chart;
pub mod charts;
mod decision;
pub mod diagnosis;
mod distribution;
pub(crate) mod identity;
pub mod incident;
pub mod inspection;
mod judged_lines;
mod ledger;
mod notes;
mod owed;
pub mod probing;
mod scope;
pub mod sections;
pub mod signatures;
pub mod watch;
pub mod weekly;
pub mod words;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::Window;
use crate::tables::table::Table;

pub use chart::{Chart, ChartBand, ChartEvent, ChartKind, ChartLine, Point, Series};
pub use decision::{Decision, Missing, Note, Reason, Trigger, WaiverNote};
pub use judged_lines::{Check, ConflictRow, Heatmap, HeatmapRow, Item, TesterCell};
pub use ledger::{AttributionRow, Count, Counts, CoverageRow, EvidenceRow, GlossaryRow};
pub use scope::{ChangeRow, DrillRow, FeedbackRow, Scope, TesterRow};
pub use watch::{LimitRow, RatioRow, RobustRow, Watch};

/// Version of the public JSON format of a sign-off packet.
pub const SIGNOFF_SCHEMA: &str = "cutover/signoff/1";

/// A beta sign-off packet as data. Texts that came from evidence are redacted but never escaped: escaping is the renderer's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    pub schema: String,
    pub tool_version: String,
    pub meta: Meta,
    pub decision: Decision,
    /// The rollback triggers in runbook order.
    pub triggers: Vec<Trigger>,
    /// What is missing, who owes it.
    pub missing: Vec<Missing>,
    pub waivers: Vec<WaiverNote>,
    /// Findings about the run itself: expired waivers, unbound lines, discarded attestations, a young candidate.
    pub notes: Vec<Note>,
    pub scope: Scope,
    /// Every line of the runbook that can be judged, in runbook order.
    pub items: Vec<Item>,
    /// Every check with its verdict; items refer to them by id.
    pub checks: Vec<Check>,
    pub heatmap: Heatmap,
    pub conflicts: Vec<ConflictRow>,
    pub drills: Vec<DrillRow>,
    /// The monitors as pictures.
    pub watch: Watch,
    /// Charts as data; drawn by the renderer, in this order.
    pub charts: Vec<Chart>,
    /// Tables shown in sections, by id; the renderer knows where each belongs and shows unknown ones at the end.
    pub exhibits: Vec<Exhibit>,
    pub feedback: Vec<FeedbackRow>,
    /// Proposed document changes.
    pub edits: Vec<DocumentChange>,
    pub coverage: Vec<CoverageRow>,
    /// Requests of the beta by client and by how well the client is known.
    #[serde(default)]
    pub attribution: Vec<AttributionRow>,
    pub evidence: Vec<EvidenceRow>,
    /// Redactions by kind.
    pub redactions: Vec<Count>,
    /// Statistical and other settings in force, name and value.
    pub settings: Vec<(String, String)>,
    pub glossary: Vec<GlossaryRow>,
    pub counts: Counts,
}

/// Identity of the packet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Meta {
    pub project: String,
    pub stage_title: String,
    pub stage_number: u32,
    /// First 12 hex digits of a SHA-256 over evidence hashes, queries, templates, settings and tool version.
    pub packet_id: String,
    /// The packet folder's name, such as `s3-2026-08-10-43-7c1e`.
    pub packet_name: String,
    pub packet_sha256: String,
    pub window: Window,
    pub baseline: Window,
    /// End of the evidence's coverage, or `--as-of`; never the wall clock.
    pub as_of: Timestamp,
    /// IANA name of the zone shown beside UTC.
    pub display_zone: String,
    pub cohort: String,
    pub candidate: String,
    pub builds: Vec<String>,
    pub app_version: Option<String>,
    /// Commit of the candidate.
    pub commit: Option<String>,
    pub environment: Option<String>,
    pub channels: Vec<String>,
    pub owner: String,
    /// When the build was pulled from testers, if it was.
    #[serde(default)]
    pub pulled_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Exhibit {
    /// Such as `ci`, `probes`, `environment`, `mobile_errors`, `runtime_calls`, `open_bugs`, `stage4_gates`.
    pub id: String,
    pub title: String,
    /// What it shows, and from what.
    pub note: String,
    pub table: Table,
    /// Rows in all; `table` holds at most two hundred.
    pub row_count: u64,
    pub evidence: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentChange {
    pub file: String,
    pub what: String,
    /// proposed | already done | nothing to do | refused
    pub state: String,
    pub reason: String,
    /// Unified diff; empty where nothing changes.
    pub diff: String,
    /// SHA-256 of the document that it was planned for, hex; empty in packets of earlier versions.
    #[serde(default)]
    pub before_sha256: String,
}
