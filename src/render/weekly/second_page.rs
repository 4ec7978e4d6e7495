//! Page 2 of a summary: feedback, what happened, what cannot be told, who is asked for what, the health of the data.

use serde::Serialize;

use super::sheet::{Sheet, day_of, fit, names, slim, whole};
use crate::render::view::block::Quote;
use crate::render::view::counted;
use crate::render::view::feedback::script;
use crate::render::view::first_page::sentence;
use crate::render::view::grid::Grid;
use crate::render::view::span::{Kind, Line, Span, bold, grey, mark, plain, prose, state};
use crate::report::FeedbackRow;
use crate::report::weekly::Event;
use crate::verdict::Verdict;

/// Rows that any face shows; a page may have room for fewer.
const LISTED: usize = 20;
const DECISIONS: usize = 6;
const QUOTES: usize = 4;
/// Characters of the data health.
const HEALTH: usize = 560;

/// Page 2.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SecondPage {
    feedback: FeedbackView,
    events: Grid,
    events_in_all: usize,
    /// Rows of the events by what matters most.
    events_order: Vec<usize>,
    unknown: Grid,
    unknown_in_all: usize,
    asks: Grid,
    asks_in_all: usize,
    health: String,
}

/// What testers said.
#[derive(Debug, Clone, Serialize)]
struct FeedbackView {
    title: String,
    parts: Vec<Part>,
    quotes: Vec<Quote>,
    empty: String,
}

/// A decision and how many entries have it.
#[derive(Debug, Clone, Serialize)]
struct Part {
    name: String,
    count: u64,
}

/// Page 2 of a summary.
pub(super) fn of(sheet: &Sheet<'_>) -> SecondPage {
    let weekly = sheet.weekly;
    // Builds and deploys stand among the changes of page 1.
    let mut told: Vec<&Event> = weekly.events.iter().filter(|event| event.kind != "change").collect();
    let events_in_all = told.len();
    if told.len() > LISTED {
        told.sort_by_key(|event| (rank(&event.kind), event.at));
        told.truncate(LISTED);
        told.sort_by_key(|event| event.at);
    }
    let mut events_order: Vec<usize> = (0..told.len()).collect();
    events_order.sort_by_key(|at| told.get(*at).map(|event| rank(&event.kind)));
    SecondPage {
        feedback: feedback(sheet),
        events: events(sheet, &told),
        events_in_all,
        events_order,
        unknown: unknown(sheet),
        unknown_in_all: weekly.unknown.len(),
        asks: asks(sheet),
        asks_in_all: weekly.asks.len(),
        health: health(&weekly.health),
    }
}

fn feedback(sheet: &Sheet<'_>) -> FeedbackView {
    let feedback = &sheet.weekly.feedback;
    let open = match (feedback.all, feedback.open) {
        (0, _) => String::new(),
        (_, 0) => ", all triaged".to_owned(),
        (_, n) => format!(", {n} without a decision"),
    };
    let mut parts: Vec<Part> = feedback
        .by_decision
        .iter()
        .filter(|decision| decision.count > 0)
        .map(|decision| Part { name: fit(&decision.name, 26), count: decision.count })
        .collect();
    if parts.len() > DECISIONS {
        let rest = parts.drain(DECISIONS - 1..).map(|part| part.count).sum();
        parts.push(Part { name: "other".to_owned(), count: rest });
    }
    let said = feedback.quotes.iter().take(QUOTES).map(|row| quote(sheet, row));
    FeedbackView {
        title: format!("Feedback: {} new, {} in all{open}", feedback.new, feedback.all),
        parts,
        quotes: said.collect(),
        empty: match (feedback.all, feedback.new) {
            (0, _) => "No feedback has come in.",
            (_, 0) => "Nothing new was said in the week.",
            _ => "No words came with it.",
        }
        .to_owned(),
    }
}

