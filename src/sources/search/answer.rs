//! JSON answers of both dialects in: counts, pages of documents, and what they say is missing.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::net::{Failure, FailureKind};
use crate::sources::windows::State;

/// How many parts of the index answered.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Shards {
    pub(super) total: u64,
    failed: u64,
}

/// Other clusters that are asked through this one.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct Clusters {
    #[serde(default)]
    skipped: u64,
    #[serde(default)]
    partial: u64,
    #[serde(default)]
    failed: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Counted {
    pub(super) count: u64,
    #[serde(rename = "_shards")]
    pub(super) shards: Shards,
}

#[derive(Debug, Deserialize)]
pub(super) struct Opened {
    #[serde(alias = "pit_id")]
    pub(super) id: String,
    #[serde(rename = "_shards", default = "Shards::untold")]
    pub(super) shards: Shards,
}

impl Shards {
    /// Old versions do not tell how a search context was opened; its pages tell.
    fn untold() -> Self {
        Shards { total: 1, failed: 0 }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Page<'a> {
    pub(super) pit_id: Option<String>,
    timed_out: bool,
    #[serde(default)]
    terminated_early: Option<bool>,
    #[serde(rename = "_shards")]
    shards: Shards,
    #[serde(rename = "_clusters", default)]
    clusters: Clusters,
    #[serde(borrow)]
    pub(super) hits: Hits<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Hits<'a> {
    #[serde(borrow)]
    pub(super) hits: Vec<Hit<'a>>,
}

/// One document.
#[derive(Debug, Deserialize)]
pub(super) struct Hit<'a> {
    #[serde(rename = "_index", borrow)]
    pub(super) index: Cow<'a, str>,
    #[serde(rename = "_id", borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(rename = "_source", borrow)]
    pub(super) source: Option<&'a RawValue>,
    /// Its time, and its place among those of the same time.
    pub(super) sort: Vec<Value>,
}

/// What the answers for a window say is missing.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<String>);

impl Problems {
    pub(super) fn say(&mut self, what: &str) {
        if !self.0.iter().any(|said| said == what) {
            self.0.push(what.to_owned());
        }
    }

    pub(super) fn of_shards(&mut self, shards: &Shards) {
        if shards.failed > 0 {
            self.say(&format!("{} of {} shards failed", shards.failed, shards.total));
        }
    }

    pub(super) fn of_page(&mut self, page: &Page<'_>) {
        self.of_shards(&page.shards);
        if page.timed_out {
            self.say("the search timed out");
        }
        if page.terminated_early == Some(true) {
            self.say("the search was ended early");
        }
        let Clusters { skipped, partial, failed } = page.clusters;
        if skipped + partial + failed > 0 {
            self.say(&format!("{} clusters were not asked or did not answer in full", skipped + partial + failed));
        }
    }

    pub(super) fn state(self) -> State {
        if self.0.is_empty() { State::Complete } else { State::Partial(self.0.join("; ")) }
    }
}

/// Whether the search context is gone: it expired, or a node restarted.
pub(super) fn is_expired(failure: &Failure) -> bool {
    tells_of_lost_context(failure.body())
}

/// Whether asking the same again is of no use.
pub(super) fn is_final(_status: u16, body: &[u8]) -> bool {
    tells_of_lost_context(body) || contains(body, "No mapping found for [")
}

fn tells_of_lost_context(body: &[u8]) -> bool {
    contains(body, "search_context_missing_exception")
}

/// Whether the server is too old for `_shard_doc`.
pub(super) fn lacks_shard_doc(failure: &Failure) -> bool {
    contains(failure.body(), "No mapping found for [_shard_doc]")
}

fn contains(body: &[u8], words: &str) -> bool {
    memchr::memmem::find(body, words.as_bytes()).is_some()
}

/// A refusal with the innermost reason that its body gives.
pub(super) fn explained(failure: Failure, host: &str) -> Failure {
    let Ok(body) = serde_json::from_slice::<Value>(failure.body()) else { return failure };
    let error = &body["error"];
    let reason = [&error["root_cause"][0]["reason"], &error["caused_by"]["reason"], &error["reason"], error]
        .into_iter()
        .find_map(Value::as_str);
    let Some(reason) = reason else { return failure };
    let kind = error["root_cause"][0]["type"].as_str().or(error["type"].as_str()).unwrap_or("error");
    let words: Vec<&str> = reason.split_whitespace().collect();
    let said: String = words.join(" ").chars().take(300).collect();
    let status = failure.status().unwrap_or_default();
    let hint = match failure.kind {
        FailureKind::Refused => "see `index`, `time-field` and `query` of the source".to_owned(),
        _ => failure.hint.clone(),
    };
    Failure { what: format!("{host} answered {status}, {kind}: {said}"), hint, ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Answer;

    fn failure(status: u16, body: &str) -> Failure {
        let answer = Answer { status, headers: Default::default(), body: body.as_bytes().to_vec() };
        Failure { answer: Some(answer), ..Failure::new(FailureKind::Refused, "h answered", "") }
    }

    #[test]
    fn a_refusal_is_told_by_its_innermost_reason() {
        let body = r#"{"error":{"root_cause":[{"type":"parsing_exception","reason":"Unknown key\nfor a VALUE"}],
            "type":"search_phase_execution_exception","reason":"all shards failed"},"status":400}"#;
        let said = explained(failure(400, body), "h");
        assert_eq!(said.what, "h answered 400, parsing_exception: Unknown key for a VALUE");
        assert_eq!(
            explained(failure(401, r#"{"error":"no permissions"}"#), "h").what,
            "h answered 401, error: no permissions"
        );
        assert_eq!(explained(failure(400, "<html>"), "h").what, "h answered");
    }

    #[test]
    fn a_lost_context_and_an_old_version_are_told_apart() {
        let lost = failure(
            404,
            r#"{"error":{"root_cause":[{"type":"search_context_missing_exception","reason":"No search context found for id [5]"}]}}"#,
        );
        let old = failure(
            400,
            r#"{"error":{"root_cause":[{"type":"query_shard_exception","reason":"No mapping found for [_shard_doc] in order to sort on"}]}}"#,
        );
        assert_eq!((is_expired(&lost), lacks_shard_doc(&lost)), (true, false));
        assert_eq!((is_expired(&old), lacks_shard_doc(&old)), (false, true));
        assert!(is_final(503, lost.body()) && !is_final(503, b"busy"));
    }

    #[test]
    fn what_a_page_says_is_missing_is_all_told_and_once() {
        let body = r#"{"timed_out":true,"terminated_early":true,"_shards":{"total":5,"failed":2},"_clusters":{"total":2,"skipped":1},"hits":{"hits":[]}}"#;
        let page: Page<'_> = serde_json::from_str(body).expect("a page");
        let mut problems = Problems::default();
        problems.of_page(&page);
        problems.of_page(&page);
        let State::Partial(said) = problems.state() else { panic!("nothing is missing") };
        assert_eq!(
            said,
            "2 of 5 shards failed; the search timed out; the search was ended early; 1 clusters were not asked or did not answer in full"
        );
        assert_eq!(Problems::default().state(), State::Complete);
    }
}
