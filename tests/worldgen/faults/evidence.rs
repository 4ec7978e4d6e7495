//! Evidence that is missing, broken, or oddly shipped.

use flate2::Compression;
use serde_json::Value;

use super::super::clock::{Span, parse};
use super::super::random::Random;
use super::super::write::{Content, Files, pack};
use super::edit_files::{drop_lines, lines, paths, text};

/// When a line of any source was written, by the first time in it.
fn time_of(line: &str) -> Option<i64> {
    if let Some((_, tail)) = line.split_once("\"time\":") {
        return tail.split([',', '}']).next()?.parse().ok();
    }
    if let Some((_, tail)) = line.split_once("\"msec\":\"") {
        return tail.split('"').next()?.replace('.', "").parse().ok();
    }
    if let Some((_, tail)) = line.split_once(" - - [") {
        let at = jiff::fmt::strtime::parse("%d/%b/%Y:%H:%M:%S %z", tail.split(']').next()?).ok()?;
        return Some(at.to_timestamp().ok()?.as_millisecond());
    }
    let from = line.find("20")?;
    let stamp: String = line[from..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-:.".contains(*c)).collect();
    parse(&stamp).ok()
}

/// A source has no lines of a stretch of time.
pub(crate) fn silence(files: &mut Files, begin: &str, span: Span) {
    drop_lines(files, begin, |line| time_of(line).is_some_and(|at| span.holds(at)));
}

/// Samples are missing for a stretch of time.
pub(crate) fn no_samples(files: &mut Files, begin: &str, span: Span) {
    drop_lines(files, begin, |line| {
        let at = line.rsplit(' ').next().and_then(|at| at.parse::<i64>().ok());
        !line.starts_with('#') && at.is_some_and(|at| span.holds(at * 1000))
    });
}

/// A packed file breaks off in the middle.
pub(crate) fn truncate(files: &mut Files, path: &str) {
    let bytes = pack(text(files, path), Compression::fast()).expect("packed");
    let half = bytes[..bytes.len() / 2].to_vec();
    files.0.insert(path.to_owned(), Content::Raw(half));
}

/// What a damaged or careless shipper does to lines.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shipped {
    Twice,
    /// A torn copy beside the whole line.
    Torn,
    /// Something that is no record.
    Junk,
    /// Half a line in place of the whole one.
    Lost,
    /// Bytes that are no UTF-8 in the middle of a value.
    Undecodable,
}

/// Every so many lines are shipped like this.
pub(crate) fn ship(files: &mut Files, begin: &str, how: Shipped, every: usize) {
    let mut nth = 0;
    lines(files, begin, |line| {
        nth += 1;
        let whole = line.to_owned();
        if nth % every != 0 || !line.is_ascii() || !line.starts_with('{') {
            return vec![whole];
        }
        let half = line[..line.len() / 2].to_owned();
        match how {
            Shipped::Twice => vec![whole.clone(), whole],
            Shipped::Torn => vec![half, whole],
            Shipped::Junk => vec![whole, "\u{0}\u{1} ~~~ \u{fffd}".to_owned()],
            Shipped::Lost => vec![half],
            Shipped::Undecodable => vec![line.replacen("request completed", "request \u{fffd}\u{fffd} completed", 1)],
        }
    });
}

/// Bytes that are no UTF-8 in place of what `Shipped::Undecodable` left for them.
pub(crate) fn undecodable(files: &mut Files, begin: &str) {
    for path in paths(files, begin) {
        raw(files, &path, |bytes| replace_bytes(bytes, "\u{fffd}\u{fffd}".as_bytes(), b"\xff\xfe"));
    }
}

fn replace_bytes(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(from) {
            out.extend_from_slice(to);
            at += from.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

/// Changes the bytes of a file; a packed one is packed again.
pub(crate) fn raw(files: &mut Files, path: &str, change: impl Fn(&[u8]) -> Vec<u8>) {
    use std::io::{Read, Write};
    let gzip = path.ends_with(".gz");
    let mut bytes = match files.0.get(path) {
        Some(Content::Text(text)) => text.clone().into_bytes(),
        Some(Content::Raw(bytes)) => bytes.clone(),
        None => panic!("there is no {path}"),
    };
    if let (true, Some(Content::Raw(packed))) = (gzip, files.0.get(path)) {
        bytes.clear();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).expect("whole");
    }
    let mut bytes = change(&bytes);
    if gzip {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&bytes).expect("in memory");
        bytes = gzip.finish().expect("in memory");
    }
    files.0.insert(path.to_owned(), Content::Raw(bytes));
}

/// As an editor on another system saves it.
pub(crate) fn bom_and_crlf(files: &mut Files, begin: &str) {
    for path in paths(files, begin) {
        raw(files, &path, |bytes| [b"\xEF\xBB\xBF".as_slice(), &replace_bytes(bytes, b"\n", b"\r\n")].concat());
    }
}

/// A line of a megabyte among the others.
pub(crate) fn long_line(files: &mut Files, begin: &str, at: i64) {
    let path = paths(files, begin).remove(0);
    let line = format!("{{\"level\":30,\"time\":{at},\"msg\":\"{}\"}}\n", "x".repeat(1 << 20));
    text(files, &path).push_str(&line);
}

/// The client of so many in a hundred of the app's requests cannot be told: no header, no user agent, no device's line.
pub(crate) fn unattributed(files: &mut Files, percent: i64) {
    let mut ids = std::collections::BTreeSet::new();
    lines(files, "logs/gateway/api-access", |line| {
        let mut value: Value = serde_json::from_str(line).expect("JSON");
        let id = value["request_id"].as_str().unwrap_or_default().to_owned();
        let mine = value["http_x_app_build"].as_str().is_some_and(|b| !b.is_empty());
        let mut random = Random::new(7, &id);
        if !mine || random.between(0, 100) >= percent {
            return vec![line.to_owned()];
        }
        ids.insert(id);
        for name in ["http_x_client_platform", "http_x_app_build", "http_user_agent"] {
            value[name] = Value::from("");
        }
        vec![value.to_string()]
    });
    lines(files, "logs/backend/", |line| {
        let Ok(mut value) = serde_json::from_str::<Value>(line) else { return vec![line.to_owned()] };
        let headers = &mut value["req"]["headers"];
        let Some(id) = headers["x-request-id"].as_str() else { return vec![line.to_owned()] };
        if !ids.contains(id) {
            return vec![line.to_owned()];
        }
        if let Some(headers) = headers.as_object_mut() {
            for name in ["x-client-platform", "x-app-build", "user-agent", "x-session-id"] {
                headers.remove(name);
            }
        }
        vec![value.to_string()]
    });
    let of = |line: &str| ids.iter().any(|id| line.contains(id.as_str()));
    drop_lines(files, "devices/", of);
}

/// So many in a hundred of the answers do not say whose data they hold.
pub(crate) fn without_owner(files: &mut Files, percent: i64, only_app: bool) {
    let mut nth = 0;
    lines(files, "logs/backend/", |line| {
        let app = !only_app || line.contains("x-app-build");
        let Some((head, tail)) = line.split_once("\"ownerId\":\"").filter(|_| app) else {
            return vec![line.to_owned()];
        };
        nth += 1;
        if Random::new(nth, "owner").between(0, 100) >= percent {
            return vec![line.to_owned()];
        }
        let rest = tail.split_once("\",").map_or("", |(_, rest)| rest);
        vec![format!("{head}{rest}")]
    });
}
