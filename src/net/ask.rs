//! One question to a source, the same at every attempt.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, Url};

use super::client::Answer;

/// Says of an answer of 5xx (status, body) that it is the source's last word and asking again is of no use.
pub type LastWord = fn(u16, &[u8]) -> bool;

/// Says of an answer that is no success that it asks to slow down, and for how long at least from this time of day.
pub type SlowDown = fn(&Answer, Timestamp) -> Option<Duration>;

/// A request that only reads, so that it may be repeated.
#[derive(Debug, Clone)]
pub struct Ask {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: Vec<(String, String)>,
    pub(super) content_type: Option<&'static str>,
    /// Nothing where there is no body, which is not the same as an empty one.
    pub(super) body: Option<Vec<u8>>,
    pub(super) last_word: Option<LastWord>,
    pub(super) slow_down: Option<SlowDown>,
    pub(super) elsewhere: bool,
    pub(super) once: bool,
    pub(super) again: &'static [u16],
}

impl Ask {
    /// Asks for what stands at an address.
    #[must_use]
    pub fn get(url: Url, query: &[(&str, &str)]) -> Self {
        let mut ask = Ask::new(Method::GET, url);
        if !query.is_empty() {
            ask.url.query_pairs_mut().extend_pairs(query);
        }
        ask
    }

    /// Asks with the fields of a form.
    #[must_use]
    pub fn form(url: Url, fields: &[(&str, &str)]) -> Self {
        let mut pairs = url.clone();
        pairs.set_query(None);
        pairs.query_pairs_mut().extend_pairs(fields);
        let body = pairs.query().unwrap_or_default().as_bytes().to_vec();
        Ask { content_type: Some("application/x-www-form-urlencoded"), body: Some(body), ..Ask::new(Method::POST, url) }
    }

    /// Asks with a JSON value.
    #[must_use]
    pub fn json(url: Url, value: &serde_json::Value) -> Self {
        let body = value.to_string().into_bytes();
        Ask { content_type: Some("application/json"), body: Some(body), ..Ask::new(Method::POST, url) }
    }

    /// Asks with a text.
    #[must_use]
    pub fn text(url: Url, text: &str) -> Self {
        let body = text.as_bytes().to_vec();
        Ask { content_type: Some("text/plain; charset=utf-8"), body: Some(body), ..Ask::new(Method::POST, url) }
    }

    /// Asks as a library has settled it, which knows that this may be repeated; nothing where the method is none.
    #[must_use]
    pub fn settled(method: &str, url: Url, headers: Vec<(String, String)>, body: Vec<u8>) -> Option<Self> {
        let method = Method::from_bytes(method.as_bytes()).ok()?;
        let body = (method != Method::GET && method != Method::HEAD).then_some(body);
        Some(Ask { headers, body, ..Ask::new(method, url) })
    }

    /// The same with DELETE, for what was opened to read (a search context).
    #[must_use]
    pub fn deleting(self) -> Self {
        Ask { method: Method::DELETE, ..self }
    }

    /// With a further header; it goes to the asked host only.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Some answers of 5xx are the source's last word.
    #[must_use]
    pub fn last_word(mut self, is: LastWord) -> Self {
        self.last_word = Some(is);
        self
    }

    /// Some answers ask to slow down in words of their own.
    #[must_use]
    pub fn slow_down(mut self, asks: SlowDown) -> Self {
        self.slow_down = Some(asks);
        self
    }

    /// It may lead to another host, which is then asked without any header of ours.
    #[must_use]
    pub fn elsewhere(mut self) -> Self {
        self.elsewhere = true;
        self
    }

    /// These statuses, too, mean that it should be asked again.
    #[must_use]
    pub fn again_on(mut self, statuses: &'static [u16]) -> Self {
        self.again = statuses;
        self
    }

    /// It is not asked again where that fails: nothing depends on the answer.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    fn new(method: Method, url: Url) -> Self {
        Ask {
            method,
            url,
            headers: Vec::new(),
            content_type: None,
            body: None,
            last_word: None,
            slow_down: None,
            elsewhere: false,
            once: false,
            again: &[],
        }
    }
}
