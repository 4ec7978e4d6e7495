//! The slot of actions in, its rows out: from the table, and from a list where people wrote one instead.

use std::ops::Range;

use jiff::civil::Date;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::marker::sentence;
use super::words::ACTIONS;
use super::{blocks, options};
use crate::config::problem::nearest;
use crate::report::words::{About, Action, WordRemark};

/// What an action is meant to do.
const KINDS: [&str; 4] = ["prevent", "detect", "mitigate", "process"];
/// What each begins with in its other forms: prevention, mitigating.
const STEMS: [&str; 4] = ["prevent", "detect", "mitigat", "process"];
/// Ways to write a day, the first of which is asked for. None in which day and month could be taken for each other.
const DAYS: [&str; 7] = ["%Y-%m-%d", "%Y/%m/%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d.%m.%Y"];

/// The rows and what they lack. `content` is the slot's content within `text`.
pub(super) fn read(text: &str, content: &Range<usize>, as_of: Date) -> (Vec<Action>, Vec<WordRemark>) {
    let mut reading = Reading { text, offset: content.start, ..Reading::default() };
    for (event, range) in Parser::new_ext(&text[content.clone()], options()).into_offset_iter() {
        reading.event(event, range);
    }
    let mut actions = Vec::new();
    let mut remarks = reading.remarks;
    for mut action in reading.found {
        remarks.extend(settle(&mut action, as_of));
        actions.push(action);
    }
    (actions, remarks)
}

/// The columns of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    What,
    Kind,
    Owner,
    Due,
    DoneWhen,
    State,
    Other,
}

fn column(head: &str) -> Column {
    let head = head.split('(').next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = head.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    match words.join(" ").as_str() {
        "action" | "actions" | "what" | "task" => Column::What,
        "type" | "kind" => Column::Kind,
        "owner" | "who" | "assignee" => Column::Owner,
        "due" | "due date" | "by" | "when" | "deadline" => Column::Due,
        "done when" | "definition of done" | "acceptance" => Column::DoneWhen,
        "state" | "status" => Column::State,
        _ => Column::Other,
    }
}

#[derive(Default)]
struct Reading<'a> {
    text: &'a str,
    offset: usize,
    columns: Vec<Column>,
    cells: Vec<String>,
    words: String,
    /// Depth of lists; an item of the first is an action.
    lists: usize,
    item: Option<Action>,
    table: bool,
    found: Vec<Action>,
    remarks: Vec<WordRemark>,
}

impl Reading<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Table(_)) => self.table = true,
            Event::End(TagEnd::Table) => self.table = false,
            Event::Start(Tag::TableCell) => self.words.clear(),
            Event::End(TagEnd::TableCell) => self.cells.push(std::mem::take(&mut self.words).trim().to_owned()),
            Event::End(TagEnd::TableHead) => self.head(range.start),
            Event::End(TagEnd::TableRow) => self.row(range.start),
            Event::Start(Tag::List(_)) => {
                self.lists += 1;
                self.words.push(' ');
            }
            Event::End(TagEnd::List(_)) => self.lists = self.lists.saturating_sub(1),
            Event::Start(Tag::Item | Tag::Paragraph) if self.lists > 1 => self.words.push(' '),
            Event::Start(Tag::Item) if self.lists == 1 => {
                self.words.clear();
                self.item = Some(Action { line: self.line(range.start), ..Action::default() });
            }
            Event::End(TagEnd::Item) if self.lists == 1 => self.close_item(),
            Event::TaskListMarker(true) => {
                if let Some(item) = self.item.as_mut().filter(|_| self.lists == 1) {
                    item.state = "done".into();
                }
            }
            Event::Text(text) | Event::Code(text) => self.words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.words.push(' '),
            _ => {}
        }
    }

    fn line(&self, at: usize) -> u64 {
        blocks::line_at(self.text, self.offset + at)
    }

    fn head(&mut self, at: usize) {
        self.columns = self.cells.iter().map(|c| column(c)).collect();
        if !self.columns.contains(&Column::What) {
            let head = self.cells.join(", ");
            let sentence =
                format!("The table ({head}) has no column `Action`, so that its rows are not read as actions.");
            let better = "Use the columns Action, Type, Owner, Due, Done when, State.";
            self.remarks.push(remark(self.line(at), &head, sentence, better));
        }
        self.cells.clear();
    }

    fn row(&mut self, at: usize) {
        let cells = std::mem::take(&mut self.cells);
        let cell = |column| self.columns.iter().position(|c| *c == column).and_then(|n| cells.get(n)).cloned();
        let blank = cells.iter().all(|c| missing(c));
        if blank || !self.columns.contains(&Column::What) {
            return;
        }
        self.found.push(Action {
            line: self.line(at),
            what: cell(Column::What).unwrap_or_default(),
            kind: cell(Column::Kind).unwrap_or_default(),
            owner: cell(Column::Owner).unwrap_or_default(),
            due: cell(Column::Due).unwrap_or_default(),
            done_when: cell(Column::DoneWhen).unwrap_or_default(),
            state: cell(Column::State).unwrap_or_default(),
            ..Action::default()
        });
    }

    fn close_item(&mut self) {
        let words = std::mem::take(&mut self.words);
        let what = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(item) = self.item.take().filter(|_| !what.is_empty()) {
            self.found.push(Action { what, ..item });
        }
    }
}

