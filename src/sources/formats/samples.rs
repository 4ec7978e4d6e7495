//! Samples of metrics as columns; series are interned, so a sample costs one number more.

use polars::prelude::{DataFrame, IntoColumn, NamedFrom, PolarsResult, Series, StringChunkedBuilder};

use super::Context;
use crate::coverage::Ledger;

/// A series: its name, its labels sorted by name as `{a="x",b="y"}`, and the service it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeriesKey {
    pub name: String,
    pub labels: String,
    pub service: Option<String>,
}

impl SeriesKey {
    /// A series by its name and labels, whose values are escaped as in the text format (`\\`, `\"`, `\n`).
    #[must_use]
    pub fn new(name: &str, mut pairs: Vec<(String, String)>) -> Self {
        pairs.sort();
        let find = |wanted: &str| pairs.iter().find(|(k, _)| k == wanted).map(|(_, v)| v.clone());
        let service = find("service").or_else(|| find("job"));
        let joined: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}=\"{v}\"")).collect();
        SeriesKey { name: name.to_owned(), labels: format!("{{{}}}", joined.join(",")), service }
    }
}

/// Samples as columns. Times are milliseconds UTC.
#[derive(Debug, Default)]
pub struct Samples {
    series: Vec<SeriesKey>,
    which: Vec<u32>,
    ts: Vec<Option<i64>>,
    value: Vec<f64>,
    line: Vec<i64>,
    /// What was read.
    pub ledger: Ledger,
}

impl Samples {
    /// A new series; samples name it by the number that is returned.
    pub fn series(&mut self, key: SeriesKey) -> u32 {
        self.series.push(key);
        self.series.len() as u32 - 1
    }

    /// One sample, and where it stands.
    pub fn push(&mut self, which: u32, ts: Option<i64>, value: f64, line: i64) {
        self.which.push(which);
        self.ts.push(ts);
        self.value.push(value);
        self.line.push(line);
        self.ledger.parsed += 1;
        if let Some(ts) = ts {
            self.ledger.first_ts = Some(self.ledger.first_ts.map_or(ts, |first| first.min(ts)));
            self.ledger.last_ts = Some(self.ledger.last_ts.map_or(ts, |last| last.max(ts)));
        }
    }

    /// Every sample as `name{labels} value time`, in order: what the hash of pulled samples is made of.
    pub fn each_text(&self, mut take: impl FnMut(&str)) {
        for (at, which) in self.which.iter().enumerate() {
            let Some(key) = self.series.get(*which as usize) else { continue };
            let ts = self.ts[at].map_or_else(String::new, |ts| ts.to_string());
            take(&format!("{}{} {} {ts}\n", key.name, key.labels, self.value[at]));
        }
    }

    /// The samples as a frame of `metrics`.
    ///
    /// # Errors
    /// Only where columns differ in length, which is a bug.
    pub fn frame(&self, context: &Context<'_>) -> PolarsResult<DataFrame> {
        let n = self.which.len();
        let text = |name: &str, of: &dyn Fn(&SeriesKey) -> Option<&str>| {
            let mut builder = StringChunkedBuilder::new(name.into(), n);
            for at in &self.which {
                builder.append_option(self.series.get(*at as usize).and_then(of));
            }
            builder.finish().into_column()
        };
        let same = |name: &str, value: &str| {
            let mut builder = StringChunkedBuilder::new(name.into(), n);
            (0..n).for_each(|_| builder.append_value(value));
            builder.finish().into_column()
        };
        DataFrame::new_infer_height(vec![
            Series::new("ts".into(), &self.ts).into_column(),
            text("name", &|s| Some(&s.name)),
            text("labels", &|s| Some(&s.labels)),
            text("service", &|s| s.service.as_deref()),
            Series::new("value".into(), &self.value).into_column(),
            same("source", context.source),
            same("file", context.file),
            Series::new("line".into(), &self.line).into_column(),
        ])
    }
}
