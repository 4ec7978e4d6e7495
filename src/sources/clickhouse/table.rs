//! What a table of log lines has, the statements that ask for it, and its rows as envelopes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::config::Window;
use crate::ingest::envelope::Envelope;
use crate::net::Failure;

/// Columns of the collector's exporter for each part of a line.
const EXPORTER: [(&str, &str); 5] = [
    ("ts", "Timestamp"),
    ("line", "Body"),
    ("service", "ServiceName"),
    ("level", "SeverityText"),
    ("attributes", "LogAttributes"),
];
/// Further columns of the exporter that hold attributes, taken where they are.
const MORE: [&str; 2] = ["ResourceAttributes", "ScopeAttributes"];

/// How a table keeps time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    /// Whole seconds.
    DateTime,
    /// Parts of a second.
    DateTime64,
    /// Nanoseconds since the epoch as a number.
    Nanoseconds,
}

/// A table of log lines.
#[derive(Debug)]
pub(super) struct LogTable {
    name: String,
    clock: Clock,
    /// What a part of a line is → its column.
    columns: BTreeMap<String, String>,
    /// Columns to select, quoted.
    select: Vec<String>,
    /// Columns and prefixes that hold attributes.
    attributes: Vec<String>,
    /// A column of whole seconds by which the table is ordered, beside the exact one.
    coarse: bool,
}

#[derive(Deserialize)]
struct Described {
    name: String,
    #[serde(rename = "type")]
    kind: String,
}

/// A name in back quotes.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}

/// A table's name with its database's.
pub(super) fn qualified(database: &str, table: &str) -> String {
    format!("{}.{}", quoted(database), quoted(table))
}

