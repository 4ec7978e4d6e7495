//! The run plan in, the SQL literals that query texts may name out: `{{ candidate }}`, `{{ builds }}`, `{{ params.x }}`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::{Param, RunPlan};

/// Values as SQL literals: texts quoted, lists in parentheses, times in milliseconds.
#[derive(Debug, Clone, Serialize)]
pub struct Literals {
    cohort: String,
    candidate: String,
    candidate_sha: String,
    builds: String,
    platforms: String,
    owner: String,
    beta_from: String,
    beta_to: String,
    baseline_from: String,
    baseline_to: String,
    judged_to: String,
    as_of: String,
    stage_two: String,
    contained: String,
    testers: String,
    platform_count: String,
    api_services: String,
    auth_services: String,
    /// Parameters with `_` for `-`.
    params: BTreeMap<String, String>,
    /// Parameters that are lists, each word escaped for use inside a literal, for loops.
    lists: BTreeMap<String, Vec<String>>,
}

/// What the plan alone does not say. Times in milliseconds UTC.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Commit of the candidate, from its deployment.
    pub candidate_sha: Option<String>,
    pub judged_to: i64,
    pub as_of: i64,
    /// When the stage before was signed off.
    pub stage_two: Option<i64>,
    /// When the build was pulled.
    pub contained: Option<i64>,
    /// Testers on the roster.
    pub testers: usize,
    /// Services that serve the app's data, and those that sign people in.
    pub api_services: Vec<String>,
    pub auth_services: Vec<String>,
}

impl Literals {
    /// Settles the literals of a run.
    #[must_use]
    pub fn new(plan: &RunPlan, found: &Found) -> Self {
        let stage = &plan.stage;
        let params = plan.params.iter().map(|(name, value)| (name.replace('-', "_"), literal(value)));
        Literals {
            cohort: quote(&stage.cohort),
            candidate: quote(&stage.candidate),
            candidate_sha: found.candidate_sha.as_deref().map_or_else(|| "''".to_owned(), quote),
            builds: list(&stage.builds),
            platforms: list(&stage.platforms),
            owner: quote(&stage.owner),
            beta_from: stage.beta.from_ms().to_string(),
            beta_to: stage.beta.to_ms().to_string(),
            baseline_from: stage.baseline.from_ms().to_string(),
            baseline_to: stage.baseline.to_ms().to_string(),
            judged_to: found.judged_to.to_string(),
            as_of: found.as_of.to_string(),
            stage_two: found.stage_two.unwrap_or(0).to_string(),
            contained: found.contained.unwrap_or(0).to_string(),
            testers: found.testers.to_string(),
            platform_count: stage.platforms.len().to_string(),
            api_services: list(&found.api_services),
            auth_services: list(&found.auth_services),
            params: params.collect(),
            lists: plan
                .params
                .iter()
                .filter(|(_, value)| matches!(value, Param::List(_)))
                .map(|(name, _)| {
                    (name.replace('-', "_"), plan.params.list(name).iter().map(|w| w.replace('\'', "''")).collect())
                })
                .collect(),
        }
    }
}

fn literal(value: &Param) -> String {
    match value {
        Param::Int(n) => n.to_string(),
        Param::Float(x) => x.to_string(),
        Param::Text(text) => quote(text),
        Param::List(all) => list(all),
    }
}

fn list(all: &[String]) -> String {
    // A list that names nothing must match nothing, and SQL has no empty list.
    let quoted: Vec<String> =
        if all.is_empty() { vec!["''".to_owned()] } else { all.iter().map(|t| quote(t)).collect() };
    format!("({})", quoted.join(", "))
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
