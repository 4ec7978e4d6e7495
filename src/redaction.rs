//! Any text in, the same text without secrets and personal data out, line by line; memory stays flat.

use std::io::{self, BufRead, Write};

use crate::tables::redact::{Redactions, Redactor};

/// Begins and ends a private key, which is the one secret that goes over many lines.
const BEGIN: &str = "-----BEGIN ";
const KEY: &str = "PRIVATE KEY-----";
const END: &str = "-----END ";
/// A line longer than this is cut into pieces, each redacted for itself.
const LONGEST: usize = 16 << 20;

/// Copies text without what nobody else should read; how many of each kind were replaced. Bytes that are no text are
/// replaced, too.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn copy(mut input: impl BufRead, mut output: impl Write, redactor: &Redactor) -> io::Result<Redactions> {
    let mut counts = Redactions::default();
    let mut inside_key = false;
    let mut line = Vec::new();
    loop {
        line.clear();
        read_line(&mut input, &mut line)?;
        if line.is_empty() {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let kept = if inside_key {
            let Some((_, behind)) = text.split_once(END).and_then(|(_, rest)| rest.split_once(KEY)) else { continue };
            inside_key = false;
            if behind.trim().is_empty() {
                continue;
            }
            behind.to_owned()
        } else {
            text.into_owned()
        };
        inside_key = opens_a_key(&kept);
        let clean = redactor.text(&kept, &mut counts);
        output.write_all(clean.as_bytes())?;
        // The mark took the rest of the line with it.
        if inside_key && !clean.ends_with('\n') {
            output.write_all(b"\n")?;
        }
    }
    output.flush()?;
    Ok(counts)
}

/// A line with its end, or a piece of one that is too long.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let bytes = input.fill_buf()?;
        let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
        line.extend_from_slice(&bytes[..end]);
        let done = end == 0 || line.ends_with(b"\n") || line.len() >= LONGEST;
        input.consume(end);
        if done {
            return Ok(());
        }
    }
}

/// Whether a private key begins in a line and does not end in it.
fn opens_a_key(text: &str) -> bool {
    let begin = text.rfind(BEGIN).filter(|at| text[*at..].contains(KEY));
    begin.is_some_and(|at| !text[at..].contains(END))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &[u8]) -> String {
        let mut out = Vec::new();
        copy(text, &mut out, &Redactor::new([7; 32])).expect("memory");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn lines_stay_lines_and_secrets_go() {
        let text =
            b"GET /a?access_token=abcDEF123456 200\r\nfrom 192.0.2.44\n\nno newline at the end by anna@mail.example";
        assert_eq!(redacted(text), "GET /a?access_token=[token] 200\r\nfrom [ip]\n\nno newline at the end by [email]");
        assert_eq!(redacted(b""), "");
        assert_eq!(redacted(b"\xff\xfe\n"), "\u{fffd}\u{fffd}\n");
    }

    #[test]
    fn a_key_over_many_lines_goes_whole() {
        let text = b"before\nkey: -----BEGIN RSA PRIVATE KEY-----\nMIIabc\nDEFghi\n-----END RSA PRIVATE KEY-----\nafter\n-----BEGIN CERTIFICATE-----\nMIIx\n";
        assert_eq!(redacted(text), "before\nkey: [key]\nafter\n-----BEGIN CERTIFICATE-----\nMIIx\n");
        assert_eq!(redacted(b"-----BEGIN PRIVATE KEY-----\nMIIabc\n"), "[key]\n");
        assert_eq!(redacted(b"-----BEGIN PRIVATE KEY-----MII-----END PRIVATE KEY-----b\n"), "[key]b\n");
    }
}
