//! Facts read from documents: all must hold; one that is missing shows nothing.

use super::{Ruled, Seen};
use crate::tables::table::Table;

/// Judges the facts. An open one is the opposite of the condition, or a person's action that is due.
#[must_use]
pub fn judge(rows: &Table, due: bool) -> Ruled {
    let says = |row: usize| rows.cell(row, "says").as_text().unwrap_or_default().to_owned();
    let all: Vec<usize> = (0..rows.rows.len()).collect();
    let holds = |row: &usize| rows.cell(*row, "holds").as_int();
    let open = all.iter().find(|row| holds(row) == Some(0));
    let missing = all.iter().find(|row| holds(row).is_none());
    let seen = match (open, missing) {
        (Some(row), _) if due => Seen::Due(says(*row)),
        (Some(row), _) => Seen::Bad(says(*row)),
        (None, Some(row)) => Seen::Absent(says(*row)),
        (None, None) if all.is_empty() => Seen::Absent("no document says anything about it".to_owned()),
        (None, None) => Seen::Shown(all.iter().map(|row| says(*row)).collect::<Vec<_>>().join("; ")),
    };
    Ruled::whole(seen).with("facts", all.len() as f64)
}
