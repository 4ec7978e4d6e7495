//! How testers get the app: Expo Go, of which no store tells crashes, and builds made by EAS.

use serde_json::{Value, json};

use crate::runbook::notes;
use crate::support::{Scratch, check};

/// The good beta, with its deployments changed.
fn beta(change: impl Fn(&mut Vec<Value>)) -> Scratch {
    let scratch = Scratch::sample("mobile-beta");
    let mut deploys: Vec<Value> = serde_json::from_slice(&scratch.read("deploys.json")).expect("JSON");
    change(&mut deploys);
    scratch.write("deploys.json", serde_json::to_vec(&deploys).expect("JSON"));
    scratch
}

/// The commit of the candidate, build 8.
fn commit() -> String {
    let deploys = Scratch::sample("mobile-beta").json("deploys.json");
    let of = deploys.as_array().expect("deployments").iter().find(|d| d["payload"]["build"] == "8").expect("build 8");
    of["sha"].as_str().expect("a commit").to_owned()
}

/// The good beta as it would be in Expo Go: nothing distributed, no store, a dev server at the candidate's commit.
fn expo_go(declared: bool) -> Scratch {
    let scratch = beta(|all| all.retain(|d| d["payload"]["build"].is_null()));
    std::fs::remove_dir_all(scratch.path().join("testflight")).expect("removed");
    let config = scratch.text("cutover.toml").replace("[stage]\n", &format!("[stage]\ncommit = \"{}\"\n", commit()));
    let (mut kept, mut skipped) = (Vec::new(), 0);
    for part in config.split("\n[[").map(str::to_owned) {
        if part.contains("testflight/") {
            skipped += 1;
        } else {
            kept.push(part);
        }
    }
    assert_eq!(skipped, 2, "the two sources of TestFlight");
    let params = if declared { "\n[params]\ndistribution = \"expo-go\"\n" } else { "" };
    scratch.write("cutover.toml", kept.join("\n[[") + params);
    let published = |line: &&str| !line.contains("distribution.");
    let audit: Vec<String> = scratch.text("audit-events.jsonl").lines().filter(published).map(str::to_owned).collect();
    scratch.write("audit-events.jsonl", audit.join("\n") + "\n");
    scratch
}

fn packet(scratch: &Scratch, code: i32) -> Value {
    scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(code);
    scratch.json("packet/signoff.json")
}

fn verdict<'a>(packet: &'a Value, item: &str) -> &'a str {
    check(packet, item)["verdict"].as_str().expect("a verdict")
}

#[test]
fn expo_go_rests_on_device_logs_and_says_so() {
    let go = packet(&expo_go(true), 0);
    let verdicts = ["S1.1", "S1.2", "S1.3", "S1.5", "R3", "G13"].map(|item| verdict(&go, item));
    assert_eq!(verdicts, ["pass", "n/a", "n/a", "pass", "pass", "pass"]);
    assert!(notes(&go, "candidate").iter().any(|n| n.contains("Expo Go") && n.contains("device logs")));
    assert_eq!(go["packet"]["channels"], json!(["Expo Go"]));
    assert_eq!(go["packet"]["commit"], commit());
}

#[test]
fn expo_go_without_a_testers_device_log_excludes_no_crash() {
    let scratch = expo_go(true);
    let log = crate::support::files(&scratch.path().join("devices"))
        .into_iter()
        .find(|f| f.to_string_lossy().starts_with("t02"));
    std::fs::remove_file(scratch.path().join("devices").join(log.expect("a log"))).expect("removed");
    let waiting = packet(&scratch, 11);
    assert_eq!(verdict(&waiting, "R3"), "no-data", "a crash of t02 cannot be excluded");
    let trigger = waiting["triggers"].as_array().expect("triggers").iter().find(|t| t["check"] == "r3_launch_crash");
    assert_eq!(trigger.expect("R3")["state"], "CANNOT EXCLUDE");
}

#[test]
fn without_crash_reports_and_without_saying_expo_go_no_crash_is_excluded() {
    let waiting = packet(&expo_go(false), 11);
    assert_eq!(verdict(&waiting, "R3"), "no-data");
    assert_eq!(verdict(&waiting, "S1.1"), "no-data");
}