fn quote(sheet: &Sheet<'_>, row: &FeedbackRow) -> Quote {
    let (lang, rtl) = script(&row.text);
    let text = slim(&row.text, 170, 30);
    let at = row.at.map_or_else(String::new, |at| sheet.stretch(at, None));
    let decision = row.triage.as_deref().map_or_else(|| "no decision yet".to_owned(), |triage| fit(triage, 26));
    let issue = row.issue.as_deref().map_or_else(String::new, |issue| fit(issue, 12));
    let told: Vec<String> = [fit(&row.tester, 12), fit(&row.screen, 18), at, decision, issue]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    Quote {
        text: if text.is_empty() { "(no text)".to_owned() } else { text },
        lang: lang.to_owned(),
        rtl,
        about: vec![Span::words(Kind::Grey, &told.join(" · "))],
    }
}

/// What matters most is 0.
fn rank(kind: &str) -> usize {
    ["incident", "near miss", "alarm", "gap", "drill"].iter().position(|known| *known == kind).unwrap_or(5)
}

fn events(sheet: &Sheet<'_>, told: &[&Event]) -> Grid {
    let empty = "No incident, near miss, alarm or drill in the week.";
    let mut grid = Grid::new(&[("When, UTC", 0), ("What", 1), ("Kind", 0)], empty);
    for event in told {
        let mut what = prose(&whole(&event.what, 130));
        if !event.state.is_empty() {
            what.push(Span::words(Kind::Grey, &format!(" ({})", fit(&event.state, 24))));
        }
        grid.rows.push(vec![plain(&sheet.stretch(event.at, event.to)), what, kind(&event.kind)]);
    }
    grid
}

fn kind(kind: &str) -> Line {
    match kind {
        "incident" => state(Verdict::Fail, kind),
        "near miss" | "alarm" => state(Verdict::Inconclusive, kind),
        "gap" => state(Verdict::NoData, kind),
        other => grey(&fit(other, 12)),
    }
}

fn unknown(sheet: &Sheet<'_>) -> Grid {
    let empty = "Nothing: every line could be judged.";
    let empty = if sheet.weekly.verdicts.is_empty() { "No line was judged." } else { empty };
    let mut grid = Grid::new(&[("Item", 0), ("Why", 4), ("What it takes", 3)], empty);
    for row in sheet.weekly.unknown.iter().take(LISTED) {
        let mut item = bold(&slim(&row.items, 18, 14));
        item.push(Span::words(Kind::Break, ""));
        item.extend(mark(row.verdict));
        grid.rows.push(vec![item, prose(&slim(&whole(&row.why, 140), 140, 40)), prose(&slim(&row.takes, 100, 26))]);
    }
    grid
}

fn asks(sheet: &Sheet<'_>) -> Grid {
    let mut grid = Grid::new(&[("Who", 2), ("Please", 7), ("By", 0)], "Nobody is asked for anything.");
    for ask in sheet.weekly.asks.iter().take(LISTED) {
        let who = slim(&names(&ask.who, 60), 60, 16);
        let who = if who.is_empty() { grey("nobody yet: name one") } else { bold(&who) };
        let by = ask.by.map_or_else(|| grey("no day"), |day| plain(&day_of(day)));
        grid.rows.push(vec![who, prose(&whole(&ask.what, 140)), by]);
    }
    grid
}

/// As many sentences as fit, and how many do not; the last one, which says that a summary comes every week, is kept.
pub(super) fn health(sentences: &[String]) -> String {
    let Some((last, before)) = sentences.split_last() else {
        return "Nothing is known of the data.".to_owned();
    };
    let last = sentence(&fit(last, 160));
    let mut said = String::new();
    for (at, text) in before.iter().enumerate() {
        let text = sentence(&fit(text, 220));
        if said.chars().count() + text.chars().count() + last.chars().count() > HEALTH {
            let left = counted(before.len() - at, "more remark", "more remarks");
            said.push_str(&format!("{left}: weekly.json. "));
            break;
        }
        said.push_str(&text);
        said.push(' ');
    }
    format!("{said}{last}")
}
