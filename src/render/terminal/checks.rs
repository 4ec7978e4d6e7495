//! Every line of the runbook with its checks: bound, attested, unbound.

use std::fmt::Write;

use super::{Paint, WIDTH, cut};
use crate::report::{Check, Item, Report};
use crate::verdict::{Proof, Verdict};

/// The lines; with `open` only those that do not pass.
#[must_use]
pub fn render(report: &Report, open: bool, paint: Paint) -> String {
    let mut out = String::new();
    let mut section = String::new();
    let passes = |i: &&Item| matches!(i.verdict, Verdict::Pass | Verdict::NotApplicable);
    for item in report.items.iter().filter(|i| !(open && passes(i))) {
        let heading = item.subsection.as_deref().unwrap_or(&item.section);
        if heading != section {
            let _ = writeln!(out, "\n{}", paint.bold(&cut(heading, WIDTH)));
            heading.clone_into(&mut section);
        }
        let checks: Vec<&Check> = report.checks.iter().filter(|c| item.checks.contains(&c.id)).collect();
        let mut names: Vec<&str> = checks.iter().map(|c| c.item.as_str()).collect();
        names.dedup();
        let text = cut(&item.text, WIDTH - 53);
        let _ = writeln!(
            out,
            "  {:<6} {} {:<14} {:<9} {text}",
            item.id,
            paint.verdict(item.verdict),
            cut(&names.join(" "), 14),
            binding(&checks),
        );
        if !passes(&item) {
            let _ = writeln!(out, "         {}", paint.dim(&cut(&item.reason, WIDTH - 9)));
        }
    }
    summary(&mut out, report);
    out
}

/// How a line is judged: by a machine, by a person, by either or both, or not at all.
fn binding(checks: &[&Check]) -> &'static str {
    let proofs: Vec<Proof> = checks.iter().map(|c| c.proof).collect();
    match proofs.as_slice() {
        [] => "unbound",
        all if all.iter().all(|p| *p == Proof::Machine) => "machine",
        all if all.iter().all(|p| *p == Proof::Attested) => "attested",
        all if all.contains(&Proof::Both) => "both",
        _ => "either",
    }
}

fn summary(out: &mut String, report: &Report) {
    let checks_of =
        |item: &Item| -> Vec<&Check> { report.checks.iter().filter(|c| item.checks.contains(&c.id)).collect() };
    let number = |word: &str| report.items.iter().filter(|i| binding(&checks_of(i)) == word).count();
    let _ = writeln!(
        out,
        "\n{} lines: {} judged by a machine, {} by either, {} by a person's word, {} need both, {} unbound",
        report.items.len(),
        number("machine"),
        number("either"),
        number("attested"),
        number("both"),
        number("unbound"),
    );
    let alone: Vec<&str> = report
        .checks
        .iter()
        .filter(|c| !report.items.iter().any(|i| i.checks.contains(&c.id)))
        .map(|c| c.item.as_str())
        .collect();
    if !alone.is_empty() {
        let _ = writeln!(out, "judged beside the runbook: {}", cut(&alone.join(" "), WIDTH - 27));
    }
}
