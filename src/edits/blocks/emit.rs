//! Blocks and slots as they are written, so that reading gives them back and nothing in them forges a marker.

use super::{Kind, checksum, normalised};
use crate::edits::marker;

/// A generated block with its markers. What looks like a marker in the content is made harmless.
///
/// `id`: letters, digits, `-`, `_` and `.`; anything else in it becomes `-`.
#[must_use]
pub fn emit_generated(id: &str, content: &str) -> String {
    emit(Kind::Generated, id, content)
}

/// A slot with its markers and with what it holds until a person writes in it: questions as comments (see
/// [`questions`]), or a table to be filled in.
#[must_use]
pub fn emit_slot(id: &str, hint: &str) -> String {
    emit(Kind::Slot, id, hint)
}

/// Guiding questions for a slot: seen by who writes, not by who reads, and never taken for a person's words.
#[must_use]
pub fn questions(questions: &[&str]) -> String {
    // Two dashes would end the comment.
    let line = |q: &&str| format!("<!-- {} -->\n", one_line(q).replace("--", "–").trim_matches('-'));
    questions.iter().map(line).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn emit(kind: Kind, id: &str, content: &str) -> String {
    let id: String = id.chars().map(|c| if marker::is_id(&c.to_string()) { c } else { '-' }).collect();
    let content = harmless(content);
    let content = normalised(&content).collect::<Vec<_>>().join("\n");
    let (word, name, sum) = (kind.word(), kind.attribute(), checksum(&content));
    let gap = if content.is_empty() { "" } else { "\n\n" };
    // The blank lines are for readers of Markdown that take a comment and a table below it for one.
    format!("<!-- cutover:{word} {id} {name}={sum} -->\n\n{content}{gap}<!-- cutover:end {id} -->\n")
}

/// A text in which nothing looks like a marker.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = marker::starts_at(rest) {
        out.push_str(&rest[..at]);
        out.push_str("&lt;");
        rest = &rest[at + 1..];
    }
    out + rest
}
