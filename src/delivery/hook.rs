//! A body and a target in, one signed POST that can be tried again and again out.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::retry::Tried;
use super::{Parcel, Post, http};
use crate::config::deliver::{Hook, Target, plain_enough};
use crate::ingest::lines::hex;

/// A request, whole; every attempt sends the same bytes.
pub(super) struct Request {
    pub(super) url: String,
    pub(super) host: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// The receiver takes a repetition as the same message.
    pub(super) idempotent: bool,
    /// What must never be repeated in a message.
    pub(super) secrets: Vec<String>,
    client: reqwest::Client,
}

impl Request {
    /// # Errors
    /// A sentence: a secret that is not there, an address that is none, certificates that cannot be read.
    pub(super) fn new(
        hook: &Hook,
        body: Value,
        target: &Target,
        parcel: &Parcel,
        post: &Post<'_>,
    ) -> Result<Self, String> {
        let url = hook.url.resolve(post.env)?;
        let host = plain_enough(url.expose(), hook.allow_plain).map_err(|(what, hint)| format!("{what}; {hint}"))?;
        let mut secrets = secrets_of(url.expose());
        let body = body.to_string().into_bytes();
        let mut headers = vec![
            ("content-type".to_owned(), "application/json; charset=utf-8".to_owned()),
            ("idempotency-key".to_owned(), once(&target.name, parcel)),
        ];
        for (name, value) in &hook.headers {
            let value = value.resolve(post.env)?;
            secrets.push(value.expose().to_owned());
            headers.push((name.clone(), value.expose().to_owned()));
        }
        if let Some((name, secret)) = &hook.signature {
            let secret = secret.resolve(post.env)?;
            secrets.push(secret.expose().to_owned());
            headers.push((name.clone(), signature(secret.expose(), &body)));
        }
        let client = http::client(hook.ca_file.as_deref(), &host, target.timeout)?;
        Ok(Request { url: url.expose().to_owned(), host, headers, body, idempotent: hook.idempotent, secrets, client })
    }

    pub(super) fn attempt(&self, limit: Duration) -> Tried {
        http::post(self, &self.client, limit)
    }
}

/// The same for every attempt at the same message, different for every other.
fn once(target: &str, parcel: &Parcel) -> String {
    let text = format!("{target}\0{}\0{}", parcel.on.word(), parcel.key);
    hex(&Sha256::digest(text.as_bytes()))[..32].to_owned()
}

/// `sha256=` and the HMAC-SHA-256 (RFC 2104) of the body, hex.
fn signature(secret: &str, body: &[u8]) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body);
    format!("sha256={}", hex(&mac.finalize().into_bytes()))
}

/// The parts of an address that let somebody post there.
fn secrets_of(url: &str) -> Vec<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find(['/', '?']).map_or("", |at| &rest[at..]);
    let mut parts = vec![url.to_owned(), path.to_owned()];
    parts.extend(path.split(['/', '?', '&', '=']).filter(|part| part.len() >= 8).map(str::to_owned));
    if let Some((user, _)) = rest[..rest.len() - path.len()].rsplit_once('@') {
        parts.push(user.to_owned());
    }
    parts.retain(|part| part.len() >= 3);
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts
}

#[cfg(test)]
mod tests {
    use super::{secrets_of, signature};

    #[test]
    fn the_signature_is_the_one_of_rfc_4231() {
        // Test case 2 of RFC 4231.
        let expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature("Jefe", b"what do ya want for nothing?"), expected);
    }

    #[test]
    fn the_telling_parts_of_an_address_are_known() {
        let parts = secrets_of("https://u:pw@hooks.example.com/services/T000/B000/XXXXXXXXXXXX?sig=abcdefgh");
        for part in ["u:pw", "XXXXXXXXXXXX", "abcdefgh", "/services/T000/B000/XXXXXXXXXXXX?sig=abcdefgh"] {
            assert!(parts.iter().any(|p| p == part), "{part} is not among {parts:?}");
        }
        assert!(secrets_of("http://127.0.0.1:80").iter().all(|p| p.starts_with("http")));
    }
}
