//! What speaks for an edit of the stage's documents: a packet that verifies, or the report of a rollback.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::config::RunPlan;
use crate::edits::stage::Standing;
use crate::exit::{Ended, Exit};
use crate::filing;
use crate::output;
use crate::report::{DocumentChange, Meta};
use crate::verdict::Call;

/// The data of a packet.
const PACKET: &str = "signoff.json";

/// Where the stage stands, and by what.
#[derive(Debug, Clone)]
pub struct Authority {
    pub standing: Standing,
    /// Such as `GO packet 0123456789ab in reports/signoff-3-2026-08-09`.
    pub told: String,
    /// Why nothing may be written on it: what is so, and what to do.
    pub forbids: Option<(String, String)>,
    /// What the packet planned for the documents, by their file names.
    pub planned: BTreeMap<String, DocumentChange>,
}

struct Packet {
    dir: PathBuf,
    meta: Meta,
    call: String,
    planned: BTreeMap<String, DocumentChange>,
}

/// A report of a rollback of this stage.
#[derive(Debug, Clone)]
pub struct Incident {
    pub dir: PathBuf,
    pub id: String,
    pub rolled_back: Timestamp,
    /// What people want done about it.
    pub actions: Vec<Action>,
}

/// An action that people wrote into the report.
#[derive(Debug, Clone)]
pub struct Action {
    pub what: String,
    pub done_when: String,
    pub state: String,
}

/// The packet or the incident report that was named, else the newest of the stage in the folder of reports: a rollback
/// after a GO takes it back.
///
/// # Errors
/// `Exit::Refused` when there is none, when it is of another stage or candidate, or when it does not verify.
pub fn find(plan: &RunPlan, packet: Option<&Path>, incident: Option<&Path>) -> anyhow::Result<Authority> {
    if let Some(dir) = incident {
        return Ok(of_incident(plan, &named_incident(plan, dir)?));
    }
    if let Some(dir) = packet {
        return of_packet(plan, read_packet(plan, dir)?);
    }
    let newest = newest_packet(plan).map(|dir| read_packet(plan, &dir)).transpose()?;
    let since =
        |i: &Incident| newest.as_ref().is_none_or(|p| p.call != Call::Go.word() || i.rolled_back > p.meta.as_of);
    match (newest_incident(plan).filter(since), newest) {
        (Some(incident), _) => Ok(of_incident(plan, &verified(incident)?)),
        (None, Some(packet)) => of_packet(plan, packet),
        (None, None) => {
            let (stage, folder) = (&plan.stage, plan.output_dir.display());
            let message =
                format!("no packet of stage {} and candidate {} stands in {folder}", stage.number, stage.candidate);
            Err(refused(message, "run `cutover signoff` first, or name the folder of a packet with --packet"))
        }
    }
}

fn refused(message: String, hint: &str) -> anyhow::Error {
    Ended::error(Exit::Refused, message, hint)
}

fn day(plan: &RunPlan, at: Timestamp) -> Date {
    at.to_zoned(plan.project.zone.clone()).date()
}

fn of_incident(plan: &RunPlan, incident: &Incident) -> Authority {
    Authority {
        standing: Standing::RolledBack { date: day(plan, incident.rolled_back), cause: incident.id.clone() },
        told: format!("incident {} in {}", incident.id, incident.dir.display()),
        forbids: None,
        planned: BTreeMap::new(),
    }
}

fn of_packet(plan: &RunPlan, packet: Packet) -> anyhow::Result<Authority> {
    let meta = packet.meta;
    let told = format!("{} packet {} in {}", packet.call, meta.packet_id, packet.dir.display());
    if let Some(at) = meta.pulled_at {
        let cause = format!("packet {}", meta.packet_id);
        let standing = Standing::RolledBack { date: day(plan, at), cause };
        return Ok(Authority { standing, told, forbids: None, planned: packet.planned });
    }
    let forbids = (packet.call != Call::Go.word()).then(|| {
        let message = format!("packet {} says {}: the documents are edited on a GO only", meta.packet_id, packet.call);
        (message, "run `cutover signoff` again when what is missing is there; --diff shows the proposal".to_owned())
    });
    let date = day(plan, meta.as_of);
    let standing =
        Standing::Complete { date, build: meta.candidate, packet: meta.packet_id, sha256: meta.packet_sha256 };
    Ok(Authority { standing, told, forbids, planned: packet.planned })
}

/// A packet whose every file is as it was written, of the stage and candidate of the configuration.
fn read_packet(plan: &RunPlan, dir: &Path) -> anyhow::Result<Packet> {
    vouched(dir, PACKET)?;
    let json = json(&dir.join(PACKET))?;
    let other = |why: String| {
        let message = format!("{} is not a packet of this version: {why}", dir.display());
        refused(message, "make it again with `cutover signoff`")
    };
    let meta: Meta = serde_json::from_value(json["packet"].clone()).map_err(|e| other(e.to_string()))?;
    let edits: Vec<DocumentChange> = serde_json::from_value(json["edits"].clone()).map_err(|e| other(e.to_string()))?;
    let call = json["decision"]["call"].as_str().ok_or_else(|| other("it has no decision".to_owned()))?.to_owned();
    if let Some(other) = differs(plan, &meta) {
        let hint = "name a packet of this stage with --packet, or its configuration with --config";
        return Err(refused(format!("packet {} is {other}", meta.packet_id), hint));
    }
    let planned = edits.into_iter().map(|edit| (edit.file.clone(), edit)).collect();
    Ok(Packet { dir: dir.to_owned(), meta, call, planned })
}

