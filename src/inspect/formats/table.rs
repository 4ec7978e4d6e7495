//! Tables with a line of names: CSV (comma, semicolon, tab) and the extended log format of the W3C.

use serde_json::{Map, Value};

use super::json;
use crate::inspect::keys::{self, Field};
use crate::inspect::record::Record;
use crate::inspect::stamp::Zone;

/// Lines that one quoted value may span.
const MOST_LINES: usize = 1000;

/// A table that is being read.
#[derive(Debug)]
pub struct Table {
    names: Vec<String>,
    delimiter: u8,
    /// Lines of a row whose quoted value is still open.
    open: Vec<String>,
    /// The next line is that of the names.
    names_next: bool,
}

/// What a line of a table is.
#[derive(Debug, PartialEq)]
pub enum Row {
    /// The line of names, or a remark of the format.
    Known,
    /// The row is not whole yet.
    Open,
    /// A row, which began this many lines before.
    Whole(Record, usize),
    /// Why it is no row, and how many lines before it began.
    Wrong(String, usize),
}

impl Table {
    /// A table whose names stand in this line, if they look like names and two of them mean something in a log.
    #[must_use]
    pub fn headed(line: &str) -> Option<Self> {
        if let Some(names) = line.strip_prefix("#Fields: ") {
            let names = names.split_ascii_whitespace().map(str::to_owned).collect();
            return Some(Table { names, delimiter: b' ', open: Vec::new(), names_next: false });
        }
        if ["#Software:", "#Version:", "#Date:"].iter().any(|mark| line.starts_with(mark)) {
            return Some(Table { names: Vec::new(), delimiter: b' ', open: Vec::new(), names_next: false });
        }
        let delimiter = [b',', b'\t', b';'].into_iter().max_by_key(|d| line.bytes().filter(|b| b == d).count())?;
        let names = split(line, delimiter)?;
        let fine = |name: &String| {
            name.len() <= 60
                && name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '@'))
                && !name.contains(['=', '{', '"', ':'])
        };
        let known: Vec<Field> = names.iter().filter_map(|n| Some(keys::field(&keys::spelled(n.trim()))?.1)).collect();
        let timed = known.contains(&Field::Time);
        let table = names.len() > 1 && names.iter().all(fine) && (timed || known.len() > 1);
        table.then_some(Table { names, delimiter, open: Vec::new(), names_next: false })
    }

    /// The name of the format.
    #[must_use]
    pub fn format(&self) -> &'static str {
        if self.delimiter == b' ' { "w3c extended log" } else { "csv" }
    }

    /// Says that the line of names is about to be read.
    pub fn names_follow(&mut self) {
        self.names_next = true;
    }

    /// Lines of the row that is not whole yet.
    #[must_use]
    pub fn lines_open(&self) -> u64 {
        self.open.len() as u64
    }

    /// Whether a row is not whole yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Reads the next line.
    pub fn line(&mut self, line: &str) -> Row {
        if std::mem::take(&mut self.names_next) {
            return Row::Known;
        }
        if self.delimiter == b' ' && line.starts_with('#') {
            if let Some(table) = Table::headed(line).filter(|table| !table.names.is_empty()) {
                self.names = table.names;
            }
            return Row::Known;
        }
        self.open.push(line.to_owned());
        let text = self.open.join("\n");
        let quoted = self.delimiter != b' ' && text.bytes().filter(|b| *b == b'"').count() % 2 == 1;
        if quoted && self.open.len() < MOST_LINES {
            return Row::Open;
        }
        let before = self.open.len() - 1;
        self.open.clear();
        if quoted {
            return Row::Wrong("a quoted value that never ends".to_owned(), before);
        }
        match split(&text, self.delimiter) {
            Some(cells) if cells.len() == self.names.len() => Row::Whole(self.record(cells), before),
            Some(cells) => {
                let reason = format!("a row of {} values under {} names", cells.len(), self.names.len());
                Row::Wrong(reason, before)
            }
            None => Row::Wrong("a row that cannot be split into values".to_owned(), before),
        }
    }

    fn record(&self, cells: Vec<String>) -> Record {
        let pairs = self.names.iter().zip(cells).map(|(name, cell)| (name.trim().to_owned(), Value::String(cell)));
        let object: Map<String, Value> = pairs.collect();
        let mut record = Record { format: self.format(), ..json::fields(&object) };
        // The W3C's format is in UTC by its definition.
        if let Some(at) = record.at.as_mut().filter(|at| self.delimiter == b' ' && at.zone == Zone::Unsaid) {
            at.zone = Zone::Utc;
        }
        record
    }
}

fn split(text: &str, delimiter: u8) -> Option<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let row = reader.records().next()?.ok()?;
    Some(row.iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_by_the_names_above_them() {
        let mut table = Table::headed("time,level,requestId,status,message").expect("a table");
        assert_eq!(table.line("2026-11-23T10:20:30Z,warn,r1,404,\"a"), Row::Open);
        let Row::Whole(record, 1) = table.line("b\"") else { panic!("a whole row") };
        assert!(record.at.is_some());
        assert_eq!(
            (record.status, record.request_id.as_deref(), record.message.as_deref()),
            (Some(404), Some("r1"), Some("a\nb"))
        );
        assert!(matches!(table.line("a,b"), Row::Wrong(_, 0)));
        assert!(Table::headed("Date,Time,Level,Content").is_some() && Table::headed("Hello, world").is_none());
    }

    #[test]
    fn the_w3c_format_is_in_utc() {
        let mut table = Table::headed("#Software: x").expect("a table");
        assert_eq!(table.line("#Fields: date time sc-status time-taken"), Row::Known);
        let Row::Whole(record, 0) = table.line("2026-11-23 10:20:30 200 15") else { panic!("a whole row") };
        assert_eq!(
            (record.status, record.duration_ms, record.at.map(|a| a.zone)),
            (Some(200), Some(15.0), Some(Zone::Utc))
        );
    }
}
