//! Builds of Expo Application Services (`eas build:list --json`) in, rows of `deploys` out: which commit was built for
//! which platform, with which profile, and for whom.

use serde_json::Value;

use super::json_records::{array, at, cell, text, time};
use super::{Context, Parsed};
use crate::tables::table::Cell;

/// What a row's `task` says.
pub const TASK: &str = "eas build";

/// Whether a JSON text is a list of builds, or one build.
#[must_use]
pub fn looks_like(text: &str) -> bool {
    ["\"buildProfile\"", "\"gitCommitHash\"", "\"appBuildVersion\""].iter().filter(|key| text.contains(**key)).count()
        > 1
}

/// Reads an answer. A build for internal distribution is a channel of its own: testers install it by its link. One for
/// a store is offered to nobody until it was submitted.
pub fn parse(input: &str, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, build) in builds(input, parsed) {
        let created = time(&build, "createdAt");
        if created.is_null() {
            parsed.lose(line, "a build without a time", &build.to_string());
            continue;
        }
        let lower = |name: &str| text(&build, name).map(|word| word.to_ascii_lowercase());
        let (platform, distribution) = (lower("platform"), lower("distribution"));
        let number = text(&build, "appBuildVersion");
        let words =
            [text(&build, "appVersion"), number.as_ref().map(|n| format!("({n})")), text(&build, "buildProfile")];
        // What was built from a changed tree is not what the commit holds.
        let dirty = at(&build, "isGitWorkingTreeDirty").as_bool() == Some(true);
        let channel = (distribution.as_deref() == Some("internal"))
            .then(|| format!("eas-internal-{}", platform.as_deref().unwrap_or("unknown")));
        let cells = [
            ("ts", created),
            ("finished_at", time(&build, "completedAt")),
            ("id", cell(&build, "id")),
            ("service", Cell::from(text(&build, "project.slug"))),
            ("environment", Cell::from(channel)),
            ("build", Cell::from(number)),
            ("sha", if dirty { Cell::Null } else { cell(&build, "gitCommitHash") }),
            ("state", Cell::from(state(lower("status").as_deref()))),
            ("task", Cell::from(TASK)),
            ("description", Cell::from(words.into_iter().flatten().collect::<Vec<_>>().join(" "))),
            ("platform", Cell::from(platform)),
            ("profile", cell(&build, "buildProfile")),
            ("distribution", Cell::from(distribution)),
        ];
        parsed.keep(context, line, &cells);
    }
}

/// A list, or one build by itself.
fn builds(input: &str, parsed: &mut Parsed) -> Vec<(u64, Value)> {
    match serde_json::from_str::<Value>(input) {
        Ok(one) if one.get("createdAt").is_some() => {
            parsed.ledger.fetched += 1;
            vec![(1, one)]
        }
        _ => array(input, &["builds", "data"], parsed).0,
    }
}

/// The state in the words of deployments.
fn state(status: Option<&str>) -> &'static str {
    match status {
        Some("finished") => "success",
        Some("errored") => "failure",
        Some("canceled" | "pending_cancel") => "inactive",
        _ => "in_progress",
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::tables::schema::TableName;

    #[test]
    fn a_build_is_a_row_with_its_platform_profile_and_commit() {
        let build = |more: &str| {
            format!(
                r#"{{"id":"b1","status":"FINISHED","platform":"IOS","distribution":"INTERNAL","buildProfile":"preview","appVersion":"1.4.0","appBuildVersion":"8","gitCommitHash":"abc","createdAt":"2026-05-01T10:00:00Z","completedAt":"2026-05-01T10:20:00Z"{more}}}"#
            )
        };
        let read = |text: &str| {
            let zone = TimeZone::UTC;
            let context = Context { file: "f", source: "s", zone: &zone };
            let mut parsed = Parsed::new(TableName::Deploys);
            parse(text, &context, &mut parsed);
            let at = |name: &str| TableName::Deploys.columns().iter().position(|(n, _)| *n == name).expect("a column");
            let texts = |row: &super::super::Row, name: &str| row.cells()[at(name)].as_text().map(str::to_owned);
            let rows: Vec<Vec<Option<String>>> = parsed
                .rows
                .iter()
                .map(|row| {
                    ["build", "sha", "state", "platform", "profile", "environment"].map(|n| texts(row, n)).to_vec()
                })
                .collect();
            (rows, parsed.ledger.lost)
        };
        let words = |all: [&str; 6]| all.map(|w| (!w.is_empty()).then(|| w.to_owned())).to_vec();
        let whole = words(["8", "abc", "success", "ios", "preview", "eas-internal-ios"]);
        assert_eq!(read(&format!("[{}]", build(""))), (vec![whole.clone()], 0));
        assert_eq!(read(&build("")), (vec![whole], 0), "one by itself");
        let dirty = read(&format!("[{}]", build(",\"isGitWorkingTreeDirty\":true")));
        assert_eq!(dirty.0[0][1], None, "the commit does not hold what was built");
        let store = build("").replace("INTERNAL", "STORE").replace("FINISHED", "ERRORED");
        assert_eq!(read(&format!("[{store}]")).0, [words(["8", "abc", "failure", "ios", "preview", ""])]);
        assert_eq!(read("[{\"id\":\"b\",\"buildProfile\":\"x\"}]").1, 1);
        assert!(looks_like(&build("")) && !looks_like("[{\"environment\":\"production\"}]"));
    }
}
