//! Rows of cells in, a dataframe of a canonical table out, and back; redaction by column kind happens on the way in.

use std::borrow::Cow;

use polars::prelude::{AnyValue, DataFrame, IntoColumn, NamedFrom, PolarsResult, Series};

use super::redact::{Redactions, Redactor};
use super::schema::{Column, Kind, TableName};
use super::table::{Cell, Table};

/// Builds the frame of a table from rows whose cells stand in the order of the schema; texts are redacted and user
/// ids become pseudonyms.
///
/// # Errors
/// Only where rows differ in length, which is a bug.
pub fn from_rows<'r>(
    table: TableName,
    rows: impl ExactSizeIterator<Item = &'r [Cell]> + Clone,
    redactor: &Redactor,
    redactions: &mut Redactions,
) -> PolarsResult<DataFrame> {
    let mut columns = Vec::new();
    for (at, (name, kind)) in table.columns().iter().enumerate() {
        let cells = rows.clone().map(|row| row.get(at).unwrap_or(&Cell::Null));
        columns.push(match kind {
            Kind::Time | Kind::Int => {
                Series::new((*name).into(), cells.map(Cell::as_int).collect::<Vec<_>>()).into_column()
            }
            Kind::Float => Series::new((*name).into(), cells.map(Cell::as_float).collect::<Vec<_>>()).into_column(),
            Kind::Own => Series::new((*name).into(), cells.map(Cell::as_text).collect::<Vec<_>>()).into_column(),
            Kind::User => {
                let keys = cells.map(|c| c.as_text().filter(|id| !id.is_empty()).map(|id| redactor.user(id)));
                Series::new((*name).into(), keys.collect::<Vec<_>>()).into_column()
            }
            Kind::Text => {
                let clean: Vec<Option<Cow<'_, str>>> =
                    cells.map(|c| c.as_text().map(|text| redactor.text(text, redactions))).collect();
                Series::new((*name).into(), clean.iter().map(Option::as_deref).collect::<Vec<_>>()).into_column()
            }
        });
    }
    DataFrame::new_infer_height(columns)
}

/// Builds a frame from cells that are already clean, such as those of a derived table.
///
/// # Errors
/// Only where rows differ in length, which is a bug.
pub fn from_cells(columns: &[Column], rows: &[Vec<Cell>]) -> PolarsResult<DataFrame> {
    let built = columns.iter().enumerate().map(|(at, (name, kind))| {
        let cells = rows.iter().map(|row| row.get(at).unwrap_or(&Cell::Null));
        match kind {
            Kind::Time | Kind::Int => Series::new((*name).into(), cells.map(Cell::as_int).collect::<Vec<_>>()),
            Kind::Float => Series::new((*name).into(), cells.map(Cell::as_float).collect::<Vec<_>>()),
            Kind::Text | Kind::User | Kind::Own => {
                Series::new((*name).into(), cells.map(Cell::as_text).collect::<Vec<_>>())
            }
        }
        .into_column()
    });
    DataFrame::new_infer_height(built.collect())
}

/// A frame as a table of plain cells; NaN becomes null.
#[must_use]
pub fn to_table(frame: &DataFrame) -> Table {
    let columns: Vec<String> = frame.get_column_names().iter().map(|n| n.to_string()).collect();
    let mut rows = vec![Vec::with_capacity(columns.len()); frame.height()];
    for column in frame.columns() {
        for (at, row) in rows.iter_mut().enumerate() {
            row.push(column.get(at).map_or(Cell::Null, |value| cell(&value)));
        }
    }
    Table { columns, rows }
}

fn cell(value: &AnyValue<'_>) -> Cell {
    match value {
        AnyValue::String(text) => Cell::Text((*text).to_owned()),
        AnyValue::StringOwned(text) => Cell::Text(text.to_string()),
        AnyValue::Boolean(yes) => Cell::from(*yes),
        AnyValue::Float64(x) => Cell::from(*x),
        AnyValue::Float32(x) => Cell::from(f64::from(*x)),
        AnyValue::Null => Cell::Null,
        other => other.extract::<i64>().map_or_else(|| Cell::Text(other.to_string()), Cell::Int),
    }
}
