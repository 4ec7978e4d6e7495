//! Markdown that a person wrote in, the same as plain blocks out: no HTML, no images, no link but to the web.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::report::words::{Item, Run, WordBlock};

/// Quotes and lists nested deeper than this are flattened: nobody reads them, and a face would nest as deep.
const DEEPEST: usize = 8;

/// The blocks of a text. HTML comments are dropped, other HTML becomes its text, an image its description, a footnote
/// what it says.
#[must_use]
pub fn blocks(markdown: &str) -> Vec<WordBlock> {
    let mut reading = Reading { open: vec![Open::default()], ..Reading::default() };
    for event in Parser::new_ext(markdown, options()) {
        reading.event(event);
    }
    reading.flush();
    while reading.open.len() > 1 {
        reading.close();
    }
    reading.open.pop().map(|open| open.blocks).unwrap_or_default()
}

/// Markdown without its HTML comments; a line that held nothing else goes with them. Comments inside code stay.
#[must_use]
pub fn without_comments(markdown: &str) -> String {
    let mut kept = String::with_capacity(markdown.len());
    let mut at = 0;
    for comment in comments(markdown) {
        kept.push_str(&markdown[at..comment.start.max(at)]);
        at = comment.end.max(at);
        let begins = kept.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
        let rest = markdown[at..].split_inclusive('\n').next().unwrap_or_default();
        if begins && rest.trim().is_empty() {
            kept.truncate(kept.rfind('\n').map_or(0, |n| n + 1));
            at += rest.len();
        }
    }
    kept + &markdown[at..]
}

/// Markdown with its comments blanked, so that lines keep their numbers.
pub(super) fn blanked(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut at = 0;
    for comment in comments(markdown) {
        out.push_str(&markdown[at..comment.start.max(at)]);
        at = comment.end.max(at);
        out.extend(markdown[comment].chars().filter(|c| *c == '\n'));
    }
    out + &markdown[at..]
}

/// Bytes of the HTML comments that stand outside of code.
pub(super) fn comments(markdown: &str) -> Vec<Range<usize>> {
    let mut comments: Vec<Range<usize>> = Vec::new();
    let mut block: Option<usize> = None;
    for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::HtmlBlock) => block = Some(range.start),
            Event::End(TagEnd::HtmlBlock) => {
                let start = block.take().unwrap_or(range.start);
                comments.extend(comments_in(&markdown[start..range.end], start));
            }
            Event::InlineHtml(_) => comments.extend(comments_in(&markdown[range.clone()], range.start)),
            _ => {}
        }
    }
    comments
}

fn comments_in(html: &str, offset: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = html[from..].find("<!--").map(|at| from + at) {
        from = at + tag_range(&html[at..]).end;
        if from - at > 1 {
            found.push(at + offset..from + offset);
        }
    }
    found
}

/// The words of some runs, without their style.
#[must_use]
pub fn plain(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect::<String>().trim().to_owned()
}

fn options() -> Options {
    super::options() | Options::ENABLE_STRIKETHROUGH
}

/// A container that is not closed.
#[derive(Default)]
struct Open {
    what: Container,
    blocks: Vec<WordBlock>,
    /// Of an item.
    ticked: Option<bool>,
    items: Vec<Item>,
}

#[derive(Clone, Copy, Default)]
enum Container {
    #[default]
    Document,
    Quote,
    List {
        start: Option<u64>,
    },
    Item,
    /// A container too deep to be kept: its blocks go to the one around it.
    Flat,
}

#[derive(Default)]
struct Reading {
    open: Vec<Open>,
    runs: Vec<Run>,
    style: Style,
    heading: Option<u8>,
    code: Option<(String, String)>,
    table: Option<Table>,
    html: String,
}

#[derive(Default)]
struct Style {
    bold: usize,
    emphasis: usize,
    struck: usize,
    links: Vec<String>,
}

#[derive(Default)]
struct Table {
    head: Vec<Vec<Run>>,
    rows: Vec<Vec<Vec<Run>>>,
    cells: Vec<Vec<Run>>,
}

