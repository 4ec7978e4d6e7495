//! Markdown in, lines of the runbook out: task items, top-level bullets and numbered items below headings that judge,
//! rows of trigger tables, commands in a go/no-go fence; markup inside a line stays as it is.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::headings::{Headings, prefix};
use super::tables::Columns;
use super::{Line, LineKind, Runbook, Unread};

/// Reads a runbook.
#[must_use]
pub fn parse(markdown: &str) -> Runbook {
    let text = markdown.strip_prefix('\u{feff}').unwrap_or(markdown);
    let options = Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut reading = Reading { text, ..Reading::default() };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reading.event(event, range);
    }
    reading.runbook()
}

#[derive(Default)]
struct Reading<'a> {
    text: &'a str,
    found: Vec<Found>,
    unread: Vec<Unread>,
    headings: Headings,
    heading: Option<(HeadingLevel, Range<usize>)>,
    items: Vec<Item>,
    ordered: Vec<bool>,
    fence: Option<Range<usize>>,
    cells: Vec<String>,
    columns: Option<Columns>,
}

/// A line before it has its id: ids and anchors go by the order of the text, not by that of closing.
struct Found {
    at: usize,
    kind: LineKind,
    text: String,
    ticked: Option<bool>,
    slug: String,
    section: String,
    subsection: Option<String>,
}

#[derive(Default)]
struct Item {
    range: Range<usize>,
    task: Option<bool>,
    /// End of the item's own text: where a nested list, a second paragraph or a block begins.
    text_end: Option<usize>,
    paragraphs: u32,
    /// A task item stands inside it, so it only names a group.
    holds_tasks: bool,
}

