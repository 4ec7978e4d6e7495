//! What any log file holds, as plain data.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::{Timestamp, Unit};
use serde::Serialize;

use crate::inspect::durations::METHOD;
use crate::inspect::tally::{Span, Tally};
use crate::inspect::{Inspected, Inspection, distinct, durations};

/// Version of the public JSON format.
pub const INSPECT_SCHEMA: &str = "cutover/inspect/1";
/// Request ids that are named.
const BUSIEST: usize = 10;

/// What log files hold. Texts are redacted but never escaped: escaping is the renderer's.
#[derive(Debug, Clone, Serialize)]
pub struct InspectionList {
    pub schema: &'static str,
    pub files: Vec<FileInspection>,
    /// Files that could not be read.
    pub unreadable: Vec<Unreadable>,
}

/// A file that could not be read.
#[derive(Debug, Clone, Serialize)]
pub struct Unreadable {
    pub file: String,
    pub reason: String,
}

/// One file. `parsed + continuations + blank + rejected.count` is `lines`.
#[derive(Debug, Clone, Serialize)]
pub struct FileInspection {
    /// As it was named.
    pub file: String,
    /// Size as it stands, packed or not.
    pub bytes: u64,
    /// The format of most lines.
    pub format: Option<&'static str>,
    /// Format → lines that begin a record of it.
    pub formats: BTreeMap<&'static str, u64>,
    /// Physical lines.
    pub lines: u64,
    pub parsed: u64,
    /// Lines that belong to the record before them.
    pub continuations: u64,
    pub blank: u64,
    pub rejected: Rejections,
    /// Log records: a document in one line has many, a line of names none.
    pub records: u64,
    /// Trace, debug, info, warn, error or fatal → records.
    pub levels: BTreeMap<&'static str, u64>,
    /// Levels as they were written → records.
    pub level_words: BTreeMap<String, u64>,
    /// HTTP status → records.
    pub statuses: BTreeMap<String, u64>,
    pub request_ids: RequestIds,
    pub durations: Option<Quantiles>,
    /// First and last time in UTC, with milliseconds.
    pub from: Option<String>,
    pub to: Option<String>,
    /// First and last of the times that have no year: `12-31T23:59:59.000`.
    pub from_without_year: Option<String>,
    pub to_without_year: Option<String>,
    /// Zones as they were written; `none` where there was none.
    pub zones: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<MetricCounts>,
    pub remarks: Vec<String>,
}

/// Lines that could not be read.
#[derive(Debug, Clone, Serialize)]
pub struct Rejections {
    pub count: u64,
    /// Reason → lines.
    pub reasons: BTreeMap<String, u64>,
    pub first: Vec<RejectedLine>,
}

/// A line that could not be read.
#[derive(Debug, Clone, Serialize)]
pub struct RejectedLine {
    /// From 1.
    pub line: u64,
    pub reason: String,
    /// Its beginning.
    pub text: String,
}

/// Different request ids.
#[derive(Debug, Clone, Serialize)]
pub struct RequestIds {
    pub distinct: u64,
    /// False where there were too many to hold: the number is an estimate then.
    pub exact: bool,
    pub busiest: Vec<BusyId>,
}

/// A request id and its records.
#[derive(Debug, Clone, Serialize)]
pub struct BusyId {
    pub id: String,
    pub lines: u64,
}

/// Quantiles of durations.
#[derive(Debug, Clone, Serialize)]
pub struct Quantiles {
    pub count: u64,
    pub unit: &'static str,
    pub method: &'static str,
    /// False where there were too many to hold: each is off by at most a thousandth then.
    pub exact: bool,
    pub p50: f64,
    pub p90: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

/// What answers of Prometheus hold.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct MetricCounts {
    pub series: u64,
    pub samples: u64,
    /// Samples whose value is not a number.
    pub nan: u64,
}

impl InspectionList {
    /// The list of what was looked at; texts of the files pass `redact`.
    #[must_use]
    pub fn of(inspection: &Inspection, redact: impl Fn(&str) -> String) -> Self {
        let unreadable = inspection
            .unreadable
            .iter()
            .map(|(path, reason)| Unreadable { file: path.display().to_string(), reason: reason.clone() });
        InspectionList {
            schema: INSPECT_SCHEMA,
            files: inspection.files.iter().map(|file| of_file(file, &redact)).collect(),
            unreadable: unreadable.collect(),
        }
    }

    /// The list as JSON, with a newline at the end.
    ///
    /// # Errors
    /// Never in practice: every value has a JSON form.
    pub fn json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string(self)? + "\n")
    }
}

