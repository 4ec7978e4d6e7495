//! One JSON line in, one row out; only the values on known paths are looked at, the rest is skipped unread.

use std::borrow::Cow;
use std::fmt;

use jiff::tz::TimeZone;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::fields::{FIELDS, Field, FieldTrie};
use super::row::{LogRow, Read, Text};
use super::times;

/// A scalar on a known path.
#[derive(Debug, Clone)]
enum Scalar<'a> {
    Text(Text<'a>),
    Number(f64),
    Int(i64),
}

type Slots<'a> = [Option<(u8, Scalar<'a>)>; FIELDS];

/// Reads one line that begins with `{`.
#[must_use]
pub fn read<'a>(line: &'a str, trie: &FieldTrie, zone: &TimeZone) -> Read<'a> {
    match parse(line, trie, zone) {
        Ok(row) => settle(row),
        Err(reason) => Read::Rejected { reason, record: looks_like_a_record(line) },
    }
}

/// What one JSON object says, whether or not it makes a record by itself.
///
/// # Errors
/// Why it is not a whole JSON object.
pub fn parse<'a>(line: &'a str, trie: &FieldTrie, zone: &TimeZone) -> Result<LogRow<'a>, String> {
    let mut slots: Slots<'a> = [const { None }; FIELDS];
    let mut json = serde_json::Deserializer::from_str(line);
    match (Node { trie, slots: &mut slots }).deserialize(&mut json) {
        Ok(()) => Ok(fill(slots, zone)),
        Err(error) => Err(format!("not a whole JSON object: {error}")),
    }
}

/// A row if it has a time; without one it is a lost record if it names a method, a route or an event, else junk.
#[must_use]
pub fn settle(row: LogRow<'_>) -> Read<'_> {
    let keyed = row.method.is_some() || row.url.is_some() || row.event.is_some();
    match (row.ts, keyed) {
        (Some(_), _) => Read::Row(Box::new(row)),
        (None, true) => Read::Rejected { reason: "a record without a time".to_owned(), record: true },
        (None, false) => Read::Rejected {
            reason: "a JSON object with neither a time nor a method, route or event".to_owned(),
            record: false,
        },
    }
}

/// What attributes (name and text, in any spelling that `FieldTrie::attribute` knows) say.
pub fn from_attributes<'a>(
    attributes: impl Iterator<Item = (&'a str, &'a str)>,
    trie: &FieldTrie,
    zone: &TimeZone,
) -> LogRow<'a> {
    let mut slots: Slots<'a> = [const { None }; FIELDS];
    for (name, value) in attributes {
        if let Some(leaf) = trie.attribute(name) {
            keep(&mut slots, leaf, Scalar::Text(first_of_list(value)));
        }
    }
    fill(slots, zone)
}

/// A header that was logged as a list of values is its first value.
fn first_of_list(value: &str) -> Text<'_> {
    let list = (value.starts_with("[\"") && value.ends_with("\"]")).then(|| serde_json::from_str::<Vec<String>>(value));
    match list {
        Some(Ok(values)) => Cow::Owned(values.into_iter().next().unwrap_or_default()),
        _ => Cow::Borrowed(value),
    }
}

/// Whether a broken line still shows that it was a record: a time, or a key of a method, a route or an event.
#[must_use]
pub fn looks_like_a_record(line: &str) -> bool {
    let keyed =
        ["\"method\"", "\"url\"", "\"path\"", "\"request_uri\"", "\"event\""].iter().any(|key| line.contains(key));
    let timed = ["\"time\":", "\"timestamp\":", "\"ts\":", "\"msec\":", "\"@timestamp\":", "\"time_iso8601\":"]
        .iter()
        .any(|key| {
            let value = line.split_once(key).map_or("", |(_, value)| value.trim_start().trim_start_matches('"'));
            value.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'-' | b'T' | b':')).count() >= 9
        });
    keyed || timed
}

struct Node<'t, 's, 'a> {
    trie: &'t FieldTrie,
    slots: &'s mut Slots<'a>,
}

impl<'a> Node<'_, '_, 'a> {
    fn keep(self, value: Scalar<'a>) {
        if let Some(leaf) = self.trie.leaf() {
            keep(self.slots, leaf, value);
        }
    }
}

/// Keeps a value unless it is blank or a better path filled the field.
fn keep<'a>(slots: &mut Slots<'a>, (field, rank): (Field, u8), value: Scalar<'a>) {
    if matches!(&value, Scalar::Text(text) if text.is_empty() || text == "-") {
        return;
    }
    let slot = &mut slots[field as usize];
    if slot.as_ref().is_none_or(|(held, _)| rank < *held) {
        *slot = Some((rank, value));
    }
}

