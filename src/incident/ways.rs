//! The three most telling requests, and the way of each through all systems.

use super::event::Event;
use super::study::{Study, lasting, ms, time};
use crate::report::biography::{self, Biography};
use crate::report::incident::{Excerpt, Hop, Suspect, Telling, Times, Way};

/// Half-width of what a device's clock is known to, milliseconds: the time that a request takes to reach a server.
const DEVICE_MS: f64 = 3.0;
/// Server clocks that are kept by NTP agree within so much.
const SERVER_MS: f64 = 2.0;

/// The first, the last, and the first after a person had reported it, or of another tester or route.
pub(super) fn telling(study: &Study<'_>, times: &Times, suspects: &[Suspect]) -> Vec<Telling> {
    let named: Vec<&Event> = study.case.bad_events().filter(|e| e.request.is_some() && study.is_cohort(e)).collect();
    let (Some(first), Some(last)) = (named.first(), named.last()) else { return Vec::new() };
    let reported = ms(&times.first_report);
    let after = named.iter().find(|e| reported.is_some_and(|at| e.ts > at));
    let tester = named.iter().find(|e| e.tester != first.tester);
    let route = named.iter().find(|e| e.route != first.route);
    let says = named.iter().find(|e| e.says != first.says);
    let since = |e: &Event| format!("{} after the first report", lasting(e.ts - reported.unwrap_or(e.ts)));
    let candidates: [Option<(&Event, String)>; 6] = [
        Some((first, first_why(first, suspects))),
        after.map(|e| (*e, since(e))),
        Some((last, last_why(times, last))),
        tester.map(|e| (*e, format!("the first of {}", e.tester.as_deref().unwrap_or("somebody else")))),
        route.map(|e| (*e, format!("the first on {}", e.route.as_deref().unwrap_or("another route")))),
        says.map(|e| (*e, format!("the first that says: {}", e.says))),
    ];
    let mut picked: Vec<(&Event, String)> = Vec::new();
    for (event, why) in candidates.into_iter().flatten() {
        if picked.len() < 3 && !picked.iter().any(|(held, _)| held.request == event.request) {
            picked.push((event, why));
        }
    }
    picked.sort_by_key(|(e, _)| e.ts);
    let row = |(event, why): (&Event, String)| {
        Some(Telling { request_id: event.request.clone()?, at: time(event.ts)?, asked: asked(study, event), why })
    };
    picked.into_iter().filter_map(row).collect()
}

fn last_why(times: &Times, last: &Event) -> String {
    match ms(&times.rolled_back) {
        Some(at) if at >= last.ts => format!("the last; the containment came {} later", lasting(at - last.ts)),
        Some(at) => format!("the last; {} after the containment", lasting(last.ts - at)),
        None => "the last".to_owned(),
    }
}

fn first_why(first: &Event, suspects: &[Suspect]) -> String {
    match suspects.first().filter(|s| s.at.as_millisecond() <= first.ts) {
        Some(s) => format!("the first; {} after {} took effect", lasting(first.ts - s.at.as_millisecond()), s.name),
        None => "the first".to_owned(),
    }
}

/// `t02 → t09`, `t04 → 500`.
fn asked(study: &Study<'_>, event: &Event) -> String {
    let roster = &study.judged.correlated.roster;
    let person = |key: &str| roster.by_user(key).and_then(|t| roster.code(t)).map(str::to_owned);
    let who = event.tester.clone().or_else(|| event.user.clone()).unwrap_or_else(|| "unknown".to_owned());
    let back = match (&event.owner, &event.user) {
        (Some(owner), user) if Some(owner) != user.as_ref() => {
            person(owner).unwrap_or_else(|| "not on the roster".to_owned())
        }
        _ => event.status.map_or_else(|| event.says.clone(), |s| s.to_string()),
    };
    format!("{who} → {back}")
}

/// The ways of the telling requests.
///
/// # Errors
/// When the logs cannot be read.
pub(super) fn of(study: &Study<'_>, telling: &[Telling]) -> anyhow::Result<Vec<Way>> {
    let mut ways = Vec::new();
    for request in telling {
        let told = biography::tell(&study.judged.tables, &study.judged.correlated, &request.request_id)?;
        ways.extend(told.map(|b| way(study, request, &b)));
    }
    Ok(ways)
}

