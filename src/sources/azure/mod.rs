//! A Log Analytics workspace in, log lines out. Each window is counted, then fetched in the order of time and compared.

mod answer;
mod row;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::keep::Rows;
use super::store::Store;
use super::windows::{self, Manner, Piece, State};
use super::{Pulled, Shared, limits, not_begun, silence};
use crate::config::Window;
use crate::config::source::azure::Identity;
use crate::config::source::{AzureLogs, Source};
use crate::coverage::Gap;
use crate::evidence::FileRecord;
use crate::net::token::{Grant, Proof, Tokens};
use crate::net::{Ask, Client, Failure};
use answer::Table;

/// Rows and bytes that are fetched at once: below the 500,000 rows and 100 MiB of the service.
const MOST_ROWS: u64 = 400_000;
const MOST_BYTES: u64 = 80_000_000;
/// Where the service gives less than it counts, or only a part, the window is cut into at most so many parts.
const PARTS: i64 = 16;
/// The finest time that the service knows.
const TICK: SignedDuration = SignedDuration::from_nanos(100);

/// Pulls the windows of a source.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(
    source: &Source,
    from: &AzureLogs,
    shared: &Arc<Shared>,
    store: &Arc<Store>,
) -> anyhow::Result<Pulled> {
    let made = shared.client(&from.server, &[]).and_then(|client| Ok((client, tokens(from, shared)?)));
    let (client, tokens) = match made {
        Ok(made) => made,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let manner = Manner { pulling: from.pulling, concurrent: from.server.concurrent, finest: TICK };
    let asking = Asking { client: &client, tokens: tokens.as_ref(), shared, from };
    let fetch = async |window| asking.window(window).await;
    windows::pull_and_review(source, shared, store, manner, fetch, async |records| review(source, records)).await
}

/// Where tokens come from, where the configuration has none itself.
fn tokens(from: &AzureLogs, shared: &Shared) -> Result<Option<Tokens>, Failure> {
    let entra = |tenant: &str, client: &str, proof| Grant::Entra {
        authority: from.authority.clone(),
        tenant: tenant.to_owned(),
        client: client.to_owned(),
        proof,
        scope: format!("{}/.default", from.audience),
    };
    let grant = match &from.identity {
        None => return Ok(None),
        Some(Identity::Secret { tenant, client, secret }) => entra(tenant, client, Proof::Secret(secret.clone())),
        Some(Identity::Federated { tenant, client, token }) => entra(tenant, client, Proof::Assertion(token.clone())),
        Some(Identity::Managed { client }) => {
            Grant::Managed { client: client.clone(), audience: from.audience.clone() }
        }
    };
    let ca_file = from.server.ca_file.as_deref();
    Tokens::new(grant, shared.env(), ca_file, &limits(&from.server), shared.now).map(Some)
}

/// What the workspace may have deleted before it was asked.
fn review(source: &Source, records: &[FileRecord]) -> Vec<Gap> {
    let Some(silence) = silence::at_the_beginning(records, source) else { return Vec::new() };
    let what =
        format!("{} to {}: there is no row; the workspace may not keep them that long", silence.from, silence.to);
    let hint = "see the retention of the tables; where the service began later, begin the baseline there";
    vec![Gap { what, hint: hint.to_owned() }]
}

struct Asking<'a> {
    client: &'a Client,
    tokens: Option<&'a Tokens>,
    shared: &'a Shared,
    from: &'a AzureLogs,
}

impl Asking<'_> {
    async fn window(&self, window: Window) -> Result<Piece, Failure> {
        let capped = || Piece { rows: Rows::Lines(Vec::new()), state: State::Capped };
        let counted = self.ask("summarize n = count(), bytes = sum(estimate_data_size(*))", window).await?;
        let Some((rows, bytes)) = counted.sums() else {
            if let Some(why) = counted.partial {
                return Ok(Piece { rows: Rows::Lines(Vec::new()), state: State::Partial(why) });
            }
            return Err(Failure::malformed(self.client.host(), "it does not count"));
        };
        let long = i128::from(self.from.pulling.window_s) * 1_000_000_000;
        let length = window.to.as_nanosecond() - window.from.as_nanosecond();
        if (rows > MOST_ROWS || bytes > MOST_BYTES) && length >= 2 * TICK.as_nanos() {
            return Ok(capped());
        }
        let mut problems: Vec<String> = counted.partial.into_iter().collect();
        let mut lines = Vec::new();
        if rows > 0 {
            let table = self.ask(SHAPE, window).await?;
            let found = row::write_all(&table, self.client.host(), &mut lines)?;
            problems.extend(table.partial);
            if found.rows < rows {
                problems.push(format!("{} of {rows} rows came", found.rows));
            }
            if !problems.is_empty() && length * i128::from(PARTS) > long {
                return Ok(capped());
            }
            if found.sampled > 0 {
                problems.push(format!("{} rows stand for several that sampling left out", found.sampled));
            }
        }
        let state = if problems.is_empty() { State::Complete } else { State::Partial(problems.join("; ")) };
        Ok(Piece { rows: Rows::Lines(lines), state })
    }

    /// What KQL makes of the rows of a window.
    async fn ask(&self, shape: &str, window: Window) -> Result<Table, Failure> {
        let time = |at: Timestamp| format!("{at:.7}");
        let (from, to) = (time(window.from), time(window.to));
        let query = format!(
            "{}\n| where TimeGenerated >= datetime({from}) and TimeGenerated < datetime({to})\n| {shape}",
            self.from.query
        );
        let url = self.client.url(&format!("v1/workspaces/{}/query", self.from.workspace));
        let wait = self.from.server.timeout.as_secs().clamp(1, 600);
        let ask = Ask::json(url, &json!({"query": query, "timespan": format!("{from}/{to}")}))
            .header("prefer", format!("wait={wait}"));
        let answer = match self.tokens {
            Some(tokens) => tokens.send(self.client, &ask, self.shared.env()).await,
            None => self.client.send(&ask).await,
        };
        let host = self.client.host();
        Table::read(&answer.map_err(|failure| answer::explained(failure, host))?, host)
    }
}

/// The line where a table has one as text, and everything else in one bag without empty columns: a table of exploded JSON
/// may have hundreds.
const SHAPE: &str = "project TimeGenerated, Line = strcat(tostring(column_ifexists('Log_s', '')), \
                     tostring(column_ifexists('Log', ''))), Bag = tostring(bag_remove_keys(pack_all(true), \
                     dynamic(['TimeGenerated', 'Log_s', 'Log'])))\n| order by TimeGenerated asc";
