//! A question in, one whole answer out: tried again where that helps, never over its limits of time and bytes.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::{StatusCode, Url, redirect};
use tokio::sync::Semaphore;

use super::ask::Ask;
use super::failure::{Failure, FailureKind};
use super::tls;
use super::wait::{Pace, Wait, time_of_day};
use crate::statistics::random::Random;

/// Bytes of an answer that is no success which are kept.
const BEGINNING: usize = 64 << 10;
/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Limits of a client.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest time of one attempt.
    pub timeout: Duration,
    /// Longest time of everything that is asked of this client.
    pub deadline: Duration,
    /// Most requests under way at once.
    pub concurrent: usize,
    /// Most decompressed bytes of one answer.
    pub max_bytes: u64,
    /// Bodies are what is stored, packed or not: none is unpacked, and `max_bytes` counts them as they come.
    pub as_stored: bool,
    pub pace: Pace,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            timeout: Duration::from_secs(120),
            deadline: Duration::from_secs(30 * 60),
            concurrent: 4,
            max_bytes: 64 << 20,
            as_stored: false,
            pace: Pace { attempts: 6, ..Pace::default() },
        }
    }
}

/// A whole answer; header names are lower case.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    /// Decompressed, unless the client takes bodies as they are stored.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// `Malformed` where it is none.
    pub fn json<'a, T: serde::Deserialize<'a>>(&'a self, host: &str) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| Failure::malformed(host, &error.to_string()))
    }
}

/// How one attempt ended.
enum Attempt {
    Whole(Answer),
    Moved(Url),
    Again(Failure, Option<Wait>),
    Never(Failure),
}

/// A client of one system.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    host: String,
    /// Headers of every request to the asked host, such as its credentials.
    headers: RwLock<Vec<(String, String)>>,
    /// What must never be repeated in a message.
    secrets: RwLock<Vec<String>>,
    limits: Limits,
    gate: Semaphore,
    begun: Timestamp,
    clock: Instant,
    random: Mutex<Random>,
    skew_s: Mutex<Option<i64>>,
    scopes: Mutex<Option<String>>,
}

