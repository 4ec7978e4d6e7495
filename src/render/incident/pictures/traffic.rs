//! Did the rollback work: traffic of the affected builds per bin, what was bad of it in red, and what people did.

use jiff::Timestamp;

use super::labels::{Shelves, fit, width};
use super::{BLUE, DIM, HAIR, INK, LEFT, RED, RIGHT, TINT, WIDTH, clock_of, dotted, mark_label, stroke, style, ticks};
use crate::config::Window;
use crate::render::axis::{Drawing, TimeScale, ValueScale};
use crate::render::figures;
use crate::render::view::named;
use crate::render::view::span::cut;
use crate::report::incident::Incident;

/// Marks that are labelled.
const MARKS: usize = 8;
const ROW: f64 = 12.0;
const PLOT: f64 = 130.0;

/// What the picture shows, in words; none where there is no traffic.
pub(in super::super) fn alt(incident: &Incident) -> Option<String> {
    let picture = &incident.picture;
    window(incident)?;
    let (of, bad) = picture.bins.iter().fold((0, 0), |(of, bad), bin| (of + bin.of, bad + bin.bad));
    let finding = cut(picture.finding.trim_end_matches('.'), 240);
    let counts = format!(
        "{}: {}, of which {} bad",
        named(&cut(&picture.counts, 60), "Requests"),
        figures::count(of),
        figures::count(bad)
    );
    Some(if finding.is_empty() { format!("{counts}.") } else { format!("{finding}. {counts}.") })
}

/// From the first bin to the end of the last one.
fn window(incident: &Incident) -> Option<Window> {
    let bins = &incident.picture.bins;
    let (first, last) = (bins.first()?, bins.last()?);
    let to = Timestamp::from_second(last.at.as_second() + incident.picture.bin_s.max(1)).ok()?;
    (to > first.at).then_some(Window { from: first.at, to })
}

/// What happened to the traffic, in order of time.
fn marks(incident: &Incident, window: &Window) -> Vec<(Timestamp, String, String)> {
    let picture = &incident.picture;
    let mut marks: Vec<(Timestamp, String)> = picture.marks.clone();
    if let Some((name, live)) = &picture.live {
        marks.push((live.from, cut(name, 40)));
    }
    marks.retain(|(at, _)| *at >= window.from && *at <= window.to);
    marks.sort();
    marks.truncate(MARKS);
    let label = |(at, words): &(Timestamp, String)| (*at, cut(words, 40), at.strftime(clock_of(window)).to_string());
    marks.iter().map(label).collect()
}

/// The picture; none where there is no traffic.
pub(super) fn svg(incident: &Incident) -> Option<String> {
    let alt = alt(incident)?;
    let window = window(incident)?;
    let time = TimeScale { window, left: LEFT, right: RIGHT };
    let picture = &incident.picture;
    let marks = marks(incident, &window);
    let mut shelves = Shelves::default();
    let rows: Vec<(f64, String, usize)> = marks
        .iter()
        .map(|(at, words, clock)| {
            let x = time.x(*at);
            let label = mark_label(words, clock, 8.6, x - 6.0);
            let row = shelves.place(x, width(&label, 8.6, false));
            (x, label, row)
        })
        .collect();
    let mut drawing = Drawing::new();
    let bin = ticks::length(picture.bin_s);
    let title = format!("{}, per {bin}", named(&cut(&picture.counts, 80), "Requests of the affected builds"));
    drawing.text(0.0, 11.0, "start", &style(INK, 10.4, true), &fit(&title, 10.4, true, WIDTH));
    drawing.text(0.0, 24.0, "start", &style(DIM, 8.8, false), &fit(&picture.finding, 8.8, false, WIDTH));
    let top = 42.0 + shelves.len() as f64 * ROW;
    let bottom = top + PLOT;
    let most = picture.bins.iter().map(|bin| bin.of).max().unwrap_or(0);
    let scale = ValueScale::to((most as f64 * 1.04).max(4.0), top, bottom);
    plot(&mut drawing, incident, &time, &scale);
    for (x, label, row) in &rows {
        // The first row is the nearest, so that a leader passes only labels that lie left of it.
        let y = top - 5.0 - *row as f64 * ROW;
        drawing.line((*x, y - 7.0), (*x, bottom), &dotted(INK));
        drawing.text(x - 3.0, y, "end", &style(INK, 8.6, false), label);
    }
    ticks::axis(&mut drawing, &time, bottom);
    Some(drawing.finish(WIDTH, bottom + 20.0, "Did the rollback work", &alt))
}

/// Impact window, grid, bars with their bad part.
fn plot(drawing: &mut Drawing, incident: &Incident, time: &TimeScale, scale: &ValueScale) {
    let picture = &incident.picture;
    if let Some(impact) = &picture.impact {
        let (from, to) = (time.x(impact.from), time.x(impact.to));
        drawing.rect(from, scale.top, (to - from).max(1.5), scale.bottom - scale.top, &format!("fill=\"{TINT}\""));
    }
    for tick in scale.ticks() {
        let y = scale.y(tick);
        drawing.line((LEFT, y), (RIGHT, y), &stroke(HAIR, 0.6));
        drawing.text(LEFT - 6.0, y + 3.2, "end", &style(DIM, 8.6, false), &figures::whole(tick));
    }
    drawing.dot(5.0, scale.top + 6.0, 3.2, &format!("fill=\"{BLUE}\""));
    drawing.text(13.0, scale.top + 9.2, "start", &style(BLUE, 9.0, true), "all");
    drawing.dot(5.0, scale.top + 21.0, 3.2, &format!("fill=\"{RED}\""));
    let bad = named(&incident.meta.bad, "bad");
    drawing.text(13.0, scale.top + 24.2, "start", &style(RED, 9.0, true), &fit(&bad, 9.0, true, LEFT - 50.0));
    for bin in &picture.bins {
        let end = Timestamp::from_second(bin.at.as_second() + picture.bin_s.max(1)).unwrap_or(bin.at);
        let (from, to) = (time.x(bin.at), time.x(end));
        let gap = ((to - from) * 0.1).min(1.0);
        let wide = (to - from - 2.0 * gap).max(0.6);
        let (all, bad) = (scale.y(bin.of as f64), scale.y(bin.bad as f64));
        drawing.rect(from + gap, all, wide, scale.bottom - all, &format!("fill=\"{BLUE}\""));
        drawing.rect(from + gap, bad, wide, scale.bottom - bad, &format!("fill=\"{RED}\""));
    }
}
