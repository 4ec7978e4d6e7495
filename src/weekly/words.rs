//! The summary in sentences: headline, forecast, what is unknown, who is asked for what, the health of the data.

use jiff::ToSpan;
use jiff::civil::Date;

use super::changes::shown;
use super::history::Earlier;
use crate::checks::Finding;
use crate::config::RunPlan;
use crate::judge::Judged;
use crate::report::CoverageRow;
use crate::report::weekly::{Ask, Event, Forecast, People, Progress, Unknown};
use crate::rules::count;
use crate::verdict::{Call, Effect, Verdict};

/// Rows of what is unknown, and of asks.
const MOST: usize = 10;

/// Headline and sentence.
pub(super) fn headline(judged: &Judged, people: &People, events: &[Event], flowing: bool) -> (String, String) {
    let fired: Vec<&Finding> = judged
        .findings
        .iter()
        .filter(|f| {
            f.effect == Effect::Trigger && f.rule != "green" && matches!(f.judged, Verdict::Fail | Verdict::Conflict)
        })
        .collect();
    let failed = judged.findings.iter().filter(|f| stands_against(f)).count();
    let gaps = events.iter().filter(|e| e.kind == "gap").count();
    let active = people.active.iter().max().copied().unwrap_or(0);
    let testers = people.testers.len();
    let used = match (people.sessions, people.active.iter().filter(|n| **n > 0).count()) {
        // Where nobody listened, nobody can say that the app was not used.
        (0, _) if !flowing || gaps > 0 => "No use of the app was seen in the week.".to_owned(),
        (0, _) => "No tester used the app in the week.".to_owned(),
        (n, days) => {
            format!("{} sessions on {days} of 7 days, at most {active} of {testers} testers on one.", count(n as f64))
        }
    };
    let blind = match gaps {
        0 => String::new(),
        1 => " One source was silent for a while, so what it would have shown is not known.".to_owned(),
        n => format!(" Sources were silent {n} times, so what they would have shown is not known."),
    };
    let flows = if flowing { " Data were flowing." } else { " Data were not flowing to the end of the week." };
    let title = match (fired.first(), failed, people.sessions) {
        (Some(f), _, _) => format!("Rollback trigger {} fired: {}", f.item, lower(&f.title)),
        (None, n, _) if n > 0 => {
            let many = if n == 1 { "check fails or is contradicted" } else { "checks fail or are contradicted" };
            format!("No trigger fired, but {n} {many}")
        }
        (None, _, 0) if flowing => "Nothing happened, and data were flowing".to_owned(),
        (None, _, 0) => "Nothing is known of this week".to_owned(),
        (None, _, _) if !flowing => "Quiet week, but the data end early".to_owned(),
        (None, _, _) if gaps > 0 => format!("Quiet week, {gaps} blind {}", if gaps == 1 { "spot" } else { "spots" }),
        _ => "Quiet week, nothing fired".to_owned(),
    };
    (title, format!("{used}{blind}{flows}"))
}

