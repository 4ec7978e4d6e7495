//! The steps that the runbook prescribes after a trigger, audited in order, and what is to be done next.

use super::leak::{capital, finding};
use super::study::{HOUR_MS, Study, lasting, ms, time};
use crate::report::incident::{Affected, Leak, LeakAnswer, Next, Over, OverAnswer, Step, StepState, Suspect, Times};
use crate::runbook::LineKind;
use crate::verdict::Verdict;

/// Prescribed steps by the item of the check that stands for each.
pub(super) const STEPS: [&str; 5] = ["RS1", "RS2", "RS3", "RS4", "RS5"];

/// Audits the steps.
pub(super) fn steps(study: &Study<'_>, times: &Times, affected: &[Affected]) -> Vec<Step> {
    let mut steps: Vec<Step> = STEPS.iter().filter_map(|item| step(study, item, times, affected)).collect();
    let mut latest: Option<i64> = None;
    for step in &mut steps {
        let at = step.at.map(|t| t.as_millisecond());
        step.out_of_order = at.zip(latest).is_some_and(|(at, latest)| at < latest);
        latest = latest.max(at);
    }
    steps
}

fn step(study: &Study<'_>, item: &str, times: &Times, affected: &[Affected]) -> Option<Step> {
    let judged = study.judged;
    let found = finding(judged, item)?;
    let line = found.line.as_ref().and_then(|id| judged.runbook.lines.iter().find(|l| l.id == *id));
    let text = line.map_or_else(|| found.title.clone(), |l| l.text.clone());
    let (state, at, sentence) = match item {
        "RS1" => removed(study, times, found),
        "RS2" => notified(study, times),
        "RS3" => filed(affected),
        "RS4" => untouched(found, &found.sentence),
        _ => pending(found, "resolve it before the next attempt: a closed ticket and a test at a new commit"),
    };
    Some(Step {
        id: item.to_owned(),
        text,
        state,
        at: at.and_then(time),
        sentence,
        evidence: vec![found.check.clone()],
        out_of_order: false,
    })
}

type Audited = (StepState, Option<i64>, String);

/// A build that was removed is gone when its traffic is: the check tells that, and the audit event when it was removed.
fn removed(study: &Study<'_>, times: &Times, found: &crate::checks::Finding) -> Audited {
    let first = ms(&times.first_bad).unwrap_or(study.plan.stage.beta.from_ms());
    let pulls = study.record.containments.iter().filter(|c| c.how == "removed" && c.at >= first);
    let Some(pull) = pulls.min_by_key(|c| c.at) else {
        return (StepState::NotSeen, None, "no audit event removes a build from distribution".to_owned());
    };
    let entry = study.record.entries.iter().find(|e| e.at == pull.at && e.action == "distribution.removed");
    let channels = entry.and_then(|e| e.detail.get("channels")).and_then(serde_json::Value::as_array);
    let channels: Vec<&str> = channels.into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
    let from = if channels.is_empty() { String::new() } else { format!(" from {}", channels.join(" and ")) };
    let after =
        ms(&times.detected).map(|at| format!(", {} after detection", lasting(pull.at - at))).unwrap_or_default();
    let said = format!("{}{from}{after}", capital(&pull.what));
    match found.judged {
        Verdict::Pass => (StepState::Done, Some(pull.at), said),
        Verdict::Fail | Verdict::Conflict => {
            (StepState::NotDone, Some(pull.at), format!("{said}; but {}", found.sentence))
        }
        _ => (
            StepState::Pending,
            Some(pull.at),
            format!("{said}; that its traffic ended is not shown: {}", found.sentence),
        ),
    }
}

fn notified(study: &Study<'_>, times: &Times) -> Audited {
    let first = ms(&times.first_bad).unwrap_or(study.plan.stage.beta.from_ms());
    let Some(told) = study.record.entries_of("testers.notified").find(|e| e.at >= first) else {
        return (StepState::NotSeen, None, "no event says that the testers were told".to_owned());
    };
    let channel = told.text("channel");
    let by = if channel.is_empty() { String::new() } else { format!(" by {channel}") };
    let decided = ms(&times.rolled_back).or(ms(&times.detected));
    let late = decided.map(|at| told.at - at);
    let limit = (study.plan.params.float("notify-minutes") * 60_000.0) as i64;
    let to = if told.target.is_empty() { "the testers".to_owned() } else { told.target.clone() };
    let sentence = match late {
        Some(ms) if ms > limit => {
            format!("{to} told{by}, {} after the rollback: later than the runbook allows", lasting(ms))
        }
        Some(ms) if ms >= 0 => format!("{to} told{by}, {} after the rollback", lasting(ms)),
        Some(ms) => format!("{to} told{by}, {} before the rollback", lasting(ms)),
        None => format!("{to} told{by}"),
    };
    (StepState::Done, Some(told.at), sentence)
}

