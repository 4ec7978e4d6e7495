//! Why there is no whole answer, as a kind that code branches on and sentences that people read.

use super::client::Answer;

/// Kinds of failure; what a source may do about each differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// No connection, or it broke before an answer, at every attempt.
    Unreachable,
    /// The answer broke off in its middle at every attempt; what came before is not used.
    Cut,
    /// More decompressed bytes than the limit: ask for less.
    TooLarge,
    /// The credentials are missing, wrong or expired (401).
    Unauthorized,
    /// The credentials may not do this (403).
    Forbidden,
    /// There is no such thing (404, 410).
    NotFound,
    /// The source asks to slow down for longer than the time that is left.
    Throttled,
    /// The source failed at every attempt (5xx).
    Server,
    /// The source does not take the question (other 4xx).
    Refused,
    /// It leads to another host, or from an encrypted to a plain connection.
    Redirected,
    /// The time for the whole pull is over.
    Deadline,
    /// The answer is not what the interface promises.
    Malformed,
}

/// A failed request. Neither text holds a secret or a query.
#[derive(Debug, Clone)]
pub struct Failure {
    pub kind: FailureKind,
    /// What happened and where, without a full stop.
    pub what: String,
    /// What to do about it.
    pub hint: String,
    /// The last answer, where there was one; its body is its beginning only.
    pub answer: Option<Answer>,
}

impl Failure {
    #[must_use]
    pub fn new(kind: FailureKind, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Failure { kind, what: what.into(), hint: hint.into(), answer: None }
    }

    /// An answer that is not what the interface promises.
    #[must_use]
    pub fn malformed(host: &str, what: &str) -> Self {
        let hint = "see whether `url` names the right system, and not a sign-in page before it";
        Failure::new(FailureKind::Malformed, format!("the answer of {host} is not understood: {what}"), hint)
    }

    /// Status of the last answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.answer.as_ref().map(|answer| answer.status)
    }

    /// Beginning of the last answer's body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.answer.as_ref().map_or(&[], |answer| &answer.body)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Failure {}
