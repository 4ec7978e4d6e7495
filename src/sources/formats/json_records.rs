//! Records of a JSON file, one by one: JSON lines, an array, or an array inside an object; a file that breaks off
//! keeps the records before the break.

use jiff::Timestamp;
use serde_json::Value;

use super::Parsed;
use crate::tables::table::Cell;

/// A record and the line on which it starts.
pub type Record = (u64, Value);

/// Reads JSON lines; a line that is no JSON object is lost, a prefix of another line is a torn duplicate.
pub fn lines(text: &str, parsed: &mut Parsed) -> Vec<Record> {
    let mut records = Vec::new();
    let all: Vec<&str> = text.lines().map(|l| l.trim_end_matches('\r')).collect();
    for (number, line) in (1..).zip(&all) {
        if line.trim().is_empty() {
            continue;
        }
        parsed.ledger.fetched += 1;
        match serde_json::from_str::<Value>(line) {
            Ok(value) if value.is_object() => records.push((number, value)),
            Ok(_) => parsed.lose(number, "not a JSON object", line),
            Err(_)
                if line.len() >= 16 && all.iter().any(|other| other.len() > line.len() && other.starts_with(line)) =>
            {
                let class = crate::coverage::RejectClass::TornDuplicate;
                let sample = line.chars().take(120).collect();
                let reason = "a torn copy of another line".to_owned();
                parsed.ledger.reject(crate::coverage::Rejected { line: number, class, reason, sample });
            }
            Err(error) => parsed.lose(number, format!("not JSON: {error}"), line),
        }
    }
    dedupe(records, parsed)
}

/// Byte-identical records are one record that was sent again.
fn dedupe(records: Vec<Record>, parsed: &mut Parsed) -> Vec<Record> {
    let mut seen = std::collections::HashSet::new();
    let before = records.len();
    let kept: Vec<Record> = records.into_iter().filter(|(_, value)| seen.insert(value.to_string())).collect();
    parsed.ledger.repeated += (before - kept.len()) as u64;
    kept
}

/// Reads an array of records: the document itself, or the array under the first of `keys` that is there. Also returns
/// the rest of the document, for its paging counts.
pub fn array(text: &str, keys: &[&str], parsed: &mut Parsed) -> (Vec<Record>, Value) {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(all)) => {
            parsed.ledger.fetched += all.len() as u64;
            (number(text, all), Value::Null)
        }
        Ok(mut document) => {
            let found = keys.iter().find(|key| document.get(**key).is_some_and(Value::is_array));
            let Some(key) = found else {
                let has: Vec<&String> = document.as_object().map(|o| o.keys().collect()).unwrap_or_default();
                let hint = format!("expected an array, or an object with `{}`; it has {has:?}", keys.join("` or `"));
                parsed.gap("the JSON holds no list of records", hint);
                return (Vec::new(), document);
            };
            let Value::Array(all) = document[*key].take() else { return (Vec::new(), document) };
            parsed.ledger.fetched += all.len() as u64;
            (number(text, all), document)
        }
        Err(error) => (broken(text, &error, parsed), Value::Null),
    }
}

/// The whole records of a document that breaks off: every object directly inside its first array.
fn broken(text: &str, error: &serde_json::Error, parsed: &mut Parsed) -> Vec<Record> {
    parsed.ledger.truncated = true;
    parsed.gap(
        format!("the JSON breaks at line {}, column {}: {error}", error.line(), error.column()),
        "fetch it again; the records before the break were kept",
    );
    let mut records = Vec::new();
    let Some(mut at) = text.find('[').map(|at| at + 1) else { return records };
    while let Some(start) = text[at..].find('{').map(|n| at + n) {
        let mut stream = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
        let Some(Ok(value)) = stream.next() else { break };
        at = start + stream.byte_offset();
        records.push((line_at(text, start), value));
    }
    parsed.ledger.fetched += records.len() as u64 + 1;
    parsed.ledger.lost += 1;
    records
}

/// Finds the line of each record by its id, cheaply: records of one file are in order.
fn number(text: &str, all: Vec<Value>) -> Vec<Record> {
    let mut at = 0;
    let mut line = 1;
    let mut records = Vec::new();
    for value in all {
        if let Some(start) = value.get("id").map(Value::to_string).and_then(|id| text[at..].find(&id)) {
            line += text[at..at + start].matches('\n').count() as u64;
            at += start;
        }
        records.push((line, value));
    }
    records
}

fn line_at(text: &str, at: usize) -> u64 {
    text[..at].matches('\n').count() as u64 + 1
}

/// The value at a dotted path.
#[must_use]
pub fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, key| value.get(key).unwrap_or(&Value::Null))
}

/// A text, number or truth value at a path, as text.
#[must_use]
pub fn text(value: &Value, path: &str) -> Option<String> {
    match at(value, path) {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

/// The same as a cell.
#[must_use]
pub fn cell(value: &Value, path: &str) -> Cell {
    Cell::from(text(value, path))
}

/// A time at a path, as a cell.
#[must_use]
pub fn time(value: &Value, path: &str) -> Cell {
    Cell::from(at(value, path).as_str().and_then(|t| t.parse::<Timestamp>().ok()).map(|t| t.as_millisecond()))
}
