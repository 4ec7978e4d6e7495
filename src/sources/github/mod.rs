//! A repository of GitHub in, rows of `bugs`, `ci` and `deploys` out.
//!
//! Lists are asked for page by page up to their end; where an answer says how many records there are, that is compared.

mod artifacts;
mod check_runs;
mod deployments;
mod issues;
mod pages;
mod zipped;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::formats;
use super::listing::{Listed, Listing, span};
use super::store::Store;
use super::{Pulled, Shared, not_begun};
use crate::config::Source;
use crate::config::source::GitHub;
use crate::config::source::github::What;
use crate::net::Client;

/// Headers of every request besides the credentials.
const HEADERS: [(&str, &str); 2] = [("accept", "application/vnd.github+json"), ("x-github-api-version", "2022-11-28")];
/// How long before the baseline deployments are asked for: a check looks back to the stage before.
const DEPLOYMENTS_BEFORE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Pulls what a source asks of a repository.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(source: &Source, from: &GitHub, shared: &Arc<Shared>, store: &Arc<Store>) -> anyhow::Result<Pulled> {
    let client = match shared.client(&from.server, &HEADERS) {
        Ok(client) => client,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let begin = span(&shared.plan, shared.now).map_or(shared.now, |span| span.from);
    let before = |time: SignedDuration| from.since.unwrap_or_else(|| begin.checked_sub(time).unwrap_or(begin));
    let mut listing = Listing::begin(source, shared, store);
    let ask = Asking {
        client: &client,
        repo: &from.repo,
        since: before(SignedDuration::ZERO),
        now: shared.now,
        concurrent: from.server.concurrent.max(1),
        look: listing.is_look(),
    };
    let file = format!("{}/github:{}", source.name, from.repo);
    let read = |gathered, reader| Listed::read(gathered, &file, source, shared, reader);
    match &from.what {
        What::Issues { labels } => {
            let answer = ask.issues(labels).await.map(|g| read(g, formats::github_issues::records));
            listing.take(&file, answer).await?;
        }
        What::CheckRuns { commits, branch } => {
            let commit = shared.plan.stage.commit.as_deref();
            let answer = ask.check_runs(commits, branch.as_deref(), commit).await;
            listing.take(&file, answer.map(|g| read(g, formats::check_runs::records))).await?;
        }
        What::Deployments => {
            let answer = ask.deployments(before(DEPLOYMENTS_BEFORE)).await;
            listing.take(&file, answer.map(|g| read(g, formats::deployments::records))).await?;
        }
        What::Artifacts { names } => artifacts::pull(&ask, names, &file, source, shared, &mut listing).await?,
    }
    Ok(listing.end())
}

/// What every question needs.
struct Asking<'a> {
    client: &'a Client,
    repo: &'a str,
    /// Beginning of the time that is asked for.
    since: Timestamp,
    now: Timestamp,
    concurrent: usize,
    /// One page of each list is enough.
    look: bool,
}
