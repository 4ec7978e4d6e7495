//! Counts and measurements in, probabilities and bounds out; pure, without tables, files or clock.
//!
//! `docs/statistics.md` tells which function decides what; each function names the source of its formula.

/// The day-block bootstrap of a latency ratio.
pub mod bootstrap;
/// When a share changed.
pub mod change_point;
/// Evidence that may be looked at after every day.
pub mod e_process;
/// How much must be seen before silence means something.
pub mod exposure;
/// Adjustments for looking at several p-values.
pub mod multiple;
/// Each function by name, JSON in and JSON out.
pub mod named;
/// Two rates, compared exactly.
pub mod poisson;
/// One share of a count, with bounds.
pub mod proportion;
/// Quantiles of values and of histogram buckets.
pub mod quantile;
/// A repeatable stream of random numbers.
pub mod random;
/// The stretch of time in which bad events were commonest.
pub mod scan;
/// Two rates compared within strata, exactly.
pub mod stratified;

mod binomial;
mod convolution;
mod normal;
#[cfg(test)]
mod properties;
mod root;
mod saddle;
mod student;

/// Events in an exposure: requests, sessions, hours; both sides of a comparison in the same unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub events: u64,
    pub exposure: f64,
}

impl Rate {
    /// Events per unit of exposure; `None` where nothing was exposed.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        (self.exposure > 0.0 && self.exposure.is_finite()).then(|| self.events as f64 / self.exposure)
    }
}

/// True for a level or an error probability: strictly between 0 and 1.
fn is_share(value: f64) -> bool {
    value > 0.0 && value < 1.0
}
