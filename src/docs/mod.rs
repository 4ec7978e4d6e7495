//! Edits of documents as a command: shown, checked, written, taken back.

pub mod authority;
mod journal;
pub mod one;
pub mod stage;

use std::path::{Path, PathBuf};

use crate::edits::change::Edit;
use crate::edits::diff;

/// What is to be done with an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Say whether one is due.
    Check,
    /// Show it as a patch.
    Diff,
    /// Write it.
    Apply,
    /// Take it back.
    Revert,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// A patch, for `Mode::Diff`.
    pub diff: String,
    /// What was done or is due, as sentences.
    pub told: Vec<String>,
    /// An edit is due that was not made.
    pub due: bool,
}

/// A document with the edit planned for it.
struct Ready {
    path: PathBuf,
    text: String,
    edit: Edit,
    /// What it is, such as `mark "Mobile internal beta" as done`.
    what: String,
}

impl Ready {
    fn patch(&self, cwd: &Path) -> String {
        diff::unified(&patch_path(&self.path, cwd), &self.text, &self.edit)
    }
}

/// The path by which `git apply` finds a file: from the folder in which the command runs, else from the top of the
/// file's repository, else the file's name. A link is followed, because git patches no links.
fn patch_path(path: &Path, cwd: &Path) -> String {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let here = cwd.canonicalize().unwrap_or_else(|_| cwd.to_owned());
    let top = full.ancestors().skip(1).find(|folder| folder.join(".git").exists());
    let name = full.file_name().map(Path::new);
    let relative = [Some(here.as_path()), top].into_iter().flatten().find_map(|base| full.strip_prefix(base).ok());
    relative.or(name).unwrap_or(&full).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}
