//! What the lines of one file come to.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::distinct::Distinct;
use super::durations::Durations;
use super::formats::document::Metrics;
use super::record::Record;
use super::stamp::{Stamp, Zone};

/// Rejected lines whose text is kept.
const FIRST: usize = 20;
/// Bytes of the text of a rejected line that are kept.
const SHORT: usize = 160;
/// Different words for levels, zones and reasons that are told apart.
const MOST_WORDS: usize = 50;

/// Why a line is rejected that no format knows.
pub const UNKNOWN: &str = "no time and no known shape";

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// From 1.
    pub line: u64,
    pub reason: String,
    /// Its beginning, as it stands: whoever shows it redacts it.
    pub text: String,
}

/// Counts of one file. `parsed + continuations + blank + rejected` is `lines`.
#[derive(Debug, Default)]
pub struct Tally {
    /// Physical lines; a last one without a newline counts.
    pub lines: u64,
    /// Lines that begin a record, or are known to hold none (a line of names, a banner).
    pub parsed: u64,
    /// Lines that belong to the record before them.
    pub continuations: u64,
    pub blank: u64,
    pub rejected: u64,
    /// Rejected lines by reason.
    pub reasons: BTreeMap<String, u64>,
    pub first_rejected: Vec<Rejected>,
    /// Log records; a document in one line has many.
    pub records: u64,
    /// Format → parsed lines.
    pub formats: BTreeMap<&'static str, u64>,
    pub levels: BTreeMap<&'static str, u64>,
    /// Levels as they were written.
    pub level_words: BTreeMap<String, u64>,
    pub statuses: BTreeMap<u16, u64>,
    pub request_ids: Distinct,
    pub durations: Durations,
    pub span: Span,
    pub remarks: BTreeSet<String>,
    /// Records that name only an id of one process.
    pub local_ids: u64,
    pub traced: u64,
    pub untimed: u64,
    pub metrics: Option<Metrics>,
}

/// The times of the records.
#[derive(Debug, Default)]
pub struct Span {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Times without a year, as the clock showed them; the first and the last, in the year 2000 and those after it.
    pub from_without_year: Option<DateTime>,
    pub to_without_year: Option<DateTime>,
    /// Years that have passed since the first time without one.
    turned: i16,
    last: Option<DateTime>,
    pub zones: BTreeMap<String, u64>,
    pub zoneless: u64,
    pub yearless: u64,
    pub ambiguous: u64,
}

impl Span {
    /// Takes in the time of a record.
    pub fn add(&mut self, stamp: &Stamp) {
        let zone = stamp.zone.word();
        if self.zones.len() < MOST_WORDS || self.zones.contains_key(&zone) {
            *self.zones.entry(zone).or_default() += 1;
        }
        self.zoneless += u64::from(stamp.zone == Zone::Unsaid);
        self.ambiguous += u64::from(stamp.ambiguous);
        if !stamp.dated {
            self.yearless += 1;
            return self.without_year(stamp.clock);
        }
        let Some(at) = stamp.instant(&TimeZone::UTC) else { return };
        self.from = Some(self.from.map_or(at, |from| from.min(at)));
        self.to = Some(self.to.map_or(at, |to| to.max(at)));
    }

    /// A clock that falls back by more than half a year has turned into the next one.
    fn without_year(&mut self, clock: DateTime) {
        if self.last.is_some_and(|last| last.month() - clock.month() > 6) {
            self.turned += 1;
        }
        self.last = Some(clock);
        let Ok(clock) = clock.with().year(2000 + 4 * self.turned.min(1000)).build() else { return };
        self.from_without_year = Some(self.from_without_year.map_or(clock, |from| from.min(clock)));
        self.to_without_year = Some(self.to_without_year.map_or(clock, |to| to.max(clock)));
    }
}

impl Tally {
    /// Counts a line that a format knows.
    pub fn known(&mut self, format: &'static str) {
        self.parsed += 1;
        *self.formats.entry(format).or_default() += 1;
    }

