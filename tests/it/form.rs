//! `checks --form csv`: the words that are still missing, and that filling them in is enough.

use serde_json::Value;

use crate::runbook::{beta, item, packet};
use crate::support::Scratch;

/// Rows of a form by column name.
fn rows(text: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// The form with every result filled in, and nothing else.
fn answered(form: &str) -> String {
    let mut reader = csv::Reader::from_reader(form.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let result = header.iter().position(|name| name == "result").expect("a column");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("in memory");
    for row in reader.records() {
        let row = row.expect("a row");
        writer
            .write_record(row.iter().enumerate().map(|(at, cell)| if at == result { "pass" } else { cell }))
            .expect("in memory");
    }
    String::from_utf8(writer.into_inner().expect("in memory")).expect("UTF-8")
}

#[test]
fn the_form_asks_for_what_is_missing_and_filling_it_in_is_enough() {
    let scratch = Scratch::sample("mobile-beta");
    let header = scratch.text("attestations.csv").lines().next().expect("a header").to_owned();
    scratch.write("attestations.csv", header + "\n");
    let config = scratch.text("cutover.toml").replace("\"attestations.csv\"", "\"attestations*.csv\"");
    scratch.write("cutover.toml", config);
    scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(11);

    let run = scratch.run(&["checks", "--form", "csv"]).ends(0);
    assert!(run.err().contains("words are missing") && run.err().contains("clara.nyberg"), "{}", run.err());
    let asked = rows(&run.out());
    let of = |by: &str, begins: &str| asked.iter().any(|row| row["tester"] == by && row["item"].starts_with(begins));
    assert!(of("clara.nyberg", "You know who owns") && !of("t01", "You know who owns"));
    assert!(of("t03", "All internal testers confirm") && of("t03", "Each position shows"));
    assert!(!of("t01", "App restores session"), "the logs prove it");
    let row = asked.iter().find(|row| row["tester"] == "t04").expect("t04 owes something");
    assert_eq!((row["platform"].as_str(), row["build"].as_str(), row["result"].as_str()), ("android", "8", ""));

    scratch.write("attestations-empty.csv", run.out());
    scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(11);
    let coverage = scratch.json("packet/signoff.json")["coverage"].to_string();
    assert!(!coverage.contains("none of pass"), "an empty form loses nothing");
    scratch.write("attestations-empty.csv", answered(&run.out()));
    scratch.run(&["signoff", "--quiet", "--format", "json", "--out", "packet"]).ends(0);
    let again = scratch.run(&["checks", "--form", "csv"]).ends(0);
    assert!(rows(&again.out()).is_empty() && again.err().contains("no word is missing"), "{}", again.out());
}

#[test]
fn a_cell_is_never_a_formula_and_is_read_back_as_the_line_it_was() {
    let runbook = "## Pre-Flight Gate\n\n- [ ] =HYPERLINK(\"http://x.example\",\"click\")\n- [ ] @ops agree\n- [ ] -1 is shown\n- [ ] Twice\n- [ ] Twice\n";
    let scratch = beta(runbook, "");
    let form = scratch.run(&["checks", "--quiet", "--form", "csv"]).ends(0).out();
    let asked = rows(&form);
    assert_eq!(asked.len(), 5);
    for row in &asked {
        for cell in row.values() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    assert_eq!([asked[3]["item"].as_str(), asked[4]["item"].as_str()], ["pre-flight-gate/4", "pre-flight-gate/5"]);
    assert!(packet(&scratch)["items"].as_array().expect("items").iter().all(|i| i["verdict"] == "no-data"));
    scratch.write("words.csv", answered(&form));
    let after = packet(&scratch);
    let verdicts: Vec<&Value> = after["items"].as_array().expect("items").iter().map(|i| &i["verdict"]).collect();
    assert_eq!(verdicts, ["pass"; 5], "{}", after["notes"]);
    assert_eq!(item(&after, "@ops")["binding"], "unbound");
}

#[test]
fn a_line_that_a_word_would_not_pass_is_not_asked_for() {
    let scratch = beta("## Monitoring\n\n- [ ] Token refresh failures from mobile clients are zero\n", "");
    assert!(rows(&scratch.run(&["checks", "--form", "csv"]).ends(0).out()).is_empty(), "only a machine passes it");
    scratch.run(&["checks", "--form", "csv", "--open"]).ends(2);
}
