//! The standard normal distribution.

use super::root;

/// `P(Z ≤ z)`.
pub(super) fn below(z: f64) -> f64 {
    libm::erfc(-z / std::f64::consts::SQRT_2) / 2.0
}

/// `P(Z ≥ z)`.
pub(super) fn above(z: f64) -> f64 {
    below(-z)
}

/// The z with `P(Z ≥ z) = share`, for a share strictly between 0 and 1.
pub(super) fn upper_quantile(share: f64) -> f64 {
    root::crossing(0.0, |z| below(z) >= 1.0 - share && above(z) <= share)
}
