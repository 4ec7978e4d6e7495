//! Markdown in, lines of the runbook out: task items, rows of a trigger table, commands in a go/no-go fence, numbered
//! rollback steps and the bullets of the next stages; markup inside a line stays as it is.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{Line, LineKind, Runbook};

/// Reads a runbook.
#[must_use]
pub fn parse(markdown: &str) -> Runbook {
    let options = Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut reading = Reading::new(markdown);
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        reading.event(event, range);
    }
    Runbook { lines: reading.lines }
}

struct Reading<'a> {
    text: &'a str,
    lines: Vec<Line>,
    headings: BTreeMap<HeadingLevel, String>,
    heading: Option<(HeadingLevel, Range<usize>)>,
    /// Innermost heading's slug, and how many task items it has had.
    slug: String,
    slugs: BTreeMap<String, u32>,
    tasks: u32,
    counts: BTreeMap<String, u32>,
    items: Vec<Item>,
    ordered: Vec<bool>,
    fence: Option<Range<usize>>,
    cells: Vec<String>,
    in_body: bool,
}

#[derive(Default)]
struct Item {
    range: Range<usize>,
    task: Option<bool>,
    /// End of the item's own text: where a nested list begins.
    text_end: Option<usize>,
}

impl<'a> Reading<'a> {
    fn new(text: &'a str) -> Self {
        Reading {
            text,
            lines: Vec::new(),
            headings: BTreeMap::new(),
            heading: None,
            slug: String::new(),
            slugs: BTreeMap::new(),
            tasks: 0,
            counts: BTreeMap::new(),
            items: Vec::new(),
            ordered: Vec::new(),
            fence: None,
            cells: Vec::new(),
            in_body: false,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => self.heading = Some((level, range)),
            Event::End(TagEnd::Heading(_)) => self.close_heading(),
            Event::Start(Tag::List(start)) => {
                if let Some(item) = self.items.last_mut() {
                    item.text_end.get_or_insert(range.start);
                }
                self.ordered.push(start.is_some());
            }
            Event::End(TagEnd::List(_)) => {
                self.ordered.pop();
            }
            Event::Start(Tag::Item) => self.items.push(Item { range, ..Item::default() }),
            Event::TaskListMarker(done) => {
                if let Some(item) = self.items.last_mut() {
                    item.task = Some(done);
                }
            }
            Event::End(TagEnd::Item) => self.close_item(),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => self.fence = Some(range),
            Event::End(TagEnd::CodeBlock) => self.close_fence(),
            Event::Start(Tag::TableHead) => self.in_body = false,
            Event::End(TagEnd::TableHead) => {
                self.cells.clear();
                self.in_body = true;
            }
            Event::Start(Tag::TableCell) => {
                let cell = self.text[range].trim().trim_end_matches('|').trim();
                self.cells.push(cell.replace("\\|", "|"));
            }
            Event::End(TagEnd::TableRow) => self.close_row(range.start),
            _ => {}
        }
    }

    fn close_heading(&mut self) {
        let Some((level, range)) = self.heading.take() else { return };
        let raw = self.text[range].trim();
        let title = raw.trim_start_matches('#').trim_end_matches(['=', '-', '\n', '\r', '#']).trim().to_owned();
        self.headings.retain(|l, _| *l < level);
        let slug = slug(&title);
        let seen = self.slugs.entry(slug.clone()).or_default();
        self.slug = if *seen == 0 { slug } else { format!("{slug}-{seen}") };
        *seen += 1;
        self.tasks = 0;
        self.headings.insert(level, title);
    }

    fn close_item(&mut self) {
        let Some(item) = self.items.pop() else { return };
        let end = item.text_end.unwrap_or(item.range.end);
        let raw = self.text[item.range.start..end].trim();
        let text = one_line(strip_marker(raw));
        let ordered = self.ordered.last() == Some(&true);
        let section = self.section_words();
        let wanted = item.task.is_some()
            || ordered && section.contains("rollback steps")
            || !ordered && self.kind() == Some(LineKind::Next) && section.contains("stage");
        if let (true, Some(kind)) = (wanted, self.item_kind(ordered)) {
            let anchor = item.task.is_some().then(|| {
                self.tasks += 1;
                format!("{}/{}", self.slug, self.tasks)
            });
            self.keep(kind, text, item.range.start, item.task, anchor);
        }
    }

