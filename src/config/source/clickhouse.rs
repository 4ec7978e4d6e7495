//! `kind = "clickhouse"`: log lines of a table of the collector's exporter, or of one with other columns.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Spanned;

use super::server::{Pulling, Server};
use crate::config::file;
use crate::config::problem::{ConfigError, nearest};
use crate::config::settle::Settling;

/// What a column of the table is for.
pub const PARTS: [&str; 5] = ["ts", "line", "service", "level", "attributes"];

/// A server and its table of log lines.
#[derive(Debug, Clone)]
pub struct ClickHouse {
    pub server: Server,
    pub pulling: Pulling,
    pub database: String,
    pub log_table: String,
    /// What a column is for (`PARTS`) → its name, where it is not the exporter's.
    pub columns: BTreeMap<String, String>,
    /// A further condition in SQL.
    pub only: Option<String>,
}

impl Settling<'_> {
    pub(super) fn clickhouse(&self, source: &file::Source, root: &Path) -> Result<ClickHouse, ConfigError> {
        let text = |value: &Option<Spanned<String>>, default: &str| {
            value.as_ref().map_or(default, |v| v.get_ref().as_str()).to_owned()
        };
        let mut columns = BTreeMap::new();
        for (part, name) in source.columns.iter().flat_map(|all| all.get_ref()) {
            if !PARTS.contains(&part.get_ref().as_str()) {
                let hint = nearest(part.get_ref(), PARTS.into_iter());
                return Err(self.at(part.span(), format!("a log line has no part `{}`", part.get_ref()), hint));
            }
            columns.insert(part.get_ref().clone(), name.clone());
        }
        if let Some(only) = source.only.as_ref().filter(|only| only.get_ref().contains(';')) {
            let hint = "write one condition, as \"ServiceName = 'backend'\"".to_owned();
            return Err(self.at(only.span(), "a condition has no semicolon".to_owned(), hint));
        }
        Ok(ClickHouse {
            server: self.server(source, root, None)?,
            pulling: self.pulling(source, 6 * 3600)?,
            database: text(&source.database, "default"),
            log_table: text(&source.log_table, "otel_logs"),
            columns,
            only: source.only.as_ref().map(|only| only.get_ref().clone()),
        })
    }
}
