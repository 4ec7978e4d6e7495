//! The report as a terminal shows it: at most 100 columns, word and shape beside every colour.

pub mod checks;
pub mod doctor;
pub mod incident;
pub mod inspect;
pub mod probing;
pub mod signatures;
pub mod signoff;
pub mod trace;
pub mod weekly;
pub mod why;

use super::text::clean;
use crate::verdict::{Call, Verdict};

/// Columns that a line may fill.
pub const WIDTH: usize = 100;

/// Colours, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    pub colours: bool,
}

impl Paint {
    fn style(self, code: &str, text: &str) -> String {
        if self.colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// For what a reader should see first.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.style("1", text)
    }

    /// For what stands beside.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.style("2", text)
    }

    /// Mark and word of a verdict, padded to a width that all of them fit.
    #[must_use]
    pub fn verdict(self, verdict: Verdict) -> String {
        let (mark, code) = mark(verdict);
        self.style(code, &format!("{mark} {:<12}", verdict.word().to_uppercase()))
    }

    /// The decision as a block.
    #[must_use]
    pub fn call(self, call: Call) -> String {
        let code = match call {
            Call::Go => "1;97;42",
            Call::NoGo => "1;97;41",
            Call::NotYet => "1;30;43",
        };
        self.style(code, &format!(" {} ", call.word()))
    }
}

/// Shape and colour of a verdict.
#[must_use]
pub fn mark(verdict: Verdict) -> (char, &'static str) {
    match verdict {
        Verdict::Fail => ('✗', "1;31"),
        Verdict::Conflict => ('◆', "1;35"),
        Verdict::NoData => ('○', "2"),
        Verdict::Inconclusive => ('◐', "33"),
        Verdict::Pending => ('…', "33"),
        Verdict::Waived => ('⚑', "34"),
        Verdict::Pass => ('✓', "32"),
        Verdict::NotApplicable => ('–', "2"),
    }
}

/// Text of evidence on one line, cut with an ellipsis where it is longer than `width`.
#[must_use]
pub fn cut(text: &str, width: usize) -> String {
    let text = clean(text);
    if text.chars().count() <= width {
        return text;
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Text of evidence in lines of at most `width`, broken between words; a longer word is cut.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in clean(text).split(' ') {
        let word = cut(word, width);
        let line = lines.last().map_or(0, |l| l.chars().count());
        if line > 0 && line + 1 + word.chars().count() > width {
            lines.push(word);
        } else if let Some(last) = lines.last_mut() {
            if line > 0 {
                last.push(' ');
            }
            last.push_str(&word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_width_whatever_the_text() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert!(wrap(&"x".repeat(500), 80).iter().all(|l| l.chars().count() <= 80));
        assert_eq!(cut("\u{1b}[2Jhello", 20), "[2Jhello");
    }
}
