//! How often the rules err and how often they find: simulated betas with fixed seeds, in the tables of
//! `docs/statistics.md`. `cargo bench --profile dev --bench power`; betas per row as the first argument.

use std::collections::BTreeMap;
use std::io::{self, Write};

use cutover::rules::rate_ratio::{self, Says};
use cutover::statistics::bootstrap::{self, Bin, Day};
use cutover::statistics::random::Random;
use cutover::statistics::stratified::Stratum;
use cutover::statistics::{Rate, e_process, multiple, poisson};

/// Comparisons that are decided together.
const FAMILY: usize = 6;
/// Largest ratio that is still normal.
const MARGIN: f64 = 2.5;
const ALPHA: f64 = 0.05;

fn main() -> io::Result<()> {
    let betas = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(10_000);
    let out = &mut io::stdout().lock();
    decisions(out, betas)?;
    families(out, betas)?;
    looks(out, betas)?;
    bad_day(out, betas)?;
    latencies(out, betas / 10)
}

/// Requests of both sides in a beta and the rate of errors that they share.
#[derive(Clone, Copy)]
struct Size {
    cohort: f64,
    others: f64,
    rate: f64,
}

const SIZES: [Size; 4] = [
    Size { cohort: 800.0, others: 60_000.0, rate: 0.005 },
    Size { cohort: 3_912.0, others: 71_420.0, rate: 0.0013 },
    Size { cohort: 2_100.0, others: 42_000.0, rate: 0.005 },
    Size { cohort: 18_000.0, others: 84_000.0, rate: 0.005 },
];

/// The packet's own rule, on the p-value after Holm.
fn verdict(a: Rate, b: Rate, tested: &poisson::Ratio, adjusted: f64) -> Says {
    let excess = a.events as f64 - a.exposure * b.events as f64 / b.exposure;
    rate_ratio::decide(adjusted, tested.ratio, excess, Some(tested.upper), MARGIN)
}

/// Verdicts on a family of which the first has a rate ratio of its own.
struct Family {
    size: Size,
    known: BTreeMap<(u64, u64), poisson::Ratio>,
}

impl Family {
    fn new(size: Size) -> Self {
        Family { size, known: BTreeMap::new() }
    }

    fn decide(&mut self, random: &mut Random, theta: f64) -> Vec<Says> {
        let size = self.size;
        let sides: Vec<(Rate, Rate)> = (0..FAMILY)
            .map(|at| {
                let rate = size.rate * if at == 0 { theta } else { 1.0 };
                (seen(random, rate, size.cohort), seen(random, size.rate, size.others))
            })
            .collect();
        let tested: Vec<poisson::Ratio> = sides.iter().map(|(a, b)| self.test(*a, *b)).collect();
        let adjusted = multiple::holm(&tested.iter().map(|t| t.p_mid).collect::<Vec<_>>());
        sides.iter().zip(&tested).zip(adjusted).map(|(((a, b), tested), p)| verdict(*a, *b, tested, p)).collect()
    }

    /// Simulated betas repeat themselves, so each pair of counts is tested once.
    fn test(&mut self, a: Rate, b: Rate) -> poisson::Ratio {
        let test = || poisson::ratio(a, b, 1.0 - 2.0 * ALPHA).expect("both sides are exposed");
        *self.known.entry((a.events, b.events)).or_insert_with(test)
    }
}

/// One comparison of six is raised by θ: how is it judged?
fn decisions(out: &mut impl Write, betas: usize) -> io::Result<()> {
    writeln!(out, "\n1. One comparison, decided with five others that are equal ({betas} betas each)\n")?;
    writeln!(
        out,
        "| requests: cohort, others | rate | true ratio | FAIL | INCONCLUSIVE | PASS |\n|---|---|---|---|---|---|"
    )?;
    for (row, size) in SIZES.iter().enumerate() {
        let mut family = Family::new(*size);
        for theta in [1.0, 1.5, 2.0, 2.5, 3.0, 5.0] {
            let mut random = Random::new(1_000 + row as u64);
            let firsts: Vec<Says> = (0..betas).map(|_| family.decide(&mut random, theta)[0]).collect();
            let share = |of: Says| percent(firsts.iter().filter(|v| **v == of).count(), betas);
            let [fail, unclear, pass] = [Says::Worse, Says::Open, Says::NoWorse].map(share);
            let (cohort, others, rate) = (size.cohort, size.others, size.rate * 100.0);
            writeln!(out, "| {cohort}, {others} | {rate:.2} % | {theta} | {fail} | {unclear} | {pass} |")?;
        }
    }
    Ok(())
}

