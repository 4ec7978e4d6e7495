//! Issues of Linear in, rows of `bugs` out.
//!
//! One GraphQL question, page by page by its cursor; errors may come under 200, and a used-up limit under 400.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::formats::github_issues;
use super::formats::json_records::{at, text};
use super::listing::bug::{Bug, Unknown};
use super::listing::gathered::Gathered;
use super::listing::pages::Pages;
use super::listing::{Listed, Listing, span};
use super::store::Store;
use super::{Pulled, Shared, not_begun};
use crate::config::Source;
use crate::config::source::Linear;
use crate::coverage::Gap;
use crate::net::{Answer, Ask, Client, Failure, FailureKind};

/// Labels of an issue count towards the cost of the question, so pages are small.
const QUESTION: &str = "query($filter:IssueFilter,$after:String){issues(first:50,after:$after,orderBy:createdAt,\
    includeArchived:true,filter:$filter){nodes{id identifier title priority priorityLabel createdAt updatedAt completedAt \
    canceledAt archivedAt state{type} labels(first:50){nodes{name} pageInfo{hasNextPage}} url} \
    pageInfo{hasNextPage endCursor}}}";
/// Least wait after a used-up limit that does not say when it is filled again.
const LIMIT: Duration = Duration::from_secs(60);

/// Pulls the issues of a source.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(source: &Source, from: &Linear, shared: &Arc<Shared>, store: &Arc<Store>) -> anyhow::Result<Pulled> {
    let hint = "set the variable or write the file that `key` names";
    let key = from.key.as_ref().map(|key| key.resolve(shared.env())).transpose();
    let key = key.map_err(|what| Failure::new(FailureKind::Unauthorized, what, hint));
    let made = key.and_then(|key| {
        // A person's own key is sent as it is, without a word before it.
        let more: Vec<(&str, &str)> = key.iter().map(|key| ("authorization", key.expose())).collect();
        shared.client(&from.server, &more)
    });
    let client = match made {
        Ok(client) => client,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let mut listing = Listing::begin(source, shared, store);
    let since = from.since.or_else(|| span(&shared.plan, shared.now).map(|span| span.from)).unwrap_or(shared.now);
    let ask = Asking { client: &client, from, since, look: listing.is_look() };
    let file = format!("{}/linear:{}", source.name, from.team.as_deref().unwrap_or("all"));
    let answer = ask.issues().await.map(|g| Listed::read(g, &file, source, shared, github_issues::records));
    listing.take(&file, answer).await?;
    Ok(listing.end())
}

struct Asking<'a> {
    client: &'a Client,
    from: &'a Linear,
    since: Timestamp,
    look: bool,
}

