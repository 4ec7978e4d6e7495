//! The shapes of dates: year first, day first, month first, packed, in words.

use super::clock::{clock, fraction, stamp, timed};
use super::cursor::Cursor;
use super::zone::{Zone, zone};
use super::{Stamp, from_epoch};

pub(super) fn from_digits(c: &mut Cursor<'_>) -> Option<Stamp> {
    let run = c.run();
    let after = c.text.get(run).copied().unwrap_or(0);
    match (run, after) {
        (4, b'-' | b'/' | b'.') => year_first(c),
        (8, _) => packed(c),
        (6, b' ') => {
            let (year, month, day) = (c.fixed(2)?, c.fixed(2)?, c.fixed(2)?);
            c.eat(b" ")?;
            (c.run() == 6).then_some(())?;
            let clock = (c.fixed(2)?, c.fixed(2)?, c.fixed(2)?);
            stamp(c, Some(century(year)), month, day, (clock.0, clock.1, clock.2, 0), Zone::Unsaid)
        }
        (10 | 13 | 16 | 19, _) => epoch(c),
        (1 | 2, b'/') => slashes(c),
        (1 | 2, b'-') => dashes(c),
        (1 | 2, b'.') => dots(c),
        (1 | 2, b' ') => {
            let day = c.number(1, 2)?;
            c.spaces();
            let month = c.month()?;
            c.spaces();
            let mark = c.at;
            let year = c.number(4, 4).filter(|_| c.peek() == b' ');
            if year.is_none() {
                c.at = mark;
            }
            c.spaces();
            timed(c, year, month, day)
        }
        _ => None,
    }
}

/// Two digits of a year: POSIX reads 69 to 99 as 1969 to 1999.
fn century(year: i16) -> i16 {
    if year < 69 { 2000 + year } else { 1900 + year }
}

fn year_first(c: &mut Cursor<'_>) -> Option<Stamp> {
    let year = c.fixed(4)?;
    let between = c.eat(b"-/.")?;
    let month = c.number(1, 2)?;
    c.eat(&[between])?;
    let day = c.number(1, 2)?;
    let gap = c.eat(b"Tt _-:")?;
    c.spaces();
    if gap == b'-' && c.text.get(c.at + 2) == Some(&b'.') {
        let (hour, _, minute, _, second) = (c.fixed(2)?, c.eat(b".")?, c.fixed(2)?, c.eat(b".")?, c.fixed(2)?);
        let nanos = fraction(c, b".");
        return stamp(c, Some(year), month, day, (hour, minute, second, nanos), Zone::Unsaid);
    }
    // `2026/11/23 - 10:00:00`, as gin writes it.
    if c.peek() == b'-' && c.text.get(c.at + 1) == Some(&b' ') {
        c.at += 2;
    }
    timed(c, Some(year), month, day)
}

fn packed(c: &mut Cursor<'_>) -> Option<Stamp> {
    let (year, month, day) = (c.fixed(4)?, c.fixed(2)?, c.fixed(2)?);
    c.eat(b"-T _")?;
    if c.run() == 6 {
        let clock = (c.fixed(2)?, c.fixed(2)?, c.fixed(2)?);
        let nanos = fraction(c, b".,");
        let zone = zone(c);
        return stamp(c, Some(year), month, day, (clock.0, clock.1, clock.2, nanos), zone);
    }
    unpadded(c, year, month, day)
}

/// `20171223-22:15:29:606`, whose parts may have fewer digits: milliseconds are a number here, not a fraction.
fn unpadded(c: &mut Cursor<'_>, year: i16, month: i16, day: i16) -> Option<Stamp> {
    let mark = c.at;
    let short = |c: &mut Cursor<'_>| -> Option<(i16, i16, i16, i32)> {
        let (hour, _) = (c.number(1, 2)?, c.eat(b":")?);
        let (minute, _) = (c.number(1, 2)?, c.eat(b":")?);
        let (second, _) = (c.number(1, 2)?, c.eat(b":")?);
        Some((hour, minute, second, i32::from(c.number(1, 3)?) * 1_000_000))
    };
    if let Some(clock) = short(c) {
        return stamp(c, Some(year), month, day, clock, Zone::Unsaid);
    }
    c.at = mark;
    timed(c, Some(year), month, day)
}

