//! The zone that a time names: an offset, a name, or none.

use super::cursor::Cursor;

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

/// A zone behind a time; the cursor stays where it is when there is none.
pub(super) fn zone(c: &mut Cursor<'_>) -> Zone {
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
