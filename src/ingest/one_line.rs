//! One line in, one row out, whatever its format; and the same for a line in an envelope, which fills what the line
//! itself leaves blank.

use std::borrow::Cow;

use super::console_line::Plain;
use super::envelope::Envelope;
use super::log_file::LogReader;
use super::row::{LogRow, Read, Tier};
use super::{access_line, console_line, json_line};

/// What became of a line in an envelope.
pub(super) struct Opened<'l> {
    pub(super) read: Read<'l>,
    /// Hash by which the same event is known when it is sent again.
    pub(super) hash: u64,
}

impl LogReader<'_> {
    /// Reads a line that stands by itself.
    pub(super) fn read_line<'l>(&self, line: &'l str) -> Read<'l> {
        let Some(first) = line.trim_start().as_bytes().first() else { return Read::Attached };
        if *first == b'{' {
            let line = line.trim_start();
            return match json_line::read(line, &self.trie, self.zone) {
                Read::Row(row) => with_event(Read::Row(self.meant(row, line))),
                read => read,
            };
        }
        if access_line::looks_like(line) {
            return with_event(access_line::read(line));
        }
        console_line::read(line, &self.patterns, self.zone)
    }

    /// Reads the line in an envelope. Its own words win; the envelope fills blanks, a time before all.
    pub(super) fn read_envelope<'l>(&self, envelope: &'l Envelope<'_>) -> Opened<'l> {
        let line = envelope.text();
        let said = self.attributes(envelope);
        let seed = seed(&said);
        let read = match self.inner(line) {
            Inner::Blank if tells(&said) => with_event(json_line::settle(*self.meant(Box::new(said), ""))),
            Inner::Blank => Read::Attached,
            Inner::Unread(read) => return Opened { read, hash: 0 },
            Inner::Row(mut row, plain) => {
                let own_time = row.ts.is_some();
                row.ts = row.ts.or(envelope.ms()).or(said.ts);
                fill(&mut row, said);
                if own_time {
                    // Sent twice, it is the same event, even where the carrier got it at two times.
                    let hash = xxhash_rust::xxh3::xxh3_64_with_seed(line.as_bytes(), seed);
                    return Opened { read: with_event(Read::Row(row)), hash };
                }
                match row.ts {
                    None if plain => Read::Attached,
                    _ => with_event(json_line::settle(*row)),
                }
            }
        };
        let mut whole = Vec::with_capacity(line.len() + 256);
        envelope.write(&mut whole);
        Opened { read, hash: xxhash_rust::xxh3::xxh3_64(&whole) }
    }

    fn inner<'l>(&self, line: &'l str) -> Inner<'l> {
        let start = line.trim_start();
        if start.is_empty() {
            return Inner::Blank;
        }
        if start.starts_with('{') {
            return match json_line::parse(start, &self.trie, self.zone) {
                Ok(row) => Inner::Row(self.meant(Box::new(row), start), false),
                Err(reason) => Inner::Unread(Read::Rejected { reason, record: json_line::looks_like_a_record(start) }),
            };
        }
        if access_line::looks_like(line) && access_line::has_a_time(line) {
            return match access_line::read(line) {
                Read::Row(row) => Inner::Row(row, false),
                read => Inner::Unread(read),
            };
        }
        match console_line::plain(line, &self.patterns, self.zone) {
            Plain::Text(row) => Inner::Row(row, true),
            Plain::Frame => Inner::Unread(Read::Attached),
            Plain::NoText(reason) => Inner::Unread(Read::Rejected { reason, record: false }),
        }
    }

    /// What the carrier says, as a row.
    fn attributes<'l>(&self, envelope: &'l Envelope<'_>) -> LogRow<'l> {
        let pairs = || envelope.attributes.iter().map(|(name, value)| (&**name, &**value));
        let mut said = json_line::from_attributes(pairs(), &self.trie, self.zone);
        if pairs().any(|(name, _)| name == "request_uri" || name.starts_with("upstream_")) {
            said.tier = Tier::Gateway;
        }
        if let Some(service) = envelope.service.as_deref().filter(|name| !name.is_empty()) {
            said.service = Some(Cow::Borrowed(service));
        }
        said.level = envelope.level.as_deref().and_then(json_line::level_text).or(said.level);
        said.ts = said.ts.or(envelope.ms());
        said
    }

    /// Finds out more of what a JSON line means: who wrote it, and what its message says.
    fn meant<'l>(&self, mut row: Box<LogRow<'l>>, line: &'l str) -> Box<LogRow<'l>> {
        if line.contains("\"request_uri\"") || line.contains("\"upstream_") {
            row.tier = Tier::Gateway;
        }
        if row.method.is_none() && row.event.is_none() {
            // A message that a pattern knows keeps its meaning inside JSON too.
            if let Some(Cow::Borrowed(message)) = row.message.clone() {
                self.patterns.apply(message, &mut row, self.zone);
            }
        }
        row
    }
}