fn way(study: &Study<'_>, telling: &Telling, told: &Biography) -> Way {
    let mut facts = vec![("Asked by".to_owned(), told.asked_by.clone())];
    if let Some(answer) = &told.answered_with {
        facts.push(("Answered with".to_owned(), answer.clone()));
    }
    facts.extend(told.status.map(|s| ("Status".to_owned(), s.to_string())));
    facts.extend(told.grade.as_ref().map(|g| ("Grade".to_owned(), g.clone())));
    if told.retries > 0 {
        facts.push(("Retries".to_owned(), told.retries.to_string()));
    }
    let reference = told.lanes.iter().any(|l| l.hop.starts_with("gateway"));
    Way {
        request_id: told.request_id.clone(),
        route: format!("{} {}", told.method, told.route).trim().to_owned(),
        sentence: sentence(telling, told),
        facts,
        zero: time(told.at).unwrap_or_default(),
        zero_clock: if reference { "the gateway's clock".to_owned() } else { "the servers' clock".to_owned() },
        hops: hops(study, told),
        lines: told
            .lines
            .iter()
            .map(|l| (l.hop.clone(), Excerpt { at: time(l.ts), text: l.text.clone(), place: l.place.clone() }))
            .collect(),
    }
}

fn sentence(telling: &Telling, told: &Biography) -> String {
    let hops: Vec<&str> = told.lanes.iter().map(|l| l.hop.as_str()).collect();
    let seen = match hops.as_slice() {
        [] => "no hop logged it".to_owned(),
        [one] => format!("only {one} logged it"),
        [first @ .., last] => format!("{} and {last} logged it", first.join(", ")),
    };
    let what = match (told.foreign_owner, told.status) {
        (true, _) => " The one who asked and the owner of the answer are two people.".to_owned(),
        (false, Some(status)) if status >= 400 => format!(" It was answered with {status}."),
        _ => String::new(),
    };
    format!("{}: {seen}.{what}", super::leak::capital(&telling.why))
}

/// The hops that logged it, then those services that did not.
fn hops(study: &Study<'_>, told: &Biography) -> Vec<Hop> {
    let last = told.lanes.len().saturating_sub(1);
    let hop = |(at, lane): (usize, &biography::Lane)| {
        let device = lane.hop == "device";
        let line = told.lines.iter().find(|l| l.hop == lane.hop);
        let gateway = lane.hop.starts_with("gateway");
        let uncertain = if device {
            DEVICE_MS
        } else if gateway {
            0.5
        } else {
            SERVER_MS
        };
        let fault = match (told.foreign_owner, told.status) {
            (true, _) if at == last && !device => "here the data became someone else's".to_owned(),
            (false, Some(status)) if status >= 400 && at == last && !device => format!("here it failed with {status}"),
            _ => String::new(),
        };
        Hop {
            name: super::leak::capital(&lane.hop),
            detail: if device {
                told.asked_by.split(" · ").take(2).collect::<Vec<_>>().join(", ")
            } else {
                String::new()
            },
            span: Some((lane.from_ms, lane.to_ms)),
            uncertain_ms: uncertain,
            says: line.map(|l| l.text.clone()).unwrap_or_default(),
            clock: match lane.clock_ms {
                Some(off) => format!("clock {off:+} ms, taken out"),
                None if gateway => "clock is the reference".to_owned(),
                None => format!("clock ± {uncertain:.0} ms"),
            },
            absent: String::new(),
            fault,
        }
    };
    let mut all: Vec<Hop> = told.lanes.iter().enumerate().map(hop).collect();
    let absent = |name: &str, why: &str| Hop {
        name: super::leak::capital(name),
        detail: String::new(),
        span: None,
        uncertain_ms: 0.0,
        says: String::new(),
        clock: String::new(),
        absent: why.to_owned(),
        fault: String::new(),
    };
    // A device or gateway that wrote nothing of it was not observed; a service behind them may not have been called.
    let device = told
        .silent
        .iter()
        .any(|s| study.plan.sources.iter().any(|p| p.service.as_deref() == Some(s) && is_device(study, s)));
    if device && !told.lanes.iter().any(|l| l.hop == "device") {
        all.insert(0, absent("device", "not observed: its log has no line of this request"));
    }
    for service in told.silent.iter().filter(|s| !is_device(study, s) && !s.starts_with("gateway")) {
        all.push(absent(service, "not called, or it logged nothing of it"));
    }
    all.push(absent("database", "not observed: its log names no request"));
    all
}

/// Whether a service's lines come from devices.
fn is_device(study: &Study<'_>, service: &str) -> bool {
    let sources = study.judged.observed.roles.get("logs.device").cloned().unwrap_or_default();
    study.plan.sources.iter().any(|s| s.service.as_deref() == Some(service) && sources.contains(&s.name))
}
