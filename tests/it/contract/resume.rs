//! What is pulled again and what is not.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::prometheus::{METRICS, good};
use super::server::{Asked, Fake, Manner, Reply};
use super::{Held, beta, collect};
use crate::support::Scratch;

fn config(fake: &Fake, more: &str) -> Scratch {
    beta(&METRICS.config.replace("{url}", &fake.url()).replace("{limits}", &format!("concurrent = 1\n{more}")))
}

/// The ends of the windows that were asked for, as days and hours of May.
fn windows(asked: &[Asked]) -> Vec<String> {
    let end = |a: &Asked| {
        let ms = (a.field("time").parse::<f64>().expect("a time") * 1000.0) as i64 + 1;
        jiff::Timestamp::from_millisecond(ms).expect("a time").strftime("%d %H:%M").to_string()
    };
    asked.iter().map(end).collect()
}

#[test]
fn a_complete_window_is_asked_for_once_and_another_question_asks_anew() {
    let fake = Fake::start(good);
    let scratch = config(&fake, "");
    collect(&scratch).ends(0);
    assert_eq!(windows(&fake.asked()), ["02 00:00", "03 00:00"]);
    let before = Held::of(&scratch, "metrics");
    collect(&scratch).ends(0);
    assert_eq!(fake.asked().len(), 2, "nothing is asked again");
    assert_eq!(Held::of(&scratch, "metrics").records, before.records);
    let text = scratch.text("cutover.toml").replace("requests_total", "other_total");
    scratch.write("cutover.toml", text);
    collect(&scratch).ends(0);
    assert_eq!(fake.asked().len(), 4);
    assert_eq!(Held::of(&scratch, "metrics").rows, METRICS.rows, "the old rows are gone");
}

#[test]
fn rows_that_arrive_late_are_fetched_within_the_margin() {
    let fake = Fake::start(good);
    let scratch = config(&fake, "freshness = \"2h\"\n");
    scratch.run_at("2026-05-02T12:00:00Z", &["collect"]).ends(0);
    assert_eq!(windows(&fake.asked()), ["02 00:00", "02 12:00"]);
    assert_eq!(Held::of(&scratch, "metrics").rows, 72);
    scratch.run_at("2026-05-03T01:00:00Z", &["collect"]).ends(0);
    assert_eq!(windows(&fake.asked()[2..]), ["03 00:00"], "the day was not over, the day before was");
    assert_eq!(Held::of(&scratch, "metrics").rows, METRICS.rows, "no sample counts twice");
    scratch.run_at("2026-05-03T02:30:00Z", &["collect"]).ends(0);
    assert_eq!(windows(&fake.asked()[3..]), ["03 00:00"], "it ended less than the margin before the last look");
    scratch.run_at("2026-05-03T03:00:00Z", &["collect"]).ends(0);
    assert_eq!(fake.asked().len(), 4);
}

#[test]
fn a_run_that_is_killed_goes_on_where_it_was() {
    let fake = Fake::start(|asked| {
        let second = windows(std::slice::from_ref(asked)) == ["03 00:00"];
        good(asked).manner(if second { Manner::Slow(Duration::from_secs(4)) } else { Manner::Whole })
    });
    let scratch = config(&fake, "");
    let program = assert_cmd::cargo::cargo_bin!("cutover");
    let mut child = std::process::Command::new(program)
        .arg("collect")
        .env("CUTOVER_NOW", "2026-06-01T00:00:00Z")
        .current_dir(scratch.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a run");
    let begun = Instant::now();
    while fake.asked().len() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never asked for the second day");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("a kill");
    child.wait().expect("an end");
    assert_eq!(Held::of(&scratch, "metrics").rows, METRICS.rows / 2, "the first day is kept");
    collect(&scratch).ends(0);
    assert_eq!(windows(&fake.asked()[2..]), ["03 00:00"], "only the second day is asked for again");
    assert_eq!(Held::of(&scratch, "metrics").rows, METRICS.rows);
}

#[test]
fn what_was_known_stays_when_a_later_pull_fails_and_the_gap_is_told() {
    let broken = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&broken);
    let fake = Fake::start(move |asked| if switch.load(Ordering::Relaxed) { Reply::status(503) } else { good(asked) });
    let scratch = config(&fake, "attempts = 1\n");
    scratch.run_at("2026-05-02T12:00:00Z", &["collect"]).ends(0);
    broken.store(true, Ordering::Relaxed);
    let run = scratch.run_at("2026-05-03T12:00:00Z", &["collect", "--strict"]).ends(3);
    assert!(
        run.err().contains("2026-05-02T00:00:00Z to 2026-05-03T00:00:00Z: 127.0.0.1 answered 503"),
        "{}",
        run.err()
    );
    assert_eq!(Held::of(&scratch, "metrics").rows, 72, "both days as they were known at noon");
    broken.store(false, Ordering::Relaxed);
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "metrics");
    assert_eq!((held.rows, held.gaps), (METRICS.rows, Vec::new()));
}

#[test]
fn a_source_that_moves_to_another_kind_leaves_no_row_behind() {
    let fake = Fake::start(good);
    let scratch = config(&fake, "");
    collect(&scratch).ends(0);
    assert_eq!(Held::of(&scratch, "metrics").rows, METRICS.rows);
    let system = scratch.text("cutover.toml");
    let files = "[[source]]\nname = \"metrics\"\ntable = \"metrics\"\nkind = \"files\"\npaths = [\"*.om\"]\n";
    scratch.write("cutover.toml", format!("{}\n{files}", crate::support::SMALL));
    scratch.write("two.om", "# TYPE a counter\na_total 1 1777680000\na_total 2 1777680060\n# EOF\n");
    collect(&scratch).ends(0);
    assert_eq!(Held::of(&scratch, "metrics").rows, 2, "the windows would count the same samples twice");
    scratch.write("cutover.toml", system);
    collect(&scratch).ends(0);
    assert_eq!(Held::of(&scratch, "metrics").rows, METRICS.rows, "and so would the file");
}
