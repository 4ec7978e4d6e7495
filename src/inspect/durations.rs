//! Quantiles of durations by nearest rank; memory has a bound.

use std::collections::BTreeMap;

/// Durations whose quantiles are exact.
pub const EXACT: usize = 4_000_000;
/// Width of a bin beyond that, as a share of the value.
const WIDTH: f64 = 0.001;

/// How quantiles are read.
pub const METHOD: &str = "nearest rank";

/// Collects durations in milliseconds, none of them negative.
#[derive(Debug, Default)]
pub struct Durations {
    values: Vec<f64>,
    /// Beyond the bound: bin → how many, each bin a thousandth of its value wide.
    bins: BTreeMap<i32, u64>,
    count: u64,
    max: f64,
}

impl Durations {
    /// Adds one.
    pub fn add(&mut self, ms: f64) {
        self.count += 1;
        self.max = self.max.max(ms);
        if self.bins.is_empty() && self.values.len() < EXACT {
            self.values.push(ms);
            return;
        }
        for ms in std::mem::take(&mut self.values).into_iter().chain([ms]) {
            *self.bins.entry(bin(ms)).or_default() += 1;
        }
    }

    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    #[must_use]
    pub fn max(&self) -> f64 {
        self.max
    }

    #[must_use]
    pub fn exact(&self) -> bool {
        self.bins.is_empty()
    }

    /// The quantiles of these shares, each from 0 to 1: the value of rank ⌈q n⌉ of the sorted values, so always one that
    /// was measured. Empty without values.
    #[must_use]
    pub fn quantiles(&self, shares: &[f64]) -> Vec<f64> {
        if self.count == 0 {
            return Vec::new();
        }
        let mut sorted = self.values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let rank = |q: f64| ((q * self.count as f64).ceil() as u64).clamp(1, self.count);
        shares.iter().map(|q| self.of_rank(&sorted, rank(*q))).collect()
    }

    fn of_rank(&self, sorted: &[f64], rank: u64) -> f64 {
        if self.exact() {
            return sorted[rank as usize - 1];
        }
        let mut below = 0;
        for (bin, count) in &self.bins {
            below += count;
            if below >= rank {
                return if *bin == i32::MIN { 0.0 } else { (f64::from(*bin) * WIDTH.ln_1p()).exp().min(self.max) };
            }
        }
        self.max
    }
}

fn bin(ms: f64) -> i32 {
    if ms <= 0.0 { i32::MIN } else { (ms.ln() / WIDTH.ln_1p()).round() as i32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_of_the_nearest_rank() {
        let mut all = Durations::default();
        [40.0, 15.0, 35.0, 20.0, 50.0].into_iter().for_each(|ms| all.add(ms));
        // The ranks of the worked example on Wikipedia's page about percentiles: 5th, 30th, 40th, 50th, 100th.
        assert_eq!(all.quantiles(&[0.05, 0.3, 0.4, 0.5, 1.0]), [15.0, 20.0, 20.0, 35.0, 50.0]);
        assert_eq!((all.count(), all.max(), all.exact()), (5, 50.0, true));
        assert!(Durations::default().quantiles(&[0.5]).is_empty());
    }

    #[test]
    fn bins_are_a_thousandth_wide() {
        let mut all = Durations { bins: BTreeMap::from([(bin(7.0), 1)]), count: 1, max: 7.0, ..Durations::default() };
        (1..1000).for_each(|n| all.add(f64::from(n)));
        let median = all.quantiles(&[0.5])[0];
        assert!(!all.exact() && (median / 500.0 - 1.0).abs() < 0.002, "{median}");
    }
}
