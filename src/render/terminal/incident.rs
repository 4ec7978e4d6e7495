//! An incident on one screen: what, since when, who, what may explain it, whether it is over, where the files are.

use std::fmt::Write;

use super::{Paint, WIDTH, cut, mark, wrap};
use crate::render::figures;
use crate::render::incident::sheet::Sheet;
use crate::render::view::counted;
use crate::render::view::first_page::sentence as capital;
use crate::report::incident::{Affected, Answer, Incident, LeakAnswer, OverAnswer, Times, When};
use crate::verdict::Verdict;

/// Testers that are named.
const TESTERS: usize = 3;
/// Columns before what a line says.
const MARGIN: usize = 14;

/// The summary of a report that was written to `folder`; at most 24 lines.
#[must_use]
pub fn render(incident: &Incident, folder: &str, paint: Paint) -> String {
    let sheet = Sheet::of(incident);
    let mut out = String::new();
    let title = cut(&incident.meta.title, WIDTH - 5 - sheet.id().chars().count());
    let _ = writeln!(out, "\n   {}  {}", paint.bold(&sheet.id()), paint.bold(&title));
    let _ = writeln!(out, "   {}\n", cut(&kind(incident), WIDTH - 3));
    times(&mut out, &sheet, &incident.times);
    let _ = writeln!(out);
    let (verdict, said) = match incident.leak.answer {
        LeakAnswer::Yes => (Verdict::Fail, &incident.leak.sentence),
        LeakAnswer::No => (Verdict::Pass, &incident.leak.sentence),
        LeakAnswer::CannotExclude => (Verdict::NoData, &incident.leak.sentence),
    };
    answered(&mut out, paint, "leak", (verdict, incident.leak.answer.word()), said);
    testers(&mut out, &incident.affected);
    suspect(&mut out, &sheet, incident);
    let (verdict, said) = match incident.over.answer {
        OverAnswer::Yes => (Verdict::Pass, &incident.over.sentence),
        OverAnswer::No => (Verdict::Fail, &incident.over.sentence),
        OverAnswer::CannotTell => (Verdict::Inconclusive, &incident.over.sentence),
    };
    answered(&mut out, paint, "over", (verdict, incident.over.answer.word()), said);
    if let Some(reopened) = &incident.over.reopened {
        line(&mut out, "reopened", reopened);
    }
    line(&mut out, "missing", &missing(&incident.missing));
    let _ = writeln!(out, "   {:<10} {folder}", "report");
    out
}

/// That there is no incident, and why.
#[must_use]
pub fn none(reason: &str, paint: Paint) -> String {
    let mut out = format!("\n   {}\n", paint.bold("no incident found"));
    for line in wrap(reason, WIDTH - 3).into_iter().take(4) {
        let _ = writeln!(out, "   {line}");
    }
    out
}

/// `SEV1 · draft · R2 fired: Tenant data leak — …`
fn kind(incident: &Incident) -> String {
    let status = incident.written.status.word();
    let fired = incident.triggers.iter().find(|trigger| trigger.state == "FIRED");
    let fired = match (incident.fired.as_slice(), fired) {
        ([], _) => "no trigger fired".to_owned(),
        (names, Some(trigger)) => format!("{} fired: {}", names.join(", "), trigger.condition),
        (names, None) => format!("{} fired", names.join(", ")),
    };
    let severity = if incident.meta.severity.is_empty() { "no severity set" } else { incident.meta.severity.as_str() };
    format!("{severity} · {status} · {fired}")
}

fn line(out: &mut String, name: &str, text: &str) {
    let _ = writeln!(out, "   {name:<10} {}", cut(text, WIDTH - MARGIN));
}

/// The times with what lies between them; an unknown one with its reason.
fn times(out: &mut String, sheet: &Sheet<'_>, times: &Times) {
    let after = |seconds: Option<i64>, word: &str| {
        seconds.map_or_else(String::new, |s| format!(" · {} {word}", figures::duration(s as f64)))
    };
    let began = if times.first_bad.at.is_some() { &times.first_bad } else { &times.started };
    let date = began.at.map_or_else(String::new, |at| format!(" · {}", at.strftime("%-d %b %Y")));
    let rows: [(&str, &When, String); 5] = [
        ("began", began, date),
        ("noticed", &times.detected, after(times.to_detect_s, "after it began")),
        ("pulled", &times.rolled_back, after(times.to_mitigate_s, "after it was noticed")),
        ("last bad", &times.last_bad, after(times.impact_s, "of impact")),
        ("recovered", &times.recovered, after(times.to_recover_s, "after it began")),
    ];
    for (name, when, beside) in rows {
        match when.at {
            Some(at) => line(out, name, &format!("{}{beside}", sheet.both(at))),
            None if when.how.is_empty() => line(out, name, "unknown"),
            None => line(out, name, &format!("unknown: {}", when.how)),
        }
    }
}

