//! Section 5: the runbook's steps in order with their times, and whether it is over.

use super::first_page::step_state;
use super::pictures;
use super::sheet::{Sheet, heading, known, note};
use crate::render::figures;
use crate::render::view::block::Block;
use crate::render::view::first_page::sentence;
use crate::render::view::grid::{Grid, number};
use crate::render::view::named;
use crate::render::view::span::{Kind, Line, Span, bold, code, cut, grey, plain, prose};
use crate::report::incident::Quiet;

/// Testers of the table.
const SHOWN: usize = 60;

/// The section's blocks.
pub(super) fn blocks(sheet: &Sheet<'_>) -> Vec<Block> {
    let incident = sheet.incident;
    let mut blocks = vec![heading("5.1 The runbook’s steps, in its order"), Block::Grid { grid: steps(sheet) }];
    if incident.steps.iter().any(|step| step.out_of_order) {
        blocks.push(note("A step that was done before one that the runbook has earlier is marked as out of order."));
    }
    blocks.push(heading("5.2 Is it over?"));
    let over = &incident.over;
    let mut line = bold(&format!("{}.", over.answer.word()));
    line.push(Span::words(Kind::Text, " "));
    line.extend(prose(&sentence(&cut(&over.sentence, 700))));
    blocks.push(Block::Prose { line: sheet.proven(line, &over.evidence) });
    if let Some(reopened) = &over.reopened {
        let mut line = bold("Reopened.");
        line.push(Span::words(Kind::Text, " "));
        line.extend(prose(&sentence(&cut(reopened, 400))));
        blocks.push(Block::Callout { line });
    }
    match pictures::alt_of_traffic(incident) {
        Some(alt) => blocks.push(Block::Chart { file: "charts/traffic.svg".to_owned(), alt }),
        None => blocks.push(note("There is no chart: no traffic of the affected builds is in the evidence.")),
    }
    blocks.push(heading("Traffic of the pulled builds after the pull, by tester"));
    blocks.push(Block::Grid { grid: quiet(sheet) });
    if !over.next_look.is_empty() {
        blocks.push(Block::Note { line: prose(&sentence(&cut(&over.next_look, 300))) });
    }
    blocks
}

fn steps(sheet: &Sheet<'_>) -> Grid {
    let columns = [
        ("Step", 0),
        ("State", 0),
        ("As the runbook has it", 6),
        (">Time, UTC", 0),
        (">Onset", 0),
        ("What was seen", 8),
    ];
    let mut grid = Grid::new(&columns, "The runbook prescribes no step.");
    for step in &sheet.incident.steps {
        let mut said = prose(&sentence(&cut(&step.sentence, 400)));
        if step.out_of_order {
            said.extend([Span::words(Kind::Text, " "), Span::words(Kind::Bold, "Out of order.")]);
        }
        grid.rows.push(vec![
            grey(&cut(&step.id, 8)),
            step_state(step.state),
            prose(&cut(&step.text, 400)),
            step.at.map_or_else(|| grey("–"), |at| plain(&sheet.utc(at))),
            step.at.map_or_else(|| grey("–"), |at| grey(&sheet.offset(at))),
            sheet.proven(said, &step.evidence),
        ]);
    }
    grid
}

fn quiet(sheet: &Sheet<'_>) -> Grid {
    let columns = [
        ("Tester", 0),
        ("Device", 4),
        ("OS", 2),
        ("Build", 0),
        (">Last seen, UTC", 0),
        (">After the pull", 0),
        (">Requests after", 0),
        ("State", 0),
    ];
    let mut grid = Grid::new(&columns, "No tester is known to have had a pulled build.");
    for row in &sheet.incident.over.testers {
        grid.rows.push(vec![
            bold(&named(&cut(&row.tester, 14), "unknown")),
            known(Some(&row.device), 48),
            known(Some(&row.os_version), 24),
            known(Some(&row.build), 20),
            row.last.map_or_else(|| grey("never"), |at| plain(&sheet.utc(at))),
            to_zero(row),
            number(row.requests_after),
            state(row),
        ]);
    }
    grid.keep(SHOWN, code("incident.json"));
    grid
}

/// How long the tester went on after the pull.
fn to_zero(row: &Quiet) -> Line {
    match row.to_zero_s {
        None => grey("–"),
        Some(s) if s <= 0 => grey("quiet before"),
        Some(s) => plain(&figures::duration(s as f64)),
    }
}

fn state(row: &Quiet) -> Line {
    let (key, word) = match (row.came_back, row.straggler) {
        (true, _) => ("fail", "CAME BACK"),
        (false, true) => ("inconclusive", "STRAGGLER"),
        (false, false) => ("pass", "QUIET"),
    };
    vec![Span::keyed(Kind::Mark, key, word)]
}
