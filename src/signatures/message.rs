//! The message of a log line: out of JSON, out of `key=value` lines, or behind the header; and which lines only
//! continue the record before them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::header;

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line<'l> {
    /// It begins a record.
    Record(Message<'l>),
    /// It belongs to the record before it.
    Continues,
    /// Nothing but blanks.
    Blank,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'l> {
    /// The message without its header; of an error, `Type: message` behind it.
    pub text: Cow<'l, str>,
    /// `trace`, `debug`, `info`, `warn`, `error` or `fatal`, where the line says it.
    pub level: Option<&'static str>,
    /// Function of the top frame that is not a library's.
    pub frame: Option<Cow<'l, str>>,
    /// A header with a time stood before the message.
    pub timed: bool,
}

/// Reads a line. `timed`: the record before it had a header, so that lines without one may belong to it.
#[must_use]
pub fn read(line: &str, timed: bool) -> Line<'_> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let Some(first) = line.bytes().find(|b| !b.is_ascii_whitespace() && *b != 0) else { return Line::Blank };
    if first == b'{'
        && let Some(message) = of_json(line.trim())
    {
        return Line::Record(message);
    }
    let found = header::of(line);
    if !found.timed {
        if continues(line, timed) {
            return Line::Continues;
        }
        if let Some(message) = of_pairs(line) {
            return Line::Record(message);
        }
    }
    let text = &line[found.end..];
    if let Some(request) = text.strip_prefix('"').and_then(of_access) {
        return Line::Record(Message { text: request.into(), level: None, frame: None, timed: found.timed });
    }
    let message = of_pairs(text).unwrap_or(Message { text: text.into(), level: None, frame: None, timed: false });
    Line::Record(Message { level: message.level.or(found.level), timed: found.timed, ..message })
}

/// `GET /path HTTP/1.1" 200 …` of an access line: `GET /path 2xx`; who asked and how long it took does not matter.
fn of_access(rest: &str) -> Option<String> {
    let (request, behind) = rest.split_once("\" ")?;
    let (method, path) = request.rsplit_once(" HTTP/")?.0.split_once(' ')?;
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    let alone = digits == 3 && behind.as_bytes().get(3).is_none_or(|b| *b == b' ');
    let named = !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase());
    (alone && named).then(|| request_text(method, path, behind))
}

/// A request as a message: its status counts by its class only.
fn request_text(method: &str, path: &str, status: &str) -> String {
    format!("{method} {path} {}xx", status.get(..1).unwrap_or_default())
}

/// Whether a line without a header continues the record before it.
fn continues(line: &str, timed: bool) -> bool {
    let bare = line.trim_start();
    let indented = bare.len() < line.len();
    if indented && (timed || is_frame(bare) || bare.starts_with('^')) {
        return true;
    }
    let opens =
        ["Caused by: ", "Suppressed: ", "... ", "Traceback (most recent", "The above exception", "During handling"];
    if opens.iter().any(|begin| bare.starts_with(begin)) {
        return true;
    }
    let closes = !bare.is_empty() && bare.bytes().all(|b| matches!(b, b'}' | b']' | b')' | b',' | b';' | b' '));
    timed && (closes || error_of(bare).is_some())
}

fn is_frame(bare: &str) -> bool {
    bare.starts_with("at ") || bare.starts_with("File \"") || bare.starts_with("... ") || bare.starts_with("from ")
}

/// The line as `Type: message` if an error's name stands first.
#[must_use]
pub fn error_of(line: &str) -> Option<&str> {
    let bare = line.trim().strip_prefix("Caused by: ").unwrap_or(line.trim());
    let end = bare.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$'))).unwrap_or(bare.len());
    let name = &bare[..end];
    let named = ["Error", "Exception", "Throwable", "Fault"].iter().any(|last| name.ends_with(last));
    (named && (end == bare.len() || bare[end..].starts_with(':') || bare[end..].starts_with(" ["))).then_some(bare)
}

/// The function of a stack frame that is not a library's or the runtime's.
#[must_use]
pub fn own_frame(line: &str) -> Option<&str> {
    const FOREIGN: [&str; 14] = [
        "node_modules",
        "node:",
        "internal/",
        "site-packages",
        "/lib/python",
        "java.",
        "javax.",
        "jdk.",
        "sun.",
        "kotlin.",
        "android.",
        "com.android.",
        "org.springframework.",
        "<anonymous>",
    ];
    let bare = line.trim_start();
    if let Some(call) = bare.strip_prefix("at ") {
        let call = call.strip_prefix("async ").unwrap_or(call);
        let foreign = |name: &&str| if name.ends_with('.') { call.starts_with(*name) } else { call.contains(*name) };
        if FOREIGN.iter().any(foreign) {
            return None;
        }
        // A frame without a name is its file, without the line, which changes with every build.
        let (name, place) = call.split_once(" (").or_else(|| call.split_once('(')).unwrap_or((call, ""));
        let file = || name.rsplit(['/', '\\']).next().and_then(|file| file.split(':').next()).unwrap_or(name);
        return Some(if place.is_empty() { file() } else { name.trim() });
    }
    let rest = bare.strip_prefix("File \"")?;
    if FOREIGN.iter().any(|name| !name.ends_with('.') && rest.contains(name)) {
        return None;
    }
    rest.rsplit_once(", in ").map(|(_, name)| name.trim())
}

