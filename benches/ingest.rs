//! How fast log text becomes rows, side by side in one run: hashing the bytes, parsing each line into a JSON tree, and
//! the product's own ingest (fields, redaction, attribution, columns). `cargo bench`; megabytes as the first argument.

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use cutover::ingest::attribution::Attribution;
use cutover::ingest::console_line::Patterns;
use cutover::ingest::fields::FieldTrie;
use cutover::ingest::log_file::{Framing, LogReader};
use cutover::tables::redact::Redactor;
use sha2::{Digest, Sha256};

/// Runs of each way; the fastest and the slowest are told.
const RUNS: usize = 5;

/// What is timed: all bytes of a log in, a count out.
type Way = fn(&[u8]) -> anyhow::Result<u64>;

fn main() -> anyhow::Result<()> {
    let megabytes = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(64);
    let log = log(megabytes << 20);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} lines, {} MiB, {RUNS} runs each", log.iter().filter(|b| **b == b'\n').count(), log.len() >> 20)?;
    let ways: [(&str, Way); 3] = [("hash the bytes", hash), ("JSON tree per line", tree), ("ingest", ingest)];
    for (name, way) in ways {
        let mut took: Vec<Duration> = Vec::new();
        for _ in 0..RUNS {
            let start = Instant::now();
            black_box(way(&log)?);
            took.push(start.elapsed());
        }
        took.sort();
        let speed = |d: &Duration| log.len() as f64 / d.as_secs_f64() / f64::from(1 << 20);
        writeln!(out, "{name:20} {:7.1} – {:7.1} MiB/s", speed(&took[RUNS - 1]), speed(&took[0]))?;
    }
    writeln!(out, "most memory held: {} MiB", peak_kib().unwrap_or(0) >> 10)?;
    Ok(())
}

/// Request lines in the shape of pino-http, one in fifty a console line.
fn log(bytes: usize) -> Vec<u8> {
    let mut log = Vec::with_capacity(bytes + 1024);
    let mut n: u64 = 0;
    while log.len() < bytes {
        let ms = 1_790_000_000_000 + n * 50;
        let line = if n.is_multiple_of(50) {
            format!(
                "2026-09-21T00:00:{:02}.{:03}Z [API][/trading] Client connected id=s{n} user=usr_{}\n",
                n % 60,
                n % 1000,
                n % 9
            )
        } else {
            format!(
                r#"{{"level":30,"time":{ms},"pid":1,"hostname":"api-1","reqId":"req-{n}","req":{{"method":"GET","url":"/api/positions","headers":{{"x-request-id":"{n:08x}-0000-4000-8000-000000000000","user-agent":"okhttp/4.12.0","x-client-platform":"android","x-app-build":"9"}},"remoteAddress":"10.20.0.4"}},"auth":{{"userId":"usr_{}"}},"result":{{"ownerId":"usr_{}","rev":{n},"count":4}},"res":{{"statusCode":200}},"responseTime":{},"msg":"request completed"}}{}"#,
                n % 9,
                n % 9,
                n % 90,
                "\n"
            )
        };
        log.extend_from_slice(line.as_bytes());
        n += 1;
    }
    log
}

fn hash(log: &[u8]) -> anyhow::Result<u64> {
    Ok(u64::from(Sha256::digest(log)[0]))
}

fn tree(log: &[u8]) -> anyhow::Result<u64> {
    let lines = log.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok());
    Ok(lines.filter(|value| value["res"]["statusCode"] == 200).count() as u64)
}

fn ingest(log: &[u8]) -> anyhow::Result<u64> {
    let reader = LogReader {
        source: "backend",
        service: Some("api"),
        zone: &jiff::tz::TimeZone::UTC,
        trie: FieldTrie::new(&std::collections::BTreeMap::new()),
        patterns: Patterns::new(&[])?,
        attribution: &Attribution {
            cohort: "mobile".to_owned(),
            platforms: vec!["android".to_owned()],
            not_clients: Vec::new(),
            probe_agents: Vec::new(),
        },
        redactor: &Redactor::new([7; 32]),
        framing: Framing::Detect,
    };
    let mut rows = 0;
    reader.read(
        "backend.log",
        || Ok(log),
        |frame| {
            rows += frame.height() as u64;
            Ok(())
        },
    )?;
    Ok(rows)
}

/// The most memory this process has held, as Linux tells it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
