//! A chart as data in, an SVG picture out: deploys dotted, drills grey, gaps hatched, the cohort filled and blue.

use std::fmt::Write;

use jiff::Timestamp;

use super::axis::{Drawing, TimeScale, ValueScale};
use super::view::span::cut;
use crate::report::{Chart, ChartKind, Point, Series};

const WIDTH: f64 = 700.0;
const LEFT: f64 = 132.0;
const RIGHT: f64 = 690.0;
const STRIP: f64 = 17.0;
const GREY: &str = "fill=\"#565E68\" font-size=\"9.4\"";
const INK: &str = "fill=\"#16191D\" font-size=\"9.4\"";

/// Draws a chart with its title.
#[must_use]
pub fn svg(chart: &Chart) -> String {
    let mut drawing = Drawing::new();
    drawing.text(0.0, 12.0, "start", "fill=\"#16191D\" font-size=\"12\" font-weight=\"bold\"", &cut(&chart.title, 90));
    drawing.text(0.0, 26.0, "start", GREY, &cut(&chart.subtitle, 140));
    let time = TimeScale { window: chart.window, left: LEFT, right: RIGHT };
    let height = match chart.kind {
        ChartKind::Coverage => strips(&mut drawing, chart, &time),
        ChartKind::Bars | ChartKind::Points | ChartKind::Line => plot(&mut drawing, chart, &time, (52.0, 168.0)),
    };
    drawing.finish(WIDTH, height, &chart.title, &chart.alt)
}

/// Draws a chart low and without its title, for a page that has little room.
#[must_use]
pub fn glance(chart: &Chart) -> String {
    let mut drawing = Drawing::new();
    let time = TimeScale { window: chart.window, left: LEFT, right: RIGHT };
    let height = plot(&mut drawing, chart, &time, (16.0, 92.0));
    drawing.finish(WIDTH, height, &chart.title, &chart.alt)
}

/// Draws between two heights; gives the height of the whole.
fn plot(drawing: &mut Drawing, chart: &Chart, time: &TimeScale, (top, bottom): (f64, f64)) -> f64 {
    let values = chart.series.iter().flat_map(|s| &s.points).filter_map(|p| p.value);
    let most = values.chain(chart.lines.iter().map(|l| l.value)).fold(0.0, f64::max);
    let scale = ValueScale::to(most * 1.05, top, bottom);
    let mut labels = Labels::default();
    bands(drawing, chart, time, &scale, &mut labels);
    grid(drawing, chart, time, &scale);
    // The others first, so that the cohort lies on top.
    for series in chart.series.iter().rev() {
        match chart.kind {
            ChartKind::Bars if series.cohort => bars(drawing, series, time, &scale),
            ChartKind::Bars => steps(drawing, series, time, &scale),
            ChartKind::Points => points(drawing, series, time, &scale),
            _ => line(drawing, series, time, &scale),
        }
    }
    limits(drawing, chart, time, &scale);
    drawing.line((LEFT, bottom), (RIGHT, bottom), "stroke=\"#16191D\" stroke-width=\"1.1\"");
    marks(drawing, chart, time, &scale, &mut labels);
    legend(drawing, chart, &scale);
    day_labels(drawing, time, bottom + 20.0);
    bottom + 26.0
}

/// Limits and baselines, labelled where no point of the series stands.
fn limits(drawing: &mut Drawing, chart: &Chart, time: &TimeScale, scale: &ValueScale) {
    for limit in &chart.lines {
        let y = scale.y(limit.value);
        let (colour, dash) = if limit.kind == "limit" { ("#B3261E", "4 2") } else { ("#16191D", "2 2") };
        let style = format!("stroke=\"{colour}\" stroke-width=\"0.8\" stroke-dasharray=\"{dash}\"");
        drawing.line((LEFT, y), (RIGHT, y), &style);
        let width = limit.label.chars().count() as f64 * 5.0 + 4.0;
        // Above the plot where no place beside the line is free.
        let place = free_place(chart, time, scale, (y - 12.0, y), width);
        let (x, y) = place.map_or((RIGHT, scale.top - 5.0), |x| (x, y - 3.0));
        drawing.text(x, y, "end", &format!("fill=\"{colour}\" font-size=\"9\""), &limit.label);
    }
}

/// The rightmost end of a label between two heights that covers no point and no mark.
fn free_place(
    chart: &Chart,
    time: &TimeScale,
    scale: &ValueScale,
    (top, bottom): (f64, f64),
    width: f64,
) -> Option<f64> {
    let taken = |left: f64, right: f64| {
        let stems = chart.kind == ChartKind::Points;
        let hit = |series: &Series, point: &Point| {
            let (from, to) = ends(point, time);
            let (x, y) = (f64::midpoint(from, to), point.value.map_or(scale.bottom, |v| scale.y(v)));
            let tall = (stems && series.cohort) || chart.kind == ChartKind::Bars;
            let crossed = y < bottom + 4.0 && (tall || y > top - 4.0);
            point.value.is_some() && crossed && x > left - 6.0 && x < right + 6.0
        };
        chart.series.iter().any(|s| s.points.iter().any(|p| hit(s, p)))
            || chart.events.iter().any(|e| (left - 2.0..right + 2.0).contains(&time.x(e.at)))
    };
    let steps = ((RIGHT - LEFT - width) / 4.0).max(0.0) as usize;
    let mut places = (0..steps).map(|n| RIGHT - n as f64 * 4.0);
    places.find(|right| !taken(right - width, *right))
}