/// The message of a `key=value` line.
fn of_pairs(line: &str) -> Option<Message<'_>> {
    let key = line.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'@')).count();
    if key == 0 || line.as_bytes().get(key) != Some(&b'=') {
        return None;
    }
    let text = value(line, "msg").or_else(|| value(line, "message"))?;
    let error = value(line, "err").or_else(|| value(line, "error"));
    let level = value(line, "level").or_else(|| value(line, "lvl")).and_then(header::level);
    let text = match error {
        Some(error) if !error.is_empty() => format!("{text} | {error}").into(),
        _ => text.into(),
    };
    Some(Message { text, level, frame: None, timed: true })
}

/// The value of a key, without its quotes.
fn value<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    let mut from = 0;
    while let Some(found) = line[from..].find(key) {
        let at = from + found;
        let rest = &line[at + key.len()..];
        if (at == 0 || line.as_bytes()[at - 1] == b' ') && rest.starts_with('=') {
            let rest = &rest[1..];
            let Some(quoted) = rest.strip_prefix('"') else { return rest.split(' ').next() };
            let end =
                quoted.bytes().enumerate().find(|(n, b)| *b == b'"' && (*n == 0 || quoted.as_bytes()[n - 1] != b'\\'));
            return Some(end.map_or(quoted, |(n, _)| &quoted[..n]));
        }
        from = at + key.len();
    }
    None
}

/// The values of a JSON line that say what happened; of a key that comes twice, the last one counts.
#[derive(Default)]
struct Told<'l> {
    message: Option<&'l RawValue>,
    error: Option<&'l RawValue>,
    error_type: Option<&'l RawValue>,
    error_message: Option<&'l RawValue>,
    stack: Option<&'l RawValue>,
    level: Option<&'l RawValue>,
    /// What happened, where there is no message.
    event: Option<&'l RawValue>,
    method: Option<&'l RawValue>,
    path: Option<&'l RawValue>,
    status: Option<&'l RawValue>,
}

impl<'de: 'l, 'l> Deserialize<'de> for Told<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Walk;
        impl<'de> Visitor<'de> for Walk {
            type Value = Told<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Told<'de>, M::Error> {
                let mut told = Told::default();
                while let Some(key) = map.next_key::<Cow<'de, str>>()? {
                    let place = match key.as_ref() {
                        "msg" | "message" | "MESSAGE" | "@message" | "log" | "body" | "Body" => &mut told.message,
                        "err" | "error" | "exception" | "errors" => &mut told.error,
                        "error.type" | "exception.type" => &mut told.error_type,
                        "error.message" | "exception.message" => &mut told.error_message,
                        "stack" | "error.stack_trace" | "exception.stacktrace" | "stack_trace" => &mut told.stack,
                        "level" | "severity" | "log.level" | "severityText" | "PRIORITY" | "lvl" => &mut told.level,
                        "event" | "eventName" | "event_type" | "action" | "type" => &mut told.event,
                        "method" | "request_method" => &mut told.method,
                        "path" | "uri" | "request_uri" | "url" => &mut told.path,
                        "status" | "statusCode" => &mut told.status,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                            continue;
                        }
                    };
                    *place = Some(map.next_value()?);
                }
                Ok(told)
            }
        }
        deserializer.deserialize_map(Walk)
    }
}

impl<'l> Told<'l> {
    /// A request that is told in keys of its own.
    fn request(&self) -> Option<Cow<'l, str>> {
        let (method, path) = (self.method.and_then(string)?, self.path.and_then(string)?);
        Some(request_text(&method, &path, self.status?.get().trim_matches('"')).into())
    }
}

