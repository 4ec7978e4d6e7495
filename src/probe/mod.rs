//! Live looks at a service from a named place: each probe once, one line of a transcript each. The only evidence that
//! the tool makes itself, so that a line says what was found and nothing is asked twice.

mod clean;
mod course;
mod faults;
mod flags;
mod http;
mod look;
mod packets;
mod polling;
mod transcript;
mod websocket;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::Value;

use crate::config::probe::{Probe, ProbeKind, SocketIo, Transport};
use crate::config::secret::Lookup;
use crate::exit::{Ended, Exit};
use crate::report::probing::{Found, Leg, ProbeLine};
use crate::tables::redact::Redactor;
use clean::Cleaner;
use look::{Look, Trusts};

/// What all probes of a round share.
pub struct Round<'a> {
    pub env: Lookup<'a>,
    pub redactor: &'a Redactor,
    /// The clock.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
}

/// The probes of these names (of any, where none is named) that look from this place.
///
/// # Errors
/// `Exit::Usage` where the configuration has no probe, `Exit::NotFound` where it has none of these.
pub fn chosen<'p>(probes: &'p [Probe], names: &[String], vantage: Option<&str>) -> anyhow::Result<Vec<&'p Probe>> {
    if probes.is_empty() {
        let hint = "add [[probe]] with name, kind, url and vantage; docs/probes.md shows each kind";
        return Err(Ended::error(Exit::Usage, "the configuration has no probe", hint));
    }
    let all = |of: fn(&Probe) -> &str| {
        let words: BTreeSet<&str> = probes.iter().map(of).collect();
        words.into_iter().collect::<Vec<_>>().join(", ")
    };
    if let Some(name) = names.iter().find(|name| !probes.iter().any(|probe| probe.name == **name)) {
        let hint = format!("there are {}", all(|probe| &probe.name));
        return Err(Ended::error(Exit::NotFound, format!("there is no probe `{name}`"), hint));
    }
    let wanted = |probe: &&Probe| {
        (names.is_empty() || names.contains(&probe.name)) && vantage.is_none_or(|vantage| vantage == probe.vantage)
    };
    let chosen: Vec<&Probe> = probes.iter().filter(wanted).collect();
    if chosen.is_empty() {
        let hint = format!("probes look from {}", all(|probe| &probe.vantage));
        let message = format!("none of these probes looks from {}", vantage.unwrap_or_default());
        return Err(Ended::error(Exit::NotFound, message, hint));
    }
    Ok(chosen)
}

/// Runs each probe once, all at once; in their order, a line each, or a sentence why it could not be run.
pub async fn round(probes: &[&Probe], round: &Round<'_>) -> Vec<Result<ProbeLine, String>> {
    // All are made ready before the first one runs: reading certificates takes longer than most answers.
    let mut trusts = Trusts::default();
    let looks: Vec<_> = probes.iter().map(|probe| Look::new(probe, round.env, &mut trusts)).collect();
    join_all(looks.into_iter().map(async |look| Ok(one(&look?, round).await))).await
}

/// Adds a line to a transcript.
///
/// # Errors
/// When it cannot be written.
pub fn append(path: &Path, line: &ProbeLine) -> anyhow::Result<()> {
    transcript::append(path, line)
}

async fn one(look: &Look<'_>, round: &Round<'_>) -> ProbeLine {
    let probe = look.probe;
    let ts = (round.now)();
    let ts = Timestamp::from_millisecond(ts.as_millisecond()).unwrap_or(ts);
    let cleaner = Cleaner::new(round.redactor, look.token());
    let line = ProbeLine {
        ts: format!("{ts:.3}"),
        probe: probe.name.clone(),
        vantage: probe.vantage.clone(),
        url: cleaner.url(&look.url),
        namespace: None,
        transport: None,
        status: None,
        result: Found::Ok,
        reason: None,
        latency_ms: 0.0,
        phases: None,
        websocket: None,
        polling: None,
        sid: None,
        request_id: look.request_id.clone(),
        content_type: None,
        body_json: None,
        body: None,
    };
    match &probe.kind {
        ProbeKind::Health | ProbeKind::Flags(_) => asked(look, line, &cleaner).await,
        ProbeKind::SocketIo(socket) => connected(look, socket, line, &cleaner).await,
    }
}

async fn asked(look: &Look<'_>, line: ProbeLine, cleaner: &Cleaner<'_>) -> ProbeLine {
    let asked = http::run(look).await;
    let said = asked.said.as_ref();
    let (result, reason) = match asked.outcome {
        Ok(()) => (Found::Ok, None),
        Err(fault) => (fault.found, Some(cleaner.reason(&fault.reason))),
    };
    ProbeLine {
        status: Some(said.map_or(0, |said| said.status)),
        result,
        reason,
        latency_ms: asked.latency_ms,
        phases: Some(asked.phases),
        content_type: said.and_then(|said| said.header("content-type")).map(|text| cleaner.reason(text)),
        body_json: said.map(|said| serde_json::from_slice::<Value>(&said.body).is_ok_and(|body| body.is_object())),
        body: said.map(|said| cleaner.body(&said.text())),
        ..line
    }
}

async fn connected(look: &Look<'_>, socket: &SocketIo, line: ProbeLine, cleaner: &Cleaner<'_>) -> ProbeLine {
    let polling = match socket.transport {
        Transport::WebSocket => None,
        Transport::Polling | Transport::Both => Some(polling::run(look, socket).await),
    };
    let websocket = match socket.transport {
        Transport::Polling => None,
        Transport::WebSocket | Transport::Both => Some(websocket::run(look, socket, polling.as_ref()).await),
    };
    let clean = |leg: Leg| Leg {
        reason: leg.reason.map(|reason| cleaner.reason(&reason)),
        event: leg.event.map(|event| cleaner.reason(&event)),
        sid: leg.sid.map(|sid| cleaner.reason(&sid)),
        ..leg
    };
    let (polling, websocket) = (polling.map(clean), websocket.map(clean));
    let legs = || websocket.iter().chain(&polling);
    // What is wrong with one transport is wrong; else the WebSocket tells, which clients go over to.
    let main = legs().find(|leg| leg.result != Found::Connected).or_else(|| legs().next()).cloned();
    let (transport, query) = match socket.transport {
        Transport::Polling => ("polling", "EIO=4&transport=polling"),
        Transport::WebSocket => ("websocket", "EIO=4&transport=websocket"),
        Transport::Both => ("both", "EIO=4&transport=websocket"),
    };
    let url = cleaner.url(&look.at(&socket.path, query));
    ProbeLine {
        url: if transport == "polling" { url } else { url.replacen("http", "ws", 1) },
        namespace: Some(socket.namespace.clone()),
        transport: Some(transport),
        // A probe without a leg has shown nothing.
        result: main.as_ref().map_or(Found::Protocol, |leg| leg.result),
        reason: main.as_ref().and_then(|leg| leg.reason.clone()),
        latency_ms: main.as_ref().map_or(0.0, |leg| leg.latency_ms),
        sid: main.and_then(|leg| leg.sid),
        websocket,
        polling,
        ..line
    }
}

/// Milliseconds, to the microsecond.
fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
