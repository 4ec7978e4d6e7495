//! A reference to a line (its text, with or without markup, or its anchor) in, the line out; never a guess.

use super::wording::says_otherwise;
use super::{Line, Runbook};

/// Least similarity at which a reworded line is still taken for the line that was meant.
const NEAR: f64 = 0.86;

/// What a reference names.
#[derive(Debug, Clone, PartialEq)]
pub enum Match<'a> {
    /// This line.
    Line(&'a Line),
    /// This line, worded otherwise; the similarity is between 0 and 1.
    Reworded(&'a Line, f64),
    /// No line; this one is nearest by its letters, but these words make it say something else.
    Changed(&'a Line, Vec<String>),
    /// More than one line.
    Ambiguous(Vec<&'a Line>),
    None,
}

impl Runbook {
    /// The line that a reference names.
    #[must_use]
    pub fn find(&self, reference: &str) -> Match<'_> {
        let wanted = normalise(reference);
        let exact: Vec<&Line> = self
            .lines
            .iter()
            .filter(|l| {
                l.anchor.as_deref() == Some(reference.trim())
                    || l.id.eq_ignore_ascii_case(reference.trim())
                    || names(l).contains(&wanted)
            })
            .collect();
        match exact.as_slice() {
            [line] => return Match::Line(line),
            [] => {}
            _ => return Match::Ambiguous(exact),
        }
        let spellings = spellings(reference);
        let alike = |line: &Line| {
            let pairs = names(line).into_iter().flat_map(|n| spellings.iter().map(move |s| (n.clone(), s)));
            pairs.map(|(name, said)| strsim::normalized_levenshtein(&name, said)).fold(0.0, f64::max)
        };
        let mut near: Vec<(f64, &Line)> =
            self.lines.iter().map(|l| (alike(l), l)).filter(|(similarity, _)| *similarity >= NEAR).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (same, other): (Vec<_>, Vec<_>) =
            near.into_iter().partition(|(_, line)| says_otherwise(reference, &line.text).is_empty());
        match (same.as_slice(), other.first()) {
            ([], None) => Match::None,
            ([], Some((_, line))) => Match::Changed(line, says_otherwise(reference, &line.text)),
            ([(similarity, line)], _) => Match::Reworded(line, *similarity),
            ([(first, line), (second, _), ..], _) if first - second > 0.05 => Match::Reworded(line, *first),
            (all, _) => Match::Ambiguous(all.iter().map(|(_, l)| *l).collect()),
        }
    }
}

/// The ways to spell a line.
fn names(line: &Line) -> Vec<String> {
    spellings(&line.text)
}

/// A text with and without the comment behind a command.
fn spellings(text: &str) -> Vec<String> {
    let text = text.strip_prefix("$ ").unwrap_or(text);
    let mut all = vec![normalise(text)];
    if let Some((command, _)) = text.split_once(" # ") {
        all.push(normalise(command));
    }
    all
}

/// A text without markup, case, quotes and runs of blanks, so that two spellings of one line are equal.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in without_comments(&unlink(text)).chars() {
        match c {
            '`' | '*' | '_' | '~' | '"' | '“' | '”' | '\'' | '’' | '‘' | '#' => {}
            '–' | '—' | '‐' | '‑' => plain.push('-'),
            '\u{a0}' => plain.push(' '),
            c => plain.extend(c.to_lowercase()),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(['.', ':']).to_owned()
}

/// A text without HTML comments.
fn without_comments(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        plain.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
    }
    plain.push_str(rest);
    plain
}

/// `[text](target)` as `text`.
pub(super) fn unlink(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let Some(close) = rest[open..].find("](").map(|n| open + n) else { break };
        let Some(end) = rest[close..].find(')').map(|n| close + n) else { break };
        plain.push_str(&rest[..open]);
        plain.push_str(&rest[open + 1..close]);
        rest = &rest[end + 1..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::parse::parse;

    #[test]
    fn a_line_is_found_by_its_text_anchor_or_id_and_never_guessed() {
        let runbook = parse(
            "## Step 6 — Real-Time\n\n### Polling fallback\n\n- [ ] Disable `WebSocket` connectivity\n- [ ] App falls back to polling\n- [ ] App falls back to polling twice\n- [ ] Testers have phones with iOS 17\n",
        );
        let line = |reference: &str| match runbook.find(reference) {
            Match::Line(line) | Match::Reworded(line, _) => Some(line.text.clone()),
            Match::Changed(..) | Match::Ambiguous(_) | Match::None => None,
        };
        assert_eq!(line("disable websocket CONNECTIVITY."), Some("Disable `WebSocket` connectivity".to_owned()));
        assert_eq!(line("polling-fallback/2"), Some("App falls back to polling".to_owned()));
        assert_eq!(line(&runbook.lines[0].id), Some("Disable `WebSocket` connectivity".to_owned()));
        assert!(matches!(runbook.find("Disable WebSocket connectivty"), Match::Reworded(_, _)));
        assert!(matches!(runbook.find("Enable WebSocket connectivity"), Match::Changed(_, _) | Match::None));
        let other = runbook.find("Testers have phones with iOS 18");
        assert!(matches!(other, Match::Changed(_, words) if words == ["18", "17"]));
        assert_eq!(line("App falls back"), None);
        assert_eq!(line("polling-fallback/9"), None);
    }
}
