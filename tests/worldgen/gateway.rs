//! The two gateways' views: nginx JSON before the trading service, nginx combined before the platform service.

use super::clock::{access, iso_offset};
use super::random::Random;
use super::record::Record;
use super::truth::{Call, Caller, Seen, Service, Socket, Visit, World};
use super::write::Line;

/// Lines of the gateway before the trading service.
pub(crate) fn api(world: &World<'_>) -> Vec<Line> {
    let mut random = Random::new(world.scenario.seed, "gateway");
    let outside = |c: &&Call| c.service == Service::Api && c.seen != Seen::ServiceOnly;
    let mut lines: Vec<Line> = world
        .calls
        .iter()
        .filter(outside)
        .map(|call| {
            let at = call.at + 2;
            Line::new(at, request(world, call, at, random.between(70, 2_900)))
        })
        .collect();
    for socket in &world.sockets {
        lines.push(Line::new(socket.to, closed(world, socket, &mut random)));
    }
    lines
}

fn request(world: &World<'_>, call: &Call, at: i64, bytes: i64) -> String {
    let (agent, address, platform, build) = match call.caller {
        Caller::Visit(visit) => {
            let visit = &world.visits[visit];
            (visit.agent.as_str(), visit.address.as_str(), visit.client.name(), visit.build.unwrap_or_default())
        }
        _ => ("Blackbox Exporter/0.27.0", "192.0.2.61", "", ""),
    };
    let upstream = if call.status == 502 { 0 } else { call.ms };
    stamp(at, &call.id)
        .text("remote_addr", address)
        .text("request_method", call.method)
        .text("request_uri", call.url)
        .text("server_protocol", "HTTP/2.0")
        .raw("status", call.status)
        .raw("body_bytes_sent", if call.status < 400 { bytes } else { 60 + bytes % 90 })
        .raw("request_time", seconds(call.ms + 2))
        .text("upstream_status", &call.status.to_string())
        .text("upstream_response_time", &seconds(upstream))
        .text("http_user_agent", agent)
        .text("http_x_client_platform", platform)
        .text("http_x_app_build", build)
        .json()
}

/// nginx logs a socket when it closes.
fn closed(world: &World<'_>, socket: &Socket, random: &mut Random) -> String {
    let visit = &world.visits[socket.visit];
    let open = seconds(socket.to - socket.from);
    stamp(socket.to, &random.hex(32))
        .text("remote_addr", &visit.address)
        .text("request_method", "GET")
        .text("request_uri", "/socket.io/?EIO=4&transport=websocket")
        .text("server_protocol", "HTTP/1.1")
        .raw("status", 101)
        .raw("body_bytes_sent", random.between(9_000, 90_000))
        .raw("request_time", &open)
        .text("upstream_status", "101")
        .text("upstream_response_time", &open)
        .text("http_user_agent", &visit.agent)
        .text("http_x_client_platform", visit.client.name())
        .text("http_x_app_build", visit.build.unwrap_or_default())
        .json()
}

fn stamp(at: i64, id: &str) -> Record {
    Record::new().text("time_iso8601", &iso_offset(at)).text("msec", &seconds(at)).text("request_id", id)
}

/// Lines of the gateway before the platform service.
pub(crate) fn platform(world: &World<'_>) -> Vec<Line> {
    let mut random = Random::new(world.scenario.seed, "platform gateway");
    let mut lines = Vec::new();
    for call in world.calls.iter().filter(|c| c.service == Service::Platform) {
        let Caller::Visit(visit) = call.caller else { continue };
        let Visit { address, agent, .. } = &world.visits[visit];
        let (method, url, status, id) = (call.method, call.url, call.status, &call.id);
        let (bytes, took) = (random.between(300, 1_900), seconds(call.ms + 1));
        let at = call.at + 1;
        let time = access(at);
        lines.push(Line::new(
            at,
            format!(
                "{address} - - [{time}] \"{method} {url} HTTP/1.1\" {status} {bytes} \"-\" \"{agent}\" \"{id}\" {took}"
            ),
        ));
    }
    lines
}

fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}
