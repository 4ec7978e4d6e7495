//! Issues of Sentry in, rows of `bugs` out; and events that nobody handled in, rows of `crashes` out.

mod crashes;
mod issues;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::formats::github_issues;
use super::formats::json_records::text;
use super::listing::gathered::Gathered;
use super::listing::link::link;
use super::listing::pages::Pages;
use super::listing::{Listed, Listing, span};
use super::store::Store;
use super::{Pulled, Shared, not_begun};
use crate::config::Source;
use crate::config::source::Sentry;
use crate::coverage::Gap;
use crate::net::{Answer, Ask, Client, Failure, FailureKind, Url};
use crate::tables::schema::TableName;

/// Pulls what a source asks of a project.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(source: &Source, from: &Sentry, shared: &Arc<Shared>, store: &Arc<Store>) -> anyhow::Result<Pulled> {
    let client = match shared.client(&from.server, &[("accept", "application/json")]) {
        Ok(client) => client,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let mut listing = Listing::begin(source, shared, store);
    let since = from.since.or_else(|| span(&shared.plan, shared.now).map(|span| span.from)).unwrap_or(shared.now);
    let ask = Asking { client: &client, from, since, now: shared.now, look: listing.is_look() };
    let file = format!("{}/sentry:{}/{}", source.name, from.organization, from.project);
    let answer = if source.table == TableName::Bugs {
        ask.issues().await.map(|g| Listed::read(g, &file, source, shared, github_issues::records))
    } else {
        let crashes = ask.crashes(&shared.redactor).await;
        crashes.map(|g| Listed::read(g, &file, source, shared, crashes::records))
    };
    listing.take(&file, answer).await?;
    Ok(listing.end())
}

struct Asking<'a> {
    client: &'a Client,
    from: &'a Sentry,
    since: Timestamp,
    now: Timestamp,
    /// One page is enough.
    look: bool,
}

impl Asking<'_> {
    /// An address with the asked time; Sentry reads times without a zone as UTC.
    fn url(&self, path: &str, more: &[(&str, &str)]) -> Url {
        let mut url = self.client.url(&format!("api/0/{path}/"));
        let time = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        url.query_pairs_mut()
            .append_pair("start", &time(self.since))
            .append_pair("end", &time(self.now))
            .extend_pairs(more);
        url
    }

    /// Every record of a list; `take` keeps one and says whether it is new.
    ///
    /// # Errors
    /// Where not even the first page came.
    async fn list(&self, first: Url, mut take: impl FnMut(Value, &mut Gathered) -> bool) -> Result<Gathered, Failure> {
        let (mut gathered, mut pages, mut next) = (Gathered::default(), Pages::default(), first);
        while pages.go_on(next.as_str(), &mut gathered) {
            let (records, following) = match self.page(&next).await {
                Ok(page) => page,
                Err(failure) if gathered.fetched > 0 => {
                    gathered.lacks([Gap { what: failure.what, hint: failure.hint }]);
                    break;
                }
                Err(failure) => return Err(failure),
            };
            let count = records.len();
            let fresh = records.into_iter().filter(|record| take(record.clone(), &mut gathered)).count();
            if self.look {
                break;
            }
            let Some(following) = following else {
                if count > 0 {
                    Pages::is_sound(count, fresh, &mut gathered);
                }
                break;
            };
            if !Pages::is_sound(count, fresh, &mut gathered) {
                break;
            }
            next = following;
        }
        Ok(gathered)
    }

    /// The records of a page, and the page after it. A link stands there at the end, too, and says that it is the end.
    async fn page(&self, url: &Url) -> Result<(Vec<Value>, Option<Url>), Failure> {
        let host = self.client.host();
        let answer = self.get(url).await?;
        let Value::Array(records) = answer.json(host)? else {
            return Err(Failure::malformed(host, "it is no list"));
        };
        let Some(next) = answer.header("link").and_then(|header| link(header, "next")) else {
            return Err(Failure::malformed(host, "the header `Link` is missing, which says whether there is more"));
        };
        if next.parameters.get("results").map(String::as_str) != Some("true") {
            return Ok((records, None));
        }
        let own = url.join(&next.target).ok().filter(|url| self.client.owns(url));
        let own = own.ok_or_else(|| {
            let hint = "name the address that it names itself in the source's `url`, as https://us.sentry.io";
            Failure::new(FailureKind::Redirected, format!("{host} names a next page on another host"), hint)
        })?;
        Ok((records, Some(own)))
    }

    async fn get(&self, url: &Url) -> Result<Answer, Failure> {
        self.client.send(&Ask::get(url.clone(), &[]).slow_down(limited)).await.map_err(explained)
    }
}

/// A used-up limit says with the answer when it is filled again, in seconds since the epoch.
fn limited(answer: &Answer, now: Timestamp) -> Option<Duration> {
    if answer.status != 429 {
        return None;
    }
    let reset: i64 = answer.header("x-sentry-rate-limit-reset")?.parse().ok()?;
    Some(Duration::from_secs((reset - now.as_second()).max(0).unsigned_abs()))
}

/// What to do where Sentry's answer means something of its own.
fn explained(failure: Failure) -> Failure {
    let hint = match failure.kind {
        FailureKind::Forbidden => "give the token the scopes event:read, project:read and org:read",
        FailureKind::NotFound => "see `organization`, `project` and the region in `url`, as https://de.sentry.io",
        _ => return failure,
    };
    Failure { hint: hint.to_owned(), ..failure }
}

/// A time of a record.
fn time(record: &Value, path: &str) -> Option<Timestamp> {
    text(record, path)?.parse().ok()
}
