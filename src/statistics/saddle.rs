//! Binomial and Poisson probabilities to nearly full precision, for counts of any size.
//!
//! Both are written as a Gaussian factor times the exponential of small corrections, so that no large logarithms
//! cancel: C. Loader, "Fast and accurate computation of binomial probabilities" (2000).

use std::f64::consts::TAU;

/// `P(X = k)` for `X ~ Binomial(n, p)`, where `q = 1 - p` is passed too because it may be far smaller than rounding.
pub(super) fn binomial(k: u64, n: u64, p: f64, q: f64) -> f64 {
    if k > n {
        return 0.0;
    }
    let (hits, misses, all) = (k as f64, (n - k) as f64, n as f64);
    if k == 0 {
        return power(q, p, all);
    }
    if k == n {
        return power(p, q, all);
    }
    if p <= 0.0 || q <= 0.0 {
        return 0.0;
    }
    let correction = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
    let distance = deviance(hits, all * p) + deviance(misses, all * q);
    (correction - distance).exp() * (all / (TAU * hits * misses)).sqrt()
}

/// `P(X = k)` for `X ~ Poisson(mean)`.
pub(super) fn poisson(k: u64, mean: f64) -> f64 {
    if k == 0 {
        return (-mean).exp();
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let hits = k as f64;
    (-stirling_error(k) - deviance(hits, mean)).exp() / (TAU * hits).sqrt()
}

/// `share ^ n`, where `rest = 1 - share`.
fn power(share: f64, rest: f64, n: f64) -> f64 {
    if n == 0.0 {
        return 1.0;
    }
    let log = if rest < 0.5 { (-rest).ln_1p() } else { share.ln() };
    (n * log).exp()
}

/// What Stirling's formula misses of `ln n!`: `ln n! - ln(sqrt(2πn) (n/e)^n)`, for n ≥ 1.
fn stirling_error(n: u64) -> f64 {
    let x = n as f64;
    if n < 16 {
        // Up to 15! a factorial is a whole number that a float holds exactly.
        let factorial: f64 = (1..=n).map(|i| i as f64).product();
        return (factorial / ((TAU * x).sqrt() * (x / std::f64::consts::E).powf(x))).ln();
    }
    // Terms of Stirling's series, B_2j / (2j (2j-1) n^(2j-1)); the next one is below 2e-16 from n = 16.
    let terms = [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0];
    let square = x * x;
    terms.iter().rev().fold(0.0, |sum, term| sum / square + term) / x
}

/// `x ln(x / mean) + mean - x`: how far a count is from its mean, for x > 0.
fn deviance(x: f64, mean: f64) -> f64 {
    let step = (mean - x) / x;
    if step.abs() > 0.1 {
        return x * (x / mean).ln() + mean - x;
    }
    // The series of step - ln(1 + step), whose two terms would cancel.
    let mut power = step * step;
    let (mut sum, mut n) = (0.0, 2.0);
    loop {
        let next = sum + power / n;
        if next == sum {
            return x * sum;
        }
        sum = next;
        power *= -step;
        n += 1.0;
    }
}
