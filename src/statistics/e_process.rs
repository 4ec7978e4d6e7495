//! Evidence of a raised rate that may be looked at as often as one likes.
//!
//! For each of some rate ratios θ, the likelihood of the strata under θ over that under equal rates, given each
//! stratum's total; the e-value is their mean. Under equal rates it reaches 20 with a chance of at most 1/20, whenever
//! one looks and however the common rate moves: M. Lindon and A. Malek, "Anytime-valid inference for multinomial count
//! data" (2022), and Ville's inequality.

use super::stratified::Stratum;

/// Rate ratios that are mixed, each with the same weight.
pub const THETAS: [f64; 5] = [1.5, 2.0, 3.0, 5.0, 8.0];

/// From here on, "investigate": at most one false alarm in twenty, over the whole time.
pub const ALARM: f64 = 20.0;

/// From here on, "rollback candidate": at most one false alarm in a hundred, over the whole time.
pub const ROLLBACK_CANDIDATE: f64 = 100.0;

/// An e-process that can be stopped, kept and continued.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    thetas: Vec<f64>,
    log_ratios: Vec<f64>,
}

impl Default for State {
    fn default() -> Self {
        State::new(&THETAS)
    }
}

impl State {
    /// A process that has seen nothing; `thetas` are positive and finite, others are left out.
    #[must_use]
    pub fn new(thetas: &[f64]) -> Self {
        let thetas: Vec<f64> = thetas.iter().copied().filter(|t| *t > 0.0 && t.is_finite()).collect();
        State { log_ratios: vec![0.0; thetas.len()], thetas }
    }

    /// Takes in a stratum. One in which either side was not exposed tells nothing about the ratio and changes nothing.
    pub fn add(&mut self, stratum: &Stratum) {
        let Some(share) = stratum.share() else { return };
        let (m, n) = (stratum.a.events as f64, (stratum.a.events as f64) + (stratum.b.events as f64));
        for (log_ratio, theta) in self.log_ratios.iter_mut().zip(&self.thetas) {
            *log_ratio += m * theta.ln() - n * ((theta - 1.0) * share).ln_1p();
        }
    }

    /// The e-value; 1 before anything was seen, infinite where it is beyond the range of a float.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.log_value().exp()
    }

    /// Natural logarithm of the e-value.
    #[must_use]
    pub fn log_value(&self) -> f64 {
        let Some(most) = self.log_ratios.iter().copied().reduce(f64::max) else { return 0.0 };
        let mean = self.log_ratios.iter().map(|l| (l - most).exp()).sum::<f64>() / self.log_ratios.len() as f64;
        most + mean.ln()
    }
}

/// The e-value after all strata.
#[must_use]
pub fn value(strata: &[Stratum]) -> f64 {
    path(strata).last().copied().unwrap_or(1.0)
}

/// The e-value after each stratum, in their order.
#[must_use]
pub fn path(strata: &[Stratum]) -> Vec<f64> {
    let mut state = State::default();
    strata
        .iter()
        .map(|stratum| {
            state.add(stratum);
            state.value()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Rate;
    use super::*;

    fn stratum(a: (u64, f64), b: (u64, f64)) -> Stratum {
        let rate = |(events, exposure)| Rate { events, exposure };
        Stratum { a: rate(a), b: rate(b) }
    }

    /// The mean over θ of `exp` of the sums of SciPy's `binom.logpmf` under θ less that under 1.
    #[test]
    fn agrees_with_scipy() {
        let strata = [stratum((3, 40.0), (5, 500.0)), stratum((0, 15.0), (2, 900.0)), stratum((4, 120.0), (9, 400.0))];
        let wanted = [9.953523889145, 8.723373158246, 2.921995750071];
        let found = path(&strata);
        assert!(found.iter().zip(wanted).all(|(f, w)| (f - w).abs() < 1e-10 * w), "{found:?}");
        assert_eq!(value(&strata), found[2]);
    }

    #[test]
    fn what_compares_nothing_changes_nothing() {
        assert_eq!(value(&[]), 1.0);
        assert_eq!(value(&[stratum((0, 0.0), (40, 9.0)), stratum((3, f64::NAN), (1, 9.0))]), 1.0);
        assert_eq!(State::new(&[]).value(), 1.0);
        assert_eq!(State::new(&[0.0, f64::INFINITY, -1.0]).value(), 1.0);
    }

    /// Beyond the range of a float the logarithm still tells.
    #[test]
    fn overwhelming_evidence_is_infinite() {
        let mut state = State::default();
        state.add(&stratum((5_000, 1.0), (10, 1.0)));
        assert!(state.value() == f64::INFINITY && state.log_value() > 2_000.0 && state.log_value().is_finite());
    }
}
