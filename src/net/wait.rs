//! How long to wait before the next attempt: what the other side asks for, and growing waits drawn at random.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::statistics::random::Random;

/// The two forms of `Retry-After`: RFC 9110, section 10.2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    For(Duration),
    Until(Timestamp),
}

impl Wait {
    /// Reads the header's value; nothing where it is neither form.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Wait::For(Duration::from_secs(text.parse().unwrap_or(u64::MAX / 4))));
        }
        let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(Wait::Until(at))
    }

    /// How long that is from now on.
    pub(crate) fn from(self, now: Timestamp) -> Duration {
        match self {
            Wait::For(time) => time,
            Wait::Until(at) => Duration::try_from(at.duration_since(now)).unwrap_or_default(),
        }
    }
}

/// How fast attempts follow each other.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Longest first wait; it doubles with each attempt.
    pub first: Duration,
    /// Longest wait.
    pub longest: Duration,
    /// Attempts in all.
    pub attempts: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Pace { first: Duration::from_secs(1), longest: Duration::from_secs(60), attempts: 8 }
    }
}

impl Pace {
    /// The wait after attempt `n` (from 1): anything up to the doubled time, so that many senders do not come back
    /// together ("full jitter").
    pub(crate) fn wait(&self, n: u32, random: &mut Random) -> Duration {
        let most = self.first.saturating_mul(1_u32 << (n - 1).min(20)).min(self.longest);
        most.mul_f64(random.share())
    }
}

/// The time of day to the second, from the start of the run and a clock that is never set.
pub(crate) fn time_of_day(begun: Timestamp, clock: Instant) -> Timestamp {
    let gone = SignedDuration::from_secs(i64::try_from(clock.elapsed().as_secs()).unwrap_or(0));
    begun.checked_add(gone).unwrap_or(begun)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::{Pace, Wait};
    use crate::statistics::random::Random;

    #[test]
    fn both_forms_of_retry_after_are_read_and_nothing_else_is() {
        assert_eq!(Wait::read("120"), Some(Wait::For(Duration::from_secs(120))));
        let at: Timestamp = "2026-08-10T07:00:30Z".parse().expect("a time");
        assert_eq!(Wait::read("Mon, 10 Aug 2026 07:00:30 GMT"), Some(Wait::Until(at)));
        let now: Timestamp = "2026-08-10T07:00:00Z".parse().expect("a time");
        assert_eq!(Wait::Until(at).from(now), Duration::from_secs(30));
        assert_eq!(Wait::Until(now).from(at), Duration::ZERO);
        for bad in ["", "-1", "1.5", "soon", "Mon, 99 Aug"] {
            assert_eq!(Wait::read(bad), None, "{bad}");
        }
        assert!(matches!(Wait::read("99999999999999999999999"), Some(Wait::For(_))));
    }

    #[test]
    fn waits_grow_to_a_limit_and_differ() {
        let pace = Pace::default();
        let mut random = Random::new(1);
        let mut seen = Vec::new();
        for n in 1..60 {
            let wait = pace.wait(n, &mut random);
            assert!(wait <= pace.longest && wait <= pace.first * (1 << (n - 1).min(20)), "{n}: {wait:?}");
            seen.push(wait);
        }
        assert!(seen[8..].iter().any(|w| *w > Duration::from_secs(20)) && seen.windows(2).any(|w| w[0] != w[1]));
    }
}
