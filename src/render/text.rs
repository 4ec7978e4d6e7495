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

/// Words of at most this many characters are never broken, so that they can be searched and copied.
const UNBROKEN: usize = 24;

/// Breaks words that are longer than a column: an invisible break opportunity after punctuation and every so many
/// characters.
#[must_use]
pub fn breakable(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(broken).collect()
}

fn broken(word: &str) -> Cow<'_, str> {
    let chars = word.trim_end().chars().count();
    if chars <= UNBROKEN {
        return Cow::Borrowed(word);
    }
    let mut out = String::with_capacity(word.len() + chars / 4);
    let mut run = 0;
    for (at, c) in word.chars().enumerate() {
        out.push(c);
        run += 1;
        let joint = run > 5 && matches!(c, '/' | '_' | '-' | '.' | ':' | ',' | '&' | '=' | '?');
        if at + 1 < chars && (joint || run == UNBROKEN) {
            out.push('\u{200b}');
            run = 0;
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_go_and_words_stay() {
        assert_eq!(clean("a\u{202e}b\0\n c\tمرحبا"), "ab c مرحبا");
        assert_eq!(clean(&"x".repeat(1_000_000)).chars().count(), LONGEST_WORD + 1);
        assert_eq!(clean(&"x ".repeat(1_000_000)).chars().count(), LONGEST + 1);
        assert!(breakable(&"y".repeat(500)).split('\u{200b}').all(|part| part.chars().count() <= UNBROKEN));
        assert_eq!(breakable("s3-2026-08-28-42-2c3e is short. "), "s3-2026-08-28-42-2c3e is short. ");
        assert_eq!(
            breakable("logs/backend/2026-08-09.log.gz:12 x"),
            "logs/backend/\u{200b}2026-08-\u{200b}09.log.\u{200b}gz:12 x"
        );
    }
}