/// All six are equal: how often does any fail, and how often do all pass?
fn families(out: &mut impl Write, betas: usize) -> io::Result<()> {
    writeln!(out, "\n2. Six comparisons, all equal ({betas} betas each)\n")?;
    writeln!(out, "| requests: cohort, others | rate | any FAIL | all six PASS |\n|---|---|---|---|")?;
    for (row, size) in SIZES.iter().enumerate() {
        let mut family = Family::new(*size);
        let mut random = Random::new(2_000 + row as u64);
        let all: Vec<Vec<Says>> = (0..betas).map(|_| family.decide(&mut random, 1.0)).collect();
        let failed = percent(all.iter().filter(|f| f.contains(&Says::Worse)).count(), betas);
        let passed = percent(all.iter().filter(|f| f.iter().all(|v| *v == Says::NoWorse)).count(), betas);
        writeln!(out, "| {}, {} | {:.2} % | {failed} | {passed} |", size.cohort, size.others, size.rate * 100.0)?;
    }
    Ok(())
}

/// What watching a beta of seven days came to.
#[derive(Default)]
struct Watched {
    /// Day of the first e-value of 20 or more when looking every hour, when looking at each day's end, and of the first
    /// of 100 or more at a day's end.
    hourly: Option<usize>,
    daily: Option<usize>,
    candidate: Option<usize>,
    /// Whether the exact test was significant at the end of any day, and at the end of the last.
    peeked: bool,
    last: bool,
}

fn watch(random: &mut Random, theta: f64) -> Watched {
    let mut watched = Watched::default();
    let mut state = e_process::State::default();
    let (mut a, mut b) = (NONE, NONE);
    for day in 1..=7 {
        for _ in 0..24 {
            let hour = Stratum { a: seen(random, 0.005 * theta, 12.5), b: seen(random, 0.005, 250.0) };
            state.add(&hour);
            (a, b) = (sum(a, hour.a), sum(b, hour.b));
            watched.hourly = watched.hourly.or_else(|| (state.value() >= e_process::ALARM).then_some(day));
        }
        watched.last = poisson::ratio(a, b, 0.9).is_some_and(|tested| tested.p_greater <= ALPHA);
        watched.peeked |= watched.last;
        watched.daily = watched.daily.or_else(|| (state.value() >= e_process::ALARM).then_some(day));
        let candidate = state.value() >= e_process::ROLLBACK_CANDIDATE;
        watched.candidate = watched.candidate.or_else(|| candidate.then_some(day));
    }
    watched
}

/// One comparison looked at again and again.
fn looks(out: &mut impl Write, betas: usize) -> io::Result<()> {
    writeln!(out, "\n3. 300 and 6,000 requests a day, rate 0.5 %, seven days ({betas} betas each)\n")?;
    let head = "e ≥ 20, looking hourly | median day | e ≥ 20, daily | median day | e ≥ 100, daily";
    writeln!(out, "| true ratio | {head} | p ≤ 0.05, daily | p ≤ 0.05, once at the end |")?;
    writeln!(out, "|---|---|---|---|---|---|---|---|")?;
    for theta in [1.0, 2.0, 3.0, 5.0] {
        let mut random = Random::new(3_000);
        let all: Vec<Watched> = (0..betas).map(|_| watch(&mut random, theta)).collect();
        let share = |of: fn(&Watched) -> bool| percent(all.iter().filter(|w| of(w)).count(), betas);
        let median = |of: fn(&Watched) -> Option<usize>| {
            let mut days: Vec<usize> = all.iter().filter_map(of).collect();
            days.sort_unstable();
            days.get(days.len() / 2).map_or_else(|| "none".to_owned(), usize::to_string)
        };
        let cells = [
            share(|w| w.hourly.is_some()),
            median(|w| w.hourly),
            share(|w| w.daily.is_some()),
            median(|w| w.daily),
            share(|w| w.candidate.is_some()),
            share(|w| w.peeked),
            share(|w| w.last),
        ];
        writeln!(out, "| {theta} | {} |", cells.join(" | "))?;
    }
    Ok(())
}

