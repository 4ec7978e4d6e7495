//! Rejected lines of one file in, their class out: torn duplicate, junk or lost (statistics.md S6).

use std::collections::HashMap;

use crate::coverage::{Ledger, RejectClass, Rejected};

/// A rejected line, kept until the file has been read.
#[derive(Debug)]
pub struct Candidate {
    pub line: u64,
    pub bytes: Vec<u8>,
    pub reason: String,
    /// Whether it showed a time, a method, a route or an event key.
    pub record: bool,
    pub torn: bool,
}

/// Rejected lines that are kept for the second look; past this many a file is broken anyway and they count as lost.
pub const MOST: usize = 20_000;
/// Bytes of a rejected line that the second look compares.
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
            if !candidate.torn && line.len() > candidate.bytes.len() && line.starts_with(&candidate.bytes) {
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
