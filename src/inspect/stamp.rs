//! A time at the start of a text, in any of the shapes that logs write: what the clock showed, and which zone it said.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// Which zone a time named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// `Z`, `UTC` or `GMT`, or seconds since the epoch.
    Utc,
    /// An offset from UTC, in seconds.
    Offset(i32),
    /// A name such as `PST`, and the offset that it stands for, in seconds.
    Named(&'static str, i32),
    /// None: the reader has to know where the clock hung.
    Unsaid,
}

impl Zone {
    /// The zone as people write it.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Zone::Utc => "UTC".to_owned(),
            Zone::Offset(seconds) => {
                let minutes = seconds.abs() / 60;
                format!("{}{:02}:{:02}", if seconds < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
            }
            Zone::Named(name, _) => name.to_owned(),
            Zone::Unsaid => "none".to_owned(),
        }
    }
}

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

/// Offset of a zone's name in seconds. Names that several countries use stand for the one that logs mean most often;
/// whoever shows such a time says so.
#[must_use]
pub fn named_zone(word: &str) -> Option<Zone> {
    const NAMES: &[(&str, i32)] = &[
        ("EST", -300),
        ("EDT", -240),
        ("CST", -360),
        ("CDT", -300),
        ("MST", -420),
        ("MDT", -360),
        ("PST", -480),
        ("PDT", -420),
        ("AKST", -540),
        ("AKDT", -480),
        ("HST", -600),
        ("BRT", -180),
        ("WET", 0),
        ("WEST", 60),
        ("BST", 60),
        ("CET", 60),
        ("CEST", 120),
        ("EET", 120),
        ("EEST", 180),
        ("MSK", 180),
        ("IST", 330),
        ("SGT", 480),
        ("HKT", 480),
        ("AWST", 480),
        ("JST", 540),
        ("KST", 540),
        ("ACST", 570),
        ("AEST", 600),
        ("AEDT", 660),
        ("NZST", 720),
        ("NZDT", 780),
    ];
    if matches!(word, "Z" | "z" | "UTC" | "GMT") {
        return Some(Zone::Utc);
    }
    NAMES.iter().find(|(name, _)| *name == word).map(|(name, minutes)| Zone::Named(name, minutes * 60))
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn eat(&mut self, wanted: &[u8]) -> Option<u8> {
        let byte = self.peek();
        wanted.contains(&byte).then(|| {
            self.at += 1;
            byte
        })
    }

    fn run(&self) -> usize {
        self.text[self.at..].iter().take_while(|b| b.is_ascii_digit()).count()
    }

    /// A number of `least` to `most` digits, and no more of them.
    fn number(&mut self, least: usize, most: usize) -> Option<i16> {
        let run = self.run();
        (least..=most).contains(&run).then_some(())?;
        self.fixed(run)
    }

    /// The next `count` digits, whatever follows.
    fn fixed(&mut self, count: usize) -> Option<i16> {
        let digits = self.text.get(self.at..self.at + count)?;
        let mut value = 0i16;
        for byte in digits {
            byte.is_ascii_digit().then_some(())?;
            value = value.checked_mul(10)?.checked_add(i16::from(byte - b'0'))?;
        }
        self.at += count;
        Some(value)
    }

    fn word(&mut self) -> &str {
        let start = self.at;
        while self.peek().is_ascii_alphabetic() {
            self.at += 1;
        }
        std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default()
    }

    fn month(&mut self) -> Option<i16> {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        let word = self.word().to_ascii_lowercase();
        let at = MONTHS.iter().position(|m| {
            *m == word || (word.len() == 3 && m.starts_with(&word)) || (*m == "september" && word == "sept")
        })?;
        Some(at as i16 + 1)
    }

    fn spaces(&mut self) -> usize {
        let start = self.at;
        while self.peek() == b' ' {
            self.at += 1;
        }
        self.at - start
    }
}

