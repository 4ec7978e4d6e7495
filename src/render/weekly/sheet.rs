//! What every part of a summary's faces is made from: the summary, its zone, and its days, times and triggers in words.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::render::figures::{self, Zone, nbsp};
use crate::render::incident::short_name;
use crate::render::view::first_page::clauses;
use crate::render::view::span::cut;
use crate::report::Trigger;
use crate::report::weekly::Weekly;
use crate::verdict::Verdict;

/// What every part of the view is made from.
pub(in crate::render) struct Sheet<'w> {
    pub(in crate::render) weekly: &'w Weekly,
    zone: Zone,
}

impl<'w> Sheet<'w> {
    pub(in crate::render) fn of(weekly: &'w Weekly) -> Self {
        Sheet { weekly, zone: Zone::named(&weekly.meta.display_zone) }
    }

    /// `2026-W35`.
    pub(in crate::render) fn week(&self) -> String {
        cut(&self.weekly.week, 12)
    }

    /// The headline; never empty.
    pub(in crate::render) fn headline(&self) -> String {
        let said = fit(&self.weekly.headline, 90);
        if said.is_empty() { format!("Week {}", self.week()) } else { said }
    }

    /// `Stage 3, Mobile internal beta`.
    pub(in crate::render) fn stage(&self) -> String {
        let title = fit(&self.weekly.meta.stage_title, 40);
        let number = self.weekly.meta.stage_number;
        if title.is_empty() { format!("Stage {number}") } else { format!("Stage {number}, {title}") }
    }

    /// `24 – 30 Aug 2026`.
    pub(in crate::render) fn days(&self) -> String {
        let (first, last) = (self.weekly.meta.first_day, self.weekly.meta.last_day);
        let format = match (first.year() == last.year(), first.month() == last.month()) {
            (true, true) => "%-d",
            (true, false) => "%-d %b",
            (false, _) => "%-d %b %Y",
        };
        nbsp(&format!("{} – {}", first.strftime(format), last.strftime("%-d %b %Y")))
    }

    /// The display zone by its name.
    pub(super) fn zone_name(&self) -> String {
        cut(&self.weekly.meta.display_zone, 30)
    }

    /// Days, evidence and packet, for the foot of a page.
    pub(super) fn foot(&self) -> String {
        let packet = cut(&self.weekly.meta.packet_id, 12);
        format!("{} · evidence as of {} · packet {packet}", self.days(), self.zone.moment(self.weekly.meta.as_of))
    }

    /// `Tue 25, 09:06 – 09:22`, with the month where the week has two; UTC.
    pub(super) fn stretch(&self, at: Timestamp, to: Option<Timestamp>) -> String {
        let months = self.weekly.meta.first_day.month() != self.weekly.meta.last_day.month();
        let day = if months { "%a %-d %b, %H:%M" } else { "%a %-d, %H:%M" };
        let minute = |at: Timestamp| at.strftime("%F %H:%M").to_string();
        let said = at.strftime(day).to_string();
        nbsp(&match to.filter(|to| minute(*to) != minute(at)) {
            None => said,
            Some(to) if to.strftime("%F").to_string() == at.strftime("%F").to_string() => {
                format!("{said} – {}", to.strftime("%H:%M"))
            }
            Some(to) => format!("{said} – {}", to.strftime(day)),
        })
    }

    /// How far the beta is: `day 4 of 4`.
    pub(in crate::render) fn day_of_beta(&self) -> String {
        let progress = &self.weekly.progress;
        if progress.day < 1 { "not begun".to_owned() } else { format!("day {} of {}", progress.day, progress.days) }
    }

    /// How many more lines pass than in the summary before: `19 more`, `2 fewer`, `as many as before`, or that there
    /// is nothing to compare with.
    pub(in crate::render) fn gained(&self) -> String {
        match self.gain() {
            None => "no earlier summary".to_owned(),
            Some(0) => "as many as before".to_owned(),
            Some(n) if n > 0 => format!("{n} more than before"),
            Some(n) => format!("{} fewer than before", n.unsigned_abs()),
        }
    }

    /// Lines that pass now and did not before, less those that no longer do.
    pub(super) fn gain(&self) -> Option<i64> {
        let progress = &self.weekly.progress;
        progress.passed_before.map(|before| progress.passed.cast_signed().saturating_sub(before.cast_signed()))
    }

    /// The day on which signing may be possible, as a sentence.
    pub(in crate::render) fn signing(&self) -> String {
        match self.weekly.forecast.day {
            Some(day) => format!("Signing may be possible on {}.", day_of(day)),
            None => "No day for signing can be told yet.".to_owned(),
        }
    }

