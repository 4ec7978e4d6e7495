//! Half-open UTC windows.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A half-open window of time: `from` is inside, `to` is not. UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Window {
    /// A window from milliseconds since the epoch; `None` where a bound is outside the calendar.
    #[must_use]
    pub fn from_millis(from: i64, to: i64) -> Option<Self> {
        Some(Window { from: Timestamp::from_millisecond(from).ok()?, to: Timestamp::from_millisecond(to).ok()? })
    }

    /// First millisecond inside.
    #[must_use]
    pub fn from_ms(&self) -> i64 {
        self.from.as_millisecond()
    }

    /// First millisecond after.
    #[must_use]
    pub fn to_ms(&self) -> i64 {
        self.to.as_millisecond()
    }

    /// Whether a time (milliseconds UTC) is inside.
    #[must_use]
    pub fn holds(&self, ms: i64) -> bool {
        self.from_ms() <= ms && ms < self.to_ms()
    }

    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        (self.to_ms() - self.from_ms()) / 1000
    }
}
