//! When it began, was seen, was answered and was over: the times of product.md. What is not known stays unknown.

use super::record::{Containment, Report};
use super::study::{HOUR_MS, MINUTE_MS, Study, known, ms, time, unknown};
use crate::config::Window;
use crate::report::incident::{Onset, Times, When};
use crate::statistics::change_point;

/// How far back the events go in which a change is looked for.
const LOOK_BACK_MS: i64 = 7 * 24 * HOUR_MS;
/// A report or an opened incident later than this after the last bad event is about something else.
const LATE_MS: i64 = 24 * HOUR_MS;
/// Without a containment, an incident whose last bad event is this close to the end of the evidence may still go on.
const STILL_MS: i64 = 60 * MINUTE_MS;

const METHOD: &str =
    "likeliest change of a binomial share (Hinkley and Hinkley 1970), likelihood-ratio interval (Worsley 1986)";

/// Settles all times of an incident.
pub(super) fn of(study: &Study<'_>) -> Times {
    let Some((first, last)) = study.span() else { return without_events(study) };
    let spec = &study.case.events.spec;
    let place = |e: Option<&super::event::Event>| e.map(|e| format!("{}:{}", e.file, e.line)).into_iter().collect();
    let mut times = Times {
        started: known(
            first.div_euclid(MINUTE_MS) * MINUTE_MS,
            format!("minute of the first {}", spec.one),
            Vec::new(),
        ),
        first_bad: known(first, format!("the first {}", spec.one), place(study.case.first())),
        last_bad: known(last, format!("the last {}", spec.one), place(study.case.last())),
        onset: onset(study, first, last),
        first_report: first_report(study, first, last),
        rolled_back: rolled_back(study, first, last),
        ..Times::default()
    };
    times.detected = opened(study, first, last).unwrap_or_else(|| same_as_report(&times.first_report));
    if times.first_report.at.is_none() && times.detected.at.is_some() {
        times.first_report =
            When { how: format!("no report before it: {}", times.detected.how), ..times.detected.clone() };
    }
    times.recovered = recovered(study, last, &times.rolled_back);
    times.resolved = resolved(study, first);
    durations(study, &mut times, first, last);
    times
}

/// A rollback of which no bad event is known.
fn without_events(study: &Study<'_>) -> Times {
    let none = || unknown("no bad event is in the evidence");
    let (from, to) = (study.plan.stage.beta.from_ms(), study.as_of);
    let mut times = Times {
        started: none(),
        first_bad: none(),
        last_bad: none(),
        first_report: unknown("no bad event tells which report it would be"),
        rolled_back: rolled_back(study, from, to),
        recovered: none(),
        resolved: resolved(study, from),
        ..Times::default()
    };
    times.detected = opened(study, from, to).unwrap_or_else(|| unknown("no incident was opened in the audit events"));
    durations(study, &mut times, from, to);
    times
}

fn same_as_report(report: &When) -> When {
    match report.at {
        Some(_) => When {
            how: format!("no incident was opened in the audit events, so by the first report: {}", report.how),
            ..report.clone()
        },
        None => unknown("no incident was opened in the audit events, and nobody reported it"),
    }
}

/// The change point among comparable events of the cohort, up to the last bad one.
fn onset(study: &Study<'_>, first: i64, last: i64) -> Option<Onset> {
    let own: Vec<&super::event::Event> =
        study.comparable().filter(|e| study.is_cohort(e) && e.ts >= first - LOOK_BACK_MS && e.ts <= last).collect();
    let flags: Vec<bool> = own.iter().map(|e| e.bad).collect();
    let point = change_point::rise(&flags)?;
    let bad = |range: &[bool]| (range.iter().filter(|b| **b).count() as u64, range.len() as u64);
    // The change lies behind the event before the first place and not behind the event at the last one.
    let from = own.get(point.first.checked_sub(1)?)?.ts;
    let to = own.get(point.last)?.ts;
    Some(Onset {
        at: time(own.get(point.at)?.ts)?,
        window: Window::from_millis(from, to.max(from + 1))?,
        method: METHOD.to_owned(),
        before: bad(&flags[..point.at]),
        after: bad(&flags[point.at..]),
    })
}

/// The first word of a person about it: a report of an affected tester that is neither praise nor a wish, or one that
/// anybody calls grave.
fn first_report(study: &Study<'_>, first: i64, last: i64) -> When {
    let found = reports(study, first, last).into_iter().next();
    let alarm = alarms(study, first, last);
    match (found, alarm) {
        (Some(r), alarm) if alarm.as_ref().is_none_or(|(at, _, _)| r.at <= *at) => {
            let how = format!("{} by {}", r.channel, study.code(&r.by));
            known(r.at, how, vec![r.place.clone()])
        }
        (_, Some((at, how, place))) => known(at, how, vec![place]),
        _ => unknown("no report of a person and no alarm is in the evidence"),
    }
}