    fn close_fence(&mut self) {
        let Some(range) = self.fence.take() else { return };
        let words = self.section_words();
        if !(words.contains("go / no-go") || words.contains("go/no-go") || words.contains("go or no-go")) {
            return;
        }
        let mut at = range.start;
        let block = self.text[range].to_owned();
        for (number, raw) in block.split_inclusive('\n').enumerate() {
            let line = raw.trim();
            let fence = number == 0 || line.starts_with("```") || line.starts_with("~~~");
            if !fence && !line.is_empty() && !line.starts_with('#') {
                self.keep(LineKind::Gate, line.to_owned(), at, None, None);
            }
            at += raw.len();
        }
    }

    fn close_row(&mut self, start: usize) {
        let cells = std::mem::take(&mut self.cells);
        if self.in_body && self.section_words().contains("trigger") && !cells.is_empty() {
            let action = cells.get(1).cloned().unwrap_or_default();
            self.keep(LineKind::Trigger { action }, cells[0].clone(), start, None, None);
        }
    }

    fn keep(&mut self, kind: LineKind, text: String, at: usize, ticked: Option<bool>, anchor: Option<String>) {
        let section = self.headings.get(&HeadingLevel::H2).cloned().unwrap_or_default();
        let prefix = prefix(&kind, &section);
        let count = self.counts.entry(prefix.clone()).or_default();
        *count += 1;
        let id = format!("{prefix}-{count:02}");
        let subsection = self.headings.get(&HeadingLevel::H3).cloned();
        let line = self.text[..at].matches('\n').count() as u64 + 1;
        self.lines.push(Line { id, kind, text, section, subsection, line, ticked, anchor });
    }

    /// All headings above, lower case.
    fn section_words(&self) -> String {
        self.headings.values().map(|h| h.to_lowercase()).collect::<Vec<_>>().join(" > ")
    }

    fn item_kind(&self, ordered: bool) -> Option<LineKind> {
        if ordered && self.section_words().contains("rollback steps") {
            return Some(LineKind::RollbackStep);
        }
        self.kind()
    }

    /// The kind that the second-level heading stands for.
    fn kind(&self) -> Option<LineKind> {
        let heading = self.headings.get(&HeadingLevel::H2)?.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| heading.contains(w));
        Some(if has(&["next stage"]) {
            LineKind::Next
        } else if has(&["pre-flight", "preflight", "gate", "prerequisite"]) {
            LineKind::Gate
        } else if has(&["sign-off", "signoff"]) {
            LineKind::Signoff
        } else if has(&["monitor", "watch"]) {
            LineKind::Monitor
        } else {
            LineKind::Step
        })
    }
}

fn prefix(kind: &LineKind, section: &str) -> String {
    match kind {
        LineKind::Gate => "PF".to_owned(),
        LineKind::Trigger { .. } => "RT".to_owned(),
        LineKind::RollbackStep => "RS".to_owned(),
        LineKind::Monitor => "PM".to_owned(),
        LineKind::Signoff => "SO".to_owned(),
        LineKind::Next => "NX".to_owned(),
        LineKind::Step => {
            let lower = section.to_lowercase();
            let number: String = match lower.strip_prefix("step") {
                Some(rest) => rest.trim_start().chars().take_while(char::is_ascii_digit).collect(),
                None => String::new(),
            };
            if number.is_empty() { "ST".to_owned() } else { format!("S{number}") }
        }
    }
}

/// An item without its bullet, number and check box.
fn strip_marker(raw: &str) -> &str {
    let rest = raw.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['-', '*', '+', '.', ')']);
    let rest = rest.trim_start();
    for mark in ["[ ]", "[x]", "[X]"] {
        if let Some(text) = rest.strip_prefix(mark) {
            return text.trim();
        }
    }
    rest
}

/// A wrapped item as one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The anchor of a heading, as code forges make it: lower case, no punctuation, blanks as hyphens.
#[must_use]
pub fn slug(title: &str) -> String {
    let kept = title
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .collect::<String>();
    kept.trim().replace(' ', "-")
}
