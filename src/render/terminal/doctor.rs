//! What the doctor noticed, as a terminal shows it.

use std::fmt::Write as _;

use super::{Paint, WIDTH, wrap};
use crate::report::diagnosis::{Diagnosis, Grade, Noticed};

/// Every section with its lines, the fix behind each fault, and the sum.
#[must_use]
pub fn render(diagnosis: &Diagnosis, paint: Paint) -> String {
    let mut out = String::new();
    for section in &diagnosis.sections {
        let _ = writeln!(out, "\n   {}", paint.bold(&section.about));
        for noticed in &section.noticed {
            out.push_str(&line(noticed, paint));
        }
    }
    let (faults, warnings) = (diagnosis.count(Grade::Fault), diagnosis.count(Grade::Warning));
    let of = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let _ = writeln!(out, "\n   {}, {}", of(faults, "fault"), of(warnings, "warning"));
    out
}

fn line(noticed: &Noticed, paint: Paint) -> String {
    let (mark, word, code) = match noticed.grade {
        Grade::Fine => ("✓", "fine", "32"),
        Grade::Warning => ("!", "warning", "33"),
        Grade::Fault => ("✗", "fault", "31"),
    };
    let mut out = String::new();
    for (at, text) in wrap(&noticed.what, WIDTH - 18).into_iter().enumerate() {
        let lead = if at == 0 { paint.style(code, &format!("{mark} {word:<9}")) } else { " ".repeat(11) };
        let _ = writeln!(out, "     {lead} {text}");
    }
    for (at, text) in wrap(&noticed.fix, WIDTH - 24).into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        let lead = if at == 0 { "fix" } else { "   " };
        let _ = writeln!(out, "                 {} {text}", paint.dim(lead));
    }
    out
}
