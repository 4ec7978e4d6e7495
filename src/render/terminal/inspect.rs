//! What log files hold, as sentences and small tables.

use std::fmt::Write;

use super::{Paint, WIDTH, cut, wrap};
use crate::render::figures::count;
use crate::report::inspection::{FileInspection, InspectionList, Quantiles};

/// Rejected lines that are shown of each file.
const MOST_REJECTED: usize = 5;
/// Request ids that are shown of each file.
const MOST_IDS: usize = 5;
/// Columns of the names on the left.
const NAMES: usize = 12;

/// All files, one after the other.
#[must_use]
pub fn render(list: &InspectionList, paint: Paint) -> String {
    let mut out = String::new();
    for (nth, file) in list.files.iter().enumerate() {
        if nth > 0 {
            out.push('\n');
        }
        of_file(file, paint, &mut out);
    }
    out
}

fn of_file(file: &FileInspection, paint: Paint, out: &mut String) {
    let _ = writeln!(out, "{}", paint.bold(&cut(&file.file, WIDTH)));
    let size = format!("{} bytes", count(file.bytes));
    match file.format {
        None => row(out, "format", &format!("none is known; {size}")),
        Some(format) if file.formats.len() < 2 => row(out, "format", &format!("{format}; {size}")),
        Some(_) => {
            let mut all: Vec<_> = file.formats.iter().collect();
            all.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            let all: Vec<String> = all.into_iter().map(|(name, n)| format!("{name} {}", count(*n))).collect();
            row(out, "formats", &format!("{}; {size}", all.join(" · ")));
        }
    }
    let parts = [
        (file.parsed, "parsed"),
        (file.continuations, "continue the one before"),
        (file.blank, "blank"),
        (file.rejected.count, "rejected"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", count(*n))).collect();
    let total = count(file.lines);
    row(out, "lines", &if parts.is_empty() { total } else { format!("{total}: {}", parts.join(" · ")) });
    if file.records != file.parsed {
        row(out, "records", &count(file.records));
    }
    times(file, out);
    counts(
        out,
        "levels",
        ["trace", "debug", "info", "warn", "error", "fatal"].iter().filter_map(|l| Some((*l, *file.levels.get(l)?))),
    );
    counts(out, "statuses", file.statuses.iter().map(|(status, n)| (status.as_str(), *n)));
    ids(file, out);
    if let Some(quantiles) = &file.durations {
        durations(quantiles, out);
    }
    if let Some(metrics) = &file.metrics {
        let text = format!(
            "{} series, {} samples, {} of them NaN",
            count(metrics.series),
            count(metrics.samples),
            count(metrics.nan)
        );
        row(out, "metrics", &text);
    }
    rejected(file, out);
    file.remarks.iter().for_each(|remark| row(out, "remark", remark));
}

fn row(out: &mut String, name: &str, text: &str) {
    for (nth, line) in wrap(text, WIDTH - NAMES - 2).iter().enumerate() {
        let _ = writeln!(out, "  {:<NAMES$}{line}", if nth == 0 { name } else { "" });
    }
}

fn counts<'a>(out: &mut String, name: &str, all: impl Iterator<Item = (&'a str, u64)>) {
    let all: Vec<String> = all.map(|(what, n)| format!("{what} {}", count(n))).collect();
    if all.is_empty() {
        row(out, name, "none are told");
    } else {
        row(out, name, &all.join(" · "));
    }
}

fn times(file: &FileInspection, out: &mut String) {
    if let (Some(from), Some(to)) = (&file.from, &file.to) {
        row(out, "times", &format!("{from} to {to}"));
    }
    if let (Some(from), Some(to)) = (&file.from_without_year, &file.to_without_year) {
        row(out, "times", &format!("{from} to {to}, year not told"));
    }
    if file.zones.is_empty() {
        row(out, "times", "none are told");
    } else {
        row(out, "zones", &file.zones.join(" · "));
    }
}

fn ids(file: &FileInspection, out: &mut String) {
    let ids = &file.request_ids;
    if ids.distinct == 0 {
        return row(out, "request ids", "none are told");
    }
    row(out, "request ids", &format!("{}{} different", if ids.exact { "" } else { "about " }, count(ids.distinct)));
    for busy in ids.busiest.iter().take(MOST_IDS) {
        let _ = writeln!(out, "  {:<NAMES$}{:>7}  {}", "", count(busy.lines), cut(&busy.id, WIDTH - NAMES - 11));
    }
}

fn durations(quantiles: &Quantiles, out: &mut String) {
    row(out, "durations", &format!("{} in {}, by {}", count(quantiles.count), quantiles.unit, quantiles.method));
    let all = [
        ("p50", quantiles.p50),
        ("p90", quantiles.p90),
        ("p95", quantiles.p95),
        ("p99", quantiles.p99),
        ("max", quantiles.max),
    ];
    let all: Vec<String> = all.iter().map(|(name, ms)| format!("{name} {}", figure(*ms))).collect();
    row(out, "", &all.join(" · "));
}

/// Up to three decimals, none that are zeros.
fn figure(ms: f64) -> String {
    let text = format!("{ms:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn rejected(file: &FileInspection, out: &mut String) {
    for (reason, n) in &file.rejected.reasons {
        row(out, "rejected", &format!("{}: {reason}", count(*n)));
    }
    for line in file.rejected.first.iter().take(MOST_REJECTED) {
        let number = format!("line {}", line.line);
        let _ = writeln!(out, "  {:<NAMES$}{}", "", cut(&format!("{number}  {}", line.text), WIDTH - NAMES - 2));
    }
}
