//! What an answer or a lost connection means: one fault, with a reason that says what to look at.

use serde_json::Value;

use crate::net::reach::{Lost, LostKind};
use crate::net::single::Said;
use crate::report::probing::Found;

/// Why a look did not find what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) found: Found,
    /// Without a full stop; not yet clean of secrets.
    pub(super) reason: String,
    /// Status of the answer that told it.
    pub(super) status: Option<u16>,
}

impl Fault {
    pub(super) fn new(found: Found, reason: impl Into<String>) -> Self {
        Fault { found, reason: reason.into(), status: None }
    }
}

impl From<Lost> for Fault {
    fn from(lost: Lost) -> Self {
        let found = match lost.kind {
            LostKind::Name => Found::NoName,
            LostKind::Unreachable => Found::Unreachable,
            LostKind::Tls => Found::Tls,
            LostKind::Timeout => Found::Timeout,
            LostKind::Broken => Found::Broken,
            LostKind::Malformed => Found::Protocol,
        };
        Fault::new(found, lost.what)
    }
}

/// What an answer of any HTTP service means that is no success.
pub(super) fn of_status(said: &Said) -> Fault {
    let status = said.status;
    let (found, reason) = match status {
        300..=399 => {
            let to = said.header("location").unwrap_or("nowhere");
            (Found::Redirected, format!("it answered {status} and leads to {to}; name the final address in `url`"))
        }
        401 | 403 | 407 => {
            (Found::Forbidden, format!("it answered {status}: who asks is not let in{}", beginning(said)))
        }
        _ => (Found::HttpError, format!("it answered {status}{}", beginning(said))),
    };
    Fault { status: Some(status), ..Fault::new(found, reason) }
}

/// What an answer means that is not the one that Socket.IO gives to a client who is welcome.
pub(super) fn of_socket(said: &Said, websocket: bool) -> Fault {
    let status = said.status;
    let with = |found, reason: String| Fault { status: Some(status), ..Fault::new(found, reason) };
    if let Some((code, message)) = engine_error(said) {
        let told = format!("the Socket.IO server answered {status}, {message}");
        return match code {
            1 => with(
                Found::NotSticky,
                format!(
                    "{told}: a session that was just opened is not known, so requests reach nodes that do not share sessions"
                ),
            ),
            3 if websocket => {
                with(Found::NoUpgrade, format!("{told}: a proxy before it takes the header `Upgrade` away"))
            }
            0 => with(Found::Protocol, format!("{told}: this transport is switched off there")),
            4 => with(Found::Forbidden, format!("{told}: `allowRequest` or the list of origins refused it")),
            _ => with(Found::Protocol, told),
        };
    }
    match status {
        426 => with(Found::NoUpgrade, "it answered 426: a proxy before it takes the header `Upgrade` away".to_owned()),
        404 | 200..=299 => with(
            Found::WrongPath,
            format!("it answered {status}, but no Socket.IO server listens at this path{}", beginning(said)),
        ),
        _ => of_status(said),
    }
}

/// Code and message of Engine.IO.
fn engine_error(said: &Said) -> Option<(u64, String)> {
    let body: Value = serde_json::from_slice(&said.body).ok()?;
    Some((body.get("code")?.as_u64().filter(|code| *code <= 5)?, body.get("message")?.as_str()?.to_owned()))
}

/// What the body begins with, as a part of a sentence.
fn beginning(said: &Said) -> String {
    let text = said.text();
    let words: Vec<&str> = text.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(120).collect();
    if short.is_empty() { String::new() } else { format!(" ({short})") }
}

#[cfg(test)]
mod tests {
    use super::{Found, Said, of_socket, of_status};

    fn said(status: u16, body: &str) -> Said {
        Said { status, body: body.as_bytes().to_vec(), ..Said::default() }
    }

    #[test]
    fn each_answer_of_a_socket_server_has_its_fault() {
        let cases = [
            (400, r#"{"code":3,"message":"Bad request"}"#, true, Found::NoUpgrade),
            (400, r#"{"code":3,"message":"Bad request"}"#, false, Found::Protocol),
            (426, "", true, Found::NoUpgrade),
            (400, r#"{"code":1,"message":"Session ID unknown"}"#, false, Found::NotSticky),
            (403, r#"{"code":4,"message":"Forbidden"}"#, true, Found::Forbidden),
            (400, r#"{"code":5,"message":"Unsupported protocol version"}"#, false, Found::Protocol),
            (400, r#"{"code":0,"message":"Transport unknown"}"#, true, Found::Protocol),
            (404, "<html>Cannot GET /</html>", false, Found::WrongPath),
            (200, "<html>Sign in</html>", true, Found::WrongPath),
            (302, "", false, Found::Redirected),
            (401, "", false, Found::Forbidden),
            (502, "<html>", true, Found::HttpError),
            (400, r#"{"code":400,"message":"no"}"#, true, Found::HttpError),
        ];
        for (status, body, websocket, found) in cases {
            let fault = of_socket(&said(status, body), websocket);
            assert_eq!((fault.found, fault.status), (found, Some(status)), "{status} {body}");
        }
        assert!(of_status(&said(503, "over\n capacity")).reason.ends_with("it answered 503 (over capacity)"));
    }
}
