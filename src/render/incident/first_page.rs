//! The incident in, page 1 out: what on-call reads at once, whatever is missing named at the top.

use serde::Serialize;

use super::sheet::Sheet;
use crate::render::figures;
use crate::render::view::block::Fact;
use crate::render::view::first_page::sentence;
use crate::render::view::grid::Grid;
use crate::render::view::span::{Kind, Line, Span, bold, code, cut, grey, plain, prose, short};
use crate::report::Trigger;
use crate::report::incident::{LeakAnswer, Next, Step, StepState, Telling};

/// Rows of the lists on page 1; a face may show fewer where they would not fit.
const LISTED: usize = 6;
const FIGURES: usize = 5;
const TELLING: usize = 3;

/// Page 1.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FirstPage {
    title: String,
    badges: Vec<Badge>,
    /// Id, owner, builds, first suspect.
    facts: String,
    /// Which incident this is, and why it was chosen.
    chosen: Line,
    missing: Vec<Line>,
    missing_in_all: usize,
    summary: Line,
    leak: Leak,
    figures: Vec<Figure>,
    conditions: Grid,
    conditions_in_all: usize,
    steps: Grid,
    steps_in_all: usize,
    over: Line,
    next: Vec<Fact>,
    telling: Grid,
}

/// A framed word.
#[derive(Debug, Clone, Serialize)]
struct Badge {
    text: String,
    /// Names the colour.
    key: String,
}

/// The answer that every reader looks for.
#[derive(Debug, Clone, Serialize)]
struct Leak {
    key: String,
    question: String,
    answer: String,
    sentence: Line,
}

/// A large figure.
#[derive(Debug, Clone, Serialize)]
struct Figure {
    value: String,
    unit: String,
    note: Line,
}

/// Page 1 of an incident.
pub(super) fn of(sheet: &Sheet<'_>) -> FirstPage {
    let incident = sheet.incident;
    let title = cut(&incident.meta.title, 110);
    let over = &incident.over;
    let mut said = bold(&format!("{}.", over.answer.word()));
    said.push(Span::words(Kind::Text, " "));
    said.extend(prose(&sentence(&cut(&over.sentence, 320))));
    if let Some(reopened) = &over.reopened {
        said.push(Span::words(Kind::Text, " "));
        said.extend(bold(&sentence(&cut(reopened, 160))));
    }
    FirstPage {
        title: if title.is_empty() { "Incident without a title".to_owned() } else { title },
        badges: badges(sheet),
        facts: facts(sheet),
        chosen: grey(&sentence(&cut(&incident.chosen, 260))),
        missing: incident.missing.iter().take(LISTED).map(|what| prose(&sentence(&cut(what, 200)))).collect(),
        missing_in_all: incident.missing.len(),
        summary: prose(&sentence(&cut(&incident.impact.summary, 620))),
        leak: leak(sheet),
        figures: incident.impact.figures.iter().take(FIGURES).map(figure).collect(),
        conditions: conditions(sheet),
        conditions_in_all: incident.triggers.len(),
        steps: steps(sheet),
        steps_in_all: incident.steps.len(),
        over: sheet.proven(said, &over.evidence),
        next: next(sheet),
        telling: telling(sheet, &incident.telling),
    }
}

fn badges(sheet: &Sheet<'_>) -> Vec<Badge> {
    let meta = &sheet.incident.meta;
    let badge = |text: String, key: &str| Badge { text, key: key.to_owned() };
    let severity = cut(&meta.severity, 24);
    let severity = if severity.is_empty() { "No severity set".to_owned() } else { severity };
    let proposed = meta.severity_from.to_lowercase().contains("propos");
    let complete = match meta.completeness {
        Some(share) => format!("Evidence {} complete", figures::percent(share.clamp(0.0, 1.0))),
        None => "Completeness of evidence unknown".to_owned(),
    };
    vec![
        badge(if proposed { format!("{severity}, proposed") } else { severity }, "fail"),
        badge(sheet.incident.written.status.word().to_uppercase(), "ink"),
        badge(complete, "grey"),
    ]
}

fn facts(sheet: &Sheet<'_>) -> String {
    let meta = &sheet.incident.meta;
    let mut parts = vec![sheet.id()];
    if !meta.owner.is_empty() {
        parts.push(format!("owner {}", cut(&meta.owner, 40)));
    }
    match meta.builds.as_slice() {
        [] => {}
        [build] => parts.push(format!("build {}", cut(build, 30))),
        builds => parts.push(format!("builds {}", cut(&builds.join(", "), 40))),
    }
    if let Some(suspect) = sheet.incident.suspects.first() {
        parts.push(format!("first suspect: {}", cut(&suspect.name, 50)));
    }
    parts.join(" · ")
}

fn leak(sheet: &Sheet<'_>) -> Leak {
    let leak = &sheet.incident.leak;
    Leak {
        key: match leak.answer {
            LeakAnswer::Yes => "no-go",
            LeakAnswer::No => "go",
            LeakAnswer::CannotExclude => "no-data",
        }
        .to_owned(),
        question: "Did one tenant see another’s data?".to_owned(),
        answer: format!("{}.", leak.answer.word()),
        sentence: sheet.proven(prose(&sentence(&cut(&leak.sentence, 330))), &leak.evidence),
    }
}

fn figure(figure: &crate::report::incident::Figure) -> Figure {
    let value = cut(&figure.value, 14);
    Figure {
        value: if value.is_empty() { "unknown".to_owned() } else { value },
        unit: cut(&figure.unit, 10),
        note: if figure.note.is_empty() { short(&figure.name, 80) } else { prose(&cut(&figure.note, 96)) },
    }
}

