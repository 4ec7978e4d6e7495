//! How a run ended, for a dead-man's switch: one small file, replaced whole at the end of every run, failed ones too.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::delivery::{Delivery, Status};
use crate::output;

/// Version of the public JSON format.
const SCHEMA: &str = "cutover/status/1";

/// How often a run is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    Week,
    Day,
}

impl Every {
    /// The longest time until the next run has ended: its period, and half a day or a quarter of one for a machine
    /// that starts late, a clock change and the run itself.
    fn longest(self) -> SignedDuration {
        match self {
            Every::Week => SignedDuration::from_hours(7 * 24 + 12),
            Every::Day => SignedDuration::from_hours(24 + 6),
        }
    }
}

/// What a run came to. Filled as it goes, so that a run that fails half-way tells what it knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunStatus {
    pub schema: String,
    /// Such as `weekly`.
    pub command: String,
    /// The ISO week reported on, such as `2026-W32`; null for commands without one.
    pub week: Option<String>,
    pub started_at: Timestamp,
    pub finished_at: Timestamp,
    /// The exit code.
    pub exit: u8,
    /// What ended the run, where it did not end well.
    pub error: Option<String>,
    /// Sent now, or found sent before.
    pub delivered: Vec<Status>,
    /// Not arrived, or nobody knows.
    pub failed: Vec<Status>,
    /// What is missing or damaged of the sources.
    pub gaps: Vec<String>,
    /// When the next run should have ended at the latest; null for a run that no schedule starts.
    pub next_expected_by: Option<Timestamp>,
}

impl RunStatus {
    #[must_use]
    pub fn begin(command: &str, now: Timestamp) -> Self {
        RunStatus {
            schema: SCHEMA.to_owned(),
            command: command.to_owned(),
            week: None,
            started_at: now,
            finished_at: now,
            exit: 1,
            error: None,
            delivered: Vec::new(),
            failed: Vec::new(),
            gaps: Vec::new(),
            next_expected_by: None,
        }
    }

    /// Says how often a run like this is expected.
    pub fn expect(&mut self, every: Every) {
        self.next_expected_by = self.started_at.checked_add(every.longest()).ok();
    }

    /// Adds what became of deliveries; a dry run adds nothing.
    pub fn take(&mut self, deliveries: &[Delivery]) {
        let real = deliveries.iter().filter(|d| !matches!(d.outcome, crate::delivery::Outcome::DryRun { .. }));
        for delivery in real {
            if delivery.failed() { &mut self.failed } else { &mut self.delivered }.push(delivery.status());
        }
    }

    /// Writes the file at the end of the run.
    ///
    /// # Errors
    /// When it cannot be written; the old one then stands as it was.
    pub fn write(mut self, path: &Path, finished: Timestamp, exit: u8, error: Option<String>) -> anyhow::Result<()> {
        self.finished_at = finished;
        self.exit = exit;
        self.error = error;
        let mut bytes = serde_json::to_vec_pretty(&self)?;
        bytes.push(b'\n');
        output::new_file(path, &bytes, true)
    }
}

#[cfg(test)]
mod tests {
    use super::{Every, RunStatus};
    use crate::delivery::{Delivery, Outcome};

    #[test]
    fn a_failed_run_tells_what_it_knows_and_replaces_the_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("status.json");
        let now = "2026-08-10T07:00:00Z".parse().expect("a time");
        let of = |outcome: Outcome| Delivery {
            target: "team".to_owned(),
            way: "smtp",
            place: "mail".to_owned(),
            key: "2026-W32".to_owned(),
            outcome,
            notes: Vec::new(),
        };
        let mut status = RunStatus::begin("weekly", now);
        status.expect(Every::Week);
        status.take(&[
            of(Outcome::Delivered { attempts: 2 }),
            of(Outcome::Failed { why: "refused".to_owned(), attempts: 3 }),
            of(Outcome::DryRun { what: "x".to_owned() }),
        ]);
        status.clone().write(&path, now, 6, Some("delivery failed".to_owned())).expect("written");
        let read: RunStatus = serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
        assert_eq!((read.exit, read.delivered.len(), read.failed.len()), (6, 1, 1));
        assert_eq!(read.failed[0].why, "refused");
        assert_eq!(read.next_expected_by.map(|t| t.to_string()).as_deref(), Some("2026-08-17T19:00:00Z"));
        status.write(&path, now, 0, None).expect("replaced");
        let read: RunStatus = serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
        assert_eq!((read.exit, read.error), (0, None));
    }
}
