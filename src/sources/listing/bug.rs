//! An issue of a tracker in the form in which GitHub's are read, so that one reader makes rows of all of them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::gathered::Gathered;
use crate::config::source::tracker::Priorities;

/// An issue.
#[derive(Debug, Clone, Default)]
pub struct Bug {
    /// As people name it.
    pub id: String,
    pub title: Option<String>,
    pub open: bool,
    /// What it is marked with besides its priority, its type too: a bug without a priority counts as an open one.
    pub labels: Vec<String>,
    /// Its name in the tracker; none where the tracker says that it has none.
    pub priority: Option<String>,
    pub created: Option<Timestamp>,
    pub closed: Option<Timestamp>,
    pub url: Option<String>,
}

/// Names of priorities that the configuration does not explain.
#[derive(Debug, Default)]
pub struct Unknown(BTreeSet<String>);

impl Bug {
    /// The record, with its priority as `P0` … `P4`.
    #[must_use]
    pub fn record(self, priorities: &Priorities, unknown: &mut Unknown) -> Value {
        let mut labels: Vec<Value> = self.labels.iter().map(|label| json!({"name": label})).collect();
        if let Some(name) = self.priority {
            match priorities.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                Some((_, is)) => labels.push(json!({"name": is})),
                None => drop(unknown.0.insert(name)),
            }
        }
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
        json!({
            "number": self.id,
            "title": self.title,
            "state": if self.open { "open" } else { "closed" },
            "labels": labels,
            "created_at": time(self.created),
            "closed_at": time(self.closed),
            "html_url": self.url,
        })
    }
}

impl Unknown {
    /// Says what they are: an issue of unknown urgency may be one that must be closed first.
    pub fn tell(self, gathered: &mut Gathered) {
        if !self.0.is_empty() {
            let names: Vec<String> = self.0.iter().map(|name| format!("`{name}`")).collect();
            let what = format!("issues have priorities that mean nothing here: {}", names.join(", "));
            gathered.lack(what, "add them to `priorities` of the source, as priorities = { Blocker = \"P0\" }");
        }
    }
}
