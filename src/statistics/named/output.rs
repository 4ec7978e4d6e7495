//! What the functions answer.

use serde::Serialize;

use crate::statistics::{bootstrap, e_process, poisson};

#[derive(Debug, Serialize)]
pub(super) struct Ratio {
    ratio: Option<f64>,
    p_greater: f64,
    p_less: f64,
    p_two_sided: f64,
    p_minlike: f64,
    p_mid: f64,
    lower: f64,
    upper: f64,
    level: f64,
    method: &'static str,
    unbounded: Vec<&'static str>,
    undefined: Vec<&'static str>,
}

impl Ratio {
    /// From a comparison of so many events in all.
    pub(super) fn new(of: poisson::Ratio, events: u64, level: f64) -> Self {
        let estimate = of.ratio.unwrap_or(f64::INFINITY);
        Ratio {
            ratio: of.ratio,
            p_greater: of.p_greater,
            p_less: of.p_less,
            p_two_sided: of.p_two_sided,
            p_minlike: of.p_minlike,
            p_mid: of.p_mid,
            lower: of.lower,
            upper: of.upper,
            level,
            method: if of.exact { "exact" } else { "normal" },
            unbounded: infinite(&[
                ("ratio", if events > 0 { estimate } else { 0.0 }),
                ("lower", of.lower),
                ("upper", of.upper),
            ]),
            undefined: if events > 0 { Vec::new() } else { vec!["ratio"] },
        }
    }
}

#[derive(Debug, Serialize)]
struct Bounds {
    lower: f64,
    upper: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Share {
    estimate: Option<f64>,
    lower: f64,
    upper: f64,
    level: f64,
    clopper_pearson: Bounds,
    wilson: Bounds,
    undefined: Vec<&'static str>,
}

impl Share {
    pub(super) fn new(k: u64, n: u64, level: f64, exact: (f64, f64), score: (f64, f64)) -> Self {
        Share {
            estimate: (n > 0).then(|| k as f64 / n as f64),
            lower: exact.0,
            upper: exact.1,
            level,
            clopper_pearson: Bounds { lower: exact.0, upper: exact.1 },
            wilson: Bounds { lower: score.0, upper: score.1 },
            undefined: if n > 0 { Vec::new() } else { vec!["estimate"] },
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Adjusted {
    pub(super) adjusted: Vec<f64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Evidence {
    e: f64,
    log_e: f64,
    path: Vec<f64>,
    /// Index of the first stratum after which the e-value called for an alarm.
    first_alarm: Option<usize>,
    alarm: bool,
    rollback_candidate: bool,
    thetas: Vec<f64>,
    unbounded: Vec<&'static str>,
}

impl Evidence {
    pub(super) fn new(state: &e_process::State, path: Vec<f64>, thetas: Vec<f64>) -> Self {
        let highest = path.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Evidence {
            e: state.value(),
            log_e: state.log_value(),
            first_alarm: path.iter().position(|e| *e >= e_process::ALARM),
            alarm: state.value() >= e_process::ALARM,
            rollback_candidate: state.value() >= e_process::ROLLBACK_CANDIDATE,
            thetas,
            unbounded: infinite(&[("e", state.value()), ("path", highest)]),
            path,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Resampled {
    ratio: f64,
    lower: f64,
    upper: f64,
    p_greater: f64,
    level: f64,
    days: usize,
    draws: usize,
    usable: usize,
    seed: u64,
    unbounded: Vec<&'static str>,
}

impl Resampled {
    pub(super) fn new(of: &bootstrap::Ratio, draws: usize, seed: u64, level: f64) -> Self {
        Resampled {
            ratio: of.ratio,
            lower: of.spread.lower,
            upper: of.spread.upper,
            p_greater: of.spread.p_greater,
            level,
            days: of.days,
            draws,
            usable: of.spread.usable,
            seed,
            unbounded: infinite(&[("upper", of.spread.upper)]),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Quantile {
    pub(super) value: f64,
    pub(super) method: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Exposure {
    pub(super) requests: u64,
    pub(super) upper: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Rise {
    pub(super) rise: f64,
    pub(super) alpha: f64,
    pub(super) power: f64,
}

/// Names of the fields that JSON shows as `null` because they are infinite.
fn infinite(fields: &[(&'static str, f64)]) -> Vec<&'static str> {
    fields.iter().filter(|(_, value)| *value == f64::INFINITY).map(|(name, _)| *name).collect()
}
