//! One edit of one Markdown file, which needs no configuration: a task item's box, or what stands below a heading.

use std::path::Path;

use super::{Mode, Outcome, Ready};
use crate::edits::replace::{put, read, refused};
use crate::edits::sections;
use crate::edits::tasks::{self, State};
use crate::exit::{Ended, Exit};

/// What is to be edited.
#[derive(Debug, Clone)]
pub enum Ask {
    Tick { item: String, state: State, line: Option<u64> },
    Section { heading: String, body: String, line: Option<u64> },
}

/// Edits a file, or shows what would be edited.
///
/// # Errors
/// `Exit::Refused` when the place is not certain; then nothing is written. Else when the file cannot be read or written.
pub fn edit(file: &Path, ask: &Ask, mode: Mode, cwd: &Path) -> anyhow::Result<Outcome> {
    let text = read(file)?;
    let (edit, what) = match ask {
        Ask::Tick { item, state, line } => {
            let state = if mode == Mode::Revert { state.other() } else { *state };
            let (edit, task) = tasks::tick(&text, item, state, *line).map_err(|r| refused(file, &r))?;
            let word = if state == State::Done { "done" } else { "open" };
            (edit, format!("line {}: \"{}\" is {word}", task.line, shown(&task.text)))
        }
        Ask::Section { .. } if mode == Mode::Revert => {
            let hint = "git has it, or apply the patch of --diff backwards with `git apply -R`";
            return Err(Ended::error(Exit::Usage, "the text that a section had before is not kept", hint));
        }
        Ask::Section { heading, body, line } => {
            let (edit, heading) = sections::section(&text, heading, body, *line).map_err(|r| refused(file, &r))?;
            (edit, format!("line {}: the section \"{}\" has the given text", heading.line, shown(&heading.text)))
        }
    };
    let ready = Ready { path: file.to_owned(), text, edit, what };
    let name = file.display();
    if ready.edit.is_empty() {
        return Ok(Outcome { told: vec![format!("{name}: already done, {}", ready.what)], ..Outcome::default() });
    }
    match mode {
        Mode::Check => Ok(Outcome {
            told: vec![format!("{name}: an edit is due: {}", ready.what)],
            due: true,
            ..Outcome::default()
        }),
        Mode::Diff => Ok(Outcome { diff: ready.patch(cwd), ..Outcome::default() }),
        Mode::Apply | Mode::Revert => {
            put(file, &ready.edit)?;
            Ok(Outcome { told: vec![format!("{name}: edited, {}", ready.what)], ..Outcome::default() })
        }
    }
}

/// Words of a document as they may be shown on a terminal, on one line.
fn shown(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(120).collect()
}
