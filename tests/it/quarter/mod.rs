//! Weekly runs over betas of many weeks: a source outage, gaps, a clock that is put back, missed, doubled and damaged
//! runs, a target that is down. Each week is delivered exactly once to each target.

mod beta;

use serde_json::Value;

use crate::worldgen;
use crate::worldgen::scenarios::quarter::{FIVE_WEEKS, QUARTER, Weeks, scenario};
use beta::Beta;

/// What befalls the runs. Weeks are counted from 0; the run on a week's Monday is the one after it.
struct Fate {
    /// Runs a second time.
    doubled: i64,
    /// The webhook is down.
    down: i64,
    /// Does not run at all.
    missed: i64,
    /// Is started twice at once.
    raced: i64,
    /// Finds the summary of the week three before damaged.
    damaged: i64,
    /// Finds the last summary damaged.
    damaged_last: Option<i64>,
}

#[test]
fn five_weeks_around_an_outage_and_a_clock_change_are_each_delivered_once() -> anyhow::Result<()> {
    let fate = Fate { doubled: 0, down: 1, missed: 2, raced: 4, damaged: 4, damaged_last: None };
    every_week_is_delivered_once(&FIVE_WEEKS, &fate)
}

#[test]
#[ignore = "takes minutes; the five weeks run always"]
fn a_quarter_of_weekly_runs_delivers_each_week_once() -> anyhow::Result<()> {
    let fate = Fate { doubled: 1, down: 4, missed: 6, raced: 8, damaged: 10, damaged_last: Some(11) };
    every_week_is_delivered_once(&QUARTER, &fate)
}

#[test]
fn a_clock_that_cannot_be_read_is_refused() {
    let scratch = crate::support::small("");
    let mut command = assert_cmd::Command::cargo_bin("cutover").expect("the program");
    let run = command.current_dir(scratch.path()).env("CUTOVER_NOW", "Monday").arg("weekly").output().expect("a run");
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.code() == Some(2) && said.contains("CUTOVER_NOW is `Monday`, which is no time"), "{said}");
}

fn every_week_is_delivered_once(weeks: &Weeks, fate: &Fate) -> anyhow::Result<()> {
    let scenario = scenario(weeks)?;
    let mut beta = Beta::new(worldgen::play(&scenario), weeks);
    for n in 0..weeks.weeks {
        if n != fate.missed {
            beta.arrive(n);
            monday(&mut beta, n, fate);
        }
    }
    once_each(&beta, weeks);
    for n in 0..weeks.weeks {
        tells_what_changed(&beta, n);
        has_its_length(&beta, n);
    }
    rotated_files_count_once(&beta, weeks.weeks - 1);
    quiet_week(&beta, weeks.quiet);
    outage(&beta, weeks);
    Ok(())
}

fn monday(beta: &mut Beta<'_>, n: i64, fate: &Fate) {
    let text_of = |beta: &Beta<'_>, n: i64| beta.scratch.text(&format!("{}/weekly.json", beta.folder(n)));
    let damage = |beta: &Beta<'_>, n: i64| {
        let whole = text_of(beta, n);
        beta.scratch.write(&format!("{}/weekly.json", beta.folder(n)), &whole[..whole.len() / 2]);
    };
    let whole = (n == fate.damaged).then(|| (n - 3, text_of(beta, n - 3)));
    if let Some((which, _)) = whole {
        damage(beta, which);
    }
    if fate.damaged_last == Some(n) {
        damage(beta, n - 1);
    }
    beta.hook_is_down = n == fate.down;
    if n == fate.raced {
        one_of_two(beta, n);
    } else {
        let run = beta.run(n, if n == fate.down { 6 } else { 0 });
        let due: Vec<i64> = if n == fate.missed + 1 { vec![n - 1, n] } else { vec![n] };
        let told: Vec<usize> = due.iter().filter_map(|n| run.out().find(&beta.name(*n))).collect();
        assert!(told.len() == due.len() && told.is_sorted(), "not all of {due:?} in order:\n{}", run.out());
    }
    if let Some((which, whole)) = whole {
        let folder = beta.folder(which).replace("reports/", "");
        assert!(names_damage(&beta.summary(n), &folder), "{:#}", beta.summary(n)["history"]);
        beta.scratch.write(&format!("{}/weekly.json", beta.folder(which)), whole);
    }
    if fate.damaged_last == Some(n) {
        // It is made anew, and not sent again.
        assert_eq!(beta.summary(n - 1)["week"], beta.name(n - 1).as_str());
    }
    if n == fate.doubled {
        let before = beta.bytes(n);
        beta.run(n, 0);
        for face in ["weekly.json", "weekly.md", "weekly.pdf"] {
            assert!(before.iter().any(|(f, _)| f.ends_with(face)), "no {face}");
        }
        for ((file, before), (_, after)) in before.iter().zip(beta.bytes(n)) {
            assert!(*before == after, "{} differs after a second run", file.display());
        }
    }
}