impl LogTable {
    /// A table by its description, one JSON object per column.
    ///
    /// # Errors
    /// When it has no column for the time or the line.
    pub(super) fn of(
        name: String,
        description: &[u8],
        own: &BTreeMap<String, String>,
        host: &str,
    ) -> Result<Self, Failure> {
        let text = String::from_utf8_lossy(description);
        let described: Vec<Described> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| serde_json::from_str(line).map_err(|e| Failure::malformed(host, &e.to_string())))
            .collect::<Result<_, _>>()?;
        let kind = |column: &str| described.iter().find(|d| d.name == column).map(|d| d.kind.as_str());
        // The old exporter's maps are pairs of arrays, `Name.key` and `Name.value`.
        let nested = |column: &str| kind(&format!("{column}.key")).is_some();
        let mut columns = BTreeMap::new();
        for (part, default) in EXPORTER {
            let column = own.get(part).map_or(default, String::as_str);
            if kind(column).is_some() || nested(column) {
                columns.insert(part.to_owned(), column.to_owned());
            } else if own.contains_key(part) || matches!(part, "ts" | "line") {
                return Err(missing(&name, host, column, part));
            }
        }
        let clock = match kind(&columns["ts"]).unwrap_or_default() {
            k if k.contains("DateTime64") => Clock::DateTime64,
            k if k.contains("DateTime") => Clock::DateTime,
            _ => Clock::Nanoseconds,
        };
        let more = MORE.into_iter().filter(|column| kind(column).is_some() || nested(column)).map(str::to_owned);
        let attributes: Vec<String> = columns.get("attributes").cloned().into_iter().chain(more).collect();
        let mut select: Vec<String> =
            ["line", "service", "level"].iter().filter_map(|part| columns.get(*part)).map(|c| quoted(c)).collect();
        for column in &attributes {
            let pair = [format!("{column}.key"), format!("{column}.value")];
            if nested(column) { select.extend(pair.iter().map(|c| quoted(c))) } else { select.push(quoted(column)) }
        }
        let coarse = columns["ts"] == "Timestamp" && kind("TimestampTime").is_some();
        Ok(LogTable { name, clock, columns, select, attributes, coarse })
    }

    /// All rows of a window; the time comes as nanoseconds since the epoch.
    pub(super) fn rows(&self, window: Window, only: Option<&str>) -> String {
        let ts = quoted(&self.columns["ts"]);
        let ns = match self.clock {
            Clock::DateTime64 => format!("toUnixTimestamp64Nano(toDateTime64({ts}, 9))"),
            Clock::DateTime => format!("toInt64(toUnixTimestamp({ts})) * 1000000000"),
            Clock::Nanoseconds => format!("toInt64({ts})"),
        };
        let select = self.select.join(", ");
        format!("SELECT {ns} AS __ns, {select} FROM {} WHERE {}", self.name, self.condition(window, only))
    }

    /// How many rows a window has.
    pub(super) fn count(&self, window: Window, only: Option<&str>) -> String {
        format!("SELECT count() FROM {} WHERE {}", self.name, self.condition(window, only))
    }

    fn condition(&self, window: Window, only: Option<&str>) -> String {
        let ts = quoted(&self.columns["ts"]);
        let (from, to) = (window.from_ms(), window.to_ms());
        let seconds = |ms: i64| ms.div_euclid(1000);
        // The first whole second that is not before a moment.
        let up = |ms: i64| -(-ms).div_euclid(1000);
        let mut all = match self.clock {
            Clock::DateTime64 => vec![format!(
                "{ts} >= fromUnixTimestamp64Milli(toInt64({from})) AND {ts} < fromUnixTimestamp64Milli(toInt64({to}))"
            )],
            Clock::DateTime => {
                vec![format!("{ts} >= toDateTime({}) AND {ts} < toDateTime({})", up(from), up(to))]
            }
            Clock::Nanoseconds => vec![format!("{ts} >= {from}000000 AND {ts} < {to}000000")],
        };
        if self.coarse {
            // The table is ordered by it, so that other parts are not read.
            all.push(format!(
                "`TimestampTime` >= toDateTime({}) AND `TimestampTime` <= toDateTime({})",
                seconds(from),
                up(to)
            ));
        }
        all.extend(only.map(|only| format!("({only})")));
        all.join(" AND ")
    }

    /// Rows (one JSON object each) as envelopes in the order of time, and how many there were.
    ///
    /// # Errors
    /// `Malformed` where a row is none.
    pub(super) fn lines(&self, body: &[u8], host: &str) -> Result<(Vec<u8>, u64), Failure> {
        let mut rows: Vec<(i64, Vec<u8>)> = Vec::new();
        let lines = body.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        for line in lines {
            let row: BTreeMap<String, Value> =
                serde_json::from_slice(line).map_err(|error| Failure::malformed(host, &error.to_string()))?;
            let ns = row.get("__ns").and_then(integer);
            let ns = ns.ok_or_else(|| Failure::malformed(host, "a row has no time"))?;
            let mut out = Vec::new();
            self.envelope(&row, ns).write(&mut out);
            rows.push((ns, out));
        }
        // Two shards give their rows in any order.
        rows.sort();
        let given = rows.len() as u64;
        Ok((rows.into_iter().flat_map(|(_, line)| line).collect(), given))
    }

    fn envelope<'r>(&self, row: &'r BTreeMap<String, Value>, ns: i64) -> Envelope<'r> {
        let part = |name: &str| {
            let value = row.get(self.columns.get(name)?)?;
            let text = text(value)?;
            (!text.is_empty()).then_some(text)
        };
        let mut envelope = Envelope {
            ts: Some(ns),
            service: part("service"),
            level: part("level"),
            attributes: Vec::new(),
            line: part("line").unwrap_or_default(),
        };
        for column in &self.attributes {
            for (name, value) in pairs(row, column) {
                envelope.with(name, value);
            }
        }
        envelope
    }
}

fn missing(name: &str, host: &str, column: &str, part: &str) -> Failure {
    let what = format!("the table {name} of {host} has no column `{column}` for the {part}");
    let hint = format!("name it in `columns = {{ {part} = \"…\" }}` of the source");
    Failure::new(crate::net::FailureKind::NotFound, what, hint)
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// A value as text; a line that is kept as JSON comes as an object.
fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(Cow::Borrowed(text)),
        other => Some(Cow::Owned(other.to_string())),
    }
}

