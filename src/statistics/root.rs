//! Where a yes/no question that is monotone in one number changes its answer.

/// Widest distance from the start that is searched; beyond it logarithms of odds have no float left to stand for.
const FAR: f64 = 2_000.0;

/// The smallest x for which `reached` holds, when it holds for all larger x: steps out from a start until both answers
/// were seen, then halves the distance to the last bit. Ends at `start ± 2000` when only one answer exists.
pub(super) fn crossing(start: f64, reached: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (start, start);
    let mut step = 0.5;
    if reached(start) {
        while reached(low) && step < FAR {
            high = low;
            step *= 2.0;
            low = start - step;
        }
    } else {
        while !reached(high) && step < FAR {
            low = high;
            step *= 2.0;
            high = start + step;
        }
    }
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high || high - low <= 1e-15 * (1.0 + middle.abs()) {
            return middle;
        }
        if reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
}