    /// Counts a record.
    pub fn record(&mut self, record: &Record) {
        self.records += 1;
        match &record.at {
            Some(at) => self.span.add(at),
            None => self.untimed += 1,
        }
        if let Some(level) = &record.level {
            *self.levels.entry(level.name).or_default() += 1;
            let word: String = level.word.chars().take(20).collect();
            if self.level_words.len() < MOST_WORDS || self.level_words.contains_key(&word) {
                *self.level_words.entry(word).or_default() += 1;
            }
        }
        if let Some(status) = record.status {
            *self.statuses.entry(status).or_default() += 1;
        }
        if let Some(id) = &record.request_id {
            self.request_ids.add(id);
        }
        if let Some(ms) = record.duration_ms.filter(|ms| ms.is_finite() && *ms >= 0.0) {
            self.durations.add(ms);
            if let Some(assumed) = record.assumed {
                self.remarks.insert(assumed.to_owned());
            }
        }
        self.local_ids += u64::from(record.local_id && record.request_id.is_none());
        self.traced += u64::from(record.traced);
    }

    /// Counts a line that cannot be read.
    pub fn reject(&mut self, line: u64, reason: &str, text: &str) {
        self.rejected += 1;
        if self.reasons.len() < MOST_WORDS || self.reasons.contains_key(reason) {
            *self.reasons.entry(reason.to_owned()).or_default() += 1;
        }
        if self.first_rejected.len() < FIRST {
            let mut end = text.len().min(SHORT);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let text = text[..end].to_owned();
            self.first_rejected.push(Rejected { line, reason: reason.to_owned(), text });
        }
    }

    /// Adds what an answer of Prometheus holds.
    pub fn measured(&mut self, more: Metrics) {
        let sum = self.metrics.get_or_insert_default();
        sum.series += more.series;
        sum.samples += more.samples;
        sum.nan += more.nan;
    }

    /// At the end: a file in which no format knows any line is plain text, and none of its lines is wrong.
    pub fn finish(&mut self) {
        if let Some(lines) = self.reasons.get(UNKNOWN).copied().filter(|_| self.parsed == 0) {
            self.reasons.remove(UNKNOWN);
            self.first_rejected.retain(|rejected| rejected.reason != UNKNOWN);
            self.rejected -= lines;
            self.parsed += lines;
            self.records += lines;
            self.untimed += lines;
            self.formats.insert("plain text", lines);
            self.remarks
                .insert("no line has a time or a shape that is known, so every line is read as plain text".to_owned());
        }
    }

    /// The format of most lines; among equals the first in the alphabet.
    #[must_use]
    pub fn main_format(&self) -> Option<&'static str> {
        self.formats.iter().rev().max_by_key(|(_, lines)| **lines).map(|(format, _)| *format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::stamp;

    #[test]
    fn a_clock_without_a_year_may_turn_into_the_next() {
        let mut span = Span::default();
        for text in ["Dec 31 23:59:59", "Jan  1 00:00:01", "Jan  1 00:00:00"] {
            span.add(&stamp::at_start(text).expect(text));
        }
        assert_eq!(span.from_without_year.map(|t| t.to_string()).as_deref(), Some("2000-12-31T23:59:59"));
        assert_eq!(span.to_without_year.map(|t| t.to_string()).as_deref(), Some("2004-01-01T00:00:01"));
        assert_eq!((span.from, span.yearless, span.zoneless), (None, 3, 3));
    }

    #[test]
    fn plain_text_is_not_rejected_but_torn_json_is() {
        let mut tally = Tally { lines: 3, ..Tally::default() };
        tally.reject(1, UNKNOWN, "hello");
        tally.reject(2, "not a whole JSON object", "{");
        tally.reject(3, UNKNOWN, "there");
        tally.finish();
        assert_eq!((tally.parsed, tally.rejected, tally.main_format()), (2, 1, Some("plain text")));
        assert_eq!(tally.first_rejected.len(), 1);
    }
}
