//! GitHub issues in, rows of `bugs` out; pull requests come along, marked as such.

use serde_json::Value;

use super::json_records::{Record, array, at, cell, text, time};
use super::{Context, Parsed};
use crate::tables::table::Cell;

/// Reads an answer or an export.
pub fn parse(input: &str, context: &Context<'_>, parsed: &mut Parsed) {
    let (issues, _) = array(input, &["items", "issues", "data"], parsed);
    records(issues, context, parsed);
}

/// Reads issues one by one.
pub fn records(issues: Vec<Record>, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, issue) in issues {
        let labels = labels(&issue);
        let cells = [
            ("id", cell(&issue, "number")),
            ("title", cell(&issue, "title")),
            ("state", cell(&issue, "state")),
            ("labels", Cell::from(format!(",{},", labels.join(",")))),
            // Where labels contradict each other, the worst of them holds.
            ("priority", Cell::from(labels.iter().filter_map(|l| priority(l)).min())),
            ("created_at", time(&issue, "created_at")),
            ("closed_at", time(&issue, "closed_at")),
            ("pull_request", Cell::from(!at(&issue, "pull_request").is_null())),
            ("url", cell(&issue, "html_url")),
        ];
        if cells[2].1.is_null() || cells[5].1.is_null() {
            parsed.lose(line, "an issue without a state or a time", &issue.to_string());
            continue;
        }
        parsed.keep(context, line, &cells);
    }
}

fn labels(issue: &Value) -> Vec<String> {
    let all = at(issue, "labels").as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|label| label.as_str().map(str::to_owned).or_else(|| text(label, "name"))).collect()
}

/// `P1`, `p1`, `priority: P1`, `priority/1`.
fn priority(label: &str) -> Option<String> {
    let lower = label.to_ascii_lowercase();
    let word =
        lower.strip_prefix("priority").map_or(lower.as_str(), |rest| rest.trim_start_matches([':', '/', '-', ' ']));
    let digit = word.strip_prefix('p').unwrap_or(word);
    let known = word != digit || lower.starts_with("priority");
    (known && digit.len() == 1 && digit.bytes().all(|b| (b'0'..=b'4').contains(&b))).then(|| format!("P{digit}"))
}
