//! When a share changed, and how surely that is known.
//!
//! Events in order of time are good or bad; before the change a share `p` of them is bad, from it on a share `q`. The
//! likelihood of every place of the change is that of two binomials: D. V. Hinkley and E. A. Hinkley, "Inference about
//! the change-point in a sequence of binomial variables", Biometrika 57 (1970). The interval holds the places that a
//! likelihood-ratio test does not reject: K. J. Worsley, "Confidence regions and tests for a change-point in a sequence
//! of exponential family random variables", Biometrika 73 (1986).

/// Twice the difference of log-likelihoods that the 95 % point of χ² with one degree of freedom allows.
const WITHIN: f64 = 3.841_458_820_694_124;

/// A place of change in a sequence of events, as positions: the first event behind the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangePoint {
    /// The likeliest place.
    pub at: usize,
    /// First and last place that are not rejected at 95 %.
    pub first: usize,
    pub last: usize,
}

/// Finds where the share of bad events rose. `None` where it rose nowhere: no bad event, or all are bad.
#[must_use]
pub fn rise(bad: &[bool]) -> Option<ChangePoint> {
    let total = bad.iter().filter(|b| **b).count();
    if total == 0 || total == bad.len() {
        return None;
    }
    let mut before = 0usize;
    // Places 0 and n are no change at all.
    let mut fits: Vec<(usize, f64)> = Vec::new();
    for (at, is_bad) in bad.iter().enumerate() {
        if at > 0 {
            let (n, m) = (at, bad.len() - at);
            let (low, high) = (before as f64 / n as f64, (total - before) as f64 / m as f64);
            if high > low {
                fits.push((at, likelihood(before, n) + likelihood(total - before, m)));
            }
        }
        before += usize::from(*is_bad);
    }
    // Among equals the earliest wins: on-call should look too early rather than too late.
    let (at, best) = fits.iter().copied().reduce(|best, next| if next.1 > best.1 + 1e-9 { next } else { best })?;
    let kept = || fits.iter().filter(|(_, fit)| 2.0 * (best - fit) <= WITHIN).map(|(at, _)| *at);
    Some(ChangePoint { at, first: kept().next().unwrap_or(at), last: kept().next_back().unwrap_or(at) })
}

/// Log-likelihood of `k` bad of `n` at their own share; zero at both ends.
fn likelihood(k: usize, n: usize) -> f64 {
    let (k, n) = (k as f64, n as f64);
    let part = |x: f64| if x > 0.0 { x * (x / n).ln() } else { 0.0 };
    part(k) + part(n - k)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(parts: &[(usize, bool)]) -> Vec<bool> {
        parts.iter().flat_map(|(n, bad)| std::iter::repeat_n(*bad, *n)).collect()
    }

    #[test]
    fn a_clean_break_is_found_where_it_is() {
        let point = rise(&events(&[(50, false), (20, true)])).expect("a rise");
        assert_eq!((point.at, point.first, point.last), (50, 50, 50));
    }

    #[test]
    fn a_rise_from_nothing_begins_at_or_before_its_first_bad_event() {
        // A quarter of the events behind the change is bad, none before it.
        let mut all = events(&[(200, false)]);
        for n in 0..60 {
            all.push(n % 4 == 3);
        }
        let point = rise(&all).expect("a rise");
        assert!(point.first <= 200 && 200 <= point.last, "{point:?}");
        assert!(point.at > 190 && point.at <= 204, "{point:?}");
    }

    #[test]
    fn more_events_narrow_the_interval() {
        let wide = |n: usize| {
            let mut all = Vec::new();
            all.extend((0..20 * n).map(|i| i % 20 == 0));
            all.extend((0..5 * n).map(|i| i % 5 == 0));
            let point = rise(&all).expect("a rise");
            (point.last - point.first) as f64 / all.len() as f64
        };
        assert!(wide(50) < wide(5));
    }

    #[test]
    fn nothing_changed_where_all_are_alike() {
        assert_eq!(rise(&[]), None);
        assert_eq!(rise(&events(&[(9, false)])), None);
        assert_eq!(rise(&events(&[(9, true)])), None);
        assert_eq!(rise(&events(&[(9, true), (9, false)])), None);
    }
}
