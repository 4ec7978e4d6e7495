//! A WebSocket over one connection: opened once, text frames to and fro, closed politely.

use std::time::Instant;

use futures_util::{SinkExt, StreamExt};
use reqwest::Url;
use tokio_tungstenite::tungstenite::client::ClientRequestBuilder;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::reach::{Lost, LostKind, Reached, Stream, within};
use super::single::{AGENT, Said};

/// Largest message that is taken, in bytes; what Socket.IO servers allow by default.
const LARGEST: usize = 1_000_000;

/// What became of the request for a WebSocket.
pub enum Opened {
    Open(Box<Socket>),
    /// An answer that is no switch of protocols; of its body what came at once.
    Refused(Said),
}

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Text(String),
    /// A frame of bytes, which text protocols send beside their texts.
    Bytes,
    /// The other side closed, with its code where it gave one.
    Closed(Option<u16>),
}

/// An open WebSocket.
pub struct Socket {
    inner: WebSocketStream<Stream>,
}

/// Asks for a WebSocket at an address, over a connection to its host.
///
/// # Errors
/// Why no answer came until the moment `until`.
pub async fn open(reached: Reached, url: &Url, headers: &[(String, String)], until: Instant) -> Result<Opened, Lost> {
    let plain = url.as_str().replacen("http", "ws", 1);
    let wrong = |what: String| Lost::new(LostKind::Malformed, format!("a WebSocket cannot be asked for: {what}"));
    let uri = plain.parse().map_err(|_| wrong("the address is none".to_owned()))?;
    let builder = ClientRequestBuilder::new(uri).with_header("User-Agent", AGENT);
    let request = headers.iter().fold(builder, |builder, (name, value)| builder.with_header(name, value));
    let config = WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
    let asked = client_async_with_config(request, reached.stream, Some(config));
    match within(until, "no answer to the request for a WebSocket came", asked).await? {
        Ok((inner, _)) => Ok(Opened::Open(Box::new(Socket { inner }))),
        Err(Error::Http(answer)) => {
            let text =
                |value: &tokio_tungstenite::tungstenite::http::HeaderValue| value.to_str().ok().map(str::to_owned);
            let headers = answer.headers().iter().filter_map(|(n, v)| Some((n.as_str().to_owned(), text(v)?)));
            let headers = headers.collect();
            let status = answer.status().as_u16();
            Ok(Opened::Refused(Said { status, headers, body: answer.into_body().unwrap_or_default(), cut: false }))
        }
        Err(error) => Err(lost(&error)),
    }
}

impl Socket {
    /// Sends a text.
    ///
    /// # Errors
    /// When the connection is gone, or does not take it until the moment `until`.
    pub async fn say(&mut self, text: String, until: Instant) -> Result<(), Lost> {
        within(until, "nothing was taken", self.inner.send(Message::text(text))).await?.map_err(|error| lost(&error))
    }

    /// Waits for the next frame.
    ///
    /// # Errors
    /// When none came until the moment `until`, or what came is no WebSocket frame.
    pub async fn hear(&mut self, until: Instant) -> Result<Heard, Lost> {
        loop {
            match within(until, "nothing was heard", self.inner.next()).await? {
                None | Some(Err(Error::ConnectionClosed)) => return Ok(Heard::Closed(None)),
                Some(Ok(Message::Text(text))) => return Ok(Heard::Text(text.to_string())),
                Some(Ok(Message::Binary(_))) => return Ok(Heard::Bytes),
                Some(Ok(Message::Close(frame))) => return Ok(Heard::Closed(frame.map(|f| f.code.into()))),
                // Those of the WebSocket protocol itself are answered by the library.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return Err(lost(&error)),
            }
        }
    }

    /// Closes it and waits for the other side to do so until a moment at the latest; its code, where it gave one.
    pub async fn close(mut self, until: Instant) -> Option<u16> {
        within(until, "", self.inner.close(None)).await.ok()?.ok();
        loop {
            match self.hear(until).await.ok()? {
                Heard::Closed(code) => return code,
                Heard::Text(_) | Heard::Bytes => {}
            }
        }
    }
}

fn lost(error: &Error) -> Lost {
    match error {
        Error::Io(error) => Lost::new(LostKind::Broken, format!("the connection ended: {error}")),
        Error::ConnectionClosed | Error::AlreadyClosed => Lost::new(LostKind::Broken, "the connection is closed"),
        Error::Protocol(tokio_tungstenite::tungstenite::error::ProtocolError::HandshakeIncomplete) => {
            Lost::new(LostKind::Broken, "the connection ended before the whole answer")
        }
        other => Lost::new(LostKind::Malformed, format!("what came is no WebSocket: {other}")),
    }
}