#[test]
fn expo_go_cannot_be_declared_over_a_native_build() {
    let scratch = Scratch::sample("mobile-beta");
    let config = scratch.text("cutover.toml");
    let (mut kept, params) = (Vec::new(), "\n[params]\ndistribution = \"expo-go\"\n");
    kept.extend(config.split("\n[[").filter(|part| !part.contains("CrashSubmissions")));
    scratch.write("cutover.toml", kept.join("\n[[") + params);
    let waiting = packet(&scratch, 11);
    assert_eq!((verdict(&waiting, "S1.1"), verdict(&waiting, "R3")), ("fail", "no-data"));
    scratch.write("cutover.toml", config.clone() + &params.replace("expo-go", "expo_go"));
    let run = scratch.run(&["signoff"]).ends(2);
    assert!(run.err().contains("did you mean `expo-go`?") && run.err().contains('^'), "{}", run.err());
}

fn build(platform: &str, distribution: &str, status: &str, sha: &str) -> Value {
    json!({
        "id": format!("eas-{platform}"), "status": status, "platform": platform, "distribution": distribution,
        "buildProfile": if distribution == "INTERNAL" { "preview" } else { "store-preview" },
        "appVersion": "1.4.0", "appBuildVersion": "8", "gitCommitHash": sha, "project": {"slug": "harbour"},
        "createdAt": "2026-09-08T07:00:00.000Z", "completedAt": "2026-09-08T07:20:00.000Z",
        "isGitWorkingTreeDirty": false,
    })
}

/// The good beta with builds of EAS beside its deployments.
fn eas(builds: &[Value]) -> Scratch {
    let scratch = Scratch::sample("mobile-beta");
    scratch.write("eas/builds.json", serde_json::to_vec_pretty(builds).expect("JSON"));
    let source = "\n[[source]]\nname = \"eas\"\ntable = \"deploys\"\nkind = \"files\"\npaths = [\"eas/*.json\"]\n";
    scratch.write("cutover.toml", scratch.text("cutover.toml") + source);
    scratch
}

#[test]
fn eas_builds_of_the_candidates_commit_are_its_builds() {
    let sha = commit();
    let store =
        packet(&eas(&[build("IOS", "STORE", "FINISHED", &sha), build("ANDROID", "STORE", "FINISHED", &sha)]), 0);
    assert_eq!((verdict(&store, "S1.2"), verdict(&store, "S1.3")), ("pass", "pass"));
    assert_eq!(check(&store, "S1.2")["sentence"], "EAS built the candidate's commit for each platform");
    assert!(!notes(&store, "candidate").iter().any(|n| n.contains("EAS")));

    let one = packet(&eas(&[build("IOS", "STORE", "FINISHED", &sha), build("ANDROID", "STORE", "ERRORED", &sha)]), 0);
    assert_eq!(verdict(&one, "S1.2"), "no-data", "{}", check(&one, "S1.2"));
    let other = "0123456789abcdef0123456789abcdef01234567";
    let wrong =
        packet(&eas(&[build("IOS", "STORE", "FINISHED", other), build("ANDROID", "STORE", "FINISHED", &sha)]), 0);
    assert_eq!(verdict(&wrong, "S1.2"), "fail");
}

#[test]
fn a_preview_build_for_internal_distribution_cannot_be_in_a_store() {
    let sha = commit();
    let builds = [build("IOS", "INTERNAL", "FINISHED", &sha), build("ANDROID", "INTERNAL", "FINISHED", &sha)];
    let told = packet(&eas(&builds), 0);
    assert_eq!((verdict(&told, "S1.2"), verdict(&told, "S1.3")), ("pass", "inconclusive"));
    let note = notes(&told, "candidate").into_iter().find(|n| n.contains("EAS")).expect("the lint");
    assert!(note.contains("android and ios") && note.contains("preview") && note.contains("production"), "{note}");
    let deploys = told["coverage"].as_array().expect("coverage").iter().find(|r| r["source"] == "eas").expect("eas");
    assert_eq!((&deploys["parsed"], &deploys["lost"]), (&json!(2), &json!(0)));
}
