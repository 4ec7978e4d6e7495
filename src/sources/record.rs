//! Bytes of a named file or object in, a part of the evidence and its record out.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::keep::{named, write_records};
use super::store::Store;
use super::{Shared, formats, log_reader};
use crate::config::Source;
use crate::coverage::{Gap, Ledger};
use crate::evidence::{FileRecord, PartWriter, Stamp};
use crate::ingest::lines::Blocks;
use crate::tables::schema::TableName;

/// Unpacked bytes of a file that is read whole; log lines are read in blocks and have no such limit.
const MOST_WHOLE: usize = 1 << 30;

#[derive(Default)]
struct FileRead {
    ledger: Ledger,
    sha256: String,
    redactions: BTreeMap<String, u64>,
}

/// Reads what `open` gives, plain or gzip, as the source's table says; its rows become a part under the name `file`.
/// The record has no stamp and no settings yet.
///
/// # Errors
/// When the evidence cannot be written; what is wrong with the bytes goes to the ledger.
pub fn of<R: Read>(
    source: &Source,
    shared: &Shared,
    store: &Store,
    file: &str,
    open: impl Fn() -> io::Result<R>,
) -> anyhow::Result<FileRecord> {
    let mut writer = PartWriter::new(store.dir(), source.table, &source.name, file);
    let read = match source.table {
        TableName::Logs => log(source, shared, file, &open, &mut writer),
        TableName::Metrics => {
            open().map_err(Into::into).and_then(|raw| metrics(source, shared, file, raw, &mut writer))
        }
        _ => open().map_err(Into::into).and_then(|raw| records(source, shared, file, raw, &mut writer)),
    };
    let (part, rows) = writer.finish()?;
    let read = match read {
        Ok(read) => read,
        Err(error) if error.downcast_ref::<io::Error>().is_some() => unreadable(file, &error),
        Err(error) => return Err(error),
    };
    Ok(FileRecord {
        source: source.name.clone(),
        table: source.table,
        file: file.to_owned(),
        stamp: Stamp { bytes: 0, modified_ns: 0, tag: 0 },
        settings: String::new(),
        sha256: read.sha256,
        part,
        rows,
        ledger: read.ledger,
        redactions: read.redactions,
        vanished: false,
        window: None,
    })
}

fn unreadable(file: &str, error: &anyhow::Error) -> FileRead {
    let gap = Gap {
        what: format!("{file} cannot be read: {error}"),
        hint: "check that it exists and may be read".to_owned(),
    };
    FileRead { ledger: Ledger { gaps: vec![gap], ..Ledger::default() }, ..FileRead::default() }
}

fn log<R: Read>(
    source: &Source,
    shared: &Shared,
    file: &str,
    open: &impl Fn() -> io::Result<R>,
    writer: &mut PartWriter,
) -> anyhow::Result<FileRead> {
    let reader = log_reader(source, shared)?;
    let read = reader.read(file, open, |frame| writer.append(&frame))?;
    Ok(FileRead { ledger: read.ledger, sha256: read.sha256, redactions: named(&read.redactions) })
}

fn metrics(
    source: &Source,
    shared: &Shared,
    file: &str,
    raw: impl Read,
    writer: &mut PartWriter,
) -> anyhow::Result<FileRead> {
    let whole = whole(raw)?;
    let zone = source.zone.as_ref().unwrap_or(&shared.plan.project.zone);
    let context = formats::Context { file, source: &source.name, zone };
    let metrics = formats::openmetrics::parse_metrics(&whole.bytes, &context);
    let frame = metrics.frame(&context)?;
    if frame.height() > 0 {
        writer.append(&frame)?;
    }
    let mut ledger = metrics.ledger;
    note(&mut ledger, whole.broken, whole.bytes.is_empty());
    Ok(FileRead { ledger, sha256: whole.sha256, redactions: BTreeMap::new() })
}

fn records(
    source: &Source,
    shared: &Shared,
    file: &str,
    raw: impl Read,
    writer: &mut PartWriter,
) -> anyhow::Result<FileRead> {
    let whole = whole(raw)?;
    let zone = source.zone.as_ref().unwrap_or(&shared.plan.project.zone);
    let parsed = formats::parse(source.table, &whole.bytes, &formats::Context { file, source: &source.name, zone });
    let (mut ledger, redactions) = write_records(parsed, &shared.redactor, writer)?;
    note(&mut ledger, whole.broken, false);
    Ok(FileRead { ledger, sha256: whole.sha256, redactions })
}

/// All bytes of a small file.
struct Whole {
    bytes: Vec<u8>,
    /// Why it broke off, if it did.
    broken: Option<String>,
    /// Of the raw bytes.
    sha256: String,
}

fn whole(raw: impl Read) -> io::Result<Whole> {
    let mut blocks = Blocks::new(raw)?;
    let mut bytes = Vec::new();
    while let Some(block) = blocks.next_block() {
        bytes.extend_from_slice(&block.bytes);
        if bytes.len() > MOST_WHOLE {
            blocks.broken = Some(format!("the file holds more than {} MiB", MOST_WHOLE >> 20));
            break;
        }
    }
    let broken = blocks.broken.take();
    let (sha256, _) = blocks.digest();
    Ok(Whole { bytes, broken, sha256 })
}

fn note(ledger: &mut Ledger, broken: Option<String>, empty: bool) {
    if let Some(why) = broken {
        ledger.truncated = true;
        ledger.gaps.push(Gap { what: why, hint: "fetch the file again".to_owned() });
    } else if empty {
        ledger.gaps.push(Gap { what: "the file is empty".to_owned(), hint: "export it again".to_owned() });
    }
}
