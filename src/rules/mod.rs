//! How rows become an observation: one rule per file, pure, no dataframes. What a person's word then does to it is
//! `precedence`.

pub mod all_hold;
pub mod condition;
pub mod each_tester;
pub mod family;
pub mod latency_ratio;
pub mod latest_success;
pub mod no_rows;
pub mod precedence;
pub mod rate_ratio;
pub mod share;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::tables::table::Table;
use family::Family;

/// A rule and its settings, as a check's header has it.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RuleSpec {
    /// Every row is a violation (columns `subject`, `reason`); none, with exposure, shows the condition. Where all rows
    /// say `unsure`, they neither show it nor its opposite.
    /// With `people`, it says what so few testers leave possible.
    NoRows {
        #[serde(default)]
        people: bool,
    },
    /// One row per tester (columns `tester`, `seen`, `bad`; also `reason`, and `seen_candidate` where the candidate
    /// itself must be seen).
    EachTester {
        #[serde(default)]
        candidate: bool,
    },
    /// One row about the whole (columns `shown`, `bad`, `reason`; also `thin`, `na`).
    Condition,
    /// Columns `good`, `total`, `worst_run`, also `stopped` where they do not cover the window: a share of at least `min` (a parameter's name) and no run of bad ones
    /// longer than `run`.
    Share { min: String, run: i64 },
    /// CI results of one job at the candidate's commit, the newest first (columns `conclusion`, `status`, `reason`; also
    /// `contradicted` where a report of the job holds failures).
    LatestSuccess,
    /// Facts read from documents (columns `holds`, `says`): all must hold; an open one is a violation, or due.
    AllHold {
        #[serde(default)]
        due: bool,
    },
    /// The roll-up of other checks.
    Green { checks: Vec<String> },
    /// Only a word decides: of each tester, or of the owner.
    Attested { by: Attesters },
    /// A matter of a later time, which says why; nothing that was observed can settle it now.
    Due { reason: String },
    /// Rows by hour (columns in `required_columns`): reads with the cohort about take no longer than `margin` (a
    /// parameter's name) times those without, cost no more, and no more are refused.
    LatencyRatio { margin: String },
    /// Rows by bin of five minutes (columns in `required_columns`; `series` where there are several): the cohort's rate of
    /// episodes is no worse than `margin` times that of all other clients. With `share`, failures are below this share
    /// of the attempts. With `onset`, a test that is looked at day by day decides too.
    RateRatio {
        margin: f64,
        share: Option<f64>,
        #[serde(default)]
        onset: bool,
    },
}

/// Who attests a line.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Attesters {
    Testers,
    Owner,
}

/// What machine evidence says about one cell (or about the whole), with the sentence that says it.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// The opposite of the condition.
    Bad(String),
    /// The condition.
    Shown(String),
    /// Something, but too little to tell.
    Thin(String),
    /// Nothing.
    Absent(String),
    /// The condition of a conditional line did not occur while it was covered.
    NotApplicable(String),
    /// A person's action that is due.
    Due(String),
}

impl Seen {
    /// The sentence.
    #[must_use]
    pub fn sentence(&self) -> &str {
        match self {
            Seen::Bad(s) | Seen::Shown(s) | Seen::Thin(s) | Seen::Absent(s) | Seen::NotApplicable(s) | Seen::Due(s) => {
                s
            }
        }
    }
}

/// What a rule makes of the rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Observation {
    /// About the whole.
    Whole(Seen),
    /// Per tester, in the order of the roster.
    Cells(Vec<(String, Seen)>),
}

/// A rule's result with the numbers in its sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruled {
    pub observation: Observation,
    pub figures: BTreeMap<String, f64>,
    /// Comparisons of rates behind it, one per series.
    pub compared: Vec<rate_ratio::Compared>,
    /// What would settle an open verdict, as a phrase such as "240 more requests of mobile".
    pub needed: Option<String>,
}

/// What a rule may know besides the rows.
#[derive(Debug, Clone)]
pub struct Basis<'a> {
    /// Roster codes.
    pub testers: &'a [String],
    pub unit: &'a str,
    pub bad: &'a str,
    /// What a single violation is called.
    pub one: &'a str,
    pub shows: &'a str,
    pub candidate: &'a str,
    pub cohort: &'a str,
    /// How much there was to look at, where the check counts it.
    pub exposure: Option<f64>,
    /// The value of the parameter that the rule names.
    pub least: f64,
}

/// The one match: rows in, observation out. `Green` and `Attested` look at no rows and are judged by `checks`.
#[must_use]
pub fn apply(rule: &RuleSpec, rows: &Table, basis: &Basis<'_>) -> Ruled {
    match rule {
        RuleSpec::NoRows { people } => no_rows::judge(rows, basis, *people),
        RuleSpec::EachTester { candidate } => each_tester::judge(rows, basis, *candidate),
        RuleSpec::Condition => condition::judge(rows),
        RuleSpec::Share { run, .. } => share::judge(rows, basis, *run),
        RuleSpec::LatestSuccess => latest_success::judge(rows, basis),
        RuleSpec::AllHold { due } => all_hold::judge(rows, *due),
        RuleSpec::Attested { by: Attesters::Testers } => {
            let silent = |code: &String| (code.clone(), Seen::Absent("no attestation".to_owned()));
            Ruled::cells(basis.testers.iter().map(silent).collect())
        }
        RuleSpec::Attested { by: Attesters::Owner } => {
            Ruled::whole(Seen::Absent("no attestation of the owner".to_owned()))
        }
        RuleSpec::RateRatio { margin, share, onset } => {
            let alone = rate_ratio::compare(rows, *margin);
            let family = Family::of(alone.p_values().into_iter());
            alone.judge(&family, *share, *onset, basis)
        }
        RuleSpec::LatencyRatio { .. } => {
            let alone = latency_ratio::compare(rows);
            let family = Family::of(alone.p_values().into_iter());
            alone.judge(&family, basis)
        }
        RuleSpec::Due { reason } => Ruled::whole(Seen::Due(reason.clone())),
        RuleSpec::Green { .. } => Ruled::whole(Seen::Absent("judged on other checks".to_owned())),
    }
}

