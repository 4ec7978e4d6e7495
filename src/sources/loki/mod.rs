//! A Loki in, log lines out. Its interface has no pages: an answer that is as long as it may be is asked for again in
//! halves.

mod answer;
mod limits;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::SignedDuration;

use super::keep::Rows;
use super::store::Store;
use super::windows::{self, Manner, Piece, State};
use super::{Pulled, Shared, not_begun, silence};
use crate::config::Window;
use crate::config::source::{Loki, Source};
use crate::coverage::Gap;
use crate::evidence::FileRecord;
use crate::net::{Answer, Ask, Client, Failure};
use answer::Reply;

/// Asks for structured metadata and parsed fields apart from the labels of a stream.
const CATEGORIZE: (&str, &str) = ("x-loki-response-encoding-flags", "categorize-labels");

/// Pulls the windows of a source.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(source: &Source, from: &Loki, shared: &Arc<Shared>, store: &Arc<Store>) -> anyhow::Result<Pulled> {
    let tenant: Vec<(&str, &str)> = from.tenant.iter().map(|tenant| ("x-scope-orgid", tenant.as_str())).collect();
    let client = match shared.client(&from.server, &tenant) {
        Ok(client) => client,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let manner =
        Manner { pulling: from.pulling, concurrent: from.server.concurrent, finest: SignedDuration::from_nanos(1) };
    let ask = Asking { client: &client, query: &from.query, limit: AtomicU32::new(from.limit) };
    let fetch = async |window| ask.window(window).await;
    windows::pull_and_review(source, shared, store, manner, fetch, async |records| ask.review(source, records).await)
        .await
}

struct Asking<'a> {
    client: &'a Client,
    query: &'a str,
    /// Most entries of one answer, as the server allows them.
    limit: AtomicU32,
}

impl Asking<'_> {
    async fn window(&self, window: Window) -> Result<Piece, Failure> {
        let limit = self.limit.load(Ordering::Relaxed);
        match self.entries(window, limit).await {
            Err(failure) => match limits::entries_allowed(&failure).filter(|allowed| *allowed < limit) {
                Some(allowed) => {
                    self.limit.fetch_min(allowed, Ordering::Relaxed);
                    self.piece(self.entries(window, allowed).await, window, allowed)
                }
                None => Err(limits::explained(failure)),
            },
            answer => self.piece(answer, window, limit),
        }
    }

    async fn entries(&self, window: Window, limit: u32) -> Result<Answer, Failure> {
        let (start, end) = (window.from.as_nanosecond().to_string(), window.to.as_nanosecond().to_string());
        let fields = [
            ("query", self.query),
            ("start", &start),
            ("end", &end),
            ("limit", &limit.to_string()),
            ("direction", "forward"),
        ];
        let ask = Ask::get(self.client.url("loki/api/v1/query_range"), &fields).header(CATEGORIZE.0, CATEGORIZE.1);
        self.client.send(&ask).await
    }

    fn piece(&self, answer: Result<Answer, Failure>, window: Window, limit: u32) -> Result<Piece, Failure> {
        let host = self.client.host();
        let answer = answer.map_err(limits::explained)?;
        let reply = Reply::read(&answer, host)?;
        let state = if reply.count >= u64::from(limit) {
            State::Capped
        } else if reply.warnings.is_empty() {
            State::Complete
        } else {
            State::Partial(reply.warnings.join("; "))
        };
        Ok(Piece { rows: Rows::Lines(reply.lines(window)), state })
    }

    /// What the server leaves out without a word: what is older than it looks back, or was kept for.
    async fn review(&self, source: &Source, records: &[FileRecord]) -> Vec<Gap> {
        if records.is_empty() {
            return Vec::new();
        }
        let reach = self.reach().await;
        if let Some(lost) = reach.lookback_ms.and_then(|ms| silence::out_of_reach(records, ms)) {
            let what = format!(
                "{} to {}: {} does not look back that far (max_query_lookback), and answers as if nothing was there",
                lost.from,
                lost.to,
                self.client.host()
            );
            return vec![Gap { what, hint: "raise max_query_lookback of the tenant, or collect earlier".to_owned() }];
        }
        let Some(silence) = silence::at_the_beginning(records, source).filter(|_| !reach.keeps_all_of(records)) else {
            return Vec::new();
        };
        let what = format!(
            "{} to {}: there is no line, and it is not known whether {} keeps lines that long",
            silence.from,
            silence.to,
            self.client.host()
        );
        let hint = "see how long the tenant keeps lines (max_query_lookback, retention_period); where the service began \
                    later, begin the baseline there";
        vec![Gap { what, hint: hint.to_owned() }]
    }

    /// How far back the server gives lines, where it says so.
    async fn reach(&self) -> limits::Reach {
        let ask = Ask::get(self.client.url("loki/api/v1/drilldown-limits"), &[]);
        match self.client.send(&ask).await {
            Ok(answer) => limits::Reach::read(&answer.body),
            // Not every version has it, and not every way in leads to it.
            Err(_) => limits::Reach::default(),
        }
    }
}
