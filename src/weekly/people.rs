//! Who took part in the week: sessions by day, crashes, words that are outstanding, platforms that nobody used.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::config::{RunPlan, Window};
use crate::judge::{Judged, plain};
use crate::report::weekly::{People, Person};
use crate::rules::count;

/// The week's people, in the order of the roster.
pub(super) fn of(plan: &RunPlan, judged: &Judged, days: &[Date], window: Window) -> People {
    let sessions = plain(&judged.tables, "sessions");
    let day = |ms: i64| {
        let date = Timestamp::from_millisecond(ms).ok()?.to_zoned(plan.project.zone.clone()).date();
        days.iter().position(|d| *d == date)
    };
    let mut by: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let mut crashed: BTreeMap<&str, u64> = BTreeMap::new();
    let mut used: BTreeSet<String> = BTreeSet::new();
    for row in 0..sessions.rows.len() {
        let text = |name: &str| sessions.cell(row, name).as_text();
        let (Some(tester), Some(ts)) = (text("tester"), sessions.cell(row, "first_ts").as_int()) else { continue };
        if text("client") != Some(plan.stage.cohort.as_str()) || !window.holds(ts) {
            continue;
        }
        if let Some(at) = day(ts) {
            by.entry(tester).or_insert_with(|| vec![0; days.len()])[at] += 1;
        }
        *crashed.entry(tester).or_default() +=
            sessions.cell(row, "native_crashes").as_int().unwrap_or(0).unsigned_abs();
        used.extend(text("platform").map(str::to_ascii_lowercase));
    }
    let reported = reports(judged, window);
    let owed = |code: &str| {
        let findings = judged.findings.iter().filter(|f| f.owed.iter().any(|who| who == code));
        findings.map(|f| f.item.clone()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let person = |t: &crate::correlation::roster::Tester| {
        let sessions = by.get(t.code.as_str()).cloned().unwrap_or_else(|| vec![0; days.len()]);
        let seen = crashed.get(t.code.as_str()).copied().unwrap_or(0);
        Person {
            tester: t.code.clone(),
            device: t.device.clone(),
            platform: t.platform.clone(),
            total: sessions.iter().sum(),
            sessions,
            crashes: seen.max(reported.get(&t.code).copied().unwrap_or(0)),
            outstanding: owed(&t.code),
        }
    };
    let testers: Vec<Person> = judged.correlated.roster.testers.iter().map(person).collect();
    let active =
        (0..days.len()).map(|at| testers.iter().filter(|t| t.sessions.get(at).is_some_and(|n| *n > 0)).count() as u64);
    let platforms = &plan.stage.platforms;
    let missing: Vec<String> = platforms.iter().filter(|p| !used.contains(&p.to_ascii_lowercase())).cloned().collect();
    let mut people = People {
        active: active.collect(),
        sessions: testers.iter().map(|t| t.total).sum(),
        crashes: testers.iter().map(|t| t.crashes).sum(),
        platforms_missing: missing,
        note: String::new(),
        testers,
    };
    people.note = note(&people);
    people
}

/// Crash reports by tester. One without a device log beside it is a crash of its own.
fn reports(judged: &Judged, window: Window) -> BTreeMap<String, u64> {
    let crashes = plain(&judged.tables, "crashes");
    let mut reported: BTreeMap<String, u64> = BTreeMap::new();
    for row in 0..crashes.rows.len() {
        let inside = crashes.cell(row, "ts").as_int().is_some_and(|ts| window.holds(ts));
        if let (Some(tester), true) = (crashes.cell(row, "tester").as_text(), inside) {
            *reported.entry(tester.to_owned()).or_default() += 1;
        }
    }
    reported
}

fn note(people: &People) -> String {
    let silent: Vec<&str> = people.testers.iter().filter(|t| t.total == 0).map(|t| t.tester.as_str()).collect();
    let mut parts = vec![format!(
        "Sessions per day, {} in the week. {} {}.",
        count(people.sessions as f64),
        count(people.crashes as f64),
        if people.crashes == 1 { "crash" } else { "crashes" }
    )];
    parts.push(match people.platforms_missing.as_slice() {
        [] => "Every platform in scope was used.".to_owned(),
        missing => format!("No use of {} was seen.", missing.join(" or ")),
    });
    if !silent.is_empty() && silent.len() < people.testers.len() {
        parts.push(format!("Not seen: {}.", silent.join(", ")));
    }
    let owing = people.testers.iter().filter(|t| !t.outstanding.is_empty()).count();
    if owing > 0 {
        parts.push(format!("{owing} of {} testers still owe a word.", people.testers.len()));
    }
    parts.join(" ")
}
