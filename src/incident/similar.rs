//! Earlier incidents whose reports are kept, by the signatures that they share with this one: log templates, triggers,
//! routes.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use crate::report::incident::{Meta, SignatureRow, Similar};

/// Reports that are shown.
const MOST: usize = 5;
/// The file of a report's folder that is read.
const FILE: &str = "incident.json";

/// The most similar earlier incidents; a report that cannot be read is named in the second list.
pub(super) fn of(
    folder: &Path,
    meta: &Meta,
    (fired, routes): (&[String], &[String]),
    signatures: &[SignatureRow],
    first: Option<Timestamp>,
) -> (Vec<Similar>, Vec<String>) {
    let mut own = telling(signatures.iter().map(|s| (s.id.as_str(), s.state.as_str())));
    own.extend(marks(fired.iter().map(String::as_str), routes.iter().map(String::as_str)));
    let (mut found, mut damaged) = (Vec::new(), Vec::new());
    let Ok(entries) = std::fs::read_dir(folder) else { return (found, damaged) };
    let mut folders: Vec<_> = entries.flatten().map(|e| e.path()).filter(|p| p.join(FILE).is_file()).collect();
    folders.sort();
    for path in folders {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        match std::fs::read(path.join(FILE)).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()) {
            Some(report) => found.extend(compare(&report, &name, meta, &own, first)),
            None => damaged.push(format!("The earlier report {name}/{FILE} cannot be read and was not compared.")),
        }
    }
    found.sort_by(|a, b| b.overlap.total_cmp(&a.overlap).then(a.folder.cmp(&b.folder)));
    found.truncate(MOST);
    (found, damaged)
}

/// Ids of signatures that tell something: new, surged or vanished.
fn telling<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeSet<String> {
    all.filter(|(_, state)| *state != "steady").map(|(id, _)| id.to_owned()).collect()
}

/// A fault that no log line tells has its trigger and its routes for signatures.
fn marks<'a>(fired: impl Iterator<Item = &'a str>, routes: impl Iterator<Item = &'a str>) -> Vec<String> {
    fired.map(|item| format!("trigger {item}")).chain(routes.map(|route| format!("route {route}"))).collect()
}

fn compare(
    report: &Value,
    name: &str,
    meta: &Meta,
    own: &BTreeSet<String>,
    first: Option<Timestamp>,
) -> Option<Similar> {
    if report["found"].as_bool() != Some(true) {
        return None;
    }
    let at: Option<Timestamp> = report["first_bad_at"].as_str().and_then(|t| t.parse().ok());
    let id = report["id"].as_str().unwrap_or(name);
    // The report that is being made again is no earlier incident, and neither is one that came later.
    if id == meta.id || first.zip(at).is_some_and(|(own, other)| other >= own) {
        return None;
    }
    let rows = report["signatures"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |row: &'_ Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let list = |key: &str| report[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>();
    let mut theirs: BTreeSet<String> =
        rows.iter().filter(|r| text(r, "state") != "steady").map(|r| text(r, "id")).collect();
    theirs.extend(marks(list("trigger").into_iter(), list("routes").into_iter()));
    let shared: BTreeSet<&String> = own.intersection(&theirs).collect();
    let all = own.union(&theirs).count();
    if shared.is_empty() || all == 0 {
        return None;
    }
    let template = |id: &str| rows.iter().find(|r| text(r, "id") == id).map(|r| text(r, "template"));
    let words = shared.iter().map(|id| template(id).unwrap_or_else(|| (*id).clone()));
    Some(Similar {
        id: id.to_owned(),
        title: report["title"].as_str().unwrap_or_default().to_owned(),
        at,
        folder: name.to_owned(),
        overlap: shared.len() as f64 / all as f64,
        shared: words.take(3).collect(),
    })
}
