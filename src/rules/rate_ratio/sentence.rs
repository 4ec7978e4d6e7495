//! The fixed sentences of statistics.md S7: what was counted, against what, how sure, what would have been noticed,
//! and what would change the verdict.

use super::bursts::Burst;
use super::compare::{ALPHA, Compared};
use crate::rules::{Basis, count};
use crate::statistics::proportion;

/// How a check speaks of its comparisons.
pub(super) struct Say<'a> {
    pub(super) basis: &'a Basis<'a>,
    /// Whether the series has to be named.
    pub(super) many: bool,
}

impl Say<'_> {
    /// `31 401 and 403 episodes in 4,100 requests of mobile (0.76 %), the others 123 in 16,100 (0.76 %)`.
    fn counted(&self, c: &Compared) -> String {
        let name = if self.many { format!("{}: ", c.series) } else { String::new() };
        format!(
            "{name}{} {} in {} {} of {} ({}), the others {} in {} ({})",
            count(c.cohort.episodes as f64),
            self.basis.bad,
            count(c.cohort.requests as f64),
            self.basis.unit,
            self.basis.cohort,
            percent(c.cohort.share()),
            count(c.others.episodes as f64),
            count(c.others.requests as f64),
            percent(c.others.share()),
        )
    }

    pub(super) fn no_worse(&self, c: &Compared) -> String {
        let mut said = format!(
            "{}; {} is {} the others and with 95 % confidence below {}, the limit is {}",
            self.counted(c),
            self.basis.cohort,
            times(c.ratio),
            times(c.upper),
            times(Some(c.margin)),
        );
        if let Some(noticed) = c.noticed {
            said += &format!("; a rise to {} would have been noticed (80 %)", times(Some(noticed)));
        }
        if let Some((more, bound)) = c.to_lose {
            let episodes = if more == 1 { "episode" } else { "episodes" };
            said += &format!(
                "; {} more {episodes} would lose this pass (bound {})",
                count(more as f64),
                times(Some(bound))
            );
        }
        said
    }

    pub(super) fn worse(&self, c: &Compared) -> String {
        let mut said = format!(
            "{}; {} is {} the others, {:.0} episodes more than their rate would give (p {}, adjusted for the family)",
            self.counted(c),
            self.basis.cohort,
            times(c.ratio),
            c.excess,
            p_value(c.p_adjusted),
        );
        if let Some((tester, most)) = c.robust.top.as_ref().filter(|(_, most)| most * 2 > c.cohort.episodes) {
            said += &format!("; {} of them are {tester}'s", count(*most as f64));
        }
        said
    }

    pub(super) fn open(&self, c: &Compared) -> String {
        let below = match c.upper {
            Some(upper) => format!("with 95 % confidence below {}", times(Some(upper))),
            None => "without an upper bound".to_owned(),
        };
        let needed = match c.requests_needed {
            Some(more) => format!("{} more {} at this rate would settle it", count(more as f64), self.basis.unit),
            None => "more of the same would not settle it: its rate itself is too close to the limit".to_owned(),
        };
        format!(
            "{}; {} is {} the others and only {below}, the limit is {}; {needed}",
            self.counted(c),
            self.basis.cohort,
            times(c.ratio),
            times(Some(c.margin)),
        )
    }

    pub(super) fn alarm(&self, c: &Compared, what: &str) -> String {
        format!("{}; day by day the e-value reached {:.0}, {what}", self.counted(c), c.highest_e())
    }

    pub(super) fn days(&self, c: &Compared) -> String {
        format!(
            "{}; pooled, {} is {} the others, but within the days {}: some days were unlike the others for everybody, so neither decides",
            self.counted(c),
            self.basis.cohort,
            times(c.ratio),
            times(c.in_days.and_then(|days| days.ratio)),
        )
    }

    pub(super) fn outage(&self, c: &Compared) -> String {
        let hours = if c.outage_hours == 1 { "hour" } else { "hours" };
        format!(
            "{}; in {} {hours} in which the platform itself failed {} fared worse than the others",
            self.counted(c),
            c.outage_hours,
            self.basis.cohort
        )
    }

    pub(super) fn burst(&self, c: &Compared, burst: &Burst) -> String {
        format!(
            "{}; but {} episodes between {} and {} UTC, most on {}, are more than chance gives, and {} used that route; look at them first",
            self.counted(c),
            count(burst.episodes as f64),
            at(burst.from, "%d %b %H:%M"),
            at(burst.to, "%H:%M"),
            if burst.route.is_empty() { "an unnamed route" } else { &burst.route },
            self.basis.cohort,
        )
    }

    pub(super) fn share(&self, k: u64, n: u64, upper: f64, limit: f64, compared: &[Compared]) -> String {
        let parts: Vec<String> = compared.iter().map(|c| self.counted(c)).collect();
        let mut said = format!(
            "{}; together {} of {} failed, with 95 % confidence below {}, the limit is {}",
            parts.join("; "),
            count(k as f64),
            count(n as f64),
            percent(upper),
            percent(limit),
        );
        if upper > limit {
            said += &match attempts_needed(k, n, limit) {
                Some(more) => {
                    format!("; {} more {} without a failure would settle it", count(more as f64), self.basis.unit)
                }
                None => String::new(),
            };
        }
        said
    }
}

/// What would settle an open verdict: so many more requests, or attempts without a failure.
pub(super) fn needed(compared: &[Compared], share: Option<f64>, basis: &Basis<'_>) -> Option<String> {
    let (k, n) = super::together(compared);
    let more = match share {
        Some(limit) => {
            attempts_needed(k, n, limit).filter(|_| proportion::clopper_pearson_upper(k.min(n), n, ALPHA) > limit)
        }
        None => compared.iter().filter_map(|c| c.requests_needed).max(),
    };
    more.map(|more| format!("{} more {} of {}", count(more as f64), basis.unit, basis.cohort))
}

/// How many further attempts without a failure bring the bound below the limit.
fn attempts_needed(k: u64, n: u64, limit: f64) -> Option<u64> {
    let enough = |more: u64| proportion::clopper_pearson_upper(k.min(n), n + more, ALPHA) <= limit;
    (1..=100_000).find(|more| enough(*more))
}

fn at(ms: i64, format: &str) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |t| t.strftime(format).to_string())
}

/// `1.8 ×` with two significant figures.
fn times(ratio: Option<f64>) -> String {
    match ratio {
        None => "beyond any multiple of".to_owned(),
        Some(x) => format!("{}\u{a0}×", significant(x)),
    }
}

/// Two significant figures, whole numbers from ten on.
fn significant(x: f64) -> String {
    match x.abs() {
        a if a >= 10.0 => count(x),
        a if a >= 1.0 => format!("{x:.1}"),
        a if a > 0.0 && a < 0.1 => format!("{x:.3}"),
        _ => format!("{x:.2}"),
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}\u{a0}%", share * 100.0)
}

fn p_value(p: f64) -> String {
    if p < 0.0001 { "< 0.0001".to_owned() } else { format!("= {p:.4}") }
}
