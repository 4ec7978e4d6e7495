//! The platform service's view: winston lines with sorted keys, and the audit events of signing in and out.

use super::clock::iso;
use super::record::Record;
use super::truth::{Call, Caller, Service, World};
use super::write::Line;

/// Lines of the service's log.
pub(crate) fn lines(world: &World<'_>) -> Vec<Line> {
    world.calls.iter().filter(|c| c.service == Service::Platform).filter_map(|call| line(world, call)).collect()
}

fn line(world: &World<'_>, call: &Call) -> Option<Line> {
    let Caller::Visit(visit) = call.caller else { return None };
    let visit = &world.visits[visit];
    let message = match call.url.rsplit('/').next()? {
        "status" => "maintenance.status".to_owned(),
        action => format!("auth.{action}"),
    };
    let record = Record::new()
        .maybe("appBuild", visit.build)
        .text("clientPlatform", visit.client.name())
        .raw("durationMs", call.ms)
        .text("level", if call.status < 400 { "info" } else { "warn" })
        .text("message", &message)
        .text("method", call.method)
        .text("path", call.url)
        .maybe("reason", call.reason)
        .text("requestId", &call.id)
        .text("service", "platform-service")
        .raw("statusCode", call.status)
        .text("timestamp", &iso(call.at))
        .text("userAgent", &visit.agent)
        .text("userId", &world.users[visit.person]);
    Some(Line::new(call.at, record.json()))
}
