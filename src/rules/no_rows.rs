//! Every row is a violation; no row shows the condition only where there was something to look at.

use super::{Basis, Ruled, Seen, count, int};
use crate::statistics::exposure;
use crate::tables::table::Table;

/// Judges the rows against the exposure; with `people`, a pass says what so few testers leave possible.
#[must_use]
pub fn judge(rows: &Table, basis: &Basis<'_>, people: bool) -> Ruled {
    let n = rows.rows.len() as f64;
    let exposure = basis.exposure.unwrap_or(0.0);
    let unsure = (0..rows.rows.len()).filter(|row| int(rows, *row, "unsure") > 0).count() as f64;
    let seen = if n > 0.0 && unsure >= n {
        Seen::Thin(format!("it cannot be excluded: {}", examples(rows).trim_start_matches(": ")))
    } else if n > 0.0 {
        let bad = if n == 1.0 { basis.one } else { basis.bad };
        Seen::Bad(format!("{} {bad} in {} {}{}", count(n), count(exposure), basis.unit, examples(rows)))
    } else if exposure > 0.0 {
        let said = format!("0 {} in {} {}", basis.bad, count(exposure), basis.unit);
        Seen::Shown(if people { said + &left_possible(basis.testers.len()) } else { said })
    } else {
        Seen::Absent(format!("there were no {} to look at", basis.unit))
    };
    let ruled = Ruled::whole(seen);
    ruled.with("violations", n).with("exposure", exposure)
}

/// What no event among so few testers rules out, and what not (statistics.md S4).
fn left_possible(testers: usize) -> String {
    let share = exposure::share_ruled_out(testers as u64, 0.05) * 100.0;
    format!(
        "; 0 of {testers} testers rules out (95\u{a0}%) shares of users above {share:.0}\u{a0}%; that does not show that nobody is affected"
    )
}

/// The first subjects and reasons, and how many more there are.
fn examples(rows: &Table) -> String {
    let mut named: Vec<(String, usize)> = Vec::new();
    for row in 0..rows.rows.len() {
        let text = |c: &str| rows.cell(row, c).as_text().unwrap_or_default().to_owned();
        let one = format!("{} {}", text("subject"), text("reason")).trim().to_owned();
        match named.iter_mut().find(|(known, _)| *known == one) {
            Some((_, n)) => *n += 1,
            None => named.push((one, 1)),
        }
    }
    let shown: Vec<String> = named
        .iter()
        .take(3)
        .map(|(text, n)| if *n > 1 { format!("{text} ({n} times)") } else { text.clone() })
        .collect();
    let more = named.len().saturating_sub(3);
    let tail = if more > 0 { format!("; {more} more") } else { String::new() };
    if shown.is_empty() { tail } else { format!(": {}{tail}", shown.join("; ")) }
}
