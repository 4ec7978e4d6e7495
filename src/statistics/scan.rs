//! The stretch of time in which bad events were commonest, over all lengths and places: the temporal scan statistic of
//! M. Kulldorff, "A spatial scan statistic", Communications in Statistics 26 (1997), with its Bernoulli model.

use std::ops::Range;

/// Most places at which a stretch may begin or end; above it, places are thinned evenly.
const MOST_PLACES: usize = 1_200;

/// A stretch of events in order, and how much likelier it makes them.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Positions of its events; it begins and ends with a bad one.
    pub range: Range<usize>,
    /// Log-likelihood ratio against one share for all.
    pub gain: f64,
}

/// The stretch with the largest likelihood ratio among those in which bad events are commoner than outside. `None`
/// without a bad event, or where they are nowhere commoner.
#[must_use]
pub fn densest(bad: &[bool]) -> Option<Stretch> {
    let places: Vec<usize> = (0..bad.len()).filter(|at| bad[*at]).collect();
    let step = places.len().div_ceil(MOST_PLACES).max(1);
    let (n, total) = (bad.len(), places.len());
    let mut best: Option<Stretch> = None;
    for (i, from) in places.iter().enumerate().step_by(step) {
        // The last place always counts, whatever the step leaves out.
        let ends = (i..total).step_by(step).chain(total.checked_sub(1));
        for j in ends {
            let (k, m) = (j - i + 1, places[j] + 1 - from);
            let gain = gain(k, m, total, n);
            if best.as_ref().is_none_or(|held| gain > held.gain + 1e-9) && gain > 0.0 {
                best = Some(Stretch { range: *from..places[j] + 1, gain });
            }
        }
    }
    best
}

/// Log-likelihood ratio of `k` bad of `m` inside and the others outside; zero where the inside is not worse.
fn gain(k: usize, m: usize, total: usize, n: usize) -> f64 {
    let (outside_bad, outside) = (total - k, n - m);
    if outside == 0 || k * outside <= outside_bad * m {
        return 0.0;
    }
    let part = |x: usize, n: usize| if x > 0 { x as f64 * (x as f64 / n as f64).ln() } else { 0.0 };
    let all = |x: usize, n: usize| part(x, n) + part(n - x, n);
    all(k, m) + all(outside_bad, outside) - all(total, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_in_a_background_is_found() {
        let mut all: Vec<bool> = (0..1000).map(|i| i % 200 == 0).collect();
        for at in (400..480).step_by(4) {
            all[at] = true;
        }
        let found = densest(&all).expect("a stretch");
        assert_eq!(found.range, 400..477);
        assert!(found.gain > 20.0);
    }

    #[test]
    fn nothing_stands_out_of_nothing() {
        assert_eq!(densest(&[]), None);
        assert_eq!(densest(&[false; 10]), None);
        assert_eq!(densest(&[true; 10]), None);
    }

    #[test]
    fn very_many_are_thinned_not_refused() {
        let all: Vec<bool> =
            (0..60_000).map(|i| if (20_000..40_000).contains(&i) { i % 2 == 0 } else { i % 100 == 0 }).collect();
        let found = densest(&all).expect("a stretch");
        assert!(
            found.range.start.abs_diff(20_000) < 400 && found.range.end.abs_diff(40_000) < 400,
            "{:?}",
            found.range
        );
    }
}
