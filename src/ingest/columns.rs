//! Log rows in, a dataframe of the `logs` table out; redaction happens here, before anything is kept.

use std::borrow::Cow;
use std::collections::HashMap;

use polars::prelude::*;

use super::attribution;
use super::row::{LogRow, Text};
use crate::tables::redact::{Redactions, Redactor};
use crate::tables::schema::{Kind, TableName};

/// Columns of `logs` being built, with the counts of what was redacted.
pub struct LogColumns<'r> {
    redactor: &'r Redactor,
    /// What was redacted, by kind.
    pub redactions: Redactions,
    users: HashMap<String, String>,
    texts: HashMap<&'static str, StringChunkedBuilder>,
    ints: HashMap<&'static str, Vec<Option<i64>>>,
    durations: Vec<Option<f64>>,
    /// Whether a row has a time of its own.
    timed: Vec<bool>,
}

/// Where a row comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    pub source: &'a str,
    pub service: Option<&'a str>,
    pub file: &'a str,
    pub line: u64,
    pub hash: u64,
}

impl<'r> LogColumns<'r> {
    /// Empty columns with room for `capacity` rows.
    #[must_use]
    pub fn new(redactor: &'r Redactor, capacity: usize) -> Self {
        let mut texts = HashMap::new();
        let mut ints = HashMap::new();
        for (name, kind) in TableName::Logs.columns() {
            match kind {
                Kind::Text | Kind::User | Kind::Own => {
                    texts.insert(*name, StringChunkedBuilder::new((*name).into(), capacity));
                }
                Kind::Time | Kind::Int => {
                    ints.insert(*name, Vec::with_capacity(capacity));
                }
                Kind::Float => {}
            }
        }
        let users = HashMap::new();
        LogColumns {
            redactor,
            redactions: Redactions::default(),
            users,
            texts,
            ints,
            durations: Vec::new(),
            timed: Vec::new(),
        }
    }

    /// Rows so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.timed.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.timed.is_empty()
    }

    /// Adds a row.
    pub fn push(&mut self, row: &LogRow<'_>, origin: Origin<'_>) {
        self.timed.push(row.ts.is_some());
        self.int("ts", row.ts);
        self.own("ts_quality", Some(if row.ts.is_some() { "exact" } else { "carried" }));
        self.own("source", Some(origin.source));
        self.own("service", origin.service.or(row.service.as_deref()));
        self.own("tier", Some(row.tier.word()));
        self.text("instance", row.instance.as_ref());
        self.own("level", row.level);
        self.own("client", row.client);
        self.own("grade", row.grade);
        self.own("platform", row.platform.as_deref());
        self.own("tester", None);
        self.text("build", row.build.as_ref());
        self.user("user_key", row.user.as_deref());
        self.user("owner_key", row.owner.as_deref());
        self.text("role", row.role.as_ref());
        self.text("session_key", row.session.as_ref());
        self.text("socket_id", row.socket.as_ref());
        self.text("request_id", row.request_id.as_ref());
        self.text("local_id", row.local_id.as_ref());
        self.own("method", row.method.as_deref());
        let route = row.url.as_deref().map(attribution::route);
        self.text("route", route.as_ref());
        self.own("event", row.event.as_deref());
        self.int("status", row.status);
        self.int("upstream_status", row.upstream_status);
        self.durations.push(row.duration_ms.filter(|d| d.is_finite()));
        self.int("bytes", row.bytes);
        self.int("rev", row.rev);
        self.int("as_of", row.as_of);
        self.text("reason", row.reason.as_ref());
        self.text("message", message(row).as_ref());
        self.text("error_type", row.error_type.as_ref());
        self.own("template_id", None);
        self.int("line_hash", Some(origin.hash as i64));
        self.own("file", Some(origin.file));
        self.int("line", i64::try_from(origin.line).ok());
    }

    /// Gives rows without a time of their own the time of the row before; `before` is that of the block before.
    pub fn carry_times(&mut self, mut before: Option<i64>) -> Option<i64> {
        for ts in self.ints.get_mut("ts").into_iter().flatten() {
            match ts {
                Some(ts) => before = Some(*ts),
                None => *ts = before,
            }
        }
        before
    }

    /// Own times and hashes of the rows, to find lines that were sent again; a carried time is no time here.
    pub fn keys(&self) -> impl Iterator<Item = (Option<i64>, i64)> + '_ {
        let own = self.ints.get("ts").into_iter().flatten().zip(&self.timed).map(|(ts, timed)| ts.filter(|_| *timed));
        own.zip(self.ints.get("line_hash").into_iter().flatten().map(|h| h.unwrap_or_default()))
    }

    /// The dataframe, in the order of the schema.
    ///
    /// # Errors
    /// Only where columns differ in length, which is a bug.
    pub fn finish(mut self) -> PolarsResult<DataFrame> {
        let mut columns = Vec::new();
        for (name, kind) in TableName::Logs.columns() {
            let column = match kind {
                Kind::Text | Kind::User | Kind::Own => {
                    self.texts.remove(name).map(|builder| builder.finish().into_series().into_column())
                }
                Kind::Time | Kind::Int => {
                    self.ints.remove(name).map(|values| Series::new((*name).into(), values).into_column())
                }
                Kind::Float => Some(Series::new((*name).into(), std::mem::take(&mut self.durations)).into_column()),
            };
            columns.extend(column);
        }
        DataFrame::new_infer_height(columns)
    }

    fn int(&mut self, name: &'static str, value: Option<i64>) {
        if let Some(column) = self.ints.get_mut(name) {
            column.push(value);
        }
    }

    fn own(&mut self, name: &'static str, value: Option<&str>) {
        if let Some(column) = self.texts.get_mut(name) {
            column.append_option(value);
        }
    }

    fn text(&mut self, name: &'static str, value: Option<&Text<'_>>) {
        let clean = value.map(|text| self.redactor.text(text, &mut self.redactions));
        if let Some(column) = self.texts.get_mut(name) {
            column.append_option(clean.as_deref());
        }
    }

    fn user(&mut self, name: &'static str, id: Option<&str>) {
        let Some(column) = self.texts.get_mut(name) else { return };
        let Some(id) = id.filter(|id| !id.is_empty()) else { return column.append_null() };
        if !self.users.contains_key(id) {
            self.users.insert(id.to_owned(), self.redactor.user(id));
        }
        column.append_option(self.users.get(id));
    }
}

/// The message with the error's own message behind it.
fn message<'a>(row: &'a LogRow<'a>) -> Option<Cow<'a, str>> {
    match (&row.message, &row.error_message) {
        (Some(message), Some(error)) => Some(Cow::Owned(format!("{message}: {error}"))),
        (Some(one), None) | (None, Some(one)) => Some(Cow::Borrowed(one)),
        (None, None) => None,
    }
}
