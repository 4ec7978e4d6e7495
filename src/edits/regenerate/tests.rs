//! Documents that people left, generated again.

use super::*;
use crate::edits::blocks::{emit_generated, emit_slot, questions};

fn fresh(summary: &str) -> String {
    [
        "# Incident 7\n",
        &emit_generated("summary", summary),
        "## Contributing factors\n",
        &emit_slot("factors", &questions(&["What made it look right at the time?"])),
        &emit_generated("timeline", "| time | what |\n|---|---|\n| 10:00 | deploy |"),
    ]
    .join("\n")
}

fn again(previous: &str, fresh: &str) -> Regenerated {
    regenerate(Some(previous.as_bytes()), fresh).unwrap_or_else(|r| panic!("{r}"))
}

fn refused(previous: &str, fresh: &str) -> Refusal {
    regenerate(Some(previous.as_bytes()), fresh).expect_err(previous)
}

/// A person writes in the slot, below its questions.
fn written(text: &str, words: &str) -> String {
    text.replace("\n<!-- cutover:end factors", &format!("{words}\n<!-- cutover:end factors"))
}

#[test]
fn the_first_time_it_is_what_was_generated() {
    for previous in [None, Some(&b""[..]), Some(&b" \r\n\n"[..])] {
        let done = regenerate(previous, &fresh("one")).expect("a document");
        assert_eq!((done.text, done.changed), (fresh("one"), true));
        assert_eq!(done.added, ["summary", "factors", "timeline"]);
        assert!(done.notes.is_empty());
    }
}

#[test]
fn the_same_again_changes_no_byte() {
    for text in [fresh("one"), fresh("one").replace('\n', "\r\n"), format!("\u{feff}{}", fresh("one").trim_end())] {
        let done = again(&text, &fresh("one"));
        assert_eq!(done.text, text);
        assert!(!done.changed && done.updated.is_empty() && done.notes.is_empty());
    }
}

#[test]
fn generated_content_is_replaced_and_words_stay() {
    let words = "She pressed the right button. 🎉\n\n```\n<!-- cutover:end factors -->\n```";
    let edited = written(&fresh("one"), words).replace("# Incident 7\n", "# My title\n\nhello\n");
    for (edited, nl) in [(edited.clone(), "\n"), (edited.replace('\n', "\r\n"), "\r\n")] {
        let done = again(&edited, &fresh("two\nthree"));
        let wanted = edited.replace(
            &emit_generated("summary", "one").replace('\n', nl),
            &emit_generated("summary", "two\nthree").replace('\n', nl),
        );
        assert_eq!(done.text, wanted);
        assert_eq!((done.changed, done.updated), (true, vec!["summary".to_owned()]));
        assert!(!again(&done.text, &fresh("two\nthree")).changed);
    }
}

#[test]
fn untouched_questions_are_replaced_and_answered_ones_stay() {
    let new = fresh("one").replace(
        &emit_slot("factors", &questions(&["What made it look right at the time?"])),
        &emit_slot("factors", &questions(&["How was it seen?"])),
    );
    assert_eq!(again(&fresh("one"), &new).text, new);
    let answered = written(&fresh("one"), "an answer");
    assert!(!again(&answered, &new).changed);
    let emptied = fresh("one").replace("<!-- What made it look right at the time? -->\n", "");
    assert!(!again(&emptied, &new).changed, "who deletes the questions does not want them");
}

#[test]
fn blocks_that_people_moved_are_replaced_where_they_stand() {
    let (summary, timeline) = (emit_generated("summary", "one"), fresh("one"));
    let timeline = timeline.split_at(timeline.find("<!-- cutover:generated timeline").expect("it")).1.to_owned();
    let moved = format!("{timeline}between\n{summary}\n{}", emit_slot("factors", ""));
    let done = again(&moved, &fresh("two"));
    assert_eq!(
        done.text,
        moved.replace(&summary, &emit_generated("summary", "two")).replace(
            &emit_slot("factors", ""),
            &emit_slot("factors", &questions(&["What made it look right at the time?"])),
        )
    );
}

#[test]
fn a_block_that_is_gone_is_removed_and_a_slot_never() {
    let new = format!("# Incident 7\n\n{}", emit_generated("summary", "one"));
    let done = again(&written(&fresh("one"), "words"), &new);
    assert_eq!(done.removed, ["timeline"]);
    assert!(done.text.contains("words") && !done.text.contains("timeline"));
    assert_eq!(done.notes.len(), 2, "{:?}", done.notes);
    assert!(done.notes[0].contains("slot `factors` on line 11 stays"), "{:?}", done.notes);
    let longer =
        new.replace("\none\n", "\none\ntwo\n").replace(&blocks::checksum("one"), &blocks::checksum("one\ntwo"));
    let done = again(&written(&fresh("one"), "words"), &longer);
    assert!(done.notes[0].contains("line 12 stays"), "lines are those of the new file: {:?}", done.notes);
    // A slot in which nobody wrote stays as well: only its questions are the program's.
    assert!(again(&fresh("one"), &new).text.contains("slot factors"));
}

