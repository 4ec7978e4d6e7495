//! Testers and features in, the heat map, the conflicts and the thin evidence out.

use std::collections::BTreeMap;

use super::block::{Block, Feature, HeatmapLine, HeatmapView};
use super::first_page::{platform, sentence};
use super::grid::Grid;
use super::span::{Kind, Line, Span, bold, cut, grey, mark, mark_key, prose, short, state};
use super::{Sheet, counted, link};
use crate::render::figures;
use crate::report::{Check, HeatmapRow, TesterCell};
use crate::verdict::Verdict;

/// Rows of the two tables.
const SHOWN: usize = 30;

/// The section's blocks.
#[must_use]
pub fn blocks(sheet: &Sheet<'_>) -> Vec<Block> {
    let map = &sheet.report.heatmap;
    let mut blocks = vec![Block::Prose { line: lead(sheet) }];
    if map.rows.is_empty() || map.features.is_empty() {
        blocks.push(Block::Note {
            line: grey("No tester is on the roster, or no check looks at each tester: there is nothing to map."),
        });
    } else {
        blocks.push(Block::Heatmap { heatmap: heatmap(sheet) });
    }
    blocks.push(Block::Heading { text: vec![Span::words(Kind::Text, "Conflicts and failures first")] });
    blocks.push(Block::Grid { grid: conflicts(sheet) });
    blocks.push(Block::Heading { text: vec![Span::words(Kind::Text, "Thin evidence")] });
    blocks.push(Block::Grid { grid: thin(sheet) });
    blocks
}

fn lead(sheet: &Sheet<'_>) -> Line {
    let count = |wanted: &[Verdict]| {
        sheet.report.heatmap.rows.iter().flat_map(|row| &row.cells).filter(|v| wanted.contains(v)).count()
    };
    let cells: usize = sheet.report.heatmap.rows.iter().map(|row| row.cells.len()).sum();
    let stops = count(&[Verdict::Fail, Verdict::Conflict]);
    let open = count(&[Verdict::NoData, Verdict::Inconclusive, Verdict::Pending]);
    let said = match (cells, stops, open) {
        (0, ..) => "No tester’s use of a feature was judged.".to_owned(),
        (_, 0, 0) => format!("All {} pass.", counted(cells, "cell", "cells")),
        (_, 0, open) => format!("No cell stops this packet; {open} of {cells} cannot be called passed."),
        (_, stops, 0) => format!("{} of {cells} stop this packet.", counted(stops, "cell", "cells")),
        (_, stops, open) => {
            format!(
                "{} of {cells} stop this packet; {open} more cannot be called passed.",
                counted(stops, "cell", "cells")
            )
        }
    };
    vec![Span::words(Kind::Text, &said)]
}

fn heatmap(sheet: &Sheet<'_>) -> HeatmapView {
    let map = &sheet.report.heatmap;
    let quiet = |verdict: &Verdict| matches!(verdict, Verdict::Pass | Verdict::Waived | Verdict::NotApplicable);
    let feature = |(at, (name, checks)): (usize, &(String, Vec<String>))| Feature {
        name: cut(name, 24),
        checks: stem(checks),
        open: map.rows.iter().any(|row| row.cells.get(at).is_some_and(|v| !quiet(v))),
    };
    let mut seen: Vec<Verdict> = map.rows.iter().flat_map(|row| row.cells.iter().copied()).collect();
    seen.sort_unstable();
    seen.dedup();
    let mut before: Option<&str> = None;
    let rows = map.rows.iter().map(|row| {
        let begins = before.is_some_and(|platform| platform != row.platform);
        before = Some(&row.platform);
        line(row, &map.features, begins)
    });
    let rows = rows.collect();
    HeatmapView {
        features: map.features.iter().enumerate().map(feature).collect(),
        rows,
        alt: alt(sheet),
        key: seen.into_iter().rev().map(mark).collect(),
    }
}

/// `S5.1, S5.2` → `S5`; one check stands as it is.
fn stem(checks: &[String]) -> String {
    match checks {
        [only] => cut(only, 8),
        [first, ..] => cut(first.split('.').next().unwrap_or(first), 8),
        [] => String::new(),
    }
}

