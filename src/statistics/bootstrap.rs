//! Bounds of any ratio by drawing whole blocks, and of one in particular: measurements with the cohort over those
//! without.
//!
//! Bins of one day resemble each other, so whole days are drawn, not bins: B. Efron and R. J. Tibshirani, "An
//! Introduction to the Bootstrap" (1993), chapters 8 and 13 (blocks, percentile bounds). Bounds from three or four
//! days miss more often than they say, however widened; docs/statistics.md has how often.

use std::collections::BTreeMap;

use super::random::Random;
use super::{is_share, normal, student};

/// Fewest days with the cohort about from which bounds are drawn.
pub const FEWEST_DAYS: usize = 3;

/// Most sums of a day's class that one bootstrap adds up.
pub const MOST_WORK: usize = 500_000_000;

/// Draws of the packet's bootstrap.
pub const DRAWS: usize = 2_000;

/// One bin: what was measured in it, such as the 95th percentile of a latency in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Bins are compared within a class only: hour of the day, weekday or weekend.
    pub class: u16,
    /// Whether the cohort was active in it.
    pub on: bool,
    /// In any unit; positive and finite, or it is left out.
    pub value: f64,
}

/// The bins of one day, in any order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Day {
    pub bins: Vec<Bin>,
}

/// Mean with the cohort over the mean without it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    pub ratio: f64,
    pub spread: Spread,
    /// Days with a bin of the cohort that was compared.
    pub days: usize,
}

/// How a ratio varies over the draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// One-sided lower bound at the level.
    pub lower: f64,
    /// One-sided upper bound at the level; infinite where too many draws had nothing to compare.
    pub upper: f64,
    /// Against "not greater than 1": from the share of draws with a ratio of 1 or less, never 0.
    pub p_greater: f64,
    /// Draws that had something to compare.
    pub usable: usize,
}

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Number of draws.
    pub draws: usize,
    pub seed: u64,
    /// Of the one-sided bounds.
    pub level: f64,
    /// Blocks that the ratio's variation comes from, such as the days with the cohort about. Percentiles of draws from
    /// few blocks lie too close together; bounds and p-value are widened to what Student's t would give.
    pub blocks: usize,
}

impl Plan {
    /// The share of draws that lies below the upper bound: T. Hesterberg, "What teachers should know about the
    /// bootstrap", Am. Statist. 69 (2015), the expanded percentile interval.
    fn expanded(&self) -> f64 {
        normal::below(self.stretch() * student::upper_quantile(1.0 - self.level, self.blocks - 1))
    }

    /// The same for a p-value: the share of draws that lies beyond the ratio under test, as a tail of Student's t.
    fn expanded_p(&self, share: f64) -> f64 {
        student::above(normal::upper_quantile(share) / self.stretch(), self.blocks - 1)
    }

    /// The spread of a sample's draws is that of the sample, which divides by n where n - 1 is due.
    fn stretch(&self) -> f64 {
        (self.blocks as f64 / (self.blocks as f64 - 1.0)).sqrt()
    }
}

/// Draws from each group of blocks as many as it has, with replacement, as often as planned; `statistic` gets the places
/// of the drawn blocks, group by group, and answers a ratio, or `None` where there is nothing to compare among them:
/// such a draw counts for neither bound and as no evidence. The same arguments give the same result.
///
/// `None` where `draws` is 0, `level` is not between 0 and 1, or there are fewer than 2 blocks.
#[must_use]
pub fn blocks(sizes: &[usize], plan: Plan, statistic: impl Fn(&[Vec<usize>]) -> Option<f64>) -> Option<Spread> {
    if plan.draws == 0 || !is_share(plan.level) || plan.blocks < 2 {
        return None;
    }
    let mut random = Random::new(plan.seed);
    let mut one = || {
        let chosen: Vec<Vec<usize>> =
            sizes.iter().map(|size| (0..*size).map(|_| random.below(*size)).collect()).collect();
        statistic(&chosen).filter(|ratio| !ratio.is_nan())
    };
    let drawn: Vec<Option<f64>> = (0..plan.draws).map(|_| one()).collect();
    let at = |share: f64, missing: f64| {
        let mut sorted: Vec<f64> = drawn.iter().map(|ratio| ratio.unwrap_or(missing)).collect();
        sorted.sort_by(f64::total_cmp);
        sorted[((share * plan.draws as f64).ceil() as usize).clamp(1, plan.draws) - 1]
    };
    let not_greater = drawn.iter().filter(|ratio| ratio.is_none_or(|ratio| ratio <= 1.0)).count();
    let level = plan.expanded();
    Some(Spread {
        lower: at(1.0 - level, f64::NEG_INFINITY).max(0.0),
        upper: at(level, f64::INFINITY),
        p_greater: plan.expanded_p((1 + not_greater) as f64 / (2 + plan.draws) as f64),
        usable: drawn.iter().flatten().count(),
    })
}

