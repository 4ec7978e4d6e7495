//! Records in JSON: pino, bunyan, winston, ECS, nginx, journald, GELF, Docker, and whatever else has a time or a message.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::text;
use crate::inspect::keys::{self, Field};
use crate::inspect::levels;
use crate::inspect::record::{self, Level, Record};
use crate::inspect::stamp::{self, Stamp};

/// Objects within objects that are looked into.
const DEPTH: usize = 4;
/// Longest request id that is kept, in bytes.
const LONGEST_ID: usize = 200;

/// Reads an object; `None` when it has neither a time nor a message, nor a level or status beside other things.
#[must_use]
pub fn read(object: &Map<String, Value>) -> Option<Record> {
    let mut record = fields(object);
    record.format = family(object);
    if matches!(record.format, "docker json-file" | "journald json" | "loki lines")
        && let Some(message) = record.message.clone()
    {
        text::within(message.trim_end(), &mut record);
    }
    let keyed = record.status.is_some() && (record.duration_ms.is_some() || object.contains_key("method"));
    (record.at.is_some() || record.message.is_some() || keyed).then_some(record)
}

/// What the known keys of an object say.
#[must_use]
pub fn fields(object: &Map<String, Value>) -> Record {
    let mut found = Found::default();
    let mut path = String::new();
    object.iter().for_each(|(key, value)| walk(&mut path, key, value, DEPTH, &mut found));
    let mut record = found.record;
    if let (Some(ms), Some((factor, assumed))) = (record.duration_ms.filter(|_| record.assumed.is_some()), unit(object))
    {
        (record.duration_ms, record.assumed) = (Some(ms * factor), assumed);
    }
    if record.at.is_none() {
        record.at = date_and_time(object);
    }
    record
}

/// The unit of bare durations, in milliseconds, where the other keys show which library writes them.
fn unit(object: &Map<String, Value>) -> Option<(f64, Option<&'static str>)> {
    if object.contains_key("OriginDuration") {
        return Some((1e-6, None));
    }
    let seconds =
        "a bare duration beside a time `ts` in seconds with a fraction is read as seconds, as zap writes both";
    object.get("ts").is_some_and(Value::is_f64).then_some((1e3, Some(seconds)))
}

/// The system that writes objects with such keys.
fn family(object: &Map<String, Value>) -> &'static str {
    let has = |key: &str| object.contains_key(key);
    let number = |key: &str| object.get(key).is_some_and(Value::is_number);
    if has("__REALTIME_TIMESTAMP") || has("__CURSOR") {
        "journald json"
    } else if has("log") && has("stream") && has("time") {
        "docker json-file"
    } else if has("labels") && has("line") && has("timestamp") {
        "loki lines"
    } else if has("bug_type") && (has("timestamp") || has("app_name")) {
        "apple crash report (.ips)"
    } else if number("level") && number("v") && has("hostname") && has("name") {
        "bunyan"
    } else if number("level") && has("time") && (has("pid") || has("msg") || has("hostname")) {
        "pino"
    } else if has("ecs.version") || has("ecs") || (has("@timestamp") && (has("log.level") || has("log"))) {
        "ecs json"
    } else if has("short_message") && has("version") {
        "gelf"
    } else if has("request_uri") || has("time_iso8601") || has("request_time") || has("time_local") {
        "nginx json"
    } else if has("logger_name") && has("@timestamp") {
        "logstash json"
    } else if has("@t") {
        "clef (serilog)"
    } else if object.get("level").is_some_and(Value::is_string) && has("message") && has("timestamp") {
        "winston"
    } else {
        "json lines"
    }
}

/// The best that was found of each field: its place in the order of trust, and the record so far.
#[derive(Default)]
struct Found {
    record: Record,
    ranks: [Option<usize>; 6],
}

impl Found {
    /// Whether a value of this rank is better than what is there.
    fn better(&mut self, slot: usize, rank: usize) -> bool {
        let better = self.ranks[slot].is_none_or(|old| rank < old);
        if better {
            self.ranks[slot] = Some(rank);
        }
        better
    }

    fn take(&mut self, rank: usize, field: Field, value: &Value) {
        match field {
            Field::Time => {
                if let Some(at) = time(value).filter(|_| self.better(0, rank)) {
                    self.record.at = Some(at);
                }
            }
            Field::Level | Field::Priority | Field::SeverityNumber => {
                if let Some(level) = level(field, value).filter(|_| self.better(1, rank)) {
                    self.record.level = Some(level);
                }
            }
            Field::Message => {
                if let Some(message) = message(value).filter(|_| self.better(2, rank)) {
                    self.record.message = Some(message);
                }
            }
            Field::Status => {
                if let Some(status) =
                    number(value).and_then(|n| record::status(n as i64)).filter(|_| self.better(3, rank))
                {
                    self.record.status = Some(status);
                }
            }
            Field::RequestId | Field::LocalId => self.id(rank, field, value),
            Field::Trace => self.record.traced |= value.as_str().is_some_and(|id| !id.is_empty()),
            Field::Duration(_) | Field::DurationUnsaid => {
                if let Some((ms, assumed)) = duration(field, value).filter(|_| self.better(5, rank)) {
                    self.record.duration_ms = Some(ms);
                    self.record.assumed = assumed;
                }
            }
        }
    }

