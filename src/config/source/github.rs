//! `kind = "github"`: issues, check runs, deployments, and JUnit reports in artifacts of workflow runs.

use std::ops::Range;
use std::path::Path;

use jiff::Timestamp;

use super::server::Server;
use crate::config::deliver::span;
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::settle::Settling;
use crate::tables::schema::TableName;

/// A repository and what is asked of it.
#[derive(Debug, Clone)]
pub struct GitHub {
    pub server: Server,
    /// `owner/name`.
    pub repo: String,
    pub what: What,
    /// Nothing older is asked for, where the source says so.
    pub since: Option<Timestamp>,
}

/// What of a repository fills the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// `bugs`: issues with any of these labels; all issues where none is named.
    Issues { labels: Vec<String> },
    /// `ci`: check runs of these commits; of those of the baseline's and the beta's workflow runs where none is named.
    CheckRuns { commits: Vec<String>, branch: Option<String> },
    /// `ci`: JUnit reports in artifacts with these names.
    Artifacts { names: Vec<String> },
    /// `deploys`
    Deployments,
}

impl Settling<'_> {
    pub(super) fn github(&self, source: &file::Source, table: TableName, root: &Path) -> Result<GitHub, ConfigError> {
        let Some(repo) = &source.repo else {
            let hint = "add repo = \"owner/name\"".to_owned();
            return Err(self.at(source.kind.span(), "a source of kind `github` needs `repo`".to_owned(), hint));
        };
        let part = |text: &str| {
            !text.is_empty()
                && !matches!(text, "." | "..")
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        if !repo.get_ref().split_once('/').is_some_and(|(owner, name)| part(owner) && part(name)) {
            let hint = "write it as \"owner/name\", without an address before it".to_owned();
            return Err(self.at(repo.span(), "this names no repository".to_owned(), hint));
        }
        Ok(GitHub {
            server: self.server(source, root, Some("https://api.github.com"))?,
            repo: repo.get_ref().clone(),
            what: self.what(source, table)?,
            since: source.since.as_ref().map(|at| self.time(at)).transpose()?,
        })
    }

    fn what(&self, source: &file::Source, table: TableName) -> Result<What, ConfigError> {
        let words =
            |all: &Option<toml::Spanned<Vec<String>>>| all.iter().flat_map(|all| all.get_ref().clone()).collect();
        let (labels, commits, artifact) = (span(&source.labels), span(&source.commits), span(&source.artifact));
        let branch = span(&source.branch);
        let misplaced: Vec<(&str, Option<Range<usize>>, &str)> = match table {
            TableName::Bugs => vec![("artifact", artifact, "ci"), ("commits", commits, "ci"), ("branch", branch, "ci")],
            TableName::Ci if artifact.is_some() => {
                let with = "check runs, which a source with `artifact` does not ask for";
                vec![("labels", labels, "bugs"), ("commits", commits, with), ("branch", branch, with)]
            }
            TableName::Ci => vec![("labels", labels, "bugs")],
            _ => vec![
                ("artifact", artifact, "ci"),
                ("commits", commits, "ci"),
                ("branch", branch, "ci"),
                ("labels", labels, "bugs"),
            ],
        };
        if let Some((key, place, of)) = misplaced.into_iter().find_map(|(key, place, of)| Some((key, place?, of))) {
            let message = format!("`{key}` means nothing here");
            return Err(self.at(place, message, format!("`{key}` is for {of}")));
        }
        Ok(match table {
            TableName::Bugs => What::Issues { labels: words(&source.labels) },
            TableName::Ci if source.artifact.is_some() => What::Artifacts { names: words(&source.artifact) },
            TableName::Ci => What::CheckRuns {
                commits: words(&source.commits),
                branch: source.branch.as_ref().map(|b| b.get_ref().clone()),
            },
            _ => What::Deployments,
        })
    }
}
