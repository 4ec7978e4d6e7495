//! Windows of time in, one after the other pulled from a system: complete, or said to be incomplete.
//!
//! A window that was complete and is old enough is not asked for again. One that the system caps is halved until it gives
//! all of it. What fails is a gap with its window, and what was known of that time before stays.

use std::cell::RefCell;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::{SignedDuration, Timestamp};

use super::keep::{Rows, keep};
use super::store::Store;
use super::{Errand, Pulled, Shared, look, settings};
use crate::config::source::Pulling;
use crate::config::{RunPlan, Source, Window};
use crate::coverage::Gap;
use crate::evidence::{FileRecord, PulledWindow};
use crate::net::{Failure, FailureKind};
use crate::progress::Task;

/// Pieces of one window; a system that caps even these is not pulled from, but judged in.
const MOST_PIECES: usize = 1024;

/// What a system says of the rows it gave for a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// All of them.
    Complete,
    /// No more than it gives at once: there may be others.
    Capped,
    /// Something is missing, in its own words.
    Partial(String),
}

/// The answer for one window.
pub struct Piece {
    pub rows: Rows,
    pub state: State,
}

/// How windows of a system are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    pub pulling: Pulling,
    /// Windows under way at once.
    pub concurrent: usize,
    /// The shortest window that can be asked for.
    pub finest: SignedDuration,
}

/// Pulls the plan's windows, newest state kept at every step.
///
/// # Errors
/// When the evidence cannot be written; what the system does wrong becomes gaps.
pub async fn pull(
    source: &Source,
    shared: &Arc<Shared>,
    store: &Arc<Store>,
    manner: Manner,
    fetch: impl AsyncFn(Window) -> Result<Piece, Failure>,
) -> anyhow::Result<Pulled> {
    pull_and_review(source, shared, store, manner, fetch, async |_| Vec::new()).await
}

/// The same for a system that may keep less than it is asked for and not say so: `review` sees all records, in the order
/// of time, and names what they show to be missing.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull_and_review(
    source: &Source,
    shared: &Arc<Shared>,
    store: &Arc<Store>,
    manner: Manner,
    fetch: impl AsyncFn(Window) -> Result<Piece, Failure>,
    review: impl AsyncFn(&[FileRecord]) -> Vec<Gap>,
) -> anyhow::Result<Pulled> {
    if shared.errand == Errand::Look {
        return Ok(look::at_windows(source, shared, manner, fetch).await);
    }
    let settings = settings(source, shared);
    let windows = windows(&shared.plan, manner.pulling, shared.now);
    let task = shared.progress.start_windows(&source.name, windows.len() as u64);
    let pull = WindowPull { source, shared, store, manner, settings: &settings, task: &task, down: RefCell::new(None) };
    let done: Vec<Done> = stream::iter(windows)
        .map(|window| pull.window(window, &fetch))
        .buffered(manner.concurrent.max(1))
        .try_collect()
        .await?;
    task.finish();
    let unchanged = done.iter().filter(|d| d.unchanged).count();
    let records: Vec<FileRecord> = done.iter().flat_map(|d| d.records.iter().cloned()).collect();
    let mut gaps: Vec<Gap> = joined(done.into_iter().filter_map(|d| d.gap));
    gaps.extend(review(&records).await);
    gaps.iter_mut().for_each(|gap| shared.redact(gap));
    if gaps.is_empty() && !records.is_empty() && records.iter().all(|r| r.rows == 0) {
        let what = "it holds nothing of the baseline or the beta that the query asks for".to_owned();
        gaps.push(Gap { what, hint: "see the names in the query, and `cutover doctor`".to_owned() });
    }
    store.end_system(&source.name, &settings, gaps.clone());
    Ok(Pulled { source: source.name.clone(), records, gaps, unchanged, noticed: Vec::new() })
}

/// What a window of the plan came to.
struct Done {
    records: Vec<FileRecord>,
    unchanged: bool,
    gap: Option<(Window, Failure)>,
}

struct WindowPull<'a> {
    source: &'a Source,
    shared: &'a Arc<Shared>,
    store: &'a Arc<Store>,
    manner: Manner,
    settings: &'a str,
    task: &'a Task,
    /// Why nothing more is asked of the system.
    down: RefCell<Option<Failure>>,
}

