//! A reference to a line (its text, with or without markup, or its anchor) in, the line out; never a guess.

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
        let mut near: Vec<(f64, &Line)> = self
            .lines
            .iter()
            .map(|l| (names(l).iter().map(|n| strsim::normalized_levenshtein(n, &wanted)).fold(0.0, f64::max), l))
            .filter(|(similarity, _)| *similarity >= NEAR)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        match near.as_slice() {
            [] => Match::None,
            [(similarity, line)] => Match::Reworded(line, *similarity),
            [(first, line), (second, _), ..] if first - second > 0.05 => Match::Reworded(line, *first),
            all => Match::Ambiguous(all.iter().map(|(_, l)| *l).collect()),
        }
    }
}

/// The ways to spell a line: with and without the comment behind a command.
fn names(line: &Line) -> Vec<String> {
    let mut all = vec![normalise(&line.text)];
    if let Some((command, _)) = line.text.split_once(" # ") {
        all.push(normalise(command));
    }
    all
}

/// A text without markup, case, quotes and runs of blanks, so that two spellings of one line are equal.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in unlink(text).chars() {
        match c {
            '`' | '*' | '_' | '~' | '"' | '“' | '”' | '\'' | '’' | '‘' | '#' => {}
            '–' | '—' | '‐' | '‑' => plain.push('-'),
            '\u{a0}' => plain.push(' '),
            c => plain.extend(c.to_lowercase()),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(['.', ':']).to_owned()
}

/// `[text](target)` as `text`.
fn unlink(text: &str) -> String {
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
            "## Step 6 — Real-Time\n\n### Polling fallback\n\n- [ ] Disable `WebSocket` connectivity\n- [ ] App falls back to polling\n- [ ] App falls back to polling twice\n",
        );
        let line = |reference: &str| match runbook.find(reference) {
            Match::Line(line) | Match::Reworded(line, _) => Some(line.text.clone()),
            Match::Ambiguous(_) | Match::None => None,
        };
        assert_eq!(line("disable websocket CONNECTIVITY."), Some("Disable `WebSocket` connectivity".to_owned()));
        assert_eq!(line("polling-fallback/2"), Some("App falls back to polling".to_owned()));
        assert_eq!(line(&runbook.lines[0].id), Some("Disable `WebSocket` connectivity".to_owned()));
        assert!(matches!(runbook.find("Disable WebSocket connectivty"), Match::Reworded(_, _)));
        assert_eq!(line("App falls back"), None);
        assert_eq!(line("polling-fallback/9"), None);
    }
}
