//! What must hold for any numbers, tried on 150 random ones each with fixed seeds.

use super::poisson::{self, Ratio};
use super::random::Random;
use super::stratified::{self, Stratum};
use super::{Rate, e_process, multiple, proportion};

const CASES: u64 = 150;

fn rate(events: u64, exposure: f64) -> Rate {
    Rate { events, exposure }
}

/// Counts from none to hundreds, few ones more often.
fn events(random: &mut Random) -> u64 {
    let most = [1, 4, 12, 60, 400][random.below(5)];
    random.below(most) as u64
}

fn side(random: &mut Random) -> Rate {
    rate(events(random), 10.0 * 1e4_f64.powf(random.share()))
}

fn strata(random: &mut Random) -> Vec<Stratum> {
    let number = 1 + random.below(8);
    (0..number).map(|_| Stratum { a: side(random), b: side(random) }).collect()
}

fn both(stratum: Stratum, level: f64) -> Ratio {
    poisson::ratio(stratum.a, stratum.b, level).expect("a comparison")
}

fn each(mut check: impl FnMut(&mut Random)) {
    for seed in 0..CASES {
        check(&mut Random::new(seed));
    }
}

fn near(found: f64, wanted: f64, within: f64) {
    let same = found == wanted || (found - wanted).abs() <= within * wanted.abs().max(1e-6);
    assert!(same, "{found:e} is not {wanted:e}");
}

#[test]
fn one_more_event_never_looks_better() {
    each(|random| {
        let before = strata(random);
        let mut after = before.clone();
        let at = random.below(after.len());
        after[at].a.events += 1;
        let (old, new) = (stratified::ratio(&before, 0.9).expect("one"), stratified::ratio(&after, 0.9).expect("one"));
        // Bounds are found to the last digits, so that equal ones may differ there.
        let not_below = |new: f64, old: f64| assert!(new >= old * (1.0 - 1e-12), "{new} below {old}: {before:?}");
        not_below(new.upper, old.upper);
        not_below(new.lower, old.lower);
        not_below(old.p_greater, new.p_greater);
        not_below(old.p_mid, new.p_mid);
        not_below(new.p_less, old.p_less);
        not_below(e_process::value(&after), e_process::value(&before));
    });
}

#[test]
fn one_more_event_of_the_others_never_looks_worse() {
    each(|random| {
        let before = Stratum { a: side(random), b: side(random) };
        let after = Stratum { b: rate(before.b.events + 1, before.b.exposure), ..before };
        let (old, new) = (both(before, 0.95), both(after, 0.95));
        assert!(new.upper <= old.upper && new.lower <= old.lower && new.p_greater >= old.p_greater * (1.0 - 1e-12));
    });
}

/// The same rates seen for longer: what was within the margin stays within.
#[test]
fn more_exposure_at_the_same_rates_never_raises_the_bound() {
    each(|random| {
        let times = 2 + random.below(9) as u64;
        let longer = |side: Rate| rate(side.events * times, side.exposure * times as f64);
        let before = strata(random);
        let after: Vec<Stratum> = before.iter().map(|s| Stratum { a: longer(s.a), b: longer(s.b) }).collect();
        let (old, new) = (stratified::upper_bound(&before, 0.05), stratified::upper_bound(&after, 0.05));
        assert!(new <= old * (1.0 + 1e-12), "{new} above {old}: {before:?} {times}");
    });
}

/// Where the ratio under test is the bound, the tail is what the level leaves on that side.
#[test]
fn bounds_and_p_values_come_from_one_function() {
    each(|random| {
        let level = [0.5, 0.9, 0.95, 0.999][random.below(4)];
        let tested = strata(random);
        let found = stratified::ratio(&tested, level).expect("a comparison");
        let under = |theta: f64| {
            let scaled = |s: &Stratum| Stratum { a: rate(s.a.events, s.a.exposure * theta), b: s.b };
            stratified::ratio(&tested.iter().map(scaled).collect::<Vec<_>>(), level).expect("a comparison")
        };
        let half = (1.0 - level) / 2.0;
        if found.lower > 0.0 {
            near(under(found.lower).p_greater, half, 1e-9);
        }
        if found.upper.is_finite() {
            near(under(found.upper).p_less, half, 1e-9);
        }
        near(stratified::upper_bound(&tested, half), found.upper, 1e-12);
        near(stratified::lower_bound(&tested, half), found.lower, 1e-12);
        assert!(found.ratio.is_none_or(|ratio| found.lower <= ratio && ratio <= found.upper));
    });
}

