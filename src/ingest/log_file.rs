//! One log file in, dataframes of `logs` and its ledger out; blocks are parsed on all cores, rows stay in file order.

use std::collections::HashSet;
use std::io::Read;

use jiff::tz::TimeZone;
use polars::prelude::*;
use rayon::prelude::*;

use super::attribution::Attribution;
use super::columns::{LogColumns, Origin};
use super::console_line::Patterns;
use super::fields::FieldTrie;
use super::lines::{Block, Blocks};
use super::row::{Read as LineRead, Tier};
use super::torn::{self, Candidate, SecondLook};
use super::{access_line, console_line, json_line};
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
                for line in block.bytes.split(|b| *b == b'\n') {
                    look.see(line.strip_suffix(b"\r").unwrap_or(line), &mut rejected);
                }
            }
        }
        torn::settle(rejected, ledger, |text| self.redactor.text(text, redactions).into_owned());
        Ok(())
    }

    fn parse(&self, file: &str, block: &Block) -> ParsedBlock<'_> {
        let mut columns = LogColumns::new(self.redactor, block.bytes.len() / 200);
        let mut ledger = Ledger::default();
        let mut rejected = Vec::new();
        let mut device = false;
        let lines = block.bytes.split(|b| *b == b'\n');
        // The piece behind the last newline is no line.
        let count = memchr::memchr_iter(b'\n', &block.bytes).count() + usize::from(!block.bytes.ends_with(b"\n"));
        for (number, bytes) in (block.first_line..).zip(lines.take(count)) {
            ledger.fetched += 1;
            let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
            let text = String::from_utf8_lossy(bytes);
            let mended = matches!(text, std::borrow::Cow::Owned(_));
            let repaired = json_line::without_lone_surrogates(&text);
            match self.read_line(repaired.as_deref().unwrap_or(&text)) {
                LineRead::Row(mut row) => {
                    ledger.mended += u64::from(mended || repaired.is_some());
                    device |= row.tier == Tier::Device;
                    if device {
                        row.tier = Tier::Device;
                    }
                    self.attribution.attribute(&mut row);
                    let hash = xxhash_rust::xxh3::xxh3_64(bytes);
                    let origin = Origin { source: self.source, service: self.service, file, line: number, hash };
                    columns.push(&row, origin);
                }
                LineRead::Attached => ledger.attached += 1,
                LineRead::Rejected { reason, record } => {
                    rejected.push(candidate(number, bytes, reason, record));
                }
            }
        }
        ParsedBlock { columns, ledger, rejected }
    }

    fn read_line<'l>(&self, line: &'l str) -> LineRead<'l> {
        let Some(first) = line.trim_start().as_bytes().first() else { return LineRead::Attached };
        if *first == b'{' {
            return self.read_json(line.trim_start());
        }
        if access_line::looks_like(line) {
            return with_event(access_line::read(line));
        }
        console_line::read(line, &self.patterns, self.zone)
    }

    fn read_json<'l>(&self, line: &'l str) -> LineRead<'l> {
        let read = json_line::read(line, &self.trie, self.zone);
        let LineRead::Row(mut row) = read else { return read };
        if line.contains("\"request_uri\"") || line.contains("\"upstream_") {
            row.tier = Tier::Gateway;
        }
        if row.method.is_none() && row.event.is_none() {
            // A message that a pattern knows keeps its meaning inside JSON too.
            if let Some(std::borrow::Cow::Borrowed(message)) = row.message.clone() {
                self.patterns.apply(message, &mut row, self.zone);
            }
        }
        with_event(LineRead::Row(row))
    }
}

/// Names the event of a request line, and of whatever has no name yet.
fn with_event(read: LineRead<'_>) -> LineRead<'_> {
    let LineRead::Row(mut row) = read else { return read };
    if row.method.is_some() && row.status.is_some() {
        row.event = Some(if row.status == Some(101) { "socket.closed" } else { "request" }.into());
    } else if row.event.is_none() {
        row.event = Some("log".into());
    }
    LineRead::Row(row)
}

fn candidate(line: u64, bytes: &[u8], reason: String, record: bool) -> Candidate {
    let kept = &bytes[..bytes.len().min(torn::KEPT_BYTES)];
    Candidate { line, bytes: kept.to_vec(), reason, record, torn: false }
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

struct ParsedBlock<'r> {
    columns: LogColumns<'r>,
    ledger: Ledger,
    rejected: Vec<Candidate>,
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
