//! `key=value key="quoted value"`, as many programs in Go write.

use serde_json::{Map, Value};

use super::json;
use crate::inspect::record::Record;

/// Pairs of a line that are looked at.
const MOST: usize = 100;

/// Reads a line that begins with a pair and has two at least, of which one is a time, a level or a message.
#[must_use]
pub fn read(line: &str) -> Option<Record> {
    let (object, pairs) = pairs(line)?;
    if pairs < 2 {
        return None;
    }
    let record = json::fields(&object);
    let known = record.at.is_some() || record.level.is_some() || record.message.is_some();
    known.then_some(Record { format: "logfmt", ..record })
}

fn pairs(line: &str) -> Option<(Map<String, Value>, usize)> {
    let mut rest = line.trim();
    let mut object = Map::new();
    let mut pairs = 0;
    while !rest.is_empty() && pairs < MOST {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let key = &rest[..end];
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '/');
        if key.is_empty() || !key.chars().all(named) {
            if pairs == 0 {
                return None;
            }
            rest = rest.split_once(' ').map_or("", |(_, behind)| behind).trim_start();
            continue;
        }
        let Some(value) = rest[end..].strip_prefix('=') else {
            // A word without a value; the first has to be a pair.
            if pairs == 0 {
                return None;
            }
            rest = rest[end..].trim_start();
            continue;
        };
        let (text, behind) = value_of(value)?;
        pairs += 1;
        object.entry(key.to_owned()).or_insert(Value::String(text));
        rest = behind.trim_start();
    }
    Some((object, pairs))
}

/// A value, and what is behind it; `None` where a quote never closes.
fn value_of(text: &str) -> Option<(String, &str)> {
    let Some(inner) = text.strip_prefix('"') else {
        let end = text.find(' ').unwrap_or(text.len());
        return Some((text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            '"' if !escaped => return Some((value, &inner[at + 1..])),
            '\\' if !escaped => escaped = true,
            _ => {
                value.push(c);
                escaped = false;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read() {
        let line =
            r#"time="2026-11-23T10:20:30Z" level=warning msg="say \"hi\"" request_id=r1 status=504 duration=1.5s"#;
        let record = read(line).expect("a record");
        assert!(record.at.is_some());
        assert_eq!((record.level.map(|l| l.name), record.message.as_deref()), (Some("warn"), Some(r#"say "hi""#)));
        assert_eq!(
            (record.status, record.request_id.as_deref(), record.duration_ms),
            (Some(504), Some("r1"), Some(1500.0))
        );
        assert!(read("ts=1795429230.5 lvl=info msg=started").is_some_and(|r| r.at.is_some()));
    }

    #[test]
    fn sentences_and_torn_quotes_are_none() {
        for line in ["a=1", "a=1 b=2", "set level=info msg=x", "level=info msg=\"torn", "", "=x level=info", "x == y"] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