impl WindowPull<'_> {
    async fn window(
        &self,
        window: Window,
        fetch: &impl AsyncFn(Window) -> Result<Piece, Failure>,
    ) -> anyhow::Result<Done> {
        let stored = self.store.stored(&self.source.name, window, self.settings);
        if self.settled(window, &stored) {
            self.task.advance_window(sum(&stored, |r| r.rows), 0);
            return Ok(Done { records: stored, unchanged: true, gap: None });
        }
        let (records, failure) = self.fetched(window, fetch).await?;
        self.task.advance_window(sum(&records, |r| r.rows), sum(&records, |r| r.stamp.bytes));
        match failure {
            // What was known of this time is better than what came of a broken pull.
            Some(failure) if !stored.is_empty() => {
                Ok(Done { records: stored, unchanged: false, gap: Some((window, failure)) })
            }
            failure => {
                self.store.put_window(&self.source.name, window, records.clone())?;
                Ok(Done { records, unchanged: false, gap: failure.map(|failure| (window, failure)) })
            }
        }
    }

    /// Whether all of a window is stored and too old for further rows.
    fn settled(&self, window: Window, stored: &[FileRecord]) -> bool {
        let mut to = window.from;
        for record in stored {
            let Some(pulled) = &record.window else { return false };
            let age_ms = pulled.asked_ms - pulled.window.to_ms();
            if !pulled.complete || pulled.window.from != to || age_ms < self.manner.pulling.freshness_s * 1000 {
                return false;
            }
            to = pulled.window.to;
        }
        to == window.to && !stored.is_empty()
    }

    /// Asks for a window, in halves where it is too much; the records of its pieces, and the first failure.
    async fn fetched(
        &self,
        window: Window,
        fetch: &impl AsyncFn(Window) -> Result<Piece, Failure>,
    ) -> anyhow::Result<(Vec<FileRecord>, Option<Failure>)> {
        let (mut records, mut failed) = (Vec::new(), None);
        let mut open = vec![window];
        while let Some(piece) = open.pop() {
            let down = self.down.borrow().clone();
            if let Some(failure) = down {
                failed.get_or_insert(failure);
                break;
            }
            let answer = fetch(piece).await;
            let too_much = match &answer {
                Ok(answer) => answer.state == State::Capped,
                Err(failure) => failure.kind == FailureKind::TooLarge,
            };
            let room = records.len() + open.len() < MOST_PIECES;
            if too_much
                && room
                && let Some((first, second)) = halves(piece, self.manner.finest)
            {
                open.extend([second, first]);
                continue;
            }
            match answer {
                Ok(answer) => records.push(self.record(piece, answer).await?),
                Err(failure) => {
                    if ends_all(failure.kind) {
                        self.down.borrow_mut().get_or_insert_with(|| failure.clone());
                    }
                    failed.get_or_insert(failure);
                }
            }
        }
        Ok((records, failed))
    }

    async fn record(&self, window: Window, piece: Piece) -> anyhow::Result<FileRecord> {
        let file = name(&self.source.name, window);
        let (source, shared, store) = (self.source.clone(), Arc::clone(self.shared), Arc::clone(self.store));
        let (rows, named) = (piece.rows, file.clone());
        // Parsing takes both cores where it can, so it does not stand in the way of the network.
        let kept = tokio::task::spawn_blocking(move || keep(&source, &shared, &store, &named, rows));
        let mut record = kept.await??;
        let complete = piece.state == State::Complete;
        match piece.state {
            State::Complete => {}
            State::Capped => {
                record.ledger.truncated = true;
                let hint = "ask for less with a narrower query, or raise the system's limit".to_owned();
                record.ledger.gaps.push(Gap { what: "more rows than the system gives at once".to_owned(), hint });
            }
            State::Partial(why) => {
                record.ledger.truncated = true;
                let hint = "see why the system could not give all of it, then collect again".to_owned();
                record
                    .ledger
                    .gaps
                    .push(Gap { what: format!("the system says that something is missing: {why}"), hint });
            }
        }
        record.ledger.gaps.iter_mut().for_each(|gap| self.shared.redact(gap));
        let asked_ms = self.shared.now.as_millisecond();
        record.window = Some(PulledWindow { window, asked_ms, complete });
        Ok(FileRecord { settings: self.settings.to_owned(), ..record })
    }
}

