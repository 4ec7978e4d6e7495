//! The evidence as pulls see it: what is there already, and a place for every record as soon as it is whole.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::config::Window;
use crate::coverage::Gap;
use crate::evidence::{Evidence, FileRecord, Stamp};

/// At most this share of the time goes into writing the state while pulls run: one part in so many.
const PART_FOR_SAVING: u32 = 20;

/// The evidence, shared by all pulls of a run.
pub struct Store {
    dir: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    evidence: Evidence,
    /// When the state was last written, and how long that took.
    saved: Option<(Instant, Duration)>,
}

impl Store {
    /// Takes the evidence for the time of the pulls.
    #[must_use]
    pub fn new(evidence: Evidence) -> Self {
        Store { dir: evidence.dir().to_owned(), inner: Mutex::new(Inner { evidence, saved: None }) }
    }

    /// Folder of the evidence.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Gives the evidence back.
    #[must_use]
    pub fn into_evidence(self) -> Evidence {
        self.inner.into_inner().unwrap_or_else(PoisonError::into_inner).evidence
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record of a file that is still as it was collected.
    #[must_use]
    pub fn unchanged(&self, source: &str, file: &str, stamp: Stamp, settings: &str) -> Option<FileRecord> {
        let inner = self.lock();
        let record = inner.evidence.files().iter().find(|r| r.source == source && r.file == file)?;
        let same = record.stamp == stamp && record.settings == settings && self.has_part(record);
        same.then(|| FileRecord { vanished: false, ..record.clone() })
    }

    /// What was collected of a file before, however it is now.
    #[must_use]
    pub fn known(&self, source: &str, file: &str) -> Option<FileRecord> {
        self.lock().evidence.files().iter().find(|r| r.source == source && r.file == file).cloned()
    }

    /// All that was collected of a source's files before.
    #[must_use]
    pub fn all_known(&self, source: &str) -> Vec<FileRecord> {
        let inner = self.lock();
        inner.evidence.files().iter().filter(|r| r.source == source && r.window.is_none()).cloned().collect()
    }

    /// What is stored of a window of a system under the same settings, in the order of time: nothing where a part is
    /// gone.
    #[must_use]
    pub fn stored(&self, source: &str, window: Window, settings: &str) -> Vec<FileRecord> {
        let inner = self.lock();
        let inside = |r: &&FileRecord| {
            let w = r.window.as_ref().map(|w| w.window);
            r.source == source && w.is_some_and(|w| w.from >= window.from && w.to <= window.to)
        };
        let mut all: Vec<FileRecord> = inner.evidence.files().iter().filter(inside).cloned().collect();
        all.sort_by_key(|r| r.window.map(|w| w.window.from));
        if all.iter().any(|r| r.settings != settings || !self.has_part(r)) { Vec::new() } else { all }
    }

    /// The record of a set of a system's records under the same settings.
    #[must_use]
    pub fn held(&self, source: &str, file: &str, settings: &str) -> Option<FileRecord> {
        let inner = self.lock();
        let same = |r: &&FileRecord| r.source == source && r.file == file && r.settings == settings;
        inner.evidence.files().iter().find(same).filter(|r| self.has_part(r)).cloned()
    }

    fn has_part(&self, record: &FileRecord) -> bool {
        record.part.as_ref().is_none_or(|part| self.dir.join(part).exists())
    }

    /// Keeps the record of a file.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub fn put(&self, record: FileRecord) -> anyhow::Result<()> {
        let mut inner = self.lock();
        inner.evidence.put(record);
        inner.save_now_and_then()
    }

    /// Keeps what a window came to in place of all that was known of this time.
    ///
    /// # Errors
    /// When the state cannot be written.
    pub fn put_window(&self, source: &str, window: Window, records: Vec<FileRecord>) -> anyhow::Result<()> {
        let mut inner = self.lock();
        inner.evidence.take_window(source, window, records);
        inner.save_now_and_then()
    }

    /// Ends the pull of a source's files.
    pub fn end_files(&self, source: &str, records: Vec<FileRecord>, gaps: Vec<Gap>) {
        self.lock().evidence.take(source, records, gaps);
    }

    /// Ends the pull of a system.
    pub fn end_system(&self, source: &str, settings: &str, gaps: Vec<Gap>) {
        self.lock().evidence.take_system(source, settings, gaps);
    }
}

impl Inner {
    /// Writes the state unless that was done a moment ago: what came since is pulled again after a kill.
    fn save_now_and_then(&mut self) -> anyhow::Result<()> {
        if self.saved.is_some_and(|(at, took)| at.elapsed() < took * PART_FOR_SAVING) {
            return Ok(());
        }
        let begun = Instant::now();
        self.evidence.save()?;
        self.saved = Some((Instant::now(), begun.elapsed()));
        Ok(())
    }
}
