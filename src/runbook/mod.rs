//! The runbook: a Markdown checklist in, its lines that can be judged out, the way to name one of them, and which
//! check judges which.

pub mod bind;
pub mod documents;
pub mod find;
mod headings;
pub mod parse;
mod tables;
pub mod wording;

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
    /// Second-level heading; the first-level one where there is none.
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
    /// What stands where lines are judged but is not read as lines.
    pub unread: Vec<Unread>,
}

/// A part of the runbook that looks as if it asked for something, in a form that is not read as lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Line number, from 1.
    pub line: u64,
    pub what: String,
}

impl Runbook {
    /// The line of an id.
    #[must_use]
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }
}
