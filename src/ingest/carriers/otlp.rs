//! What the OpenTelemetry collector's file exporter writes as JSON: one batch of many records per line.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Carried, flatten};
use crate::coverage::Gap;
use crate::ingest::envelope::Envelope;
use crate::ingest::row::Text;

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow, default, rename = "resourceLogs", alias = "resource_logs")]
    resources: Option<Vec<Resource<'a>>>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    resource: Option<Holder>,
    #[serde(borrow, default, rename = "scopeLogs", alias = "scope_logs", alias = "instrumentationLibraryLogs")]
    scopes: Option<Vec<Scope<'a>>>,
}

#[derive(Deserialize)]
struct Scope<'a> {
    scope: Option<Holder>,
    #[serde(borrow, default, rename = "logRecords", alias = "log_records", alias = "logs")]
    records: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct Holder {
    attributes: Option<Vec<Pair>>,
}

#[derive(Deserialize)]
struct Pair {
    key: String,
    value: Option<Any>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    #[serde(alias = "time_unix_nano", default)]
    time_unix_nano: Whole,
    #[serde(alias = "observed_time_unix_nano", default)]
    observed_time_unix_nano: Whole,
    #[serde(alias = "severity_number", default)]
    severity_number: Whole,
    #[serde(alias = "severity_text")]
    severity_text: Option<String>,
    #[serde(alias = "event_name")]
    event_name: Option<String>,
    body: Option<Any>,
    attributes: Option<Vec<Pair>>,
}

/// One of the kinds of value.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Any {
    #[serde(alias = "string_value")]
    string_value: Option<String>,
    #[serde(alias = "bool_value")]
    bool_value: Option<bool>,
    #[serde(alias = "int_value")]
    int_value: Option<Whole>,
    #[serde(alias = "double_value")]
    double_value: Option<Value>,
    #[serde(alias = "array_value")]
    array_value: Option<List>,
    #[serde(alias = "kvlist_value")]
    kvlist_value: Option<Pairs>,
    #[serde(alias = "bytes_value")]
    bytes_value: Option<String>,
}

#[derive(Deserialize)]
struct List {
    values: Option<Vec<Any>>,
}

#[derive(Deserialize)]
struct Pairs {
    values: Option<Vec<Pair>>,
}

/// A 64-bit number, as a number or as text.
#[derive(Debug, Clone, Copy, Default)]
struct Whole(i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_i64<E>(self, n: i64) -> Result<Whole, E> {
                Ok(Whole(n))
            }

            fn visit_u64<E: Error>(self, n: u64) -> Result<Whole, E> {
                i64::try_from(n).map(Whole).map_err(E::custom)
            }

            fn visit_f64<E>(self, x: f64) -> Result<Whole, E> {
                Ok(Whole(x as i64))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Whole, E> {
                text.parse().map(Whole).map_err(E::custom)
            }

            fn visit_unit<E>(self) -> Result<Whole, E> {
                Ok(Whole(0))
            }
        }
        deserializer.deserialize_any(Number)
    }
}

/// Unwraps a line that begins like a batch.
pub(super) fn open(line: &str) -> Option<Carried<'_>> {
    let key = line[2..].split('"').next().unwrap_or_default();
    if matches!(key, "resourceMetrics" | "resource_metrics" | "resourceSpans" | "resource_spans") {
        return Some(Carried::Attached);
    }
    if !matches!(key, "resourceLogs" | "resource_logs") {
        return None;
    }
    Some(match serde_json::from_str::<Batch<'_>>(line) {
        Ok(batch) => Carried::Many(records(batch)),
        Err(error) => Carried::Lost(format!("not a whole batch of log records: {error}")),
    })
}

fn records(batch: Batch<'_>) -> Vec<Result<Envelope<'static>, String>> {
    let mut all = Vec::new();
    for resource in batch.resources.into_iter().flatten() {
        let outer = named(resource.resource.and_then(|holder| holder.attributes));
        for scope in resource.scopes.into_iter().flatten() {
            let mut around = named(scope.scope.and_then(|holder| holder.attributes));
            around.extend(outer.iter().cloned());
            let each = scope.records.into_iter().flatten().map(|raw| {
                let record = serde_json::from_str::<Record>(raw.get());
                record.map(|record| envelope(record, &around)).map_err(|e| format!("not a log record: {e}"))
            });
            all.extend(each);
        }
    }
    all
}

fn envelope(record: Record, around: &[(Text<'static>, Text<'static>)]) -> Envelope<'static> {
    let at = [record.time_unix_nano.0, record.observed_time_unix_nano.0].into_iter().find(|ns| *ns > 0);
    let word = record.severity_text.filter(|text| crate::ingest::json_line::level_text(text).is_some());
    let mut attributes = named(record.attributes);
    if let Some(name) = record.event_name.filter(|name| !name.is_empty()) {
        attributes.push((Cow::Borrowed("event.name"), Cow::Owned(name)));
    }
    attributes.extend(around.iter().cloned());
    let line = match record.body.map(value) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    Envelope {
        ts: at,
        service: None,
        level: word.map(Cow::Owned).or(level(record.severity_number.0).map(Cow::Borrowed)),
        attributes,
        line: Cow::Owned(line),
    }
}

fn named(pairs: Option<Vec<Pair>>) -> Vec<(Text<'static>, Text<'static>)> {
    let mut attributes = Vec::new();
    for pair in pairs.into_iter().flatten() {
        flatten(&pair.key, pair.value.map_or(Value::Null, value), &mut attributes);
    }
    attributes
}

fn value(any: Any) -> Value {
    if let Some(text) = any.string_value.or(any.bytes_value) {
        Value::String(text)
    } else if let Some(list) = any.array_value {
        list.values.into_iter().flatten().map(value).collect()
    } else if let Some(pairs) = any.kvlist_value {
        let pairs = pairs.values.into_iter().flatten();
        Value::Object(pairs.map(|pair| (pair.key, pair.value.map_or(Value::Null, value))).collect::<Map<_, _>>())
    } else if let Some(number) = any.int_value {
        Value::from(number.0)
    } else {
        any.bool_value.map(Value::Bool).or(any.double_value).unwrap_or(Value::Null)
    }
}

/// The level of a severity number; each has four steps.
fn level(number: i64) -> Option<&'static str> {
    Some(match number {
        1..=4 => "trace",
        5..=8 => "debug",
        9..=12 => "info",
        13..=16 => "warn",
        17..=20 => "error",
        21..=24 => "fatal",
        _ => return None,
    })
}

/// What is missing where a file begins in a form that is not read: protobuf or zstd behind lengths, or zstd as a whole.
pub(in crate::ingest) fn refused(start: &[u8]) -> Option<Gap> {
    const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];
    let gap = |what: &str, hint: &str| Some(Gap { what: what.to_owned(), hint: hint.to_owned() });
    if start.starts_with(ZSTD) {
        return gap("the file is compressed with zstd, which is not read", "unpack it, or compress it with gzip");
    }
    // A text file cannot begin with a zero byte, nor a batch's message with anything but its first field.
    let (length, message) = start.split_first_chunk::<4>()?;
    if length[0] == 0 && (message.starts_with(ZSTD) || message.first() == Some(&0x0A)) {
        return gap(
            "the file holds messages behind their lengths, as the collector writes them with `format: proto` or \
             `compression`; they are not read",
            "set `format: json` and no `compression` in the collector's file exporter",
        );
    }
    None
}
