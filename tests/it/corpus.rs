//! Edits tried on some hundred made-up documents, and on the examples of the CommonMark and GFM specifications where
//! they are at hand: only the intended bytes differ, a second run changes nothing, and the reverse restores the file.

use std::io::Write;

use cutover::edits::change::Edit;
use cutover::edits::diff;
use cutover::edits::replace::{put, read};
use cutover::edits::sections::section;
use cutover::edits::tasks::{State, tick};
use cutover::statistics::random::Random;

use crate::support::Scratch;

const ITEM: &str = "Mobile internal beta";
/// Stands in a made-up document where the box of the item is.
const BOX: &str = "\u{1}";
/// Stand around what is below the heading of the section.
const SECTION: [&str; 2] = ["\u{2}", "\u{3}"];

/// Ways to write the item; a line ending is `\n`.
const FORMS: &[&str] = &[
    "- \u{1} Mobile internal beta\n",
    "* \u{1} **Mobile** _internal_ `beta`  \n",
    "+ \u{1} [Mobile internal](https://x.example \"t\") BETA\n",
    "3. [x] before\n7. \u{1} Mobile [internal][ref] beta\n7. [ ] after\n",
    "10) \u{1}   mobile\tinternal   beta\n",
    "- parent\n  - child\n    1. \u{1} ~~Mobile~~ internal beta\n      - [ ] grandchild\n",
    "> - \u{1} Mobile internal beta\n> - [ ] other\n",
    "- \u{1} Mobile internal beta\n\n  A second paragraph with [ ] in it.\n\n- [X] other\n",
    "* \u{1} Mobile\n  internal\n  beta\n* [ ] 🎉 other\n",
    "-\t\u{1}\tMobile internal beta <!-- [ ] Mobile internal beta -->\n",
    "- \u{1} <b>Mobile</b> &#105;nternal ***beta***\n",
];

/// What may stand around it, each a block of its own; none holds the item.
const TRAPS: &[&str] = &[
    "```md\n- [ ] Mobile internal beta\n```\n",
    "~~~~\n```\n- [ ] Mobile internal beta\n~~~~\n",
    "<!--\n- [ ] Mobile internal beta\n-->\n",
    "<div>\n- [ ] Mobile internal beta\n</div>\n",
    "    - [ ] Mobile internal beta\n",
    "\t- [ ] Mobile internal beta\n",
    "Some `- [ ] Mobile internal beta` code.\n",
    "- [ ]Mobile internal beta\n- \\[ ] Mobile internal beta\n- [] Mobile internal beta\n- Mobile internal beta\n",
    "- [ ] Mobile internal beta feedback\n- [x] Web internal beta\n- [ ] A Mobile internal beta\n",
    "| Item         | State       |\n|:-------------|------------:|\n| Mobile internal beta | `- [ ]` |\n| 🎉 \\| x      | open        |\n",
    "1. one\n1. one again\n5. five\n   + [ ] nested 🎉👩‍👩‍👧\n\n   trailing  \n   break\\\n   here\n",
    "Setext of the first level\n=========================\n",
    "Another\nof two lines\n---\n",
    "> quoted\n> ## not a section\n>\n> ```\n> - [ ] Mobile internal beta\n> ```\n",
    "- item\n\n  ```\n  - [ ] Mobile internal beta\n  ```\n\n  ## nor this\n",
    "[ref]: https://x.example/a_(b) 'Mobile internal beta'\n[x]: https://x.example\n",
    "***\n\n- - -\n",
    "היה עומס\u{a0}על השרת \u{2028} é e\u{301} \t \n",
    "<details><summary>- [ ] Mobile internal beta</summary>\n\n* [x] inside\n\n</details>\n",
    "A line.[^1]\n\n[^1]: Mobile internal beta\n",
    "",
    "\t\n  \n",
    "Text & <https://x.example/?a=[ ]> ![- [ ] Mobile internal beta](a.png)\n",
];

const FRONT: &[&str] = &[
    "",
    "",
    "---\ntitle: \"- [ ] Mobile internal beta\"\nlist:\n- [ ] Mobile internal beta\n---\n",
    "+++\na = \"[ ]\"\n+++\n",
];

