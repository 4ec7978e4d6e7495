//! ISO weeks in the display zone: which one is meant, its window, its days.

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;

use crate::config::{RunPlan, Window};
use crate::exit::{Ended, Exit};

/// An ISO week, by its Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Week {
    monday: Date,
}

impl Week {
    /// The week that holds a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        let iso = day.iso_week_date();
        let monday = ISOWeekDate::new(iso.year(), iso.week(), Weekday::Monday).map_or(day, ISOWeekDate::date);
        Week { monday }
    }

    /// Reads `2026-W32`.
    ///
    /// # Errors
    /// `Exit::Usage` when it is no week.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let wrong = || {
            let hint = "write it as year and week, for example 2026-W32";
            Ended::error(Exit::Usage, format!("`{text}` is no ISO week"), hint)
        };
        let (year, week) = text.trim().split_once("-W").ok_or_else(wrong)?;
        let (year, week) = (year.parse().map_err(|_| wrong())?, week.parse().map_err(|_| wrong())?);
        let monday = ISOWeekDate::new(year, week, Weekday::Monday).map_err(|_| wrong())?.date();
        Ok(Week { monday })
    }

    /// `2026-W32`
    #[must_use]
    pub fn name(self) -> String {
        let iso = self.monday.iso_week_date();
        format!("{}-W{:02}", iso.year(), iso.week())
    }

    /// Monday to Sunday.
    #[must_use]
    pub fn days(self) -> Vec<Date> {
        (0..7).filter_map(|n| self.monday.checked_add(n.days()).ok()).collect()
    }

    /// The week after it, `n` weeks on.
    #[must_use]
    pub fn plus(self, n: i64) -> Self {
        Week { monday: self.monday.checked_add((7 * n).days()).unwrap_or(self.monday) }
    }

    /// Monday to Monday at midnight in a zone; 167 or 169 hours where a clock was changed.
    #[must_use]
    pub fn window(self, zone: &TimeZone) -> Option<Window> {
        Some(Window { from: midnight(self.monday, zone)?, to: midnight(self.plus(1).monday, zone)? })
    }
}

/// The first moment of a day in a zone; where clocks jump over midnight, the first one that there is.
#[must_use]
pub fn midnight(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().and_then(|z| z.start_of_day().ok()).map(|z| z.timestamp())
}

/// The weeks to report, in order: the one that is told, else the last one that is over and touches the beta, with those
/// before it that an earlier run should have reported.
///
/// # Errors
/// `Exit::Usage` when no week of the beta is over.
pub fn due(plan: &RunPlan, now: Timestamp, told: Option<Week>, latest: Option<Week>) -> anyhow::Result<Vec<Week>> {
    if let Some(week) = told {
        return Ok(vec![week]);
    }
    let zone = &plan.project.zone;
    let of = |at: Timestamp| Week::of(at.to_zoned(zone.clone()).date());
    // A beta that ends at midnight of another zone ends an hour or two into a week that has nothing to tell.
    let (first, last) = (of(plan.stage.beta.from), of(plan.stage.beta.to - jiff::SignedDuration::from_hours(24)));
    let last = last.max(first);
    let over = of(now).plus(-1).min(last);
    if over < first {
        let hint = "wait for Monday, or name a week with --week";
        return Err(Ended::error(Exit::Usage, "no week of the beta is over yet", hint));
    }
    let from = latest.filter(|held| *held < over).map_or(over, |held| held.plus(1).max(first));
    Ok((0..).map(|n| from.plus(n)).take_while(|week| *week <= over).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_named_as_iso_8601_names_them() -> anyhow::Result<()> {
        // The first of January 2027 belongs to the last week of 2026.
        assert_eq!(Week::of(Date::new(2027, 1, 1)?).name(), "2026-W53");
        assert_eq!(Week::parse("2026-W53")?.days()[4], Date::new(2027, 1, 1)?);
        for wrong in ["2026-W54", "2026W3", "W32", "2025-W53", ""] {
            assert!(Week::parse(wrong).is_err(), "{wrong}");
        }
        Ok(())
    }

    #[test]
    fn a_week_is_as_long_as_the_clocks_make_it() -> anyhow::Result<()> {
        let zone = TimeZone::get("America/New_York")?;
        let hours = |name: &str| anyhow::Ok(Week::parse(name)?.window(&zone).map(|w| w.seconds() / 3600));
        assert_eq!(hours("2026-W10")?, Some(167));
        assert_eq!(hours("2026-W44")?, Some(169));
        assert_eq!(hours("2026-W32")?, Some(168));
        Ok(())
    }
}
