//! What one look at a service came to: a line of a transcript, as plain data.

use serde::Serialize;

/// What was found. The word of each stands in the transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// An answer as it should be.
    Ok,
    /// The namespace was entered.
    Connected,
    /// The host's name has no address.
    NoName,
    /// Nothing takes connections there.
    Unreachable,
    /// No encrypted connection, or a certificate that is not trusted.
    Tls,
    /// The time was over.
    Timeout,
    /// The connection ended in the middle.
    Broken,
    /// An answer that is no success, such as 502 of a proxy before a service that is gone.
    HttpError,
    /// An answer that leads elsewhere.
    Redirected,
    /// An answer that is larger than it may be.
    TooLarge,
    /// An answer that is no JSON object.
    NotJson,
    /// A JSON object without the values that it should have.
    Schema,
    /// A proxy before the service does not pass the request for a WebSocket on.
    NoUpgrade,
    /// The Socket.IO server does not listen at the path.
    WrongPath,
    /// The server does not know the namespace.
    WrongNamespace,
    /// The namespace refused the token.
    Refused,
    /// The server, or what stands before it, does not let this client in.
    Forbidden,
    /// A session is known to one node only, and requests go to several.
    NotSticky,
    /// The server closed the session.
    Closed,
    /// The namespace was entered, but the event was not acknowledged.
    NoAck,
    /// What came is not what the protocol promises.
    Protocol,
}

impl Found {
    /// Whether all was as it should be.
    #[must_use]
    pub fn is_good(self) -> bool {
        matches!(self, Found::Ok | Found::Connected)
    }

    /// The word in the transcript.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Found::Ok => "ok",
            Found::Connected => "connected",
            Found::NoName => "no-name",
            Found::Unreachable => "unreachable",
            Found::Tls => "tls",
            Found::Timeout => "timeout",
            Found::Broken => "broken",
            Found::HttpError => "http-error",
            Found::Redirected => "redirected",
            Found::TooLarge => "too-large",
            Found::NotJson => "not-json",
            Found::Schema => "schema",
            Found::NoUpgrade => "no-upgrade",
            Found::WrongPath => "wrong-path",
            Found::WrongNamespace => "wrong-namespace",
            Found::Refused => "refused",
            Found::Forbidden => "forbidden",
            Found::NotSticky => "not-sticky",
            Found::Closed => "closed",
            Found::NoAck => "no-ack",
            Found::Protocol => "protocol",
        }
    }
}

impl Serialize for Found {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// How long each phase took, in milliseconds; what did not happen is left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Phases {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_ms: Option<f64>,
    /// From the question to the whole answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_ms: Option<f64>,
    /// From the request for a WebSocket to the switch of protocols.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handshake_ms: Option<f64>,
    /// Until the server's packet with the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid_ms: Option<f64>,
    /// From CONNECT to its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<f64>,
    /// From there to the first event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_ms: Option<f64>,
    /// From an event that was sent to its acknowledgement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ack_ms: Option<f64>,
}

/// One transport of a socket.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leg {
    pub result: Found,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Until the namespace was entered, or it was clear that it would not be.
    pub latency_ms: f64,
    /// Status of the answer that ended it; 101 of a WebSocket that opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    pub phases: Phases,
    /// Session in the namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Name of the first event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Whether the server asked for a sign of life, which it got.
    pub ping: bool,
    /// The code with which the other side closed a WebSocket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close_code: Option<u16>,
    /// Sessions that were opened by polling to see whether all nodes know them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handshakes: Option<u8>,
}

/// A line of a transcript. Its texts hold no secret and no personal data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProbeLine {
    /// When the look began.
    pub ts: String,
    pub probe: String,
    pub vantage: String,
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<&'static str>,
    /// Status of the answer; 0 where there was none. Not of a socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    pub result: Found,
    /// Why it is not as it should be, without a full stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub latency_ms: f64,
    /// Of a socket, those of its transports stand there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phases: Option<Phases>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub websocket: Option<Leg>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub polling: Option<Leg>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// What was sent as `x-request-id`.
    pub request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Whether the body, as it came, is a JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_json: Option<bool>,
    /// The beginning of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}