#[test]
fn a_new_block_comes_after_its_neighbour_with_its_heading() {
    let new = fresh("one").replace(
        "## Contributing factors\n",
        &format!("## Similar\n\n{}\n## Contributing factors\n", emit_generated("similar", "none")),
    );
    assert_eq!(again(&fresh("one"), &new).text, new);
    // What people wrote below the summary stays with the summary.
    let noted = fresh("one").replace("\n## Contributing", "\nmy note on the summary\n\n## Contributing");
    let done = again(&noted, &new);
    let order = ["my note", "## Similar", "generated similar", "## Contributing", "slot factors"];
    let places: Vec<usize> = order.iter().map(|w| done.text.find(w).expect(w)).collect();
    assert!(places.is_sorted(), "{}", done.text);
    assert!(!again(&done.text, &new).changed);
    assert_eq!(done.notes, ["New in the document: `similar`."]);
    // A smaller heading is part of the note; one of a section is that of the slot below, whatever it says now.
    for (theirs, order) in [
        ("### More", ["my note", "### More", "## Similar", "slot factors"]),
        ("## Why it happened", ["my note", "## Similar", "## Why it happened", "slot factors"]),
    ] {
        let text = fresh("one").replace("\n## Contributing factors\n", &format!("\nmy note\n\n{theirs}\n\n"));
        let done = again(&text, &new).text;
        let places: Vec<usize> = order.iter().map(|w| done.find(w).expect(w)).collect();
        assert!(places.is_sorted(), "{done}");
    }
}

#[test]
fn a_block_that_was_deleted_comes_back_below_the_heading_that_is_still_there() {
    for id in ["summary", "factors", "timeline"] {
        let text = fresh("one");
        let document = blocks::parse(&text).expect("a document");
        let block = document.blocks().find(|b| b.id == id).expect(id).clone();
        let without = format!("{}{}", &text[..block.begin.start], &text[block.end.end..]);
        let done = again(&without, &text);
        assert_eq!(done.text.replace("\n\n\n", "\n\n"), text, "{id}");
    }
    let bare = format!("mine{}", emit_slot("own", "").replace("<!-- cutover:slot", "\n\n<!-- cutover:slot"));
    let done = again(bare.trim_end(), &fresh("one"));
    assert!(done.text.starts_with(bare.trim_end()), "{}", done.text);
    assert!(!again(&done.text, &fresh("one")).changed);
}

#[test]
fn an_edited_block_is_named_with_its_lines_and_what_was_changed() {
    let edited = fresh("one\ntwo").replace("\ntwo\n", "\ntwo, I think\n");
    let refusal = refused(&edited, &fresh("one\ntwo"));
    let [problem] = refusal.problems.as_slice() else { panic!("{refusal}") };
    assert_eq!((problem.first_line, problem.last_line, problem.id.as_deref()), (3, 8, Some("summary")));
    assert_eq!(problem.changes, "- two\n+ two, I think\n");
    assert!(problem.what.contains("these lines were changed") && problem.hint.contains("`kept`"), "{problem}");
    let refusal = refused(&edited, &fresh("one\n2"));
    assert!(refusal.to_string().contains("the evidence changed as well"), "{refusal}");
    let gone = refused(&edited, &emit_slot("factors", ""));
    assert!(gone.to_string().contains("no such block any more"), "{gone}");
    // Edited into what it would say today: nothing is lost.
    assert!(again(&edited, &fresh("one\ntwo, I think")).changed);
}

#[test]
fn a_kept_block_is_never_touched_and_said_so_each_time() {
    let kept = fresh("one").replace("\none\n", "\nmine\n").replace("generated summary", "kept summary");
    for _ in 0..2 {
        let done = again(&kept, &fresh("two"));
        assert_eq!(done.text, kept);
        assert_eq!(done.notes, ["`summary` on line 3 is kept as people wrote it: it is not generated any more."]);
    }
    let gone = again(&kept, &emit_slot("factors", ""));
    assert!(gone.text.contains("mine"));
}

#[test]
fn what_is_not_certain_is_refused() {
    for (previous, what) in [
        ("# Notes\n".to_owned(), "no markers of this program"),
        (fresh("one").replace("factors", "factor"), "`factor` is not a block of this document"),
        (fresh("one").replace("summary", "sumary"), "Did you mean `summary`?"),
        (fresh("one") + "```\n" + &emit_generated("timeline", "x") + "```\n", ""),
        (fresh("one").replace("# Incident 7", "```"), "has no end"),
        (
            fresh("one")
                .replace("## Contributing factors", "```")
                .replace("<!-- cutover:generated t", "```\n<!-- cutover:generated t"),
            "`factors` stands inside code and nowhere else",
        ),
    ] {
        match regenerate(Some(previous.as_bytes()), &fresh("one")) {
            Ok(done) => assert!(what.is_empty() && !done.changed, "{previous}"),
            Err(refusal) => assert!(!what.is_empty() && refusal.to_string().contains(what), "{what}: {refusal}"),
        }
    }
    let latin = b"<!-- cutover:slot factors -->\nMei\xdfner\n<!-- cutover:end factors -->\n";
    let refusal = regenerate(Some(latin), &fresh("one")).expect_err("no UTF-8");
    assert_eq!((refusal.problems[0].first_line, refusal.problems[0].what.contains("UTF-8")), (2, true));
    let refusal = refused(&fresh("one"), "<!-- cutover:slot x -->");
    assert!(refusal.to_string().contains("mistake of the program"), "{refusal}");
}