/// A comparison that was made and waits for the p-values of its family.
pub enum Pending {
    Rates(rate_ratio::Pending),
    Latency(latency_ratio::Pending),
}

/// The first half of a rule that compares: rows in, comparison out. `None` for rules that judge at once.
#[must_use]
pub fn compare(rule: &RuleSpec, rows: &Table) -> Option<Pending> {
    match rule {
        RuleSpec::RateRatio { margin, .. } => Some(Pending::Rates(rate_ratio::compare(rows, *margin))),
        RuleSpec::LatencyRatio { .. } => Some(Pending::Latency(latency_ratio::compare(rows))),
        _ => None,
    }
}

impl Pending {
    /// Name and p-value of each comparison.
    #[must_use]
    pub fn p_values(&self) -> Vec<(&str, f64)> {
        match self {
            Pending::Rates(rates) => rates.p_values(),
            Pending::Latency(latency) => latency.p_values(),
        }
    }

    /// The second half: the observation, with p-values adjusted over the family.
    #[must_use]
    pub fn judge(self, family: &Family, rule: &RuleSpec, basis: &Basis<'_>) -> Ruled {
        match (self, rule) {
            (Pending::Rates(rates), RuleSpec::RateRatio { share, onset, .. }) => {
                rates.judge(family, *share, *onset, basis)
            }
            (Pending::Latency(latency), _) => latency.judge(family, basis),
            _ => Ruled::whole(Seen::Absent("the comparison belongs to another rule".to_owned())),
        }
    }
}

/// Columns that a rule cannot do without.
#[must_use]
pub fn required_columns(rule: &RuleSpec) -> &'static [&'static str] {
    match rule {
        RuleSpec::NoRows { .. } => &["subject", "reason"],
        RuleSpec::EachTester { candidate: false } => &["tester", "seen", "bad"],
        RuleSpec::EachTester { candidate: true } => &["tester", "seen", "bad", "seen_candidate"],
        RuleSpec::Condition => &["shown", "bad", "reason"],
        RuleSpec::Share { .. } => &["good", "total", "worst_run"],
        RuleSpec::LatestSuccess => &["conclusion", "status"],
        RuleSpec::AllHold { .. } => &["holds", "says"],
        RuleSpec::LatencyRatio { .. } => &["hour_ts", "counter", "period", "cohort", "le", "thousandths", "seconds"],
        RuleSpec::RateRatio { .. } => &[
            "series", "bin_ts", "period", "cohort", "subject", "drill", "deploy", "route", "requests", "episodes",
            "errors",
        ],
        RuleSpec::Green { .. } | RuleSpec::Attested { .. } | RuleSpec::Due { .. } => &[],
    }
}

/// The rule's name, for reports.
#[must_use]
pub fn name(rule: &RuleSpec) -> &'static str {
    match rule {
        RuleSpec::NoRows { .. } => "no_rows",
        RuleSpec::EachTester { .. } => "each_tester",
        RuleSpec::Condition => "condition",
        RuleSpec::Share { .. } => "share",
        RuleSpec::LatestSuccess => "latest_success",
        RuleSpec::AllHold { .. } => "all_hold",
        RuleSpec::Green { .. } => "green",
        RuleSpec::Attested { .. } => "attested",
        RuleSpec::Due { .. } => "due",
        RuleSpec::RateRatio { .. } => "rate_ratio",
        RuleSpec::LatencyRatio { .. } => "latency_ratio",
    }
}

impl Ruled {
    /// An observation about the whole, without numbers.
    #[must_use]
    pub fn whole(seen: Seen) -> Self {
        Ruled { observation: Observation::Whole(seen), figures: BTreeMap::new(), compared: Vec::new(), needed: None }
    }

    fn cells(cells: Vec<(String, Seen)>) -> Self {
        Ruled { observation: Observation::Cells(cells), figures: BTreeMap::new(), compared: Vec::new(), needed: None }
    }

    fn with(mut self, name: &str, value: f64) -> Self {
        // An unbounded figure has no number in JSON; the sentence says it.
        if value.is_finite() {
            self.figures.insert(name.to_owned(), value);
        }
        self
    }
}

/// A count with thousands separators.
#[must_use]
pub fn count(n: f64) -> String {
    let digits = format!("{}", n.abs().round() as i64);
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0.0 { format!("−{text}") } else { text }
}

/// `once`, `12 times`.
fn times(n: i64) -> String {
    if n == 1 { "once".to_owned() } else { format!("{} times", count(n as f64)) }
}

/// A cell's whole number, 0 where it is null.
fn int(rows: &Table, row: usize, column: &str) -> i64 {
    rows.cell(row, column).as_float().map_or(0, |x| x as i64)
}
