//! HTML in what people wrote: comments are found and left out, other tags leave the text between them.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::options;

/// Markdown without its HTML comments; a line that held nothing else goes with them. Comments inside code stay.
#[must_use]
pub fn without_comments(markdown: &str) -> String {
    let mut kept = String::with_capacity(markdown.len());
    let mut at = 0;
    for comment in comments(markdown) {
        kept.push_str(&markdown[at..comment.start.max(at)]);
        at = comment.end.max(at);
        let begins = kept.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
        let rest = markdown[at..].split_inclusive('\n').next().unwrap_or_default();
        if begins && rest.trim().is_empty() {
            kept.truncate(kept.rfind('\n').map_or(0, |n| n + 1));
            at += rest.len();
        }
    }
    kept + &markdown[at..]
}

/// Markdown with its comments blanked, so that lines keep their numbers.
pub(in crate::edits) fn blanked(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut at = 0;
    for comment in comments(markdown) {
        out.push_str(&markdown[at..comment.start.max(at)]);
        at = comment.end.max(at);
        out.extend(markdown[comment].chars().filter(|c| *c == '\n'));
    }
    out + &markdown[at..]
}

/// Bytes of the HTML comments that stand outside of code.
pub(in crate::edits) fn comments(markdown: &str) -> Vec<Range<usize>> {
    let mut comments: Vec<Range<usize>> = Vec::new();
    let mut block: Option<usize> = None;
    for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::HtmlBlock) => block = Some(range.start),
            Event::End(TagEnd::HtmlBlock) => {
                let start = block.take().unwrap_or(range.start);
                comments.extend(comments_in(&markdown[start..range.end], start));
            }
            Event::InlineHtml(_) => comments.extend(comments_in(&markdown[range.clone()], range.start)),
            _ => {}
        }
    }
    comments
}

fn comments_in(html: &str, offset: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = html[from..].find("<!--").map(|at| from + at) {
        from = at + tag_range(&html[at..]).end;
        if from - at > 1 {
            found.push(at + offset..from + offset);
        }
    }
    found
}

/// The text between tags; comments, scripts and styles have none.
pub(super) fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let tag = &rest[at..];
        let Range { end, .. } = tag_range(tag);
        // Words on both sides of a tag stay two words.
        if !tag[..end].starts_with("<!--") && !text.ends_with(' ') && end > 1 {
            text.push(' ');
        }
        if end == 1 {
            text.push('<');
        }
        rest = &tag[end..];
    }
    text.push_str(rest);
    if text.trim().is_empty() { String::new() } else { text }
}

/// The bytes of the tag, comment, script or style that a text begins with; only `<` where it begins with none, and
/// where its end is missing, so that no words are lost to it.
fn tag_range(text: &str) -> Range<usize> {
    let begins = |name: &str| text.get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name));
    let until = |end: &str| 0..text.find(end).map_or(1, |at| at + end.len());
    if begins("<!--") {
        return until("-->");
    }
    for (name, end) in [("<script", "</script>"), ("<style", "</style>")] {
        let ends = if begins(name) { text.to_ascii_lowercase().find(end) } else { None };
        if let Some(at) = ends {
            return 0..at + end.len();
        }
    }
    let named = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    if named { until(">") } else { 0..1 }
}
