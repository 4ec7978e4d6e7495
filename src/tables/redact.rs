//! Text in, the same text without secrets and personal data out, and users as keyed pseudonyms; runs before anything
//! is stored or shown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use regex::{Captures, Regex, RegexSet};
use sha2::Sha256;

use crate::ingest::lines::hex;

/// How many of each kind were replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redactions(pub BTreeMap<&'static str, u64>);

impl Redactions {
    /// Adds another count.
    pub fn add(&mut self, other: &Redactions) {
        for (kind, n) in &other.0 {
            *self.0.entry(kind).or_default() += n;
        }
    }
}

/// What a match becomes.
#[derive(Debug, Clone, Copy)]
enum Action {
    /// The whole match is replaced by the mark.
    Whole(&'static str),
    /// Group 1 is kept, the rest is replaced if it looks like a secret.
    Value(&'static str),
    /// Replaced only if the digits pass the Luhn test of card numbers.
    Card,
    /// A user id becomes its pseudonym.
    User,
}

/// Kind, pattern and action, in the order in which they are applied: long shapes before their parts.
const PATTERNS: &[(&str, &str, Action)] = &[
    (
        "private key",
        r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
        Action::Whole("[key]"),
    ),
    (
        "connection string",
        r#"(?i)\b(?:AccountEndpoint|DefaultEndpointsProtocol|Endpoint|BlobEndpoint|HostName)=[^;\s"'\\]+;[^\s"'\\<>]*"#,
        Action::Whole("[connection-string]"),
    ),
    (
        "connection string",
        r#"(?i)\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)(?:=|%3D)[^;\s"'&\\<>]+"#,
        Action::Whole("[connection-string]"),
    ),
    ("credentials in a URL", r#"(\b[a-z][a-z0-9+.-]*://)[^\s/@:"'\[]+:[^\s/@"']+@"#, Action::Value("[credentials]@")),
    ("jwt", r"\beyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,2}", Action::Whole("[jwt]")),
    ("bearer token", r#"(?i)\b((?:bearer|basic)(?:\s|%20|\+)+)[A-Za-z0-9._~+/=-]{6,}"#, Action::Value("[token]")),
    (
        "password",
        r#"(?i)((?:password|passwd|pwd|passphrase)(?:\\*["']|%22)?\s*(?:[:=]|%3A|%3D)\s*(?:\\*["']|%22)?)[^\s"'&,;}\\\[\]]{3,}"#,
        Action::Value("[token]"),
    ),
    (
        "token",
        r#"(?i)((?:[a-z_-]*token|[a-z_-]*secret|api[_-]?key|apikey|x-api-key|private[_-]?key|authorization|cookie|sig|signature|code_verifier|primary_?key|secondary_?key|master_?key)(?:\\*["']|%22)?\s*(?:[:=]|%3A|%3D)\s*(?:\\*["']|%22)?)[^\s"'&,;}\\\[\]]{8,}"#,
        Action::Value("[token]"),
    ),
    (
        "key",
        r"\b(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[0-9A-Za-z_-]{30,}|sk-[A-Za-z0-9_-]{20,}|[sr]k_(?:live|test)_[A-Za-z0-9]{10,}|npm_[A-Za-z0-9]{30,}|[A-Za-z0-9+/]{86}==)",
        Action::Whole("[key]"),
    ),
    (
        "e-mail address",
        r"[\p{L}\p{N}._%+'-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}",
        Action::Whole("[email]"),
    ),
    (
        "IP address",
        r"\b(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\b",
        Action::Whole("[ip]"),
    ),
    (
        "IP address",
        r"(?i)\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b|\bfe80::[0-9a-f:]+",
        Action::Whole("[ip]"),
    ),
    (
        "card number",
        r"\b(?:[3-6][0-9]{14,15}|[3-6][0-9]{3}(?:[ -][0-9]{4}){3}|3[0-9]{3}[ -][0-9]{6}[ -][0-9]{5})\b",
        Action::Card,
    ),
    ("user id", r"\busr_[0-9A-Za-z]+", Action::User),
];

/// Replaces secrets and personal data; the same key gives the same pseudonyms.
#[derive(Debug)]
pub struct Redactor {
    key: [u8; 32],
    any: RegexSet,
    each: Vec<Regex>,
}

impl Redactor {
    /// A redactor whose pseudonyms depend on the key.
    ///
    /// # Panics
    /// Never: the patterns are constants that a test compiles.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        let compiled = PATTERNS.iter().filter_map(|(_, pattern, _)| Regex::new(pattern).ok());
        let any = RegexSet::new(PATTERNS.iter().map(|(_, pattern, _)| pattern)).unwrap_or_else(|_| RegexSet::empty());
        let each: Vec<Regex> = compiled.collect();
        assert_eq!((any.len(), each.len()), (PATTERNS.len(), PATTERNS.len()), "every redaction pattern compiles");
        Redactor { key, any, each }
    }

    /// The text without secrets and personal data; borrowed where there were none. Doing it twice changes nothing.
    #[must_use]
    pub fn text<'a>(&self, input: &'a str, counts: &mut Redactions) -> Cow<'a, str> {
        let found = self.any.matches(input);
        if !found.matched_any() {
            return Cow::Borrowed(input);
        }
        let mut text = Cow::Borrowed(input);
        for (at, (kind, _, action)) in PATTERNS.iter().enumerate() {
            let mut n = 0;
            let replaced =
                self.each[at].replace_all(&text, |groups: &Captures<'_>| self.replace(*action, groups, &mut n));
            if let (true, Cow::Owned(new)) = (n > 0, replaced) {
                *counts.0.entry(kind).or_default() += n;
                text = Cow::Owned(new);
            }
        }
        text
    }

    /// The pseudonym of a user: `u-` and ten hex digits of an HMAC-SHA256.
    #[must_use]
    pub fn user(&self, id: &str) -> String {
        if is_pseudonym(id) {
            return id.to_owned();
        }
        // A key of any length is a valid HMAC key, so this cannot fail; an empty pseudonym would be the safe answer.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(id.as_bytes());
        format!("u-{}", &hex(&mac.finalize().into_bytes())[..10])
    }

    fn replace(&self, action: Action, groups: &Captures<'_>, n: &mut u64) -> String {
        let whole = &groups[0];
        let replaced = match action {
            Action::Whole(mark) => Some(mark.to_owned()),
            Action::User => Some(self.user(whole)),
            Action::Card => luhn(whole).then(|| "[card]".to_owned()),
            Action::Value(mark) => {
                let lead = groups.get(1).map_or("", |g| g.as_str());
                let value = &whole[lead.len()..];
                (mark != "[token]" || is_secret(lead, value)).then(|| format!("{lead}{mark}"))
            }
        };
        *n += u64::from(replaced.is_some());
        replaced.unwrap_or_else(|| whole.to_owned())
    }
}

fn is_pseudonym(id: &str) -> bool {
    id.strip_prefix("u-").is_some_and(|rest| rest.len() == 10 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a value behind a telling name is a secret and not a word such as `token=platform-jwt` or `token: expired`.
fn is_secret(lead: &str, value: &str) -> bool {
    let lead = lead.to_ascii_lowercase();
    if ["passw", "pwd", "passphrase", "bearer", "basic"].iter().any(|name| lead.contains(name)) {
        return true;
    }
    let digits = value.bytes().any(|b| b.is_ascii_digit());
    let upper = value.bytes().any(|b| b.is_ascii_uppercase());
    let lower = value.bytes().any(|b| b.is_ascii_lowercase());
    digits || (upper && lower) || value.len() >= 24
}

/// The check digit of card numbers (ISO/IEC 7812-1, annex B).
fn luhn(text: &str) -> bool {
    let digits = text.bytes().rev().filter(u8::is_ascii_digit).map(|b| u32::from(b - b'0'));
    let sum: u32 = digits
        .enumerate()
        .map(|(at, d)| match (at % 2, d * 2) {
            (0, _) => d,
            (_, twice) if twice > 9 => twice - 9,
            (_, twice) => twice,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        let redactor = Redactor::new([7; 32]);
        let once = redactor.text(text, &mut Redactions::default()).into_owned();
        assert_eq!(redactor.text(&once, &mut Redactions::default()), once, "twice is once");
        once
    }

    #[test]
    fn secrets_go_whatever_stands_around_them() {
        for (text, kept) in [
            ("Authorization: Bearer abcdef123456", "Authorization: Bearer [token]"),
            ("url?access_token=eyJhbGciOi.eyJzdWIi.sig&x=1", "url?access_token=[jwt]&x=1"),
            ("{\\\"password\\\":\\\"hunter2\\\"}", "{\\\"password\\\":\\\"[token]\\\"}"),
            ("postgres://app:s3cr3t@db.example/x", "postgres://[credentials]@db.example/x"),
            ("mail anna+beta@mail.example now", "mail [email] now"),
            ("from 192.0.2.44 and 2001:db8:0:0:0:0:0:1", "from [ip] and [ip]"),
            ("card 4111 1111 1111 1111.", "card [card]."),
            ("key AKIAABCDEFGHIJKLMNOP", "key [key]"),
        ] {
            assert_eq!(redacted(text), kept);
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "request 68175857-3407-4115-9485-000000000000 took 12 ms",
            "signed in token=platform-jwt iss=https://id.example",
            "token: expired",
            "2026-09-21T10:20:30.400Z v1.20.0 build=43",
            "order 4111 1111 1111 1112",
        ] {
            assert_eq!(redacted(text), text);
        }
    }

    #[test]
    fn a_user_is_one_pseudonym_under_one_key() {
        let (one, two) = (Redactor::new([1; 32]), Redactor::new([2; 32]));
        assert_eq!(one.user("usr_1"), one.user("usr_1"));
        assert_ne!(one.user("usr_1"), one.user("usr_2"));
        assert_ne!(one.user("usr_1"), two.user("usr_1"));
        assert_eq!(one.user(&one.user("usr_1")), one.user("usr_1"));
    }
}
