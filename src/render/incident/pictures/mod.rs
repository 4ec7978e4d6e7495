//! The incident in, its pictures out as SVG; each has a text that says the finding.

mod labels;
mod phases;
mod shares;
mod swimlane;
mod ticks;
mod traffic;
mod way;

use crate::render::Artifact;
use crate::report::incident::Incident;

pub(super) use phases::alt as alt_of_phases;
pub(super) use shares::alt as alt_of_shares;
pub(super) use swimlane::alt as alt_of_swimlane;
pub(super) use traffic::alt as alt_of_traffic;
pub(super) use way::alt as alt_of_way;

/// Width of every picture, and where its plot lies: all share one left edge.
const WIDTH: f64 = 700.0;
const LEFT: f64 = 134.0;
const RIGHT: f64 = 692.0;

const INK: &str = "#16191D";
const DIM: &str = "#565E68";
const HAIR: &str = "#C8CDD4";
const RED: &str = "#B3261E";
const TINT: &str = "#FBEFEE";
const BLUE: &str = "#0B5CAD";
const SLATE: &str = "#8A919B";

/// All pictures that an incident has.
pub(super) fn all(incident: &Incident) -> Vec<Artifact> {
    let mut pictures = Vec::new();
    let mut add = |name: String, svg: Option<String>| {
        if let Some(svg) = svg {
            pictures.push(Artifact { path: format!("charts/{name}.svg"), bytes: svg.into_bytes() });
        }
    };
    add("timeline".to_owned(), swimlane::svg(incident));
    add("phases".to_owned(), phases::svg(incident));
    for (at, way) in incident.ways.iter().enumerate() {
        add(format!("request-{}", at + 1), way::svg(way));
    }
    add("shares".to_owned(), shares::svg(incident));
    add("traffic".to_owned(), traffic::svg(incident));
    pictures
}

/// The style of a text.
fn style(colour: &str, size: f64, bold: bool) -> String {
    let weight = if bold { " font-weight=\"bold\"" } else { "" };
    format!("fill=\"{colour}\" font-size=\"{size}\"{weight}")
}

/// The style of a line.
fn stroke(colour: &str, width: f64) -> String {
    format!("stroke=\"{colour}\" stroke-width=\"{width}\"")
}

/// A dotted line, as for moments.
fn dotted(colour: &str) -> String {
    format!("stroke=\"{colour}\" stroke-width=\"0.9\" stroke-dasharray=\"2 2\"")
}
