//! Native histograms in, the series of a classic histogram out: cumulative buckets by upper bound, sum and count.

use std::collections::BTreeMap;

use super::answer::{Histogram, number};
use crate::sources::formats::samples::SeriesKey;

type Sampled = Vec<(i64, f64)>;

/// The classic series of the native histograms of one series. Buckets that a scrape does not show are unchanged since the
/// bound below them, so a bound is written only where it is shown, and at `+Inf` always.
pub(super) fn classic(
    name: &str,
    labels: &[(String, String)],
    histograms: &[(i64, Histogram)],
) -> Vec<(SeriesKey, Sampled)> {
    let (mut sums, mut counts) = (Vec::new(), Vec::new());
    let mut buckets: BTreeMap<String, Sampled> = BTreeMap::new();
    for (ts, histogram) in histograms {
        let (Some(sum), Some(count)) = (number(&histogram.sum), number(&histogram.count)) else { continue };
        sums.push((*ts, sum));
        counts.push((*ts, count));
        let mut shown: Vec<(f64, &str, f64)> = histogram
            .buckets
            .iter()
            .filter_map(|(_, _, upper, count)| Some((number(upper)?, upper.as_str(), number(count)?)))
            .collect();
        shown.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut below = 0.0;
        for (_, upper, count) in shown {
            below += count;
            buckets.entry(upper.to_owned()).or_default().push((*ts, below));
        }
        let infinite = buckets.entry("+Inf".to_owned()).or_default();
        if infinite.last().is_none_or(|(last, _)| last != ts) {
            infinite.push((*ts, count));
        }
    }
    if counts.is_empty() {
        return Vec::new();
    }
    let of = |suffix: &str, more: Option<&str>| {
        let mut labels = labels.to_vec();
        labels.extend(more.map(|le| ("le".to_owned(), le.to_owned())));
        SeriesKey::new(&format!("{name}{suffix}"), labels)
    };
    let mut all: Vec<(SeriesKey, Sampled)> =
        buckets.into_iter().map(|(le, samples)| (of("_bucket", Some(&le)), samples)).collect();
    all.push((of("_sum", None), sums));
    all.push((of("_count", None), counts));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_added_up_by_their_upper_bounds() {
        let bucket = |lower: &str, upper: &str, n: &str| (0, lower.to_owned(), upper.to_owned(), n.to_owned());
        let one = Histogram {
            count: "9".to_owned(),
            sum: "1.2".to_owned(),
            buckets: vec![bucket("0.5", "0.7", "3"), bucket("0.25", "0.5", "5")],
        };
        let series = classic("d", &[("job".to_owned(), "b".to_owned())], &[(1000, one)]);
        let found: BTreeMap<String, f64> =
            series.iter().map(|(key, s)| (format!("{}{}", key.name, key.labels), s[0].1)).collect();
        assert_eq!(found["d_bucket{job=\"b\",le=\"0.5\"}"], 5.0);
        assert_eq!(found["d_bucket{job=\"b\",le=\"0.7\"}"], 8.0);
        assert_eq!(found["d_bucket{job=\"b\",le=\"+Inf\"}"], 9.0);
        assert_eq!((found["d_sum{job=\"b\"}"], found["d_count{job=\"b\"}"]), (1.2, 9.0));
        assert!(series.iter().all(|(key, _)| key.service.as_deref() == Some("b")));
    }
}
