//! Two Poisson rates compared exactly, given how many events there were in all.
//!
//! With `n` events in both together, those of the first are `Binomial(n, π)` with `π = θ E_a / (θ E_a + E_b)` under a
//! rate ratio of θ: J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from Poisson series",
//! Biometrika 31 (1940). Bounds and p-values come from the same function, so that they never contradict each other:
//! M. P. Fay, "Two-sided exact tests and matching confidence intervals for discrete data", R Journal 2/1 (2010).

use super::binomial::{self, Binomial};
use super::{Rate, is_share};

/// Most events, in both together, that are compared; sums over more would take seconds.
pub const MOST_EVENTS: u64 = 1_000_000_000;

/// Rate of the first over rate of the second, with its tests against "equal" and its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The estimate of the ratio; `None` where the second has no events: unbounded, or without any event undefined.
    pub ratio: Option<f64>,
    /// `P(at least as many events of the first)` if the rates were equal.
    pub p_greater: f64,
    /// `P(at most as many events of the first)` if the rates were equal.
    pub p_less: f64,
    /// Twice the smaller tail, at most 1.
    pub p_two_sided: f64,
    /// All outcomes that are not likelier than the observed one, together; masses within 1e-7 of each other are equal.
    pub p_minlike: f64,
    /// `p_greater` less half the probability of the observed outcome: H. O. Lancaster, "Significance tests in discrete
    /// distributions", JASA 56 (1961).
    pub p_mid: f64,
    /// Central lower bound of the ratio: there `p_greater` is half of what the level leaves over.
    pub lower: f64,
    /// Central upper bound of the ratio: there `p_less` is half of what the level leaves over; infinite without events
    /// of the second.
    pub upper: f64,
    /// False where a normal approximation stood in for the exact distribution.
    pub exact: bool,
}

/// Compares two rates. `None` where an exposure is not positive and finite, `level` is not between 0 and 1, or there
/// are more than [`MOST_EVENTS`].
#[must_use]
pub fn ratio(a: Rate, b: Rate, level: f64) -> Option<Ratio> {
    let (rate_a, rate_b) = (a.rate()?, b.rate()?);
    let estimate = Some(rate_a / rate_b).filter(|ratio| ratio.is_finite() && b.events > 0);
    conditional(a.events, total(a, b)?, log_odds(a.exposure, b.exposure), level)
        .map(|tested| Ratio { ratio: estimate, ..tested })
}

/// The test and the bounds for `m` of `n` events whose chance of being the first's has `log_odds` when the rates are
/// equal; the estimate follows from them.
pub(super) fn conditional(m: u64, n: u64, log_odds: f64, level: f64) -> Option<Ratio> {
    if !is_share(level) {
        return None;
    }
    let half = (1.0 - level) / 2.0;
    let equal = Binomial::of_log_odds(n, log_odds);
    let (greater, less) = (equal.at_least(m), equal.at_most(m));
    let estimate = (m as f64 / (n - m) as f64).ln() - log_odds;
    Some(Ratio {
        ratio: Some(estimate.exp()).filter(|ratio| ratio.is_finite() && m < n),
        p_greater: greater,
        p_less: less,
        p_two_sided: (2.0 * greater.min(less)).min(1.0),
        p_minlike: equal.as_unlikely_as(m),
        p_mid: greater - equal.mass(m) / 2.0,
        lower: binomial::lower_log_odds(m, n, half).map_or(0.0, |odds| (odds - log_odds).exp()),
        upper: binomial::upper_log_odds(m, n, half).map_or(f64::INFINITY, |odds| (odds - log_odds).exp()),
        exact: true,
    })
}

/// Events of both; `None` where they are too many to be summed over.
pub(super) fn total(a: Rate, b: Rate) -> Option<u64> {
    a.events.checked_add(b.events).filter(|n| *n <= MOST_EVENTS)
}