fn of_file(file: &Inspected, redact: &impl Fn(&str) -> String) -> FileInspection {
    let tally = &file.tally;
    let first = tally.first_rejected.iter().map(|r| RejectedLine {
        line: r.line,
        reason: r.reason.clone(),
        text: redact(&r.text),
    });
    let (distinct, exact) = tally.request_ids.count();
    let busiest = tally.request_ids.busiest(BUSIEST).into_iter().map(|(id, lines)| BusyId { id: redact(id), lines });
    let span = &tally.span;
    FileInspection {
        file: file.path.display().to_string(),
        bytes: file.bytes,
        format: if file.binary { Some("binary") } else { tally.main_format() },
        formats: tally.formats.clone(),
        lines: tally.lines,
        parsed: tally.parsed,
        continuations: tally.continuations,
        blank: tally.blank,
        rejected: Rejections { count: tally.rejected, reasons: tally.reasons.clone(), first: first.collect() },
        records: tally.records,
        levels: tally.levels.clone(),
        level_words: tally.level_words.iter().map(|(word, n)| (redact(word), *n)).collect(),
        statuses: tally.statuses.iter().map(|(status, n)| (status.to_string(), *n)).collect(),
        request_ids: RequestIds { distinct, exact, busiest: busiest.collect() },
        durations: quantiles(tally),
        from: span.from.map(in_utc),
        to: span.to.map(in_utc),
        from_without_year: span.from_without_year.map(without_year),
        to_without_year: span.to_without_year.map(without_year),
        zones: span.zones.keys().cloned().collect(),
        metrics: tally.metrics.map(|m| MetricCounts { series: m.series, samples: m.samples, nan: m.nan }),
        remarks: remarks(tally, exact),
    }
}

fn quantiles(tally: &Tally) -> Option<Quantiles> {
    let all = &tally.durations;
    let [p50, p90, p95, p99] = all.quantiles(&[0.5, 0.9, 0.95, 0.99])[..] else { return None };
    // A nanosecond is the finest that any log writes; more digits come from the unit's conversion.
    let fine = |ms: f64| (ms * 1e6).round() / 1e6;
    Some(Quantiles {
        count: all.count(),
        unit: "ms",
        method: METHOD,
        exact: all.exact(),
        p50: fine(p50),
        p90: fine(p90),
        p95: fine(p95),
        p99: fine(p99),
        max: fine(all.max()),
    })
}

/// RFC 3339 with milliseconds; what is finer is cut off.
fn in_utc(at: Timestamp) -> String {
    let whole = at.round(jiff::TimestampRound::new().smallest(Unit::Millisecond).mode(jiff::RoundMode::Floor));
    format!("{:.3}", whole.unwrap_or(at))
}

fn without_year(clock: DateTime) -> String {
    clock.strftime("%m-%dT%H:%M:%S%.3f").to_string()
}

/// What a reader of the numbers has to know.
fn remarks(tally: &Tally, exact_ids: bool) -> Vec<String> {
    let mut remarks: Vec<String> = tally.remarks.iter().cloned().collect();
    if tally.lines == 0 && remarks.is_empty() {
        remarks.push("the file is empty".to_owned());
    }
    of_times(&tally.span, &mut remarks);
    let mut counted = |n: u64, text: &str| {
        if n > 0 {
            remarks.push(format!("{n} {} {text}", if n == 1 { "record" } else { "records" }));
        }
    };
    if tally.untimed < tally.records {
        counted(tally.untimed, "without a time");
    }
    counted(tally.local_ids, "with an id of one process only, such as req-1, which is not counted as a request id");
    counted(tally.traced, "with a trace id, which is not counted as a request id");
    if !exact_ids {
        remarks.push(format!(
            "there are more than {} different request ids: their number is an estimate (HyperLogLog, standard error \
             0.8 %), and an id that came first after that many is not among the busiest",
            distinct::EXACT
        ));
    }
    if !tally.durations.exact() {
        remarks.push(format!(
            "there are more than {} durations: quantiles are read from bins a thousandth of their value wide",
            durations::EXACT
        ));
    }
    remarks
}

fn of_times(span: &Span, remarks: &mut Vec<String>) {
    if span.zoneless > 0 {
        let all = if span.zones.len() == 1 { "no time names" } else { "some times do not name" };
        remarks.push(format!("{all} a zone; such times are read as UTC"));
    }
    if span.yearless > 0 {
        remarks.push("times without a year: first and last are given without one".to_owned());
    }
    if span.ambiguous > 0 {
        remarks.push("in dates with slashes the month is read first, as in 11/23/2026".to_owned());
    }
    if span.zones.keys().any(|zone| !matches!(zone.as_str(), "UTC" | "none") && zone.starts_with(char::is_alphabetic)) {
        remarks.push(
            "zones named by letters are read as docs/inspect.md lists them; several countries share some".to_owned(),
        );
    }
}
