//! What is asked of a repository and what is kept of the answers.

use serde_json::{Value, json};

use super::super::server::Fake;
use super::super::{Held, beta, collect};
use super::{Repository, source};
use crate::support::Scratch;

fn issue(number: u64, state: &str, labels: &[&str], created: &str, updated: &str) -> Value {
    let labels: Vec<Value> = labels.iter().map(|name| json!({"name": name})).collect();
    json!({"id": 9_000_000 + number, "number": number, "title": "t", "state": state, "labels": labels,
        "created_at": created, "updated_at": updated, "closed_at": null, "html_url": "https://h.example/1"})
}

fn collected(repository: Repository, table: &str, more: &str) -> (Scratch, Fake) {
    let fake = Fake::start(move |asked| repository.answer(asked));
    let config = source("github", table, more).replace("{url}", &fake.url()).replace("{limits}", "");
    let scratch = beta(&config);
    collect(&scratch).ends(0);
    (scratch, fake)
}

#[test]
fn issues_are_those_that_are_open_and_those_that_changed_in_the_window() {
    let (old, inside) = ("2026-03-01T00:00:00Z", "2026-05-02T10:00:00Z");
    let repository = Repository {
        issues: vec![
            issue(1, "open", &["P1"], old, old),
            issue(2, "closed", &["P0"], old, old),
            issue(3, "closed", &["P0", "mobile"], old, inside),
            issue(4, "open", &["P1", "P0"], inside, inside),
            issue(5, "open", &[], inside, inside),
        ],
        ..Repository::default()
    };
    let (scratch, _) = collected(repository.clone(), "bugs", "");
    let held = Held::of(&scratch, "github");
    assert_eq!((held.rows, held.gaps.len(), held.records.len()), (4, 0, 1), "not the one that was closed before");
    assert_eq!(held.records[0]["file"], "github/github:acme/app");
    let ledger = &held.records[0]["ledger"];
    assert_eq!((ledger["fetched"].as_u64(), ledger["repeated"].as_u64()), (Some(6), Some(2)));
    let (scratch, fake) = collected(repository, "bugs", "labels = [\"P0\", \"P1,P0\"]");
    assert_eq!(Held::of(&scratch, "github").rows, 2, "one question per entry; a comma means both labels");
    assert!(fake.asked().iter().all(|a| ["P0", "P1,P0"].contains(&a.field("labels"))));
}

#[test]
fn the_same_records_give_the_same_hash_and_another_one_another() {
    let at = "2026-05-02T10:00:00Z";
    let of = |issues: Vec<Value>| {
        let (scratch, _) = collected(Repository { issues, ..Repository::default() }, "bugs", "");
        Held::of(&scratch, "github").records[0]["sha256"].as_str().expect("a hash").to_owned()
    };
    let (one, two) = (issue(1, "open", &["P1"], at, at), issue(2, "open", &["P1"], at, at));
    let first = of(vec![one.clone(), two.clone()]);
    let mut touched = one.clone();
    touched["updated_at"] = json!("2026-05-02T11:00:00Z");
    touched["comments"] = json!(7);
    assert_eq!(of(vec![two.clone(), touched]), first);
    assert_ne!(of(vec![two, issue(1, "closed", &["P1"], at, at)]), first);
}

#[test]
fn what_was_whole_before_stays_when_a_later_pull_fails() {
    let at = "2026-05-02T10:00:00Z";
    let repository = Repository { issues: vec![issue(1, "open", &["P1"], at, at)], ..Repository::default() };
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let fake = Fake::start(move |asked| match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 | 1 => repository.answer(asked),
        _ => super::refusal(404, "Not Found"),
    });
    let config = source("github", "bugs", "").replace("{url}", &fake.url()).replace("{limits}", "");
    let scratch = beta(&config);
    collect(&scratch).ends(0);
    let whole = Held::of(&scratch, "github").records;
    scratch.run_at("2026-06-02T00:00:00Z", &["collect", "--strict"]).ends(3);
    let held = Held::of(&scratch, "github");
    assert_eq!(held.records, whole);
    assert!(held.gaps[0].contains("what was collected at 2026-06-01T00:00:00Z stays"), "{:?}", held.gaps);
}

#[test]
fn a_green_second_attempt_does_not_hide_the_red_first_one() {
    let check = |id: u64, attempt: Option<u64>, conclusion: &str| {
        json!({"id": id, "run": 5, "attempt": attempt, "name": "pnpm verify", "head_sha": "abc", "status": "completed",
            "conclusion": conclusion, "started_at": "2026-05-02T10:00:00Z", "completed_at": "2026-05-02T10:05:00Z"})
    };
    let repository = Repository {
        checks: vec![check(11, Some(1), "failure"), check(12, None, "success")],
        runs: vec![json!({"id": 5, "head_sha": "abc", "run_attempt": 2, "created_at": "2026-05-02T10:00:00Z"})],
        ..Repository::default()
    };
    let (scratch, fake) = collected(repository, "ci", "");
    let held = Held::of(&scratch, "github");
    assert_eq!((held.rows, held.gaps.len()), (2, 0), "{:?}", held.gaps);
    let asked: Vec<String> = fake.asked().into_iter().map(|a| a.path).collect();
    assert!(asked.iter().any(|path| path.ends_with("/actions/runs/5/attempts/1/jobs")), "{asked:?}");
}

