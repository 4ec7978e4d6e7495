//! The distribution of a sum of binomials with odds of their own, exactly, at any common factor of the odds.
//!
//! Such a sum is an exponential family in the logarithm of that factor: its masses at one factor are those at another,
//! tilted and normed again. So one convolution serves every point of a search for a bound.

use super::binomial::{Binomial, LIKE};

/// Masses below this are left out: no tail that a float can tell apart is changed by them.
const NOTHING: f64 = 1e-300;

/// Most multiplications of one convolution. 5,000 events in any strata need at most half of it, and far more events
/// fit where one side has few of them.
const MOST_WORK: usize = 25_000_000;

/// `n` events, each of the first with these log odds when the rates are equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    pub(super) n: u64,
    pub(super) log_odds: f64,
}

/// The distribution of the sum at one factor of the odds.
#[derive(Debug, Clone)]
pub(super) struct Law {
    /// The sum that the first mass belongs to.
    first: u64,
    mass: Vec<f64>,
    log_mass: Vec<f64>,
    /// Logarithm of the factor at which it was made.
    log_theta: f64,
}

/// Both tails at a point, the point itself in each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tails {
    pub(super) at_least: f64,
    pub(super) at_most: f64,
}

impl Law {
    /// By convolution; `None` where that would be too much work.
    pub(super) fn of(parts: &[Part], log_theta: f64) -> Option<Law> {
        let (mut first, mut mass) = (0, vec![1.0]);
        let mut work = 0;
        for part in parts {
            let (from, one) = masses(part, log_theta)?;
            work += mass.len() * one.len();
            if work > MOST_WORK {
                return None;
            }
            first += from;
            mass = convolve(&mass, &one);
            let skipped = mass.iter().take_while(|m| **m < NOTHING).count();
            mass.drain(..skipped);
            first += skipped as u64;
            while mass.last().is_some_and(|m| *m < NOTHING) {
                mass.pop();
            }
        }
        let log_mass = mass.iter().map(|m| m.ln()).collect();
        Some(Law { first, mass, log_mass, log_theta })
    }

    /// `P(M = m)` at the factor at which it was made.
    pub(super) fn mass(&self, m: u64) -> f64 {
        m.checked_sub(self.first).and_then(|at| self.mass.get(at as usize)).copied().unwrap_or(0.0)
    }

    /// Sum of all masses not above that of m, at the factor at which it was made.
    pub(super) fn as_unlikely_as(&self, m: u64) -> f64 {
        let limit = self.mass(m) * LIKE;
        self.mass.iter().filter(|mass| **mass <= limit).sum::<f64>().min(1.0)
    }

    /// `P(M ≥ m)` and `P(M ≤ m)` at any factor of the odds, given by its logarithm.
    pub(super) fn tails(&self, m: u64, log_theta: f64) -> Tails {
        let tilt = log_theta - self.log_theta;
        let log = |at: usize| self.log_mass[at] + at as f64 * tilt;
        let most = (0..self.mass.len()).map(log).fold(f64::NEG_INFINITY, f64::max);
        let (mut below, mut here, mut above) = (0.0, 0.0, 0.0);
        for at in 0..self.mass.len() {
            let weight = (log(at) - most).exp();
            match (self.first + at as u64).cmp(&m) {
                std::cmp::Ordering::Less => below += weight,
                std::cmp::Ordering::Equal => here += weight,
                std::cmp::Ordering::Greater => above += weight,
            }
        }
        let all = below + here + above;
        Tails { at_least: (here + above) / all, at_most: (below + here) / all }
    }
}

/// Masses of one binomial around its mode, out to where nothing is left, and the count that the first belongs to.
fn masses(part: &Part, log_theta: f64) -> Option<(u64, Vec<f64>)> {
    let law = Binomial::of_log_odds(part.n, part.log_odds + log_theta);
    let mode = (law.mean() as u64).min(part.n);
    let mut down = vec![law.mass(mode)];
    for at in (1..=mode).rev() {
        let next = down[down.len() - 1] * law.step_down(at);
        if next < NOTHING {
            break;
        }
        down.push(next);
        if down.len() > MOST_WORK {
            return None;
        }
    }
    let first = mode + 1 - down.len() as u64;
    down.reverse();
    let mut all = down;
    for at in mode..part.n {
        let next = all[all.len() - 1] * law.step_up(at);
        if next < NOTHING {
            break;
        }
        all.push(next);
        if all.len() > MOST_WORK {
            return None;
        }
    }
    Some((first, all))
}

fn convolve(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (to, y) in sum[i..].iter_mut().zip(b) {
            *to += x * y;
        }
    }
    sum
}
