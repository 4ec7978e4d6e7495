//! Lines that a container runtime split, put together again: a look at the lines in their order, before blocks of them
//! are read side by side. What is held between blocks is one line per stream.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Carried, cri, docker};
use crate::ingest::envelope::Envelope;
use crate::ingest::lines::Block;

/// Whose pieces belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    DockerOut,
    DockerErr,
    CriOut,
    CriErr,
}

/// What a line is to the ones around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) stream: Stream,
    /// Whether its text goes on in the next of its stream.
    pub(super) goes_on: bool,
    /// Whether its text begins like a record of its own.
    pub(super) fresh: bool,
}

/// A record that is read apart from the lines of its file.
#[derive(Debug)]
pub(in crate::ingest) struct Loose {
    /// Line to cite.
    pub(in crate::ingest) line: u64,
    /// Records that count as read with it; none where its lines were counted already.
    pub(in crate::ingest) fetched: u64,
    /// Lines that belong to it beyond the one cited.
    pub(in crate::ingest) attached: u64,
    /// Whether undecodable bytes were replaced.
    pub(in crate::ingest) mended: bool,
    pub(in crate::ingest) read: Result<Envelope<'static>, Unread>,
}

/// Why a record cannot be read, and its bytes.
#[derive(Debug)]
pub(in crate::ingest) struct Unread {
    pub(in crate::ingest) reason: &'static str,
    pub(in crate::ingest) bytes: Vec<u8>,
}

/// What to do at a line.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Step {
    /// The line is part of a record that is put together.
    pub(in crate::ingest) taken: bool,
    /// The record that is whole here.
    pub(in crate::ingest) ready: Option<Loose>,
}

/// Steps by line; a line without one is read by itself.
pub(in crate::ingest) type Steps = BTreeMap<u64, Step>;

/// Longest line that is put together, bytes.
const LONGEST: usize = 8 << 20;

/// Puts lines together, block after block.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Joiner {
    held: [Option<Held>; 4],
}

#[derive(Debug)]
struct Held {
    line: u64,
    lines: u64,
    envelope: Envelope<'static>,
    text: Vec<u8>,
    too_long: bool,
    /// Whether the last piece is shorter than a runtime cuts, so that it may well be the end.
    short: bool,
}

impl Joiner {
    /// Looks at the lines of a block.
    pub(in crate::ingest) fn steps(&mut self, block: &Block) -> Steps {
        let mut steps = Steps::new();
        if self.held.iter().all(Option::is_none) && !may_split(&block.bytes) {
            return steps;
        }
        for (number, bytes) in block.lines() {
            let Some(piece) = docker::piece(bytes).or_else(|| cri::piece(bytes).map(|(piece, _)| piece)) else {
                continue;
            };
            if piece.goes_on || self.held[piece.stream as usize].is_some() {
                steps.extend(self.step(piece, number, bytes).map(|step| (number, step)));
            }
        }
        steps
    }

    /// What waits for an end that did not come with the file.
    pub(in crate::ingest) fn rest(&mut self) -> Vec<Loose> {
        let held = self.held.iter_mut().filter_map(Option::take);
        held.map(|held| {
            let whole = held.short;
            held.loose(whole)
        })
        .collect()
    }

    /// `None` where the line turns out to be no piece.
    fn step(&mut self, piece: Piece, number: u64, bytes: &[u8]) -> Option<Step> {
        let (envelope, text) = unwrap(bytes)?;
        let short = matches!(piece.stream, Stream::DockerOut | Stream::DockerErr) && text.len() < docker::CUT;
        let slot = &mut self.held[piece.stream as usize];
        let mut ready = None;
        let mut held = match slot.take() {
            // The process ended inside a line, and the next one began anew.
            Some(held) if held.short && piece.fresh => {
                ready = Some(held.loose(true));
                None
            }
            held => held,
        };
        if held.is_none() && !piece.goes_on {
            return Some(Step { taken: false, ready });
        }
        let held_now = match held.as_mut() {
            Some(held) => held,
            None => held.insert(Held { line: number, lines: 0, envelope, text: Vec::new(), too_long: false, short }),
        };
        held_now.add(&text, short);
        if piece.goes_on {
            *slot = held;
        } else {
            ready = held.map(|held| held.loose(true));
        }
        Some(Step { taken: true, ready })
    }
}

impl Held {
    fn add(&mut self, text: &[u8], short: bool) {
        self.lines += 1;
        self.short = short;
        self.too_long |= self.text.len() + text.len() > LONGEST;
        if !self.too_long {
            self.text.extend_from_slice(text);
        }
    }

    fn loose(self, whole: bool) -> Loose {
        let reason = match (self.too_long, whole) {
            (true, _) => Some("a split line of more than 8 MiB"),
            (_, false) => Some("a split line without its last piece"),
            _ => None,
        };
        let text = String::from_utf8_lossy(&self.text);
        let mended = matches!(text, Cow::Owned(_));
        let read = match reason {
            None => Ok(Envelope { line: Cow::Owned(text.into_owned()), ..self.envelope }),
            Some(reason) => Err(Unread { reason, bytes: self.text }),
        };
        Loose { line: self.line, fetched: 0, attached: self.lines - 1, mended, read }
    }
}

/// Whether a block may hold a split line; most logs are no container's, and one look settles that.
fn may_split(bytes: &[u8]) -> bool {
    let has = |needle: &[u8]| memchr::memmem::find(bytes, needle).is_some();
    bytes.starts_with(b"{\"log\":\"") || has(b"\n{\"log\":\"") || has(b" stdout P") || has(b" stderr P")
}

/// What the runtime says of a piece, without its text, and the text.
fn unwrap(bytes: &[u8]) -> Option<(Envelope<'static>, Vec<u8>)> {
    if let Some((_, text)) = cri::piece(bytes) {
        let envelope = cri::open(std::str::from_utf8(&bytes[..bytes.len() - text.len()]).ok()?)?;
        return Some((envelope.into_owned(), text.to_vec()));
    }
    match docker::open(&String::from_utf8_lossy(bytes)) {
        Some(Carried::One(envelope)) => {
            let mut envelope = envelope.into_owned();
            let text = std::mem::take(&mut envelope.line).into_owned().into_bytes();
            Some((envelope, text))
        }
        _ => None,
    }
}
