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