/// The mean of the bins with the cohort, over the mean that bins without it have when each class counts as often as
/// among the former, with bounds by drawing days.
///
/// `None` where no class has bins of both kinds, fewer than [`FEWEST_DAYS`] days have such a bin of the cohort, `level` is
/// not between 0 and 1, `draws` is 0, or the sums would be more than [`MOST_WORK`].
#[must_use]
pub fn ratio(days: &[Day], draws: usize, seed: u64, level: f64) -> Option<Ratio> {
    let summed = compared(days);
    let classes = summed.first()?.len();
    let about = summed.iter().filter(|day| day.iter().any(|class| class.on.1 > 0.0)).count();
    if about < FEWEST_DAYS || draws.checked_mul(summed.len())?.checked_mul(classes)? > MOST_WORK {
        return None;
    }
    let estimate = of_days(summed.iter(), classes)?;
    let of_drawn = |chosen: &[Vec<usize>]| of_days(chosen.iter().flatten().map(|day| &summed[*day]), classes);
    let spread = blocks(&[summed.len()], Plan { draws, seed, level, blocks: about }, of_drawn)?;
    Some(Ratio { ratio: estimate, spread, days: about })
}

/// Sum and number of the values of one class of a day, with and without the cohort.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    on: (f64, f64),
    off: (f64, f64),
}

/// Sums by day and class, of the classes that have bins of both kinds and the days that have bins of such a class.
fn compared(days: &[Day]) -> Vec<Vec<Sums>> {
    let usable = |bin: &&Bin| bin.value > 0.0 && bin.value.is_finite();
    let mut kinds: BTreeMap<u16, (bool, bool)> = BTreeMap::new();
    for bin in days.iter().flat_map(|day| &day.bins).filter(usable) {
        let (on, off) = kinds.entry(bin.class).or_default();
        (*on, *off) = (*on || bin.on, *off || !bin.on);
    }
    let both = kinds.into_iter().filter(|(_, (on, off))| *on && *off);
    let place: BTreeMap<u16, usize> = both.enumerate().map(|(at, (class, _))| (class, at)).collect();
    let sums = |day: &Day| {
        let mut sums = vec![Sums::default(); place.len()];
        let mut some = false;
        for bin in day.bins.iter().filter(usable) {
            let Some(at) = place.get(&bin.class) else { continue };
            let (sum, number) = if bin.on { &mut sums[*at].on } else { &mut sums[*at].off };
            *sum += bin.value;
            *number += 1.0;
            some = true;
        }
        some.then_some(sums)
    };
    days.iter().filter_map(sums).collect()
}

