//! What ROADMAP and OPERATIONS say about a stage: that it is complete, or that it was rolled back.

use jiff::civil::Date;

use super::blocks::{self, Kind, emit_generated};
use super::change::{Edit, Splice};
use super::reading::{ending, key, with_ending};
use super::refusal::{Problem, Refusal};
use super::sections::{below, find, headings};
use super::tables::{Cell, Grid, tables};
use super::tasks::{Task, on_lines, tasks};
use crate::runbook::find::normalise;

/// Where a stage stands, and what says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Signed off by a packet.
    Complete { date: Date, build: String, packet: String, sha256: String },
    /// Its build was pulled; `cause` is an incident's id, or a packet's.
    RolledBack { date: Date, cause: String },
}

/// What is to happen to one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub what: String,
    /// The edit, empty where the document shows it already; or why there is none.
    pub outcome: Result<Edit, Refusal>,
}

/// ROADMAP: the box of the stage's task item, and the cell of its row in the status table.
#[must_use]
pub fn roadmap(text: &str, title: &str, standing: &Standing) -> Planned {
    let what = match standing {
        Standing::Complete { .. } => format!("mark \"{title}\" as done"),
        Standing::RolledBack { cause, .. } => format!("open \"{title}\" again: rolled back ({})", label(cause)),
    };
    Planned { what, outcome: roadmap_edit(text, title, standing) }
}

fn roadmap_edit(text: &str, title: &str, standing: &Standing) -> Result<Edit, Refusal> {
    let task = stage_task(text, title)?;
    let all = tables(text);
    let mut rows: Vec<(&Grid, &Vec<Cell>)> = Vec::new();
    for grid in &all {
        rows.extend(
            grid.rows.iter().filter(|row| row.first().is_some_and(|c| named(&c.text, title))).map(|r| (grid, r)),
        );
    }
    let exact = |(_, row): &&(&Grid, &Vec<Cell>)| normalise(&row[0].text) == normalise(title);
    if rows.iter().filter(exact).count() == 1 {
        rows.retain(|row| exact(&row));
    }
    if rows.len() > 1 {
        return Err(twice(text, &format!("\"{title}\" has more than one row in the tables"), &rows));
    }
    let mut splices = Vec::new();
    let complete = matches!(standing, Standing::Complete { .. });
    if task.done != complete {
        splices.push(Splice::new(task.mark + 1..task.mark + 2, if complete { "x" } else { " " }));
        splices.extend(done_behind(text, &task, title).filter(|_| !complete));
    }
    if let [(grid, row)] = rows.as_slice() {
        let status = grid.column(STATUS).unwrap_or(row.len().saturating_sub(1)).max(1);
        if let Some(cell) = row.get(status) {
            match standing {
                Standing::Complete { .. } if !is_done(&cell.text) => splices.push(grid.write(text, cell, "Done")),
                Standing::RolledBack { cause, .. } if is_done(&cell.text) => {
                    splices.push(grid.write(text, cell, &format!("Rolled back ({})", label(cause))));
                }
                _ => {}
            }
        }
    }
    Edit::of(text, splices)
}

/// The one task item of the stage: the one that reads so, else the one that says more behind it.
fn stage_task(text: &str, title: &str) -> Result<Task, Refusal> {
    let all: Vec<Task> = tasks(text).into_iter().filter(|task| named(&task.text, title)).collect();
    let exact: Vec<&Task> = all.iter().filter(|task| normalise(&task.text) == normalise(title)).collect();
    let found = if exact.is_empty() { all.iter().collect() } else { exact };
    match found.as_slice() {
        [task] => Ok((*task).clone()),
        [] => {
            let hint = "Write it there as `- [ ] …`, or correct stage.title in the configuration.";
            Err(refusal(0, format!("no task item reads \"{title}\""), hint))
        }
        more => {
            let lines: Vec<u64> = more.iter().map(|task| task.line).collect();
            let what = format!("\"{title}\" stands more than once, on {}", on_lines(&lines));
            Err(refusal(0, what, "Leave one of them, or word the others otherwise."))
        }
    }
}

