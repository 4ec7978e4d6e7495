//! The incident over time: a lane per affected tester, what was live, what people did.

use jiff::Timestamp;

use super::labels::{Shelves, fit, two_lines, width};
use super::{DIM, HAIR, INK, LEFT, RED, RIGHT, TINT, WIDTH, clock_of, dotted, mark_label, stroke, style, ticks};
use crate::config::Window;
use crate::render::axis::{Drawing, TimeScale};
use crate::render::figures;
use crate::render::view::counted;
use crate::render::view::span::cut;
use crate::report::incident::{Incident, Lane};

/// Marks of people that are labelled.
const MARKS: usize = 10;
/// Lanes that are drawn; the others are counted.
const LANES: usize = 12;
const TOP: f64 = 24.0;
const ROW: f64 = 13.0;

/// What the picture shows, in words; none where no time is known.
pub(in super::super) fn alt(incident: &Incident) -> Option<String> {
    let picture = &incident.picture;
    picture.window?;
    let mut parts = vec![match &picture.impact {
        Some(impact) => format!(
            "{} of impact, {} to {} UTC",
            figures::duration(length(impact)),
            figures::clock(impact.from),
            figures::clock(impact.to)
        ),
        None => "The time of impact is not known".to_owned(),
    }];
    parts.extend(
        picture
            .lanes
            .iter()
            .take(LANES)
            .map(|lane| format!("{}: {}", cut(&lane.tester, 14), counted(lane.bad.len(), "bad event", "bad events"))),
    );
    if let Some((name, live)) = &picture.live {
        parts.push(format!("{} was live from {}", cut(name, 60), figures::clock(live.from)));
    }
    parts.extend(marks(incident).iter().map(|(_, words, time)| format!("{words} {time}")));
    Some(format!("{}.", parts.join("; ")))
}

/// Seconds of a window, with their fractions.
fn length(window: &Window) -> f64 {
    (window.to_ms() - window.from_ms()) as f64 / 1000.0
}

/// What people did, in order of time: words and time.
fn marks(incident: &Incident) -> Vec<(Timestamp, String, String)> {
    let Some(window) = incident.picture.window else { return Vec::new() };
    let mut marks: Vec<&(Timestamp, String)> = incident.picture.marks.iter().collect();
    marks.sort_by_key(|(at, _)| *at);
    let label = |(at, words): &(Timestamp, String)| (*at, cut(words, 40), at.strftime(clock_of(&window)).to_string());
    marks.into_iter().take(MARKS).map(label).collect()
}

/// The picture; none where no time is known.
pub(super) fn svg(incident: &Incident) -> Option<String> {
    let picture = &incident.picture;
    let window = picture.window?;
    let time = TimeScale { window, left: LEFT, right: RIGHT };
    let lanes: Vec<&Lane> = picture.lanes.iter().take(LANES).collect();
    let lines = lanes.iter().map(|lane| device(lane).len()).max().unwrap_or(0);
    let height = (if lanes.len() <= 4 { 34.0_f64 } else { 26.0 }).max(17.0 + lines as f64 * 9.0);
    let hidden = picture.more_lanes + (picture.lanes.len() - lanes.len()) as u64;
    let mut drawing = Drawing::new();
    let below = TOP + lanes.len() as f64 * height + if hidden > 0 { 14.0 } else { 0.0 };
    let live = below + 4.0;
    let people = live + if picture.live.is_some() { 34.0 } else { 10.0 };
    let foot = people + 10.0;
    match &picture.impact {
        Some(impact) => shade(&mut drawing, &time, impact, (TOP, foot)),
        None => drawing.text(LEFT, TOP - 11.0, "start", &style(DIM, 8.8, false), "the time of impact is not known"),
    }
    for (at, lane) in lanes.iter().enumerate() {
        one_lane(&mut drawing, &time, lane, (TOP + at as f64 * height, height));
    }
    if hidden > 0 {
        let more = format!("and {} without a lane: Appendix B", counted(hidden as usize, "tester", "testers"));
        drawing.text(0.0, below - 3.0, "start", &style(DIM, 8.4, false), &more);
    }
    if let Some((name, stretch)) = &picture.live {
        live_band(&mut drawing, &time, (name, stretch), live);
    }
    let rows = people_row(&mut drawing, &time, &marks(incident), (TOP, people));
    let axis = foot + rows as f64 * ROW + 8.0;
    ticks::axis(&mut drawing, &time, axis);
    Some(drawing.finish(WIDTH, axis + 20.0, "The incident over time", &alt(incident)?))
}

