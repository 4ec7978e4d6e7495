//! Markdown that a person wrote in, the same as plain blocks out: no HTML, no images, no link but to the web.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::report::words::{Item, Run, WordBlock};

mod html;
#[cfg(test)]
mod tests;

pub(super) use html::blanked;
pub use html::without_comments;
use html::without_tags;

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
