//! OpenMetrics or classic Prometheus text in, columns of `metrics` out; series are interned, so a sample costs one
//! look-up and no allocation.

use std::collections::HashMap;

use super::Context;
use super::samples::{Samples, SeriesKey};
use crate::coverage::{Gap, RejectClass, Rejected};

/// Reads one scrape or a file of many. OpenMetrics times are in seconds, classic ones in milliseconds.
#[must_use]
pub fn parse_metrics(bytes: &[u8], _context: &Context<'_>) -> Samples {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mut metrics = Samples::default();
    let mut known: HashMap<&str, u32> = HashMap::new();
    let (mut ended, mut nan) = (false, 0u64);
    let open = text.contains("# EOF")
        || !text.contains("# TYPE")
        || text.lines().any(|l| l.contains('#') && l.starts_with("# UNIT"));
    for (number, line) in (1i64..).zip(text.lines()) {
        let line = line.trim_end_matches('\r');
        if line.starts_with('#') || line.trim().is_empty() {
            ended |= line.trim_end() == "# EOF";
            continue;
        }
        metrics.ledger.fetched += 1;
        let Some((series, value, time)) = split(line) else {
            metrics.lose(number, line);
            continue;
        };
        if value.is_nan() {
            nan += 1;
            continue;
        }
        let at = match known.get(series) {
            Some(at) => *at,
            None => {
                let Some(key) = key(series) else {
                    metrics.lose(number, line);
                    continue;
                };
                let next = metrics.series(key);
                known.insert(series, next);
                next
            }
        };
        let ts = time.map(|t| if t.abs() < 1e11 { (t * 1000.0).round() as i64 } else { t.round() as i64 });
        metrics.push(at, ts, value, number);
    }
    metrics.note(text.is_empty(), open && !ended, nan);
    metrics
}

impl Samples {
    fn lose(&mut self, line: i64, text: &str) {
        let sample = text.chars().filter(|c| !c.is_control()).take(120).collect();
        let reason = "not a sample: name{labels} value [time]".to_owned();
        self.ledger.reject(Rejected { line: line.unsigned_abs(), class: RejectClass::Lost, reason, sample });
    }

    fn note(&mut self, empty: bool, cut: bool, nan: u64) {
        self.ledger.attached += nan;
        if cut && !empty {
            self.ledger.truncated = true;
            let hint = "fetch it again; the samples before the break were kept".to_owned();
            self.ledger
                .gaps
                .push(Gap { what: "the OpenMetrics text has no `# EOF`, so its end is missing".to_owned(), hint });
        }
    }
}

/// Series, value and time of a sample; an exemplar behind ` # ` is left out.
fn split(line: &str) -> Option<(&str, f64, Option<f64>)> {
    let end = match line.find('{') {
        Some(open) => open + labels_end(&line[open..])?,
        None => line.find(' ')?,
    };
    let rest = line[end..].split(" # ").next()?;
    let mut words = rest.split_ascii_whitespace();
    let value = number(words.next()?)?;
    let time = match words.next() {
        Some(word) => Some(word.parse().ok()?),
        None => None,
    };
    words.next().is_none().then_some((line[..end].trim_end(), value, time))
}

fn number(word: &str) -> Option<f64> {
    match word {
        "+Inf" | "Inf" => Some(f64::INFINITY),
        "-Inf" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        word => word.parse().ok(),
    }
}

/// Length of `{…}`, quotes and backslashes respected.
fn labels_end(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'}' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn key(series: &str) -> Option<SeriesKey> {
    let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
    let name = name.trim();
    if name.is_empty() || name.contains(char::is_whitespace) {
        return None;
    }
    Some(SeriesKey::new(name, pairs(labels.strip_suffix('}')?)?))
}

fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, behind) = rest.split_once("=\"")?;
        let mut escaped = false;
        let end = behind.bytes().position(|b| {
            let closes = b == b'"' && !escaped;
            escaped = b == b'\\' && !escaped;
            closes
        })?;
        all.push((name.trim().to_owned(), behind[..end].to_owned()));
        rest = behind[end + 1..].trim_start_matches([',', ' ']);
    }
    Some(all)
}
