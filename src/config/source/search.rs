//! `kind = "elasticsearch"` and `kind = "opensearch"`: the documents of an index.

use std::path::Path;

use super::server::{Pulling, Server};
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::settle::Settling;

/// Documents that an index gives at once unless it is told otherwise (`index.max_result_window`).
const MOST: u32 = 10_000;
/// Documents of one page, where the source does not say.
const PAGE: u32 = 5000;

/// Two families that went apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Elasticsearch,
    OpenSearch,
}

/// An Elasticsearch or OpenSearch and what is asked of it.
#[derive(Debug, Clone)]
pub struct Search {
    pub server: Server,
    pub pulling: Pulling,
    pub dialect: Dialect,
    /// Index, data stream or alias; several with commas, and with `*`.
    pub index: String,
    /// The field by which documents are in time.
    pub time_field: String,
    /// Further condition, in the syntax of `query_string`.
    pub query: Option<String>,
    /// Documents of one page.
    pub page: u32,
}

impl Settling<'_> {
    pub(super) fn search(&self, source: &file::Source, root: &Path) -> Result<Search, ConfigError> {
        let dialect = match source.kind.get_ref().as_str() {
            "opensearch" => Dialect::OpenSearch,
            _ => Dialect::Elasticsearch,
        };
        let hint = "add index = \"logs-*\"".to_owned();
        let Some(index) = &source.index else {
            let message = format!("a source of kind `{}` needs `index`", source.kind.get_ref());
            return Err(self.at(source.name.span(), message, hint));
        };
        let odd = |c: char| c.is_whitespace() || c.is_control() || "/\\?#\"<>|%".contains(c);
        if index.get_ref().is_empty() || index.get_ref().contains(odd) || index.get_ref().starts_with('_') {
            return Err(self.at(index.span(), "this is no name of an index".to_owned(), hint));
        }
        if let Some(limit) = source.limit.as_ref().filter(|n| !(1..=MOST).contains(n.get_ref())) {
            let hint = format!("an index gives at most {MOST} documents at once");
            return Err(self.at(limit.span(), "a page cannot have so many documents".to_owned(), hint));
        }
        Ok(Search {
            server: self.server(source, root, None)?,
            pulling: self.pulling(source, 3600)?,
            dialect,
            index: index.get_ref().clone(),
            time_field: source.time_field.as_ref().map_or_else(|| "@timestamp".to_owned(), |f| f.get_ref().clone()),
            query: source.query.as_ref().map(|q| q.get_ref().clone()),
            page: source.limit.as_ref().map_or(PAGE, |n| *n.get_ref()),
        })
    }
}
