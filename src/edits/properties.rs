//! What must hold for any document and any words in it, tried on some hundred random ones with fixed seeds.

use super::blocks::{self, Kind, Part, emit_generated, emit_slot, questions};
use super::regenerate::{Regenerated, people, regenerate};
use super::words;
use crate::statistics::random::Random;

const CASES: u64 = 400;

/// Pieces of what people write or paste; none of them is a marker where it stands.
const WORDS: &[&str] = &[
    "The pool was full.",
    "🎉👩‍👩‍👧 emoji",
    "היה עומס על השרת",
    "تم نشر الإصدار",
    "## A heading of mine",
    "Set as\n======",
    "- item\n  - nested\n- [x] done",
    "> quoted\n> lines",
    "```\n<!-- cutover:end factors -->\n<!-- cutover:slot timeline -->\n```",
    "~~~text\n```\nopen inside\n~~~",
    "say `<!-- cutover:end factors -->` here",
    "<!-- a comment of mine -->",
    // Without a blank line after it, HTML takes in a fence that follows.
    "<details><summary>x</summary>\n\nhidden\n\n</details>\n",
    "![a picture](a.png) and [a link](https://example.org)",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "trailing spaces  \nand a hard break",
    "\t tab and\u{a0}odd spaces\u{2028}",
    "a lone \r carriage return",
    "***",
    "\\<!-- not a comment",
    "",
];

const IDS: &[&str] = &["summary", "impact", "timeline", "suspects", "similar", "efficacy"];
const SLOTS: &[&str] = &["factors", "went-well", "actions", "status"];

fn pick<'a>(random: &mut Random, from: &[&'a str]) -> &'a str {
    from[random.below(from.len())]
}

/// Most of a list.
fn some<'a>(random: &mut Random, from: &[&'a str]) -> Vec<&'a str> {
    from.iter().copied().filter(|_| random.below(6) > 0).collect()
}

fn wording(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.below(4) {
        text.push_str(pick(random, WORDS));
        text.push_str(pick(random, &["\n", "\n\n", "\r\n\r\n", "\n\n\n"]));
    }
    text
}

/// A document as the program would write it; `version` changes what some blocks say.
fn fresh(random: &mut Random, version: usize) -> String {
    let mut text = "# Incident\n\n".to_owned();
    for id in some(random, IDS) {
        let content = format!("{id} {}\n\n```text\nGET /x <!-- cutover:end {id} -->\n```", random.below(1 + version));
        text.push_str(&format!("{}\n", emit_generated(id, &content)));
    }
    for id in some(random, SLOTS) {
        let hint = questions(&[&format!("What about {id} {}?", random.below(1 + version))]);
        text.push_str(&format!("## {id}\n\n{}\n", emit_slot(id, &hint)));
    }
    text
}

/// What people do to a document in their editors, without touching a generated block.
fn written(random: &mut Random, text: &str) -> String {
    let document = blocks::parse(text).expect("a document");
    let mut parts: Vec<String> = Vec::new();
    for part in &document.parts {
        let mut now = match part {
            Part::Text(range) => text[range.clone()].to_owned(),
            Part::Block(b) if b.kind == Kind::Slot && random.below(2) == 0 => {
                let hint = if random.below(2) == 0 { &text[b.content.clone()] } else { "" };
                format!("{}{hint}{}{}", &text[b.begin.clone()], wording(random), &text[b.end.clone()])
            }
            Part::Block(b) => text[b.begin.start..b.end.end].to_owned(),
        };
        if random.below(8) == 0 {
            now = now.replace("cutover:generated", "cutover:kept");
        }
        parts.push(now);
        if random.below(3) == 0 {
            parts.push(wording(random));
        }
    }
    if random.below(4) == 0 && parts.len() > 2 {
        let (from, to) = (random.below(parts.len()), random.below(parts.len()));
        let moved = parts.remove(from);
        parts.insert(to, moved);
    }
    if random.below(5) == 0 {
        parts.remove(random.below(parts.len()));
    }
    dressed(random, parts.concat())
}

/// Line endings, byte order mark and end of file as some editor leaves them.
fn dressed(random: &mut Random, text: String) -> String {
    let mut text = match random.below(3) {
        0 => text,
        1 => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        _ => text.split_inclusive('\n').fold(String::new(), |text, line| {
            let line =
                if random.below(3) == 0 { line.replace("\r\n", "\n").replace('\n', "\r\n") } else { line.into() };
            text + &line
        }),
    };
    if random.below(4) == 0 {
        text = text.trim_end_matches(['\r', '\n']).to_owned();
    }
    if random.below(4) == 0 { format!("\u{feff}{text}") } else { text }
}

fn theirs(text: &str) -> String {
    people(&blocks::parse(text).unwrap_or_else(|r| panic!("{r}\n{text}")))
}

fn within(part: &str, whole: &str) -> bool {
    let mut rest = whole.bytes();
    part.bytes().all(|b| rest.any(|other| other == b))
}

