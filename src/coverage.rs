//! What was fetched, parsed, rejected and truncated of each source, and which time it covers.

use serde::{Deserialize, Serialize};

/// Why a line or record was not understood (statistics.md S6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RejectClass {
    /// A prefix of an intact line of the same file.
    TornDuplicate,
    /// Neither a time nor a method, route or event key.
    Junk,
    /// A record that was there and could not be read; the only class that counts against a source.
    Lost,
}

/// One rejected line or record, with enough to find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Line of the file, from 1; 0 where the file as a whole is meant.
    pub line: u64,
    /// Why it is set aside.
    pub class: RejectClass,
    /// What was wrong, as a sentence fragment.
    pub reason: String,
    /// The beginning of it, redacted, at most 120 characters.
    pub sample: String,
}

/// Something of a source that is missing as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// What is missing and why, as a sentence.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

/// The ledger of one file (or one window of a network source).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Lines or records read.
    pub fetched: u64,
    /// Rows kept.
    pub parsed: u64,
    /// Byte-identical lines that were sent again.
    pub repeated: u64,
    /// Lines that belong to the record before them (stack traces) or say nothing (blank, banner).
    pub attached: u64,
    /// Rejected lines by class.
    pub torn: u64,
    /// See `RejectClass::Junk`.
    pub junk: u64,
    /// See `RejectClass::Lost`.
    pub lost: u64,
    /// Values in which undecodable bytes were replaced; the record is kept.
    pub mended: u64,
    /// Whether the input ended before its end (a gzip cut in half, a page limit).
    pub truncated: bool,
    /// The first rejected lines, at most twenty.
    pub samples: Vec<Rejected>,
    /// What is missing as a whole.
    pub gaps: Vec<Gap>,
    /// First and last time seen, milliseconds UTC.
    pub first_ts: Option<i64>,
    /// See `first_ts`.
    pub last_ts: Option<i64>,
}

/// How many rejected lines a ledger keeps as samples.
pub const SAMPLES: usize = 20;

impl Ledger {
    /// Counts one rejected line and keeps it as a sample while there is room.
    pub fn reject(&mut self, rejected: Rejected) {
        match rejected.class {
            RejectClass::TornDuplicate => self.torn += 1,
            RejectClass::Junk => self.junk += 1,
            RejectClass::Lost => self.lost += 1,
        }
        if self.samples.len() < SAMPLES {
            self.samples.push(rejected);
        }
    }

    /// Rejected lines of all classes.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.torn + self.junk + self.lost
    }

    /// Adds another ledger of the same source.
    pub fn add(&mut self, other: &Ledger) {
        self.fetched += other.fetched;
        self.parsed += other.parsed;
        self.repeated += other.repeated;
        self.attached += other.attached;
        self.torn += other.torn;
        self.junk += other.junk;
        self.lost += other.lost;
        self.mended += other.mended;
        self.truncated |= other.truncated;
        let room = SAMPLES.saturating_sub(self.samples.len());
        self.samples.extend(other.samples.iter().take(room).cloned());
        self.gaps.extend(other.gaps.iter().cloned());
        self.first_ts = [self.first_ts, other.first_ts].into_iter().flatten().min();
        self.last_ts = [self.last_ts, other.last_ts].into_iter().flatten().max();
    }
}
