//! The columnar evidence store: Parquet parts and a ledger per collected file; knows what is already there.
//!
//! A part belongs to one file of one source, so a changed file replaces its rows and a vanished one stays, marked so.

mod part;
mod rows;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use polars::prelude::{Column, DataFrame, DataType};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use serde::{Deserialize, Serialize};

use crate::config::Window;
use crate::coverage::{Gap, Ledger};
use crate::tables::schema::{Kind, TableName};

pub use part::PartWriter;

/// Raised when the meaning of stored columns changes; an older store is collected anew.
const FORMAT: u32 = 1;

/// What is known of one collected file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileRecord {
    pub source: String,
    pub table: TableName,
    /// Path as given, relative to the configuration file where it can be; the address of an object of an archive.
    pub file: String,
    pub stamp: Stamp,
    /// Hash of the settings that shaped its rows; other settings read it again.
    pub settings: String,
    pub sha256: String,
    /// Part file below the store, absent when there are no rows.
    pub part: Option<String>,
    pub rows: u64,
    pub ledger: Ledger,
    /// Redactions by kind.
    pub redactions: BTreeMap<String, u64>,
    /// It was there at an earlier run and is not now; its rows are kept.
    pub vanished: bool,
    /// The window of a system that it holds; absent for a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<PulledWindow>,
}

impl FileRecord {
    /// Whether there is a file on this machine that could be read again.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.window.is_none() && !self.file.contains("://")
    }
}

/// A window of time as it was pulled from a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PulledWindow {
    pub window: Window,
    /// When it was asked for, milliseconds UTC.
    pub asked_ms: i64,
    /// The system gave all of it.
    pub complete: bool,
}

/// Size and modification time, to see that a file or an object is unchanged without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    pub bytes: u64,
    /// Nanoseconds since the epoch.
    pub modified_ns: i128,
    /// Hash of an object's e-tag; 0 for a file and for an object that has none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tag: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(tag: &u64) -> bool {
    *tag == 0
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    format: u32,
    /// Source name and file → record.
    files: Vec<FileRecord>,
    /// What a source as a whole lacks, such as "no file matches".
    gaps: BTreeMap<String, Vec<Gap>>,
    /// Source name → the kind by which it was collected last.
    #[serde(default)]
    kinds: BTreeMap<String, String>,
}

/// An evidence store on disk.
#[derive(Debug)]
pub struct Evidence {
    dir: PathBuf,
    state: State,
    // Held until the store is dropped, so that two runs cannot write at once.
    lock: Option<File>,
}

/// Another run holds the store.
#[derive(Debug)]
pub struct Locked(pub PathBuf);

impl std::fmt::Display for Locked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "another run is using the evidence in {}", self.0.display())
    }
}

impl std::error::Error for Locked {}

