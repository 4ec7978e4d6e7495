//! Steps of a rollout in, a row per step out: whether the monitors stayed green in the day or two after it.

use crate::config::{Increment, RunPlan, Window};
use crate::evidence::Evidence;
use crate::queries::{Query, Role};
use crate::tables::schema::{Column, Kind};
use crate::tables::table::Cell;
use crate::tables::{self, Tables, frame};
use crate::verdict::Verdict;

const HOUR_MS: i64 = 3_600_000;

/// Columns of the table `increments`: at most one of `bad`, `due`, `thin` and `shown` is 1; with none, the step was not
/// observed.
const COLUMNS: &[Column] = &[
    ("title", Kind::Own),
    ("ts", Kind::Time),
    ("hours", Kind::Float),
    ("bad", Kind::Int),
    ("due", Kind::Int),
    ("thin", Kind::Int),
    ("shown", Kind::Int),
    ("reason", Kind::Own),
];

/// Adds the table, where a check of the catalogue looks at it.
///
/// # Errors
/// As judging.
pub(super) fn add(
    plan: &RunPlan,
    catalogue: &[Query],
    evidence: &Evidence,
    as_of: i64,
    tables: &mut Tables,
) -> anyhow::Result<()> {
    if catalogue.iter().any(|query| query.sql.contains("FROM increments")) {
        let rows = rows(plan, evidence, as_of)?;
        tables.frames.insert("increments", frame::from_cells(COLUMNS, &rows)?);
    }
    Ok(())
}

/// A row per step; one that says so where none is declared.
///
/// # Errors
/// As judging.
fn rows(plan: &RunPlan, evidence: &Evidence, as_of: i64) -> anyhow::Result<Vec<Vec<Cell>>> {
    if plan.increments.is_empty() {
        return Ok(vec![row("", None, 0.0, &Step::Due("waits for the first increment of the rollout".to_owned()))]);
    }
    // As the evidence has them: each step is correlated anew, with what was known then.
    let raw = tables::scan(evidence)?;
    // A step that is watched for no time is not watched.
    let hours = |name: &str| ((plan.params.float(name) * HOUR_MS as f64) as i64).max(HOUR_MS);
    let (least, most) = (hours("increment-hours"), hours("increment-most-hours"));
    let mut all = Vec::new();
    for (at, step) in plan.increments.iter().enumerate() {
        let from = step.at.as_millisecond();
        let next = plan.increments.get(at + 1).map(|next| next.at.as_millisecond());
        let to = from.saturating_add(most.max(least)).min(next.unwrap_or(i64::MAX)).min(as_of);
        let watched =
            Watched { from, to, least, cut: next.filter(|next| *next < from.saturating_add(least) && *next <= as_of) };
        let verdicts = if to <= from { Vec::new() } else { monitors(plan, &raw, evidence, (from, to))? };
        all.push(row(&step.title, Some(step), watched.hours(), &watched.judge(step, &verdicts)));
    }
    Ok(all)
}

/// The monitors, judged on the time after a step alone.
fn monitors(
    plan: &RunPlan,
    raw: &Tables,
    evidence: &Evidence,
    (from, to): (i64, i64),
) -> anyhow::Result<Vec<(String, Verdict)>> {
    let (from, to) = (jiff::Timestamp::from_millisecond(from)?, jiff::Timestamp::from_millisecond(to)?);
    let mut alone = plan.clone();
    alone.increments.clear();
    alone.stage.beta = Window { from, to };
    alone.as_of = Some(to);
    let wanted = plan.params.list("increment-checks");
    let keep = |query: &Query| matches!(&query.role, Role::Check(check) if wanted.contains(&check.item));
    let judged = super::judge_only(&alone, raw.clone(), evidence, &keep)?;
    // A check that is asked for and not there was not judged; its line is then nobody's, too.
    let verdict = |item: &String| {
        let found = judged.findings.iter().find(|f| f.item == *item);
        (item.clone(), found.map_or(Verdict::NoData, |f| f.judged))
    };
    Ok(wanted.iter().map(verdict).collect())
}

/// The time after a step that was looked at, milliseconds UTC.
struct Watched {
    from: i64,
    to: i64,
    /// Least time, milliseconds.
    least: i64,
    /// When the next step came, if that was too early.
    cut: Option<i64>,
}

