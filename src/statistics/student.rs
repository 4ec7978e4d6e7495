//! Student's t distribution with a whole number of degrees of freedom.

use super::root;

/// `P(T ≥ t)` with `freedom` ≥ 1 degrees: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" (1964),
/// 26.7.3 and 26.7.4, whose sums end for whole degrees.
pub(super) fn above(t: f64, freedom: usize) -> f64 {
    let angle = (t / (freedom as f64).sqrt()).atan();
    let (sine, cosine) = angle.sin_cos();
    let square = cosine * cosine;
    let odd = freedom % 2 == 1;
    // The power of the cosine with its factor, from one term to the next.
    let (mut term, mut sum) = if odd { (cosine, 0.0) } else { (1.0, 0.0) };
    let first = if odd { 1 } else { 0 };
    let mut power = first;
    while power + 2 <= freedom {
        sum += term;
        let next = (power + 1) as f64;
        term *= square * next / (next + 1.0);
        power += 2;
    }
    let inside = if odd { (angle + sine * sum) * std::f64::consts::FRAC_2_PI } else { sine * sum };
    (1.0 - inside) / 2.0
}

/// The t with `P(T ≥ t) = share`, for a share strictly between 0 and 1.
pub(super) fn upper_quantile(share: f64, freedom: usize) -> f64 {
    root::crossing(0.0, |t| above(t, freedom) <= share)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table in every textbook: 95 % and 97.5 % points.
    #[test]
    fn agrees_with_the_published_table() {
        for (freedom, one, two) in [
            (1, 6.314, 12.706),
            (2, 2.920, 4.303),
            (3, 2.353, 3.182),
            (4, 2.132, 2.776),
            (7, 1.895, 2.365),
            (30, 1.697, 2.042),
            (121, 1.658, 1.980),
        ] {
            assert!((upper_quantile(0.05, freedom) - one).abs() < 6e-4, "{freedom}");
            assert!((upper_quantile(0.025, freedom) - two).abs() < 6e-4, "{freedom}");
            assert!((above(-one, freedom) - 0.95).abs() < 1e-4);
        }
    }
}
