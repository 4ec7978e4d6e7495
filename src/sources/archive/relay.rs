//! The requests that the object store's library settles and signs, sent by this house's own client: its waits, limits and
//! rules of redirects hold here, too.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use http::{HeaderName, HeaderValue, StatusCode};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};

use crate::config::deliver::is_loopback;
use crate::config::source::Server;
use crate::net::client::is_metadata;
use crate::net::{Answer, Ask, Client, Failure, FailureKind, Url};
use crate::sources::Shared;

/// A machine of no cloud should not be asked for long.
const METADATA_ATTEMPTS: u32 = 2;

/// The way out, a client per host: besides the archive's own, those that hand out tokens.
#[derive(Clone)]
pub(super) struct Relay(Arc<Way>);

struct Way {
    shared: Arc<Shared>,
    server: Server,
    /// Ask for packed objects as they are stored; Google unpacks them otherwise.
    keep_packed: bool,
    clients: Mutex<BTreeMap<String, Arc<Client>>>,
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Relay")
    }
}

impl Relay {
    pub(super) fn new(shared: &Arc<Shared>, server: &Server, keep_packed: bool) -> Self {
        let (shared, server) = (Arc::clone(shared), server.clone());
        Relay(Arc::new(Way { shared, server, keep_packed, clients: Mutex::default() }))
    }

    fn client(&self, url: &Url) -> Result<Arc<Client>, Failure> {
        let base = url.origin().ascii_serialization();
        let mut clients = self.0.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&base) {
            return Ok(Arc::clone(client));
        }
        let mut server = self.0.server.clone();
        let host = url.host_str().unwrap_or_default();
        if url.scheme() != "https" && !same_origin(url, &server.url) && !is_loopback(host) && !is_metadata(host) {
            let what = format!("what {host} is asked would go unencrypted");
            return Err(Failure::new(FailureKind::Refused, what, "name an address that begins with https://"));
        }
        if is_metadata(host) {
            server.attempts = server.attempts.min(METADATA_ATTEMPTS);
        }
        let client = self.0.shared.bare_client(&base, &server)?;
        clients.insert(base, Arc::clone(&client));
        Ok(client)
    }

    async fn send(&self, request: HttpRequest) -> Result<Answer, Failure> {
        let (parts, body) = request.into_parts();
        let unusable = || Failure::new(FailureKind::Refused, "a request cannot be made", "see the source's settings");
        let url = Url::parse(&parts.uri.to_string()).map_err(|_| unusable())?;
        let mut headers = Vec::new();
        for (name, value) in &parts.headers {
            headers.push((name.as_str().to_owned(), value.to_str().map_err(|_| unusable())?.to_owned()));
        }
        let body = body.as_bytes().map(|b| b.to_vec()).unwrap_or_default();
        let secrets = secrets(&url, &headers, &body);
        let listing = parts.method == http::Method::GET && is_listing(&url);
        if self.0.keep_packed && parts.method == http::Method::GET && url.query().is_none() {
            headers.push(("accept-encoding".to_owned(), "gzip".to_owned()));
        }
        let client = self.client(&url)?;
        let ask = Ask::settled(parts.method.as_str(), url, headers, body).ok_or_else(unusable)?;
        let answer = client.send(&ask).await.map_err(|failure| without(failure, &secrets))?;
        if listing {
            is_whole(&answer.body).map_err(|what| Failure::malformed(client.host(), what))?;
        }
        Ok(answer)
    }
}

#[async_trait]
impl HttpService for Relay {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        // A failure goes through the library whole, and is found again on the other side (`fault.rs`).
        let failed = |failure: Failure| HttpError::new(HttpErrorKind::Unknown, failure);
        let answer = self.send(request).await.map_err(failed)?;
        let mut response = HttpResponse::new(answer.body.into());
        *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        for (name, value) in &answer.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        Ok(response)
    }
}

impl HttpConnector for Relay {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

fn same_origin(url: &Url, other: &str) -> bool {
    Url::parse(other).is_ok_and(|other| other.origin() == url.origin())
}

/// Whether a list of objects is asked for, in S3's words or Azure's.
fn is_listing(url: &Url) -> bool {
    url.query_pairs().any(|(name, value)| name == "list-type" || (name == "comp" && value == "list"))
}

/// Whether a page is a list of objects, and tells where it goes on if it does: the library takes a page without that for
/// the last one.
fn is_whole(page: &[u8]) -> Result<(), &'static str> {
    let has = |text: &str| memchr::memmem::find(page, text.as_bytes()).is_some();
    if !has("<ListBucketResult") && !has("<EnumerationResults") {
        return Err("it is no list of objects");
    }
    if has("<IsTruncated>true</IsTruncated>") && !has("<NextContinuationToken>") {
        return Err("the list of objects is cut, and does not say where it goes on");
    }
    Ok(())
}

/// What of a request must not be repeated in a message.
fn secrets(url: &Url, headers: &[(String, String)], body: &[u8]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (_, value) in headers.iter().filter(|(n, _)| n.contains("authorization") || n.contains("token")) {
        all.extend(value.split_once(' ').map(|(_, rest)| rest.to_owned()));
        all.push(value.clone());
    }
    all.extend(url.query_pairs().filter(|(name, _)| name == "sig").map(|(_, value)| value.into_owned()));
    // Tokens are asked for with a form.
    let mut form = url.clone();
    form.set_query(std::str::from_utf8(body).ok());
    let secret = |name: &str| name.contains("secret") || name.contains("assertion") || name.contains("token");
    all.extend(form.query_pairs().filter(|(name, _)| secret(name)).map(|(_, value)| value.into_owned()));
    all.retain(|secret| secret.len() >= 4);
    all
}

/// A failure in which none of these is repeated.
fn without(mut failure: Failure, secrets: &[String]) -> Failure {
    let clean = |text: &str| secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "***"));
    failure.what = clean(&failure.what);
    if let Some(answer) = &mut failure.answer {
        answer.body = clean(&String::from_utf8_lossy(&answer.body)).into_bytes();
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::{Url, is_listing, is_whole, secrets};

    #[test]
    fn a_page_that_is_cut_without_a_way_on_is_not_the_last_one() {
        assert!(is_whole(b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>").is_ok());
        assert!(is_whole(b"<EnumerationResults><NextMarker/></EnumerationResults>").is_ok());
        let on = b"<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>";
        assert!(is_whole(on).is_ok());
        assert!(is_whole(b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>").is_err());
        assert!(is_whole(b"<html>Sign in</html>").is_err() && is_whole(b"").is_err());
    }

    #[test]
    fn lists_and_secrets_of_a_request_are_known() {
        let url = |text: &str| Url::parse(text).expect("an address");
        assert!(is_listing(&url("https://s/b?list-type=2&prefix=a")) && is_listing(&url("https://s/c?comp=list")));
        assert!(!is_listing(&url("https://s/b/comp=list")));
        let bearer = [("authorization".to_owned(), "Bearer t0ken".to_owned())];
        let found = secrets(&url("https://s/c?se=1&sig=ab%2Fcd"), &bearer, b"client_id=me&client_secret=p%40ss");
        assert_eq!(found, ["t0ken", "Bearer t0ken", "ab/cd", "p@ss"]);
    }
}
