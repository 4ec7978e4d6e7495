//! Files named by globs in, parts of the evidence out; each file by itself, so that one bad file costs only itself.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::store::Store;
use super::{Errand, Pulled, Shared, look, record, settings};
use crate::config::{Source, SourceKind};
use crate::coverage::Gap;
use crate::evidence::{FileRecord, Stamp};
use crate::ingest::lines::Blocks;
use crate::report::diagnosis::Noticed;

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
        let record = record::of(source, shared, store, &file, || File::open(&path))?;
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
    Ok(Stamp { bytes: meta.len(), modified_ns: modified, tag: 0 })
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
