//! Files named by globs in, parts of the evidence out; each file by itself, so that one bad file costs only itself.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::keep::{named, write_records};
use super::store::Store;
use super::{Errand, Pulled, Shared, formats, log_reader, look, settings};
use crate::config::{Source, SourceKind};
use crate::coverage::{Gap, Ledger};
use crate::evidence::{FileRecord, PartWriter, Stamp};
use crate::ingest::lines::Blocks;
use crate::report::diagnosis::Noticed;
use crate::tables::schema::TableName;

/// Pulls all files of a source.
///
/// # Errors
/// When the evidence cannot be written; unreadable input becomes gaps.
pub fn pull(source: &Source, shared: &Shared, store: &Store) -> anyhow::Result<Pulled> {
    let (paths, mut gaps) = find(source, &shared.plan.root);
    if shared.errand == Errand::Look {
        return Ok(look::looked(source, look_at(&paths, &gaps, &shared.plan.root)));
    }
    let settings = settings(source, shared);
    let task = shared.progress.start(&source.name, paths.iter().map(|p| bytes_of(p)).sum());
    let mut records = Vec::new();
    let mut unchanged = 0;
    for path in paths {
        let file = shown(&path, &shared.plan.root);
        let stamp = match stamp(&path) {
            Ok(stamp) => stamp,
            Err(error) => {
                gaps.push(unreadable(&file, &error));
                continue;
            }
        };
        if let Some(record) = store.unchanged(&source.name, &file, stamp, &settings) {
            unchanged += 1;
            task.advance(stamp.bytes, record.rows);
            records.push(record);
            continue;
        }
        let record = read_file(source, shared, store, &path, &file)?;
        task.advance(stamp.bytes, record.rows);
        let record = FileRecord { stamp, settings: settings.clone(), ..record };
        store.put(record.clone())?;
        records.push(record);
    }
    task.finish();
    store.end_files(&source.name, records.clone(), gaps.clone());
    Ok(Pulled { source: source.name.clone(), records, gaps, unchanged, noticed: Vec::new() })
}

/// Whether files are there, can be read, and hold anything.
fn look_at(paths: &[PathBuf], gaps: &[Gap], root: &Path) -> Vec<Noticed> {
    let mut noticed: Vec<Noticed> = gaps.iter().map(|gap| Noticed::fault(gap.what.clone(), gap.hint.clone())).collect();
    let mut bytes = 0;
    for path in paths {
        match File::open(path).and_then(|mut file| file.read(&mut [0])) {
            Ok(0) => {
                let what = format!("{} is empty", shown(path, root));
                noticed.push(Noticed::warning(what, "see whether it was written to its end"));
            }
            Ok(_) => bytes += bytes_of(path),
            Err(error) => {
                let gap = unreadable(&shown(path, root), &error);
                noticed.push(Noticed::fault(gap.what, gap.hint));
            }
        }
    }
    if bytes > 0 {
        let many = if paths.len() == 1 { "file" } else { "files" };
        noticed.insert(0, Noticed::fine(format!("{} {many} of {} kB", paths.len(), bytes.div_ceil(1000))));
    }
    noticed
}

/// The files of all globs, sorted, each once; a glob without a file is a gap.
pub fn find(source: &Source, root: &Path) -> (Vec<PathBuf>, Vec<Gap>) {
    let globs = if let SourceKind::Files { paths } = &source.kind { paths.as_slice() } else { &[] };
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    for pattern in globs {
        let before = found.len();
        let full = root.join(pattern);
        match glob::glob(&full.to_string_lossy()) {
            Ok(paths) => found.extend(paths.flatten().filter(|p| !p.is_dir())),
            Err(error) => gaps.push(Gap {
                what: format!("`{pattern}` is not a glob: {error}"),
                hint: "use * and ? and [a-z] as in a shell".to_owned(),
            }),
        }
        if found.len() == before {
            gaps.push(Gap {
                what: format!("no file matches `{pattern}`"),
                hint: format!("put the files below {} or change `paths` of source `{}`", root.display(), source.name),
            });
        }
    }
    found.sort();
    found.dedup();
    (found, gaps)
}

fn read_file(source: &Source, shared: &Shared, store: &Store, path: &Path, file: &str) -> anyhow::Result<FileRecord> {
    let mut writer = PartWriter::new(store.dir(), source.table, &source.name, file);
    let read = match source.table {
        TableName::Logs => read_log(source, shared, path, file, &mut writer),
        TableName::Metrics => read_metrics(source, shared, path, file, &mut writer),
        _ => read_whole(source, shared, path, file, &mut writer),
    };
    let (part, rows) = writer.finish()?;
    let read = match read {
        Ok(read) => read,
        Err(error) if error.downcast_ref::<std::io::Error>().is_some() => FileRead {
            ledger: Ledger { gaps: vec![unreadable(file, &error)], ..Ledger::default() },
            ..FileRead::default()
        },
        Err(error) => return Err(error),
    };
    Ok(FileRecord {
        source: source.name.clone(),
        table: source.table,
        file: file.to_owned(),
        stamp: Stamp { bytes: 0, modified_ns: 0 },
        settings: String::new(),
        sha256: read.sha256,
        part,
        rows,
        ledger: read.ledger,
        redactions: read.redactions,
        vanished: false,
        window: None,
    })
}