/// Logarithm of `E_a / E_b`, also where the quotient itself would overflow.
pub(super) fn log_odds(a: f64, b: f64) -> f64 {
    let quotient = a / b;
    if quotient.is_normal() { quotient.ln() } else { a.ln() - b.ln() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events and exposure.
    type Side = (u64, f64);

    fn compared(a: Side, b: Side, level: f64) -> Ratio {
        let rate = |(events, exposure)| Rate { events, exposure };
        ratio(rate(a), rate(b), level).expect("a comparison")
    }

    fn near(found: f64, wanted: f64, within: f64) {
        assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
    }

    /// Vignettes of the R packages rateratio.test and exactci.
    #[test]
    fn agrees_with_the_published_results() {
        let one = compared((2, 17_877.0), (9, 16_660.0), 0.95);
        near(one.p_two_sided, 0.05011, 5e-6);
        near(one.lower, 0.02177, 5e-6);
        near(one.upper, 1.00055, 5e-6);
        let other = compared((2, 17_877.0), (10, 20_000.0), 0.95);
        near(other.lower, 0.02384, 5e-6);
        near(other.upper, 1.04995, 5e-6);
        near(other.p_two_sided, 0.0606, 5e-5);
        near(other.p_minlike, 0.042, 5e-4);
    }

    /// Worked examples of the decision rule: episodes and requests, ratio, p and one-sided 95 % bound.
    #[test]
    fn agrees_with_the_worked_examples() {
        for (a, b, estimate, p, upper) in [
            ((4, 3_912.0), (96, 71_420.0), 0.76, 0.77, 1.79),
            ((5, 3_912.0), (96, 71_420.0), 0.95, 0.61, 2.06),
            ((9, 3_912.0), (96, 71_420.0), 1.71, 0.096, 3.09),
            ((0, 800.0), (40, 60_000.0), 0.0, 1.0, 5.83),
            ((1, 120.0), (20, 15_000.0), 6.3, 0.15, 32.6),
        ] {
            let found = compared(a, b, 0.90);
            near(found.ratio.expect("an estimate"), estimate, 0.06);
            near(found.p_greater, p, 0.006);
            near(found.upper, upper, upper / 500.0);
        }
    }

    /// SciPy 1.17: `binom.sf`, `binom.cdf` and `binomtest` of m in m + w with p = E_a / (E_a + E_b), `beta.ppf` for the
    /// bounds: p greater, p less, p minlike, mid-p, lower, upper.
    #[test]
    fn agrees_with_scipy() {
        let vectors: [(Side, Side, [f64; 6]); 5] = [
            (
                (2, 17_877.0),
                (9, 16_660.0),
                [
                    0.9957866808045,
                    0.02505324780705,
                    0.03309420320591,
                    0.9853667164987,
                    0.02177406275906,
                    1.000549104488,
                ],
            ),
            (
                (2, 17_877.0),
                (10, 20_000.0),
                [
                    0.9944917916687,
                    0.03027822421684,
                    0.04213433422932,
                    0.9821067837259,
                    0.02383738234878,
                    1.049954677596,
                ],
            ),
            (
                (4, 3_912.0),
                (96, 71_420.0),
                [0.7685861045558, 0.4019328166424, 0.8206700591043, 0.6833266439567, 0.2031406131562, 2.01178705786],
            ),
            (
                (9, 3_912.0),
                (96, 71_420.0),
                [0.09600474906258, 0.9533465894054, 0.1209866740453, 0.07132907982858, 0.7596112430264, 3.386845511393],
            ),
            (
                (12_345, 1e6),
                (23_000, 2e6),
                [1.250900986e-10, 0.9999999998837, 2.441454638e-10, 1.207102283e-10, 1.050174299248, 1.097259899686],
            ),
        ];
        for (a, b, wanted) in vectors {
            let found = compared(a, b, 0.95);
            let parts = [found.p_greater, found.p_less, found.p_minlike, found.p_mid, found.lower, found.upper];
            for (found, wanted) in parts.into_iter().zip(wanted) {
                near(found, wanted, wanted * 1e-8);
            }
        }
    }

    #[test]
    fn refuses_what_cannot_be_compared() {
        let some = Rate { events: 3, exposure: 10.0 };
        for exposure in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(ratio(Rate { events: 0, exposure }, some, 0.95), None);
            assert_eq!(ratio(some, Rate { events: 0, exposure }, 0.95), None);
        }
        for level in [0.0, 1.0, -0.5, f64::NAN] {
            assert_eq!(ratio(some, some, level), None);
        }
        assert_eq!(ratio(Rate { events: MOST_EVENTS, ..some }, some, 0.95), None);
    }

    /// No event on either side is judged on exposure, not here: nothing is bounded and nothing is significant.
    #[test]
    fn no_events_say_nothing() {
        let none = compared((0, 10.0), (0, 20.0), 0.95);
        assert_eq!((none.ratio, none.lower, none.upper), (None, 0.0, f64::INFINITY));
        assert_eq!((none.p_greater, none.p_two_sided, none.p_minlike, none.p_mid), (1.0, 1.0, 1.0, 0.5));
        let unbounded = compared((5, 10.0), (0, 20.0), 0.95);
        assert_eq!((unbounded.ratio, unbounded.upper), (None, f64::INFINITY));
        assert!(unbounded.lower > 1.0 && unbounded.p_greater < 0.01);
    }
}
