//! What is asked for a window: the count, a search context, its pages, and its end, in both dialects.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::config::Window;
use crate::config::source::Search;
use crate::config::source::search::Dialect;
use crate::net::{Ask, Client};

/// How long a search context outlives a question.
const KEEP: &str = "2m";
/// Times with all their digits, in what is asked and in what comes back.
const FORMAT: &str = "strict_date_optional_time_nanos";

pub(super) struct Questions<'a> {
    pub(super) from: &'a Search,
    pub(super) window: Window,
}

impl Questions<'_> {
    pub(super) fn count(&self, client: &Client) -> Ask {
        let url = client.url(&format!("{}/_count", self.from.index));
        Ask::json(url, &json!({"query": self.condition()}))
    }

    pub(super) fn open(&self, client: &Client) -> Ask {
        let index = &self.from.index;
        let (path, partial) = match self.from.dialect {
            Dialect::Elasticsearch => (format!("{index}/_pit"), None),
            Dialect::OpenSearch => (format!("{index}/_search/point_in_time"), Some("allow_partial_pit_creation=false")),
        };
        let mut url = client.url(&path);
        let keep = format!("keep_alive={KEEP}");
        let query: Vec<&str> = [keep.as_str()].into_iter().chain(partial).collect();
        url.set_query(Some(&query.join("&")));
        Ask::json(url, &json!({}))
    }

    pub(super) fn close(&self, client: &Client, context: &str) -> Ask {
        match self.from.dialect {
            Dialect::Elasticsearch => Ask::json(client.url("_pit"), &json!({"id": context})),
            Dialect::OpenSearch => Ask::json(client.url("_search/point_in_time"), &json!({"pit_id": [context]})),
        }
        .deleting()
    }

    /// The next page behind `after`. Documents of the same time have an order of their own, so that none is left out
    /// between two pages.
    pub(super) fn page(
        &self,
        client: &Client,
        context: &str,
        size: u32,
        after: Option<&Vec<Value>>,
        by_id: bool,
    ) -> Ask {
        let mut url = client.url("_search");
        url.set_query(Some("allow_partial_search_results=false"));
        let time = json!({"order": "asc", "format": FORMAT, "numeric_type": "date_nanos"});
        let second = if by_id { "_id" } else { "_shard_doc" };
        let mut body = json!({
            "size": size,
            "track_total_hits": false,
            "pit": {"id": context, "keep_alive": KEEP},
            "query": self.condition(),
            "sort": [{&self.from.time_field: time}, {second: "asc"}],
        });
        if let Some(after) = after {
            body["search_after"] = Value::Array(after.clone());
        }
        Ask::json(url, &body).last_word(super::answer::is_final)
    }

    fn condition(&self) -> Value {
        let time = |at: Timestamp| format!("{at:.9}");
        let range = json!({"gte": time(self.window.from), "lt": time(self.window.to), "format": FORMAT});
        let mut all = vec![json!({"range": {&self.from.time_field: range}})];
        if let Some(query) = &self.from.query {
            all.push(json!({"query_string": {"query": query}}));
        }
        json!({"bool": {"filter": all}})
    }
}
