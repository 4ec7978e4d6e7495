//! Attestations (`tester,item,result,note,timestamp[,build]`) in, rows of `attestations` out.

use super::csv_rows::{Wanted, read};
use super::{Context, Parsed};
use crate::ingest::times;
use crate::tables::table::Cell;

pub(super) const COLUMNS: &[Wanted] = &[
    Wanted { name: "by", spellings: &["tester", "by", "person", "name"], required: true },
    Wanted { name: "item", spellings: &["item", "line", "check"], required: true },
    Wanted { name: "result", spellings: &["result", "verdict", "answer"], required: true },
    Wanted { name: "timestamp", spellings: &["timestamp", "time", "at"], required: true },
    Wanted { name: "note", spellings: &["note", "notes", "comment"], required: false },
    Wanted { name: "build", spellings: &["build"], required: false },
];

/// A cell without the apostrophe that keeps a spreadsheet from taking it for a formula.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

/// Reads a form's export.
pub fn parse(text: &str, context: &Context<'_>, parsed: &mut Parsed) {
    for row in read(text, COLUMNS, parsed) {
        // A line of the form that nobody has answered yet is no word, and no lost one.
        if row.get("result").is_none() {
            parsed.ledger.attached += 1;
            continue;
        }
        let ts = row.get("timestamp").and_then(|t| times::from_text(t, context.zone));
        let result = row.get("result").map(str::to_ascii_lowercase);
        // Staff sign with the part of their address before the @; whoever typed all of it is the same person.
        let by = row.get("by").map(unguarded).and_then(|by| by.split('@').next()).filter(|by| !by.is_empty());
        let (Some(by), Some(item)) = (by, row.get("item").map(unguarded)) else {
            parsed.lose(row.line, "an attestation without a name or an item", "");
            continue;
        };
        match (ts, result.as_deref()) {
            (Some(ts), Some(result @ ("pass" | "fail" | "blocked"))) => {
                let cells = [
                    ("ts", Cell::from(ts)),
                    ("by", Cell::from(by)),
                    ("item", Cell::from(item)),
                    ("result", Cell::from(result)),
                    ("note", Cell::from(row.get("note").map(unguarded))),
                    ("build", Cell::from(row.get("build"))),
                ];
                parsed.keep(context, row.line, &cells);
            }
            (None, _) => parsed.lose(row.line, "an attestation without a readable time", item),
            (Some(_), _) => parsed.lose(row.line, "a result that is none of pass, fail, blocked", item),
        }
    }
}
