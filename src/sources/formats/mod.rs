//! Raw bytes of one file in, rows of a canonical table and a ledger out; one parser per format, pure.

pub mod attestations;
pub mod audit;
pub mod check_runs;
pub mod csv_rows;
pub mod deployments;
pub mod eas_builds;
pub mod feedback_form;
pub mod github_issues;
pub mod json_records;
pub mod junit;
pub mod openmetrics;
pub mod probes;
pub mod roster;
pub mod samples;
pub mod sniff;
pub mod testflight;

use jiff::tz::TimeZone;

use crate::coverage::{Gap, Ledger, RejectClass, Rejected};
use crate::tables::schema::TableName;
use crate::tables::table::Cell;

/// Where the bytes come from.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub file: &'a str,
    pub source: &'a str,
    /// Zone of times that have no offset.
    pub zone: &'a TimeZone,
}

/// Rows of a table, raw: redaction comes when the frame is built.
#[derive(Debug)]
pub struct Parsed {
    pub table: TableName,
    pub rows: Vec<Row>,
    pub ledger: Ledger,
}

/// Cells in the order of the table's columns.
#[derive(Debug, Clone)]
pub struct Row(Vec<Cell>);

impl Row {
    /// The cells.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.0
    }
}

impl Parsed {
    /// Nothing read yet.
    #[must_use]
    pub fn new(table: TableName) -> Self {
        Parsed { table, rows: Vec::new(), ledger: Ledger::default() }
    }

    /// Keeps a row; columns that are not named are null.
    pub fn keep(&mut self, context: &Context<'_>, line: u64, cells: &[(&str, Cell)]) {
        let columns = self.table.columns();
        let mut row = vec![Cell::Null; columns.len()];
        let place = [
            ("source", Cell::from(context.source)),
            ("file", Cell::from(context.file)),
            ("line", Cell::from(i64::try_from(line).unwrap_or(0))),
        ];
        for (name, cell) in cells.iter().chain(&place) {
            debug_assert!(columns.iter().any(|(n, _)| n == name), "{} has no column {name}", self.table.name());
            if let Some(at) = columns.iter().position(|(n, _)| n == name) {
                row[at] = cell.clone();
            }
        }
        let time = ["ts", "created_at", "completed_at"].iter().find_map(|t| columns.iter().position(|(n, _)| n == t));
        if let Some(ts) = time.and_then(|at| row[at].as_int()) {
            self.ledger.first_ts = Some(self.ledger.first_ts.map_or(ts, |first| first.min(ts)));
            self.ledger.last_ts = Some(self.ledger.last_ts.map_or(ts, |last| last.max(ts)));
        }
        self.ledger.parsed += 1;
        self.rows.push(Row(row));
    }

    /// Takes the rows of another document of the same table.
    pub fn add(&mut self, other: Parsed) {
        self.ledger.add(&other.ledger);
        self.rows.extend(other.rows);
    }

    /// Moves rows down by so many lines, behind those of a document before.
    pub fn move_lines(&mut self, lines: i64) {
        let Some(at) = self.table.columns().iter().position(|(name, _)| *name == "line") else { return };
        for row in &mut self.rows {
            row.0[at] = Cell::Int(row.0[at].as_int().unwrap_or(0) + lines);
        }
    }

    /// Fills a column where it is null.
    pub fn fill(&mut self, column: &str, cell: &Cell) {
        let Some(at) = self.table.columns().iter().position(|(name, _)| *name == column) else { return };
        for row in self.rows.iter_mut().filter(|row| row.0[at].is_null()) {
            row.0[at] = cell.clone();
        }
    }

    /// Sets a record aside as lost.
    pub fn lose(&mut self, line: u64, reason: impl Into<String>, sample: &str) {
        let sample = sample.chars().filter(|c| !c.is_control()).take(120).collect();
        self.ledger.reject(Rejected { line, class: RejectClass::Lost, reason: reason.into(), sample });
    }

    /// Names something that is missing as a whole.
    pub fn gap(&mut self, what: impl Into<String>, hint: impl Into<String>) {
        self.ledger.gaps.push(Gap { what: what.into(), hint: hint.into() });
    }
}

/// Reads the bytes as rows of a table; the format is found by looking at them.
#[must_use]
pub fn parse(table: TableName, bytes: &[u8], context: &Context<'_>) -> Parsed {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let mut parsed = Parsed::new(table);
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        parsed.gap("the file is UTF-16", "save it as UTF-8");
        return parsed;
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        parsed.gap("the file is empty", "export it again");
        return parsed;
    }
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        parsed.ledger.mended += 1;
    }
    match table {
        TableName::Ci if text.trim_start().starts_with('<') => junit::parse(&text, context, &mut parsed),
        TableName::Ci => check_runs::parse(&text, context, &mut parsed),
        TableName::Deploys if eas_builds::looks_like(&text) => eas_builds::parse(&text, context, &mut parsed),
        TableName::Deploys => deployments::parse(&text, context, &mut parsed),
        TableName::Testers => roster::parse(&text, context, &mut parsed),
        TableName::Attestations => attestations::parse(&text, context, &mut parsed),
        TableName::Feedback if matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'[')) => {
            testflight::feedback(&text, context, &mut parsed);
        }
        TableName::Feedback => feedback_form::parse(&text, context, &mut parsed),
        TableName::Crashes => testflight::crashes(&text, context, &mut parsed),
        TableName::Bugs => github_issues::parse(&text, context, &mut parsed),
        TableName::Audit => audit::parse(&text, context, &mut parsed),
        TableName::Probes => probes::parse(&text, context, &mut parsed),
        TableName::Logs | TableName::Metrics => {
            parsed.gap("logs and metrics have readers of their own", "this is a bug");
        }
    }
    parsed
}