/// An answer with its mark, and the sentence behind it in at most two lines.
fn answered(out: &mut String, paint: Paint, name: &str, (verdict, word): (Verdict, &str), sentence: &str) {
    let (sign, code) = mark(verdict);
    let mut lines = wrap(&format!("{word}. {}", capital(sentence)), WIDTH - MARGIN - 2);
    if lines.len() > 2 {
        lines.truncate(2);
        lines[1] = format!("{}…", cut(&lines[1], WIDTH - MARGIN - 3).trim_end_matches('…'));
    }
    for (at, text) in lines.iter().enumerate() {
        match text.strip_prefix(word).filter(|_| at == 0) {
            Some(rest) => {
                let _ = writeln!(out, "   {name:<10} {}{rest}", paint.style(code, &format!("{sign} {word}")));
            }
            None => {
                let _ = writeln!(out, "   {:<10}   {text}", "");
            }
        }
    }
}

fn testers(out: &mut String, affected: &[Affected]) {
    if affected.is_empty() {
        line(out, "testers", "none is known");
    }
    for (at, row) in affected.iter().take(TESTERS).enumerate() {
        let known = |text: &Option<String>, what: &str| text.clone().unwrap_or_else(|| format!("{what} missing"));
        let rest = affected.len() - TESTERS.min(affected.len());
        let more = if at + 1 == TESTERS && rest > 0 { format!("; and {rest} more") } else { String::new() };
        let said = format!(
            "{} · {}, {}, build {}, {}{more}",
            cut(&row.tester, 14),
            cut(&known(&row.device, "device"), 28),
            cut(&known(&row.os_version, "OS"), 16),
            cut(&known(&row.build, "number"), 12),
            counted(row.request_ids.len(), "request id", "request ids"),
        );
        line(out, if at == 0 { "testers" } else { "" }, &said);
    }
}

/// The first suspect and its answers.
fn suspect(out: &mut String, sheet: &Sheet<'_>, incident: &Incident) {
    let Some(first) = incident.suspects.first() else {
        line(out, "suspect", "nothing is known to have changed or broken near the first bad event");
        return;
    };
    let commit =
        first.commit.as_ref().map_or_else(String::new, |commit| format!(", {}", cut(commit, 8).trim_end_matches('…')));
    line(out, "suspect", &format!("{} at {}{commit}", cut(&first.name, 50), sheet.both(first.at)));
    for pair in first.questions.chunks(2).take(2) {
        let said = pair.iter().map(|question| {
            let word = match question.answer {
                Answer::Yes => "yes",
                Answer::No => "no",
                Answer::CannotTell => "can’t tell",
            };
            cut(&format!("{} {word}", question.text), 40)
        });
        line(out, "", &said.collect::<Vec<_>>().join(" · "));
    }
}

fn missing(missing: &[String]) -> String {
    match missing {
        [] => "nothing is known to be missing".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{}; and {} more, at the top of the report", cut(first, 56), rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::incident::sample;
    use crate::render::sample::HOSTILE;

    #[test]
    fn any_incident_fits_on_one_screen() {
        let long = HOSTILE.join(" ");
        let incidents =
            [sample::rich(), sample::many(12), sample::nothing(), sample::hostile(&long, 12), sample::hostile("", 0)];
        for incident in &incidents {
            let shown = render(incident, "reports/incident-s3-2026-08-26", Paint { colours: false });
            assert!(shown.lines().count() <= 24, "{shown}");
            assert!(shown.lines().all(|line| line.chars().count() <= WIDTH), "{shown}");
            assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
        }
        assert!(none(&long, Paint { colours: false }).lines().all(|line| line.chars().count() <= WIDTH));
    }

    #[test]
    fn the_screen_says_what_on_call_asks() {
        let shown =
            render(&sample::rich(), "reports/incident-s3-2026-08-26", Paint { colours: false }).replace('\u{a0}', " ");
        for said in [
            "INC-601",
            "R2 fired: Tenant data leak",
            "began      09:14:40 UTC (10:14:40 BST) · 26 Aug 2026",
            "unknown: no tester read positions since",
            "✗ Yes. 8 accounts",
            "t02 · iPhone 14, iOS 18.3.2, build 42, 11 request ids",
            "OS missing",
            "Clean until it came? yes",
            "Stops when undone? can’t tell",
            "✓ Yes, as far as can be seen.",
            "report     reports/incident-s3-2026-08-26",
        ] {
            assert!(shown.contains(said), "{said} is not in\n{shown}");
        }
    }
}