/// A made-up document: with sentinels for what is to change.
fn document(random: &mut Random, form: &str, ending: &str) -> String {
    let some = |random: &mut Random| {
        let n = random.below(5);
        (0..n).map(|_| format!("{}\nWords.\n\n", TRAPS[random.below(TRAPS.len())])).collect::<String>()
    };
    let front = FRONT[random.below(FRONT.len())];
    let mark = if random.below(3) == 0 { "\u{feff}" } else { "" };
    let heading =
        ["## The *target* `section`\n", "The target\nsection\n----------\n", "## the [target](x) section ##  \n"]
            [random.below(3)];
    let next = ["## Next\n", "# Up\n", "Next\n===\n"][random.below(3)];
    let (a, b, c) = (some(random), some(random), some(random));
    let [from, to] = SECTION;
    // Words end a list: what is indented behind one would be part of it.
    let form = format!("{form}\nWords.\n\n");
    // The item stands before, in or behind the section.
    let (first, second, third) = match random.below(3) {
        0 => (form.as_str(), "", ""),
        1 => ("", form.as_str(), ""),
        _ => ("", "", form.as_str()),
    };
    // Lower headings only inside the section, so that it ends where it is said to.
    let inside: String = b
        .replace("Setext of the first level\n=========================\n", "x\n")
        .replace("Another\nof two lines\n---\n", "y\n");
    let mut text = format!(
        "{mark}{front}# Top\n\n{a}\n{first}{heading}{from}\n{inside}\n{second}### Sub\n\n{to}{next}\n{third}{c}[ref]: https://x.example\n"
    );
    if random.below(4) == 0 {
        text = text.trim_end().to_owned();
    }
    match ending {
        "mixed" => {
            let mut n = 0;
            text.split_inclusive('\n')
                .map(|line| {
                    n += 1;
                    if n % 3 == 0 { line.replace('\n', "\r\n") } else { line.to_owned() }
                })
                .collect()
        }
        ending => text.replace('\n', ending),
    }
}

/// The document without its sentinels.
fn plain(document: &str, mark: &str) -> String {
    document.replace(BOX, mark).replace(SECTION[0], "").replace(SECTION[1], "")
}

/// Line of a sentinel, from 1.
fn line_of(document: &str, sentinel: &str) -> u64 {
    let at = document.find(sentinel).expect("a sentinel");
    document[..at].matches('\n').count() as u64 + 1
}

/// Holds an edit against what was expected, on disk and back.
fn holds(scratch: &Scratch, name: &str, text: &str, edit: &Edit, expected: &str) {
    let path = scratch.path().join(name);
    scratch.write(name, text);
    put(&path, edit).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    assert_eq!(read(&path).expect("text"), expected, "{name}: only the intended bytes differ");
    let back = edit.reverse(text).expect("a reverse");
    put(&path, &back).unwrap_or_else(|error| panic!("{name}: {error:#}"));
    assert_eq!(scratch.read(name), text.as_bytes(), "{name}: taken back to the byte");
}

#[test]
fn only_the_intended_bytes_of_some_hundred_documents_change() {
    let scratch = Scratch::empty();
    let mut random = Random::new(20_260_809);
    let (mut tried, mut patch) = (0, String::new());
    let mut patched = Vec::new();
    for round in 0..16 {
        for form in FORMS {
            let ending = ["\n", "\r\n", "mixed"][tried % 3];
            let sentinels = document(&mut random, form, ending);
            let text = plain(&sentinels, "[ ]");
            let name = format!("d{tried}.md");
            let line = line_of(&sentinels, BOX);
            let expected = plain(&sentinels, "[x]");
            let (edit, task) = tick(&text, ITEM, State::Done, None).unwrap_or_else(|r| panic!("{name}: {r}\n{text}"));
            assert_eq!(task.line, line, "{text}");
            holds(&scratch, &name, &text, &edit, &expected);
            assert!(tick(&expected, ITEM, State::Done, Some(line)).expect("found").0.is_empty(), "twice is once");
            let open = tick(&expected, ITEM, State::Open, None).expect("found").0;
            assert_eq!(open.apply(&expected).expect("opened"), text);
            assert!(tick(&text, ITEM, State::Done, Some(line + 1)).is_err(), "another line");
            let twice = format!("{text}\n\n* [ ] Mobile internal beta\n");
            if let Err(refusal) = tick(&twice, ITEM, State::Done, None) {
                let last = twice.matches('\n').count();
                assert!(refusal.to_string().contains(&format!("lines {line} and {last}")), "{refusal}\n{twice}");
            } else {
                panic!("guessed between two\n{twice}");
            }
            patch.push_str(&diff::unified(&name, &text, &edit));
            patched.push((name, text, expected));
            tried += 1;
            replace_section(&scratch, &sentinels, ending, round);
        }
    }
    apply_with_git(&patch, &patched);
    assert!(tried >= 150, "{tried}");
    let _ = writeln!(std::io::stderr(), "edits were tried on {tried} made-up documents, an item and a section of each");
}

/// Puts a text below the heading; what stands outside stays to the byte.
fn replace_section(scratch: &Scratch, sentinels: &str, ending: &str, round: usize) {
    let text = plain(sentinels, "[ ]");
    let [from, to] = SECTION;
    let (before, rest) = sentinels.split_once(from).expect("a start");
    let (_, after) = rest.split_once(to).expect("an end");
    let own = if ending == "\r\n" { "\r\n" } else { "\n" };
    let body = ["\nnew text\n\n", "- [ ] new\n- list\n\n", "```\n# code\n```\n\n", "\n### Sub\n\nx\n\n"][round % 4];
    let expected = format!("{}{}{}", plain(before, "[ ]"), body.replace('\n', own), plain(after, "[ ]"));
    let (edit, heading) = section(&text, "The target section", body, None).unwrap_or_else(|r| panic!("{r}\n{text}"));
    assert_eq!(heading.text.to_lowercase(), "the target section");
    holds(scratch, "section.md", &text, &edit, &expected);
    assert!(section(&expected, "the TARGET section", body, None).expect("found").0.is_empty(), "twice is once");
}

