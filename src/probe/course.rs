//! How a Socket.IO session goes, whatever carries its packets: what to say to each, and what has been learnt.

use std::time::Instant;

use super::faults::Fault;
use super::ms;
use super::packets::{self, Kind, Message, Packet};
use crate::config::probe::SocketIo;
use crate::report::probing::{Found, Phases};

/// Number of the one event that wants an acknowledgement.
const ACK: u64 = 1;

/// A session on its way.
#[derive(Debug)]
pub(super) struct Course<'a> {
    socket: &'a SocketIo,
    begun: Instant,
    asked: Option<Instant>,
    entered: Option<Instant>,
    event_sent: Option<Instant>,
    pub(super) phases: Phases,
    /// Until the namespace was entered.
    pub(super) latency_ms: Option<f64>,
    pub(super) sid: Option<String>,
    pub(super) event: Option<String>,
    pub(super) ping: bool,
}

impl<'a> Course<'a> {
    /// A session that begins now.
    pub(super) fn new(socket: &'a SocketIo) -> Self {
        Course {
            socket,
            begun: Instant::now(),
            asked: None,
            entered: None,
            event_sent: None,
            phases: Phases::default(),
            latency_ms: None,
            sid: None,
            event: None,
            ping: false,
        }
    }

    /// The server told its session.
    pub(super) fn opened(&mut self) {
        self.phases.sid_ms = Some(ms(self.begun.elapsed()));
    }

    /// What asks for the namespace.
    pub(super) fn ask(&mut self, token: Option<&str>) -> String {
        self.asked = Some(Instant::now());
        packets::connect(&self.socket.namespace, token)
    }

    /// The event that wants an acknowledgement, where there is one to send.
    pub(super) fn send(&mut self) -> Option<String> {
        let event = self.socket.ack.as_ref()?;
        self.event_sent = Some(Instant::now());
        Some(packets::asking(&self.socket.namespace, ACK, event))
    }

    /// What is said before leaving, packet by packet.
    pub(super) fn farewell(&self) -> Vec<String> {
        let left = self.asked.is_some().then(|| packets::disconnect(&self.socket.namespace));
        left.into_iter().chain(["1".to_owned()]).collect()
    }

    pub(super) fn is_entered(&self) -> bool {
        self.entered.is_some()
    }

    /// Whether nothing more is waited for.
    pub(super) fn is_over(&self) -> bool {
        self.event.is_some() && !self.wants_ack()
    }

    /// Whether an acknowledgement is still due.
    pub(super) fn wants_ack(&self) -> bool {
        self.event_sent.is_some() && self.phases.ack_ms.is_none()
    }

    /// Since the beginning.
    pub(super) fn elapsed_ms(&self) -> f64 {
        ms(self.begun.elapsed())
    }

    /// Takes a packet; gives what has to be answered at once.
    ///
    /// # Errors
    /// What the packet says is wrong.
    pub(super) fn take(&mut self, packet: &str) -> Result<Option<&'static str>, Fault> {
        match packets::read(packet) {
            Packet::Ping => {
                self.ping = true;
                return Ok(Some("3"));
            }
            Packet::Close => return Err(Fault::new(Found::Closed, "the server closed the session")),
            Packet::Unknown => {
                let short: String = packet.chars().take(80).collect();
                return Err(Fault::new(Found::Protocol, format!("what came is no packet of Socket.IO: {short}")));
            }
            Packet::Message(message) if message.namespace == self.socket.namespace => self.hear(&message)?,
            Packet::Message(_) | Packet::Open(_) | Packet::Other => {}
        }
        Ok(None)
    }

    fn hear(&mut self, message: &Message<'_>) -> Result<(), Fault> {
        let since = |at: Option<Instant>| at.map(|at| ms(at.elapsed()));
        match message.kind {
            Kind::Connect => {
                self.entered = Some(Instant::now());
                self.latency_ms = Some(self.elapsed_ms());
                self.phases.connect_ms = since(self.asked);
                self.sid = message.text("sid");
            }
            Kind::ConnectError => {
                self.phases.connect_ms = since(self.asked);
                return Err(self.refused(message));
            }
            Kind::Disconnect => {
                return Err(Fault::new(Found::Closed, "the server took the session out of the namespace"));
            }
            Kind::Event if self.is_entered() && self.event.is_none() => {
                self.phases.event_ms = since(self.entered);
                self.event = Some(message.event().unwrap_or_else(|| "without a name".to_owned()));
            }
            Kind::Ack if message.id == Some(ACK) => self.phases.ack_ms = since(self.event_sent),
            Kind::Event | Kind::Ack => {}
        }
        Ok(())
    }

    fn refused(&self, message: &Message<'_>) -> Fault {
        let namespace = &self.socket.namespace;
        let said = message.text("message").unwrap_or_else(|| message.data.to_owned());
        if said == "Invalid namespace" {
            return Fault::new(Found::WrongNamespace, format!("the server does not know the namespace {namespace}"));
        }
        Fault::new(Found::Refused, format!("the namespace {namespace} refused the client: {said}{}", detail(message)))
    }
}