fn line(row: &HeatmapRow, features: &[(String, Vec<String>)], begins: bool) -> HeatmapLine {
    let passed = row.cells.iter().filter(|v| **v == Verdict::Pass).count();
    let mut open = Line::new();
    for (verdict, (name, _)) in row.cells.iter().zip(features).filter(|(v, _)| **v != Verdict::Pass) {
        if !open.is_empty() {
            open.push(Span::words(Kind::Text, "; "));
        }
        open.extend(state(*verdict, &verdict.word().to_uppercase()));
        open.push(Span::words(Kind::Text, &format!(" {}", cut(name, 24))));
    }
    HeatmapLine {
        tester: cut(&row.tester, 12),
        device: cut(&row.device, 28),
        system: format!(
            "{} {}",
            platform(&row.platform),
            cut(row.os_version.trim_start_matches(|c: char| !c.is_ascii_digit()), 16)
        ),
        cells: row.cells.iter().map(|v| mark_key(*v).to_owned()).collect(),
        sessions: figures::count(row.sessions),
        requests: figures::count(row.requests),
        begins,
        passed: format!("{passed} of {}", row.cells.len()),
        open,
    }
}

fn alt(sheet: &Sheet<'_>) -> String {
    let map = &sheet.report.heatmap;
    let mut parts = Vec::new();
    for row in &map.rows {
        for (verdict, (name, _)) in row.cells.iter().zip(&map.features) {
            if *verdict != Verdict::Pass {
                parts.push(format!("{} {} {}", cut(&row.tester, 12), cut(name, 24), verdict.word()));
            }
        }
    }
    let head = format!(
        "Heat map of {} and {}.",
        counted(map.rows.len(), "tester", "testers"),
        counted(map.features.len(), "feature", "features")
    );
    match parts.len() {
        0 => format!("{head} Every cell passes."),
        n => format!("{head} {} not passed: {}.", counted(n, "cell is", "cells are"), cut(&parts.join("; "), 600)),
    }
}

fn conflicts(sheet: &Sheet<'_>) -> Grid {
    let columns =
        [("Tester, feature", 3), ("The tester said", 3), ("The evidence shows", 5), ("Verdict", 0), ("Evidence", 0)];
    let mut grid =
        Grid::new(&columns, "None: no tester’s word and no log line contradict each other, and no cell fails.");
    for row in &sheet.report.conflicts {
        let mut who = bold(&cut(&row.tester, 12));
        who.push(Span::words(Kind::Text, " "));
        who.extend(prose(&cut(&row.feature, 80)));
        let evidence = std::slice::from_ref(&row.evidence);
        let said = sentence(&cut(&row.said, 240));
        grid.rows.push(vec![
            who,
            prose(&said),
            prose(&sentence(&cut(&row.shown, 240))),
            mark(row.verdict),
            sheet.evidence(evidence),
        ]);
    }
    grid.keep(SHOWN, link("2-checklist-matrix", "section 2"));
    grid
}

/// Cells that are neither passed nor failed; testers who lack the same thing share a row.
fn thin(sheet: &Sheet<'_>) -> Grid {
    let columns = [("Testers", 2), ("Feature", 3), ("What was seen", 6), ("Verdict", 0), ("Evidence", 0)];
    let mut grid = Grid::new(&columns, "None: every cell is passed or failed.");
    for check in &sheet.report.checks {
        let mut alike: BTreeMap<(Verdict, &str), Vec<&TesterCell>> = BTreeMap::new();
        let open = |c: &&TesterCell| matches!(c.verdict, Verdict::NoData | Verdict::Inconclusive | Verdict::Pending);
        for cell in check.cells.iter().filter(open) {
            alike.entry((cell.verdict, &cell.sentence)).or_default().push(cell);
        }
        for ((verdict, said), cells) in alike {
            grid.rows.push(vec![
                bold(&names(check, &cells)),
                short(&format!("{} {}", check.item, check.title), 80),
                prose(&sentence(&cut(said, 240))),
                mark(verdict),
                sheet.evidence(&check.evidence),
            ]);
        }
    }
    grid.keep(SHOWN, link("2-checklist-matrix", "section 2"));
    grid
}

fn names(check: &Check, cells: &[&TesterCell]) -> String {
    if cells.len() == check.cells.len() && cells.len() > 1 {
        return "all".to_owned();
    }
    cut(&cells.iter().map(|c| c.tester.as_str()).collect::<Vec<_>>().join(", "), 60)
}
