//! The sample's issues, check runs, deployments and JUnit reports served by the fake: judged as from the files.

use serde_json::{Value, json};

use super::super::server::Fake;
use super::super::{Held, verdicts};
use super::Repository;
use crate::support::{MOBILE_BETA, Scratch};

/// The sample's files as a repository.
fn of_sample(scratch: &Scratch) -> Repository {
    let checks = scratch.json("ci/check-runs.json")["check_runs"].as_array().cloned().expect("check runs");
    let runs = checks.iter().map(|check| {
        json!({"id": check["id"], "head_sha": check["head_sha"], "run_attempt": 1, "created_at": check["started_at"]})
    });
    let mut deployments = scratch.json("deploys.json").as_array().cloned().expect("deployments");
    for (number, deployment) in deployments.iter_mut().enumerate() {
        for (at, status) in deployment["statuses"].as_array_mut().expect("statuses").iter_mut().enumerate() {
            status["id"] = json!(number * 10 + at);
        }
    }
    let report = |name: &str| (format!("{name}.xml"), scratch.read(&format!("ci/junit/{name}.xml")));
    Repository {
        issues: scratch.json("bugs.json").as_array().cloned().expect("issues"),
        runs: runs.collect(),
        checks,
        deployments,
        artifacts: vec![json!({"id": 501, "name": "junit", "expired": false, "created_at": "2026-09-09T16:40:00Z",
            "workflow_run": {"id": 1, "head_sha": "2e55caa29ae05258b94a5cf0e3259b138b69ad42"}})],
        reports: ["lint", "mobile-typecheck", "smoke-release", "verify"].map(report).to_vec(),
    }
}

fn served(change: impl Fn(&mut Repository)) -> (Scratch, Value, i32) {
    let scratch = Scratch::sample("mobile-beta");
    let mut repository = of_sample(&scratch);
    change(&mut repository);
    let fake = Fake::start(move |asked| repository.answer(asked));
    let mut text = scratch.text("cutover.toml");
    for (files, more) in [
        ("paths = [\"ci/check-runs.json\"]", ""),
        ("paths = [\"ci/junit/*.xml\"]", "artifact = [\"junit\"]"),
        ("paths = [\"deploys.json\"]", ""),
        // One issue was closed before the baseline.
        ("paths = [\"bugs.json\"]", "since = 2026-08-01T00:00:00Z"),
    ] {
        let old = format!("kind  = \"files\"\n{files}");
        assert!(text.contains(&old), "{files}");
        let new = format!(
            "kind = \"github\"\nurl = \"{}/api/v3\"\nrepo = \"acme/app\"\ntoken = {{ file = \"token\" }}\n{more}",
            fake.url()
        );
        text = text.replace(&old, &new);
    }
    scratch.write("cutover.toml", text).write("token", "s3cret-token\n");
    let run = scratch.run_at("2026-09-13T00:00:00Z", &["signoff", "--format", "json", "--out", "packet"]);
    let packet = scratch.json("packet/signoff.json");
    assert!(!run.err().contains("s3cret"), "{}", run.err());
    (scratch, packet, run.code())
}

#[test]
fn the_sample_is_judged_as_from_its_files() {
    let (scratch, packet, code) = served(|_| {});
    let (files, _) = &*MOBILE_BETA;
    let expected = files.json("packet/signoff.json");
    assert_eq!(verdicts(&packet), verdicts(&expected));
    assert_eq!((code, &packet["decision"]["call"]), (0, &expected["decision"]["call"]));
    for (source, rows) in [("check-runs", 8), ("junit", 15), ("deployments", 10), ("issues", 5)] {
        let (held, plain) = (Held::of(&scratch, source), Held::of(files, source));
        assert_eq!((held.rows, held.gaps), (plain.rows, Vec::new()), "{source}");
        assert_eq!(held.rows, rows, "{source}");
    }
}

#[test]
fn an_open_p1_and_a_red_run_at_the_candidates_commit_are_found() {
    let (_, packet, code) = served(|repository| {
        let at = "2026-09-08T10:00:00Z";
        repository.issues.push(json!({"id": 1, "number": 200, "title": "Positions are empty", "state": "open",
            "labels": [{"name": "P1"}], "created_at": at, "updated_at": at, "closed_at": null, "html_url": ""}));
        for check in &mut repository.checks {
            if check["name"] == "pnpm verify" {
                check["conclusion"] = json!("failure");
            }
        }
    });
    let failed: Vec<String> =
        verdicts(&packet).into_iter().filter(|(_, verdict, _)| verdict == "fail").map(|(id, ..)| id).collect();
    for id in ["f2_no_open_bugs", "g01_verify"] {
        assert!(failed.iter().any(|f| f == id), "{id} in {failed:?}");
    }
    assert_ne!(code, 0);
}
