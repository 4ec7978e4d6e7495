//! One cell per tester of the roster: what was seen of each, and whether it went wrong for anyone.

use std::collections::BTreeMap;

use super::{Basis, Ruled, Seen, int, times};
use crate::tables::table::Table;

/// Judges each tester's row; a tester without a row was not seen. With `candidate`, what was seen on the candidate
/// itself decides.
#[must_use]
pub fn judge(rows: &Table, basis: &Basis<'_>, candidate: bool) -> Ruled {
    let mut by_tester: BTreeMap<&str, usize> = BTreeMap::new();
    for row in 0..rows.rows.len() {
        if let Some(tester) = rows.cell(row, "tester").as_text() {
            by_tester.insert(tester, row);
        }
    }
    let cell = |code: &String| {
        let Some(row) = by_tester.get(code.as_str()) else {
            return (code.clone(), Seen::Absent(format!("no sign that the tester {}", basis.shows)));
        };
        let (seen, bad) = (int(rows, *row, "seen"), int(rows, *row, "bad"));
        let reason = rows.cell(*row, "reason").as_text().unwrap_or_default();
        let here = if candidate { int(rows, *row, "seen_candidate") } else { seen };
        let verdict = if bad > 0 {
            Seen::Bad(if reason.is_empty() { format!("{} the opposite", times(bad)) } else { reason.to_owned() })
        } else if here > 0 {
            Seen::Shown(format!("{} ({})", basis.shows, times(here)))
        } else if seen > 0 {
            Seen::Thin(format!("{}, but not on build {}", basis.shows, basis.candidate))
        } else {
            Seen::Absent(if reason.is_empty() {
                format!("no sign that the tester {}", basis.shows)
            } else {
                reason.to_owned()
            })
        };
        (code.clone(), verdict)
    };
    let mut cells: Vec<(String, Seen)> = basis.testers.iter().map(cell).collect();
    cells.extend(strangers(rows, basis));
    let number = |is: fn(&Seen) -> bool| cells.iter().filter(|(_, seen)| is(seen)).count() as f64;
    let (shown, bad) = (number(|s| matches!(s, Seen::Shown(_))), number(|s| matches!(s, Seen::Bad(_))));
    let all = cells.len() as f64;
    Ruled::cells(cells).with("testers", all).with("seen", shown).with("bad", bad)
}

/// What went wrong for somebody whom the roster does not name, or whom the logs do not tell, went wrong all the same.
fn strangers(rows: &Table, basis: &Basis<'_>) -> Option<(String, Seen)> {
    let unknown = |row: &usize| {
        let tester = rows.cell(*row, "tester").as_text();
        tester.is_none_or(|code| !basis.testers.iter().any(|known| known == code))
    };
    let bad = (0..rows.rows.len()).filter(unknown).find(|row| int(rows, *row, "bad") > 0)?;
    let reason = rows.cell(bad, "reason").as_text().unwrap_or("it went wrong");
    Some(("unknown".to_owned(), Seen::Bad(format!("{reason}; the logs do not tell for whom"))))
}
