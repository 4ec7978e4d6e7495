//! A Socket.IO session by WebSocket: opened, entered, listened to and closed over one connection.

use std::time::{Duration, Instant};

use super::course::Course;
use super::faults::{Fault, of_socket};
use super::look::Look;
use super::ms;
use super::packets::{self, Packet};
use super::polling::Session;
use crate::config::probe::SocketIo;
use crate::net::reach::Steps;
use crate::net::socket::{self, Heard, Opened, Socket};
use crate::report::probing::{Found, Leg, Phases};

/// How long a goodbye may take.
const GRACE: Duration = Duration::from_secs(2);

/// Opens, enters, listens, closes. `polling` is what polling came to, where that was tried.
pub(super) async fn run(look: &Look<'_>, socket: &SocketIo, polling: Option<&Leg>) -> Leg {
    let mut course = Course::new(socket);
    let until = look.until();
    let mut close_code = None;
    let mut status = None;
    let mut outcome = match opened(look, socket, &mut course.phases, until).await {
        Ok(mut open) => {
            status = Some(101);
            let outcome = go(&mut open, look, socket, &mut course, until).await;
            close_code = farewell(open, &course, &outcome).await;
            outcome
        }
        Err(fault) => Err(fault),
    };
    let latency_ms = course.latency_ms.unwrap_or_else(|| course.elapsed_ms());
    if let (Err(fault), None) = (&outcome, status) {
        outcome = Err(told_apart(look, socket, fault.clone(), polling).await);
    }
    let (result, reason, status) = match outcome {
        Ok(()) => (Found::Connected, None, status),
        Err(fault) => (fault.found, Some(fault.reason), status.or(fault.status)),
    };
    let Course { phases, sid, event, ping, .. } = course;
    Leg { result, reason, latency_ms, status, phases, sid, event, ping, close_code, handshakes: None }
}

async fn opened(look: &Look<'_>, socket: &SocketIo, phases: &mut Phases, until: Instant) -> Result<Box<Socket>, Fault> {
    let mut steps = Steps::default();
    let reached = look.reach(until, &mut steps).await;
    (phases.dns_ms, phases.tcp_ms, phases.tls_ms) = (steps.dns.map(ms), steps.tcp.map(ms), steps.tls.map(ms));
    let begun = Instant::now();
    let url = look.at(&socket.path, "EIO=4&transport=websocket");
    match socket::open(reached?, &url, &look.headers, until).await? {
        Opened::Open(open) => {
            phases.handshake_ms = Some(ms(begun.elapsed()));
            Ok(open)
        }
        Opened::Refused(said) => Err(of_socket(&said, true)),
    }
}

/// What polling says about a request for a WebSocket that failed: where it opens a session, the request was stopped on
/// its way; where no server listens, that is why (Node's closes the connection without a word).
async fn told_apart(look: &Look<'_>, socket: &SocketIo, fault: Fault, polling: Option<&Leg>) -> Fault {
    let unclear = matches!(
        fault.found,
        Found::WrongPath | Found::HttpError | Found::Timeout | Found::Broken | Found::Protocol | Found::Redirected
    );
    if !unclear {
        return fault;
    }
    let (opens, said, reason) = match polling {
        Some(leg) => (leg.phases.sid_ms.is_some(), leg.result, leg.reason.clone()),
        None => match knock(look, socket).await {
            Ok(()) => (true, Found::Connected, None),
            Err(fault) => (false, fault.found, Some(fault.reason)),
        },
    };
    if opens {
        let told = "polling opens a session but a WebSocket does not open, so a proxy before the server stops it";
        return Fault { found: Found::NoUpgrade, reason: format!("{told}: {}", fault.reason), ..fault };
    }
    match reason {
        Some(reason) if said == Found::WrongPath => {
            Fault { found: Found::WrongPath, reason: format!("asked by polling, {reason}"), ..fault }
        }
        _ => fault,
    }
}

/// Opens a session by polling and closes it.
async fn knock(look: &Look<'_>, socket: &SocketIo) -> Result<(), Fault> {
    let until = look.until();
    let mut session = Session::open(look, socket, &mut Phases::default(), until).await?;
    // That it opened is all that is asked here.
    let _ = session.post("1", until).await;
    Ok(())
}

/// Enters the namespace and listens.
async fn go(
    open: &mut Socket,
    look: &Look<'_>,
    socket: &SocketIo,
    course: &mut Course<'_>,
    until: Instant,
) -> Result<(), Fault> {
    match open.hear(until).await? {
        Heard::Text(text) if matches!(packets::read(&text), Packet::Open(_)) => course.opened(),
        Heard::Text(text) => {
            course.take(&text)?;
            return Err(Fault::new(Found::Protocol, "the first packet does not open a session of Engine.IO 4"));
        }
        Heard::Bytes => return Err(Fault::new(Found::Protocol, "the first packet is no text")),
        Heard::Closed(_) => return Err(closed()),
    }
    let ask = course.ask(look.token());
    open.say(ask, until).await?;
    while !course.is_entered() {
        hear(open, course, until).await?;
    }
    let listened = Instant::now() + socket.listen;
    if let Some(event) = course.send() {
        open.say(event, until).await?;
    }
    while !course.is_over() {
        let until = if course.wants_ack() { until.max(listened) } else { listened };
        match hear(open, course, until).await {
            Err(fault) if fault.found == Found::Timeout => break,
            other => other?,
        }
    }
    if course.wants_ack() {
        return Err(Fault::new(Found::NoAck, "the event was not acknowledged until the time was over"));
    }
    Ok(())
}

async fn hear(open: &mut Socket, course: &mut Course<'_>, until: Instant) -> Result<(), Fault> {
    match open.hear(until).await? {
        Heard::Text(text) => {
            if let Some(reply) = course.take(&text)? {
                open.say(reply.to_owned(), until).await?;
            }
            Ok(())
        }
        Heard::Bytes => Ok(()),
        Heard::Closed(_) => Err(closed()),
    }
}

fn closed() -> Fault {
    Fault::new(Found::Closed, "the server closed the WebSocket")
}

/// Leaves the namespace and closes, so that the server does not count it on; the code it closes with.
async fn farewell(mut open: Box<Socket>, course: &Course<'_>, outcome: &Result<(), Fault>) -> Option<u16> {
    let until = Instant::now() + GRACE;
    let gone = outcome.as_ref().is_err_and(|fault| matches!(fault.found, Found::Broken | Found::Closed));
    for packet in course.farewell().into_iter().filter(|_| !gone) {
        // Whether it was taken changes nothing about what was found.
        let _ = open.say(packet, until).await;
    }
    open.close(until).await
}
