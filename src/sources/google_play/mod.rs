//! What Google Play counts of an app's testers in; rows of `crashes` out: a row for each day and build with crashes.
//!
//! The counts have a threshold: a build without figures is a gap and never "no crashes". Reviews of testers do not exist in
//! any interface of Google's, so `feedback` is always a gap and never "no feedback".

mod account;
mod days;

use std::cell::Cell;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::formats::json_records::{at, text};
use super::listing::gathered::Gathered;
use super::listing::pages::Pages;
use super::listing::{Listed, Listing, span};
use super::store::Store;
use super::{Pulled, Shared, not_begun};
use crate::config::source::GooglePlay;
use crate::config::{RunPlan, Source};
use crate::coverage::Gap;
use crate::net::{Answer, Ask, Client, Failure, FailureKind};
use crate::tables::schema::TableName;
use account::Account;

/// Rows of a page; the most that Google gives is ten times as much.
const PAGE: u32 = 1000;

/// Pulls what a source asks of an app.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(
    source: &Source,
    from: &GooglePlay,
    shared: &Arc<Shared>,
    store: &Arc<Store>,
) -> anyhow::Result<Pulled> {
    if source.table == TableName::Feedback {
        return Ok(not_begun(source, shared, store, no_reviews()));
    }
    let hint = "install the time zone database (Debian's tzdata)";
    let zone = days::zone().map_err(|what| Failure::new(FailureKind::Refused, what, hint));
    let made = zone.and_then(|zone| Ok((zone, Account::read(from, shared)?, shared.client(&from.server, &[])?)));
    let (zone, account, client) = match made {
        Ok(made) => made,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let mut listing = Listing::begin(source, shared, store);
    let since = from.since.or_else(|| span(&shared.plan, shared.now).map(|span| span.from)).unwrap_or(shared.now);
    let plan = &shared.plan;
    let ask = Asking { client: &client, account, from, plan, since, now: shared.now, zone, ends: Cell::new(0) };
    let file = format!("{}/google-play:{}", source.name, from.app);
    let answer = ask.crashes().await.map(|g| Listed::read(g, &file, source, shared, days::records));
    listing.take(&file, answer).await?;
    Ok(listing.end())
}

/// Why there is no feedback of testers.
fn no_reviews() -> Failure {
    let what = "feedback of testers is not available from this API: Google gives reviews of production versions only, \
                and of the last week only";
    let hint = "export the testers' feedback from the Play Console and name the file in a source of kind `files`";
    Failure::new(FailureKind::Refused, what, hint)
}

struct Asking<'a> {
    client: &'a Client,
    account: Account,
    from: &'a GooglePlay,
    plan: &'a RunPlan,
    since: Timestamp,
    now: Timestamp,
    zone: TimeZone,
    /// End of the token in use, seconds since the epoch; 0 where there is none.
    ends: Cell<i64>,
}

