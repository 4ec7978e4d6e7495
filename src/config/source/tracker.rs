//! `kind = "jira"` and `kind = "linear"`: bug trackers whose priorities have names of their own.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use super::server::{Login, Server};
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::secret::SecretRef;
use crate::config::settle::Settling;

/// Priority as the tracker names it → `P0` … `P4`.
pub type Priorities = BTreeMap<String, String>;

/// A site of Jira Cloud and which issues are asked for.
#[derive(Debug, Clone)]
pub struct Jira {
    pub server: Server,
    /// A condition in Jira's query language, without an order.
    pub jql: String,
    pub priorities: Priorities,
    /// Nothing that was closed and left alone before is asked for, where the source says so.
    pub since: Option<Timestamp>,
}

/// A workspace of Linear and which issues are asked for.
#[derive(Debug, Clone)]
pub struct Linear {
    pub server: Server,
    /// A person's own key, which is sent as it is; else the token of the server's login.
    pub key: Option<SecretRef>,
    /// Key of a team, such as `TRD`; all teams where none is named.
    pub team: Option<String>,
    /// Any of these; all issues where none is named.
    pub labels: Vec<String>,
    pub priorities: Priorities,
    /// Nothing that was closed and left alone before is asked for, where the source says so.
    pub since: Option<Timestamp>,
}

impl Settling<'_> {
    pub(super) fn jira(&self, source: &file::Source, root: &Path) -> Result<Jira, ConfigError> {
        let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let mut all: Vec<String> =
            source.project.iter().map(|project| format!("project = {}", quoted(project.get_ref()))).collect();
        if let Some(jql) = &source.jql {
            if jql.get_ref().to_ascii_lowercase().contains("order by") {
                let hint = "leave `order by` out; issues are asked for in the order in which they were made".to_owned();
                return Err(self.at(jql.span(), "this is more than a condition".to_owned(), hint));
            }
            all.push(format!("({})", jql.get_ref()));
        }
        if all.is_empty() {
            let hint = "add project = \"KEY\", or jql = \"…\"; Jira takes no question without a bound".to_owned();
            return Err(self.at(source.kind.span(), "a source of kind `jira` needs `project`".to_owned(), hint));
        }
        let usual = [("Highest", "P0"), ("High", "P1"), ("Medium", "P2"), ("Low", "P3"), ("Lowest", "P4")];
        Ok(Jira {
            server: self.server(source, root, None)?,
            jql: all.join(" AND "),
            priorities: self.priorities(source, &usual)?,
            since: source.since.as_ref().map(|at| self.time(at)).transpose()?,
        })
    }

    pub(super) fn linear(&self, source: &file::Source, root: &Path) -> Result<Linear, ConfigError> {
        let server = self.server(source, root, Some("https://api.linear.app"))?;
        let key = source.key.as_ref().map(|key| self.secret(key, "key", false, root)).transpose()?;
        if let (Some(given), true) = (&source.key, !matches!(server.login, Login::None)) {
            let hint = "`key` is a person's own key, `token` one of OAuth".to_owned();
            return Err(self.at(given.span(), "give `key` or `token`, not both".to_owned(), hint));
        }
        let usual = [("Urgent", "P0"), ("High", "P1"), ("Medium", "P2"), ("Low", "P3")];
        Ok(Linear {
            server,
            key,
            team: source.team.as_ref().map(|team| team.get_ref().clone()),
            labels: source.labels.iter().flat_map(|all| all.get_ref().clone()).collect(),
            priorities: self.priorities(source, &usual)?,
            since: source.since.as_ref().map(|at| self.time(at)).transpose()?,
        })
    }

    pub(super) fn priorities(&self, source: &file::Source, usual: &[(&str, &str)]) -> Result<Priorities, ConfigError> {
        let Some(given) = &source.priorities else {
            return Ok(usual.iter().map(|(name, is)| ((*name).to_owned(), (*is).to_owned())).collect());
        };
        let mut all = Priorities::new();
        for (name, is) in given.get_ref() {
            if !["P0", "P1", "P2", "P3", "P4"].contains(&is.get_ref().as_str()) {
                let hint = "use P0 (worst), P1, P2, P3 or P4".to_owned();
                return Err(self.at(is.span(), format!("unknown priority `{}`", is.get_ref()), hint));
            }
            all.insert(name.get_ref().clone(), is.get_ref().clone());
        }
        Ok(all)
    }
}
