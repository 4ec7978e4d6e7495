//! What a Loki says of its limits: in plain-text refusals, and in the limits it shows to Grafana.

use serde::Deserialize;

use crate::evidence::FileRecord;
use crate::net::{Failure, FailureKind};

/// How many entries the server allows at once, where that is why it refuses: `… (10000 > 5000)`.
pub(super) fn entries_allowed(failure: &Failure) -> Option<u32> {
    let text = String::from_utf8_lossy(failure.body());
    let (_, behind) = text.split_once("max entries limit")?;
    let (_, number) = behind.rsplit_once('>')?;
    let digits: String = number.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|n| *n > 0)
}

/// A refusal with what it means for the next question.
pub(super) fn explained(failure: Failure) -> Failure {
    let text = String::from_utf8_lossy(failure.body()).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|words| text.contains(words));
    if has(&["query time range exceeds the limit", "query too large", "too many bytes", "max number of chunks limit"]) {
        let hint = "narrow `query`, or raise the tenant's limits".to_owned();
        return Failure { kind: FailureKind::TooLarge, hint, ..failure };
    }
    let hint = match failure.kind {
        FailureKind::Unauthorized if has(&["no org id"]) => "name the tenant: tenant = \"…\"",
        FailureKind::Refused if has(&["parse error"]) => "see `query` of the source",
        FailureKind::Refused if has(&["no longer available"]) => {
            "raise max_query_lookback of the tenant, or collect earlier"
        }
        FailureKind::Server if failure.status() == Some(504) => "ask for a shorter `window`, or narrow `query`",
        FailureKind::NotFound => "see whether `url` names the Loki itself: it ends before /loki/api/v1",
        _ => return failure,
    };
    Failure { hint: hint.to_owned(), ..failure }
}

/// How far back a server gives lines, in milliseconds; nothing where it does not say, or has no such limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// It cuts questions off here.
    pub(super) lookback_ms: Option<i64>,
    /// It may have deleted what is older.
    retention_ms: Option<i64>,
    /// It told its limits.
    told: bool,
}

#[derive(Deserialize)]
struct Shown {
    limits: Limits,
}

#[derive(Deserialize)]
struct Limits {
    max_query_lookback: String,
    #[serde(default)]
    retention_period: String,
}

impl Reach {
    pub(super) fn read(body: &[u8]) -> Self {
        let Ok(Shown { limits }) = serde_json::from_slice(body) else { return Reach::default() };
        let Some(lookback) = milliseconds(&limits.max_query_lookback) else { return Reach::default() };
        let retention = milliseconds(&limits.retention_period);
        let some = |ms: i64| (ms > 0).then_some(ms);
        Reach { lookback_ms: some(lookback), retention_ms: retention.and_then(some), told: true }
    }

    /// Whether the server said that it keeps and gives all of what was asked.
    pub(super) fn keeps_all_of(&self, records: &[FileRecord]) -> bool {
        let Some(first) = records.first().and_then(|r| r.window) else { return false };
        self.told && self.retention_ms.is_none_or(|ms| first.window.from_ms() >= first.asked_ms - ms)
    }
}

/// A duration as Loki writes it: `30d1h`, `744h0m0s`, `0s`.
fn milliseconds(text: &str) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    let (mut total, mut rest) = (0.0, text);
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, behind) = rest.split_at(unit_at);
        let unit_end = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, next) = behind.split_at(unit_end);
        let ms = match unit {
            "ns" => 1e-6,
            "us" | "µs" => 1e-3,
            "ms" => 1.0,
            "s" => 1e3,
            "m" => 60e3,
            "h" => 3_600e3,
            "d" => 86_400e3,
            "w" => 7.0 * 86_400e3,
            "y" => 365.0 * 86_400e3,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * ms;
        rest = next;
    }
    (!text.is_empty()).then_some(total as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Answer;

    fn refusal(text: &str) -> Failure {
        let answer = Answer { status: 400, headers: Default::default(), body: text.as_bytes().to_vec() };
        Failure { answer: Some(answer), ..Failure::new(FailureKind::Refused, "h answered 400", "") }
    }

    #[test]
    fn the_number_of_entries_is_learned_from_both_wordings() {
        let old = "max entries limit per query exceeded, limit > max_entries_limit (5000 > 1000)";
        let new = "max entries limit per query exceeded, limit > max_entries_limit_per_query (10000 > 500)\n";
        assert_eq!((entries_allowed(&refusal(old)), entries_allowed(&refusal(new))), (Some(1000), Some(500)));
        for other in ["", "parse error at line 1, col 1: (5 > 3)", "max entries limit > ()"] {
            assert_eq!(entries_allowed(&refusal(other)), None, "{other}");
        }
    }

    #[test]
    fn a_range_that_is_too_long_is_halved_and_a_wrong_query_is_not() {
        let long = "the query time range exceeds the limit (query length: 24h0m0s, limit: 1h0m0s)";
        assert_eq!(explained(refusal(long)).kind, FailureKind::TooLarge);
        let wrong = explained(refusal("parse error at line 1, col 2: syntax error"));
        assert_eq!((wrong.kind, wrong.hint.as_str()), (FailureKind::Refused, "see `query` of the source"));
    }

    #[test]
    fn durations_are_as_go_and_prometheus_write_them() {
        let hours = |text| milliseconds(text).map(|ms| ms / 3_600_000);
        assert_eq!(
            (hours("30d1h"), hours("744h0m0s"), hours("1w"), hours("1.5h")),
            (Some(721), Some(744), Some(168), Some(1))
        );
        assert_eq!(
            (milliseconds("0s"), milliseconds("0"), milliseconds(""), milliseconds("soon")),
            (Some(0), Some(0), None, None)
        );
        let reach = Reach::read(br#"{"limits":{"max_query_lookback":"7d","retention_period":"0s"}}"#);
        assert_eq!((reach.lookback_ms, reach.retention_ms, reach.told), (Some(604_800_000), None, true));
        assert_eq!(Reach::read(b"<html>"), Reach::default());
        assert_eq!(Reach::read(br#"{"limits":{"max_query_lookback":"long"}}"#), Reach::default());
    }
}
