//! What the team's tools leave behind: CI, JUnit reports, deployments, issues.

use serde_json::{Value, json};

use super::clock::{HOUR, MINUTE, SECOND, iso_seconds};
use super::random::Random;
use super::truth::World;

const REPOSITORY: &str = "https://git.harbour.example/trading";

/// Jobs and how long each takes, in seconds.
const JOBS: &[(&str, i64)] = &[
    ("pnpm verify", 212),
    ("pnpm lint", 186),
    ("pnpm smoke:release", 254),
    ("pnpm --filter @bytelyst/trading-mobile typecheck", 171),
];

/// JUnit reports: file, job, suites with their cases.
type Suite = (&'static str, &'static [&'static str]);
const REPORTS: &[(&str, &str, &[Suite])] = &[
    (
        "verify",
        "pnpm verify",
        &[
            ("shared/flags.test.ts", &["names every tab flag", "ignores unknown flags"]),
            ("backend/book.test.ts", &["returns the caller's book only", "keeps revisions rising"]),
            ("mobile/session.test.tsx", &["restores a stored session", "clears it on sign-out"]),
        ],
    ),
    ("lint", "pnpm lint", &[("mobile/app", &["eslint"]), ("backend/src", &["eslint"])]),
    (
        "smoke-release",
        "pnpm smoke:release",
        &[("smoke/contracts.test.ts", &["mobile platform contract compiles", "web contract compiles"])],
    ),
    (
        "mobile-typecheck",
        "pnpm --filter @bytelyst/trading-mobile typecheck",
        &[("tsc -p mobile/tsconfig.json", &["typecheck"])],
    ),
];

/// The commit of a build: the same wherever it is named.
pub(crate) fn commit(world: &World<'_>, what: &str) -> String {
    Random::new(world.scenario.seed, &format!("commit {what}")).hex(40)
}

/// `ci/check-runs.json`: each build's commit has its own runs; the newest first.
pub(crate) fn check_runs(world: &World<'_>) -> Value {
    let mut random = Random::new(world.scenario.seed, "check runs");
    let mut runs = Vec::new();
    for build in world.builds().rev() {
        for (nth, (name, seconds)) in JOBS.iter().enumerate().rev() {
            let started = build.published - 90 * MINUTE + nth as i64 * 20 * SECOND;
            let id = random.between(42_000_000_000, 43_000_000_000);
            runs.push(json!({
                "id": id,
                "name": name,
                "head_sha": commit(world, build.number),
                "status": "completed",
                "conclusion": "success",
                "started_at": iso_seconds(started),
                "completed_at": iso_seconds(started + seconds * SECOND),
                "html_url": format!("{REPOSITORY}/runs/{id}"),
                "output": { "title": null },
            }));
        }
    }
    json!({ "total_count": runs.len(), "check_runs": runs })
}

/// JUnit reports of the candidate by file name.
pub(crate) fn junit(world: &World<'_>) -> Vec<(String, String)> {
    let mut random = Random::new(world.scenario.seed, "junit");
    let started = world.builds().last().map_or(0, |b| b.published - 90 * MINUTE);
    let mut reports = Vec::new();
    for (file, job, suites) in REPORTS {
        let cases: usize = suites.iter().map(|(_, cases)| cases.len()).sum();
        let mut text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites name=\"{job}\" tests=\"{cases}\" failures=\"0\" errors=\"0\">\n"
        );
        for (suite, cases) in *suites {
            text.push_str(&format!(
                "  <testsuite name=\"{suite}\" timestamp=\"{}\" tests=\"{}\" failures=\"0\" errors=\"0\">\n",
                iso_seconds(started),
                cases.len()
            ));
            for case in *cases {
                let ms = random.between(80, 2_400);
                text.push_str(&format!(
                    "    <testcase classname=\"{suite}\" name=\"{case}\" time=\"{}.{:03}\"/>\n",
                    ms / 1000,
                    ms % 1000
                ));
            }
            text.push_str("  </testsuite>\n");
        }
        text.push_str("</testsuites>\n");
        reports.push((format!("ci/junit/{file}.xml"), text));
    }
    reports
}

fn ids(world: &World<'_>, random: &mut Random) -> Vec<i64> {
    world.scenario.deploys.iter().map(|_| random.between(1_900_000_000, 1_999_999_999)).collect()
}

/// The deployment's id and commit of a deploy by its place in the scenario.
pub(crate) fn deployment_of(world: &World<'_>, deploy: usize) -> (i64, String) {
    let id = ids(world, &mut Random::new(world.scenario.seed, "deploys"))[deploy];
    let of = &world.scenario.deploys[deploy];
    (id, commit(world, &format!("{} {}", of.service, of.version)))
}

/// `deploys.json`: deployments of services and builds with their statuses, the newest first.
pub(crate) fn deploys(world: &World<'_>) -> Value {
    let mut random = Random::new(world.scenario.seed, "deploys");
    let ids = ids(world, &mut random);
    let mut all: Vec<(i64, Value)> = Vec::new();
    for (deploy, id) in world.scenario.deploys.iter().zip(&ids) {
        let mut payload = json!({ "service": deploy.service });
        let mut task = "deploy";
        if let Some(of) = deploy.rollback_of {
            payload["rollback_of"] = json!(ids[of]);
            task = "deploy:rollback";
        }
        let sha = commit(world, &format!("{} {}", deploy.service, deploy.version));
        let what = format!("{} {}", deploy.service, deploy.version);
        all.push((deploy.at, deployment(*id, task, &sha, "production", &what, payload, deploy.at)));
    }
    for build in world.builds() {
        for channel in ["play-internal", "testflight-internal"] {
            let at = build.published - 5 * MINUTE;
            let payload = json!({ "service": "mobile", "build": build.number });
            let what = format!("mobile 1.4.0 ({}) preview", build.number);
            let id = random.between(1_900_000_000, 1_999_999_999);
            all.push((at, deployment(id, "deploy", &commit(world, build.number), channel, &what, payload, at)));
        }
    }
    all.retain(|(at, _)| *at < world.until);
    all.sort_by_key(|(at, _)| -at);
    Value::Array(all.into_iter().map(|(_, deploy)| deploy).collect())
}

fn deployment(id: i64, task: &str, sha: &str, environment: &str, what: &str, payload: Value, at: i64) -> Value {
    let status = |state: &str, after: i64| json!({ "state": state, "created_at": iso_seconds(at + after * SECOND) });
    json!({
        "id": id,
        "task": task,
        "sha": sha,
        "ref": "main",
        "environment": environment,
        "description": what,
        "payload": payload,
        "creator": { "login": "release-bot" },
        "created_at": iso_seconds(at),
        "statuses": [status("success", 120), status("in_progress", 20)],
    })
}

/// `bugs.json`: issues and pull requests, the newest first.
pub(crate) fn issues(world: &World<'_>) -> Value {
    let mut all: Vec<Value> = Vec::new();
    for issue in world.scenario.issues.iter().filter(|issue| issue.opened < world.until) {
        let closed = issue.closed.filter(|at| *at < world.until);
        let labels: Vec<Value> = issue.labels.iter().map(|name| json!({ "name": name })).collect();
        let mut value = json!({
            "id": 2_900_000_000_i64 + issue.number,
            "number": issue.number,
            "title": issue.title,
            "state": if closed.is_some() { "closed" } else { "open" },
            "labels": labels,
            "created_at": iso_seconds(issue.opened),
            "updated_at": iso_seconds(closed.unwrap_or(issue.opened + HOUR)),
            "closed_at": closed.map(iso_seconds),
            "html_url": format!("{REPOSITORY}/issues/{}", issue.number),
        });
        if issue.pull_request {
            value["pull_request"] = json!({ "url": format!("{REPOSITORY}/pulls/{}", issue.number) });
        }
        all.push(value);
    }
    Value::Array(all)
}
