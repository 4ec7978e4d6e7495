//! Made-up days of read times: what must be found, and what must not fool it.

use super::*;
use crate::rules::Observation;
use crate::tables::table::Cell;

const HOUR: i64 = 3_600_000;
/// Monday, 3 August 2026.
const BETA: i64 = 1_785_715_200_000;
const BOUNDS: [&str; 6] = ["0.01", "0.025", "0.05", "0.1", "0.25", "+Inf"];
/// Reads at or below each bound, of a hundred.
const FAST: [i64; 6] = [60, 96, 99, 100, 100, 100];
const SLOW: [i64; 6] = [40, 80, 92, 97, 100, 100];

/// One hour of one side.
struct Hour {
    day: i64,
    hour: i64,
    cohort: bool,
    hundreds: i64,
    times: [i64; 6],
    charge: f64,
}

fn rows(hours: &[Hour]) -> Table {
    let columns = ["hour_ts", "counter", "period", "cohort", "le", "thousandths", "seconds"];
    let mut table = Table { columns: columns.map(str::to_owned).to_vec(), rows: Vec::new() };
    for h in hours {
        let mut add = |counter: &str, le: Cell, n: f64| {
            table.rows.push(vec![
                Cell::from(BETA + (h.day * 24 + h.hour) * HOUR),
                Cell::from(counter),
                Cell::from(if h.day < 0 { "baseline" } else { "beta" }),
                Cell::from(i64::from(h.cohort)),
                le,
                Cell::from((n * 1000.0) as i64),
                Cell::from(1_800),
            ]);
        };
        for (le, n) in BOUNDS.iter().zip(h.times) {
            add("read_seconds", Cell::from(*le), (n * h.hundreds) as f64);
        }
        add("read_charge", Cell::Null, h.charge * (h.hundreds * 100) as f64);
    }
    table
}

/// Five days of beta behind a week of baseline, ten busy hours each.
fn week(days: i64, with: [i64; 6], charge: f64) -> Vec<Hour> {
    let at = |day: i64, hour: i64, cohort: bool| Hour {
        day,
        hour,
        cohort,
        hundreds: if cohort { 3 } else { 5 },
        times: if cohort { with } else { FAST },
        charge: if cohort { charge } else { 3.6 },
    };
    let before = (-7..0).flat_map(|day| (8..18).map(move |hour| at(day, hour, false)));
    let beta = (0..days).flat_map(|day| (8..18).flat_map(move |hour| [at(day, hour, true), at(day, hour, false)]));
    before.chain(beta).collect()
}

fn seen(hours: &[Hour]) -> Seen {
    let basis = Basis {
        testers: &[],
        unit: "reads",
        bad: "",
        one: "",
        shows: "",
        candidate: "43",
        cohort: "mobile",
        exposure: None,
        least: 1.25,
    };
    let pending = compare(&rows(hours));
    let family = Family::of(pending.p_values().into_iter());
    match pending.judge(&family, &basis).observation {
        Observation::Whole(seen) => seen,
        Observation::Cells(_) => Seen::Due("cells".to_owned()),
    }
}

#[test]
fn a_slower_or_dearer_database_is_found() {
    assert!(matches!(seen(&week(5, FAST, 3.6)), Seen::Shown(_)));
    assert!(matches!(seen(&week(5, SLOW, 3.6)), Seen::Bad(_)));
    assert!(matches!(seen(&week(5, FAST, 5.0)), Seen::Bad(_)));
}

#[test]
fn two_days_tell_nothing_and_neither_does_one_side() {
    assert!(matches!(seen(&week(2, FAST, 3.6)), Seen::Thin(_)));
    assert!(matches!(seen(&week(0, FAST, 3.6)), Seen::Absent(_)));
    assert!(matches!(seen(&[]), Seen::Absent(_)));
}

#[test]
fn busy_hours_are_not_blamed_on_the_cohort() {
    let mut hours = week(5, FAST, 3.6);
    // At nine everything is slow, and mostly the cohort is about; at night nobody is, and all is fast.
    for hour in &mut hours {
        if hour.hour == 9 {
            hour.times = SLOW;
            hour.hundreds = if hour.cohort { 20 } else { 5 };
        }
    }
    assert!(matches!(seen(&hours), Seen::Shown(_)), "{:?}", seen(&hours));
}
