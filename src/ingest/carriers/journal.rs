//! The systemd journal: what its fields say, and `journalctl -o json`, one record per line with its keys in any order.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Carried;
use crate::ingest::envelope::Envelope;
use crate::ingest::row::Text;

/// Why a record is lost whose message journalctl left out.
const LEFT_OUT: &str =
    "a journal record whose message is over 4 KiB and was left out: export it with `journalctl --all`";

/// The fields of one record; the first of a repeated one counts, but for the message.
#[derive(Debug, Default)]
pub(super) struct Fields {
    received: Option<i64>,
    sent: Option<i64>,
    level: Option<&'static str>,
    unit: Option<String>,
    identifier: Option<String>,
    container: Option<String>,
    message: Option<String>,
    attributes: Vec<(Text<'static>, Text<'static>)>,
}

impl Fields {
    /// Adds a field. The journal's own ones begin with `_`; all others are the writer's.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        let first = |held: &mut Option<String>| {
            held.get_or_insert_with(|| value.to_owned());
        };
        match name {
            "__REALTIME_TIMESTAMP" => self.received = self.received.or_else(|| nanoseconds(value)),
            "_SOURCE_REALTIME_TIMESTAMP" => self.sent = self.sent.or_else(|| nanoseconds(value)),
            "PRIORITY" => self.level = self.level.or_else(|| level(value)),
            "_SYSTEMD_UNIT" | "_SYSTEMD_USER_UNIT" => first(&mut self.unit),
            "SYSLOG_IDENTIFIER" => first(&mut self.identifier),
            "CONTAINER_NAME" => first(&mut self.container),
            "MESSAGE" => match &mut self.message {
                Some(message) => {
                    message.push('\n');
                    message.push_str(value);
                }
                none => *none = Some(value.to_owned()),
            },
            "_HOSTNAME" => self.attribute("hostname", value),
            own if !own.starts_with('_') => self.attribute(own, value),
            _ => {}
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.attributes.push((Cow::Owned(name.to_owned()), Cow::Owned(value.to_owned())));
    }

    pub(super) fn has_message(&self) -> bool {
        self.message.is_some()
    }

    /// The record; `None` where these fields are no journal's.
    pub(super) fn envelope(self) -> Option<Envelope<'static>> {
        let ts = self.sent.or(self.received)?;
        let unit = self.unit.map(|unit| unit.strip_suffix(".service").map_or(unit.clone(), str::to_owned));
        Some(Envelope {
            ts: Some(ts),
            service: self.container.or(unit).or(self.identifier).map(Cow::Owned),
            level: self.level.map(Cow::Borrowed),
            attributes: self.attributes,
            line: Cow::Owned(self.message.unwrap_or_default()),
        })
    }
}

/// Microseconds as text, in nanoseconds.
fn nanoseconds(value: &str) -> Option<i64> {
    value.parse::<i64>().ok()?.checked_mul(1_000)
}

/// The level of a syslog priority.
fn level(priority: &str) -> Option<&'static str> {
    Some(match priority {
        "0" | "1" | "2" => "fatal",
        "3" => "error",
        "4" => "warn",
        "5" | "6" => "info",
        "7" => "debug",
        _ => return None,
    })
}

/// Unwraps a line whose first key is in upper case.
pub(super) fn open(line: &str) -> Option<Carried<'_>> {
    let fields: Map<String, Value> = match serde_json::from_str(line) {
        Ok(fields) => fields,
        // Keys that begin like the journal's own are nobody else's.
        Err(error) => {
            let own = matches!(line.as_bytes(), [_, _, b'_', b'_' | b'A'..=b'Z', ..]);
            return own.then(|| Carried::Lost(format!("not a whole journal record: {error}")));
        }
    };
    fields.get("__REALTIME_TIMESTAMP")?;
    if fields.get("MESSAGE").is_some_and(Value::is_null) {
        return Some(Carried::Lost(LEFT_OUT.to_owned()));
    }
    let mut read = Fields::default();
    for (name, value) in &fields {
        add(&mut read, name, value);
    }
    read.envelope().map(Carried::One)
}

/// A text, the bytes of one that is none, or a list of either.
fn add(fields: &mut Fields, name: &str, value: &Value) {
    match value {
        Value::String(text) => fields.add(name, text),
        Value::Array(list) => {
            let bytes: Option<Vec<u8>> = list.iter().map(|n| n.as_u64().and_then(|n| u8::try_from(n).ok())).collect();
            match bytes {
                Some(bytes) => fields.add(name, &String::from_utf8_lossy(&bytes)),
                None => list.iter().for_each(|value| add(fields, name, value)),
            }
        }
        _ => {}
    }
}
