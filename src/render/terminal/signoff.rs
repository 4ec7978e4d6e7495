//! The decision on one screen: why, what is missing, where the files are.

use std::fmt::Write;

use super::{Paint, WIDTH, cut, wrap};
use crate::render::figures;
use crate::report::{Check, Report};
use crate::verdict::{Effect, Verdict};

/// Reasons and open lines that are shown; the packet has the rest.
const REASONS: usize = 3;
const LINES: usize = 5;

/// The summary of a packet that was written to `packet`.
#[must_use]
pub fn render(report: &Report, packet: &str, paint: Paint) -> String {
    let mut out = String::new();
    let meta = &report.meta;
    let head = format!("{}, stage {} · build {}", meta.stage_title, meta.stage_number, meta.candidate);
    let _ = writeln!(
        out,
        "\n{}  {} · {} UTC\n",
        paint.call(report.decision.call),
        paint.bold(&cut(&head, 60)),
        figures::span(&meta.window)
    );
    because(&mut out, report, paint);
    triggers(&mut out, report);
    counts(&mut out, report, paint);
    open(&mut out, report, paint);
    let _ = writeln!(out, "   next    {}", cut(&next(report), WIDTH - 11));
    let _ = writeln!(out, "   packet  {packet}");
    out
}

fn because(out: &mut String, report: &Report, paint: Paint) {
    let reasons = &report.decision.because;
    if reasons.is_empty() {
        for (at, line) in wrap(&report.decision.sentence, WIDTH - 12).iter().enumerate() {
            let _ = writeln!(out, "   {:<8} {line}", if at == 0 { "because" } else { "" });
        }
    }
    for (at, reason) in reasons.iter().take(REASONS).enumerate() {
        let lead = if at == 0 { "because" } else { "" };
        let sentence = cut(&reason.sentence, WIDTH - 14);
        let _ = writeln!(out, "   {lead:<8} {}  {}", at + 1, paint.bold(&cut(&reason.lead, WIDTH - 15)));
        let _ = writeln!(out, "               {sentence}");
    }
    if reasons.len() > REASONS {
        let _ = writeln!(out, "            {}", paint.dim(&format!("and {} more", reasons.len() - REASONS)));
    }
}

fn triggers(out: &mut String, report: &Report) {
    let number = |states: &[&str]| report.triggers.iter().filter(|t| states.contains(&t.state.as_str())).count();
    let waived = match number(&["WAIVED"]) {
        0 => String::new(),
        n => format!(", {n} waived"),
    };
    let _ = writeln!(
        out,
        "   triggers {} of {} fired, {} that cannot be excluded{waived}\n",
        number(&["FIRED"]),
        report.triggers.len(),
        number(&["CANNOT EXCLUDE", "HOLD"]),
    );
}

fn counts(out: &mut String, report: &Report, paint: Paint) {
    let heads: Vec<String> = Verdict::ALL.iter().map(|v| format!("{:>9}", short(*v))).collect();
    let _ = writeln!(out, "            {}", paint.dim(&heads.concat()));
    for (effect, row) in &report.counts.by_effect {
        let cells: Vec<String> = row.iter().map(|n| format!("{n:>9}")).collect();
        let _ = writeln!(out, "   {effect:<9}{}", cells.concat());
    }
    let _ = writeln!(out);
}

fn short(verdict: Verdict) -> &'static str {
    if verdict == Verdict::Inconclusive { "inconcl." } else { verdict.word() }
}

/// Gating checks that do not pass, the worst first.
fn open(out: &mut String, report: &Report, paint: Paint) {
    let mut open: Vec<&Check> = report
        .checks
        .iter()
        .filter(|c| !matches!(c.effect, Effect::Advisory | Effect::Action))
        .filter(|c| !matches!(c.verdict, Verdict::Pass | Verdict::NotApplicable))
        .collect();
    open.sort_by_key(|c| c.verdict);
    // Those that are reasons already stand above.
    let told: Vec<&str> = report.decision.because.iter().take(REASONS).map(|r| r.check.as_str()).collect();
    let rest: Vec<&&Check> = open.iter().filter(|c| !told.contains(&c.id.as_str())).collect();
    for check in rest.iter().take(LINES) {
        let text = cut(&format!("{}: {}", check.title, check.sentence), WIDTH - 27);
        let _ = writeln!(out, "   {} {:<6} {text}", paint.verdict(check.verdict), check.item);
    }
    if rest.len() > LINES {
        let more = format!("{} more lines: cutover checks --open", rest.len() - LINES);
        let _ = writeln!(out, "   {}", paint.dim(&more));
    }
    if !rest.is_empty() {
        let _ = writeln!(out);
    }
}

fn next(report: &Report) -> String {
    let reasons = &report.decision.because;
    let first = reasons.iter().find_map(|r| report.checks.iter().find(|c| c.id == r.check));
    match (first, reasons.first()) {
        (Some(check), _) => format!("see what stands behind it: cutover why {}", check.item),
        (None, Some(reason)) => reason.lead.clone(),
        (None, None) => {
            "read page 1, sign it, then update the documents as section 10 of the packet proposes".to_owned()
        }
    }
}
