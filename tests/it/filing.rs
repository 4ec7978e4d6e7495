//! An incident report that people write in: filed, edited, filed again.

use std::io::Write;

use crate::support::{Run, Scratch};

const FOLDER: &str = "reports/incident-3-2026-09-23";
const WORDS: [&str; 4] = [
    "How it came: the cache key had no tenant in it.",
    "Somebody added a sentence between the blocks, with an emoji 🚆 and <b>no</b> markup.",
    "| Add the tenant to the cache key | prevent | aisha.bello | 2026-10-01 | a test reads as two users | open |",
    "A tester pulled to refresh and wrote at once.",
];

fn file(scratch: &Scratch, args: &[&str]) -> Run {
    scratch.run(&[&["incident", "--offline", "--quiet"], args].concat())
}

fn filed() -> Scratch {
    let scratch = Scratch::sample("rollback");
    scratch.run(&["incident", "--quiet"]).ends(0);
    scratch
}

/// Puts a text behind the line that begins a block or slot, or behind its end.
fn behind(text: &str, marker: &str, words: &str, newline: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = lines.iter().position(|l| l.contains(marker)).unwrap_or_else(|| panic!("no {marker}"));
    let mut all: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
    all.insert(at + 1, format!("{newline}{words}{newline}"));
    all.concat()
}

fn written(text: &str, newline: &str) -> String {
    let text = text.replace('\n', newline);
    let text = behind(&text, "cutover:slot factors", WORDS[0], newline);
    let text = behind(&text, "cutover:end timeline", WORDS[1], newline);
    let (head, actions) = text.split_once("cutover:slot actions").expect("a slot for actions");
    let text = format!("{head}cutover:slot actions{}", row(actions, newline));
    behind(&text, "cutover:slot lucky", WORDS[3], newline)
}

/// Adds a row to the first table.
fn row(text: &str, newline: &str) -> String {
    let rule = text.find("|---").expect("a table");
    let end = text[rule..].find('\n').expect("a line") + rule + 1;
    format!("{}{}{newline}{}", &text[..end], WORDS[2], &text[end..])
}

fn pdf_text(scratch: &Scratch) -> Option<String> {
    let path = scratch.path().join(FOLDER).join("incident.pdf");
    let ran = std::process::Command::new("pdftotext").arg(&path).arg("-").output();
    match ran {
        Ok(out) => Some(String::from_utf8_lossy(&out.stdout).split_whitespace().collect::<Vec<_>>().join(" ")),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "pdftotext does not run: {error}");
            let said = format!("SKIPPED: the text of the PDF is not read, because pdftotext does not run: {error}");
            let _ = writeln!(std::io::stderr(), "{said}");
            None
        }
    }
}

#[test]
fn what_people_write_survives_and_stands_in_the_pdf() {
    for newline in ["\n", "\r\n"] {
        let scratch = filed();
        let document = format!("{FOLDER}/incident.md");
        let edited = written(&scratch.text(&document), newline);
        scratch.write(&document, &edited);
        // Evidence that came later changes generated blocks: the beta is looked at as it was known an hour earlier.
        file(&scratch, &["--as-of", "2026-09-23T10:00:00Z"]).ends(0);
        let changed = scratch.text(&document);
        assert_ne!(changed, edited, "some block was generated anew");
        file(&scratch, &[]).ends(0);
        let again = scratch.text(&document);
        for (text, when) in [(&changed, "with less evidence"), (&again, "with all of it")] {
            for words in WORDS {
                assert_eq!(text.matches(words).count(), 1, "{words} {when}");
            }
        }
        assert_eq!(again, edited, "the same evidence gives the same document around the same words");
        assert!(newline == "\n" || again.lines().count() == again.matches("\r\n").count(), "line endings stay");
        if let Some(pdf) = pdf_text(&scratch) {
            for words in [
                "the cache key had no tenant in it",
                "between the blocks, with an emoji",
                "Add the tenant",
                "pulled to refresh",
            ] {
                assert!(pdf.contains(words), "{words}");
            }
        }
        scratch.run(&["verify", FOLDER]).ends(0);
    }
}

#[test]
fn an_edited_block_is_told_and_nothing_is_overwritten() {
    let scratch = filed();
    let document = format!("{FOLDER}/incident.md");
    let text = scratch.text(&document);
    let edited = text.replacen("Testers were shown", "Two testers were shown", 1);
    assert_ne!(edited, text);
    scratch.write(&document, &edited);
    let before = (scratch.read(&format!("{FOLDER}/incident.pdf")), scratch.read(&format!("{FOLDER}/incident.json")));
    let run = file(&scratch, &[]);
    assert_eq!(run.code(), 12, "{}", run.err());
    assert!(run.err().contains("title") && run.err().contains("line"), "{}", run.err());
    assert_eq!(scratch.text(&document), edited);
    let after = (scratch.read(&format!("{FOLDER}/incident.pdf")), scratch.read(&format!("{FOLDER}/incident.json")));
    assert!(before == after, "the files beside it are as they were, too");
}

#[test]
fn nothing_is_filed_where_nothing_happened() {
    let scratch = Scratch::sample("mobile-beta");
    let run = scratch.run(&["incident", "--quiet"]);
    assert_eq!(run.code(), 0);
    assert!(run.out().contains("no incident found"), "{}", run.out());
    let reports = || std::fs::read_dir(scratch.path().join("reports")).map_or(0, Iterator::count);
    let there = reports();
    file(&scratch, &["--force", "--out", "forced"]).ends(0);
    assert_eq!(scratch.json("forced/incident.json")["found"], false);
    assert_eq!(reports(), there);
    assert_eq!(file(&scratch, &["--trigger", "R2"]).code(), 4);
    assert_eq!(file(&scratch, &["--request-id", "ffffffff"]).code(), 4);
}