/// A closing "Done" behind the title, which an open item cannot say.
fn done_behind(text: &str, task: &Task, title: &str) -> Option<Splice> {
    let said = text[task.mark + 3..task.end].trim_end();
    let rest = said.strip_suffix("Done").or_else(|| said.strip_suffix("done"))?;
    let kept = rest.trim_end();
    if kept.len() == rest.len() || normalise(kept) != normalise(title) {
        return None;
    }
    let from = task.mark + 3;
    Some(Splice::new(from + kept.len()..from + said.len(), ""))
}

/// OPERATIONS: the row of the stage in the table of its section, and a generated block below that table.
#[must_use]
pub fn operations(text: &str, number: u32, section: &str, standing: &Standing) -> Planned {
    let what = match standing {
        Standing::Complete { .. } => format!("show stage {number} as complete"),
        Standing::RolledBack { cause, .. } => format!("show stage {number} as rolled back ({})", label(cause)),
    };
    Planned { what, outcome: operations_edit(text, number, section, standing) }
}

fn operations_edit(text: &str, number: u32, section: &str, standing: &Standing) -> Result<Edit, Refusal> {
    let all = tables(text);
    let (grid, row) = stage_row(text, &all, number, section)?;
    let status = grid
        .column(STATUS)
        .or_else(|| row.iter().position(|c| OPEN.contains(&key(&c.text).as_str()) || is_done(&c.text)));
    let Some(status) = status.filter(|at| *at < row.len()) else {
        let what = format!("the row of stage {number} has no column for its status");
        return Err(refusal(blocks::line_at(text, row[0].at.start), what, "Add a column with the heading Status."));
    };
    let done = is_done(&row[status].text);
    let (complete, word, date) = match standing {
        Standing::Complete { date, .. } => (true, "Complete", date),
        Standing::RolledBack { date, .. } => (false, "Rolled back", date),
    };
    if done == complete || !complete && !done {
        return Edit::of(text, Vec::new());
    }
    let mut splices = vec![grid.write(text, &row[status], word)];
    let dated = grid.column(DATE).unwrap_or(status + 1);
    splices.extend(row.get(dated).map(|cell| grid.write(text, cell, &date.to_string())));
    splices.push(record(text, grid, number, standing)?);
    Edit::of(text, splices)
}

const STATUS: &[&str] = &["status", "state"];
const DATE: &[&str] = &["date", "completed", "since", "when"];
const OPEN: &[&str] = &["in progress", "not started", "planned", "open", "rolled back", "running", "pending"];

/// The row of the stage: in the tables of the section, where there is one of that name.
fn stage_row<'a>(
    text: &str,
    all: &'a [Grid],
    number: u32,
    section: &str,
) -> Result<(&'a Grid, &'a Vec<Cell>), Refusal> {
    let heads = headings(text);
    let place = find(&heads, section, None).ok().map(|at| below(text, &heads, at));
    let here = |grid: &&Grid| place.as_ref().is_none_or(|place| place.contains(&grid.range.start));
    let number_of = number.to_string();
    let is = |row: &&Vec<Cell>| {
        row.first().is_some_and(|c| {
            let said = normalise(&c.text);
            said == number_of || said.strip_prefix("stage ") == Some(&number_of)
        })
    };
    let rows: Vec<_> = all.iter().filter(here).flat_map(|g| g.rows.iter().filter(is).map(move |r| (g, r))).collect();
    match rows.as_slice() {
        [one] => Ok(*one),
        [] => {
            let hint = format!("Add a row for it to the table below \"{section}\".");
            Err(refusal(0, format!("no table row begins with stage {number}"), &hint))
        }
        more => Err(twice(text, &format!("stage {number} stands more than once"), more)),
    }
}

