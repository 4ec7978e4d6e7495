//! A time at the start of a text, in any of the shapes that logs write: what the clock showed, and which zone it said.

mod clock;
mod cursor;
mod dates;
#[cfg(test)]
mod tests;
mod zone;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use clock::{clock, stamp};
use cursor::Cursor;
use dates::{from_digits, from_letters};

pub use zone::{Zone, named_zone};

/// A time as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// What the clock showed. Without a year, that of 2000, a leap year, stands in.
    pub clock: DateTime,
    pub zone: Zone,
    /// Whether the year was written.
    pub dated: bool,
    /// Bytes of the text that the time takes up.
    pub end: usize,
    /// Whether day and month cannot be told apart (`04/05/2026`).
    pub ambiguous: bool,
}

impl Stamp {
    /// The instant; a time without a zone is read in `local`. `None` outside of years 1 to 9999.
    #[must_use]
    pub fn instant(&self, local: &TimeZone) -> Option<Timestamp> {
        match self.zone {
            Zone::Utc => Offset::UTC.to_timestamp(self.clock).ok(),
            Zone::Offset(seconds) | Zone::Named(_, seconds) => {
                Offset::from_seconds(seconds).ok()?.to_timestamp(self.clock).ok()
            }
            Zone::Unsaid => local.to_timestamp(self.clock).ok(),
        }
    }

    /// An instant as a time in UTC.
    #[must_use]
    pub fn of_instant(at: Timestamp, end: usize) -> Self {
        Stamp { clock: Offset::UTC.to_datetime(at), zone: Zone::Utc, dated: true, end, ambiguous: false }
    }
}

/// Reads the time that a text begins with.
#[must_use]
pub fn at_start(text: &str) -> Option<Stamp> {
    let mut cursor = Cursor { text: text.as_bytes(), at: 0 };
    let first = *cursor.text.first()?;
    if first.is_ascii_digit() {
        return from_digits(&mut cursor);
    }
    if first.is_ascii_alphabetic() { from_letters(&mut cursor) } else { None }
}

/// Reads a number since the epoch by its count of digits: 10 seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds,
/// which covers 2001 to 2286.
#[must_use]
pub fn from_epoch(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.starts_with('0') {
        return None;
    }
    let unit: i128 = match whole.len() {
        10 => 1_000_000_000,
        13 => 1_000_000,
        16 => 1_000,
        19 => 1,
        _ => return None,
    };
    let mut nanoseconds = whole.parse::<i128>().ok()? * unit;
    let mut scale = unit;
    for digit in fraction.bytes() {
        scale /= 10;
        nanoseconds += i128::from(digit - b'0') * scale;
    }
    Timestamp::from_nanosecond(nanoseconds).ok()
}

/// The time of glog and klog behind the letter of the level: `0102 15:04:05.000000`, month first, without a year.
#[must_use]
pub fn after_glog_letter(text: &str) -> Option<Stamp> {
    let mut c = Cursor { text: text.as_bytes(), at: 0 };
    let (year, month, day) = match c.run() {
        4 => (None, c.fixed(2)?, c.fixed(2)?),
        8 => (Some(c.fixed(4)?), c.fixed(2)?, c.fixed(2)?),
        _ => return None,
    };
    c.eat(b" ")?;
    let clock = clock(&mut c)?;
    stamp(&c, year, month, day, clock, Zone::Unsaid)
}