/// Names and values of a map, of a JSON column, or of the two arrays of a nested one.
fn pairs<'r>(row: &'r BTreeMap<String, Value>, column: &str) -> Vec<(Cow<'r, str>, Cow<'r, str>)> {
    if let Some(Value::Object(map)) = row.get(column) {
        let pair = |(name, value): (&'r String, &'r Value)| Some((Cow::Borrowed(name.as_str()), text(value)?));
        return map.iter().filter_map(pair).collect();
    }
    let array = |end: &str| row.get(&format!("{column}.{end}")).and_then(Value::as_array);
    let (Some(keys), Some(values)) = (array("key"), array("value")) else { return Vec::new() };
    keys.iter().zip(values).filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = r#"{"name":"Timestamp","type":"DateTime64(9)"}
{"name":"TimestampTime","type":"DateTime"}
{"name":"ServiceName","type":"LowCardinality(String)"}
{"name":"SeverityText","type":"LowCardinality(String)"}
{"name":"Body","type":"String"}
{"name":"LogAttributes","type":"Map(LowCardinality(String), String)"}"#;

    fn table(description: &str, own: &[(&str, &str)]) -> Result<LogTable, Failure> {
        let own = own.iter().map(|(part, name)| ((*part).to_owned(), (*name).to_owned())).collect();
        LogTable::of(qualified("default", "otel_logs"), description.as_bytes(), &own, "h")
    }

    fn window() -> Window {
        Window {
            from: "2026-05-01T00:00:00.5Z".parse().expect("a time"),
            to: "2026-05-01T01:00:00Z".parse().expect("a time"),
        }
    }

    #[test]
    fn a_window_is_asked_for_in_the_tables_own_time() {
        let sql = table(NEW, &[]).expect("a table").rows(window(), Some("ServiceName = 'api'"));
        assert!(
            sql.contains(
                "FROM `default`.`otel_logs` WHERE `Timestamp` >= fromUnixTimestamp64Milli(toInt64(1777593600500))"
            ),
            "{sql}"
        );
        assert!(
            sql.contains("`TimestampTime` >= toDateTime(1777593600)") && sql.ends_with("(ServiceName = 'api')"),
            "{sql}"
        );
        let old = NEW.replace("DateTime64(9)", "DateTime");
        let sql = table(&old, &[]).expect("a table").rows(window(), None);
        assert!(
            sql.contains("`Timestamp` >= toDateTime(1777593601) AND `Timestamp` < toDateTime(1777597200)"),
            "{sql}"
        );
    }

    #[test]
    fn rows_of_maps_and_of_arrays_are_the_same_lines_in_the_order_of_time() {
        let new = table(NEW, &[]).expect("a table");
        let rows = br#"{"__ns":"1777593602000000000","Body":"b","ServiceName":"api","SeverityText":"","LogAttributes":{"request_id":"r-2"}}
{"__ns":"1777593601000000000","Body":"a","ServiceName":"api","SeverityText":"INFO","LogAttributes":{}}
"#;
        let (lines, given) = new.lines(rows, "h").expect("rows");
        let text = String::from_utf8(lines).expect("text");
        assert_eq!(given, 2);
        let first = text.lines().next().expect("a line");
        assert!(first.contains("\"line\":\"a\"") && first.contains("\"level\":\"INFO\""), "{text}");
        assert!(text.contains("\"attributes\":{\"request_id\":\"r-2\"}"), "{text}");
        let nested = NEW.replace(
            "\"LogAttributes\",\"type\":\"Map(LowCardinality(String), String)\"",
            "\"LogAttributes.key\",\"type\":\"Array(String)\"",
        ) + "\n{\"name\":\"LogAttributes.value\",\"type\":\"Array(String)\"}";
        let old = table(&nested, &[]).expect("a table");
        let rows = br#"{"__ns":1777593602000000000,"Body":"b","ServiceName":"api","SeverityText":"","LogAttributes.key":["request_id"],"LogAttributes.value":["r-2"]}"#;
        let (lines, _) = old.lines(rows, "h").expect("rows");
        assert!(String::from_utf8_lossy(&lines).contains("\"attributes\":{\"request_id\":\"r-2\"}"));
    }

    #[test]
    fn a_table_without_what_is_needed_is_named() {
        let failure = table("{\"name\":\"at\",\"type\":\"DateTime\"}", &[]).expect_err("no table of lines");
        assert!(failure.what.contains("has no column `Timestamp` for the ts") && failure.hint.contains("columns"));
        let mapped = "{\"name\":\"at\",\"type\":\"UInt64\"}\n{\"name\":\"raw`\",\"type\":\"String\"}";
        let sql = table(mapped, &[("ts", "at"), ("line", "raw`")]).expect("a table").rows(window(), None);
        assert!(
            sql.starts_with("SELECT toInt64(`at`) AS __ns, `raw\\``") && sql.contains("`at` >= 1777593600500000000"),
            "{sql}"
        );
    }
}
