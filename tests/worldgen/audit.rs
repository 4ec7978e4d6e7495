//! The platform's audit events: who signed in, what was switched, published, removed, told.

use super::clock::{DAY, HOUR, MINUTE, Span, iso};
use super::random::Random;
use super::record::Record;
use super::scenario::Fault;
use super::truth::{Caller, Service, World};

const TRADING: &str = "harbour-trading";
const APP: &str = "harbour-trading-mobile";

/// An event to be: when, product, actor, action, what it is about, and its details.
struct Event<'e> {
    at: i64,
    product: &'e str,
    actor: &'e str,
    action: &'e str,
    target: (&'e str, &'e str),
    details: Record,
}

/// `audit-events.jsonl`, in order of time.
pub(crate) fn events(world: &World<'_>) -> String {
    let owner = world.owner_user();
    let mut events = sign_ins(world);
    let mut add = |at, product, action, target, details| {
        events.push(Event { at, product, actor: owner, action, target, details });
    };
    let beta = world.scenario.beta;
    let flag = |to: bool| Record::new().raw("from", !to).raw("to", to);
    add(beta.from - 4 * DAY + 9 * HOUR, TRADING, "feature_flag.updated", ("flag", "tabs.membership"), flag(true));
    add(beta.from + 6 * HOUR, TRADING, "feature_flag.updated", ("flag", "mobile.beta"), flag(true));
    // Another product's maintenance is no business of this beta.
    let other = "harbour-notes";
    let maintenance = beta.from - 2 * DAY + 4 * HOUR;
    let why = Record::new().text("reason", "index rebuild");
    add(maintenance, other, "maintenance.enabled", ("product", other), why);
    add(maintenance + 20 * MINUTE, other, "maintenance.disabled", ("product", other), Record::new());
    for build in world.builds() {
        let details = channels().text("version", "1.4.0");
        add(build.published, TRADING, "distribution.published", ("build", build.number), details);
    }
    let Span { from, to } = world.scenario.kill_switch;
    let drill = || Record::new().raw("drill", true);
    add(from, APP, "maintenance.enabled", ("product", APP), drill().text("reason", "Stage 3 kill-switch drill"));
    add(to, APP, "maintenance.disabled", ("product", APP), drill());
    let Span { from, to } = world.scenario.backend_stop;
    let stop = || Record::new().text("scenario", "backend-stop");
    add(from, TRADING, "drill.started", ("service", "trading-backend"), stop().raw("planned", true));
    add(to, TRADING, "drill.ended", ("service", "trading-backend"), stop());
    for fault in &world.scenario.faults {
        let Fault::Incident { opened, removed, notified, resolved, summary } = fault else { continue };
        let build = world.scenario.builds.last().map_or("", |b| b.number);
        let details = Record::new().text("severity", "SEV1").text("summary", summary);
        add(*opened, TRADING, "incident.opened", ("incident", "INC-88"), details);
        add(*removed, TRADING, "distribution.removed", ("build", build), channels().text("reason", summary));
        let details = Record::new().text("channel", "email").text("message", "Please close and delete the beta build");
        add(*notified, TRADING, "testers.notified", ("group", "internal-testers"), details);
        add(*resolved, TRADING, "incident.resolved", ("incident", "INC-88"), Record::new());
    }
    for act in &world.acts {
        add(act.at, TRADING, act.action, act.target, act.details.clone());
    }
    write(world, events)
}

pub(crate) fn channels() -> Record {
    Record::new().raw("channels", "[\"testflight-internal\",\"play-internal\"]")
}

fn sign_ins<'w>(world: &'w World<'_>) -> Vec<Event<'w>> {
    let mut events = Vec::new();
    for call in world.calls.iter().filter(|c| c.service == Service::Platform) {
        let Caller::Visit(visit) = call.caller else { continue };
        let visit = &world.visits[visit];
        let action = match (call.url, call.status) {
            ("/api/auth/login", 200) => "auth.sign_in",
            ("/api/auth/login", _) => "auth.sign_in_failed",
            ("/api/auth/logout", _) => "auth.sign_out",
            _ => continue,
        };
        let user = world.users[visit.person].as_str();
        let details = Record::new().text("platform", visit.client.name());
        events.push(Event { at: call.at, product: TRADING, actor: user, action, target: ("user", user), details });
    }
    events
}

fn write(world: &World<'_>, mut events: Vec<Event<'_>>) -> String {
    let mut random = Random::new(world.scenario.seed, "audit");
    events.sort_by_key(|event| event.at);
    let mut text = String::new();
    for event in events {
        let record = Record::new()
            .text("id", &format!("aud_{}", random.hex(16)))
            .text("ts", &iso(event.at))
            .text("productId", event.product)
            .text("actor", event.actor)
            .text("action", event.action)
            .object("target", Record::new().text("type", event.target.0).text("id", event.target.1))
            .object("metadata", event.details);
        if world.has("audit-events", event.at) {
            text.push_str(&(record.json() + "\n"));
        }
    }
    text
}