/// One patch of all documents, applied by git.
fn apply_with_git(patch: &str, documents: &[(String, String, String)]) {
    let scratch = Scratch::empty();
    scratch.write("all.patch", patch);
    for (name, text, _) in documents {
        scratch.write(name, text);
    }
    let git = |args: &[&str]| {
        let run = std::process::Command::new("git").args(args).current_dir(scratch.path()).output().expect("git");
        assert!(run.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&run.stderr));
    };
    git(&["init", "-q"]);
    git(&["apply", "--whitespace=nowarn", "all.patch"]);
    for (name, _, expected) in documents {
        assert_eq!(scratch.text(name), *expected, "{name}");
    }
}

/// Documents among the examples of a specification: of its `spec.txt`, or of tests in Rust that were made from it.
fn examples(text: &str) -> Vec<String> {
    let fence = "`".repeat(32);
    let mut found = Vec::new();
    if text.contains(&fence) {
        for part in text.split(&format!("{fence} example")).skip(1) {
            let body = part.split_once('\n').map_or("", |(_, body)| body);
            let markdown = body.split("\n.\n").next().unwrap_or_default();
            found.push(markdown.replace('→', "\t") + "\n");
        }
    } else {
        for part in text.split("let original = r##\"").skip(1) {
            found.push(part.split("\"##;").next().unwrap_or_default().to_owned());
        }
    }
    found
}

/// The examples are under another licence than this program, so they are not copied: `CUTOVER_MARKDOWN_EXAMPLES` names
/// files or folders with them, separated by colons.
#[test]
fn every_example_of_the_specifications_keeps_its_bytes() {
    let Some(places) = std::env::var_os("CUTOVER_MARKDOWN_EXAMPLES") else {
        let _ = writeln!(std::io::stderr(), "SKIPPED: CUTOVER_MARKDOWN_EXAMPLES names no examples of Markdown");
        return;
    };
    let mut all = Vec::new();
    for place in std::env::split_paths(&places) {
        let files = if place.is_dir() {
            crate::support::files(&place).iter().map(|f| place.join(f)).collect()
        } else {
            vec![place]
        };
        files.iter().for_each(|file| all.extend(examples(&read(file).expect("examples"))));
    }
    let (mut done, mut swallowed, mut sections) = (0, 0, 0);
    for example in &all {
        // Before the example nothing can hide the item.
        let text = format!("- [ ] Zebra *crossing*\n\n{example}");
        let (edit, _) = tick(&text, "zebra crossing", State::Done, Some(1)).unwrap_or_else(|r| panic!("{r}\n{text}"));
        back_and_forth(&text, &edit, &text.replacen("[ ]", "[x]", 1));
        // Behind it, what the example leaves open may take it in: then it is no item, and refused.
        let text = format!("{example}\n\n- [ ] Zebra *crossing*\n");
        let line = text.matches('\n').count() as u64;
        match tick(&text, "Zebra crossing", State::Done, Some(line)) {
            Ok((edit, _)) => {
                back_and_forth(&text, &edit, &format!("{example}\n\n- [x] Zebra *crossing*\n"));
                done += 1;
            }
            Err(_) => swallowed += 1,
        }
        let text = format!("## Zebra\n\nold\n\n## Next\n\n{example}");
        let (edit, _) = section(&text, "Zebra", "new\n\n", None).unwrap_or_else(|r| panic!("{r}\n{text}"));
        back_and_forth(&text, &edit, &text.replacen("\nold\n", "new\n", 1));
        let text = format!("# Top\n\n## Zebra\n\n{example}\n\n# Next\n");
        if let Ok((edit, _)) = section(&text, "Zebra", "new\n\n", Some(3)) {
            let after = edit.apply(&text).expect("applied");
            assert!(after.starts_with("# Top\n\n## Zebra\nnew\n\n"), "{after}");
            back_and_forth(&text, &edit, &after);
            sections += 1;
        }
    }
    assert!(all.len() >= 100, "only {} examples", all.len());
    let _ = writeln!(
        std::io::stderr(),
        "edits were tried on {} examples: {done} with the item behind them, {swallowed} take it in and are refused, {sections} as a section",
        all.len()
    );
    assert!(swallowed * 5 < all.len(), "{swallowed}");
}

fn back_and_forth(text: &str, edit: &Edit, expected: &str) {
    let after = edit.apply(text).expect("applied");
    assert_eq!(after, expected);
    assert_eq!(edit.reverse(text).and_then(|back| back.apply(&after)).expect("taken back"), text);
}