/// On one of seven days everybody's rate is five times as high, and the cohort makes `busy` times as many requests on it
/// as on others: what happens to it then looks like its doing, or hides what is.
fn bad_day(out: &mut impl Write, betas: usize) -> io::Result<()> {
    writeln!(out, "\n4. A day on which everybody fares five times worse ({betas} betas each)\n")?;
    let head = "FAIL | PASS | unless the days disagree: FAIL | PASS | e ≥ 20, days as strata";
    writeln!(out, "| true ratio | the cohort's requests on that day | {head} |\n|---|---|---|---|---|---|---|")?;
    for (theta, busy) in [(1.0, 1.0), (1.0, 2.0), (1.0, 4.0), (2.5, 1.0), (2.5, 0.0)] {
        let mut random = Random::new(4_000);
        let mut counts = [0; 5];
        for _ in 0..betas {
            let days: Vec<Stratum> = (0..7)
                .map(|day| {
                    let (rate, requests) = if day == 3 { (0.025, 300.0 * busy) } else { (0.005, 300.0) };
                    Stratum { a: seen(&mut random, rate * theta, requests), b: seen(&mut random, rate, 6_000.0) }
                })
                .collect();
            let (a, b) = days.iter().fold((NONE, NONE), |(a, b), day| (sum(a, day.a), sum(b, day.b)));
            let tested = poisson::ratio(a, b, 1.0 - 2.0 * ALPHA).expect("both sides are exposed");
            // The smallest of six p-values is adjusted by six.
            let pooled = verdict(a, b, &tested, tested.p_mid * FAMILY as f64);
            let stands = !rate_ratio::days_disagree(pooled, &days);
            let (fail, pass) = (pooled == Says::Worse, pooled == Says::NoWorse);
            let alarmed = e_process::path(&days).iter().any(|e| *e >= e_process::ALARM);
            let found = [fail, pass, fail && stands, pass && stands, alarmed];
            counts.iter_mut().zip(found).for_each(|(n, found)| *n += usize::from(found));
        }
        let shares: Vec<String> = counts.iter().map(|n| percent(*n, betas)).collect();
        writeln!(out, "| {theta} | {busy} × as many as on others | {} |", shares.join(" | "))?;
    }
    Ok(())
}

/// Latency in bins of 15 minutes, 8 hours a day with and 16 without the cohort in every class, days that differ by 10 %.
fn latencies(out: &mut impl Write, betas: usize) -> io::Result<()> {
    writeln!(out, "\n5. Latency by day-block bootstrap, 500 draws ({betas} betas each)\n")?;
    writeln!(
        out,
        "| days | true ratio | bound below it (5 % wanted) | PASS: bound ≤ 1.25 | p ≤ 0.05 |\n|---|---|---|---|---|"
    )?;
    for days in [3, 5, 7, 14] {
        for theta in [1.0, 1.1, 1.25, 1.5] {
            let mut random = Random::new(5_000 + days as u64);
            let (mut missed, mut passed, mut found) = (0, 0, 0);
            for _ in 0..betas {
                let beta: Vec<Day> = (0..days).map(|_| day(&mut random, theta)).collect();
                let ratio = bootstrap::ratio(&beta, 500, random.bits(), 0.95).expect("days with bins of both kinds");
                missed += usize::from(ratio.spread.upper < theta);
                passed += usize::from(ratio.spread.upper <= 1.25);
                found += usize::from(ratio.spread.p_greater <= ALPHA);
            }
            let [missed, passed, found] = [missed, passed, found].map(|n| percent(n, betas));
            writeln!(out, "| {days} | {theta} | {missed} | {passed} | {found} |")?;
        }
    }
    Ok(())
}

/// A day whose effect on the cohort differs from other days by about 10 %, and bins that differ by 20 %.
fn day(random: &mut Random, theta: f64) -> Day {
    let own = (0.1 * normal(random)).exp() / 0.005_f64.exp();
    let mut bins = Vec::new();
    for class in 0..4 {
        for at in 0..12 {
            let (on, base) = (at % 3 == 0, 20.0 + 5.0 * f64::from(class));
            let value = base * (0.2 * normal(random)).exp() * if on { theta * own } else { 1.0 };
            bins.push(Bin { class, on, value });
        }
    }
    Day { bins }
}

/// Events of a Poisson process with this rate in so many requests, by multiplying uniform numbers (D. E. Knuth, "The
/// Art of Computer Programming", volume 2, 3.4.1), in pieces short enough that the product does not vanish.
fn seen(random: &mut Random, rate: f64, requests: f64) -> Rate {
    let mut events = 0;
    let mut left = rate * requests;
    while left > 0.0 {
        let piece = left.min(100.0);
        left -= piece;
        let limit = (-piece).exp();
        let mut product = random.share();
        while product > limit {
            events += 1;
            product *= random.share();
        }
    }
    Rate { events, exposure: requests }
}

/// A standard normal number: G. E. P. Box and M. E. Muller (1958).
fn normal(random: &mut Random) -> f64 {
    let (u, v) = (1.0 - random.share(), random.share());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

const NONE: Rate = Rate { events: 0, exposure: 0.0 };

fn sum(a: Rate, b: Rate) -> Rate {
    Rate { events: a.events + b.events, exposure: a.exposure + b.exposure }
}

fn percent(n: usize, of: usize) -> String {
    format!("{:.1} %", 100.0 * n as f64 / of as f64)
}