impl Client {
    /// A client of the system at `base`; `headers` go to this host only, their values are secrets. `begun` is the time of
    /// day at the start of the run.
    ///
    /// # Errors
    /// A sentence: an address that is none, certificates that cannot be read.
    pub fn new(
        base: &str,
        headers: Vec<(String, String)>,
        ca_file: Option<&Path>,
        limits: Limits,
        begun: Timestamp,
    ) -> Result<Self, Failure> {
        let base = address(base)?;
        let host = base.host_str().unwrap_or_default().to_owned();
        let unusable = |what: String| Failure::new(FailureKind::Unreachable, what, "see `ca-file` of the source");
        let mut builder = reqwest::Client::builder()
            .connect_timeout((limits.timeout / 2).min(Duration::from_secs(10)))
            .tls_backend_preconfigured(tls::client(ca_file).map_err(unusable)?)
            // Followed here, so that no credential ever goes to another host.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .gzip(!limits.as_stored)
            .zstd(!limits.as_stored)
            // Some servers drop idle connections after three seconds.
            .pool_idle_timeout(Duration::from_secs(2))
            .user_agent(concat!("cutover/", env!("CARGO_PKG_VERSION")));
        if crate::config::deliver::is_loopback(&host) || is_metadata(&host) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|e| unusable(format!("no client could be made: {}", e.without_url())))?;
        let secrets = headers.iter().flat_map(|(_, value)| parts(value)).collect();
        Ok(Client {
            http,
            gate: Semaphore::new(limits.concurrent.max(1)),
            base,
            host,
            headers: RwLock::new(headers),
            secrets: RwLock::new(secrets),
            limits,
            begun,
            clock: Instant::now(),
            random: Mutex::new(Random::new(RandomState::new().build_hasher().finish())),
            skew_s: Mutex::new(None),
            scopes: Mutex::new(None),
        })
    }

    /// The host as messages name it.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Replaces a header of every further request, such as credentials that expire.
    pub fn renew(&self, name: &str, value: &str) {
        self.conceal(value);
        let mut headers = self.headers.write().unwrap_or_else(PoisonError::into_inner);
        headers.retain(|(held, _)| held != name);
        headers.push((name.to_owned(), value.to_owned()));
    }

    /// Never repeats a secret, such as one in the body of a question, in a message.
    pub fn conceal(&self, secret: &str) {
        let mut secrets = self.secrets.write().unwrap_or_else(PoisonError::into_inner);
        secrets.extend(parts(secret));
    }

    /// A path below the base address, which may have a path itself.
    #[must_use]
    pub fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let whole = format!("{}/{}", self.base.path().trim_end_matches('/'), path.trim_start_matches('/'));
        url.set_path(&whole);
        url
    }

    /// Whether an address is of the asked system, so that its credentials may go there.
    #[must_use]
    pub fn owns(&self, url: &Url) -> bool {
        same_host(url, &self.base)
    }

    /// How far the other side's clock is ahead of this one's, in seconds, by the `Date` of its last answer.
    #[must_use]
    pub fn skew_s(&self) -> Option<i64> {
        self.skew_s.lock().ok().and_then(|skew| *skew)
    }

    /// What its credentials may do, where an answer said so (`X-OAuth-Scopes`).
    #[must_use]
    pub fn scopes(&self) -> Option<String> {
        self.scopes.lock().ok().and_then(|scopes| scopes.clone())
    }

    /// The time of day now, to the second.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        time_of_day(self.begun, self.clock)
    }

    /// Gets the whole answer, which is a success (2xx). Connections that fail or break, and answers that say "later"
    /// (408, 425, 429, 500, 502, 503, 504, and 403 with an exhausted rate limit), are tried again after a wait drawn at
    /// random up to a growing limit, or after what the answer asks for.
    ///
    /// # Errors
    /// Why there is none; its sentence names the host and holds no secret.
    pub async fn send(&self, ask: &Ask) -> Result<Answer, Failure> {
        let _permit = self.gate.acquire().await;
        let (mut url, mut moves, mut attempts) = (ask.url.clone(), 0, 0);
        loop {
            let left = self.limits.deadline.saturating_sub(self.clock.elapsed());
            if left.is_zero() {
                return Err(self.late());
            }
            match self.attempt(ask, &url, left.min(self.limits.timeout)).await {
                Attempt::Whole(answer) => return Ok(answer),
                Attempt::Never(failure) => return Err(failure),
                Attempt::Moved(to) => {
                    moves += 1;
                    url = self.follow(ask, &url, to, moves)?;
                }
                Attempt::Again(failure, _) if ask.once => return Err(failure),
                Attempt::Again(failure, wait) => {
                    attempts += 1;
                    self.pause(attempts, failure, wait).await?;
                }
            }
        }
    }

    /// Waits before the next attempt, or gives the failure back where there is none.
    async fn pause(&self, attempts: u32, failure: Failure, wait: Option<Wait>) -> Result<(), Failure> {
        let left = self.limits.deadline.saturating_sub(self.clock.elapsed());
        let asked = wait.map(|wait| wait.from(self.now())).unwrap_or_default();
        let drawn = self.random.lock().map_or(self.limits.pace.first, |mut r| self.limits.pace.wait(attempts, &mut r));
        if asked >= left {
            let what =
                format!("{}; it asks to wait {} s and {} s were left", failure.what, asked.as_secs(), left.as_secs());
            return Err(Failure { kind: FailureKind::Throttled, what, ..failure });
        }
        if attempts >= self.limits.pace.attempts || drawn >= left {
            let tries = if attempts == 1 { String::new() } else { format!(", {attempts} times") };
            return Err(Failure { what: format!("{}{tries}", failure.what), ..failure });
        }
        tokio::time::sleep(drawn.max(asked)).await;
        Ok(())
    }

    async fn attempt(&self, ask: &Ask, url: &Url, limit: Duration) -> Attempt {
        let mut request = self.http.request(ask.method.clone(), url.clone()).timeout(limit);
        if same_host(url, &ask.url) {
            let held = self.headers.read().unwrap_or_else(PoisonError::into_inner);
            let own = held.iter().filter(|_| same_host(url, &self.base));
            for (name, value) in own.chain(&ask.headers) {
                request = request.header(name, value);
            }
        }
        if let Some(content_type) = ask.content_type {
            request = request.header("content-type", content_type);
        }
        if let Some(body) = &ask.body {
            request = request.body(body.clone());
        }
        match request.send().await {
            Ok(response) => self.judged(ask, response, limit).await,
            Err(error) => self.lost(&error, limit),
        }
    }

    /// Reads an answer up to its limit and tells what it means.
    async fn judged(&self, ask: &Ask, mut response: reqwest::Response, limit: Duration) -> Attempt {
        let status = response.status();
        let headers: BTreeMap<String, String> = response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        self.note_date(headers.get("date"));
        if let (Some(said), Ok(mut scopes)) = (headers.get("x-oauth-scopes"), self.scopes.lock()) {
            *scopes = Some(said.clone());
        }
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            let to = headers.get("location").and_then(|to| response.url().join(to).ok());
            return to.map_or_else(|| Attempt::Never(self.refused(status, &[])), Attempt::Moved);
        }
        let most = if status.is_success() { self.limits.max_bytes } else { BEGINNING as u64 };
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    body.extend_from_slice(&chunk);
                }
                Ok(None) => break,
                Err(_) if !status.is_success() => break,
                Err(error) => return Attempt::Again(self.cut(&error, body.len(), limit), None),
            }
            if body.len() as u64 > most {
                if status.is_success() {
                    return Attempt::Never(self.too_large());
                }
                body.truncate(BEGINNING);
                break;
            }
        }
        let answer = Answer { status: status.as_u16(), headers, body };
        if status.is_success() {
            return Attempt::Whole(answer);
        }
        self.denied(ask, status, answer)
    }

    /// What an answer that is no success means.
    fn denied(&self, ask: &Ask, status: StatusCode, answer: Answer) -> Attempt {
        let wait = answer.header("retry-after").and_then(Wait::read).or_else(|| reset(&answer));
        let exhausted = answer.header("x-ratelimit-remaining") == Some("0") || answer.header("retry-after").is_some();
        let failure = Failure { answer: Some(answer.clone()), ..self.refused(status, &answer.body) };
        if let Some(least) = ask.slow_down.and_then(|asks| asks(&answer, self.now())) {
            let hint = "try again later, or lower `concurrent`".to_owned();
            let failure = Failure { kind: FailureKind::Throttled, hint, ..failure };
            return Attempt::Again(failure, Some(wait.unwrap_or(Wait::For(least))));
        }
        let again = match status {
            StatusCode::TOO_MANY_REQUESTS => true,
            StatusCode::FORBIDDEN => exhausted,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => true,
            StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => !ask.last_word.is_some_and(|is| is(answer.status, &answer.body)),
            _ => false,
        };
        if again || ask.again.contains(&answer.status) {
            Attempt::Again(failure, wait)
        } else {
            Attempt::Never(failure)
        }
    }

    fn refused(&self, status: StatusCode, body: &[u8]) -> Failure {
        // Cleaned before it is cut, so that no half of a secret is left over.
        let said = self.clean(&String::from_utf8_lossy(body));
        let colon = if said.is_empty() { "" } else { ": " };
        let (kind, hint) = match status {
            StatusCode::UNAUTHORIZED => {
                (FailureKind::Unauthorized, "see the source's credentials and whether they expired")
            }
            StatusCode::FORBIDDEN => (FailureKind::Forbidden, "give the source's credentials the right to read this"),
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                (FailureKind::NotFound, "see whether `url` and the names in the source are right")
            }
            StatusCode::TOO_MANY_REQUESTS => (FailureKind::Throttled, "try again later, or lower `concurrent`"),
            s if s.is_server_error() => (FailureKind::Server, "try again later; the source's own log tells why"),
            _ => (FailureKind::Refused, "see the source's settings"),
        };
        Failure::new(kind, format!("{} answered {status}{colon}{said}", self.host), hint)
    }

    /// An error before the answer.
    fn lost(&self, error: &reqwest::Error, limit: Duration) -> Attempt {
        let hint = "see whether `url` is right and the system can be reached from here";
        if error.is_builder() {
            let what = format!("the request to {} cannot be made: {}", self.host, self.cause(error));
            return Attempt::Never(Failure::new(FailureKind::Refused, what, hint));
        }
        let what = if error.is_timeout() && !error.is_connect() {
            format!("{} gave no answer within {:.0} s", self.host, limit.as_secs_f64())
        } else if error.is_connect() {
            format!("{} cannot be reached: {}", self.host, self.cause(error))
        } else {
            format!("the connection to {} broke before the answer: {}", self.host, self.cause(error))
        };
        let failure = Failure::new(FailureKind::Unreachable, what, hint);
        let distrusted = error.is_connect() && failure.what.contains("certificate");
        if distrusted { Attempt::Never(failure) } else { Attempt::Again(failure, None) }
    }

    fn cut(&self, error: &reqwest::Error, bytes: usize, limit: Duration) -> Failure {
        let why = if error.is_timeout() {
            format!("no more came within {:.0} s", limit.as_secs_f64())
        } else {
            self.cause(error)
        };
        let what = format!("the answer of {} breaks off after {bytes} bytes: {why}", self.host);
        Failure::new(FailureKind::Cut, what, "try again; nothing of the broken answer was used")
    }

    fn too_large(&self) -> Failure {
        let what = format!("an answer of {} is larger than {} bytes", self.host, self.limits.max_bytes);
        Failure::new(FailureKind::TooLarge, what, "ask for a shorter `window`, or raise `max-bytes`")
    }

    fn late(&self) -> Failure {
        let what = format!("the time for {} is over ({} s)", self.host, self.limits.deadline.as_secs());
        Failure::new(FailureKind::Deadline, what, "run it again: it goes on where it was; or raise `deadline`")
    }

    fn follow(&self, ask: &Ask, from: &Url, to: Url, moves: usize) -> Result<Url, Failure> {
        let wrong = |what: String| {
            Err(Failure::new(FailureKind::Redirected, what, "name the final address in the source's `url`"))
        };
        if moves > REDIRECTS {
            return wrong(format!("{} leads on and on, {REDIRECTS} times", self.host));
        }
        if from.scheme() == "https" && to.scheme() != "https" {
            return wrong(format!("{} leads to a connection that is not encrypted", self.host));
        }
        // What is posted is for the asked host, like its headers.
        let may_leave = ask.elsewhere && ask.method == reqwest::Method::GET;
        if !same_host(&to, &ask.url) && !may_leave {
            return wrong(format!(
                "{} leads to another host, {}",
                self.host,
                to.host_str().unwrap_or("which has no name")
            ));
        }
        Ok(to)
    }

    fn note_date(&self, date: Option<&String>) {
        let parser = jiff::fmt::rfc2822::DateTimeParser::new();
        let Some(at) = date.and_then(|date| parser.parse_timestamp(date).ok()) else { return };
        if let Ok(mut skew) = self.skew_s.lock() {
            *skew = Some(at.as_second() - self.now().as_second());
        }
    }

    /// The innermost reason, which says most, without the address.
    fn cause(&self, error: &reqwest::Error) -> String {
        let mut inner: &dyn std::error::Error = error;
        while let Some(next) = inner.source() {
            inner = next;
        }
        let text = if std::ptr::addr_eq(inner, error) { String::new() } else { inner.to_string() };
        self.clean(if text.is_empty() { "no further reason was given" } else { &text })
    }

    /// What the other side said, as part of a sentence: one line, short, without secrets.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let secrets = self.secrets.read().unwrap_or_else(PoisonError::into_inner);
        for secret in secrets.iter().filter(|s| s.len() >= 4) {
            text = text.replace(secret.as_str(), "***");
        }
        let words: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
        words.join(" ").chars().take(300).collect()
    }
}

