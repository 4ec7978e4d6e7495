//! The metrics of a beta in real servers: the same verdicts as from its files, and answers that are split and stitched.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;

use super::prometheus::{Prometheus, VictoriaMetrics};
use crate::contract::Held;
use crate::support::{MOBILE_BETA, Scratch};

/// The metric files of the sample as one text, each series in one piece.
fn history(scratch: &Scratch) -> String {
    let mut families: BTreeMap<String, (String, BTreeMap<String, Vec<String>>)> = BTreeMap::new();
    let mut files: Vec<_> = std::fs::read_dir(scratch.path().join("metrics")).expect("metrics").flatten().collect();
    files.sort_by_key(std::fs::DirEntry::path);
    for file in files {
        let mut text = String::new();
        let packed = std::fs::File::open(file.path()).expect("a file");
        flate2::read::MultiGzDecoder::new(packed).read_to_string(&mut text).expect("text");
        let mut family = String::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(typed) = line.strip_prefix("# TYPE ") {
                let (name, kind) = typed.split_once(' ').expect("a type");
                family = name.to_owned();
                families.entry(family.clone()).or_default().0 = kind.to_owned();
            } else if !line.starts_with('#') {
                let series = line.rsplitn(3, ' ').last().expect("a series").to_owned();
                let (_, all) = families.get_mut(&family).expect("a type before its samples");
                all.entry(series).or_default().push(line.to_owned());
            }
        }
    }
    let mut text = String::new();
    for (family, (kind, series)) in families {
        writeln!(text, "# TYPE {family} {kind}").expect("text");
        series.values().flatten().for_each(|line| writeln!(text, "{line}").expect("text"));
    }
    text + "# EOF\n"
}

fn from_server(url: &str) -> Scratch {
    let scratch = Scratch::sample("mobile-beta");
    let text = scratch.text("cutover.toml");
    let files = "kind  = \"files\"\npaths = [\"metrics/*.om.txt*\"]";
    assert!(text.contains(files), "the sample's metrics are files");
    scratch.write("cutover.toml", text.replace(files, &format!("kind  = \"prometheus\"\nurl   = \"{url}\"")));
    scratch
}

fn judges_as_files_do(url: &str) {
    let scratch = from_server(url);
    scratch.run(&["signoff", "--out", "packet", "--format", "json"]).ends(0);
    crate::carriers::same_verdicts(&scratch.json("packet/signoff.json"), &MOBILE_BETA.0.json("packet/signoff.json"));
    let held = Held::of(&scratch, "metrics");
    assert!(held.gaps.is_empty() && held.records.len() == 12 && held.rows > 30_000, "{} {:?}", held.rows, held.gaps);
}

#[test]
fn prometheus_gives_the_verdicts_of_the_files() {
    let Some(server) = Prometheus::start(&history(&MOBILE_BETA.0)) else { return };
    judges_as_files_do(&server.url());
}

#[test]
fn victoria_metrics_gives_the_verdicts_of_the_files() {
    let Some(server) = VictoriaMetrics::start(&history(&MOBILE_BETA.0)) else { return };
    judges_as_files_do(&server.url());
}

/// A beta of a day with one counter, which rises by 60 a minute and is silent from 06:00 to 09:00.
fn one_counter() -> String {
    let start: jiff::Timestamp = "2026-05-01T00:00:00Z".parse().expect("a time");
    let mut text = "# TYPE ticks counter\n".to_owned();
    for minute in (0..2880).filter(|minute| !(1440 + 360..1440 + 540).contains(minute)) {
        let at = start.as_second() + minute * 60;
        writeln!(text, "ticks_total{{job=\"api\"}} {} {at}", minute * 60).expect("text");
    }
    text + "# EOF\n"
}

const STEPPED: &str = r#"
[[source]]
name  = "metrics"
table = "metrics"
kind  = "prometheus"
match = ["ticks_total"]
metric = [{ name = "tick_rate", query = "rate(ticks_total[5m])", step = "5s" }]
"#;

fn stitches(url: &str) {
    let scratch = crate::contract::beta(&format!("{STEPPED}url = \"{url}\"\n"));
    crate::contract::collect(&scratch).ends(0);
    let held = Held::of(&scratch, "metrics");
    assert!(held.gaps.is_empty(), "{:?}", held.gaps);
    // 2 x 17,280 steps are more than any server gives at once. A rate lasts until five minutes after its last two
    // samples, so the silence of three hours leaves between 2 h 50 min and 3 h 5 min without a value.
    let (raw, steps) = (2880 - 180, held.rows as i64 - (2880 - 180));
    assert!(raw == 2700 && (34_560 - 2_260..=34_560 - 2_040).contains(&steps), "{steps} steps");
}

#[test]
fn prometheus_is_asked_in_parts_that_fit() {
    let Some(server) = Prometheus::start(&one_counter()) else { return };
    stitches(&server.url());
}

#[test]
fn victoria_metrics_is_asked_in_parts_that_fit() {
    let Some(server) = VictoriaMetrics::start(&one_counter()) else { return };
    stitches(&server.url());
}

#[test]
fn a_server_that_is_gone_is_a_gap_and_no_check_passes_without_its_numbers() {
    let Some(mut server) = Prometheus::start(&history(&MOBILE_BETA.0)) else { return };
    let scratch = from_server(&server.url());
    server.stop();
    let text = scratch.text("cutover.toml").replace("kind  = \"prometheus\"", "kind = \"prometheus\"\nattempts = 1");
    scratch.write("cutover.toml", text);
    scratch.run(&["signoff", "--out", "packet", "--format", "json"]).ends(11);
    let packet = scratch.json("packet/signoff.json");
    let verdict = |item: &str| crate::support::check(&packet, item)["verdict"].clone();
    assert_eq!((verdict("M3"), verdict("M5")), ("no-data".into(), "no-data".into()));
    assert!(Held::of(&scratch, "metrics").gaps[0].contains("cannot be reached"));
}
