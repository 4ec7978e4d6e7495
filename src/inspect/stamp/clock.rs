//! The time of day behind a date, with what completes it to a stamp: fraction, half of the day, zone.

use jiff::civil::DateTime;

use super::Stamp;
use super::cursor::Cursor;
use super::zone::{Zone, zone};

pub(super) fn timed(c: &mut Cursor<'_>, year: Option<i16>, month: i16, day: i16) -> Option<Stamp> {
    let clock = clock(c)?;
    let zone = zone(c);
    stamp(c, year, month, day, clock, zone)
}

/// Hour, minute, second and nanoseconds; seconds may be missing.
pub(super) fn clock(c: &mut Cursor<'_>) -> Option<(i16, i16, i16, i32)> {
    let mut hour = c.number(1, 2)?;
    c.eat(b":")?;
    let minute = c.number(2, 2)?;
    let (mut second, mut nanos) = (0, 0);
    if c.peek() == b':' {
        c.at += 1;
        second = c.number(2, 2)?;
        nanos = fraction(c, b".,:");
    }
    let mark = c.at;
    c.spaces();
    let half = c.word().to_ascii_uppercase();
    match half.as_str() {
        "AM" => hour %= 12,
        "PM" => hour = hour % 12 + 12,
        _ => c.at = mark,
    }
    Some((hour, minute, second, nanos))
}

/// A fraction of a second in nanoseconds; digits past the ninth are dropped.
pub(super) fn fraction(c: &mut Cursor<'_>, marks: &[u8]) -> i32 {
    let mark = c.at;
    let Some(byte) = c.eat(marks) else { return 0 };
    let run = c.run();
    if run == 0 || (byte == b':' && run != 3) {
        c.at = mark;
        return 0;
    }
    let digits = &c.text[c.at..c.at + run.min(9)];
    let value = digits.iter().fold(0i32, |sum, b| sum * 10 + i32::from(b - b'0'));
    c.at += run;
    value * 10i32.pow(9 - digits.len() as u32)
}

pub(super) fn stamp(
    c: &Cursor<'_>,
    year: Option<i16>,
    month: i16,
    day: i16,
    (hour, minute, second, nanos): (i16, i16, i16, i32),
    zone: Zone,
) -> Option<Stamp> {
    let small = |n: i16| i8::try_from(n).ok();
    // A leap second is read as the one before it.
    let second = if second == 60 { 59 } else { second };
    let clock = DateTime::new(
        year.unwrap_or(2000),
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        nanos,
    );
    Some(Stamp { clock: clock.ok()?, zone, dated: year.is_some(), end: c.at, ambiguous: false })
}
