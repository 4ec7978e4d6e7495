//! A weekly summary on one screen: forecast, progress, triggers, what changed, the watch strip, who is asked.

use std::fmt::Write;

use super::{Paint, WIDTH, cut, mark, wrap};
use crate::render::view::first_page::sentence;
use crate::render::weekly::sheet::{Sheet, day_of, names, trigger_name};
use crate::report::weekly::{WatchDay, Weekly};

/// Changes that are told.
const CHANGES: usize = 3;
/// Monitors of the strip.
const MONITORS: usize = 6;
/// Columns before what a line says.
const MARGIN: usize = 14;
/// Columns of a monitor's name, and of a day.
const NAME: usize = 16;
const DAY: usize = 11;

/// The summary that was written to `folder`; at most 24 lines.
#[must_use]
pub fn render(weekly: &Weekly, folder: &str, paint: Paint) -> String {
    let sheet = Sheet::of(weekly);
    let mut out = String::new();
    let headline = cut(&sheet.headline(), WIDTH - 18);
    let _ = writeln!(out, "\n   {}  {}", paint.bold(&sheet.week()), paint.bold(&headline));
    let about = format!("{}, {} · {}", weekly.meta.project, sheet.stage(), sheet.days());
    let _ = writeln!(out, "   {}\n", paint.dim(&cut(&about, WIDTH - 3)));
    forecast(&mut out, &sheet, paint);
    let progress = &weekly.progress;
    let build = match progress.candidate_day {
        Some(day) => format!("final build day {day}"),
        None => "final build not out".to_owned(),
    };
    let passed = format!("{} of {} lines passed, {}", progress.passed, progress.of, sheet.gained());
    line(&mut out, "beta", &format!("{} · {build} · {passed}", sheet.day_of_beta()));
    triggers(&mut out, &sheet, paint);
    changes(&mut out, weekly);
    strip(&mut out, weekly, paint);
    people(&mut out, weekly);
    asks(&mut out, weekly);
    let _ = writeln!(out, "   {:<10} {folder}", "summary");
    out
}

fn line(out: &mut String, name: &str, text: &str) {
    let _ = writeln!(out, "   {name:<10} {}", cut(text, WIDTH - MARGIN));
}

/// The call and why, in at most two lines.
fn forecast(out: &mut String, sheet: &Sheet<'_>, paint: Paint) {
    let forecast = &sheet.weekly.forecast;
    let said = format!("{} {}", sentence(&forecast.sentence), sheet.signing());
    let width = WIDTH - MARGIN - forecast.call.word().len() - 3;
    let lines = wrap(&said, width);
    let _ = writeln!(out, "   {:<10} {} {}", "forecast", paint.call(forecast.call), lines[0]);
    if let Some(second) = lines.get(1) {
        let more = if lines.len() > 2 {
            format!("{}…", cut(second, width - 1).trim_end_matches('…'))
        } else {
            second.clone()
        };
        let _ = writeln!(out, "   {:<1$} {more}", "", MARGIN - 1 + forecast.call.word().len());
    }
}

fn triggers(out: &mut String, sheet: &Sheet<'_>, paint: Paint) {
    let loud = sheet.loud();
    let Some(first) = loud.first() else {
        line(out, "triggers", &sheet.quiet());
        return;
    };
    let (sign, code) = mark(first.verdict);
    let state = cut(&first.state, 16);
    let rest = if loud.len() > 1 { format!("; {} more not quiet", loud.len() - 1) } else { String::new() };
    let room = WIDTH - MARGIN - 3 - state.chars().count() - rest.chars().count();
    let said = format!("{}{rest}", cut(&trigger_name(first), room));
    let _ = writeln!(out, "   {:<10} {} {said}", "triggers", paint.style(code, &format!("{sign} {state}")));
}

fn changes(out: &mut String, weekly: &Weekly) {
    if weekly.changes.is_empty() {
        line(out, "changed", "nothing");
    }
    for (at, change) in weekly.changes.iter().take(CHANGES).enumerate() {
        let went = match (change.before, change.now) {
            (Some(before), Some(now)) => format!(" ({} → {})", before.word(), now.word().to_uppercase()),
            (None, Some(now)) => format!(" ({})", now.word().to_uppercase()),
            _ => String::new(),
        };
        let left = weekly.changes.len() - CHANGES.min(weekly.changes.len());
        let rest = if at + 1 == CHANGES && left > 0 { format!("; {left} more") } else { String::new() };
        let room = WIDTH - MARGIN - went.chars().count() - rest.chars().count();
        let said = cut(&format!("{}: {}", cut(&change.about, 20), change.what), room);
        line(out, if at == 0 { "changed" } else { "" }, &format!("{said}{went}{rest}"));
    }
}

