//! A document that people wrote in, in; what they wrote, out: by slot, by kept block, and between the blocks.

use std::ops::Range;

use jiff::civil::Date;

use super::blocks::{self, Block, Document, Kind, Part};
use super::refusal::Refusal;
use super::{actions, blameless, markdown, status};
use crate::report::words::{About, OutsideText, SlotText, Status, WordBlock, WordRemark, Words};

/// Name of the slot in which people set the status.
pub const STATUS: &str = "status";
/// Name of the slot that holds the table of actions.
pub const ACTIONS: &str = "actions";

/// What people wrote in a document, with remarks for who reviews it.
///
/// `text` is the file; `fresh` the document as the program would write it, whose lines between blocks are not taken for
/// people's; `names` are the people whose naming among causes is remarked; an action is overdue when it was due before
/// `as_of`.
///
/// # Errors
///
/// A refusal where the markers are not certain.
pub fn words(text: &str, fresh: &str, names: &[String], as_of: Date) -> Result<Words, Refusal> {
    let document = blocks::parse(text)?;
    let program = blocks::parse(fresh).map(|d| between(&d)).unwrap_or_default();
    let (status, mut remarks) = status::read(&document);
    let mut words = Words { status, ..Words::default() };
    let mut after: Option<String> = None;
    for part in &document.parts {
        match part {
            Part::Text(range) => {
                let outside = outside(text, range, after.clone(), &program);
                if !outside.markdown.is_empty() {
                    remarks.extend(blameless::outside(text, range, after.as_deref().unwrap_or_default(), names));
                    words.outside.push(outside);
                }
            }
            Part::Block(block) => {
                after = Some(block.id.clone());
                if block.kind == Kind::Generated {
                    continue;
                }
                let slot = slot(text, block);
                if block.kind == Kind::Slot && block.id == ACTIONS && !slot.empty {
                    let (rows, found) = actions::read(text, &block.content, as_of);
                    words.actions.extend(rows);
                    remarks.extend(found);
                    remarks.extend(blameless::vague(&words.actions));
                }
                if !slot.empty {
                    remarks.extend(blameless::slot(text, block, names));
                }
                if block.kind == Kind::Kept { words.kept.push(slot) } else { words.slots.push(slot) }
            }
        }
    }
    remarks.extend(unfinished(&words, &document));
    remarks.sort_by_key(|r| r.line);
    words.remarks = remarks;
    Ok(words)
}

/// The lines between the blocks of a generated document.
fn between(document: &Document<'_>) -> Vec<String> {
    let texts = document.parts.iter().filter_map(|part| match part {
        Part::Text(range) => Some(&document.text[range.clone()]),
        Part::Block(_) => None,
    });
    texts.flat_map(str::lines).map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect()
}

fn slot(text: &str, block: &Block) -> SlotText {
    let content = &text[block.content.clone()];
    let said = said(content);
    let blocks = markdown::blocks(&said);
    let empty = block.kind == Kind::Slot && block.untouched(text) || said.is_empty() || blank(&blocks);
    let line = block.first_line + 1 + first_line(content);
    if empty {
        return SlotText { id: block.id.clone(), line, empty, ..SlotText::default() };
    }
    SlotText { id: block.id.clone(), line, empty, markdown: said, blocks }
}

fn outside(text: &str, range: &Range<usize>, after: Option<String>, program: &[String]) -> OutsideText {
    let start = if range.start == 0 { status::front_matter(text).map_or(0, |front| front.end) } else { range.start };
    let whole = text[start.min(range.end)..range.end].trim_start_matches('\u{feff}');
    let mine = |line: &&str| !program.iter().any(|p| p == line.trim());
    let said = said(&whole.split_inclusive('\n').filter(mine).collect::<String>());
    let line = blocks::line_at(text, start);
    // The first line that is a person's and not blank.
    let first = whole.lines().position(|l| !l.trim().is_empty() && mine(&l)).unwrap_or(0) as u64;
    OutsideText { after, line: line + first, blocks: markdown::blocks(&said), markdown: said }
}

/// What a reader is to see: without comments, with line feeds, without blank lines around it.
fn said(content: &str) -> String {
    let text = markdown::without_comments(&content.replace("\r\n", "\n"));
    text.trim_end().trim_start_matches(['\n', '\r']).to_owned()
}

/// Lines before the first that holds words.
fn first_line(content: &str) -> u64 {
    markdown::blanked(content).lines().position(|l| !l.trim().is_empty()).unwrap_or(0) as u64
}

