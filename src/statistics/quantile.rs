//! Quantiles of measured values and of histogram buckets.

/// How [`of_values`] interpolates.
pub const OF_VALUES: &str = "linear interpolation between order statistics (Hyndman and Fan, type 7)";

/// How [`of_buckets`] interpolates.
pub const OF_BUCKETS: &str = "linear interpolation within the bucket (as histogram_quantile of Prometheus)";

/// The q-quantile of values, linear between the order statistics around `(n - 1) q`: R. J. Hyndman and Y. Fan, "Sample
/// quantiles in statistical packages", Am. Statist. 50 (1996), type 7, the default of R and NumPy. `None` without
/// values, with one that is not finite, or where q is not from 0 to 1.
#[must_use]
pub fn of_values(values: &[f64], q: f64) -> Option<f64> {
    if values.is_empty() || !(0.0..=1.0).contains(&q) || !values.iter().all(|v| v.is_finite()) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() - 1) as f64 * q;
    let (below, part) = (place.floor() as usize, place.fract());
    let above = (below + 1).min(sorted.len() - 1);
    // Weighted rather than stepped, so that two huge values of opposite sign do not overflow.
    Some(sorted[below] * (1.0 - part) + sorted[above] * part)
}

/// The q-quantile of a histogram given as `(upper edge, count of values at or below it)`, in any order, as PromQL's
/// `histogram_quantile` has it: linear within a bucket, the lowest starting at 0 when its edge is positive, and the
/// highest finite edge for what lies above it. Buckets with the same edge are added up; a count that falls from one
/// edge to the next is raised to the one before.
///
/// `None` where q is not from 0 to 1, there is no bucket of edge `+Inf` or none besides it, nothing was counted, or a
/// number is negative where it counts or not a number.
#[must_use]
pub fn of_buckets(buckets: &[(f64, f64)], q: f64) -> Option<f64> {
    let fine = |(edge, count): &(f64, f64)| !edge.is_nan() && count.is_finite() && *count >= 0.0;
    if !(0.0..=1.0).contains(&q) || !buckets.iter().all(fine) {
        return None;
    }
    let cumulative = cumulated(buckets);
    let [finite @ .., (edge, total)] = cumulative.as_slice() else { return None };
    if *edge != f64::INFINITY || *total <= 0.0 {
        return None;
    }
    let highest = finite.last()?.0;
    let rank = q * total;
    let Some(at) = finite.iter().position(|(_, count)| *count >= rank) else { return Some(highest) };
    let (edge, count) = finite[at];
    let (from, before) = match at.checked_sub(1) {
        Some(previous) => finite[previous],
        None if edge <= 0.0 => return Some(edge),
        None => (0.0, 0.0),
    };
    let inside = count - before;
    Some(if inside > 0.0 { from + (edge - from) * ((rank - before) / inside) } else { from })
}

/// Sorted by edge, one for each edge, counts never falling.
fn cumulated(buckets: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut sorted = buckets.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut merged: Vec<(f64, f64)> = Vec::with_capacity(sorted.len());
    for (edge, count) in sorted {
        match merged.last_mut() {
            Some(last) if last.0 == edge => last.1 += count,
            _ => merged.push((edge, count)),
        }
    }
    let mut highest: f64 = 0.0;
    for (_, count) in &mut merged {
        highest = highest.max(*count);
        *count = highest;
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    /// R: `quantile(c(1, 2, 3, 4, 10), c(0, .25, .5, .9, .95, 1))`
    #[test]
    fn values_are_interpolated_as_in_r() {
        for (q, wanted) in [(0.0, 1.0), (0.25, 2.0), (0.5, 3.0), (0.9, 7.6), (0.95, 8.8), (1.0, 10.0)] {
            let found = of_values(&[3.0, 10.0, 1.0, 4.0, 2.0], q).expect("a quantile");
            assert!((found - wanted).abs() < 1e-12, "{q}: {found}");
        }
        assert_eq!(of_values(&[5.0], 0.3), Some(5.0));
    }

    /// Rank 9.5 of 19 lies 3.5 into the five values between 0 and 0.5.
    #[test]
    fn buckets_are_interpolated_as_in_prometheus() {
        let buckets = [(1.0, 14.0), (0.0, 6.0), (INF, 19.0), (0.5, 11.0)];
        let near = |q: f64, wanted: f64| {
            let found = of_buckets(&buckets, q).expect("a quantile");
            assert!((found - wanted).abs() < 1e-12, "{q}: {found}");
        };
        near(0.5, 0.35);
        near(0.1, 0.0);
        near(0.99, 1.0);
        near(14.0 / 19.0, 1.0);
        // The lowest bucket starts at 0.
        assert_eq!(of_buckets(&[(0.2, 10.0), (INF, 10.0)], 0.5), Some(0.1));
    }

    #[test]
    fn buckets_of_one_edge_add_up_and_counts_never_fall() {
        let halves = [(0.2, 4.0), (0.2, 6.0), (INF, 5.0), (INF, 5.0)];
        assert_eq!(of_buckets(&halves, 0.5), Some(0.1));
        let falling = [(1.0, 10.0), (2.0, 9.0), (INF, 10.0)];
        assert_eq!(of_buckets(&falling, 1.0), Some(1.0));
    }

    #[test]
    fn nothing_counted_is_no_quantile() {
        assert_eq!(of_values(&[], 0.5), None);
        assert_eq!(of_values(&[1.0, f64::NAN], 0.5), None);
        assert_eq!(of_values(&[1.0], 1.1), None);
        assert_eq!(of_buckets(&[], 0.5), None);
        assert_eq!(of_buckets(&[(INF, 4.0)], 0.5), None);
        assert_eq!(of_buckets(&[(1.0, 4.0), (2.0, 5.0)], 0.5), None);
        assert_eq!(of_buckets(&[(1.0, 0.0), (INF, 0.0)], 0.5), None);
        assert_eq!(of_buckets(&[(1.0, -1.0), (INF, 3.0)], 0.5), None);
    }
}
