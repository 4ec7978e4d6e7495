//! One POST in, how it ended out; follows no redirect, reads no more of an answer than a sentence needs.

use std::path::Path;
use std::time::Duration;

use reqwest::{Client, StatusCode, redirect};

use super::clean;
use super::hook::Request;
use super::retry::Tried;
use crate::config::deliver::is_loopback;
use crate::net::tls;
use crate::net::wait::Wait;

/// Bytes of an answer that are looked at.
const ANSWER: usize = 4096;

/// A client that sends what it is given to whom it is given, once.
///
/// # Errors
/// A sentence: certificates that cannot be read.
pub(super) fn client(ca_file: Option<&Path>, host: &str, timeout: Duration) -> Result<Client, String> {
    let mut builder = Client::builder()
        // Shorter than an attempt, so that one which never got through is told from one whose answer was lost.
        .connect_timeout((timeout / 2).min(Duration::from_secs(10)))
        .tls_backend_preconfigured(tls::client(ca_file)?)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .user_agent(concat!("cutover/", env!("CARGO_PKG_VERSION")));
    if is_loopback(host) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| format!("no client could be made: {}", error.without_url()))
}

/// Posts once.
pub(super) fn post(request: &Request, client: &Client, limit: Duration) -> Tried {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Tried::Never(format!("the network cannot be used: {error}")),
    };
    runtime.block_on(async {
        let mut post = client.post(&request.url).body(request.body.clone()).timeout(limit);
        for (name, value) in &request.headers {
            post = post.header(name, value);
        }
        match post.send().await {
            Ok(answer) => judged(request, answer).await,
            Err(error) => lost(request, &error, limit),
        }
    })
}

/// What an answer means. Only a refusal that the receiver itself speaks out lets it be sent again; a gateway that got
/// no answer (502, 504) does not know whether the receiver took it.
async fn judged(request: &Request, answer: reqwest::Response) -> Tried {
    let status = answer.status();
    if status.is_success() {
        // The status is the word; a body that breaks off after it takes nothing back.
        return Tried::Done(Vec::new());
    }
    let wait = answer.headers().get("retry-after").and_then(|v| Wait::read(v.to_str().ok()?));
    let said = beginning(answer).await;
    let said = clean::answer(&said, &request.secrets);
    let why = match said.is_empty() {
        true => format!("{} answered {status}", request.host),
        false => format!("{} answered {status}: {said}", request.host),
    };
    match status {
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT if !request.idempotent => Tried::Unsure(why),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Tried::Again { why, wait },
        StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED => Tried::Never(why),
        s if s.is_server_error() => Tried::Again { why, wait },
        s if s.is_redirection() => {
            Tried::Never(format!("{why}; redirects are not followed, so name the final address"))
        }
        _ => Tried::Never(why),
    }
}

/// What an error before the answer means: a connection that was never made carried nothing.
fn lost(request: &Request, error: &reqwest::Error, limit: Duration) -> Tried {
    let host = &request.host;
    if error.is_builder() {
        return Tried::Never(format!("the request to {host} cannot be made: {}", cause(request, error)));
    }
    if error.is_connect() {
        let why = format!("{host} cannot be reached: {}", cause(request, error));
        return if why.contains("certificate") { Tried::Never(why) } else { Tried::Again { why, wait: None } };
    }
    let why = if error.is_timeout() {
        format!("{host} gave no answer within {:.1} s", limit.as_secs_f64())
    } else {
        format!("the connection to {host} broke before the answer: {}", cause(request, error))
    };
    if request.idempotent { Tried::Again { why, wait: None } } else { Tried::Unsure(why) }
}

/// The innermost reason, which says most, without the address.
fn cause(request: &Request, error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(next) = inner.source() {
        inner = next;
    }
    let text = if std::ptr::addr_eq(inner, error) { String::new() } else { inner.to_string() };
    clean::answer(if text.is_empty() { "no further reason was given" } else { &text }, &request.secrets)
}

async fn beginning(mut answer: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER {
        match answer.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk[..chunk.len().min(ANSWER - bytes.len())]),
            Ok(None) | Err(_) => break,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
