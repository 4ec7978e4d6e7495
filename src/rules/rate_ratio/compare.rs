//! The counts of one series in, everything that is said about it out: the test that decides and those that are printed
//! beside it (statistics.md S2 to S4).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::bursts::{self, Burst};
use super::tally::{self, Count, Series};
use crate::statistics::{Rate, e_process, exposure, multiple, poisson, stratified};

/// Confidence of the bound that decides, one-sided.
pub(super) const ALPHA: f64 = 0.05;
/// Power at which a rise would have been noticed.
const POWER: f64 = 0.80;
/// Least ratio and least excess of a failure.
const RATIO: f64 = 1.5;
const EXCESS: f64 = 3.0;
/// Against a pooled pass, only a comparison within days that is clearer than this speaks: the pooled one decides, and
/// two chances of an error would be one too many.
const CLEAR: f64 = 0.01;
/// A baseline below this gets the wider margin.
const RARE: f64 = 0.001;
const RARE_MARGIN: f64 = 3.0;
/// Share of false ones among the testers that are said to stand out.
const EXPLORED: f64 = 0.10;
/// More further episodes than this are not searched for.
const MOST: u64 = 1 << 20;

/// A rate of the cohort against all others: counts, the ratio with its bounds, and what else is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Such as `5xx` or `logins`.
    pub series: String,
    pub cohort: Tally,
    /// In beta and baseline.
    pub others: Tally,
    /// Null where the others met none.
    pub ratio: Option<f64>,
    /// One-sided 95 % bounds of the ratio; an upper one of null is none.
    pub lower: f64,
    pub upper: Option<f64>,
    pub margin: f64,
    /// One-sided exact p-value, its mid-p variant, and that after Holm over the family.
    pub p: f64,
    pub p_mid: f64,
    pub p_adjusted: f64,
    /// Episodes more than the others' rate would give.
    pub excess: f64,
    /// The smallest ratio that would have been noticed with 80 % power.
    pub noticed: Option<f64>,
    /// So many more episodes would lose a pass, with the bound there.
    pub to_lose: Option<(u64, f64)>,
    /// So many more requests at this rate would give a pass.
    pub requests_needed: Option<u64>,
    /// The same comparison within the days of the beta: a rate that all clients share, however it varies, cancels out.
    pub in_days: Option<Beside>,
    /// Whether the comparison within days speaks against the pooled one.
    pub days_disagree: bool,
    /// The same comparison within bins of five minutes of the beta.
    pub in_bins: Option<Beside>,
    /// The others in bins with the cohort against those without, within the hour of the day.
    pub on_others: Option<Beside>,
    /// The others in the beta against the baseline, within the hour of the week.
    pub since_baseline: Option<Beside>,
    /// Day by day, valid however often it is looked at: the value at each day's end.
    pub e_values: Vec<f64>,
    pub bursts: Vec<Burst>,
    /// Hours in which the platform itself failed, cut from both sides.
    pub outage_hours: u64,
    /// Whether the cohort fared worse than the others inside those hours.
    pub worse_in_outages: bool,
    pub robust: Robust,
}

/// Episodes and raw errors in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub episodes: u64,
    pub errors: u64,
    pub requests: u64,
}

/// A comparison that is printed and does not decide.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    pub ratio: Option<f64>,
    /// One-sided 95 % upper bound.
    pub upper: Option<f64>,
    pub p: f64,
}

/// What the verdict would be otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Robust {
    /// The tester with most episodes, and how many.
    pub top: Option<(String, u64)>,
    /// Testers whose own rate stands out against the others', with the q-value (Benjamini and Hochberg over the testers,
    /// at most 0.10): exploratory, it decides nothing.
    pub stand_out: Vec<(String, f64)>,
    /// Testers without whom the verdict would be another.
    pub hinges_on: Vec<String>,
    /// Whether raw errors instead of episodes give the same verdict.
    pub raw_agrees: bool,
    /// Whether drills and deploys put back give the same verdict.
    pub drills_agree: bool,
}

/// What a test says of a series by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    Worse,
    NoWorse,
    Open,
}

/// The decision rule of statistics.md S2: worse, where the adjusted p-value, the ratio and the excess all say so; no
/// worse, where the upper bound is within the margin; open otherwise. `upper` of `None` is no bound.
#[must_use]
pub fn decide(p_adjusted: f64, ratio: Option<f64>, excess: f64, upper: Option<f64>, margin: f64) -> Says {
    let clear = p_adjusted <= ALPHA && ratio.is_none_or(|r| r >= RATIO) && excess >= EXCESS;
    match upper {
        _ if clear => Says::Worse,
        Some(upper) if upper <= margin => Says::NoWorse,
        _ => Says::Open,
    }
}

