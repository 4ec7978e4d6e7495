//! The people strip: testers down, days across, sessions as small bars with their numbers.

use serde::Serialize;

use super::sheet::{Sheet, fit, slim};
use super::watch::heads;
use crate::render::view::grid::number;
use crate::render::view::span::{Line, bold, grey, plain};
use crate::report::weekly::Person;

/// Testers that any face shows.
const LISTED: usize = 40;
/// Days that a strip has.
const DAYS: usize = 7;

/// The strip.
#[derive(Debug, Clone, Serialize)]
pub(super) struct PeopleView {
    days: Vec<String>,
    rows: Vec<Row>,
    rows_in_all: usize,
    /// Testers active per day.
    active: Vec<u64>,
    note: String,
    empty: String,
}

/// A tester.
#[derive(Debug, Clone, Serialize)]
struct Row {
    tester: String,
    device: String,
    bars: Vec<Bar>,
    total: String,
    crashes: Line,
    owes: Line,
}

/// A day of a tester.
#[derive(Debug, Clone, Serialize)]
struct Bar {
    sessions: u64,
    /// Length in per cent of the longest bar.
    length: u64,
}

/// The strip of a summary.
pub(super) fn of(sheet: &Sheet<'_>) -> PeopleView {
    let people = &sheet.weekly.people;
    let longest = people.testers.iter().flat_map(|person| &person.sessions).max().copied().unwrap_or(0).max(1);
    PeopleView {
        days: heads(sheet),
        rows: people.testers.iter().take(LISTED).map(|person| row(person, longest)).collect(),
        rows_in_all: people.testers.len(),
        active: (0..DAYS).map(|at| people.active.get(at).copied().unwrap_or(0)).collect(),
        note: fit(&people.note, 330),
        empty: "The roster has no tester.".to_owned(),
    }
}

fn row(person: &Person, longest: u64) -> Row {
    let bar = |at: usize| {
        let sessions = person.sessions.get(at).copied().unwrap_or(0);
        Bar { sessions, length: (sessions.saturating_mul(100) / longest).max(u64::from(sessions > 0)) }
    };
    Row {
        tester: fit(&person.tester, 12),
        device: slim(&person.device, 22, 18),
        bars: (0..DAYS).map(bar).collect(),
        total: crate::render::figures::count(person.total),
        crashes: if person.crashes == 0 { number(0) } else { bold(&person.crashes.to_string()) },
        owes: match person.outstanding.as_slice() {
            [] => grey("–"),
            [one] => plain(&fit(one, 10)),
            many => plain(&format!("{} lines", many.len())),
        },
    }
}
