//! Rejected lines of one file in, their class out: torn duplicate, junk or lost (statistics.md S6).

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::coverage::{Ledger, RejectClass, Rejected};

/// A rejected line, kept until the file has been read.
#[derive(Debug)]
pub struct Candidate {
    pub line: u64,
    /// Its first bytes, at most `KEPT_BYTES`.
    bytes: Vec<u8>,
    /// Length and hash of the whole.
    len: usize,
    hash: u64,
    pub reason: String,
    /// Whether it showed a time, a method, a route or an event key.
    pub record: bool,
    pub torn: bool,
}

impl Candidate {
    /// A line that was not understood.
    #[must_use]
    pub fn new(line: u64, bytes: &[u8], reason: String, record: bool) -> Self {
        let kept = bytes[..bytes.len().min(KEPT_BYTES)].to_vec();
        Candidate { line, bytes: kept, len: bytes.len(), hash: xxh3_64(bytes), reason, record, torn: false }
    }

    /// Whether this is the beginning of a longer line.
    fn begins(&self, line: &[u8]) -> bool {
        line.len() > self.len && line.starts_with(&self.bytes) && xxh3_64(&line[..self.len]) == self.hash
    }
}

/// Rejected lines that are kept for the second look; past this many a file is broken anyway and they count as lost.
pub const MOST: usize = 20_000;
/// Bytes of a rejected line that are kept.
pub const KEPT_BYTES: usize = 4096;
/// Lines are looked up by their first bytes; a shorter torn line proves nothing.
const KEY: usize = 16;

/// Finds which rejected lines are a prefix of an intact line of their file.
#[derive(Debug, Default)]
pub struct SecondLook {
    by_start: HashMap<Vec<u8>, Vec<usize>>,
}

impl SecondLook {
    /// Indexes the candidates by their first bytes.
    #[must_use]
    pub fn new(candidates: &[Candidate]) -> Self {
        let mut by_start: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            if candidate.record && candidate.bytes.len() >= KEY {
                by_start.entry(candidate.bytes[..KEY].to_vec()).or_default().push(at);
            }
        }
        SecondLook { by_start }
    }

    /// Whether there is anything to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_start.is_empty()
    }

    /// Marks the candidates that are a proper prefix of this line.
    pub fn see(&self, line: &[u8], candidates: &mut [Candidate]) {
        let Some(found) = line.get(..KEY).and_then(|key| self.by_start.get(key)) else { return };
        for at in found {
            let candidate = &mut candidates[*at];
            if !candidate.torn && candidate.begins(line) {
                candidate.torn = true;
            }
        }
    }
}

/// Counts the candidates in the ledger, samples redacted by `redact`.
pub fn settle(candidates: Vec<Candidate>, ledger: &mut Ledger, mut redact: impl FnMut(&str) -> String) {
    for candidate in candidates {
        let class = match (candidate.torn, candidate.record) {
            (true, _) => RejectClass::TornDuplicate,
            (false, true) => RejectClass::Lost,
            (false, false) => RejectClass::Junk,
        };
        // Redacted before it is cut, so that half a secret is not left over.
        let text = String::from_utf8_lossy(&candidate.bytes);
        let sample: String = redact(&text).chars().filter(|c| !c.is_control()).take(120).collect();
        ledger.reject(Rejected { line: candidate.line, class, reason: candidate.reason, sample });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_not_its_own_torn_duplicate() {
        let long =
            format!(r#"{{"time":"2026-08-09T00:00:01Z","method":"GET","message":"{}"#, "x".repeat(3 * KEPT_BYTES));
        let whole = format!("{long}\"}}");
        let mut candidates = vec![Candidate::new(1, long.as_bytes(), "cut".to_owned(), true)];
        let look = SecondLook::new(&candidates);
        look.see(long.as_bytes(), &mut candidates);
        look.see(whole.replace("xx\"", "xy\"").as_bytes(), &mut candidates);
        assert!(!candidates[0].torn, "neither itself nor another line that begins alike is its whole");
        look.see(whole.as_bytes(), &mut candidates);
        assert!(candidates[0].torn);
    }
}
