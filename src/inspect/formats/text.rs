//! What the text of a message says: a call with its status and time, a request id, a duration.

use std::sync::LazyLock;

use regex::Regex;

use crate::inspect::keys::{self, Field};
use crate::inspect::record::{self, Record};

/// A pattern; one that does not compile is a bug that a test catches, and finds nothing.
type Pattern = LazyLock<Option<Regex>>;

/// `GET /path 200 12ms`, `"GET /path HTTP/1.1" status: 200`
static CALL: Pattern = LazyLock::new(|| {
    Regex::new(
        r#"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) +"?\S+(?: HTTP/[\d.]+)?"?,? (?:status: |status=|-> |→ )?([1-5]\d\d)\b(?:[, ]+(?:OK )?(?:in |took )?(\d+(?:\.\d+)?) ?(ns|us|µs|ms|s)\b)?"#,
    )
    .ok()
});
/// `Completed 200 OK in 12ms`
static COMPLETED: Pattern =
    LazyLock::new(|| Regex::new(r"\bCompleted ([1-5]\d\d) [A-Za-z ]*in (\d+(?:\.\d+)?)(ms|s)\b").ok());
/// `len: 1893 time: 0.2477829`, seconds, as OpenStack writes.
static SECONDS: Pattern = LazyLock::new(|| Regex::new(r"\blen: \d+ time: (\d+(?:\.\d+)?)").ok());
/// `name=value` and `name: value` for the names that matter.
static NAMED: Pattern = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:^|[\s\[({,;"'])(x-request-id|request[-_ ]?id|req[-_]?id|x-correlation-id|correlation[-_]?id|trace[-_]?id|status[-_]?code|http[-_]?status|status|duration(?:[-_]?ms)?|latency(?:[-_]?ms)?|elapsed(?:[-_]?ms)?|took|response[-_]?time(?:[-_]?ms)?)["']?\s?[=:]\s?["']?([^\s"',;\])}]+(?: (?:ms|s|µs)\b)?)"#,
    )
    .ok()
});

/// Adds to a record what its message says, unless the record says it already.
pub fn scan(message: &str, record: &mut Record) {
    if let Some(found) = CALL.as_ref().and_then(|call| call.captures(message)) {
        record.status = record.status.or_else(|| record::status(found[1].parse().ok()?));
        if let (Some(value), Some(unit)) = (found.get(2), found.get(3)) {
            took(record, value.as_str(), unit.as_str());
        }
    } else if let Some(found) =
        COMPLETED.as_ref().and_then(|p| p.captures(message)).filter(|_| message.contains("Completed"))
    {
        record.status = record.status.or_else(|| record::status(found[1].parse().ok()?));
        took(record, &found[2], &found[3]);
    }
    if message.contains(" time: ")
        && let Some(found) = SECONDS.as_ref().and_then(|p| p.captures(message))
    {
        took(record, &found[1], "s");
    }
    if record.request_id.is_none() {
        record.request_id = bracketed(message).map(str::to_owned);
    }
    if message.contains(['=', ':'])
        && let Some(named) = NAMED.as_ref()
    {
        // `status` alone may be that of anything; beside a call it is that of its answer.
        let call = ["method=", "path=", "url=", "route=", "http", "HTTP"].iter().any(|mark| message.contains(mark));
        let fine = |name: &str| call || !name.eq_ignore_ascii_case("status");
        named.captures_iter(message).filter(|f| fine(&f[1])).for_each(|f| pair(&f[1], &f[2], record));
    }
}

fn took(record: &mut Record, value: &str, unit: &str) {
    if record.duration_ms.is_none() {
        record.duration_ms = value.parse::<f64>().ok().zip(record::factor(unit)).map(|(value, factor)| value * factor);
    }
}

/// `[req-…]`, as OpenStack marks its lines.
fn bracketed(message: &str) -> Option<&str> {
    let start = message.find("[req-")? + 1;
    let rest = &message[start..];
    let id = &rest[..rest.find([' ', ']'])?];
    (id.len() > 8 && id.len() <= 64).then_some(id)
}

/// A value under a known name.
fn pair(name: &str, value: &str, record: &mut Record) {
    let Some((_, field)) = keys::field(&keys::spelled(name)) else { return };
    match field {
        Field::RequestId if record.request_id.is_none() && value != "-" && value.len() <= 200 => {
            record.request_id = Some(value.to_owned());
        }
        Field::LocalId if record.request_id.is_none() && record::unique(value) => {
            record.request_id = Some(value.to_owned());
        }
        Field::LocalId => record.local_id |= !record::unique(value),
        Field::Trace => record.traced = true,
        Field::Status if record.status.is_none() => record.status = value.parse().ok().and_then(record::status),
        Field::Duration(factor) if record.duration_ms.is_none() => {
            record.duration_ms = value.parse().ok().map(|n: f64| n * factor).or_else(|| record::duration(value));
        }
        // In running text a bare number may be anything.
        Field::DurationUnsaid if record.duration_ms.is_none() => record.duration_ms = record::duration(value),
        _ => {}
    }
}

/// Reads a whole line of another format that a record carries as its message.
pub fn within(message: &str, record: &mut Record) {
    match super::line(message) {
        Some(inner) => record.fill(inner),
        None => scan(message, record),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &str) -> (Option<u16>, Option<String>, Option<f64>) {
        let mut record = Record::default();
        scan(message, &mut record);
        (record.status, record.request_id, record.duration_ms)
    }

    #[test]
    fn patterns_compile() {
        assert!([&CALL, &COMPLETED, &SECONDS, &NAMED].iter().all(|pattern| pattern.is_some()));
    }

    #[test]
    fn calls_ids_and_durations_are_found_in_words() {
        let id = |text: &str| Some(text.to_owned());
        assert_eq!(of("[api] GET /a/b 200 142ms x-request-id=r1"), (Some(200), id("r1"), Some(142.0)));
        assert_eq!(
            of(r#"[req-12345678-aa - - -] 192.0.2.1 "GET /v2 HTTP/1.1" status: 404 len: 9 time: 0.25"#),
            (Some(404), id("req-12345678-aa"), Some(250.0))
        );
        assert_eq!(of("Completed 422 Unprocessable Entity in 35ms (Views: 1ms)"), (Some(422), None, Some(35.0)));
        assert_eq!(of("PUT /x 503 1.5 s - 12"), (Some(503), None, Some(1500.0)));
        assert_eq!(of("done requestId: abc, duration=12.5ms"), (None, id("abc"), Some(12.5)));
        assert_eq!(of("method=GET path=/a status=204 duration_ms=7 request_id=r"), (Some(204), id("r"), Some(7.0)));
        assert_eq!(of("exit status: 200, status=5, took 3 tries"), (None, None, None));
        assert_eq!(of("LOG: duration: 3.25 ms  statement: select 1"), (None, None, Some(3.25)));
    }
}
