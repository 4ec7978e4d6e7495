//! A week of the beta in, its summary's model out: the beta judged as of the week's end, against the summary before.

mod changes;
mod events;
pub mod history;
mod people;
mod strip;
pub mod week;
mod words;

use jiff::Timestamp;

use crate::config::{Param, RunPlan, Window};
use crate::evidence::Evidence;
use crate::judge::{self, Judged};
use crate::report::assemble;
use crate::report::weekly::{Feedback, Meta, Progress, WEEKLY_SCHEMA, Weekly};
use crate::report::{Count, FeedbackRow, identity, sections};
use crate::tables;
use crate::verdict::Verdict;
use history::{Earlier, History};
use week::Week;

/// Quotes that have room.
const QUOTES: usize = 4;
const DAY_MS: i64 = 86_400_000;

/// Sums up a week.
///
/// # Errors
/// As judging.
pub fn summarise(plan: &RunPlan, evidence: &Evidence, week: Week, history: &History) -> anyhow::Result<Weekly> {
    let zone = &plan.project.zone;
    let Some(window) = week.window(zone) else { anyhow::bail!("week {} is outside the calendar", week.name()) };
    let raw = tables::scan(evidence)?;
    let mut until = plan.clone();
    until.as_of = Some(plan.as_of.map_or(window.to, |at| at.min(window.to)));
    let judged = judge::judge_only(&until, raw.clone(), evidence, &|_| true)?;
    let (days, earlier) = (week.days(), history.before(week));
    let verdicts = changes::verdicts(&judged, earlier.map(|(_, e)| e));
    let people = people::of(&until, &judged, &days, window);
    let events = events::of(&until, &judged, window);
    let coverage = sections::coverage(&until, &judged, evidence);
    let redactions = sections::redactions(evidence);
    let progress = progress(&until, &judged, earlier.map(|(_, e)| e), window);
    let (headline, summary) = words::headline(&judged, &people, &events, flowing(&judged));
    let unknown = words::unknown(&judged);
    let last = days.last().copied().unwrap_or_default();
    Ok(Weekly {
        schema: WEEKLY_SCHEMA.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        week: week.name(),
        meta: meta(&until, &judged, evidence, week, window)?,
        forecast: words::forecast(&until, &judged, &progress, earlier.map(|(_, e)| e), last),
        previous: earlier.map(|(week, _)| week.name()),
        history: remarks(history, week, earlier),
        triggers: assemble::triggers(&judged, &[]),
        changes: changes::of(&judged, &verdicts, window)?,
        watch: strip::rows(&until, &raw, evidence, &judged, &days)?,
        feedback: feedback(&until, &judged, window),
        asks: words::asks(&until, &judged, &unknown, week.plus(1).days().first().copied()),
        health: words::health(&judged, &coverage, redactions.iter().map(|c| c.count).sum()),
        verdicts,
        headline,
        summary,
        progress,
        people,
        events,
        unknown,
        coverage,
        redactions,
    })
}

fn meta(plan: &RunPlan, judged: &Judged, evidence: &Evidence, week: Week, window: Window) -> anyhow::Result<Meta> {
    let of_stage = identity::meta(plan, judged, evidence)?;
    let days = week.days();
    let (Some(first), Some(last)) = (days.first(), days.last()) else { anyhow::bail!("a week without days") };
    Ok(Meta {
        project: of_stage.project,
        stage_title: of_stage.stage_title,
        stage_number: of_stage.stage_number,
        packet_id: of_stage.packet_id,
        window,
        first_day: *first,
        last_day: *last,
        beta: plan.stage.beta,
        as_of: of_stage.as_of,
        display_zone: of_stage.display_zone,
        cohort: of_stage.cohort,
        candidate: of_stage.candidate,
        builds: of_stage.builds,
        owner: of_stage.owner,
    })
}

/// Whether every source that covers time was listening to the end.
fn flowing(judged: &Judged) -> bool {
    let mut timed = judged.observed.covers.values().filter(|c| c.covered.is_some()).peekable();
    timed.peek().is_some() && timed.all(|c| c.fresh && c.gaps.is_empty())
}

fn progress(plan: &RunPlan, judged: &Judged, earlier: Option<&Earlier>, window: Window) -> Progress {
    let gates =
        |f: &&crate::checks::Finding| f.effect != crate::verdict::Effect::Action && f.judged != Verdict::NotApplicable;
    let of = judged.findings.iter().filter(gates).count() as u64;
    let passed =
        judged.findings.iter().filter(gates).filter(|f| matches!(f.verdict, Verdict::Pass | Verdict::Waived)).count();
    let end = window.to_ms().min(plan.stage.beta.to_ms());
    let day = |from: i64| ((end - from + DAY_MS - 1).div_euclid(DAY_MS)).max(0);
    let least = match plan.params.iter().find(|(name, _)| *name == "parallel-days") {
        Some((_, Param::Int(n))) => *n,
        _ => plan.params.float("parallel-days") as i64,
    };
    Progress {
        day: day(plan.stage.beta.from_ms()),
        least,
        days: (plan.stage.beta.seconds() + 86_399) / 86_400,
        candidate_day: judged
            .candidate
            .published
            .filter(|at| *at < end)
            .map(|at| day(at.max(plan.stage.beta.from_ms()))),
        passed: passed as u64,
        of,
        passed_before: earlier.and_then(|e| e.passed),
    }
}

fn feedback(plan: &RunPlan, judged: &Judged, window: Window) -> Feedback {
    let rows = sections::feedback(plan, judged);
    let inside = |r: &&FeedbackRow| r.at.is_some_and(|at| window.from <= at && at < window.to);
    let mut by: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for row in &rows {
        *by.entry(row.triage.clone().unwrap_or_else(|| "no decision yet".to_owned())).or_default() += 1;
    }
    let mut by_decision: Vec<Count> = by.into_iter().map(|(name, count)| Count { name, count }).collect();
    by_decision.sort_by(|a, b| b.count.cmp(&a.count).then(a.name.cmp(&b.name)));
    let mut quotes: Vec<FeedbackRow> =
        rows.iter().filter(inside).filter(|r| !r.text.trim().is_empty()).cloned().collect();
    quotes.sort_by(|a, b| b.at.cmp(&a.at).then(a.text.cmp(&b.text)));
    quotes.truncate(QUOTES);
    Feedback {
        new: rows.iter().filter(inside).count() as u64,
        all: rows.len() as u64,
        open: rows.iter().filter(|r| r.triage.is_none()).count() as u64,
        by_decision,
        quotes,
    }
}

fn remarks(history: &History, week: Week, earlier: Option<(Week, &Earlier)>) -> Vec<String> {
    let mut all = history.damaged.clone();
    match earlier {
        None => all.push("There is no earlier summary to compare with.".to_owned()),
        Some((held, _)) if held.plus(1) < week => {
            all.push(format!("The summary before this one is of {}; none stands for the weeks between.", held.name()));
        }
        Some(_) => {}
    }
    all
}

/// The moment up to which a week's evidence counts.
#[must_use]
pub fn end_of(week: Week, plan: &RunPlan) -> Option<Timestamp> {
    week.window(&plan.project.zone).map(|w| w.to)
}
