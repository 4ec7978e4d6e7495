//! Sections 6–9, which people write: what the evidence offers beside them, and what they wrote.

use super::data::answer;
use super::sheet::{Sheet, heading, note};
use super::slots::{self, Place};
use super::words;
use crate::render::view::block::{Block, Slot};
use crate::render::view::first_page::sentence;
use crate::render::view::named;
use crate::render::view::span::{Kind, Span, cut, grey, lead, prose};
use crate::report::incident::Suspect;
use crate::report::words::WordBlock;

/// Hypotheses that stand beside the people's words.
const HYPOTHESES: usize = 5;
/// Sentences for and against each.
const SENTENCES: usize = 6;

pub(super) fn factors(sheet: &Sheet<'_>) -> Vec<Block> {
    let mut blocks = vec![note(
        "People write this section. What the evidence offers stands first, as hypotheses with what speaks for and against \
         each; none is a cause until people say so.",
    )];
    for (at, suspect) in sheet.incident.suspects.iter().take(HYPOTHESES).enumerate() {
        blocks.push(hypothesis(sheet, at + 1, suspect));
    }
    if sheet.incident.suspects.is_empty() {
        blocks.push(note("The evidence offers no hypothesis."));
    }
    blocks.push(heading("What people say"));
    blocks.push(slot(sheet, &slots::FACTORS));
    blocks
}

fn hypothesis(sheet: &Sheet<'_>, number: usize, suspect: &Suspect) -> Block {
    let name = named(&cut(&suspect.name, 80), &suspect.kind);
    let mut line = lead(&format!("Hypothesis {number}: {name}."));
    for (word, sentences) in [("For", &suspect.supporting), ("Against", &suspect.contradicting)] {
        line.push(Span::words(Kind::Break, ""));
        line.push(Span::words(Kind::Grey, &format!("{word}: ")));
        let said: Vec<String> = sentences.iter().take(SENTENCES).map(|text| sentence(&cut(text, 240))).collect();
        if said.is_empty() {
            line.push(Span::words(Kind::Grey, "nothing was found."));
        } else {
            line.extend(prose(&said.join(" ")));
        }
    }
    let open: Vec<_> =
        suspect.questions.iter().filter(|q| q.answer == crate::report::incident::Answer::CannotTell).collect();
    if !open.is_empty() {
        line.push(Span::words(Kind::Break, ""));
        for question in open.iter().take(4) {
            line.extend(answer(question.answer));
            line.push(Span::words(Kind::Grey, &format!(" {} ", cut(&question.text, 60))));
        }
    }
    Block::Callout { line: sheet.proven(line, &suspect.evidence) }
}

pub(super) fn lessons(sheet: &Sheet<'_>) -> Vec<Block> {
    let parts = [
        ("7.1 What went well", &slots::WELL),
        ("7.2 What went badly", &slots::BADLY),
        ("7.3 Where we were lucky", &slots::LUCKY),
    ];
    parts.iter().flat_map(|(title, place)| [heading(title), slot(sheet, place)]).collect()
}

pub(super) fn actions(sheet: &Sheet<'_>) -> Vec<Block> {
    let remarks = &sheet.incident.written.remarks;
    let mut blocks = Vec::new();
    if !remarks.is_empty() {
        blocks.push(note("For the reviewer, about the words in this report:"));
    }
    for remark in remarks.iter().take(40) {
        // No line: the document that this is written into moves it.
        let mut line = grey(&format!("{}:", named(&cut(&remark.slot, 24), "between the blocks")));
        line.push(Span::words(Kind::Text, " "));
        line.extend(prose(&sentence(&cut(&remark.sentence, 300))));
        if !remark.words.is_empty() && !remark.sentence.contains(&remark.words) {
            line.push(Span::words(Kind::Grey, &format!(" “{}”", cut(&remark.words, 80))));
        }
        if !remark.better.is_empty() {
            line.push(Span::words(Kind::Text, " "));
            line.extend(prose(&sentence(&cut(&remark.better, 240))));
        }
        blocks.push(Block::Callout { line });
    }
    blocks.push(note("An action has a verb, an owner, a day, and a test that shows that it is done."));
    blocks.push(slot(sheet, &slots::ACTIONS));
    blocks
}

pub(super) fn conditions(sheet: &Sheet<'_>) -> Vec<Block> {
    vec![
        note("The runbook asks to resolve the cause before the beta is attempted again; people say what shows that."),
        slot(sheet, &slots::CONDITIONS),
    ]
}

fn slot(sheet: &Sheet<'_>, place: &Place) -> Block {
    let slots = &sheet.incident.written.slots;
    let text = slots.iter().find(|slot| slot.id == place.id && !slot.empty);
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let slot = Slot {
        id: place.id.to_owned(),
        author: "Written by people".to_owned(),
        empty: "To be written by people".to_owned(),
        questions: owned(place.questions),
        columns: owned(place.columns),
        words: text.map_or_else(Vec::new, |text| words::of(&text.blocks)),
    };
    Block::Slot { slot }
}

/// What people wrote where no slot is.
fn remark(author: &str, blocks: &[WordBlock]) -> Option<Block> {
    let words = words::of(blocks);
    let (id, empty) = (String::new(), String::new());
    let slot = Slot { id, author: author.to_owned(), empty, questions: Vec::new(), columns: Vec::new(), words };
    (!slot.words.is_empty()).then_some(Block::Slot { slot })
}

/// Adds to a section what people wrote between its blocks, and what they made of a block that they took over.
pub(super) fn around(sheet: &Sheet<'_>, id: &str, blocks: &mut Vec<Block>) {
    let written = &sheet.incident.written;
    let ids = own(id);
    let kept = written.kept.iter().filter(|kept| ids.contains(&kept.id.as_str()));
    let taken: Vec<Block> = kept
        .filter_map(|kept| remark("Written by people in place of what is generated, which stands below", &kept.blocks))
        .collect();
    blocks.splice(0..0, taken);
    let outside = written.outside.iter().filter(|text| ids.contains(&text.after.as_deref().unwrap_or_default()));
    blocks.extend(outside.filter_map(|text| remark("Written by people", &text.blocks)));
}

/// The blocks of the Markdown report that belong to a section. Page 1 and the top of the document belong to the first.
fn own(id: &str) -> &[&str] {
    match id {
        "required" => &["", "title", "status", "summary", "required"],
        "hypotheses" => &["hypotheses", "factors"],
        "lessons" => &["lessons", "went-well", "before-went-badly", "went-badly", "before-lucky", "lucky"],
        "follow-up" => &["follow-up", "actions"],
        "next-beta" => &["next-beta", "conditions"],
        "timeline" => &["timeline"],
        "impact" => &["impact"],
        "data" => &["data"],
        "response" => &["response"],
        "register" => &["register"],
        "events" => &["events"],
        "coverage" => &["coverage"],
        "settings" => &["settings"],
        "redactions" => &["redactions"],
        _ => &[],
    }
}
