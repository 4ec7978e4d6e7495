//! Two Poisson rates compared within strata that may have any rates of their own, such as hours of the day.
//!
//! Given each stratum's total, the first's events are a sum of binomials, `m_s ~ Binomial(n_s, π_s(θ))` with
//! `π_s(θ) = θ E_as / (θ E_as + E_bs)`: E. L. Lehmann and J. P. Romano, "Testing Statistical Hypotheses", chapter 4, on
//! conditional tests of one parameter of an exponential family. The test that ignores strata is the one with a single
//! stratum.

use super::binomial::{self, Binomial};
use super::convolution::{Law, Part};
use super::poisson::{self, Ratio};
use super::{Rate, is_share, normal, root};

/// Both sides within one stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    pub a: Rate,
    pub b: Rate,
}

impl Stratum {
    /// The first's share of the exposure; `None` where one side was not exposed, so that nothing is compared.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        self.a.rate().and(self.b.rate())?;
        Some(1.0 / (1.0 + self.b.exposure / self.a.exposure))
    }

    /// An exposure of 0 is possible, for instance at night, but no event happens in it.
    fn possible(&self) -> bool {
        let fine =
            |side: Rate| side.exposure.is_finite() && (side.exposure > 0.0 || side.exposure == 0.0 && side.events == 0);
        fine(self.a) && fine(self.b)
    }
}

/// Compares the rates under one common ratio. The estimate is the conditional maximum-likelihood one, at which the
/// first's expected events are those observed; with one stratum it is the ratio of the rates. `exact` is false where
/// the convolution would be too much work (never up to 5,000 events): then the normal distribution with continuity
/// correction is used, and `p_minlike` is the central two-sided p-value.
///
/// `None` where no stratum has both sides exposed, an exposure is negative, not finite, or 0 with events, `level` is
/// not between 0 and 1, or there are more than [`poisson::MOST_EVENTS`].
#[must_use]
pub fn ratio(strata: &[Stratum], level: f64) -> Option<Ratio> {
    let pooled = Pooled::of(strata)?;
    if let [only] = pooled.parts.as_slice() {
        return poisson::conditional(pooled.m, only.n, only.log_odds, level);
    }
    if !is_share(level) {
        return None;
    }
    let half = (1.0 - level) / 2.0;
    let equal = Law::of(&pooled.parts, 0.0);
    let near = pooled.law_near();
    let exact = equal.is_some() && near.is_some();
    let (greater, less) = pooled.tails(equal.as_ref(), 0.0);
    let two_sided = (2.0 * greater.min(less)).min(1.0);
    let here = equal.as_ref().map_or_else(|| greater + less - 1.0, |law| law.mass(pooled.m));
    Some(Ratio {
        ratio: Some(if pooled.m > 0 { pooled.log_estimate(pooled.m as f64).exp() } else { 0.0 })
            .filter(|_| pooled.m < pooled.n),
        p_greater: greater,
        p_less: less,
        p_two_sided: two_sided,
        p_minlike: equal.as_ref().map_or(two_sided, |law| law.as_unlikely_as(pooled.m)),
        p_mid: (greater - here / 2.0).clamp(0.0, 1.0),
        lower: pooled.lower(near.as_ref(), half),
        upper: pooled.upper(near.as_ref(), half),
        exact,
    })
}

/// One-sided upper bound of the ratio, missed with a chance of at most `alpha`; infinite where nothing bounds it, which
/// includes all that makes [`ratio`] return `None`.
#[must_use]
pub fn upper_bound(strata: &[Stratum], alpha: f64) -> f64 {
    match Pooled::of(strata) {
        Some(pooled) if is_share(alpha) => pooled.upper(pooled.law_near().as_ref(), alpha),
        _ => f64::INFINITY,
    }
}

/// One-sided lower bound of the ratio, missed with a chance of at most `alpha`; 0 where nothing bounds it.
#[must_use]
pub fn lower_bound(strata: &[Stratum], alpha: f64) -> f64 {
    match Pooled::of(strata) {
        Some(pooled) if is_share(alpha) => pooled.lower(pooled.law_near().as_ref(), alpha),
        _ => 0.0,
    }
}

