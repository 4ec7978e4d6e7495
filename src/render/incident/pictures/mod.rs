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

/// A few words and their time, no wider than `most`; where that is too little, the words are shortened.
fn mark_label(words: &str, time: &str, size: f64, most: f64) -> String {
    let time = format!(" {time}");
    let words = labels::fit(words, size, false, most - labels::width(&time, size, false));
    labels::fit(&format!("{words}{time}"), size, false, most)
}

/// The format of a moment in a picture of a window: with seconds where the window is short.
fn clock_of(window: &crate::config::Window) -> &'static str {
    if window.seconds() < 600 { "%H:%M:%S" } else { "%H:%M" }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::incident::sample;
    use crate::render::sample::HOSTILE;

    /// A text of a picture: its words and the box that it takes.
    #[derive(Debug)]
    struct Placed {
        words: String,
        left: f64,
        right: f64,
        top: f64,
        bottom: f64,
    }

    fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
        tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
    }

    fn texts(svg: &str) -> Vec<Placed> {
        let tags = svg.lines().filter(|line| line.starts_with("<text"));
        let placed = tags.filter_map(|tag| {
            let number = |name: &str| attribute(tag, name)?.parse::<f64>().ok();
            let words = tag.split_once('>')?.1.trim_end_matches("</text>").to_owned();
            let (x, y, size) = (number("x")?, number("y")?, number("font-size")?);
            // What the estimate adds for safety is not drawn.
            let wide = labels::width(&words, size, tag.contains("bold")) * 0.9;
            let left = match attribute(tag, "text-anchor")? {
                "start" => x,
                "middle" => x - wide / 2.0,
                _ => x - wide,
            };
            Some(Placed { words, left, right: left + wide, top: y - 0.72 * size, bottom: y + 0.1 * size })
        });
        placed.filter(|text| !text.words.is_empty()).collect()
    }

    fn incidents() -> Vec<Incident> {
        vec![
            sample::rich(),
            sample::many(1),
            sample::many(12),
            sample::crowded(30, true),
            sample::crowded(3 * 86_400, false),
            sample::crowded(4_000, true),
        ]
    }

    /// No label is covered by another one or reaches beyond its picture, however long the incident and its names.
    #[test]
    fn labels_neither_touch_nor_leave_the_picture() {
        for (at, incident) in incidents().iter().enumerate() {
            for picture in all(incident) {
                let svg = String::from_utf8(picture.bytes).expect("text");
                let texts = texts(&svg);
                assert!(texts.len() > 2, "{} of {at} has no labels", picture.path);
                for (n, a) in texts.iter().enumerate() {
                    assert!(a.left >= -1.0 && a.right <= WIDTH + 1.0, "{} of {at}: {a:?} leaves it", picture.path);
                    for b in &texts[n + 1..] {
                        let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
                        assert!(apart, "{} of {at}: {a:?} touches {b:?}", picture.path);
                    }
                }
            }
        }
    }

    /// Whatever the evidence says, a picture is whole XML with finite numbers.
    #[test]
    fn pictures_are_whole_whatever_the_text() {
        let long = HOSTILE.join(" ");
        let hostile = [sample::hostile(&long, 3), sample::hostile("", 0), sample::nothing()];
        for incident in incidents().iter().chain(&hostile) {
            for picture in all(incident) {
                let svg = String::from_utf8(picture.bytes).expect("text");
                assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{}", picture.path);
                let mut reader = quick_xml::Reader::from_str(&svg);
                loop {
                    match reader.read_event() {
                        Ok(quick_xml::events::Event::Eof) => break,
                        Ok(_) => {}
                        Err(error) => panic!("{}: {error}", picture.path),
                    }
                }
            }
        }
    }

    #[test]
    fn a_label_keeps_its_time_when_its_words_are_too_long() {
        let label = mark_label("a very long word about what somebody did then", "09:14", 8.8, 90.0);
        assert!(label.ends_with("… 09:14") && labels::width(&label, 8.8, false) <= 90.0, "{label}");
    }
}
