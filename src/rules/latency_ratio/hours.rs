//! Buckets and counters by hour in, the two sides that are compared out: with the cohort about and without it.

use std::collections::BTreeMap;

use crate::rules::int;
use crate::tables::table::Table;

const HOUR_MS: i64 = 3_600_000;

/// Hour of the day (UTC) and whether it is a weekend: within it, bins with and without the cohort are alike.
type Class = (i64, bool);

/// What was counted on one side.
#[derive(Debug, Clone, Default)]
pub(super) struct Side {
    /// Reads at or below each bound, in the order of `Hours::bounds`; the last one counts all.
    pub(super) buckets: Vec<f64>,
    /// Request units.
    pub(super) charge: f64,
    /// Refused requests.
    pub(super) throttled: f64,
    /// Length of the bins in which cost was counted.
    pub(super) seconds: f64,
}

/// What one day counted: with the cohort about, then without.
#[derive(Debug, Clone, Default)]
pub(super) struct Day(BTreeMap<Class, [Side; 2]>);

/// Days of the beta and of the baseline; bounds of the buckets, seconds, the last one infinite.
pub(super) struct Hours {
    pub(super) bounds: Vec<f64>,
    pub(super) beta: Vec<Day>,
    pub(super) baseline: Vec<Day>,
    /// Whether cost and refusals were measured at all.
    pub(super) charged: bool,
    pub(super) throttling: bool,
}

/// Both sides over some days: as counted, and the side without at the hours of the other.
pub(super) struct Sides {
    pub(super) with: Side,
    pub(super) without: Side,
    /// Unweighted.
    pub(super) counted: Side,
}

impl Side {
    pub(super) fn reads(&self) -> f64 {
        self.buckets.last().copied().unwrap_or(0.0)
    }

    fn add(&mut self, other: &Side, weight: f64) {
        self.buckets.resize(self.buckets.len().max(other.buckets.len()), 0.0);
        self.buckets.iter_mut().zip(&other.buckets).for_each(|(sum, n)| *sum += n * weight);
        self.charge += other.charge * weight;
        self.throttled += other.throttled * weight;
        self.seconds += other.seconds * weight;
    }
}

impl Day {
    /// Whether the cohort was about.
    pub(super) fn about(&self) -> bool {
        self.0.values().any(|[with, _]| with.reads() > 0.0)
    }
}

impl Hours {
    pub(super) fn read(rows: &Table) -> Self {
        let all = || 0..rows.rows.len();
        let mut bounds: Vec<f64> = all().filter_map(|row| bound(rows, row)).collect();
        bounds.sort_by(f64::total_cmp);
        bounds.dedup();
        let mut days: BTreeMap<(bool, i64), Day> = BTreeMap::new();
        let (mut charged, mut throttling) = (false, false);
        for row in all() {
            let hour = int(rows, row, "hour_ts");
            let day = hour.div_euclid(24 * HOUR_MS);
            // 1 January 1970 was a Thursday.
            let class = (hour.div_euclid(HOUR_MS).rem_euclid(24), (day + 3).rem_euclid(7) >= 5);
            let beta = rows.cell(row, "period").as_text() == Some("beta");
            let sides = days.entry((beta, day)).or_default().0.entry(class).or_default();
            let side = &mut sides[usize::from(int(rows, row, "cohort") != 1)];
            let n = int(rows, row, "thousandths") as f64 / 1000.0;
            match (rows.cell(row, "counter").as_text().unwrap_or_default(), bound(rows, row)) {
                ("read_seconds", Some(le)) => {
                    side.buckets.resize(bounds.len(), 0.0);
                    side.buckets[bounds.partition_point(|b| *b < le)] += n;
                }
                ("read_charge", _) => {
                    charged = true;
                    side.charge += n;
                    side.seconds += int(rows, row, "seconds") as f64;
                }
                ("throttled", _) => {
                    throttling = true;
                    side.throttled += n;
                }
                _ => {}
            }
        }
        let of = |beta: bool| days.iter().filter(|((b, _), _)| *b == beta).map(|(_, day)| day.clone()).collect();
        Hours { beta: of(true), baseline: of(false), bounds, charged, throttling }
    }
}

fn bound(rows: &Table, row: usize) -> Option<f64> {
    match rows.cell(row, "le").as_text()? {
        "+Inf" => Some(f64::INFINITY),
        text => text.parse::<f64>().ok(),
    }
}

/// Sums days. Within each class of hour the side without is scaled to as many reads as the side with has, so that
/// busy hours do not weigh more on one side; hours that one side did not see are left out.
pub(super) fn sides<'d>(days: impl Iterator<Item = &'d Day>) -> Sides {
    let mut classes: BTreeMap<Class, [Side; 2]> = BTreeMap::new();
    for (class, sides) in days.flat_map(|day| &day.0) {
        let held = classes.entry(*class).or_default();
        held.iter_mut().zip(sides).for_each(|(sum, side)| sum.add(side, 1.0));
    }
    let mut sum = Sides { with: Side::default(), without: Side::default(), counted: Side::default() };
    for [with, without] in classes.values().filter(|[a, b]| a.reads() > 0.0 && b.reads() > 0.0) {
        sum.with.add(with, 1.0);
        sum.counted.add(without, 1.0);
        sum.without.add(without, with.reads() / without.reads());
    }
    sum
}
