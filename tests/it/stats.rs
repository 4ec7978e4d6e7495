//! `cutover stats`: JSON in, JSON out, and nothing else needed, not even a configuration.

use serde_json::{Value, json};

use crate::support::{Run, Scratch};

fn asked(name: &str, input: impl AsRef<[u8]>) -> Run {
    Scratch::empty().run_with(&["stats", name], input.as_ref())
}

/// The answer: one line of JSON.
fn answered(name: &str, input: &Value) -> Value {
    let out = asked(name, input.to_string()).ends(0).out();
    assert!(out.ends_with('\n') && out.lines().count() == 1, "{out:?}");
    serde_json::from_str(&out).expect("JSON")
}

fn near(answer: &Value, field: &str, wanted: f64) {
    let found = answer.pointer(field).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {field} in {answer}"));
    assert!((found - wanted).abs() <= 1e-6 * wanted.abs().max(1e-3), "{field} is {found}, not {wanted}");
}

fn two(a: (u64, f64), b: (u64, f64)) -> Value {
    json!({"a": {"events": a.0, "exposure": a.1}, "b": {"events": b.0, "exposure": b.1}})
}

#[test]
fn two_rates_are_compared() {
    let answer = answered("poisson-ratio", &two((2, 17_877.0), (9, 16_660.0)));
    near(&answer, "/ratio", 2.0 / 17_877.0 / (9.0 / 16_660.0));
    near(&answer, "/p_greater", 0.995786681);
    near(&answer, "/p_less", 0.025053248);
    near(&answer, "/p_two_sided", 0.0501064956);
    near(&answer, "/p_minlike", 0.0330942032);
    near(&answer, "/p_mid", 0.985366716);
    near(&answer, "/lower", 0.0217740628);
    near(&answer, "/upper", 1.00054910);
    assert_eq!((&answer["level"], &answer["method"]), (&json!(0.95), &json!("exact")));
}

#[test]
fn what_is_infinite_is_null_and_named() {
    let answer = answered("poisson-ratio", &two((5, 10.0), (0, 20.0)));
    assert_eq!((&answer["ratio"], &answer["upper"]), (&Value::Null, &Value::Null));
    assert_eq!((&answer["unbounded"], &answer["undefined"]), (&json!(["ratio", "upper"]), &json!([])));
    let answer = answered("poisson-ratio", &two((0, 10.0), (0, 20.0)));
    assert_eq!((&answer["unbounded"], &answer["undefined"]), (&json!(["upper"]), &json!(["ratio"])));
    let unseen = answered("proportion", &json!({"k": 0, "n": 0}));
    assert_eq!((&unseen["estimate"], &unseen["lower"], &unseen["upper"]), (&Value::Null, &json!(0.0), &json!(1.0)));
}

#[test]
fn strata_are_compared_and_looked_at_one_by_one() {
    let one = json!({"a": {"events": 3, "exposure": 40}, "b": {"events": 5, "exposure": 500}});
    let other = json!({"a": {"events": 0.0, "exposure": 15}, "b": {"events": 2, "exposure": 900}});
    let third = json!({"a": {"events": 4, "exposure": 120}, "b": {"events": 9, "exposure": 400}});
    let strata = json!([one, other, third]);
    let answer = answered("stratified-ratio", &json!({"strata": strata, "level": 0.95}));
    near(&answer, "/ratio", 2.50872509);
    near(&answer, "/p_greater", 0.0528527227);
    near(&answer, "/upper", 6.89317534);
    let answer = answered("e-process", &json!({"strata": strata}));
    near(&answer, "/e", 2.92199575);
    near(&answer, "/path/0", 9.95352389);
    assert_eq!((&answer["alarm"], &answer["first_alarm"]), (&json!(false), &Value::Null));
    let answer = answered("e-process", &json!({"strata": [one], "thetas": [2]}));
    // Bin(3; 8, 2·40 / (2·40 + 500)) over Bin(3; 8, 40 / 540)
    near(&answer, "/e", 8.0 * (540.0_f64 / 580.0).powi(8));
}

#[test]
fn an_e_process_says_when_to_look() {
    let raised = json!({"a": {"events": 9, "exposure": 100}, "b": {"events": 9, "exposure": 360}});
    let answer = answered("e-process", &json!({"strata": [raised, raised, raised]}));
    assert_eq!((&answer["alarm"], &answer["rollback_candidate"]), (&json!(true), &json!(true)));
    assert_eq!(answer["first_alarm"], json!(1), "{answer}");
}

#[test]
fn shares_p_values_and_quantiles() {
    let answer = answered("proportion", &json!({"k": 3, "n": 20}));
    near(&answer, "/estimate", 0.15);
    near(&answer, "/lower", 0.0320709372);
    near(&answer, "/clopper_pearson/upper", 0.378926827);
    near(&answer, "/wilson/lower", 0.0523687459);
    near(&answer, "/wilson/upper", 0.360418865);
    let p = json!({"p": [0.01, 0.04, 0.03]});
    near(&answered("holm", &p), "/adjusted/1", 0.06);
    near(&answered("bh", &p), "/adjusted/0", 0.03);
    near(&answered("quantile", &json!({"values": [4, 1, 2, 3, 10], "q": 0.9})), "/value", 7.6);
    let buckets = json!([["0", 6], [0.5, 11], [1, 14], ["+Inf", 19]]);
    near(&answered("quantile", &json!({"buckets": buckets, "q": 0.5})), "/value", 0.35);
    near(&answered("min-exposure", &json!({"events": 0, "baseline": 0.005, "margin": 2})), "/requests", 300.0);
    let rise = answered("detectable-rise", &json!({"requests": 1000, "baseline": 0.005}));
    assert!((rise["rise"].as_f64().expect("a number") - 2.5).abs() < 0.05, "{rise}");
}

