//! Docker's json-file driver: `{"log":"…\n","stream":"stdout","time":"…"}`, also with what shippers add beside it.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::joins::{Piece, Stream};
use super::{Carried, flatten};
use crate::ingest::envelope::{Envelope, Word, nanoseconds};
use crate::ingest::row::Text;

/// Bytes of text at which the daemon cuts a line. Shorter text without a line break is the last that a process wrote.
pub(super) const CUT: usize = 16 << 10;

/// Unwraps a line that begins like a record.
pub(super) fn open(line: &str) -> Option<Carried<'_>> {
    if !line.starts_with("{\"log\":\"") && !line.starts_with("{\"stream\":\"std") {
        return None;
    }
    let mut json = serde_json::Deserializer::from_str(line);
    match json.deserialize_map(Record).and_then(|read| json.end().map(|()| read)) {
        Ok(read) => read.map(Carried::One),
        Err(error) if error.is_data() => None,
        Err(error) => Some(Carried::Lost(format!("not a whole container log record: {error}"))),
    }
}

/// Whether the text of a record goes on in the next; `None` for what is no record as the daemon writes it. Only the
/// ends are looked at.
pub(super) fn piece(line: &[u8]) -> Option<Piece> {
    let text = line.strip_prefix(b"{\"log\":\"")?;
    // No quote stands unescaped inside the text, so this can only be behind it.
    let end = memchr::memmem::find(text, b"\",\"stream\":\"")?;
    let (text, rest) = text.split_at(end);
    let stream = if rest[12..].starts_with(b"stderr\"") { Stream::DockerErr } else { Stream::DockerOut };
    let escapes = text.iter().rev().skip(1).take_while(|b| **b == b'\\').count();
    let ended = text.ends_with(b"n") && escapes % 2 == 1;
    Some(Piece { stream, goes_on: !ended, fresh: text.starts_with(b"{") })
}

struct Record;

impl<'a> Visitor<'a> for Record {
    type Value = Option<Envelope<'a>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a container log record")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut log, mut stream, mut time) = (None, None, None);
        let mut attributes: Vec<(Text<'a>, Text<'a>)> = Vec::new();
        while let Some(Word(key)) = map.next_key()? {
            match &*key {
                "log" => log = Some(map.next_value::<Word<'a>>()?.0),
                "stream" => stream = Some(map.next_value::<Word<'a>>()?.0),
                "time" => time = Some(map.next_value::<Word<'a>>()?.0),
                "attrs" => flatten("", map.next_value::<Value>()?, &mut attributes),
                other => flatten(other, map.next_value::<Value>()?, &mut attributes),
            }
        }
        let (Some(line), Some(stream), Some(time)) = (log, stream, time) else { return Ok(None) };
        let Ok(at) = time.parse::<Timestamp>() else { return Ok(None) };
        if !matches!(&*stream, "stdout" | "stderr") {
            return Ok(None);
        }
        attributes.push((Cow::Borrowed("log.iostream"), stream));
        Ok(Some(Envelope { ts: nanoseconds(at), attributes, line, ..Envelope::default() }))
    }
}
