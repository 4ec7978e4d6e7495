//! Every line of the runbook with its checks: bound, attested, unbound.

use std::fmt::Write;

use super::{Paint, WIDTH, cut};
use crate::report::{Check, Item, Report};
use crate::verdict::Verdict;

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
            word(item),
        );
        if !passes(&item) {
            let _ = writeln!(out, "         {}", paint.dim(&cut(&item.reason, WIDTH - 9)));
        }
    }
    summary(&mut out, report);
    out
}

/// How a line is judged: by a machine, by a person, by either or both, as declared, or not at all.
fn word(item: &Item) -> &str {
    match item.binding.as_str() {
        "out-of-scope" => "no scope",
        other => other,
    }
}

fn summary(out: &mut String, report: &Report) {
    let number = |word: &str| report.items.iter().filter(|i| i.binding == word).count();
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
    let declared = number("manual") + number("action") + number("out-of-scope");
    if declared > 0 {
        let _ = writeln!(
            out,
            "declared by the team: {} manual, {} actions, {} out of scope",
            number("manual"),
            number("action"),
            number("out-of-scope"),
        );
    }
    let other = report.items.iter().filter(|i| i.known_as.is_some()).count();
    if other > 0 {
        let ids: Vec<&str> = report.items.iter().filter(|i| i.known_as.is_some()).map(|i| i.id.as_str()).collect();
        let _ = writeln!(out, "{other} worded otherwise than their checks know them: {}", cut(&ids.join(" "), 50));
    }
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
