//! The formats: each a pure function from a line to what it says, or `None`.

pub mod access;
pub mod device;
pub mod document;
pub mod headed;
pub mod json;
pub mod logfmt;
pub mod metrics;
pub mod server;
pub mod syslog;
pub mod table;
pub mod text;

use serde_json::Value;

use super::record::Record;

type Read = fn(&str) -> Option<Record>;

/// Formats whose lines no other of these formats knows, so that they may be tried in any order.
const OWN_SHAPE: [Read; 9] = [
    access::read,
    device::logcat,
    device::metro,
    syslog::read,
    server::klog,
    server::container,
    server::supercomputer,
    server::gin,
    metrics::exposition,
];
/// Formats that would also take lines of those above.
const LOOSE: [Read; 3] = [logfmt::read, headed::read, headed::level_first];

/// The formats in an order that adapts: the one that knew the line before is asked first.
#[derive(Debug, Default)]
pub struct Formats {
    last: usize,
}

impl Formats {
    /// What a line says, if any format but JSON knows it.
    pub fn read(&mut self, line: &str) -> Option<Record> {
        self.bare(line).or_else(|| self.composed(line))
    }

    fn bare(&mut self, line: &str) -> Option<Record> {
        if let Some(record) = OWN_SHAPE[self.last](line) {
            return Some(record);
        }
        for (at, format) in OWN_SHAPE.iter().enumerate().filter(|(at, _)| *at != self.last) {
            if let Some(record) = format(line) {
                self.last = at;
                return Some(record);
            }
        }
        LOOSE.iter().find_map(|format| format(line))
    }

    /// `web-1  | line`, as Docker Compose writes.
    fn composed(&mut self, line: &str) -> Option<Record> {
        let (name, rest) = line.split_once(" | ")?;
        let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name = name.trim_end();
        if name.is_empty() || name.len() > 60 || !name.chars().all(named) {
            return None;
        }
        object(rest).or_else(|| self.bare(rest))
    }
}

/// What a line says, whatever its format.
#[must_use]
pub fn line(line: &str) -> Option<Record> {
    object(line).or_else(|| Formats::default().read(line))
}

/// What a line says that is one JSON object.
fn object(line: &str) -> Option<Record> {
    if !line.trim_start().starts_with('{') {
        return None;
    }
    let Ok(Value::Object(object)) = serde_json::from_str(line) else { return None };
    json::read(&object)
}
