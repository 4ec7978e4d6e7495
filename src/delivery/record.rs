//! What was sent to whom: one small file beside the evidence, replaced whole at every step.

use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::retry::Tried;
use crate::config::deliver::Target;
use crate::exit::{Ended, Exit};
use crate::output;

const FILE: &str = "deliveries.json";
const SCHEMA: &str = "cutover/deliveries/1";

#[derive(Debug, Serialize, Deserialize)]
struct Book {
    schema: String,
    entries: Vec<Entry>,
}

/// One parcel at one target.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    target: String,
    on: String,
    key: String,
    state: State,
    at: Timestamp,
}

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// An attempt had begun; if nothing followed, the program died in it.
    Sending,
    Delivered,
    /// It surely did not arrive.
    Failed,
    /// The answer was lost.
    Unsure,
}

/// What the record says of a parcel at a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Delivered(Timestamp),
    Unsure(Timestamp),
    /// Never tried, or it surely did not arrive.
    Open,
}

impl Standing {
    pub(super) fn is_settled(self) -> bool {
        self != Standing::Open
    }
}

/// The record of an evidence folder.
#[derive(Debug)]
pub(super) struct Record {
    path: PathBuf,
    book: Book,
}

impl Record {
    /// Reads the record; a folder without one has sent nothing.
    pub(super) fn read(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Record { path, book: Book { schema: SCHEMA.to_owned(), entries: Vec::new() } });
            }
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let book: Option<Book> = serde_json::from_slice(&bytes).ok().filter(|b: &Book| b.schema == SCHEMA);
        let Some(book) = book else {
            let message = format!(
                "the record of deliveries {} is damaged, so nobody knows what was sent, and nothing was sent now",
                path.display()
            );
            let hint = "bring it back from a backup; or look at the targets, remove it, and everything is sent anew";
            return Err(Ended::error(Exit::DeliveryFailed, message, hint));
        };
        Ok(Record { path, book })
    }

    pub(super) fn standing(&self, target: &Target, key: &str) -> Standing {
        let own = |e: &&Entry| e.target == target.name && e.on == target.on.word() && e.key == key;
        match self.book.entries.iter().find(own) {
            None => Standing::Open,
            Some(entry) => match entry.state {
                State::Delivered => Standing::Delivered(entry.at),
                State::Sending | State::Unsure => Standing::Unsure(entry.at),
                State::Failed => Standing::Open,
            },
        }
    }

    /// Notes that an attempt begins.
    pub(super) fn sending(&mut self, target: &Target, key: &str, at: Timestamp) -> anyhow::Result<()> {
        self.set(target, key, at, State::Sending)
    }

    /// Notes how an attempt ended.
    pub(super) fn ended(&mut self, target: &Target, key: &str, at: Timestamp, tried: &Tried) -> anyhow::Result<()> {
        let state = match tried {
            Tried::Done(_) => State::Delivered,
            Tried::Again { .. } | Tried::Never(_) => State::Failed,
            Tried::Unsure(_) => State::Unsure,
        };
        self.set(target, key, at, state)
    }

    fn set(&mut self, target: &Target, key: &str, at: Timestamp, state: State) -> anyhow::Result<()> {
        let on = target.on.word().to_owned();
        let entry = Entry { target: target.name.clone(), on, key: key.to_owned(), state, at };
        self.book.entries.retain(|e| !(e.target == entry.target && e.on == entry.on && e.key == entry.key));
        self.book.entries.push(entry);
        self.book.entries.sort_by(|a, b| (&a.target, &a.on, &a.key).cmp(&(&b.target, &b.on, &b.key)));
        let mut bytes = serde_json::to_vec_pretty(&self.book)?;
        bytes.push(b'\n');
        output::new_file(&self.path, &bytes, true)
    }
}
