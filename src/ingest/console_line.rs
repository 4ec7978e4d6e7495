//! One console line (a Node service's stdout, an Expo/Metro device log) in, one row out.
//!
//! What the text means is data: `queries/patterns.toml` and a team's own `[[source.pattern]]` entries hold
//! regular expressions whose named groups become fields.

use std::borrow::Cow;

use anyhow::Context;
use jiff::tz::TimeZone;
use regex::{Regex, RegexSet};
use serde::Deserialize;

use super::json_line::level_word;
use super::row::{LogRow, Read, Tier};
use super::times;
use crate::config::Pattern;

const DEFAULTS: &str = include_str!("../../queries/patterns.toml");

/// Compiled patterns, a team's own first.
#[derive(Debug, Clone)]
pub struct Patterns {
    set: RegexSet,
    each: Vec<(Regex, String)>,
}

#[derive(Deserialize)]
struct PatternFile {
    pattern: Vec<PatternEntry>,
}

#[derive(Deserialize)]
struct PatternEntry {
    #[serde(rename = "match")]
    matches: String,
    event: String,
}

impl Patterns {
    /// Compiles a team's patterns and the built-in ones.
    ///
    /// # Errors
    /// Where a built-in pattern does not compile, which is a bug that a test catches.
    pub fn new(own: &[Pattern]) -> anyhow::Result<Self> {
        let file: PatternFile = toml::from_str(DEFAULTS).context("the built-in patterns do not parse")?;
        let mut each: Vec<(Regex, String)> = own.iter().map(|p| (p.regex.clone(), p.event.clone())).collect();
        for entry in file.pattern {
            each.push((Regex::new(&entry.matches)?, entry.event));
        }
        let set = RegexSet::new(each.iter().map(|(regex, _)| regex.as_str()))?;
        Ok(Patterns { set, each })
    }

    /// Names the event of a text and fills the fields of its named groups.
    pub fn apply<'a>(&self, text: &'a str, row: &mut LogRow<'a>, zone: &TimeZone) {
        let Some(first) = self.set.matches(text).into_iter().next() else { return };
        let (regex, event) = &self.each[first];
        row.event = Some(Cow::Owned(event.clone()));
        let Some(groups) = regex.captures(text) else { return };
        for name in regex.capture_names().flatten() {
            if let Some(found) = groups.name(name) {
                set(row, name, found.as_str(), zone);
            }
        }
    }
}

fn set<'a>(row: &mut LogRow<'a>, name: &str, value: &'a str, zone: &TimeZone) {
    let text = Some(Cow::Borrowed(value));
    match name {
        "user" => row.user = text,
        "owner" => row.owner = text,
        "socket" => row.socket = text,
        "session" => row.session = text,
        "platform" => row.platform = text,
        "build" => row.build = text,
        "reason" => row.reason = text,
        "method" => row.method = text,
        "route" => row.url = text,
        "request" => row.request_id = text,
        "error" => row.error_type = text,
        "status" => row.status = value.parse().ok(),
        "rev" => row.rev = value.parse().ok(),
        "ms" => row.duration_ms = value.parse().ok(),
        "seconds" => row.duration_ms = value.parse::<f64>().ok().map(|s| s * 1000.0),
        "asof" => row.as_of = times::from_text(value, zone),
        _ => {}
    }
}

/// Reads one line that is neither JSON nor an access log.
#[must_use]
pub fn read<'a>(line: &'a str, patterns: &Patterns, zone: &TimeZone) -> Read<'a> {
    timed(line, patterns, zone).map_or_else(|| without_time(line), Read::Row)
}

/// What a text says whose time its carrier knows.
pub enum Plain<'a> {
    /// A message; it may lack a time.
    Text(Box<LogRow<'a>>),
    /// A stack frame, which belongs to the message before it.
    Frame,
    /// Why it is no text.
    NoText(String),
}

/// Reads a text whose time its carrier knows, so that it needs none of its own.
#[must_use]
pub fn plain<'a>(text: &'a str, patterns: &Patterns, zone: &TimeZone) -> Plain<'a> {
    if let Some(row) = timed(text, patterns, zone) {
        return Plain::Text(row);
    }
    if is_binary(text) {
        return Plain::NoText(BINARY.to_owned());
    }
    if text.starts_with([' ', '\t']) && text.trim_start().starts_with("at ") {
        return Plain::Frame;
    }
    let mut row = LogRow { message: Some(Cow::Borrowed(text)), ..LogRow::default() };
    patterns.apply(text, &mut row, zone);
    Plain::Text(Box::new(row))
}

/// A line that begins with a time or with the mark of a device log.
fn timed<'a>(line: &'a str, patterns: &Patterns, zone: &TimeZone) -> Option<Box<LogRow<'a>>> {
    let (level, rest) = metro_level(line);
    let (ts, text) = leading_time(rest, zone);
    let tier = if level.is_some() { Tier::Device } else { Tier::Server };
    if ts.is_none() && level.is_none() {
        return None;
    }
    let mut row = LogRow { ts, tier, level, message: Some(Cow::Borrowed(text)), ..LogRow::default() };
    patterns.apply(text, &mut row, zone);
    if row.event.is_none() {
        row.event = Some(Cow::Borrowed("log"));
    }
    Some(Box::new(row))
}

/// Why a line is set aside that holds mostly control characters.
const BINARY: &str = "bytes that are not text";

/// A line without a time belongs to the record before it if it looks like a stack frame, a banner or a wrapped
/// message, and is rejected if it is no text at all.
fn without_time(line: &str) -> Read<'static> {
    if is_binary(line) {
        return Read::Rejected { reason: BINARY.to_owned(), record: false };
    }
    let broken_json = matches!(line.trim_start().as_bytes().first(), Some(b'{' | b'}' | b'[' | b'"'));
    if broken_json || line.len() > 10_000 || line.trim() == "null" {
        return Read::Rejected { reason: "neither a record nor a message".to_owned(), record: false };
    }
    Read::Attached
}

fn is_binary(line: &str) -> bool {
    let odd = line.chars().filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r') || *c == '\u{FFFD}').count();
    odd * 4 > line.chars().count()
}

/// ` LOG  text`, ` WARN  text`, ` ERROR  text`: the marks of Expo's Metro output.
fn metro_level(line: &str) -> (Option<&'static str>, &str) {
    let Some(rest) = line.strip_prefix(' ') else { return (None, line) };
    let Some((word, text)) = rest.split_once("  ") else { return (None, line) };
    match word {
        "LOG" | "INFO" | "WARN" | "ERROR" | "DEBUG" => (level_word(word), text),
        _ => (None, line),
    }
}

/// A time at the start of a text, and what is behind it.
fn leading_time<'a>(text: &'a str, zone: &TimeZone) -> (Option<i64>, &'a str) {
    let inner = text.strip_prefix('[').unwrap_or(text);
    if !inner.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return (None, text);
    }
    let first = inner.find(' ').unwrap_or(inner.len());
    let second = inner[first..].trim_start().find(' ').map(|at| inner.len() - inner[first..].trim_start().len() + at);
    for end in [Some(first), second].into_iter().flatten() {
        let stamp = inner[..end].trim_end_matches([']', ':']);
        if stamp.len() >= 19
            && let Some(ms) = times::from_text(stamp, zone)
        {
            return (Some(ms), inner[end..].trim_start());
        }
    }
    (None, text)
}
