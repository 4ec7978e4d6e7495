//! Bytes of a document that become others: planned against one version of it, applied to that version only.

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::blocks::line_at;
use super::refusal::{Problem, Refusal};
use crate::ingest::lines::hex;

/// Bytes that become others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    pub at: Range<usize>,
    pub new: String,
}

impl Splice {
    #[must_use]
    pub fn new(at: Range<usize>, new: impl Into<String>) -> Self {
        Splice { at, new: new.into() }
    }
}

/// Changes of one version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// SHA-256 of the version that it was planned for, hex.
    pub before: String,
    /// In the order of the document, without overlap; none where nothing is to change.
    splices: Vec<Splice>,
}

/// SHA-256 of a document's bytes, hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

impl Edit {
    /// An edit of `text`; a splice that changes nothing is left out.
    ///
    /// # Errors
    /// When two splices overlap, or one is not a range of the text: nothing that could be applied.
    pub fn of(text: &str, mut splices: Vec<Splice>) -> Result<Self, Refusal> {
        splices.retain(|s| text.get(s.at.clone()) != Some(s.new.as_str()));
        splices.sort_by_key(|s| (s.at.start, s.at.end));
        let apart = splices.windows(2).all(|w| w[0].at.end <= w[1].at.start);
        if !apart || splices.iter().any(|s| text.get(s.at.clone()).is_none()) {
            let hint = "This is a mistake of the program: report it with this message; the file was not changed.";
            return Err(Refusal { problems: vec![Problem::at(0, 0, "two changes meet in one place", hint)] });
        }
        Ok(Edit { before: sha256(text.as_bytes()), splices })
    }

    #[must_use]
    pub fn splices(&self) -> &[Splice] {
        &self.splices
    }

    /// Nothing is to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.splices.is_empty()
    }

    /// The document after the edit.
    ///
    /// # Errors
    /// When `text` is not the version that the edit was planned for; names the lines that it was about.
    pub fn apply(&self, text: &str) -> Result<String, Refusal> {
        if sha256(text.as_bytes()) != self.before {
            return Err(self.stale(text));
        }
        let mut after = String::with_capacity(text.len() + self.splices.iter().map(|s| s.new.len()).sum::<usize>());
        let mut from = 0;
        for splice in &self.splices {
            after.push_str(&text[from..splice.at.start]);
            after.push_str(&splice.new);
            from = splice.at.end;
        }
        after.push_str(&text[from..]);
        Ok(after)
    }

    /// The edit that takes this one back: planned for what `apply` gives.
    ///
    /// # Errors
    /// As `apply`.
    pub fn reverse(&self, text: &str) -> Result<Self, Refusal> {
        let after = self.apply(text)?;
        let mut splices = Vec::with_capacity(self.splices.len());
        // Bytes by which the places move: what was put in so far, less what was taken out.
        let (mut added, mut removed) = (0, 0);
        for splice in &self.splices {
            let start = splice.at.start + added - removed;
            splices.push(Splice::new(start..start + splice.new.len(), &text[splice.at.clone()]));
            added += splice.new.len();
            removed += splice.at.len();
        }
        Ok(Edit { before: sha256(after.as_bytes()), splices })
    }

    fn stale(&self, text: &str) -> Refusal {
        let lines = |s: &Splice| (line_at(text, s.at.start), line_at(text, s.at.end));
        let all = self.splices.iter().map(lines);
        let (first, last) = all.fold((u64::MAX, 0), |(first, last), (a, b)| (first.min(a), last.max(b)));
        let (first, last) = if last == 0 { (0, 0) } else { (first, last) };
        let what = "the file is not the one that the edit was planned for: somebody changed it since";
        Refusal { problems: vec![Problem::at(first, last, what, "Look at the change, and plan the edit anew.")] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_spliced_bytes_change_and_the_reverse_restores_them() {
        let text = "a🎉b\r\nc";
        let edit = Edit::of(text, vec![Splice::new(8..9, "see"), Splice::new(1..5, ""), Splice::new(0..0, "<")]);
        let edit = edit.expect("an edit");
        let after = edit.apply(text).expect("applied");
        assert_eq!(after, "<ab\r\nsee");
        assert_eq!(edit.reverse(text).and_then(|back| back.apply(&after)).expect("taken back"), text);
        assert!(edit.apply(&after).expect_err("stale").to_string().contains("somebody changed it"));
    }

    #[test]
    fn what_changes_nothing_is_no_edit_and_overlaps_are_none() {
        assert!(Edit::of("abc", vec![Splice::new(0..1, "a")]).expect("an edit").is_empty());
        assert!(Edit::of("abc", vec![Splice::new(0..2, "x"), Splice::new(1..3, "y")]).is_err());
        assert!(Edit::of("é", vec![Splice::new(1..2, "x")]).is_err());
        assert!(Edit::of("a", vec![Splice::new(1..9, "x")]).is_err());
    }
}
