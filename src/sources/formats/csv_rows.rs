//! CSV text in, records by column name with their line numbers out; a wrong header is named, a wrong row is lost.

use std::collections::BTreeMap;

use super::Parsed;

/// A record by the name of the column that was asked for, and its line.
#[derive(Debug)]
pub struct CsvRow {
    pub line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl CsvRow {
    /// A cell, trimmed; `None` where it is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.cells.get(name).map(|c| c.trim()).filter(|c| !c.is_empty())
    }
}

/// A column: its name here, the spellings that a header may use, and whether the file is useless without it.
pub struct Wanted {
    pub name: &'static str,
    pub spellings: &'static [&'static str],
    pub required: bool,
}

/// Reads all records.
pub fn read(text: &str, wanted: &[Wanted], parsed: &mut Parsed) -> Vec<CsvRow> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(|h| h.trim().to_owned()).collect(),
        Err(error) => {
            parsed.gap(format!("the header cannot be read: {error}"), "the first line names the columns");
            return Vec::new();
        }
    };
    let Some(places) = places(&header, wanted, parsed) else { return Vec::new() };
    let mut rows = Vec::new();
    for record in reader.records() {
        parsed.ledger.fetched += 1;
        match record {
            Ok(record) if record.len() == header.len() => {
                let line = record.position().map_or(0, csv::Position::line);
                let cells = places.iter().filter_map(|(name, at)| Some((*name, record.get(*at)?.to_owned()))).collect();
                rows.push(CsvRow { line, cells });
            }
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let reason = format!("{} cells where the header has {}", record.len(), header.len());
                parsed.lose(line, reason, &record.iter().collect::<Vec<_>>().join(","));
            }
            Err(error) => parsed.lose(error.position().map_or(0, csv::Position::line), error.to_string(), ""),
        }
    }
    rows
}

/// Whether the header of a text has every column that is required.
#[must_use]
pub(super) fn has_all(text: &str, wanted: &[Wanted]) -> bool {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let Ok(header) = reader.headers() else { return false };
    let named = |want: &Wanted| {
        header.iter().any(|h| want.spellings.iter().any(|spelling| h.trim().eq_ignore_ascii_case(spelling)))
    };
    wanted.iter().filter(|want| want.required).all(named)
}

fn places(header: &[String], wanted: &[Wanted], parsed: &mut Parsed) -> Option<Vec<(&'static str, usize)>> {
    let mut places = Vec::new();
    for want in wanted {
        let is = |h: &String| want.spellings.iter().any(|s| h.eq_ignore_ascii_case(s));
        match header.iter().position(is) {
            Some(at) => places.push((want.name, at)),
            None if want.required => {
                let near = crate::config::problem::nearest(want.spellings[0], header.iter().map(String::as_str));
                parsed.gap(
                    format!("there is no column `{}`; the header has: {}", want.spellings[0], header.join(", ")),
                    near.unwrap_or_else(|| "export it with this column".to_owned()),
                );
                return None;
            }
            None => {}
        }
    }
    Some(places)
}
