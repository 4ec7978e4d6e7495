//! A table's header in, the columns that hold a line and its action out.

/// Which cells of a row are the line and what it prescribes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) line: usize,
    pub(super) action: Option<usize>,
}

/// Headings of columns that only count the rows.
const NUMBERS: &[&str] = &["#", "no", "no.", "nr", "nr.", "id", ""];
/// Headings of columns that say what must hold, or must not happen.
const LINES: &[&str] = &[
    "condition",
    "trigger",
    "check",
    "item",
    "criterion",
    "criteria",
    "gate",
    "signal",
    "metric",
    "symptom",
    "event",
    "what",
    "what happens",
    "what to watch",
    "watch",
    "if",
    "when",
    "step",
    "task",
];
const ACTIONS: &[&str] = &["action", "actions", "response", "then", "do", "what to do", "reaction", "consequence"];

impl Columns {
    /// Finds the columns by their headings. A table of triggers without a known heading has the line first, behind a
    /// number; any other table without one is not read.
    pub(super) fn of(header: &[String], triggers: bool) -> Option<Self> {
        let plain: Vec<String> = header.iter().map(|cell| super::find::normalise(cell)).collect();
        let named = |names: &[&str]| plain.iter().position(|cell| names.contains(&cell.as_str()));
        let first = plain.iter().position(|cell| !NUMBERS.contains(&cell.as_str()));
        let line = named(LINES).or(if triggers { first } else { None })?;
        let next = (line + 1 < plain.len()).then_some(line + 1);
        Some(Columns { line, action: named(ACTIONS).or(next) })
    }
}
