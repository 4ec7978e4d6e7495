//! What the team's tools say: CI, reports, probes, deploys, the app's settings, issues, feedback, documents.

use serde_json::{Value, json};

use super::super::clock::{MINUTE, iso, iso_seconds};
use super::super::write::Files;
use super::edit_files::{append, drop_lines, json, lines, replace, rows, text};

const RUNS: &str = "ci/check-runs.json";

/// The jobs by how their names begin.
pub(crate) const VERIFY: &str = "pnpm verify";
pub(crate) const LINT: &str = "pnpm lint";
pub(crate) const SMOKE: &str = "pnpm smoke:release";
pub(crate) const TYPECHECK: &str = "pnpm --filter";

/// Changes the candidate's run of a job; the newest build's runs come first.
fn run(files: &mut Files, job: &str, change: impl Fn(&mut Value)) {
    json(files, RUNS, |value| {
        let runs = value["check_runs"].as_array_mut().expect("runs");
        let run = runs.iter_mut().find(|r| r["name"].as_str().is_some_and(|n| n.starts_with(job))).expect("the job");
        change(run);
    });
}

/// The job ended otherwise at the candidate's commit.
pub(crate) fn concluded(files: &mut Files, job: &str, conclusion: &str) {
    run(files, job, |run| run["conclusion"] = json!(conclusion));
}

/// The job has not ended.
pub(crate) fn still_running(files: &mut Files, job: &str) {
    run(files, job, |run| {
        (run["status"], run["conclusion"], run["completed_at"]) = (json!("in_progress"), Value::Null, Value::Null);
    });
}

/// The job ran for another commit than the candidate's.
pub(crate) fn other_commit(files: &mut Files, job: &str) {
    run(files, job, |run| run["head_sha"] = json!("f".repeat(40)));
}

/// The job was run again, some minutes before or behind, and ended otherwise.
pub(crate) fn again(files: &mut Files, job: &str, conclusion: &str, minutes: i64) {
    json(files, RUNS, |value| {
        let runs = value["check_runs"].as_array_mut().expect("runs");
        let is = |r: &&Value| r["name"].as_str().is_some_and(|n| n.starts_with(job));
        let mut other = runs.iter().find(is).expect("the job").clone();
        let shift = |at: &Value| {
            let at = super::super::clock::parse(at.as_str().unwrap_or_default()).expect("a time");
            json!(iso_seconds(at + minutes * MINUTE))
        };
        (other["id"], other["conclusion"]) = (json!(7), json!(conclusion));
        (other["started_at"], other["completed_at"]) = (shift(&other["started_at"]), shift(&other["completed_at"]));
        runs.push(other);
        value["total_count"] = json!(value["check_runs"].as_array().map_or(0, Vec::len));
    });
}

/// The page with the runs is one of several.
pub(crate) fn more_pages(files: &mut Files) {
    json(files, RUNS, |value| value["total_count"] = json!(99));
}

/// A case of a JUnit report failed, whatever the check run says.
pub(crate) fn report_fails(files: &mut Files, report: &str) {
    let text = text(files, &format!("ci/junit/{report}.xml"));
    *text = text.replacen("\"/>", "\"><failure message=\"expected 1, got 2\">x</failure></testcase>", 1);
    *text = text.replace("failures=\"0\"", "failures=\"1\"");
}

/// The contract step was not run.
pub(crate) fn no_contract_step(files: &mut Files) {
    drop_lines(files, "ci/junit/smoke-release.xml", |line| line.contains("mobile platform contract"));
}

/// The contract step was skipped.
pub(crate) fn contract_step_skipped(files: &mut Files) {
    lines(files, "ci/junit/smoke-release.xml", |line| {
        let skipped = line.contains("mobile platform contract");
        vec![if skipped { line.replace("\"/>", "\"><skipped/></testcase>") } else { line.to_owned() }]
    });
}

/// Changes the probes of a name since a time; `None` takes one away.
pub(crate) fn probes(files: &mut Files, name: &str, from: i64, change: impl Fn(usize, &mut Value) -> bool) {
    let (from, mut nth) = (iso(from), 0);
    lines(files, "probes/", |line| {
        let mut value: Value = serde_json::from_str(line).expect("JSON");
        if value["probe"] != name || value["ts"].as_str().is_some_and(|ts| ts < from.as_str()) {
            return vec![line.to_owned()];
        }
        nth += 1;
        if change(nth - 1, &mut value) { vec![value.to_string()] } else { Vec::new() }
    });
}

/// The health endpoint fails for so many probes in a row.
pub(crate) fn unhealthy(files: &mut Files, from: i64, times: usize, status: u16) {
    probes(files, "health_live", from, |nth, probe| {
        if nth < times {
            probe["status"] = json!(status);
        }
        true
    });
}

/// Probes fail now and then: every so many of them.
pub(crate) fn sometimes_unhealthy(files: &mut Files, from: i64, every: usize) {
    probes(files, "health_live", from, |nth, probe| {
        if nth % every == every - 1 {
            probe["status"] = json!(500);
        }
        true
    });
}

