//! A folder in, what each of its files holds out.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::tz::TimeZone;

use super::Request;
use super::logs::{LogFacts, Reader};
use crate::ingest::lines::Blocks;
use crate::progress::Progress;
use crate::sources::formats::{self, sniff};
use crate::tables::schema::TableName;
use crate::tables::table::Table;

/// One JSON document is looked at as a whole up to this size.
const LARGEST: usize = 64 << 20;
/// Files that are looked at.
const MOST: usize = 20_000;
/// Folders that hold no evidence.
const PASSED_OVER: &[&str] = &["reports", "target", "node_modules"];

/// A file that some table can take.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) table: TableName,
    /// The format in words; files of one source have one format.
    pub(super) format: &'static str,
    /// What a log holds.
    pub(super) log: Option<LogFacts>,
}

/// What is in the folder.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) found: Vec<Found>,
    /// Files that nothing reads.
    pub(super) unknown: Vec<PathBuf>,
    /// Rows of the snapshot tables, as they are in the files.
    pub(super) rows: BTreeMap<TableName, Vec<Table>>,
    /// Platforms that the roster names, in its order.
    pub(super) platforms: Vec<String>,
}

impl Survey {
    /// Texts of a column in all files of a table.
    pub(super) fn texts(&self, table: TableName, column: &str) -> Vec<String> {
        let of = |t: &Table| -> Vec<String> {
            (0..t.rows.len()).filter_map(|row| t.cell(row, column).as_text().map(str::to_owned)).collect()
        };
        self.rows.get(&table).into_iter().flatten().flat_map(of).collect()
    }

    pub(super) fn logs(&self) -> impl Iterator<Item = &LogFacts> {
        self.found.iter().filter_map(|found| found.log.as_ref())
    }
}

/// Looks at every file below the folder.
///
/// # Errors
/// When the folder cannot be read; a file that cannot is among the unknown ones.
pub(super) fn of(request: &Request) -> anyhow::Result<Survey> {
    let mut paths = Vec::new();
    list(&request.data, &mut paths).with_context(|| format!("cannot read the folder {}", request.data.display()))?;
    paths.sort();
    paths.truncate(MOST);
    let mut survey = Survey::default();
    let mut rest = Vec::new();
    for path in paths {
        let Ok((bytes, whole)) = beginning(&path) else {
            survey.unknown.push(path);
            continue;
        };
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        match sniff::table_of(&bytes, &name) {
            Some(sniffed) => {
                if whole && sniffed.table.is_snapshot() {
                    survey.rows.entry(sniffed.table).or_default().push(rows(sniffed.table, &bytes));
                }
                survey.found.push(Found { path, table: sniffed.table, format: sniffed.format, log: None });
            }
            None => rest.push((path, bytes)),
        }
    }
    for platform in survey.texts(TableName::Testers, "platform") {
        if !survey.platforms.contains(&platform) {
            survey.platforms.push(platform);
        }
    }
    read_logs(rest, &mut survey, &request.progress)?;
    survey.found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(survey)
}

/// What no table takes may be a log.
fn read_logs(rest: Vec<(PathBuf, Vec<u8>)>, survey: &mut Survey, progress: &Progress) -> anyhow::Result<()> {
    let platforms = if survey.platforms.is_empty() {
        vec!["ios".to_owned(), "android".to_owned()]
    } else {
        survey.platforms.clone()
    };
    let reader = Reader::new(&platforms)?;
    let size = |path: &Path| fs::metadata(path).map_or(0, |meta| meta.len());
    let task = progress.start("logs", rest.iter().map(|(path, _)| size(path)).sum());
    for (path, bytes) in rest {
        let bytes_of_file = size(&path);
        let facts = if reader.looks_like_a_log(&bytes) { reader.read(&path).ok() } else { None };
        task.advance(bytes_of_file, facts.as_ref().map_or(0, |f| f.lines));
        match facts {
            Some(facts) => {
                let format = facts.format();
                survey.found.push(Found { path, table: TableName::Logs, format, log: Some(facts) });
            }
            None => survey.unknown.push(path),
        }
    }
    task.finish();
    Ok(())
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let document = name.ends_with(".md") || name.ends_with(".toml");
        if name.starts_with('.') || document || PASSED_OVER.contains(&name.as_str()) || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            list(&path, paths)?;
        } else if paths.len() < MOST {
            paths.push(path);
        }
    }
    Ok(())
}

/// The beginning of a file, unpacked, and whether that is all of it. A JSON document is read to its end.
fn beginning(path: &Path) -> std::io::Result<(Vec<u8>, bool)> {
    let mut blocks = Blocks::new(File::open(path)?)?;
    let mut bytes = blocks.next_block().map(|block| block.bytes).unwrap_or_default();
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace()).copied();
    let mut lines = bytes.split(|b| *b == b'\n').filter(|line| !line.iter().all(u8::is_ascii_whitespace));
    let object = |line: &[u8]| serde_json::from_slice::<serde_json::Value>(line).is_ok_and(|v| v.is_object());
    let json_lines = lines.next().is_some_and(object) && lines.next().is_some();
    let document = matches!(first, Some(b'[' | b'{' | b'<')) && !json_lines;
    loop {
        let Some(block) = blocks.next_block() else { return Ok((bytes, true)) };
        if !document || bytes.len() > LARGEST {
            return Ok((bytes, false));
        }
        bytes.extend_from_slice(&block.bytes);
    }
}

fn rows(table: TableName, bytes: &[u8]) -> Table {
    let zone = TimeZone::UTC;
    let parsed = formats::parse(table, bytes, &formats::Context { file: "", source: "", zone: &zone });
    let columns = table.columns().iter().map(|(name, _)| (*name).to_owned()).collect();
    Table { columns, rows: parsed.rows.iter().map(|row| row.cells().to_vec()).collect() }
}