#[derive(Default)]
struct FileRead {
    ledger: Ledger,
    sha256: String,
    redactions: BTreeMap<String, u64>,
}

fn read_log(
    source: &Source,
    shared: &Shared,
    path: &Path,
    file: &str,
    writer: &mut PartWriter,
) -> anyhow::Result<FileRead> {
    let reader = log_reader(source, shared)?;
    let read = reader.read(file, || File::open(path), |frame| writer.append(&frame))?;
    Ok(FileRead { ledger: read.ledger, sha256: read.sha256, redactions: named(&read.redactions) })
}

fn read_metrics(
    source: &Source,
    shared: &Shared,
    path: &Path,
    file: &str,
    writer: &mut PartWriter,
) -> anyhow::Result<FileRead> {
    let (bytes, broken, sha256) = whole(path)?;
    let zone = source.zone.as_ref().unwrap_or(&shared.plan.project.zone);
    let context = formats::Context { file, source: &source.name, zone };
    let metrics = formats::openmetrics::parse_metrics(&bytes, &context);
    let frame = metrics.frame(&context)?;
    if frame.height() > 0 {
        writer.append(&frame)?;
    }
    let mut ledger = metrics.ledger;
    note(&mut ledger, broken, bytes.is_empty());
    Ok(FileRead { ledger, sha256, redactions: BTreeMap::new() })
}

fn read_whole(
    source: &Source,
    shared: &Shared,
    path: &Path,
    file: &str,
    writer: &mut PartWriter,
) -> anyhow::Result<FileRead> {
    let (bytes, broken, sha256) = whole(path)?;
    let zone = source.zone.as_ref().unwrap_or(&shared.plan.project.zone);
    let parsed = formats::parse(source.table, &bytes, &formats::Context { file, source: &source.name, zone });
    let (mut ledger, redactions) = write_records(parsed, &shared.redactor, writer)?;
    note(&mut ledger, broken, false);
    Ok(FileRead { ledger, sha256, redactions })
}

/// All bytes of a small file (plain or gzip), why it broke off if it did, and the hash of the raw bytes.
fn whole(path: &Path) -> std::io::Result<(Vec<u8>, Option<String>, String)> {
    let mut blocks = Blocks::new(File::open(path)?)?;
    let mut bytes = Vec::new();
    while let Some(block) = blocks.next_block() {
        bytes.extend_from_slice(&block.bytes);
    }
    let broken = blocks.broken.take();
    let (sha256, _) = blocks.digest();
    Ok((bytes, broken, sha256))
}

fn note(ledger: &mut Ledger, broken: Option<String>, empty: bool) {
    if let Some(why) = broken {
        ledger.truncated = true;
        ledger.gaps.push(Gap { what: why, hint: "fetch the file again".to_owned() });
    } else if empty {
        ledger.gaps.push(Gap { what: "the file is empty".to_owned(), hint: "export it again".to_owned() });
    }
}

fn unreadable(file: &str, error: &dyn std::fmt::Display) -> Gap {
    Gap { what: format!("{file} cannot be read: {error}"), hint: "check that it exists and may be read".to_owned() }
}

/// Size and modification time of a file.
///
/// # Errors
/// When it is not there.
pub fn stamp(path: &Path) -> std::io::Result<Stamp> {
    let meta = fs::metadata(path)?;
    let modified = meta.modified()?.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as i128);
    Ok(Stamp { bytes: meta.len(), modified_ns: modified })
}

fn bytes_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len())
}

/// A path as reports show it: relative to the configuration file where it can be.
fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
}

/// Reads the cited lines of a file again, raw; for exhibits, which redact them.
///
/// # Errors
/// When the file is gone or unreadable.
pub fn lines_of(path: &Path, wanted: &[u64]) -> std::io::Result<BTreeMap<u64, String>> {
    let mut blocks = Blocks::new(File::open(path)?)?;
    let mut found = BTreeMap::new();
    while let Some(block) = blocks.next_block() {
        for (number, line) in (block.first_line..).zip(block.bytes.split(|b| *b == b'\n')) {
            if wanted.binary_search(&number).is_ok() {
                found.insert(number, String::from_utf8_lossy(line).trim_end_matches('\r').to_owned());
            }
        }
        if wanted.last().is_some_and(|last| found.contains_key(last)) {
            break;
        }
    }
    Ok(found)
}

/// Reads a text document of at most 16 MiB.
///
/// # Errors
/// When it is not there, not readable or larger.
pub fn document(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(16 << 20).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
