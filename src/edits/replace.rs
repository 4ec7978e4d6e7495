//! A file on disk and an edit of it in: the file with the edit, whole or not at all. The only place in which a file
//! that people own is changed.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::change::{Edit, sha256};
use super::refusal::{Problem, Refusal};
use crate::exit::{Ended, Exit};

/// The text of a document.
///
/// # Errors
/// When it cannot be read; `Exit::Refused` when it is not text in UTF-8.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = super::regenerate::utf8(&bytes).map_err(|refusal| refused(path, &refusal))?;
    Ok(text.to_owned())
}

/// Puts an edit into the file that it was planned for. A link is followed; the permissions stay.
///
/// # Errors
/// `Exit::Refused` when the file is not the one that the edit was planned for, or the disk refuses; then nothing has
/// changed.
pub fn put(path: &Path, edit: &Edit) -> anyhow::Result<()> {
    let place = path.canonicalize().with_context(|| format!("there is no {}", path.display()))?;
    let after = edit.apply(&read(&place)?).map_err(|refusal| refused(path, &refusal))?;
    let folder = place.parent().unwrap_or(Path::new("."));
    let mut staged = tempfile::Builder::new()
        .prefix(".cutover-")
        .tempfile_in(folder)
        .with_context(|| format!("cannot write in {}, so {} was not edited", folder.display(), path.display()))?;
    staged.write_all(after.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    staged.as_file().sync_all()?;
    fs::set_permissions(staged.path(), fs::metadata(&place)?.permissions())?;
    // Somebody may have saved it meanwhile.
    if sha256(&fs::read(&place)?) != edit.before {
        let what = "somebody changed the file while it was edited";
        let problem = Problem::at(0, 0, what, "Run the command again.");
        return Err(refused(path, &Refusal { problems: vec![problem] }));
    }
    staged.persist(&place).with_context(|| format!("cannot replace {}", path.display()))?;
    Ok(())
}

/// A refusal as an ending of the run.
#[must_use]
pub fn refused(path: &Path, refusal: &Refusal) -> anyhow::Error {
    let hint = "nothing was written; do what is said above and run it again";
    Ended::error(Exit::Refused, format!("{} was not edited:\n{refusal}", path.display()), hint)
}
