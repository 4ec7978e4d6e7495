//! Tails of the binomial distribution, and the odds at which a tail has a given size.
//!
//! The chance of a hit is told by its logarithm of odds, so that neither it nor its complement loses precision. A tail
//! is the sum of its own terms, each from the one before; that takes about ten standard deviations of them, at most.

use super::{root, saddle};

/// A binomial distribution.
#[derive(Debug, Clone, Copy)]
pub(super) struct Binomial {
    pub(super) n: u64,
    p: f64,
    q: f64,
}

impl Binomial {
    /// From the natural logarithm of `p / (1 - p)`.
    pub(super) fn of_log_odds(n: u64, log_odds: f64) -> Self {
        Binomial { n, p: 1.0 / (1.0 + (-log_odds).exp()), q: 1.0 / (1.0 + log_odds.exp()) }
    }

    /// `P(X = k)`
    pub(super) fn mass(&self, k: u64) -> f64 {
        saddle::binomial(k, self.n, self.p, self.q)
    }

    pub(super) fn mean(&self) -> f64 {
        self.n as f64 * self.p
    }

    pub(super) fn variance(&self) -> f64 {
        self.n as f64 * self.p * self.q
    }

    /// `P(X = k + 1) / P(X = k)`
    pub(super) fn step_up(&self, k: u64) -> f64 {
        (self.n - k) as f64 / (k + 1) as f64 * (self.p / self.q)
    }

    /// `P(X = k - 1) / P(X = k)`
    pub(super) fn step_down(&self, k: u64) -> f64 {
        k as f64 / (self.n - k + 1) as f64 * (self.q / self.p)
    }

    /// `P(X ≥ k)`
    pub(super) fn at_least(&self, k: u64) -> f64 {
        if k == 0 {
            1.0
        } else if k > self.n {
            0.0
        } else if (k as f64) > self.mean() {
            self.sum_up(k)
        } else {
            1.0 - self.sum_down(k - 1)
        }
    }

    /// `P(X ≤ k)`
    pub(super) fn at_most(&self, k: u64) -> f64 {
        if k >= self.n {
            1.0
        } else if (k as f64) < self.mean() {
            self.sum_down(k)
        } else {
            1.0 - self.sum_up(k + 1)
        }
    }

    /// Sum of the masses at and above k, where they fall.
    fn sum_up(&self, k: u64) -> f64 {
        let (mut sum, mut term) = (1.0, 1.0);
        for at in k..self.n {
            term *= self.step_up(at);
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        (self.mass(k) * sum).min(1.0)
    }

    /// Sum of the masses at and below k, where they fall.
    fn sum_down(&self, k: u64) -> f64 {
        let (mut sum, mut term) = (1.0, 1.0);
        for at in (1..=k).rev() {
            term *= self.step_down(at);
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        (self.mass(k) * sum).min(1.0)
    }

    /// Sum of all masses not above the mass at k, which SciPy's and R's exact tests call the two-sided p-value.
    pub(super) fn as_unlikely_as(&self, k: u64) -> f64 {
        let limit = self.mass(k) * LIKE;
        let mode = (((self.n + 1) as f64 * self.p) as u64).min(self.n);
        if self.mass(mode) <= limit {
            return 1.0;
        }
        // The masses rise up to the mode and fall after it, so each side has one place where they pass the limit.
        let below = first(0, mode, |at| self.mass(at) > limit);
        let above = first(mode, self.n + 1, |at| self.mass(at) <= limit);
        let low = if below > 0 { self.at_most(below - 1) } else { 0.0 };
        (low + self.at_least(above)).min(1.0)
    }
}

/// Masses that differ by less than this factor count as equal, as in R's `binom.test` and SciPy's `binomtest`.
pub(super) const LIKE: f64 = 1.0 + 1e-7;

/// The first number in `low..high` for which a question holds that holds for all after it; `high` when for none.
fn first(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The logarithm of odds at which `P(X ≥ k) = share`, the lower bound of Clopper and Pearson (1934); `None` for k = 0,
/// where the bound is no odds at all.
pub(super) fn lower_log_odds(k: u64, n: u64, share: f64) -> Option<f64> {
    let start = middle(k, n);
    (k > 0).then(|| root::crossing(start, |odds| Binomial::of_log_odds(n, odds).at_least(k) >= share))
}

/// The logarithm of odds at which `P(X ≤ k) = share`, the upper bound; `None` for k = n, where it is unbounded.
pub(super) fn upper_log_odds(k: u64, n: u64, share: f64) -> Option<f64> {
    let start = middle(k, n);
    (k < n).then(|| root::crossing(start, |odds| Binomial::of_log_odds(n, odds).at_most(k) <= share))
}

/// Near enough to the observed odds to start from, and finite.
fn middle(k: u64, n: u64) -> f64 {
    ((k as f64 + 0.5) / ((n - k) as f64 + 0.5)).ln()
}
