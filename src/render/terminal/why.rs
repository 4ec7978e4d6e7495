//! The evidence tree of a verdict: finding, query, rows, file and line.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Paint, WIDTH, cut, mark, wrap};
use crate::render::figures;
use crate::report::{Check, RatioRow, Report};
use crate::tables::table::{Cell, Table};
use crate::verdict::Verdict;

/// Rows that are shown where not all are wanted.
const ROWS: usize = 10;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Why<'a> {
    pub report: &'a Report,
    pub check: &'a Check,
    /// All rows of its result.
    pub rows: &'a Table,
    /// Raw file → SHA-256.
    pub hashes: &'a BTreeMap<String, String>,
    /// Show every row.
    pub all: bool,
}

/// The answer.
#[must_use]
pub fn render(why: &Why<'_>, paint: Paint) -> String {
    let mut out = String::new();
    let check = why.check;
    let item = why.report.items.iter().find(|i| i.checks.contains(&check.id));
    let place = item.map_or_else(|| "bound to no line of the runbook".to_owned(), |i| format!("runbook:{}", i.line));
    let verdict = paint.verdict(check.verdict);
    let (name, title) = (paint.bold(&check.item), paint.bold(&cut(&check.title, WIDTH - 46)));
    let _ = writeln!(out, "{} {name}  {title}  {}", verdict.trim_end(), paint.dim(&place));
    if let Some(item) = item {
        paragraph(&mut out, "", &item.text);
    }
    let _ = writeln!(out);
    paragraph(&mut out, "", &check.sentence);
    if check.judged != check.verdict {
        paragraph(&mut out, "", &format!("Judged {} before the waiver.", check.judged.word()));
    }
    intervals(&mut out, why);
    testers(&mut out, check, paint);
    coverage(&mut out, check);
    tree(&mut out, why);
    rows(&mut out, why, paint);
    out
}

fn paragraph(out: &mut String, lead: &str, text: &str) {
    for (at, line) in wrap(text, WIDTH - 14).iter().enumerate() {
        let _ = writeln!(out, "   {:<10}{line}", if at == 0 { lead } else { "" });
    }
}

/// Whole numbers in full, others to four significant digits.
fn figure(value: f64) -> String {
    if value.fract() == 0.0 || value.abs() >= 10_000.0 {
        return figures::whole(value);
    }
    let places = (3 - value.abs().log10().floor() as i64).clamp(0, 9) as usize;
    format!("{value:.places$}")
}

/// A ratio on a log axis from a quarter to four times: its interval, the others at 1, the limit.
fn intervals(out: &mut String, why: &Why<'_>) {
    let rows: Vec<&RatioRow> = why.report.watch.ratios.iter().filter(|r| r.item == why.check.item).collect();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n     {:<AXIS$}", axis_labels());
    for row in rows {
        let upper = row.upper.map_or_else(|| "no upper bound".to_owned(), |x| format!("below {x:.2} ×"));
        let name = if row.verdict.is_none() { format!("{}: ", cut(&row.name, 14)) } else { String::new() };
        let _ = writeln!(out, "     {}  {name}{upper}, limit {} ×", strip(row), row.limit);
    }
    let _ = writeln!(out, "     ● {}  ○ all others  ├┤ 90 % interval  ╎ limit", cut(&why.report.meta.cohort, 20));
    for row in why.report.watch.robust.iter().filter(|r| r.item == why.check.item) {
        let highest = row.e_highest.map_or_else(|| "∞".to_owned(), |e| format!("{e:.2}"));
        let said = format!(
            "{}: most episodes {}; without whom another verdict: {}; with raw errors {}; with drills put back {}; highest e-value {highest}",
            row.series, row.top, row.hinges_on, row.raw, row.drills
        );
        paragraph(out, "robust", &said);
    }
}

/// Columns of the axis.
const AXIS: usize = 49;

fn place(ratio: f64) -> usize {
    let part = (ratio.max(1e-9).ln() / 4f64.ln()).clamp(-1.0, 1.0);
    ((part + 1.0) / 2.0 * (AXIS - 1) as f64).round() as usize
}

fn axis_labels() -> String {
    let mut line = vec![' '; AXIS];
    for (ratio, label) in [(0.25, '¼'), (0.5, '½'), (1.0, '1'), (2.0, '2'), (4.0, '4')] {
        line[place(ratio)] = label;
    }
    line.into_iter().collect()
}

