//! Questions over one connection, each asked once: what came back as it is, whatever its status.

use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::header::{HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::task::JoinHandle;

use super::reach::{Lost, LostKind, Reached, within};

/// The user agent of everything that probes ask, by which the logs of the probed service are told apart.
pub const AGENT: &str = concat!("cutover-probe/", env!("CARGO_PKG_VERSION"));

/// What came back; a body that is over its limit is its beginning.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub status: u16,
    /// Lower-case names, in the order in which they came.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The body was longer than it may be.
    pub cut: bool,
}

impl Said {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are none are marked.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A connection that speaks HTTP/1.1; closed when it is dropped.
pub struct Talk {
    send: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
    host: String,
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Talk {
    /// Speaks HTTP over a connection.
    ///
    /// # Errors
    /// When the connection is gone already.
    pub async fn over(reached: Reached) -> Result<Self, Lost> {
        let host = reached.origin.host_str().unwrap_or_default();
        let host = reached.origin.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let io = TokioIo::new(reached.stream);
        let (send, connection) = Builder::new().handshake(io).await.map_err(|error| lost(&error))?;
        let driver = tokio::spawn(async move {
            // Its end is told to whoever waits for an answer.
            let _ = connection.await;
        });
        Ok(Talk { send, driver, host })
    }

    /// Asks for `path` (with its query), or posts a text to it, once; keeps at most `most` bytes of the answer's body.
    ///
    /// # Errors
    /// Why no whole answer came until the moment `until`.
    pub async fn ask(
        &mut self,
        path: &str,
        headers: &[(String, String)],
        post: Option<&str>,
        most: usize,
        until: Instant,
    ) -> Result<Said, Lost> {
        let request = self.request(path, headers, post)?;
        within(until, "no whole answer came", async {
            self.send.ready().await.map_err(|error| lost(&error))?;
            let answer = self.send.send_request(request).await.map_err(|error| lost(&error))?;
            read(answer, most).await
        })
        .await?
    }

    fn request(
        &self,
        path: &str,
        headers: &[(String, String)],
        post: Option<&str>,
    ) -> Result<Request<Full<Bytes>>, Lost> {
        let unfit = |_| Lost::new(LostKind::Malformed, "a header of the question holds characters that none may have");
        let mut builder = Request::builder().uri(path).header(HOST, &self.host).header(USER_AGENT, AGENT);
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|e| unfit(e.to_string()))?;
            builder = builder.header(name, HeaderValue::from_str(value).map_err(|e| unfit(e.to_string()))?);
        }
        let builder = match post {
            Some(_) => builder.method(Method::POST).header("content-type", "text/plain;charset=UTF-8"),
            None => builder.method(Method::GET),
        };
        let body = Full::new(Bytes::from(post.unwrap_or_default().to_owned()));
        builder.body(body).map_err(|error| Lost::new(LostKind::Malformed, format!("it cannot be asked: {error}")))
    }
}

async fn read(answer: Response<Incoming>, most: usize) -> Result<Said, Lost> {
    let (head, mut body) = answer.into_parts();
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let headers = head.headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?)));
    let mut said = Said { status: head.status.as_u16(), headers: headers.collect(), ..Said::default() };
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| lost(&error))?;
        said.body.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
        if said.body.len() > most {
            said.body.truncate(most);
            said.cut = true;
            break;
        }
    }
    Ok(said)
}

fn lost(error: &hyper::Error) -> Lost {
    let mut inner: &dyn std::error::Error = error;
    while let Some(next) = inner.source() {
        inner = next;
    }
    if error.is_parse() {
        return Lost::new(LostKind::Malformed, format!("the answer is no HTTP: {inner}"));
    }
    Lost::new(LostKind::Broken, format!("the connection ended before the whole answer: {inner}"))
}
