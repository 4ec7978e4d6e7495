//! GitHub deployments with their statuses in, rows of `deploys` out.

use serde_json::Value;

use super::json_records::{Record, array, at, cell, text, time};
use super::{Context, Parsed};
use crate::tables::table::Cell;

/// Reads an answer.
pub fn parse(input: &str, context: &Context<'_>, parsed: &mut Parsed) {
    let (deployments, _) = array(input, &["deployments", "data"], parsed);
    records(deployments, context, parsed);
}

/// Reads deployments one by one. The newest status tells the state, the newest final one when it was done. GitHub marks a deployment
/// inactive once a newer one takes its place, which says neither what it came to nor when it was done.
pub fn records(deployments: Vec<Record>, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, deploy) in deployments {
        let created = time(&deploy, "created_at");
        if created.is_null() {
            parsed.lose(line, "a deployment without a time", &deploy.to_string());
            continue;
        }
        let payload = payload(&deploy);
        let mut statuses: Vec<&Value> =
            at(&deploy, "statuses").as_array().map(|a| a.iter().collect()).unwrap_or_default();
        statuses.sort_by_key(|status| time(status, "created_at").as_int());
        if statuses.iter().any(|s| text(s, "state").as_deref() != Some("inactive")) {
            statuses.retain(|s| text(s, "state").as_deref() != Some("inactive"));
        }
        let done =
            |s: &&&Value| matches!(text(s, "state").as_deref(), Some("success" | "failure" | "error" | "inactive"));
        let finished = statuses.iter().rev().find(done).map_or(Cell::Null, |s| time(s, "created_at"));
        let cells = [
            ("ts", created),
            ("finished_at", finished),
            ("id", cell(&deploy, "id")),
            ("service", cell(&payload, "service")),
            ("environment", cell(&deploy, "environment")),
            ("build", cell(&payload, "build")),
            ("sha", cell(&deploy, "sha")),
            ("state", statuses.last().map_or(Cell::Null, |s| cell(s, "state"))),
            ("task", cell(&deploy, "task")),
            ("description", cell(&deploy, "description")),
            ("rollback_of", cell(&payload, "rollback_of")),
        ];
        parsed.keep(context, line, &cells);
    }
}

/// GitHub gives the payload as an object or as JSON in a string.
fn payload(deploy: &Value) -> Value {
    match at(deploy, "payload") {
        Value::String(json) => serde_json::from_str(json).unwrap_or(Value::Null),
        other => other.clone(),
    }
}
