//! A feedback form's export (Google Forms) in, rows of `feedback` out; times are local to the team.

use jiff::civil::DateTime;

use super::csv_rows::{Wanted, read};
use super::{Context, Parsed};
use crate::ingest::times;
use crate::tables::table::Cell;

pub(super) const COLUMNS: &[Wanted] = &[
    Wanted { name: "timestamp", spellings: &["Timestamp", "Time", "Date"], required: true },
    Wanted { name: "tester", spellings: &["Tester", "Name", "Who"], required: true },
    Wanted { name: "text", spellings: &["What happened?", "Feedback", "Comment", "Text"], required: true },
    Wanted { name: "screen", spellings: &["Screen", "Tab", "Where"], required: false },
    Wanted { name: "severity", spellings: &["Severity", "Kind"], required: false },
    Wanted { name: "triage", spellings: &["Triage", "Decision"], required: false },
    Wanted { name: "issue", spellings: &["Issue", "Ticket"], required: false },
];

/// Reads an export.
pub fn parse(text: &str, context: &Context<'_>, parsed: &mut Parsed) {
    for row in read(text, COLUMNS, parsed) {
        let Some(ts) = row.get("timestamp").and_then(|t| time(t, context)) else {
            parsed.lose(row.line, "feedback without a readable time", row.get("text").unwrap_or_default());
            continue;
        };
        let cells = [
            ("ts", Cell::from(ts)),
            ("tester", Cell::from(row.get("tester"))),
            ("channel", Cell::from("form")),
            ("screen", Cell::from(row.get("screen"))),
            ("severity", Cell::from(row.get("severity"))),
            ("text", Cell::from(row.get("text"))),
            ("triage", Cell::from(row.get("triage"))),
            ("issue", Cell::from(row.get("issue"))),
        ];
        parsed.keep(context, row.line, &cells);
    }
}

/// `8/5/2026 16:06:09` in the team's zone, or any ISO time.
fn time(text: &str, context: &Context<'_>) -> Option<i64> {
    let civil = DateTime::strptime("%m/%d/%Y %H:%M:%S", text).or_else(|_| DateTime::strptime("%m/%d/%Y %H:%M", text));
    match civil {
        Ok(civil) => Some(context.zone.to_timestamp(civil).ok()?.as_millisecond()),
        Err(_) => times::from_text(text, context.zone),
    }
}
