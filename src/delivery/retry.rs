//! One attempt after the other, with growing waits drawn at random, until it is done, hopeless, unknown, or too late.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::Outcome;
use crate::statistics::random::Random;

/// How one attempt ended.
#[derive(Debug)]
pub(super) enum Tried {
    /// It arrived; what is worth knowing.
    Done(Vec<String>),
    /// It surely did not arrive, and may the next time; at the earliest after `wait`, where the other side says so.
    Again { why: String, wait: Option<Wait> },
    /// It surely did not arrive, and will not.
    Never(String),
    /// Nobody knows whether it arrived.
    Unsure(String),
}

/// The two forms of `Retry-After`: RFC 9110, section 10.2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    For(Duration),
    Until(Timestamp),
}

impl Wait {
    /// Reads the header's value; nothing where it is neither form.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Wait::For(Duration::from_secs(text.parse().unwrap_or(u64::MAX / 4))));
        }
        let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        Some(Wait::Until(at))
    }

    fn from(self, now: Timestamp) -> Duration {
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
    fn wait(&self, n: u32, random: &mut Random) -> Duration {
        let most = self.first.saturating_mul(1_u32 << (n - 1).min(20)).min(self.longest);
        most.mul_f64(random.share())
    }
}

/// The time of day to the second, from the start of the run and a clock that is never set.
fn time_of_day(begun: Timestamp, clock: Instant) -> Timestamp {
    let gone = SignedDuration::from_secs(i64::try_from(clock.elapsed().as_secs()).unwrap_or(0));
    begun.checked_add(gone).unwrap_or(begun)
}

/// Makes attempts until one ends it or `within` is over; the outcome and what is worth knowing. `attempt` is given the
/// time that is left and the time of day.
pub(super) fn run(
    pace: &Pace,
    within: Duration,
    begun: Timestamp,
    mut attempt: impl FnMut(Duration, Timestamp) -> Tried,
) -> (Outcome, Vec<String>) {
    let clock = Instant::now();
    let mut random = Random::new(RandomState::new().build_hasher().finish());
    let mut attempts = 0;
    loop {
        attempts += 1;
        let left = within.saturating_sub(clock.elapsed());
        let now = time_of_day(begun, clock);
        let (why, wait) = match attempt(left, now) {
            Tried::Done(notes) => return (Outcome::Delivered { attempts }, notes),
            Tried::Never(why) => return (Outcome::Failed { why, attempts }, Vec::new()),
            Tried::Unsure(why) => return (Outcome::Unsure { why, attempts }, Vec::new()),
            Tried::Again { why, wait } => (why, wait),
        };
        let asked = wait.map(|w| w.from(time_of_day(begun, clock)));
        let wait = pace.wait(attempts, &mut random).max(asked.unwrap_or_default());
        let left = within.saturating_sub(clock.elapsed());
        if attempts >= pace.attempts || wait >= left {
            let why = match asked.filter(|asked| *asked >= left) {
                Some(asked) => format!(
                    "{why}; it asks to wait {} s, and only {} s were left to try",
                    asked.as_secs(),
                    left.as_secs()
                ),
                None => why,
            };
            return (Outcome::Failed { why, attempts }, Vec::new());
        }
        std::thread::sleep(wait);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::{Outcome, Pace, Tried, Wait, run};
    use crate::statistics::random::Random;

    const QUICK: Pace = Pace { first: Duration::from_millis(1), longest: Duration::from_millis(2), attempts: 4 };

    fn again() -> Tried {
        Tried::Again { why: "busy".to_owned(), wait: None }
    }

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

    #[test]
    fn attempts_end_when_one_ends_it() {
        let now = Timestamp::UNIX_EPOCH;
        let mut left = 2;
        let minute = Duration::from_secs(60);
        let done = run(&QUICK, minute, now, |_, _| {
            left -= 1;
            if left < 0 { Tried::Done(Vec::new()) } else { again() }
        });
        assert_eq!(done.0, Outcome::Delivered { attempts: 3 });
        let never = run(&QUICK, minute, now, |_, _| again());
        assert_eq!(never.0, Outcome::Failed { why: "busy".to_owned(), attempts: 4 });
        let unsure = run(&QUICK, minute, now, |_, _| Tried::Unsure("cut".to_owned()));
        assert_eq!(unsure.0, Outcome::Unsure { why: "cut".to_owned(), attempts: 1 });
    }

    #[test]
    fn a_wait_beyond_the_deadline_is_not_waited_for() {
        let wait = Some(Wait::For(Duration::from_secs(3600)));
        let (outcome, _) = run(&QUICK, Duration::from_secs(5), Timestamp::UNIX_EPOCH, |_, _| Tried::Again {
            why: "busy".to_owned(),
            wait,
        });
        let Outcome::Failed { why, attempts: 1 } = outcome else { panic!("{outcome:?}") };
        assert!(why.contains("asks to wait 3600 s"), "{why}");
    }
}
