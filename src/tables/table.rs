//! A small table of plain cells: what leaves the dataframe engine and what reports are made of.

use serde::{Deserialize, Serialize};

/// One value. Times are milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// Not there.
    Null,
    /// A whole number; also a truth value as 0 or 1.
    Int(i64),
    /// A real number, never NaN.
    Float(f64),
    /// Text, already redacted.
    Text(String),
}

impl Cell {
    /// The text of a text cell.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a whole or integral cell.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Cell::Int(n) => Some(*n),
            Cell::Float(x) if x.fract() == 0.0 => Some(*x as i64),
            _ => None,
        }
    }

    /// The number of a numeric cell.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Cell::Int(n) => Some(*n as f64),
            Cell::Float(x) => Some(*x),
            _ => None,
        }
    }

    /// Whether the cell holds nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Cell::Null)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(n: i64) -> Self {
        Cell::Int(n)
    }
}

impl From<f64> for Cell {
    fn from(x: f64) -> Self {
        if x.is_nan() { Cell::Null } else { Cell::Float(x) }
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Cell::Int(i64::from(yes))
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}

/// Named columns and rows of cells. A column whose name is `ts` or ends in `_ts` or `_at` holds times.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Column names, in order.
    pub columns: Vec<String>,
    /// Rows; each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Position of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == name)
    }

    /// A cell by row number and column name; `Null` where the column is absent.
    #[must_use]
    pub fn cell(&self, row: usize, name: &str) -> &Cell {
        self.column(name).and_then(|c| self.rows.get(row)?.get(c)).unwrap_or(&Cell::Null)
    }

    /// Whether a column of this name holds times (milliseconds since the epoch, UTC).
    #[must_use]
    pub fn is_time(name: &str) -> bool {
        name == "ts" || name.ends_with("_ts") || name.ends_with("_at")
    }
}
