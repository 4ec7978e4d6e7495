//! Rows of a rate query in, counts by bin of five minutes out, with what must not enter a test set apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::int;
use crate::statistics::Rate;
use crate::tables::table::Table;

/// Length of a bin, milliseconds.
pub(super) const BIN_MS: i64 = 300_000;
const HOUR_MS: i64 = 3_600_000;
/// An hour in which the others made at least so many requests …
const OUTAGE_REQUESTS: u64 = 20;
/// … of which more than this share failed was a platform outage (statistics.md S2).
const OUTAGE_SHARE: f64 = 0.10;

/// Requests, episodes and raw errors of one bin, side, subject and route.
#[derive(Debug, Clone)]
pub(super) struct Count {
    /// Begin of the bin, milliseconds UTC.
    pub(super) bin: i64,
    pub(super) beta: bool,
    pub(super) cohort: bool,
    /// Tester of the cohort; empty for the others.
    pub(super) subject: String,
    pub(super) drill: bool,
    pub(super) deploy: bool,
    pub(super) route: String,
    pub(super) requests: u64,
    pub(super) episodes: u64,
    pub(super) errors: u64,
}

/// Everything that one comparison looks at.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) counts: Vec<Count>,
}

/// The series of a table, by name. Columns as `required_columns` names them; `series` is optional.
pub(super) fn read(rows: &Table) -> Vec<Series> {
    let mut all: BTreeMap<String, Vec<Count>> = BTreeMap::new();
    for row in 0..rows.rows.len() {
        let text = |name: &str| rows.cell(row, name).as_text().unwrap_or_default().to_owned();
        let number = |name: &str| u64::try_from(int(rows, row, name)).unwrap_or(0);
        let count = Count {
            bin: int(rows, row, "bin_ts"),
            beta: text("period") == "beta",
            cohort: number("cohort") == 1,
            subject: text("subject"),
            drill: number("drill") == 1,
            deploy: number("deploy") == 1,
            route: text("route"),
            requests: number("requests"),
            episodes: number("episodes"),
            errors: number("errors"),
        };
        // What the cohort did before the beta is neither judged nor compared with.
        if count.beta || !count.cohort {
            all.entry(text("series")).or_default().push(count);
        }
    }
    all.into_iter().map(|(name, counts)| Series { name, counts }).collect()
}

/// Which of a series' counts a test looks at.
pub(super) struct Cut<'a> {
    /// Counts outside drills, deploys and platform outages.
    pub(super) calm: Vec<&'a Count>,
    /// Counts in the hours of platform outages, outside drills and deploys.
    pub(super) outage: Vec<&'a Count>,
    /// Hours cut as platform outages.
    pub(super) hours: u64,
}

impl Series {
    /// Sets apart drills and deploys, and the hours in which the others themselves failed.
    pub(super) fn cut(&self, with_drills: bool) -> Cut<'_> {
        let undisturbed = |c: &&Count| with_drills || !(c.drill || c.deploy);
        let counts: Vec<&Count> = self.counts.iter().filter(undisturbed).collect();
        let mut others: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        for count in counts.iter().filter(|c| !c.cohort) {
            let hour = others.entry(count.bin.div_euclid(HOUR_MS)).or_default();
            hour.0 += count.requests;
            hour.1 += count.errors;
        }
        let out = |(requests, errors): (u64, u64)| {
            requests >= OUTAGE_REQUESTS && errors as f64 > OUTAGE_SHARE * requests as f64
        };
        let outages: BTreeSet<i64> = others.into_iter().filter(|(_, n)| out(*n)).map(|(hour, _)| hour).collect();
        let (outage, calm) = counts.into_iter().partition(|c| outages.contains(&c.bin.div_euclid(HOUR_MS)));
        Cut { calm, outage, hours: outages.len() as u64 }
    }
}

/// The two sides within strata: `stratum` names a count's stratum, `first` its side. Strata in which a side asked for
/// nothing tell nothing of a ratio and are left out.
pub(super) fn strata<K: Ord>(
    counts: &[&Count],
    stratum: impl Fn(&Count) -> K,
    first: impl Fn(&Count) -> bool,
) -> Vec<crate::statistics::stratified::Stratum> {
    let mut all: BTreeMap<K, [(u64, u64); 2]> = BTreeMap::new();
    for count in counts {
        let side = &mut all.entry(stratum(count)).or_default()[usize::from(!first(count))];
        side.0 += count.episodes;
        side.1 += count.requests;
    }
    let rate = |(events, requests): (u64, u64)| Rate { events, exposure: requests as f64 };
    all.into_values()
        .filter(|[a, b]| a.1 > 0 && b.1 > 0)
        .map(|[a, b]| crate::statistics::stratified::Stratum { a: rate(a), b: rate(b) })
        .collect()
}

/// UTC day of a bin.
pub(super) fn day(count: &Count) -> i64 {
    count.bin.div_euclid(24 * HOUR_MS)
}

/// Hour of the day and whether it is a weekend: the class within which busy and quiet bins are alike. 1 January 1970
/// was a Thursday.
pub(super) fn hour_class(count: &Count) -> (i64, bool) {
    let weekday = (day(count) + 3).rem_euclid(7);
    (count.bin.div_euclid(HOUR_MS).rem_euclid(24), weekday >= 5)
}

/// Hour of the week.
pub(super) fn hour_of_week(count: &Count) -> i64 {
    count.bin.div_euclid(HOUR_MS).rem_euclid(24 * 7)
}
