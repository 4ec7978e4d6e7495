//! A person's Markdown in, its parts for faces that know no Markdown out; nothing in it becomes markup.

use crate::render::text::verbatim;
use crate::render::view::block::Words;
use crate::render::view::span::{Kind, Line, Span};

/// Parts of the report; a longer text is cut here and whole in the Markdown.
const PARTS: usize = 400;

/// What a person wrote, part by part.
pub(super) fn of(markdown: &str) -> Vec<Words> {
    let mut parts = Vec::new();
    let mut paragraph = String::new();
    for line in markdown.lines() {
        let text = line.trim();
        let item = text.strip_prefix("- ").or_else(|| text.strip_prefix("* "));
        if text.is_empty() || item.is_some() {
            close(&mut parts, &mut paragraph);
        }
        if let Some(item) = item {
            let depth = (line.len() - line.trim_start().len()) / 2;
            parts.push(Words::Item { depth, sign: "•".to_owned(), line: whole(item) });
        } else if !text.is_empty() {
            paragraph.push_str(text);
            paragraph.push(' ');
        }
    }
    close(&mut parts, &mut paragraph);
    parts.truncate(PARTS);
    parts
}

fn close(parts: &mut Vec<Words>, paragraph: &mut String) {
    if !paragraph.trim().is_empty() {
        parts.push(Words::Paragraph { line: whole(paragraph) });
    }
    paragraph.clear();
}

/// Characters that are cleaned at once: other texts are cut where they are endless, a person's never.
const PIECE: usize = 1_000;

/// A person's text in full: controls gone, nothing cut.
fn whole(text: &str) -> Line {
    let chars: Vec<char> = text.trim().chars().collect();
    let said: String = chars.chunks(PIECE).map(|piece| verbatim(&piece.iter().collect::<String>())).collect();
    vec![Span::words(Kind::Text, &said)]
}
