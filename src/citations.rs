//! Result rows in, the raw lines that they cite out, redacted: what an auditor reads when the log is long gone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::config::RunPlan;
use crate::evidence::Evidence;
use crate::report::assemble::ResultRows;
use crate::sources::files;
use crate::tables::redact::{Redactions, Redactor};

/// Rows of one query whose lines are kept.
const ROWS: usize = 50;
/// Characters of one line that are kept.
const LONGEST: usize = 4_000;

/// The cited lines as `{file, line, sha256, text}`, by file and line; `sha256` is the file's. A file that is gone or
/// was changed since it was collected has no text, and says so.
#[must_use]
pub fn lines(plan: &RunPlan, evidence: &Evidence, results: &[ResultRows], redactor: &Redactor) -> Vec<Value> {
    let mut cited: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for result in results {
        let places = (0..result.table.rows.len()).filter_map(|row| {
            let line = result.table.cell(row, "line").as_int().filter(|n| *n > 0)?;
            Some((result.table.cell(row, "file").as_text()?, line as u64))
        });
        for (file, line) in places.take(ROWS) {
            cited.entry(file).or_default().insert(line);
        }
    }
    let mut all = Vec::new();
    for (file, numbers) in cited {
        let Some(record) = evidence.files().iter().find(|r| r.file == file) else { continue };
        let wanted: Vec<u64> = numbers.into_iter().collect();
        let texts = texts(plan, evidence, file, &wanted, redactor);
        for line in wanted {
            let mut entry = json!({ "file": file, "line": line, "sha256": record.sha256 });
            match texts.get(&line) {
                Some(text) => entry["text"] = json!(text),
                None => entry["missing"] = json!("the file is gone or was changed since it was collected"),
            }
            all.push(entry);
        }
    }
    all
}

/// Lines of one file, redacted, by number; empty where the file is gone or was changed since it was collected.
#[must_use]
pub fn texts(
    plan: &RunPlan,
    evidence: &Evidence,
    file: &str,
    wanted: &[u64],
    redactor: &Redactor,
) -> BTreeMap<u64, String> {
    let Some(record) = evidence.files().iter().find(|r| r.file == file) else { return BTreeMap::new() };
    if !record.is_local() {
        // A system keeps no line numbers, and an archive is not asked again: what was stored of the rows stands for them.
        let rows = evidence.rows(record, wanted).unwrap_or_default();
        return rows.into_iter().map(|(line, text)| (line, clean(&text, redactor))).collect();
    }
    let path = plan.root.join(file);
    if !files::stamp(&path).is_ok_and(|stamp| stamp == record.stamp) {
        return BTreeMap::new();
    }
    let read = files::lines_of(&path, wanted).unwrap_or_default();
    read.into_iter().map(|(line, text)| (line, clean(&text, redactor))).collect()
}

/// Redacted before it is cut, so that half a secret is not left over.
fn clean(text: &str, redactor: &Redactor) -> String {
    let redacted = redactor.text(text, &mut Redactions::default()).into_owned();
    if redacted.chars().count() <= LONGEST {
        return redacted;
    }
    redacted.chars().take(LONGEST).chain(['…']).collect()
}
