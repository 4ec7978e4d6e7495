//! The evidence tree of a verdict: finding, query, rows, file and line.

use std::fmt::Write;

use super::{Paint, WIDTH, cut, mark, wrap};
use crate::report::{Check, Report};
use crate::tables::table::{Cell, Table};
use crate::verdict::Verdict;

/// Rows that are shown without `--all`.
const ROWS: usize = 10;

/// A check, with as many rows of its result as there are to show.
#[must_use]
pub fn render(report: &Report, check: &Check, rows: &Table, all: bool, paint: Paint) -> String {
    let mut out = String::new();
    let item = report.items.iter().find(|i| i.checks.contains(&check.id));
    let place = item.map_or_else(|| "bound to no line".to_owned(), |i| format!("runbook:{}", i.line));
    let (shape, _) = mark(check.verdict);
    let title = cut(&check.title, WIDTH - 40);
    let _ = writeln!(
        out,
        "{} {}  {}  {}",
        paint.verdict(check.verdict).trim_end(),
        paint.bold(&check.item),
        paint.bold(&title),
        paint.dim(&place)
    );
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
    tree(&mut out, report, check, rows, all, shape, paint);
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
    match check.observed.as_slice() {
        [] => paragraph(out, "coverage", "what the check needs is covered"),
        vetoes => {
            paragraph(out, "coverage", &vetoes.join("; "));
            if check.verdict == Verdict::NoData {
                paragraph(out, "", "so nothing can be claimed to be absent");
            }
        }
    }
}

fn tree(out: &mut String, report: &Report, check: &Check, rows: &Table, all: bool, shape: char, paint: Paint) {
    let word = |e: crate::verdict::Proof| format!("{e:?}").to_lowercase();
    let evidence = report.evidence.iter().find(|e| check.evidence.contains(&e.id));
    let _ = writeln!(out, "\n   verdict   {shape} {}", check.verdict.word().to_uppercase());
    let _ = writeln!(
        out,
        "   └ finding   {:<28} {} · proof {} · rule {}",
        check.id,
        check.effect.word(),
        word(check.proof),
        check.rule
    );
    for (name, value) in &check.figures {
        let _ = writeln!(out, "   │             {name} {value}");
    }
    let _ = writeln!(out, "     └ query     queries/checks/{}.sql   sha256 {}…", check.query, &check.sha256[..8]);
    if let Some(evidence) = evidence {
        let count = format!("{} {}", evidence.rows, if evidence.rows == 1 { "row" } else { "rows" });
        let _ = writeln!(
            out,
            "       └ rows      {count:<10} {} {}   sha256 {}…",
            evidence.id,
            evidence.file,
            &evidence.sha256[..8]
        );
    }
    let shown = if all { rows.rows.len() } else { ROWS.min(rows.rows.len()) };
    for row in 0..shown {
        let _ = writeln!(out, "         ├ {}", cut(&facts(rows, row), WIDTH - 11));
        if let Some(place) = place(rows, row) {
            let _ = writeln!(out, "         │   {}", paint.dim(&place));
        }
    }
    if rows.rows.len() > shown {
        let _ = writeln!(out, "         └ {} more: cutover why {} --all", rows.rows.len() - shown, check.item);
    }
}

/// The cells of a row that say something, times as UTC.
fn facts(rows: &Table, row: usize) -> String {
    let mut parts = Vec::new();
    for name in rows.columns.iter().filter(|n| !matches!(n.as_str(), "file" | "line")) {
        let cell = rows.cell(row, name);
        let text = match cell {
            Cell::Null => continue,
            Cell::Text(text) if text.is_empty() => continue,
            Cell::Text(text) => text.clone(),
            Cell::Int(ms) if Table::is_time(name) => super::super::figures::time_of_ms(*ms),
            Cell::Int(n) => format!("{name} {n}"),
            Cell::Float(x) => format!("{name} {x:.2}"),
        };
        parts.push(text);
    }
    parts.join("  ")
}

fn place(rows: &Table, row: usize) -> Option<String> {
    let file = rows.cell(row, "file").as_text()?;
    Some(match rows.cell(row, "line").as_int() {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    })
}