impl Asking<'_> {
    /// Days and builds with crashes among testers.
    async fn crashes(&self) -> Result<Gathered, Failure> {
        let latest = self.latest().await?;
        let (start, now) = (days::of(self.since, &self.zone), days::of(self.now, &self.zone));
        let end = latest.min(now);
        let mut gathered = Gathered::default();
        // The first day after the beta, or after what there is of it.
        let last =
            self.plan.stage.beta.to.min(self.now).checked_sub(SignedDuration::from_millis(1)).unwrap_or(self.now);
        let last = days::of(last, &self.zone);
        let wanted = last.tomorrow().unwrap_or(last);
        if end < wanted {
            let what =
                format!("Google Play has figures before {end} (days of Los Angeles), the beta goes on to {last}");
            gathered.lack(what, "collect again in two or three days");
        }
        let mut builds = std::collections::BTreeSet::new();
        let (mut pages, mut token) = (Pages::default(), String::new());
        while end > start && pages.go_on(&token, &mut gathered) {
            let page = match self.page(start, end, &token).await {
                Ok(page) => page,
                Err(failure) if gathered.fetched > 0 => {
                    gathered.lacks([Gap { what: failure.what, hint: failure.hint }]);
                    break;
                }
                Err(failure) => return Err(failure),
            };
            let rows = at(&page, "rows").as_array().cloned().unwrap_or_default();
            let mut fresh = 0;
            for row in &rows {
                fresh += usize::from(self.take(row, &mut gathered, &mut builds)?);
            }
            let Some(next) = text(&page, "nextPageToken") else {
                if !rows.is_empty() {
                    Pages::is_sound(rows.len(), fresh, &mut gathered);
                }
                break;
            };
            if !Pages::is_sound(rows.len(), fresh, &mut gathered) {
                break;
            }
            token = next;
        }
        let candidate = &self.plan.stage.candidate;
        if !builds.contains(candidate) {
            let what = format!(
                "Google Play has no figures of testers for build {candidate}: fewer people than its threshold use it, or none"
            );
            gathered.lack(what, "rely on device logs and Sentry for this build; this is not \"no crashes\"");
        }
        Ok(gathered)
    }

    /// Takes a row of a day and a build; whether it is new. A build without crashes on that day is left aside.
    fn take(
        &self,
        row: &Value,
        gathered: &mut Gathered,
        builds: &mut std::collections::BTreeSet<String>,
    ) -> Result<bool, Failure> {
        let malformed = |what: &str| Failure::malformed(self.client.host(), what);
        let day = days::read(at(row, "startTime")).ok_or_else(|| malformed("a row has no day"))?;
        let of = |list: &str, key: &str, name: &str| {
            at(row, list).as_array()?.iter().find(|entry| text(entry, key).as_deref() == Some(name)).cloned()
        };
        let build = of("dimensions", "dimension", "versionCode").and_then(|d| text(&d, "int64Value"));
        let build = build.ok_or_else(|| malformed("a row names no build"))?;
        let value = |name: &str| text(&of("metrics", "metric", name)?, "decimalValue.value")?.parse::<f64>().ok();
        builds.insert(build.clone());
        let Some(rate) = value("crashRate") else {
            let what = format!("Google Play gives no crash rate of testers for build {build} on {day}");
            gathered.lack(what, "collect again; a rate that is missing is not \"no crashes\"");
            gathered.leave();
            return Ok(true);
        };
        if rate <= 0.0 {
            gathered.leave();
            return Ok(true);
        }
        let record = days::record(day, &build, rate, value("distinctUsers"), self.plan.stage.beta, &self.zone);
        Ok(gathered.take(Some(format!("{day} {build}")), Some(day.to_string()), record))
    }

    /// The first day of which there are no figures yet.
    async fn latest(&self) -> Result<jiff::civil::Date, Failure> {
        let url = self.client.url(&format!("v1beta1/apps/{}/crashRateMetricSet", self.from.app));
        let set: Value = self.send(&Ask::get(url, &[])).await?.json(self.client.host())?;
        let all = at(&set, "freshnessInfo.freshnesses").as_array().cloned().unwrap_or_default();
        let daily = all.iter().find(|f| text(f, "aggregationPeriod").as_deref() == Some("DAILY"));
        daily
            .and_then(|daily| days::read(at(daily, "latestEndTime")))
            .ok_or_else(|| Failure::malformed(self.client.host(), "it does not say up to when there are figures"))
    }

    async fn page(&self, start: jiff::civil::Date, end: jiff::civil::Date, token: &str) -> Result<Value, Failure> {
        let mut body = json!({
            "timelineSpec": {"aggregationPeriod": "DAILY", "startTime": days::write(start), "endTime": days::write(end)},
            "dimensions": ["versionCode"],
            "metrics": ["crashRate", "distinctUsers"],
            // Without it, the figures are those of the public.
            "userCohort": "APP_TESTERS",
            "pageSize": PAGE,
        });
        if !token.is_empty() {
            body["pageToken"] = json!(token);
        }
        let url = self.client.url(&format!("v1beta1/apps/{}/crashRateMetricSet:query", self.from.app));
        let page: Value = self.send(&Ask::json(url, &body)).await?.json(self.client.host())?;
        let rows = at(&page, "rows");
        if !page.is_object() || !(rows.is_null() || rows.is_array()) {
            return Err(Failure::malformed(self.client.host(), "there is no list `rows`"));
        }
        Ok(page)
    }

    /// One answer, with a token that holds. A refused token is asked for anew once.
    async fn send(&self, ask: &Ask) -> Result<Answer, Failure> {
        let mut again = true;
        loop {
            if self.ends.get() <= self.client.now().as_second() {
                let (token, ends) = self.account.token().await?;
                self.client.renew("authorization", &format!("Bearer {token}"));
                self.ends.set(ends);
            }
            match self.client.send(ask).await {
                Err(failure) if failure.kind == FailureKind::Unauthorized && again => {
                    again = false;
                    self.ends.set(0);
                }
                answer => return answer.map_err(explained),
            }
        }
    }
}

/// What to do where Google's answer means something of its own.
fn explained(failure: Failure) -> Failure {
    let hint = match failure.kind {
        FailureKind::Forbidden => {
            "invite the service account in the Play Console with the right to view app information, and enable the \
             Google Play Developer Reporting API in its project"
        }
        FailureKind::NotFound => "see `app`, the package name",
        _ => return failure,
    };
    Failure { hint: hint.to_owned(), ..failure }
}
