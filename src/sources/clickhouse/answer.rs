//! What ClickHouse says when it fails: by the number of its exception, since the status tells little.

use crate::net::{Failure, FailureKind};

/// Bytes at the end of an answer in which an exception would stand.
pub(super) const TAIL: usize = 16 << 10;

/// Numbers of exceptions after which asking again may help: too many queries at once, and broken connections between
/// servers.
const AGAIN: [u32; 4] = [202, 209, 210, 394];

/// The number of an exception's text, which begins with `Code: N`.
pub(super) fn exception(body: &[u8]) -> Option<u32> {
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]);
    number(&text)
}

fn number(text: &str) -> Option<u32> {
    let rest = text.split_once("Code: ")?.1;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Whether an answer of 5xx is the server's last word: most exceptions are.
pub(super) fn is_last_word(_status: u16, body: &[u8]) -> bool {
    exception(body).is_some_and(|code| !AGAIN.contains(&code))
}

/// What an exception means for a pull.
pub(super) fn kind(text: &str) -> Option<FailureKind> {
    Some(match number(text)? {
        // Too long, too much memory, too many rows or bytes: a shorter window may pass.
        158 | 159 | 160 | 241 | 307 | 396 => FailureKind::TooLarge,
        192 | 193 | 194 | 516 => FailureKind::Unauthorized,
        164 | 497 => FailureKind::Forbidden,
        60 | 81 => FailureKind::NotFound,
        // No connection to a shard, or all of its replicas are gone.
        279 | 519 => FailureKind::Server,
        _ => return None,
    })
}

/// A failure with what the exception in its answer means.
pub(super) fn explained(failure: Failure, host: &str) -> Failure {
    let text = String::from_utf8_lossy(failure.body()).into_owned();
    let Some(code) = number(&text) else { return failure };
    let said: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
    let hint = match code {
        279 | 519 => "start the shard: without it the rows would be too few",
        60 | 81 => "see `database` and `log-table` of the source",
        47 => "see `columns` and `only` of the source",
        _ => failure.hint.as_str(),
    };
    Failure {
        kind: kind(&text).unwrap_or(failure.kind),
        what: format!("{host} refuses the query: {said}"),
        hint: hint.to_owned(),
        ..failure
    }
}

/// The exception behind the rows of an answer that was already under way, which has the status of a success: with a mark
/// since version 25.3, as a last line before.
pub(super) fn broken_off(tail: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(tail);
    if let Some((_, behind)) = text.split_once("__exception__") {
        return Some(shortened(behind));
    }
    let last = text.lines().rev().find(|line| !line.trim().is_empty())?;
    let starts = last.starts_with("Code: ") && last.contains("Exception");
    starts.then(|| shortened(last))
}

fn shortened(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_of_old_and_new_servers_are_found_behind_rows() {
        let old =
            b"{\"n\":1}\nCode: 395, e.displayText() = DB::Exception: Value passed to 'throwIf' function is non zero";
        let new = b"{\"n\":1}\n\r\n__exception__\r\nabcdefghijklmnop\r\nCode: 159. DB::Exception: Timeout exceeded\r\n44 abcdefghijklmnop\r\n__exception__\r\n";
        assert!(broken_off(old).is_some_and(|said| said.contains("throwIf") && kind(&said).is_none()));
        assert!(broken_off(new).is_some_and(|said| kind(&said) == Some(FailureKind::TooLarge)));
        assert_eq!(broken_off(b"{\"message\":\"Code: 7 DB::Exception said the app\"}\n"), None);
        assert_eq!(broken_off(b""), None);
    }

    #[test]
    fn most_exceptions_are_the_last_word() {
        assert!(is_last_word(500, b"Code: 279. DB::NetException: All connection tries failed"));
        assert!(!is_last_word(500, b"Code: 202. DB::Exception: Too many simultaneous queries"));
        assert!(!is_last_word(502, b"<html>Bad gateway</html>"));
    }
}