/// Whether a host is a cloud's own service for its machines, which hands out credentials and which no proxy may see.
pub(crate) fn is_metadata(host: &str) -> bool {
    host.starts_with("169.254.") || host.starts_with("[fd00:ec2::") || host == "metadata.google.internal"
}

/// A web address with a host.
fn address(text: &str) -> Result<Url, Failure> {
    let wrong =
        || Failure::new(FailureKind::Refused, "the source's `url` is no web address", "it begins with https://");
    let url = Url::parse(text).map_err(|_| wrong())?;
    let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    if web { Ok(url) } else { Err(wrong()) }
}

fn same_host(one: &Url, other: &Url) -> bool {
    let of = |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default());
    of(one) == of(other)
}

/// `Bearer token` and the token alone: both forms of a credential that an error could repeat.
fn parts(value: &str) -> Vec<String> {
    let mut all = vec![value.to_owned()];
    all.extend(value.split_once(' ').map(|(_, rest)| rest.to_owned()));
    all
}

/// When a used-up rate limit is filled again: `x-ratelimit-reset`, seconds since the epoch.
fn reset(answer: &Answer) -> Option<Wait> {
    if answer.header("x-ratelimit-remaining") != Some("0") {
        return None;
    }
    let second: i64 = answer.header("x-ratelimit-reset")?.parse().ok()?;
    Some(Wait::Until(Timestamp::from_second(second).ok()?))
}
