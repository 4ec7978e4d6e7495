//! Waivers: a named person's decision with a reason and a last day, shown on page 1; never about a tenant leak.

use serde_json::Value;

use crate::runbook::{beta, first_page, notes, packet};
use crate::support::{Scratch, check, line};

fn waiver(item: &str, by: &str, until: &str) -> String {
    format!(
        "[[waiver]]\nitem = \"{item}\"\nby = \"{by}\"\nuntil = \"{until}\"\nreason = \"Looked at by hand, {item}.\"\n\n"
    )
}

fn state<'a>(packet: &'a Value, item: &str) -> &'a str {
    let all = packet["waivers"].as_array().expect("waivers").iter();
    all.filter(|w| w["item"] == item).find_map(|w| w["state"].as_str()).unwrap_or_else(|| panic!("no waiver of {item}"))
}

#[test]
fn every_waiver_stands_on_page_1_and_one_that_does_nothing_says_why() {
    let runbook = "## Pre-Flight Gate\n\n- [ ] The moon is full\n- [ ] You know who owns the rollback decision\n";
    let more = [
        waiver("G5", "ada", "2026-06-01"),
        waiver("G16", "ada", "2026-05-02"),
        waiver("G17", "ada", "2026-06-01"),
        waiver("G77", "ada", "2026-06-01"),
        waiver("pf-01", "bob", "2026-06-01"),
    ];
    let scratch = beta(runbook, &more.concat());
    scratch.write(
        "words.csv",
        "tester,item,result,note,timestamp\nada,You know who owns the rollback decision,pass,,2026-05-02T10:00:00Z\n",
    );
    // The evidence ends on the day after the waiver of G16 did.
    scratch.write(
        "backend.log",
        format!("{}\n{}\n", line("2026-05-02T09:00:00Z", "a"), line("2026-05-02T23:59:00Z", "b")),
    );
    let packet = packet(&scratch);
    let states = ["G5", "G16", "G17", "G77", "pf-01"].map(|item| state(&packet, item));
    assert_eq!(states, ["in force", "expired", "unused", "about nothing", "in force"]);
    assert_eq!(check(&packet, "G5")["verdict"], "waived");
    assert_ne!(check(&packet, "G16")["verdict"], "waived");
    assert_eq!(check(&packet, "PF-01")["verdict"], "waived", "a line without a check can be waived by its id");

    let page = first_page(&scratch);
    for words in
        ["ada", "2026-06-01", "Looked at by hand, G5", "expired", "unused", "about nothing", "The moon is full"]
    {
        assert!(page.contains(words), "page 1 says {words}:\n{page}");
    }
    let told = notes(&packet, "waiver").join("\n");
    for words in
        ["its last day was 2026-05-02", "passes without it", "did you mean `G17`", "bob, who is not the owner ada"]
    {
        assert!(told.contains(words), "{words}:\n{told}");
    }
    assert!(!told.contains("waiver of G5"), "what is in force and the owner's needs no note:\n{told}");
}

/// An answer of another user's data on every route that a check watches for it.
fn leaking(more: &str) -> Scratch {
    let scratch = beta("## Step 1\n\n- [ ] `GET /api/me/profile` returns the correct user profile\n", more);
    let foreign = |route: &str, id: &str| {
        let own = line("2026-05-02T09:10:00Z", id).replace("/api/positions", route);
        own.replace(r#""ownerId":"usr_1""#, r#""ownerId":"usr_2""#) + "\n"
    };
    scratch.write(
        "backend.log",
        [("/api/positions", "a"), ("/api/me/profile", "b"), ("/api/trading-profiles", "c")]
            .map(|(route, id)| foreign(route, id))
            .concat(),
    );
    scratch
}

#[test]
fn a_tenant_leak_cannot_be_waived_nor_what_would_hide_it() {
    let items = ["R2", "r2_tenant_leak", "S2.5", "s1-01", "S5.10", "S5.15", "F0"];
    let scratch = leaking(&items.map(|item| waiver(item, "ada", "2026-06-01")).concat());
    let packet = packet(&scratch);
    for item in items {
        assert_eq!(state(&packet, item), "refused", "{item}");
    }
    for item in ["R2", "S2.5", "S5.10", "S5.15", "F0"] {
        assert_eq!(check(&packet, item)["verdict"], "fail", "{item}");
    }
    assert_eq!(packet["decision"]["call"], "NO-GO");
    assert!(first_page(&scratch).contains("refused"));
}

#[test]
fn what_is_only_missing_about_ownership_may_be_waived_but_never_the_trigger() {
    let scratch = beta("## Step 1\n\n- [ ] One\n", &["S5.15", "R2"].map(|i| waiver(i, "ada", "2026-06-01")).concat());
    scratch.write("backend.log", "");
    let packet = packet(&scratch);
    assert_eq!((state(&packet, "S5.15"), state(&packet, "R2")), ("in force", "refused"));
    assert_eq!(check(&packet, "R2")["verdict"], "no-data");
}

#[test]
fn a_leak_cannot_be_declared_out_of_scope() {
    let more = ["R2", "S5.15", "F0"].map(|item| {
        format!("[[line]]\ntext = \"{item}\"\nis = \"out-of-scope\"\nreason = \"We have one tenant.\"\n\n")
    });
    let packet = packet(&leaking(&more.concat()));
    for item in ["R2", "S5.15", "F0"] {
        assert_eq!(check(&packet, item)["verdict"], "fail", "{item}");
    }
    assert_eq!(notes(&packet, "scope").len(), 3);
}

#[test]
fn a_waiver_without_a_name_or_a_reason_is_refused_at_once() {
    for (from, to, words) in [
        ("\"ada\"", "\" \"", "needs `by`"),
        ("\"Looked at by hand, G5.\"", "\"\"", "needs `reason`"),
        ("2026-06-01", "soon", "not a date"),
    ] {
        let run =
            beta("## Step 1\n\n- [ ] One\n", &waiver("G5", "ada", "2026-06-01").replace(from, to)).run(&["checks"]);
        let run = run.ends(2);
        assert!(run.err().contains(words) && run.err().contains('^'), "{words}: {}", run.err());
    }
}
