//! Section 3: how far it reached, with bounds, and whether tenants saw each other's data.

use super::sheet::{Sheet, heading};
use crate::render::figures;
use crate::render::view::block::Block;
use crate::render::view::first_page::sentence;
use crate::render::view::grid::Grid;
use crate::render::view::named;
use crate::render::view::span::{Kind, Span, bold, code, cut, plain, prose};
use crate::report::incident::Figure;

/// Rows of the section.
const SHOWN: usize = 40;

/// The section's blocks.
pub(super) fn blocks(sheet: &Sheet<'_>) -> Vec<Block> {
    let incident = sheet.incident;
    let mut blocks = vec![Block::Prose { line: prose(&sentence(&cut(&incident.impact.summary, 900))) }];
    let mut grid = Grid::new(&[("What", 4), (">How much", 0), ("What is known about it", 10)], "Nothing was counted.");
    // The large figures of page 1 stand here again, so that each has its evidence.
    let repeated = |figure: &&Figure| !incident.impact.facts.iter().any(|fact| fact.name == figure.name);
    for fact in incident.impact.figures.iter().filter(repeated).chain(&incident.impact.facts) {
        grid.rows.push(vec![
            plain(&named(&cut(&fact.name, 80), "unnamed")),
            bold(&figures::nbsp(format!("{} {}", cut(&fact.value, 40), cut(&fact.unit, 20)).trim())),
            sheet.proven(prose(&sentence(&cut(&fact.note, 400))), &fact.evidence),
        ]);
    }
    grid.keep(SHOWN, code("incident.json"));
    blocks.push(Block::Grid { grid });
    blocks.push(heading("Did one tenant see another’s data?"));
    let leak = &incident.leak;
    let mut line = bold(&format!("{}.", leak.answer.word()));
    line.push(Span::words(Kind::Text, " "));
    line.extend(prose(&sentence(&cut(&leak.sentence, 900))));
    blocks.push(Block::Callout { line: sheet.proven(line, &leak.evidence) });
    blocks
}
