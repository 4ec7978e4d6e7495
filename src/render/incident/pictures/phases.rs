//! Where the minutes went: the phases from the first bad event to the end of the rollback, as one bar.

use super::labels::{fit, width};
use super::{DIM, INK, RED, SLATE, WIDTH, style};
use crate::render::axis::Drawing;
use crate::render::figures;
use crate::render::view::span::cut;
use crate::report::incident::{Incident, Phase};

/// Fill of a phase and colour of the text on it, by place.
const COLOURS: [(&str, &str); 4] = [(RED, "#ffffff"), (SLATE, INK), ("#1F5A94", "#ffffff"), (INK, "#ffffff")];
const HEIGHT: f64 = 32.0;
const END: f64 = 698.0;

/// What the picture shows, in words; none where no phase is known.
pub(in super::super) fn alt(incident: &Incident) -> Option<String> {
    let phases = known(incident);
    if phases.is_empty() {
        return None;
    }
    let said = phases.iter().map(|phase| format!("{}: {}", cut(&phase.name, 60), figures::duration(seconds(phase))));
    Some(format!("Where the time went. {}.", said.collect::<Vec<_>>().join("; ")))
}

fn known(incident: &Incident) -> Vec<&Phase> {
    incident.phases.iter().filter(|phase| phase.to >= phase.from).take(8).collect()
}

fn seconds(phase: &Phase) -> f64 {
    (phase.to.as_millisecond() - phase.from.as_millisecond()) as f64 / 1000.0
}

/// The picture; none where no phase is known.
pub(super) fn svg(incident: &Incident) -> Option<String> {
    let phases = known(incident);
    let alt = alt(incident)?;
    let all: f64 = phases.iter().map(|phase| seconds(phase)).sum();
    let gaps = phases.len().saturating_sub(1) as f64 * 2.0;
    // Every phase is seen, however short it was.
    let least = 4.0;
    let free = END - gaps - least * phases.len() as f64;
    let mut x = 0.0;
    let mut drawing = Drawing::new();
    let mut places = Vec::new();
    for (at, phase) in phases.iter().enumerate() {
        let wide = least + if all > 0.0 { free * seconds(phase) / all } else { free / phases.len() as f64 };
        let (fill, on) = COLOURS[at % COLOURS.len()];
        drawing.rect(x, 2.0, wide, HEIGHT, &format!("fill=\"{fill}\""));
        let length = figures::duration(seconds(phase));
        if width(&length, 10.0, true) + 8.0 <= wide {
            drawing.text(x + wide / 2.0, 2.0 + HEIGHT / 2.0 + 3.6, "middle", &style(on, 10.0, true), &length);
        }
        places.push((x, wide));
        x += wide + 2.0;
    }
    let bottom = names(&mut drawing, &phases, &places, 2.0 + HEIGHT);
    Some(drawing.finish(WIDTH, bottom, "Where the time went", &alt))
}

/// Names below their phases; where one would touch the next, a list with the colours.
fn names(drawing: &mut Drawing, phases: &[&Phase], places: &[(f64, f64)], top: f64) -> f64 {
    let shown = |phase: &Phase| cut(&phase.name, 60);
    let fits = phases.iter().zip(places).all(|(phase, (_, wide))| {
        width(&shown(phase), 9.4, true) <= *wide && width(&figures::duration(seconds(phase)), 10.0, true) + 8.0 <= *wide
    });
    if fits {
        for (phase, (x, _)) in phases.iter().zip(places) {
            drawing.text(*x, top + 14.0, "start", &style(INK, 9.4, true), &shown(phase));
        }
        return top + 20.0;
    }
    for (at, phase) in phases.iter().enumerate() {
        let y = top + 16.0 + at as f64 * 15.0;
        drawing.rect(0.0, y - 8.0, 9.0, 9.0, &format!("fill=\"{}\"", COLOURS[at % COLOURS.len()].0));
        drawing.text(16.0, y, "start", &style(INK, 9.4, true), &fit(&shown(phase), 9.4, true, 320.0));
        let length = figures::duration(seconds(phase));
        let from = format!("{length}, from {} to {} UTC", figures::clock(phase.from), figures::clock(phase.to));
        drawing.text(350.0, y, "start", &style(DIM, 9.2, false), &from);
    }
    top + 8.0 + phases.len() as f64 * 15.0 + 4.0
}
