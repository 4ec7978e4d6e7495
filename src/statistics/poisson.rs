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

    fn compared(a: (u64, f64), b: (u64, f64), level: f64) -> Ratio {
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
}
