//! The runbook is the source of truth: lines that are new, gone, reworded, doubled or declared, and what they do to the
//! decision.

use serde_json::Value;

use crate::support::{SMALL, Scratch, check, line, small};

/// A small beta with this runbook and these further parts of the configuration; its owner is ada.
pub(crate) fn beta(runbook: &str, more: &str) -> Scratch {
    let scratch = small(line("2026-05-02T09:00:00Z", "one"));
    let words = "[[source]]\nname = \"words\"\ntable = \"attestations\"\nkind = \"files\"\npaths = [\"words.csv\"]\n";
    let roster = "[[source]]\nname = \"roster\"\ntable = \"testers\"\nkind = \"files\"\npaths = [\"testers.csv\"]\n";
    let stage = SMALL.replace("owner     =", "platforms = [\"ios\"]\nowner     =");
    scratch.write("cutover.toml", format!("{stage}\n{words}\n{roster}\n{more}")).write("RUNBOOK.md", runbook);
    scratch.write("testers.csv", "tester,user_id,platform\nt01,usr_1,ios\n");
    attest(&scratch, &[]);
    scratch
}

/// Who says what about which line.
fn attest(scratch: &Scratch, words: &[(&str, &str, &str)]) {
    let rows: Vec<String> =
        words.iter().map(|(by, item, result)| format!("{by},\"{item}\",{result},,2026-05-02T10:00:00Z\n")).collect();
    scratch.write("words.csv", format!("tester,item,result,note,timestamp\n{}", rows.concat()));
}

pub(crate) fn packet(scratch: &Scratch) -> Value {
    scratch.run(&["signoff", "--quiet", "--format", "md,json", "--out", "packet"]);
    scratch.json("packet/signoff.json")
}

pub(crate) fn item<'a>(packet: &'a Value, begins: &str) -> &'a Value {
    let mut items = packet["items"].as_array().expect("items").iter();
    items.find(|i| i["text"].as_str().is_some_and(|t| t.starts_with(begins))).unwrap_or_else(|| panic!("no {begins}"))
}

pub(crate) fn notes(packet: &Value, about: &str) -> Vec<String> {
    let all = packet["notes"].as_array().expect("notes").iter().filter(|n| n["about"] == about);
    all.map(|n| n["sentence"].as_str().expect("a sentence").to_owned()).collect()
}

/// Page 1 of the Markdown: what stands before the first numbered section.
pub(crate) fn first_page(scratch: &Scratch) -> String {
    let text = scratch.text("packet/signoff.md");
    text.split("\n## 1 ").next().expect("a page").to_owned()
}

const LEAK: &str = "## Rollback Triggers\n\n| Condition | Action |\n|---|---|\n| Tenant data leak — tester sees another user's data | Remove |\n";

#[test]
fn a_new_line_stands_in_the_way_until_somebody_covers_it() {
    let scratch = beta("## Pre-Flight Gate\n\n- [ ] The moon is full\n", "");
    let before = packet(&scratch);
    let line = item(&before, "The moon");
    assert_eq!(
        (&line["verdict"], &line["binding"], &line["effect"]),
        (&"no-data".into(), &"unbound".into(), &"blocker".into())
    );
    assert!(before["decision"]["because"].to_string().contains("PF-01"), "{}", before["decision"]);
    assert!(notes(&before, "runbook").iter().any(|n| n.contains("bound to no check") && n.contains("The moon")));
    assert!(before["missing"].to_string().contains("The moon is full"));

    attest(&scratch, &[("t01", "The moon is full", "pass")]);
    assert_eq!(item(&packet(&scratch), "The moon")["verdict"], "no-data", "it is the owner's to say");
    attest(&scratch, &[("ada", "the MOON is full.", "pass")]);
    assert_eq!(item(&packet(&scratch), "The moon")["verdict"], "pass");
    attest(&scratch, &[("ada", "The moon is full", "pass"), ("t01", "The moon is full", "fail")]);
    assert_eq!(item(&packet(&scratch), "The moon")["verdict"], "fail", "whoever says that it does not hold is heard");
    assert_eq!(packet(&scratch)["decision"]["call"], "NO-GO");
}

#[test]
fn new_lines_of_every_kind_gate_as_their_kind_does() {
    let runbook = "## Step 1 — Look\n\n- [ ] Step\n- Plain\n\n## Rollback Triggers\n\n| Condition | Action |\n|---|---|\n| Fire | Run |\n\n### Rollback Steps\n\n1. Extinguish\n\n## Monitoring\n\n* [ ] Watch\n\n## Beta Sign-Off\n\n+ [x] Agree\n\n## Next Stage\n\n- Gate: later\n";
    let packet = packet(&beta(runbook, ""));
    let effect = |text: &str| item(&packet, text)["effect"].as_str().expect("an effect").to_owned();
    let all: Vec<String> =
        ["Step", "Plain", "Fire", "Extinguish", "Watch", "Agree", "Gate"].iter().map(|text| effect(text)).collect();
    assert_eq!(all, ["blocker", "blocker", "trigger", "action", "blocker", "blocker", "advisory"]);
    let fire = &packet["triggers"].as_array().expect("triggers")[0];
    assert_eq!((&fire["condition"], &fire["state"]), (&"Fire".into(), &"CANNOT EXCLUDE".into()));
    let ticked = notes(&packet, "runbook").into_iter().find(|n| n.contains("a tick is no evidence"));
    assert!(ticked.is_some_and(|n| n.starts_with("SO-01 is ticked")), "a tick is no evidence");
    assert_eq!(item(&packet, "Agree")["ticked"], true);
}

