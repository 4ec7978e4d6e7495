//! A JSON answer of Loki's interface in, envelopes in the order of time and warnings out.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::config::Window;
use crate::ingest::envelope::Envelope;
use crate::net::{Answer, Failure};

type Labels<'a> = BTreeMap<Word<'a>, Word<'a>>;

/// What an answer holds.
#[derive(Debug)]
pub(super) struct Reply<'a> {
    streams: Vec<Stream<'a>>,
    /// Entries of all streams: what the server's limit counts.
    pub(super) count: u64,
    /// What the server says is missing or odd.
    pub(super) warnings: Vec<String>,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    status: Cow<'a, str>,
    #[serde(borrow)]
    data: Option<Data<'a>>,
    error: Option<String>,
    #[serde(default)]
    warnings: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    #[serde(borrow)]
    result_type: Cow<'a, str>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

/// One stream: entries with the same labels.
#[derive(Debug, Deserialize)]
struct Stream<'a> {
    #[serde(borrow, default)]
    stream: Labels<'a>,
    #[serde(borrow)]
    values: Vec<Entry<'a>>,
}

/// `["nanoseconds", "line"]`, with an object of further fields behind them where the server tells them apart.
#[derive(Debug)]
struct Entry<'a> {
    ns: i64,
    line: Word<'a>,
    more: More<'a>,
}

#[derive(Debug, Default, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
struct More<'a> {
    #[serde(borrow, default)]
    structured_metadata: Labels<'a>,
    #[serde(borrow, default)]
    parsed: Labels<'a>,
}

/// A text that is borrowed where it can be.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Word<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Reply<'a> {
    /// # Errors
    /// `Malformed` where it holds no streams.
    pub(super) fn read(answer: &'a Answer, host: &str) -> Result<Self, Failure> {
        let body: Body<'a> = answer.json(host)?;
        let wrong = |what: &str| Failure::malformed(host, what);
        let data = match (&*body.status, body.data) {
            ("success", Some(data)) => data,
            _ => return Err(wrong(&body.error.unwrap_or_else(|| "it says neither success nor why not".to_owned()))),
        };
        if data.result_type != "streams" {
            return Err(wrong(&format!("it holds a {} instead of lines; `query` must select lines", data.result_type)));
        }
        let streams: Vec<Stream<'a>> = match data.result {
            // Some servers write null for an empty list.
            None => Vec::new(),
            Some(raw) => serde_json::from_str(raw.get()).map_err(|error| wrong(&error.to_string()))?,
        };
        let count = streams.iter().map(|s| s.values.len() as u64).sum();
        Ok(Reply { streams, count, warnings: body.warnings.unwrap_or_default() })
    }

    /// The entries inside a window as envelopes, a line each, in the order of time.
    pub(super) fn lines(mut self, window: Window) -> Vec<u8> {
        self.streams.sort_by(|a, b| a.stream.cmp(&b.stream));
        let inside = |ns: i64| (window.from.as_nanosecond()..window.to.as_nanosecond()).contains(&i128::from(ns));
        let mut entries: Vec<Numbered<'_, 'a>> = Vec::with_capacity(self.count as usize);
        for stream in &self.streams {
            let mut before: HashMap<(i64, &str, &More<'_>), u32> = HashMap::new();
            for entry in stream.values.iter().filter(|entry| inside(entry.ns)) {
                let times = before.entry((entry.ns, &*entry.line.0, &entry.more)).or_default();
                *times += 1;
                entries.push(Numbered { labels: &stream.stream, entry, time: *times });
            }
        }
        // A stable sort: entries of one nanosecond keep the order in which their stream has them.
        entries.sort_by_key(|numbered| numbered.entry.ns);
        let mut lines = Vec::new();
        let mut seen: std::collections::HashSet<Identity<'_, 'a>> = Default::default();
        for numbered in &entries {
            // A stream that stands in the answer twice, as a proxy in front of replicas may give it, counts once; the
            // same words twice inside one stream are two entries.
            if seen.insert(numbered.identity()) {
                numbered.envelope().write(&mut lines);
            }
        }
        lines
    }
}

/// An entry, its stream, and the how-manieth of its kind it is in there.
struct Numbered<'r, 'a> {
    labels: &'r Labels<'a>,
    entry: &'r Entry<'a>,
    time: u32,
}

type Identity<'r, 'a> = (&'r Labels<'a>, i64, &'r str, &'r More<'a>, u32);

impl<'r, 'a> Numbered<'r, 'a> {
    fn identity(&self) -> Identity<'r, 'a> {
        (self.labels, self.entry.ns, &*self.entry.line.0, &self.entry.more, self.time)
    }

    fn envelope(&self) -> Envelope<'r> {
        let mut envelope =
            Envelope { ts: Some(self.entry.ns), line: Cow::Borrowed(&*self.entry.line.0), ..Envelope::default() };
        // What belongs to the entry says more than what its stream has in common.
        for labels in [&self.entry.more.structured_metadata, &self.entry.more.parsed, self.labels] {
            for (name, value) in labels {
                envelope.with(&*name.0, &*value.0);
            }
        }
        if self.time > 1 {
            // Without it, equal entries of one nanosecond would be taken for one that was sent again.
            envelope.with("occurrence", self.time.to_string());
        }
        envelope
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Entry<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts;
        impl<'de> Visitor<'de> for Parts {
            type Value = Entry<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time in nanoseconds as text, a line, and further fields or nothing")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Entry<'de>, A::Error> {
                let missing = |n| serde::de::Error::invalid_length(n, &"a time and a line");
                let time: Word<'de> = parts.next_element()?.ok_or_else(|| missing(0))?;
                let line = parts.next_element()?.ok_or_else(|| missing(1))?;
                let more = parts.next_element()?.unwrap_or_default();
                while parts.next_element::<IgnoredAny>()?.is_some() {}
                let no_time = || serde::de::Error::custom(format_args!("`{}` is no time in nanoseconds", time.0));
                Ok(Entry { ns: time.0.parse().map_err(|_| no_time())?, line, more })
            }
        }
        deserializer.deserialize_seq(Parts)
    }
}

#[cfg(test)]
mod tests;