#[test]
fn the_order_of_strata_changes_nothing() {
    each(|random| {
        let one = strata(random);
        let mut other = one.clone();
        for at in (1..other.len()).rev() {
            other.swap(at, random.below(at + 1));
        }
        assert_eq!(stratified::ratio(&one, 0.95), stratified::ratio(&other, 0.95));
        near(e_process::value(&other), e_process::value(&one), 1e-9);
    });
}

/// Strata in which both sides are exposed alike tell no more than their sum.
#[test]
fn strata_of_one_exposure_ratio_are_one() {
    each(|random| {
        let (a, b) = (1.0 + random.below(20) as f64, 1.0 + random.below(500) as f64);
        // Times powers of two, so that the quotient is the same to the last bit.
        let split: Vec<Stratum> = (0..5)
            .map(|i| Stratum { a: rate(events(random), a * 2_f64.powi(i)), b: rate(events(random), b * 2_f64.powi(i)) })
            .collect();
        let sum = |of: fn(&Stratum) -> Rate| {
            rate(split.iter().map(|s| of(s).events).sum(), split.iter().map(|s| of(s).exposure).sum())
        };
        let whole = Stratum { a: sum(|s| s.a), b: sum(|s| s.b) };
        let (found, wanted) = (stratified::ratio(&split, 0.95).expect("one"), both(whole, 0.95));
        near(found.p_greater, wanted.p_greater, 1e-9);
        near(found.p_minlike, wanted.p_minlike, 1e-9);
        near(found.upper, wanted.upper, 1e-9);
        near(found.ratio.unwrap_or(0.0), wanted.ratio.unwrap_or(0.0), 1e-9);
        near(e_process::value(&split), e_process::value(&[whole]), 1e-9);
    });
}

/// An independent way: the sum over every split of the strata's events, by recursion.
#[test]
fn small_strata_agree_with_counting_every_outcome() {
    fn tail(strata: &[Stratum], m: u64) -> f64 {
        let Some((first, rest)) = strata.split_first() else { return f64::from(u8::from(m == 0)) };
        let (n, share) = (first.a.events + first.b.events, first.a.exposure / (first.a.exposure + first.b.exposure));
        let mut choose = 1.0;
        let mut sum = 0.0;
        for k in 0..=n {
            let mass = choose * share.powi(k as i32) * (1.0 - share).powi((n - k) as i32);
            sum += mass * tail(rest, m.saturating_sub(k));
            choose *= (n - k) as f64 / (k + 1) as f64;
        }
        sum
    }
    each(|random| {
        let mut small = strata(random);
        small.truncate(4);
        for stratum in &mut small {
            (stratum.a.events, stratum.b.events) = (stratum.a.events % 4, stratum.b.events % 6);
        }
        let m = small.iter().map(|s| s.a.events).sum();
        near(stratified::ratio(&small, 0.95).expect("a comparison").p_greater, tail(&small, m), 1e-11);
    });
}

/// A process that is stopped and continued is the one that was never stopped.
#[test]
fn an_e_process_may_be_continued() {
    each(|random| {
        let all = strata(random);
        let mut state = e_process::State::default();
        for (stratum, value) in all.iter().zip(e_process::path(&all)) {
            state = state.clone();
            state.add(stratum);
            assert_eq!(state.value(), value);
        }
        near(state.log_value().exp(), e_process::value(&all), 1e-12);
    });
}

#[test]
fn adjusted_p_values_are_at_least_the_raw_ones_and_in_their_order() {
    each(|random| {
        let p: Vec<f64> = (0..1 + random.below(12)).map(|_| random.share().powi(3)).collect();
        let (holm, bh) = (multiple::holm(&p), multiple::benjamini_hochberg(&p));
        let least = p.iter().copied().fold(1.0, f64::min);
        near(holm.iter().copied().fold(1.0, f64::min), (least * p.len() as f64).min(1.0), 1e-12);
        for i in 0..p.len() {
            assert!(p[i] <= bh[i] && bh[i] <= holm[i] && holm[i] <= 1.0);
            for j in 0..p.len() {
                assert!(p[i] > p[j] || (holm[i] <= holm[j] && bh[i] <= bh[j]));
            }
        }
    });
}

