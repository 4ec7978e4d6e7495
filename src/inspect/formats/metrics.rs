//! Metrics that are thrown in with the logs: the text exposition of Prometheus and OpenMetrics.

use crate::inspect::record::Record;
use crate::inspect::stamp::{self, Stamp};

const NAME: &str = "openmetrics";

/// Reads `name{label="value"} 12.5 [time]` and the lines that describe a metric.
#[must_use]
pub fn exposition(line: &str) -> Option<Record> {
    if line == "# EOF" || ["# HELP ", "# TYPE ", "# UNIT "].iter().any(|mark| line.starts_with(mark)) {
        return Some(Record::new(NAME));
    }
    let end = line.find(['{', ' ']).filter(|end| *end > 0)?;
    let named = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':');
    if line.as_bytes()[0].is_ascii_digit() || !line[..end].bytes().all(named) {
        return None;
    }
    let rest = if line[end..].starts_with('{') { labels(&line[end..])? } else { &line[end..] };
    let rest = rest.split(" # ").next()?;
    let mut words = rest.split_ascii_whitespace();
    words.next()?.parse::<f64>().ok()?;
    // Bare `name 12` may be a sentence; a metric says its labels, its time, or has a name in several parts.
    let time = words.next();
    if words.next().is_some() || !(line[end..].starts_with('{') || time.is_some() || line[..end].contains('_')) {
        return None;
    }
    let at = match time {
        Some(time) => Some(Stamp::of_instant(stamp::from_epoch(time)?, 0)),
        None => None,
    };
    Some(Record { at, ..Record::new(NAME) })
}

/// Behind the labels.
fn labels(text: &str) -> Option<&str> {
    let (mut inside, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\\' if inside => {
                escaped = !escaped;
                continue;
            }
            b'"' if !escaped => inside = !inside,
            b'}' if !inside => return Some(&text[at + 1..]),
            _ => {}
        }
        escaped = false;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_descriptions_are_metrics() {
        for line in [
            "# HELP a b",
            "# EOF",
            "up 1 1795429230",
            "http_total{a=\"}\\\"\"} 1e3 1795429230500",
            "a_b NaN",
            "a_bucket{le=\"+Inf\"} 3 # {x=\"y\"} 1",
        ] {
            assert!(exposition(line).is_some(), "{line}");
        }
        for line in ["apples 12", "# a comment", "a{b=\"c\" 1", "a_b twelve", "12 3", "a{} 1 soon"] {
            assert_eq!(exposition(line), None, "{line}");
        }
    }
}
