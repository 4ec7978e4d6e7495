//! `kind = "sentry"`: issues and crashes of a project.

use std::path::Path;

use jiff::Timestamp;
use toml::Spanned;

use super::server::Server;
use super::tracker::Priorities;
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::settle::Settling;
use crate::tables::schema::TableName;

/// A project and what is asked of it.
#[derive(Debug, Clone)]
pub struct Sentry {
    pub server: Server,
    /// Its slug.
    pub organization: String,
    /// Its slug.
    pub project: String,
    /// A search of Sentry that narrows the issues; empty for all.
    pub query: String,
    pub priorities: Priorities,
    /// Nothing older is asked for, where the source says so.
    pub since: Option<Timestamp>,
}

impl Settling<'_> {
    pub(super) fn sentry(&self, source: &file::Source, table: TableName, root: &Path) -> Result<Sentry, ConfigError> {
        let slug = |value: &Option<Spanned<String>>, key: &str| {
            let Some(value) = value else {
                let message = format!("a source of kind `sentry` needs `{key}`");
                return Err(self.at(source.kind.span(), message, format!("add {key} = \"…\", its short name")));
            };
            let text = value.get_ref();
            let right = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
            let hint = "it is the short name that stands in the address of its page".to_owned();
            if right { Ok(text.clone()) } else { Err(self.at(value.span(), "this is no short name".to_owned(), hint)) }
        };
        if let (Some(query), true) = (&source.query, table != TableName::Bugs) {
            let hint = "crashes are all events that nobody handled; `query` is for bugs".to_owned();
            return Err(self.at(query.span(), "`query` means nothing here".to_owned(), hint));
        }
        let usual = [("high", "P1"), ("medium", "P2"), ("low", "P3")];
        Ok(Sentry {
            server: self.server(source, root, Some("https://sentry.io"))?,
            organization: slug(&source.organization, "organization")?,
            project: slug(&source.project, "project")?,
            query: source.query.as_ref().map(|query| query.get_ref().clone()).unwrap_or_default(),
            priorities: self.priorities(source, &usual)?,
            since: source.since.as_ref().map(|at| self.time(at)).transpose()?,
        })
    }
}
