//! The catalogue of checks and exhibits: the built-in files of `queries/` and a team's own, nothing registered.

pub mod engine;
pub mod header;
pub mod literals;

use std::path::Path;

use anyhow::Context;
use sha2::{Digest, Sha256};

use crate::embedded;
use crate::exit::HeaderError;
use crate::ingest::lines::hex;
use crate::rules::RuleSpec;
use crate::verdict::{Effect, Proof};

/// One file.
#[derive(Debug, Clone)]
pub struct Query {
    /// File stem.
    pub id: String,
    pub title: String,
    /// Tables, or roles of log sources such as `logs.api`, that must be covered.
    pub needs: Vec<String>,
    pub sql: String,
    /// Counts what the check had to look at, as column `n`.
    pub exposure: Option<String>,
    pub role: Role,
    /// Of the file.
    pub sha256: String,
}

/// What a file is for.
#[derive(Debug, Clone)]
pub enum Role {
    Check(Box<CheckSpec>),
    /// A table shown in reports.
    Exhibit,
    /// The good and the bad events behind a trigger.
    Incident(Box<IncidentSpec>),
}

/// What the header of a file in `incidents/` says.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IncidentSpec {
    /// Item of the trigger, such as `R2`.
    pub of: String,
    pub counts: Counts,
    /// Where nobody set one.
    pub severity: String,
    /// Title of the report, in the words of testers.
    pub headline: String,
    /// Behind "n testers": `were shown data that belong to other accounts`.
    pub saw: String,
    /// Why no alarm told, where that lies in the nature of the fault; a sentence.
    #[serde(default)]
    pub quiet: String,
    #[serde(skip)]
    pub unit: String,
    #[serde(skip)]
    pub bad: String,
    #[serde(skip)]
    pub one: String,
}

/// Which bad events belong to an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counts {
    /// Every one: there is no harmless background of them.
    Each,
    /// Those above the background: only the time and the groups in which their rate was raised.
    Rate,
}

/// What the header of a check says.
#[derive(Debug, Clone)]
pub struct CheckSpec {
    pub item: String,
    pub line: Option<String>,
    pub effect: Effect,
    pub proof: Proof,
    pub rule: RuleSpec,
    pub unit: String,
    pub bad: String,
    /// The word for a single one.
    pub one: String,
    pub shows: String,
    /// What a tester who is still owed does.
    pub ask: String,
    pub feature: Option<String>,
    pub duration: bool,
    pub trace: bool,
    pub after_candidate: bool,
    pub attributed: bool,
    pub owned: bool,
    pub unwaivable: bool,
    pub leak: bool,
    pub means: String,
}

impl Query {
    /// The check, where it is one.
    #[must_use]
    pub fn check(&self) -> Option<&CheckSpec> {
        match &self.role {
            Role::Check(check) => Some(check),
            Role::Exhibit | Role::Incident(_) => None,
        }
    }

    /// What an incident's events are, where the file gives them.
    #[must_use]
    pub fn incident(&self) -> Option<&IncidentSpec> {
        match &self.role {
            Role::Incident(spec) => Some(spec),
            Role::Check(_) | Role::Exhibit => None,
        }
    }
}

/// Loads the catalogue, sorted by id; a team's file replaces the built-in one of the same name.
///
/// # Errors
/// What is wrong with a file, and where.
pub fn load(own: Option<&Path>) -> anyhow::Result<Vec<Query>> {
    let mut all = std::collections::BTreeMap::new();
    for (name, bytes) in embedded::QUERIES {
        if let Some(id) = id_of(name) {
            let text = std::str::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8"))?;
            all.insert(id.to_owned(), header::read(id, text)?);
        }
    }
    if let Some(folder) = own {
        let entries =
            std::fs::read_dir(folder).with_context(|| format!("cannot read [queries] dir {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            if let Some(id) = id_of(&name) {
                let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                let query = header::read(id, &text)
                    .map_err(|error| HeaderError { file: path.clone(), why: format!("{error:#}") })?;
                all.insert(id.to_owned(), query);
            }
        }
    }
    Ok(all.into_values().collect())
}

/// The stem of an SQL file.
fn id_of(name: &str) -> Option<&str> {
    name.strip_suffix(".sql").map(|stem| stem.rsplit('/').next().unwrap_or(stem))
}

/// SHA-256 of a text, hex.
#[must_use]
pub fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::required_columns;
    use crate::tables::schema::TableName;

    #[test]
    fn every_built_in_file_is_whole() {
        let all = load(None).expect("the catalogue loads");
        let roles = ["logs.api", "logs.auth", "logs.gateway", "logs.device", "documents"];
        let mut items = BTreeSet::new();
        for query in &all {
            assert!(
                query.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{}",
                query.id
            );
            for need in &query.needs {
                let table = TableName::ALL.iter().any(|t| t.name() == need);
                assert!(table || roles.contains(&need.as_str()), "{} needs {need}", query.id);
            }
            let Some(check) = query.check() else { continue };
            items.insert(check.item.clone());
            assert!(!check.means.is_empty(), "{} says what it means", query.id);
            let counts = matches!(check.rule, RuleSpec::NoRows { .. });
            assert_eq!(counts, query.exposure.is_some(), "{} counts what there was to look at", query.id);
            for column in required_columns(&check.rule) {
                assert!(query.sql.contains(column), "{} gives {column}", query.id);
            }
        }
        assert!(items.len() > 100, "{} items", items.len());
    }

    #[test]
    fn a_header_that_could_pass_on_nothing_is_refused() {
        let head =
            "title = \"T\"\nitem = \"X\"\neffect = \"blocker\"\nproof = \"machine\"\nrule = { kind = \"condition\" }";
        let read = |needs: &str, sql: &str| header::read("x", &format!("/*---\n{head}\n{needs}\n---*/\n{sql}"));
        let select = "SELECT 1 AS shown, 0 AS bad, '' AS reason FROM logs ORDER BY reason";
        assert!(read("needs = [\"logs.api\"]", select).is_ok());
        assert!(read("needs = []", select).is_err());
        for sql in [
            "DELETE FROM logs",
            "DROP TABLE logs",
            "SELECT 1; SELECT 2 ORDER BY 1",
            "SELECT 1 FROM logs",
            "-- SELECT\nSHOW TABLES",
        ] {
            assert!(read("needs = [\"logs.api\"]", sql).is_err(), "{sql}");
        }
        assert!(read("needs = [\"logs.api\"]\nneed = 1", select).is_err(), "an unknown key");
    }
}
