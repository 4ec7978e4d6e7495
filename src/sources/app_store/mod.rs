//! TestFlight's feedback, crashes and builds from App Store Connect in; rows of `feedback`, `crashes` and `deploys` out.
//!
//! Lists have no filter by date, so they are read newest first up to the first page that ends before the asked time.
//! E-mail addresses become pseudonyms here, by which the roster knows the testers; screenshots are not fetched.

mod builds;
mod pages;
mod submissions;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::formats::json_records::{at, text};
use super::formats::testflight;
use super::listing::{Listed, Listing, span};
use super::store::Store;
use super::{Pulled, Shared, not_begun};
use crate::config::Source;
use crate::config::source::AppStore;
use crate::net::jwt::SigningKey;
use crate::net::{Client, Failure, FailureKind};
use crate::tables::schema::TableName;

/// Seconds for which a token holds; Apple takes at most 20 minutes.
const LIFE_S: i64 = 15 * 60;
/// Seconds before its end at which a token is renewed.
const MARGIN_S: i64 = 3 * 60;

/// Pulls what a source asks of an app.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(
    source: &Source,
    from: &AppStore,
    shared: &Arc<Shared>,
    store: &Arc<Store>,
) -> anyhow::Result<Pulled> {
    let unusable = |what: String| {
        let hint = "`key` names the .p8 file of an App Store Connect key, or a variable that holds its text";
        Failure::new(FailureKind::Unauthorized, what, hint)
    };
    let key = from.key.resolve_lines(shared.env()).and_then(|pem| SigningKey::p256(pem.expose()));
    let made = key.map_err(unusable).and_then(|key| Ok((key, shared.client(&from.server, &[])?)));
    let (key, client) = match made {
        Ok(made) => made,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let mut listing = Listing::begin(source, shared, store);
    let ask = Asking {
        client: &client,
        from,
        key,
        since: from.since.or_else(|| span(&shared.plan, shared.now).map(|span| span.from)).unwrap_or(shared.now),
        look: listing.is_look(),
        token_ends: Cell::new(None),
        asked: Cell::new(None),
    };
    let file = format!("{}/app-store-connect:{}", source.name, from.app);
    let answer = match source.table {
        TableName::Feedback => ask.submissions("betaFeedbackScreenshotSubmissions", &shared.redactor).await,
        TableName::Crashes => ask.submissions("betaFeedbackCrashSubmissions", &shared.redactor).await,
        _ => ask.builds().await,
    };
    let reader = match source.table {
        TableName::Feedback => testflight::feedback_records,
        TableName::Crashes => testflight::crash_records,
        _ => builds::records,
    };
    let answer = answer.map(|gathered| Listed::read(gathered, &file, source, shared, reader));
    listing.take(&file, answer).await?;
    Ok(listing.end())
}

/// What every question needs.
struct Asking<'a> {
    client: &'a Client,
    from: &'a AppStore,
    key: SigningKey,
    /// Beginning of the time that is asked for.
    since: Timestamp,
    /// One page of each list is enough.
    look: bool,
    /// End of the token in use, seconds since the epoch by the system's clock.
    token_ends: Cell<Option<i64>>,
    /// When the last question went out.
    asked: Cell<Option<Instant>>,
}

impl Asking<'_> {
    /// The time of day on the system's clock, as far as it is known: it is what judges the token.
    fn their_time(&self) -> i64 {
        self.client.now().as_second() + self.client.skew_s().unwrap_or(0)
    }

    /// Signs a new token where there is none, or the one in use ends soon.
    fn keep_signed(&self) -> Result<(), Failure> {
        let now = self.their_time();
        if self.token_ends.get().is_some_and(|end| end - now > MARGIN_S) {
            return Ok(());
        }
        // Half a minute back, for clocks that differ.
        let mut claims = json!({"iat": now - 30, "exp": now - 30 + LIFE_S, "aud": "appstoreconnect-v1"});
        match &self.from.issuer {
            Some(issuer) => claims["iss"] = json!(issuer),
            None => claims["sub"] = json!("user"),
        }
        let token = self.key.sign(&self.from.key_id, &claims);
        let token = token.map_err(|what| Failure::new(FailureKind::Unauthorized, what, "see `key` of the source"))?;
        self.client.renew("authorization", &format!("Bearer {token}"));
        self.token_ends.set(Some(now - 30 + LIFE_S));
        Ok(())
    }

    /// The app's number.
    async fn app(&self) -> Result<String, Failure> {
        let named = self.from.app.as_str();
        if named.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(named.to_owned());
        }
        let mut url = self.client.url("v1/apps");
        url.query_pairs_mut().append_pair("filter[bundleId]", named).append_pair("fields[apps]", "bundleId");
        let answer: Value = self.get(&url).await?.json(self.client.host())?;
        let apps = at(&answer, "data").as_array().cloned().unwrap_or_default();
        // The filter also gives apps whose id only begins so.
        let own = apps.iter().find(|app| text(app, "attributes.bundleId").as_deref() == Some(named));
        let number = own.and_then(|app| text(app, "id")).filter(|id| id.bytes().all(|b| b.is_ascii_digit()));
        number.ok_or_else(|| {
            let hint = "see whether `app` is right, and whether the key may see this app";
            Failure::new(FailureKind::NotFound, format!("{} knows no app `{named}`", self.client.host()), hint)
        })
    }
}