/// One-sided mid-p-value against "not greater than equal"; 1 where nothing can be compared.
#[must_use]
pub fn p_mid_greater(strata: &[Stratum]) -> f64 {
    ratio(strata, 0.95).map_or(1.0, |r| r.p_mid)
}

/// What the test looks at: the first's events among all, and how the strata share them out.
#[derive(Debug)]
struct Pooled {
    m: u64,
    n: u64,
    parts: Vec<Part>,
}

impl Pooled {
    /// Strata with the same odds are one, and strata without events or with one side only are none.
    fn of(strata: &[Stratum]) -> Option<Self> {
        if !strata.iter().all(Stratum::possible) {
            return None;
        }
        let (mut m, mut n) = (0_u64, 0_u64);
        let mut parts = Vec::new();
        for stratum in strata.iter().filter(|s| s.share().is_some()) {
            let log_odds = poisson::log_odds(stratum.a.exposure, stratum.b.exposure);
            let events = poisson::total(stratum.a, stratum.b)?;
            (m, n) = (m + stratum.a.events, n + events);
            if n > poisson::MOST_EVENTS {
                return None;
            }
            parts.push(Part { n: events, log_odds });
        }
        // In a fixed order, so that the order of the strata does not even change the last digit.
        parts.sort_by(|a, b| a.log_odds.total_cmp(&b.log_odds));
        parts.dedup_by(|next, kept| {
            let same = next.log_odds.to_bits() == kept.log_odds.to_bits();
            kept.n += if same { next.n } else { 0 };
            same
        });
        let some = parts.first().copied();
        parts.retain(|part| part.n > 0);
        if parts.is_empty() {
            parts.push(some?);
        }
        Some(Pooled { m, n, parts })
    }

    fn expected(&self, log_theta: f64) -> f64 {
        self.parts.iter().map(|p| Binomial::of_log_odds(p.n, p.log_odds + log_theta).mean()).sum()
    }

    /// Logarithm of the ratio at which so many of the first's events are expected.
    fn log_estimate(&self, events: f64) -> f64 {
        root::crossing(0.0, |log_theta| self.expected(log_theta) >= events)
    }

    /// The distribution where the observation is likely, so that the masses that decide a bound are not rounded away.
    fn law_near(&self) -> Option<Law> {
        if self.parts.len() < 2 {
            return None;
        }
        let events = (self.m as f64).clamp(0.5, self.n as f64 - 0.5);
        Law::of(&self.parts, self.log_estimate(events))
    }

    /// `P(M ≥ m)` and `P(M ≤ m)`, by the exact law where there is one.
    fn tails(&self, law: Option<&Law>, log_theta: f64) -> (f64, f64) {
        if let Some(law) = law {
            let tails = law.tails(self.m, log_theta);
            return (tails.at_least, tails.at_most);
        }
        let variance: f64 =
            self.parts.iter().map(|p| Binomial::of_log_odds(p.n, p.log_odds + log_theta).variance()).sum();
        let (excess, spread) = (self.m as f64 - self.expected(log_theta), variance.sqrt());
        if spread == 0.0 {
            return (1.0, 1.0);
        }
        (normal::above((excess - 0.5) / spread), normal::below((excess + 0.5) / spread))
    }

    fn lower(&self, law: Option<&Law>, alpha: f64) -> f64 {
        if self.m == 0 {
            return 0.0;
        }
        if let [only] = self.parts.as_slice() {
            return binomial::lower_log_odds(self.m, only.n, alpha).map_or(0.0, |odds| (odds - only.log_odds).exp());
        }
        root::crossing(self.start(), |log_theta| self.tails(law, log_theta).0 >= alpha).exp()
    }

    fn upper(&self, law: Option<&Law>, alpha: f64) -> f64 {
        if self.m >= self.n {
            return f64::INFINITY;
        }
        if let [only] = self.parts.as_slice() {
            let bound = binomial::upper_log_odds(self.m, only.n, alpha);
            return bound.map_or(f64::INFINITY, |odds| (odds - only.log_odds).exp());
        }
        root::crossing(self.start(), |log_theta| self.tails(law, log_theta).1 <= alpha).exp()
    }

