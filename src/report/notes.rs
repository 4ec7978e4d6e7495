//! Findings about the run itself: what was discarded, declared, expired, young or off.

use jiff::Timestamp;

use super::{Note, bindings, distribution};
use crate::config::RunPlan;
use crate::judge::Judged;

/// All notes, in the order of page 1.
pub(super) fn notes(plan: &RunPlan, judged: &Judged) -> Vec<Note> {
    let note = |about: &str, sentence: String| Note { about: about.to_owned(), sentence };
    let mut notes = Vec::new();
    if let Some((at, how)) = &judged.correlated.windows.containment {
        let at = Timestamp::from_millisecond(*at)
            .map(|t| t.strftime("%d %b %Y %H:%M:%S UTC").to_string())
            .unwrap_or_default();
        notes.push(note("evidence", format!("The build was pulled at {at} ({how}); the beta is judged up to then.")));
    }
    if let Some(published) = judged.candidate.published {
        let days = (judged.observed.as_of - published) as f64 / 86_400_000.0;
        if days < plan.params.float("parallel-days") {
            notes.push(note(
                "candidate",
                format!(
                    "The candidate {} was published {days:.1} days before the end of the evidence.",
                    plan.stage.candidate
                ),
            ));
        }
    } else {
        let candidate = &plan.stage.candidate;
        notes.push(note("candidate", format!("No successful deployment of the candidate {candidate} was found.")));
    }
    notes.extend(distribution::notes(plan, judged));
    for waiver in judged.waivers.iter().filter(|w| w.state != "in force") {
        let sentence = format!("The waiver of {} by {} is {}: {}.", waiver.item, waiver.by, waiver.state, waiver.why);
        notes.push(note("waiver", sentence));
    }
    for waiver in judged.waivers.iter().filter(|w| w.state == "in force") {
        let (item, by) = (&waiver.item, &waiver.by);
        if !by.eq_ignore_ascii_case(&plan.stage.owner) {
            let owner = &plan.stage.owner;
            notes
                .push(note("waiver", format!("The waiver of {item} was given by {by}, who is not the owner {owner}.")));
        }
        if !waiver.why.is_empty() {
            notes.push(note("waiver", format!("The waiver of {item} does not cover all of it: {}.", waiver.why)));
        }
    }
    notes.extend(judged.scope_notes.iter().chain(&judged.bindings.notes).cloned());
    notes.extend(bindings::ticked(judged));
    notes.extend(bindings::shifted(judged));
    for (tester, clock) in &judged.correlated.clocks.0 {
        if clock.offset_ms.abs() >= 2_000 {
            let code = judged.correlated.roster.code(*tester).unwrap_or_default();
            notes.push(note("clock", format!("The clock of {code}'s device is off by {:.1} s, measured on {} requests; its lines are placed among drills by the servers' clock.", clock.offset_ms as f64 / 1000.0, clock.requests)));
        }
    }
    notes.extend(judged.attestations.notes.iter().cloned());
    notes.extend(plan.warnings.iter().map(|w| note("configuration", w.clone())));
    bindings::in_order(&mut notes);
    notes
}
