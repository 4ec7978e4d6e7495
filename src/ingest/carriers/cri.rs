//! The log of a Kubernetes container: `<time> stdout|stderr P|F <line>`; and the same without stream and tag, as
//! `--timestamps` of `kubectl logs` and `docker logs` puts a time before a JSON line.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::de::IgnoredAny;

use super::joins::{Piece, Stream};
use crate::ingest::envelope::{Envelope, nanoseconds};

/// Unwraps a line that begins with a digit.
pub(super) fn open(line: &str) -> Option<Envelope<'_>> {
    let (time, rest) = line.split_once(' ').filter(|(time, _)| (20..=40).contains(&time.len()))?;
    if rest.starts_with("{\"") {
        serde_json::from_str::<IgnoredAny>(rest).ok()?;
        return Some(Envelope {
            ts: nanoseconds(time.parse().ok()?),
            line: Cow::Borrowed(rest),
            ..Envelope::default()
        });
    }
    let (stream, rest) = rest.split_once(' ').filter(|(stream, _)| matches!(*stream, "stdout" | "stderr"))?;
    let (tags, line) = rest.split_once(' ').unwrap_or((rest, ""));
    matches!(tags.split(':').next(), Some("P" | "F")).then_some(())?;
    let ts = nanoseconds(time.parse::<Timestamp>().ok()?);
    let attributes = vec![(Cow::Borrowed("log.iostream"), Cow::Borrowed(stream))];
    Some(Envelope { ts, attributes, line: Cow::Borrowed(line), ..Envelope::default() })
}

/// Whether a line goes on in the next, and its text, which may begin or end inside a character; `None` for what is no
/// line of a container.
pub(super) fn piece(line: &[u8]) -> Option<(Piece, &[u8])> {
    line.first().filter(|b| b.is_ascii_digit())?;
    let space = memchr::memchr(b' ', &line[..line.len().min(41)])?;
    let (stream, rest) = line[space + 1..].split_at_checked(7)?;
    let stream = match stream {
        b"stdout " => Stream::CriOut,
        b"stderr " => Stream::CriErr,
        _ => return None,
    };
    let goes_on = match rest {
        [b'P'] | [b'P', b' ' | b':', ..] => true,
        [b'F'] | [b'F', b' ' | b':', ..] => false,
        _ => return None,
    };
    let text = memchr::memchr(b' ', rest).map_or(&[][..], |at| &rest[at + 1..]);
    Some((Piece { stream, goes_on, fresh: false }, text))
}