/// What a refusal says beside its message.
fn detail(message: &Message<'_>) -> String {
    let data: Option<serde_json::Value> = serde_json::from_str(message.data).ok();
    data.and_then(|data| data.get("data").map(|d| format!(" {d}"))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Course, Found, SocketIo};
    use crate::config::probe::Transport;

    fn socket(namespace: &str) -> SocketIo {
        SocketIo {
            namespace: namespace.to_owned(),
            path: "/socket.io/".to_owned(),
            transport: Transport::WebSocket,
            listen: Duration::from_secs(1),
            ack: Some("ping_me".to_owned()),
            handshakes: 0,
        }
    }

    #[test]
    fn a_session_enters_hears_and_leaves() {
        let socket = socket("/trading");
        let mut course = Course::new(&socket);
        assert_eq!(course.farewell(), ["1"]);
        assert_eq!(course.ask(Some("t")), r#"40/trading,{"token":"t"}"#);
        assert_eq!(course.take("2"), Ok(Some("3")));
        assert_eq!(course.take(r#"42/trading,["early"]"#), Ok(None));
        assert_eq!(course.take(r#"40/other,{"sid":"x"}"#), Ok(None));
        assert!(!course.is_entered() && course.event.is_none());
        assert_eq!(course.take(r#"40/trading,{"sid":"s1"}"#), Ok(None));
        assert!(course.is_entered() && course.ping && course.latency_ms.is_some());
        assert!(course.send().is_some() && course.wants_ack());
        assert_eq!(course.take(r#"42/trading,["price_update",{}]"#), Ok(None));
        assert!(!course.is_over());
        assert_eq!(course.take(r#"43/trading,2[]"#), Ok(None));
        assert!(course.wants_ack());
        assert_eq!(course.take(r#"43/trading,1[]"#), Ok(None));
        assert!(course.is_over());
        assert_eq!((course.sid.as_deref(), course.event.as_deref()), (Some("s1"), Some("price_update")));
        assert_eq!(course.farewell(), ["41/trading,", "1"]);
    }

    #[test]
    fn refusals_are_told_apart() {
        let socket = socket("/trading");
        let refused = |packet: &str| Course::new(&socket).take(packet).expect_err("a fault");
        let auth = refused(r#"44/trading,{"message":"unauthorized","data":{"code":401}}"#);
        assert_eq!(auth.found, Found::Refused);
        assert!(auth.reason.ends_with(r#"refused the client: unauthorized {"code":401}"#), "{}", auth.reason);
        assert_eq!(refused(r#"44/trading,{"message":"Invalid namespace"}"#).found, Found::WrongNamespace);
        assert_eq!(refused("1").found, Found::Closed);
        assert_eq!(refused("41/trading,").found, Found::Closed);
        assert_eq!(refused("<html>").found, Found::Protocol);
    }
}
