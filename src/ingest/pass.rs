//! One pass over a file: blocks of lines in, what each of them needs to be read side by side with the others out.

use std::io::{self, Read};

use super::carriers::export::{self, Export};
use super::carriers::joins::{Joiner, Loose, Steps};
use super::carriers::otlp;
use super::lines::{Block, Blocks};
use super::log_file::Framing;
use crate::coverage::Gap;

/// A piece of a file that can be read by itself.
pub(super) enum Work {
    /// Lines, and what to do at those that were split.
    Lines(Block, Steps),
    /// Records that were put together or cut out.
    Records(Vec<Loose>),
}

/// Walks through a file in its order.
pub(super) struct Pass<R: Read> {
    blocks: Blocks<R>,
    framing: Framing,
    joiner: Joiner,
    export: Option<Export>,
    begun: bool,
    ended: bool,
    /// Why nothing of the file is read.
    refused: Option<Gap>,
}

/// How a file ended.
pub(super) struct End {
    pub(super) sha256: String,
    pub(super) bytes: u64,
    /// Why reading stopped early.
    pub(super) broken: Option<String>,
    /// Why nothing was read.
    pub(super) refused: Option<Gap>,
}

impl<R: Read> Pass<R> {
    /// # Errors
    /// When the first bytes cannot be read.
    pub(super) fn new(raw: R, framing: Framing) -> io::Result<Self> {
        let blocks = Blocks::new(raw)?;
        let joiner = Joiner::default();
        Ok(Pass { blocks, framing, joiner, export: None, begun: false, ended: false, refused: None })
    }

    /// The next piece of work, or `None` at the end.
    pub(super) fn step(&mut self) -> Option<Work> {
        if self.ended {
            return None;
        }
        let Some(block) = self.blocks.next_block() else {
            self.ended = true;
            let left = match &mut self.export {
                Some(export) => export.read(&[], true),
                None => self.joiner.rest(),
            };
            return (!left.is_empty()).then_some(Work::Records(left));
        };
        if self.framing == Framing::Envelope {
            return Some(Work::Lines(block, Steps::new()));
        }
        if !std::mem::replace(&mut self.begun, true) {
            self.export = export::begins(&block.bytes).then(Export::new);
            self.refused = otlp::refused(&block.bytes);
            if self.refused.is_some() {
                self.ended = true;
                return None;
            }
        }
        Some(match &mut self.export {
            Some(export) => Work::Records(export.read(&block.bytes, false)),
            None => {
                let steps = self.joiner.steps(&block);
                Work::Lines(block, steps)
            }
        })
    }

    /// What the file was, when it has been read.
    pub(super) fn end(mut self) -> End {
        let (broken, refused) = (self.blocks.broken.take(), self.refused.take());
        let (sha256, bytes) = self.blocks.digest();
        End { sha256, bytes, broken, refused }
    }
}