impl<'a> DeserializeSeed<'a> for Node<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Node<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Key)? {
            match self.trie.get(&key) {
                Some(trie) => map.next_value_seed(Node { trie, slots: &mut *self.slots })?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<(), E> {
        self.keep(Scalar::Text(Cow::Borrowed(text)));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.keep(Scalar::Text(Cow::Owned(text.to_owned())));
        Ok(())
    }

    fn visit_i64<E>(self, n: i64) -> Result<(), E> {
        self.keep(Scalar::Int(n));
        Ok(())
    }

    fn visit_u64<E>(self, n: u64) -> Result<(), E> {
        self.keep(i64::try_from(n).map_or(Scalar::Number(n as f64), Scalar::Int));
        Ok(())
    }

    fn visit_f64<E>(self, x: f64) -> Result<(), E> {
        self.keep(Scalar::Number(x));
        Ok(())
    }

    fn visit_bool<E>(self, yes: bool) -> Result<(), E> {
        self.keep(Scalar::Text(Cow::Borrowed(if yes { "true" } else { "false" })));
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

struct Key;

impl<'a> DeserializeSeed<'a> for Key {
    type Value = Text<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Text<'a>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key {
    type Value = Text<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Text<'a>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'a>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

fn fill<'a>(mut slots: Slots<'a>, zone: &TimeZone) -> LogRow<'a> {
    let mut take = |field: Field| slots[field as usize].take().map(|(_, value)| value);
    let mut row = LogRow {
        ts: take(Field::Ts).and_then(|v| time(v, zone)),
        level: take(Field::Level).and_then(level),
        message: take(Field::Message).map(text),
        request_id: take(Field::RequestId).map(text),
        local_id: take(Field::LocalId).map(text),
        instance: take(Field::Instance).map(text),
        service: take(Field::Service).map(text),
        method: take(Field::Method).map(text),
        url: take(Field::Url).map(text),
        status: take(Field::Status).and_then(int),
        upstream_status: take(Field::UpstreamStatus).and_then(int),
        bytes: take(Field::Bytes).and_then(int),
        user: take(Field::User).map(text),
        owner: take(Field::Owner).map(text),
        role: take(Field::Role).map(text),
        session: take(Field::Session).map(text),
        socket: take(Field::Socket).map(text),
        platform: take(Field::Platform).map(text),
        build: take(Field::Build).map(text),
        user_agent: take(Field::UserAgent).map(text),
        reason: take(Field::Reason).map(text),
        error_type: take(Field::ErrorType).map(text),
        error_message: take(Field::ErrorMessage).map(text),
        rev: take(Field::Rev).and_then(int),
        as_of: take(Field::AsOf).and_then(|v| time(v, zone)),
        event: take(Field::Event).map(text),
        ..LogRow::default()
    };
    let seconds = take(Field::DurationSeconds).and_then(number).map(|s| s * 1000.0);
    row.duration_ms = take(Field::DurationMs).and_then(number).or(seconds);
    if let Some(name) = take(Field::DependencyName)
        && row.method.is_none()
    {
        row.event = Some(Cow::Borrowed("dependency"));
        row.url = Some(text(name));
        row.duration_ms = take(Field::DependencyMs).and_then(number);
        row.status = take(Field::DependencyStatus).and_then(int);
    }
    row
}

fn text(value: Scalar<'_>) -> Text<'_> {
    match value {
        Scalar::Text(text) => text,
        Scalar::Int(n) => Cow::Owned(n.to_string()),
        Scalar::Number(x) => Cow::Owned(x.to_string()),
    }
}

fn number(value: Scalar<'_>) -> Option<f64> {
    match value {
        Scalar::Int(n) => Some(n as f64),
        Scalar::Number(x) => Some(x),
        Scalar::Text(text) => text.trim().parse().ok(),
    }
}

fn int(value: Scalar<'_>) -> Option<i64> {
    match value {
        Scalar::Int(n) => Some(n),
        Scalar::Number(x) => Some(x as i64),
        // nginx writes `502, 200` when it tried two upstreams; the last one answered.
        Scalar::Text(text) => text.rsplit([',', ':']).next()?.trim().parse().ok(),
    }
}

fn time(value: Scalar<'_>, zone: &TimeZone) -> Option<i64> {
    match value {
        Scalar::Int(n) => times::from_number(n as f64),
        Scalar::Number(x) => times::from_number(x),
        Scalar::Text(text) => times::from_text(&text, zone),
    }
}

fn level(value: Scalar<'_>) -> Option<&'static str> {
    match value {
        // The numbers of pino and bunyan.
        Scalar::Int(n) => Some(match n {
            ..20 => "trace",
            20..30 => "debug",
            30..40 => "info",
            40..50 => "warn",
            50..60 => "error",
            _ => "fatal",
        }),
        Scalar::Number(_) => None,
        Scalar::Text(text) => level_text(&text),
    }
}

/// The level that a word or a number written as text stands for.
#[must_use]
pub fn level_text(text: &str) -> Option<&'static str> {
    level_word(text).or_else(|| level(Scalar::Int(text.parse().ok()?)))
}

/// The level a word stands for.
#[must_use]
pub fn level_word(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "trace" | "verbose" | "silly" => "trace",
        "debug" => "debug",
        "info" | "log" | "notice" | "information" => "info",
        "warn" | "warning" => "warn",
        "error" | "err" => "error",
        "fatal" | "critical" | "crit" | "emerg" | "alert" | "panic" => "fatal",
        _ => return None,
    })
}