#[test]
fn bounds_of_a_share_hold_the_estimate_and_each_other() {
    each(|random| {
        let n = 1 + events(random);
        let k = random.below(n as usize + 1) as u64;
        let (lower, upper) = proportion::clopper_pearson(k, n, 0.9).expect("bounds");
        let estimate = k as f64 / n as f64;
        assert!(0.0 <= lower && lower <= estimate && estimate <= upper && upper <= 1.0);
        near(proportion::clopper_pearson_upper(k, n, 0.05), upper, 1e-12);
        let (mirrored_lower, mirrored_upper) = proportion::clopper_pearson(n - k, n, 0.9).expect("bounds");
        near(1.0 - mirrored_upper, lower, 1e-9);
        near(1.0 - mirrored_lower, upper, 1e-9);
        let (from, to) = proportion::wilson(k, n, 0.9).expect("bounds");
        assert!(0.0 <= from && from <= estimate + 1e-12 && estimate <= to + 1e-12 && to <= 1.0);
    });
}

/// Whatever comes in, what comes out is a probability, a bound, or nothing.
#[test]
fn no_numbers_lead_to_nonsense() {
    let counts = [0, 1, 2_999, 400_000, u64::MAX];
    let exposures = [0.0, 5e-324, 1.0, f64::MAX, -1.0, f64::NAN, f64::INFINITY];
    let levels = [0.0, 1e-9, 1.0 - 1e-15, 1.0, f64::NAN];
    let share = |p: f64| (0.0..=1.0).contains(&p);
    let mut compared = 0;
    for (m, w) in counts.iter().flat_map(|m| counts.map(|w| (*m, w))) {
        for (x, y) in exposures.iter().flat_map(|x| exposures.map(|y| (*x, y))) {
            for level in levels {
                let stratum = Stratum { a: rate(m, x), b: rate(w, y) };
                let Some(found) = poisson::ratio(stratum.a, stratum.b, level) else { continue };
                assert!(share(found.p_greater) && share(found.p_less) && share(found.p_two_sided), "{stratum:?}");
                assert!(share(found.p_minlike) && share(found.p_mid), "{stratum:?} {found:?}");
                assert!(found.lower >= 0.0 && found.lower <= found.upper, "{stratum:?} {found:?}");
                assert!(found.ratio.is_none_or(|r| r.is_finite() && r >= 0.0), "{stratum:?} {found:?}");
                compared += 1;
            }
            let strata = [Stratum { a: rate(m, x), b: rate(w, y) }, Stratum { a: rate(1, 2.0), b: rate(3, 5.0) }];
            assert!(stratified::upper_bound(&strata, 0.05) >= stratified::lower_bound(&strata, 0.05));
            assert!(share(stratified::p_mid_greater(&strata)) && !e_process::value(&strata).is_nan());
        }
    }
    assert!(compared > 100, "only {compared} were compared");
}

/// More than a convolution can carry: the normal distribution stands in, and says so.
#[test]
fn huge_strata_are_approximated_and_say_so() {
    let many = |m, w, y| Stratum { a: rate(m, 1_000.0), b: rate(w, y) };
    let huge = [many(400_000, 500_000, 1_200.0), many(401_000, 500_000, 1_200.000_001)];
    let whole = Stratum { a: rate(801_000, 2_000.0), b: rate(1_000_000, 2_400.0) };
    let (found, wanted) = (stratified::ratio(&huge, 0.95).expect("one"), both(whole, 0.95));
    assert!(!found.exact && wanted.exact);
    near(found.upper, wanted.upper, 1e-5);
    near(found.lower, wanted.lower, 1e-5);
    near(found.p_less.min(found.p_greater), wanted.p_less.min(wanted.p_greater), 1e-2);
    // Many events of one side and few of the other are still counted exactly.
    let lopsided: Vec<Stratum> =
        (0..200).map(|i| Stratum { a: rate(i % 2, 10.0 + i as f64), b: rate(500, 50_000.0) }).collect();
    assert!(stratified::ratio(&lopsided, 0.95).expect("a comparison").exact);
}