/// Whether the comparison within days speaks against the pooled one: a pass where the cohort is clearly worse within
/// them, a failure that vanishes within them. A day that was bad for everybody must neither hide nor blame the cohort.
#[must_use]
pub fn days_disagree(says: Says, days: &[stratified::Stratum]) -> bool {
    match says {
        Says::Worse => {
            stratified::ratio(days, 1.0 - 2.0 * ALPHA).is_some_and(|within| within.ratio.is_some_and(|r| r < RATIO))
        }
        Says::NoWorse => worse(days, CLEAR),
        Says::Open => false,
    }
}

impl Tally {
    fn of<'a>(counts: impl Iterator<Item = &'a Count>) -> Self {
        counts.fold(Tally { episodes: 0, errors: 0, requests: 0 }, |t, c| Tally {
            episodes: t.episodes + c.episodes,
            errors: t.errors + c.errors,
            requests: t.requests + c.requests,
        })
    }

    pub(super) fn rate(self) -> Rate {
        Rate { events: self.episodes, exposure: self.requests as f64 }
    }

    fn raw(self) -> Rate {
        Rate { events: self.errors, exposure: self.requests as f64 }
    }

    pub(super) fn share(self) -> f64 {
        if self.requests == 0 { 0.0 } else { self.episodes as f64 / self.requests as f64 }
    }
}

impl Compared {
    /// Whether the cohort is worse, no worse, or neither can be said.
    pub(super) fn says(&self) -> Says {
        decide(self.p_adjusted, self.ratio, self.excess, self.upper, self.margin)
    }
}

/// Compares one series; `p_adjusted` is set to the unadjusted value until the family is known. `None` where a side made
/// no request, so that there is nothing to compare.
pub(super) fn compare(series: &Series, margin: f64) -> Option<Compared> {
    let cut = series.cut(false);
    let calm = &cut.calm;
    let (cohort, others) = (tally_of(calm, true), tally_of(calm, false));
    let margin = if others.share() < RARE { margin.max(RARE_MARGIN) } else { margin };
    let mut compared = primary(series, cohort.rate(), others.rate(), margin)?;
    let busy: BTreeSet<i64> = calm.iter().filter(|c| c.cohort && c.requests > 0).map(|c| c.bin).collect();
    let alone: Vec<&Count> = calm.iter().copied().filter(|c| !c.cohort).collect();
    let beta: Vec<&Count> = calm.iter().copied().filter(|c| c.beta).collect();
    compared.cohort = cohort;
    compared.others = others;
    compared.noticed = exposure::detectable_rise(cohort.requests as f64, others.share(), ALPHA, POWER);
    let days = tally::strata(&beta, tally::day, |c| c.cohort);
    compared.in_days = beside(&days);
    compared.in_bins = beside(&tally::strata(&beta, |c| c.bin, |c| c.cohort));
    compared.on_others = beside(&tally::strata(&alone, tally::hour_class, |c| c.beta && busy.contains(&c.bin)));
    compared.since_baseline = beside(&tally::strata(&alone, tally::hour_of_week, |c| c.beta));
    compared.e_values = e_process::path(&days);
    let scanned: Vec<&Count> = calm.iter().chain(&cut.outage).copied().collect();
    compared.bursts = bursts::scan(&scanned);
    compared.outage_hours = cut.hours;
    compared.worse_in_outages = worse(&tally::strata(&cut.outage, |c| c.bin / tally::BIN_MS / 12, |c| c.cohort), ALPHA);
    Some(compared)
}

/// Fills what needs the verdict: once the family's p-values are adjusted.
pub(super) fn settle(compared: &mut Compared, series: &Series, p_adjusted: f64) {
    // Alternatives are held against the same correction.
    let factor = if compared.p_mid > 0.0 { p_adjusted / compared.p_mid } else { 1.0 };
    compared.p_adjusted = p_adjusted;
    let (cohort, others, margin) = (compared.cohort, compared.others, compared.margin);
    match compared.says() {
        Says::NoWorse => compared.to_lose = to_lose(cohort, others, margin),
        Says::Open => compared.requests_needed = requests_needed(cohort, others, margin),
        Says::Worse => {}
    }
    let says = compared.says();
    let cut = series.cut(false);
    let beta: Vec<&Count> = cut.calm.iter().copied().filter(|c| c.beta).collect();
    compared.days_disagree = days_disagree(says, &tally::strata(&beta, tally::day, |c| c.cohort));
    let would = |a: Rate, b: Rate| {
        primary(series, a, b, margin).map(|mut other| {
            other.p_adjusted = (other.p_mid * factor).min(1.0);
            other.says()
        })
    };
    let mut by_tester: BTreeMap<&str, Tally> = BTreeMap::new();
    for count in cut.calm.iter().filter(|c| c.cohort) {
        by_tester.entry(&count.subject).or_insert_with(|| tally_of(&only(&cut.calm, &count.subject), true));
    }
    let without =
        |t: &Tally| Rate { events: cohort.episodes - t.episodes, exposure: (cohort.requests - t.requests) as f64 };
    let hinges = |(_, t): &(&&str, &Tally)| would(without(t), others.rate()).is_some_and(|other| other != says);
    let with_drills = series.cut(true);
    let (put_back, put_back_others) = (tally_of(&with_drills.calm, true), tally_of(&with_drills.calm, false));
    compared.robust = Robust {
        top: by_tester
            .iter()
            .filter(|(_, t)| t.episodes > 0)
            .max_by_key(|(name, t)| (t.episodes, std::cmp::Reverse(**name)))
            .map(|(name, t)| ((*name).to_owned(), t.episodes)),
        stand_out: stand_out(&by_tester, others.rate()),
        hinges_on: by_tester.iter().filter(hinges).map(|(name, _)| (*name).to_owned()).collect(),
        raw_agrees: would(cohort.raw(), others.raw()).is_none_or(|other| other == says),
        drills_agree: would(put_back.rate(), put_back_others.rate()).is_none_or(|other| other == says),
    };
}

