//! Log lines of a ClickHouse table in, envelopes of `logs` out.
//!
//! The table is described once and asked for what it has. A window counts as complete when the server counts as many rows
//! as it gave, and a server that leaves shards out is told not to.

mod answer;
mod table;

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::OnceCell;

use super::keep::Rows;
use super::store::Store;
use super::windows::{self, Manner, Piece, State};
use super::{Pulled, Shared, not_begun};
use crate::config::Window;
use crate::config::source::{ClickHouse, Source};
use crate::net::{Ask, Client, Failure, FailureKind};
use answer::{exception, explained};
use table::LogTable;

/// Settings of every query. A profile may say otherwise, and an answer without a shard would look whole.
const SETTINGS: [(&str, &str); 4] = [
    ("skip_unavailable_shards", "0"),
    ("wait_end_of_query", "1"),
    ("output_format_json_quote_64bit_integers", "1"),
    ("enable_http_compression", "1"),
];

/// Pulls the windows of a source.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(
    source: &Source,
    from: &ClickHouse,
    shared: &Arc<Shared>,
    store: &Arc<Store>,
) -> anyhow::Result<Pulled> {
    let client = match shared.client(&from.server, &[]) {
        Ok(client) => client,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let manner = Manner {
        pulling: from.pulling,
        concurrent: from.server.concurrent,
        // A table may keep whole seconds only.
        finest: SignedDuration::from_secs(1),
    };
    let ask = Asking { client: &client, from, table: OnceCell::new() };
    windows::pull(source, shared, store, manner, async |window| ask.window(window).await).await
}

struct Asking<'a> {
    client: &'a Client,
    from: &'a ClickHouse,
    table: OnceCell<LogTable>,
}

impl Asking<'_> {
    async fn window(&self, window: Window) -> Result<Piece, Failure> {
        let table = self.table.get_or_try_init(|| self.describe()).await?;
        let only = self.from.only.as_deref();
        let body = self.ask(&format!("{} FORMAT JSONEachRow", table.rows(window, only))).await?;
        let (lines, given) = table.lines(&body, self.client.host())?;
        let said = self.ask(&format!("{} FORMAT TabSeparated", table.count(window, only))).await?;
        let counted: u64 = String::from_utf8_lossy(&said)
            .trim()
            .parse()
            .map_err(|_| Failure::malformed(self.client.host(), "it gave something else than a number of rows"))?;
        let state = if given < counted {
            State::Partial(format!("it counts {counted} rows and gave {given}"))
        } else {
            State::Complete
        };
        Ok(Piece { rows: Rows::Lines(lines), state })
    }

    async fn describe(&self) -> Result<LogTable, Failure> {
        let name = table::qualified(&self.from.database, &self.from.log_table);
        let body = self.ask(&format!("DESCRIBE TABLE {name} FORMAT JSONEachRow")).await?;
        LogTable::of(name, &body, &self.from.columns, self.client.host())
    }

    async fn ask(&self, sql: &str) -> Result<Vec<u8>, Failure> {
        match self.ask_with(sql, &SETTINGS).await {
            // A profile that only reads may take no setting at all.
            Err(failure) if exception(failure.body()) == Some(164) => self.ask_with(sql, &[]).await,
            answer => answer,
        }
    }

    async fn ask_with(&self, sql: &str, settings: &[(&str, &str)]) -> Result<Vec<u8>, Failure> {
        let mut url = self.client.url("/");
        if !settings.is_empty() {
            url.query_pairs_mut().extend_pairs(settings);
        }
        let ask = Ask::text(url, sql).last_word(answer::is_last_word);
        let answer = self.client.send(&ask).await.map_err(|failure| explained(failure, self.client.host()))?;
        let tail = &answer.body[answer.body.len().saturating_sub(answer::TAIL)..];
        if let Some(said) = answer::broken_off(tail) {
            let what = format!("{} failed in the middle of its answer: {said}", self.client.host());
            let kind = answer::kind(&said).unwrap_or(FailureKind::Server);
            return Err(Failure::new(kind, what, "nothing of the broken answer was used; collect again"));
        }
        Ok(answer.body)
    }
}