/// Labels of the series, beside the scale, in their own colours.
fn legend(drawing: &mut Drawing, chart: &Chart, scale: &ValueScale) {
    for (at, series) in chart.series.iter().enumerate() {
        let colour = if series.cohort { "#0B5CAD" } else { "#565E68" };
        let y = scale.top + 8.0 + at as f64 * 15.0;
        let fill = if series.cohort { colour } else { "#ffffff" };
        drawing.dot(5.0, y - 3.2, 3.2, &format!("fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.2\""));
        let style = format!("fill=\"{colour}\" font-size=\"10\" font-weight=\"bold\"");
        drawing.text(14.0, y, "start", &style, &cut(&series.name, 16));
    }
}

fn grid(drawing: &mut Drawing, chart: &Chart, time: &TimeScale, scale: &ValueScale) {
    for tick in scale.ticks() {
        let y = scale.y(tick);
        drawing.line((LEFT, y), (RIGHT, y), "stroke=\"#C8CDD4\" stroke-width=\"0.6\"");
        let unit = if chart.unit.is_empty() { String::new() } else { format!("\u{a0}{}", chart.unit) };
        let places = if scale.step >= 1.0 { 0 } else { 1 + usize::from(scale.step < 0.1) };
        drawing.text(LEFT - 6.0, y + 3.2, "end", GREY, &format!("{tick:.places$}{unit}"));
    }
    for day in time.days() {
        let x = time.x(day);
        drawing.line((x, scale.top), (x, scale.bottom + 12.0), "stroke=\"#C8CDD4\" stroke-width=\"0.6\"");
    }
    drawing.line((RIGHT, scale.top), (RIGHT, scale.bottom), "stroke=\"#C8CDD4\" stroke-width=\"0.6\"");
}

fn day_labels(drawing: &mut Drawing, time: &TimeScale, y: f64) {
    let days = time.days();
    for (at, day) in days.iter().enumerate() {
        let end = days.get(at + 1).copied().unwrap_or(time.window.to);
        let (from, to) = (time.x(*day), time.x(end));
        if to - from > 24.0 {
            let format = if to - from > 52.0 { "%a %d %b" } else { "%d %b" };
            drawing.text(f64::midpoint(from, to), y, "middle", GREY, &day.strftime(format).to_string());
        }
    }
}

/// The line of labels above a plot: what is taken of it.
#[derive(Default)]
struct Labels(Vec<(f64, f64)>);

impl Labels {
    /// The first free place of a text: centred on its mark, right of it, left of it; with the SVG anchor.
    fn place(&mut self, x: f64, text: &str) -> Option<(f64, &'static str)> {
        let width = text.chars().count() as f64 * 4.9;
        let tries = [(x, "middle", x - width / 2.0), (x + 2.0, "start", x + 2.0), (x - 2.0, "end", x - 2.0 - width)];
        let fits = |left: f64| {
            let apart = |(from, to): &(f64, f64)| left > to + 4.0 || left + width < from - 4.0;
            left >= LEFT - 40.0 && left + width <= WIDTH && self.0.iter().all(apart)
        };
        let (at, anchor, left) = tries.into_iter().find(|(_, _, left)| fits(*left))?;
        self.0.push((left, left + width));
        Some((at, anchor))
    }
}

fn bands(drawing: &mut Drawing, chart: &Chart, time: &TimeScale, scale: &ValueScale, labels: &mut Labels) {
    let mut labelled: Vec<&str> = Vec::new();
    for band in &chart.bands {
        let (from, to) = (time.x(band.window.from), time.x(band.window.to));
        let fill = match band.kind.as_str() {
            "gap" => "url(#gap)",
            "impact" => "#FBEFEE",
            "after" => "#F3F5F7",
            _ => "#C8CDD4",
        };
        drawing.rect(from, scale.top, (to - from).max(2.0), scale.bottom - scale.top, &format!("fill=\"{fill}\""));
        if !labelled.contains(&band.label.as_str()) {
            labelled.push(&band.label);
            let label = cut(&band.label, 36);
            if let Some((x, anchor)) = labels.place(f64::midpoint(from, to), &label) {
                drawing.text(x, scale.top - 5.0, anchor, GREY, &label);
            }
        }
    }
}

/// Deploys: a dotted line, a triangle below the axis, the label above where it is free.
fn marks(drawing: &mut Drawing, chart: &Chart, time: &TimeScale, scale: &ValueScale, labels: &mut Labels) {
    for event in &chart.events {
        let x = time.x(event.at);
        let style = "stroke=\"#16191D\" stroke-width=\"0.9\" stroke-dasharray=\"1.5 2\"";
        drawing.line((x, scale.top), (x, scale.bottom), style);
        drawing.path(&format!("M{x:.1} {:.1} l-3.5 6 h7 z", scale.bottom + 2.0), "fill=\"#16191D\"");
        let label = cut(&event.label, 20);
        if let Some((x, anchor)) = labels.place(x, &label) {
            drawing.text(x, scale.top - 5.0, anchor, INK, &label);
        }
    }
}

