//! Answers of token endpoints: a token and its end, or why there is none.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use crate::net::{Answer, Failure, FailureKind};

#[derive(Deserialize)]
struct Given {
    access_token: String,
    /// Seconds from now, or a moment in seconds since the epoch; numbers or texts.
    #[serde(default)]
    expires_in: Value,
    #[serde(default)]
    expires_on: Value,
}

/// The token and its end.
///
/// # Errors
/// `Malformed`; nothing of the answer is repeated, since it may hold a token.
pub(super) fn read(answer: &Answer, host: &str, now: Timestamp) -> Result<(String, Timestamp), Failure> {
    let wrong = |what: &str| Failure::malformed(host, what);
    let given: Given = serde_json::from_slice(&answer.body).map_err(|_| wrong("it holds no access_token"))?;
    if given.access_token.is_empty() || given.access_token.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(wrong("its access_token is none"));
    }
    let until = match (seconds(&given.expires_in), seconds(&given.expires_on)) {
        (Some(left), _) => now.checked_add(SignedDuration::from_secs(left)).ok(),
        (None, Some(at)) => Timestamp::from_second(at).ok(),
        (None, None) => None,
    };
    Ok((given.access_token, until.ok_or_else(|| wrong("it does not say when the token ends"))?))
}

fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// A refusal in the words of OAuth (RFC 6749, section 5.2).
pub(super) fn explained(failure: Failure, host: &str) -> Failure {
    let body: Value = serde_json::from_slice(failure.body()).unwrap_or_default();
    let Some(error) = body["error"].as_str().filter(|_| failure.status().is_some_and(|s| s < 500)) else {
        return failure;
    };
    // The first line names the fault; those below it are for support.
    let described = body["error_description"].as_str().and_then(|text| text.lines().next()).unwrap_or_default();
    let described: String = described.chars().filter(|c| !c.is_control()).take(300).collect();
    let colon = if described.is_empty() { "" } else { ": " };
    let what = format!("{host} gives no token, {error}{colon}{described}");
    let hint = "see tenant, client and secret of the source, whether the secret expired, and whether this machine has \
                an identity";
    Failure { kind: FailureKind::Unauthorized, what, hint: hint.to_owned(), ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-08-03T00:00:00Z";

    fn answer(body: &str) -> Answer {
        Answer { status: 200, headers: Default::default(), body: body.as_bytes().to_vec() }
    }

    fn until(body: &str) -> Option<String> {
        Some(read(&answer(body), "h", NOW.parse().expect("a time")).ok()?.1.to_string())
    }

    #[test]
    fn the_end_of_a_token_is_read_in_all_forms() {
        let entra = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"t"}"#;
        assert_eq!(until(entra).as_deref(), Some("2026-08-03T00:59:59Z"));
        let metadata = r#"{"access_token":"t","expires_in":"3600","expires_on":"1785718800","resource":"r"}"#;
        assert_eq!(until(metadata).as_deref(), Some("2026-08-03T01:00:00Z"));
        let container = r#"{"access_token":"t","expires_on":"1785718800","client_id":"c"}"#;
        assert_eq!(until(container).as_deref(), Some("2026-08-03T01:00:00Z"));
        for bad in [
            "",
            "{}",
            "<html>",
            r#"{"access_token":"t"}"#,
            r#"{"access_token":"","expires_in":1}"#,
            r#"{"access_token":"t\r\nx: y","expires_in":1}"#,
            r#"{"access_token":"t","expires_on":"soon"}"#,
        ] {
            assert_eq!(until(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_refusal_names_the_fault_and_a_failure_of_the_server_stays_one() {
        let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"}"#;
        let refused = Failure::new(FailureKind::Refused, "h answered 400", "");
        let failure = |status| {
            let answer = Answer { status, ..answer(body) };
            explained(Failure { answer: Some(answer), ..refused.clone() }, "h")
        };
        let found = failure(400);
        assert_eq!(found.kind, FailureKind::Unauthorized);
        assert_eq!(found.what, "h gives no token, invalid_client: AADSTS7000215: Invalid client secret provided.");
        assert_eq!(failure(503).what, "h answered 400");
    }
}
