//! One row per bin of five minutes and counter that a parameter names: how much it rose, with restarts of the process
//! recognised. Buckets of a histogram keep their bound.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, PolarsResult};

use super::windows::Windows;
use crate::config::Params;
use crate::tables::schema::{Column, Kind};
use crate::tables::table::Cell;

/// Columns of the `increases` table.
pub const COLUMNS: &[Column] = &[
    ("bin", Kind::Time),
    ("period", Kind::Own),
    ("drill", Kind::Int),
    ("deploy", Kind::Int),
    ("counter", Kind::Own),     // read_seconds | read_charge | throttled
    ("le", Kind::Own),          // upper bound of a bucket in seconds, "+Inf" for the last one; null for plain counters
    ("thousandths", Kind::Int), // whole, so that sums do not depend on their order
];

/// Length of a bin.
const BIN_MS: i64 = 300_000;
/// Samples further apart than this leave a gap: what was counted meanwhile belongs to no bin.
const GAP_MS: i64 = 900_000;

/// Builds the rows, in order of bin, counter and bound.
///
/// # Errors
/// Only on a frame that lacks a column of the schema, which is a bug.
pub fn rows(metrics: &DataFrame, windows: &Windows, params: &Params) -> PolarsResult<Vec<Vec<Cell>>> {
    let names = Names::of(params);
    let (ts, value) = (metrics.column("ts")?.i64()?, metrics.column("value")?.f64()?);
    let (name, labels) = (metrics.column("name")?.str()?, metrics.column("labels")?.str()?);
    let (service, source) = (metrics.column("service")?.str()?, metrics.column("source")?.str()?);
    let mut series: BTreeMap<[&str; 4], Vec<(i64, f64)>> = BTreeMap::new();
    for row in 0..metrics.height() {
        let (Some(name), Some(ts), Some(value)) = (name.get(row), ts.get(row), value.get(row)) else { continue };
        if names.counter(name).is_none() || !value.is_finite() {
            continue;
        }
        let key = [
            source.get(row).unwrap_or_default(),
            service.get(row).unwrap_or_default(),
            name,
            labels.get(row).unwrap_or_default(),
        ];
        series.entry(key).or_default().push((ts, value));
    }
    let mut bins: BTreeMap<(i64, &'static str, Bound), f64> = BTreeMap::new();
    for ([_, _, name, labels], mut samples) in series {
        let Some(counter) = names.counter(name) else { continue };
        samples.sort_by_key(|(ts, _)| *ts);
        samples.dedup_by_key(|(ts, _)| *ts);
        let bound = Bound::of(labels);
        for pair in samples.windows(2) {
            let [(before, was), (now, is)] = [pair[0], pair[1]];
            if now - before > GAP_MS {
                continue;
            }
            // A counter that fell began anew with its process.
            let rose = if is >= was { is - was } else { is };
            *bins.entry((now.div_euclid(BIN_MS) * BIN_MS, counter, bound)).or_default() += rose;
        }
    }
    let row = |((bin, counter, bound), n): (&(i64, &'static str, Bound), &f64)| {
        vec![
            Cell::from(*bin),
            Cell::from(windows.period(*bin)),
            Cell::from(windows.in_drill(*bin, None) || windows.in_drill(*bin + BIN_MS - 1, None)),
            Cell::from(windows.in_deploy(*bin) || windows.in_deploy(*bin + BIN_MS - 1)),
            Cell::from(*counter),
            bound.cell(),
            Cell::from((n * 1000.0).round() as i64),
        ]
    };
    Ok(bins.iter().map(row).collect())
}

/// The counters that parameters name.
struct Names([(String, &'static str); 3]);

impl Names {
    fn of(params: &Params) -> Self {
        Names([
            (params.text("read-latency-metric"), "read_seconds"),
            (params.text("read-charge-metric"), "read_charge"),
            (params.text("throttled-metric"), "throttled"),
        ])
    }

    /// The counter that a sample's name belongs to: a histogram by its buckets, a counter with or without `_total`.
    fn counter(&self, name: &str) -> Option<&'static str> {
        let is = |(family, counter): &&(String, &'static str)| {
            let suffix = name.strip_prefix(family.as_str()).filter(|_| !family.is_empty());
            match *counter {
                "read_seconds" => suffix == Some("_bucket"),
                _ => matches!(suffix, Some("" | "_total")),
            }
        };
        self.0.iter().find(is).map(|(_, counter)| *counter)
    }
}

/// The bound of a bucket in microseconds, `Some(None)` for the last one; ordered, so that rows have a fixed order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Bound(Option<Option<i64>>);

impl Bound {
    fn of(labels: &str) -> Self {
        let Some((_, rest)) = labels.split_once("le=\"") else { return Bound(None) };
        let text = rest.split('"').next().unwrap_or_default();
        match text.parse::<f64>() {
            Ok(bound) if bound.is_finite() => Bound(Some(Some((bound * 1e6).round() as i64))),
            _ => Bound(Some(None)),
        }
    }

    fn cell(self) -> Cell {
        match self.0 {
            None => Cell::Null,
            Some(None) => Cell::from("+Inf"),
            Some(Some(micros)) => Cell::from(format!("{}", micros as f64 / 1e6)),
        }
    }
}