/// `R2` of `r2_tenant_leak`; empty where a check has another kind of name.
pub(in crate::render) fn short_name(check: &str) -> String {
    let first = check.split('_').next().unwrap_or_default();
    let letters = first.chars().take_while(char::is_ascii_alphabetic).count();
    let short = (1..=2).contains(&letters) && first.len() > letters && first.len() <= 4;
    let numbered = short && first.chars().skip(letters).all(|c| c.is_ascii_digit());
    if numbered { first.to_uppercase() } else { String::new() }
}

/// The rollback conditions in runbook order; where there are too many, those that are not quiet come first.
fn conditions(sheet: &Sheet<'_>) -> Grid {
    let mut grid = Grid::new(&[("State", 0), ("Condition, as in the runbook", 1)], "The runbook has none.");
    let mut ordered: Vec<&Trigger> = sheet.incident.triggers.iter().collect();
    if ordered.len() > LISTED {
        ordered.sort_by_key(|trigger| trigger.verdict);
    }
    for trigger in ordered {
        let name = short_name(&trigger.check);
        let fired = trigger.state == "FIRED" || (!name.is_empty() && sheet.incident.fired.contains(&name));
        let mut line = if name.is_empty() { Line::new() } else { bold(&name) };
        if !line.is_empty() {
            line.push(Span::words(Kind::Text, " "));
        }
        let condition = cut(&trigger.condition, 300);
        line.extend(if fired { bold(&condition) } else { prose(&condition) });
        let state = crate::render::view::span::state(trigger.verdict, &trigger.state);
        grid.rows.push(vec![state, line]);
    }
    grid.rows.truncate(LISTED);
    grid
}

/// A step's mark and word.
pub(super) fn step_state(state: StepState) -> Line {
    let (key, word) = match state {
        StepState::Done => ("pass", "DONE"),
        StepState::NotDone => ("fail", "NOT DONE"),
        StepState::NotSeen => ("no-data", "NOT SEEN"),
        StepState::Pending => ("pending", "PENDING"),
    };
    vec![Span::keyed(Kind::Mark, key, word)]
}

fn steps(sheet: &Sheet<'_>) -> Grid {
    let mut grid = Grid::new(&[("State", 0), ("Step of the runbook", 1)], "The runbook prescribes no step.");
    for step in sheet.incident.steps.iter().take(LISTED) {
        grid.rows.push(vec![step_state(step.state), step_line(sheet, step)]);
    }
    grid
}

fn step_line(sheet: &Sheet<'_>, step: &Step) -> Line {
    let mut line = prose(&cut(&step.text, 160));
    let at = step.at.map(|at| format!(" {}", sheet.utc(at))).unwrap_or_default();
    let order = if step.out_of_order { " (out of order)" } else { "" };
    line.push(Span::words(Kind::Grey, &format!("{at}{order}")));
    line
}

/// What comes next and who does it.
fn next(sheet: &Sheet<'_>) -> Vec<Fact> {
    let fact = |name: &str, line: Line| Fact { name: name.to_owned(), values: vec![line] };
    let mut facts = Vec::new();
    // Where nothing is proposed, the first step of the runbook that was not seen done.
    let open = sheet.incident.steps.iter().find(|step| step.state != StepState::Done).map(|step| Next {
        what: step.text.clone(),
        owner: sheet.incident.meta.owner.clone(),
        due: String::new(),
    });
    let proposed = if sheet.incident.next.is_empty() { open.as_slice() } else { &sheet.incident.next };
    for (at, next) in proposed.iter().take(2).enumerate() {
        facts.push(fact(if at == 0 { "Step" } else { "Then" }, prose(&sentence(&cut(&next.what, 160)))));
        let owner = cut(&next.owner, 40);
        let owner = if owner.is_empty() { grey("nobody yet: name one") } else { plain(&owner) };
        facts.push(fact("Owner", owner));
        if !next.due.is_empty() {
            facts.push(fact("Due", short(&next.due, 60)));
        }
    }
    if facts.is_empty() {
        facts.push(fact("Step", grey("None is proposed.")));
    }
    if !sheet.incident.over.next_look.is_empty() {
        facts.push(fact("Look again", prose(&sentence(&cut(&sheet.incident.over.next_look, 140)))));
    }
    facts
}

fn telling(sheet: &Sheet<'_>, telling: &[Telling]) -> Grid {
    let columns = [("Time, UTC", 0), ("Request id", 0), ("Asked by, answered with", 3), ("Why this one", 5)];
    let mut grid = Grid::new(&columns, "No request of it has an id.");
    for row in telling.iter().take(TELLING) {
        let at = row.at.strftime("%H:%M:%S%.3f").to_string();
        let day = sheet.utc(row.at);
        let day = day.rsplit_once('\u{a0}').map_or_else(String::new, |(day, _)| format!("{day}\u{a0}"));
        grid.rows.push(vec![
            plain(&format!("{day}{at}")),
            id(&row.request_id),
            short(&row.asked, 60),
            prose(&cut(&row.why, 120)),
        ]);
    }
    grid
}

/// A request id that can be copied whole, where it is one.
pub(super) fn id(text: &str) -> Line {
    let whole = (1..=40).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if whole { vec![Span::keyed(Kind::Whole, text, text)] } else { code(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_of_the_runbooks_triggers_have_short_names() {
        assert_eq!(short_name("r2_tenant_leak"), "R2");
        assert_eq!(short_name("tenant_leak"), "");
        assert_eq!(short_name("r_leak"), "");
    }

    #[test]
    fn only_what_is_an_id_is_kept_whole() {
        assert_eq!(id("4c6d7d2d-794c-403a-be46-d386aac4545d")[0].kind, Kind::Whole);
        assert_eq!(id("<script>")[0].kind, Kind::Code);
        assert_eq!(id("")[0].kind, Kind::Code);
    }
}
