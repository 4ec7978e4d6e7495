//! Read times of the database with the cohort about against those without: buckets by hour in, an observation out
//! (statistics.md S5). Stored data are counts of buckets, so quantiles are compared, and days are resampled whole.

mod hours;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::family::Family;
use super::{Basis, Ruled, Seen, count};
use crate::statistics::bootstrap::{self, DRAWS, Plan};
use crate::statistics::{Rate, poisson, quantile};
use crate::tables::table::Table;
use hours::{Hours, Side, Sides};

/// Fewer days with the cohort about tell nothing of a day's variation.
const DAYS: usize = 3;
/// Fixed, so that the same evidence gives the same bytes.
const SEED: u64 = 20_260_803;
const ALPHA: f64 = 0.05;
/// The vendor's yardstick for a point read, seconds; printed, not judged.
const YARDSTICK: f64 = 0.010;
/// Name in the family of comparisons.
const NAME: &str = "latency";

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Ratio of the 95th percentiles, with its one-sided 95 % bounds and the p-value of a ratio above 1.
    pub ratio: f64,
    pub lower: f64,
    pub upper: f64,
    pub p: f64,
    pub p_adjusted: f64,
    /// 95th percentiles with and without the cohort, seconds; the latter at the cohort's hours.
    pub p95: (f64, f64),
    pub p99: (f64, f64),
    /// Reads with and without.
    pub reads: (f64, f64),
    /// Days with the cohort about.
    pub days: usize,
    /// Cost per read: with, without, ratio.
    pub charge: Option<(f64, f64, f64)>,
    /// Refused requests with and without, and whether there are clearly more with.
    pub throttled: Option<(u64, u64, bool)>,
    /// Cost per second with and without.
    pub load: Option<(f64, f64)>,
}

/// A comparison that waits for its family.
pub struct Pending(Option<Measured>);

/// Rows (columns `hour_ts`, `counter`, `period`, `cohort`, `le`, `thousandths`, `seconds`) in, comparison out.
#[must_use]
pub fn compare(rows: &Table) -> Pending {
    Pending(measure(&Hours::read(rows)))
}

impl Pending {
    /// Name and p-value, where enough was measured.
    #[must_use]
    pub fn p_values(&self) -> Vec<(&str, f64)> {
        self.0.iter().map(|m| (NAME, m.p)).collect()
    }

    /// The observation. `basis.least` is the largest ratio that is still normal.
    #[must_use]
    pub fn judge(self, family: &Family, basis: &Basis<'_>) -> Ruled {
        let Some(mut measured) = self.0 else {
            return Ruled::whole(Seen::Absent(format!(
                "no {} were measured both with and without {}",
                basis.unit, basis.cohort
            )));
        };
        measured.p_adjusted = family.adjusted(NAME).unwrap_or(measured.p);
        let ruled = Ruled::whole(observe(&measured, basis));
        let ruled = ruled
            .with("ratio", measured.ratio)
            .with("lower", measured.lower)
            .with("upper", measured.upper)
            .with("margin", basis.least)
            .with("p_adjusted", measured.p_adjusted)
            .with("p95_with_ms", measured.p95.0 * 1000.0)
            .with("p95_without_ms", measured.p95.1 * 1000.0)
            .with("p99_with_ms", measured.p99.0 * 1000.0)
            .with("p99_without_ms", measured.p99.1 * 1000.0)
            .with("reads_with", measured.reads.0)
            .with("reads_without", measured.reads.1)
            .with("days", measured.days as f64);
        match measured.charge {
            Some((with, without, ratio)) => {
                ruled.with("charge_with", with).with("charge_without", without).with("charge_ratio", ratio)
            }
            None => ruled,
        }
    }
}

fn observe(m: &Measured, basis: &Basis<'_>) -> Seen {
    let limit = basis.least;
    let said = sentence(m, basis);
    if m.days < DAYS {
        let days = DAYS - m.days;
        return Seen::Thin(format!("{said}; {days} more days with {} about are needed to tell", basis.cohort));
    }
    // Beyond the limit with confidence, or beyond it and clearly above 1 in the family of comparisons.
    if m.lower > limit || m.p_adjusted <= ALPHA && m.ratio > limit {
        return Seen::Bad(said);
    }
    let charge = m.charge.map(|(_, _, ratio)| ratio);
    if charge.is_some_and(|ratio| ratio > limit) {
        return Seen::Bad(format!("{said}, which is beyond the limit"));
    }
    if m.throttled.is_some_and(|(_, _, more)| more) {
        return Seen::Bad(said);
    }
    if m.upper > limit {
        return Seen::Thin(format!("{said}; more reads are needed to say that it is below the limit"));
    }
    Seen::Shown(said)
}