/// Whether a finding speaks against a GO: a week with one is not quiet, whoever it is that disagrees.
fn stands_against(finding: &Finding) -> bool {
    let gates = finding.effect != Effect::Action && finding.rule != "green";
    gates && matches!(shown(finding), Verdict::Fail | Verdict::Conflict)
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// The decision if nothing changes, and the day on which signing may be possible.
pub(super) fn forecast(
    plan: &RunPlan,
    judged: &Judged,
    progress: &Progress,
    earlier: Option<&Earlier>,
    last: Date,
) -> Forecast {
    let call = judged.decision.call;
    let end = (plan.stage.beta.to - jiff::SignedDuration::from_nanos(1)).to_zoned(plan.project.zone.clone()).date();
    let first = judged.decision.because.iter().map(|r| r.lead.as_str()).find(|l| !l.is_empty());
    let sentence = match call {
        Call::Go => "Every line that gates is met.".to_owned(),
        _ => first.map_or_else(|| judged.decision.sentence.clone(), str::to_owned),
    };
    let open = progress.of - progress.passed;
    let gained = progress.passed_before.map(|before| progress.passed as i64 - before as i64);
    let weeks = earlier.and_then(|e| super::week::Week::parse(&e.week).ok()).map_or(1, |w| {
        let then = w.days().last().copied().unwrap_or(last);
        (last.since(then).map_or(7, |span| i64::from(span.get_days())) / 7).max(1)
    });
    let (day, how) = match (call, gained) {
        (Call::Go, _) => (Some(end.max(last)), "It could be signed as it stands, once the beta is over.".to_owned()),
        (Call::NoGo, _) => (None, "No day can be told while a line that must hold is contradicted.".to_owned()),
        (_, _) if only_time_is_missing(judged) => {
            (Some(end.max(last)), "Only the end of the beta is missing.".to_owned())
        }
        _ if blind(judged).is_some() => (None, blind(judged).unwrap_or_default()),
        (_, Some(gained)) if gained > 0 => {
            let days = (open as i64 * 7 * weeks + gained - 1) / gained;
            let day = last.checked_add(days.days()).ok().map(|day| day.max(end));
            (
                day,
                format!(
                    "{open} lines are open; at the pace since the last summary ({gained} in {weeks} {}) they close in {days} days.",
                    if weeks == 1 { "week" } else { "weeks" }
                ),
            )
        }
        (_, Some(_)) => (None, "No line was gained since the last summary, so no day can be told.".to_owned()),
        (_, None) => (
            None,
            format!("{open} lines are open; a day can be told when there is an earlier summary to compare with."),
        ),
    };
    Forecast { call, sentence, day, how }
}

/// Lines that wait for data, as a sentence: no pace closes them, since a time that was not observed does not come back.
fn blind(judged: &Judged) -> Option<String> {
    let waits = |f: &&Finding| {
        f.effect != Effect::Action && f.rule != "green" && shown(f) == Verdict::NoData && !f.observed.is_empty()
    };
    let all: Vec<&Finding> = judged.findings.iter().filter(waits).collect();
    let why = all.first()?.observed.first()?.trim_end_matches('.');
    let lines = if all.len() == 1 { "1 line waits" } else { &format!("{} lines wait", all.len()) };
    Some(format!("{lines} for data that are missing, and no pace closes them: {why}."))
}

fn only_time_is_missing(judged: &Judged) -> bool {
    let because = &judged.decision.because;
    !because.is_empty() && because.iter().all(|r| r.check == "stage")
}

/// What cannot be told yet, one row per reason.
pub(super) fn unknown(judged: &Judged) -> Vec<Unknown> {
    let mut all: Vec<Unknown> = Vec::new();
    let open = |f: &&Finding| f.effect != Effect::Action && f.rule != "green";
    for finding in judged.findings.iter().filter(open) {
        let verdict = shown(finding);
        if !matches!(verdict, Verdict::NoData | Verdict::Inconclusive) {
            continue;
        }
        let why = finding.observed.first().unwrap_or(&finding.sentence).clone();
        let takes = match (&finding.needed, finding.observed.first()) {
            (_, Some(_)) => "the missing data, or a further look when they are there".to_owned(),
            (Some(needed), None) => needed.clone(),
            (None, None) => "more of what it counts".to_owned(),
        };
        match all.iter_mut().find(|u| u.why == why && u.verdict == verdict) {
            Some(held) => held.items.push_str(&format!(", {}", finding.item)),
            None => all.push(Unknown { items: finding.item.clone(), verdict, why, takes }),
        }
    }
    all.truncate(MOST);
    all
}

/// Who is asked for what, by the day of the next summary.
pub(super) fn asks(plan: &RunPlan, judged: &Judged, unknown: &[Unknown], next: Option<Date>) -> Vec<Ask> {
    let mut all: Vec<Ask> = Vec::new();
    let mut push =
        |who: &str, what: String, items: Vec<String>| match all.iter_mut().find(|a| a.who == who && a.what == what) {
            Some(held) => held.items.extend(items),
            None => all.push(Ask { who: who.to_owned(), what, by: next, items }),
        };
    let failing = judged.findings.iter().filter(|f| stands_against(f));
    for finding in failing.take(MOST) {
        push(
            &plan.stage.owner,
            format!("decide on {}: {}", finding.item, finding.sentence),
            vec![finding.item.clone()],
        );
    }
    // One outage leaves many gaps, and they are mended together.
    let gaps: Vec<&Unknown> = unknown.iter().filter(|u| u.takes.starts_with("the missing data")).collect();
    if let Some(first) = gaps.first() {
        let more = if gaps.len() > 1 { format!("; and {} more", gaps.len() - 1) } else { String::new() };
        let what = format!("recover the data, or say that they are lost: {}{more}", first.why);
        push(&plan.stage.owner, what, gaps.iter().map(|gap| gap.items.clone()).collect());
    }
    // One ask per person: the words that are outstanding, in one line.
    let mut owing: std::collections::BTreeMap<&str, Vec<String>> = std::collections::BTreeMap::new();
    for finding in judged.findings.iter().filter(|f| !f.owed.is_empty() && f.verdict != Verdict::Pass) {
        finding.owed.iter().for_each(|who| owing.entry(who).or_default().push(finding.item.clone()));
    }
    // People who owe the same are asked in one line.
    let mut same: std::collections::BTreeMap<Vec<String>, Vec<&str>> = std::collections::BTreeMap::new();
    for (who, items) in owing {
        same.entry(items).or_default().push(who);
    }
    for (items, who) in same {
        let who = who.join(", ");
        let what = match items.len() {
            1 => format!("attest {}", items[0]),
            n => format!(
                "attest {n} lines: {}{}",
                items.iter().take(6).cloned().collect::<Vec<_>>().join(", "),
                if n > 6 { " …" } else { "" }
            ),
        };
        push(&who, what, items);
    }
    all.truncate(2 * MOST);
    all
}

/// The data health line, as sentences.
pub(super) fn health(judged: &Judged, coverage: &[CoverageRow], redactions: u64) -> Vec<String> {
    let mut all = Vec::new();
    let last = coverage.iter().filter_map(|c| c.last_row).max();
    all.push(match last {
        Some(at) => {
            format!("{} sources were read, last row {}.", coverage.len(), at.strftime("%-d %b %Y %H:%M:%S UTC"))
        }
        None => format!("{} sources were read, and none holds a row.", coverage.len()),
    });
    let shares: Vec<String> = coverage
        .iter()
        .filter_map(|c| Some((c.source.as_str(), c.covered?)))
        .map(|(name, share)| format!("{name} {:.1} %", share * 100.0))
        .collect();
    if !shares.is_empty() {
        all.push(format!("Coverage: {}.", shares.join(", ")));
    }
    let sum = |of: &dyn Fn(&CoverageRow) -> u64| coverage.iter().map(of).sum::<u64>() as f64;
    all.push(format!(
        "{} lines unparsed, {} lost, {} repeats dropped, {} redactions.",
        count(sum(&|c| c.rejected)),
        count(sum(&|c| c.lost)),
        count(sum(&|c| c.repeated)),
        count(redactions as f64)
    ));
    for row in coverage {
        all.extend(row.gaps.iter().map(|gap| format!("{}: {}.", row.source, gap.trim_end_matches('.'))));
        if !row.vanished.is_empty() {
            let files = match row.vanished.len() {
                1 => "1 file was there before and is gone".to_owned(),
                n => format!("{n} files were there before and are gone"),
            };
            all.push(format!("{}: {files}.", row.source));
        }
    }
    let late: Vec<&str> = judged
        .observed
        .covers
        .iter()
        .filter(|(_, c)| c.covered.is_some() && !c.fresh)
        .map(|(name, _)| name.as_str())
        .collect();
    if !late.is_empty() {
        all.push(format!("Not read to the end of the week: {}.", late.join(", ")));
    }
    all.push("This summary comes every week, also when nothing happened.".to_owned());
    all
}
