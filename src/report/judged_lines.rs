//! Lines of the runbook and their checks with their verdicts, and the heat map; plain data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::rules::rate_ratio::Compared;
use crate::tables::table::Table;
use crate::verdict::{Effect, Proof, Verdict};

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
