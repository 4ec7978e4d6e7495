//! The way of one request: a lane per hop, bars with the uncertainty of both clocks, what was not called or not seen.

use super::labels::{fit, two_lines, width};
use super::{BLUE, DIM, HAIR, INK, LEFT, RED, WIDTH, stroke, style, ticks};
use crate::render::axis::Drawing;
use crate::render::view::span::cut;
use crate::report::incident::{Hop, Way};

/// Right end of the plot; what each hop says stands beside it.
const END: f64 = 540.0;
const SAYS: f64 = 558.0;
const TOP: f64 = 6.0;
const LANE: f64 = 46.0;
/// Hops that are drawn.
const HOPS: usize = 10;

/// What the picture shows, in words; none where no hop has a time.
pub(in super::super) fn alt(way: &Way) -> Option<String> {
    way.hops.iter().find(|hop| hop.span.is_some())?;
    let said = way.hops.iter().take(HOPS).map(|hop| {
        let what = match hop.span {
            Some((from, to)) => format!("{} from {} to {}", cut(&hop.says, 40), ms(from), ms(to)),
            None => reason(hop),
        };
        let fault = if hop.fault.is_empty() { String::new() } else { format!(", {}", cut(&hop.fault, 100)) };
        format!("{}: {what}{fault}", cut(&hop.name, 30))
    });
    Some(format!("{}. {}.", cut(way.sentence.trim_end_matches('.'), 200), said.collect::<Vec<_>>().join("; ")))
}

fn reason(hop: &Hop) -> String {
    let reason = cut(&hop.absent, 80);
    if reason.is_empty() { "not observed".to_owned() } else { reason }
}

/// `42 ms`, `1.20 s`.
fn ms(x: f64) -> String {
    let sign = if x < 0.0 { "−" } else { "" };
    let x = x.abs();
    match x {
        x if x >= 100_000.0 => format!("{sign}{:.0}\u{a0}s", x / 1000.0),
        x if x >= 1000.0 => format!("{sign}{:.2}\u{a0}s", x / 1000.0),
        x if x < 10.0 && x.fract() > 0.05 => format!("{sign}{x:.1}\u{a0}ms"),
        _ => format!("{sign}{x:.0}\u{a0}ms"),
    }
}

/// Horizontal place of milliseconds.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn x(&self, ms: f64) -> f64 {
        LEFT + ((ms - self.low) / (self.high - self.low).max(1e-9)).clamp(0.0, 1.0) * (END - LEFT)
    }
}

/// The picture; none where no hop has a time.
pub(super) fn svg(way: &Way) -> Option<String> {
    let alt = alt(way)?;
    let hops: Vec<&Hop> = way.hops.iter().take(HOPS).collect();
    let reach = |hop: &&Hop| hop.span.map(|(from, to)| (from - hop.uncertain_ms, to + hop.uncertain_ms));
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    for (from, to) in hops.iter().filter_map(reach).filter(|(from, to)| from.is_finite() && to.is_finite()) {
        (low, high) = (low.min(from), high.max(to));
    }
    let marks = ticks::numbers(low, high);
    let scale = Scale { low: marks.first().copied()?, high: marks.last().copied()? };
    let mut drawing = Drawing::new();
    let bottom = TOP + hops.len() as f64 * LANE;
    for mark in &marks {
        drawing.line((scale.x(*mark), TOP), (scale.x(*mark), bottom), &stroke(HAIR, 0.6));
    }
    for (at, hop) in hops.iter().enumerate() {
        lane(&mut drawing, &scale, hop, (TOP + at as f64 * LANE, at), extent(&hops));
    }
    drawing.line((LEFT, bottom), (END, bottom), &stroke(INK, 1.1));
    for mark in &marks {
        drawing.text(scale.x(*mark), bottom + 12.0, "middle", &style(DIM, 8.6, false), &ms(*mark));
    }
    let zero = format!("0 is {} UTC, {}", way.zero.strftime("%H:%M:%S%.3f"), cut(&way.zero_clock, 60));
    drawing.text(LEFT, bottom + 25.0, "start", &style(DIM, 8.6, false), &fit(&zero, 8.6, false, WIDTH - LEFT));
    Some(drawing.finish(WIDTH, bottom + 32.0, "The way of a request", &alt))
}

/// From the first to the last that any hop saw, for those that saw nothing.
fn extent(hops: &[&Hop]) -> (f64, f64) {
    let spans = || hops.iter().filter_map(|hop| hop.span);
    let from = spans().map(|(from, _)| from).fold(f64::INFINITY, f64::min);
    let to = spans().map(|(_, to)| to).fold(f64::NEG_INFINITY, f64::max);
    (from, to)
}

