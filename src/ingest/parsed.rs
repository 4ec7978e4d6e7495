//! Lines and records read one by one into the rows, counts and rejects of a block.

use std::borrow::Cow;

use super::carriers::Carried;
use super::carriers::joins::Loose;
use super::columns::{LogColumns, Origin};
use super::envelope::Envelope;
use super::log_file::LogReader;
use super::row::{LogRow, Read as LineRead, Tier};
use super::surrogates;
use super::torn::Candidate;
use crate::coverage::Ledger;

/// What a block of lines came to; rows in the order of the file.
pub(super) struct ParsedBlock<'r> {
    reader: &'r LogReader<'r>,
    origin: Origin<'r>,
    pub(super) columns: LogColumns<'r>,
    pub(super) ledger: Ledger,
    pub(super) rejected: Vec<Candidate>,
    /// Whether a device's mark was seen: what follows in the file is the device's, too.
    device: bool,
}

impl<'r> ParsedBlock<'r> {
    pub(super) fn new(reader: &'r LogReader<'r>, origin: Origin<'r>, capacity: usize) -> Self {
        ParsedBlock {
            reader,
            origin,
            columns: LogColumns::new(reader.redactor, capacity),
            ledger: Ledger::default(),
            rejected: Vec::new(),
            device: false,
        }
    }

    /// A line of the file as it stands.
    pub(super) fn take_line(&mut self, number: u64, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let repaired = surrogates::without_lone_surrogates(&text);
        let mended = repaired.is_some() || matches!(text, Cow::Owned(_));
        let line = repaired.as_deref().unwrap_or(&text);
        match self.reader.open(line) {
            None => self.take_bare(line, number, bytes, mended),
            Some(Carried::One(envelope)) => self.take_envelope(&envelope, number, mended),
            Some(Carried::Many(records)) => {
                // A batch is as many records as it holds, or one line that says nothing.
                self.ledger.fetched += (records.len() as u64).saturating_sub(1);
                self.ledger.attached += u64::from(records.is_empty());
                for record in records {
                    match record {
                        Ok(envelope) => self.take_envelope(&envelope, number, mended),
                        Err(reason) => self.reject(number, bytes, reason, true),
                    }
                }
            }
            Some(Carried::Attached) => self.ledger.attached += 1,
            Some(Carried::Lost(reason)) => self.reject(number, bytes, reason, true),
        }
    }

    /// A record that was put together from lines.
    pub(super) fn take_loose(&mut self, loose: &Loose) {
        self.ledger.fetched += loose.fetched;
        self.ledger.attached += loose.attached;
        match &loose.read {
            Ok(envelope) => self.take_envelope(envelope, loose.line, loose.mended),
            Err(unread) => self.reject(loose.line, &unread.bytes, unread.reason.to_owned(), true),
        }
    }

    /// A line that is wrapped in nothing.
    fn take_bare(&mut self, line: &str, number: u64, bytes: &[u8], mended: bool) {
        match self.reader.read_line(line) {
            LineRead::Row(mut row) => {
                self.ledger.mended += u64::from(mended);
                self.device |= row.tier == Tier::Device;
                if self.device {
                    row.tier = Tier::Device;
                }
                self.push(&mut row, number, xxhash_rust::xxh3::xxh3_64(bytes));
            }
            LineRead::Attached => self.ledger.attached += 1,
            LineRead::Rejected { reason, record } => self.reject(number, bytes, reason, record),
        }
    }

    /// A carrier's lines come from many services, so a device's mark says nothing about the lines behind it.
    fn take_envelope(&mut self, envelope: &Envelope<'_>, line: u64, mended: bool) {
        if let Some(repaired) = surrogates::without_lone_surrogates(&envelope.line) {
            return self.take_envelope(&Envelope { line: Cow::Owned(repaired), ..envelope.clone() }, line, true);
        }
        let opened = self.reader.read_envelope(envelope);
        match opened.read {
            LineRead::Row(mut row) => {
                self.ledger.mended += u64::from(mended);
                self.push(&mut row, line, opened.hash);
            }
            LineRead::Attached => self.ledger.attached += 1,
            LineRead::Rejected { reason, record } => self.reject(line, envelope.text().as_bytes(), reason, record),
        }
    }

    fn push<'l>(&mut self, row: &mut LogRow<'l>, line: u64, hash: u64)
    where
        'r: 'l,
    {
        self.reader.attribution.attribute(row);
        self.columns.push(row, Origin { line, hash, ..self.origin });
    }

    fn reject(&mut self, line: u64, bytes: &[u8], reason: String, record: bool) {
        self.rejected.push(Candidate::new(line, bytes, reason, record));
    }
}