/// What is known of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Bad(String),
    Due(String),
    Thin(String),
    Shown(String),
    Absent(String),
}

impl Watched {
    fn hours(&self) -> f64 {
        (self.to - self.from).max(0) as f64 / HOUR_MS as f64
    }

    fn judge(&self, step: &Increment, verdicts: &[(String, Verdict)]) -> Step {
        let (hours, least) = (self.hours(), self.least as f64 / HOUR_MS as f64);
        let open: Vec<String> = verdicts
            .iter()
            .filter(|(_, verdict)| !matches!(verdict, Verdict::Pass | Verdict::NotApplicable | Verdict::Waived))
            .map(|(item, verdict)| format!("{item} is {}", verdict.word()))
            .collect();
        let said = format!("{}, {hours:.0} h after it: {}", step.title, open.join("; "));
        let worst = Verdict::roll_up(verdicts.iter().map(|(_, verdict)| *verdict));
        if matches!(worst, Verdict::Fail | Verdict::Conflict) && !verdicts.is_empty() {
            return Step::Bad(said);
        }
        if let Some(next) = self.cut {
            let after = (next - self.from) as f64 / HOUR_MS as f64;
            return Step::Bad(format!(
                "{}: the next increment came {after:.0} h after it, before {least:.0} h were over",
                step.title
            ));
        }
        if self.to - self.from < self.least {
            return Step::Due(format!("{}: {hours:.0} h of {least:.0} h are over", step.title));
        }
        match worst {
            _ if verdicts.is_empty() => Step::Absent(format!("{}: no check looks at the time after it", step.title)),
            Verdict::Pass | Verdict::NotApplicable | Verdict::Waived => {
                Step::Shown(format!("{}: all {} are green for {hours:.0} h after it", step.title, verdicts.len()))
            }
            Verdict::Inconclusive => Step::Thin(said),
            _ => Step::Absent(said),
        }
    }
}

fn row(title: &str, step: Option<&Increment>, hours: f64, judged: &Step) -> Vec<Cell> {
    let (place, reason) = match judged {
        Step::Bad(why) => (0, why),
        Step::Due(why) => (1, why),
        Step::Thin(why) => (2, why),
        Step::Shown(why) => (3, why),
        Step::Absent(why) => (4, why),
    };
    let flag = |n: i64| Cell::from(i64::from(n == place));
    vec![
        Cell::from(title),
        Cell::from(step.map(|step| step.at.as_millisecond())),
        Cell::from(hours),
        flag(0),
        flag(1),
        flag(2),
        flag(3),
        Cell::from(reason.as_str()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(hours: i64, cut: Option<i64>, verdicts: &[Verdict]) -> Step {
        let step = Increment { title: "25 %".to_owned(), at: jiff::Timestamp::UNIX_EPOCH };
        let verdicts: Vec<_> = verdicts.iter().enumerate().map(|(n, v)| (format!("M{}", n + 1), *v)).collect();
        let watched = Watched { from: 0, to: hours * HOUR_MS, least: 24 * HOUR_MS, cut: cut.map(|h| h * HOUR_MS) };
        watched.judge(&step, &verdicts)
    }

    #[test]
    fn a_step_is_green_after_a_day_of_green_monitors_only() {
        use Verdict::{Fail, Inconclusive, NoData, Pass};
        assert_eq!(judged(30, None, &[Pass, Pass]), Step::Shown("25 %: all 2 are green for 30 h after it".to_owned()));
        assert_eq!(judged(12, None, &[Pass]), Step::Due("25 %: 12 h of 24 h are over".to_owned()));
        assert_eq!(judged(12, None, &[Pass, Fail]), Step::Bad("25 %, 12 h after it: M2 is fail".to_owned()));
        let early = "25 %: the next increment came 10 h after it, before 24 h were over";
        assert_eq!(judged(10, Some(10), &[Pass]), Step::Bad(early.to_owned()));
        assert_eq!(
            judged(48, None, &[Pass, Inconclusive]),
            Step::Thin("25 %, 48 h after it: M2 is inconclusive".to_owned())
        );
        assert_eq!(judged(48, None, &[NoData]), Step::Absent("25 %, 48 h after it: M1 is no-data".to_owned()));
        assert!(matches!(judged(48, None, &[]), Step::Absent(_)), "empty is never green");
        assert!(matches!(judged(0, None, &[]), Step::Due(_)));
    }
}
