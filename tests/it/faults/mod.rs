//! Every fault of the runbook's lines, put into a small clean beta, is found; what only looks like one is not blamed.

mod combined;
mod evidence;
mod exercises;
mod harness;
mod identity;
mod live;
mod people;
mod process;
mod rates;
mod sign_in;

use harness::{Case, judged_right};

/// All worlds but those with several things at once.
fn all() -> Vec<Case> {
    let families: [fn() -> Vec<Case>; 26] = [
        identity::leaks,
        identity::innocent,
        identity::parity_cases,
        identity::parity_innocent,
        identity::forbidden,
        identity::allowed,
        sign_in::failing,
        sign_in::tokens,
        sign_in::innocent,
        sign_in::crashes,
        sign_in::other_crashes,
        live::not_live,
        live::sockets,
        live::calm,
        live::absent,
        exercises::kill_switch,
        exercises::backend_stop,
        exercises::polling_and_offline,
        exercises::taking_part,
        process::ci,
        process::probes,
        process::healthy,
        process::settings,
        process::operations,
        people::words,
        people::words_that_do_not_count,
    ];
    let more: [fn() -> Vec<Case>; 7] = [
        people::roster,
        people::issues,
        people::innocent,
        evidence::gaps,
        evidence::oddly_shipped,
        rates::worse,
        rates::not_worse,
    ];
    families.iter().chain(&more).flat_map(|family| family()).collect()
}

/// Names tell cases apart, in reports of failures and in the worlds that combine them.
#[test]
fn every_case_has_a_name_of_its_own() {
    let mut names: Vec<String> = all().into_iter().map(|case| case.name).collect();
    names.sort();
    let twice: Vec<&String> = names.windows(2).filter(|two| two[0] == two[1]).map(|two| &two[0]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

/// The onsets and sizes that the other tests leave out; some minutes.
#[test]
#[ignore = "takes minutes; the first onset and size of each fault is judged in every run"]
fn every_onset_and_size_is_judged_right() {
    judged_right(all().into_iter().filter(|case| case.more).collect());
}