impl Asking<'_> {
    async fn issues(&self) -> Result<Gathered, Failure> {
        let (mut gathered, mut pages, mut unknown) = (Gathered::default(), Pages::default(), Unknown::default());
        let mut cursor = String::new();
        while pages.go_on(&cursor, &mut gathered) {
            let page = match self.page(&cursor, &mut gathered).await {
                Ok(page) => page,
                Err(failure) if gathered.fetched > 0 => {
                    gathered.lacks([Gap { what: failure.what, hint: failure.hint }]);
                    break;
                }
                Err(failure) => return Err(failure),
            };
            let nodes = at(&page, "nodes").as_array().cloned().unwrap_or_default();
            let mut fresh = 0;
            for issue in &nodes {
                fresh += usize::from(self.take(issue, &mut gathered, &mut unknown));
            }
            if self.look {
                break;
            }
            if at(&page, "pageInfo.hasNextPage").as_bool() != Some(true) {
                if at(&page, "pageInfo.hasNextPage").is_null() {
                    gathered.lack("Linear does not say whether there is another page", "collect again");
                } else if !nodes.is_empty() {
                    Pages::is_sound(nodes.len(), fresh, &mut gathered);
                }
                break;
            }
            if !Pages::is_sound(nodes.len(), fresh, &mut gathered) {
                break;
            }
            cursor = text(&page, "pageInfo.endCursor").unwrap_or_default();
        }
        unknown.tell(&mut gathered);
        Ok(gathered)
    }

    fn take(&self, issue: &Value, gathered: &mut Gathered, unknown: &mut Unknown) -> bool {
        let time = |name: &str| text(issue, name)?.parse::<Timestamp>().ok();
        let id = text(issue, "identifier");
        let labels = at(issue, "labels.nodes").as_array().cloned().unwrap_or_default();
        if at(issue, "labels.pageInfo.hasNextPage").as_bool() == Some(true) {
            let what = format!("{} has more labels than were asked for", id.clone().unwrap_or_default());
            gathered.lack(what, "take labels away from it; 50 are read");
        }
        let closed = matches!(text(issue, "state.type").as_deref(), Some("completed" | "canceled" | "duplicate"));
        let bug = Bug {
            id: id.clone().unwrap_or_default(),
            title: text(issue, "title"),
            open: !closed,
            labels: labels.iter().filter_map(|l| text(l, "name")).collect(),
            // Zero is "no priority".
            priority: text(issue, "priorityLabel").filter(|_| at(issue, "priority").as_f64() != Some(0.0)),
            created: time("createdAt"),
            // It was closed before it was last changed, so at the latest then.
            closed: if closed { ["completedAt", "canceledAt", "updatedAt"].into_iter().find_map(time) } else { None },
            url: text(issue, "url"),
        };
        let created = bug.created.map(|at| at.to_string());
        gathered.take(id, created, bug.record(&self.from.priorities, unknown))
    }

    /// Issues that are not done, whenever they were made, and those that changed since.
    fn filter(&self) -> Value {
        let mut filter = json!({"or": [
            {"updatedAt": {"gte": self.since.to_string()}},
            {"state": {"type": {"nin": ["completed", "canceled", "duplicate"]}}},
        ]});
        if let Some(team) = &self.from.team {
            filter["team"] = json!({"key": {"eq": team}});
        }
        if !self.from.labels.is_empty() {
            filter["labels"] = json!({"name": {"in": self.from.labels}});
        }
        filter
    }

    async fn page(&self, cursor: &str, gathered: &mut Gathered) -> Result<Value, Failure> {
        let host = self.client.host();
        let after = (!cursor.is_empty()).then_some(cursor);
        let body = json!({"query": QUESTION, "variables": {"filter": self.filter(), "after": after}});
        let ask = Ask::json(self.client.url("graphql"), &body).slow_down(limited);
        let answer = self.client.send(&ask).await.map_err(explained)?;
        let mut value: Value = answer.json(host)?;
        let said: Vec<String> =
            at(&value, "errors").as_array().into_iter().flatten().filter_map(|e| text(e, "message")).collect();
        let there = at(&value, "data.issues.nodes").is_array();
        if !there && said.is_empty() {
            return Err(Failure::malformed(host, "there is no list `data.issues.nodes`"));
        }
        if !there {
            let what = format!("{host} refuses the question: {}", self.client.clean(&said.join("; ")));
            return Err(Failure::new(FailureKind::Refused, what, "see `team`, `labels` and what the key may read"));
        }
        if !said.is_empty() {
            gathered.lack(
                format!("{host} says that something is missing: {}", self.client.clean(&said.join("; "))),
                "collect again",
            );
        }
        Ok(value["data"]["issues"].take())
    }
}

/// A used-up limit comes as 400; its reset is in milliseconds since the epoch.
fn limited(answer: &Answer, now: Timestamp) -> Option<Duration> {
    let said = String::from_utf8_lossy(&answer.body).contains("RATELIMITED");
    if answer.status != 400 || !said {
        return None;
    }
    let names = ["x-ratelimit-requests-reset", "x-ratelimit-complexity-reset"];
    let reset = names.iter().filter_map(|name| answer.header(name)?.parse::<i64>().ok()).max();
    let left = reset.map(|ms| ms - now.as_millisecond()).filter(|ms| *ms > 0);
    Some(left.map_or(LIMIT, |ms| Duration::from_millis(ms.unsigned_abs())))
}

/// What to do where Linear's answer means something of its own.
fn explained(failure: Failure) -> Failure {
    let hint = match failure.kind {
        FailureKind::Unauthorized => "`key` is a person's own key (it is sent without `Bearer`), `token` one of OAuth",
        FailureKind::Refused => "see `team` and `labels` of the source",
        _ => return failure,
    };
    Failure { hint: hint.to_owned(), ..failure }
}
