//! Tables of a document: their rows and cells with their places, and a cell written anew in its columns.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::change::Splice;
use super::reading::{events, key, line_end, line_start, nesting, said};

/// A table.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    /// Its lines, whole.
    pub range: Range<usize>,
    /// It stands in a quote or a list.
    pub nested: bool,
    /// All its lines are of one length: its columns are drawn.
    aligned: bool,
}

/// A cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    /// Its words without markup.
    pub text: String,
    /// Its bytes without the blanks around them.
    pub at: Range<usize>,
    /// Blanks behind it, up to the bar.
    pad: usize,
}

/// The tables of a document, in its order.
pub(super) fn tables(text: &str) -> Vec<Grid> {
    let (mut all, mut depth) = (Vec::new(), 0);
    let mut open: Option<Grid> = None;
    let mut cells: Vec<Cell> = Vec::new();
    for (event, range) in events(text) {
        depth += nesting(&event);
        if matches!(event, Event::Start(Tag::Table(_))) {
            let end = range.start + text[range.clone()].trim_end().len();
            let whole = line_start(text, range.start)..line_end(text, end);
            open = Some(Grid {
                aligned: aligned(&text[whole.clone()]),
                range: whole,
                nested: depth > 0,
                ..Grid::default()
            });
        }
        let Some(grid) = &mut open else { continue };
        match &event {
            Event::Start(Tag::TableCell) => cells.push(cell(text, &range)),
            Event::End(TagEnd::TableHead) => grid.head = std::mem::take(&mut cells),
            Event::End(TagEnd::TableRow) => grid.rows.push(std::mem::take(&mut cells)),
            Event::End(TagEnd::Table) => all.extend(open.take()),
            event => {
                if let (Some(cell), Some(words)) = (cells.last_mut(), said(event)) {
                    cell.text.push_str(words);
                }
            }
        }
    }
    all
}

fn aligned(lines: &str) -> bool {
    let mut widths = lines.lines().map(|line| line.trim_end().chars().count());
    let first = widths.next();
    widths.all(|width| Some(width) == first)
}

/// A cell without its words. The parser's range may reach over a bar or stop before it.
fn cell(text: &str, range: &Range<usize>) -> Cell {
    let raw = &text[range.clone()];
    let is_edge = |c: char| c == '|' || c.is_whitespace();
    let inner = raw.trim_start_matches(is_edge);
    let inner = inner.strip_suffix('|').filter(|inner| !inner.ends_with('\\')).unwrap_or(inner).trim_end();
    let start = if inner.is_empty() {
        // One blank stays on the left of what comes into an empty cell.
        range.start + usize::from(raw.starts_with([' ', '\t']))
    } else {
        range.start + raw.len() - raw.trim_start_matches(is_edge).len()
    };
    let end = start + inner.len();
    let pad = text[end..].bytes().take_while(|b| *b == b' ').count();
    Cell { text: String::new(), at: start..end, pad }
}

impl Grid {
    /// The column of a name.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        self.head.iter().position(|cell| names.contains(&key(&cell.text).as_str()))
    }

    /// Writes a cell anew; where the table's columns are drawn, blanks make up for the difference.
    pub(super) fn write(&self, text: &str, cell: &Cell, new: &str) -> Splice {
        let (old, now) = (text[cell.at.clone()].chars().count(), new.chars().count());
        // The blank before the bar stays.
        let spare = cell.pad.saturating_sub(1);
        match (self.aligned, now.checked_sub(old)) {
            (true, None) => Splice::new(cell.at.clone(), format!("{new}{}", " ".repeat(old - now))),
            (true, Some(more)) => Splice::new(cell.at.start..cell.at.end + more.min(spare), new),
            (false, _) => Splice::new(cell.at.clone(), new),
        }
    }
}

/// A text as it may stand in a cell, on one line.
pub(super) fn in_cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace("<!--", "&lt;!--")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edits::change::Edit;

    fn write(text: &str, row: usize, column: usize, new: &str) -> String {
        let grid = &tables(text)[0];
        let splice = grid.write(text, &grid.rows[row][column], new);
        Edit::of(text, vec![splice]).and_then(|edit| edit.apply(text)).expect("applied")
    }

    #[test]
    fn cells_have_their_places() {
        let text = "| A | B |\n|---|:-:|\n| *one* | a \\| b |\n|  | [x](y) |\nx\n";
        let grid = &tables(text)[0];
        let words =
            |row: &Vec<Cell>| row.iter().map(|c| (c.text.clone(), text[c.at.clone()].to_owned())).collect::<Vec<_>>();
        let of =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
        assert_eq!(words(&grid.rows[0]), of(&[("one", "*one*"), ("a | b", "a \\| b")]));
        assert_eq!(words(&grid.rows[1]), of(&[("", ""), ("x", "[x](y)")]));
        assert_eq!(grid.column(&["b"]), Some(1));
        assert_eq!(write(text, 1, 0, "two"), text.replace("|  |", "| two |"));
    }

    #[test]
    fn drawn_columns_stay_drawn_and_others_are_not_padded() {
        let drawn =
            "| Stage | Status      |\n|-------|-------------|\n| 3     | In progress |\n| 4     | Open        |\n";
        assert_eq!(write(drawn, 0, 1, "Done"), drawn.replace("In progress", "Done       "));
        assert_eq!(write(drawn, 1, 1, "Complete"), drawn.replace("Open        |", "Complete    |"));
        assert_eq!(write(drawn, 1, 1, "Rolled back now"), drawn.replace("Open        |", "Rolled back now |"));
        let loose = "| Stage | Status |\n|---|---|\n| 3 | In progress |\n";
        assert_eq!(write(loose, 0, 1, "Done"), loose.replace("In progress", "Done"));
        let open = "Stage | Status\n---|---\n3 | Open\r\n";
        assert_eq!(write(open, 0, 1, "Done"), open.replace("Open", "Done"));
    }
}