fn filed(affected: &[Affected]) -> Audited {
    let missing: usize = affected.iter().map(|a| a.missing.len()).sum();
    match (affected.len(), missing) {
        (0, _) => (StepState::Pending, None, "this report names no affected tester; a person completes it".to_owned()),
        (_, 0) => (StepState::Done, None, "this report: the required block is complete".to_owned()),
        (_, n) => (
            StepState::Pending,
            None,
            format!("this report: {n} cells of the required block are missing, and named there"),
        ),
    }
}

fn untouched(found: &crate::checks::Finding, sentence: &str) -> Audited {
    let state = match found.judged {
        Verdict::Pass => StepState::Done,
        Verdict::Fail | Verdict::Conflict => StepState::NotDone,
        Verdict::NotApplicable => StepState::Pending,
        _ => StepState::NotSeen,
    };
    (state, None, sentence.to_owned())
}

fn pending(found: &crate::checks::Finding, otherwise: &str) -> Audited {
    let done = matches!(found.judged, Verdict::Pass | Verdict::Waived);
    let sentence = if done { found.sentence.clone() } else { otherwise.to_owned() };
    (if done { StepState::Done } else { StepState::Pending }, None, sentence)
}

/// What is to be done next, the most urgent first.
pub(super) fn next(study: &Study<'_>, leak: &Leak, over: &Over, steps: &[Step], suspects: &[Suspect]) -> Vec<Next> {
    let owner = &study.plan.stage.owner;
    let mut all: Vec<Next> = Vec::new();
    let mut push = |what: String, due: &str| {
        all.push(Next { what, owner: owner.clone(), due: due.to_owned() });
    };
    if over.answer == OverAnswer::No {
        push("Stop it: testers are still being hit, or may be.".to_owned(), "now");
    }
    for step in
        steps.iter().filter(|s| matches!(s.state, StepState::NotSeen | StepState::NotDone)).filter(|s| s.id != "RS4")
    {
        push(format!("{}: {}.", step.text.trim_end_matches('.'), step.sentence), "now");
    }
    if let Some(first) = suspects.first() {
        let commit = first.commit.as_deref().map(|c| format!(" ({})", c.get(..8).unwrap_or(c))).unwrap_or_default();
        push(format!("Compare {}{commit} with what ran before it.", first.name), "before the next attempt");
    }
    if leak.answer == LeakAnswer::Yes {
        push("Find and tell the people whose data were shown.".to_owned(), "within a day");
    }
    if leak.answer == LeakAnswer::CannotExclude {
        push("Settle whether a tenant saw another's data.".to_owned(), "within a day");
    }
    all
}

/// The action that the runbook prescribes for a trigger.
pub(super) fn prescribed(study: &Study<'_>) -> Option<String> {
    let line = finding(study.judged, &study.case.events.item)?.line.as_ref()?;
    let line = study.judged.runbook.lines.iter().find(|l| l.id == *line)?;
    match &line.kind {
        LineKind::Trigger { action } => Some(action.clone()),
        _ => None,
    }
}

/// Whether somebody was paged, where the prescribed action says so.
pub(super) fn paged(study: &Study<'_>, times: &Times) -> Option<Step> {
    let action = prescribed(study)?;
    if !action.to_lowercase().contains("page") {
        return None;
    }
    let first = ms(&times.first_bad)?;
    let found = study.record.entries.iter().find(|e| {
        (e.action.starts_with("page.") || e.action.contains("paged")) && first <= e.at && e.at <= first + 48 * HOUR_MS
    });
    Some(Step {
        id: "page".to_owned(),
        text: "Page on-call".to_owned(),
        state: if found.is_some() { StepState::Done } else { StepState::NotSeen },
        at: found.and_then(|e| time(e.at)),
        sentence: found.map_or_else(|| "no page is recorded".to_owned(), |e| format!("{} of {}", e.action, e.target)),
        evidence: found.map(|e| e.place.clone()).into_iter().collect(),
        out_of_order: false,
    })
}
