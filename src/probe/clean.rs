//! Texts that a service sent in, texts that may stand on disk out: no secret, no personal data, no more than is needed.

use serde_json::Value;

use crate::net::Url;
use crate::tables::redact::{Redactions, Redactor};

/// Most characters of a reason.
const REASON: usize = 400;
/// Most characters of a body.
const BODY: usize = 16_000;

/// Cleans what one look brought.
pub(super) struct Cleaner<'a> {
    redactor: &'a Redactor,
    /// What must never be repeated, in every form in which it could be.
    secrets: Vec<String>,
}

impl<'a> Cleaner<'a> {
    pub(super) fn new(redactor: &'a Redactor, token: Option<&str>) -> Self {
        let escaped = |token: &str| Value::from(token).to_string().trim_matches('"').to_owned();
        let mut secrets: Vec<String> = token.iter().flat_map(|t| [(*t).to_owned(), escaped(t)]).collect();
        secrets.dedup();
        Cleaner { redactor, secrets }
    }

    /// A reason: one line.
    pub(super) fn reason(&self, text: &str) -> String {
        let words: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
        self.text(&words.join(" ")).chars().take(REASON).collect()
    }

    /// The beginning of a body.
    pub(super) fn body(&self, text: &str) -> String {
        self.text(text).chars().take(BODY).collect()
    }

    /// An address: its host stays, since it is what was looked at; what stands in its query may be a key.
    pub(super) fn url(&self, url: &Url) -> String {
        let mut shown = url.clone();
        shown.set_query(None);
        let whole = shown.as_str();
        let host_end =
            whole.find("://").and_then(|at| Some(at + 3 + whole[at + 3..].find('/')?)).unwrap_or(whole.len());
        let pairs = url.query_pairs().map(|(name, value)| match &*name {
            "EIO" | "transport" => format!("{name}={value}"),
            _ => format!("{}=***", self.text(&name)),
        });
        let query: Vec<String> = pairs.collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{}{mark}{}", &whole[..host_end], self.text(&whole[host_end..]), query.join("&"))
    }

    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.secrets.iter().filter(|secret| !secret.is_empty()) {
            text = text.replace(secret.as_str(), "***");
        }
        self.redactor.text(&text, &mut Redactions::default()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Cleaner, Redactor, Url};

    #[test]
    fn nothing_private_is_left_in_reason_body_or_address() {
        let redactor = Redactor::new([1; 32]);
        let cleaner = Cleaner::new(&redactor, Some("s3\"cret"));
        assert_eq!(cleaner.reason("bad token s3\"cret\r\n\u{1b}of ada@example.com"), "bad token *** of [email]");
        assert!(!cleaner.body(r#"{"echo":"s3\"cret","user":"usr_12345"}"#).contains("s3"));
        assert_eq!(cleaner.body(&"ü".repeat(20_000)).chars().count(), 16_000);
        let url = Url::parse("https://10.1.2.3:8443/health?code=abcdefghijkl&EIO=4").expect("an address");
        assert_eq!(cleaner.url(&url), "https://10.1.2.3:8443/health?code=***&EIO=4");
    }
}
