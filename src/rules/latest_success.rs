//! CI results of one job at one commit: the newest decides, an older failure is a re-run.

use super::{Basis, Ruled, Seen, int};
use crate::tables::table::Table;

/// Judges the rows, the newest first.
#[must_use]
pub fn judge(rows: &Table, basis: &Basis<'_>) -> Ruled {
    let text = |column: &str| rows.cell(0, column).as_text().unwrap_or_default();
    let runs = rows.rows.len() as f64;
    let seen = match (text("status"), text("conclusion")) {
        _ if rows.rows.is_empty() => Seen::Absent(format!("{} did not run at the candidate's commit", basis.unit)),
        ("completed", "success") if int(rows, 0, "contradicted") > 0 => Seen::Bad(format!(
            "{} is said to have succeeded, but its JUnit report holds failures that no red run explains",
            basis.unit
        )),
        ("completed", "success") => {
            let again = if runs > 1.0 { format!(", after {} earlier", runs - 1.0) } else { String::new() };
            Seen::Shown(format!("{} succeeded at the candidate's commit{again}{}", basis.unit, reason(rows)))
        }
        ("completed", "failure" | "timed_out" | "action_required" | "startup_failure") => Seen::Bad(format!(
            "{} ended in {} at the candidate's commit{}",
            basis.unit,
            text("conclusion"),
            reason(rows)
        )),
        ("completed", other) => Seen::Absent(format!("{} was {other} at the candidate's commit", basis.unit)),
        (status, _) => Seen::Absent(format!("{} is still {status} at the candidate's commit", basis.unit)),
    };
    Ruled::whole(seen).with("runs", runs)
}

fn reason(rows: &Table) -> String {
    rows.cell(0, "reason").as_text().filter(|r| !r.is_empty()).map_or_else(String::new, |r| format!("; {r}"))
}
