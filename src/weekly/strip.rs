//! The watch strip: each monitor at the end of each day of the week.
//!
//! A cell says what the monitor came to over the beta until that day's end. Where the day itself was not observed, it
//! says so; a gap on one day does not blacken the days after it, though it stays in the verdict of the sign-off.

use jiff::civil::Date;

use super::week::midnight;
use crate::checks::Finding;
use crate::config::{Param, RunPlan, Window};
use crate::evidence::Evidence;
use crate::judge::{self, Judged};
use crate::queries::Query;
use crate::report::weekly::{WatchDay, WatchRow};
use crate::tables::Tables;
use crate::verdict::Verdict;

/// Parameters that let a gap veto a verdict, and the values with which they do not.
const NO_VETO: [(&str, f64); 3] =
    [("coverage-share", 0.0), ("coverage-share-duration", 0.0), ("gap-minutes", f64::MAX)];

/// A day of which the beta holds less than this is no day of it.
const LEAST_MS: i64 = 6 * 3_600_000;

/// The strip of the monitors that have a finding, in the order of the catalogue.
///
/// # Errors
/// As judging.
pub(super) fn rows(
    plan: &RunPlan,
    tables: &Tables,
    evidence: &Evidence,
    judged: &Judged,
    days: &[Date],
) -> anyhow::Result<Vec<WatchRow>> {
    let (findings, as_of) = (&judged.findings, judged.observed.as_of);
    let pulled = judged.correlated.windows.containment.as_ref().map(|(at, _)| *at);
    let monitors: Vec<&Finding> = findings.iter().filter(|f| is_monitor(&f.item)).collect();
    let keep = |query: &Query| query.check().is_some_and(|c| is_monitor(&c.item));
    let mut strip: Vec<WatchRow> = monitors
        .iter()
        .map(|f| WatchRow {
            item: f.item.clone(),
            title: f.title.clone(),
            days: Vec::new(),
            e_value: f.figures.get("e_value").copied(),
        })
        .collect();
    for day in days {
        let cells = day_cells(plan, tables, evidence, *day, (as_of, pulled), &keep)?;
        for row in &mut strip {
            let (verdict, word) = match &cells {
                Cells::None(word) => (None, (*word).to_owned()),
                Cells::Judged(found) => {
                    let verdict = found.iter().find(|(item, _)| *item == row.item).map(|(_, v)| *v);
                    (verdict, verdict.map_or("no data", word).to_owned())
                }
            };
            row.days.push(WatchDay { day: *day, verdict, word });
        }
    }
    Ok(strip)
}

/// Monitors are the checks M1, M2, …
pub(super) fn is_monitor(item: &str) -> bool {
    item.strip_prefix('M').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

enum Cells {
    None(&'static str),
    Judged(Vec<(String, Verdict)>),
}

fn day_cells(
    plan: &RunPlan,
    tables: &Tables,
    evidence: &Evidence,
    day: Date,
    (as_of, pulled): (i64, Option<i64>),
    keep: &dyn Fn(&Query) -> bool,
) -> anyhow::Result<Cells> {
    let zone = &plan.project.zone;
    let bounds = midnight(day, zone).zip(day.tomorrow().ok().and_then(|next| midnight(next, zone)));
    let Some((from, to)) = bounds else { return Ok(Cells::None("not in the beta")) };
    let beta = plan.stage.beta;
    let (from, to) = (from.max(beta.from), to.min(beta.to));
    // A beta that ends at midnight of another zone ends an hour or two into a day that has nothing to tell.
    if to.as_millisecond() - from.as_millisecond() < LEAST_MS {
        return Ok(Cells::None("not in the beta"));
    }
    if pulled.is_some_and(|at| at <= from.as_millisecond()) {
        return Ok(Cells::None("after the pull"));
    }
    if from.as_millisecond() >= as_of {
        return Ok(Cells::None("still to come"));
    }
    let mut alone = plan.clone();
    alone.stage.beta = Window { from, to };
    alone.as_of = Some(to);
    let observed = judge::judge_only(&alone, tables.clone(), evidence, keep)?;
    let mut until = plan.clone();
    until.as_of = Some(to);
    for (name, value) in NO_VETO {
        // Every name is one of the built-in parameters, so none is refused.
        let _ = until.params.set(name, Param::Float(value));
    }
    let judged = judge::judge_only(&until, tables.clone(), evidence, keep)?;
    let cell = |f: &Finding| {
        let day = observed.findings.iter().find(|o| o.check == f.check);
        let unseen = day.is_none_or(|o| !o.observed.is_empty());
        (f.item.clone(), if unseen { Verdict::NoData } else { f.judged })
    };
    Ok(Cells::Judged(judged.findings.iter().map(cell).collect()))
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Inconclusive => "too few",
        Verdict::NoData => "no data",
        other => other.word(),
    }
}
