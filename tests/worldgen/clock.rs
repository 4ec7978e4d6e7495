//! Times in milliseconds UTC, and the ways in which sources write them.

use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A stretch of time, the end excluded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Span {
    pub(crate) fn holds(&self, at: i64) -> bool {
        self.from <= at && at < self.to
    }

    pub(crate) fn days(&self) -> i64 {
        (self.to - self.from) / DAY
    }
}

/// The time of an RFC 3339 text.
pub(crate) fn parse(text: &str) -> anyhow::Result<i64> {
    let time: Timestamp = text.parse().with_context(|| format!("{text} is no time"))?;
    Ok(time.as_millisecond())
}

fn stamp(at: i64, format: &str) -> String {
    Timestamp::from_millisecond(at).map_or_else(|_| String::new(), |t| t.strftime(format).to_string())
}

/// `2026-09-07T08:05:00.123Z`
pub(crate) fn iso(at: i64) -> String {
    stamp(at, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// `2026-09-07T08:05:00Z`
pub(crate) fn iso_seconds(at: i64) -> String {
    stamp(at, "%Y-%m-%dT%H:%M:%SZ")
}

/// `2026-09-07T08:05:00+00:00`, as nginx writes it.
pub(crate) fn iso_offset(at: i64) -> String {
    stamp(at, "%Y-%m-%dT%H:%M:%S+00:00")
}

/// `07/Sep/2026:08:05:00 +0000`, as access logs have it.
pub(crate) fn access(at: i64) -> String {
    stamp(at, "%d/%b/%Y:%H:%M:%S +0000")
}

/// `2026-09-07`
pub(crate) fn date(at: i64) -> String {
    stamp(at, "%Y-%m-%d")
}

/// `9/7/2026 9:05:00` in the team's zone, as a form exports it.
pub(crate) fn form(at: i64, zone: &str) -> anyhow::Result<String> {
    let zone = TimeZone::get(zone).with_context(|| format!("{zone} is no time zone"))?;
    let local = Timestamp::from_millisecond(at)?.to_zoned(zone);
    Ok(format!(
        "{}/{}/{} {}:{:02}:{:02}",
        local.month(),
        local.day(),
        local.year(),
        local.hour(),
        local.minute(),
        local.second()
    ))
}
