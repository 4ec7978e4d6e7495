//! One line of an access log in the combined format (nginx, Apache) in, one row out; reads the two fields that
//! are often added behind it, a quoted request id and a duration in seconds.

use std::borrow::Cow;

use super::row::{LogRow, Read, Tier};
use super::times;

/// Whether a line has the shape of an access log: `address ident user [time] "request"`.
#[must_use]
pub fn looks_like(line: &str) -> bool {
    line.find(" [").is_some_and(|at| at < 200 && line[at..].contains("] \""))
}

/// Whether what stands in the brackets begins as a day of the month, so that the line is no text about something else.
#[must_use]
pub fn has_a_time(line: &str) -> bool {
    let inside = line.split_once(" [").map_or("", |(_, rest)| rest);
    matches!(inside.as_bytes(), [b'0'..=b'9', b'0'..=b'9', b'/', ..])
}

/// Reads one line.
#[must_use]
pub fn read(line: &str) -> Read<'_> {
    parse(line).map_or_else(
        || Read::Rejected {
            reason: "an access-log line that breaks off or has an unreadable time".to_owned(),
            record: true,
        },
        |row| Read::Row(Box::new(row)),
    )
}

fn parse(line: &str) -> Option<LogRow<'_>> {
    let (_, rest) = line.split_once(" [")?;
    let (time, rest) = rest.split_once("] \"")?;
    let ts = times::from_access_log(time)?;
    let (request, rest) = quoted(rest)?;
    let mut words = rest.split_whitespace();
    let status = words.next()?.parse().ok()?;
    let bytes = words.next()?.parse().ok();
    let mut row = LogRow { ts: Some(ts), tier: Tier::Gateway, status: Some(status), bytes, ..LogRow::default() };
    let mut parts = request.split(' ');
    row.method = parts.next().filter(|m| !m.is_empty() && *m != "-").map(Cow::Borrowed);
    row.url = parts.next().map(Cow::Borrowed);
    // Behind status and size: referer, user agent, and whatever a team's log_format added.
    let mut quotes = Quotes(rest);
    quotes.next()?;
    row.user_agent = Some(Cow::Borrowed(quotes.next()?));
    row.request_id = quotes.next().filter(|id| !id.is_empty() && *id != "-").map(Cow::Borrowed);
    row.duration_ms = rest.rsplit('"').next().and_then(|tail| tail.trim().parse::<f64>().ok()).map(|s| s * 1000.0);
    Some(row)
}

/// Text up to the closing quote, and what is behind it; a backslash escapes a quote.
pub(crate) fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\\' => escaped = !escaped,
            b'"' if !escaped => return Some((&text[..at], &text[at + 1..])),
            _ => escaped = false,
        }
    }
    None
}

struct Quotes<'a>(&'a str);

impl<'a> Iterator for Quotes<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let start = self.0.find('"')? + 1;
        let (inside, rest) = quoted(&self.0[start..])?;
        self.0 = rest;
        Some(inside)
    }
}