    fn id(&mut self, rank: usize, field: Field, value: &Value) {
        let Some(id) = scalar(value).filter(|id| !id.is_empty() && id != "-" && id.len() <= LONGEST_ID) else { return };
        if field == Field::LocalId && !record::unique(&id) {
            self.record.local_id = true;
        } else if self.better(4, rank) {
            self.record.request_id = Some(id);
        }
    }
}

fn walk(path: &mut String, key: &str, value: &Value, depth: usize, found: &mut Found) {
    let before = path.len();
    keys::push(path, key);
    match value {
        Value::Object(inner) if depth > 0 => {
            inner.iter().for_each(|(key, value)| walk(path, key, value, depth - 1, found));
        }
        _ => {
            if let Some((rank, field)) = keys::field(path) {
                // A header may come as a list.
                let value = match value {
                    Value::Array(all) if field != Field::Message => all.first().unwrap_or(value),
                    _ => value,
                };
                found.take(rank, field, value);
            }
        }
    }
    path.truncate(before);
}

/// Text or number as text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|n: &f64| n.is_finite())
}

/// Text, or journald's list of the bytes of a text.
fn message(value: &Value) -> Option<String> {
    if let Value::Array(bytes) = value {
        let bytes: Option<Vec<u8>> = bytes.iter().map(|b| u8::try_from(b.as_u64()?).ok()).collect();
        return bytes.filter(|b| !b.is_empty()).map(|b| String::from_utf8_lossy(&b).into_owned());
    }
    value.as_str().map(str::to_owned)
}

/// The time that a value is.
#[must_use]
pub fn time(value: &Value) -> Option<Stamp> {
    let text = scalar(value)?;
    if let Some(at) = stamp::from_epoch(&text) {
        return Some(Stamp::of_instant(at, text.len()));
    }
    value.as_str()?;
    let found = stamp::at_start(&text)?;
    // RFC 9557 adds the name of the zone in brackets.
    (found.end == text.len() || text[found.end..].starts_with('[')).then_some(found)
}

fn level(field: Field, value: &Value) -> Option<Level> {
    let word = scalar(value)?;
    let whole = word.parse::<i64>().ok();
    let name = match (field, whole) {
        (Field::Priority, Some(n)) => levels::of_severity(n)?,
        (Field::SeverityNumber, Some(n)) => levels::of_severity_number(n)?,
        (_, Some(n)) => levels::of_number(n)?,
        (_, None) => return Level::of(&word),
    };
    Some(Level { name, word })
}

fn duration(field: Field, value: &Value) -> Option<(f64, Option<&'static str>)> {
    let (ms, assumed) = match (number(value), field) {
        (Some(n), Field::Duration(factor)) => (n * factor, None),
        (Some(n), _) => {
            (n, Some("numbers named duration, latency, elapsed or took without a unit are read as milliseconds"))
        }
        (None, _) => (record::duration(value.as_str()?)?, None),
    };
    (ms.is_finite() && ms >= 0.0).then_some((ms, assumed))
}

