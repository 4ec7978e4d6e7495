//! A short look at a source, by the same way as a pull, that keeps nothing: whether it answers, and holds what the plan
//! needs.

use std::time::Instant;

use super::keep::Rows;
use super::windows::{Manner, Piece, windows};
use super::{Pulled, Shared};
use crate::config::{Source, Window};
use crate::net::{Failure, FailureKind};
use crate::report::diagnosis::Noticed;

impl From<Failure> for Noticed {
    fn from(failure: Failure) -> Self {
        Noticed::fault(failure.what, failure.hint)
    }
}

/// What a look came to, in the place of a pull.
#[must_use]
pub fn looked(source: &Source, noticed: Vec<Noticed>) -> Pulled {
    Pulled { source: source.name.clone(), records: Vec::new(), gaps: Vec::new(), unchanged: 0, noticed }
}

/// Looks at the first and the last window of a system.
pub async fn at_windows(
    source: &Source,
    shared: &Shared,
    manner: Manner,
    fetch: impl AsyncFn(Window) -> Result<Piece, Failure>,
) -> Pulled {
    let all = windows(&shared.plan, manner.pulling, shared.now);
    let mut noticed = Vec::new();
    let ends = [all.first(), all.last().filter(|_| all.len() > 1)];
    if all.is_empty() {
        noticed.push(Noticed::fine("the baseline has not begun, so nothing is asked for yet"));
    }
    for (at, window) in ends.into_iter().flatten().enumerate() {
        let begun = Instant::now();
        let answer = fetch(*window).await;
        let took_ms = begun.elapsed().as_millis();
        let first = at == 0;
        match answer {
            Ok(piece) => noticed.extend(of_rows(*window, &piece, took_ms, first)),
            Err(failure) if failure.kind == FailureKind::TooLarge => {
                noticed.push(Noticed::fine(format!(
                    "answers; {} comes in parts, because there is so much",
                    named(*window)
                )));
            }
            Err(failure) => {
                noticed.push(failure.into());
                break;
            }
        }
    }
    looked(source, noticed)
}

fn of_rows(window: Window, piece: &Piece, took_ms: u128, first: bool) -> Option<Noticed> {
    let rows = count(&piece.rows);
    let window = named(window);
    if rows > 0 {
        return Some(Noticed::fine(format!("answers in {took_ms} ms with {rows} rows of {window}")));
    }
    let what = format!("holds nothing of {window}");
    Some(if first {
        Noticed::warning(what, "see whether its retention reaches back to the baseline, and whether the query is right")
    } else {
        Noticed::warning(what, "see whether anything writes to it still")
    })
}

fn count(rows: &Rows) -> u64 {
    match rows {
        Rows::Lines(lines) => memchr::memchr_iter(b'\n', lines).count() as u64,
        Rows::Samples(samples) => samples.ledger.parsed,
        Rows::Records(parsed, _) => parsed.ledger.parsed,
    }
}

fn named(window: Window) -> String {
    format!("{} to {} UTC", window.from.strftime("%d %b %H:%M"), window.to.strftime("%d %b %H:%M"))
}