/// The ratio over some days; `None` where no class has both kinds among them.
fn of_days<'a>(days: impl Iterator<Item = &'a Vec<Sums>>, classes: usize) -> Option<f64> {
    let mut all = vec![Sums::default(); classes];
    for day in days {
        for (sum, one) in all.iter_mut().zip(day) {
            sum.on = (sum.on.0 + one.on.0, sum.on.1 + one.on.1);
            sum.off = (sum.off.0 + one.off.0, sum.off.1 + one.off.1);
        }
    }
    let (mut seen, mut expected) = (0.0, 0.0);
    for class in all.iter().filter(|c| c.on.1 > 0.0 && c.off.1 > 0.0) {
        seen += class.on.0;
        expected += class.on.1 * (class.off.0 / class.off.1);
    }
    let ratio: f64 = seen / expected;
    ratio.is_finite().then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(on: &[(u16, f64)], off: &[(u16, f64)]) -> Day {
        let bins = |side: &[(u16, f64)], on: bool| -> Vec<Bin> {
            side.iter().map(|(class, value)| Bin { class: *class, on, value: *value }).collect()
        };
        Day { bins: [bins(on, true), bins(off, false)].concat() }
    }

    /// Busy hours are slow with and without the cohort; only within an hour it is compared with its like.
    #[test]
    fn compares_within_a_class_only() {
        let busy = day(&[(10, 22.0), (10, 22.0), (3, 5.5)], &[(10, 20.0), (3, 5.0), (3, 5.0), (3, 5.0)]);
        let found = ratio(&[busy.clone(), busy.clone(), busy], 100, 1, 0.95).expect("a ratio");
        assert!((found.ratio - 1.1).abs() < 1e-12);
        assert!((found.spread.lower - 1.1).abs() < 1e-12 && (found.spread.upper - 1.1).abs() < 1e-12);
        assert!(found.spread.p_greater < 0.1);
    }

    /// With three days of ratio 1, 2 and 3 against the same "off", the draws' means are those of three dice with faces
    /// 1, 2, 3: 1 in 27 draws is 1 and 1 in 27 is 3. A bound that 5 % of the draws pass lies one step inside, and is
    /// what three days give at 84.4 %: 1.645 / √(3/2) is that point of Student's t with two degrees of freedom.
    #[test]
    fn draws_whole_days_and_widens_for_few() {
        let days: Vec<Day> = [1.0, 2.0, 3.0].iter().map(|v| day(&[(0, *v)], &[(0, 1.0)])).collect();
        let found = ratio(&days, 20_000, 7, 0.844).expect("a ratio");
        assert!((found.ratio - 2.0).abs() < 1e-12);
        assert!((found.spread.lower - 4.0 / 3.0).abs() < 1e-12, "{found:?}");
        assert!((found.spread.upper - 8.0 / 3.0).abs() < 1e-12, "{found:?}");
        // 1.786 / √(3/2), the normal point of 1 in 27, as a point of Student's t.
        assert!((found.spread.p_greater - 0.141).abs() < 0.01, "{found:?}");
        assert_eq!((found.days, found.spread.usable), (3, 20_000));
        let wider = ratio(&days, 20_000, 7, 0.95).expect("a ratio");
        assert_eq!((wider.spread.lower, wider.spread.upper), (1.0, 3.0));
    }

    #[test]
    fn one_seed_gives_one_result() {
        let days: Vec<Day> = (1..8).map(|d| day(&[(0, f64::from(d))], &[(0, 3.0), (0, f64::from(d * d))])).collect();
        let with = |seed| ratio(&days, 500, seed, 0.95).expect("a ratio");
        assert_eq!(with(3), with(3));
        assert_ne!(with(3).spread.lower, with(4).spread.lower);
    }

    /// Each group gives as many blocks as it has.
    #[test]
    fn draws_from_each_group() {
        let drawn = |chosen: &[Vec<usize>]| {
            assert!(chosen[0].len() == 2 && chosen[0].iter().all(|at| *at < 2));
            assert!(chosen[1].len() == 5 && chosen[1].iter().all(|at| *at < 5) && chosen[2].is_empty());
            (chosen[1][0] < 4).then_some(2.0)
        };
        let plan = Plan { draws: 1_000, seed: 1, level: 0.9, blocks: 5 };
        let found = blocks(&[2, 5, 0], plan, drawn).expect("a spread");
        assert_eq!((found.lower, found.upper), (0.0, f64::INFINITY));
        assert!((700..900).contains(&found.usable) && found.p_greater > 0.1, "{found:?}");
        for broken in [Plan { draws: 0, ..plan }, Plan { level: 1.0, ..plan }, Plan { blocks: 1, ..plan }] {
            assert_eq!(blocks(&[2], broken, |_| Some(1.0)), None);
        }
    }

    #[test]
    fn too_little_is_no_ratio() {
        let both = day(&[(0, 1.0)], &[(0, 1.0)]);
        assert_eq!(ratio(&[], 100, 1, 0.95), None);
        assert_eq!(ratio(&[both.clone(), both.clone()], 100, 1, 0.95), None);
        let alone = vec![day(&[], &[(0, 1.0)]); 9];
        assert_eq!(ratio(&[alone.as_slice(), &[both.clone(), both.clone()]].concat(), 100, 1, 0.95), None);
        assert_eq!(ratio(&vec![day(&[(0, 1.0)], &[(1, 1.0)]); 5], 100, 1, 0.95), None);
        assert_eq!(ratio(&vec![day(&[(0, f64::NAN)], &[(0, 1.0)]); 5], 100, 1, 0.95), None);
        assert_eq!(ratio(&vec![both.clone(); 5], 0, 1, 0.95), None);
        assert_eq!(ratio(&vec![both.clone(); 5], usize::MAX, 1, 0.95), None);
        assert_eq!(ratio(&vec![both; 5], 100, 1, 1.0), None);
    }
}
