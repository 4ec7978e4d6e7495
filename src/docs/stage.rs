//! The edits of ROADMAP and OPERATIONS that a packet or an incident report asks for.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::authority::{self, Authority};
use super::{Mode, Outcome, Ready, journal};
use crate::config::RunPlan;
use crate::edits::change::sha256;
use crate::edits::gaps::{self, Gap};
use crate::edits::misfit::misfit;
use crate::edits::refusal::Refusal;
use crate::edits::replace::read;
use crate::edits::stage::{self, Planned};
use crate::exit::{Ended, Exit};
use crate::report::DocumentChange;

/// What is to be edited, and by what.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Folder of the packet; the newest of the stage where none is named.
    pub packet: Option<PathBuf>,
    /// Folder of the incident report.
    pub incident: Option<PathBuf>,
    /// A gap that was closed, for the log of them, instead of the state of the stage.
    pub gap: Option<String>,
    /// What closed it.
    pub resolution: Option<String>,
}

/// Edits the documents of the stage, or shows what would be edited.
///
/// # Errors
/// `Exit::Refused` where a place is not certain, or nothing speaks for the edit; then nothing is written.
pub fn edit(plan: &RunPlan, ask: &Ask, mode: Mode, cwd: &Path) -> anyhow::Result<Outcome> {
    if mode == Mode::Revert {
        return journal::revert(plan);
    }
    if let Some(gap) = &ask.gap {
        let (path, planned) = gap_edit(plan, ask, gap)?;
        let told = format!("`{}` of OPERATIONS", plan.docs.gaps);
        return finish(plan, vec![ready(path, planned)?], &told, None, mode, cwd);
    }
    let authority = authority::find(plan, ask.packet.as_deref(), ask.incident.as_deref())?;
    let mut all = Vec::new();
    let mut refusals = Vec::new();
    for (path, planned) in planned(plan, &authority)? {
        match ready(path, planned) {
            Ok(ready) => all.push(ready),
            Err(error) => refusals.push(error),
        }
    }
    if refusals.is_empty() {
        return finish(plan, all, &authority.told, authority.forbids, mode, cwd);
    }
    let message = refusals.iter().map(|refusal| format!("{refusal:#}")).collect::<Vec<_>>().join("\n");
    Err(Ended::error(Exit::Refused, message, "nothing was written; do what is said above and run it again"))
}

/// A document, its text, and what is planned for it.
type Plan = (PathBuf, (String, Planned));

fn planned(plan: &RunPlan, authority: &Authority) -> anyhow::Result<Vec<Plan>> {
    let stage = &plan.stage;
    let mut all = Vec::new();
    if let Some(path) = &stage.roadmap {
        let text = read(path)?;
        let planned = stage::roadmap(&text, &stage.title, &authority.standing);
        all.push((path.clone(), (text, planned)));
    }
    if let Some(path) = &stage.operations {
        let text = read(path)?;
        let planned = stage::operations(&text, stage.number, &plan.docs.stages, &authority.standing);
        all.push((path.clone(), (text, planned)));
    }
    if all.is_empty() {
        let hint = "name them in [stage]: roadmap = \"docs/ROADMAP.md\", operations = \"docs/OPERATIONS.md\"";
        return Err(Ended::error(Exit::Usage, "the configuration names no document to edit", hint));
    }
    for (path, (text, planned)) in &mut all {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if let (Ok(edit), Some(change)) = (&planned.outcome, authority.planned.get(&name))
            && !edit.is_empty()
            && let Some(refusal) = changed_since(text, change)
        {
            planned.outcome = Err(refusal);
        }
    }
    Ok(all)
}

/// Why an edit of a packet does not fit the document any more.
fn changed_since(text: &str, change: &DocumentChange) -> Option<Refusal> {
    let same = change.before_sha256.is_empty() || change.before_sha256 == sha256(text.as_bytes());
    (!same).then(|| misfit(&change.diff, text))
}

fn ready(path: PathBuf, (text, planned): (String, Planned)) -> anyhow::Result<Ready> {
    let refuse = |refusal: &Refusal| {
        Ended::error(Exit::Refused, format!("{} was not edited:\n{refusal}", path.display()), "nothing was written")
    };
    let edit = planned.outcome.map_err(|refusal| refuse(&refusal))?;
    Ok(Ready { path, text, edit, what: planned.what })
}

