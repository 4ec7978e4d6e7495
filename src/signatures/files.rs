//! Log files in, signatures out: blocks are read and mined on all cores, memory stays flat however long a file is.

use std::borrow::Cow;
use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::message::{self, Line, Message};
use super::{Miner, Signature};
use crate::ingest::lines::Blocks;

/// Blocks mined at a time.
const ABREAST: usize = 4;
/// Lines whose signature is remembered, over all files; of further ones only the count is.
const MOST_LISTED: usize = 1_000_000;
/// Lines looked at for the beginning of a block's last record.
const LOOK_BACK: usize = 1000;
/// A line of blanks.
const BLANK: u32 = u32::MAX;
/// The words for levels, from the mildest.
const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "fatal"];

/// What the files came to.
#[derive(Debug)]
pub struct Mining {
    pub files: Vec<MinedFile>,
    /// The most frequent first.
    pub signatures: Vec<Signature>,
    /// For each signature the level that most of its records have, if they have one.
    pub levels: Vec<Option<&'static str>>,
    /// There were too many shapes to hold; the rarer ones were told apart by their first words only.
    pub coarse: bool,
}

/// One file.
#[derive(Debug)]
pub struct MinedFile {
    pub path: PathBuf,
    pub lines: u64,
    /// Records; a stack trace belongs to the line before it.
    pub records: u64,
    pub blank: u64,
    /// For each line, from the first one, the place of its signature; empty lines have none. Shorter than the file
    /// where there are too many lines to list.
    pub of_line: Vec<Option<u32>>,
    /// Why reading stopped before the end, if it did.
    pub broken: Option<String>,
}

/// Mines the files together; texts shown pass what `redactor` makes of a key. The key is a hash of the files: the
/// same files give the same pseudonyms, and nobody without them can undo one.
///
/// # Errors
/// When a file cannot be opened or read.
pub fn mine<R: Fn(&str) -> String>(paths: &[PathBuf], redactor: impl FnOnce([u8; 32]) -> R) -> anyhow::Result<Mining> {
    let mut state = State::default();
    let mut files = Vec::new();
    let mut key = Sha256::new_with_prefix("cutover signatures 1");
    for (nth, path) in paths.iter().enumerate() {
        if paths[..nth].contains(path) {
            continue;
        }
        let reading = || format!("cannot read {}", path.display());
        let file = File::open(path).with_context(reading)?;
        anyhow::ensure!(!file.metadata().with_context(reading)?.is_dir(), is_folder(path));
        let (mined, shapes, digest) = state.read(path, file).with_context(reading)?;
        key.update(digest);
        files.push((mined, shapes));
    }
    let coarse = state.miner.overflowed();
    let (signatures, of_shape) = state.miner.finish_redacted(redactor(key.finalize().into()));
    let mut counts = vec![[0; LEVELS.len()]; signatures.len()];
    for (shape, levels) in of_shape.iter().zip(&state.levels) {
        counts[*shape as usize].iter_mut().zip(levels).for_each(|(sum, n)| *sum += n);
    }
    let files = files.into_iter().map(|(mut file, shapes): (MinedFile, Vec<u32>)| {
        file.of_line = shapes.iter().map(|shape| of_shape.get(*shape as usize).copied()).collect();
        file
    });
    Ok(Mining { files: files.collect(), signatures, levels: counts.iter().map(most_frequent).collect(), coarse })
}

fn is_folder(path: &Path) -> std::io::Error {
    std::io::Error::new(
        std::io::ErrorKind::IsADirectory,
        format!("{} is a folder; name the files in it", path.display()),
    )
}

fn most_frequent(counts: &[u64; LEVELS.len()]) -> Option<&'static str> {
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    // Of two equally frequent levels the graver one is told.
    counts.iter().zip(LEVELS).rev().find(|(count, _)| **count == most).map(|(_, level)| level)
}

/// What has been mined so far.
#[derive(Default)]
struct State {
    miner: Miner,
    levels: Vec<[u64; LEVELS.len()]>,
    listed: usize,
}

/// A block of a file, mined.
#[derive(Default)]
struct Batch {
    miner: Miner,
    levels: Vec<[u64; LEVELS.len()]>,
    /// For each line the number of its shape in `miner`, or `BLANK`.
    shapes: Vec<u32>,
    records: u64,
}

impl State {
    fn read(&mut self, path: &Path, file: File) -> std::io::Result<(MinedFile, Vec<u32>, String)> {
        let mut blocks = Blocks::new(file)?;
        let mut carry = Vec::new();
        let mut group = next_group(&mut blocks, &mut carry);
        let mut mined =
            MinedFile { path: path.to_owned(), lines: 0, records: 0, blank: 0, of_line: Vec::new(), broken: None };
        let mut shapes = Vec::new();
        while !group.is_empty() {
            let (batches, next) = rayon::join(
                || group.par_iter().map(|bytes| parse(bytes)).collect::<Vec<_>>(),
                || next_group(&mut blocks, &mut carry),
            );
            for batch in batches {
                mined.lines += batch.shapes.len() as u64;
                mined.records += batch.records;
                mined.blank += batch.shapes.iter().filter(|shape| **shape == BLANK).count() as u64;
                self.add(batch, &mut shapes);
            }
            group = next;
        }
        mined.broken = blocks.broken.take();
        Ok((mined, shapes, blocks.digest().0))
    }

