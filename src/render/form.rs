//! The report in, the attestation form out: one row for each word that is still missing, in the columns that are read
//! back as attestations.

use super::text::clean;
use crate::report::{Check, Item, Report};
use crate::verdict::Verdict;

/// The columns, in order; `platform`, `where` and `look_at` are for the person and are not read back.
const COLUMNS: [&str; 9] = ["tester", "platform", "build", "item", "where", "look_at", "result", "note", "timestamp"];

/// The form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub rows: Vec<Row>,
    timestamp: String,
}

/// A missing word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Roster code, or the owner's handle.
    pub by: String,
    pub platform: String,
    /// The candidate; empty for the owner, whose words are about no build.
    pub build: String,
    /// The line's text, or its anchor where two lines have the same text.
    pub item: String,
    /// Its headings.
    pub place: String,
    /// What is asked, and what the evidence shows already.
    pub look_at: String,
}

/// The words that are missing, by person: the testers in the order of the roster, then the owner; each in the order of
/// the runbook. What the evidence proves already is left out, unless the line needs a word all the same.
#[must_use]
pub fn of(report: &Report) -> Form {
    let meta = &report.meta;
    let mut people: Vec<&str> = report.scope.testers.iter().map(|t| t.tester.as_str()).collect();
    people.push(&meta.owner);
    let mut rows = Vec::new();
    for by in people {
        let tester = report.scope.testers.iter().find(|t| t.tester == by);
        for item in &report.items {
            let checks: Vec<&Check> = report.checks.iter().filter(|c| item.checks.contains(&c.id)).collect();
            let owing: Vec<&Check> = checks.into_iter().filter(|c| owes(c, by)).collect();
            if owing.is_empty() {
                continue;
            }
            rows.push(Row {
                by: by.to_owned(),
                platform: tester.map(|t| t.platform.clone()).unwrap_or_default(),
                build: tester.map(|_| meta.candidate.clone()).unwrap_or_default(),
                item: name(report, item),
                place: std::iter::once(item.section.as_str())
                    .chain(item.subsection.as_deref())
                    .collect::<Vec<_>>()
                    .join(" > "),
                look_at: owing.iter().map(|check| look_at(report, check, by)).collect::<Vec<_>>().join(" "),
            });
        }
    }
    // Just inside the evidence: a word given later than that is about another beta.
    let moment = meta.as_of.as_second().saturating_sub(1).max(meta.window.from.as_second());
    let timestamp = jiff::Timestamp::from_second(moment).unwrap_or(meta.as_of).to_string();
    Form { rows, timestamp }
}

fn owes(check: &Check, by: &str) -> bool {
    check.verdict != Verdict::Waived && check.owed.iter().any(|who| who == by)
}

/// The text, which stays right when lines are added above; the anchor only where the text does not tell.
fn name(report: &Report, item: &Item) -> String {
    let alike = report.items.iter().filter(|other| other.text == item.text).count();
    if alike > 1 { item.anchor.clone().unwrap_or_else(|| item.id.clone()) } else { item.text.clone() }
}

fn look_at(report: &Report, check: &Check, by: &str) -> String {
    let row = report.glossary.iter().find(|row| row.check == check.item && row.title == check.title);
    let means = row.map_or(String::new(), |row| format!(" {}", row.means));
    let means = format!("{}.{means}", check.title);
    let cell = check.cells.iter().find(|cell| cell.tester == by);
    let (pre_filled, sentence) = match cell {
        Some(cell) => (cell.how == "pre-filled", &cell.sentence),
        None => (check.verdict == Verdict::Pending, &check.sentence),
    };
    if pre_filled { format!("{means} The evidence says: {sentence}.") } else { means }
}

impl Form {
    /// The form as CSV. Cells that a spreadsheet would take for a formula begin with an apostrophe, which is dropped
    /// again when the form is read.
    ///
    /// # Errors
    /// Never while writing to memory; the library's error is passed on.
    pub fn csv(&self) -> anyhow::Result<String> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(COLUMNS)?;
        for row in &self.rows {
            let cells = [&row.by, &row.platform, &row.build, &row.item, &row.place, &row.look_at];
            let given = cells.iter().map(|cell| guarded(cell));
            csv.write_record(given.chain([String::new(), String::new(), self.timestamp.clone()]))?;
        }
        Ok(String::from_utf8_lossy(&csv.into_inner()?).into_owned())
    }

    /// How many words are missing, whose, and what to do with the form.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut people: Vec<&str> = self.rows.iter().map(|row| row.by.as_str()).collect();
        people.dedup();
        match self.rows.len() {
            0 => "no word is missing".to_owned(),
            n => format!(
                "{n} {} missing, from {}: fill in result (pass, fail or blocked), correct timestamp, and add the file \
                 to the attestations",
                if n == 1 { "word is" } else { "words are" },
                people.join(", ")
            ),
        }
    }
}

/// A cell that no spreadsheet runs.
fn guarded(cell: &str) -> String {
    let clean = clean(cell);
    if clean.starts_with(['=', '+', '-', '@']) { format!("'{clean}") } else { clean }
}