/// Shows, checks or writes what is ready.
fn finish(
    plan: &RunPlan,
    all: Vec<Ready>,
    by: &str,
    forbids: Option<(String, String)>,
    mode: Mode,
    cwd: &Path,
) -> anyhow::Result<Outcome> {
    let (due, done): (Vec<Ready>, Vec<Ready>) = all.into_iter().partition(|ready| !ready.edit.is_empty());
    let mut outcome = Outcome::default();
    outcome.told.extend(done.iter().map(|ready| format!("{}: already done, {}", ready.path.display(), ready.what)));
    let tell = |word: &str| due.iter().map(|r| format!("{}: {word}, {}", r.path.display(), r.what)).collect::<Vec<_>>();
    match (mode, forbids) {
        (Mode::Apply, Some((message, hint))) if !due.is_empty() => {
            return Err(Ended::error(Exit::Refused, message, hint));
        }
        (Mode::Check, Some((message, _))) => outcome.told.push(format!("no edit is due: {message}")),
        (Mode::Check, None) => {
            outcome.due = !due.is_empty();
            outcome.told.extend(tell("an edit is due"));
        }
        (Mode::Diff, forbids) => {
            outcome.diff = due.iter().map(|ready| ready.patch(cwd)).collect();
            outcome.told.extend(tell("proposed"));
            outcome.told.extend(forbids.map(|(message, _)| format!("--apply would refuse it: {message}")));
        }
        (Mode::Apply | Mode::Revert, _) if due.is_empty() => {}
        (Mode::Apply | Mode::Revert, _) => {
            journal::apply(plan, &due)?;
            outcome.told.extend(tell("edited"));
        }
    }
    outcome.told.push(format!("by {by}"));
    Ok(outcome)
}

/// A row in the log of closed gaps: of an action that is done, or as it is told.
fn gap_edit(plan: &RunPlan, ask: &Ask, gap: &str) -> anyhow::Result<Plan> {
    let Some(path) = &plan.stage.operations else {
        let hint = "name it in [stage]: operations = \"docs/OPERATIONS.md\"";
        return Err(Ended::error(Exit::Usage, "the configuration names no OPERATIONS document", hint));
    };
    let Some(incident) = authority::incident_of(plan, ask.incident.as_deref())? else {
        let message =
            format!("no report of a rollback of stage {} stands in {}", plan.stage.number, plan.output_dir.display());
        return Err(Ended::error(
            Exit::Refused,
            message,
            "run `cutover incident` first, or name its folder with --incident",
        ));
    };
    let wanted = gap.trim().to_lowercase();
    let action = incident.actions.iter().find(|a| a.what.to_lowercase() == wanted);
    let resolution = match (&ask.resolution, action) {
        (Some(told), _) => told.clone(),
        (None, Some(action)) if action.state == "done" => action.done_when.clone(),
        (None, Some(action)) => {
            let message =
                format!("the action \"{}\" of incident {} is {}, not done", action.what, incident.id, action.state);
            return Err(Ended::error(
                Exit::Refused,
                message,
                "mark it done in the report, or say what closed it with --resolution",
            ));
        }
        (None, None) => {
            let done: Vec<String> =
                incident.actions.iter().filter(|a| a.state == "done").map(|a| format!("\"{}\"", a.what)).collect();
            let hint = if done.is_empty() {
                "say what closed it with --resolution TEXT".to_owned()
            } else {
                format!(
                    "name an action that is done, {}, or say what closed it with --resolution TEXT",
                    done.join(", ")
                )
            };
            return Err(Ended::error(Exit::Refused, format!("incident {} has no action \"{gap}\"", incident.id), hint));
        }
    };
    let date: Date = incident.rolled_back.to_zoned(plan.project.zone.clone()).date();
    let entry = Gap { date, gap: gap.to_owned(), resolution: format!("{resolution} ({})", incident.id) };
    let text = read(path)?;
    let planned = gaps::add(&text, &plan.docs.gaps, &entry);
    Ok((path.clone(), (text, planned)))
}
