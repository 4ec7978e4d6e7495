//! What a report of an incident must say.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::clock::{MINUTE, Span, iso};
use super::super::process::deployment_of;
use super::super::truth::{Client, World};

/// Minutes by which a report's first bad minute may be off, and by which its other times may be.
const NEAR: (i64, i64) = (5, 1);

/// What may be called the cause.
pub(crate) enum Cause {
    /// A deploy by its place in the scenario.
    Deploy(usize),
    Flag(&'static str),
    Build(&'static str),
    /// Nothing changed near the onset, so that no deploy and no flag may be accused.
    Nothing,
}

/// An incident as the one who made it tells it.
pub(crate) struct Told {
    /// `R1` to `R5`.
    pub(crate) trigger: &'static str,
    /// The first bad event.
    pub(crate) first_bad: i64,
    /// When somebody, or an alarm, first said so.
    pub(crate) reported: Option<i64>,
    /// When the incident was opened.
    pub(crate) opened: Option<i64>,
    /// When the first step began that took the cause from testers, and when it had taken effect.
    pub(crate) contained: Option<Span>,
    /// Between which times it was seen to be over.
    pub(crate) recovered: Option<Span>,
    /// Places on the roster, and the build that each of them had then; none where it was the web's.
    pub(crate) testers: Vec<(usize, Option<&'static str>)>,
    /// Request ids of bad events in the app.
    pub(crate) ids: BTreeSet<String>,
    /// The same on the web.
    pub(crate) web_ids: BTreeSet<String>,
    /// Ids that a report may list as well: what else failed beside it.
    pub(crate) beside: BTreeSet<String>,
    pub(crate) bad_events: usize,
    pub(crate) cause: Cause,
    pub(crate) route: Option<&'static str>,
}

/// `truth.json` of a world.
pub(crate) fn truth(world: &World<'_>, name: &str, told: Option<&Told>) -> Value {
    let span = |s: Span| json!({ "start": iso(s.from), "end": iso(s.to) });
    let scenario = world.scenario;
    json!({
        "schema": "worldgen/truth/1",
        "world": { "name": name, "seed": scenario.seed },
        "windows": { "baseline": span(scenario.baseline), "beta": span(scenario.beta) },
        "planned_windows": [span(scenario.kill_switch), span(scenario.backend_stop)],
        "incident": told.map(|told| incident(world, told)),
    })
}

fn incident(world: &World<'_>, told: &Told) -> Value {
    let (first, other) = NEAR;
    let window = |span: Option<Span>| span.map(|s| json!({ "from": iso(s.from), "to": iso(s.to) }));
    json!({
        "first_bad_minute": iso(told.first_bad / MINUTE * MINUTE),
        "first_report_at": told.reported.map(iso),
        "detected_at": told.opened.or(told.reported).map(iso),
        "rolled_back_at": told.contained.map(|s| iso(s.from)),
        "rolled_back_window": window(told.contained),
        "recovered_window": window(told.recovered),
        "tolerance_minutes": { "first_bad_minute": first, "detected_at": other, "rolled_back_at": other },
        "triggers": [told.trigger.replace('R', "rt-0")],
        "affected_testers": told.testers.iter().map(|(t, build)| tester(world, *t, *build)).collect::<Vec<_>>(),
        "request_ids": told.ids,
        "request_ids_web": told.web_ids,
        "request_ids_allowed": told.beside.difference(&told.ids).collect::<Vec<_>>(),
        "request_ids_graded": !told.ids.is_empty() || !told.web_ids.is_empty(),
        "bad_events": told.bad_events,
        "culprit": culprit(world, told),
    })
}

fn tester(world: &World<'_>, tester: usize, build: Option<&str>) -> Value {
    let person = &world.people[tester];
    json!({
        "tester": person.code,
        "user_id": world.users[tester],
        "device": person.device,
        "os_version": person.os,
        "platform": person.platform,
        "build": build,
    })
}

fn culprit(world: &World<'_>, told: &Told) -> Value {
    match told.cause {
        Cause::Deploy(deploy) => {
            let (id, sha) = deployment_of(world, deploy);
            let of = &world.scenario.deploys[deploy];
            json!({
                "service": of.service,
                "deployment_id": id,
                "sha": sha,
                "description": format!("{} {}", of.service, of.version),
                "route": told.route,
            })
        }
        Cause::Flag(flag) => json!({ "flag": flag, "route": told.route }),
        Cause::Build(build) => json!({ "build": build }),
        Cause::Nothing => Value::Null,
    }
}

/// Ids of what failed in the app on the servers' side in a stretch of time, whatever the reason.
pub(crate) fn failures(world: &World<'_>, span: Span) -> BTreeSet<String> {
    let in_app = |c: &&super::super::truth::Call| {
        c.status >= 500 && span.holds(c.at) && world.who(c).is_some_and(|(_, client)| client != Client::Web)
    };
    world.calls.iter().filter(in_app).map(|c| c.id.clone()).collect()
}
