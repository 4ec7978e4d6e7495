//! Page 1 of a summary: how the week was, the forecast, what changed, the watch strip, who took part.

use serde::Serialize;

use super::people::{self, PeopleView};
use super::sheet::{Sheet, day_of, fit, slim, whole};
use super::watch::{self, Strip};
use crate::render::incident::short_name;
use crate::render::view::first_page::sentence;
use crate::render::view::grid::Grid;
use crate::render::view::span::{Kind, Line, Span, bold, grey, mark, plain, prose, state};
use crate::report::Trigger;
use crate::report::weekly::Change;
use crate::verdict::{Call, Verdict};

/// Rows that any face shows; a page may have room for fewer.
const LISTED: usize = 16;
const TRIGGERS: usize = 5;
const REMARKS: usize = 2;

/// Page 1.
#[derive(Debug, Clone, Serialize)]
pub(super) struct FirstPage {
    title: String,
    summary: Line,
    tiles: Vec<Tile>,
    /// Why the forecast is what it is, and how its day is arrived at.
    forecast: Line,
    triggers: Grid,
    triggers_in_all: usize,
    /// Stands where no trigger is loud.
    quiet: Line,
    changes: Grid,
    changes_in_all: usize,
    /// Which summary this one is compared with, and what is to be said of it.
    since: Line,
    watch: Strip,
    people: PeopleView,
}

/// A large figure with what it is about.
#[derive(Debug, Clone, Serialize)]
struct Tile {
    label: String,
    /// Names mark and colour; empty where there is neither.
    key: String,
    value: String,
    unit: String,
    note: String,
    /// up | down | same; empty where there is nothing to compare with.
    trend: String,
}

/// Page 1 of a summary.
pub(super) fn of(sheet: &Sheet<'_>) -> FirstPage {
    let weekly = sheet.weekly;
    let (triggers, loud) = (triggers(sheet), sheet.loud().len());
    let quiet = if loud > 0 {
        Line::new()
    } else if weekly.triggers.is_empty() {
        state(Verdict::NoData, &sheet.quiet())
    } else {
        state(Verdict::Pass, &sheet.quiet())
    };
    FirstPage {
        title: sheet.headline(),
        summary: prose(&fit(&weekly.summary, 320)),
        tiles: vec![call(sheet), day(sheet), passed(sheet)],
        forecast: forecast(sheet),
        triggers,
        triggers_in_all: loud,
        quiet,
        changes: changes(sheet),
        changes_in_all: weekly.changes.len(),
        since: since(sheet),
        watch: watch::of(sheet),
        people: people::of(sheet),
    }
}

/// The mark's name of a decision.
pub(super) fn call_key(call: Call) -> &'static str {
    match call {
        Call::Go => "go",
        Call::NoGo => "no-go",
        Call::NotYet => "not-yet",
    }
}

fn call(sheet: &Sheet<'_>) -> Tile {
    let forecast = &sheet.weekly.forecast;
    Tile {
        label: "Forecast, if nothing changes".to_owned(),
        key: call_key(forecast.call).to_owned(),
        value: forecast.call.word().to_owned(),
        unit: String::new(),
        note: match forecast.day {
            Some(day) => format!("signing maybe on {}", day_of(day)),
            None => "no day can be told yet".to_owned(),
        },
        trend: String::new(),
    }
}

fn day(sheet: &Sheet<'_>) -> Tile {
    let progress = &sheet.weekly.progress;
    let begun = progress.day >= 1;
    Tile {
        label: format!("Beta day, at least {} asked for", progress.least),
        key: String::new(),
        value: if begun { progress.day.to_string() } else { "–".to_owned() },
        unit: if begun { format!("of {}", progress.days) } else { "not begun".to_owned() },
        note: match progress.candidate_day {
            Some(day) => format!("final build: day {day}"),
            None => "final build: not out".to_owned(),
        },
        trend: String::new(),
    }
}

fn passed(sheet: &Sheet<'_>) -> Tile {
    let progress = &sheet.weekly.progress;
    Tile {
        label: "Lines passed, and since last time".to_owned(),
        key: String::new(),
        value: progress.passed.to_string(),
        unit: format!("of {}", progress.of),
        note: sheet.gained(),
        trend: match sheet.gain() {
            None => "",
            Some(0) => "same",
            Some(1..) => "up",
            Some(_) => "down",
        }
        .to_owned(),
    }
}

fn forecast(sheet: &Sheet<'_>) -> Line {
    let forecast = &sheet.weekly.forecast;
    let mut line = prose(&sentence(&whole(&forecast.sentence, 170)));
    if !forecast.how.is_empty() {
        line.push(Span::words(Kind::Text, " "));
        line.extend(prose(&sentence(&whole(&forecast.how, 170))));
    }
    line
}

fn triggers(sheet: &Sheet<'_>) -> Grid {
    let mut grid = Grid::new(&[("Rollback trigger", 0), ("Condition, and what was seen", 1)], "");
    for trigger in sheet.loud().into_iter().take(TRIGGERS) {
        grid.rows.push(vec![state(trigger.verdict, &fit(&trigger.state, 16)), condition(trigger)]);
    }
    grid
}

/// `R2 Tenant data leak.` with what was seen.
fn condition(trigger: &Trigger) -> Line {
    let name = short_name(&trigger.check);
    let mut line = if name.is_empty() { Line::new() } else { bold(&format!("{name} ")) };
    if !line.is_empty() {
        line.push(Span::words(Kind::Text, " "));
    }
    line.extend(prose(&sentence(&fit(&trigger.condition, 90))));
    line.push(Span::words(Kind::Text, " "));
    line.push(Span::words(Kind::Grey, &sentence(&whole(&trigger.sentence, 110))));
    line
}

fn changes(sheet: &Sheet<'_>) -> Grid {
    let empty = match sheet.weekly.previous {
        Some(_) => "Nothing changed since the summary before.",
        None => "Nothing changed in the week, and there is no summary before it.",
    };
    let mut grid = Grid::new(&[("Item", 0), ("Change", 1), ("Now", 0)], empty);
    for change in sheet.weekly.changes.iter().take(LISTED) {
        grid.rows.push(vec![plain(&slim(&change.about, 24, 18)), prose(&whole(&change.what, 110)), now(change)]);
    }
    grid
}

/// `pass → NO-DATA`, or what kind of change it is.
pub(super) fn now(change: &Change) -> Line {
    let Some(now) = change.now else { return grey(&fit(&change.kind, 12)) };
    let mut line = Line::new();
    if let Some(before) = change.before {
        line.push(Span::words(Kind::Grey, &format!("{} → ", before.word())));
    }
    line.extend(mark(now));
    line
}

fn since(sheet: &Sheet<'_>) -> Line {
    let weekly = sheet.weekly;
    let mut said: Vec<String> = Vec::new();
    if let Some(week) = &weekly.previous {
        said.push(format!("Compared with {}.", fit(week, 12)));
    }
    said.extend(weekly.history.iter().take(REMARKS).map(|remark| sentence(&fit(remark, 150))));
    if weekly.history.len() > REMARKS {
        said.push(format!("{} more remarks: weekly.json.", weekly.history.len() - REMARKS));
    }
    if said.is_empty() { Line::new() } else { plain(&said.join(" ")) }
}
