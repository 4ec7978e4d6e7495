//! The evidence tree of a verdict: finding, query, rows, file and line.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Paint, WIDTH, cut, mark, wrap};
use crate::render::figures;
use crate::report::{Check, Report};
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
        let _ = writeln!(out, "               {name} {value}");
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
        let beside = [place(why, row), why.rows.cell(row, "request_id").as_text().map(|id| format!("request {id}"))];
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
fn place(why: &Why<'_>, row: usize) -> Option<String> {
    let file = why.rows.cell(row, "file").as_text()?;
    let line = why.rows.cell(row, "line").as_int().map_or_else(String::new, |line| format!(":{line}"));
    let hash = why.hashes.get(file).map_or_else(String::new, |sha| format!("   sha256 {}…", short(sha)));
    Some(format!("{file}{line}{hash}"))
}

fn short(sha256: &str) -> &str {
    sha256.get(..8).unwrap_or(sha256)
}