fn lane(drawing: &mut Drawing, scale: &Scale, hop: &Hop, (top, at): (f64, usize), all: (f64, f64)) {
    let middle = top + LANE / 2.0 - if hop.fault.is_empty() { 0.0 } else { 6.0 };
    drawing.line((0.0, top), (WIDTH, top), &stroke(HAIR, 0.6));
    let size = if width(&hop.name, 9.8, true) <= LEFT - 8.0 { 9.8 } else { 8.2 };
    drawing.text(0.0, top + 19.0, "start", &style(INK, size, true), &fit(&hop.name, size, true, LEFT - 8.0));
    for (n, line) in two_lines(&hop.detail, 8.2, LEFT - 8.0).iter().enumerate() {
        drawing.text(0.0, top + 30.0 + n as f64 * 9.4, "start", &style(DIM, 8.2, false), line);
    }
    let says = two_lines(&hop.says, 9.0, WIDTH - SAYS);
    let below = top + 19.0 + says.len() as f64 * 10.6;
    for (n, line) in says.iter().enumerate() {
        let strong = style(INK, 9.0, true);
        drawing.text(SAYS, top + 19.0 + n as f64 * 10.6, "start", &strong, &fit(line, 9.0, true, WIDTH - SAYS));
    }
    let clock = fit(&hop.clock, 8.2, false, WIDTH - SAYS);
    drawing.text(SAYS, below, "start", &style(DIM, 8.2, false), &clock);
    match hop.span {
        Some(span) => bar(drawing, scale, hop, span, (middle, at)),
        None => absent(drawing, scale, hop, all, middle),
    }
}

/// A bar with whiskers at both ends, and what went wrong below it.
fn bar(drawing: &mut Drawing, scale: &Scale, hop: &Hop, (from, to): (f64, f64), (y, at): (f64, usize)) {
    let (left, right) = (scale.x(from), scale.x(to));
    let fill = [BLUE, "#6B7580", "#3C434C"][at.min(2)];
    drawing.rect(left, y - 8.0, (right - left).max(1.5), 16.0, &format!("fill=\"{fill}\""));
    let length = ms(to - from);
    let wide = width(&length, 9.2, true) + 12.0;
    let whisker = scale.x(to + hop.uncertain_ms);
    if wide + 2.0 * (whisker - right) <= right - left {
        drawing.text(f64::midpoint(left, right), y + 3.3, "middle", &style("#ffffff", 9.2, true), &length);
    } else if whisker + wide <= END {
        drawing.text(whisker + 5.0, y + 3.3, "start", &style(INK, 9.2, true), &length);
    } else {
        let first = scale.x(from - hop.uncertain_ms);
        drawing.text((first - 5.0).max(LEFT + wide), y + 3.3, "end", &style(INK, 9.2, true), &length);
    }
    if hop.uncertain_ms > 0.0 {
        for end in [from, to] {
            let (low, high) = (scale.x(end - hop.uncertain_ms), scale.x(end + hop.uncertain_ms));
            for (colour, thick) in [("#ffffff", 2.6), (INK, 1.1)] {
                drawing.line((low, y), (high, y), &stroke(colour, thick));
                drawing.line((low, y - 4.5), (low, y + 4.5), &stroke(colour, thick));
                drawing.line((high, y - 4.5), (high, y + 4.5), &stroke(colour, thick));
            }
        }
    }
    if !hop.fault.is_empty() {
        fault(drawing, &hop.fault, right, y);
    }
}

/// What went wrong, in red, at the end of its bar.
fn fault(drawing: &mut Drawing, text: &str, right: f64, y: f64) {
    let text = fit(text, 8.8, true, END - LEFT - 8.0);
    let wide = width(&text, 8.8, true);
    drawing.line((right, y + 9.0), (right, y + 24.0), &stroke(RED, 1.6));
    let (x, anchor) =
        if right - wide - 4.0 >= LEFT { (right - 4.0, "end") } else { (LEFT.max(right - wide) + 4.0, "start") };
    drawing.text(x, y + 21.0, anchor, &style(RED, 8.8, true), &text);
}

/// A frame where a hop has no time: dashed where it was not called, hatched where it was not observed.
fn absent(drawing: &mut Drawing, scale: &Scale, hop: &Hop, (from, to): (f64, f64), y: f64) {
    let (left, right) = (scale.x(from), scale.x(to).max(scale.x(from) + 40.0));
    let said = reason(hop);
    let called = !said.to_lowercase().starts_with("not called");
    let frame = if called {
        format!("fill=\"url(#gap)\" stroke=\"{HAIR}\" stroke-width=\"0.8\"")
    } else {
        format!("fill=\"none\" stroke=\"{DIM}\" stroke-width=\"1\" stroke-dasharray=\"3 2.4\"")
    };
    drawing.rect(left, y - 9.0, right - left, 18.0, &frame);
    let text = fit(&said, 8.8, false, END - LEFT - 12.0);
    let wide = width(&text, 8.8, false);
    let middle = f64::midpoint(left, right).clamp(LEFT + wide / 2.0 + 4.0, END - wide / 2.0 - 4.0);
    drawing.rect(middle - wide / 2.0 - 3.0, y - 6.0, wide + 6.0, 12.0, "fill=\"#ffffff\"");
    drawing.text(middle, y + 3.2, "middle", &style(DIM, 8.8, false), &text);
}
