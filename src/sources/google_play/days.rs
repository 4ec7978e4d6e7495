//! Days as Google Play counts them, in Los Angeles, and what is told of one.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::formats::json_records::{Record, at, cell};
use super::super::formats::{Context, Parsed};
use crate::config::Window;
use crate::tables::table::Cell;

/// The only zone in which Google counts days.
const ZONE: &str = "America/Los_Angeles";

/// The zone, where this machine knows it.
///
/// # Errors
/// A sentence.
pub(super) fn zone() -> Result<TimeZone, String> {
    TimeZone::get(ZONE)
        .map_err(|_| format!("this machine does not know the time zone {ZONE}, in which Google counts days"))
}

/// The day on which a time falls.
pub(super) fn of(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_zoned(zone.clone()).date()
}

/// Reads a day.
pub(super) fn read(value: &Value) -> Option<Date> {
    let number = |name: &str| at(value, name).as_i64();
    Date::new(
        i16::try_from(number("year")?).ok()?,
        i8::try_from(number("month")?).ok()?,
        i8::try_from(number("day")?).ok()?,
    )
    .ok()
}

/// Writes a day.
pub(super) fn write(day: Date) -> Value {
    json!({"year": day.year(), "month": day.month(), "day": day.day(), "timeZone": {"id": ZONE}})
}

/// What is told of a day and a build with crashes. A day that is partly inside the beta is told of the beta.
pub(super) fn record(day: Date, build: &str, rate: f64, users: Option<f64>, beta: Window, zone: &TimeZone) -> Value {
    let begin = |day: Date| day.to_zoned(zone.clone()).map_or(0, |at| at.timestamp().as_millisecond());
    let (from, to) = (begin(day), begin(day.tomorrow().unwrap_or(day)));
    let ts = if from < beta.from_ms() && beta.from_ms() < to { beta.from_ms() } else { from };
    let people = users.map_or_else(String::new, |users| format!(" of about {users}"));
    let told = format!("Google Play: crash rate {rate} of testers{people} on {day} (a day of Los Angeles)");
    json!({"ts": ts, "build": build, "text": told, "id": format!("{day} {build}")})
}

/// Reads what was told. Nobody knows who crashed, nor how long the app had run.
pub(super) fn records(told: Vec<Record>, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, record) in told {
        let cells = [
            ("ts", Cell::from(at(&record, "ts").as_i64())),
            ("platform", Cell::from("android")),
            ("build", cell(&record, "build")),
            ("text", cell(&record, "text")),
            ("id", cell(&record, "id")),
        ];
        parsed.keep(context, line, &cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_of_los_angeles_and_its_crashes_are_of_the_beta_where_it_overlaps() {
        let zone = zone().expect("a zone");
        let time = |text: &str| text.parse::<Timestamp>().expect("a time");
        assert_eq!(of(time("2026-05-02T06:59:59Z"), &zone).to_string(), "2026-05-01");
        assert_eq!(of(time("2026-05-02T07:00:00Z"), &zone).to_string(), "2026-05-02");
        let day = read(&write(of(time("2026-05-02T06:00:00Z"), &zone))).expect("a day");
        let beta = Window { from: time("2026-05-02T00:00:00Z"), to: time("2026-05-03T00:00:00Z") };
        let ts = |day: Date| record(day, "8", 0.01, None, beta, &zone)["ts"].as_i64().expect("a time");
        assert_eq!(ts(day), beta.from_ms(), "it began on the day before");
        assert_eq!(ts(day.tomorrow().expect("a day")), time("2026-05-02T07:00:00Z").as_millisecond());
        assert_eq!(read(&json!({"year": 2026, "month": 13, "day": 1})), None);
    }
}
