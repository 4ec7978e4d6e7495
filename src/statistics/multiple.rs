//! p-values adjusted for having looked at several.
//!
//! What is not a number counts as 1: no evidence. Results stand in the order of the input.

/// S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6 (1979): with those at or
/// below α rejected, the chance of even one false rejection is at most α, whatever the dependence.
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![1.0; p.len()];
    let mut highest: f64 = 0.0;
    for (rank, at) in ascending(p).into_iter().enumerate() {
        highest = highest.max((p.len() - rank) as f64 * clean(p[at])).min(1.0);
        adjusted[at] = highest;
    }
    adjusted
}

/// Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", J. R. Statist. Soc. B 57 (1995): of those at
/// or below q, at most a share of q is false on average, for independent or positively dependent p-values.
#[must_use]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![1.0; p.len()];
    let mut lowest: f64 = 1.0;
    for (rank, at) in ascending(p).into_iter().enumerate().rev() {
        lowest = lowest.min(p.len() as f64 / (rank + 1) as f64 * clean(p[at]));
        adjusted[at] = lowest;
    }
    adjusted
}

/// Positions from the smallest p-value to the largest.
fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| clean(p[*a]).total_cmp(&clean(p[*b])));
    order
}

fn clean(p: f64) -> f64 {
    if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        assert!(found.iter().zip(wanted).all(|(f, w)| (f - w).abs() < 1e-12), "{found:?} is not {wanted:?}");
    }

    /// R: `p.adjust(c(.01, .04, .03, .005, .5), "holm")` and `"BH"`
    #[test]
    fn agrees_with_r() {
        let p = [0.01, 0.04, 0.03, 0.005, 0.5];
        near(&holm(&p), &[0.04, 0.09, 0.09, 0.025, 0.5]);
        near(&benjamini_hochberg(&p), &[0.025, 0.05, 0.05, 0.025, 0.5]);
    }

    #[test]
    fn no_number_is_no_evidence() {
        near(&holm(&[f64::NAN, 0.01, -1.0, 7.0]), &[1.0, 0.03, 0.0, 1.0]);
        near(&benjamini_hochberg(&[f64::NAN, 0.02]), &[1.0, 0.04]);
        assert!(holm(&[]).is_empty() && benjamini_hochberg(&[]).is_empty());
    }
}
