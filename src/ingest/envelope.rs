//! What a carrier (a container runtime, a journal, a log store) knows of a line and the service's own line inside; its
//! neutral form, one JSON object per line, is what connectors hand over.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::de::{MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde::{Deserialize, Deserializer};

use super::row::Text;

/// A service's own line and what its carrier says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// When the carrier got the line, nanoseconds since the epoch, UTC.
    pub ts: Option<i64>,
    /// The service that the carrier names.
    pub service: Option<Text<'a>>,
    /// A level's word or number, as the carrier writes it.
    pub level: Option<Text<'a>>,
    /// Labels, structured metadata, attributes: name and text, the best first.
    pub attributes: Vec<(Text<'a>, Text<'a>)>,
    /// What the service wrote: JSON, an access-log line or text; may hold line breaks; empty where the attributes are
    /// the record.
    pub line: Text<'a>,
}

/// The neutral form, as it is written and read.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(default)]
    ts: Option<Timestamp>,
    #[serde(borrow, default)]
    service: Option<Word<'a>>,
    #[serde(borrow, default)]
    level: Option<Word<'a>>,
    #[serde(borrow, default)]
    attributes: Pairs<'a>,
    #[serde(borrow)]
    line: Text<'a>,
}

/// A text that is borrowed where it can be; inside an `Option` it takes a type of its own.
#[derive(Deserialize)]
pub(super) struct Word<'a>(#[serde(borrow)] pub(super) Text<'a>);

impl<'a> Envelope<'a> {
    /// Appends the envelope as one line: `{"ts":"…Z","service":"…","level":"…","attributes":{…},"line":"…"}`, with the
    /// time in RFC 3339 to the nanosecond; what is not known is left out.
    pub fn write(&self, out: &mut Vec<u8>) {
        // Writing to memory cannot fail, and every key is a text.
        if serde_json::to_writer(&mut *out, self).is_ok() {
            out.push(b'\n');
        }
    }

    /// Reads one line of the neutral form.
    ///
    /// # Errors
    /// Why the line is none.
    pub fn read(line: &'a str) -> Result<Self, String> {
        let wire: Wire<'a> = serde_json::from_str(line).map_err(|error| format!("not a whole envelope: {error}"))?;
        Ok(Envelope {
            ts: wire.ts.and_then(nanoseconds),
            service: wire.service.map(|word| word.0),
            level: wire.level.map(|word| word.0),
            attributes: wire.attributes.0,
            line: wire.line,
        })
    }

    /// Adds an attribute.
    pub fn with(&mut self, name: impl Into<Text<'a>>, value: impl Into<Text<'a>>) {
        self.attributes.push((name.into(), value.into()));
    }

    /// The same, borrowed from nothing.
    #[must_use]
    pub fn into_owned(self) -> Envelope<'static> {
        let own = |text: Text<'a>| -> Text<'static> { Cow::Owned(text.into_owned()) };
        Envelope {
            ts: self.ts,
            service: self.service.map(own),
            level: self.level.map(own),
            attributes: self.attributes.into_iter().map(|(name, value)| (own(name), own(value))).collect(),
            line: own(self.line),
        }
    }

    /// The line without a line break at its end.
    #[must_use]
    pub fn text(&self) -> &str {
        self.line.trim_end_matches(['\n', '\r'])
    }

    /// The carrier's time in milliseconds.
    #[must_use]
    pub fn ms(&self) -> Option<i64> {
        self.ts.map(|ns| ns.div_euclid(1_000_000))
    }
}

/// Nanoseconds since the epoch, where they fit (1677 to 2262).
#[must_use]
pub fn nanoseconds(at: Timestamp) -> Option<i64> {
    i64::try_from(at.as_nanosecond()).ok()
}

impl Serialize for Envelope<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(at) = self.ts.and_then(|ns| Timestamp::from_nanosecond(i128::from(ns)).ok()) {
            map.serialize_entry("ts", &format_args!("{at:.9}"))?;
        }
        if let Some(service) = &self.service {
            map.serialize_entry("service", service)?;
        }
        if let Some(level) = &self.level {
            map.serialize_entry("level", level)?;
        }
        if !self.attributes.is_empty() {
            map.serialize_entry("attributes", &Attributes(&self.attributes))?;
        }
        map.serialize_entry("line", &self.line)?;
        map.end()
    }
}

struct Attributes<'e, 'a>(&'e [(Text<'a>, Text<'a>)]);

impl Serialize for Attributes<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The pairs of an object in their order; a name may occur twice.
#[derive(Default)]
struct Pairs<'a>(Vec<(Text<'a>, Text<'a>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some((Word(name), Word(value))) = map.next_entry()? {
                    pairs.push((name, value));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

#[cfg(test)]
mod tests;
