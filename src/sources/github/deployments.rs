//! Deployments, each with its statuses.

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use serde_json::Value;

use super::super::formats::json_records::text;
use super::super::listing::gathered::Gathered;
use super::Asking;
use super::pages::{List, gap};
use crate::net::Failure;

const STATUSES: List = List { key: None, time: "created_at", until: None };

impl Asking<'_> {
    /// Deployments since a time. One whose statuses are missing is left out: without them it says nothing of what it came
    /// to.
    pub(super) async fn deployments(&self, since: Timestamp) -> Result<Gathered, Failure> {
        let list = List { key: None, time: "created_at", until: Some(since) };
        let mut all = self.list("deployments", &[], list).await?;
        let most = if self.look { 1 } else { usize::MAX };
        let questions = all.drain().into_iter().take(most).map(|record| self.with_statuses(record));
        let mut answers = stream::iter(questions).buffered(self.concurrent);
        while let Some(answer) = answers.next().await {
            match answer {
                Ok((record, statuses)) => {
                    all.take(text(&record, "id"), text(&record, "created_at"), record);
                    all.lacks(statuses.into_records().1);
                }
                Err(failure) if all.is_empty() => return Err(failure),
                Err(failure) => {
                    all.lacks([gap(failure)]);
                    break;
                }
            }
        }
        Ok(all)
    }

    async fn with_statuses(&self, mut record: Value) -> Result<(Value, Gathered), Failure> {
        let mut statuses = Gathered::default();
        match text(&record, "id") {
            Some(id) if id.bytes().all(|b| b.is_ascii_digit()) => {
                statuses = self.list(&format!("deployments/{id}/statuses"), &[], STATUSES).await?;
            }
            _ => statuses.lack("a deployment has no number", "tell the system's makers"),
        }
        record["statuses"] = statuses.iter().cloned().collect();
        Ok((record, statuses))
    }
}
