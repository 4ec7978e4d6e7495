//! Whether it is over: bad and good events since, and the traffic of the pulled builds until it was zero.

use std::collections::BTreeMap;

use super::study::{HOUR_MS, MINUTE_MS, Study, lasting, ms, time};
use super::times::containments;
use crate::queries::engine;
use crate::report::incident::{Over, OverAnswer, Quiet, Times};
use crate::rules::count;
use crate::statistics::proportion;
use crate::tables::table::Table;

/// A pulled build is looked at again a day after its last sign of life.
const NEXT_LOOK_MS: i64 = 24 * HOUR_MS;
/// Fewer good events than this after the fix prove little.
const ENOUGH: u64 = 20;

/// Answers the question.
///
/// # Errors
/// When the traffic cannot be read.
pub(super) fn of(study: &Study<'_>, times: &Times) -> anyhow::Result<Over> {
    let (first, last) = study.span().unwrap_or((study.plan.stage.beta.from_ms(), study.as_of));
    let all = containments(study, first, last);
    let builds: Vec<String> = all.iter().filter_map(|c| c.build.clone()).collect();
    let pulled = all.iter().find(|c| c.build.is_some()).map(|c| c.at);
    let testers = match pulled {
        Some(at) => quiet(study, &builds, at)?,
        None => Vec::new(),
    };
    let since = study.comparable().filter(|e| study.is_cohort(e) && e.ts > last);
    let good = since.filter(|e| !e.bad).count() as u64;
    let again = study.case.events.all.iter().filter(|e| e.bad && e.ts > last && study.is_cohort(e)).count();
    let reopened = reopened(study, &testers, times, pulled);
    let answer = match () {
        () if study.span().is_none() => OverAnswer::CannotTell,
        () if reopened.is_some() => OverAnswer::No,
        () if times.recovered.at.is_none() => OverAnswer::No,
        // Silence is no sign of health, whatever was rolled back.
        () if good == 0 || times.rolled_back.at.is_none() && good < ENOUGH => OverAnswer::CannotTell,
        () => OverAnswer::Yes,
    };
    Ok(Over {
        answer,
        sentence: sentence(study, times, good, again, &testers, pulled),
        next_look: next_look(study, &testers, pulled),
        reopened,
        testers,
        evidence: Vec::new(),
    })
}

/// Each tester's use of the pulled builds.
fn quiet(study: &Study<'_>, builds: &[String], pulled: i64) -> anyhow::Result<Vec<Quiet>> {
    let sql = "SELECT tester, build, server_ts AS ts, tier, event FROM logs WHERE tester IS NOT NULL AND build IS NOT NULL AND client = {{ cohort }} AND event = 'request' AND tier IN ('gateway', 'server', 'device') ORDER BY ts, tester, build, tier";
    let rows = engine::run(&study.judged.tables, sql, &study.judged.literals)?;
    let limit = study.plan.params.float("rollback-quiet-minutes") * MINUTE_MS as f64;
    let mut found: BTreeMap<(String, String), (i64, u64, bool)> = BTreeMap::new();
    for row in 0..rows.rows.len() {
        let text = |name: &str| cell(&rows, row, name);
        let (Some(tester), Some(build), Some(ts)) = (text("tester"), text("build"), rows.cell(row, "ts").as_int())
        else {
            continue;
        };
        if !builds.contains(&build) {
            continue;
        }
        let (last, after, back) = found.entry((tester, build)).or_insert((ts, 0, false));
        // A build that was silent through its quiet time and then speaks again has come back.
        *back |= ts > pulled + limit as i64 && ts - *last > limit as i64;
        *last = ts;
        *after += u64::from(ts > pulled && text("tier").as_deref() != Some("device"));
    }
    let roster = &study.judged.correlated.roster.testers;
    let row = |((tester, build), (last, after, back)): ((String, String), (i64, u64, bool))| {
        let known = roster.iter().find(|t| t.code == tester);
        Quiet {
            device: known.map(|t| t.device.clone()).unwrap_or_default(),
            os_version: known.map(|t| t.os_version.clone()).unwrap_or_default(),
            last: time(last),
            to_zero_s: Some((last - pulled) / 1000),
            requests_after: after,
            straggler: last - pulled > limit as i64,
            came_back: back,
            tester,
            build,
        }
    };
    let mut all: Vec<Quiet> = found.into_iter().map(row).collect();
    all.sort_by(|a, b| b.last.cmp(&a.last).then(a.tester.cmp(&b.tester)));
    Ok(all)
}