#[test]
fn the_bootstrap_repeats_itself() {
    let day = |on: [f64; 2]| json!({"on": {"weekday 10": on}, "off": {"weekday 10": [10, 10], "weekday 3": [1]}});
    let input = json!({"days": [day([11.0, 12.0]), day([12.0, 13.0]), day([10.0, 14.0])], "draws": 500, "seed": 7});
    let answer = answered("bootstrap-ratio", &input);
    near(&answer, "/ratio", 1.2);
    assert_eq!((&answer["days"], &answer["draws"], &answer["usable"]), (&json!(3), &json!(500), &json!(500)));
    assert!(answer["lower"].as_f64() < answer["ratio"].as_f64() && answer["ratio"].as_f64() < answer["upper"].as_f64());
    assert_eq!(answer, answered("bootstrap-ratio", &input));
}

/// Each ends with 2, says what is wrong, and shows an input that would do.
#[test]
fn impossible_input_is_refused_with_an_example() {
    let sides = |a: &str, b: &str| format!(r#"{{"a":{a},"b":{b}}}"#);
    let good = r#"{"events":2,"exposure":9}"#;
    for (name, input, says) in [
        ("poisson-ratio", String::new(), "nothing came in"),
        ("poisson-ratio", "{\"a\":".to_owned(), "line 1"),
        ("poisson-ratio", sides(good, r#"{"events":2,"exposure":0}"#), "exposure of b is 0"),
        ("poisson-ratio", sides(good, r#"{"events":-2,"exposure":9}"#), "not a count"),
        ("poisson-ratio", sides(good, r#"{"events":1.5,"exposure":9}"#), "not a count"),
        ("poisson-ratio", sides(good, r#"{"events":1,"exposure":1e999}"#), "out of range"),
        ("poisson-ratio", sides(good, r#"{"events":1,"exposure":9,"extra":0}"#), "unknown field `extra`"),
        ("poisson-ratio", r#"{"a":{"events":1,"exposure":9}}"#.to_owned(), "missing field `b`"),
        ("poisson-ratio", sides(good, r#"{"events":9000000000,"exposure":9}"#), "at most"),
        ("poisson-ratio", format!(r#"{{"a":{good},"b":{good},"level":1.2}}"#), "level is 1.2"),
        ("stratified-ratio", r#"{"strata":[]}"#.to_owned(), "nothing is compared"),
        (
            "stratified-ratio",
            format!(r#"{{"strata":[{{"a":{{"events":1,"exposure":0}},"b":{good}}}]}}"#),
            "events but no exposure",
        ),
        ("proportion", r#"{"k":3,"n":2}"#.to_owned(), "k is 3 and n is 2"),
        ("holm", r#"{"p":[0.5,-0.1]}"#.to_owned(), "p[1] is -0.1"),
        ("bh", "[]".to_owned(), "cannot be used"),
        ("e-process", r#"{"strata":[],"thetas":[0]}"#.to_owned(), "each positive"),
        ("quantile", r#"{"q":0.5}"#.to_owned(), "either `values` or `buckets`"),
        ("quantile", r#"{"values":[],"q":0.5}"#.to_owned(), "no values"),
        ("quantile", r#"{"buckets":[[1,2]],"q":0.5}"#.to_owned(), "+Inf"),
        ("quantile", r#"{"buckets":[["wide",2]],"q":0.5}"#.to_owned(), "an edge is a number"),
        ("bootstrap-ratio", r#"{"days":[{"on":{"10":[1]},"off":{"10":[1]}}]}"#.to_owned(), "3 days"),
        ("bootstrap-ratio", r#"{"days":[{"on":{"10":[0]}}]}"#.to_owned(), "values are positive"),
        ("bootstrap-ratio", r#"{"days":[],"draws":0}"#.to_owned(), "draws is 0"),
        ("min-exposure", r#"{"events":0,"baseline":0,"margin":2}"#.to_owned(), "must be positive"),
        ("detectable-rise", r#"{"requests":10,"baseline":-1}"#.to_owned(), "must be positive"),
    ] {
        let run = asked(name, &input).ends(2);
        assert!(run.err().contains(says) && run.err().contains("hint: "), "{input}: {}", run.err());
        assert_eq!(run.out(), "");
    }
    assert!(asked("holm", [0xff, 0xfe]).ends(2).err().contains("UTF-8"));
}

#[test]
fn an_unknown_name_is_answered_with_the_known_ones() {
    let run = asked("poison-ratio", "{}").ends(2);
    assert!(run.err().contains("poisson-ratio") && run.err().contains("e-process"), "{}", run.err());
}
