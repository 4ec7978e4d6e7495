//! Why the decision is what it is: reasons, triggers, what is missing, waivers and notes; plain data.

use serde::{Deserialize, Serialize};

use crate::verdict::{Call, Verdict};

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
