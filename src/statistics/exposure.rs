//! How much must be seen before "no error" or "no crash" means something; the other side's rate is taken as known.

use super::poisson::MOST_EVENTS;
use super::{is_share, root, saddle};

/// One-sided upper bound of a Poisson mean of which `events` were seen, missed with a chance of at most `alpha`: F.
/// Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936). Infinite where `alpha` is not between
/// 0 and 1.
#[must_use]
pub fn poisson_upper(events: u64, alpha: f64) -> f64 {
    if !is_share(alpha) {
        return f64::INFINITY;
    }
    let start = (events as f64 + 0.5).ln();
    root::crossing(start, |log_mean| at_most(events, log_mean.exp()) <= alpha).exp()
}

/// Requests from which on `events` episodes are compatible with a rate below `margin` times `baseline`, at 95 %:
/// `U / (margin × baseline)` with U from [`poisson_upper`], rounded up. `None` where the baseline or the margin is not
/// positive and finite, so that no exposure suffices.
#[must_use]
pub fn minimum(events: u64, baseline: f64, margin: f64) -> Option<u64> {
    let limit = baseline * margin;
    let needed = (poisson_upper(events, 0.05) / limit).ceil();
    (limit > 0.0 && limit.is_finite() && needed < u64::MAX as f64).then_some(needed as u64)
}

/// The smallest factor by which the rate must have risen so that an exact one-sided Poisson test at `alpha` finds it
/// with a chance of `power`. `None` where the expected number of events, `requests × baseline`, is not positive or
/// above 10^9, or `alpha` or `power` not between 0 and 1.
#[must_use]
pub fn detectable_rise(requests: f64, baseline: f64, alpha: f64, power: f64) -> Option<f64> {
    let expected = requests * baseline;
    if !(expected > 0.0 && expected <= MOST_EVENTS as f64 && requests > 0.0 && is_share(alpha) && is_share(power)) {
        return None;
    }
    let critical = critical_count(expected, alpha);
    let start = (critical as f64).max(0.5).ln();
    let needed = root::crossing(start, |log_mean| at_least(critical, log_mean.exp()) >= power).exp();
    Some((needed / expected).max(1.0))
}

/// The chance that a share of all users would show itself in none of `n` testers.
#[must_use]
pub fn chance_missed(share: f64, n: u64) -> f64 {
    saddle::binomial(0, n, share.clamp(0.0, 1.0), 1.0 - share.clamp(0.0, 1.0))
}

/// The largest share of all users that `n` testers without an event leave possible, at `1 - alpha`; 1 for no tester.
#[must_use]
pub fn share_ruled_out(n: u64, alpha: f64) -> f64 {
    super::proportion::clopper_pearson_upper(0, n, alpha)
}

/// The smallest count that is reached with a chance of at most `alpha` under this mean.
fn critical_count(mean: f64, alpha: f64) -> u64 {
    let (mut low, mut high) = (0_u64, (mean as u64).saturating_add(1));
    while at_least(high, mean) > alpha && high < u64::MAX / 4 {
        low = high;
        high *= 2;
    }
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if at_least(middle, mean) > alpha { low = middle } else { high = middle }
    }
    high
}

/// `P(X ≥ k)` for `X ~ Poisson(mean)`.
fn at_least(k: u64, mean: f64) -> f64 {
    match k.checked_sub(1) {
        None => 1.0,
        Some(_) if k as f64 > mean => sum_up(k, mean),
        Some(below) => 1.0 - sum_down(below, mean),
    }
}

/// `P(X ≤ k)` for `X ~ Poisson(mean)`.
fn at_most(k: u64, mean: f64) -> f64 {
    if (k as f64) < mean { sum_down(k, mean) } else { 1.0 - sum_up(k.saturating_add(1), mean) }
}

/// Sum of the masses at and above k, above the mean, where they fall.
fn sum_up(k: u64, mean: f64) -> f64 {
    let (mut sum, mut term, mut at) = (1.0, 1.0, k as f64);
    while term > sum * 1e-17 {
        at += 1.0;
        term *= mean / at;
        sum += term;
    }
    (saddle::poisson(k, mean) * sum).min(1.0)
}

