//! The worked examples of statistics.md S2, the properties that a judgement must have, and what must not fool it.

use super::*;
use crate::rules::Basis;
use crate::rules::family::Family;
use crate::tables::table::{Cell, Table};

const HOUR: i64 = 3_600_000;
const BIN: i64 = 300_000;
/// Monday, 3 August 2026.
const BETA: i64 = 1_785_715_200_000;

const COLUMNS: [&str; 11] =
    ["series", "bin_ts", "period", "cohort", "subject", "drill", "deploy", "route", "requests", "episodes", "errors"];

/// Where and whose the requests of a row are.
#[derive(Clone, Copy)]
struct Spot {
    bin: i64,
    cohort: bool,
    subject: &'static str,
    route: &'static str,
    beta: bool,
    drill: bool,
}

const MOBILE: Spot =
    Spot { bin: BETA, cohort: true, subject: "t01", route: "/api/positions", beta: true, drill: false };
const WEB: Spot = Spot { cohort: false, subject: "", ..MOBILE };

fn row(spot: Spot, requests: i64, episodes: i64) -> Vec<Cell> {
    vec![
        Cell::from("5xx"),
        Cell::from(spot.bin),
        Cell::from(if spot.beta { "beta" } else { "baseline" }),
        Cell::from(i64::from(spot.cohort)),
        Cell::from(spot.subject),
        Cell::from(i64::from(spot.drill)),
        Cell::from(0),
        Cell::from(spot.route),
        Cell::from(requests),
        Cell::from(episodes),
        Cell::from(episodes),
    ]
}

fn table(rows: Vec<Vec<Cell>>) -> Table {
    Table { columns: COLUMNS.iter().map(|c| (*c).to_owned()).collect(), rows }
}

/// Requests and episodes of both sides, spread evenly over the hours of five days.
fn spread(mobile: (i64, i64), web: (i64, i64)) -> Vec<Vec<Cell>> {
    let hours = 5 * 24;
    let part = |all: i64, at: i64| all * (at + 1) / hours - all * at / hours;
    let rows = |at: i64| {
        let bin = BETA + at * HOUR;
        [
            row(Spot { bin, ..MOBILE }, part(mobile.0, at), part(mobile.1, at)),
            row(Spot { bin, ..WEB }, part(web.0, at), part(web.1, at)),
        ]
    };
    (0..hours).flat_map(rows).collect()
}

fn judged(rows: Vec<Vec<Cell>>, margin: f64) -> Ruled {
    let testers = vec!["t01".to_owned()];
    let basis = Basis {
        testers: &testers,
        unit: "requests",
        bad: "episodes",
        one: "",
        shows: "",
        candidate: "43",
        cohort: "mobile",
        exposure: None,
        least: 0.0,
    };
    let pending = compare(&table(rows), margin);
    let family = Family::of(pending.p_values().into_iter());
    pending.judge(&family, None, false, &basis)
}

fn seen(rows: Vec<Vec<Cell>>, margin: f64) -> Seen {
    match judged(rows, margin).observation {
        crate::rules::Observation::Whole(seen) => seen,
        crate::rules::Observation::Cells(_) => Seen::Due("cells".to_owned()),
    }
}

/// From bad to good.
fn rank(seen: &Seen) -> u8 {
    match seen {
        Seen::Bad(_) => 0,
        Seen::Absent(_) | Seen::Due(_) | Seen::NotApplicable(_) => 1,
        Seen::Thin(_) => 2,
        Seen::Shown(_) => 3,
    }
}

