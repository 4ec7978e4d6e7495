//! One log file in, dataframes of `logs` and its ledger out; blocks are parsed on all cores, rows stay in file order.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Read;

use jiff::tz::TimeZone;
use polars::prelude::*;
use rayon::prelude::*;

use super::attribution::Attribution;
use super::columns::{LogColumns, Origin};
use super::console_line::Patterns;
use super::envelope::Envelope;
use super::fields::FieldTrie;
use super::json_line;
use super::lines::{Block, Blocks};
use super::row::{LogRow, Read as LineRead, Tier};
use super::torn::{self, Candidate, SecondLook};
use crate::coverage::{Gap, Ledger};
use crate::tables::redact::{Redactions, Redactor};

/// What reading a source's lines needs, settled once per source.
pub struct LogReader<'a> {
    pub source: &'a str,
    pub service: Option<&'a str>,
    pub zone: &'a TimeZone,
    pub trie: FieldTrie,
    pub patterns: Patterns,
    pub attribution: &'a Attribution,
    pub redactor: &'a Redactor,
    pub framing: Framing,
}

/// How a file's lines are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Framing {
    /// A file of people's own: each line may be wrapped by a carrier or not, and shows it.
    #[default]
    Detect,
    /// What a connector wrote: every line is an envelope in the neutral form, and nothing inside can claim to be one.
    Envelope,
}

/// What a file came to.
pub struct LogFile {
    pub ledger: Ledger,
    pub redactions: Redactions,
    pub sha256: String,
    pub bytes: u64,
}

/// Blocks parsed at a time: enough for all cores, few enough to keep memory flat.
const ABREAST: usize = 4;

impl LogReader<'_> {
    /// Reads a file. `open` opens it anew, a second time only if lines were rejected; `keep` takes the rows in
    /// file order.
    ///
    /// # Errors
    /// When the file cannot be opened or `keep` fails; what is wrong inside the file goes to the ledger.
    pub fn read<R: Read>(
        &self,
        file: &str,
        open: impl Fn() -> std::io::Result<R>,
        mut keep: impl FnMut(DataFrame) -> anyhow::Result<()> + Send,
    ) -> anyhow::Result<LogFile> {
        let mut blocks = Blocks::new(open()?)?;
        let mut state = FileState::default();
        let mut waiting: Vec<ParsedBlock<'_>> = Vec::new();
        loop {
            let group: Vec<Block> = std::iter::from_fn(|| blocks.next_block()).take(ABREAST).collect();
            // While one group is parsed, the rows of the group before it are written.
            let (parsed, written) = rayon::join(
                || group.par_iter().map(|block| self.parse(file, block)).collect::<Vec<_>>(),
                || waiting.drain(..).try_for_each(|block| state.add(block, &mut keep)),
            );
            written?;
            waiting = parsed;
            if group.is_empty() {
                break;
            }
        }
        let broken = blocks.broken.take();
        let (sha256, bytes) = blocks.digest();
        let mut ledger = std::mem::take(&mut state.ledger);
        note_breaks(&mut ledger, broken, bytes);
        self.settle_rejected(state.rejected, &open, &mut ledger, &mut state.redactions)?;
        Ok(LogFile { ledger, redactions: state.redactions, sha256, bytes })
    }

    /// Reads the file once more if lines were rejected, to tell torn duplicates from lost records.
    fn settle_rejected<R: Read>(
        &self,
        mut rejected: Vec<Candidate>,
        open: &impl Fn() -> std::io::Result<R>,
        ledger: &mut Ledger,
        redactions: &mut Redactions,
    ) -> anyhow::Result<()> {
        let look = SecondLook::new(&rejected);
        if !look.is_empty() {
            let mut blocks = Blocks::new(open()?)?;
            while let Some(block) = blocks.next_block() {
                for (_, bytes) in block.lines() {
                    look.see(bytes, &mut rejected);
                    if self.framing == Framing::Envelope
                        && let Ok(envelope) = Envelope::read(&String::from_utf8_lossy(bytes))
                    {
                        look.see(envelope.line.as_bytes(), &mut rejected);
                    }
                }
            }
        }
        torn::settle(rejected, ledger, |text| self.redactor.text(text, redactions).into_owned());
        Ok(())
    }

    fn parse<'r>(&'r self, file: &'r str, block: &Block) -> ParsedBlock<'r> {
        let origin = Origin { source: self.source, service: self.service, file, line: 0, hash: 0 };
        let mut parsed = ParsedBlock::new(self, origin, block.bytes.len() / 200);
        for (number, bytes) in block.lines() {
            parsed.ledger.fetched += 1;
            let text = String::from_utf8_lossy(bytes);
            let mut mended = matches!(text, Cow::Owned(_));
            match self.framing {
                Framing::Detect => {
                    let repaired = json_line::without_lone_surrogates(&text);
                    mended |= repaired.is_some();
                    let read = self.read_line(repaired.as_deref().unwrap_or(&text));
                    parsed.take(read, number, bytes, mended, || xxhash_rust::xxh3::xxh3_64(bytes));
                }
                Framing::Envelope => match Envelope::read(&text) {
                    Ok(envelope) => parsed.take_envelope(envelope, number, mended),
                    Err(reason) => parsed.reject(number, bytes, reason, true),
                },
            }
        }
        parsed
    }
}

