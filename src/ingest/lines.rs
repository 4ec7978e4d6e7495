//! Bytes of a file (plain or gzip) in, blocks of whole lines with their line numbers out; memory stays flat.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

/// Bytes per block, roughly: large enough to keep a parser busy, small enough to keep memory flat.
const BLOCK: usize = 2 << 20;
/// A line longer than this is cut; the rest becomes a line of its own and is rejected as such.
const LONGEST_LINE: usize = 64 << 20;

/// Whole lines of a file.
#[derive(Debug)]
pub struct Block {
    /// Number of the first line, from 1.
    pub first_line: u64,
    /// The lines, each with its newline, but perhaps the last.
    pub bytes: Vec<u8>,
}

impl Block {
    /// Each line with its number, without its line break. The piece behind the last newline is no line.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let count = memchr::memchr_iter(b'\n', &self.bytes).count() + usize::from(!self.bytes.ends_with(b"\n"));
        let lines = self.bytes.split(|b| *b == b'\n').take(count);
        (self.first_line..).zip(lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)))
    }
}

/// Reads a file block by block and hashes its raw bytes on the way.
pub struct Blocks<R: Read> {
    input: Input<R>,
    /// Bytes after the last newline of the block before.
    rest: Vec<u8>,
    next_line: u64,
    ended: bool,
    /// Why reading stopped early, if it did.
    pub broken: Option<String>,
}

enum Input<R: Read> {
    Plain(Prefixed<R>),
    Gzip(Box<MultiGzDecoder<Prefixed<R>>>),
}

impl<R: Read> Blocks<R> {
    /// Looks at the first bytes to tell gzip from plain text.
    ///
    /// # Errors
    /// When the first bytes cannot be read.
    pub fn new(mut raw: R) -> io::Result<Self> {
        let mut magic = Vec::with_capacity(2);
        raw.by_ref().take(2).read_to_end(&mut magic)?;
        let gzip = magic == [0x1f, 0x8b];
        let raw = Prefixed { prefix: magic, at: 0, raw, sha: Sha256::new(), bytes: 0 };
        let input = if gzip { Input::Gzip(Box::new(MultiGzDecoder::new(raw))) } else { Input::Plain(raw) };
        Ok(Blocks { input, rest: Vec::new(), next_line: 1, ended: false, broken: None })
    }

    /// The next block, or `None` at the end. An error in the middle (a gzip cut in half) ends the file early and
    /// is told in `broken`; what was read before it is kept.
    pub fn next_block(&mut self) -> Option<Block> {
        while !self.ended {
            let mut bytes = std::mem::take(&mut self.rest);
            self.fill(&mut bytes);
            if self.next_line == 1 && bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
                bytes.drain(..3);
            }
            if !self.ended && bytes.len() < LONGEST_LINE {
                let cut = memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1);
                self.rest = bytes.split_off(cut);
            }
            if !bytes.is_empty() {
                let first_line = self.next_line;
                let newlines = memchr::memchr_iter(b'\n', &bytes).count() as u64;
                self.next_line += newlines + u64::from(!bytes.ends_with(b"\n"));
                return Some(Block { first_line, bytes });
            }
        }
        None
    }

    /// Reads about one block behind what is there.
    fn fill(&mut self, bytes: &mut Vec<u8>) {
        let wanted = bytes.len() + BLOCK;
        while bytes.len() < wanted && !self.ended {
            let before = bytes.len();
            let mut limited = match &mut self.input {
                Input::Plain(raw) => Either::Plain(raw),
                Input::Gzip(gzip) => Either::Gzip(gzip),
            }
            .take((wanted - before) as u64);
            let result = limited.read_to_end(bytes);
            match result {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) => {
                    self.broken = Some(format!("the file breaks off: {error}"));
                    self.ended = true;
                }
            }
        }
    }

    /// SHA-256 (hex) and size of the raw bytes, after the last block.
    #[must_use]
    pub fn digest(self) -> (String, u64) {
        let mut raw = match self.input {
            Input::Plain(raw) => raw,
            Input::Gzip(gzip) => gzip.into_inner(),
        };
        // What a broken gzip left unread still belongs to the hash of the file.
        let _ = io::copy(&mut raw, &mut io::sink());
        (hex(&raw.sha.finalize()), raw.bytes)
    }
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

enum Either<'a, R: Read> {
    Plain(&'a mut Prefixed<R>),
    Gzip(&'a mut MultiGzDecoder<Prefixed<R>>),
}

impl<R: Read> Read for Either<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Either::Plain(raw) => raw.read(buffer),
            Either::Gzip(gzip) => gzip.read(buffer),
        }
    }
}

/// A reader that gives back the bytes that were looked at first, and hashes all that passes.
struct Prefixed<R: Read> {
    prefix: Vec<u8>,
    at: usize,
    raw: R,
    sha: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Prefixed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = if self.at < self.prefix.len() {
            let n = buffer.len().min(self.prefix.len() - self.at);
            buffer[..n].copy_from_slice(&self.prefix[self.at..self.at + n]);
            self.at += n;
            n
        } else {
            self.raw.read(buffer)?
        };
        self.sha.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn blocks(raw: &[u8]) -> (Vec<Block>, Option<String>) {
        let mut reader = Blocks::new(raw).expect("readable");
        let mut all = Vec::new();
        while let Some(block) = reader.next_block() {
            all.push(block);
        }
        (all, reader.broken)
    }

    #[test]
    fn numbers_lines_across_blocks_and_keeps_the_last_line_without_newline() {
        let text = "x".repeat(1000) + "\n";
        let raw = text.repeat(5000) + "end";
        let (all, broken) = blocks(raw.as_bytes());
        assert!(all.len() > 1 && broken.is_none());
        let mut line = 1;
        for block in &all {
            assert_eq!(block.first_line, line);
            line += block.bytes.iter().filter(|b| **b == b'\n').count() as u64;
        }
        assert_eq!(all.iter().map(|b| b.bytes.len()).sum::<usize>(), raw.len());
    }

    #[test]
    fn a_gzip_cut_in_half_keeps_what_was_whole() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        for n in 0..50_000 {
            writeln!(gzip, "line {n} {}", n * 7919).expect("in memory");
        }
        let raw = gzip.finish().expect("in memory");
        let (all, broken) = blocks(&raw[..raw.len() / 2]);
        assert!(broken.is_some_and(|why| why.contains("breaks off")));
        assert!(all.iter().map(|b| b.bytes.len()).sum::<usize>() > 1000);
    }

    #[test]
    fn a_byte_order_mark_and_an_empty_file_are_no_lines() {
        assert!(blocks(b"").0.is_empty());
        let (all, _) = blocks(b"\xEF\xBB\xBFa\n");
        assert_eq!(all[0].bytes, b"a\n");
    }
}