/// None where a block is missing that an example in code names, which is refused, and where no block is left.
fn again(previous: &str, fresh: &str) -> Option<Regenerated> {
    let refusal = match regenerate(Some(previous.as_bytes()), fresh) {
        Ok(done) => return Some(done),
        Err(refusal) => refusal,
    };
    let expected = ["inside code and nowhere else", "no markers of this program"];
    let known = refusal.problems.iter().all(|p| expected.iter().any(|e| p.what.contains(e)));
    assert!(known, "{refusal}\n{previous}");
    None
}

#[test]
fn every_byte_of_a_person_stays_in_its_order() {
    let (mut added, mut plain) = (0, 0);
    for seed in 0..CASES {
        let random = &mut Random::new(seed);
        let first = fresh(random, 0);
        let previous = written(random, &first);
        let next = fresh(random, 3);
        let Some(done) = again(&previous, &next) else { continue };
        let (before, after) = (theirs(&previous), theirs(&done.text));
        if done.added.is_empty() {
            assert_eq!(before, after, "seed {seed}\n{previous}\n=====\n{}", done.text);
            plain += 1;
        } else {
            assert!(within(&before, &after), "seed {seed}\n{previous}\n=====\n{}", done.text);
            added += 1;
        }
    }
    assert!(added > 50 && plain > 50, "{added} {plain}: one of the two is hardly tried");
}

#[test]
fn a_second_time_changes_nothing() {
    for seed in 0..CASES {
        let random = &mut Random::new(seed + CASES);
        let first = fresh(random, 0);
        let previous = written(random, &first);
        let next = fresh(random, 3);
        let Some(once) = again(&previous, &next) else { continue };
        let twice = again(&once.text, &next).expect("what was written once");
        assert_eq!(twice.text, once.text, "seed {seed}");
        assert!(!twice.changed && twice.added.is_empty() && twice.updated.is_empty() && twice.removed.is_empty());
        let wanted = blocks::parse(&next).expect("a document");
        let got = blocks::parse(&once.text).expect("a document");
        for block in wanted.blocks() {
            assert_eq!(got.blocks().filter(|b| b.id == block.id).count(), 1, "seed {seed}: {}", block.id);
        }
    }
}

/// One character more or less in a generated block, and the file is left alone.
#[test]
fn an_edit_of_a_generated_block_is_never_lost() {
    for seed in 0..CASES {
        let random = &mut Random::new(seed + 2 * CASES);
        let text = fresh(random, 0);
        let document = blocks::parse(&text).expect("a document");
        let generated: Vec<_> = document.blocks().filter(|b| b.kind == Kind::Generated).collect();
        let Some(block) = generated.get(random.below(generated.len())) else { continue };
        let content = &text[block.content.clone()];
        let inner = content.trim();
        let mut at = block.content.start + content.find(inner).unwrap_or(0) + random.below(inner.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let edited = format!("{}X{}", &text[..at], &text[at..]);
        let refusal = regenerate(Some(edited.as_bytes()), &text).expect_err("an edit");
        assert!(refusal.problems.iter().any(|p| p.id.as_deref() == Some(&block.id)), "seed {seed}: {refusal}");
    }
}

/// Whatever stands in a file, there is an answer.
#[test]
fn torn_and_mixed_up_files_are_refused_or_read_but_never_panic() {
    for seed in 0..CASES {
        let random = &mut Random::new(seed + 3 * CASES);
        let text = fresh(random, 0);
        let mut bytes = written(random, &text).into_bytes();
        for _ in 0..1 + random.below(6) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => drop(bytes.drain(at..(at + random.below(80)).min(bytes.len()))),
                1 => bytes[at] = random.below(256) as u8,
                _ => bytes.truncate(at + 1),
            }
            if bytes.is_empty() {
                break;
            }
        }
        if let Err(refusal) = regenerate(Some(&bytes), &text) {
            assert!(!refusal.problems.is_empty() && refusal.problems.iter().all(|p| !p.hint.is_empty()));
        }
    }
}

/// Reading the words never panics, finds the same with other line ends, and finds them again after the next run.
#[test]
fn words_are_the_same_after_the_document_was_generated_anew() {
    let as_of = jiff::civil::date(2026, 11, 25);
    let mut tried = 0;
    for seed in 0..CASES / 4 {
        let random = &mut Random::new(seed + 4 * CASES);
        let first = fresh(random, 0);
        let previous = written(random, &first);
        let next = fresh(random, 3);
        let Some(done) = again(&previous, &next) else { continue };
        // What was untouched may have other questions now; what was removed, blocks around it.
        let said = |text: &str| {
            let words = words::words(text, &next, &["Ana".into()], as_of).unwrap_or_else(|r| panic!("{r}"));
            let slots = words.slots.iter().chain(&words.kept).filter(|s| !s.empty);
            slots.map(|s| (s.id.clone(), s.markdown.clone(), s.blocks.clone())).collect::<Vec<_>>()
        };
        let before = said(&previous);
        assert_eq!(before, said(&done.text), "seed {seed}");
        assert_eq!(before, said(&previous.replace("\r\n", "\n")), "seed {seed}");
        tried += before.len();
    }
    assert!(tried > 100, "{tried}");
}