/// Sum of the masses at and below k, below the mean, where they fall.
fn sum_down(k: u64, mean: f64) -> f64 {
    let (mut sum, mut term, mut at) = (1.0, 1.0, k as f64);
    while term > sum * 1e-17 && at > 0.0 {
        term *= at / mean;
        at -= 1.0;
        sum += term;
    }
    (saddle::poisson(k, mean) * sum).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bounds and the table of the specification.
    #[test]
    fn agrees_with_the_table_of_minimum_exposures() {
        for (k, bound) in [2.996, 4.744, 6.296, 7.754, 9.154].into_iter().enumerate() {
            assert!((poisson_upper(k as u64, 0.05) - bound).abs() < 5e-4);
        }
        let table = [
            (0.001, 2.0, [1_498, 2_372, 3_148, 3_877, 4_577]),
            (0.001, 3.0, [999, 1_582, 2_099, 2_585, 3_052]),
            (0.005, 2.0, [300, 475, 630, 776, 916]),
            (0.01, 2.0, [150, 238, 315, 388, 458]),
            (0.02, 2.0, [75, 119, 158, 194, 229]),
        ];
        for (baseline, margin, row) in table {
            for (k, wanted) in row.into_iter().enumerate() {
                assert_eq!(minimum(k as u64, baseline, margin), Some(wanted), "{baseline} {margin} {k}");
            }
        }
    }

    /// Rises that are found with 80 % at 0.05 and at 0.05 / 6.
    #[test]
    fn agrees_with_the_table_of_detectable_rises() {
        let table = [
            (300.0, 0.005, 4.5, 5.3, 0.05),
            (1_000.0, 0.005, 2.5, 3.0, 0.05),
            (3_912.0, 0.005, 1.7, 1.9, 0.05),
            (10_000.0, 0.005, 1.4, 1.5, 0.05),
            (1_000.0, 0.0005, 8.6, 11.0, 0.5),
            (3_912.0, 96.0 / 71_420.0, 2.4, 2.9, 0.2),
        ];
        for (requests, baseline, alone, in_six, within) in table {
            let one = detectable_rise(requests, baseline, 0.05, 0.8).expect("a rise");
            let six = detectable_rise(requests, baseline, 0.05 / 6.0, 0.8).expect("a rise");
            assert!((one - alone).abs() <= 0.05, "{requests} {baseline}: {one}");
            assert!((six - in_six).abs() <= within, "{requests} {baseline}: {six}");
        }
    }

    /// Ten, five and twenty testers without a crash; 59 refreshes without a failure.
    #[test]
    fn agrees_with_the_figures_for_few_people() {
        for (n, bound, missed) in [(10, 0.26, 0.35), (5, 0.45, 0.59), (20, 0.14, 0.12)] {
            assert!((share_ruled_out(n, 0.05) - bound).abs() < 0.005);
            assert!((chance_missed(0.1, n) - missed).abs() < 0.005);
        }
        assert!(share_ruled_out(59, 0.05) <= 0.05 && share_ruled_out(58, 0.05) > 0.05);
        assert_eq!(share_ruled_out(0, 0.05), 1.0);
    }

    /// A known mean is bounded by itself: seeing k or fewer has the chance that the bound leaves.
    #[test]
    fn the_bound_leaves_what_it_says() {
        for k in [0, 1, 7, 150, 40_000, 3_000_000] {
            for alpha in [0.2, 0.05, 1e-6] {
                let left = at_most(k, poisson_upper(k, alpha));
                assert!((left - alpha).abs() < 1e-9 * alpha.max(1e-3), "{k} {alpha}: {left}");
            }
        }
    }

    #[test]
    fn refuses_what_makes_no_sense() {
        assert_eq!(minimum(3, 0.0, 2.0), None);
        assert_eq!(minimum(3, f64::NAN, 2.0), None);
        assert_eq!(detectable_rise(0.0, 0.01, 0.05, 0.8), None);
        assert_eq!(detectable_rise(100.0, 0.01, 1.5, 0.8), None);
        assert_eq!(poisson_upper(3, 0.0), f64::INFINITY);
    }
}
