//! What the last edit of the stage's documents put where, so that exactly that can be taken back. It stands in the
//! private folder of the evidence.

use std::path::PathBuf;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{Outcome, Ready};
use crate::config::RunPlan;
use crate::edits::change::{Edit, Splice, sha256};
use crate::edits::refusal::{Problem, Refusal};
use crate::edits::replace::{put, read, refused};
use crate::evidence::make_private;
use crate::exit::{Ended, Exit};
use crate::output;

const NAME: &str = "edits.json";
const SCHEMA: &str = "cutover/edits/1";

#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    schema: String,
    files: Vec<File>,
}

/// One document as it was and as it is.
#[derive(Debug, Serialize, Deserialize)]
struct File {
    /// Relative to the folder of the configuration, where it stands below it.
    path: PathBuf,
    before_sha256: String,
    after_sha256: String,
    /// What takes the edit back.
    splices: Vec<Bytes>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Bytes {
    from: usize,
    to: usize,
    /// What stood there before.
    text: String,
    /// Line of the document after the edit, from 1.
    line: u64,
}

/// Writes the edits of all documents, or of none, and remembers how to take them back.
///
/// # Errors
/// As `replace::put`; a document that was written already is then put back.
pub(super) fn apply(plan: &RunPlan, all: &[Ready]) -> anyhow::Result<()> {
    let mut files = Vec::new();
    let mut reverses = Vec::new();
    for ready in all {
        let reverse = ready.edit.reverse(&ready.text).map_err(|r| refused(&ready.path, &r))?;
        let after = ready.edit.apply(&ready.text).map_err(|r| refused(&ready.path, &r))?;
        let bytes = |s: &Splice| Bytes {
            from: s.at.start,
            to: s.at.end,
            text: s.new.clone(),
            line: after[..s.at.start].matches('\n').count() as u64 + 1,
        };
        files.push(File {
            path: ready.path.strip_prefix(&plan.root).unwrap_or(&ready.path).to_owned(),
            before_sha256: ready.edit.before.clone(),
            after_sha256: reverse.before.clone(),
            splices: reverse.splices().iter().map(bytes).collect(),
        });
        reverses.push(reverse);
    }
    let place = plan.evidence_dir.join(NAME);
    let held = std::fs::read(&place).ok();
    make_private(&plan.evidence_dir).with_context(|| format!("cannot make {}", plan.evidence_dir.display()))?;
    let mut bytes = serde_json::to_vec_pretty(&Journal { schema: SCHEMA.to_owned(), files })?;
    bytes.push(b'\n');
    output::new_file(&place, &bytes, true)?;
    for (at, ready) in all.iter().enumerate() {
        if let Err(error) = put(&ready.path, &ready.edit) {
            for (done, reverse) in all[..at].iter().zip(&reverses) {
                put(&done.path, reverse).with_context(|| format!("{} stays edited", done.path.display()))?;
            }
            match held {
                Some(held) => output::new_file(&place, &held, true)?,
                None => std::fs::remove_file(&place)?,
            }
            return Err(error);
        }
    }
    Ok(())
}

/// Takes the last edit back: all documents are again as they were before it, to the byte.
///
/// # Errors
/// `Exit::Refused` when there was no edit, or a document was changed since; then nothing is written.
pub(super) fn revert(plan: &RunPlan) -> anyhow::Result<Outcome> {
    let place = plan.evidence_dir.join(NAME);
    let bytes = match std::fs::read(&place) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("{} tells of no edit, so there is none to take back", plan.evidence_dir.display());
            return Err(Ended::error(Exit::Refused, message, "`docs --apply` makes one; older ones are in git"));
        }
        Err(error) => return Err(anyhow::Error::new(error).context(format!("cannot read {}", place.display()))),
    };
    let journal: Journal = serde_json::from_slice(&bytes).map_err(|error| {
        let message = format!("the record of the last edit in {} is damaged: {error}", place.display());
        Ended::error(Exit::Refused, message, "take the edit back with git")
    })?;
    let mut all = Vec::new();
    let mut told = Vec::new();
    for file in &journal.files {
        let path = plan.root.join(&file.path);
        let text = read(&path)?;
        if sha256(text.as_bytes()) == file.before_sha256 {
            told.push(format!("{}: taken back already", path.display()));
            continue;
        }
        let edit = file.edit(&text).map_err(|refusal| refused(&path, &refusal))?;
        all.push((path, edit));
    }
    for (path, edit) in &all {
        put(path, edit)?;
        told.push(format!("{}: taken back, it is as it was before the edit", path.display()));
    }
    Ok(Outcome { told, ..Outcome::default() })
}

impl File {
    /// What takes the edit back in `text`.
    fn edit(&self, text: &str) -> Result<Edit, Refusal> {
        let lines = (self.splices.first(), self.splices.last());
        let problem = |what: &str| {
            let (first, last) = (lines.0.map_or(0, |s| s.line), lines.1.map_or(0, |s| s.line));
            let hint = "Look at both with git, and open the box or correct the text by hand.";
            Refusal { problems: vec![Problem::at(first, last, what, hint)] }
        };
        if sha256(text.as_bytes()) != self.after_sha256 {
            return Err(problem("the file was changed after the edit, so it cannot be taken back without a guess"));
        }
        let splices = self.splices.iter().map(|s| Splice::new(s.from..s.to, s.text.clone())).collect();
        let edit = Edit::of(text, splices)?;
        match edit.apply(text) {
            Ok(after) if sha256(after.as_bytes()) == self.before_sha256 => Ok(edit),
            _ => Err(problem("the record of the edit does not lead back to what the file was")),
        }
    }
}
