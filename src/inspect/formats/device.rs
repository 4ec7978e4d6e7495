//! Logs of phones: logcat and the output of Expo's Metro.

use super::text;
use crate::inspect::record::{Level, Record};
use crate::inspect::stamp;

/// `11-23 10:20:30.500  123  456 W Tag: text` (threadtime), `11-23 10:20:30.500 W/Tag( 123): text` (time),
/// `W/Tag( 123): text` (brief).
#[must_use]
pub fn logcat(line: &str) -> Option<Record> {
    if line.starts_with("--------- beginning of ") || line.starts_with("--------- switch to ") {
        return Some(Record::new("logcat"));
    }
    let Some(at) = stamp::at_start(line) else {
        let (level, message) = slashed(line)?;
        return Some(spoken("logcat (brief)", level, message));
    };
    let rest = line[at.end..].trim_start();
    if let Some((level, message)) = slashed(rest) {
        return Some(Record { at: Some(at), ..spoken("logcat (time)", level, message) });
    }
    // A user, or none, then process and thread.
    let mut rest = rest;
    let mut numbers = 0;
    for _ in 0..3 {
        let (word, behind) = rest.split_once(' ')?;
        if word.bytes().all(|b| b.is_ascii_digit()) {
            numbers += 1;
        } else if !(numbers == 0 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')) {
            break;
        }
        rest = behind.trim_start();
        if numbers == 2 {
            break;
        }
    }
    if numbers < 2 {
        return None;
    }
    let (letter, behind) = rest.split_once(' ')?;
    let level = letter_of(letter)?;
    let (_, message) = behind.split_once(": ").or_else(|| Some((behind.strip_suffix(':')?, "")))?;
    Some(Record { at: Some(at), ..spoken("logcat", level, message) })
}

fn spoken(format: &'static str, level: Level, message: &str) -> Record {
    let mut record = Record { level: Some(level), ..Record::new(format) };
    text::scan(message, &mut record);
    record.message = Some(message.to_owned());
    record
}

fn letter_of(letter: &str) -> Option<Level> {
    Level::of(letter).filter(|_| matches!(letter, "V" | "D" | "I" | "W" | "E" | "F" | "A"))
}

/// `W/Tag( 123): text`
fn slashed(line: &str) -> Option<(Level, &str)> {
    let level = letter_of(line.get(..1)?)?;
    let rest = line[1..].strip_prefix('/')?;
    let (head, message) = rest.split_once("): ").or_else(|| Some((rest.strip_suffix("):")?, "")))?;
    let (tag, pid) = head.rsplit_once('(')?;
    let pid = pid.trim();
    (tag.len() <= 100 && !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit())).then_some((level, message))
}

/// ` WARN  text`, and the lines that Metro writes around them.
#[must_use]
pub fn metro(line: &str) -> Option<Record> {
    const BANNERS: [&str; 5] = [
        "Starting project at ",
        "Logs for your project will appear below",
        "Starting Metro Bundler",
        "› ",
        "Waiting on http",
    ];
    let bundled = ["iOS ", "Android ", "Web "].iter().find_map(|system| line.strip_prefix(system));
    let bundled = bundled.is_some_and(|rest| ["Bundled ", "Bundling "].iter().any(|word| rest.starts_with(word)));
    if bundled || BANNERS.iter().any(|banner| line.starts_with(banner)) {
        return Some(Record::new("expo/metro"));
    }
    let (word, message) = line.strip_prefix(' ').unwrap_or(line).split_once("  ")?;
    if !matches!(word, "LOG" | "INFO" | "WARN" | "ERROR" | "DEBUG") || (line.as_bytes()[0] != b' ' && word == "INFO") {
        return None;
    }
    let bare = message.trim_start().strip_prefix('[').unwrap_or(message.trim_start());
    let mut record = Record { at: stamp::at_start(bare), level: Level::of(word), ..Record::new("expo/metro") };
    text::scan(message, &mut record);
    record.message = Some(message.to_owned());
    Some(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logcat_has_three_shapes() {
        for (line, format, level) in [
            ("11-23 10:20:30.500  1702  2395 D Window: text: more", "logcat", "debug"),
            ("2026-11-23 10:20:30.500 +0100 u0_a12  1702  2395 E Tag With Space: text", "logcat", "error"),
            ("11-23 10:20:30.500 W/Tag    ( 123): text", "logcat (time)", "warn"),
            ("F/libc( 123): text", "logcat (brief)", "fatal"),
        ] {
            let record = logcat(line).expect(line);
            assert_eq!((record.format, record.level.expect(line).name), (format, level), "{line}");
        }
        assert_eq!(logcat("2026-11-23 10:20:30 1 2 apples: fell"), None);
        assert_eq!(logcat("I/O error (see 1): no"), None);
    }

    #[test]
    fn metro_lines_may_have_a_time() {
        let record = metro(" ERROR  2026-11-23T10:20:30.500Z [api] GET /a 500 12ms x-request-id=r").expect("a record");
        assert!(record.at.is_some());
        assert_eq!(
            (record.status, record.request_id.as_deref(), record.duration_ms),
            (Some(500), Some("r"), Some(12.0))
        );
        assert!(metro(" LOG  hello").is_some_and(|r| r.at.is_none()));
        assert!(metro("iOS Bundled 12ms index.js (3 modules)").is_some());
        assert_eq!(metro(" LOGGED  hello"), None);
    }
}
