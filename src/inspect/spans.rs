//! Records that span many lines by their format: older crash reports of Apple, and journald's export format.

use serde_json::{Map, Value};

use super::formats::{json, text};
use super::record::Record;
use super::stamp::{self, Stamp};

/// A crash report in the form before `.ips`: `name:   value` lines, then the stacks of the threads.
#[derive(Debug, Default)]
pub struct Crash {
    at: Option<Stamp>,
}

impl Crash {
    pub const FORMAT: &'static str = "apple crash report (.crash)";

    /// Whether a report begins with this line.
    #[must_use]
    pub fn begins(text: &str) -> Option<Self> {
        let value = text.strip_prefix("Incident Identifier:")?;
        (value.trim().len() >= 32).then(Crash::default)
    }

    /// Reads a line of the report; true at its last.
    pub fn ends(&mut self, text: &str) -> bool {
        if let Some(time) = text.strip_prefix("Date/Time:") {
            self.at = self.at.or_else(|| stamp::at_start(time.trim()));
        }
        text.trim() == "EOF"
    }

    /// The report as a record.
    #[must_use]
    pub fn record(&self) -> Record {
        Record { at: self.at, ..Record::new(Self::FORMAT) }
    }
}

/// The export format of journald: `FIELD=value` lines, an empty one between records, and binary values with their size.
#[derive(Debug, Default)]
pub struct Export {
    fields: Map<String, Value>,
    /// A binary value: its field, and its bytes so far with the eight of its size before them.
    binary: Option<(String, Vec<u8>)>,
}

impl Export {
    pub const FORMAT: &'static str = "journald export";

    /// Whether such an export begins with this line.
    #[must_use]
    pub fn begins(text: &str) -> bool {
        text.starts_with("__CURSOR=") || text.starts_with("__REALTIME_TIMESTAMP=")
    }

    /// Takes a line that belongs to a binary value; false where none is open.
    pub fn swallows(&mut self, raw: &[u8]) -> bool {
        let Some((field, mut bytes)) = self.binary.take() else { return false };
        bytes.extend_from_slice(raw);
        let size = bytes.first_chunk::<8>().map(|size| u64::from_le_bytes(*size));
        match size.and_then(|size| usize::try_from(size).ok()?.checked_add(8)) {
            Some(end) if end > super::files::LONGEST => {}
            // A newline follows the value, which is not part of it.
            Some(end) if bytes.len() > end => {
                let text = String::from_utf8_lossy(&bytes[8..end]).into_owned();
                self.fields.entry(field).or_insert(Value::String(text));
            }
            _ => self.binary = Some((field, bytes)),
        }
        true
    }

    /// Takes a field: true if a record begins with it, `None` if it is none.
    pub fn field(&mut self, text: &str) -> Option<bool> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let named = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
        if name.is_empty() || !name.bytes().all(named) {
            return None;
        }
        let begins = self.fields.is_empty();
        match value {
            Some(value) => drop(self.fields.entry(name.to_owned()).or_insert(Value::String(value.to_owned()))),
            None => self.binary = Some((name.to_owned(), Vec::new())),
        }
        Some(begins)
    }

    /// The record, at its end.
    pub fn end(&mut self) -> Option<Record> {
        let fields = std::mem::take(&mut self.fields);
        if fields.is_empty() {
            return None;
        }
        let mut record = Record { format: Self::FORMAT, ..json::fields(&fields) };
        if let Some(message) = record.message.clone() {
            text::within(&message, &mut record);
        }
        Some(record)
    }
}
