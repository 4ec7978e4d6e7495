//! How far it reached: testers, tenants, requests, sessions, minutes, each with what bounds it.

use std::collections::BTreeSet;

use super::event::Event;
use super::study::{MINUTE_MS, Study, lasting};
use crate::report::incident::{Figure, Impact, Times, When};
use crate::rules::count;
use crate::statistics::proportion;

/// The blast radius.
pub(super) fn of(study: &Study<'_>, times: &Times, summary: String) -> Impact {
    let facts = facts(study, times);
    let pick = |name: &str| facts.iter().find(|f| f.name == name).cloned();
    let order = ["minutes of impact", "bad events", "testers", "time to detect", "time to mitigate"];
    Impact { summary, figures: order.iter().filter_map(|name| pick(name)).collect(), facts }
}

fn facts(study: &Study<'_>, times: &Times) -> Vec<Figure> {
    let spec = &study.case.events.spec;
    let hits: Vec<&Event> = study.case.bad_events().collect();
    let (first, last) = study.span().unwrap_or((0, 0));
    let during: Vec<&Event> =
        study.comparable().filter(|e| study.is_cohort(e) && (first..=last).contains(&e.ts)).collect();
    let own_hits = hits.iter().filter(|e| study.is_cohort(e)).count();
    vec![
        minutes(times),
        figure(
            "bad events",
            count(hits.len() as f64),
            "",
            format!("{}, of {} {}{}", spec.bad, count(during.len() as f64), spec.unit, bound(own_hits, during.len())),
        ),
        testers(study, &hits),
        tenants(study, &hits),
        sessions(&hits, &during),
        bad_minutes(&hits),
        others(study, &hits, first, last),
        duration("time to detect", times.to_detect_s, &times.detected, "from the first bad event to its detection"),
        duration(
            "time to mitigate",
            times.to_mitigate_s,
            &times.rolled_back,
            "from the detection to the first containment",
        ),
        duration("time to recover", times.to_recover_s, &times.recovered, "from the first bad event to recovery"),
        duration(
            "duration of the response",
            times.response_s,
            &times.detected,
            "from the detection to its last recorded step",
        ),
    ]
}

fn figure(name: &str, value: String, unit: &str, note: String) -> Figure {
    Figure { name: name.to_owned(), value, unit: unit.to_owned(), note, evidence: Vec::new() }
}

/// `; 95 % within 17 – 38 %`
fn bound(bad: usize, of: usize) -> String {
    match proportion::clopper_pearson(bad as u64, of as u64, 0.95) {
        Some((low, high)) if of > 0 => {
            format!("; the share lies (95 %) within {:.1} – {:.1} %", low * 100.0, high * 100.0)
        }
        _ => String::new(),
    }
}

fn minutes(times: &Times) -> Figure {
    let Some(s) = times.impact_s else {
        return figure("minutes of impact", "unknown".to_owned(), "", "no bad event is in the evidence".to_owned());
    };
    let time = |w: &When| w.at.map(|t| t.strftime("%H:%M:%S").to_string()).unwrap_or_default();
    let note = format!("from {} to {} UTC, first to last bad event", time(&times.first_bad), time(&times.last_bad));
    if s < 60 {
        return figure("minutes of impact", s.max(1).to_string(), "s", note);
    }
    figure("minutes of impact", count((s as f64 / 60.0).round()), "min", note)
}

fn testers(study: &Study<'_>, hits: &[&Event]) -> Figure {
    let hit: BTreeSet<&str> = hits.iter().filter_map(|e| e.tester.as_deref()).collect();
    let roster = &study.judged.correlated.roster.testers;
    let names: Vec<String> = hit
        .iter()
        .take(3)
        .map(|code| {
            let device = roster.iter().find(|t| t.code == **code).map_or("", |t| t.device.as_str());
            if device.is_empty() { (*code).to_owned() } else { format!("{code} ({device})") }
        })
        .collect();
    let more = if hit.len() > 3 { format!(" and {} more", hit.len() - 3) } else { String::new() };
    let unnamed = hits.iter().filter(|e| e.tester.is_none()).count();
    let tail = if unnamed > 0 { format!("; {unnamed} by people who are not on the roster") } else { String::new() };
    figure("testers", format!("{} of {}", hit.len(), roster.len()), "", format!("{}{more}{tail}", names.join(", ")))
}

