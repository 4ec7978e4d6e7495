//! Ticks of axes: round times for any length of window, round numbers for milliseconds and shares.

use jiff::Timestamp;

use super::{DIM, INK, style};
use crate::config::Window;
use crate::render::axis::{Drawing, TimeScale};

/// Steps of a time axis in seconds.
const STEPS: [i64; 20] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
];
/// Ticks that an axis has at most.
const MOST: i64 = 8;

/// Round times inside a window with their labels; a day is named where another one begins.
pub(super) fn times(window: &Window) -> Vec<(Timestamp, String)> {
    let (from, to) = (window.from.as_second(), window.to.as_second());
    let length = (to - from).max(1);
    let step =
        STEPS.into_iter().find(|step| length / step <= MOST).unwrap_or_else(|| (length / MOST / 604_800 + 1) * 604_800);
    let first = from.div_euclid(step) * step + if from.rem_euclid(step) == 0 { 0 } else { step };
    let mut ticks = Vec::new();
    let mut day = None;
    for second in (0..=MOST + 1).map(|n| first + n * step).take_while(|second| *second <= to) {
        let Ok(at) = Timestamp::from_second(second) else { continue };
        let today = second.div_euclid(86_400);
        let midnight = second.rem_euclid(86_400) == 0;
        let named = day.is_some_and(|day| day != today) || step >= 86_400 || midnight;
        let format = match (named, step < 60) {
            (true, _) => "%-d %b",
            (false, true) => "%H:%M:%S",
            (false, false) => "%H:%M",
        };
        day = Some(today);
        ticks.push((at, at.strftime(format).to_string()));
    }
    ticks
}

/// Draws a time axis at a height: line, ticks, labels, and the zone at the left.
pub(super) fn axis(drawing: &mut Drawing, time: &TimeScale, y: f64) {
    drawing.line((time.left, y), (time.right, y), &super::stroke(INK, 1.1));
    drawing.text(0.0, y + 4.0, "start", &style(DIM, 8.6, false), &date(&time.window));
    for (at, label) in times(&time.window) {
        let x = time.x(at);
        drawing.line((x, y), (x, y + 4.0), &super::stroke(INK, 0.8));
        let half = super::labels::width(&label, 8.6, false) / 2.0;
        let x = x.min(super::WIDTH - half);
        drawing.text(x, y + 14.0, "middle", &style(DIM, 8.6, false), &label);
    }
}

/// `UTC, 26 Aug 2026`
fn date(window: &Window) -> String {
    format!("UTC, {}", window.from.strftime("%-d %b %Y"))
}

/// `10 min`, `30 s`, `1 d`: a length that is a whole number of one unit; others in full.
pub(super) fn length(seconds: i64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let whole = units.into_iter().find(|(unit, _)| seconds > 0 && seconds % unit == 0);
    whole.map_or_else(|| "bin".to_owned(), |(unit, name)| format!("{}\u{a0}{name}", seconds / unit))
}

/// Round numbers from at or below `low` to at or above `high`, at most nine.
pub(super) fn numbers(low: f64, high: f64) -> Vec<f64> {
    let length = (high - low).max(1e-6);
    let power = 10f64.powf((length / 7.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| length / s <= 7.0).unwrap_or(10.0 * power);
    let first = (low / step).floor();
    let n = ((high / step).ceil() - first) as usize;
    (0..=n.min(9)).map(|at| (first + at as f64) * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: &str, seconds: i64) -> Window {
        let from: Timestamp = from.parse().expect("a time");
        Window { from, to: Timestamp::from_second(from.as_second() + seconds).expect("a time") }
    }

    #[test]
    fn any_window_has_a_few_round_ticks() {
        for seconds in [1, 30, 90, 3_600, 4_800, 86_400, 3 * 86_400, 90 * 86_400, 4_000 * 86_400] {
            let ticks = times(&window("2026-08-26T09:07:13Z", seconds));
            assert!(ticks.len() <= 10, "{seconds}: {ticks:?}");
            assert!(seconds < 30 || ticks.len() >= 2, "{seconds}: {ticks:?}");
        }
        assert_eq!(times(&window("2026-08-26T09:07:13Z", 30))[0].1, "09:07:15");
        let days = times(&window("2026-08-26T09:07:13Z", 3 * 86_400));
        assert!(days.iter().any(|(_, label)| label == "27 Aug") && days.iter().any(|(_, label)| label == "12:00"));
    }

    #[test]
    fn bins_are_named_by_their_unit() {
        assert_eq!([600, 30, 86_400, 90].map(|s| length(s).replace('\u{a0}', " ")), ["10 min", "30 s", "1 d", "90 s"]);
    }

    #[test]
    fn numbers_reach_around_the_data() {
        for (low, high) in [(0.0, 0.3), (-3.2, 51.0), (0.0, 0.0), (-4_000.0, 120_000.0)] {
            let ticks = numbers(low, high);
            let (first, last) = (ticks[0], ticks[ticks.len() - 1]);
            assert!(first <= low && last >= high && ticks.len() <= 9, "{ticks:?}");
        }
    }
}
