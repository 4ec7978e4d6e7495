//! `kind = "loki"`: the log lines that a LogQL query selects.

use std::path::Path;

use super::server::{Pulling, Server};
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::settle::Settling;

/// Entries that Loki gives at once unless it is told otherwise (`max_entries_limit_per_query`).
const LIMIT: u32 = 5000;

/// A Loki and what is asked of it.
#[derive(Debug, Clone)]
pub struct Loki {
    pub server: Server,
    pub pulling: Pulling,
    /// Tenants, several with `|` between them.
    pub tenant: Option<String>,
    /// A log query: a selector of streams, with or without a pipeline.
    pub query: String,
    /// Most entries of one answer.
    pub limit: u32,
}

impl Settling<'_> {
    pub(super) fn loki(&self, source: &file::Source, root: &Path) -> Result<Loki, ConfigError> {
        let hint = "add query = '{service_name=\"backend\"}'".to_owned();
        let Some(query) = &source.query else {
            let message = "a source of kind `loki` needs `query`".to_owned();
            return Err(self.at(source.name.span(), message, hint));
        };
        if !selects_lines(query.get_ref()) {
            let message = "this is no log query: it does not begin with a selector of streams".to_owned();
            return Err(self.at(query.span(), message, hint));
        }
        Ok(Loki {
            server: self.server(source, root, None)?,
            pulling: self.pulling(source, 3600)?,
            tenant: source.tenant.as_ref().map(|t| t.get_ref().clone()),
            query: query.get_ref().clone(),
            limit: source.limit.as_ref().map_or(LIMIT, |n| (*n.get_ref()).max(1)),
        })
    }
}

/// Whether a query gives lines; one that counts or computes begins with the name of a function.
fn selects_lines(query: &str) -> bool {
    let uncommented = query.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#'));
    uncommented.is_some_and(|line| line.trim_start_matches(|c: char| c == '(' || c.is_whitespace()).starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::selects_lines;

    #[test]
    fn a_query_that_computes_is_none_for_lines() {
        for good in ["{app=\"a\"}", " {app=\"a\"} | json | status >= 500", "# all\n\n{app=\"a\"}", "( {app=\"a\"} )"] {
            assert!(selects_lines(good), "{good}");
        }
        for bad in
            ["", "#{}", "rate({app=\"a\"}[5m])", "(count_over_time({app=\"a\"}[1m]))", "sum by (x) (rate({}[1m]))"]
        {
            assert!(!selects_lines(bad), "{bad}");
        }
    }
}
