//! Pages of a list of GitHub's interface.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::super::formats::json_records::{at, text};
use super::super::listing::gathered::Gathered;
use super::super::listing::link::link;
use super::super::listing::pages::Pages;
use super::Asking;
use crate::coverage::Gap;
use crate::net::{Answer, Ask, Failure, FailureKind, Url};

/// Records of a page; the most that GitHub gives.
const PER_PAGE: usize = 100;
/// Least wait after the answer that too much was asked in a short time; GitHub's own advice.
const SECONDARY: Duration = Duration::from_secs(60);

/// A list: where its records stand in an answer, and what orders them.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    /// Key of the records; none where the answer is the list itself.
    pub(super) key: Option<&'static str>,
    /// The time that orders them.
    pub(super) time: &'static str,
    /// The list is newest first, and records before this time are not asked for.
    pub(super) until: Option<Timestamp>,
}

impl Asking<'_> {
    /// An address below the repository's.
    pub(super) fn url(&self, path: &str) -> Url {
        self.client.url(&format!("repos/{}/{path}", self.repo))
    }

    /// All records of a list. What came before a page failed stays, and the gap is told.
    ///
    /// # Errors
    /// Where not even the first page came.
    pub(super) async fn list(&self, path: &str, query: &[(&str, &str)], list: List) -> Result<Gathered, Failure> {
        let mut gathered = Gathered::default();
        let mut pages = Pages::default();
        let mut total = 0;
        let mut page = 1;
        let mut next = self.first(path, query);
        while pages.go_on(next.as_str(), &mut gathered) {
            let answer = match self.page(&next, list).await {
                Ok(answer) => answer,
                Err(failure) if gathered.fetched > 0 => {
                    gathered.lacks([gap(failure)]);
                    return Ok(gathered);
                }
                Err(failure) => return Err(failure),
            };
            total = answer.total.unwrap_or(total);
            let count = answer.records.len();
            let (inside, older) = split(answer.records, list);
            let fresh = gathered.page(inside, "id", list.time);
            (0..older).for_each(|_| gathered.leave());
            if self.look {
                return Ok(gathered);
            }
            // Another page may stand behind a full one although no link says so: something before GitHub may drop it.
            let named = answer.next.is_some();
            if count > 0 && older == count || count == 0 && !named {
                break;
            }
            if !Pages::is_sound(count, fresh + older, &mut gathered) || !named && count < PER_PAGE {
                break;
            }
            page += 1;
            next = match answer.next {
                Some(next) => next,
                None => self.numbered(path, query, page),
            };
        }
        let have = gathered.len() as u64 + gathered.outside;
        if have < total && list.until.is_none() {
            let what = format!("{have} of {total} records of {path} came");
            gathered.lack(what, "collect again; GitHub gives no more than 1,000 check suites of a commit");
        }
        Ok(gathered)
    }

    fn first(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.url(path);
        url.query_pairs_mut().extend_pairs(query).append_pair("per_page", &PER_PAGE.to_string());
        url
    }

    fn numbered(&self, path: &str, query: &[(&str, &str)], page: usize) -> Url {
        let mut url = self.first(path, query);
        url.query_pairs_mut().append_pair("page", &page.to_string());
        url
    }

    async fn page(&self, url: &Url, list: List) -> Result<Page, Failure> {
        let answer = self.get(url).await?;
        let mut value: Value = answer.json(self.client.host())?;
        let total = at(&value, "total_count").as_u64();
        let records = match list.key {
            Some(key) => value.get_mut(key).map(Value::take).unwrap_or_default(),
            None => value,
        };
        let Value::Array(records) = records else {
            let what = format!("there is no list of {}", list.key.unwrap_or("records"));
            return Err(Failure::malformed(self.client.host(), &what));
        };
        let next = answer.header("link").and_then(|header| link(header, "next"));
        let next = next.map(|next| self.own(url, &next.target)).transpose()?;
        Ok(Page { records, total, next })
    }

    /// A page's address, which must be of the same system.
    fn own(&self, from: &Url, target: &str) -> Result<Url, Failure> {
        let url = from.join(target).ok().filter(|url| self.client.owns(url));
        url.ok_or_else(|| {
            let what = format!("{} names a next page on another host", self.client.host());
            Failure::new(FailureKind::Redirected, what, "name the address that it names itself in the source's `url`")
        })
    }

    /// One answer.
    pub(super) async fn get(&self, url: &Url) -> Result<Answer, Failure> {
        let ask = Ask::get(url.clone(), &[]).slow_down(secondary);
        self.client.send(&ask).await.map_err(explained)
    }

    /// How many records a list has, as GitHub counts them.
    pub(super) async fn count(&self, path: &str, query: &[(&str, &str)]) -> Result<u64, Failure> {
        let mut url = self.url(path);
        url.query_pairs_mut().extend_pairs(query).append_pair("per_page", "1");
        let value: Value = self.get(&url).await?.json(self.client.host())?;
        let total = at(&value, "total_count").as_u64();
        total.ok_or_else(|| Failure::malformed(self.client.host(), "there is no `total_count`"))
    }
}

struct Page {
    records: Vec<Value>,
    total: Option<u64>,
    next: Option<Url>,
}

/// Records of the asked time, and how many are older.
fn split(records: Vec<Value>, list: List) -> (Vec<Value>, usize) {
    let Some(until) = list.until else { return (records, 0) };
    let count = records.len();
    let time = |record: &Value| text(record, list.time)?.parse::<Timestamp>().ok();
    // One without a time is looked at further on.
    let inside: Vec<Value> = records.into_iter().filter(|r| time(r).is_none_or(|at| at >= until)).collect();
    let older = count - inside.len();
    (inside, older)
}

/// The secondary limit says in words only that it was reached.
fn secondary(answer: &Answer, _: Timestamp) -> Option<Duration> {
    let text = String::from_utf8_lossy(&answer.body).to_lowercase();
    let said = ["secondary rate limit", "abuse detection"].iter().any(|words| text.contains(words));
    (matches!(answer.status, 403 | 429) && said).then_some(SECONDARY)
}

/// What to do where GitHub's answer means something of its own.
pub(super) fn explained(failure: Failure) -> Failure {
    let hint = match failure.kind {
        FailureKind::NotFound => "see whether `repo` is right; GitHub says so, too, where the token may not see it",
        FailureKind::Forbidden => "give the token the right to read issues, actions, checks and deployments",
        _ => return failure,
    };
    Failure { hint: hint.to_owned(), ..failure }
}

/// A failure as a gap.
pub(super) fn gap(failure: Failure) -> Gap {
    Gap { what: failure.what, hint: failure.hint }
}