    /// The triggers that fired, then those that cannot be called quiet.
    pub(in crate::render) fn loud(&self) -> Vec<&'w Trigger> {
        let mut loud: Vec<&Trigger> = self.weekly.triggers.iter().filter(|trigger| !is_quiet(trigger)).collect();
        loud.sort_by_key(|trigger| (trigger.state != "FIRED", trigger.verdict));
        loud
    }

    /// What stands where no trigger is loud; it never calls green what was not judged.
    pub(in crate::render) fn quiet(&self) -> String {
        match self.weekly.triggers.len() {
            0 => "No rollback trigger was judged.".to_owned(),
            1 => "The one rollback trigger did not fire.".to_owned(),
            n => format!("None of the {n} rollback triggers fired."),
        }
    }
}

/// Only a trigger that was judged and did not fire is quiet.
fn is_quiet(trigger: &Trigger) -> bool {
    matches!(trigger.verdict, Verdict::Pass | Verdict::NotApplicable) && trigger.state != "FIRED"
}

/// `R2 Tenant data leak`.
pub(in crate::render) fn trigger_name(trigger: &Trigger) -> String {
    format!("{} {}", short_name(&trigger.check), trigger.condition).trim().to_owned()
}

/// `Mon 31 Aug`.
pub(in crate::render) fn day_of(day: Date) -> String {
    nbsp(&day.strftime("%a %-d %b").to_string())
}

/// A text cut to the room that so many letters of a usual text need, with an ellipsis; a figure keeps its per cent sign.
pub(in crate::render) fn fit(text: &str, most: usize) -> String {
    let text = cut(text, most).replace(" %", "\u{a0}%");
    let mut held = 0;
    // Tenths of a usual letter; one in nine letters of a usual text is wide.
    let end = text.chars().position(|c| {
        held += width(c);
        held > most * 11
    });
    end.map_or_else(|| text.clone(), |end| cut(&text, end))
}

/// The same for a narrow column, in which no word is longer than `word`.
pub(super) fn slim(text: &str, most: usize, word: usize) -> String {
    fit(text, most).split(' ').map(|part| fit(part, word)).collect::<Vec<_>>().join(" ")
}

/// As many clauses as fit.
pub(super) fn whole(text: &str, most: usize) -> String {
    fit(&clauses(text, most), most)
}

/// As many names of a list as fit, and how many more there are: `t01, t02 and 7 more`.
pub(in crate::render) fn names(who: &str, most: usize) -> String {
    let all: Vec<&str> = who.split(", ").collect();
    let listed = |n: usize| format!("{} and {} more", all[..n].join(", "), all.len() - n);
    if all.len() < 3 || who.chars().count() <= most {
        return fit(who, most);
    }
    let fits = (1..all.len()).rev().map(listed).find(|said| fit(said, most) == *said);
    fits.unwrap_or_else(|| fit(who, most))
}

/// Width of a letter in tenths of a usual one.
fn width(c: char) -> usize {
    match c {
        'W' | 'M' | 'm' | 'w' | '@' | '%' => 17,
        c if c.is_uppercase() => 13,
        '\u{1100}'.. => 20,
        _ => 10,
    }
}

/// Two significant figures; none where there is no number.
pub(super) fn e_value(e: Option<f64>) -> String {
    match e.filter(|e| e.is_finite() && *e >= 0.0) {
        None => "–".to_owned(),
        Some(e) if e >= 10.0 => figures::whole(e.round()),
        Some(e) if e >= 1.0 => format!("{e:.1}"),
        Some(e) if e >= 0.01 => format!("{e:.2}"),
        Some(_) => "< 0.01".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_do_not_fit_are_counted() {
        let testers = (1..=9).map(|n| format!("t0{n}")).collect::<Vec<_>>().join(", ");
        assert_eq!(names(&testers, 60), testers);
        assert_eq!(names(&testers, 22), "t01, t02 and 7 more");
        assert_eq!(names("lucia.ortega", 22), "lucia.ortega");
        assert!(names(&"W".repeat(500), 22).ends_with('…'));
    }

    #[test]
    fn wide_letters_take_more_room() {
        assert_eq!(fit("the connection count is stable", 40), "the connection count is stable");
        assert_eq!(fit(&"W".repeat(100), 34).chars().count(), 23);
        assert_eq!(fit("96.6 % of it", 40), "96.6\u{a0}% of it");
        assert_eq!(slim("an authentication failure", 40, 20), "an authentication failure");
    }

    #[test]
    fn e_values_have_two_figures_and_nothing_is_no_number() {
        let said = [None, Some(f64::NAN), Some(0.0004), Some(0.3643), Some(4.25), Some(1234.6)].map(e_value);
        assert_eq!(said, ["–", "–", "< 0.01", "0.36", "4.2", "1,235"]);
    }
}
