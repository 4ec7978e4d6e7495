//! Issues of Jira Cloud in, rows of `bugs` out.
//!
//! Pages are named by a token; a count of them does not exist, so their end is where Jira says it is.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
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
use crate::config::source::Jira;
use crate::coverage::Gap;
use crate::net::{Ask, Client, Failure, FailureKind};

/// Fields that are asked for; without them Jira gives the number only.
const FIELDS: [&str; 8] =
    ["summary", "status", "priority", "labels", "issuetype", "created", "updated", "resolutiondate"];
/// Times of a question are in the zone of who asks, which is not known: it asks for a day more, and the rest is left out.
const ZONES: SignedDuration = SignedDuration::from_hours(24);

/// Pulls the issues of a source.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(source: &Source, from: &Jira, shared: &Arc<Shared>, store: &Arc<Store>) -> anyhow::Result<Pulled> {
    let client = match shared.client(&from.server, &[("accept", "application/json")]) {
        Ok(client) => client,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let mut listing = Listing::begin(source, shared, store);
    let since = from.since.or_else(|| span(&shared.plan, shared.now).map(|span| span.from)).unwrap_or(shared.now);
    let ask = Asking { client: &client, from, since, look: listing.is_look() };
    let file = format!("{}/jira:{}", source.name, client.host());
    let answer = ask.issues().await.map(|g| Listed::read(g, &file, source, shared, github_issues::records));
    listing.take(&file, answer).await?;
    Ok(listing.end())
}

struct Asking<'a> {
    client: &'a Client,
    from: &'a Jira,
    since: Timestamp,
    look: bool,
}

impl Asking<'_> {
    /// Open issues, whenever they were made, and those that changed since.
    async fn issues(&self) -> Result<Gathered, Failure> {
        let (mut gathered, mut pages, mut unknown) = (Gathered::default(), Pages::default(), Unknown::default());
        let mut token = String::new();
        while pages.go_on(&token, &mut gathered) {
            let page = match self.page(&token).await {
                Ok(page) => page,
                Err(failure) if gathered.fetched > 0 => {
                    gathered.lacks([Gap { what: failure.what, hint: failure.hint }]);
                    break;
                }
                Err(failure) => return Err(failure),
            };
            let issues = at(&page, "issues").as_array().cloned().unwrap_or_default();
            let mut fresh = 0;
            for issue in &issues {
                fresh += usize::from(self.take(issue, &mut gathered, &mut unknown));
            }
            let last = at(&page, "isLast").as_bool() == Some(true);
            let Some(next) = text(&page, "nextPageToken").filter(|_| !last && !self.look) else {
                if at(&page, "isLast").as_bool() == Some(false) && !self.look {
                    gathered.lack("Jira says that there is more and does not name the next page", "collect again");
                } else if !issues.is_empty() {
                    Pages::is_sound(issues.len(), fresh, &mut gathered);
                }
                break;
            };
            if !Pages::is_sound(issues.len(), fresh, &mut gathered) {
                break;
            }
            token = next;
        }
        unknown.tell(&mut gathered);
        Ok(gathered)
    }

    /// Takes an issue of the asked time; whether it is new.
    fn take(&self, issue: &Value, gathered: &mut Gathered, unknown: &mut Unknown) -> bool {
        let open = text(issue, "fields.status.statusCategory.key").as_deref() != Some("done");
        let time = |name: &str| time(&text(issue, &format!("fields.{name}"))?);
        if !open && time("updated").is_some_and(|at| at < self.since) {
            gathered.leave();
            return true;
        }
        let key = text(issue, "key");
        let base = self.client.url("").to_string();
        let labels = at(issue, "fields.labels").as_array().cloned().unwrap_or_default();
        let kind = text(issue, "fields.issuetype.name").map(|kind| kind.to_lowercase());
        let bug = Bug {
            id: key.clone().unwrap_or_default(),
            title: text(issue, "fields.summary"),
            open,
            labels: labels.iter().filter_map(|l| l.as_str().map(str::to_owned)).chain(kind).collect(),
            priority: text(issue, "fields.priority.name"),
            created: time("created"),
            // It was closed before it was last changed, so at the latest then.
            closed: if open { None } else { time("resolutiondate").or_else(|| time("updated")) },
            url: key.as_ref().map(|key| format!("{}/browse/{key}", base.trim_end_matches('/'))),
        };
        let created = bug.created.map(|at| at.to_string());
        gathered.take(key, created, bug.record(&self.from.priorities, unknown))
    }

    async fn page(&self, token: &str) -> Result<Value, Failure> {
        let from = self.since.checked_sub(ZONES).unwrap_or(self.since).strftime("%Y-%m-%d %H:%M");
        let jql = format!(
            "{} AND (statusCategory != Done OR updated >= \"{from}\") ORDER BY created ASC, key ASC",
            self.from.jql
        );
        let mut body = json!({"jql": jql, "maxResults": 100, "fields": FIELDS});
        if !token.is_empty() {
            body["nextPageToken"] = json!(token);
        }
        let url = self.client.url("rest/api/3/search/jql");
        let answer = self.client.send(&Ask::json(url, &body)).await.map_err(explained)?;
        let page: Value = answer.json(self.client.host())?;
        if !at(&page, "issues").is_array() {
            return Err(Failure::malformed(self.client.host(), "there is no list `issues`"));
        }
        Ok(page)
    }
}

/// Jira's times have an offset without a colon.
fn time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok())
}

/// What to do where Jira's answer means something of its own.
fn explained(failure: Failure) -> Failure {
    let hint = match failure.kind {
        FailureKind::Unauthorized => "`user` is the e-mail address of the account, `password` its API token",
        FailureKind::Refused => "see `project` and `jql` of the source",
        FailureKind::NotFound => "`url` is the site's own, as https://acme.atlassian.net",
        _ => return failure,
    };
    Failure { hint: hint.to_owned(), ..failure }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn an_offset_without_a_colon_is_read() {
        let at = time("2026-11-20T10:00:00.123+0200").expect("a time");
        assert_eq!(at.to_string(), "2026-11-20T08:00:00.123Z");
        assert_eq!(time("2026-11-20T10:00:00.000Z").expect("a time").to_string(), "2026-11-20T10:00:00Z");
        assert_eq!(time("yesterday"), None);
    }
}
