//! The report model: everything a document shows, as plain serialisable data; renderers see nothing else.

pub mod assemble;
mod attribution;
mod bindings;
pub mod biography;
pub mod charts;
mod distribution;
pub mod sections;
pub mod watch;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::Window;
use crate::coverage::Rejected;
use crate::rules::rate_ratio::Compared;
use crate::tables::table::Table;
use crate::verdict::{Call, Effect, Proof, Verdict};

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
}

/// The decision and its reasons; the same object stands behind every rendering.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decision {
    pub call: Call,
    /// One sentence beside the word.
    pub sentence: String,
    /// The reasons, the most telling first; page 1 shows at most three and says how many more there are.
    pub because: Vec<Reason>,
}

/// Why the decision is what it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reason {
    pub check: String,
    pub verdict: Verdict,
    /// Short bold lead, such as `Trigger R2 fired: tenant data leak.`
    pub lead: String,
    /// The figures, as a sentence.
    pub sentence: String,
    /// Evidence ids.
    pub evidence: Vec<String>,
}

/// A rollback trigger on page 1.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Trigger {
    pub check: String,
    /// The condition as the runbook has it.
    pub condition: String,
    /// The action the runbook prescribes.
    pub action: String,
    pub verdict: Verdict,
    /// FIRED, NOT FIRED, CANNOT EXCLUDE, HOLD, WAIVED.
    pub state: String,
    pub sentence: String,
    /// Share of the window covered, 0 to 1.
    pub coverage: Option<f64>,
    pub evidence: Vec<String>,
}

/// Something owed before the decision can change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Missing {
    pub what: String,
    /// A handle, tester codes, or "the tool's next version".
    pub owner: String,
    /// By when, or what it waits for.
    pub due: String,
    pub checks: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WaiverNote {
    pub item: String,
    pub by: String,
    /// Last day on which it holds.
    pub until: String,
    pub reason: String,
    /// in force | expired | unused | refused | about nothing
    pub state: String,
    /// Why it is not in force, or not for all that it names; empty where it is.
    #[serde(default)]
    pub why: String,
    /// Checks that it covers, with their titles.
    #[serde(default)]
    pub covers: Vec<String>,
}

/// A finding about the run itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Note {
    /// One word: scope, waiver, runbook, candidate, evidence, clock, attestation, configuration.
    pub about: String,
    pub sentence: String,
}

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

/// One line of the runbook that can be judged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Item {
    /// Short stable id within the packet, such as `PF-01`, `S5-04`, `RT-02`.
    pub id: String,
    /// gate | step | trigger | rollback_step | monitor | signoff | next
    pub kind: String,
    /// Exactly as the runbook has it.
    pub text: String,
    /// Second-level heading, and third-level one where there is one.
    pub section: String,
    pub subsection: Option<String>,
    /// Line in the runbook, from 1.
    pub line: u64,
    /// `heading-slug/ordinal` among the task items below that heading; only task items have one.
    #[serde(default)]
    pub anchor: Option<String>,
    /// Whether the box is ticked in the runbook, which is no evidence; null for lines without a box.
    #[serde(default)]
    pub ticked: Option<bool>,
    /// What judges it: machine | either | attested | both (the proof of its checks), manual | action | out-of-scope
    /// (declared by the team), unbound (nothing).
    #[serde(default)]
    pub binding: String,
    /// The wording that its check knows, where the runbook says the same in other words.
    #[serde(default)]
    pub known_as: Option<String>,
    pub effect: Effect,
    pub verdict: Verdict,
    /// Why, as a sentence.
    pub reason: String,
    /// Ids of the checks bound to it; empty where the line is unbound.
    pub checks: Vec<String>,
    pub evidence: Vec<String>,
    /// Latest evidence behind the verdict.
    pub judged_at: Option<Timestamp>,
    /// Per tester, in roster order, where the runbook says "each tester".
    pub cells: Vec<TesterCell>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TesterCell {
    pub tester: String,
    pub verdict: Verdict,
    /// seen | attested | both | carried over `42→43` | …
    pub how: String,
    pub sentence: String,
}

/// A check with its verdict.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Check {
    pub id: String,
    /// The check's short name, such as `M4`.
    pub item: String,
    pub title: String,
    pub effect: Effect,
    pub proof: Proof,
    pub rule: String,
    pub verdict: Verdict,
    /// The verdict before a waiver.
    pub judged: Verdict,
    pub sentence: String,
    /// The numbers in the sentence, by name.
    pub figures: std::collections::BTreeMap<String, f64>,
    pub evidence: Vec<String>,
    /// Comparisons of the cohort's rates with the others', one per series.
    pub compared: Vec<Compared>,
    pub cells: Vec<TesterCell>,
    /// People whose word is missing and would pass it: roster codes, or the owner's handle.
    #[serde(default)]
    pub owed: Vec<String>,
    /// Coverage notes: which sources vetoed or limited the verdict.
    pub observed: Vec<String>,
    /// The rows behind it, at most fifty here; all of them in `evidence/`.
    pub rows: Table,
    pub row_count: u64,
    pub query: String,
    pub sha256: String,
}