/// The time of impact, with its length above it.
fn shade(drawing: &mut Drawing, time: &TimeScale, impact: &Window, (top, foot): (f64, f64)) {
    let (from, to) = (time.x(impact.from), time.x(impact.to));
    drawing.rect(from, top - 6.0, (to - from).max(1.5), foot - top + 6.0, &format!("fill=\"{TINT}\""));
    let label = format!("{} of impact", figures::duration(length(impact)));
    let half = width(&label, 9.8, true) / 2.0;
    let x = f64::midpoint(from, to).clamp(LEFT + half, RIGHT - half);
    drawing.text(x, top - 11.0, "middle", &style(RED, 9.8, true), &label);
}

/// The device below the tester's name.
fn device(lane: &Lane) -> Vec<String> {
    two_lines(&lane.device, 8.0, LEFT - 14.0)
}

fn one_lane(drawing: &mut Drawing, time: &TimeScale, lane: &Lane, (top, height): (f64, f64)) {
    let middle = top + height / 2.0;
    let device = device(lane);
    let tall = 10.0 + device.len() as f64 * 9.0;
    let mut y = middle - tall / 2.0 + 8.0;
    drawing.text(0.0, y, "start", &style(INK, 9.6, true), &fit(&lane.tester, 9.6, true, LEFT - 44.0));
    let count = format!("{} bad", figures::count(lane.bad.len() as u64));
    drawing.text(LEFT - 14.0, y, "end", &style(RED, 8.4, false), &count);
    for line in &device {
        y += 9.0;
        drawing.text(0.0, y, "start", &style(DIM, 8.0, false), line);
    }
    drawing.line((LEFT, middle), (RIGHT, middle), &stroke(HAIR, 0.8));
    // Where events are denser than the eye, one square stands for those under it; their number is at the left.
    let mut last = f64::NEG_INFINITY;
    for at in &lane.bad {
        let x = time.x(*at);
        if x - last >= 3.0 {
            square(drawing, x, middle);
            last = x;
        }
    }
}

/// A red square with a cross.
fn square(drawing: &mut Drawing, x: f64, y: f64) {
    drawing.rect(x - 4.6, y - 4.6, 9.2, 9.2, &format!("fill=\"{RED}\" stroke=\"#ffffff\" stroke-width=\"0.6\""));
    let cross = format!("M{:.1} {:.1} l4.4 4.4 M{:.1} {:.1} l-4.4 4.4", x - 2.2, y - 2.2, x + 2.2, y - 2.2);
    drawing.path(&cross, "stroke=\"#ffffff\" stroke-width=\"1.2\" fill=\"none\"");
}

/// What was live while it went wrong; its name inside the band, or beside it where the band is short.
fn live_band(drawing: &mut Drawing, time: &TimeScale, (name, stretch): (&str, &Window), y: f64) {
    let (from, to) = (time.x(stretch.from), time.x(stretch.to));
    drawing.text(0.0, y + 14.0, "start", &style(INK, 9.6, true), "First suspect");
    drawing.rect(from, y, (to - from).max(2.0), 20.0, "fill=\"#D8D8D8\"");
    let label = format!("{}, {}", cut(name, 60), figures::duration(length(stretch)));
    let (inside, right, left) = (to - from - 10.0, RIGHT - to - 8.0, from - LEFT - 8.0);
    let wide = width(&label, 8.8, false);
    let ink = style(INK, 8.8, false);
    if wide <= inside || (inside >= right && inside >= left) {
        drawing.text(from + 6.0, y + 13.4, "start", &ink, &fit(&label, 8.8, false, inside));
    } else if wide <= right || right >= left {
        drawing.text(to + 6.0, y + 13.4, "start", &ink, &fit(&label, 8.8, false, right));
    } else {
        drawing.text(from - 6.0, y + 13.4, "end", &ink, &fit(&label, 8.8, false, left));
    }
}

/// Dots of people, dotted lines through the lanes, labels below; gives the number of rows of labels.
fn people_row(
    drawing: &mut Drawing,
    time: &TimeScale,
    marks: &[(Timestamp, String, String)],
    (top, y): (f64, f64),
) -> usize {
    drawing.text(0.0, y + 3.4, "start", &style(INK, 9.6, true), "People");
    if marks.is_empty() {
        drawing.text(LEFT, y + 3.4, "start", &style(DIM, 8.8, false), "nothing is recorded of what people did");
        return 0;
    }
    let mut shelves = Shelves::default();
    for (at, words, clock) in marks {
        let x = time.x(*at);
        let label = mark_label(words, clock, 8.8, x - 4.0);
        let row = shelves.place(x, width(&label, 8.8, false));
        let text = y + 18.0 + row as f64 * ROW;
        drawing.line((x, top - 6.0), (x, y), &dotted(INK));
        drawing.line((x, y), (x, text), &stroke(INK, 0.6));
        drawing.dot(x, y, 3.8, &format!("fill=\"{INK}\""));
        drawing.text(x - 3.0, text, "end", &style(INK, 8.8, false), &label);
    }
    shelves.len()
}
