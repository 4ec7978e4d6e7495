//! A runbook and a folder of files in, a first configuration out: every guess says from what it was guessed, and what
//! cannot be guessed says what to fill in.

mod compose;
mod groups;
mod guess;
mod logs;
mod survey;

use std::path::{Component, Path, PathBuf};

use crate::exit::{Ended, Exit};
use crate::progress::Progress;
use crate::runbook::parse;
use crate::sources::files;

/// What is asked for. Paths are absolute.
#[derive(Debug, Clone)]
pub struct Request {
    pub runbook: PathBuf,
    pub data: PathBuf,
    /// Folder in which the configuration will stand.
    pub root: PathBuf,
    pub progress: Progress,
}

/// A configuration, not yet written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub toml: String,
    /// Sources that were found.
    pub sources: usize,
    /// What has to be filled in before it can be used, as sentences.
    pub missing: Vec<String>,
    /// What else the person should know, as sentences.
    pub remarks: Vec<String>,
}

/// Looks at the runbook and the files and proposes a configuration.
///
/// # Errors
/// When the runbook or the folder cannot be read.
pub fn propose(request: &Request) -> anyhow::Result<Proposal> {
    let text = files::document(&request.runbook).map_err(|error| {
        let hint = "name the Markdown checklist of the stage: cutover init docs/CUTOVER_MOBILE.md --data .";
        let message = format!("the runbook {} cannot be read: {error}", request.runbook.display());
        Ended::error(Exit::Usage, message, hint)
    })?;
    let runbook = parse::parse(&text);
    let survey = survey::of(request)?;
    let stage = guess::stage(&request.runbook, &text, &runbook, &survey);
    let groups = groups::of(&survey, &request.root);
    Ok(compose::configuration(request, &survey, &stage, &groups))
}

/// A path as it is written in a configuration that stands in `root`: relative, with forward slashes, where the two
/// have a folder in common.
fn relative(path: &Path, root: &Path) -> String {
    let (path_parts, root_parts): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (path.components().collect(), root.components().collect());
    let common = path_parts.iter().zip(&root_parts).take_while(|(a, b)| a == b).count();
    if common == 0 {
        return path.to_string_lossy().into_owned();
    }
    let up = std::iter::repeat_n("..".to_owned(), root_parts.len() - common);
    let down = path_parts[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_at_the_folder_of_the_configuration() {
        let to = |path: &str, root: &str| relative(Path::new(path), Path::new(root));
        assert_eq!(to("/a/b/docs/R.md", "/a/b"), "docs/R.md");
        assert_eq!(to("/a/data/x.log", "/a/b/c"), "../../data/x.log");
        assert_eq!(to("/a/b", "/a/b"), "");
    }
}
