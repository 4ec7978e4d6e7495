//! What of a text is code, in which a marker is an example.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use crate::edits::options;

/// Bytes of a text that are code.
#[derive(Default)]
pub(super) struct Code {
    pub blocks: Vec<Range<usize>>,
    pub spans: Vec<Range<usize>>,
}

impl Code {
    /// `offset` is where the text begins in the document.
    pub(super) fn of(text: &str, offset: usize) -> Self {
        let mut code = Code::default();
        for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
            let range = range.start + offset..range.end + offset;
            match event {
                Event::Start(Tag::CodeBlock(_)) => code.blocks.push(range),
                Event::Code(_) => code.spans.push(range),
                _ => {}
            }
        }
        code
    }
}

/// Whether a code block ends as its writer meant: with a fence, or, where it has none, with its indentation.
pub(super) fn closed(block: &str) -> bool {
    let bare = |line: &str| line.trim_matches([' ', '\t', '\r', '>']).to_owned();
    let mut lines = block.trim_end().lines().map(bare);
    let first = lines.next().unwrap_or_default();
    let Some(mark) =
        first.chars().next().filter(|c| matches!(c, '`' | '~') && first.starts_with(&c.to_string().repeat(3)))
    else {
        return true;
    };
    lines.next_back().is_some_and(|last| last.len() >= 3 && last.chars().all(|c| c == mark))
}
