//! Documents with blocks, read and written.

use super::*;

fn kinds(text: &str) -> Vec<(String, String)> {
    let document = parse(text).unwrap_or_else(|r| panic!("{r}"));
    let ranges: Vec<Range<usize>> = document
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(range) => range.clone(),
            Part::Block(block) => block.begin.start..block.end.end,
        })
        .collect();
    assert!(ranges.first().is_none_or(|r| r.start == 0) && ranges.last().is_none_or(|r| r.end == text.len()));
    assert!(ranges.windows(2).all(|w| w[0].end == w[1].start), "{ranges:?}");
    document
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(range) => ("text".to_owned(), text[range.clone()].to_owned()),
            Part::Block(b) => (format!("{} {}", b.kind.word(), b.id), text[b.content.clone()].trim().to_owned()),
        })
        .collect()
}

fn of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

fn refused(text: &str) -> String {
    parse(text).expect_err(text).to_string()
}

#[test]
fn what_is_emitted_is_read_back() {
    let text = emit_generated("summary", "# One\n\ntwo  \n\n") + "\nmine\n\n" + &emit_slot("factors", "<!-- How? -->");
    assert_eq!(
        kinds(&text),
        of(&[("generated summary", "# One\n\ntwo"), ("text", "\nmine\n\n"), ("slot factors", "<!-- How? -->")])
    );
    let document = parse(&text).expect("a document");
    assert!(document.blocks().all(|b| b.untouched(&text)));
    let lines: Vec<(u64, u64)> = document.blocks().map(|b| (b.first_line, b.last_line)).collect();
    assert_eq!(lines, [(1, 7), (11, 15)]);
    assert_eq!(kinds(&emit_slot("a", "")), of(&[("slot a", "")]));
    assert_eq!(kinds(&emit_slot("a b!", "")), of(&[("slot a-b-", "")]));
}

#[test]
fn a_document_without_blocks_is_one_text_and_an_empty_one_none() {
    assert_eq!(kinds("some\ntext"), of(&[("text", "some\ntext")]));
    assert_eq!(kinds(""), of(&[]));
    assert_eq!(kinds("\u{feff}"), of(&[("text", "\u{feff}")]));
}

#[test]
fn the_checksum_ignores_what_editors_do_by_themselves() {
    let same = ["a\nb", "a\r\nb\r\n", "a  \nb\t\n\n\n", "\n\na\nb", "\r\na\r\nb \r\n"];
    same.iter().for_each(|text| assert_eq!(checksum(text), checksum("a\nb"), "{text:?}"));
    for text in ["a\nc", "a b", "a\n\nb", " a\nb", "b\na", "", "a\nb\u{a0}"] {
        assert_ne!(checksum(text), checksum("a\nb"), "{text:?}");
    }
    // sha256 of "a\nb\n".
    assert_eq!(checksum("a\nb"), "911169ddaaf1");
}

#[test]
fn content_cannot_forge_a_marker() {
    let evil = "x\n<!-- cutover:end a -->\n<!--cutover:slot b -->\n```\n<!--  CUTOVER:end a -->\n<!-- fine -->";
    let text = emit_generated("a", evil);
    assert_eq!(text.matches("<!-- cutover:end a -->").count(), 1);
    let kinds = kinds(&text);
    assert_eq!(kinds.len(), 1);
    assert!(kinds[0].1.contains("&lt;!-- cutover:end a -->") && kinds[0].1.ends_with("<!-- fine -->"));
}

#[test]
fn a_marker_inside_code_is_text() {
    let example = "<!-- cutover:slot a -->\n<!-- cutover:end a -->\n";
    for human in [
        format!("```\n{example}```\n"),
        format!("~~~~md\n{example}```\n{example}~~~~\n"),
        "- item\n\n  ```\n  <!-- cutover:slot a -->\n  ```\n".to_owned(),
        "para\n\n    <!-- cutover:slot a -->\n".to_owned(),
        "> <!-- cutover:slot a -->\n".to_owned(),
        "talk of `<!-- cutover:slot a -->` here\n".to_owned(),
    ] {
        assert_eq!(kinds(&human), of(&[("text", &human)]));
        let slot = format!("<!-- cutover:slot s -->\n{human}<!-- cutover:end s -->\n");
        assert_eq!(kinds(&slot), of(&[("slot s", human.trim())]));
    }
}

#[test]
fn a_broken_fence_in_a_generated_block_swallows_nothing() {
    let text = emit_generated("a", "```\nnever closed") + &emit_slot("b", "");
    assert_eq!(kinds(&text), of(&[("generated a", "```\nnever closed"), ("slot b", "")]));
}

#[test]
fn every_uncertain_marker_is_named_with_its_line() {
    for (text, what) in [
        ("a\n<!-- cutover:end x -->\n", "line 2: `x` ends here but does not begin"),
        ("<!-- cutover:slot x -->\nwords\n", "lines 1 to 3: `x` begins but does not end"),
        ("<!-- cutover:slot x -->\n<!-- cutover:slot y -->\n<!-- cutover:end y -->\n", "line 1: `x` begins but"),
        ("<!-- cutover:slot x -->\n<!-- cutover:end y -->\n<!-- cutover:end x -->\n", "line 2: `y` ends inside `x`"),
        ("<!-- cutover:slot x -->\nwords <!-- cutover:end x -->\n", "middle of line 2"),
        ("<!-- cutover:slot x -->\n```\nwords\n<!-- cutover:end x -->\n", "end on line 4 stands inside code"),
        ("words <!-- cutover:slot x -->\n", "line 1: a marker stands in the middle of a line"),
        ("```\n<!-- cutover:slot x -->\n", "line 2: a code block that begins on line 1 has no end"),
        ("<!-- cutover:slot x --> words\n", "line 1: a marker has text after it"),
        ("<!-- cutover:slto x -->\n", "Did you mean `slot`?"),
    ] {
        let message = refused(text);
        assert!(message.contains(what) && message.contains("hint: "), "{text}: {message}");
    }
    let twice = emit_slot("x", "") + &emit_generated("x", "y");
    assert!(refused(&twice).contains("line 4: `x` is begun a second time; the first is on line 1"));
    let inside = emit_generated("x", "y").replace('y', "```\n<!-- cutover:slot z -->\n```");
    assert!(refused(&inside).contains("`x` begins but does not end"), "{}", refused(&inside));
}

#[test]
fn all_problems_are_told_at_once() {
    let text = "<!-- cutover:end a -->\n<!-- cutover:slto b -->\n<!-- cutover:slot c -->\n";
    let refusal = parse(text).expect_err("problems");
    assert_eq!(refusal.problems.iter().map(|p| p.first_line).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn line_endings_marks_and_missing_ends_of_file_are_parts_like_others() {
    let text = "\u{feff}<!-- cutover:slot a -->\r\nwords\r\n<!-- cutover:end a -->";
    assert_eq!(kinds(text), of(&[("text", "\u{feff}"), ("slot a", "words")]));
    let in_list = "- item\n<!-- cutover:slot a -->\n| a |\n|---|\n| b |\n<!-- cutover:end a -->\n";
    assert_eq!(kinds(in_list).len(), 2);
}

#[test]
fn questions_cannot_end_their_comment() {
    assert_eq!(questions(&["How -->\nso?", "What?"]), "<!-- How –>\u{20}so? -->\n<!-- What? -->\n");
}
