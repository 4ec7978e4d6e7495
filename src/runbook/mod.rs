//! The runbook: a Markdown checklist in, its lines that can be judged out, and the way to name one of them.

pub mod documents;
pub mod find;
pub mod parse;

/// What kind of line it is; decides how it is judged and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineKind {
    Gate,
    Step,
    /// A row of the trigger table, with the action it prescribes.
    Trigger {
        action: String,
    },
    RollbackStep,
    Monitor,
    Signoff,
    Next,
}

impl LineKind {
    /// The word in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            LineKind::Gate => "gate",
            LineKind::Step => "step",
            LineKind::Trigger { .. } => "trigger",
            LineKind::RollbackStep => "rollback_step",
            LineKind::Monitor => "monitor",
            LineKind::Signoff => "signoff",
            LineKind::Next => "next",
        }
    }
}

/// A line of the runbook that can be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Such as `PF-01`, `S5-04`, `RT-02`: section and position in it.
    pub id: String,
    pub kind: LineKind,
    /// Exactly as the runbook has it, markup kept.
    pub text: String,
    /// Second-level heading.
    pub section: String,
    /// Third-level heading, where there is one.
    pub subsection: Option<String>,
    /// Line number, from 1.
    pub line: u64,
    pub ticked: Option<bool>,
    /// `heading-slug/ordinal` among the task items below that heading.
    pub anchor: Option<String>,
}

/// The lines of a runbook.
#[derive(Debug, Clone, Default)]
pub struct Runbook {
    pub lines: Vec<Line>,
}
