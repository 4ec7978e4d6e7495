//! What one line of a log can say.

use super::levels;
use super::stamp::Stamp;

/// What a format read in a line; everything that the line does not say is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// Name of the format, for people.
    pub format: &'static str,
    pub at: Option<Stamp>,
    pub level: Option<Level>,
    /// HTTP status, 100 to 599.
    pub status: Option<u16>,
    pub request_id: Option<String>,
    /// Milliseconds.
    pub duration_ms: Option<f64>,
    /// What had to be assumed to read the duration.
    pub assumed: Option<&'static str>,
    /// The line names an id that is good within one process only, such as `req-34x`.
    pub local_id: bool,
    /// The line names a trace.
    pub traced: bool,
    pub message: Option<String>,
}

/// How grave a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// One of six: trace, debug, info, warn, error, fatal.
    pub name: &'static str,
    /// As it was written.
    pub word: String,
}

impl Level {
    /// The level of a word, if it is one.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let word = word.trim();
        Some(Level { name: levels::of_word(word)?, word: word.to_owned() })
    }
}

impl Record {
    /// A record of a format that has said nothing yet.
    #[must_use]
    pub fn new(format: &'static str) -> Self {
        Record { format, ..Record::default() }
    }

    /// Takes from a record within this one what this one does not say itself.
    pub fn fill(&mut self, inner: Record) {
        self.at = self.at.or(inner.at);
        self.level = self.level.take().or(inner.level);
        self.status = self.status.or(inner.status);
        self.request_id = self.request_id.take().or(inner.request_id);
        if self.duration_ms.is_none() {
            self.duration_ms = inner.duration_ms;
            self.assumed = inner.assumed;
        }
        self.local_id |= inner.local_id;
        self.traced |= inner.traced;
        self.message = self.message.take().or(inner.message);
    }
}

/// A status of HTTP, or none.
#[must_use]
pub fn status(number: i64) -> Option<u16> {
    u16::try_from(number).ok().filter(|n| (100..600).contains(n))
}

/// Whether a text can tell one request from all others: a UUID, 32 hex digits, a ULID, or `req-` before one of them.
#[must_use]
pub fn unique(id: &str) -> bool {
    let id = id.strip_prefix("req-").unwrap_or(id);
    let hex = id.bytes().filter(u8::is_ascii_hexdigit).count();
    let uuid = id.len() == 36 && hex == 32 && id.bytes().filter(|b| *b == b'-').count() == 4;
    let plain = (16..=64).contains(&id.len()) && hex == id.len();
    let ulid = id.len() == 26 && id.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    uuid || (plain && id.bytes().any(|b| b.is_ascii_digit())) || ulid
}

/// A duration with its unit (`12ms`, `1.5s`, `350µs`, `1m2.5s`) in milliseconds.
#[must_use]
pub fn duration(text: &str) -> Option<f64> {
    let mut rest = text.trim();
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let value: f64 = rest[..end].parse().ok()?;
        rest = rest[end..].trim_start();
        let unit = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        total += value * factor(rest[..unit].trim())?;
        rest = &rest[unit..];
    }
    // Sums of units leave digits behind the nanosecond that mean nothing.
    Some((total * 1e6).round() / 1e6)
}

/// Milliseconds in a unit.
#[must_use]
pub fn factor(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-6,
        "us" | "µs" | "μs" => 1e-3,
        "ms" | "msec" | "millis" | "milliseconds" => 1.0,
        "s" | "sec" | "secs" | "seconds" => 1e3,
        "m" | "min" => 6e4,
        "h" => 3.6e6,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_milliseconds() {
        let all = ["12ms", "1.5s", "350µs", "1m2.5s", "2000000ns", "12 ms"].map(duration);
        assert_eq!(all, [Some(12.0), Some(1500.0), Some(0.35), Some(62_500.0), Some(2.0), Some(12.0)]);
        assert_eq!(["", "12", "ms", "1.2.3ms", "12 apples"].map(duration), [None; 5]);
    }

    #[test]
    fn ids_that_restart_with_a_process_are_not_unique() {
        assert!(unique("0b1a2c3d-1111-4222-8333-444455556666") && unique("0123456789abcdef0123456789abcdef"));
        assert!(unique("req-0b1a2c3d-1111-4222-8333-444455556666") && unique("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
        assert!(!unique("req-34x") && !unique("17") && !unique(""));
    }
}
