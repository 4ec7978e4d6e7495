//! Records that a system lists page by page in, one record set each out: complete, or said to be incomplete.
//!
//! A set is pulled anew at every collect, because its records change. What fails is a gap; a set that was complete
//! before stays then, since an older whole is better than a part.

pub mod bug;
pub mod gathered;
pub mod link;
pub mod pages;

use std::sync::Arc;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::formats::json_records::Record;
use super::formats::{Context, Parsed};
use super::keep::{Rows, keep};
use super::store::Store;
use super::{Errand, Pulled, Shared, look, settings};
use crate::config::{RunPlan, Source, Window};
use crate::coverage::Gap;
use crate::evidence::{FileRecord, PulledWindow};
use crate::ingest::lines::hex;
use crate::net::Failure;
use crate::progress::Task;
use crate::report::diagnosis::Noticed;
use gathered::Gathered;

/// What reads the records of a format.
pub type Reader = fn(Vec<Record>, &Context<'_>, &mut Parsed);

/// The records of a set, and what is known to be missing of them.
pub struct Listed {
    pub parsed: Parsed,
    /// Empty where the set is complete.
    pub lacks: Vec<Gap>,
}

impl Listed {
    /// Reads gathered records as rows of the source's table. Lines are the places of the records in their order.
    #[must_use]
    pub fn read(gathered: Gathered, file: &str, source: &Source, shared: &Shared, read: Reader) -> Self {
        let zone = source.zone.as_ref().unwrap_or(&shared.plan.project.zone);
        let context = Context { file, source: &source.name, zone };
        let mut parsed = Parsed::new(source.table);
        parsed.ledger.fetched = gathered.fetched;
        parsed.ledger.repeated = gathered.repeated;
        parsed.ledger.attached = gathered.outside;
        let (records, lacks) = gathered.into_records();
        read(records, &context, &mut parsed);
        Listed { parsed, lacks }
    }
}

/// A pull of record sets under way.
pub struct Listing<'a> {
    source: &'a Source,
    shared: &'a Arc<Shared>,
    store: &'a Arc<Store>,
    settings: String,
    task: Task,
    records: Vec<FileRecord>,
    gaps: Vec<Gap>,
    unchanged: usize,
    /// What a look noticed.
    noticed: Vec<Noticed>,
}

impl<'a> Listing<'a> {
    #[must_use]
    pub fn begin(source: &'a Source, shared: &'a Arc<Shared>, store: &'a Arc<Store>) -> Self {
        let task = shared.progress.start_windows(&source.name, 1);
        let settings = settings(source, shared);
        let (records, gaps, noticed) = (Vec::new(), Vec::new(), Vec::new());
        Listing { source, shared, store, settings, task, records, gaps, unchanged: 0, noticed }
    }

    /// Whether this is a look: then one page is enough.
    #[must_use]
    pub fn is_look(&self) -> bool {
        self.shared.errand == Errand::Look
    }

    /// Notices what a look shows of a set.
    fn notice(&mut self, answer: Result<Listed, Failure>) {
        match answer {
            Ok(listed) => {
                self.gaps.extend(listed.lacks);
                self.found(listed.parsed.ledger.parsed);
            }
            Err(failure) => self.noticed.push(failure.into()),
        }
    }

    /// Notices how many records a look found.
    pub fn found(&mut self, records: u64) {
        self.noticed.push(match records {
            0 => Noticed::warning("answers, and holds nothing of the time that is asked for", "see what is asked for"),
            n => Noticed::fine(format!("answers, with {n} records on the first page")),
        });
    }

    /// Keeps a set that cannot change as it was collected; whether it was there and whole.
    pub fn keep_held(&mut self, file: &str) -> bool {
        let Some(record) = self.whole(file) else { return false };
        self.records.push(record);
        self.unchanged += 1;
        true
    }