impl Reading<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => self.heading = Some((level, range)),
            Event::End(TagEnd::Heading(_)) => self.close_heading(),
            Event::Start(Tag::List(start)) => {
                self.end_text(range.start);
                self.ordered.push(start.is_some());
            }
            Event::End(TagEnd::List(_)) => {
                self.ordered.pop();
            }
            Event::Start(Tag::Item) => self.items.push(Item { range, ..Item::default() }),
            Event::Start(Tag::Paragraph) => {
                if let Some(item) = self.items.last_mut() {
                    item.paragraphs += 1;
                    if item.paragraphs > 1 {
                        self.end_text(range.start);
                    }
                }
            }
            Event::TaskListMarker(done) => {
                if let Some(item) = self.items.last_mut() {
                    item.task = Some(done);
                }
                let around = self.items.len().saturating_sub(1);
                self.items[..around].iter_mut().for_each(|item| item.holds_tasks = true);
            }
            Event::End(TagEnd::Item) => self.close_item(),
            Event::Start(Tag::CodeBlock(kind)) => {
                self.end_text(range.start);
                if matches!(kind, CodeBlockKind::Fenced(_)) {
                    self.fence = Some(range);
                }
            }
            Event::Start(Tag::BlockQuote(_) | Tag::HtmlBlock) => self.end_text(range.start),
            Event::End(TagEnd::CodeBlock) => self.close_fence(),
            Event::Start(Tag::Table(_)) => self.end_text(range.start),
            Event::Start(Tag::TableHead) => self.cells.clear(),
            Event::End(TagEnd::TableHead) => self.close_head(range.start),
            Event::Start(Tag::TableCell) => {
                let cell = self.text[range].trim().trim_end_matches('|').trim();
                self.cells.push(cell.replace("\\|", "|"));
            }
            Event::End(TagEnd::TableRow) => self.close_row(range.start),
            Event::End(TagEnd::Table) => self.columns = None,
            _ => {}
        }
    }

    fn end_text(&mut self, at: usize) {
        if let Some(item) = self.items.last_mut() {
            item.text_end.get_or_insert(at);
        }
    }

    fn close_heading(&mut self) {
        let Some((level, range)) = self.heading.take() else { return };
        let raw = self.text[range].trim();
        let title = raw.trim_start_matches('#').trim_end_matches(['=', '-', '\n', '\r', '#']).trim();
        self.headings.enter(level, title);
    }

    fn close_item(&mut self) {
        let Some(item) = self.items.pop() else { return };
        let end = item.text_end.unwrap_or(item.range.end);
        let text = one_line(strip_marker(self.text[item.range.start..end].trim()));
        let kind = match (item.task, self.headings.kind()) {
            // A task item asks for something wherever it stands.
            (Some(_), kind) => kind.unwrap_or(LineKind::Step),
            // A bullet below another item is a detail of it; one above task items names their group.
            (None, Some(kind)) if self.items.is_empty() && !item.holds_tasks => kind,
            (None, _) => return,
        };
        self.keep(kind, text, item.range.start, item.task);
    }

    fn close_fence(&mut self) {
        let Some(range) = self.fence.take() else { return };
        if !self.headings.go_or_no_go() {
            return;
        }
        let mut at = range.start;
        let mut command = String::new();
        let mut begun = at;
        let block = self.text[range].to_owned();
        for (number, raw) in block.split_inclusive('\n').enumerate() {
            let line = raw.trim();
            let fence = number == 0 || line.starts_with("```") || line.starts_with("~~~");
            if !fence && !line.is_empty() && !line.starts_with('#') {
                if command.is_empty() {
                    begun = at;
                }
                let (part, goes_on) = line.strip_suffix('\\').map_or((line, false), |part| (part.trim_end(), true));
                command = format!("{command} {part}").trim_start().to_owned();
                if !goes_on {
                    self.keep(LineKind::Gate, std::mem::take(&mut command), begun, None);
                }
            }
            at += raw.len();
        }
        self.keep(LineKind::Gate, command, begun, None);
    }

    /// The header of a table: which column holds the lines, where it holds any.
    fn close_head(&mut self, start: usize) {
        let header = std::mem::take(&mut self.cells);
        let Some(kind) = self.headings.kind() else { return };
        self.columns = Columns::of(&header, matches!(kind, LineKind::Trigger { .. }));
        if self.columns.is_none() {
            let what = format!("a table ({}) is not read as lines", header.join(", "));
            self.unread.push(Unread { line: line_at(self.text, start), what });
        }
    }

    fn close_row(&mut self, start: usize) {
        let cells = std::mem::take(&mut self.cells);
        let (Some(columns), Some(kind)) = (self.columns, self.headings.kind()) else { return };
        let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
        let kind = match kind {
            LineKind::Trigger { .. } => LineKind::Trigger { action: columns.action.map(cell).unwrap_or_default() },
            other => other,
        };
        self.keep(kind, cell(columns.line), start, None);
    }

    fn keep(&mut self, kind: LineKind, text: String, at: usize, ticked: Option<bool>) {
        if text.is_empty() {
            return;
        }
        self.found.push(Found {
            at,
            kind,
            text,
            ticked,
            slug: self.headings.slug.clone(),
            section: self.headings.section(),
            subsection: self.headings.subsection(),
        });
    }

    /// The lines in the order of the text, with their ids and anchors.
    fn runbook(mut self) -> Runbook {
        self.found.sort_by_key(|found| found.at);
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        let mut tasks: BTreeMap<String, u32> = BTreeMap::new();
        let mut lines = Vec::new();
        for found in self.found {
            let prefix = prefix(&found.kind, &found.section);
            let id = format!("{prefix}-{:02}", next(&mut counts, &prefix));
            let anchor = found.ticked.map(|_| format!("{}/{}", found.slug, next(&mut tasks, &found.slug)));
            lines.push(Line {
                id,
                kind: found.kind,
                text: found.text,
                section: found.section,
                subsection: found.subsection,
                line: line_at(self.text, found.at),
                ticked: found.ticked,
                anchor,
            });
        }
        Runbook { lines, unread: self.unread }
    }
}

/// The next number under a key, from 1.
fn next(counts: &mut BTreeMap<String, u32>, key: &str) -> u32 {
    let count = counts.entry(key.to_owned()).or_default();
    *count += 1;
    *count
}

