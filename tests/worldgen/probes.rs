//! The probes' view: synthetic checks from outside and inside, from two days before the beta.

use super::clock::{DAY, MINUTE, SECOND, iso};
use super::random::Random;
use super::record::Record;
use super::truth::World;
use super::write::Line;

const HOST: &str = "api.trading.harbour.example";
const FLAGS: &str = r#"{"version":31,"flags":{"tabs.marketplace":false,"tabs.membership":true,"polling.fallback":true,"mobile.beta":true}}"#;

/// The transcript.
pub(crate) fn lines(world: &World<'_>) -> Vec<Line> {
    let mut random = Random::new(world.scenario.seed, "probes");
    let mut lines = Vec::new();
    let mut at = world.scenario.beta.from - 2 * DAY;
    while at < world.scenario.beta.to {
        let up = world.outage(at + SECOND).is_none();
        let mut add = |at: i64, record: Record| lines.push(Line::new(at, record.json()));
        let live = at + random.between(200, 900);
        add(live, http("health_live", live, "/health/live", r#"{"status":"ok"}"#, up, random.between(34, 70)));
        if at % (15 * MINUTE) == 0 {
            let flags = at + 2 * SECOND + random.between(100, 900);
            add(flags, http("feature_flags", flags, "/api/feature-flags", FLAGS, up, random.between(44, 95)));
            for (vantage, slow) in [("external-lis1", 80), ("internal", 7)] {
                let socket = at + 4 * SECOND + random.between(0, 900);
                let latency = slow + random.between(0, 30);
                add(socket, handshake(socket, vantage, up, latency, &mut random));
            }
        }
        at += 5 * MINUTE;
    }
    lines
}

fn http(probe: &str, at: i64, path: &str, body: &str, up: bool, latency: i64) -> Record {
    let record = Record::new()
        .text("ts", &iso(at))
        .text("probe", probe)
        .text("vantage", "external-lis1")
        .text("url", &format!("https://{HOST}{path}"))
        .raw("status", if up { 200 } else { 502 })
        .raw("latency_ms", if up { latency } else { 6 });
    if up { record.text("body", body) } else { record }
}

fn handshake(at: i64, vantage: &str, up: bool, latency: i64, random: &mut Random) -> Record {
    let record = Record::new()
        .text("ts", &iso(at))
        .text("probe", "ws_handshake")
        .text("vantage", vantage)
        .text("url", &format!("wss://{HOST}/socket.io/?EIO=4&transport=websocket"))
        .text("namespace", "/trading")
        .text("result", if up { "connected" } else { "refused" });
    let record = if up { record.text("sid", &random.socket_id()) } else { record };
    record.raw("latency_ms", latency)
}
