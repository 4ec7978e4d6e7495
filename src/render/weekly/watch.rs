//! The watch strip: monitors down, days across, each cell a mark and a word.

use serde::Serialize;

use super::sheet::{Sheet, e_value, fit, slim};
use crate::render::figures::nbsp;
use crate::render::view::span::{Kind, Line, Span, mark_key};
use crate::report::weekly::WatchDay;

/// Monitors that any face shows.
const LISTED: usize = 10;
/// Days that a strip has.
const DAYS: usize = 7;
/// From this e-value on it stands out.
const LOOK: f64 = 20.0;

/// The strip.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Strip {
    /// `Mon 24`.
    days: Vec<String>,
    rows: Vec<Row>,
    rows_in_all: usize,
    note: String,
    empty: String,
}

/// A monitor.
#[derive(Debug, Clone, Serialize)]
struct Row {
    item: String,
    title: String,
    cells: Vec<Cell>,
    e_value: Line,
}

/// A day of a monitor.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Cell {
    /// Names mark and colour; empty where nothing was judged.
    pub(super) key: String,
    pub(super) word: String,
}

/// Monday to Sunday: `Mon 24`.
pub(super) fn heads(sheet: &Sheet<'_>) -> Vec<String> {
    let days = sheet.weekly.meta.first_day.series(jiff::ToSpan::days(1)).take(DAYS);
    days.map(|day| nbsp(&day.strftime("%a %-d").to_string())).collect()
}

/// The strip of a summary.
pub(super) fn of(sheet: &Sheet<'_>) -> Strip {
    let rows = sheet.weekly.watch.iter().take(LISTED).map(|row| Row {
        item: fit(&row.item, 5),
        title: slim(&row.title, 36, 18),
        cells: (0..DAYS).map(|at| cell(row.days.get(at))).collect(),
        e_value: {
            let kind = if row.e_value.is_some_and(|e| e >= LOOK) { Kind::Bold } else { Kind::Text };
            vec![Span::words(kind, &e_value(row.e_value))]
        },
    });
    let zone = sheet.zone_name();
    let note = format!(
        "Each cell: the beta until that day’s end, in {zone}. “Too few”: too little traffic to tell. “No data”: the \
         day was not observed. An e-value of 20 asks for a look, 100 for a rollback decision."
    );
    Strip {
        days: heads(sheet),
        rows: rows.collect(),
        rows_in_all: sheet.weekly.watch.len(),
        note,
        empty: "No monitor was judged.".to_owned(),
    }
}

/// A cell; a day that is not there was not observed.
pub(super) fn cell(day: Option<&WatchDay>) -> Cell {
    let Some(day) = day else { return Cell { key: "no-data".to_owned(), word: "no data".to_owned() } };
    match day.verdict {
        Some(verdict) => {
            let word = fit(&day.word, 8);
            let word = if word.is_empty() { verdict.word().to_owned() } else { word };
            Cell { key: mark_key(verdict).to_owned(), word }
        }
        None if day.word.is_empty() => Cell { key: String::new(), word: "not judged".to_owned() },
        None => Cell { key: String::new(), word: slim(&day.word, 16, 8) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::weekly::sample;

    #[test]
    fn a_day_that_is_missing_is_never_green() {
        let mut weekly = sample::rich();
        weekly.watch[0].days.truncate(2);
        let strip = of(&Sheet::of(&weekly));
        assert_eq!(strip.days.len(), 7);
        assert!(strip.rows.iter().all(|row| row.cells.len() == 7));
        assert!(strip.rows[0].cells[2..].iter().all(|cell| cell.key == "no-data"));
    }
}
