//! The summary as plain text for a mail or a chat: no markup, short enough for any of them.

use super::sheet::{Sheet, day_of, names, trigger_name};
use crate::render::text::clean;
use crate::render::view::first_page::{clauses, sentence};
use crate::render::view::span::cut;
use crate::report::weekly::{Change, Weekly};

/// Rows of each list.
const CHANGES: usize = 8;
const TRIGGERS: usize = 4;
const ASKS: usize = 8;
/// Characters in all.
const LONGEST: usize = 3_500;

/// The summary in plain text, at most 3,500 characters.
#[must_use]
pub fn text(weekly: &Weekly) -> String {
    let sheet = Sheet::of(weekly);
    let mut out = vec![
        format!("{}, {}, week {} ({})", cut(&weekly.meta.project, 40), sheet.stage(), sheet.week(), sheet.days()),
        String::new(),
        sheet.headline(),
        cut(&weekly.summary, 320),
        String::new(),
    ];
    let forecast = &weekly.forecast;
    let (why, how) = (sentence(&clauses(&forecast.sentence, 170)), sentence(&clauses(&forecast.how, 170)));
    out.push(format!("Forecast: {}. {why} {how} {}", forecast.call.word(), sheet.signing()));
    let progress = &weekly.progress;
    out.push(format!(
        "Beta: {}. Lines passed: {} of {}, {}.",
        sheet.day_of_beta(),
        progress.passed,
        progress.of,
        sheet.gained()
    ));
    triggers(&sheet, &mut out);
    let title = match &weekly.previous {
        Some(week) => format!("Changed since {}:", cut(week, 12)),
        None => "Changed in the week:".to_owned(),
    };
    list(&mut out, &title, "nothing", weekly.changes.iter().map(change), CHANGES);
    let asks = weekly.asks.iter().map(|ask| {
        let by = ask.by.map_or_else(String::new, |day| format!(" (by {})", day_of(day)));
        format!("{}: {}{by}", names(&ask.who, 40), clauses(&ask.what, 110))
    });
    list(&mut out, "Asks:", "nobody is asked for anything", asks, ASKS);
    out.push(String::new());
    out.push(super::second_page::health(&weekly.health));
    whole(&out)
}

fn triggers(sheet: &Sheet<'_>, out: &mut Vec<String>) {
    let loud = sheet.loud();
    if loud.is_empty() {
        out.push(sheet.quiet());
    }
    for trigger in loud.iter().take(TRIGGERS) {
        let said = sentence(&clauses(&trigger.sentence, 110));
        out.push(format!("{}: {}. {said}", cut(&trigger.state, 16), cut(&trigger_name(trigger), 90)));
    }
    if loud.len() > TRIGGERS {
        out.push(format!("{} more triggers are not quiet.", loud.len() - TRIGGERS));
    }
}

fn change(change: &Change) -> String {
    let went = match (change.before, change.now) {
        (Some(before), Some(now)) => format!(" ({} → {})", before.word(), now.word().to_uppercase()),
        (None, Some(now)) => format!(" ({})", now.word().to_uppercase()),
        _ => String::new(),
    };
    format!("{}: {}{went}", cut(&change.about, 24), clauses(&change.what, 100))
}

fn list(out: &mut Vec<String>, title: &str, empty: &str, rows: impl ExactSizeIterator<Item = String>, most: usize) {
    out.push(String::new());
    let left = rows.len().saturating_sub(most);
    if rows.len() == 0 {
        out.push(format!("{title} {empty}."));
        return;
    }
    out.push(title.to_owned());
    out.extend(rows.take(most).map(|row| format!("- {}", clean(&row))));
    if left > 0 {
        out.push(format!("- and {left} more, in weekly.json"));
    }
}

/// The lines as one text, cut at a line where it is too long for a chat.
fn whole(lines: &[String]) -> String {
    let mut out = String::new();
    let mut held = 0;
    for line in lines {
        let more = line.chars().count() + 1;
        if held + more > LONGEST - 2 {
            out.push_str("…\n");
            break;
        }
        held += more;
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample::HOSTILE;
    use crate::render::weekly::sample;

    #[test]
    fn the_text_says_what_a_reader_of_a_chat_needs() {
        let said = text(&sample::rich()).replace('\u{a0}', " ");
        for part in [
            "ByteLyst Trading, Stage 3, Mobile internal beta, week 2026-W35 (24 – 30 Aug 2026)",
            "Quiet week, one blind spot",
            "Forecast: NOT YET.",
            "Signing may be possible on Wed 2 Sep.",
            "Lines passed: 81 of 91, 19 more than before.",
            "FIRED: R2 Tenant data leak",
            "Changed since 2026-W34:",
            "(pass → NO-DATA)",
            "- wei.zhang: recover metrics",
            "(by Tue 1 Sep)",
        ] {
            assert!(said.contains(part), "{part} is not in\n{said}");
        }
    }

    #[test]
    fn any_summary_is_short_and_has_no_controls() {
        let long = HOSTILE.join(" ");
        for weekly in
            [sample::rich(), sample::empty(), sample::hostile(&long, 40), sample::hostile(&"W".repeat(9_999), 40)]
        {
            let said = text(&weekly);
            assert!(said.chars().count() <= LONGEST, "{}", said.chars().count());
            assert!(said.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{said}");
            assert!(said.contains("Forecast: "), "{said}");
        }
    }

    #[test]
    fn nothing_judged_is_not_called_quiet() {
        assert!(text(&sample::empty()).contains("No rollback trigger was judged."));
    }
}
