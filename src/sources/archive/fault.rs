//! An error of the object store's library in, this house's own words out: what the storage said, and what it means for an
//! object.

use std::error::Error;

use crate::net::{Failure, FailureKind};

/// Characters of what a storage says that are repeated.
const SAID: usize = 200;

/// What went wrong with the archive as a whole; `host` is where it is.
pub(super) fn of_archive(error: &object_store::Error, host: &str) -> Failure {
    let Some(failure) = carried(error) else { return Failure::malformed(host, &cause(error)) };
    let hint = match failure.kind {
        FailureKind::Redirected | FailureKind::Refused => "see whether `region` and `endpoint` are right",
        FailureKind::Unauthorized | FailureKind::Forbidden => {
            "see the source's keys, and give them the right to list and read"
        }
        FailureKind::NotFound => "see whether the names in `url` and `account` are right",
        _ => failure.hint.as_str(),
    };
    Failure { what: told(failure), hint: hint.to_owned(), ..failure.clone() }
}

/// What went wrong with one object.
pub(super) fn of_object(error: &object_store::Error, host: &str) -> Failure {
    let failure = of_archive(error, host);
    let code = element(failure.body(), "Code").unwrap_or_default();
    let (what, hint) = match (code.as_str(), failure.status()) {
        ("InvalidObjectState" | "BlobArchived" | "BlobBeingRehydrated", _) => {
            ("it is in a cold tier and cannot be read at once", "restore it, then collect again")
        }
        ("BlobUsesCustomerSpecifiedEncryption", _) => {
            ("it is encrypted with a key of its own", "store it with the archive's key")
        }
        (code, _) if code.starts_with("KMS.") => {
            ("it is encrypted with a key that cannot be used", "give the source's keys the right to decrypt")
        }
        (_, Some(404 | 410)) => ("it was listed, and was gone when it was read", "collect again"),
        (_, Some(412)) => ("it was changed between its listing and its reading", "collect again"),
        (_, Some(403)) => (failure.what.as_str(), "give the source's keys the right to read it, and to decrypt it"),
        _ => return failure,
    };
    Failure { what: what.to_owned(), hint: hint.to_owned(), ..failure }
}

/// Whether everything else that is asked of the archive would fail likewise.
pub(super) fn ends_all(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Unreachable | FailureKind::Unauthorized | FailureKind::Throttled | FailureKind::Deadline
    )
}

/// The innermost reason, which holds no address.
pub(super) fn cause(error: &object_store::Error) -> String {
    let mut inner: &dyn Error = error;
    while let Some(next) = inner.source() {
        inner = next;
    }
    one_line(&inner.to_string())
}

/// The client's failure that an error carries, where there is one.
fn carried(error: &object_store::Error) -> Option<&Failure> {
    let mut inner: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = inner {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            return Some(failure);
        }
        inner = error.source();
    }
    None
}

/// The sentence of a failure, with the storage's own words instead of their XML.
fn told(failure: &Failure) -> String {
    let Some(code) = element(failure.body(), "Code") else { return failure.what.clone() };
    let message = element(failure.body(), "Message").unwrap_or_default();
    match failure.what.split_once(": <").or_else(|| failure.what.split_once(": \u{feff}<")) {
        Some((before, _)) => format!("{before}: {code}: {message}"),
        None => failure.what.clone(),
    }
}

/// The text of an element of a small XML answer.
fn element(xml: &[u8], name: &str) -> Option<String> {
    let xml = String::from_utf8_lossy(xml);
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once("</")?;
    Some(one_line(text))
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(SAID).collect()
}
