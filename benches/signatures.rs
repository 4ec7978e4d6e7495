//! How fast lines become signatures, side by side in one run on the same file: a plain pass that only splits lines at
//! spaces and hashes the words, finding the message of each line, and what `cutover signatures` does. All on all cores.
//! `cargo bench --bench signatures`; lines as the first argument.

use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cutover::signatures::{files, message};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

#[expect(dead_code, reason = "the labels are for the tests")]
#[path = "../tests/it/signatures/imitations.rs"]
mod imitations;

/// Runs of each way; the fastest and the slowest are told.
const RUNS: usize = 5;

/// What is timed: a log file in, a count out.
type Way = fn(&Path) -> anyhow::Result<u64>;

fn main() -> anyhow::Result<()> {
    let lines: usize = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(2_000_000);
    let mut file = tempfile::NamedTempFile::new()?;
    let bytes = fill(&mut file, lines)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{lines} lines, {} MiB, {RUNS} runs each", bytes >> 20)?;
    let ways: [(&str, Way); 3] = [("split and hash words", split), ("find messages", messages), ("signatures", mine)];
    for (name, way) in ways {
        let mut took: Vec<Duration> = Vec::new();
        let worked = cpu_seconds();
        for _ in 0..RUNS {
            let start = Instant::now();
            black_box(way(file.path())?);
            took.push(start.elapsed());
        }
        took.sort();
        let speed = |d: &Duration| lines as f64 / d.as_secs_f64() / 1e6;
        let worked = (cpu_seconds() - worked) / (RUNS * lines) as f64 * 1e6;
        let (slowest, fastest) = (speed(&took[RUNS - 1]), speed(&took[0]));
        writeln!(out, "{name:22} {slowest:5.2} – {fastest:5.2} million lines/s, {worked:5.2} µs of work per line")?;
    }
    writeln!(out, "most memory held: {} MiB", peak_kib().unwrap_or(0) >> 10)?;
    Ok(())
}

/// Lines of twelve kinds of systems in turn, a thousand of each at a time.
fn fill(file: &mut impl Write, lines: usize) -> anyhow::Result<usize> {
    let kinds: Vec<Vec<imitations::Labelled>> = imitations::SYSTEMS.iter().map(|kind| kind.lines(20_000)).collect();
    let mut bytes = 0;
    for n in 0..lines {
        let kind = &kinds[n / 1000 % kinds.len()];
        let line = &kind[n % kind.len()].line;
        bytes += line.len() + 1;
        writeln!(file, "{line}")?;
    }
    Ok(bytes)
}

fn chunks(text: &[u8]) -> Vec<&[u8]> {
    let mut chunks = Vec::new();
    let mut rest = text;
    while rest.len() > 2 << 20 {
        let cut = memchr::memchr(b'\n', &rest[2 << 20..]).map_or(rest.len(), |at| (2 << 20) + at + 1);
        let (chunk, behind) = rest.split_at(cut);
        chunks.push(chunk);
        rest = behind;
    }
    chunks.push(rest);
    chunks
}

/// The least that any such tool has to do.
fn split(path: &Path) -> anyhow::Result<u64> {
    let text = std::fs::read(path)?;
    let hash = |line: &[u8]| line.split(|b| *b == b' ').fold(0, |hash: u64, word| hash.rotate_left(5) ^ xxh3_64(word));
    let sum = |chunk: &&[u8]| chunk.split(|b| *b == b'\n').map(hash).fold(0, |sum, hash| sum ^ hash);
    Ok(chunks(&text).par_iter().map(sum).reduce(|| 0, |a, b| a ^ b))
}

fn messages(path: &Path) -> anyhow::Result<u64> {
    let text = std::fs::read(path)?;
    let count = |chunk: &&[u8]| -> u64 {
        let lines = std::str::from_utf8(chunk).unwrap_or_default().lines();
        lines.map(|line| matches!(message::read(line, true), message::Line::Record(_)) as u64).sum()
    };
    Ok(chunks(&text).par_iter().map(count).sum())
}

fn mine(path: &Path) -> anyhow::Result<u64> {
    let mining = files::mine(&[PathBuf::from(path)], |_| |text: &str| text.to_owned())?;
    Ok(mining.signatures.len() as u64)
}

/// Processor time of all threads so far, which other programs on the machine do not lengthen; 0 where the system does
/// not tell it.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = fields.get(11..13).map_or(0.0, |times| times.iter().filter_map(|t| t.parse::<f64>().ok()).sum());
    ticks / 100.0
}

/// The most memory that this process has held, where the system tells it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