/// The message of a JSON line; nothing if it is no JSON object.
fn of_json(line: &str) -> Option<Message<'_>> {
    let told: Told<'_> = serde_json::from_str(line).ok()?;
    let text = told.message.and_then(string);
    let mut kind = told.error_type.and_then(string);
    let mut what = told.error_message.and_then(string);
    let mut stack = told.stack.and_then(string);
    if let Some(error) = told.error {
        match serde_json::from_str(error.get()) {
            Ok(serde_json::Value::Object(mut error)) => {
                let mut take = |keys: &[&str]| {
                    keys.iter().find_map(|key| match error.remove(*key) {
                        Some(serde_json::Value::String(text)) => Some(Cow::Owned(text)),
                        _ => None,
                    })
                };
                kind = kind.or(take(&["type", "name", "code", "class"]));
                what = what.or(take(&["message", "msg", "reason"]));
                stack = stack.or(take(&["stack", "stack_trace", "stacktrace"]));
            }
            Ok(serde_json::Value::String(text)) => what = what.or(Some(text.into())),
            _ => {}
        }
    }
    let frame = stack.as_deref().and_then(|stack| stack.lines().skip(1).find_map(own_frame).map(str::to_owned));
    let error = match (kind, what) {
        (Some(kind), Some(what)) => Some(format!("{kind}: {what}")),
        (Some(one), None) | (None, Some(one)) => Some(one.into_owned()),
        (None, None) => None,
    };
    let text = match (text, error) {
        (Some(text), Some(error)) if !text.contains(&error) => format!("{text} | {error}").into(),
        (Some(text), _) => text,
        (None, Some(error)) => error.into(),
        (None, None) => told.request().or_else(|| told.event.and_then(string)).unwrap_or_else(|| line.into()),
    };
    let level = told.level.and_then(level);
    Some(Message { text, level, frame: frame.map(Cow::Owned), timed: true })
}

fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let text = raw.get();
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(text).ok().map(Cow::Owned) } else { Some(inner.into()) }
}

/// A level as a word, as a number of pino and bunyan, or of syslog.
fn level(raw: &RawValue) -> Option<&'static str> {
    let text = raw.get().trim_matches('"');
    match text.parse::<u32>() {
        Ok(number) => Some(match number {
            0..=2 => "fatal",
            3 => "error",
            4 => "warn",
            5 | 6 | 30..=39 => "info",
            7 | 20..=29 => "debug",
            8..=19 => "trace",
            40..=49 => "warn",
            50..=59 => "error",
            _ => "fatal",
        }),
        Err(_) => header::level(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> (String, Option<&'static str>, Option<String>) {
        let Line::Record(m) = read(line, false) else { panic!("{line} is a record") };
        (m.text.into_owned(), m.level, m.frame.map(Cow::into_owned))
    }

    #[test]
    fn json_lines_say_message_error_and_frame() {
        let line = r#"{"level":50,"time":1,"msg":"request failed","err":{"type":"TypeError","message":"x is \"y\"","stack":"TypeError: x\n    at node:net:1:2\n    at async Orders.place (/app/orders.js:12:5)"}}"#;
        assert_eq!(
            text(line),
            ("request failed | TypeError: x is \"y\"".into(), Some("error"), Some("Orders.place".into()))
        );
        assert_eq!(text(r#"{"severity":"WARNING","message":"low"}"#), ("low".into(), Some("warn"), None));
        assert_eq!(text(r#"{"a":1}"#).0, r#"{"a":1}"#);
        assert_eq!(text(r#"{"msg":"torn"#).0, r#"{"msg":"torn"#);
    }

    #[test]
    fn requests_say_what_was_asked_and_how_it_ended() {
        let line = r#"10.0.0.1 - - [10/Oct/2026:13:55:36 -0700] "GET /a/b?c=1 HTTP/1.1" 503 12 "-" "x""#;
        assert_eq!(text(line).0, "GET /a/b?c=1 5xx");
        assert_eq!(text(r#"{"request_method":"GET","request_uri":"/a","status":"204"}"#).0, "GET /a 2xx");
        assert_eq!(text(r#"{"event":"flag.changed","by":"anna"}"#).0, "flag.changed");
        assert_eq!(text(r#"[x] "quoted" 123 words"#).0, r#"[x] "quoted" 123 words"#);
    }

    #[test]
    fn pairs_say_message_and_error() {
        let line = r#"time=2026-08-04T10:00:00Z level=error msg="cannot \"save\" order" err="disk full" id=7"#;
        assert_eq!(text(line), (r#"cannot \"save\" order | disk full"#.into(), Some("error"), None));
        assert_eq!(text("uid=0 tty=ssh ruser= rhost=a").0, "uid=0 tty=ssh ruser= rhost=a");
    }

    #[test]
    fn stacks_belong_to_the_record_before() {
        for line in ["    at a.b.C.run(C.java:7)", "Caused by: java.io.IOException: gone", "\t... 12 more"] {
            assert_eq!(read(line, false), Line::Continues, "{line}");
        }
        assert_eq!(read("TypeError: x", true), Line::Continues);
        assert!(matches!(read("TypeError: x", false), Line::Record(_)));
        assert_eq!(read(" \t\r", true), Line::Blank);
        assert_eq!(own_frame("  at java.lang.Thread.run(Thread.java:7)"), None);
        assert_eq!(own_frame("  at com.acme.Pay.run(Pay.java:7)"), Some("com.acme.Pay.run"));
        assert_eq!(own_frame("  File \"/srv/app/pay.py\", line 3, in settle"), Some("settle"));
        assert_eq!(own_frame("    at /srv/app/pay.js:12:5"), Some("pay.js"));
    }
}