fn note_breaks(ledger: &mut Ledger, broken: Option<String>, bytes: u64) {
    if let Some(why) = broken {
        ledger.truncated = true;
        let hint = "fetch the file again; everything before the break was kept".to_owned();
        ledger.gaps.push(Gap { what: why, hint });
    } else if bytes == 0 {
        let hint = "check that the log shipper wrote it to its end".to_owned();
        ledger.gaps.push(Gap { what: "the file is empty".to_owned(), hint });
    }
}

/// What a block of lines came to; rows in the order of the file.
struct ParsedBlock<'r> {
    reader: &'r LogReader<'r>,
    origin: Origin<'r>,
    columns: LogColumns<'r>,
    ledger: Ledger,
    rejected: Vec<Candidate>,
    /// Whether a device's mark was seen: what follows in the file is the device's, too.
    device: bool,
}

impl<'r> ParsedBlock<'r> {
    fn new(reader: &'r LogReader<'r>, origin: Origin<'r>, capacity: usize) -> Self {
        ParsedBlock {
            reader,
            origin,
            columns: LogColumns::new(reader.redactor, capacity),
            ledger: Ledger::default(),
            rejected: Vec::new(),
            device: false,
        }
    }

    fn take(&mut self, read: LineRead<'_>, line: u64, bytes: &[u8], mended: bool, hash: impl Fn() -> u64) {
        match read {
            LineRead::Row(mut row) => {
                self.ledger.mended += u64::from(mended);
                self.device |= row.tier == Tier::Device;
                if self.device {
                    row.tier = Tier::Device;
                }
                self.push(&mut row, line, hash());
            }
            LineRead::Attached => self.ledger.attached += 1,
            LineRead::Rejected { reason, record } => self.reject(line, bytes, reason, record),
        }
    }

    /// A carrier's lines come from many services, so a device's mark says nothing about the lines behind it.
    fn take_envelope(&mut self, mut envelope: Envelope<'_>, line: u64, mended: bool) {
        let repaired = json_line::without_lone_surrogates(&envelope.line);
        let mended = mended || repaired.is_some();
        if let Some(repaired) = repaired {
            envelope.line = Cow::Owned(repaired);
        }
        let opened = self.reader.read_envelope(&envelope);
        match opened.read {
            LineRead::Row(mut row) => {
                self.ledger.mended += u64::from(mended);
                self.push(&mut row, line, opened.hash);
            }
            LineRead::Attached => self.ledger.attached += 1,
            LineRead::Rejected { reason, record } => self.reject(line, envelope.line.as_bytes(), reason, record),
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

#[derive(Default)]
struct FileState {
    ledger: Ledger,
    redactions: Redactions,
    rejected: Vec<Candidate>,
    /// Hashes of the lines that have a time, one number each: with the rows of a file, this is all that grows.
    seen: HashSet<i64>,
    last_ts: Option<i64>,
}

impl FileState {
    fn add(
        &mut self,
        mut block: ParsedBlock<'_>,
        keep: &mut impl FnMut(DataFrame) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.last_ts = block.columns.carry_times(self.last_ts);
        let mut mask = Vec::with_capacity(block.columns.len());
        for (ts, hash) in block.columns.keys() {
            // A line without a time may well occur twice; with one, the same bytes are the same event.
            let fresh = ts.is_none() || self.seen.insert(hash);
            mask.push(fresh);
            if let (true, Some(ts)) = (fresh, ts) {
                self.ledger.first_ts = Some(self.ledger.first_ts.map_or(ts, |first| first.min(ts)));
                self.ledger.last_ts = Some(self.ledger.last_ts.map_or(ts, |last| last.max(ts)));
            }
        }
        let kept = mask.iter().filter(|fresh| **fresh).count() as u64;
        block.ledger.parsed = kept;
        block.ledger.repeated = mask.len() as u64 - kept;
        self.ledger.add(&block.ledger);
        self.redactions.add(&block.columns.redactions);
        for rejected in block.rejected {
            if self.rejected.len() < torn::MOST {
                self.rejected.push(rejected);
            } else {
                self.ledger.lost += 1;
            }
        }
        if kept == 0 {
            return Ok(());
        }
        let frame = block.columns.finish()?;
        let frame = if self.ledger.repeated == 0 {
            frame
        } else {
            frame.filter(&BooleanChunked::from_slice("".into(), &mask))?
        };
        keep(frame)
    }
}