impl Evidence {
    /// Opens the store for collecting, makes it (mode 0700) where it is not there, and locks it.
    ///
    /// # Errors
    /// `Locked` when another run holds it; else when the folder cannot be made or its state cannot be read.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        make_private(dir).with_context(|| format!("cannot make the evidence folder {}", dir.display()))?;
        let lock = File::options().create(true).append(true).open(dir.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(Locked(dir.to_owned()).into()),
            Err(fs::TryLockError::Error(error)) => return Err(error).context("cannot lock the evidence folder"),
        }
        let mut evidence = Self::read(dir)?;
        evidence.lock = Some(lock);
        Ok(evidence)
    }

    /// Opens the store for reading only.
    ///
    /// # Errors
    /// When its state is there but cannot be read.
    pub fn read(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join("state.json");
        let mut state = State { format: FORMAT, ..State::default() };
        if path.exists() {
            let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let read: State = serde_json::from_slice(&text).with_context(|| {
                format!("{} is damaged; remove the folder {} to collect anew", path.display(), dir.display())
            })?;
            if read.format == FORMAT {
                state = read;
            }
        }
        Ok(Evidence { dir: dir.to_owned(), state, lock: None })
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// All records, sorted by source and file.
    #[must_use]
    pub fn files(&self) -> &[FileRecord] {
        &self.state.files
    }

    /// What sources as a whole lack.
    #[must_use]
    pub fn gaps(&self) -> &BTreeMap<String, Vec<Gap>> {
        &self.state.gaps
    }

    /// Takes what a source's pull came to: its records replace those of the same file; files of that source that
    /// were not seen again stay, marked as vanished. One that was packed since is there under its new name: kept, its
    /// rows would count twice.
    pub fn take(&mut self, source: &str, records: Vec<FileRecord>, gaps: Vec<Gap>) {
        for old in self.state.files.iter_mut().filter(|r| r.source == source) {
            old.vanished = true;
        }
        for record in records {
            self.state.files.retain(|r| !(r.source == record.source && r.file == record.file));
            self.state.files.push(record);
        }
        let packed: Vec<(String, u64)> = self
            .state
            .files
            .iter()
            .filter(|r| r.source == source && !r.vanished && !r.ledger.truncated)
            .filter_map(|r| Some((r.file.strip_suffix(".gz")?.to_owned(), r.rows)))
            .collect();
        // A packed file that holds less did not take over all of the plain one.
        let taken_over = |r: &FileRecord| packed.iter().any(|(plain, rows)| *plain == r.file && *rows >= r.rows);
        self.state.files.retain(|r| r.source != source || !r.vanished || !taken_over(r));
        self.state.files.sort_by(|a, b| (&a.source, &a.file).cmp(&(&b.source, &b.file)));
        self.state.gaps.insert(source.to_owned(), gaps);
    }

    /// Forgets what a source of another kind gave under this name: the same rows from another place would count twice.
    pub fn keep_kind(&mut self, source: &str, kind: &str) {
        let before = self.state.kinds.insert(source.to_owned(), kind.to_owned());
        if before.is_some_and(|before| before != kind) {
            self.state.files.retain(|r| r.source != source);
        }
    }

    /// Takes one record as soon as it is whole, so that a run that is killed has it.
    pub fn put(&mut self, record: FileRecord) {
        self.state.files.retain(|r| !(r.source == record.source && r.file == record.file));
        self.state.files.push(record);
    }

    /// Takes what a window of a system came to in place of all that was known of this time; also of rows that other
    /// settings made.
    pub fn take_window(&mut self, source: &str, window: Window, records: Vec<FileRecord>) {
        let inside = |w: &PulledWindow| w.window.from < window.to && window.from < w.window.to;
        self.state.files.retain(|r| r.source != source || !r.window.as_ref().is_some_and(inside));
        self.state.files.extend(records);
    }

    /// Takes what a system lacks as a whole, and forgets what was asked of it in other words.
    pub fn take_system(&mut self, source: &str, settings: &str, gaps: Vec<Gap>) {
        self.state.files.retain(|r| r.source != source || r.settings == settings);
        self.state.files.sort_by(|a, b| (&a.source, &a.file).cmp(&(&b.source, &b.file)));
        self.state.gaps.insert(source.to_owned(), gaps);
    }

    /// Forgets sources that the configuration no longer names.
    pub fn keep_sources(&mut self, names: &[&str]) {
        self.state.files.retain(|r| names.contains(&r.source.as_str()));
        self.state.gaps.retain(|name, _| names.contains(&name.as_str()));
        self.state.kinds.retain(|name, _| names.contains(&name.as_str()));
    }

    /// Writes the state, whole or not at all.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save(&self) -> anyhow::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
        serde_json::to_writer(&mut file, &self.state)?;
        file.flush()?;
        file.persist(self.dir.join("state.json"))?;
        Ok(())
    }

    /// All rows of a table from these sources' parts, in the order of source, file and line; an empty frame with
    /// the table's columns where there are none.
    ///
    /// # Errors
    /// When a part is damaged; the message names it.
    pub fn scan(&self, table: TableName) -> anyhow::Result<DataFrame> {
        let mut all: Option<DataFrame> = None;
        for record in self.state.files.iter().filter(|r| r.table == table) {
            let Some(part) = &record.part else { continue };
            let path = self.dir.join(part);
            let file = File::open(&path).with_context(|| format!("evidence part {} is missing", path.display()))?;
            let frame = ParquetReader::new(file)
                .finish()
                .with_context(|| format!("evidence part {} is damaged; remove it and collect again", path.display()))?;
            match &mut all {
                Some(all) => {
                    all.vstack_mut(&frame)?;
                }
                None => all = Some(frame),
            }
        }
        match all {
            Some(mut frame) => {
                frame.rechunk_mut_par();
                Ok(frame)
            }
            None => empty(table),
        }
    }
}

/// An empty frame with a table's columns.
///
/// # Errors
/// Only on a bug in the schema.
pub fn empty(table: TableName) -> anyhow::Result<DataFrame> {
    let columns = table.columns().iter().map(|(name, kind)| {
        let kind = match kind {
            Kind::Time | Kind::Int => DataType::Int64,
            Kind::Float => DataType::Float64,
            Kind::Text | Kind::User | Kind::Own => DataType::String,
        };
        Column::new_empty((*name).into(), &kind)
    });
    Ok(DataFrame::new_infer_height(columns.collect())?)
}

/// Makes a folder that only its owner may enter.
pub(crate) fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(file: &str, rows: u64) -> FileRecord {
        FileRecord {
            source: "probes".to_owned(),
            table: TableName::Probes,
            file: file.to_owned(),
            stamp: Stamp { bytes: 1, modified_ns: 1, tag: 0 },
            settings: String::new(),
            sha256: String::new(),
            part: None,
            rows,
            ledger: Ledger::default(),
            redactions: BTreeMap::new(),
            vanished: false,
            window: None,
        }
    }

    #[test]
    fn a_packed_file_takes_the_place_of_the_plain_one_unless_it_holds_less() -> anyhow::Result<()> {
        let dir = tempfile::tempdir()?;
        let mut evidence = Evidence::read(dir.path())?;
        let plain = vec![record("a.jsonl", 5), record("b.jsonl", 5), record("c.jsonl", 5), record("d.jsonl", 5)];
        evidence.take("probes", plain, Vec::new());
        let mut broken = record("c.jsonl.gz", 9);
        broken.ledger.truncated = true;
        evidence.take("probes", vec![record("a.jsonl.gz", 9), record("b.jsonl.gz", 4), broken], Vec::new());
        let kept: Vec<(&str, bool)> = evidence.files().iter().map(|r| (r.file.as_str(), r.vanished)).collect();
        assert_eq!(
            kept,
            [
                ("a.jsonl.gz", false),
                ("b.jsonl", true),
                ("b.jsonl.gz", false),
                ("c.jsonl", true),
                ("c.jsonl.gz", false),
                ("d.jsonl", true)
            ]
        );
        Ok(())
    }
}
