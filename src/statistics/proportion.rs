//! Bounds of a share of which `k` in `n` were seen.

use super::{binomial, is_share, normal};

/// Exact bounds, lower and upper, each missed with at most half of what the level leaves over: C. J. Clopper and E. S.
/// Pearson, Biometrika 26 (1934). `None` where n is 0, k above n, or `level` not between 0 and 1.
#[must_use]
pub fn clopper_pearson(k: u64, n: u64, level: f64) -> Option<(f64, f64)> {
    if n == 0 || k > n || !is_share(level) {
        return None;
    }
    let half = (1.0 - level) / 2.0;
    let lower = binomial::lower_log_odds(k, n, half).map_or(0.0, logistic);
    let upper = binomial::upper_log_odds(k, n, half).map_or(1.0, logistic);
    Some((lower, upper))
}

/// The exact one-sided upper bound, missed with a chance of at most `alpha`; 1 where nothing is known (n = 0) or the
/// arguments make no sense, so that a bound never comforts by mistake.
#[must_use]
pub fn clopper_pearson_upper(k: u64, n: u64, alpha: f64) -> f64 {
    if n == 0 || k > n || !is_share(alpha) {
        return 1.0;
    }
    binomial::upper_log_odds(k, n, alpha).map_or(1.0, logistic)
}

/// The score interval, lower and upper: E. B. Wilson, "Probable inference", JASA 22 (1927). Shorter than the exact one,
/// and right on average rather than always. `None` as for [`clopper_pearson`].
#[must_use]
pub fn wilson(k: u64, n: u64, level: f64) -> Option<(f64, f64)> {
    if n == 0 || k > n || !is_share(level) {
        return None;
    }
    let (hits, misses, all) = (k as f64, (n - k) as f64, n as f64);
    let z = normal::upper_quantile((1.0 - level) / 2.0);
    let square = z * z;
    let centre = hits + square / 2.0;
    let reach = z * (hits * misses / all + square / 4.0).sqrt();
    let lower = if k == 0 { 0.0 } else { (centre - reach) / (all + square) };
    let upper = if k == n { 1.0 } else { (centre + reach) / (all + square) };
    Some((lower, upper))
}

fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Chance of at least `k` events in `n` tries of chance `share` each.
#[must_use]
pub fn at_least(k: u64, n: u64, share: f64) -> f64 {
    if k == 0 || share >= 1.0 && k <= n {
        return 1.0;
    }
    if share <= 0.0 || k > n {
        return 0.0;
    }
    binomial::Binomial::of_log_odds(n, share.ln() - (-share).ln_1p()).at_least(k)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SciPy 1.17: `binomtest(k, n).proportion_ci(0.95, "exact")` and `"wilson"`
    #[test]
    fn agrees_with_scipy() {
        for (k, n, exact, score) in [
            (0, 10, (0.0, 0.308497107819), (0.0, 0.277532799863)),
            (3, 20, (0.0320709371855, 0.378926826545), (0.0523687458962, 0.360418864741)),
            (59, 59, (0.93939109905, 1.0), (0.938870629473, 1.0)),
            (2, 4_711, (5.14176951584e-5, 0.0015327281986), (1.16431439849e-4, 0.00154671224996)),
        ] {
            for (found, wanted) in [(clopper_pearson(k, n, 0.95), exact), (wilson(k, n, 0.95), score)] {
                let found = found.expect("bounds");
                assert!((found.0 - wanted.0).abs() < 1e-11 && (found.1 - wanted.1).abs() < 1e-11, "{k}/{n} {found:?}");
            }
        }
    }

    #[test]
    fn nothing_seen_rules_out_nothing() {
        assert_eq!((clopper_pearson(0, 0, 0.95), wilson(0, 0, 0.95)), (None, None));
        assert_eq!((clopper_pearson(3, 2, 0.95), wilson(1, 2, 1.0)), (None, None));
        assert_eq!(clopper_pearson_upper(0, 0, 0.05), 1.0);
        assert_eq!(clopper_pearson_upper(7, 7, 0.05), 1.0);
        assert_eq!(clopper_pearson_upper(0, 7, f64::NAN), 1.0);
    }
}
