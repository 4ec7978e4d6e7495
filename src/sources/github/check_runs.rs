//! Check runs of commits, those of earlier attempts, too: a green second attempt does not hide a red first one.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt};
use jiff::SignedDuration;
use serde_json::Value;

use super::super::formats::json_records::{at, text};
use super::super::listing::gathered::Gathered;
use super::Asking;
use super::pages::{List, gap};
use crate::config::Window;
use crate::net::{Failure, FailureKind};

const RUNS: List = List { key: Some("workflow_runs"), time: "created_at", until: None };
const CHECKS: List = List { key: Some("check_runs"), time: "started_at", until: None };
const JOBS: List = List { key: Some("jobs"), time: "started_at", until: None };
/// Records that GitHub gives of a list that is narrowed by time, whatever there are.
const MOST_RUNS: u64 = 1000;
/// Commits whose check runs are asked for.
const MOST_COMMITS: usize = 2000;

impl Asking<'_> {
    /// Check runs of these commits; where none is named, of every commit for which a workflow ran in the asked time (on
    /// the branch, if one is named), and of the stage's own.
    pub(super) async fn check_runs(
        &self,
        commits: &[String],
        branch: Option<&str>,
        own: Option<&str>,
    ) -> Result<Gathered, Failure> {
        let mut all = Gathered::default();
        let mut runs = Gathered::default();
        let mut refs: BTreeSet<String> = commits.iter().cloned().collect();
        if commits.is_empty() {
            runs = self.runs(branch).await?;
            refs.extend(runs.iter().filter_map(|run| text(run, "head_sha")));
            refs.extend(own.map(str::to_owned));
        }
        for commit in commits.iter().filter(|c| c.len() == 40) {
            runs.add(self.list("actions/runs", &[("head_sha", commit)], RUNS).await?);
        }
        if refs.len() > MOST_COMMITS {
            let what = format!("workflows ran for {} commits; {MOST_COMMITS} were asked for", refs.len());
            all.lack(what, "narrow it with `branch`, a later `since`, or `commits`");
        }
        // A run as a whole is no row, but what is missing of the runs may be missing of the check runs.
        let earlier = if self.look { Vec::new() } else { earlier(&runs) };
        all.lacks(runs.into_records().1);
        let most = if self.look { 1 } else { MOST_COMMITS };
        let refs: Vec<String> = refs.into_iter().take(most).collect();
        let questions = refs.iter().map(|commit| self.of_commit(commit));
        if gather(&mut all, stream::iter(questions).buffered(self.concurrent)).await? {
            let questions = earlier.iter().map(|(run, attempt)| self.of_attempt(run, *attempt));
            gather(&mut all, stream::iter(questions).buffered(self.concurrent)).await?;
        }
        Ok(all)
    }

    async fn of_commit(&self, commit: &str) -> Result<Gathered, Failure> {
        let named: String = url_part(commit);
        self.list(&format!("commits/{named}/check-runs"), &[("filter", "all")], CHECKS).await
    }

    /// The jobs of an attempt; a job is a check run with the same number.
    async fn of_attempt(&self, run: &str, attempt: u64) -> Result<Gathered, Failure> {
        self.list(&format!("actions/runs/{run}/attempts/{attempt}/jobs"), &[], JOBS).await
    }

    /// Workflow runs that were made in the asked time, in halves of it where there are more than GitHub gives.
    async fn runs(&self, branch: Option<&str>) -> Result<Gathered, Failure> {
        let mut all = Gathered::default();
        let second = |at: jiff::Timestamp| at.as_second() * 1000;
        let mut open: Vec<Window> =
            Window::from_millis(second(self.since), second(self.now) + 1000).into_iter().collect();
        while let Some(window) = open.pop() {
            // Both ends of such a range are inside.
            let last = window.to.checked_sub(SignedDuration::from_secs(1)).unwrap_or(window.from);
            let created = format!("{}..{last}", window.from);
            let mut query = vec![("created", created.as_str())];
            query.extend(branch.map(|branch| ("branch", branch)));
            let count = self.count("actions/runs", &query).await?;
            if count > MOST_RUNS && !self.look && window.seconds() > 1 {
                let middle = window.from_ms() + window.seconds() / 2 * 1000;
                open.extend(Window::from_millis(middle, window.to_ms()));
                open.extend(Window::from_millis(window.from_ms(), middle));
                continue;
            }
            all.add(self.list("actions/runs", &query, RUNS).await?);
        }
        Ok(all)
    }
}

/// Takes all answers. One that is missing because of the commit costs only itself; others end the questions, and whether
/// it goes on is returned.
async fn gather(
    all: &mut Gathered,
    answers: impl futures_util::Stream<Item = Result<Gathered, Failure>>,
) -> Result<bool, Failure> {
    let mut answers = std::pin::pin!(answers);
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(gathered) => all.add(gathered),
            Err(failure) if matches!(failure.kind, FailureKind::NotFound | FailureKind::Refused) => {
                all.lacks([gap(failure)]);
            }
            Err(failure) if all.is_empty() => return Err(failure),
            Err(failure) => {
                all.lacks([gap(failure)]);
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Number of a run and of each of its attempts before the last.
fn earlier(runs: &Gathered) -> Vec<(String, u64)> {
    let of = |run: &Value| {
        let last = at(run, "run_attempt").as_u64().unwrap_or(1);
        text(run, "id").into_iter().flat_map(move |id| (1..last).map(move |attempt| (id.clone(), attempt)))
    };
    runs.iter().flat_map(of).collect()
}

/// A branch as one part of a path.
fn url_part(name: &str) -> String {
    name.bytes()
        .map(|b| match b {
            b'-' | b'_' | b'.' | b'/' => char::from(b).to_string(),
            b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect()
}
