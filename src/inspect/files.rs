//! Bytes of a file to lines of text: gzip, byte order marks, UTF-16, lines of any length; memory stays flat.

use std::io::{self, Read};

use crate::ingest::lines::Blocks;

/// Bytes of a line that are kept; the rest is read and left out.
pub const LONGEST: usize = 64 << 20;
/// Bytes that are looked at to tell text from other things.
const LOOKED_AT: usize = 64 << 10;

/// How the bytes of a file stand for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Little,
    Utf16Big,
}

/// Lines of a file.
pub struct Lines<R: Read> {
    blocks: Blocks<R>,
    /// Text of the block that is being read, UTF-8 but for what the file has wrong.
    bytes: Vec<u8>,
    at: usize,
    /// The first byte of a unit of UTF-16 whose second stands in the next block.
    odd: Vec<u8>,
    pub encoding: Encoding,
    /// What the file is, if it is no text.
    pub binary: Option<&'static str>,
}

impl<R: Read> Lines<R> {
    /// Looks at the beginning of a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new(raw: R) -> io::Result<Self> {
        let mut blocks = Blocks::new(raw)?;
        let bytes = blocks.next_block().map(|block| block.bytes).unwrap_or_default();
        let encoding = encoding(&bytes);
        let mut lines = Lines { blocks, bytes: Vec::new(), at: 0, odd: Vec::new(), encoding, binary: None };
        if encoding == Encoding::Utf8 {
            lines.binary = binary(&bytes[..bytes.len().min(LOOKED_AT)]);
        }
        lines.bytes = lines.decoded(bytes);
        if lines.bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
            lines.at = 3;
        }
        Ok(lines)
    }

    /// The next line with its newline, up to `LONGEST` bytes of it, into `line`; false at the end.
    pub fn next(&mut self, line: &mut Vec<u8>) -> bool {
        line.clear();
        let mut any = false;
        loop {
            if self.at >= self.bytes.len() {
                let Some(block) = self.blocks.next_block() else { return any };
                self.bytes = self.decoded(block.bytes);
                self.at = 0;
                continue;
            }
            any = true;
            let rest = &self.bytes[self.at..];
            let newline = memchr::memchr(b'\n', rest);
            let piece = &rest[..newline.map_or(rest.len(), |at| at + 1)];
            let room = LONGEST.saturating_sub(line.len());
            line.extend_from_slice(&piece[..piece.len().min(room)]);
            self.at += piece.len();
            if newline.is_some() {
                return true;
            }
        }
    }

    /// Why reading stopped before the end, if it did; SHA-256 and size of the file.
    #[must_use]
    pub fn finish(mut self) -> (Option<String>, String, u64) {
        let broken = self.blocks.broken.take();
        let (hash, bytes) = self.blocks.digest();
        (broken, hash, bytes)
    }

    fn decoded(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        if self.encoding == Encoding::Utf8 {
            return bytes;
        }
        let mut all = std::mem::take(&mut self.odd);
        all.extend_from_slice(&bytes);
        if all.len() % 2 == 1 {
            self.odd = all.split_off(all.len() - 1);
        }
        let little = self.encoding == Encoding::Utf16Little;
        let unit = |pair: &[u8]| {
            let pair = [pair[0], pair[1]];
            if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
        };
        let text: String = char::decode_utf16(all.chunks_exact(2).map(unit))
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        text.into_bytes()
    }
}

/// UTF-16 has a mark, or a zero in every second byte of its first characters.
fn encoding(bytes: &[u8]) -> Encoding {
    match bytes {
        [0xFF, 0xFE, ..] => return Encoding::Utf16Little,
        [0xFE, 0xFF, ..] => return Encoding::Utf16Big,
        _ => {}
    }
    let first = &bytes[..bytes.len().min(64) & !1];
    let zeros = |offset: usize| first.chunks_exact(2).filter(|pair| pair[offset] == 0).count() * 2;
    let printed = |offset: usize| first.chunks_exact(2).filter(|pair| pair[offset] >= b'\t').count() * 2;
    if first.len() >= 8 && zeros(1) == first.len() && printed(0) == first.len() {
        return Encoding::Utf16Little;
    }
    if first.len() >= 8 && zeros(0) == first.len() && printed(1) == first.len() {
        return Encoding::Utf16Big;
    }
    Encoding::Utf8
}

/// What a file is that is no text. Zeros alone do not count: a log that was cut while it was written begins with many.
fn binary(bytes: &[u8]) -> Option<&'static str> {
    const MARKS: &[(&[u8], &str)] = &[
        (b"\x7fELF", "a program"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"PK\x03\x04", "a zip archive; unpack it first"),
        (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it first"),
        (b"\xfd7zXZ\x00", "compressed with xz; unpack it first"),
        (b"BZh", "compressed with bzip2; unpack it first"),
        (b"%PDF-", "a PDF"),
        (b"SQLite format 3\x00", "a database of SQLite"),
        (b"LPKSHHRH", "a binary journal; `journalctl --file` prints it"),
        (b"ElfFile\x00", "a Windows event log; export it as XML or text"),
        (b"PAR1", "a Parquet file"),
    ];
    if let Some((_, what)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Some(what);
    }
    let odd = |b: &&u8| matches!(**b, 1..=8 | 11..=26 | 28..=31 | 127);
    let controls = bytes.iter().filter(odd).count();
    // A character that the cut at the end has split counts as wrong once, which does not matter.
    let wrong: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let told = bytes.iter().filter(|b| **b != 0).count();
    (told > 0 && (controls + wrong) * 10 > told * 3).then_some("not text")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(raw: &[u8]) -> Vec<String> {
        let mut reader = Lines::new(raw).expect("readable");
        let (mut all, mut line) = (Vec::new(), Vec::new());
        while reader.next(&mut line) {
            all.push(String::from_utf8_lossy(&line).into_owned());
        }
        all
    }

    #[test]
    fn lines_come_from_every_encoding() {
        let text = "a é\nb 😀\n\nc";
        let want = ["a é\n", "b 😀\n", "\n", "c"];
        assert_eq!(lines(text.as_bytes()), want);
        let mut marked = vec![0xEF, 0xBB, 0xBF];
        marked.extend_from_slice(text.as_bytes());
        assert_eq!(lines(&marked), want);
        let little: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(lines(&little), want);
        let big: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        assert_eq!(lines(&big), want);
        let unmarked: Vec<u8> = "plain text\nmore".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(lines(&unmarked), ["plain text\n", "more"]);
        assert_eq!(lines(b""), Vec::<String>::new());
    }

    #[test]
    fn lines_longer_than_a_block_stay_one() {
        let long = "x".repeat(5 << 20) + "\ny\n";
        assert_eq!(lines(long.as_bytes()).iter().map(String::len).collect::<Vec<_>>(), [(5 << 20) + 1, 2]);
    }

    #[test]
    fn text_with_some_zeros_or_wrong_bytes_is_text() {
        assert_eq!(binary(b"\0\0\0\0\0\0\0\0line\n"), None);
        assert_eq!(binary(b"line with \xff one wrong byte, and \x1b[31mred\x1b[0m\n"), None);
        assert!(binary(&[0x7f, b'E', b'L', b'F', 2]).is_some());
        let noise: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(binary(&noise).is_some());
    }
}