fn tenants(study: &Study<'_>, hits: &[&Event]) -> Figure {
    let users: BTreeSet<&str> = hits.iter().filter_map(|e| e.user.as_deref()).collect();
    let owners: BTreeSet<&str> = hits.iter().filter_map(|e| e.owner.as_deref()).collect();
    let all: BTreeSet<&str> = users.union(&owners).copied().collect();
    let unknown = hits.iter().filter(|e| e.user.is_none() && e.tester.is_none()).count();
    let roster = &study.judged.correlated.roster;
    let outside = all.iter().filter(|key| roster.by_user(key).is_none()).count();
    let mut note = format!(
        "accounts that asked ({}) or whose data came back ({}); {outside} not on the roster",
        users.len(),
        owners.len()
    );
    if unknown > 0 {
        note.push_str(&format!("; {unknown} bad events name nobody, so there may be more"));
    }
    figure("tenants", all.len().to_string(), "", note)
}

fn sessions(hits: &[&Event], during: &[&Event]) -> Figure {
    let of = |events: &[&Event]| events.iter().filter_map(|e| e.session.clone()).collect::<BTreeSet<String>>().len();
    let (hit, all) = (of(hits), of(during));
    figure(
        "sessions",
        format!("{hit} of {}", all.max(hit)),
        "",
        "sessions with a bad event, of those active in the time of the impact".to_owned(),
    )
}

fn bad_minutes(hits: &[&Event]) -> Figure {
    let minutes: BTreeSet<i64> = hits.iter().map(|e| e.ts.div_euclid(MINUTE_MS)).collect();
    figure(
        "minutes with a bad event",
        minutes.len().to_string(),
        "min",
        "a lower bound of the time in which it went wrong; the impact above is the upper one".to_owned(),
    )
}

/// The same fault elsewhere: bad events of other clients, with what their number rules out.
fn others(study: &Study<'_>, hits: &[&Event], first: i64, last: i64) -> Figure {
    let all: Vec<&Event> =
        study.comparable().filter(|e| !study.is_cohort(e) && (first..=last).contains(&e.ts)).collect();
    let bad = all.iter().filter(|e| e.bad).count();
    let own = hits.iter().any(|e| !study.is_cohort(e));
    let note = if all.is_empty() {
        "other clients did nothing comparable in that time, so nothing is known of them".to_owned()
    } else {
        let high = 100.0 * proportion::clopper_pearson_upper(bad as u64, all.len() as u64, 0.05);
        let lead =
            if own || bad > 0 { "other clients were hit, too" } else { "no other client is known to be affected" };
        format!("{lead}: {bad} of {}, at most {high:.1} % (95 %)", count(all.len() as f64))
    };
    figure("other clients", count(bad as f64), "", note)
}

fn duration(name: &str, seconds: Option<i64>, when: &When, note: &str) -> Figure {
    match seconds {
        Some(s) if s < 0 => {
            figure(name, "before it".to_owned(), "", format!("{}: {} before", when.how, lasting(s * 1000)))
        }
        Some(s) if s < 60 => figure(name, s.to_string(), "s", format!("{note}: {}", when.how)),
        Some(s) if s < 48 * 3600 => {
            figure(name, count((s as f64 / 60.0).round()), "min", format!("{note}: {}", when.how))
        }
        Some(s) => figure(name, count((s as f64 / 86_400.0).round()), "days", format!("{note}: {}", when.how)),
        None => figure(name, "unknown".to_owned(), "", when.how.clone()),
    }
}