fn sentence(m: &Measured, basis: &Basis<'_>) -> String {
    let ms = |seconds: f64| format!("{:.1}\u{a0}ms", seconds * 1000.0);
    let mut said = format!(
        "95 % of {} {} with {} about took up to {}, of {} at the same hours without it up to {}: {:.2}\u{a0}×, with 95 % confidence below {:.2}\u{a0}×, the limit is {:.2}\u{a0}×",
        count(m.reads.0),
        basis.unit,
        basis.cohort,
        ms(m.p95.0),
        count(m.reads.1),
        ms(m.p95.1),
        m.ratio,
        m.upper,
        basis.least,
    );
    if let Some((with, without, ratio)) = m.charge {
        said += &format!("; a read cost {with:.2} request units against {without:.2} ({ratio:.2}\u{a0}×)");
    }
    if let Some((with, without, _)) = m.throttled {
        said += &format!(
            "; {} requests were refused as too many with it, {} without",
            count(with as f64),
            count(without as f64)
        );
    }
    said += &format!(
        "; 99 %: {} against {} (the vendor's yardstick for a read is {})",
        ms(m.p99.0),
        ms(m.p99.1),
        ms(YARDSTICK)
    );
    if let Some((with, without)) = m.load {
        said += &format!("; load {with:.1} against {without:.1} request units a second");
    }
    said
}

fn measure(hours: &Hours) -> Option<Measured> {
    let whole = hours::sides(hours.beta.iter().chain(&hours.baseline));
    let at = |side: &Side, q: f64| quantile::of_buckets(&pairs(hours, side), q).filter(|x| *x > 0.0);
    let p95 = (at(&whole.with, 0.95)?, at(&whole.without, 0.95)?);
    let p99 = (at(&whole.with, 0.99)?, at(&whole.without, 0.99)?);
    let groups = [&hours.beta, &hours.baseline];
    let about = hours.beta.iter().filter(|day| day.about()).count();
    let plan = Plan { draws: DRAWS, seed: SEED, level: 1.0 - ALPHA, blocks: about };
    let spread = bootstrap::blocks(&groups.map(Vec::len), plan, |picked| {
        let days = picked.iter().zip(groups).flat_map(|(places, group)| places.iter().map(|at| &group[*at]));
        let drawn = hours::sides(days);
        Some(at(&drawn.with, 0.95)? / at(&drawn.without, 0.95)?)
    })?;
    let per_read = (whole.with.charge / whole.with.reads(), whole.without.charge / whole.without.reads());
    let charge = (per_read.0, per_read.1, per_read.0 / per_read.1);
    let load = (whole.with.charge / whole.with.seconds, whole.counted.charge / whole.counted.seconds);
    Some(Measured {
        ratio: p95.0 / p95.1,
        lower: spread.lower,
        upper: spread.upper,
        p: spread.p_greater,
        p_adjusted: spread.p_greater,
        p95,
        p99,
        reads: (whole.with.reads(), whole.counted.reads()),
        days: about,
        charge: Some(charge).filter(|(_, _, ratio)| hours.charged && ratio.is_finite()),
        throttled: hours.throttling.then(|| throttled(&whole)),
        load: Some(load).filter(|(with, without)| hours.charged && with.is_finite() && without.is_finite()),
    })
}

fn pairs(hours: &Hours, side: &Side) -> Vec<(f64, f64)> {
    hours.bounds.iter().copied().zip(side.buckets.iter().copied()).collect()
}

/// Refusals with and without, and whether the former are clearly more per read.
fn throttled(whole: &Sides) -> (u64, u64, bool) {
    let rate = |side: &Side| Rate { events: side.throttled.round() as u64, exposure: side.reads() };
    let (with, without) = (rate(&whole.with), rate(&whole.counted));
    let more = poisson::ratio(with, without, 1.0 - 2.0 * ALPHA)
        .is_some_and(|test| test.p_mid <= ALPHA && test.ratio.is_none_or(|r| r > 1.0));
    (with.events, without.events, more)
}
