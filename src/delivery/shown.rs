//! Deliveries as sentences and as data.

use serde::{Deserialize, Serialize};

use super::{Delivery, Outcome, Parcel, clean};

/// A delivery as the status file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub target: String,
    /// smtp | slack | teams | webhook | folder
    pub kind: String,
    pub key: String,
    /// delivered | already delivered | failed | unsure | dry run
    pub state: String,
    pub attempts: u32,
    /// Why it failed; empty where it did not.
    pub why: String,
    pub notes: Vec<String>,
}

impl Delivery {
    /// The delivery as data.
    #[must_use]
    pub fn status(&self) -> Status {
        let (state, attempts, why) = match &self.outcome {
            Outcome::Delivered { attempts } => ("delivered", *attempts, ""),
            Outcome::Already { .. } => ("already delivered", 0, ""),
            Outcome::Failed { why, attempts } => ("failed", *attempts, why.as_str()),
            Outcome::Unsure { why, attempts } => ("unsure", *attempts, why.as_str()),
            Outcome::DryRun { .. } => ("dry run", 0, ""),
        };
        Status {
            target: self.target.clone(),
            kind: self.way.to_owned(),
            key: self.key.clone(),
            state: state.to_owned(),
            attempts,
            why: why.to_owned(),
            notes: self.notes.clone(),
        }
    }

    /// The delivery as one line for a person.
    #[must_use]
    pub fn sentence(&self) -> String {
        let (key, target) = (&self.key, format!("{} ({}, {})", self.target, self.way, self.place));
        let times = |n: u32| match n {
            0 => "without an attempt".to_owned(),
            1 => "after 1 attempt".to_owned(),
            n => format!("after {n} attempts"),
        };
        let mut said = match &self.outcome {
            Outcome::Delivered { attempts: 1 } => format!("{key} was delivered to {target}"),
            Outcome::Delivered { attempts } => format!("{key} was delivered to {target} {}", times(*attempts)),
            Outcome::Already { at } => format!("{key} was delivered to {target} before, at {at}"),
            Outcome::Failed { why, attempts } => {
                format!("{key} was not delivered to {target} {}: {why}", times(*attempts))
            }
            Outcome::Unsure { why, attempts } => {
                format!("{key} may or may not have reached {target} {}: {why}", times(*attempts))
            }
            Outcome::DryRun { what } => format!("{key} would go to {target}: {what}"),
        };
        for note in &self.notes {
            said.push_str(&format!("; {note}"));
        }
        clean::line(&said, 2000)
    }
}

/// What a parcel holds, for a dry run.
pub(super) fn would_send(parcel: &Parcel) -> String {
    let mut what = format!("\"{}\", {} of text", clean::line(&parcel.subject, 120), size(parcel.text.len()));
    for attachment in &parcel.attachments {
        what.push_str(&format!(", {} ({})", attachment.name, size(attachment.bytes.len())));
    }
    what
}

/// A number of bytes for a person.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
