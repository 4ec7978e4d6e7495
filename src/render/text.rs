//! Hostile text in, harmless text out: no control characters, no bidirectional controls, no endless words.

use std::borrow::Cow;

/// The longest text that a report shows; JSON keeps all of it.
const LONGEST: usize = 1_200;
/// The longest word: more than a route or a hash needs.
const LONGEST_WORD: usize = 200;

/// Text for any face: one line, controls gone, cut with an ellipsis where it is endless.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST * 4));
    for (n, c) in text.chars().filter(|c| !is_hidden(*c)).enumerate() {
        if n == LONGEST {
            out.push('…');
            break;
        }
        out.push(if c.is_control() || c.is_whitespace() && c != '\u{a0}' { ' ' } else { c });
    }
    out.split(' ').filter(|word| !word.is_empty()).map(bounded).collect::<Vec<_>>().join(" ")
}

/// A word cut where no reader would read on.
fn bounded(word: &str) -> Cow<'_, str> {
    match word.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => Cow::Owned(format!("{}…", &word[..end])),
        None => Cow::Borrowed(word),
    }
}

/// A line of a file as it stands, its spaces kept: controls gone, cut where it is endless.
#[must_use]
pub fn verbatim(line: &str) -> String {
    let kept = line.chars().filter(|c| !is_hidden(*c));
    kept.map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect()
}

/// Characters that draw nothing and can reorder or hide what stands around them, and private ones.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'
        | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}')
}

/// Breaks words that are longer than a column: an invisible break opportunity every so many characters.
#[must_use]
pub fn breakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = 0;
    for c in text.chars() {
        run = if c.is_whitespace() { 0 } else { run + 1 };
        if run > 24 {
            out.push('\u{200b}');
            run = 1;
        }
        out.push(c);
        if run > 6 && matches!(c, '/' | '_' | '-' | '.' | ':' | ',') {
            out.push('\u{200b}');
            run = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_go_and_words_stay() {
        assert_eq!(clean("a\u{202e}b\0\n c\tمرحبا"), "ab c مرحبا");
        assert_eq!(clean(&"x".repeat(1_000_000)).chars().count(), LONGEST_WORD + 1);
        assert_eq!(clean(&"x ".repeat(1_000_000)).chars().count(), LONGEST + 1);
        assert!(breakable(&"y".repeat(500)).split('\u{200b}').all(|part| part.chars().count() <= 24));
    }
}