/// The generated block that tells when and by what, below the table.
fn record(text: &str, grid: &Grid, number: u32, standing: &Standing) -> Result<Splice, Refusal> {
    let id = format!("stage-{number}");
    let end = ending(text);
    let block = with_ending(&emit_generated(&id, &sentence(number, standing)), end);
    let document = blocks::parse(text)?;
    if let Some(held) = document.blocks().find(|b| b.id == id) {
        let line = blocks::line_at(text, grid.range.start);
        if held.kind != Kind::Generated || !held.untouched(text) {
            let what = format!("the block `{id}` was edited by hand, so it is not replaced");
            let hint =
                "Move what somebody wrote to a place outside the markers, then delete the block with both markers.";
            return Err(Refusal { problems: vec![Problem::at(held.first_line, held.last_line, what, hint)] });
        }
        let heads = headings(text);
        let section = |at: usize| heads.iter().rposition(|h| h.start <= at);
        if section(held.begin.start) != section(grid.range.start) {
            let what = format!(
                "the block `{id}` on line {} stands in another section than its table on line {line}",
                held.first_line
            );
            return Err(refusal(0, what, "Move the block back below the table, or delete it with both markers."));
        }
        return Ok(Splice::new(held.begin.start..held.end.end, block));
    }
    if grid.nested {
        let line = blocks::line_at(text, grid.range.start);
        return Err(refusal(line, "the table stands in a list or a quote".to_owned(), "Move it to the top level."));
    }
    let at = grid.range.end;
    let before = if text[..at].ends_with('\n') { end.to_owned() } else { end.repeat(2) };
    let blank = text[at..].is_empty() || text[at..].lines().next().unwrap_or_default().trim().is_empty();
    Ok(Splice::new(at..at, format!("{before}{block}{}", if blank { "" } else { end })))
}

fn sentence(number: u32, standing: &Standing) -> String {
    match standing {
        Standing::Complete { date, build, packet, sha256 } => {
            let build = label(build);
            format!("Stage {number} complete on {date}: build {build}, packet `{packet}`, SHA-256 `{sha256}`.")
        }
        Standing::RolledBack { date, cause } => {
            format!("Stage {number} rolled back on {date}: `{}`.", label(cause))
        }
    }
}

/// A name from evidence as a word that is neither markup nor ends a cell.
fn label(name: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '+' | ' ') { c } else { '-' };
    name.chars().take(60).map(kept).collect::<String>().trim().to_owned()
}

/// Whether a text names the stage, perhaps saying more behind it.
fn named(text: &str, title: &str) -> bool {
    let (text, wanted) = (normalise(text), normalise(title));
    text == wanted || text.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with([' ', ',', '(', ':']))
}

fn is_done(cell: &str) -> bool {
    matches!(normalise(cell).as_str(), "done" | "complete" | "completed")
}

fn refusal(line: u64, what: String, hint: &str) -> Refusal {
    Refusal { problems: vec![Problem::at(line, line, what, hint)] }
}