#[test]
fn the_worked_examples_come_out_as_published() {
    let web = (71_420, 96);
    for (mobile, web, ratio, p, upper, verdict) in [
        ((3_912, 4), web, 0.76, 0.77, 1.79, 3),
        ((3_912, 9), web, 1.71, 0.096, 3.09, 2),
        ((800, 0), (60_000, 40), 0.0, 1.0, 5.83, 2),
        ((120, 1), (15_000, 20), 6.3, 0.15, 32.6, 2),
    ] {
        let ruled = judged(spread(mobile, web), 2.0);
        let held = &ruled.compared[0];
        assert!((held.ratio.expect("a ratio") - ratio).abs() < 0.06, "{mobile:?}: ratio {:?}", held.ratio);
        assert!((held.p - p).abs() < 0.006, "{mobile:?}: p {}", held.p);
        assert!((held.upper.expect("a bound") - upper).abs() < 0.06, "{mobile:?}: bound {:?}", held.upper);
        assert_eq!(rank(&seen(spread(mobile, web), 2.0)), verdict, "{mobile:?}");
    }
}

#[test]
fn nothing_passes_on_nothing() {
    assert!(matches!(seen(Vec::new(), 2.5), Seen::Absent(_)));
    assert!(matches!(seen(spread((0, 0), (20_000, 80)), 2.5), Seen::Absent(_)));
    assert_eq!(rank(&seen(spread((4_000, 0), (0, 0)), 2.5)), 1, "nobody to compare with");
    assert_eq!(rank(&seen(spread((60, 0), (20_000, 80)), 2.5)), 2, "too few requests");
}

#[test]
fn one_more_error_never_improves_a_verdict_and_the_order_of_rows_does_not_matter() {
    let mut last = 4;
    for episodes in 0..80 {
        let mut rows = spread((3_500, episodes), (16_000, 64));
        let now = rank(&seen(rows.clone(), 2.5));
        assert!(now <= last, "{episodes} episodes improve the verdict");
        last = now;
        rows.reverse();
        assert_eq!(judged(rows, 2.5), judged(spread((3_500, episodes), (16_000, 64)), 2.5));
    }
    assert_eq!(last, 0);
}

#[test]
fn more_exposure_at_the_same_rate_never_turns_a_pass_into_a_failure() {
    for episodes in [0, 2, 7, 14] {
        let mut passed = false;
        for times in 1..12 {
            let now = seen(spread((1_000 * times, episodes * times), (16_000, 112)), 2.5);
            assert!(!(passed && matches!(now, Seen::Bad(_))), "{episodes} episodes, {times} times");
            passed |= matches!(now, Seen::Shown(_));
        }
    }
}

/// A healthy beta, to which something is added.
fn healthy() -> Vec<Vec<Cell>> {
    spread((3_600, 15), (16_000, 64))
}

#[test]
fn a_rise_of_the_cohort_is_found() {
    assert!(matches!(seen(spread((3_600, 45), (16_000, 64)), 2.5), Seen::Bad(_)));
}

#[test]
fn a_spike_of_the_web_alone_is_not_blamed_on_the_cohort() {
    let at = |bin: i64| Spot { bin: BETA + 50 * HOUR + bin * BIN, ..WEB };
    let elsewhere = |n: i64| row(Spot { route: "/api/web/report", ..at(n) }, 30, 12);
    let rows: Vec<Vec<Cell>> = healthy().into_iter().chain((1..4).map(elsewhere)).collect();
    assert!(matches!(seen(rows, 2.5), Seen::Shown(_)), "on a route that the cohort never used");
    let same_route = |n: i64| row(at(n), 30, 12);
    let beside = |n: i64| row(Spot { bin: at(n).bin, ..MOBILE }, 20, 0);
    let rows: Vec<Vec<Cell>> = healthy().into_iter().chain((1..4).map(same_route)).chain((1..4).map(beside)).collect();
    assert!(matches!(seen(rows, 2.5), Seen::Shown(_)), "the cohort fared well on the same route at the same time");
}

#[test]
fn a_burst_that_may_be_the_cohorts_holds_a_pass() {
    let at = Spot { bin: BETA + 50 * HOUR + BIN, ..WEB };
    let rows: Vec<Vec<Cell>> = healthy().into_iter().chain([row(at, 30, 20)]).collect();
    let held = seen(rows, 2.5);
    assert!(matches!(&held, Seen::Thin(why) if why.contains("/api/positions")), "{held:?}");
    let own = row(Spot { bin: at.bin, ..MOBILE }, 12, 9);
    let held = seen(healthy().into_iter().chain([own]).collect(), 2.5);
    assert!(!matches!(held, Seen::Shown(_)), "{held:?}");
}

