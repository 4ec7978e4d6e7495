//! One log file in, dataframes of `logs` and its ledger out; blocks are parsed on all cores, rows stay in file order.

use std::collections::HashSet;
use std::io::Read;

use jiff::tz::TimeZone;
use polars::prelude::*;
use rayon::prelude::*;

use super::attribution::Attribution;
use super::carriers::joins::Loose;
use super::carriers::{self, Carried};
use super::columns::Origin;
use super::console_line::Patterns;
use super::envelope::Envelope;
use super::fields::FieldTrie;
use super::parsed::ParsedBlock;
use super::pass::{End, Pass, Work};
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
        let mut pass = Pass::new(open()?, self.framing)?;
        let mut state = FileState::default();
        let mut waiting: Vec<ParsedBlock<'_>> = Vec::new();
        loop {
            let group: Vec<Work> = std::iter::from_fn(|| pass.step()).take(ABREAST).collect();
            // While one group is parsed, the rows of the group before it are written.
            let (parsed, written) = rayon::join(
                || group.par_iter().map(|work| self.parse(file, work)).collect::<Vec<_>>(),
                || waiting.drain(..).try_for_each(|block| state.add(block, &mut keep)),
            );
            written?;
            waiting = parsed;
            if group.is_empty() {
                break;
            }
        }
        let end = pass.end();
        let mut ledger = std::mem::take(&mut state.ledger);
        note_breaks(&mut ledger, &end);
        self.settle_rejected(state.rejected, &open, &mut ledger, &mut state.redactions)?;
        Ok(LogFile { ledger, redactions: state.redactions, sha256: end.sha256, bytes: end.bytes })
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
            let mut pass = Pass::new(open()?, self.framing)?;
            while let Some(work) = pass.step() {
                self.each_line(&work, |line| look.see(line, &mut rejected));
            }
        }
        torn::settle(rejected, ledger, |text| self.redactor.text(text, redactions).into_owned());
        Ok(())
    }

    fn parse<'r>(&'r self, file: &'r str, work: &Work) -> ParsedBlock<'r> {
        let origin = Origin { source: self.source, service: self.service, file, line: 0, hash: 0 };
        match work {
            Work::Lines(block, steps) => {
                let mut parsed = ParsedBlock::new(self, origin, block.bytes.len() / 200);
                for (number, bytes) in block.lines() {
                    parsed.ledger.fetched += 1;
                    let step = if steps.is_empty() { None } else { steps.get(&number) };
                    if let Some(loose) = step.and_then(|step| step.ready.as_ref()) {
                        parsed.take_loose(loose);
                    }
                    if step.is_none_or(|step| !step.taken) {
                        parsed.take_line(number, bytes);
                    }
                }
                parsed
            }
            Work::Records(records) => {
                let mut parsed = ParsedBlock::new(self, origin, records.len());
                records.iter().for_each(|loose| parsed.take_loose(loose));
                parsed
            }
        }
    }

    /// Every line of a piece of work as it stands, and as a service wrote it.
    fn each_line(&self, work: &Work, mut see: impl FnMut(&[u8])) {
        let inner = |envelope: &Envelope<'_>, see: &mut dyn FnMut(&[u8])| see(envelope.text().as_bytes());
        let loose: Vec<&Loose> = match work {
            Work::Lines(block, steps) => {
                for (_, bytes) in block.lines() {
                    see(bytes);
                    match self.open(&String::from_utf8_lossy(bytes)) {
                        Some(Carried::One(envelope)) => inner(&envelope, &mut see),
                        Some(Carried::Many(all)) => all.iter().flatten().for_each(|e| inner(e, &mut see)),
                        _ => {}
                    }
                }
                steps.values().filter_map(|step| step.ready.as_ref()).collect()
            }
            Work::Records(records) => records.iter().collect(),
        };
        loose.iter().filter_map(|loose| loose.read.as_ref().ok()).for_each(|envelope| inner(envelope, &mut see));
    }

    /// Unwraps a line; `None` where it stands by itself.
    pub(super) fn open<'l>(&self, line: &'l str) -> Option<Carried<'l>> {
        match self.framing {
            Framing::Detect => carriers::open(line),
            Framing::Envelope => Some(Envelope::read(line).map_or_else(Carried::Lost, Carried::One)),
        }
    }
}

fn note_breaks(ledger: &mut Ledger, end: &End) {
    if let Some(gap) = &end.refused {
        ledger.truncated = true;
        ledger.gaps.push(gap.clone());
    } else if let Some(why) = &end.broken {
        ledger.truncated = true;
        let hint = "fetch the file again; everything before the break was kept".to_owned();
        ledger.gaps.push(Gap { what: why.clone(), hint });
    } else if end.bytes == 0 {
        let hint = "check that the log shipper wrote it to its end".to_owned();
        ledger.gaps.push(Gap { what: "the file is empty".to_owned(), hint });
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
