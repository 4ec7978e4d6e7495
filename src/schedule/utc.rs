//! A time of day in a zone in, the same for a scheduler that knows UTC only out.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::{Request, When, cron_fields};

/// The fields of cron in UTC, and a remark about the clock changes of the zone.
pub(super) fn cron(request: &Request<'_>) -> (String, String) {
    let zone = &request.plan.project.zone;
    let name = &request.plan.project.zone_name;
    let at = request.at;
    let offsets: Vec<i32> = [1, 7].into_iter().map(|month| offset(zone, request.year, month, at)).collect();
    // The smaller offset is the later moment: the run never starts before the wanted time.
    let least = offsets.iter().copied().min().unwrap_or_default();
    let minutes = i32::from(at.hour()) * 60 + i32::from(at.minute()) - least.div_euclid(60);
    let days = minutes.div_euclid(24 * 60);
    let in_day = minutes.rem_euclid(24 * 60);
    let when = match request.when {
        When::Weekly(day) => When::Weekly(day.wrapping_add(days)),
        When::Daily => When::Daily,
    };
    let utc = Time::constant((in_day / 60) as i8, (in_day % 60) as i8, 0, 0);
    let remark = match offsets.iter().max() {
        Some(most) if *most != least => {
            let local = minutes + most.div_euclid(60);
            let later = format!("{:02}:{:02}", local.div_euclid(60).rem_euclid(24), local.rem_euclid(60));
            format!(
                "The schedule is in UTC and does not follow clock changes: it is {:02}:{:02} in {name} while clocks are \
                 back, and {later} while they are forward.",
                at.hour(),
                at.minute()
            )
        }
        _ => format!("The schedule is in UTC: it is {:02}:{:02} in {name} all year.", at.hour(), at.minute()),
    };
    (cron_fields(when, utc), remark)
}

/// Seconds east of UTC at a time of day in the middle of a month.
fn offset(zone: &TimeZone, year: i16, month: i8, at: Time) -> i32 {
    let day = Date::new(year, month, 15).unwrap_or(Date::MIN);
    day.to_datetime(at).to_zoned(zone.clone()).map_or(0, |z| z.offset().seconds())
}
