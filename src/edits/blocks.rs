//! A document in, its generated blocks, slots and the text between them out, each as a byte range.
//!
//! ```text
//! <!-- cutover:generated summary sha256=1a2b3c4d5e6f -->      the program's: replaced when generated again
//! <!-- cutover:kept summary sha256=1a2b3c4d5e6f -->           was generated, is a person's now
//! <!-- cutover:slot factors hint=1a2b3c4d5e6f -->             a person's; untouched while the checksum holds
//! …
//! <!-- cutover:end summary -->
//! ```
//!
//! A marker stands alone on its line. In people's text a marker inside code or a quote is text, as they paste examples;
//! in a generated block fences mean nothing, so that a broken one cannot swallow the markers after it.

mod code;
mod emit;
mod reading;
#[cfg(test)]
mod tests;

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::marker;
pub use super::marker::Kind;
use super::refusal::Refusal;
pub use emit::{emit_generated, emit_slot, questions};

/// A document and its parts, which cover it without gap or overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'a> {
    pub text: &'a str,
    pub parts: Vec<Part>,
    /// Names of markers that stand inside code and thus are text, with the line of each.
    pub in_code: Vec<(String, u64)>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What people wrote between blocks, and a byte order mark.
    Text(Range<usize>),
    Block(Block),
}

/// A block with both its markers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub kind: Kind,
    pub id: String,
    /// Checksum of what the program put there.
    pub sum: Option<String>,
    /// The line of the first marker with its line ending.
    pub begin: Range<usize>,
    pub content: Range<usize>,
    /// The line of the second marker with its line ending, if it has one.
    pub end: Range<usize>,
    /// Lines of the markers, from 1.
    pub first_line: u64,
    pub last_line: u64,
}

impl Block {
    /// Whether the content is what the program put there.
    #[must_use]
    pub fn untouched(&self, text: &str) -> bool {
        self.sum.as_deref().is_some_and(|sum| sum == checksum(&text[self.content.clone()]))
    }
}

impl Document<'_> {
    /// The blocks in the order of the document.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.parts.iter().filter_map(|part| match part {
            Part::Block(block) => Some(block),
            Part::Text(_) => None,
        })
    }
}

/// The first 12 hexadecimal digits of the SHA-256 of a block's content. Line endings, spaces and tabs at the end of a
/// line, and blank lines at both ends do not count: editors and git change them without anybody's will.
#[must_use]
pub fn checksum(content: &str) -> String {
    let mut hash = Sha256::new();
    normalised(content).for_each(|line| {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    });
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect::<String>()[..marker::DIGITS].to_owned()
}

/// The lines that a checksum is over.
pub(super) fn normalised(content: &str) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = content.split('\n').map(|line| line.trim_end_matches(['\r', ' ', '\t'])).collect();
    let from = lines.iter().position(|l| !l.is_empty()).unwrap_or(lines.len());
    let to = lines.iter().rposition(|l| !l.is_empty()).map_or(from, |at| at + 1);
    lines.into_iter().take(to).skip(from)
}

/// Reads a document's blocks.
///
/// # Errors
///
/// A refusal that names every marker at which the structure is not certain.
pub fn parse(text: &str) -> Result<Document<'_>, Refusal> {
    reading::read(text)
}

/// Number of the line that a byte stands on, from 1.
pub(super) fn line_at(text: &str, at: usize) -> u64 {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count() as u64 + 1
}