/// Which testers stand out by themselves.
fn stand_out(by_tester: &BTreeMap<&str, Tally>, others: Rate) -> Vec<(String, f64)> {
    let test = |t: &Tally| poisson::ratio(t.rate(), others, 1.0 - 2.0 * ALPHA).map_or(1.0, |test| test.p_greater);
    let p: Vec<f64> = by_tester.values().map(test).collect();
    let q = multiple::benjamini_hochberg(&p);
    by_tester.keys().zip(q).filter(|(_, q)| *q <= EXPLORED).map(|(name, q)| ((*name).to_owned(), q)).collect()
}

fn only<'a>(counts: &[&'a Count], subject: &str) -> Vec<&'a Count> {
    counts.iter().copied().filter(|c| c.subject == subject).collect()
}

fn tally_of(counts: &[&Count], cohort: bool) -> Tally {
    Tally::of(counts.iter().copied().filter(|c| c.cohort == cohort))
}

/// The test that decides: the pooled exact conditional test of two rates.
fn primary(series: &Series, a: Rate, b: Rate, margin: f64) -> Option<Compared> {
    let test = poisson::ratio(a, b, 1.0 - 2.0 * ALPHA)?;
    let zero = Tally { episodes: 0, errors: 0, requests: 0 };
    Some(Compared {
        series: series.name.clone(),
        cohort: zero,
        others: zero,
        ratio: test.ratio,
        lower: test.lower,
        upper: finite(test.upper),
        margin,
        p: test.p_greater,
        p_mid: test.p_mid,
        p_adjusted: test.p_mid,
        excess: a.events as f64 - a.exposure * b.events as f64 / b.exposure,
        noticed: None,
        to_lose: None,
        requests_needed: None,
        in_days: None,
        days_disagree: false,
        in_bins: None,
        on_others: None,
        since_baseline: None,
        e_values: Vec::new(),
        bursts: Vec::new(),
        outage_hours: 0,
        worse_in_outages: false,
        robust: Robust::default(),
    })
}

fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

fn beside(strata: &[stratified::Stratum]) -> Option<Beside> {
    let test = stratified::ratio(strata, 1.0 - 2.0 * ALPHA)?;
    Some(Beside { ratio: test.ratio, upper: finite(test.upper), p: test.p_greater })
}

/// Whether the first side is clearly worse within the strata, by the same measures as a failure.
fn worse(strata: &[stratified::Stratum], alpha: f64) -> bool {
    let Some(test) = stratified::ratio(strata, 1.0 - 2.0 * ALPHA) else { return false };
    let expected: f64 = strata.iter().map(|s| s.a.exposure * s.b.events as f64 / s.b.exposure).sum();
    let events: u64 = strata.iter().map(|s| s.a.events).sum();
    test.p_mid <= alpha && test.ratio.is_none_or(|r| r >= RATIO) && events as f64 - expected >= EXCESS
}

fn bound(cohort: Tally, others: Tally) -> f64 {
    poisson::ratio(cohort.rate(), others.rate(), 1.0 - 2.0 * ALPHA).map_or(f64::INFINITY, |test| test.upper)
}

/// The smallest number of further episodes whose bound is beyond the margin, with that bound.
fn to_lose(cohort: Tally, others: Tally, margin: f64) -> Option<(u64, f64)> {
    let with = |more: u64| bound(Tally { episodes: cohort.episodes + more, ..cohort }, others);
    let more = smallest(|more| with(more) > margin)?;
    finite(with(more)).map(|bound| (more, bound))
}

/// The smallest number of further requests at the cohort's rate whose bound is within the margin.
fn requests_needed(cohort: Tally, others: Tally, margin: f64) -> Option<u64> {
    let with = |more: u64| {
        let requests = cohort.requests + more;
        let episodes = (cohort.share() * requests as f64).round() as u64;
        bound(Tally { episodes, requests, ..cohort }, others)
    };
    smallest(|more| with(more) <= margin)
}

/// The smallest number from 1 for which a condition holds that, once true, stays so.
fn smallest(holds: impl Fn(u64) -> bool) -> Option<u64> {
    let mut high = 1;
    while !holds(high) {
        high *= 2;
        if high > MOST {
            return None;
        }
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle }
    }
    Some(high)
}