#[test]
fn an_outage_of_the_platform_is_cut_but_not_where_the_cohort_fared_worse() {
    let before = |hour: i64| row(Spot { bin: BETA - 48 * HOUR + hour * HOUR, beta: false, ..WEB }, 40, 30);
    let rows: Vec<Vec<Cell>> = healthy().into_iter().chain((0..3).map(before)).collect();
    let ruled = judged(rows, 2.5);
    assert_eq!(ruled.compared[0].outage_hours, 3);
    assert_eq!(ruled.compared[0].others.episodes, 64, "the outage in the baseline does not hide anything");
    let hour = |n: i64| BETA + (60 + n) * HOUR;
    let out = |n: i64| [row(Spot { bin: hour(n), ..WEB }, 200, 25), row(Spot { bin: hour(n), ..MOBILE }, 30, 24)];
    let held = seen(healthy().into_iter().chain((0..2).flat_map(out)).collect(), 2.5);
    assert!(!matches!(held, Seen::Shown(_)), "{held:?}");
}

#[test]
fn errors_of_drills_do_not_count() {
    let drill = row(Spot { bin: BETA + 30 * HOUR, drill: true, ..MOBILE }, 100, 90);
    let ruled = judged(healthy().into_iter().chain([drill]).collect(), 2.5);
    assert_eq!(ruled.compared[0].cohort.episodes, 15);
    assert!(!ruled.compared[0].robust.drills_agree, "but it is said that they would change the verdict");
}

#[test]
fn a_day_that_was_bad_for_everybody_neither_hides_nor_blames_the_cohort() {
    let hours = |day: i64| (day * 24..(day + 1) * 24).map(|at| BETA + at * HOUR);
    let day = |day: i64, mobile: (i64, i64), web: (i64, i64)| -> Vec<Vec<Cell>> {
        let part = |all: i64, at: usize| all * (at as i64 + 1) / 24 - all * at as i64 / 24;
        let both = |(at, bin): (usize, i64)| {
            [
                row(Spot { bin, ..MOBILE }, part(mobile.0, at), part(mobile.1, at)),
                row(Spot { bin, ..WEB }, part(web.0, at), part(web.1, at)),
            ]
        };
        hours(day).enumerate().flat_map(both).collect()
    };
    // Five times the errors for all on a day on which the cohort was away: it is 2.5 times worse on the others.
    let away: Vec<Vec<Cell>> = (0..4).flat_map(|n| day(n, (1_500, 23), (2_500, 15))).collect();
    let hidden = [away, day(4, (10, 0), (2_500, 300))].concat();
    assert!(!matches!(seen(hidden.clone(), 2.5), Seen::Shown(_)), "{:?}", seen(hidden, 2.5));
    // The same on a day on which it was four times as busy: it is no worse than the others.
    let quiet: Vec<Vec<Cell>> = (0..4).flat_map(|n| day(n, (400, 2), (2_500, 12))).collect();
    let blamed = [quiet, day(4, (3_000, 75), (2_500, 62))].concat();
    assert!(!matches!(seen(blamed.clone(), 2.5), Seen::Bad(_)), "{:?}", seen(blamed, 2.5));
}

#[test]
fn a_tester_who_alone_meets_the_errors_stands_out() {
    let other = |n: i64| row(Spot { bin: BETA + n * HOUR, subject: "t02", ..MOBILE }, 30, i64::from(n % 3 == 0));
    let ruled = judged(healthy().into_iter().chain((0..40).map(other)).collect(), 2.5);
    let named: Vec<&str> = ruled.compared[0].robust.stand_out.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(named, ["t02"]);
    assert!(judged(healthy(), 2.5).compared[0].robust.stand_out.is_empty());
}