/// A day and a clock in columns of their own; or seconds and nanoseconds since the epoch.
fn date_and_time(object: &Map<String, Value>) -> Option<Stamp> {
    let text = |wanted: &str| object.iter().find(|(key, _)| keys::spelled(key) == wanted).and_then(|(_, v)| v.as_str());
    if let (Some(date), Some(time)) = (text("date"), text("time")) {
        let both = format!("{} {}", date.trim(), time.trim());
        return stamp::at_start(&both).filter(|found| found.end == both.len());
    }
    let instant = object.get("instant").or_else(|| object.get("timestamp"))?;
    let seconds = ["epochSecond", "seconds"].iter().find_map(|key| instant.get(key)?.as_i64())?;
    let nanos = ["nanoOfSecond", "nanos"].iter().find_map(|key| instant.get(key)?.as_i64()).unwrap_or(0);
    Some(Stamp::of_instant(Timestamp::new(seconds, i32::try_from(nanos).ok()?).ok()?, 0))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn of(text: &str) -> Option<Record> {
        read(serde_json::from_str::<Value>(text).expect("JSON").as_object().expect("an object"))
    }

    #[test]
    fn families_are_told_apart_and_read() {
        for (line, format, at, level) in [
            (r#"{"level":30,"time":1795429230500,"pid":1,"hostname":"a","msg":"m"}"#, "pino", "30.5", "info"),
            (
                r#"{"name":"a","hostname":"h","pid":1,"level":50,"msg":"m","time":"2026-11-23T10:20:30.500Z","v":0}"#,
                "bunyan",
                "30.5",
                "error",
            ),
            (r#"{"level":"warn","message":"m","timestamp":"2026-11-23 10:20:30.500"}"#, "winston", "30.5", "warn"),
            (
                r#"{"@timestamp":"2026-11-23T10:20:30.500Z","log.level":"ERROR","message":"m","ecs.version":"8.0"}"#,
                "ecs json",
                "30.5",
                "error",
            ),
            (
                r#"{"@timestamp":"2026-11-23T10:20:30.500Z","log":{"level":"DEBUG"},"message":"m"}"#,
                "ecs json",
                "30.5",
                "debug",
            ),
            (
                r#"{"__REALTIME_TIMESTAMP":"1795429230500000","PRIORITY":"3","MESSAGE":[104,105]}"#,
                "journald json",
                "30.5",
                "error",
            ),
            (
                r#"{"version":"1.1","host":"h","short_message":"m","timestamp":1795429230.5,"level":4}"#,
                "gelf",
                "30.5",
                "warn",
            ),
            (
                r#"{"t":{"$date":"2026-11-23T11:20:30.500+01:00"},"s":"I","c":"NETWORK","msg":"m"}"#,
                "json lines",
                "30.5",
                "info",
            ),
            (
                r#"{"log":"E1123 10:20:30.000000 1 a.go:1] m\n","stream":"stderr","time":"2026-11-23T10:20:30.500000001Z"}"#,
                "docker json-file",
                "30.500000001",
                "error",
            ),
            (r#"{"@t":"2026-11-23T10:20:30.5000000Z","@mt":"m","@l":"Fatal"}"#, "clef (serilog)", "30.5", "fatal"),
            (
                r#"{"instant":{"epochSecond":1795429230,"nanoOfSecond":500000000},"level":"INFO","message":"m"}"#,
                "json lines",
                "30.5",
                "info",
            ),
        ] {
            let record = of(line).expect(line);
            assert_eq!(record.format, format, "{line}");
            let instant = record.at.and_then(|s| s.instant(&TimeZone::UTC)).expect(line);
            assert_eq!(instant.to_string(), format!("2026-11-23T10:20:{at}Z"), "{line}");
            assert_eq!(record.level.map(|l| l.name), Some(level), "{line}");
        }
    }

    #[test]
    fn status_id_and_duration_come_from_the_most_trusted_key() {
        let pino = of(
            r#"{"level":30,"time":1795429230500,"reqId":"req-1","req":{"id":"req-1","headers":{"x-request-id":"abc"}},"res":{"statusCode":201},"responseTime":12.5,"msg":"request completed"}"#,
        )
        .expect("a record");
        assert_eq!((pino.status, pino.request_id.as_deref(), pino.duration_ms), (Some(201), Some("abc"), Some(12.5)));
        assert!(pino.local_id);
        let nginx = of(r#"{"time_iso8601":"2026-11-23T10:20:30+00:00","status":"502","request_time":"0.250","request_id":"ff","upstream_response_time":"9.0"}"#).expect("a record");
        assert_eq!(
            (nginx.status, nginx.request_id.as_deref(), nginx.duration_ms),
            (Some(502), Some("ff"), Some(250.0))
        );
        let ecs = of(r#"{"@timestamp":"2026-11-23T10:20:30Z","message":"m","event":{"duration":3000000},"http":{"response":{"status_code":404}}}"#).expect("a record");
        assert_eq!((ecs.status, ecs.duration_ms), (Some(404), Some(3.0)));
        let zap = of(r#"{"ts":1795429230.5,"msg":"m","fields":{"latency":0.25,"request_id":"r"}}"#).expect("a record");
        assert_eq!((zap.duration_ms, zap.request_id.as_deref()), (Some(250.0), Some("r")));
        let traefik = of(
            r#"{"time":"2026-11-23T10:20:30Z","msg":"","DownstreamStatus":200,"Duration":3000000,"OriginDuration":1}"#,
        );
        assert!(traefik.is_some_and(|r| (r.status, r.duration_ms, r.assumed) == (Some(200), Some(3.0), None)));
        let unsaid = of(r#"{"ts":1795429230,"msg":"m","latency":7}"#).expect("a record");
        assert!(unsaid.assumed.is_some() && unsaid.duration_ms == Some(7.0));
    }

    #[test]
    fn an_object_that_is_no_record_is_none() {
        assert_eq!(of("{}"), None);
        assert_eq!(of(r#"{"a":1,"b":{"c":[]}}"#), None);
        assert!(of(r#"{"msg":"m","time":1}"#).is_some_and(|r| r.at.is_none()));
    }
}
