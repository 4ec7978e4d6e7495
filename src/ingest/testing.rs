//! A reader for tests, and what it makes of bytes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use polars::prelude::*;

use super::attribution::Attribution;
use super::console_line::Patterns;
use super::fields::FieldTrie;
use super::log_file::{Framing, LogReader};
use crate::coverage::Ledger;
use crate::tables::redact::Redactor;

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(&[]).expect("patterns"));
static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| Redactor::new([7; 32]));

/// The rows of a file as texts, column by name, and its ledger.
pub(super) struct Rows {
    pub(super) frame: DataFrame,
    pub(super) ledger: Ledger,
}

impl Rows {
    /// One column; numbers as text, blank where there is none.
    pub(super) fn column(&self, name: &str) -> Vec<String> {
        let column = self.frame.column(name).expect("a column").cast(&DataType::String).expect("text");
        column.str().expect("text").iter().map(|cell| cell.unwrap_or_default().to_owned()).collect()
    }

    /// Cells of one row.
    pub(super) fn cells(&self, row: usize, names: &[&str]) -> Vec<String> {
        names.iter().map(|name| self.column(name)[row].clone()).collect()
    }
}

pub(super) fn read(framing: Framing, bytes: &[u8]) -> Rows {
    read_with(framing, bytes, &BTreeMap::new())
}

/// Reads with a team's own `[source.fields]`.
pub(super) fn read_with(framing: Framing, bytes: &[u8], own: &BTreeMap<String, String>) -> Rows {
    let reader = LogReader {
        source: "backend",
        service: None,
        zone: &TimeZone::UTC,
        trie: FieldTrie::new(own),
        patterns: PATTERNS.clone(),
        attribution: &Attribution {
            cohort: "mobile".to_owned(),
            platforms: vec!["android".to_owned()],
            not_clients: Vec::new(),
            probe_agents: Vec::new(),
        },
        redactor: &REDACTOR,
        framing,
    };
    let mut frames: Vec<DataFrame> = Vec::new();
    let file = reader
        .read(
            "backend.log",
            || Ok(bytes),
            |frame| {
                frames.push(frame);
                Ok(())
            },
        )
        .expect("a file");
    let frame = frames.into_iter().reduce(|all, more| all.vstack(&more).expect("same columns")).unwrap_or_default();
    Rows { frame, ledger: file.ledger }
}