fn cell(rows: &Table, row: usize, name: &str) -> Option<String> {
    rows.cell(row, name).as_text().map(str::to_owned)
}

fn reopened(study: &Study<'_>, testers: &[Quiet], times: &Times, pulled: Option<i64>) -> Option<String> {
    let back: Vec<&str> = testers.iter().filter(|t| t.came_back).map(|t| t.tester.as_str()).collect();
    if !back.is_empty() {
        let when = testers.iter().filter(|t| t.came_back).filter_map(|t| t.last).max();
        let when = when.map_or_else(String::new, |t| format!(", last seen {}", study.clock(t.as_millisecond())));
        return Some(format!("A pulled build came back after its quiet time: {}{when}.", back.join(", ")));
    }
    let (fixed, last) = (ms(&times.rolled_back).or(pulled)?, study.case.last()?.ts);
    let late = study.case.bad_events().filter(|e| e.ts > fixed + HOUR_MS).count();
    (late > 0).then(|| {
        format!("{} came more than an hour after the rollback, the last at {}.", study.counted(late), study.clock(last))
    })
}

fn sentence(
    study: &Study<'_>,
    times: &Times,
    good: u64,
    again: usize,
    testers: &[Quiet],
    pulled: Option<i64>,
) -> String {
    let Some((_, last)) = study.span() else {
        return "No bad event is in the evidence, so nothing shows when it ended.".to_owned();
    };
    let spec = &study.case.events.spec;
    let mut parts = vec![format!("No {} of the cohort since {}.", spec.one, study.clock(last))];
    if times.recovered.at.is_none() {
        parts = vec![format!("{}.", super::leak::capital(&times.recovered.how))];
    } else if again > 0 {
        parts.push(format!("{} later are background, at the usual rate.", study.counted(again)));
    }
    if let Some(at) = pulled {
        let used = testers.iter().filter_map(|t| t.last).max();
        parts.push(match used {
            Some(last) if last.as_millisecond() > at => {
                format!(
                    "The pulled build was last seen {}, {} after the pull.",
                    study.clock(last.as_millisecond()),
                    lasting(last.as_millisecond() - at)
                )
            }
            _ => "The pulled build was not seen after the pull.".to_owned(),
        });
        let late = testers.iter().filter(|t| t.straggler).count();
        if late > 0 {
            parts.push(format!("{late} of {} testers used it longer than the runbook allows.", testers.len()));
        }
    }
    if good == 0 {
        parts.push(format!("Since then no {} was seen, so nothing proves the fix.", spec.unit));
    } else {
        let high = 100.0 * proportion::clopper_pearson_upper(0, good, 0.05);
        let few = if good < ENOUGH { ", too few to prove the fix" } else { "" };
        parts.push(format!(
            "{} good {} since{few} (rules out, 95 %, more than {high:.0} %).",
            count(good as f64),
            spec.unit
        ));
    }
    parts.join(" ")
}

fn next_look(study: &Study<'_>, testers: &[Quiet], pulled: Option<i64>) -> String {
    let Some(at) = pulled else {
        return "Nothing was pulled; run `cutover incident` again when it was.".to_owned();
    };
    let last = testers.iter().filter_map(|t| t.last).map(|t| t.as_millisecond()).max().unwrap_or(at).max(at);
    let proven = (study.as_of - last).max(0);
    let word = |ms: i64| time(ms).map_or_else(String::new, |t| t.strftime("%-d %b %H:%M UTC").to_string());
    if proven >= NEXT_LOOK_MS {
        return format!("A day without the pulled build is proven ({}).", lasting(proven));
    }
    format!(
        "{} without the pulled build are proven so far; a day is complete at {}.",
        lasting(proven),
        word(last + NEXT_LOOK_MS)
    )
}
