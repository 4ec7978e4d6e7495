//! Shares with exact intervals side by side: the cohort while the suspect was live, before, after, and the others.

use super::labels::{two_lines, width};
use super::{BLUE, DIM, HAIR, INK, SLATE, WIDTH, stroke, style};
use crate::render::axis::Drawing;
use crate::render::figures;
use crate::render::incident::data::share_said;
use crate::render::view::named;
use crate::render::view::span::cut;
use crate::report::incident::{Incident, Share};

const LABEL: f64 = 176.0;
const COUNT: f64 = 246.0;
const LEFT: f64 = 262.0;
const RIGHT: f64 = 520.0;
const ROW: f64 = 26.0;
const TOP: f64 = 6.0;
const ROWS: usize = 12;

/// What the picture shows, in words; none where there is no share.
pub(in super::super) fn alt(incident: &Incident) -> Option<String> {
    if incident.shares.is_empty() {
        return None;
    }
    let said = incident
        .shares
        .iter()
        .take(ROWS)
        .map(|row| format!("{}: {}, {}", cut(&row.label, 60), counted(row), said(row)));
    let bad = named(&cut(&incident.meta.bad, 60), "bad events");
    Some(format!("Share of {bad}. {}.", said.collect::<Vec<_>>().join("; ")))
}

fn counted(row: &Share) -> String {
    format!("{} of {}", figures::count(row.bad), figures::count(row.of))
}

/// `27 %, 95 % within 17 – 38 %`, `at most 8.9 % (95 %)`.
fn said(row: &Share) -> String {
    match row.share {
        None => "nothing to divide by".to_owned(),
        Some(_) if row.bad == 0 => format!("at most {} (95\u{a0}%)", share_said(row.high)),
        Some(share) => format!(
            "{}, 95\u{a0}% within {} – {}",
            share_said(share),
            share_said(row.low).replace("\u{a0}%", ""),
            share_said(row.high)
        ),
    }
}

/// The picture; none where there is no share.
pub(super) fn svg(incident: &Incident) -> Option<String> {
    let alt = alt(incident)?;
    let rows: Vec<&Share> = incident.shares.iter().take(ROWS).collect();
    let most = rows.iter().filter(|row| row.share.is_some()).map(|row| row.high).fold(0.0, f64::max);
    let reach = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5].into_iter().find(|reach| *reach >= most).unwrap_or(1.0);
    let x = |share: f64| LEFT + (share / reach).clamp(0.0, 1.0) * (RIGHT - LEFT);
    let mut drawing = Drawing::new();
    let bottom = TOP + rows.len() as f64 * ROW;
    for step in 0..=5 {
        let share = reach * f64::from(step) / 5.0;
        let colour = if step == 0 { INK } else { HAIR };
        drawing.line((x(share), TOP), (x(share), bottom), &stroke(colour, 0.6));
        drawing.text(x(share), bottom + 12.0, "middle", &style(DIM, 8.6, false), &share_said(share));
    }
    drawing.line((LEFT, bottom), (RIGHT, bottom), &stroke(INK, 1.1));
    for (at, row) in rows.iter().enumerate() {
        one_row(&mut drawing, row, TOP + (at as f64 + 0.5) * ROW, &x);
    }
    Some(drawing.finish(WIDTH, bottom + 18.0, "Shares with their intervals", &alt))
}

fn one_row(drawing: &mut Drawing, row: &Share, y: f64, x: &dyn Fn(f64) -> f64) {
    let colour = if row.cohort { BLUE } else { SLATE };
    let text = if row.cohort { BLUE } else { DIM };
    let size = if width(&row.label, 9.2, row.main) <= LABEL { 9.2 } else { 8.2 };
    // Bold letters are wider than those that the lines were broken for.
    let lines = two_lines(&row.label, size, if row.main { LABEL * 0.94 } else { LABEL });
    for (at, line) in lines.iter().enumerate() {
        let y = y + 3.3 + (at as f64 - (lines.len() - 1) as f64 / 2.0) * 10.0;
        drawing.text(0.0, y, "start", &style(INK, size, row.main), line);
    }
    drawing.text(COUNT, y + 3.3, "end", &style(INK, 9.2, false), &counted(row));
    let mut right = LEFT;
    if let Some(share) = row.share {
        let (low, high) = (x(row.low), x(row.high));
        drawing.line((low, y), (high, y), &stroke(colour, 1.8));
        drawing.line((high, y - 5.0), (high, y + 5.0), &stroke(colour, 1.4));
        if row.bad > 0 {
            drawing.line((low, y - 3.0), (low, y + 3.0), &stroke(colour, 1.4));
        }
        let fill = if row.cohort { colour } else { "#ffffff" };
        drawing.dot(x(share), y, 4.2, &format!("fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.3\""));
        right = high.max(x(share) + 4.2);
    }
    let said = said(row);
    let wide = width(&said, 8.8, row.main);
    // White behind it, so that grid lines do not run through.
    drawing.rect(right + 6.0, y - 6.5, wide, 13.0, "fill=\"#ffffff\"");
    drawing.text(right + 8.0, y + 3.2, "start", &style(text, 8.8, row.main), &said);
}
