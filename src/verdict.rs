//! The words of a judgement: verdict, effect, proof, call, and how verdicts roll up; decides nothing about evidence.

use serde::{Deserialize, Serialize};

/// Verdict of a check or of one cell of it. The order of the variants is the roll-up order: the smallest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// The evidence shows the opposite of the condition.
    #[serde(rename = "fail")]
    Fail,
    /// Two sources disagree.
    #[serde(rename = "conflict")]
    Conflict,
    /// Not observed: missing, truncated, stale or unattributable.
    #[serde(rename = "no-data")]
    NoData,
    /// Observed, too little to tell.
    #[serde(rename = "inconclusive")]
    Inconclusive,
    /// A human answer is due.
    #[serde(rename = "pending")]
    Pending,
    /// A named human accepted it, until a date.
    #[serde(rename = "waived")]
    Waived,
    /// The evidence shows the condition.
    #[serde(rename = "pass")]
    Pass,
    /// Out of scope beforehand, or the condition of a conditional line did not occur while it was covered.
    #[serde(rename = "n/a")]
    NotApplicable,
}

impl Verdict {
    /// All verdicts in roll-up order.
    pub const ALL: [Verdict; 8] = [
        Verdict::Fail,
        Verdict::Conflict,
        Verdict::NoData,
        Verdict::Inconclusive,
        Verdict::Pending,
        Verdict::Waived,
        Verdict::Pass,
        Verdict::NotApplicable,
    ];

    /// The word as it stands in JSON, configuration and prose.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Fail => "fail",
            Verdict::Conflict => "conflict",
            Verdict::NoData => "no-data",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Pending => "pending",
            Verdict::Waived => "waived",
            Verdict::Pass => "pass",
            Verdict::NotApplicable => "n/a",
        }
    }

    /// Rolls up the verdicts of the parts of one thing: the worst wins, `n/a` is ignored
    /// unless there is nothing else, and nothing at all is `no-data`: empty is never green.
    #[must_use]
    pub fn roll_up(parts: impl IntoIterator<Item = Verdict>) -> Verdict {
        parts.into_iter().min().unwrap_or(Verdict::NoData)
    }
}

/// What a check does to the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// A rollback trigger: one that fired is `fail`.
    Trigger,
    /// Must pass or be waived for GO.
    Blocker,
    /// Leads to NOT YET, never to NO-GO.
    Hold,
    /// Shown, does not gate.
    Advisory,
    /// An action or precondition; orders the evidence, never gates.
    Action,
}

impl Effect {
    /// The word as it stands in JSON and check headers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Effect::Trigger => "trigger",
            Effect::Blocker => "blocker",
            Effect::Hold => "hold",
            Effect::Advisory => "advisory",
            Effect::Action => "action",
        }
    }
}

/// Who may decide a check when a person's word and machine evidence meet (statistics.md S1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// Only machine evidence passes it; a word is shown and changes nothing.
    Machine,
    /// Machine evidence or an attestation.
    Either,
    /// Only an attestation passes it; machine evidence pre-fills.
    Attested,
    /// Both are needed.
    Both,
}

/// The decision, in the words of the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Call {
    /// All blockers pass or are waived, no trigger fired, none that cannot be excluded.
    #[serde(rename = "GO")]
    Go,
    /// A blocker is `fail` or `conflict`, or a trigger fired.
    #[serde(rename = "NO-GO")]
    NoGo,
    /// Anything else.
    #[serde(rename = "NOT YET")]
    NotYet,
}

impl Call {
    /// The words on page 1.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Call::Go => "GO",
            Call::NoGo => "NO-GO",
            Call::NotYet => "NOT YET",
        }
    }
}
