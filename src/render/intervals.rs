//! The monitors in, two pictures out: ratios on a log axis with their bounds, and values against limits that share one
//! place (design: interval plot).

use super::axis::Drawing;
use super::view::span::cut;
use crate::report::{LimitRow, RatioRow, Watch};
use crate::verdict::Verdict;

const WIDTH: f64 = 700.0;
const LEFT: f64 = 326.0;
const RIGHT: f64 = 540.0;
const ROW: f64 = 26.0;
/// The log axis reaches from a quarter to four times.
const REACH: f64 = 4.0;
/// Where the limit stands on the axis of values, of its length.
const LIMIT: f64 = 0.8;
const GREY: &str = "fill=\"#565E68\" font-size=\"9.4\"";
const INK: &str = "fill=\"#16191D\" font-size=\"9.6\"";
const BOLD: &str = "fill=\"#16191D\" font-size=\"9.6\" font-weight=\"bold\"";
const BLUE: &str = "#0B5CAD";
const RED: &str = "#B3261E";

/// Both pictures: file stem, what it says, SVG. None where there is nothing to draw.
#[must_use]
pub fn all(watch: &Watch) -> Vec<(&'static str, String, String)> {
    let mut pictures = Vec::new();
    if !watch.ratios.is_empty() {
        let alt = ratios_alt(&watch.ratios);
        pictures.push(("ratios", alt.clone(), ratios(&watch.ratios, &alt)));
    }
    if !watch.limits.is_empty() {
        let alt = limits_alt(&watch.limits);
        pictures.push(("limits", alt.clone(), limits(&watch.limits, &alt)));
    }
    pictures
}

fn ratios_alt(rows: &[RatioRow]) -> String {
    let said = |row: &RatioRow| format!("{}: {}, limit {:.2} ×", cut(&row.item, 12), bound(row), row.limit);
    format!("Ratio of the cohort to all others. {}.", rows.iter().map(said).collect::<Vec<_>>().join("; "))
}

fn limits_alt(rows: &[LimitRow]) -> String {
    let said = |row: &LimitRow| {
        format!(
            "{}: {}, {}, limit {}",
            cut(&row.item, 12),
            cut(&row.counted, 30),
            cut(&row.said, 20),
            cut(&row.limit_said, 20)
        )
    };
    format!("Against a fixed limit. {}.", rows.iter().map(said).collect::<Vec<_>>().join("; "))
}

/// `1.11 ×, < 1.58 ×`
fn bound(row: &RatioRow) -> String {
    let times = |x: Option<f64>| x.map_or_else(|| "no number".to_owned(), |x| format!("{x:.2}\u{a0}×"));
    match row.upper {
        Some(upper) => format!("{}, < {}", times(row.ratio), times(Some(upper))),
        None => format!("{}, no upper bound", times(row.ratio)),
    }
}

/// Place of a ratio; beyond the axis, its end.
fn x_of(ratio: f64) -> f64 {
    let part = (ratio.max(1e-9).ln() / REACH.ln()).clamp(-1.0, 1.0);
    f64::midpoint(LEFT, RIGHT) + part * (RIGHT - LEFT) / 2.0
}

fn ratios(rows: &[RatioRow], alt: &str) -> String {
    let mut drawing = Drawing::new();
    let bottom = 20.0 + rows.len() as f64 * ROW;
    drawing.text(252.0, 10.0, "end", GREY, "cohort");
    drawing.text(316.0, 10.0, "end", GREY, "others");
    drawing.text(LEFT, 10.0, "start", GREY, "better");
    drawing.text(RIGHT, 10.0, "end", GREY, "worse");
    drawing.text(552.0, 10.0, "start", GREY, "ratio, bound");
    for (at, row) in rows.iter().enumerate() {
        ratio_row(&mut drawing, row, 20.0 + at as f64 * ROW);
    }
    drawing.line((x_of(1.0), 16.0), (x_of(1.0), bottom), "stroke=\"#565E68\" stroke-width=\"0.8\"");
    drawing.line((LEFT, bottom), (RIGHT, bottom), "stroke=\"#16191D\" stroke-width=\"1.1\"");
    for (ratio, label) in [(0.25, "¼"), (0.5, "½"), (1.0, "1 × others"), (2.0, "2"), (4.0, "4 ×")] {
        drawing.text(x_of(ratio), bottom + 12.0, "middle", GREY, label);
    }
    drawing.finish(WIDTH, bottom + 18.0, "Against all other clients", alt)
}