fn sum(records: &[FileRecord], of: impl Fn(&FileRecord) -> u64) -> u64 {
    records.iter().map(of).sum()
}

/// Failures after which no other window can do better.
fn ends_all(kind: FailureKind) -> bool {
    use FailureKind::{Deadline, Forbidden, NotFound, Redirected, Throttled, TooLarge, Unauthorized, Unreachable};
    // What is too large in its smallest piece is so everywhere.
    matches!(kind, Unreachable | Unauthorized | Forbidden | NotFound | Throttled | Redirected | Deadline | TooLarge)
}

/// The windows of the baseline and the beta up to now, on a grid of their length, in the order of time, each once.
pub fn windows(plan: &RunPlan, pulling: Pulling, now: Timestamp) -> Vec<Window> {
    let length = pulling.window_s * 1000;
    let mut starts: Vec<i64> = Vec::new();
    for span in [plan.stage.baseline, plan.stage.beta] {
        let first = span.from_ms().div_euclid(length) * length;
        let end = span.to_ms().min(now.as_millisecond());
        starts.extend((0..).map(|n| first + n * length).take_while(|start| *start < end));
    }
    starts.sort_unstable();
    starts.dedup();
    let to = |start: i64| (start + length).min(now.as_millisecond());
    starts.into_iter().filter_map(|start| Window::from_millis(start, to(start))).collect()
}

/// Both halves of a window, of whole steps; `None` where they would be shorter than the system can tell.
fn halves(window: Window, finest: SignedDuration) -> Option<(Window, Window)> {
    let step = finest.as_nanos().max(1);
    let (from, to) = (window.from.as_nanosecond(), window.to.as_nanosecond());
    if to - from < 2 * step {
        return None;
    }
    let middle = Timestamp::from_nanosecond(from + (to - from) / 2 / step * step).ok()?;
    Some((Window { to: middle, ..window }, Window { from: middle, ..window }))
}

/// The name of a window where a file's would stand.
fn name(source: &str, window: Window) -> String {
    format!("{source}/{}--{}", window.from, window.to)
}

/// One gap for windows that failed for the same reason one after the other.
fn joined(failed: impl Iterator<Item = (Window, Failure)>) -> Vec<Gap> {
    let mut all: Vec<(Window, Failure)> = Vec::new();
    for (window, failure) in failed {
        match all.last_mut() {
            Some((last, same)) if same.what == failure.what => last.to = window.to,
            _ => all.push((window, failure)),
        }
    }
    let gap = |(w, failure): (Window, Failure)| Gap {
        what: format!("{} to {}: {}", w.from, w.to, failure.what),
        hint: failure.hint,
    };
    all.into_iter().map(gap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: &str, to: &str) -> Window {
        Window { from: from.parse().expect("a time"), to: to.parse().expect("a time") }
    }

    #[test]
    fn halves_meet_and_end_at_the_finest_step() {
        let whole = window("2026-08-03T00:00:00Z", "2026-08-03T00:00:03Z");
        let (first, second) = halves(whole, SignedDuration::from_secs(1)).expect("two halves");
        assert_eq!((first.from, first.to, second.to), (whole.from, second.from, whole.to));
        assert_eq!(first.seconds(), 1);
        assert_eq!(halves(first, SignedDuration::from_secs(1)), None);
        assert!(halves(first, SignedDuration::from_millis(1)).is_some());
        let (mut left, mut times) = (whole, 0);
        while let Some((next, _)) = halves(left, SignedDuration::from_nanos(1)) {
            (left, times) = (next, times + 1);
        }
        assert_eq!((left.to.as_nanosecond() - left.from.as_nanosecond(), times), (1, 31), "down to a nanosecond");
    }

    #[test]
    fn failures_in_a_row_make_one_gap() {
        let down = || Failure::new(FailureKind::Unreachable, "h cannot be reached: refused", "start it");
        let a = window("2026-08-03T00:00:00Z", "2026-08-04T00:00:00Z");
        let b = window("2026-08-04T00:00:00Z", "2026-08-05T00:00:00Z");
        let gaps = joined([(a, down()), (b, down())].into_iter());
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].what, "2026-08-03T00:00:00Z to 2026-08-05T00:00:00Z: h cannot be reached: refused");
    }
}