/// How a packet is of something else than the configuration is; a GO on a part of the beta is none of the beta.
fn differs(plan: &RunPlan, meta: &Meta) -> Option<String> {
    let stage = &plan.stage;
    let of = |number: u32, title: &str| format!("of stage {number} \"{title}\"");
    if meta.stage_number != stage.number || meta.stage_title != stage.title {
        let (theirs, own) = (of(meta.stage_number, &meta.stage_title), of(stage.number, &stage.title));
        return Some(format!("{theirs}, the configuration {own}"));
    }
    if meta.candidate != stage.candidate {
        return Some(format!("of candidate {}, the configuration of {}", meta.candidate, stage.candidate));
    }
    let (theirs, own) = (meta.window, stage.beta);
    (theirs != own).then(|| format!("of {} to {}, but the beta is {} to {}", theirs.from, theirs.to, own.from, own.to))
}

/// Refuses a folder whose files are not as they were written, or whose manifest does not vouch for `file`.
fn vouched(dir: &Path, file: &str) -> anyhow::Result<()> {
    let again = "make it again from its evidence, or get an untouched copy; `cutover verify` tells more";
    let (manifest, mut faults) = output::verify(dir).map_err(|error| refused(format!("{error:#}"), again))?;
    if !manifest.files.iter().any(|f| f.path == file) {
        faults.push(format!("the manifest does not list {file}"));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(refused(format!("{} does not verify: {}", dir.display(), faults.join("\n")), again))
}

fn json(path: &Path) -> anyhow::Result<Value> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let again = "make it again from its evidence, or get an untouched copy";
    serde_json::from_slice(&bytes).map_err(|error| refused(format!("{} is not JSON: {error}", path.display()), again))
}

/// Folders below the folder of reports that hold a file, in the order of their names.
fn holding(plan: &RunPlan, file: &str) -> Vec<(PathBuf, Value)> {
    let folders = std::fs::read_dir(&plan.output_dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut all: Vec<(PathBuf, Value)> =
        folders.filter_map(|dir| json(&dir.join(file)).ok().map(|json| (dir, json))).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// The packet of the stage and candidate that looks at the evidence up to the latest time.
fn newest_packet(plan: &RunPlan) -> Option<PathBuf> {
    let mut own: Vec<(Timestamp, PathBuf)> = Vec::new();
    for (dir, json) in holding(plan, PACKET) {
        let meta = serde_json::from_value::<Meta>(json["packet"].clone()).ok();
        own.extend(meta.filter(|meta| differs(plan, meta).is_none()).map(|meta| (meta.as_of, dir)));
    }
    own.into_iter().max().map(|(_, dir)| dir)
}

/// The report of the stage's latest rollback.
fn newest_incident(plan: &RunPlan) -> Option<Incident> {
    let all = holding(plan, filing::DATA);
    all.into_iter().filter_map(|(dir, json)| incident(plan, &dir, &json)).max_by_key(|incident| incident.rolled_back)
}

fn incident(plan: &RunPlan, dir: &Path, json: &Value) -> Option<Incident> {
    let of_stage = json["incident"]["stage_number"].as_u64() == Some(plan.stage.number.into())
        && json["incident"]["stage_title"].as_str() == Some(&plan.stage.title);
    let actions = json["actions"].as_array().into_iter().flatten();
    let word = |action: &Value, name: &str| action[name].as_str().unwrap_or_default().trim().to_owned();
    of_stage.then_some(())?;
    Some(Incident {
        dir: dir.to_owned(),
        id: json["id"].as_str()?.to_owned(),
        rolled_back: json["rolled_back_at"].as_str()?.parse().ok()?,
        actions: actions
            .map(|a| Action { what: word(a, "what"), done_when: word(a, "done_when"), state: word(a, "state") })
            .collect(),
    })
}

/// The incident report in a folder.
///
/// # Errors
/// `Exit::Refused` when it does not verify, is of another stage, or tells of no rollback.
pub fn named_incident(plan: &RunPlan, dir: &Path) -> anyhow::Result<Incident> {
    vouched(dir, filing::DATA)?;
    let json = json(&dir.join(filing::DATA))?;
    incident(plan, dir, &json).ok_or_else(|| {
        let message = format!("{} tells of no rollback of stage {}", dir.display(), plan.stage.number);
        refused(message, "name the folder of an incident report of this stage whose `rolled_back_at` is known")
    })
}

/// The incident report that was named, else the latest of the stage.
///
/// # Errors
/// As `named_incident`.
pub fn incident_of(plan: &RunPlan, named: Option<&Path>) -> anyhow::Result<Option<Incident>> {
    match named {
        Some(dir) => named_incident(plan, dir).map(Some),
        None => newest_incident(plan).map(verified).transpose(),
    }
}

fn verified(incident: Incident) -> anyhow::Result<Incident> {
    vouched(&incident.dir, filing::DATA)?;
    Ok(incident)
}
