//! Documents of an Elasticsearch or OpenSearch in, log lines out: page by page over one state of the index, and compared
//! with what the server counts.

mod answer;
mod document;
mod questions;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::SignedDuration;
use xxhash_rust::xxh3::xxh3_128;

use super::keep::Rows;
use super::store::Store;
use super::windows::{self, Manner, Piece, State};
use super::{Pulled, Shared, not_begun, silence};
use crate::config::Window;
use crate::config::source::{Search, Source};
use crate::coverage::Gap;
use crate::evidence::FileRecord;
use crate::net::{Ask, Client, Failure, FailureKind};
use answer::{Counted, Opened, Page, Problems};
use questions::Questions;

/// Documents of one piece: more are asked for in halves of the time, so that memory stays flat.
const MOST: u64 = 200_000;
/// How often a window begins anew when its search context has expired.
const BEGINNINGS: usize = 3;
/// Where pages lack documents that the server counts, the window is cut into at most so many parts.
const PARTS: i64 = 16;

/// Pulls the windows of a source.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(source: &Source, from: &Search, shared: &Arc<Shared>, store: &Arc<Store>) -> anyhow::Result<Pulled> {
    let client = match shared.client(&from.server, &[]) {
        Ok(client) => client,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let finest = SignedDuration::from_millis(1);
    let manner = Manner { pulling: from.pulling, concurrent: from.server.concurrent, finest };
    let asking = Asking { client: &client, from, by_id: AtomicBool::new(false) };
    let fetch = async |window| asking.window(window).await;
    let host = client.host().to_owned();
    windows::pull_and_review(source, shared, store, manner, fetch, async |records| review(source, records, &host)).await
}

/// What the index may have lost before it was asked.
fn review(source: &Source, records: &[FileRecord], host: &str) -> Vec<Gap> {
    let Some(silence) = silence::at_the_beginning(records, source) else { return Vec::new() };
    let what =
        format!("{} to {}: there is no document; {host} may have deleted what is so old", silence.from, silence.to);
    let hint = "see how long the index keeps documents; where the service began later, begin the baseline there";
    vec![Gap { what, hint: hint.to_owned() }]
}

struct Asking<'a> {
    client: &'a Client,
    from: &'a Search,
    /// The server has no `_shard_doc`, so documents of the same time are in the order of their ids.
    by_id: AtomicBool,
}

/// The documents of a window as they come in.
#[derive(Default)]
struct Gathered {
    lines: Vec<u8>,
    seen: HashSet<u128>,
    problems: Problems,
}

impl Asking<'_> {
    async fn window(&self, window: Window) -> Result<Piece, Failure> {
        let mut beginning = 1;
        loop {
            match self.once(window).await {
                Err(failure) if answer::is_expired(&failure) && beginning < BEGINNINGS => beginning += 1,
                Err(failure) if answer::is_expired(&failure) => {
                    let what = format!("{}'s search context expired {BEGINNINGS} times", self.client.host());
                    let hint = "ask for smaller pages with `limit`, or for a shorter `window`";
                    return Err(Failure::new(FailureKind::Server, what, hint));
                }
                piece => return piece,
            }
        }
    }

    /// A window over one state of the index.
    async fn once(&self, window: Window) -> Result<Piece, Failure> {
        let questions = Questions { from: self.from, window };
        let host = self.client.host();
        // Counted first: what arrives meanwhile makes the pages longer, never the count.
        let reply = self.send(&questions.count(self.client)).await?;
        let counted: Counted = reply.json(host)?;
        if counted.shards.total == 0 {
            let what = format!("{host} has no index `{}`", self.from.index);
            return Err(Failure::new(FailureKind::NotFound, what, "see `index` of the source"));
        }
        let mut gathered = Gathered::default();
        gathered.problems.of_shards(&counted.shards);
        if counted.count > MOST && window.to_ms() - window.from_ms() > 1 {
            return Ok(Piece { rows: Rows::Lines(Vec::new()), state: State::Capped });
        }
        if counted.count > 0 {
            let opened: Opened = self.send(&questions.open(self.client)).await?.json(host)?;
            gathered.problems.of_shards(&opened.shards);
            let mut context = opened.id;
            let read = self.pages(&questions, &mut context, counted.count, &mut gathered).await;
            // A server has room for few contexts. Where it cannot be asked any more, this one ends by itself.
            let _ = self.client.send(&questions.close(self.client, &context).once()).await;
            read?;
        }
        Ok(self.piece(window, counted.count, gathered))
    }

    /// Reads pages until there are no more; `context` is the latest name of the search context.
    async fn pages(
        &self,
        questions: &Questions<'_>,
        context: &mut String,
        counted: u64,
        gathered: &mut Gathered,
    ) -> Result<(), Failure> {
        let (mut size, mut after, mut barren) = (self.from.page, None, 0);
        loop {
            let by_id = self.by_id.load(Ordering::Relaxed);
            let ask = questions.page(self.client, context, size, after.as_ref(), by_id);
            let reply = match self.send(&ask).await {
                Err(failure) if failure.kind == FailureKind::TooLarge && size > 1 => {
                    size /= 2;
                    continue;
                }
                Err(failure) if failure.kind == FailureKind::TooLarge => {
                    // One document: no shorter time makes it smaller.
                    return Err(Failure {
                        kind: FailureKind::Refused,
                        hint: "raise `max-bytes`".to_owned(),
                        ..failure
                    });
                }
                Err(failure) if !by_id && answer::lacks_shard_doc(&failure) => {
                    self.by_id.store(true, Ordering::Relaxed);
                    continue;
                }
                reply => reply?,
            };
            let page: Page<'_> = reply.json(self.client.host())?;
            if let Some(renewed) = &page.pit_id {
                context.clone_from(renewed);
            }
            gathered.problems.of_page(&page);
            let (before, hits) = (gathered.seen.len(), page.hits.hits.len());
            for hit in &page.hits.hits {
                let Some(source) = hit.source else {
                    gathered.problems.say("documents have no _source");
                    continue;
                };
                if gathered.seen.insert(xxh3_128(format!("{}\0{}", hit.index, hit.id).as_bytes())) {
                    document::write(source, hit, &self.from.time_field, &mut gathered.lines);
                }
            }
            barren = if gathered.seen.len() == before { barren + 1 } else { 0 };
            let enough = (hits as u32) < size && gathered.seen.len() as u64 >= counted;
            // A server that gives the same page again and again must not be asked for ever.
            if hits == 0 || enough || barren > 1 {
                return Ok(());
            }
            after = page.hits.hits.last().map(|hit| hit.sort.clone());
        }
    }

    fn piece(&self, window: Window, counted: u64, gathered: Gathered) -> Piece {
        let found = gathered.seen.len() as u64;
        let mut problems = gathered.problems;
        if found < counted {
            let length = window.to_ms() - window.from_ms();
            if length > 1 && length * PARTS > self.from.pulling.window_s * 1000 {
                return Piece { rows: Rows::Lines(Vec::new()), state: State::Capped };
            }
            problems.say(&format!("{found} of {counted} documents came"));
        }
        let state = problems.state();
        Piece { rows: Rows::Lines(gathered.lines), state }
    }

    async fn send(&self, ask: &Ask) -> Result<crate::net::Answer, Failure> {
        self.client.send(ask).await.map_err(|failure| answer::explained(failure, self.client.host()))
    }
}
