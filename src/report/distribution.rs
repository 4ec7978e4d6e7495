//! How the candidate reaches the testers, as notes: Expo Go and what it cannot show, a commit that two places name
//! differently, and builds that no store takes.

use super::Note;
use crate::config::RunPlan;
use crate::judge::{Judged, plain};
use crate::sources::formats::eas_builds;
use crate::tables::table::Table;

/// The notes.
pub(super) fn notes(plan: &RunPlan, judged: &Judged) -> Vec<Note> {
    let deploys = plain(&judged.tables, "deploys");
    let mut sentences = Vec::new();
    let declared = plan.params.text("distribution") == "expo-go";
    if judged.candidate.expo_go {
        sentences.push(
            "Testers run the app in Expo Go, of which no store sends crash reports: crashes are known from device logs \
             and attestations alone, and the candidate counts as published when it was first used."
                .to_owned(),
        );
    } else if declared {
        sentences.push(
            "The configuration says Expo Go, but a native build was distributed, so its crash reports are asked for."
                .to_owned(),
        );
    }
    match (&judged.candidate.sha, &plan.stage.commit) {
        (None, _) => sentences.push(format!(
            "Nothing names the commit of the candidate {}, so no CI result can be its own; stage.commit may name it.",
            plan.stage.candidate
        )),
        (Some(deployed), Some(written)) if !deployed.starts_with(written.as_str()) => sentences.push(format!(
            "The configuration says that the candidate is commit {written}, but it was deployed from {deployed}, which counts."
        )),
        _ => {}
    }
    sentences.extend(internal(plan, judged, &deploys));
    sentences.into_iter().map(|sentence| Note { about: "candidate".to_owned(), sentence }).collect()
}

/// A build that was made for internal distribution cannot be submitted to a store, although the default profile of
/// `eas build` for testers makes one.
fn internal(plan: &RunPlan, judged: &Judged, deploys: &Table) -> Option<String> {
    let text = |row: usize, name: &str| deploys.cell(row, name).as_text();
    let of_candidate = |row: &usize| {
        text(*row, "task") == Some(eas_builds::TASK)
            && text(*row, "build") == Some(plan.stage.candidate.as_str())
            && text(*row, "state") == Some("success")
    };
    let rows: Vec<usize> = (0..deploys.rows.len()).filter(of_candidate).collect();
    let stored = |platform: Option<&str>| {
        rows.iter().any(|row| text(*row, "platform") == platform && text(*row, "distribution") == Some("store"))
    };
    let submits = judged.documents.runbook.text.as_deref().is_some_and(|t| t.contains("eas submit"));
    let only: Vec<usize> = rows
        .iter()
        .copied()
        .filter(|row| text(*row, "distribution") == Some("internal") && !stored(text(*row, "platform")))
        .collect();
    let first = *only.first().filter(|_| submits)?;
    let mut platforms: Vec<&str> = only.iter().filter_map(|row| text(*row, "platform")).collect();
    platforms.sort_unstable();
    platforms.dedup();
    Some(format!(
        "EAS built {} for {} with the profile {}, whose distribution is internal. The runbook submits to a store, which \
         takes only a store build, and eas submit uses the profile production unless told otherwise: what stands in the \
         store is another build, or nothing.",
        plan.stage.candidate,
        platforms.join(" and "),
        text(first, "profile").unwrap_or("that was given"),
    ))
}
