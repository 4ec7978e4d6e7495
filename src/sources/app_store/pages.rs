//! Pages of a list of App Store Connect, slowly enough for both of its limits.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use super::super::formats::json_records::{at, text};
use super::super::listing::gathered::Gathered;
use super::super::listing::pages::Pages;
use super::Asking;
use crate::coverage::Gap;
use crate::net::{Answer, Ask, Failure, FailureKind, Url};

/// Shortest time between two questions: more than four a second meet a limit that is not documented.
const APART: Duration = Duration::from_millis(250);

impl Asking<'_> {
    /// All records of a list that is newest first, up to the page that ends before the asked time. `finish` adds to each
    /// what came with it (`included`).
    ///
    /// # Errors
    /// Where not even the first page came.
    pub(super) async fn list(
        &self,
        first: Url,
        time: &str,
        finish: impl Fn(&mut Value, &[Value]),
    ) -> Result<Gathered, Failure> {
        let mut gathered = Gathered::default();
        let mut pages = Pages::default();
        let (mut next, mut total, mut whole) = (first, 0, false);
        while pages.go_on(next.as_str(), &mut gathered) {
            let page = match self.page(&next).await {
                Ok(page) => page,
                Err(failure) if gathered.fetched > 0 => {
                    gathered.lacks([Gap { what: failure.what, hint: failure.hint }]);
                    return Ok(gathered);
                }
                Err(failure) => return Err(failure),
            };
            total = page.total.unwrap_or(total);
            let (count, mut fresh) = (page.records.len(), 0);
            let before = |record: &Value| {
                text(record, time).and_then(|at| at.parse::<Timestamp>().ok()).is_some_and(|at| at < self.since)
            };
            let past = page.records.last().is_some_and(before);
            for mut record in page.records {
                if before(&record) {
                    gathered.leave();
                    fresh += 1;
                } else {
                    finish(&mut record, &page.included);
                    fresh += usize::from(gathered.take(text(&record, "id"), text(&record, time), record));
                }
            }
            if past || self.look {
                return Ok(gathered);
            }
            let Some(named) = page.next else {
                whole = count == 0 || Pages::is_sound(count, fresh, &mut gathered);
                break;
            };
            if !Pages::is_sound(count, fresh, &mut gathered) {
                break;
            }
            next = named;
        }
        let have = gathered.len() as u64 + gathered.outside;
        if whole && have < total {
            gathered.lack(format!("{have} of {total} records came"), "collect again");
        }
        Ok(gathered)
    }

    async fn page(&self, url: &Url) -> Result<Page, Failure> {
        let host = self.client.host();
        let mut value: Value = self.get(url).await?.json(host)?;
        let list = |value: &mut Value, key: &str| match value.get_mut(key).map(Value::take) {
            Some(Value::Array(all)) => Some(all),
            _ => None,
        };
        let records = list(&mut value, "data").ok_or_else(|| Failure::malformed(host, "there is no list `data`"))?;
        let included = list(&mut value, "included").unwrap_or_default();
        let next = text(&value, "links.next").map(|next| {
            url.join(&next).ok().filter(|url| self.client.owns(url)).ok_or_else(|| {
                let hint = "name the address that it names itself in the source's `url`";
                Failure::new(FailureKind::Redirected, format!("{host} names a next page on another host"), hint)
            })
        });
        Ok(Page { records, included, total: at(&value, "meta.paging.total").as_u64(), next: next.transpose()? })
    }

    /// One answer, with a token that holds. A refused token is signed once more: the answer tells the other side's clock.
    pub(super) async fn get(&self, url: &Url) -> Result<Answer, Failure> {
        let mut again = true;
        loop {
            if let Some(left) = self.asked.get().and_then(|at| APART.checked_sub(at.elapsed())) {
                tokio::time::sleep(left).await;
            }
            self.asked.set(Some(Instant::now()));
            self.keep_signed()?;
            match self.client.send(&Ask::get(url.clone(), &[])).await {
                Err(failure) if failure.kind == FailureKind::Unauthorized && again => {
                    again = false;
                    self.token_ends.set(None);
                }
                answer => return answer.map_err(explained),
            }
        }
    }
}

struct Page {
    records: Vec<Value>,
    included: Vec<Value>,
    total: Option<u64>,
    next: Option<Url>,
}

/// What to do where Apple's answer means something of its own.
fn explained(failure: Failure) -> Failure {
    let hint = match failure.kind {
        FailureKind::Unauthorized => {
            "see whether `key-id`, `issuer` (of a team's key only) and `key` belong together, the key was not revoked, and \
             this machine's clock is right"
                .to_owned()
        }
        FailureKind::Forbidden => {
            "give the key the role Developer, App Manager or Admin, which may read feedback; Apple also refuses while an \
             agreement waits to be accepted"
                .to_owned()
        }
        FailureKind::Throttled => {
            let limit = failure.answer.as_ref().and_then(|answer| answer.header("x-rate-limit")).map(str::to_owned);
            match limit {
                Some(limit) => format!("try again later; Apple says {limit}"),
                None => return failure,
            }
        }
        _ => return failure,
    };
    Failure { hint, ..failure }
}
