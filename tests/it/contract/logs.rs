//! What the fakes of log stores share: the lines of a small beta for the fault table, and those of a sample's backend, which
//! must give the verdicts of its files.

use std::io::Read;

use jiff::Timestamp;
use serde_json::Value;

use super::Held;
use super::server::{Asked, Fake, Reply};
use crate::support::{MOBILE_BETA, Scratch};

/// A line in a store.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) ns: i64,
    pub(super) text: String,
}

/// Lines of a small beta, one every half hour.
pub(super) const ROWS: u64 = 96;

/// Those with a time in a half-open range of nanoseconds.
pub(super) fn small(from: i64, to: i64) -> Vec<Line> {
    const STEP: i64 = 1_800_000_000_000;
    let begin: Timestamp = "2026-05-01T00:00:00Z".parse().expect("a time");
    let end: Timestamp = "2026-05-03T00:00:00Z".parse().expect("a time");
    let first = i64::try_from(begin.as_nanosecond()).expect("64 bits").max(from);
    let last = i64::try_from(end.as_nanosecond()).expect("64 bits").min(to);
    let starts = (first + STEP - 1).div_euclid(STEP)..;
    let line = |n: i64| {
        let at = Timestamp::from_nanosecond(i128::from(n * STEP)).expect("a time");
        Line { ns: n * STEP, text: crate::support::line(&at.to_string(), &format!("r-{n}")) }
    };
    starts.take_while(|n| n * STEP < last).map(line).collect()
}

/// The backend log of a sample in the order of time, with a fraction below a millisecond that only repeated lines share.
fn backend(scratch: &Scratch) -> Vec<Line> {
    let mut files: Vec<_> = std::fs::read_dir(scratch.path().join("logs/backend")).expect("logs").flatten().collect();
    files.sort_by_key(std::fs::DirEntry::path);
    let (mut lines, mut last): (Vec<Line>, i64) = (Vec::new(), 0);
    for file in files {
        let mut text = String::new();
        let mut opened = std::fs::File::open(file.path()).expect("a file");
        if file.path().extension().is_some_and(|e| e == "gz") {
            flate2::read::MultiGzDecoder::new(opened).read_to_string(&mut text).expect("text");
        } else {
            opened.read_to_string(&mut text).expect("text");
        }
        for line in text.lines() {
            // What has no time of its own came with the line before it.
            last = own_time(line).unwrap_or(last);
            let fraction = i64::try_from(lines.len()).expect("64 bits") % 1_000_000;
            let again = lines.last().filter(|before| before.text == line).map(|before| before.ns);
            lines.push(Line { ns: again.unwrap_or(last * 1_000_000 + fraction), text: line.to_owned() });
        }
    }
    lines.sort_by_key(|line| line.ns);
    lines
}

/// Milliseconds.
fn own_time(line: &str) -> Option<i64> {
    if let Ok(json) = serde_json::from_str::<Value>(line) {
        return json["time"].as_i64();
    }
    Some(line.split(' ').next()?.parse::<Timestamp>().ok()?.as_millisecond())
}

/// Judges the sample with its backend log in a store that `answers` has; `source` is what takes the place of
/// `kind = "files"`, with `{url}` for the address.
pub(super) fn judges_as_files_do(source: &str, answers: impl Fn(&Asked, &[Line]) -> Reply + Send + Sync + 'static) {
    let lines = backend(&MOBILE_BETA.0);
    let timeless: Vec<String> =
        lines.iter().filter(|l| own_time(&l.text).is_none()).map(|l| format!("message=String({:?})", l.text)).collect();
    let fake = Fake::start(move |asked| answers(asked, &lines));
    let scratch = Scratch::sample("mobile-beta");
    let text = scratch.text("cutover.toml");
    let files = "kind  = \"files\"\npaths = [\"logs/backend/*.log*\"]";
    assert!(text.contains(files), "the sample's backend log is in files");
    scratch.write("cutover.toml", text.replace(files, &source.replace("{url}", &fake.url()))).write("token", "t0ken\n");
    scratch.run(&["signoff", "--out", "packet", "--format", "json"]).ends(0);
    let (judged, due) = (scratch.json("packet/signoff.json"), MOBILE_BETA.0.json("packet/signoff.json"));
    let (judged, due) = (verdicts(&judged), verdicts(&due));
    let other: Vec<_> = judged.iter().zip(&due).filter(|(judged, due)| judged != due).collect();
    assert!(other.is_empty() && judged.len() == due.len(), "from the store, and from files: {other:#?}");
    let held = Held::of(&scratch, "backend");
    assert!(held.gaps.is_empty() && held.records.len() > 200, "{} records, {:?}", held.records.len(), held.gaps);
    let expected = rows(&MOBILE_BETA.0);
    // What has no time of its own is not told in a file, and has the store's time here.
    let told = |row: &String| timeless.iter().any(|message| row.contains(message));
    let found: Vec<String> = rows(&scratch).into_iter().filter(|row| !told(row)).collect();
    let more: Vec<&String> = found.iter().filter(|row| !expected.contains(row)).collect();
    let less: Vec<&String> = expected.iter().filter(|row| !found.contains(row)).collect();
    assert!(more.is_empty() && less.is_empty(), "only in the store: {more:#?}\nonly in files: {less:#?}");
    assert_eq!((found.len(), timeless.len() < 10), (expected.len(), true));
}

/// Verdict and sentence of every check.
fn verdicts(packet: &Value) -> Vec<(String, String, String)> {
    let text = |check: &Value, key: &str| check[key].as_str().expect("a text").to_owned();
    let checks = packet["checks"].as_array().expect("checks");
    checks.iter().map(|c| (text(c, "id"), text(c, "verdict"), text(c, "sentence"))).collect()
}

/// Every row of the backend but for where it stands, sorted.
fn rows(scratch: &Scratch) -> Vec<String> {
    use polars::prelude::DataFrame;
    let evidence = cutover::evidence::Evidence::read(&scratch.path().join(".cutover")).expect("evidence");
    let logs: DataFrame = evidence.scan(cutover::tables::schema::TableName::Logs).expect("logs");
    let source = logs.column("source").expect("a source").str().expect("text").clone();
    let columns: Vec<_> = logs
        .columns()
        .iter()
        .filter(|column| !["file", "line", "line_hash"].contains(&column.name().as_str()))
        .cloned()
        .collect();
    let mut all: Vec<String> = (0..logs.height())
        .filter(|at| source.get(*at) == Some("backend"))
        .map(|at| columns.iter().map(|c| format!("{}={:?} ", c.name(), c.get(at).expect("a value"))).collect())
        .collect();
    all.sort();
    all
}
