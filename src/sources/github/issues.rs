//! Issues: those that are open, whenever they were made, and those that changed since the baseline began.

use jiff::SignedDuration;

use super::super::listing::gathered::Gathered;
use super::Asking;
use super::pages::{List, gap};
use crate::net::Failure;

const ISSUES: List = List { key: None, time: "created_at", until: None };
/// Records of a page: a longer list may move while it is read.
const PAGE: u64 = 100;
/// Clocks differ by less.
const CLOCKS: SignedDuration = SignedDuration::from_secs(60);

impl Asking<'_> {
    /// Issues with any of the labels, all where none is named. GitHub's own `labels` means all of them, so each is a
    /// question of its own.
    pub(super) async fn issues(&self, labels: &[String]) -> Result<Gathered, Failure> {
        let begun = self.client.now();
        let mut all = self.issues_once(labels).await?;
        // An issue that is closed moves those behind it to the page before, where they may be missed. Twice is unlikely.
        if all.fetched > PAGE && all.is_whole() && !self.look {
            match self.changed_since(begun).await {
                Ok(false) => {}
                Ok(true) => all.add(self.issues_once(labels).await?),
                Err(failure) => all.lacks([gap(failure)]),
            }
        }
        Ok(all)
    }

    async fn issues_once(&self, labels: &[String]) -> Result<Gathered, Failure> {
        let none = [String::new()];
        let mut all = Gathered::default();
        for label in if labels.is_empty() { &none } else { labels } {
            let since = self.since.to_string();
            // Open ones first: one that is closed in between has changed, and is in the second answer.
            let open = [("state", "open"), ("sort", "created"), ("direction", "asc")];
            let changed = [("state", "all"), ("since", &*since), ("sort", "updated"), ("direction", "asc")];
            for query in [&open[..], &changed[..]] {
                let mut query = query.to_vec();
                if !label.is_empty() {
                    query.push(("labels", label));
                }
                match self.list("issues", &query, ISSUES).await {
                    Ok(listed) => all.add(listed),
                    Err(failure) if all.is_empty() => return Err(failure),
                    Err(failure) => {
                        all.lacks([gap(failure)]);
                        return Ok(all);
                    }
                }
            }
        }
        Ok(all)
    }

    async fn changed_since(&self, begun: jiff::Timestamp) -> Result<bool, Failure> {
        let skew = SignedDuration::from_secs(self.client.skew_s().unwrap_or(0));
        let from = begun.checked_add(skew).and_then(|at| at.checked_sub(CLOCKS)).unwrap_or(begun).to_string();
        let query = [("state", "all"), ("since", &*from), ("sort", "updated"), ("direction", "asc")];
        Ok(!self.list("issues", &query, ISSUES).await?.is_empty())
    }
}
