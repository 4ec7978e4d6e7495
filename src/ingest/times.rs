//! Times as logs write them, to milliseconds since the epoch, UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Reads an RFC 3339 / ISO 8601 time; one without an offset is read in `zone`.
#[must_use]
pub fn from_text(text: &str, zone: &TimeZone) -> Option<i64> {
    let text = text.trim();
    if let Some(ms) = from_number_text(text) {
        return Some(ms);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_millisecond());
    }
    let civil = text.parse::<DateTime>().ok().or_else(|| text.replacen(',', ".", 1).parse().ok())?;
    Some(zone.to_timestamp(civil).ok()?.as_millisecond())
}

/// Reads `dd/Mon/yyyy:HH:MM:SS +zzzz`, the time of access logs.
#[must_use]
pub fn from_access_log(text: &str) -> Option<i64> {
    Some(Timestamp::strptime("%d/%b/%Y:%H:%M:%S %z", text).ok()?.as_millisecond())
}

/// Reads a number since the epoch; its size tells seconds, milliseconds, microseconds and nanoseconds apart
/// (each unit covers 1973 to 5138).
#[must_use]
pub fn from_number(value: f64) -> Option<i64> {
    let ms = match value {
        v if v < 1e8 => return None,
        v if v < 1e11 => v * 1e3,
        v if v < 1e14 => v,
        v if v < 1e17 => v / 1e3,
        v if v < 1e20 => v / 1e6,
        _ => return None,
    };
    Some(ms.round() as i64)
}

fn from_number_text(text: &str) -> Option<i64> {
    let first = text.as_bytes().first()?;
    if !first.is_ascii_digit() || text.len() < 9 || text.bytes().any(|b| !b.is_ascii_digit() && b != b'.') {
        return None;
    }
    from_number(text.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_shape_to_the_same_instant() {
        let utc = TimeZone::UTC;
        let want = Some(1_786_233_601_223);
        assert_eq!(from_text("2026-08-09T00:00:01.223Z", &utc), want);
        assert_eq!(from_text("2026-08-09T02:00:01.223+02:00", &utc), want);
        assert_eq!(from_text("2026-08-09 00:00:01,223", &utc), want);
        assert_eq!(from_text("1786233601.223", &utc), want);
        assert_eq!(from_number(1_786_233_601_223.0), want);
        assert_eq!(from_number(1_786_233_601_223_000_000.0), want);
        assert_eq!(from_access_log("09/Aug/2026:00:00:01 +0000"), Some(1_786_233_601_000));
        assert_eq!(from_text("yesterday", &utc), None);
        assert_eq!(from_number(12.0), None);
    }
}