/// Testers down, features across.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Heatmap {
    /// Short feature names, in order, with the checks behind each.
    pub features: Vec<(String, Vec<String>)>,
    /// One row per tester, in roster order; cells as `features`.
    pub rows: Vec<HeatmapRow>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HeatmapRow {
    pub tester: String,
    pub device: String,
    pub os_version: String,
    pub platform: String,
    pub cells: Vec<Verdict>,
    pub sessions: u64,
    pub requests: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConflictRow {
    pub tester: String,
    pub feature: String,
    pub said: String,
    pub shown: String,
    pub verdict: Verdict,
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

/// Comparisons and limits of the monitors.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Watch {
    pub ratios: Vec<RatioRow>,
    pub limits: Vec<LimitRow>,
    pub robust: Vec<RobustRow>,
}

/// A ratio of the cohort and all others, with one-sided 95 % bounds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RatioRow {
    pub item: String,
    pub name: String,
    /// What was counted or measured on each side.
    pub cohort: String,
    pub others: String,
    /// Null where the others have nothing to divide by.
    pub ratio: Option<f64>,
    pub lower: f64,
    /// Null where there is no upper bound.
    pub upper: Option<f64>,
    pub limit: f64,
    /// Null for a part of a check.
    pub verdict: Option<Verdict>,
}

/// A value against a limit of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LimitRow {
    pub item: String,
    pub name: String,
    /// Such as `0 of 272`.
    pub counted: String,
    pub value: f64,
    /// One-sided 95 % bound, for a share.
    pub upper: Option<f64>,
    pub limit: f64,
    pub said: String,
    pub limit_said: String,
    pub verdict: Verdict,
}

/// What stands beside the test that decides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RobustRow {
    pub item: String,
    pub series: String,
    /// The tester with most episodes.
    pub top: String,
    /// Testers without whom the verdict would be another.
    pub hinges_on: String,
    /// Raw errors instead of episodes; drills and deploys put back.
    pub raw: String,
    pub drills: String,
    /// Ratios within days and within bins of five minutes; of the others with and without the cohort about, and in the
    /// beta against the baseline.
    pub in_days: Option<f64>,
    pub in_bins: Option<f64>,
    pub on_others: Option<f64>,
    pub since_baseline: Option<f64>,
    /// Of the test that may be looked at every day: now, and its highest.
    pub e_value: Option<f64>,
    pub e_highest: Option<f64>,
    pub bursts: u64,
}

/// A chart as data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Chart {
    /// File stem and anchor, such as `requests`.
    pub id: String,
    pub title: String,
    /// Unit and bin, in one grey line.
    pub subtitle: String,
    /// Says the finding rather than the picture.
    pub alt: String,
    pub unit: String,
    pub window: Window,
    pub series: Vec<Series>,
    /// Vertical marks: deploys, builds.
    pub events: Vec<ChartEvent>,
    /// Grey bands: drills. Hatched bands: gaps.
    pub bands: Vec<ChartBand>,
    /// Horizontal lines: limits (red dashes) and baselines (thin dashes).
    pub lines: Vec<ChartLine>,
    pub kind: ChartKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartKind {
    /// First series as bars, the others as step lines; from zero.
    Bars,
    /// Points on stems; from zero. `weak` points are hollow.
    Points,
    /// Lines that break at gaps; `weak` points are drawn hollow.
    Line,
    /// One strip per series: covered share per bin (1 covered, 0 not).
    Coverage,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Series {
    pub name: String,
    /// Whether it is the cohort (filled, blue) or all others (hollow, grey).
    pub cohort: bool,
    pub points: Vec<Point>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Point {
    pub at: Timestamp,
    /// Length of the bin in seconds.
    pub seconds: i64,
    /// Null where there is no observation; zero is a real zero.
    pub value: Option<f64>,
    /// Numerator and denominator where the value is a share.
    pub of: Option<(u64, u64)>,
    /// Below the minimum exposure, or inside a drill: drawn hollow.
    pub weak: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChartEvent {
    pub at: Timestamp,
    pub label: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChartBand {
    pub window: Window,
    /// drill | gap | impact
    pub kind: String,
    pub label: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChartLine {
    pub value: f64,
    /// limit | baseline
    pub kind: String,
    pub label: String,
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

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentChange {
    pub file: String,
    pub what: String,
    /// proposed | already done | refused
    pub state: String,
    pub reason: String,
    /// Unified diff; empty where nothing changes.
    pub diff: String,
}

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
