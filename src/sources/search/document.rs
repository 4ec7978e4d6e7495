//! A document in, an envelope out: the service's own line where the document holds it, else the document itself.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::answer::Hit;
use crate::ingest::envelope::{Envelope, nanoseconds};

/// Where shippers put the line that a service wrote; the untouched one first.
const LINES: [&str; 3] = ["event.original", "message", "log"];

/// Appends a document as one envelope.
pub(super) fn write(source: &RawValue, hit: &Hit<'_>, time_field: &str, out: &mut Vec<u8>) {
    let mut envelope = Envelope { ts: time(&hit.sort), line: Cow::Borrowed(source.get()), ..Envelope::default() };
    // What is no JSON in every detail, such as half of a surrogate pair, is left to the reader of lines, who mends it.
    let fields: Map<String, Value> = serde_json::from_str(source.get()).unwrap_or_default();
    let own = LINES.into_iter().find_map(|name| text(&fields, name).filter(|line| !line.trim().is_empty()));
    if let Some(line) = own {
        let mut attributes = Vec::new();
        flatten("", &fields, &mut attributes);
        envelope.line = Cow::Borrowed(line);
        for (path, value) in attributes {
            if !LINES.contains(&path.as_str()) && path != time_field {
                envelope.with(path, value);
            }
        }
        // Two documents are two events, though their lines be the same.
        envelope.with("_id", &*hit.id);
    }
    envelope.write(out);
}

/// A text at a path, which may be written as nested objects or with dots.
fn text<'a>(fields: &'a Map<String, Value>, path: &str) -> Option<&'a str> {
    if let Some(text) = fields.get(path).and_then(Value::as_str) {
        return Some(text);
    }
    let (first, rest) = path.split_once('.')?;
    text(fields.get(first)?.as_object()?, rest)
}

/// Every value of a document with its path.
fn flatten(above: &str, fields: &Map<String, Value>, out: &mut Vec<(String, String)>) {
    for (key, value) in fields {
        let path = if above.is_empty() { key.clone() } else { format!("{above}.{key}") };
        match value {
            Value::Object(inner) => flatten(&path, inner, out),
            Value::Null => {}
            Value::String(text) => out.push((path, text.clone())),
            other => out.push((path, other.to_string())),
        }
    }
}

/// The time by which a document was sorted: as it was asked for, or the number that older versions give (milliseconds,
/// or nanoseconds where that is too many).
fn time(sort: &[Value]) -> Option<i64> {
    match sort.first()? {
        Value::String(text) => nanoseconds(text.parse::<Timestamp>().ok()?),
        Value::Number(n) => {
            let n = n.as_i64()?;
            if n.abs() < 100_000_000_000_000 { n.checked_mul(1_000_000) } else { Some(n) }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(source: &str) -> String {
        let hit =
            format!(r#"{{"_index":"logs","_id":"a1","_source":{source},"sort":["2026-08-03T00:00:00.000000001Z",7]}}"#);
        let hit: Hit<'_> = serde_json::from_str(&hit).expect("a hit");
        let mut out = Vec::new();
        write(hit.source.expect("a source"), &hit, "@timestamp", &mut out);
        String::from_utf8(out).expect("text").trim_end().to_owned()
    }

    #[test]
    fn a_shipped_line_is_the_line_and_the_rest_are_attributes() {
        let filebeat = r#"{"@timestamp":"2026-08-03T00:00:00.000Z","message":"{\"msg\":\"hi\"}","log":{"file":{"path":"/a"}},"tags":["x"],"n":1,"no":null}"#;
        assert_eq!(
            written(filebeat),
            r#"{"ts":"2026-08-03T00:00:00.000000001Z","attributes":{"log.file.path":"/a","n":"1","tags":"[\"x\"]","_id":"a1"},"line":"{\"msg\":\"hi\"}"}"#
        );
        let untouched = r#"{"message":"hi","event":{"original":"GET /a hi"},"http.request.id":"r-1"}"#;
        assert_eq!(
            written(untouched),
            r#"{"ts":"2026-08-03T00:00:00.000000001Z","attributes":{"http.request.id":"r-1","_id":"a1"},"line":"GET /a hi"}"#
        );
        assert!(written(r#"{"log":"text\n","stream":"stdout"}"#).ends_with(r#""line":"text\n"}"#));
    }

    #[test]
    fn a_document_without_a_line_is_the_line_itself() {
        let source = r#"{"@timestamp":"2026-08-03T00:00:00Z","message":" ","log":{"level":"info"},"http":{"request":{"id":"r-1"}}}"#;
        let envelope = Value::from(written(source));
        let envelope: Value = serde_json::from_str(envelope.as_str().expect("text")).expect("JSON");
        assert_eq!((&envelope["line"], envelope.get("attributes")), (&Value::from(source), None));
    }

    #[test]
    fn times_come_with_all_digits_or_as_numbers() {
        let of = |json: &str| time(&serde_json::from_str::<Vec<Value>>(json).expect("JSON"));
        assert_eq!(of(r#"["2026-08-03T00:00:00.123456789Z"]"#), Some(1_785_715_200_123_456_789));
        assert_eq!(of("[1785715200123]"), Some(1_785_715_200_123_000_000));
        assert_eq!(of("[1785715200123456789]"), Some(1_785_715_200_123_456_789));
        assert_eq!((of("[]"), of("[null]"), of("[\"soon\"]")), (None, None, None));
    }

    #[test]
    fn what_is_not_quite_json_is_kept_as_it_is() {
        let odd = r#"{"message":"half \ud83d"}"#;
        let envelope: Value = serde_json::from_str(&written(odd)).expect("JSON");
        assert_eq!(envelope["line"], odd);
    }
}