fn ratio_row(drawing: &mut Drawing, row: &RatioRow, top: f64) {
    let middle = top + ROW / 2.0;
    let limit = x_of(row.limit);
    drawing.rect(limit, top, RIGHT - limit, ROW, "fill=\"#FBEFEE\"");
    let dashed = format!("stroke=\"{RED}\" stroke-width=\"1\" stroke-dasharray=\"4 2\"");
    drawing.line((limit, top), (limit, top + ROW), &dashed);
    drawing.text(
        limit + 2.0,
        top + 8.0,
        "start",
        &format!("fill=\"{RED}\" font-size=\"7\""),
        &format!("{}", row.limit),
    );
    head(drawing, &row.item, &row.name, (top, 38));
    drawing.text(252.0, middle + 3.4, "end", INK, &cut(&row.cohort, 16));
    drawing.text(316.0, middle + 3.4, "end", GREY, &cut(&row.others, 16));
    let judged = !matches!(row.verdict, Some(Verdict::NoData));
    let stroke = format!("stroke=\"{BLUE}\" stroke-width=\"{}\"", if row.verdict.is_some() { 1.8 } else { 1.1 });
    let upper = row.upper.unwrap_or(f64::INFINITY);
    if judged {
        let (from, to) = (x_of(row.lower), x_of(upper));
        drawing.line((from, middle), (to, middle), &stroke);
        end(drawing, (from, middle), row.lower < 1.0 / REACH, -1.0);
        end(drawing, (to, middle), upper > REACH, 1.0);
    }
    drawing.dot(x_of(1.0), middle, 3.2, "fill=\"#ffffff\" stroke=\"#8A919B\" stroke-width=\"1.2\"");
    if let Some(ratio) = row.ratio {
        let fill = if judged { BLUE } else { "#ffffff" };
        drawing.dot(x_of(ratio), middle, 3.6, &format!("fill=\"{fill}\" stroke=\"{BLUE}\" stroke-width=\"1.2\""));
    }
    drawing.text(552.0, middle + 3.4, "start", INK, &bound(row));
    if let Some(verdict) = row.verdict {
        drawing.text(WIDTH, middle + 3.4, "end", &word(verdict), &verdict.word().to_uppercase());
    }
    drawing.line((0.0, top + ROW), (WIDTH, top + ROW), "stroke=\"#C8CDD4\" stroke-width=\"0.5\"");
}

/// The end of an interval: a tick, or an arrow where it goes on beyond the axis.
fn end(drawing: &mut Drawing, (x, y): (f64, f64), beyond: bool, side: f64) {
    if beyond {
        let back = x - side * 5.0;
        let arrow = format!("M{x:.1} {y:.1} L{back:.1} {:.1} L{back:.1} {:.1} z", y - 3.0, y + 3.0);
        drawing.path(&arrow, &format!("fill=\"{BLUE}\""));
    } else {
        let height = if side > 0.0 { 5.0 } else { 3.0 };
        drawing.line((x, y - height), (x, y + height), &format!("stroke=\"{BLUE}\" stroke-width=\"1.4\""));
    }
}

fn limits(rows: &[LimitRow], alt: &str) -> String {
    let mut drawing = Drawing::new();
    let bottom = 4.0 + rows.len() as f64 * ROW;
    let limit = LEFT + LIMIT * (RIGHT - LEFT);
    drawing.rect(limit, 4.0, RIGHT - limit, bottom - 4.0, "fill=\"#FBEFEE\"");
    for (at, row) in rows.iter().enumerate() {
        limit_row(&mut drawing, row, 4.0 + at as f64 * ROW);
    }
    let dashed = format!("stroke=\"{RED}\" stroke-width=\"1\" stroke-dasharray=\"4 2\"");
    drawing.line((limit, 4.0), (limit, bottom), &dashed);
    drawing.line((LEFT, bottom), (RIGHT, bottom), "stroke=\"#16191D\" stroke-width=\"1.1\"");
    drawing.text(LEFT, bottom + 12.0, "middle", GREY, "0");
    drawing.text(limit, bottom + 12.0, "middle", GREY, "each limit at the same place");
    drawing.finish(WIDTH, bottom + 18.0, "Against a fixed limit", alt)
}

fn limit_row(drawing: &mut Drawing, row: &LimitRow, top: f64) {
    let middle = top + ROW / 2.0;
    let place = |value: f64| LEFT + (value / row.limit * LIMIT).clamp(0.0, 1.0) * (RIGHT - LEFT);
    head(drawing, &row.item, &row.name, (top, 38));
    drawing.text(316.0, middle + 3.4, "end", INK, &cut(&row.counted, 18));
    let reach = row.upper.unwrap_or(row.value);
    let stroke = format!("stroke=\"{BLUE}\" stroke-width=\"1.8\"");
    drawing.line((LEFT, middle), (place(reach), middle), &stroke);
    if row.upper.is_some() {
        end(drawing, (place(reach), middle), reach * LIMIT > row.limit, 1.0);
    }
    let fill = if row.verdict == Verdict::NoData { "#ffffff" } else { BLUE };
    drawing.dot(place(row.value), middle, 3.6, &format!("fill=\"{fill}\" stroke=\"{BLUE}\" stroke-width=\"1.2\""));
    drawing.text(
        552.0,
        middle + 3.4,
        "start",
        INK,
        &format!("{}, limit {}", cut(&row.said, 14), cut(&row.limit_said, 10)),
    );
    drawing.text(WIDTH, middle + 3.4, "end", &word(row.verdict), &row.verdict.word().to_uppercase());
    drawing.line((0.0, top + ROW), (WIDTH, top + ROW), "stroke=\"#C8CDD4\" stroke-width=\"0.5\"");
}

/// Item and name; `most` characters of the name.
fn head(drawing: &mut Drawing, item: &str, name: &str, (top, most): (f64, usize)) {
    let y = top + ROW / 2.0 + 3.4;
    drawing.text(0.0, y, "start", BOLD, &cut(item, 8));
    drawing.text(34.0, y, "start", INK, &cut(name, most));
}

/// The style of a verdict's word.
fn word(verdict: Verdict) -> String {
    let colour = match verdict {
        Verdict::Pass => "#00695C",
        Verdict::Fail => RED,
        Verdict::Conflict => "#7A2E8E",
        Verdict::Inconclusive => "#8A5A00",
        Verdict::Waived => "#1F5A94",
        Verdict::NoData | Verdict::Pending | Verdict::NotApplicable => "#565E68",
    };
    format!("fill=\"{colour}\" font-size=\"9.4\" font-weight=\"bold\"")
}
