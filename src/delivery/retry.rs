//! One attempt after the other, with growing waits drawn at random, until it is done, hopeless, unknown, or too late.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::Outcome;
use crate::net::wait::{Pace, Wait, time_of_day};
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

    const QUICK: Pace = Pace { first: Duration::from_millis(1), longest: Duration::from_millis(2), attempts: 4 };

    fn again() -> Tried {
        Tried::Again { why: "busy".to_owned(), wait: None }
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