#[test]
fn more_runs_than_github_gives_are_asked_for_by_shorter_times() {
    let run = |n: u64| {
        let at = format!("2026-05-0{}T{:02}:{:02}:00Z", 1 + n / 1200, (n % 1200) / 60, n % 60);
        json!({"id": n, "head_sha": format!("sha{}", n / 600), "run_attempt": 1, "created_at": at})
    };
    let check = |n: u64| {
        json!({"id": n, "name": "job", "head_sha": format!("sha{n}"), "status": "completed", "conclusion": "success",
            "started_at": "2026-05-01T10:00:00Z", "completed_at": null})
    };
    let repository =
        Repository { runs: (0..2400).map(run).collect(), checks: (0..4).map(check).collect(), ..Repository::default() };
    let (scratch, fake) = collected(repository, "ci", "");
    let held = Held::of(&scratch, "github");
    assert_eq!((held.rows, held.gaps), (4, Vec::new()), "a commit whose runs are beyond the first 1,000 is not missed");
    assert!(fake.asked().len() > 24);
}

#[test]
fn an_artifact_is_fetched_once_and_stays_when_it_expires() {
    let artifact = |id: u64, expired: bool| {
        json!({"id": id, "name": "junit", "expired": expired, "created_at": "2026-05-02T10:00:00Z",
            "workflow_run": {"head_sha": "abc"}})
    };
    let report = |name: &str| {
        (name.to_owned(), format!("<testsuite name='{name}'>\n<testcase name='a'/>\n</testsuite>\n").into_bytes())
    };
    let repository = |expired: bool| Repository {
        artifacts: vec![artifact(2, expired), artifact(1, true)],
        reports: vec![report("b.xml"), report("a.xml")],
        ..Repository::default()
    };
    let (fresh, expired) = (repository(false), repository(true));
    let later = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let now = std::sync::Arc::clone(&later);
    let fake = Fake::start(move |asked| {
        if now.load(std::sync::atomic::Ordering::Relaxed) { expired.answer(asked) } else { fresh.answer(asked) }
    });
    let config = source("github", "ci", "artifact = [\"junit\", \"other\"]");
    let scratch = beta(&config.replace("{url}", &fake.url()).replace("{limits}", ""));
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "github");
    assert_eq!((held.rows, held.records.len()), (4, 1));
    let told = held.gaps.join("\n");
    assert!(told.contains("artifact `junit` of 2026-05-02T10:00:00Z (1) has expired"), "{told}");
    assert!(told.contains("no artifact is named `other`"), "{told}");
    later.store(true, std::sync::atomic::Ordering::Relaxed);
    let before = fake.asked().len();
    collect(&scratch).ends(0);
    assert_eq!(Held::of(&scratch, "github").records, held.records);
    assert_eq!(fake.asked().len(), before + 2, "only the lists are asked for again");
}

#[test]
fn deployments_come_since_ninety_days_before_the_baseline_or_since_a_time() {
    let deployment = |id: u64, at: &str| {
        json!({"id": id, "sha": "abc", "environment": "production", "payload": "{\"service\":\"api\"}", "created_at": at,
            "statuses": [{"id": id, "state": "success", "created_at": at}]})
    };
    let repository = Repository {
        deployments: vec![
            deployment(3, "2026-05-02T10:00:00Z"),
            deployment(2, "2026-02-10T10:00:00Z"),
            deployment(1, "2025-02-10T10:00:00Z"),
        ],
        ..Repository::default()
    };
    let (scratch, _) = collected(repository.clone(), "deploys", "");
    let held = Held::of(&scratch, "github");
    assert_eq!((held.rows, held.records[0]["ledger"]["attached"].as_u64()), (2, Some(1)));
    let (scratch, fake) = collected(repository, "deploys", "since = 2026-05-01T00:00:00Z");
    assert_eq!(Held::of(&scratch, "github").rows, 1);
    assert_eq!(fake.asked().len(), 2, "statuses of what is not wanted are not asked for");
}

#[test]
fn a_key_that_means_nothing_for_the_table_is_refused() {
    for (table, more, said) in [
        ("bugs", "artifact = [\"x\"]", "`artifact` is for ci"),
        ("ci", "labels = [\"P0\"]", "`labels` is for bugs"),
        ("ci", "artifact = [\"x\"]\ncommits = [\"main\"]", "`commits` is for check runs"),
        ("logs", "", "it fills bugs, ci, deploys"),
        ("bugs", "since = \"yesterday\"", "write it with its offset"),
    ] {
        let config = source("github", table, more).replace("{url}", "http://127.0.0.1:9").replace("{limits}", "");
        let run = collect(&beta(&config)).ends(2);
        assert!(run.err().contains(said), "{table} {more}: {}", run.err());
    }
    let config = source("github", "bugs", "").replace("{url}", "http://127.0.0.1:9").replace("{limits}", "");
    let run = collect(&beta(&config.replace("acme/app", "https://github.com/acme/app"))).ends(2);
    assert!(run.err().contains("names no repository"), "{}", run.err());
}

#[test]
fn the_doctor_looks_at_the_first_page_and_keeps_nothing() {
    let at = "2026-05-02T10:00:00Z";
    let repository =
        Repository { issues: (1..=150).map(|n| issue(n, "open", &[], at, at)).collect(), ..Repository::default() };
    let fake = Fake::start(move |asked| repository.answer(asked).header("x-oauth-scopes", "repo"));
    let config = source("github", "bugs", "attempts = 1").replace("{limits}", "");
    let scratch = beta(&config.replace("{url}", &fake.url()));
    let said = scratch.run_at("2026-05-02T12:00:00Z", &["doctor"]).ends(0).out();
    assert!(said.contains("answers, with 100 records") && said.contains("its credentials may write: repo"), "{said}");
    assert!(
        fake.asked().iter().all(|asked| asked.field("page").is_empty()) && !scratch.path().join(".cutover").exists()
    );
    let scratch = beta(&config.replace("{url}", "http://127.0.0.1:9"));
    let said = scratch.run_at("2026-05-02T12:00:00Z", &["doctor"]).ends(2).out();
    assert!(said.contains("127.0.0.1 cannot be reached"), "{said}");
}