fn ends(point: &Point, time: &TimeScale) -> (f64, f64) {
    let to = Timestamp::from_second(point.at.as_second() + point.seconds).unwrap_or(point.at);
    (time.x(point.at), time.x(to))
}

fn bars(drawing: &mut Drawing, series: &Series, time: &TimeScale, scale: &ValueScale) {
    for point in &series.points {
        let (from, to) = ends(point, time);
        let y = scale.y(point.value.unwrap_or(0.0));
        drawing.rect(from + 0.8, y, to - from - 1.6, scale.bottom - y, "fill=\"#0B5CAD\"");
    }
}

fn steps(drawing: &mut Drawing, series: &Series, time: &TimeScale, scale: &ValueScale) {
    let mut path = String::new();
    for (at, point) in series.points.iter().enumerate() {
        let (from, to) = ends(point, time);
        let y = scale.y(point.value.unwrap_or(0.0));
        let _ = write!(path, "{}{from:.1} {y:.1} H{to:.1} ", if at == 0 { "M" } else { "L" });
    }
    drawing.path(&path, "fill=\"none\" stroke=\"#8A919B\" stroke-width=\"1\"");
}

fn points(drawing: &mut Drawing, series: &Series, time: &TimeScale, scale: &ValueScale) {
    let colour = if series.cohort { "#0B5CAD" } else { "#8A919B" };
    for point in &series.points {
        let Some(value) = point.value else { continue };
        let (from, to) = ends(point, time);
        let nudge = if series.cohort { 2.0 } else { -2.0 };
        let (x, y) = (f64::midpoint(from, to) + nudge, scale.y(value));
        if series.cohort {
            drawing.line((x, scale.bottom), (x, y), &format!("stroke=\"{colour}\" stroke-width=\"1\""));
        }
        let fill = if series.cohort && !point.weak { colour } else { "#ffffff" };
        drawing.dot(x, y, 3.0, &format!("fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.2\""));
        if let (true, Some((n, of))) = (point.weak && series.cohort, point.of) {
            drawing.text(
                x + 6.0,
                y + 3.0,
                "start",
                &format!("fill=\"{colour}\" font-size=\"9\""),
                &format!("{n} of {of}"),
            );
        }
    }
}

/// A line that breaks where there is no observation; weak points are hollow.
fn line(drawing: &mut Drawing, series: &Series, time: &TimeScale, scale: &ValueScale) {
    let (colour, width) = if series.cohort { ("#0B5CAD", 1.5) } else { ("#8A919B", 0.9) };
    let (mut path, mut open) = (String::new(), false);
    for point in &series.points {
        let (from, to) = ends(point, time);
        match point.value {
            Some(value) => {
                let _ = write!(
                    path,
                    "{}{:.1} {:.1} ",
                    if open { "L" } else { "M" },
                    f64::midpoint(from, to),
                    scale.y(value)
                );
                open = true;
            }
            None => open = false,
        }
    }
    drawing.path(&path, &format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\""));
    for point in series.points.iter().filter(|p| p.weak && series.cohort) {
        if let Some(value) = point.value {
            let (from, to) = ends(point, time);
            let style = format!("fill=\"#ffffff\" stroke=\"{colour}\" stroke-width=\"1.1\"");
            drawing.dot(f64::midpoint(from, to), scale.y(value), 2.4, &style);
        }
    }
}

/// One strip per source, hatched where it was silent; its name may carry its share behind a bar.
fn strips(drawing: &mut Drawing, chart: &Chart, time: &TimeScale) -> f64 {
    let top = 40.0;
    for (at, series) in chart.series.iter().enumerate() {
        let y = top + at as f64 * STRIP;
        let (name, share) = series.name.split_once('|').unwrap_or((&series.name, ""));
        drawing.text(0.0, y + 9.0, "start", INK, &cut(name, 18));
        drawing.text(LEFT - 6.0, y + 9.0, "end", GREY, share);
        let mut begin = 0;
        while begin < series.points.len() {
            let value = series.points[begin].value;
            let mut end = begin;
            while end + 1 < series.points.len() && series.points[end + 1].value == value {
                end += 1;
            }
            let (from, to) = (ends(&series.points[begin], time).0, ends(&series.points[end], time).1);
            let style = match value {
                Some(v) if v > 0.5 => "fill=\"#B9D3CE\"",
                Some(_) => "fill=\"url(#gap)\" stroke=\"#565E68\" stroke-width=\"0.7\"",
                None => "fill=\"#ffffff\" stroke=\"#C8CDD4\" stroke-width=\"0.5\"",
            };
            drawing.rect(from, y, to - from, 11.0, style);
            begin = end + 1;
        }
    }
    let bottom = top + chart.series.len() as f64 * STRIP;
    day_labels(drawing, time, bottom + 8.0);
    bottom + 16.0
}
