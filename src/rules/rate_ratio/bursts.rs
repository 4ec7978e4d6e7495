//! Short bursts: bins of five minutes with more episodes than chance gives (statistics.md S2, Q4).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::tally::{BIN_MS, Count};
use crate::statistics::proportion;

/// Fewer episodes than this in a bin are no burst.
const LEAST: u64 = 5;
/// A bin is unusual where chance gives so many episodes less often than this, over all bins together.
const CHANCE: f64 = 0.01;
/// Unusual bins with at most so many ordinary ones between them are one burst.
const APART: i64 = 2;
/// A cohort that made no request so long before a burst, nor in it, has nothing to do with it.
const OVERLAP_MS: i64 = 3 * BIN_MS;
/// The cohort clears itself of a burst where so few errors of its own would be rarer than this.
const CLEARED: f64 = 0.05;

/// A stretch of time with unusually many errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Burst {
    /// Begin and end, milliseconds UTC.
    pub from: i64,
    pub to: i64,
    /// Of all clients.
    pub episodes: u64,
    pub requests: u64,
    /// The cohort's part of them.
    pub cohort_episodes: u64,
    pub cohort_requests: u64,
    /// The route with most of the episodes.
    pub route: String,
    /// Whether it is on a route that the cohort used and began after the cohort's first request, while the cohort was
    /// about, and the cohort's own requests there do not speak against a connection.
    pub held: bool,
}

/// Finds the bursts of the beta outside drills and deploys.
pub(super) fn scan(calm: &[&Count]) -> Vec<Burst> {
    let beta: Vec<&Count> = calm.iter().copied().filter(|c| c.beta).collect();
    let mut bins: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for count in calm {
        let bin = bins.entry(count.bin).or_default();
        bin.0 += count.episodes;
        bin.1 += count.requests;
    }
    let (episodes, requests) = bins.values().fold((0, 0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1));
    if requests == 0 {
        return Vec::new();
    }
    let share = episodes as f64 / requests as f64;
    let limit = CHANCE / bins.len() as f64;
    let unusual = |(k, n): (u64, u64)| k >= LEAST && proportion::at_least(k, n.max(k), share) <= limit;
    let in_beta: BTreeSet<i64> = beta.iter().map(|c| c.bin).collect();
    let mut stretches: Vec<(i64, i64)> = Vec::new();
    for (bin, _) in bins.iter().filter(|(bin, n)| in_beta.contains(bin) && unusual(**n)) {
        match stretches.last_mut() {
            Some((_, to)) if bin - *to <= APART * BIN_MS => *to = bin + BIN_MS,
            _ => stretches.push((*bin, bin + BIN_MS)),
        }
    }
    stretches.into_iter().map(|(from, to)| burst(&beta, from, to)).collect()
}

fn burst(beta: &[&Count], from: i64, to: i64) -> Burst {
    let inside = || beta.iter().copied().filter(move |c| (from..to).contains(&c.bin));
    let sum = |of: fn(&Count) -> u64, cohort: bool| inside().filter(|c| c.cohort == cohort).map(of).sum::<u64>();
    let (cohort_episodes, cohort_requests) = (sum(|c| c.episodes, true), sum(|c| c.requests, true));
    let others = (sum(|c| c.episodes, false), sum(|c| c.requests, false));
    let mut routes: BTreeMap<&str, u64> = BTreeMap::new();
    for count in inside().filter(|c| c.episodes > 0) {
        *routes.entry(&count.route).or_default() += count.episodes;
    }
    let route = routes.iter().max_by_key(|(_, n)| **n).map_or("", |(route, _)| *route);
    let affected: BTreeSet<&str> = routes.iter().filter(|(_, n)| **n * 2 >= LEAST).map(|(route, _)| *route).collect();
    let held = concerns(beta, &affected, from, to, others);
    Burst {
        from,
        to,
        episodes: cohort_episodes + others.0,
        requests: cohort_requests + others.1,
        cohort_episodes,
        cohort_requests,
        route: route.to_owned(),
        held,
    }
}

/// Whether the errors can have to do with the cohort: it used one of the routes and was there before; it was about in
/// these minutes; and it did not fare clearly better on them than the others did at the time.
fn concerns(beta: &[&Count], affected: &BTreeSet<&str>, from: i64, to: i64, others: (u64, u64)) -> bool {
    let cohort = || beta.iter().filter(|c| c.cohort);
    let there = cohort().any(|c| c.bin <= from) && cohort().any(|c| (from - OVERLAP_MS..to).contains(&c.bin));
    if !there || !cohort().any(|c| affected.contains(c.route.as_str())) {
        return false;
    }
    let own = cohort().filter(|c| affected.contains(c.route.as_str()) && (from..to).contains(&c.bin));
    let (failed, asked) = own.fold((0, 0), |sum, c| (sum.0 + c.episodes, sum.1 + c.requests));
    let share = (others.0 as f64 / others.1.max(1) as f64).min(1.0);
    let at_most = 1.0 - proportion::at_least(failed + 1, asked, share);
    !(asked > 0 && at_most < CLEARED)
}