fn epoch(c: &mut Cursor<'_>) -> Option<Stamp> {
    let mut end = c.run();
    if c.text.get(end) == Some(&b'.') && c.text.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1 + c.text[end + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
    }
    let bounded = c.text.get(end).is_none_or(|b| b" \t],;|:\"'()".contains(b));
    let at = from_epoch(std::str::from_utf8(&c.text[..end]).ok()?)?;
    bounded.then(|| Stamp::of_instant(at, end))
}

/// `17/06/09 20:10:40`, `23/Nov/2026:00:19:24 +0000`, `11/23/2026 10:00:00 PM`.
fn slashes(c: &mut Cursor<'_>) -> Option<Stamp> {
    let first = c.number(1, 2)?;
    c.eat(b"/")?;
    if c.peek().is_ascii_alphabetic() {
        let month = c.month()?;
        c.eat(b"/")?;
        let year = c.number(4, 4)?;
        c.eat(b": ")?;
        return timed(c, Some(year), month, first);
    }
    let second = c.number(1, 2)?;
    if c.eat(b" ").is_some() {
        return timed(c, None, first, second);
    }
    c.eat(b"/")?;
    match c.run() {
        2 => {
            let third = c.fixed(2)?;
            c.eat(b" T")?;
            timed(c, Some(century(first)), second, third)
        }
        4 => {
            let year = c.fixed(4)?;
            c.eat(b",");
            c.eat(b" T:")?;
            let (month, day) = if first > 12 { (second, first) } else { (first, second) };
            let mut found = timed(c, Some(year), month, day)?;
            found.ambiguous = first <= 12 && second <= 12 && first != second;
            Some(found)
        }
        _ => None,
    }
}

/// `03-17 16:13:38.811`, `23-Nov-2026 10:00:00`.
fn dashes(c: &mut Cursor<'_>) -> Option<Stamp> {
    let first = c.number(1, 2)?;
    c.eat(b"-")?;
    if c.peek().is_ascii_alphabetic() {
        let month = c.month()?;
        c.eat(b"-")?;
        let year = c.number(4, 4)?;
        c.eat(b" T:")?;
        return timed(c, Some(year), month, first);
    }
    let day = c.number(1, 2)?;
    c.eat(b" ")?;
    timed(c, None, first, day)
}

/// `10.30 16:49:06` (month first), `23.11.2026 10:00:00` (day first).
fn dots(c: &mut Cursor<'_>) -> Option<Stamp> {
    let first = c.number(1, 2)?;
    c.eat(b".")?;
    let second = c.number(1, 2)?;
    if c.eat(b".").is_some() {
        let year = c.number(4, 4)?;
        c.eat(b",");
        c.eat(b" T")?;
        return timed(c, Some(year), second, first);
    }
    c.eat(b" ")?;
    timed(c, None, first, second)
}

/// Names of days and months, and the letter of glog.
pub(super) fn from_letters(c: &mut Cursor<'_>) -> Option<Stamp> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let start = c.at;
    let word = c.word();
    if word.len() >= 3 && DAYS.iter().any(|d| word.starts_with(d)) && (word.len() == 3 || word.ends_with("day")) {
        c.eat(b",");
        c.spaces();
        if c.peek().is_ascii_digit() {
            return from_digits_at(c);
        }
    } else {
        c.at = start;
    }
    let month = c.month()?;
    (c.spaces() > 0).then_some(())?;
    let day = c.number(1, 2)?;
    c.eat(b",");
    c.spaces();
    let mark = c.at;
    let mut year = c.number(4, 4).filter(|_| matches!(c.peek(), b' ' | b','));
    if year.is_none() {
        c.at = mark;
    }
    c.eat(b",");
    c.spaces();
    let clock = clock(c)?;
    let mut said = zone(c);
    // `Sun Dec 04 04:47:44 2005`, `Sun Dec 4 04:47:44 PST 2005`
    if year.is_none() && c.peek() == b' ' {
        let mark = c.at;
        c.spaces();
        year = c.number(4, 4).filter(|y| (1970..=2100).contains(y) && !c.peek().is_ascii_alphanumeric());
        if year.is_none() {
            c.at = mark;
        } else if said == Zone::Unsaid {
            said = zone(c);
        }
    }
    stamp(c, year, month, day, clock, said)
}

fn from_digits_at(c: &mut Cursor<'_>) -> Option<Stamp> {
    let start = c.at;
    let mut rest = Cursor { text: &c.text[start..], at: 0 };
    let mut found = from_digits(&mut rest)?;
    found.end += start;
    Some(found)
}