fn twice(text: &str, what: &str, rows: &[(&Grid, &Vec<Cell>)]) -> Refusal {
    let lines: Vec<u64> =
        rows.iter().filter_map(|(_, row)| Some(blocks::line_at(text, row.first()?.at.start))).collect();
    refusal(0, format!("{what}, on {}", on_lines(&lines)), "Leave one of them, or number the others otherwise.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROADMAP: &str = "| Milestone | Status |\r\n|---|:---|\r\n| Mobile internal beta | In progress |\r\n\r\n```\n- [ ] Mobile internal beta\n```\n* [ ] **Mobile** internal `beta`  \r\n* [ ] Rollout";
    const STAGES: &str = "# Operations\n\n| 3 | x |\n|---|---|\n| 3 | y |\n\n## Staged Cutover\n\n| Stage | Scope | Status | Date |\n|---|---|---|---|\n| 2 | Web | Complete | 2026-08-10 |\n| 3 | Mobile | In progress | — |\n\nOwner: Ada.\n";

    fn complete() -> Standing {
        let date = jiff::civil::date(2026, 9, 12);
        Standing::Complete { date, build: "43".into(), packet: "0123456789ab".into(), sha256: "ab".repeat(32) }
    }

    fn back() -> Standing {
        Standing::RolledBack { date: jiff::civil::date(2026, 9, 14), cause: "INC|601".into() }
    }

    fn edited(text: &str, planned: Planned) -> String {
        planned.outcome.and_then(|edit| edit.apply(text)).unwrap_or_else(|r| panic!("{r}"))
    }

    fn refused(planned: Planned) -> String {
        planned.outcome.expect_err("guessed").to_string()
    }

    #[test]
    fn only_the_asked_for_bytes_change_and_twice_is_once() {
        let after = edited(ROADMAP, roadmap(ROADMAP, "Mobile internal beta", &complete()));
        let expected = ROADMAP.replace("In progress", "Done").replace("* [ ] **Mobile**", "* [x] **Mobile**");
        assert_eq!(after, expected);
        assert!(roadmap(&after, "Mobile internal beta", &complete()).outcome.expect("planned").is_empty());
        let open = edited(&after, roadmap(&after, "Mobile internal beta", &back()));
        assert_eq!(open, ROADMAP.replace("In progress", "Rolled back (INC-601)"));
        assert!(roadmap(&open, "Mobile internal beta", &back()).outcome.expect("planned").is_empty());
        assert_eq!(edited(&open, roadmap(&open, "Mobile internal beta", &complete())), expected);
    }

    #[test]
    fn an_opened_item_does_not_say_done() {
        let text = "- [x] Mobile internal beta Done\n- [x] Mobile internal beta Done deal\n";
        let text = &text[..text.find("- [x] Mobile internal beta Done deal").expect("the second")];
        assert_eq!(edited(text, roadmap(text, "Mobile internal beta", &back())), "- [ ] Mobile internal beta\n");
        let more = "- [x] Mobile internal beta, done by Ada\n";
        assert_eq!(edited(more, roadmap(more, "Mobile internal beta", &back())), more.replace("[x]", "[ ]"));
    }

    #[test]
    fn operations_shows_date_packet_and_hash_below_its_table() {
        let after = edited(STAGES, operations(STAGES, 3, "Staged Cutover", &complete()));
        let row = STAGES.replace("In progress | — |\n", "Complete | 2026-09-12 |\n");
        let (head, tail) = row.split_at(row.find("\nOwner").expect("the owner"));
        let block = emit_generated("stage-3", &sentence(3, &complete()));
        assert_eq!(after, format!("{head}\n{block}{tail}"));
        assert!(block.contains("packet `0123456789ab`, SHA-256 `abab"));
        assert!(operations(&after, 3, "Staged Cutover", &complete()).outcome.expect("planned").is_empty());
        let undone = edited(&after, operations(&after, 3, "Staged Cutover", &back()));
        assert!(
            undone.contains("| Rolled back | 2026-09-14 |\n")
                && undone.contains("rolled back on 2026-09-14: `INC-601`")
        );
        assert!(undone.ends_with("\nOwner: Ada.\n") && !undone.contains("0123456789ab"));
        assert!(operations(&undone, 3, "Staged Cutover", &back()).outcome.expect("planned").is_empty());
        assert_eq!(edited(&undone, operations(&undone, 3, "Staged Cutover", &complete())), after);
    }

    #[test]
    fn a_block_that_was_moved_edited_or_doubled_is_refused() {
        let after = edited(STAGES, operations(STAGES, 3, "Staged Cutover", &complete()));
        let why = |text: &str| refused(operations(text, 3, "Staged Cutover", &back()));
        assert!(why(&after.replace("build 43", "build 44")).contains("lines 14 to 18: the block `stage-3` was edited"));
        let block = emit_generated("stage-3", &sentence(3, &complete()));
        assert!(
            why(&format!("{after}\n{block}")).contains("`stage-3` is begun a second time; the first is on line 14")
        );
        let moved = format!("{}\n## Other\n\n{block}", after.replace(&block, ""));
        assert!(why(&moved).contains("another section than its table on line 9"), "{}", why(&moved));
    }

    #[test]
    fn two_places_or_none_are_refused() {
        let why = |text: &str| refused(roadmap(text, "Mobile internal beta", &complete()));
        assert!(why("- [ ] Mobile internal beta\n- [ ] mobile internal beta\n").contains("lines 1 and 2"));
        assert!(why("nothing here").contains("no task item"));
        let rows = "| A | B |\n|---|---|\n| Mobile internal beta | Open |\n| Mobile internal beta | Open |\n\n- [ ] Mobile internal beta\n";
        assert!(why(rows).contains("lines 3 and 4"));
        let stages = STAGES.replace("| 2 | Web", "| 3 | Web");
        assert!(refused(operations(&stages, 3, "Staged Cutover", &complete())).contains("lines 11 and 12"));
        assert!(refused(operations(STAGES, 4, "Staged Cutover", &complete())).contains("no table row"));
        assert!(refused(operations(STAGES, 3, "Elsewhere", &complete())).contains("lines 5 and 12"));
        let bare = "| Stage | Scope |\n|---|---|\n| 3 | Mobile |\n";
        assert!(refused(operations(bare, 3, "", &complete())).contains("line 3: the row of stage 3 has no column"));
    }
}
