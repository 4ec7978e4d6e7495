//! Why a document is not touched: every place at once, each with its lines and with what to do.

use std::fmt;

/// A document that stays as it is; at least one problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub problems: Vec<Problem>,
}

/// One place at which the program would have to guess, or would lose a person's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// Lines of the file, from 1, both included; 0 for the file as a whole.
    pub first_line: u64,
    pub last_line: u64,
    /// The block or slot, where it is known.
    pub id: Option<String>,
    /// A sentence.
    pub what: String,
    /// What to do, in sentences.
    pub hint: String,
    /// Lines with their sign, each ended by a line feed; empty where nothing can be shown.
    pub changes: String,
}

impl Problem {
    pub(crate) fn at(first_line: u64, last_line: u64, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Problem { first_line, last_line, what: what.into(), hint: hint.into(), ..Problem::default() }
    }

    pub(super) fn about(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first_line, self.last_line) {
            (0, _) => {}
            (first, last) if first >= last => write!(f, "line {first}: ")?,
            (first, last) => write!(f, "lines {first} to {last}: ")?,
        }
        writeln!(f, "{}", self.what)?;
        self.changes.lines().try_for_each(|line| writeln!(f, "    {line}"))?;
        write!(f, "  hint: {}", self.hint)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
