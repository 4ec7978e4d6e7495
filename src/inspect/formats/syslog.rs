//! Syslog: RFC 5424, RFC 3164 (no year, no zone) and rsyslog's lines with ISO times.

use super::server::of_pri;
use super::text;
use crate::inspect::record::Record;
use crate::inspect::stamp;

/// Reads a line of syslog, with or without its `<PRI>`.
#[must_use]
pub fn read(line: &str) -> Option<Record> {
    let (pri, rest) =
        line.strip_prefix('<').and_then(|l| l.split_once('>')).map_or((None, line), |(p, r)| (Some(p), r));
    let level = pri.map(|p| of_pri(p).ok_or(())).transpose().ok()?;
    if let Some(rest) = rest.strip_prefix("1 ").filter(|_| pri.is_some()) {
        return structured(rest).map(|record| Record { level, ..record });
    }
    let at = stamp::at_start(rest)?;
    let behind = rest[at.end..].strip_prefix(' ')?;
    let format =
        if rest.as_bytes()[0].is_ascii_alphabetic() && !at.dated { "syslog (rfc 3164)" } else { "syslog (iso time)" };
    if rest.as_bytes()[0].is_ascii_alphabetic() && at.dated {
        return None;
    }
    let message = message_of(behind, format == "syslog (rfc 3164)" || pri.is_some())?;
    let mut record = Record { at: Some(at), level, ..Record::new(format) };
    carried(message, &mut record);
    Some(record)
}

/// What a message says; its own level is one only where it is a whole record of another format.
fn carried(message: &str, record: &mut Record) {
    let bare = message.strip_prefix("@cee:").unwrap_or(message).trim_start();
    if bare.starts_with('{') {
        text::within(bare, record);
    } else {
        text::scan(message, record);
    }
    record.message = Some(message.to_owned());
}

/// `time host program process id [data] text`
fn structured(rest: &str) -> Option<Record> {
    let mut parts = rest.splitn(6, ' ');
    let time = parts.next()?;
    let at = stamp::at_start(time).filter(|found| found.end == time.len());
    if at.is_none() && time != "-" {
        return None;
    }
    let message = parts.nth(4)?;
    let mut record = Record { at, ..Record::new("syslog (rfc 5424)") };
    carried(behind_data(message), &mut record);
    Some(record)
}

/// Behind the structured data, which `scan` reads with the text.
fn behind_data(text: &str) -> &str {
    text.strip_prefix("- ").map_or(text, |rest| rest.trim_start_matches('\u{feff}'))
}

/// Behind `host program[123]: ` or `program[123]: `; a line without a program is syslog only where nothing else has its time.
fn message_of(rest: &str, certain: bool) -> Option<&str> {
    let host = rest.find(' ').map(|at| &rest[..at])?;
    let from = if host.ends_with(':') { 0 } else { host.len() + 1 };
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if !host.chars().all(named) && from > 0 && !host.contains('[') {
        return certain.then_some(rest);
    }
    let program = if host.contains('[') { rest } else { &rest[from..] };
    let Some((name, message)) = program.split_once(": ").or_else(|| Some((program.strip_suffix(':')?, ""))) else {
        return certain.then_some(program);
    };
    let numbered = name.split_once('[').is_some_and(|(_, n)| n.ends_with(']') && n.len() > 1);
    let short = name.len() <= 120 && name.split(' ').count() <= if numbered { 4 } else { 1 };
    // Without a number, `host program: ` is too like a sentence to be told from other texts behind an ISO time.
    if short && (numbered || certain) { Some(message) } else { certain.then_some(program) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_kinds_are_told_apart() {
        for (line, format, level) in [
            (
                "<11>1 2026-11-23T10:20:30.5Z host app 12 ID1 [x@1 requestId=\"r\"] text",
                "syslog (rfc 5424)",
                Some("error"),
            ),
            ("<14>1 - - - - - - text", "syslog (rfc 5424)", Some("info")),
            ("<30>Nov  3 10:20:30 host app[12]: text", "syslog (rfc 3164)", Some("info")),
            ("Nov 23 10:20:30 host sshd[12]: error: text", "syslog (rfc 3164)", None),
            ("Nov 23 10:20:30 host kernel: [12.5] text", "syslog (rfc 3164)", None),
            ("Nov 23 10:20:30 host last message repeated 3 times", "syslog (rfc 3164)", None),
            ("2026-11-23T10:20:30.5+01:00 host app[12]: text", "syslog (iso time)", None),
        ] {
            let record = read(line).expect(line);
            assert_eq!((record.format, record.level.map(|l| l.name)), (format, level), "{line}");
        }
        assert!(read("Nov 23 10:20:30 host app[1]: m").and_then(|r| r.at).is_some_and(|s| !s.dated));
        assert_eq!(read("2026-11-23 10:20:30 INFO app: text"), None);
        assert_eq!(read("<999>Nov 23 10:20:30 host app: text"), None);
        assert_eq!(read("Nov 23, 2026 10:20:30 AM com.example.A run"), None);
    }

    #[test]
    fn a_request_id_in_the_data_or_the_text_is_found() {
        let record = read(r#"<14>1 2026-11-23T10:20:30Z h a 1 - [x@1 request_id="r1"] text"#).expect("a record");
        assert_eq!(record.request_id.as_deref(), Some("r1"));
        let record =
            read(r#"Nov 23 10:20:30 h a[1]: {"level":"warn","message":"m","requestId":"r2"}"#).expect("a record");
        assert_eq!((record.request_id.as_deref(), record.level.map(|l| l.name)), (Some("r2"), Some("warn")));
    }
}