fn from_digits(c: &mut Cursor<'_>) -> Option<Stamp> {
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
fn from_letters(c: &mut Cursor<'_>) -> Option<Stamp> {
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

fn timed(c: &mut Cursor<'_>, year: Option<i16>, month: i16, day: i16) -> Option<Stamp> {
    let clock = clock(c)?;
    let zone = zone(c);
    stamp(c, year, month, day, clock, zone)
}

/// Hour, minute, second and nanoseconds; seconds may be missing.
fn clock(c: &mut Cursor<'_>) -> Option<(i16, i16, i16, i32)> {
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
fn fraction(c: &mut Cursor<'_>, marks: &[u8]) -> i32 {
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

/// A zone behind a time; the cursor stays where it is when there is none.
fn zone(c: &mut Cursor<'_>) -> Zone {
    let mark = c.at;
    let spaced = c.spaces();
    let found = if spaced > 1 { None } else { zone_here(c, spaced > 0) };
    found.unwrap_or_else(|| {
        c.at = mark;
        Zone::Unsaid
    })
}

fn zone_here(c: &mut Cursor<'_>, spaced: bool) -> Option<Zone> {
    if let Some(sign) = c.eat(b"+-") {
        let run = c.run();
        let hours = c.fixed(2)?;
        let minutes = match run {
            4 => c.fixed(2)?,
            2 if c.peek() == b':' => {
                c.at += 1;
                c.number(2, 2)?
            }
            2 if !spaced => 0,
            _ => return None,
        };
        (!c.peek().is_ascii_alphanumeric() && hours <= 18 && minutes < 60).then_some(())?;
        let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
        return Some(if seconds == 0 {
            Zone::Utc
        } else {
            Zone::Offset(if sign == b'-' { -seconds } else { seconds })
        });
    }
    let word = c.word();
    let found = named_zone(word)?;
    (!c.peek().is_ascii_alphanumeric() && c.peek() != b'_').then_some(found)
}

fn stamp(
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, &str)> {
        let found = at_start(text)?;
        Some((found.instant(&TimeZone::UTC)?.to_string(), &text[found.end..]))
    }

    #[test]
    fn many_shapes_are_one_instant() {
        for text in [
            "2026-11-23T10:20:30.5Z|",
            "2026-11-23T12:20:30.5+02:00|",
            "2026-11-23 10:20:30,500|",
            "2026-11-23 05:20:30.500 -0500|",
            "2026-11-23 02:20:30.500 PST|",
            "2026/11/23 10:20:30.5|",
            "2026-11-23-10.20.30.500|",
            "20261123-10:20:30:500|",
            "20261123T102030.5Z|",
            "23/Nov/2026:11:20:30.5 +0100|",
            "23-Nov-2026 10:20:30.5|",
            "23 Nov 2026 10:20:30.5|",
            "23.11.2026 10:20:30.5|",
            "11/23/2026 10:20:30.5 AM|",
            "Mon Nov 23 10:20:30.5 2026|",
            "Mon Nov 23 05:20:30.5 EST 2026|",
            "Mon, 23 Nov 2026 10:20:30.5 GMT|",
            "Nov 23, 2026 10:20:30.5 AM|",
            "26/11/23 10:20:30.5|",
            "1795429230.5|",
            "1795429230500|",
            "1795429230500000|",
            "1795429230500000000|",
        ] {
            assert_eq!(read(text), Some(("2026-11-23T10:20:30.5Z".to_owned(), "|")), "{text}");
        }
    }

    #[test]
    fn times_without_a_year_say_so() {
        for text in ["Nov  3 10:20:30 host", "11-03 10:20:30.000 1 2 I", "11.03 10:20:30] x", "11/03 10:20:30 x"] {
            let found = at_start(text).expect(text);
            assert!(!found.dated && found.zone == Zone::Unsaid, "{text}");
            assert_eq!(found.clock.to_string(), "2000-11-03T10:20:30", "{text}");
        }
        assert!(after_glog_letter("1103 10:20:30.000001     1 x.go:1] m").is_some_and(|s| !s.dated));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "nova-api.log", "2026-13-45 10:00:00", "12 Angry Men", "May we", "404 not found", "1e9", "٣٠"]
        {
            assert_eq!(at_start(text), None, "{text}");
        }
        assert_eq!(read("2016-09-28 04:30:30, Info").map(|r| r.1), Some(", Info"));
        assert_eq!(read("2015-07-29 17:41:44,747 - INFO").map(|r| r.1), Some(" - INFO"));
        assert_eq!(read("2008-11-09 20:36:15 -12 items").map(|r| r.1), Some(" -12 items"));
        assert!(at_start("04/05/2026 10:00:00").is_some_and(|s| s.ambiguous));
    }

    #[test]
    fn nothing_panics() {
        let pieces = ["2026", "-", "11", "/", "Nov", " ", ":", ".", "9".repeat(40).as_str(), "+", "Z", "é", "[", "0"]
            .map(str::to_owned);
        for a in &pieces {
            for b in &pieces {
                for c in &pieces {
                    let text = format!("{a}{b}{c}{b}{a}{c}:{a}:{b}{c}{b}");
                    let _ = (at_start(&text), after_glog_letter(&text), from_epoch(&text));
                }
            }
        }
    }
}
