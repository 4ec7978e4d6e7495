//! Texts of the report in, pieces of a line out: cleaned, with code and bold told apart; escapes nothing.

use serde::Serialize;

use crate::render::text;
use crate::verdict::Verdict;

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Text,
    Code,
    Bold,
    /// Secondary text.
    Grey,
    /// A verdict: `key` names the mark, `text` is the word that follows it.
    Mark,
    /// An evidence id that links to its row in the register by `key`.
    Id,
    /// A section that `key` is the anchor of.
    Link,
    /// The place that an evidence id links to.
    Anchor,
    /// An id that can be copied: never broken, drawn from `key`.
    Whole,
    /// What somebody took back.
    Struck,
    /// Another line in the same cell.
    Break,
    /// Shares of days: `key` holds whole per cents, `text` says them in words.
    Strip,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    pub kind: Kind,
    pub key: String,
    pub text: String,
}

/// A line, or a cell of a table.
pub type Line = Vec<Span>;

impl Span {
    /// A piece without a key.
    #[must_use]
    pub fn new(kind: Kind, text: &str) -> Self {
        Span { kind, key: String::new(), text: text::clean(text) }
    }

    /// A piece with a key.
    #[must_use]
    pub fn keyed(kind: Kind, key: &str, text: &str) -> Self {
        Span { kind, key: key.to_owned(), text: text::clean(text) }
    }

    /// Some of our own words, with the spaces at their ends kept.
    #[must_use]
    pub fn words(kind: Kind, text: &str) -> Self {
        Span { kind, key: String::new(), text: text.to_owned() }
    }
}

/// Data as it stands.
#[must_use]
pub fn plain(text: &str) -> Line {
    vec![Span::new(Kind::Text, text)]
}

/// Data as it stands, cut to a number of characters.
#[must_use]
pub fn short(text: &str, most: usize) -> Line {
    vec![Span::new(Kind::Text, &cut(text, most))]
}

/// A route, id or command.
#[must_use]
pub fn code(text: &str) -> Line {
    vec![Span::new(Kind::Code, text)]
}

/// The one thing that matters in a row.
#[must_use]
pub fn bold(text: &str) -> Line {
    vec![Span::new(Kind::Bold, text)]
}

/// A title whose words matter most in a row; code in it stays code.
#[must_use]
pub fn lead(text: &str) -> Line {
    let mut line = prose(text);
    line.iter_mut().filter(|span| span.kind == Kind::Text).for_each(|span| span.kind = Kind::Bold);
    line
}

/// Secondary text.
#[must_use]
pub fn grey(text: &str) -> Line {
    vec![Span::new(Kind::Grey, text)]
}

/// A verdict with its mark.
#[must_use]
pub fn mark(verdict: Verdict) -> Line {
    state(verdict, &verdict.word().to_uppercase())
}

/// A verdict's mark with another word.
#[must_use]
pub fn state(verdict: Verdict, word: &str) -> Line {
    vec![Span::keyed(Kind::Mark, mark_key(verdict), word)]
}

/// The mark's name in templates.
#[must_use]
pub fn mark_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotApplicable => "na",
        other => other.word(),
    }
}

/// A text cut at a word, with an ellipsis.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    let text = text::clean(text);
    if text.chars().count() <= most {
        return text;
    }
    let head: String = text.chars().take(most).collect();
    let at = head.rfind(' ').filter(|at| *at * 3 > head.len() * 2).unwrap_or(head.len());
    format!("{}…", head[..at].trim_end())
}

/// A sentence or a runbook line: code between backticks and words between double asterisks are told apart, the rest
/// stands as it is.
#[must_use]
pub fn prose(text: &str) -> Line {
    let text = text::clean(text);
    let mut line = Line::new();
    let mut rest = text.as_str();
    let mut held = String::new();
    while !rest.is_empty() {
        if let Some((kind, inner, after)) = opening(rest) {
            push(&mut line, &mut held);
            line.push(Span::words(kind, inner));
            rest = after;
        } else {
            let run = rest.chars().take_while(|c| *c == '`').count().max(1);
            let end = rest.char_indices().nth(run).map_or(rest.len(), |(at, _)| at);
            held.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    push(&mut line, &mut held);
    line
}

fn push(line: &mut Line, held: &mut String) {
    if !held.is_empty() {
        line.push(Span::words(Kind::Text, held));
        held.clear();
    }
}

/// A code or bold piece at the beginning of a text: what it is, what is in it, what comes after.
fn opening(text: &str) -> Option<(Kind, &str, &str)> {
    if let Some(rest) = text.strip_prefix("**") {
        let end = rest.find("**").filter(|end| *end > 0)?;
        return Some((Kind::Bold, &rest[..end], &rest[end + 2..]));
    }
    let run = text.chars().take_while(|c| *c == '`').count();
    let (fence, rest) = text.split_at(run);
    let end = (run > 0).then(|| closing(rest, fence))??;
    Some((Kind::Code, rest[..end].trim(), &rest[end + run..])).filter(|(_, inner, _)| !inner.is_empty())
}

/// The place of the next run of backticks that is exactly as long as the fence.
fn closing(text: &str, fence: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let begin = at + found;
        let run = text[begin..].chars().take_while(|c| *c == '`').count();
        if run == fence.len() {
            return Some(begin);
        }
        at = begin + run;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_bold_are_told_apart_and_nothing_is_lost() {
        let kinds = |text: &str| prose(text).into_iter().map(|s| (s.kind, s.text)).collect::<Vec<_>>();
        let text = |kind: Kind, text: &str| (kind, text.to_owned());
        assert_eq!(
            kinds("**Leak** — `GET /a` fails"),
            [text(Kind::Bold, "Leak"), text(Kind::Text, " — "), text(Kind::Code, "GET /a"), text(Kind::Text, " fails")]
        );
        assert_eq!(kinds("``a`b`` x"), [text(Kind::Code, "a`b"), text(Kind::Text, " x")]);
        assert_eq!(kinds("an `open tick ** and *"), [text(Kind::Text, "an `open tick ** and *")]);
    }
}
