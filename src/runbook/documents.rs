//! The other documents (the runbook of the stage before, ROADMAP, OPERATIONS) in, the facts that checks need out.

use jiff::civil::Date;

use super::find::normalise;
use super::parse;

/// A fact read from a document: whether it holds, the line it stands on, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Such as `previous.ticked`, `previous.signed_off`, `roadmap.item`, `operations.stage`, `operations.owner`.
    pub name: &'static str,
    /// Document name, such as CUTOVER_WEB.md.
    pub document: String,
    /// Whether the document shows it; `None` where the document or the place in it is missing.
    pub holds: Option<bool>,
    pub says: String,
    pub line: u64,
    /// A date that stands with it.
    pub date: Option<Date>,
}

/// A document: its name and, where it could be read, its text.
#[derive(Debug, Clone)]
pub struct Document {
    pub name: String,
    pub text: Option<String>,
}

/// Facts of the stage before, from its runbook.
#[must_use]
pub fn previous_stage(document: &Document) -> Vec<Fact> {
    let missing = |name| fact(name, document, None, "the document is not there", 0);
    let Some(text) = &document.text else {
        return vec![missing("previous.ticked"), missing("previous.signed_off")];
    };
    let tasks: Vec<_> = parse::parse(text).lines.into_iter().filter(|l| l.ticked.is_some()).collect();
    let open = tasks.iter().find(|l| l.ticked == Some(false));
    let ticked = match (tasks.len(), open) {
        (0, _) => fact("previous.ticked", document, None, "it has no task items", 0),
        (_, Some(line)) => {
            fact("previous.ticked", document, Some(false), &format!("still open: {}", line.text), line.line)
        }
        (n, None) => fact("previous.ticked", document, Some(true), &format!("all {n} items are ticked"), tasks[0].line),
    };
    let is_signed = |line: &str| line.to_lowercase().replace('-', " ").contains("signed off");
    let signed = text.lines().enumerate().find(|(_, l)| is_signed(l) && dates(l).next().is_some());
    let signed = match signed {
        None => fact("previous.signed_off", document, None, "it has no line that signs the stage off with a date", 0),
        Some((at, line)) => {
            let lower = line.to_lowercase();
            let ticked = !line.contains("[ ]");
            let clean = lower.contains("no rollback trigger")
                || lower.contains("without rollback")
                || lower.contains("0 rollback");
            let mut fact = fact("previous.signed_off", document, Some(ticked && clean), line.trim(), at as u64 + 1);
            fact.date = dates(line).next();
            fact
        }
    };
    vec![ticked, signed]
}

/// Whether ROADMAP names an item as done, in its task list and in its status table.
#[must_use]
pub fn roadmap_item(document: &Document, item: &str) -> Fact {
    let Some(text) = &document.text else {
        return fact("roadmap.item", document, None, "the document is not there", 0);
    };
    let wanted = normalise(item);
    // A ticked item often says more behind its name, such as when it was done.
    let is = |text: &str| {
        text == wanted || text.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with([' ', ',', '(', ':']))
    };
    let task = parse::parse(text).lines.into_iter().find(|l| l.ticked.is_some() && is(&normalise(&l.text)));
    match task {
        Some(line) => {
            let says = if line.ticked == Some(true) { "ticked" } else { "not ticked" };
            fact("roadmap.item", document, line.ticked, &format!("\"{}\" is {says}", line.text), line.line)
        }
        None => fact("roadmap.item", document, None, &format!("no task item reads \"{item}\""), 0),
    }
}

/// Whether OPERATIONS shows a stage as complete, in the status table of its staged cutover.
#[must_use]
pub fn operations_stage(document: &Document, number: u32) -> Fact {
    let Some(text) = &document.text else {
        return fact("operations.stage", document, None, "the document is not there", 0);
    };
    for (at, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        if line.trim_start().starts_with('|') && cells.first() == Some(&number.to_string().as_str()) {
            let done = cells.iter().any(|c| matches!(c.to_lowercase().as_str(), "complete" | "completed" | "done"));
            let mut fact = fact("operations.stage", document, Some(done), &cells.join(" · "), at as u64 + 1);
            fact.date = dates(line).next();
            return fact;
        }
    }
    fact("operations.stage", document, None, &format!("no table row for stage {number}"), 0)
}

/// Who OPERATIONS names as rollback owner.
#[must_use]
pub fn operations_owner(document: &Document) -> Fact {
    let Some(text) = &document.text else {
        return fact("operations.owner", document, None, "the document is not there", 0);
    };
    match text.lines().enumerate().find(|(_, l)| l.to_lowercase().contains("rollback owner")) {
        Some((at, line)) => fact("operations.owner", document, Some(true), line.trim(), at as u64 + 1),
        None => fact("operations.owner", document, None, "no line names a rollback owner", 0),
    }
}

fn fact(name: &'static str, document: &Document, holds: Option<bool>, says: &str, line: u64) -> Fact {
    Fact { name, document: document.name.clone(), holds, says: says.to_owned(), line, date: None }
}

/// ISO dates in a text.
fn dates(text: &str) -> impl Iterator<Item = Date> + '_ {
    let starts = text.char_indices().map(|(at, _)| at);
    starts.filter_map(|at| text.get(at..at + 10)?.parse::<Date>().ok())
}