fn remark(line: u64, words: &str, sentence: String, better: &str) -> WordRemark {
    let (slot, words, better) = (ACTIONS.to_owned(), words.to_owned(), better.to_owned());
    WordRemark { slot, line, words, about: About::Action, sentence, better }
}

/// Whether a cell says nothing.
fn missing(cell: &str) -> bool {
    let cell = cell.trim().trim_matches(['-', '–', '—', '?', '…', '.', ' ', '_']).to_lowercase();
    matches!(cell.as_str(), "" | "tbd" | "tba" | "tbc" | "todo" | "n/a" | "none" | "nobody" | "unassigned")
}

/// Gives the cells their words and says what is missing, unreadable or overdue.
fn settle(action: &mut Action, as_of: Date) -> Vec<WordRemark> {
    let mut remarks = Vec::new();
    let short: String = action.what.chars().take(60).collect();
    let mut say = |words: &str, sentence: String, better: &str| {
        remarks.push(remark(action.line, words, sentence, better));
    };
    for cell in [&mut action.kind, &mut action.owner, &mut action.due, &mut action.done_when, &mut action.state] {
        if missing(cell) {
            cell.clear();
        }
    }
    match state(&action.state) {
        Some(state) => action.state = state.into(),
        None => {
            let near = nearest(&action.state.to_lowercase(), ["open", "in progress", "done", "dropped"].into_iter());
            let sentence_ =
                format!("The state `{}` of \"{short}\" is unknown; the action counts as open.", action.state);
            say(&action.state, sentence_, &sentence(&near.unwrap_or_default()));
        }
    }
    if !action.kind.is_empty() {
        let kind = action.kind.to_lowercase();
        let is = |stem: &&str| kind.strip_prefix(stem).is_some_and(|end| end.len() <= 3);
        match STEMS.iter().position(is).and_then(|at| KINDS.get(at)) {
            Some(kind) => action.kind = (*kind).to_owned(),
            None => {
                let near = nearest(&kind, KINDS.into_iter()).unwrap_or_default();
                say(&action.kind, format!("The type `{}` of \"{short}\" is unknown.", action.kind), &sentence(&near));
            }
        }
    }
    action.due_day = day(&action.due).map(|d| d.to_string());
    if !action.open() {
        return remarks;
    }
    if !action.due.is_empty() && action.due_day.is_none() {
        let sentence = format!("The due day `{}` of \"{short}\" cannot be read.", action.due);
        say(&action.due, sentence, "Write it as 2026-12-31.");
    }
    action.overdue = day(&action.due).is_some_and(|due| due < as_of);
    if action.overdue {
        say(
            &action.due,
            format!("\"{short}\" was due on {} and is {}.", action.due, action.state),
            "What stands in its way?",
        );
    }
    lacks(action, &short, &mut say);
    remarks
}

/// The cells without which nobody can tell whose the action is and when it is done.
fn lacks(action: &Action, short: &str, say: &mut impl FnMut(&str, String, &str)) {
    let cells = [
        (missing(&action.what), "description", "What is to be done?"),
        (action.owner.is_empty(), "owner", "Who will see to it?"),
        (action.due.is_empty(), "due day", "By which day?"),
        (action.done_when.is_empty(), "done-when", "How will anybody see that it is done?"),
    ];
    let lacking: Vec<_> = cells.iter().filter(|(lacks, ..)| *lacks).collect();
    if lacking.is_empty() {
        return;
    }
    let names: Vec<String> = lacking.iter().map(|(_, name, _)| format!("no {name}")).collect();
    let named = match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    };
    let questions: Vec<&str> = lacking.iter().map(|(_, _, question)| *question).collect();
    let what = if missing(&action.what) { "An action".to_owned() } else { format!("\"{short}\"") };
    say("", format!("{what} has {named}."), &questions.join(" "));
}

fn state(cell: &str) -> Option<&'static str> {
    let cell = cell.to_lowercase().replace(['-', '_'], " ").replace('’', "'");
    Some(match cell.trim() {
        "" | "open" | "to do" | "todo" | "new" | "planned" | "not started" => "open",
        "in progress" | "doing" | "started" | "ongoing" | "wip" => "in progress",
        "done" | "closed" | "complete" | "completed" | "finished" | "fixed" | "✓" | "✅" | "✔" | "x" => "done",
        "dropped" | "cancelled" | "canceled" | "won't do" | "wont do" | "rejected" => "dropped",
        _ => return None,
    })
}

