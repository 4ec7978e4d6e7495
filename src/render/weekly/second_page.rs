//! Page 2 of a summary: feedback, what happened, what cannot be told, who is asked for what, the health of the data.

use serde::Serialize;

use super::sheet::{Sheet, day_of};
use crate::render::view::block::Quote;
use crate::render::view::counted;
use crate::render::view::feedback::script;
use crate::render::view::first_page::{clauses, sentence};
use crate::render::view::grid::Grid;
use crate::render::view::span::{Kind, Line, Span, bold, cut, grey, mark, plain, prose, state};
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
    SecondPage {
        feedback: feedback(sheet),
        events: events(sheet),
        events_in_all: weekly.events.len(),
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
        .map(|decision| Part { name: cut(&decision.name, 26), count: decision.count })
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
    let text = cut(&row.text, 170);
    let at = row.at.map_or_else(String::new, |at| sheet.stretch(at, None));
    let decision = row.triage.as_deref().map_or_else(|| "no decision yet".to_owned(), |triage| cut(triage, 26));
    let issue = row.issue.as_deref().map_or_else(String::new, |issue| cut(issue, 12));
    let told: Vec<String> = [cut(&row.tester, 8), cut(&row.screen, 18), at, decision, issue]
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

/// What matters most first, each kind in order of time.
fn rank(kind: &str) -> usize {
    ["incident", "near miss", "alarm", "gap", "drill"].iter().position(|known| *known == kind).unwrap_or(5)
}

fn events(sheet: &Sheet<'_>) -> Grid {
    let empty = "No incident, near miss, alarm or drill in the week.";
    let mut grid = Grid::new(&[("When, UTC", 0), ("What", 1), ("Kind", 0)], empty);
    let mut ordered: Vec<&Event> = sheet.weekly.events.iter().collect();
    ordered.sort_by_key(|event| (rank(&event.kind), event.at));
    for event in ordered.into_iter().take(LISTED) {
        let mut what = prose(&clauses(&event.what, 130));
        if !event.state.is_empty() {
            what.push(Span::words(Kind::Grey, &format!(" ({})", cut(&event.state, 24))));
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
        other => grey(&cut(other, 12)),
    }
}

fn unknown(sheet: &Sheet<'_>) -> Grid {
    let empty = "Nothing: every line could be judged.";
    let empty = if sheet.weekly.verdicts.is_empty() { "No line was judged." } else { empty };
    let mut grid = Grid::new(&[("Item", 0), ("Why", 4), ("What it takes", 3)], empty);
    for row in sheet.weekly.unknown.iter().take(LISTED) {
        let mut item = bold(&cut(&row.items, 18));
        item.push(Span::words(Kind::Break, ""));
        item.extend(mark(row.verdict));
        grid.rows.push(vec![item, prose(&clauses(&row.why, 140)), prose(&clauses(&row.takes, 100))]);
    }
    grid
}

fn asks(sheet: &Sheet<'_>) -> Grid {
    let mut grid = Grid::new(&[("Who", 0), ("Please", 1), ("By", 0)], "Nobody is asked for anything.");
    for ask in sheet.weekly.asks.iter().take(LISTED) {
        let who = cut(&ask.who, 22);
        let who = if who.is_empty() { grey("nobody yet: name one") } else { bold(&who) };
        let by = ask.by.map_or_else(|| grey("no day"), |day| plain(&day_of(day)));
        grid.rows.push(vec![who, prose(&clauses(&ask.what, 140)), by]);
    }
    grid
}

/// As many sentences as fit, and how many do not; the last one, which says that a summary comes every week, is kept.
pub(super) fn health(sentences: &[String]) -> String {
    let Some((last, before)) = sentences.split_last() else {
        return "Nothing is known of the data.".to_owned();
    };
    let last = sentence(&cut(last, 160));
    let mut said = String::new();
    for (at, text) in before.iter().enumerate() {
        let text = sentence(&cut(text, 220));
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
