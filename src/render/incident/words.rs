//! What a person wrote, read as plain blocks, in; its parts for the PDF out; nothing is cut, and nothing becomes markup.

use crate::render::figures;
use crate::render::text::verbatim;
use crate::render::view::block::Words;
use crate::render::view::grid::Grid;
use crate::render::view::span::{Kind, Line, Span};
use crate::report::words::{Item, Run, WordBlock};

/// Characters that are cleaned at once: other texts are cut where they are endless, a person's never.
const PIECE: usize = 1_000;

/// Characters of one slot that a PDF can hold: some fifty pages.
const MOST: usize = 100_000;

/// What a person wrote, part by part. Where it is longer than any report can be, the rest is counted and named.
pub(super) fn of(blocks: &[WordBlock]) -> Vec<Words> {
    let mut parts = Vec::new();
    for block in blocks {
        part(block, 0, "", &mut parts);
    }
    let mut held = 0;
    let Some(end) = parts.iter().position(|part| {
        held += length(part);
        held > MOST
    }) else {
        return parts;
    };
    let rest: usize = parts.drain(end..).map(|part| length(&part)).sum();
    let said = format!("{} more characters stand in incident.md.", figures::count(rest as u64));
    parts.push(Words::Paragraph { line: vec![Span::words(Kind::Grey, &said)] });
    parts
}

/// Characters of a part.
fn length(part: &Words) -> usize {
    let of = |line: &Line| line.iter().map(|span| span.text.chars().count()).sum::<usize>();
    match part {
        Words::Paragraph { line } | Words::Heading { line } | Words::Item { line, .. } => of(line),
        Words::Listing { lines } => lines.iter().map(|line| line.chars().count()).sum(),
        Words::Table { grid } => grid.rows.iter().flatten().map(of).sum(),
    }
}

/// One block, inside of lists at a depth and behind a sign.
fn part(block: &WordBlock, depth: usize, sign: &str, parts: &mut Vec<Words>) {
    match block {
        WordBlock::Paragraph { runs } if depth == 0 => parts.push(Words::Paragraph { line: line(runs) }),
        WordBlock::Paragraph { runs } => {
            parts.push(Words::Item { depth: depth - 1, sign: sign.to_owned(), line: line(runs) });
        }
        WordBlock::Heading { runs, .. } => parts.push(Words::Heading { line: line(runs) }),
        WordBlock::List { ordered, start, items } => {
            for (at, item) in items.iter().enumerate() {
                let number = ordered.then(|| start.saturating_add(at as u64));
                list_item(item, number, depth + 1, parts);
            }
        }
        WordBlock::Quote { blocks } => blocks.iter().for_each(|block| part(block, depth + 1, ">", parts)),
        WordBlock::Code { text, .. } => parts.push(Words::Listing { lines: text.lines().map(whole).collect() }),
        WordBlock::Table { head, rows } => parts.push(Words::Table { grid: table(head, rows) }),
        WordBlock::Rule => {}
    }
}

fn list_item(item: &Item, number: Option<u64>, depth: usize, parts: &mut Vec<Words>) {
    let sign = match (item.ticked, number) {
        (Some(true), _) => "[x]".to_owned(),
        (Some(false), _) => "[ ]".to_owned(),
        (None, Some(number)) => format!("{number}."),
        (None, None) => "•".to_owned(),
    };
    for (at, block) in item.blocks.iter().enumerate() {
        part(block, depth, if at == 0 { &sign } else { " " }, parts);
    }
}

fn table(head: &[Vec<Run>], rows: &[Vec<Vec<Run>>]) -> Grid {
    let names: Vec<String> = head.iter().map(|cell| cell.iter().map(|run| whole(&run.text)).collect()).collect();
    // The first column holds sentences, as in the table of actions.
    let columns: Vec<(&str, u32)> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), if at == 0 { 3 } else { 2 })).collect();
    let mut grid = Grid::new(&columns, "The table has no rows.");
    for row in rows {
        let mut cells: Vec<Line> = row.iter().take(names.len()).map(|cell| line(cell)).collect();
        cells.resize(names.len(), Line::new());
        grid.rows.push(cells);
    }
    grid
}

/// Runs as pieces of a line; the target of a link stands behind its words.
fn line(runs: &[Run]) -> Line {
    let mut line = Line::new();
    for run in runs {
        let kind = match run {
            Run { code: true, .. } => Kind::Code,
            Run { struck: true, .. } => Kind::Struck,
            Run { bold: true, .. } | Run { emphasis: true, .. } => Kind::Bold,
            _ => Kind::Text,
        };
        line.push(Span::words(kind, &whole(&run.text)));
        if !run.link.is_empty() && run.link != run.text {
            line.push(Span::words(Kind::Grey, &format!(" ({})", whole(&run.link))));
        }
    }
    line
}

/// A person's text in full: controls gone, nothing cut.
fn whole(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(PIECE).map(|piece| verbatim(&piece.iter().collect::<String>())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::incident::sample;

    fn said(parts: &[Words]) -> String {
        let line = |line: &Line| line.iter().map(|span| span.text.clone()).collect::<String>();
        let said = parts.iter().map(|part| match part {
            Words::Paragraph { line: l } | Words::Heading { line: l } => line(l),
            Words::Item { depth, sign, line: l } => format!("{depth}{sign}{}", line(l)),
            Words::Listing { lines } => lines.join("\n"),
            Words::Table { grid } => grid.rows.iter().flatten().map(line).collect(),
        });
        said.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn nothing_that_a_person_wrote_is_cut() -> anyhow::Result<()> {
        let long = "word".repeat(600);
        let blocks: Vec<WordBlock> = serde_json::from_value(sample::words(&long))?;
        let said = said(&of(&blocks));
        // Six runs in each of five paragraphs, a heading, two lines of code, two cells.
        assert_eq!(said.matches(&long).count(), 6 * 5 + 1 + 2 + 2);
        Ok(())
    }

    #[test]
    fn what_no_report_can_hold_is_counted() {
        let run = Run { text: "word ".repeat(30_000), ..Run::default() };
        let parts = of(&[WordBlock::Rule, WordBlock::Paragraph { runs: vec![run] }]);
        assert_eq!(said(&parts), "150,000 more characters stand in incident.md.");
    }

    #[test]
    fn lists_keep_their_numbers_ticks_and_depth() -> anyhow::Result<()> {
        let blocks: Vec<WordBlock> = serde_json::from_value(sample::words("a"))?;
        let said = said(&of(&blocks));
        for item in ["03.aaa", "0[x]aaa", "1•aaa", "0>aaa", "aaaaaa (https://example.test/a)"] {
            assert!(said.contains(item), "{item} is not in {said}");
        }
        Ok(())
    }
}
