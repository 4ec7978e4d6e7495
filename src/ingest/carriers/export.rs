//! `journalctl -o export`: `KEY=value` lines, or a key alone, a length and bytes that may hold line breaks; an empty line
//! ends a record. So the file is cut here and not by lines.

use super::joins::{Loose, Unread};
use super::journal::Fields;

/// Longest field, bytes; a length beyond it is damage.
const LONGEST: u64 = 64 << 20;

const BREAKS_OFF: &str = "a journal record that breaks off";

/// Reads the bytes of a file as they come.
#[derive(Debug)]
pub(in crate::ingest) struct Export {
    rest: Vec<u8>,
    /// Number of the line at which `rest` begins.
    line: u64,
}

/// What stands at the start of some bytes.
enum Found {
    /// A record of so many bytes, the line of its message counted from its start, and whether bytes were replaced.
    Record { len: usize, fields: Fields, message: u64, mended: bool },
    /// An empty line.
    Blank,
    /// No record up to here.
    Broken { len: usize },
    /// More bytes are needed.
    Unfinished,
}

/// Whether a file begins as an export.
pub(in crate::ingest) fn begins(bytes: &[u8]) -> bool {
    let start = bytes.iter().position(|b| *b != b'\n').map_or(&[][..], |at| &bytes[at..]);
    [&b"__CURSOR="[..], b"__REALTIME_TIMESTAMP=", b"__MONOTONIC_TIMESTAMP=", b"__SEQNUM="]
        .iter()
        .any(|key| start.starts_with(key))
}

impl Export {
    pub(in crate::ingest) fn new() -> Self {
        Export { rest: Vec::new(), line: 1 }
    }

    /// The records that are whole with these bytes; at the end of the file what is left is one, too, or lost.
    pub(in crate::ingest) fn read(&mut self, bytes: &[u8], ended: bool) -> Vec<Loose> {
        self.rest.extend_from_slice(bytes);
        let cut = ended && self.rest.ends_with(b"\n");
        if cut {
            // The last record lacks its empty line; it is kept if its message is there.
            self.rest.push(b'\n');
        }
        let mut all = Vec::new();
        let (mut at, mut line) = (0, self.line);
        while at < self.rest.len() {
            let rest = &self.rest[at..];
            let (len, loose) = match find(rest) {
                Found::Blank => (1, None),
                Found::Record { len, fields, .. } if cut && !fields.has_message() => {
                    (len, Some(lost(rest, line, BREAKS_OFF)))
                }
                Found::Record { len, fields, message, mended } => {
                    (len, Some(record(rest, line, fields, message, mended)))
                }
                Found::Broken { len } => (len, Some(lost(rest, line, "a journal record that is damaged"))),
                Found::Unfinished if ended => (rest.len(), Some(lost(rest, line, BREAKS_OFF))),
                Found::Unfinished if rest.len() as u64 > 2 * LONGEST => {
                    (rest.len(), Some(lost(rest, line, "journal records that do not end")))
                }
                Found::Unfinished => break,
            };
            line += memchr::memchr_iter(b'\n', &rest[..len]).count() as u64;
            at += len;
            all.extend(loose);
        }
        self.rest.drain(..at);
        self.line = line;
        all
    }
}

fn record(bytes: &[u8], line: u64, fields: Fields, message: u64, mended: bool) -> Loose {
    match fields.envelope() {
        Some(envelope) => Loose { line: line + message, fetched: 1, attached: 0, mended, read: Ok(envelope) },
        None => lost(bytes, line, "a journal record without a time"),
    }
}

fn lost(bytes: &[u8], line: u64, reason: &'static str) -> Loose {
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    Loose { line, fetched: 1, attached: 0, mended: false, read: Err(Unread { reason, bytes: first.to_vec() }) }
}

fn find(bytes: &[u8]) -> Found {
    let mut fields = Fields::default();
    let (mut at, mut message, mut mended) = (0, 0, false);
    while let Some(end) = memchr::memchr(b'\n', &bytes[at..]) {
        let line = &bytes[at..at + end];
        let next = at + end + 1;
        if line.is_empty() {
            return if at == 0 { Found::Blank } else { Found::Record { len: at + 1, fields, message, mended } };
        }
        let equals = memchr::memchr(b'=', line).unwrap_or(line.len());
        let (name, value, behind) = match std::str::from_utf8(&line[..equals]) {
            Ok(name) if is_name(name) && equals < line.len() => (name, &line[equals + 1..], next),
            Ok(name) if is_name(name) => match binary(&bytes[next..]) {
                Some(Ok(value)) => (name, value, next + 8 + value.len() + 1),
                Some(Err(())) => return broken(bytes, next),
                None => return Found::Unfinished,
            },
            _ => return broken(bytes, next),
        };
        if name == "MESSAGE" {
            message = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64;
        }
        let text = String::from_utf8_lossy(value);
        mended |= matches!(text, std::borrow::Cow::Owned(_));
        fields.add(name, &text);
        at = behind;
    }
    Found::Unfinished
}

/// Length, bytes and a line break; `None` where more is needed.
fn binary(bytes: &[u8]) -> Option<Result<&[u8], ()>> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let length = u64::from_le_bytes(*length);
    if length > LONGEST {
        return Some(Err(()));
    }
    let (value, rest) = rest.split_at_checked(length as usize)?;
    Some(if *rest.first()? == b'\n' { Ok(value) } else { Err(()) })
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Damage reaches to the next empty line behind which a record begins.
fn broken(bytes: &[u8], from: usize) -> Found {
    match memchr::memmem::find(&bytes[from - 1..], b"\n\n__") {
        Some(at) => Found::Broken { len: from + at + 1 },
        None => Found::Unfinished,
    }
}