/// Number of the line that a byte stands on, from 1.
fn line_at(text: &str, at: usize) -> u64 {
    text[..at].matches('\n').count() as u64 + 1
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind, text and line of each line.
    fn lines(markdown: &str) -> Vec<(&'static str, String, u64)> {
        parse(markdown).lines.into_iter().map(|l| (l.kind.word(), l.text, l.line)).collect()
    }

    fn texts(markdown: &str) -> Vec<String> {
        lines(markdown).into_iter().map(|(_, text, _)| text).collect()
    }

    #[test]
    fn every_bullet_is_a_bullet_whatever_the_line_ends() {
        let text = "## Pre-Flight Gate\n\n- [ ] One\n\n* [x] Two\n\n+ [X] Three\n\n1. [ ] Four\n\n- Five\n\n2) Six\n";
        let expected = ["One", "Two", "Three", "Four", "Five", "Six"];
        assert_eq!(texts(text), expected);
        assert_eq!(texts(&text.replace('\n', "\r\n")), expected);
        let read = parse(&format!("\u{feff}{}", text.replace('\n', "\r\n")));
        assert_eq!(
            read.lines.iter().map(|l| l.ticked).collect::<Vec<_>>()[..4],
            [Some(false), Some(true), Some(true), Some(false)]
        );
        assert_eq!(read.lines[3].anchor.as_deref(), Some("pre-flight-gate/4"));
        assert_eq!(read.lines[4].anchor, None, "only task items count");
        assert_eq!(read.lines[4].line, 11);
    }

    #[test]
    fn a_nested_task_is_a_line_and_a_nested_bullet_a_detail() {
        let text = "## Step 2 — Sign in\n\n- [ ] Outer\n  - [ ] Inner\n  - a detail\n- Group:\n  - [ ] In a group\n- [ ] Last\n\n  said at length\n\n  ```sh\n  pnpm it\n  ```\n";
        let read = parse(text);
        let got: Vec<(&str, &str, Option<&str>)> =
            read.lines.iter().map(|l| (l.id.as_str(), l.text.as_str(), l.anchor.as_deref())).collect();
        assert_eq!(
            got,
            [
                ("S2-01", "Outer", Some("step-2--sign-in/1")),
                ("S2-02", "Inner", Some("step-2--sign-in/2")),
                ("S2-03", "In a group", Some("step-2--sign-in/3")),
                ("S2-04", "Last", Some("step-2--sign-in/4")),
            ]
        );
    }

    #[test]
    fn bullets_count_only_where_a_heading_says_that_lines_are_judged() {
        let text = "# Mobile gate\n\n## Purpose\n\n- for whom\n- [ ] but a box asks for something\n\n## 3. Build\n\n1. Build it\n\n## Monitoring\n\n- errors\n\n## Investigation\n\n- not a gate\n";
        assert_eq!(
            lines(text),
            [
                ("step", "but a box asks for something".to_owned(), 6),
                ("step", "Build it".to_owned(), 10),
                ("monitor", "errors".to_owned(), 14),
            ]
        );
        assert_eq!(texts("- [ ] without any heading\n"), ["without any heading"]);
        assert_eq!(lines("# Sign-off\n\n- all agree\n"), [("signoff", "all agree".to_owned(), 3)]);
    }

    #[test]
    fn what_is_commented_out_is_no_line() {
        let text = "## Step 1\n\n<!--\n- [ ] not yet\n\n- [ ] nor this\n-->\n\n- [ ] This one <!-- since May -->\n";
        let read = parse(text);
        assert_eq!(read.lines.len(), 1);
        assert!(matches!(read.find("This one"), crate::runbook::find::Match::Line(_)), "a comment is no wording");
    }

    #[test]
    fn triggers_come_from_tables_of_any_columns_and_from_lists() {
        let head = "## Rollback Triggers\n\n";
        let action = |markdown: &str| match parse(markdown).lines.remove(0).kind {
            LineKind::Trigger { action } => action,
            other => panic!("{other:?}"),
        };
        let plain = format!("{head}| Condition | Action |\n|---|---|\n| It leaks | Pull it |\n");
        let more = format!(
            "{head}| # | Severity | Trigger | Owner | Response |\n|---|---|---|---|---|\n| 1 | P0 | It leaks | ada | Pull it |\n"
        );
        for table in [&plain, &more] {
            assert_eq!(texts(table), ["It leaks"]);
            assert_eq!(action(table), "Pull it");
        }
        assert_eq!(lines(&format!("{head}- It leaks\n"))[0].0, "trigger");
        assert_eq!(lines(&format!("{head}### Rollback Steps\n\n1. Pull it\n- Tell them\n"))[1].0, "rollback_step");
    }

    #[test]
    fn a_table_that_judges_is_read_and_any_other_is_told() {
        let text = "## Post-Beta Monitoring\n\n| Metric | Expected |\n|---|---|\n| Errors | none |\n\n## Step 1\n\n| Variable | Value |\n|---|---|\n| A | b |\n";
        let read = parse(text);
        assert_eq!(lines(text), [("monitor", "Errors".to_owned(), 5)]);
        assert_eq!(read.unread.len(), 1);
        assert_eq!(read.unread[0].line, 9);
        assert!(parse("## Purpose\n\n| A | B |\n|---|---|\n| a | b |\n").unread.is_empty());
    }

    #[test]
    fn commands_of_a_go_no_go_fence_are_lines_even_when_they_go_on() {
        let text = "## Pre-Flight Gate\n\n### Go / No-Go Checks\n\n```bash\n# all of it\npnpm verify # must be green\npnpm smoke \\\n  --release\n\n```\n\n### Other\n\n```bash\npnpm dev\n```\n";
        assert_eq!(
            lines(text),
            [("gate", "pnpm verify # must be green".to_owned(), 7), ("gate", "pnpm smoke --release".to_owned(), 8),]
        );
    }
}