    fn whole(&self, file: &str) -> Option<FileRecord> {
        let held = self.store.held(&self.source.name, file, &self.settings)?;
        held.window.is_some_and(|w| w.complete).then_some(held)
    }

    /// Says what is missing of the source as a whole.
    pub fn lack(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    /// Takes what a set came to.
    ///
    /// # Errors
    /// When the evidence cannot be written.
    pub async fn take(&mut self, file: &str, answer: Result<Listed, Failure>) -> anyhow::Result<()> {
        if self.is_look() {
            self.notice(answer);
            return Ok(());
        }
        let known = self.whole(file);
        let lacks = match answer {
            Ok(listed) if listed.lacks.is_empty() || known.is_none() => {
                let record = self.record(file, listed).await?;
                self.task.advance(1, record.rows);
                self.store.put(record.clone())?;
                self.records.push(record);
                return Ok(());
            }
            Ok(listed) => listed.lacks,
            Err(failure) => vec![Gap { what: failure.what, hint: failure.hint }],
        };
        let stays = known.and_then(|record| {
            let asked = record.window.and_then(|w| Timestamp::from_millisecond(w.asked_ms).ok());
            self.records.push(record);
            asked
        });
        let since = stays.map_or_else(String::new, |at| format!("; what was collected at {at} stays"));
        self.gaps.extend(lacks.into_iter().map(|gap| Gap { what: format!("{}{since}", gap.what), ..gap }));
        Ok(())
    }

    async fn record(&self, file: &str, listed: Listed) -> anyhow::Result<FileRecord> {
        let (source, shared, store) = (self.source.clone(), Arc::clone(self.shared), Arc::clone(self.store));
        let (file, complete) = (file.to_owned(), listed.lacks.is_empty());
        let mut parsed = listed.parsed;
        parsed.ledger.truncated |= !complete;
        parsed.ledger.gaps.extend(listed.lacks);
        let sha256 = canonical(&parsed);
        let rows = Rows::Records(parsed, sha256);
        let record = tokio::task::spawn_blocking(move || keep(&source, &shared, &store, &file, rows)).await??;
        let asked_ms = self.shared.now.as_millisecond();
        let window = span(&self.shared.plan, self.shared.now).map(|window| PulledWindow { window, asked_ms, complete });
        Ok(FileRecord { settings: self.settings.clone(), window, ..record })
    }

    /// Ends the pull.
    #[must_use]
    pub fn end(self) -> Pulled {
        self.task.finish();
        if self.is_look() {
            let gaps = self.gaps.into_iter().map(|gap| Noticed::fault(gap.what, gap.hint));
            return look::looked(self.source, self.noticed.into_iter().chain(gaps).collect());
        }
        self.store.end_system(&self.source.name, &self.settings, self.gaps.clone());
        let (source, records, gaps) = (self.source.name.clone(), self.records, self.gaps);
        Pulled { source, records, gaps, unchanged: self.unchanged, noticed: Vec::new() }
    }
}

/// Time of which records are asked for: from the beginning of the baseline or the beta up to now.
#[must_use]
pub fn span(plan: &RunPlan, now: Timestamp) -> Option<Window> {
    let from = plan.stage.baseline.from_ms().min(plan.stage.beta.from_ms());
    Window::from_millis(from, now.as_millisecond().max(from))
}

/// SHA-256 of the rows, without the place where they stand: the same records give the same hash.
fn canonical(parsed: &Parsed) -> String {
    let columns = parsed.table.columns();
    let place = |at: &usize| matches!(columns[*at].0, "source" | "file" | "line");
    let kept: Vec<usize> = (0..columns.len()).filter(|at| !place(at)).collect();
    let mut sha = Sha256::new();
    for row in &parsed.rows {
        let cells: Vec<_> = kept.iter().map(|at| &row.cells()[*at]).collect();
        // Cells are plain values, so this cannot fail.
        sha.update(serde_json::to_vec(&cells).unwrap_or_default());
        sha.update(b"\n");
    }
    hex(&sha.finalize())
}
