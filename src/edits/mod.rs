//! Documents in, proposed edits out: byte ranges found by a Markdown parser, never guessed; nothing is written here.

mod actions;
mod blameless;
pub mod blocks;
mod changes;
pub mod diff;
mod insert;
pub mod markdown;
mod marker;
mod passages;
mod phrases;
#[cfg(test)]
mod properties;
pub mod refusal;
pub mod regenerate;
mod status;
pub mod words;

use jiff::civil::Date;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::runbook::find::normalise;

/// What is to happen to one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub what: String,
    pub outcome: Outcome,
}

/// The document after the edit, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Edited(String),
    AlreadyDone,
    Refused(String),
}

/// ROADMAP: the task item of the stage is ticked, and the cell of its row in the status table says Done.
#[must_use]
pub fn roadmap(text: &str, title: &str) -> Planned {
    let what = format!("mark \"{title}\" as done");
    let wanted = normalise(title);
    let named = |text: &str| {
        let text = normalise(text);
        text == wanted || text.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with(' '))
    };
    let tasks: Vec<Task> = tasks(text).into_iter().filter(|t| named(&t.text)).collect();
    let rows: Vec<Row> = rows(text).into_iter().filter(|r| r.cells.first().is_some_and(|(t, _)| named(t))).collect();
    if let [first, second, ..] = tasks.as_slice() {
        let why =
            format!("\"{title}\" stands twice, on lines {} and {}", line(text, first.mark), line(text, second.mark));
        return Planned { what, outcome: Outcome::Refused(why) };
    }
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    edits.extend(tasks.iter().filter(|t| !t.done).map(|t| (t.mark, t.mark + 3, "[x]".to_owned())));
    if let [row] = rows.as_slice()
        && let Some((cell, at)) = row.cells.last().filter(|(cell, _)| !is_done(cell))
    {
        edits.push((*at, at + cell.len(), "Done".to_owned()));
    }
    if tasks.is_empty() {
        return Planned { what, outcome: Outcome::Refused(format!("no task item reads \"{title}\"")) };
    }
    Planned { what, outcome: apply(text, edits) }
}

/// OPERATIONS: the row of the stage in the status table says Complete, with the date.
#[must_use]
pub fn operations(text: &str, number: u32, date: Date) -> Planned {
    let what = format!("show stage {number} as complete");
    let number = number.to_string();
    let all = rows(text);
    let rows: Vec<&Row> = all.iter().filter(|r| r.cells.first().is_some_and(|(t, _)| *t == number)).collect();
    let row = match rows.as_slice() {
        [row] => row,
        [] => return Planned { what, outcome: Outcome::Refused(format!("no table row begins with stage {number}")) },
        [first, second, ..] => {
            let at = |r: &Row| r.cells.first().map_or(0, |(_, at)| line(text, *at));
            let why = format!("stage {number} stands twice, on lines {} and {}", at(first), at(second));
            return Planned { what, outcome: Outcome::Refused(why) };
        }
    };
    let mut edits = Vec::new();
    let n = row.cells.len();
    let status = row.cells.iter().position(|(cell, _)| {
        ["in progress", "not started", "planned", "open"].contains(&cell.to_lowercase().as_str())
    });
    if let Some(at) = status {
        let (cell, from) = &row.cells[at];
        edits.push((*from, from + cell.len(), "Complete".to_owned()));
        if let Some((cell, from)) = row.cells.get(at + 1).filter(|_| at + 1 < n) {
            edits.push((*from, from + cell.len(), date.to_string()));
        }
    }
    Planned { what, outcome: apply(text, edits) }
}

fn is_done(cell: &str) -> bool {
    matches!(cell.to_lowercase().as_str(), "done" | "complete" | "completed")
}

fn apply(text: &str, mut edits: Vec<(usize, usize, String)>) -> Outcome {
    if edits.is_empty() {
        return Outcome::AlreadyDone;
    }
    edits.sort();
    let mut edited = text.to_owned();
    for (from, to, new) in edits.into_iter().rev() {
        edited.replace_range(from..to, &new);
    }
    Outcome::Edited(edited)
}

fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

struct Task {
    text: String,
    /// Where `[ ]` begins.
    mark: usize,
    done: bool,
}

fn options() -> Options {
    Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES
}

/// Task items with the place of their check box.
fn tasks(text: &str) -> Vec<Task> {
    let mut all = Vec::new();
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        if let Event::TaskListMarker(done) = event {
            let rest = text[range.end..].lines().next().unwrap_or_default();
            all.push(Task { text: rest.trim().to_owned(), mark: range.start, done });
        }
    }
    all
}

struct Row {
    /// Text of each cell, and where it begins.
    cells: Vec<(String, usize)>,
}

/// Rows of all tables, heads left out.
fn rows(text: &str) -> Vec<Row> {
    let (mut all, mut cells, mut head) = (Vec::new(), Vec::new(), false);
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::TableHead) => head = true,
            Event::End(TagEnd::TableHead) => head = false,
            Event::Start(Tag::TableRow) => cells = Vec::new(),
            Event::Start(Tag::TableCell) if !head => {
                let raw = &text[range.clone()];
                let inner = raw.trim_matches(|c: char| c == '|' || c.is_whitespace());
                let at = range.start + raw.find(inner).unwrap_or(0);
                cells.push((inner.to_owned(), at));
            }
            Event::End(TagEnd::TableRow) => all.push(Row { cells: std::mem::take(&mut cells) }),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROADMAP: &str = "| Milestone | Status |\r\n|---|:---|\r\n| Mobile internal beta | In progress |\r\n\r\n```\n- [ ] Mobile internal beta\n```\n* [ ] **Mobile** internal `beta`  \r\n* [ ] Rollout";

    #[test]
    fn only_the_asked_for_bytes_change_and_twice_is_once() {
        let Outcome::Edited(after) = roadmap(ROADMAP, "Mobile internal beta").outcome else { panic!("no edit") };
        let expected = ROADMAP.replace("In progress", "Done").replace("* [ ] **Mobile**", "* [x] **Mobile**");
        assert_eq!(after, expected);
        assert_eq!(roadmap(&after, "Mobile internal beta").outcome, Outcome::AlreadyDone);
    }

    #[test]
    fn two_places_or_none_are_refused() {
        let twice = "- [ ] Mobile internal beta\n- [ ] mobile internal beta\n";
        let Outcome::Refused(why) = roadmap(twice, "Mobile internal beta").outcome else { panic!("guessed") };
        assert!(why.contains("lines 1 and 2"), "{why}");
        assert!(matches!(roadmap("nothing here", "Mobile internal beta").outcome, Outcome::Refused(_)));
        let stages =
            "| Stage | Scope | Status | Date |\n|---|---|---|---|\n| 3 | a | Open | - |\n| 3 | b | Open | - |\n";
        assert!(matches!(operations(stages, 3, jiff::civil::date(2026, 9, 1)).outcome, Outcome::Refused(_)));
    }
}