/// Monitors down, days across; each cell a shape and a word.
fn strip(out: &mut String, weekly: &Weekly, paint: Paint) {
    if weekly.watch.is_empty() {
        line(out, "watch", "no monitor was judged");
        return;
    }
    let heads: String = weekly.watch[0].days.iter().take(7).map(|d| format!("{:<DAY$}", day_of(d.day))).collect();
    let left = weekly.watch.len().saturating_sub(MONITORS);
    let name = if left > 0 { format!("watch, {left} more") } else { "watch".to_owned() };
    let _ = writeln!(out, "\n   {:<width$} {}", cut(&name, NAME + 3), heads.trim_end(), width = NAME + 3);
    for row in weekly.watch.iter().take(MONITORS) {
        let cells: String = row.days.iter().take(7).map(|day| cell(day, paint)).collect();
        let _ = writeln!(out, "   {:<3}{:<NAME$} {}", cut(&row.item, 2), cut(&row.title, NAME), cells.trim_end());
    }
}

fn cell(day: &WatchDay, paint: Paint) -> String {
    let word = match (day.verdict, day.word.as_str()) {
        (None, "not in the beta") => "outside".to_owned(),
        (None, "still to come") => "to come".to_owned(),
        (None, "after the pull") => "pulled".to_owned(),
        (_, word) => cut(word, DAY - 3),
    };
    let (sign, code) = day.verdict.map_or((' ', "2"), mark);
    paint.style(code, &format!("{:<DAY$}", format!("{sign} {word}")))
}

fn people(out: &mut String, weekly: &Weekly) {
    let people = &weekly.people;
    let active = people.active.iter().max().copied().unwrap_or(0);
    let missing = match people.platforms_missing.as_slice() {
        [] => String::new(),
        missing => format!(" · nobody used {}", missing.join(", ")),
    };
    let said = format!(
        "at most {active} of {} active on a day · {} sessions · {} crashes · {} new feedback{missing}",
        people.testers.len(),
        people.sessions,
        people.crashes,
        weekly.feedback.new
    );
    line(out, "people", &said);
}

fn asks(out: &mut String, weekly: &Weekly) {
    let Some(first) = weekly.asks.first() else {
        line(out, "asks", "nobody is asked for anything");
        return;
    };
    let left = weekly.asks.len() - 1;
    let rest = if left > 0 { format!("; {left} more") } else { String::new() };
    let by = first.by.map_or_else(String::new, |day| format!(" (by {})", day_of(day)));
    let room = WIDTH - MARGIN - rest.chars().count() - by.chars().count();
    let said = cut(&format!("{}: {}", names(&first.who, 22), first.what), room);
    line(out, "asks", &format!("{said}{by}{rest}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample::HOSTILE;
    use crate::render::weekly::sample;

    #[test]
    fn any_week_fits_on_one_screen() {
        let long = HOSTILE.join(" ");
        let weeks = [
            sample::rich(),
            sample::empty(),
            sample::many(30),
            sample::first(),
            sample::blind(),
            sample::hostile(&long, 12),
            sample::hostile(&"W".repeat(9_999), 12),
            sample::hostile("", 7),
        ];
        for weekly in &weeks {
            let shown = render(weekly, "reports/weekly-3-2026-08-30", Paint { colours: false });
            assert!(shown.lines().count() <= 24, "{shown}");
            assert!(shown.lines().all(|line| line.chars().count() <= WIDTH), "{shown}");
            assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
        }
    }

    #[test]
    fn the_screen_says_what_the_team_asks() {
        let shown = render(&sample::rich(), "reports/w", Paint { colours: false }).replace('\u{a0}', " ");
        for said in [
            "2026-W35  Quiet week, one blind spot",
            "forecast    NOT YET  M3 is no-data",
            "day 7 of 7 · final build day 4 · 81 of 91 lines passed, 19 more than before",
            "triggers   ✗ FIRED R2 Tenant data leak",
            "(pass → NO-DATA)",
            "◐ too few",
            "○ no data",
            "outside",
            "asks       wei.zhang: recover metrics",
            "summary    reports/w",
        ] {
            assert!(shown.contains(said), "{said} is not in\n{shown}");
        }
    }
}