    fn start(&self) -> f64 {
        self.log_estimate((self.m as f64).clamp(0.5, self.n as f64 - 0.5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(a: (u64, f64), b: (u64, f64)) -> Stratum {
        let rate = |(events, exposure)| Rate { events, exposure };
        Stratum { a: rate(a), b: rate(b) }
    }

    fn three() -> [Stratum; 3] {
        [stratum((3, 40.0), (5, 500.0)), stratum((0, 15.0), (2, 900.0)), stratum((4, 120.0), (9, 400.0))]
    }

    /// NumPy's `convolve` of SciPy's `binom.pmf` at θ, and `brentq` for the bounds.
    #[test]
    fn agrees_with_scipy() {
        let found = ratio(&three(), 0.95).expect("a comparison");
        for (found, wanted) in [
            (found.ratio.expect("an estimate"), 2.5087250864635),
            (found.p_greater, 0.0528527226686),
            (found.p_less, 0.9830313500532),
            (found.p_two_sided, 0.1057054453372),
            (found.p_minlike, 0.0701106726865),
            (found.p_mid, 0.0349106863077),
            (found.lower, 0.8300278850588),
            (found.upper, 6.8931753432747),
        ] {
            assert!((found - wanted).abs() < 1e-10 * wanted, "{found} is not {wanted}");
        }
        assert!(found.exact);
    }

    #[test]
    fn one_stratum_is_the_pooled_test() {
        let only = stratum((9, 3_912.0), (96, 71_420.0));
        let (found, wanted) = (ratio(&[only], 0.9), poisson::ratio(only.a, only.b, 0.9));
        let same = |one: Ratio, two: Ratio| {
            assert!((one.ratio.expect("one") - two.ratio.expect("one")).abs() < 1e-12);
            assert_eq!(Ratio { ratio: None, ..one }, Ratio { ratio: None, ..two });
        };
        same(found.expect("a comparison"), wanted.expect("a comparison"));
        assert!((upper_bound(&[only], 0.05) - 3.09).abs() < 0.005);
    }

    /// At night nobody is there to be compared with: such an hour changes nothing, whatever happened in it.
    #[test]
    fn a_stratum_with_one_side_only_changes_nothing() {
        let all = [three().as_slice(), &[stratum((0, 0.0), (40, 900.0)), stratum((7, 10.0), (0, 0.0))]].concat();
        assert_eq!(ratio(&all, 0.95), ratio(&three(), 0.95));
    }

    #[test]
    fn what_cannot_be_is_neither_good_nor_bad_news() {
        for broken in [stratum((1, 0.0), (2, 9.0)), stratum((1, -3.0), (2, 9.0)), stratum((0, f64::NAN), (2, 9.0))] {
            let strata = [three().as_slice(), &[broken]].concat();
            assert_eq!(ratio(&strata, 0.95), None);
            assert_eq!((upper_bound(&strata, 0.05), lower_bound(&strata, 0.05)), (f64::INFINITY, 0.0));
            assert_eq!(p_mid_greater(&strata), 1.0);
        }
        assert_eq!(ratio(&[], 0.95), None);
        assert_eq!(ratio(&[stratum((0, 0.0), (3, 9.0))], 0.95), None);
        assert_eq!(ratio(&three(), 1.0), None);
        assert_eq!(upper_bound(&three(), 0.0), f64::INFINITY);
    }

    #[test]
    fn no_events_say_nothing() {
        let none = ratio(&[stratum((0, 5.0), (0, 9.0)), stratum((0, 6.0), (0, 8.0))], 0.95).expect("a comparison");
        assert_eq!((none.ratio, none.lower, none.upper), (None, 0.0, f64::INFINITY));
        assert_eq!((none.p_greater, none.p_mid), (1.0, 0.5));
        let never = ratio(&[stratum((0, 5.0), (6, 9.0)), stratum((0, 6.0), (9, 8.0))], 0.95).expect("a comparison");
        assert_eq!((never.ratio, never.lower), (Some(0.0), 0.0));
        assert!(never.upper < 1.0);
    }
}
