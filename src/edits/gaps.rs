//! The log of gaps that were closed: a row more in its table.

use jiff::civil::Date;

use super::blocks::line_at;
use super::change::{Edit, Splice};
use super::reading::{ending, key};
use super::refusal::{Problem, Refusal};
use super::sections::{below, find, headings};
use super::stage::Planned;
use super::tables::{Grid, in_cell, tables};

/// A gap that was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub date: Date,
    pub gap: String,
    pub resolution: String,
}

/// Adds a gap to the table of the section; the edit is empty where a row tells of it already.
#[must_use]
pub fn add(text: &str, section: &str, gap: &Gap) -> Planned {
    let what = format!("log the gap \"{}\" as closed", key(&gap.gap));
    Planned { what, outcome: edit(text, section, gap) }
}

fn edit(text: &str, section: &str, gap: &Gap) -> Result<Edit, Refusal> {
    let heads = headings(text);
    let at = find(&heads, section, None)?;
    let place = below(text, &heads, at);
    let all: Vec<Grid> = tables(text).into_iter().filter(|g| place.contains(&g.range.start) && !g.nested).collect();
    let refuse = |line: u64, what: String| {
        let hint = "Leave one table there, with the columns Date, Gap and Resolution.";
        Err(Refusal { problems: vec![Problem::at(line, line, what, hint)] })
    };
    let grid = match all.as_slice() {
        [grid] => grid,
        [] => return refuse(heads[at].line, format!("the section \"{section}\" has no table")),
        [first, second, ..] => {
            let lines = [first, second].map(|g| line_at(text, g.range.start));
            return refuse(0, format!("the section \"{section}\" has tables on lines {} and {}", lines[0], lines[1]));
        }
    };
    let column = |names: &[&str]| grid.column(names);
    let (Some(what), Some(how)) = (column(&["gap", "what", "issue"]), column(&["resolution", "fix", "closed by"]))
    else {
        return refuse(
            line_at(text, grid.range.start),
            "the table has no columns for the gap and its resolution".to_owned(),
        );
    };
    let told = |row: &Vec<super::tables::Cell>| row.get(what).is_some_and(|cell| key(&cell.text) == key(&gap.gap));
    if grid.rows.iter().any(told) {
        return Edit::of(text, Vec::new());
    }
    let date = column(&["date", "closed", "when"]);
    let cell = |n: usize| match n {
        n if Some(n) == date => gap.date.to_string(),
        n if n == what => in_cell(&gap.gap),
        n if n == how => in_cell(&gap.resolution),
        _ => String::new(),
    };
    let cells: Vec<String> = (0..grid.head.len()).map(cell).collect();
    let (at, end) = (grid.range.end, ending(text));
    let row = format!("| {} |", cells.join(" | "));
    let new = if text[..at].ends_with('\n') { format!("{row}{end}") } else { format!("{end}{row}") };
    Edit::of(text, vec![Splice::new(at..at, new)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "# O\n\n## Resolved Gap Log\r\n\r\n| Date | Gap | Resolution |\r\n|---|---|---|\r\n| 2026-07-03 | One | Fixed |\r\n\r\n## Alerts\r\n";

    fn gap() -> Gap {
        Gap {
            date: jiff::civil::date(2026, 8, 27),
            gap: "Cache\nshared | by all".into(),
            resolution: "Key per user".into(),
        }
    }

    #[test]
    fn a_row_is_added_once() {
        let apply =
            |text: &str| add(text, "Resolved gap log", &gap()).outcome.and_then(|e| e.apply(text)).expect("added");
        let after = apply(LOG.replace("\n\n## R", "\r\n\r\n## R").replacen("# O\n", "# O\r\n", 1).as_str());
        assert!(
            after.contains("| Fixed |\r\n| 2026-08-27 | Cache shared \\| by all | Key per user |\r\n\r\n## Alerts\r\n"),
            "{after}"
        );
        assert_eq!(apply(&after), after);
    }

    #[test]
    fn a_section_without_one_table_is_refused() {
        let why = |text: &str| add(text, "Resolved Gap Log", &gap()).outcome.expect_err("guessed").to_string();
        assert!(why("## Resolved Gap Log\n\nnone\n").contains("line 1: the section \"Resolved Gap Log\" has no table"));
        let table = "| Date | Gap | Resolution |\n|---|---|---|\n";
        assert!(why(&format!("## Resolved Gap Log\n\n{table}\n{table}")).contains("lines 3 and 6"));
        assert!(why("## Resolved Gap Log\n\n| A |\n|---|\n").contains("no columns for the gap"));
        assert!(why("# Else\n").contains("no heading reads"));
    }
}
