//! Access logs of Apache and nginx: common, combined, with a virtual host before and whatever a team added behind.

use crate::ingest::access_line::quoted;
use crate::inspect::record::{self, Record};
use crate::inspect::stamp;

/// Reads `[host] address ident user [time] "request" status bytes …`.
#[must_use]
pub fn read(line: &str) -> Option<Record> {
    let open = line.find(" [").filter(|at| *at <= 400)?;
    let before = line[..open].split(' ').filter(|part| !part.is_empty()).count();
    let (time, rest) = line[open + 2..].split_once(']')?;
    let at = stamp::at_start(time).filter(|found| found.end == time.len())?;
    let (_, rest) = quoted(rest.strip_prefix(" \"")?)?;
    let (status, rest) = word(rest)?;
    let (_, rest) = word(rest).unwrap_or_default();
    let known = status == "-" || (status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit()));
    if before < 2 || !known {
        return None;
    }
    let tail = tail(rest)?;
    let mut record = Record::new(match (before, tail.quotes) {
        (4.., _) => "access log (virtual host)",
        (_, 2..) => "access log (combined)",
        _ => "access log (common)",
    });
    record.at = Some(at);
    record.status = status.parse().ok().and_then(record::status);
    record.request_id = tail.id;
    record.duration_ms = tail.ms;
    record.assumed = tail.assumed;
    Some(record)
}

/// Whether a line is one of an access log that breaks off or holds something else than such lines do.
#[must_use]
pub fn torn(line: &str) -> bool {
    let Some((before, rest)) = line.split_once(" [") else { return false };
    let day = rest.get(..12).is_some_and(|day| {
        let bytes = day.as_bytes();
        bytes[2] == b'/' && bytes[6] == b'/' && bytes[11] == b':' && bytes[3..6].iter().all(u8::is_ascii_alphabetic)
    });
    day && before.split(' ').filter(|part| !part.is_empty()).count() >= 3 && read(line).is_none()
}

/// What stands behind status and size.
#[derive(Default)]
struct Tail {
    quotes: usize,
    id: Option<String>,
    ms: Option<f64>,
    assumed: Option<&'static str>,
}

/// The first word, and what is behind it.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let end = text.find(' ').unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// `None` where a quote never closes.
fn tail(mut rest: &str) -> Option<Tail> {
    let mut found = Tail::default();
    let mut last = "";
    while !rest.is_empty() {
        rest = rest.trim_start();
        if let Some(inner) = rest.strip_prefix('"') {
            let (value, behind) = quoted(inner)?;
            found.quotes += 1;
            // The first two are referer and user agent.
            if found.quotes > 2 || decimal(value) {
                found.word(value);
            }
            (last, rest) = ("", behind);
            continue;
        }
        let end = rest.find(' ').unwrap_or(rest.len());
        let word = &rest[..end];
        found.word(word);
        (last, rest) = (word, &rest[end..]);
    }
    if found.ms.is_none()
        && !last.is_empty()
        && let Ok(us) = last.parse::<u32>()
    {
        found.ms = Some(f64::from(us) / 1e3);
        found.assumed = Some("a whole number at the end of an access line is read as microseconds (%D of Apache)");
    }
    Some(found)
}

impl Tail {
    fn word(&mut self, word: &str) {
        let (key, value) = word.split_once('=').unwrap_or(("", word));
        let value = value.trim_matches('"');
        if self.id.is_none()
            && (record::unique(value) || matches!(key, "rid" | "request_id" | "req_id"))
            && value != "-"
        {
            self.id = Some(value.to_owned());
        } else if self.ms.is_none() && matches!(key, "" | "rt" | "request_time" | "duration") {
            self.ms = if decimal(value) { value.parse().ok().map(|s: f64| s * 1e3) } else { record::duration(value) };
        }
    }
}

/// Digits, a point and digits: seconds.
fn decimal(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    value.split_once('.').is_some_and(|(whole, part)| digits(whole) && digits(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_of_access_logs_are_read() {
        let rid = "0b1a2c3d-1111-4222-8333-444455556666";
        for (line, format, status, id, ms) in [
            (r#"192.0.2.1 - - [23/Nov/2026:10:20:30 +0000] "GET / HTTP/1.1" 200 5"#.to_owned(), "access log (common)", Some(200), None, None),
            (r#"192.0.2.1 - anna [23/Nov/2026:10:20:30 +0000] "GET /a\"b HTTP/1.1" 404 - "-" "x \"y\" 1.5""#.to_owned(), "access log (combined)", Some(404), None, None),
            (format!(r#"192.0.2.1 - - [23/Nov/2026:10:20:30 +0000] "GET / HTTP/1.1" 200 5 "-" "curl" "{rid}" 0.250"#), "access log (combined)", Some(200), Some(rid), Some(250.0)),
            (r#"a.example:443 192.0.2.1 - - [23/Nov/2026:10:20:30 +0000] "GET / HTTP/1.1" 503 5 "-" "curl" 1500"#.to_owned(), "access log (virtual host)", Some(503), None, Some(1.5)),
            (r#"192.0.2.1 - - [23/Nov/2026:10:20:30 +0000] "GET / HTTP/1.1" 200 5 "-" "curl" rt=0.125 uct="9.000" urt=8.0"#.to_owned(), "access log (combined)", Some(200), None, Some(125.0)),
            (r#"2001:db8::1 - - [23/Nov/2026:10:20:30 +0000] "\x16\x03" 400 5 "-" "-" 7 "router" "http://10.0.0.1" 12ms"#.to_owned(), "access log (combined)", Some(400), None, Some(12.0)),
        ] {
            let record = read(&line).expect(&line);
            assert_eq!((record.format, record.status, record.request_id.as_deref(), record.duration_ms), (format, status, id, ms), "{line}");
        }
    }

    #[test]
    fn torn_lines_are_none_and_are_told_from_other_lines() {
        let line = r#"192.0.2.1 - - [23/Nov/2026:10:20:30 +0000] "GET / HTTP/1.1" 200 5"#;
        assert!((0..line.len() - 2).all(|end| read(&line[..end]).is_none()));
        assert!((40..line.len() - 2).all(|end| torn(&line[..end])));
        let open = format!(r#"{line} "-" "curl"#);
        assert!(read(&open).is_none() && torn(&open) && !torn(line));
        assert!(!torn("[23/Nov/2026:10:20:30 +0000] text") && !torn("a b [text"));
    }
}
