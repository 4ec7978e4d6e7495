//! Each function by its name: JSON text in, one line of JSON out, so that anyone can hold it against R or SciPy.
//!
//! A number that is infinite or undefined is `null` in JSON; `unbounded` and `undefined` name the fields that are.

mod input;
mod output;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{bootstrap, e_process, exposure, is_share, multiple, poisson, proportion, quantile, stratified};
use crate::exit::{Ended, Exit};

/// A function: its name, an input that it takes, and what it does with one.
struct Function {
    name: &'static str,
    example: &'static str,
    run: fn(&str) -> Result<String, String>,
}

const FUNCTIONS: [Function; 10] = [
    Function {
        name: "poisson-ratio",
        example: r#"{"a":{"events":4,"exposure":3912},"b":{"events":96,"exposure":71420},"level":0.95}"#,
        run: |text| answer(text, poisson_ratio),
    },
    Function {
        name: "stratified-ratio",
        example: r#"{"strata":[{"a":{"events":1,"exposure":40},"b":{"events":3,"exposure":500}}],"level":0.95}"#,
        run: |text| answer(text, stratified_ratio),
    },
    Function { name: "proportion", example: r#"{"k":0,"n":59,"level":0.95}"#, run: |text| answer(text, share) },
    Function { name: "holm", example: r#"{"p":[0.01,0.04,0.03]}"#, run: |text| answer(text, holm) },
    Function { name: "bh", example: r#"{"p":[0.01,0.04,0.03]}"#, run: |text| answer(text, benjamini_hochberg) },
    Function {
        name: "e-process",
        example: r#"{"strata":[{"a":{"events":1,"exposure":40},"b":{"events":3,"exposure":500}}],"thetas":[1.5,2,3,5,8]}"#,
        run: |text| answer(text, e_value),
    },
    Function {
        name: "bootstrap-ratio",
        example: r#"{"days":[{"on":{"mon-fri 10":[21,23]},"off":{"mon-fri 10":[20,22]}},…],"draws":2000,"seed":1,"level":0.95}"#,
        run: |text| answer(text, bootstrap_ratio),
    },
    Function {
        name: "quantile",
        example: r#"{"values":[1,2,3],"q":0.95}` or `{"buckets":[[0.1,5],[0.5,9],["+Inf",10]],"q":0.95}"#,
        run: |text| answer(text, quantile_of),
    },
    Function {
        name: "min-exposure",
        example: r#"{"events":0,"baseline":0.005,"margin":2.5}"#,
        run: |text| answer(text, minimum_exposure),
    },
    Function {
        name: "detectable-rise",
        example: r#"{"requests":3912,"baseline":0.0013,"alpha":0.05,"power":0.8}"#,
        run: |text| answer(text, detectable_rise),
    },
];

/// The names that [`run`] knows.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}

/// The answer of one function, a line of JSON with its line end.
///
/// # Errors
/// Ends with "usage" where no function has the name, the text is not the JSON that it takes, or the numbers are ones
/// that cannot be: events in no exposure, a level of 2.
pub fn run(name: &str, text: &str) -> anyhow::Result<String> {
    let Some(function) = FUNCTIONS.iter().find(|f| f.name == name) else {
        let known: Vec<&str> = names().collect();
        let hint = format!("known are {}", known.join(", "));
        return Err(Ended::error(Exit::Usage, format!("there is no statistic named `{name}`"), hint));
    };
    let mut line = (function.run)(text).map_err(|why| {
        let hint = format!("pass JSON on stdin, such as `{}`", function.example);
        Ended::error(Exit::Usage, format!("the input of {name} cannot be used: {why}"), hint)
    })?;
    line.push('\n');
    Ok(line)
}

/// Reads the input, computes, and writes the output.
fn answer<I: DeserializeOwned, O: Serialize>(
    text: &str,
    compute: fn(I) -> Result<O, String>,
) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("nothing came in".to_owned());
    }
    let input = serde_json::from_str(text).map_err(|error| error.to_string())?;
    serde_json::to_string(&compute(input)?).map_err(|error| error.to_string())
}

fn poisson_ratio(input: input::Two) -> Result<output::Ratio, String> {
    let level = level(input.level)?;
    for (name, side) in [("a", input.a), ("b", input.b)] {
        if side.exposure <= 0.0 {
            return Err(format!("the exposure of {name} is {}; it must be positive", side.exposure));
        }
    }
    few_enough(&[input.a, input.b])?;
    let ratio = poisson::ratio(input.a.rate(), input.b.rate(), level).ok_or("the two cannot be compared")?;
    Ok(output::Ratio::new(ratio, input.a.events + input.b.events, level))
}

fn stratified_ratio(input: input::Strata) -> Result<output::Ratio, String> {
    let level = level(input.level)?;
    let strata = possible(&input.strata)?;
    let compared = || strata.iter().filter(|s| s.share().is_some());
    if compared().next().is_none() {
        return Err("no stratum has both sides exposed, so nothing is compared".to_owned());
    }
    let ratio = stratified::ratio(&strata, level).ok_or("the strata cannot be compared")?;
    Ok(output::Ratio::new(ratio, compared().map(|s| s.a.events + s.b.events).sum(), level))
}

fn share(input: input::Share) -> Result<output::Share, String> {
    let level = level(input.level)?;
    let (k, n) = (input.k, input.n);
    if k > n {
        return Err(format!("k is {k} and n is {n}; k counts some of the n"));
    }
    if n > poisson::MOST_EVENTS {
        return Err(format!("n is {n}; at most {} are taken", poisson::MOST_EVENTS));
    }
    // Of nothing, nothing is known.
    let exact = proportion::clopper_pearson(k, n, level).unwrap_or((0.0, 1.0));
    let score = proportion::wilson(k, n, level).unwrap_or((0.0, 1.0));
    Ok(output::Share::new(k, n, level, exact, score))
}

fn holm(input: input::Values) -> Result<output::Adjusted, String> {
    Ok(output::Adjusted { adjusted: multiple::holm(&probabilities(input)?) })
}

fn benjamini_hochberg(input: input::Values) -> Result<output::Adjusted, String> {
    Ok(output::Adjusted { adjusted: multiple::benjamini_hochberg(&probabilities(input)?) })
}

fn probabilities(input: input::Values) -> Result<Vec<f64>, String> {
    match input.p.iter().position(|p| !(0.0..=1.0).contains(p)) {
        Some(at) => Err(format!("p[{at}] is {}; a p-value is from 0 to 1", input.p[at])),
        None => Ok(input.p),
    }
}

fn e_value(input: input::Looks) -> Result<output::Evidence, String> {
    let thetas = input.thetas.unwrap_or_else(|| e_process::THETAS.to_vec());
    if thetas.is_empty() || !thetas.iter().all(|t| *t > 0.0) {
        return Err("`thetas` are rate ratios, at least one, each positive".to_owned());
    }
    let mut state = e_process::State::new(&thetas);
    let mut path = Vec::new();
    for stratum in possible(&input.strata)? {
        state.add(&stratum);
        path.push(state.value());
    }
    Ok(output::Evidence::new(&state, path, thetas))
}

fn bootstrap_ratio(input: input::Days) -> Result<output::Resampled, String> {
    let level = level(input.level)?;
    let draws = input.draws.unwrap_or(bootstrap::DRAWS as u64);
    let days = input.bins()?;
    let wanted = usize::try_from(draws).ok().filter(|draws| (1..=1_000_000).contains(draws));
    let draws = wanted.ok_or_else(|| format!("draws is {draws}; from 1 to 1,000,000 are taken"))?;
    let seed = input.seed.unwrap_or(1);
    let found = bootstrap::ratio(&days, draws, seed, level).ok_or_else(|| {
        format!(
            "it takes {} days with values on, in classes that have values off too, and at most {} sums of days and classes",
            bootstrap::FEWEST_DAYS,
            bootstrap::MOST_WORK
        )
    })?;
    Ok(output::Resampled::new(&found, draws, seed, level))
}

fn quantile_of(input: input::Quantile) -> Result<output::Quantile, String> {
    if !(0.0..=1.0).contains(&input.q) {
        return Err(format!("q is {}; it is from 0 to 1", input.q));
    }
    let (value, method, missing) = match (&input.values, &input.buckets) {
        (Some(values), None) => (quantile::of_values(values, input.q), quantile::OF_VALUES, "there are no values"),
        (None, Some(buckets)) => {
            let pairs: Vec<(f64, f64)> = buckets.iter().map(|bucket| (bucket.0.0, bucket.1)).collect();
            let missing = "buckets need a finite edge, the edge \"+Inf\", and a count above 0";
            (quantile::of_buckets(&pairs, input.q), quantile::OF_BUCKETS, missing)
        }
        _ => return Err("give either `values` or `buckets`".to_owned()),
    };
    Ok(output::Quantile { value: value.ok_or(missing)?, method })
}

fn minimum_exposure(input: input::Exposure) -> Result<output::Exposure, String> {
    let requests = exposure::minimum(input.events, input.baseline, input.margin)
        .filter(|_| input.events <= poisson::MOST_EVENTS)
        .ok_or("baseline and margin must be positive, and no such number of requests would be enough")?;
    Ok(output::Exposure { requests, upper: exposure::poisson_upper(input.events, 0.05) })
}

fn detectable_rise(input: input::Rise) -> Result<output::Rise, String> {
    let (alpha, power) = (input.alpha.unwrap_or(0.05), input.power.unwrap_or(0.8));
    let rise = exposure::detectable_rise(input.requests, input.baseline, alpha, power)
        .ok_or("requests and baseline must be positive, alpha and power between 0 and 1")?;
    Ok(output::Rise { rise, alpha, power })
}

fn level(given: Option<f64>) -> Result<f64, String> {
    let level = given.unwrap_or(0.95);
    if is_share(level) { Ok(level) } else { Err(format!("level is {level}; it is between 0 and 1, such as 0.95")) }
}

/// The strata, each of which can be: no negative exposure, and no event without one.
fn possible(strata: &[input::Stratum]) -> Result<Vec<stratified::Stratum>, String> {
    for (at, stratum) in strata.iter().enumerate() {
        for (name, side) in [("a", stratum.a), ("b", stratum.b)] {
            if side.exposure < 0.0 {
                return Err(format!("the exposure of {name} in stratum {at} is {}, below 0", side.exposure));
            }
            if side.exposure == 0.0 && side.events > 0 {
                return Err(format!("{name} in stratum {at} has events but no exposure"));
            }
        }
    }
    let sides: Vec<input::Side> = strata.iter().flat_map(|s| [s.a, s.b]).collect();
    few_enough(&sides)?;
    Ok(strata.iter().map(|s| stratified::Stratum { a: s.a.rate(), b: s.b.rate() }).collect())
}

fn few_enough(sides: &[input::Side]) -> Result<(), String> {
    let all = sides.iter().fold(0_u64, |all, side| all.saturating_add(side.events));
    let most = poisson::MOST_EVENTS;
    if all <= most { Ok(()) } else { Err(format!("there are {all} events in all; at most {most} are taken")) }
}
