//! Rows in, a table for any face out: columns with their sides and weights, rows, what stands where there are none.

use serde::Serialize;

use super::span::{Kind, Line, Span, cut};
use crate::render::figures;
use crate::report::Exhibit;
use crate::tables::table::{Cell, Table};

/// Rows of an exhibit that a section shows.
const SHOWN: usize = 40;
/// Columns of any table: more do not fit on a page or a code forge.
const WIDEST: usize = 8;
/// Characters of a cell.
const LONGEST: usize = 240;
/// Columns whose values one can paste somewhere.
const CODES: &[&str] =
    &["route", "commit", "request", "request_id", "sha", "query", "environment", "issue", "error_type"];

/// A column's head and its share of the width.
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    pub name: String,
    /// Whether its cells stand at the right side, as numbers do.
    pub right: bool,
    /// Share of the free width; 0 where it is as wide as its cells.
    pub weight: u32,
}

/// A table.
#[derive(Debug, Clone, Serialize)]
pub struct Grid {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Line>>,
    /// How many more rows there are, and where.
    pub more: Line,
    /// Stands in place of a table without rows.
    pub empty: String,
}

impl Grid {
    /// A table without rows; a name that begins with `>` stands at the right side.
    #[must_use]
    pub fn new(columns: &[(&str, u32)], empty: &str) -> Self {
        let column = |(name, weight): &(&str, u32)| Column {
            name: name.trim_start_matches('>').to_owned(),
            right: name.starts_with('>'),
            weight: *weight,
        };
        Grid {
            columns: columns.iter().map(column).collect(),
            rows: Vec::new(),
            more: Line::new(),
            empty: empty.to_owned(),
        }
    }

    /// Keeps the first rows, and says how many more there are and where.
    pub fn keep(&mut self, most: usize, place: Line) {
        if self.rows.len() > most {
            self.more = vec![Span::words(Kind::Grey, &format!("{} more: ", self.rows.len() - most))];
            self.more.extend(place);
            self.rows.truncate(most);
        }
    }
}

/// A number at the right side; a zero is pale.
#[must_use]
pub fn number(n: u64) -> Line {
    vec![Span::new(if n == 0 { Kind::Grey } else { Kind::Text }, &figures::count(n))]
}

/// The table of an exhibit: columns without any value are left out, a place in a file is one column.
#[must_use]
pub fn exhibit(exhibit: &Exhibit) -> Grid {
    let table = &exhibit.table;
    let rows = table.rows.len().min(SHOWN);
    let filled = |name: &str| (0..rows).any(|row| !text_of(table, row, name).is_empty());
    let mut names: Vec<&str> = table.columns.iter().map(String::as_str).filter(|n| filled(n)).collect();
    let placed = names.contains(&"file");
    names.retain(|name| !matches!(*name, "file" | "line"));
    names.truncate(if placed { WIDEST - 1 } else { WIDEST });
    let mut grid = Grid::new(&[], "No rows.");
    grid.columns = names.iter().map(|name| column(table, rows, name)).collect();
    if !placed && grid.columns.iter().all(|c| c.weight == 0) {
        // The widest words take what is left, so that the rules run over the whole width.
        let widest = names.iter().enumerate().filter(|(at, _)| !grid.columns[*at].right);
        let widest = widest.max_by_key(|(_, name)| longest(table, rows, name)).map(|(at, _)| at);
        if let Some(column) = grid.columns.get_mut(widest.unwrap_or(0)) {
            column.weight = 1;
        }
    }
    if placed {
        grid.columns.push(Column { name: "File and line".to_owned(), right: false, weight: 5 });
    }
    for row in 0..rows {
        let mut cells: Vec<Line> = names.iter().map(|name| cell(table, row, name)).collect();
        if placed {
            let line = table.cell(row, "line").as_int().map_or_else(String::new, |n| format!(":{n}"));
            let file = table.cell(row, "file").as_text().unwrap_or_default();
            cells.push(vec![Span::new(Kind::Grey, &format!("{}{line}", cut(file, 120)))]);
        }
        grid.rows.push(cells);
    }
    let more = (exhibit.row_count as usize).saturating_sub(rows);
    if more > 0 {
        grid.more = vec![
            Span::words(Kind::Grey, &format!("{} more: ", figures::count(more as u64))),
            Span::new(Kind::Code, &format!("evidence/{}.json", exhibit.id)),
        ];
    }
    grid
}

fn column(table: &Table, rows: usize, name: &str) -> Column {
    let number = (0..rows).all(|row| !matches!(table.cell(row, name), Cell::Text(_)));
    let longest = longest(table, rows, name);
    let narrow = if CODES.contains(&name) { 26 } else { 18 };
    let time = Table::is_time(name);
    Column {
        name: heading(name),
        right: number && !time,
        weight: if number || time || longest <= narrow { 0 } else { (longest.min(80) / 10) as u32 },
    }
}

/// Characters of a column's longest cell.
fn longest(table: &Table, rows: usize, name: &str) -> usize {
    (0..rows).map(|row| text_of(table, row, name).chars().count()).max().unwrap_or(0)
}

/// `set_apart` → `Set apart`, `started_at` → `Started, UTC`.
fn heading(name: &str) -> String {
    let time = Table::is_time(name);
    let stem = name.strip_suffix("_at").or_else(|| name.strip_suffix("_ts")).unwrap_or(name);
    let stem = if stem == "ts" { "time" } else { stem };
    let words = cut(stem, 24).replace('_', " ");
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}{}", chars.as_str(), if time { ", UTC" } else { "" })
}

fn text_of(table: &Table, row: usize, name: &str) -> String {
    match table.cell(row, name) {
        Cell::Null => String::new(),
        Cell::Int(ms) if Table::is_time(name) => {
            jiff::Timestamp::from_millisecond(*ms).map(figures::second).unwrap_or_default()
        }
        Cell::Int(n) if matches!(name, "status" | "build" | "line") => n.to_string(),
        Cell::Int(n) => figures::whole(*n as f64),
        Cell::Float(x) if x.fract() == 0.0 => figures::whole(*x),
        Cell::Float(x) => format!("{x:.2}"),
        Cell::Text(text) => cut(text, LONGEST),
    }
}

fn cell(table: &Table, row: usize, name: &str) -> Line {
    let text = text_of(table, row, name);
    let kind = match table.cell(row, name) {
        Cell::Null => return vec![Span::words(Kind::Grey, "–")],
        Cell::Int(0) => Kind::Grey,
        Cell::Text(_) if CODES.contains(&name) => Kind::Code,
        _ => Kind::Text,
    };
    vec![Span::words(kind, &text)]
}
