//! A web address in, one open connection to its host out, with the time that each step took; no proxy, no second try.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use reqwest::Url;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::tls;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostKind {
    /// The host's name has no address.
    Name,
    /// Nothing takes connections there.
    Unreachable,
    /// No encrypted connection came about, or the certificate is not trusted.
    Tls,
    /// The time was over.
    Timeout,
    /// The connection ended in the middle.
    Broken,
    /// What came is not what the protocol promises.
    Malformed,
}

/// A step that failed.
#[derive(Debug, Clone)]
pub struct Lost {
    pub kind: LostKind,
    /// What happened, without a full stop and without the address.
    pub what: String,
}

impl Lost {
    pub(super) fn new(kind: LostKind, what: impl Into<String>) -> Self {
        Lost { kind, what: what.into() }
    }
}

/// How long each step took, where there was one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Steps {
    /// None for an address that is a number.
    pub dns: Option<Duration>,
    pub tcp: Option<Duration>,
    /// None for a plain connection.
    pub tls: Option<Duration>,
}

/// Whom encrypted connections trust.
#[derive(Clone)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// The system's certificates, and those of a PEM file where one is named.
    ///
    /// # Errors
    /// A sentence: certificates that cannot be read.
    pub fn new(ca_file: Option<&Path>) -> Result<Self, String> {
        let mut config = tls::client(ca_file)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Trust(Arc::new(config)))
    }
}

/// An open connection.
pub struct Reached {
    pub(super) stream: Stream,
    /// The address without path and query.
    pub(super) origin: Url,
}

/// Runs a step until a moment at the latest.
///
/// # Errors
/// `Timeout`, with a sentence that says what did not happen in time.
pub async fn within<T>(until: Instant, missing: &str, step: impl Future<Output = T>) -> Result<T, Lost> {
    tokio::time::timeout_at(until.into(), step)
        .await
        .map_err(|_| Lost::new(LostKind::Timeout, format!("{missing} until the time was over")))
}

/// Connects to the host of an address (`http` or `https`), until a moment at the latest.
///
/// # Errors
/// Which step failed and why; the steps before it are in `steps`.
pub async fn reach(url: &Url, trust: &Trust, until: Instant, steps: &mut Steps) -> Result<Reached, Lost> {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    let port = url.port_or_known_default().unwrap_or(443);
    let begun = Instant::now();
    let found = within(until, "the host's name was not resolved", tokio::net::lookup_host((host, port))).await?;
    let addresses: Vec<_> =
        found.map_err(|error| Lost::new(LostKind::Name, format!("the host's name has no address: {error}")))?.collect();
    if host.parse::<std::net::IpAddr>().is_err() {
        steps.dns = Some(begun.elapsed());
    }
    let begun = Instant::now();
    let tcp = connected(&addresses, until).await?;
    steps.tcp = Some(begun.elapsed());
    // Small packets are all that a probe sends; waiting to fill them would be measured as latency.
    let _ = tcp.set_nodelay(true);
    let mut origin = url.clone();
    origin.set_path("/");
    origin.set_query(None);
    if url.scheme() != "https" {
        return Ok(Reached { stream: Stream::Plain(tcp), origin });
    }
    let wrong = |what: String| Lost::new(LostKind::Tls, format!("no encrypted connection came about: {what}"));
    let name = ServerName::try_from(host.to_owned()).map_err(|error| wrong(error.to_string()))?;
    let begun = Instant::now();
    let encrypted = within(
        until,
        "no encrypted connection came about",
        TlsConnector::from(Arc::clone(&trust.0)).connect(name, tcp),
    );
    let encrypted = encrypted.await?.map_err(|error| wrong(error.to_string()))?;
    steps.tls = Some(begun.elapsed());
    Ok(Reached { stream: Stream::Tls(Box::new(encrypted)), origin })
}

/// A connection to the first address that takes one; each gets its share of the time that is left.
async fn connected(addresses: &[std::net::SocketAddr], until: Instant) -> Result<TcpStream, Lost> {
    let mut last = Lost::new(LostKind::Name, "the host's name has no address");
    for (at, address) in addresses.iter().enumerate() {
        let others = u32::try_from(addresses.len() - at).unwrap_or(u32::MAX);
        let share = until.saturating_duration_since(Instant::now()) / others;
        match within(Instant::now() + share, "no connection was taken", TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = Lost::new(LostKind::Unreachable, format!("no connection is taken: {error}")),
            Err(late) => last = late,
        }
    }
    Err(last)
}

/// Bytes to and from a host.
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