#[test]
fn a_declared_line_is_what_the_team_says_it_is() {
    let runbook = "## Pre-Flight Gate\n\n- [ ] By hand\n- [ ] By all\n- [ ] An action\n- [ ] Not here\n";
    let more = "[[line]]\ntext = \"By hand\"\nis = \"manual\"\n\n[[line]]\ntext = \"pre-flight-gate/2\"\nis = \"manual\"\nby = \"testers\"\n\n\
                [[line]]\ntext = \"An action\"\nis = \"action\"\n\n[[line]]\ntext = \"Not here\"\nis = \"out-of-scope\"\nreason = \"There is no such house.\"\n";
    let scratch = beta(runbook, more);
    let packet_before = packet(&scratch);
    let verdicts = |packet: &Value| -> Vec<(String, String)> {
        let all = packet["items"].as_array().expect("items").iter();
        all.map(|i| {
            (i["verdict"].as_str().unwrap_or_default().to_owned(), i["binding"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
    };
    let as_texts = |all: &[(&str, &str)]| -> Vec<(String, String)> {
        all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    assert_eq!(
        verdicts(&packet_before),
        as_texts(&[("pending", "manual"), ("pending", "manual"), ("pending", "action"), ("n/a", "out-of-scope")])
    );
    assert!(first_page(&scratch).contains("There is no such house"), "the reason stands on page 1");
    attest(&scratch, &[("ada", "By hand", "pass"), ("t01", "By all", "pass")]);
    assert_eq!(
        verdicts(&packet(&scratch)),
        as_texts(&[("pass", "manual"), ("pass", "manual"), ("pending", "action"), ("n/a", "out-of-scope")])
    );
    let run = scratch.run(&["checks"]).ends(0);
    assert!(run.out().contains("2 manual, 1 actions, 1 out of scope"), "{}", run.out());
}

#[test]
fn a_declaration_cannot_silence_a_trigger_or_what_failed() {
    let more = "[[line]]\ntext = \"RT-01\"\nis = \"out-of-scope\"\nreason = \"We trust us.\"\n\n[[line]]\ntext = \"R3\"\nis = \"out-of-scope\"\nreason = \"No.\"\n\n[[line]]\ntext = \"G16\"\nis = \"out-of-scope\"\nreason = \"Nothing to pull.\"\n\n[[line]]\ntext = \"nowhere\"\nis = \"action\"\n";
    let scratch = beta(LEAK, more);
    let packet = packet(&scratch);
    assert_ne!(check(&packet, "R2")["verdict"], "n/a");
    assert_ne!(check(&packet, "R3")["verdict"], "n/a");
    assert_eq!(check(&packet, "G16")["verdict"], "n/a", "a check without a line may be named itself");
    let scope = notes(&packet, "scope");
    assert!(
        scope.iter().any(|n| n.contains("R2 stays in scope")) && scope.iter().any(|n| n.contains("R3 stays in scope"))
    );
    assert!(notes(&packet, "runbook").iter().any(|n| n.contains("\"nowhere\" names no line")));
}

#[test]
fn a_line_in_other_words_is_judged_and_told_and_one_that_says_something_else_is_not_taken_for_it() {
    let leak = "Tenant data leak — tester sees another user's data";
    let scratch = beta(&LEAK.replace("tester sees", "a tester sees"), "");
    let reworded = packet(&scratch);
    let line = item(&reworded, "Tenant data leak");
    assert_eq!((&line["known_as"], &line["binding"]), (&leak.into(), &"machine".into()));
    assert_eq!(line["checks"][0], "r2_tenant_leak");
    assert!(notes(&reworded, "runbook").iter().any(|n| n.contains("worded otherwise")));

    scratch.write("RUNBOOK.md", LEAK.replace("tester sees", "tester never sees"));
    let changed = packet(&scratch);
    let line = item(&changed, "Tenant data leak");
    assert_eq!((&line["binding"], &line["verdict"]), (&"unbound".into(), &"no-data".into()));
    assert!(notes(&changed, "runbook").iter().any(|n| n.contains("says something else (never)")));
    assert!(
        changed["triggers"].as_array().expect("triggers").iter().any(|t| t["check"] == "r2_tenant_leak"),
        "R2 still counts"
    );

    attest(&scratch, &[("ada", leak, "pass")]);
    assert!(notes(&packet(&scratch), "attestation").iter().any(|n| n.contains("says something else")));
}

#[test]
fn a_check_whose_line_is_gone_still_counts_beside_the_runbook() {
    let foreign = line("2026-05-02T09:10:00Z", "leak").replace(r#""ownerId":"usr_1""#, r#""ownerId":"usr_2""#);
    let scratch = beta("## Pre-Flight Gate\n\n- [ ] The moon is full\n", "");
    scratch.write("backend.log", format!("{}\n{foreign}\n", line("2026-05-02T09:00:00Z", "one")));
    let packet = packet(&scratch);
    assert_eq!(check(&packet, "R2")["verdict"], "fail");
    assert_eq!(packet["decision"]["call"], "NO-GO");
    assert_eq!(packet["triggers"][0]["action"], "not in the runbook");
    assert!(notes(&packet, "runbook").iter().any(|n| n.contains("the runbook does not have") && n.contains("R2")));
    assert!(scratch.run(&["checks"]).ends(0).out().contains("judged beside the runbook"));
}

#[test]
fn a_line_that_stands_twice_is_judged_by_nobody_until_it_is_named() {
    let twice = "## Step 6\n\n- [ ] Toggle maintenance mode off\n\n### Again\n\n- [ ] Toggle maintenance mode off\n";
    let ambiguous = packet(&beta(twice, ""));
    assert!(
        notes(&ambiguous, "runbook")
            .iter()
            .any(|n| n.contains("S4.3 fits more than one line") && n.contains("lines 3, 7"))
    );
    let bindings = |packet: &Value| -> Vec<String> {
        let all = packet["items"].as_array().expect("items").iter();
        all.map(|i| i["binding"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(bindings(&ambiguous), ["unbound", "unbound"]);
    let named = packet(&beta(
        twice,
        "[[line]]\ntext = \"again/1\"\nchecks = [\"S4.3\"]\n\n[[line]]\ntext = \"step-6/1\"\nis = \"action\"\n",
    ));
    assert_eq!(bindings(&named), ["action", "either"]);
    assert_eq!(item(&named, "Toggle")["checks"], serde_json::json!(["line_s6_01"]));
}

#[test]
fn words_that_name_a_line_by_number_are_told_where_a_line_may_have_been_added_before_it() {
    let runbook =
        "## Step 4\n\n- [ ] Toggle maintenance mode on via platform-service\n- [ ] Toggle maintenance mode off\n";
    let told = |runbook: &str| {
        let scratch = beta(runbook, "");
        attest(&scratch, &[("ada", "step-4/2", "pass")]);
        notes(&packet(&scratch), "runbook").iter().any(|n| n.contains("by their number"))
    };
    assert!(!told(runbook));
    assert!(told(&runbook.replacen("- [ ]", "- [ ] Look around\n- [ ]", 1)));
    assert!(!told(&format!("{runbook}- [ ] Look around\n")), "a line behind them moves nothing");
}

#[test]
fn a_wrong_declaration_is_underlined() {
    for (more, words) in [
        ("[[line]]\ntext = \"x\"\n", "nothing is said about this line"),
        ("[[line]]\ntext = \"x\"\nis = \"manuel\"\n", "did you mean `manual`?"),
        ("[[line]]\ntext = \"x\"\nis = \"out-of-scope\"\n", "needs a `reason`"),
        ("[[line]]\ntext = \"x\"\nis = \"action\"\nchecks = [\"G1\"]\n", "not both"),
        ("[[line]]\ntext = \"x\"\nis = \"manual\"\nby = \"tester\"\n", "did you mean `testers`?"),
        ("[[line]]\ntext = \" \"\nis = \"action\"\n", "names no line"),
    ] {
        let run = beta(LEAK, more).run(&["signoff"]).ends(2);
        assert!(run.err().contains(words) && run.err().contains('^'), "{words}:\n{}", run.err());
    }
}

#[test]
fn a_good_beta_with_a_new_line_is_go_only_when_the_line_is_covered() {
    let scratch = Scratch::sample("mobile-beta");
    let runbook = scratch.text("docs/CUTOVER_MOBILE.md");
    // At the end of its group: attestations name lines by their number, too.
    let last = "- [ ] You know who owns the rollback decision\n";
    scratch.write(
        "docs/CUTOVER_MOBILE.md",
        runbook.replace(last, &format!("{last}- [ ] The status page names the beta\n")),
    );
    scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(11);
    let packet = scratch.json("packet/signoff.json");
    assert_eq!(packet["decision"]["because"].as_array().map(Vec::len), Some(1), "{}", packet["decision"]);
    let config = scratch.text("cutover.toml");
    let declared = "\n[[line]]\ntext = \"The status page names the beta\"\nis = \"manual\"\n";
    scratch.write("cutover.toml", format!("{config}{declared}"));
    let words = scratch.text("attestations.csv");
    scratch.write(
        "attestations.csv",
        format!("{words}clara.nyberg,The status page names the beta,pass,,2026-09-07T08:00:00Z\n"),
    );
    scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(0);
}