/// The handshake fails from outside for so many probes in a row.
pub(crate) fn unreachable(files: &mut Files, from: i64, times: usize, result: &str) {
    let mut seen = 0;
    let from = iso(from);
    lines(files, "probes/", |line| {
        let mut value: Value = serde_json::from_str(line).expect("JSON");
        let outside = value["vantage"].as_str().is_some_and(|v| v != "internal");
        if value["probe"] != "ws_handshake" || !outside || value["ts"].as_str().is_some_and(|ts| ts < from.as_str()) {
            return vec![line.to_owned()];
        }
        seen += 1;
        if seen <= times {
            value["result"] = json!(result);
        }
        vec![value.to_string()]
    });
}

/// Nobody probes the socket from outside.
pub(crate) fn only_inside(files: &mut Files) {
    drop_lines(files, "probes/", |line| line.contains("ws_handshake") && line.contains("external"));
}

/// The flags come without one that must be there, or are no JSON.
pub(crate) fn flags(files: &mut Files, from: i64, body: &str) {
    probes(files, "feature_flags", from, |_, probe| {
        probe["body"] = json!(body);
        true
    });
}

/// A setting of the app in the device logs that begin like this; a build by itself begins at its launch.
pub(crate) fn setting(files: &mut Files, devices: &str, name: &str, value: &str) {
    let key = format!("{name}=");
    lines(files, devices, |line| {
        let Some((head, tail)) = line.split_once(&key) else { return vec![line.to_owned()] };
        let rest = tail.split_once(' ').map_or(String::new(), |(_, rest)| format!(" {rest}"));
        vec![format!("{head}{key}{value}{rest}")]
    });
}

/// An issue of the tracker.
pub(crate) fn issue(files: &mut Files, labels: &[&str], state: &str, opened: i64, pull_request: bool) {
    json(files, "bugs.json", |value| {
        let all = value.as_array_mut().expect("issues");
        let mut issue = all[0].clone();
        let labels: Vec<Value> = labels.iter().map(|name| json!({ "name": name })).collect();
        (issue["number"], issue["id"], issue["title"]) = (json!(200), json!(2_900_000_200_i64), json!("It is broken"));
        (issue["labels"], issue["state"], issue["created_at"]) =
            (json!(labels), json!(state), json!(iso_seconds(opened)));
        if state == "closed" {
            issue["closed_at"] = json!(iso_seconds(opened + 60 * MINUTE));
        }
        if pull_request {
            issue["pull_request"] = json!({ "url": "https://git.harbour.example/trading/pulls/200" });
        }
        all.push(issue);
    });
}

/// A word in the triage column of the form's first entry.
pub(crate) fn triage(files: &mut Files, word: &str) {
    rows(files, "feedback.csv", |rows| {
        let column = rows[0].iter().position(|name| name == "Triage").expect("the column");
        word.clone_into(&mut rows[1][column]);
    });
}

/// The stage before was not finished.
pub(crate) fn stage_before_open(files: &mut Files, line: &str) {
    replace(files, "docs/CUTOVER_WEB.md", &format!("- [x] {line}"), &format!("- [ ] {line}"));
}

/// The stage before fired a trigger.
pub(crate) fn stage_before_fired(files: &mut Files) {
    replace(files, "docs/CUTOVER_WEB.md", "no rollback triggers fired", "one rollback trigger fired (R2)");
}

/// Nobody owns the rollback: neither attested nor in the configuration.
pub(crate) fn no_owner(files: &mut Files) {
    lines(files, "cutover.toml", |line| {
        vec![if line.starts_with("owner ") { "owner      = \"\"".to_owned() } else { line.to_owned() }]
    });
}

/// The service starts again and again.
pub(crate) fn crash_loop(files: &mut Files, day: &str, from: i64, times: i64, every: i64) {
    for nth in 0..times {
        let at = from + nth * every;
        append(
            files,
            &format!("logs/backend/backend-{day}"),
            &format!("{} Server listening on 0.0.0.0:8080\n", iso(at)),
        );
    }
}

/// The state of the service's deploys between the web cutover and the beta.
pub(crate) fn deploys(files: &mut Files, state: &str) {
    json(files, "deploys.json", |value| {
        for deploy in value.as_array_mut().expect("deploys") {
            if deploy["payload"]["service"] == "trading-backend" {
                deploy["statuses"][0]["state"] = json!(state);
            }
        }
    });
}

/// The candidate is offered in one channel only.
pub(crate) fn one_channel(files: &mut Files, gone: &str) {
    json(files, "deploys.json", |value| {
        value.as_array_mut().expect("deploys").retain(|d| d["environment"] != gone || d["payload"]["build"] != "8");
    });
}

/// An audit event.
pub(crate) fn audit(files: &mut Files, at: i64, action: &str, target: (&str, &str), details: Value) {
    let event = json!({
        "id": format!("aud_{at}"),
        "ts": iso(at),
        "productId": "harbour-trading",
        "actor": "usr_0000000000",
        "action": action,
        "target": { "type": target.0, "id": target.1 },
        "metadata": details,
    });
    append(files, "audit-events.jsonl", &format!("{event}\n"));
}