fn day(cell: &str) -> Option<Date> {
    let cell = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    DAYS.iter().find_map(|format| Date::strptime(format, &cell).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "| Action | Type (prevent/detect/mitigate/process) | Owner | Due | Done when | State |\n|---|---|---|---|---|---|\n";

    fn read(content: &str) -> (Vec<Action>, Vec<WordRemark>) {
        let text = format!("one\n{content}");
        super::read(&text, &(4..text.len()), jiff::civil::date(2026, 11, 25))
    }

    #[test]
    fn a_full_row_has_no_remark() {
        let row = "| **Alert** on `5xx` | Detect | @ana | 2026-12-01 | it fired in a drill | in-progress |\n";
        let (actions, remarks) = read(&format!("{HEAD}{row}"));
        assert_eq!(remarks, []);
        let wanted = Action {
            line: 4,
            what: "Alert on 5xx".into(),
            kind: "detect".into(),
            owner: "@ana".into(),
            due: "2026-12-01".into(),
            due_day: Some("2026-12-01".into()),
            done_when: "it fired in a drill".into(),
            state: "in progress".into(),
            overdue: false,
        };
        assert_eq!(actions, [wanted]);
        assert!(actions[0].open());
    }

    #[test]
    fn what_a_row_lacks_is_said_once() {
        let (actions, remarks) = read(&format!("{HEAD}| Alert | | - | TBD | ? | |\n| | | | | | |\n"));
        assert_eq!(actions.len(), 1);
        assert_eq!(remarks.len(), 1);
        assert_eq!(remarks[0].sentence, "\"Alert\" has no owner, no due day and no done-when.");
        assert_eq!((remarks[0].line, actions[0].state.as_str()), (4, "open"));
        let (_, remarks) = read(&format!("{HEAD}| | detect | ana | 2026-12-01 | it fired | open |\n"));
        assert_eq!(remarks[0].sentence, "An action has no description.");
    }

    #[test]
    fn days_are_read_in_ways_that_cannot_be_taken_for_each_other() {
        for (due, day, overdue) in [
            ("2026-11-24", Some("2026-11-24"), true),
            ("2026-11-25", Some("2026-11-25"), false),
            ("24 Nov 2026", Some("2026-11-24"), true),
            ("1 December 2026", Some("2026-12-01"), false),
            ("Dec 1, 2026", Some("2026-12-01"), false),
            ("01.12.2026", Some("2026-12-01"), false),
            ("12/01/2026", None, false),
            ("2026-02-30", None, false),
            ("next sprint", None, false),
        ] {
            let (actions, remarks) = read(&format!("{HEAD}| a | detect | b | {due} | c | open |\n"));
            assert_eq!((actions[0].due_day.as_deref(), actions[0].overdue), (day, overdue), "{due}");
            assert_eq!(remarks.len(), usize::from(day.is_none() || overdue), "{due}: {remarks:?}");
        }
        let (actions, remarks) =
            read(&format!("{HEAD}| a | | b | 2020-01-01 | | done |\n| c | | | soon | | Won't do |\n"));
        assert!(remarks.is_empty() && actions.iter().all(|a| !a.open() && !a.overdue), "{remarks:?}");
    }

    #[test]
    fn unknown_words_get_the_nearest() {
        let (actions, remarks) = read(&format!("{HEAD}| a | detct | b | 2026-12-01 | c | donne |\n"));
        assert!(actions[0].open() && actions[0].state == "donne");
        let better: Vec<&str> = remarks.iter().map(|r| r.better.as_str()).collect();
        assert_eq!(better, ["Did you mean `done`?", "Did you mean `detect`?"]);
        assert_eq!(read(&format!("{HEAD}| a | prevention | b | 2026-12-01 | c | |\n")).0[0].kind, "prevent");
    }

    #[test]
    fn a_list_is_read_as_well_and_other_tables_are_named() {
        let (actions, remarks) = read("- [ ] Alert\n  - detail\n- [x] Fence\n\n1. Third\n");
        let found: Vec<(&str, u64, &str)> =
            actions.iter().map(|a| (a.what.as_str(), a.line, a.state.as_str())).collect();
        assert_eq!(found, [("Alert detail", 2, "open"), ("Fence", 4, "done"), ("Third", 6, "open")]);
        assert_eq!(remarks.len(), 2);
        let (actions, remarks) = read("| Foo | Bar |\n|---|---|\n| 1 | 2 |\n");
        assert!(actions.is_empty() && remarks[0].sentence.contains("no column `Action`"), "{remarks:?}");
        assert_eq!(read("Nothing to do.\n"), (vec![], vec![]));
    }

    #[test]
    fn windows_line_ends_and_missing_columns_do_no_harm() {
        let (actions, remarks) = read("| Owner | Action |\r\n|---|---|\r\n| ana | Alert |\r\n");
        assert_eq!((actions[0].owner.as_str(), actions[0].what.as_str(), actions[0].line), ("ana", "Alert", 4));
        assert_eq!(remarks[0].sentence, "\"Alert\" has no due day and no done-when.");
    }
}
