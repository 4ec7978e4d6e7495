//! One row about the whole: what it shows, its opposite, or too little.

use super::{Ruled, Seen, int};
use crate::tables::table::{Cell, Table};

/// Judges the first row; further numeric columns become figures.
#[must_use]
pub fn judge(rows: &Table) -> Ruled {
    if rows.rows.is_empty() {
        return Ruled::whole(Seen::Absent("there are no rows to look at".to_owned()));
    }
    let reason = rows.cell(0, "reason").as_text().unwrap_or_default().to_owned();
    let seen = if int(rows, 0, "bad") > 0 {
        Seen::Bad(reason)
    } else if int(rows, 0, "na") > 0 {
        Seen::NotApplicable(reason)
    } else if int(rows, 0, "due") > 0 {
        Seen::Due(reason)
    } else if int(rows, 0, "thin") > 0 {
        Seen::Thin(reason)
    } else if int(rows, 0, "shown") > 0 {
        Seen::Shown(reason)
    } else {
        Seen::Absent(reason)
    };
    let mut ruled = Ruled::whole(seen);
    for (name, cell) in rows.columns.iter().zip(&rows.rows[0]) {
        if let (true, Cell::Int(_) | Cell::Float(_)) = (name != "shown" && name != "bad", cell) {
            ruled.figures.insert(name.clone(), cell.as_float().unwrap_or(0.0));
        }
    }
    ruled
}
