//! What stands on this machine: the configuration, the documents of the stage, the folders of a run.

use std::path::Path;

use jiff::Timestamp;

use crate::config::RunPlan;
use crate::queries;
use crate::report::diagnosis::Noticed;
use crate::runbook::bind::Bindings;
use crate::runbook::parse;
use crate::sources::files;
use crate::tables::schema::TableName;

/// The configuration itself, which was read without a mistake.
pub(super) fn configuration(plan: &RunPlan, now: Timestamp) -> Vec<Noticed> {
    let stage = &plan.stage;
    let day = |at: Timestamp| at.to_zoned(plan.project.zone.clone()).strftime("%d %b %Y").to_string();
    let read =
        format!("stage {}, {}: beta {} to {}", stage.number, stage.title, day(stage.beta.from), day(stage.beta.to));
    let mut noticed = vec![Noticed::fine(read)];
    noticed.extend(plan.warnings.iter().map(|warning| Noticed::warning(warning.clone(), "see the configuration")));
    let today = now.to_zoned(plan.project.zone.clone()).date();
    for waiver in plan.waivers.iter().filter(|waiver| waiver.until < today) {
        let what = format!("the waiver of {} ended on {}", waiver.item, waiver.until);
        noticed.push(Noticed::warning(what, "let its owner decide again, or remove it"));
    }
    if plan.sources.is_empty() {
        noticed.push(Noticed::fault("there is no source", "add [[source]]; `cutover init` proposes some"));
    } else if !plan.sources.iter().any(|source| source.table == TableName::Logs) {
        let fix = "add the services' logs: most lines of the runbook are judged on them";
        noticed.push(Noticed::fault("no source has logs", fix));
    }
    noticed
}

/// The runbook and the documents beside it.
pub(super) fn documents(plan: &RunPlan) -> Vec<Noticed> {
    let mut noticed = Vec::new();
    match (files::document(&plan.stage.runbook), queries::load(plan.queries_dir.as_deref())) {
        (Ok(text), Ok(catalogue)) => {
            let runbook = parse::parse(&text);
            let bindings = Bindings::of(&runbook, &catalogue, &plan.lines);
            let lines = runbook.lines.len();
            if lines == 0 {
                let fix = "see whether `stage.runbook` names the checklist";
                noticed.push(Noticed::fault("the runbook has no line that could be judged", fix));
            } else {
                let checks = catalogue.len();
                noticed.push(Noticed::fine(format!("the runbook has {lines} lines; {checks} checks are known")));
            }
            let remarks = bindings.notes.into_iter().map(|note| note.sentence);
            noticed.extend(
                remarks.map(|what| Noticed::warning(what, "`cutover checks` shows every line and what judges it")),
            );
        }
        (Err(error), _) => {
            let what = format!("the runbook cannot be read: {error}");
            noticed.push(Noticed::fault(what, "see `stage.runbook`"));
        }
        (_, Err(error)) => noticed.push(Noticed::fault(format!("{error:#}"), "mend the check file")),
    }
    let others =
        [("roadmap", &plan.stage.roadmap), ("operations", &plan.stage.operations), ("previous", &plan.stage.previous)];
    for (name, path) in others {
        match path {
            Some(path) if path.is_file() => {}
            // The configuration's own warnings tell of a file that is not there.
            Some(_) => {}
            None => {
                let what = format!("stage.{name} is not given");
                noticed.push(Noticed::warning(what, "name it: some lines of the runbook are judged on it"));
            }
        }
    }
    noticed
}

/// The folders that a run writes to.
pub(super) fn folders(plan: &RunPlan) -> Vec<Noticed> {
    let mut noticed = Vec::new();
    for (name, dir) in [("evidence", &plan.evidence_dir), ("output", &plan.output_dir)] {
        if let Err(error) = writable(dir) {
            let what = format!("the {name} folder {} cannot be written to: {error}", dir.display());
            noticed.push(Noticed::fault(what, format!("change its rights, or [{name}] dir")));
        }
    }
    if noticed.is_empty() {
        noticed.push(Noticed::fine("evidence and reports can be written"));
    }
    noticed
}

/// Tries the folder, or the nearest one above it that is there: nothing is left behind.
fn writable(dir: &Path) -> std::io::Result<()> {
    let there = dir.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    tempfile::tempfile_in(there).map(drop)
}