impl Reading {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.push(&text, false),
            },
            Event::Code(text) => self.push(&text, true),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.push(&text, false),
            Event::SoftBreak => self.push(" ", false),
            Event::HardBreak => self.push("\n", false),
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(html) => self.push(&without_tags(&html), false),
            Event::TaskListMarker(done) => {
                if let Some(open) = self.open.last_mut() {
                    open.ticked = Some(done);
                }
            }
            Event::Rule => {
                self.flush();
                self.block(WordBlock::Rule);
            }
            Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(number(level));
            }
            Tag::BlockQuote(_) => self.enter(Container::Quote),
            Tag::List(start) => self.enter(Container::List { start }),
            Tag::Item => self.enter(Container::Item),
            Tag::CodeBlock(kind) => {
                self.flush();
                let lang = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default().to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((lang, String::new()));
            }
            Tag::Table(_) => {
                self.flush();
                self.table = Some(Table::default());
            }
            Tag::Strong => self.style.bold += 1,
            Tag::Emphasis => self.style.emphasis += 1,
            Tag::Strikethrough => self.style.struck += 1,
            Tag::Link { dest_url, .. } => self.style.links.push(web(&dest_url)),
            Tag::Paragraph | Tag::HtmlBlock => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) => self.flush(),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.flush();
                self.close();
            }
            TagEnd::CodeBlock => {
                if let Some((lang, text)) = self.code.take() {
                    self.block(WordBlock::Code { lang, text: text.trim_end_matches('\n').to_owned() });
                }
            }
            TagEnd::HtmlBlock => {
                let text = without_tags(&std::mem::take(&mut self.html));
                self.push(&text.split_whitespace().collect::<Vec<_>>().join(" "), false);
                self.flush();
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.runs);
                if let Some(table) = &mut self.table {
                    table.cells.push(trimmed(cell));
                }
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.head = std::mem::take(&mut table.cells);
                }
            }
            TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    let cells = std::mem::take(&mut table.cells);
                    table.rows.push(cells);
                }
            }
            TagEnd::Table => {
                if let Some(Table { head, rows, .. }) = self.table.take() {
                    self.block(WordBlock::Table { head, rows });
                }
            }
            TagEnd::Strong => self.style.bold = self.style.bold.saturating_sub(1),
            TagEnd::Emphasis => self.style.emphasis = self.style.emphasis.saturating_sub(1),
            TagEnd::Strikethrough => self.style.struck = self.style.struck.saturating_sub(1),
            TagEnd::Link => {
                self.style.links.pop();
            }
            _ => {}
        }
    }

    /// Words in the style that holds here; joined to the words before them where they share it.
    fn push(&mut self, text: &str, code: bool) {
        if text.is_empty() {
            return;
        }
        let run = Run {
            text: text.to_owned(),
            bold: self.style.bold > 0,
            emphasis: self.style.emphasis > 0,
            struck: self.style.struck > 0,
            code,
            link: self.style.links.last().cloned().unwrap_or_default(),
        };
        match self.runs.last_mut() {
            Some(last) if same_style(last, &run) => last.text.push_str(text),
            _ => self.runs.push(run),
        }
    }

    /// The words that were gathered become a paragraph or a heading.
    fn flush(&mut self) {
        let runs = trimmed(std::mem::take(&mut self.runs));
        let heading = self.heading.take();
        if runs.is_empty() {
            return;
        }
        self.block(match heading {
            Some(level) => WordBlock::Heading { level, runs },
            None => WordBlock::Paragraph { runs },
        });
    }

    fn block(&mut self, block: WordBlock) {
        if let Some(open) = self.open.last_mut() {
            open.blocks.push(block);
        }
    }

    fn enter(&mut self, what: Container) {
        self.flush();
        let what = if self.open.len() > DEEPEST * 2 { Container::Flat } else { what };
        self.open.push(Open { what, ..Open::default() });
    }

    fn close(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        let Some(closed) = self.open.pop() else { return };
        let Some(around) = self.open.last_mut() else { return };
        match closed.what {
            Container::Document | Container::Flat => around.blocks.extend(closed.blocks),
            Container::Quote if closed.blocks.is_empty() => {}
            Container::Quote => around.blocks.push(WordBlock::Quote { blocks: closed.blocks }),
            Container::Item => around.items.push(Item { ticked: closed.ticked, blocks: closed.blocks }),
            Container::List { start } => {
                let list = WordBlock::List { ordered: start.is_some(), start: start.unwrap_or(1), items: closed.items };
                // An item too deep to be kept left its words in the list itself.
                around.blocks.push(list);
                around.blocks.extend(closed.blocks);
            }
        }
    }
}

fn same_style(a: &Run, b: &Run) -> bool {
    let style = |r: &Run| (r.bold, r.emphasis, r.struck, r.code);
    style(a) == style(b) && a.link == b.link
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Runs without spaces at either end, and without those that are nothing but spaces there.
fn trimmed(mut runs: Vec<Run>) -> Vec<Run> {
    while let Some(first) = runs.first_mut() {
        first.text = first.text.trim_start().to_owned();
        if !first.text.is_empty() {
            break;
        }
        runs.remove(0);
    }
    while let Some(last) = runs.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if !last.text.is_empty() {
            break;
        }
        runs.pop();
    }
    runs
}

/// A link's target, if it leads to the web or to a mailbox; a file, a script or data leads nowhere.
fn web(target: &str) -> String {
    let scheme = target.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let safe = scheme.is_some_and(|s| matches!(s.as_str(), "http" | "https" | "mailto"));
    if safe && !target.chars().any(|c| c.is_control() || c.is_whitespace()) { target.to_owned() } else { String::new() }
}

/// The text between tags; comments, scripts and styles have none.
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let tag = &rest[at..];
        let Range { end, .. } = tag_range(tag);
        // Words on both sides of a tag stay two words.
        if !tag[..end].starts_with("<!--") && !text.ends_with(' ') && end > 1 {
            text.push(' ');
        }
        if end == 1 {
            text.push('<');
        }
        rest = &tag[end..];
    }
    text.push_str(rest);
    if text.trim().is_empty() { String::new() } else { text }
}

/// The bytes of the tag, comment, script or style that a text begins with; only `<` where it begins with none, and
/// where its end is missing, so that no words are lost to it.
fn tag_range(text: &str) -> Range<usize> {
    let begins = |name: &str| text.get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name));
    let until = |end: &str| 0..text.find(end).map_or(1, |at| at + end.len());
    if begins("<!--") {
        return until("-->");
    }
    for (name, end) in [("<script", "</script>"), ("<style", "</style>")] {
        let ends = if begins(name) { text.to_ascii_lowercase().find(end) } else { None };
        if let Some(at) = ends {
            return 0..at + end.len();
        }
    }
    let named = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    if named { until(">") } else { 0..1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> Run {
        Run { text: text.into(), ..Run::default() }
    }

    fn paragraph(text: &str) -> WordBlock {
        WordBlock::Paragraph { runs: vec![run(text)] }
    }

    #[test]
    fn styles_are_told_apart() {
        let [WordBlock::Paragraph { runs }] = &blocks("a **b *c*** ~~d~~ `e`\nf [g](https://h.i/)")[..] else {
            panic!()
        };
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
        for text in
            [">".repeat(500) + " deep", "- ".repeat(300) + "deep", "*".repeat(999), "[".repeat(999), "<!--".into()]
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
}