    fn add(&mut self, batch: Batch, shapes: &mut Vec<u32>) {
        let renumbered = self.miner.merge(batch.miner);
        for (shape, levels) in renumbered.iter().zip(&batch.levels) {
            let place = *shape as usize;
            if self.levels.len() <= place {
                self.levels.resize(place + 1, [0; LEVELS.len()]);
            }
            self.levels[place].iter_mut().zip(levels).for_each(|(sum, n)| *sum += n);
        }
        let room = MOST_LISTED - self.listed;
        let listed = batch.shapes.iter().take(room).map(|s| renumbered.get(*s as usize).copied().unwrap_or(BLANK));
        shapes.extend(listed);
        self.listed += batch.shapes.len().min(room);
    }
}

/// Some blocks, each beginning with the beginning of a record; empty at the end of the file.
fn next_group(blocks: &mut Blocks<File>, carry: &mut Vec<u8>) -> Vec<Vec<u8>> {
    let mut group = Vec::new();
    while group.len() < ABREAST {
        let Some(block) = blocks.next_block() else {
            if !carry.is_empty() {
                group.push(std::mem::take(carry));
            }
            break;
        };
        let mut bytes = std::mem::take(carry);
        if bytes.is_empty() {
            bytes = block.bytes;
        } else {
            bytes.extend_from_slice(&block.bytes);
        }
        *carry = bytes.split_off(last_record(&bytes));
        if !bytes.is_empty() {
            group.push(bytes);
        }
    }
    group
}

/// Where the last record of a block begins: its stack trace may go on in the next block.
fn last_record(bytes: &[u8]) -> usize {
    let mut end = bytes.len();
    for _ in 0..LOOK_BACK {
        let start = memchr::memrchr(b'\n', &bytes[..end.saturating_sub(1)]).map_or(0, |at| at + 1);
        if let Line::Record(_) = message::read(&String::from_utf8_lossy(&bytes[start..end]), true) {
            return start;
        }
        if start == 0 {
            break;
        }
        end = start;
    }
    bytes.len()
}

/// A record that may go on.
struct Open<'l> {
    message: Message<'l>,
    /// Lines that it has so far, blank ones between them included.
    lines: usize,
    /// An error stands in its text.
    error: bool,
}

fn parse(bytes: &[u8]) -> Batch {
    let mut batch = Batch::default();
    let whole = std::str::from_utf8(bytes).ok();
    let mut open: Option<Open<'_>> = None;
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let mut start = 0;
    while start <= bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        // Text that is not UTF-8 is mended line by line.
        let line =
            whole.map_or_else(|| String::from_utf8_lossy(&bytes[start..end]), |text| Cow::Borrowed(&text[start..end]));
        start = end + 1;
        let timed = open.as_ref().is_some_and(|record| record.message.timed);
        match line {
            Cow::Borrowed(line) => batch.line(message::read(line, timed), line, &mut open),
            Cow::Owned(line) => {
                let read = match message::read(&line, timed) {
                    Line::Record(message) => Line::Record(owned(message)),
                    Line::Continues => Line::Continues,
                    Line::Blank => Line::Blank,
                };
                batch.line(read, &line, &mut open);
            }
        }
    }
    batch.close(open);
    batch
}

fn owned(message: Message<'_>) -> Message<'static> {
    let text = Cow::Owned(message.text.into_owned());
    let frame = message.frame.map(|frame| Cow::Owned(frame.into_owned()));
    Message { text, frame, level: message.level, timed: message.timed }
}

impl Batch {
    fn line<'l>(&mut self, read: Line<'l>, line: &str, open: &mut Option<Open<'l>>) {
        match (read, open.as_mut()) {
            (Line::Blank, _) => {
                self.close(open.take());
                self.shapes.push(BLANK);
            }
            (Line::Continues, Some(record)) => record.goes_on(line),
            (Line::Continues, None) => {
                let message = Message { text: Cow::Owned(line.to_owned()), level: None, frame: None, timed: false };
                *open = Some(Open { message, lines: 1, error: true });
            }
            (Line::Record(message), _) => {
                self.close(open.take());
                let error = message::error_of(&message.text).is_some() || message.frame.is_some();
                *open = Some(Open { message, lines: 1, error });
            }
        }
    }

    fn close(&mut self, record: Option<Open<'_>>) {
        let Some(record) = record else { return };
        let message = &record.message;
        let shape = self.miner.add_at(&message.text, message.frame.as_deref());
        let place = shape as usize;
        if self.levels.len() <= place {
            self.levels.resize(place + 1, [0; LEVELS.len()]);
        }
        if let Some(level) = message.level.and_then(|level| LEVELS.iter().position(|known| *known == level)) {
            self.levels[place][level] += 1;
        }
        self.shapes.extend(std::iter::repeat_n(shape, record.lines));
        self.records += 1;
    }
}

impl Open<'_> {
    /// Takes from a line of the stack what tells this error from others: its name, and the team's own frame.
    fn goes_on(&mut self, line: &str) {
        self.lines += 1;
        if !self.error
            && let Some(error) = message::error_of(line)
        {
            let text = format!("{} | {error}", self.message.text);
            self.message.text = Cow::Owned(text);
            self.error = true;
        }
        // Python tells the innermost frame last, everybody else first.
        let innermost_last = line.trim_start().starts_with("File \"");
        if (self.message.frame.is_none() || innermost_last)
            && let Some(frame) = message::own_frame(line)
        {
            self.message.frame = Some(Cow::Owned(frame.to_owned()));
        }
    }
}