/// The line in an envelope.
enum Inner<'l> {
    Blank,
    Unread(Read<'l>),
    /// A row that may lack a time, and whether it is mere text.
    Row(Box<LogRow<'l>>, bool),
}

/// Names the event of a request line, and of whatever has no name yet.
fn with_event(read: Read<'_>) -> Read<'_> {
    let Read::Row(mut row) = read else { return read };
    if row.method.is_some() && row.status.is_some() {
        row.event = Some(if row.status == Some(101) { "socket.closed" } else { "request" }.into());
    } else if row.event.is_none() {
        row.event = Some("log".into());
    }
    Read::Row(row)
}

/// Whether attributes alone are a record: they say what happened, not only where.
fn tells(row: &LogRow<'_>) -> bool {
    row.message.is_some()
        || row.method.is_some()
        || row.url.is_some()
        || row.event.is_some()
        || row.error_type.is_some()
        || row.error_message.is_some()
}

/// Two services may write the same words at the same time.
fn seed(said: &LogRow<'_>) -> u64 {
    match (&said.service, &said.instance) {
        (None, None) => 0,
        (service, instance) => {
            let both = [service.as_deref().unwrap_or_default(), "\n", instance.as_deref().unwrap_or_default()];
            xxhash_rust::xxh3::xxh3_64(both.concat().as_bytes())
        }
    }
}

/// Fills what is blank in a row. The message stays the line's own; a dependency's call belongs to no request.
fn fill<'l>(row: &mut LogRow<'l>, said: LogRow<'l>) {
    let request = row.method.is_some() || row.url.is_some();
    if !(request && said.event.as_deref() == Some("dependency")) {
        row.event = row.event.take().or(said.event);
        row.method = row.method.take().or(said.method);
        row.url = row.url.take().or(said.url);
        row.status = row.status.or(said.status);
        row.duration_ms = row.duration_ms.or(said.duration_ms);
    }
    if row.tier == Tier::Server {
        row.tier = said.tier;
    }
    row.level = row.level.or(said.level);
    row.upstream_status = row.upstream_status.or(said.upstream_status);
    row.bytes = row.bytes.or(said.bytes);
    row.rev = row.rev.or(said.rev);
    row.as_of = row.as_of.or(said.as_of);
    for (held, other) in [
        (&mut row.service, said.service),
        (&mut row.instance, said.instance),
        (&mut row.platform, said.platform),
        (&mut row.build, said.build),
        (&mut row.user, said.user),
        (&mut row.owner, said.owner),
        (&mut row.role, said.role),
        (&mut row.session, said.session),
        (&mut row.socket, said.socket),
        (&mut row.request_id, said.request_id),
        (&mut row.local_id, said.local_id),
        (&mut row.user_agent, said.user_agent),
        (&mut row.reason, said.reason),
        (&mut row.error_type, said.error_type),
        (&mut row.error_message, said.error_message),
    ] {
        if held.is_none() {
            *held = other;
        }
    }
}
