//! Text of logs in, text that can start nothing out: no header, no mention, no markup, no direction of reading.

/// Text on one line, without control characters and without marks that turn the direction of reading.
pub(super) fn line(text: &str, most: usize) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\r' | '\n' | '\t' => out.push(' '),
            c if is_hidden(c) => {}
            c => out.push(c),
        }
    }
    shorten(out.trim(), most)
}

/// Text of several lines, without other control characters.
pub(super) fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").chars().filter(|c| *c == '\n' || *c == '\t' || !is_hidden(*c)).collect()
}

/// At most so many characters, with an ellipsis where something is missing.
pub(super) fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(most.saturating_sub(1)).collect();
    kept.push('…');
    kept
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What another side said, as part of a sentence: one line, short, and without any of these secrets.
pub(super) fn answer(text: &str, secrets: &[String]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|s| s.len() >= 3) {
        text = text.replace(secret.as_str(), "***");
    }
    line(&text, 200)
}

/// A file name without folders, of characters that every system and header takes.
pub(super) fn file_name(name: &str) -> String {
    let kept: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' }).collect();
    let kept = kept.trim_start_matches(['.', '-']);
    if kept.is_empty() { "file".to_owned() } else { shorten(kept, 100).replace('…', "") }
}

#[cfg(test)]
mod tests {
    use super::{answer, file_name, line, lines};

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(line("a\r\nBcc: all@x\u{0}\u{1b}[31m\u{202e}b\u{2028}c", 100), "a  Bcc: all@x[31mbc");
        assert_eq!(line("abcdef", 4), "abc…");
        assert_eq!(lines("a\r\nb\u{7}\n\tc"), "a\nb\n\tc");
    }

    #[test]
    fn an_answer_repeats_no_secret() {
        let secrets = ["s3cr3t".to_owned(), "/T0/B0/xyz".to_owned()];
        assert_eq!(answer("no service /T0/B0/xyz\nfor s3cr3t", &secrets), "no service *** for ***");
    }

    #[test]
    fn a_file_name_leads_nowhere_else() {
        assert_eq!(file_name("../../etc/passwd"), "etc-passwd");
        assert_eq!(file_name("weekly 2026-W32.pdf\r\nX: y"), "weekly-2026-W32.pdf--X--y");
        assert_eq!(file_name("…"), "file");
    }
}