/// Reports that are about the incident, in order of time.
pub(super) fn reports<'s>(study: &'s Study<'_>, first: i64, last: i64) -> Vec<&'s Report> {
    let params = &study.plan.params;
    let (not, grave) = (params.list("not-reports"), params.list("grave-reports"));
    let has = |list: &[String], word: &str| list.iter().any(|w| w.eq_ignore_ascii_case(word));
    let hit = |by: &str| {
        let code = study.code(by);
        study.case.bad_events().any(|e| e.tester.as_deref() == Some(code.as_str()))
    };
    let about = |r: &&Report| {
        let in_time = first <= r.at && r.at <= last + LATE_MS;
        in_time && !has(&not, &r.severity) && (has(&grave, &r.severity) || r.at <= last + HOUR_MS && hit(&r.by))
    };
    study.record.reports.iter().filter(about).collect()
}

/// The first alarm that an audit log tells of.
fn alarms(study: &Study<'_>, first: i64, last: i64) -> Option<(i64, String, String)> {
    let is_alarm = |action: &str| {
        let begins = ["alert.", "alarm.", "page.", "monitor."].iter().any(|lead| action.starts_with(lead));
        begins && !action.ends_with("resolved")
    };
    let found = study.record.entries.iter().find(|e| is_alarm(&e.action) && first <= e.at && e.at <= last + LATE_MS)?;
    Some((found.at, format!("{} of {}", found.action, found.target), found.place.clone()))
}

fn opened(study: &Study<'_>, first: i64, last: i64) -> Option<When> {
    let found = opened_entry(study, first, last)?;
    Some(known(found.at, format!("incident {} opened, audit events", found.target), vec![found.place.clone()]))
}

/// The audit event that opened this incident.
pub(super) fn opened_entry<'s>(study: &'s Study<'_>, first: i64, last: i64) -> Option<&'s super::record::Entry> {
    let about = |e: &&super::record::Entry| !e.drill && first - HOUR_MS <= e.at && e.at <= last + LATE_MS;
    study.record.entries_of("incident.opened").find(about)
}

fn resolved(study: &Study<'_>, first: i64) -> When {
    let found = study.record.entries_of("incident.resolved").find(|e| !e.drill && e.at >= first);
    found.map_or_else(
        || unknown("no audit event resolves it"),
        |e| known(e.at, format!("incident {} resolved, audit events", e.target), vec![e.place.clone()]),
    )
}

/// Containments that can be of this incident, in order of time.
pub(super) fn containments<'s>(study: &'s Study<'_>, first: i64, last: i64) -> Vec<&'s Containment> {
    let changes = &study.record.changes;
    let of_cause = |c: &&Containment| {
        let in_time = first < c.at && c.at <= last + 2 * LATE_MS;
        let recent = |began: i64| first - LOOK_BACK_MS <= began && began <= last;
        let cause = match c.how {
            "rolled back" => {
                changes.iter().any(|d| d.deployment_id.is_some() && d.deployment_id == c.undoes && recent(d.began))
            }
            // A flag that was on before the first bad event and is now off.
            "switched off" => {
                changes.iter().any(|f| f.flag == c.flag && f.undoes.is_none() && f.at < c.at && recent(f.at))
            }
            _ => true,
        };
        in_time && cause
    };
    study.record.containments.iter().filter(of_cause).collect()
}

fn rolled_back(study: &Study<'_>, first: i64, last: i64) -> When {
    match containments(study, first, last).first() {
        Some(c) => known(c.at, c.what.clone(), vec![c.place.clone()]),
        None => {
            unknown("no removal from distribution, no flag switched off and no roll-back deploy is in the evidence")
        }
    }
}

/// The first minute after the last bad event in which the same thing went well, else the end of the fix.
fn recovered(study: &Study<'_>, last: i64, rolled_back: &When) -> When {
    let still = rolled_back.at.is_none() && study.as_of - last < STILL_MS;
    let behind = (last.div_euclid(MINUTE_MS) + 1) * MINUTE_MS;
    let good = study.comparable().find(|e| !e.bad && study.is_cohort(e) && e.ts >= behind);
    let fix = containments(study, study.case.first().map_or(last, |e| e.ts), last);
    match (good, fix.last()) {
        _ if still => unknown(
            "the last bad event is less than an hour before the end of the evidence, and nothing was rolled back: it may still go on",
        ),
        (Some(e), _) => known(
            e.ts.div_euclid(MINUTE_MS) * MINUTE_MS,
            format!("first good one of the same kind after the last {}", study.case.events.spec.one),
            vec![format!("{}:{}", e.file, e.line)],
        ),
        (None, Some(c)) => known(
            c.at.max(last),
            format!("nothing of the kind was tried again, so by the fix: {}", c.what),
            vec![c.place.clone()],
        ),
        (None, None) => unknown("nothing of the kind was tried again, and nothing was rolled back"),
    }
}

fn durations(study: &Study<'_>, times: &mut Times, first: i64, last: i64) {
    let apart = |from: Option<i64>, to: Option<i64>| Some((to? - from?) / 1000);
    let began = ms(&times.first_bad);
    times.to_detect_s = apart(began, ms(&times.detected));
    times.to_mitigate_s = apart(ms(&times.detected), ms(&times.rolled_back));
    times.to_recover_s = apart(began, ms(&times.recovered));
    times.impact_s = apart(began, ms(&times.last_bad));
    let told = study.record.entries_of("testers.notified").map(|e| e.at).find(|at| *at >= first);
    let fixes = containments(study, first, last).into_iter().map(|c| c.at).max();
    let ended = [ms(&times.rolled_back), fixes, told].into_iter().flatten().max();
    times.response_s = apart(ms(&times.detected), ended);
}
