//! Numbers and times as reports write them: thousands separators, no-break spaces, UTC first and local in brackets.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::Window;

/// The zone shown beside UTC.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// A zone by its IANA name; UTC where it is not known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Zone(TimeZone::get(name).unwrap_or(TimeZone::UTC))
    }

    /// `2026-08-26 09:14 UTC (10:14 BST)`.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        let local = at.to_zoned(self.0.clone());
        let utc = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        if self.0 == TimeZone::UTC {
            return nbsp(&utc);
        }
        let same_day = local.date() == at.to_zoned(TimeZone::UTC).date();
        let local = local.strftime(if same_day { "%H:%M %Z" } else { "%d %b %H:%M %Z" });
        nbsp(&format!("{utc} ({local})"))
    }

    /// The zone itself.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.0
    }
}

/// `13 Apr 09:02:11`, UTC.
#[must_use]
pub fn second(at: Timestamp) -> String {
    nbsp(&at.strftime("%d %b %H:%M:%S").to_string())
}

/// `13 Apr 09:02:11` of milliseconds since the epoch, UTC; the number itself where it is outside the calendar.
#[must_use]
pub fn time_of_ms(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), second)
}

/// `13 Apr 09:02`, UTC.
#[must_use]
pub fn minute(at: Timestamp) -> String {
    nbsp(&at.strftime("%d %b %H:%M").to_string())
}

/// `24 – 28 Aug 2026`: the days that are inside, UTC.
#[must_use]
pub fn span(window: &Window) -> String {
    nbsp(&format!("{} {}", days(window), last_day(window).strftime("%Y")))
}

/// `24 – 28 Aug`, `30 Jul – 2 Aug` or `2 May`: the days that are inside, UTC.
#[must_use]
pub fn days(window: &Window) -> String {
    let last = last_day(window);
    let (from, to) = (window.from.strftime("%-d %b").to_string(), last.strftime("%-d %b").to_string());
    let same_month = window.from.strftime("%b").to_string() == last.strftime("%b").to_string();
    nbsp(&if from == to {
        to
    } else if same_month {
        format!("{} – {to}", window.from.strftime("%-d"))
    } else {
        format!("{from} – {to}")
    })
}

/// The last moment that is inside.
fn last_day(window: &Window) -> Timestamp {
    Timestamp::from_millisecond(window.to_ms() - 1).unwrap_or(window.to)
}

/// `15 Apr 09:30 – 15:15 UTC (5 h 45 min)`.
#[must_use]
pub fn stretch(window: &Window) -> String {
    let same_day = window.from.strftime("%F").to_string() == window.to.strftime("%F").to_string();
    let to = window.to.strftime(if same_day { "%H:%M" } else { "%d %b %H:%M" });
    let length = duration(window.seconds() as f64);
    nbsp(&format!("{} – {to} UTC ({length})", window.from.strftime("%d %b %H:%M")))
}

/// `09:02:11`, UTC.
#[must_use]
pub fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M:%S").to_string()
}

/// `28,346`.
#[must_use]
pub fn count(n: u64) -> String {
    crate::rules::count(n as f64)
}

/// `28,346` of a number that may be negative or real.
#[must_use]
pub fn whole(n: f64) -> String {
    crate::rules::count(n)
}

/// `99.6 %`; 100 only where it is all of them.
#[must_use]
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    let text = if value < 100.0 && value > 99.9 { "99.9".to_owned() } else { format!("{value:.1}") };
    nbsp(&format!("{} %", text.strip_suffix(".0").filter(|_| value == value.round()).unwrap_or(&text)))
}

/// `3 min 42 s`, `12 s`, `6 h 0 min`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    let s = seconds.round() as i64;
    nbsp(&match s {
        _ if seconds < 10.0 => format!("{seconds:.1} s"),
        ..60 => format!("{s} s"),
        60..3600 => format!("{} min {} s", s / 60, s % 60),
        _ => format!("{} h {} min", s / 3600, s % 3600 / 60),
    })
}

/// Figures that must not be torn from their units.
#[must_use]
pub fn nbsp(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}
