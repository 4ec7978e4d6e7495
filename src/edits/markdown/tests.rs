//! What people write, and what must not come through.

use super::*;

fn run(text: &str) -> Run {
    Run { text: text.into(), ..Run::default() }
}

fn paragraph(text: &str) -> WordBlock {
    WordBlock::Paragraph { runs: vec![run(text)] }
}

#[test]
fn styles_are_told_apart() {
    let [WordBlock::Paragraph { runs }] = &blocks("a **b *c*** ~~d~~ `e`\nf [g](https://h.i/)")[..] else { panic!() };
    assert_eq!(
        *runs,
        [
            run("a "),
            Run { bold: true, ..run("b ") },
            Run { bold: true, emphasis: true, ..run("c") },
            run(" "),
            Run { struck: true, ..run("d") },
            run(" "),
            Run { code: true, ..run("e") },
            run(" f "),
            Run { link: "https://h.i/".into(), ..run("g") },
        ]
    );
}

#[test]
fn blocks_are_told_apart() {
    let text = "## T\n\n- a\n  1. b\n- [x] c\n\n3. d\n\n> q\n\n***\n\n```rust x\nlet a;\n\n```\n\n    deep\n";
    let item = |blocks: Vec<WordBlock>| Item { ticked: None, blocks };
    let nested = WordBlock::List { ordered: true, start: 1, items: vec![item(vec![paragraph("b")])] };
    let code = |lang: &str, text: &str| WordBlock::Code { lang: lang.into(), text: text.into() };
    assert_eq!(
        blocks(text),
        [
            WordBlock::Heading { level: 2, runs: vec![run("T")] },
            WordBlock::List {
                ordered: false,
                start: 1,
                items: vec![
                    item(vec![paragraph("a"), nested]),
                    Item { ticked: Some(true), blocks: vec![paragraph("c")] },
                ],
            },
            WordBlock::List { ordered: true, start: 3, items: vec![item(vec![paragraph("d")])] },
            WordBlock::Quote { blocks: vec![paragraph("q")] },
            WordBlock::Rule,
            code("rust", "let a;"),
            code("", "deep"),
        ]
    );
    let table = blocks("| a | **b** |\n|---|---|\n| 1 \\| 2 | |\n");
    let bold = Run { bold: true, ..run("b") };
    let wanted =
        WordBlock::Table { head: vec![vec![run("a")], vec![bold]], rows: vec![vec![vec![run("1 | 2")], vec![]]] };
    assert_eq!(table, [wanted]);
}

#[test]
fn nothing_that_runs_or_loads_comes_through() {
    for (text, wanted) in [
        ("<script>alert('x')</script>", vec![]),
        ("<style>p {}</style>\n", vec![]),
        ("<!-- a question? -->", vec![]),
        ("<div>\nsome <b>words</b>\n</div>", vec![paragraph("some words")]),
        ("a <b>word</b>", vec![paragraph("a word")]),
        ("![alt *text*](http://evil/x.png)", vec![paragraph("alt ")]),
        ("[x](javascript:alert)", vec![paragraph("x")]),
        ("[x](file:///etc/passwd) [y](../z.md)", vec![paragraph("x y")]),
        ("1 < 2 &amp; 3 > 2 &lt;b&gt;", vec![paragraph("1 < 2 & 3 > 2 <b>")]),
        ("#image(\"x\") $x$ \\#let", vec![paragraph("#image(\"x\") $x$ #let")]),
        ("{{ secret }} {% raw %}", vec![paragraph("{{ secret }} {% raw %}")]),
    ] {
        let got = blocks(text);
        if text.starts_with("![") {
            assert!(!format!("{got:?}").contains("evil") && format!("{got:?}").contains("alt "), "{got:?}");
        } else {
            assert_eq!(got, wanted, "{text}");
        }
    }
}

#[test]
fn depth_has_an_end_and_nothing_panics() {
    for text in [">".repeat(500) + " deep", "- ".repeat(300) + "deep", "*".repeat(999), "[".repeat(999), "<!--".into()]
    {
        let found = blocks(&text);
        assert!(!text.contains("deep") || format!("{found:?}").contains("deep"), "{text}");
        assert!(format!("{found:?}").matches("blocks").count() < 60, "{text}");
        let _ = without_comments(&text);
    }
}

#[test]
fn comments_go_with_their_lines_but_not_from_code() {
    for (text, wanted) in [
        ("<!-- How? -->\nwords\n", "words\n"),
        ("a <!-- x --> b\n", "a  b\n"),
        ("<!-- one\ntwo -->\n\nwords", "\nwords"),
        ("```\n<!-- x -->\n```\n", "```\n<!-- x -->\n```\n"),
        ("`<!-- x -->`", "`<!-- x -->`"),
        ("<!-- a -->\n<!-- b -->\n", ""),
        ("<!-- never closed\nwords", "<!-- never closed\nwords"),
    ] {
        assert_eq!(without_comments(text), wanted, "{text}");
    }
}