/// A table without a filled cell is a form, not somebody's words.
fn blank(blocks: &[WordBlock]) -> bool {
    !blocks.is_empty()
        && blocks.iter().all(|block| match block {
            WordBlock::Table { rows, .. } => rows.iter().flatten().all(Vec::is_empty),
            WordBlock::Paragraph { .. }
            | WordBlock::Heading { .. }
            | WordBlock::List { .. }
            | WordBlock::Quote { .. }
            | WordBlock::Code { .. }
            | WordBlock::Rule => false,
        })
}

/// What a status says that the document does not bear out.
fn unfinished(words: &Words, document: &Document<'_>) -> Vec<WordRemark> {
    let mut remarks = Vec::new();
    if words.status < Status::Reviewed {
        return remarks;
    }
    let word = words.status.word();
    for slot in words.slots.iter().filter(|s| s.empty && s.id != STATUS) {
        remarks.push(WordRemark {
            slot: slot.id.clone(),
            line: slot.line,
            about: About::Empty,
            sentence: format!("The status is {word}, but nobody wrote in the slot `{}`.", slot.id),
            better: "Write `none` if there is nothing to say.".into(),
            ..WordRemark::default()
        });
    }
    let open = words.actions.iter().filter(|a| a.open()).count();
    if words.status == Status::Closed && open > 0 {
        let line = document.blocks().find(|b| b.id == ACTIONS).map_or(0, |b| b.first_line);
        let are = if open == 1 { "action is" } else { "actions are" };
        remarks.push(WordRemark {
            slot: ACTIONS.into(),
            line,
            about: About::Status,
            sentence: format!("The status is closed, but {open} {are} still open."),
            better: "Set their state to done or dropped, or the status to reviewed.".into(),
            ..WordRemark::default()
        });
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edits::blocks::{emit_generated, emit_slot, questions};
    use crate::edits::regenerate::regenerate;
    use crate::report::words::Run;

    const TABLE: &str =
        "| Action | Type | Owner | Due | Done when | State |\n|---|---|---|---|---|---|\n|  |  |  |  |  |  |\n";

    fn fresh() -> String {
        [
            "# Incident 7\n",
            &emit_slot("status", "Status: draft"),
            &emit_generated("summary", "The **pool** was full; human error is in the log."),
            "## Contributing factors\n",
            &emit_slot("factors", &questions(&["What made it look right at the time?"])),
            "## Actions\n",
            &emit_slot("actions", &format!("{}\n{TABLE}", questions(&["Who does what by when?"]))),
        ]
        .join("\n")
    }

    fn read(text: &str) -> Words {
        let names = ["Ana".to_owned()];
        words(text, &fresh(), &names, jiff::civil::date(2026, 11, 25)).unwrap_or_else(|r| panic!("{r}"))
    }

    fn about(words: &Words) -> Vec<(u64, About)> {
        words.remarks.iter().map(|r| (r.line, r.about)).collect()
    }

    #[test]
    fn a_document_in_which_nobody_wrote_has_no_words() {
        for text in [
            fresh(),
            fresh().replace('\n', "\r\n"),
            fresh().replace("<!-- What made it look right at the time? -->\n", ""),
        ] {
            let words = read(&text);
            assert!(words.slots.iter().all(|s| s.empty && s.markdown.is_empty() && s.blocks.is_empty()), "{words:?}");
            assert_eq!(words.slots.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["status", "factors", "actions"]);
            assert!(words.outside.is_empty() && words.kept.is_empty() && words.actions.is_empty(), "{words:?}");
            assert_eq!((words.status, words.remarks), (Status::Draft, vec![]));
        }
        // The table without its question is still a form.
        assert!(read(&fresh().replace("<!-- Who does what by when? -->\n", "")).slots[2].empty);
    }

    #[test]
    fn words_are_read_with_their_places() {
        let text = fresh()
            .replace("Status: draft", "**Status:** in review")
            .replace("\n<!-- cutover:end factors", "\nThe limit is *per host*.\n\n<!-- cutover:end factors")
            .replace("|  |  |  |  |  |  |", "| Alert on the pool | detect | ana | 2026-12-01 | it fired | open |")
            .replace("## Contributing factors\n", "A note of mine.\n\n## Contributing factors\n\nsee below\n")
            .replace("generated summary", "kept summary");
        let words = read(&text);
        assert_eq!(words.status, Status::InReview);
        assert_eq!(words.slots[1].markdown, "The limit is *per host*.");
        let at = |needle: &str| text.lines().position(|l| l.contains(needle)).expect(needle) as u64 + 1;
        assert_eq!(words.slots[1].line, at("The limit"));
        let emphasis = Run { text: "per host".into(), emphasis: true, ..Run::default() };
        let WordBlock::Paragraph { runs } = &words.slots[1].blocks[0] else { panic!("a paragraph") };
        assert_eq!(runs[1], emphasis);
        assert_eq!(words.outside.len(), 1);
        assert_eq!((words.outside[0].after.as_deref(), words.outside[0].line), (Some("summary"), at("A note of mine")));
        assert_eq!(words.outside[0].markdown, "A note of mine.\n\n\nsee below");
        assert_eq!(words.kept[0].id, "summary");
        assert_eq!((words.actions.len(), words.actions[0].line), (1, at("Alert on the pool")));
        // What was kept is a person's word now.
        assert_eq!(about(&words), [(at("human error"), About::Blame)]);
        // The same with the line ends of Windows, and as data.
        assert_eq!(read(&text.replace('\n', "\r\n")), words);
        let json = serde_json::to_string(&words).expect("JSON");
        assert_eq!(serde_json::from_str::<Words>(&json).expect("words"), words);
    }

    #[test]
    fn a_status_that_the_document_does_not_bear_out_is_remarked() {
        let row = "| Alert | detect | ana | 2026-12-01 | it fired | open |";
        let closed = fresh().replace("Status: draft", "Status: closed").replace("|  |  |  |  |  |  |", row);
        let words = read(&closed);
        let remarks: Vec<&str> = words.remarks.iter().map(|r| r.sentence.as_str()).collect();
        assert_eq!(
            remarks,
            [
                "The status is closed, but nobody wrote in the slot `factors`.",
                "The status is closed, but 1 action is still open."
            ]
        );
        let all = closed
            .replace("| open |", "| done |")
            .replace("\n<!-- cutover:end factors", "none\n<!-- cutover:end factors");
        assert_eq!(read(&all).remarks, []);
        assert_eq!(read(&closed.replace("closed", "in review")).remarks, []);
    }

    #[test]
    fn front_matter_is_no_text_of_the_document() {
        let words = read(&format!("\u{feff}---\nstatus: reviewed\n---\n{}", fresh()));
        assert!(words.outside.is_empty(), "{:?}", words.outside);
        let words = read(&format!("---\nstatus: reviewed\n---\n\nmine\n\n{}", fresh()));
        assert_eq!((words.outside[0].line, words.outside[0].after.clone()), (5, None));
    }

    /// Written, generated anew and read again, the words are the same.
    #[test]
    fn generating_anew_changes_no_words() {
        let text = fresh().replace("\n<!-- cutover:end factors", "\nמילים 🎉 `x`\n\n<!-- cutover:end factors");
        let next = fresh().replace(
            &emit_generated("summary", "The **pool** was full; human error is in the log."),
            &emit_generated("summary", "one\ntwo\n\nthree"),
        );
        let done = regenerate(Some(text.as_bytes()), &next).expect("a document");
        let (before, after) = (read(&text), read(&done.text));
        let said = |w: &Words| w.slots.iter().map(|s| (s.id.clone(), s.markdown.clone())).collect::<Vec<_>>();
        assert_eq!(said(&before), said(&after));
        assert!(done.changed && !after.slots[1].empty);
    }

    /// What the documentation shows is what is read.
    #[test]
    fn the_documented_example_is_read_as_documented() {
        let page = include_str!("../../docs/writing.md");
        let example = page.split("````").nth(1).and_then(|e| e.split_once('\n')).expect("an example").1;
        let words = read(example);
        assert_eq!((words.status, words.remarks), (Status::InReview, vec![]));
        assert_eq!(words.slots[1].markdown, "The cache key had no tenant in it, and no test had two tenants.");
        assert_eq!(words.outside[0].markdown, "A note of mine on the summary, with a [link](https://example.org).");
        let document = blocks::parse(example).expect("a document");
        assert!(document.blocks().find(|b| b.kind == Kind::Generated).is_some_and(|b| b.untouched(example)));
        let table = page.split("an unknown state counts as open.").nth(1).expect("a table");
        let as_of = jiff::civil::date(2026, 11, 25);
        let (actions, remarks) = actions::read(table, &(0..table.find("Types are").expect("it")), as_of);
        assert_eq!((actions.len(), remarks.len(), actions[0].kind.as_str()), (1, 0, "prevent"));
    }

    #[test]
    fn uncertain_markers_are_refused() {
        let text = fresh() + "<!-- cutover:end x -->\n";
        assert!(words(&text, &fresh(), &[], jiff::civil::date(2026, 1, 1)).is_err());
    }
}
