//! The appendices: register, all events, coverage with what is missing, settings, redactions.

use super::sheet::{Sheet, heading, note};
use super::timeline;
use crate::render::figures;
use crate::render::view::appendices;
use crate::render::view::block::Block;
use crate::render::view::counted;
use crate::render::view::first_page::sentence;
use crate::render::view::grid::Grid;
use crate::render::view::span::{cut, grey, prose};
use crate::report::incident::Moment;

/// Events of the full list; the data have all of them.
const EVENTS: usize = 400;

pub(super) fn register(sheet: &Sheet<'_>) -> Vec<Block> {
    vec![
        note(
            "One row per query, with the rows behind it in the evidence folder of this report, one file per query. Hashes \
             are the first 8 of 64 digits.",
        ),
        Block::Grid { grid: appendices::evidence(&sheet.incident.evidence) },
    ]
}

pub(super) fn events(sheet: &Sheet<'_>) -> Vec<Block> {
    let all: Vec<&Moment> = sheet.incident.timeline.iter().collect();
    let said = match all.len() {
        0 => "The evidence holds no event of it.".to_owned(),
        n => format!("All {} that the timeline was made from, in order of time.", counted(n, "event", "events")),
    };
    vec![note(&said), Block::Folded { summary: "All events".to_owned(), grid: timeline::moments(sheet, &all, EVENTS) }]
}

pub(super) fn coverage(sheet: &Sheet<'_>) -> Vec<Block> {
    let incident = sheet.incident;
    let complete = match incident.meta.completeness {
        Some(share) => format!(
            "The sources that this report rests on were listening in {} of the incident’s time.",
            figures::percent(share.clamp(0.0, 1.0))
        ),
        None => "How much of the incident’s time the sources were listening is unknown.".to_owned(),
    };
    let mut lacks = Grid::new(&[("#", 0), ("What this report lacks", 1)], "Nothing is known to be missing.");
    for (at, what) in incident.missing.iter().enumerate() {
        lacks.rows.push(vec![grey(&(at + 1).to_string()), prose(&sentence(&cut(what, 400)))]);
    }
    let mut blocks = vec![note(&complete), Block::Grid { grid: lacks }];
    blocks.push(heading("Other bad times in the evidence"));
    let mut others = Grid::new(&[("#", 0), ("This report is not about", 1)], "No other bad time is in the evidence.");
    for (at, what) in incident.others.iter().enumerate() {
        others.rows.push(vec![grey(&(at + 1).to_string()), prose(&sentence(&cut(what, 400)))]);
    }
    blocks.push(Block::Grid { grid: others });
    blocks.push(heading("Sources"));
    blocks.extend(appendices::sources(
        &incident.coverage,
        "What was read, how much of it was understood, and when each source was silent.",
    ));
    if !incident.coverage.is_empty() {
        blocks.push(heading("Rejected lines"));
        blocks.push(Block::Grid { grid: appendices::samples(&incident.coverage, "incident.json") });
    }
    blocks
}

pub(super) fn settings(sheet: &Sheet<'_>) -> Vec<Block> {
    vec![
        note("Everything below is in force for this report and part of its id."),
        appendices::in_force(&sheet.incident.settings),
    ]
}

pub(super) fn redactions(sheet: &Sheet<'_>) -> Vec<Block> {
    appendices::redacted(&sheet.incident.redactions)
}
