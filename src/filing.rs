//! An incident report and the folder in which it stands: the folder of the same incident is found again, and what people
//! wrote in its document stays.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use crate::edits::blocks::{emit_generated, emit_slot};
use crate::edits::regenerate::{Regenerated, regenerate};
use crate::edits::words;
use crate::exit::{Ended, Exit};
use crate::render::incident::markdown::{self, Part};
use crate::report::incident::Incident;
use crate::report::words::WordRemark;

/// The document that people write in.
pub const DOCUMENT: &str = "incident.md";
/// The report as data.
pub const DATA: &str = "incident.json";
/// Two reports of one trigger whose first bad events are this close, in seconds, are of one incident.
const SAME_S: i64 = 3600;

/// The folder of an incident's report: the one where it stands already, else `incident-<stage>-<day of its end>`.
#[must_use]
pub fn folder(parent: &Path, incident: &Incident) -> PathBuf {
    if let Some(held) = standing(parent, incident) {
        return held;
    }
    let meta = &incident.meta;
    let end = incident.times.last_bad.at.or(incident.times.rolled_back.at).unwrap_or(meta.as_of);
    let day = end.to_zoned(jiff::tz::TimeZone::UTC).date();
    let plain = parent.join(format!("incident-{}-{day}", meta.stage_number));
    if plain.exists() { parent.join(format!("incident-{}-{day}-{}", meta.stage_number, slug(&meta.id))) } else { plain }
}

/// Letters, digits, dots and dashes of a name.
fn slug(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '-' }).collect()
}

/// The folder below `parent` that holds an earlier report of this incident.
fn standing(parent: &Path, incident: &Incident) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(parent).ok()?.flatten().map(|e| e.path()).filter(|p| p.join(DATA).is_file()).collect();
    folders.sort();
    folders.into_iter().find(|folder| {
        let held = std::fs::read(folder.join(DATA)).ok().and_then(|b| serde_json::from_slice::<Value>(&b).ok());
        held.is_some_and(|report| is_same(&report, incident))
    })
}

fn is_same(report: &Value, incident: &Incident) -> bool {
    if report["id"].as_str() == Some(incident.meta.id.as_str()) {
        return true;
    }
    // Without an id of the team's own, later evidence may move the first bad minute and so the id that is made of it.
    let trigger = report["trigger"].as_array().and_then(|t| t.first()).and_then(Value::as_str);
    let first: Option<Timestamp> = report["first_bad_at"].as_str().and_then(|t| t.parse().ok());
    let near = |(a, b): (Timestamp, Timestamp)| (a.as_second() - b.as_second()).abs() <= SAME_S;
    trigger.is_some()
        && trigger == incident.fired.first().map(String::as_str)
        && first.zip(incident.times.first_bad.at).is_some_and(near)
}

/// Joins an incident's report with what people wrote in the document that stands in `dir`: fills `incident.written`,
/// and gives the document anew.
///
/// # Errors
/// `Exit::Refused` where a generated block was edited or the markers are not certain; then nothing is to be written.
pub fn join(incident: &mut Incident, dir: &Path, names: &[String]) -> anyhow::Result<Regenerated> {
    let path = dir.join(DOCUMENT);
    let previous = match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(anyhow::Error::new(error).context(format!("cannot read {}", path.display()))),
    };
    let refused = |refusal: crate::edits::refusal::Refusal| {
        let hint = "nothing was written; do one of the above and run it again";
        Ended::error(Exit::Refused, format!("{} was not touched:\n{refusal}", path.display()), hint)
    };
    if let Some(bytes) = &previous {
        let text = crate::edits::regenerate::utf8(bytes).map_err(refused)?;
        let fresh = document(&markdown::parts(incident)?);
        let day = incident.meta.as_of.to_zoned(jiff::tz::TimeZone::UTC).date();
        incident.written = words::words(text, &fresh, names, day).map_err(refused)?;
    }
    let fresh = document(&markdown::parts(incident)?);
    regenerate(previous.as_deref(), &fresh).map_err(refused)
}

/// A remark on people's words with its place, for who runs the command.
#[must_use]
pub fn remark(remark: &WordRemark) -> String {
    let place = if remark.slot.is_empty() { String::new() } else { format!("{}, ", remark.slot) };
    let better = if remark.better.is_empty() { String::new() } else { format!(" {}", remark.better) };
    format!("{place}line {}: {}{better}", remark.line, remark.sentence)
}

/// The document with its markers.
fn document(parts: &[Part]) -> String {
    let block = |part: &Part| {
        if part.slot { emit_slot(&part.id, &part.text) } else { emit_generated(&part.id, &part.text) }
    };
    parts.iter().map(block).collect::<Vec<_>>().join("\n")
}
