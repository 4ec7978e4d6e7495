//! The runbook's lines in, the checklist matrix out: grouped by heading, verbatim, with a square per tester.

use super::block::{Block, Matrix, MatrixGroup, MatrixRow};
use super::span::{Kind, Line, Span, cut, mark, mark_key, prose};
use super::{Sheet, counted};
use crate::report::{Item, TesterCell};
use crate::verdict::{Effect, Verdict};

/// The section's blocks.
#[must_use]
pub fn blocks(sheet: &Sheet<'_>) -> Vec<Block> {
    let items = &sheet.report.items;
    if items.is_empty() {
        return vec![Block::Note { line: prose("The runbook has no line that can be judged.") }];
    }
    let roster: Vec<&str> = sheet.report.scope.testers.iter().map(|t| t.tester.as_str()).collect();
    let testers = match (roster.first(), roster.last()) {
        (Some(first), Some(last)) if first != last => format!("{} – {}", cut(first, 12), cut(last, 12)),
        (Some(only), _) => cut(only, 12),
        _ => String::new(),
    };
    let mut groups: Vec<MatrixGroup> = Vec::new();
    for run in items.chunk_by(|a, b| a.section == b.section) {
        groups.push(group(sheet, run));
    }
    vec![Block::Note { line: legend(items) }, Block::Matrix { matrix: Matrix { testers, groups } }]
}

fn legend(items: &[Item]) -> Line {
    let words = tally(items.iter().map(|item| item.verdict));
    let text = format!(
        "All {} of the runbook that can be judged, in its order: {words}. Effect: B blocker, R rollback trigger, H hold, \
         A advisory, – action or precondition.",
        counted(items.len(), "line", "lines")
    );
    let mut line = vec![Span::words(Kind::Text, &text)];
    if items.iter().any(|item| !item.cells.is_empty()) {
        line.push(Span::words(Kind::Text, " One square per tester, in the order of section 1."));
    }
    line
}

/// `82 pass, 1 fail`: the commonest verdict of a good packet first, then the worst first.
fn tally(verdicts: impl Iterator<Item = Verdict>) -> String {
    let mut counts = [0usize; 8];
    for verdict in verdicts {
        counts[Verdict::ALL.iter().position(|v| *v == verdict).unwrap_or(0)] += 1;
    }
    let mut parts: Vec<(Verdict, usize)> = Verdict::ALL.into_iter().zip(counts).filter(|(_, n)| *n > 0).collect();
    parts.sort_by_key(|(verdict, _)| (*verdict != Verdict::Pass, *verdict));
    parts.iter().map(|(verdict, n)| format!("{n} {}", verdict.word())).collect::<Vec<_>>().join(", ")
}

fn group(sheet: &Sheet<'_>, items: &[Item]) -> MatrixGroup {
    let all_passed = items.iter().all(|item| item.verdict == Verdict::Pass);
    let number = counted(items.len(), "item", "items");
    let note = if all_passed {
        if items.len() == 1 { format!("{number}, passed") } else { format!("{number}, all passed") }
    } else {
        format!("{number}: {}", tally(items.iter().map(|item| item.verdict)))
    };
    MatrixGroup {
        title: prose(&cut(&items[0].section, 160)),
        note,
        all_passed,
        rows: items.iter().map(|item| row(sheet, item)).collect(),
    }
}

fn row(sheet: &Sheet<'_>, item: &Item) -> MatrixRow {
    let quiet = matches!(item.verdict, Verdict::Pass | Verdict::NotApplicable);
    let passed = item.cells.iter().filter(|c| c.verdict == Verdict::Pass).count();
    MatrixRow {
        id: item.id.clone(),
        text: prose(&cut(&item.text, 600)),
        why: if quiet { Line::new() } else { prose(&cut(&item.reason, 300)) },
        effect: letter(item.effect).to_owned(),
        cells: item.cells.iter().map(|cell: &TesterCell| mark_key(cell.verdict).to_owned()).collect(),
        seen: if item.cells.is_empty() { String::new() } else { format!("{passed} of {}", item.cells.len()) },
        verdict: mark(item.verdict),
        evidence: sheet.evidence(&item.evidence),
        judged: item.judged_at.map(|at| at.strftime("%d\u{a0}%b").to_string()).unwrap_or_default(),
    }
}

fn letter(effect: Effect) -> &'static str {
    match effect {
        Effect::Trigger => "R",
        Effect::Blocker => "B",
        Effect::Hold => "H",
        Effect::Advisory => "A",
        Effect::Action => "–",
    }
}
