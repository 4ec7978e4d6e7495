//! A share of good ones that must be high enough, without a long run of bad ones.

use super::{Basis, Ruled, Seen, count, int};
use crate::tables::table::Table;

/// Judges the first row. A zero denominator shows nothing.
#[must_use]
pub fn judge(rows: &Table, basis: &Basis<'_>, run: i64) -> Ruled {
    let (good, total, worst) = (int(rows, 0, "good"), int(rows, 0, "total"), int(rows, 0, "worst_run"));
    let share = if total > 0 { good as f64 / total as f64 } else { 0.0 };
    let figures = format!("{} of {} {} were good", count(good as f64), count(total as f64), basis.unit);
    let seen = if total == 0 {
        Seen::Absent(format!("there were no {}", basis.unit))
    } else if share < basis.least {
        Seen::Bad(format!("{figures}, {:.1} %; at least {:.0} % are needed", share * 100.0, basis.least * 100.0))
    } else if worst > run {
        Seen::Bad(format!("{figures}, but {worst} in a row were not"))
    } else if int(rows, 0, "stopped") > 0 {
        Seen::Absent(format!("{figures}, but they do not cover the window to its end"))
    } else {
        Seen::Shown(figures)
    };
    Ruled::whole(seen).with("good", good as f64).with("total", total as f64).with("worst_run", worst as f64)
}