/// Two runs at the same time: one does the work, the other ends with 7.
fn one_of_two(beta: &mut Beta<'_>, n: i64) {
    let both = [beta.start(n), beta.start(n)];
    let mut codes = both.map(|child| child.wait_with_output().expect("an end").status.code());
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(7)]);
    // Whoever ended last wrote the file: the one that did the work.
    beta.note(n, 0);
}

fn names_damage(summary: &Value, folder: &str) -> bool {
    let remarks = summary["history"].as_array().into_iter().flatten().filter_map(Value::as_str);
    remarks.into_iter().any(|r| r.contains(folder) && r.contains("damaged and was skipped"))
}

/// Each week reached each target exactly once, by what the runs said and by what the targets have.
fn once_each(beta: &Beta<'_>, weeks: &Weeks) {
    let keys: Vec<String> = (0..weeks.weeks).map(|n| format!("stage-3-{}", beta.name(n))).collect();
    for target in ["share", "hook"] {
        let delivered: Vec<&String> =
            beta.deliveries.iter().filter(|(t, _, s)| t == target && s == "delivered").map(|(_, k, _)| k).collect();
        assert_eq!(delivered, keys.iter().collect::<Vec<_>>(), "at {target}: {:#?}", beta.deliveries);
    }
    let taken = beta.taken();
    let sent: Vec<Value> = taken.iter().map(|t| t.json()).collect();
    let sent: Vec<&str> = sent.iter().filter_map(|json| json["key"].as_str()).collect();
    // The first one was refused, and tried again under the same key.
    assert_eq!(sent[0], keys[0]);
    assert_eq!(sent[1..], keys.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(taken[0].header("idempotency-key"), taken[1].header("idempotency-key"));
    let folders: std::collections::BTreeSet<String> = crate::support::files(&beta.scratch.path().join("share"))
        .iter()
        .filter_map(|f| f.iter().next().map(|first| first.to_string_lossy().into_owned()))
        .collect();
    assert_eq!(folders.into_iter().collect::<Vec<_>>(), keys);
}

/// Every check whose verdict is another than in the summary before is named with both.
fn tells_what_changed(beta: &Beta<'_>, n: i64) {
    let now = beta.summary(n);
    assert_eq!(now["week"], beta.name(n).as_str());
    if n == 0 {
        assert!(now["previous"].is_null());
        return;
    }
    let before = beta.summary(n - 1);
    assert_eq!(now["previous"], before["week"]);
    assert_eq!(now["progress"]["passed_before"], before["progress"]["passed"]);
    let verdicts = before["verdicts"].as_array().expect("verdicts");
    for row in now["verdicts"].as_array().expect("verdicts") {
        let Some(then) = verdicts.iter().find(|v| v["check"] == row["check"]) else { continue };
        assert_eq!(row["before"], then["now"], "{}: {row}", now["week"]);
        if row["now"] == then["now"] {
            continue;
        }
        let item = row["item"].as_str().expect("an item");
        let named = now["changes"].as_array().into_iter().flatten().any(|change| {
            change["kind"] == "verdict"
                && change["before"] == then["now"]
                && change["now"] == row["now"]
                && change["about"].as_str().is_some_and(|about| about.split(", ").any(|one| one == item))
        });
        assert!(named, "{}: {item} went from {} to {}: {:#}", now["week"], then["now"], row["now"], now["changes"]);
    }
}

/// A week has 168 hours, and the one in which Lisbon puts its clocks back has 169.
fn has_its_length(beta: &Beta<'_>, n: i64) {
    let summary = beta.summary(n);
    let time = |end: &str| summary["meta"]["window"][end].as_str().and_then(|t| t.parse::<jiff::Timestamp>().ok());
    let (from, to) = time("from").zip(time("to")).expect("a window");
    let hours = to.duration_since(from).as_hours();
    assert_eq!(hours, if summary["week"] == "2026-W43" { 169 } else { 168 }, "{}", summary["week"]);
    assert_eq!(summary["watch"][0]["days"].as_array().map(Vec::len), Some(7));
}

/// Each Monday's plain file was packed before the next one; its lines were read twice, and count once.
fn rotated_files_count_once(beta: &Beta<'_>, n: i64) {
    let summary = beta.summary(n);
    let health: Vec<&str> = summary["health"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(health.iter().any(|line| line.contains(" 0 repeats dropped")), "{health:#?}");
    assert!(!health.iter().any(|line| line.contains("gone")), "{health:#?}");
    let state = beta.scratch.json(".cutover/state.json");
    let files = state["files"].as_array().expect("files");
    let of = |name: &str| files.iter().filter(|f| f["file"].as_str().is_some_and(|f| f.contains(name))).count();
    let day = worldgen::clock::date(worldgen::clock::parse(&beta.monday(0)).expect("a time"));
    assert_eq!(of(&format!("probes/probes-{day}")), 1);
}

fn quiet_week(beta: &Beta<'_>, n: i64) {
    let summary = beta.summary(n);
    assert_eq!(summary["people_totals"]["sessions"], 0);
    assert_eq!(summary["headline"], "Nothing happened, and data were flowing");
    let message = sent(beta, n);
    assert!(message.contains("Data were flowing"), "{message}");
}

/// The week of which nothing arrived says so, and nobody is told afterwards that the beta can be signed.
fn outage(beta: &Beta<'_>, weeks: &Weeks) {
    let summary = beta.summary(weeks.outage);
    assert_eq!(summary["headline"], "Nothing is known of this week");
    assert_eq!(summary["people_totals"]["sessions"], 0);
    let message = sent(beta, weeks.outage);
    assert!(message.contains("not flowing") && !message.contains("No tester used"), "{message}");
    for n in weeks.outage..weeks.weeks {
        let summary = beta.summary(n);
        let (forecast, how) = (&summary["forecast"], summary["forecast"]["how"].as_str().unwrap_or_default());
        assert_ne!(forecast["call"], "GO", "{}: {forecast:#}", summary["week"]);
        // What was not observed does not come back, at whatever pace other lines close.
        assert!(forecast["day"].is_null() && how.contains("data that are missing"), "{}: {how}", summary["week"]);
        let silent = summary["unknown"].as_array().into_iter().flatten();
        let silent = silent.filter(|u| u["why"].as_str().is_some_and(|why| why.contains("silent")));
        assert!(silent.count() > 0, "{}: {:#}", summary["week"], summary["unknown"]);
    }
}

/// The text that the webhook got of a week.
fn sent(beta: &Beta<'_>, n: i64) -> String {
    let key = format!("stage-3-{}", beta.name(n));
    let all: Vec<Value> = beta.taken().iter().map(|t| t.json()).collect();
    let message = all.iter().rev().find(|json| json["key"] == key.as_str());
    message.and_then(|json| json["text"].as_str()).unwrap_or_default().to_owned()
}
