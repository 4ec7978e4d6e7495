//! Rows that a system gave in, a part of the evidence and its record out.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::formats::samples::Samples;
use super::formats::{Context, Parsed};
use super::store::Store;
use super::{Shared, log_reader};
use crate::config::Source;
use crate::coverage::Ledger;
use crate::evidence::{FileRecord, PartWriter, Stamp};
use crate::ingest::lines::hex;
use crate::tables::frame;
use crate::tables::redact::{Redactions, Redactor};

/// Rows as they came.
pub enum Rows {
    /// Log lines as a service wrote them, each with its newline.
    Lines(Vec<u8>),
    Samples(Samples),
    /// Records of a table, and the SHA-256 of what they were read from.
    Records(Parsed, String),
}

/// Keeps rows under the name `file`; the hash of the record is of the rows, since an answer also says how long it took.
///
/// # Errors
/// When the evidence cannot be written.
pub fn keep(source: &Source, shared: &Shared, store: &Store, file: &str, rows: Rows) -> anyhow::Result<FileRecord> {
    let mut writer = PartWriter::new(store.dir(), source.table, &source.name, file);
    let zone = source.zone.as_ref().unwrap_or(&shared.plan.project.zone);
    let context = Context { file, source: &source.name, zone };
    let mut bytes = 0;
    let (ledger, sha256, redactions) = match rows {
        Rows::Lines(lines) => {
            bytes = lines.len() as u64;
            if lines.is_empty() {
                (Ledger::default(), hex(&Sha256::digest(b"")), BTreeMap::new())
            } else {
                let reader = log_reader(source, shared)?;
                let read = reader.read(file, || Ok(lines.as_slice()), |frame| writer.append(&frame))?;
                (read.ledger, read.sha256, named(&read.redactions))
            }
        }
        Rows::Samples(samples) => {
            let mut sha = Sha256::new();
            samples.each_text(|text| {
                bytes += text.len() as u64;
                sha.update(text.as_bytes());
            });
            let frame = samples.frame(&context)?;
            if frame.height() > 0 {
                writer.append(&frame)?;
            }
            (samples.ledger, hex(&sha.finalize()), BTreeMap::new())
        }
        Rows::Records(parsed, sha256) => {
            let (ledger, redactions) = write_records(parsed, &shared.redactor, &mut writer)?;
            (ledger, sha256, redactions)
        }
    };
    let (part, rows) = writer.finish()?;
    Ok(FileRecord {
        source: source.name.clone(),
        table: source.table,
        file: file.to_owned(),
        stamp: Stamp { bytes, modified_ns: 0, tag: 0 },
        settings: String::new(),
        sha256,
        part,
        rows,
        ledger,
        redactions,
        vanished: false,
        window: None,
    })
}

/// Writes records, redacted, and redacts the samples of what was rejected; what they come to.
///
/// # Errors
/// When the evidence cannot be written.
pub fn write_records(
    parsed: Parsed,
    redactor: &Redactor,
    writer: &mut PartWriter,
) -> anyhow::Result<(Ledger, BTreeMap<String, u64>)> {
    let mut redactions = Redactions::default();
    let rows = parsed.rows.iter().map(|row| row.cells());
    let frame = frame::from_rows(parsed.table, rows, redactor, &mut redactions)?;
    if frame.height() > 0 {
        writer.append(&frame)?;
    }
    let mut ledger = parsed.ledger;
    for sample in &mut ledger.samples {
        sample.sample = redactor.text(&sample.sample, &mut redactions).into_owned();
        sample.reason = redactor.text(&sample.reason, &mut redactions).into_owned();
    }
    Ok((ledger, named(&redactions)))
}

/// Redactions by kind.
pub fn named(redactions: &Redactions) -> BTreeMap<String, u64> {
    redactions.0.iter().map(|(kind, n)| ((*kind).to_owned(), *n)).collect()
}
