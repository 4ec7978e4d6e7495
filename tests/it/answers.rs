//! `why`, `trace`, `checks` and the exit codes of questions that have no answer.

use crate::support::{MOBILE_BETA, ROLLBACK, Scratch};

#[test]
fn why_shows_the_tree_down_to_file_and_line() {
    let (scratch, _) = &*ROLLBACK;
    let run = scratch.run(&["why", "R2"]).ends(0);
    for words in ["FAIL R2", "runbook:", "rule no_rows", "queries/checks/r2_tenant_leak.sql", "sha256", "logs/backend/"]
    {
        assert!(run.out().contains(words), "{words}:\n{}", run.out());
    }
    let all = scratch.run(&["why", "r2_tenant_leak", "--all"]).ends(0);
    assert!(all.out().lines().count() > run.out().lines().count());
    assert_eq!(scratch.run(&["why", "RT-02"]).ends(0).out(), run.out(), "a line of the runbook names its checks");
}

#[test]
fn trace_tells_one_request_through_all_hops() {
    let (scratch, _) = &*ROLLBACK;
    let rows = scratch.json("packet/evidence/r2_tenant_leak.json");
    let column = rows["columns"].as_array().expect("columns").iter().position(|c| c == "request_id").expect("column");
    let id = rows["rows"][0][column].as_str().expect("an id");
    let run = scratch.run(&["trace", &id[..13]]).ends(0);
    for words in [id, "somebody else", "device", "gateway", "backend", "asked by", "answered with", "devices/"] {
        assert!(run.out().contains(words), "{words}:\n{}", run.out());
    }
    assert!(run.out().lines().all(|l| l.chars().count() <= 100), "{}", run.out());
}

#[test]
fn checks_show_every_line_and_how_it_is_judged() {
    let (scratch, _) = &*MOBILE_BETA;
    let run = scratch.run(&["checks"]).ends(0);
    let items = scratch.json("packet/signoff.json")["items"].as_array().expect("items").len();
    assert!(run.out().contains(&format!("{items} lines:")) && run.out().contains("0 unbound"), "{}", run.out());
    let open = scratch.run(&["checks", "--open"]).ends(0);
    assert!(!open.out().contains("✓") && open.out().contains("WAIVED"), "{}", open.out());
}

#[test]
fn a_line_that_no_check_knows_is_told_and_never_green() {
    let scratch = Scratch::sample("rollback");
    let runbook = scratch.text("docs/CUTOVER_MOBILE.md");
    let line = "- [ ] The moon is full while the build is published\n";
    let at = runbook.find("- [ ] Stage 2 (web").expect("the line");
    scratch.write("docs/CUTOVER_MOBILE.md", format!("{}{line}{}", &runbook[..at], &runbook[at..]));
    let run = scratch.run(&["checks", "--quiet"]).ends(0);
    let row = run.out().lines().find(|l| l.contains("The moon is full")).expect("the line is shown").to_owned();
    assert!(row.contains("NO-DATA") && row.contains("unbound"), "{row}");
}

#[test]
fn what_is_not_there_is_not_found() {
    let (scratch, _) = &*ROLLBACK;
    let run = scratch.run(&["why", "R22"]).ends(4);
    assert!(run.err().contains("R22") && run.err().contains("R2"), "{}", run.err());
    scratch.run(&["trace", "not-an-id"]).ends(4);
}

#[test]
fn completions_and_help_need_no_configuration() {
    let scratch = Scratch::empty();
    assert!(scratch.run(&["completions", "bash"]).ends(0).out().contains("signoff"));
    assert!(scratch.run(&["--help"]).ends(0).out().contains("NOT YET"));
    scratch.run(&["sign-of"]).ends(2);
}

#[test]
fn redact_copies_a_text_without_secrets_under_the_pseudonyms_of_the_evidence() {
    let (scratch, _) = &*MOBILE_BETA;
    let text = "usr_1 sent Bearer abcdef123456 from anna@mail.example\n";
    let run = scratch.run_with(&["redact"], text).ends(0);
    assert!(run.out().contains(" sent Bearer [token] from [email]\n") && !run.out().contains("usr_1"), "{}", run.out());
    assert!(run.err().contains("bearer token 1 · e-mail address 1 · user id 1"), "{}", run.err());
    assert_eq!(scratch.run_with(&["redact"], text).out(), run.out(), "the same evidence gives the same pseudonyms");
    let elsewhere = Scratch::empty().run_with(&["redact", "--quiet"], text).ends(0);
    assert!(elsewhere.out() != run.out() && elsewhere.err().is_empty(), "without evidence they are of this run only");
}

#[test]
fn the_manual_page_knows_every_command() {
    let page = Scratch::empty().run(&["man"]).ends(0).out();
    assert!(page.starts_with(".ie") || page.contains(".TH cutover"), "{}", &page[..200.min(page.len())]);
    for command in ["signoff", "incident", "weekly", "doctor", "redact", "man"] {
        assert!(page.contains(command), "{command}");
    }
}
