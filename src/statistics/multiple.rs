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
