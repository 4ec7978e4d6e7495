//! Packets of Engine.IO 4 and Socket.IO 5 as texts in, what they mean out; pure.

use serde_json::Value;

/// What stands between packets of one answer to a poll.
pub(super) const BETWEEN: char = '\u{1e}';

/// A packet of the transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Packet<'a> {
    /// The session's id.
    Open(String),
    Close,
    Ping,
    Message(Message<'a>),
    /// An answer to a ping, nothing, or bytes.
    Other,
    /// No packet.
    Unknown,
}

/// What a message of Socket.IO is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Connect,
    Disconnect,
    Event,
    Ack,
    ConnectError,
}

/// A message of Socket.IO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message<'a> {
    pub(super) kind: Kind,
    pub(super) namespace: &'a str,
    /// Of an event that wants an acknowledgement, and of that.
    pub(super) id: Option<u64>,
    /// JSON.
    pub(super) data: &'a str,
}

impl Message<'_> {
    /// The text at a key of its data.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let data: Value = serde_json::from_str(self.data).ok()?;
        data.get(key)?.as_str().map(str::to_owned)
    }

    /// The name of an event.
    pub(super) fn event(&self) -> Option<String> {
        let data: Value = serde_json::from_str(self.data).ok()?;
        data.get(0)?.as_str().map(str::to_owned)
    }
}

/// Reads one packet.
pub(super) fn read(text: &str) -> Packet<'_> {
    let Some(first) = text.chars().next() else { return Packet::Unknown };
    let rest = &text[first.len_utf8()..];
    match first {
        '0' => session(rest).map_or(Packet::Unknown, Packet::Open),
        '1' if rest.is_empty() => Packet::Close,
        '2' => Packet::Ping,
        '4' => message(rest).map_or(Packet::Unknown, Packet::Message),
        '3' | '6' | 'b' => Packet::Other,
        _ => Packet::Unknown,
    }
}

fn session(text: &str) -> Option<String> {
    let open: Value = serde_json::from_str(text).ok()?;
    let sid = open.get("sid")?.as_str()?;
    // It goes into the query of every further request.
    let fine =
        !sid.is_empty() && sid.len() <= 200 && sid.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b));
    fine.then(|| sid.to_owned())
}

fn message(text: &str) -> Option<Message<'_>> {
    let kind = match text.bytes().next()? {
        b'0' => Kind::Connect,
        b'1' => Kind::Disconnect,
        b'2' | b'5' => Kind::Event,
        b'3' | b'6' => Kind::Ack,
        b'4' => Kind::ConnectError,
        _ => return None,
    };
    let mut rest = &text[1..];
    if matches!(text.as_bytes()[0], b'5' | b'6') {
        // The number of byte packets that follow.
        rest = rest.split_once('-').filter(|(n, _)| n.bytes().all(|b| b.is_ascii_digit()))?.1;
    }
    let (mut namespace, mut tail) = ("/", rest);
    if rest.starts_with('/') {
        (namespace, tail) = rest.split_once(',').unwrap_or((rest, ""));
        namespace = namespace.split('?').next().unwrap_or(namespace);
    }
    let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
    let (id, data) = tail.split_at(digits);
    Some(Message { kind, namespace, id: id.parse().ok(), data })
}

/// `40/trading,{…}`: the question for a namespace, with what it is shown.
pub(super) fn connect(namespace: &str, token: Option<&str>) -> String {
    let shown = token.map(|token| serde_json::json!({ "token": token }).to_string()).unwrap_or_default();
    format!("40{}{shown}", prefix(namespace))
}

/// `41/trading,`: leaves a namespace.
pub(super) fn disconnect(namespace: &str) -> String {
    format!("41{}", prefix(namespace))
}

/// An event that wants an acknowledgement.
pub(super) fn asking(namespace: &str, id: u64, event: &str) -> String {
    let prefix = if namespace == "/" { String::new() } else { format!("{namespace},") };
    format!("42{prefix}{id}{}", serde_json::json!([event, "cutover"]))
}

fn prefix(namespace: &str) -> String {
    if namespace == "/" { String::new() } else { format!("{namespace},") }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Message, Packet, asking, connect, disconnect, read};

    fn message<'a>(kind: Kind, namespace: &'a str, id: Option<u64>, data: &'a str) -> Packet<'a> {
        Packet::Message(Message { kind, namespace, id, data })
    }

    #[test]
    fn packets_of_a_session_are_read() {
        assert_eq!(read(r#"0{"sid":"a-b_9","upgrades":[]}"#), Packet::Open("a-b_9".to_owned()));
        assert_eq!(
            (read("1"), read("2"), read("2probe"), read("6")),
            (Packet::Close, Packet::Ping, Packet::Ping, Packet::Other)
        );
        assert_eq!(read(r#"40/trading,{"sid":"x"}"#), message(Kind::Connect, "/trading", None, r#"{"sid":"x"}"#));
        assert_eq!(read(r#"40{"sid":"x"}"#), message(Kind::Connect, "/", None, r#"{"sid":"x"}"#));
        assert_eq!(read(r#"43/trading,7[{"ok":1}]"#), message(Kind::Ack, "/trading", Some(7), r#"[{"ok":1}]"#));
        assert_eq!(read(r#"437[]"#), message(Kind::Ack, "/", Some(7), "[]"));
        assert_eq!(read(r#"451-/t,["x",{}]"#), message(Kind::Event, "/t", None, r#"["x",{}]"#));
        assert_eq!(read("41/trading,"), message(Kind::Disconnect, "/trading", None, ""));
        let Packet::Message(refused) = read(r#"44/t,{"message":"Invalid namespace"}"#) else { panic!("a message") };
        assert_eq!((refused.kind, refused.text("message").as_deref()), (Kind::ConnectError, Some("Invalid namespace")));
    }

    #[test]
    fn what_is_no_packet_is_none() {
        for text in [
            "",
            "<html>",
            "0",
            "0{}",
            r#"0{"sid":""}"#,
            r#"0{"sid":"a&b"}"#,
            "0[",
            "4",
            "49",
            "45x-",
            "é",
            "11",
            "\u{1e}",
        ] {
            assert_eq!(read(text), Packet::Unknown, "{text:?}");
        }
    }

    #[test]
    fn packets_are_written_as_the_protocol_says() {
        assert_eq!(connect("/trading", Some("a\"b")), r#"40/trading,{"token":"a\"b"}"#);
        assert_eq!((connect("/", None), connect("/t", None)), ("40".to_owned(), "40/t,".to_owned()));
        assert_eq!((disconnect("/trading"), disconnect("/")), ("41/trading,".to_owned(), "41".to_owned()));
        assert_eq!(asking("/trading", 7, "ping_me"), r#"42/trading,7["ping_me","cutover"]"#);
        assert_eq!(asking("/", 7, "ping_me"), r#"427["ping_me","cutover"]"#);
    }
}