fn strip(row: &RatioRow) -> String {
    let mut line = vec![' '; AXIS];
    let (from, to) = (place(row.lower), place(row.upper.unwrap_or(f64::INFINITY)));
    line[from..=to].fill('─');
    line[from] = if row.lower < 0.25 { '◀' } else { '├' };
    line[to] = if row.upper.is_none_or(|x| x > 4.0) { '▶' } else { '┤' };
    line[place(row.limit)] = '╎';
    line[place(1.0)] = '○';
    if let Some(ratio) = row.ratio {
        line[place(ratio)] = '●';
    }
    line.into_iter().collect()
}

fn testers(out: &mut String, check: &Check, paint: Paint) {
    if check.cells.is_empty() {
        return;
    }
    let _ = writeln!(out);
    for cell in &check.cells {
        let said = cut(&format!("{} · {}", cell.how, cell.sentence), WIDTH - 30);
        let _ = writeln!(out, "   {:<10}{} {said}", cell.tester, paint.verdict(cell.verdict));
    }
}

fn coverage(out: &mut String, check: &Check) {
    let _ = writeln!(out);
    if check.observed.is_empty() {
        return paragraph(out, "coverage", "what the check needs is covered");
    }
    paragraph(out, "coverage", &check.observed.join("; "));
    if check.verdict == Verdict::NoData {
        paragraph(out, "", "so nothing can be claimed to be absent");
    }
}

fn tree(out: &mut String, why: &Why<'_>) {
    let check = why.check;
    let proof = format!("{:?}", check.proof).to_lowercase();
    let (shape, _) = mark(check.verdict);
    let _ = writeln!(out, "\n   verdict   {shape} {}", check.verdict.word().to_uppercase());
    let rule = format!("{} · proof {proof} · rule {}", check.effect.word(), check.rule);
    let _ = writeln!(out, "   └ finding   {:<28} {rule}", check.id);
    for (name, value) in &check.figures {
        let _ = writeln!(out, "               {name} {}", figure(*value));
    }
    let query = format!("queries/checks/{}.sql", check.query);
    let _ = writeln!(out, "     └ query     {query}   sha256 {}…", short(&check.sha256));
    if let Some(evidence) = why.report.evidence.iter().find(|e| check.evidence.contains(&e.id)) {
        let count = format!("{} {}", evidence.rows, if evidence.rows == 1 { "row" } else { "rows" });
        let file = format!("{} {}   sha256 {}…", evidence.id, evidence.file, short(&evidence.sha256));
        let _ = writeln!(out, "       └ {count:<10}{file}");
    }
}

fn rows(out: &mut String, why: &Why<'_>, paint: Paint) {
    let all = why.rows.rows.len();
    let shown = if why.all { all } else { ROWS.min(all) };
    for row in 0..shown {
        let _ = writeln!(out, "         ├ {}", cut(&facts(why.rows, row), WIDTH - 11));
        let beside = [origin(why, row), why.rows.cell(row, "request_id").as_text().map(|id| format!("request {id}"))];
        for text in beside.into_iter().flatten() {
            let _ = writeln!(out, "         │   {}", paint.dim(&cut(&text, WIDTH - 13)));
        }
    }
    if all > shown {
        let _ = writeln!(out, "         └ {} more: cutover why {} --all", all - shown, why.check.item);
    }
}

/// The cells of a row that say something, times as UTC.
fn facts(rows: &Table, row: usize) -> String {
    let mut parts = Vec::new();
    for name in rows.columns.iter().filter(|n| !matches!(n.as_str(), "file" | "line" | "request_id")) {
        parts.push(match rows.cell(row, name) {
            Cell::Null => continue,
            Cell::Text(text) if text.is_empty() => continue,
            Cell::Text(text) => text.clone(),
            Cell::Int(ms) if Table::is_time(name) => figures::time_of_ms(*ms),
            Cell::Int(n) => format!("{name} {n}"),
            Cell::Float(x) => format!("{name} {x:.2}"),
        });
    }
    parts.join("  ")
}

/// File and line of a row, with the beginning of the file's hash.
fn origin(why: &Why<'_>, row: usize) -> Option<String> {
    let file = why.rows.cell(row, "file").as_text()?;
    let line = why.rows.cell(row, "line").as_int().map_or_else(String::new, |line| format!(":{line}"));
    let hash = why.hashes.get(file).map_or_else(String::new, |sha| format!("   sha256 {}…", short(sha)));
    Some(format!("{file}{line}{hash}"))
}

fn short(sha256: &str) -> &str {
    sha256.get(..8).unwrap_or(sha256)
}
