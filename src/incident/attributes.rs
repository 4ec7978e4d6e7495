//! Which attributes distinguish failing events from good ones, each value against all others, exactly.

use std::collections::{BTreeMap, BTreeSet};

use super::event::Event;
use super::study::{HOUR_MS, Study, ms};
use crate::report::incident::{AttributeRow, Share, Suspect, Times};
use crate::statistics::{Rate, multiple, poisson, proportion};

/// Rows that are shown.
const MOST: usize = 12;
/// Good events of this long before the first bad one are compared, too.
const BEFORE_MS: i64 = 2 * HOUR_MS;

/// The attributes, the most telling first.
pub(super) fn of(study: &Study<'_>) -> Vec<AttributeRow> {
    let Some((first, last)) = study.span() else { return Vec::new() };
    let compared: Vec<&Event> =
        study.case.events.all.iter().filter(|e| (first - BEFORE_MS..=last).contains(&e.ts)).collect();
    let all = (compared.iter().filter(|e| e.bad).count() as u64, compared.len() as u64);
    // Where all bad events say the same, it distinguishes nothing.
    let said: BTreeSet<&str> = compared.iter().filter(|e| e.bad).map(|e| e.says.as_str()).collect();
    let signatures = said.len() > 1;
    let mut tallies: BTreeMap<(&'static str, String), (u64, u64)> = BTreeMap::new();
    for event in &compared {
        for (attribute, value) in values(study, event, signatures) {
            let held = tallies.entry((attribute, value)).or_default();
            held.0 += u64::from(event.bad);
            held.1 += 1;
        }
    }
    // A value that every event has, or that no bad one has, distinguishes nothing.
    let kept = tallies.into_iter().filter(|(_, with)| with.0 > 0 && with.1 < all.1);
    let mut rows: Vec<(AttributeRow, f64)> =
        together(kept).into_iter().filter_map(|((a, v), with)| row(a, v, with, all)).collect();
    let adjusted = multiple::benjamini_hochberg(&rows.iter().map(|(_, p)| *p).collect::<Vec<_>>());
    rows.iter_mut().zip(adjusted).for_each(|((row, _), q)| row.q = q);
    // What all failing events share comes first: a cause explains every one of them.
    rows.sort_by(|(a, p), (b, q)| {
        let partial = |r: &AttributeRow| r.without.0 > 0;
        let order = partial(a).cmp(&partial(b)).then(p.total_cmp(q)).then(b.with.0.cmp(&a.with.0));
        order.then((&a.attribute, &a.value).cmp(&(&b.attribute, &b.value)))
    });
    rows.truncate(MOST);
    rows.into_iter().map(|(row, _)| row).collect()
}

/// Values that divide the events in the same way are one row: a tester has one device, and the numbers cannot tell the
/// two apart.
fn together(
    tallies: impl Iterator<Item = ((&'static str, String), (u64, u64))>,
) -> Vec<((String, String), (u64, u64))> {
    let mut by: BTreeMap<(u64, u64), Vec<(&'static str, String)>> = BTreeMap::new();
    for (key, with) in tallies {
        by.entry(with).or_default().push(key);
    }
    let join = |all: Vec<(&'static str, String)>| {
        let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        let values: Vec<&str> = all.iter().map(|(_, value)| value.as_str()).collect();
        (names.join(", "), values.join(" · "))
    };
    // Different values of one attribute that happen to have the same counts are two groups.
    let split = |(with, all): ((u64, u64), Vec<(&'static str, String)>)| {
        let twice = all.iter().enumerate().any(|(at, (name, _))| all[..at].iter().any(|(held, _)| held == name));
        let groups: Vec<Vec<(&'static str, String)>> =
            if twice { all.into_iter().map(|one| vec![one]).collect() } else { vec![all] };
        groups.into_iter().map(move |group| (join(group), with)).collect::<Vec<_>>()
    };
    by.into_iter().flat_map(split).collect()
}

fn values(study: &Study<'_>, event: &Event, signatures: bool) -> Vec<(&'static str, String)> {
    let roster = &study.judged.correlated.roster;
    let tester = event.tester.as_deref().and_then(|code| roster.by_name(code)).map(|t| &roster.testers[t]);
    let mut all: Vec<(&'static str, Option<String>)> = vec![
        ("client", event.client.clone()),
        ("route", event.route.clone()),
        ("build", event.build.clone()),
        ("platform", event.platform.clone()),
        ("tester", event.tester.clone()),
        ("device", tester.map(|t| t.device.clone())),
        ("os_version", tester.map(|t| t.os_version.clone())),
        ("container", event.instance.clone()),
    ];
    // What was live at the time: the newest deploy of the service that answered, and each flag.
    let mut deploys = study.record.changes.iter().filter(|c| c.kind == "deploy" && c.at <= event.ts);
    let live = deploys.rfind(|c| c.service.is_none() || c.service == event.service);
    all.push(("deploy", live.map(|c| c.name.clone())));
    let flags = study.record.changes.iter().filter(|c| c.kind == "flag" && c.at <= event.ts);
    let on = flags.filter(|c| c.undone.is_none_or(|undone| event.ts < undone));
    all.extend(on.map(|c| ("flag", Some(c.name.clone()))));
    if event.bad && signatures {
        all.push(("signature", Some(event.says.clone())));
    }
    all.into_iter().filter_map(|(name, value)| Some((name, value.filter(|v| !v.is_empty())?))).collect()
}

fn row(attribute: String, value: String, with: (u64, u64), all: (u64, u64)) -> Option<(AttributeRow, f64)> {
    let without = (all.0 - with.0, all.1 - with.1);
    let rate = |(bad, of): (u64, u64)| Rate { events: bad, exposure: of as f64 };
    let tested = poisson::ratio(rate(with), rate(without), 0.95)?;
    let (low, high) = proportion::clopper_pearson(with.0, with.1, 0.95)?;
    let row = AttributeRow {
        attribute,
        value,
        with,
        without,
        share: (with.0 as f64 / with.1 as f64, low, high),
        ratio: tested.ratio,
        low: tested.lower,
        high: Some(tested.upper).filter(|high| high.is_finite()),
        q: 1.0,
    };
    Some((row, tested.p_greater))
}

/// The cohort before, while and after the first suspect was in effect, and the others while it was.
pub(super) fn shares(study: &Study<'_>, times: &Times, suspect: Option<&Suspect>) -> Vec<Share> {
    let Some((first, last)) = study.span() else { return Vec::new() };
    let began = suspect.map_or(first, |s| s.at.as_millisecond().min(first));
    let fixed = ms(&times.rolled_back).unwrap_or(i64::MAX).max(last + 1);
    let name = suspect.map_or_else(|| "the first bad event".to_owned(), |s| s.name.clone());
    let cohort = &study.plan.stage.cohort;
    let others = if cohort == "web" { "others" } else { "other clients" };
    let group = |label: String, own: bool, from: i64, to: i64, main: bool| {
        let of = study.comparable().filter(|e| study.is_cohort(e) == own && from <= e.ts && e.ts < to);
        let (bad, of) = of.fold((0u64, 0u64), |(bad, of), e| (bad + u64::from(e.bad), of + 1));
        let (low, high) = proportion::clopper_pearson(bad, of, 0.95).unwrap_or((0.0, 1.0));
        // With none bad only the upper end says something, and then all of the 5 % belong to it.
        let high = if bad == 0 && of > 0 { proportion::clopper_pearson_upper(bad, of, 0.05) } else { high };
        Share { label, bad, of, share: (of > 0).then(|| bad as f64 / of as f64), low, high, main, cohort: own }
    };
    let live_from = if suspect.is_some_and(|s| s.kind == "build") { first } else { began };
    vec![
        group(format!("{cohort}, before {name}"), true, i64::MIN, live_from, false),
        group(format!("{cohort}, until the pull"), true, live_from, fixed, true),
        group(format!("{others}, in the same time"), false, live_from, fixed, false),
        group(format!("{cohort}, after the pull"), true, fixed, i64::MAX, false),
    ]
}
