//! A document in, its generated blocks, slots and the text between them out, each as a byte range.
//!
//! ```text
//! <!-- cutover:generated summary sha256=1a2b3c4d5e6f -->      the program's: replaced when generated again
//! <!-- cutover:kept summary sha256=1a2b3c4d5e6f -->           was generated, is a person's now
//! <!-- cutover:slot factors hint=1a2b3c4d5e6f -->             a person's; untouched while the checksum holds
//! …
//! <!-- cutover:end summary -->
//! ```
//!
//! A marker stands alone on its line. In people's text a marker inside code or a quote is text, as they paste examples;
//! in a generated block fences mean nothing, so that a broken one cannot swallow the markers after it.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};
use sha2::{Digest, Sha256};

pub use super::marker::Kind;
use super::marker::{self, Damage, Marker};
use super::options;
use super::refusal::{Problem, Refusal};

/// A document and its parts, which cover it without gap or overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'a> {
    pub text: &'a str,
    pub parts: Vec<Part>,
    /// Names of markers that stand inside code and thus are text, with the line of each.
    pub in_code: Vec<(String, u64)>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What people wrote between blocks, and a byte order mark.
    Text(Range<usize>),
    Block(Block),
}

/// A block with both its markers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub kind: Kind,
    pub id: String,
    /// Checksum of what the program put there.
    pub sum: Option<String>,
    /// The line of the first marker with its line ending.
    pub begin: Range<usize>,
    pub content: Range<usize>,
    /// The line of the second marker with its line ending, if it has one.
    pub end: Range<usize>,
    /// Lines of the markers, from 1.
    pub first_line: u64,
    pub last_line: u64,
}

impl Block {
    /// Whether the content is what the program put there.
    #[must_use]
    pub fn untouched(&self, text: &str) -> bool {
        self.sum.as_deref().is_some_and(|sum| sum == checksum(&text[self.content.clone()]))
    }
}

impl Document<'_> {
    /// The blocks in the order of the document.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.parts.iter().filter_map(|part| match part {
            Part::Block(block) => Some(block),
            Part::Text(_) => None,
        })
    }
}

/// The first 12 hexadecimal digits of the SHA-256 of a block's content. Line endings, spaces and tabs at the end of a
/// line, and blank lines at both ends do not count: editors and git change them without anybody's will.
#[must_use]
pub fn checksum(content: &str) -> String {
    let mut hash = Sha256::new();
    normalised(content).for_each(|line| {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    });
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect::<String>()[..marker::DIGITS].to_owned()
}

/// The lines that a checksum is over.
pub(super) fn normalised(content: &str) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = content.split('\n').map(|line| line.trim_end_matches(['\r', ' ', '\t'])).collect();
    let from = lines.iter().position(|l| !l.is_empty()).unwrap_or(lines.len());
    let to = lines.iter().rposition(|l| !l.is_empty()).map_or(from, |at| at + 1);
    lines.into_iter().take(to).skip(from)
}

/// A generated block with its markers. What looks like a marker in the content is made harmless.
///
/// `id`: letters, digits, `-`, `_` and `.`; anything else in it becomes `-`.
#[must_use]
pub fn emit_generated(id: &str, content: &str) -> String {
    emit(Kind::Generated, id, content)
}

/// A slot with its markers and with what it holds until a person writes in it: questions as comments (see
/// [`questions`]), or a table to be filled in.
#[must_use]
pub fn emit_slot(id: &str, hint: &str) -> String {
    emit(Kind::Slot, id, hint)
}

/// Guiding questions for a slot: seen by who writes, not by who reads, and never taken for a person's words.
#[must_use]
pub fn questions(questions: &[&str]) -> String {
    // Two dashes would end the comment.
    let line = |q: &&str| format!("<!-- {} -->\n", one_line(q).replace("--", "–").trim_matches('-'));
    questions.iter().map(line).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn emit(kind: Kind, id: &str, content: &str) -> String {
    let id: String = id.chars().map(|c| if marker::is_id(&c.to_string()) { c } else { '-' }).collect();
    let content = harmless(content);
    let content = normalised(&content).collect::<Vec<_>>().join("\n");
    let (word, name, sum) = (kind.word(), kind.attribute(), checksum(&content));
    let gap = if content.is_empty() { "" } else { "\n\n" };
    // The blank lines are for readers of Markdown that take a comment and a table below it for one.
    format!("<!-- cutover:{word} {id} {name}={sum} -->\n\n{content}{gap}<!-- cutover:end {id} -->\n")
}

/// A text in which nothing looks like a marker.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = marker::starts_at(rest) {
        out.push_str(&rest[..at]);
        out.push_str("&lt;");
        rest = &rest[at + 1..];
    }
    out + rest
}

/// Reads a document's blocks.
///
/// # Errors
///
/// A refusal that names every marker at which the structure is not certain.
pub fn parse(text: &str) -> Result<Document<'_>, Refusal> {
    let body = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let mut reading = Reading { text, region: body, ..Reading::default() };
    let lines = marker_lines(text, body);
    let mut next = 0;
    while next < lines.len() {
        match reading.real(&lines, next) {
            Some(at) => {
                reading.marker(&lines[at]);
                next = at + 1;
            }
            None => break,
        }
    }
    reading.finish()
}

/// A line that begins like a marker.
#[derive(Debug)]
struct MarkerLine {
    range: Range<usize>,
    /// Where its comment begins, after the indentation.
    comment: usize,
    number: u64,
    marker: Result<Marker, Damage>,
}

impl MarkerLine {
    fn id(&self) -> Option<&str> {
        match &self.marker {
            Ok(Marker::Begin { id, .. } | Marker::End { id }) => Some(id),
            Err(_) => None,
        }
    }
}

fn marker_lines(text: &str, body: usize) -> Vec<MarkerLine> {
    let mut at = body;
    let mut lines = Vec::new();
    for (n, line) in text[body..].split_inclusive('\n').enumerate() {
        if let Some(marker) = marker::read(line) {
            let comment = at + line.len() - line.trim_start().len();
            lines.push(MarkerLine { range: at..at + line.len(), comment, number: n as u64 + 1, marker });
        }
        at += line.len();
    }
    lines
}

#[derive(Default)]
struct Reading<'a> {
    text: &'a str,
    parts: Vec<Part>,
    problems: Vec<Problem>,
    in_code: Vec<(String, u64)>,
    /// A block that is begun and not yet ended; its `content` and `end` are not known.
    open: Option<Block>,
    /// Where people's text began in which the next marker is looked for.
    region: usize,
    /// Up to where the document is covered by parts.
    covered: usize,
    /// Line on which each name was first begun.
    first: BTreeMap<String, u64>,
}

impl<'a> Reading<'a> {
    /// The next line from `next` on that is a marker and not a person's example in code.
    fn real(&mut self, lines: &[MarkerLine], next: usize) -> Option<usize> {
        if self.open.as_ref().is_some_and(|b| b.kind == Kind::Generated) {
            return Some(next);
        }
        let (mut at, mut ahead) = (next, 1);
        while at < lines.len() {
            // Whether a line is code depends on the lines before it only, so the text up to there will do.
            let last = (at + ahead).min(lines.len());
            let code = Code::of(&self.text[self.region..lines[last - 1].range.end], self.region);
            for (n, line) in lines[..last].iter().enumerate().skip(at) {
                if !code.blocks.iter().any(|c| c.contains(&line.comment)) {
                    return Some(n);
                }
                if let Some(id) = line.id() {
                    self.in_code.push((id.to_owned(), line.number));
                }
            }
            (at, ahead) = (last, ahead * 2);
        }
        None
    }

    fn marker(&mut self, line: &MarkerLine) {
        match &line.marker {
            Err(damage) => {
                let problem = Problem::at(line.number, line.number, damage.what.clone(), damage.hint.clone());
                self.problems.push(problem);
            }
            Ok(Marker::Begin { kind, id, sum }) => {
                if let Some(open) = self.open.take() {
                    self.not_ended(&open, line.number.saturating_sub(1), line.range.start);
                }
                self.begin(*kind, id, sum.clone(), line);
            }
            Ok(Marker::End { id }) => self.end(id, line),
        }
        self.region = line.range.end;
    }

    fn begin(&mut self, kind: Kind, id: &str, sum: Option<String>, line: &MarkerLine) {
        if let Some(first) = self.first.get(id) {
            let what = format!("`{id}` is begun a second time; the first is on line {first}");
            let hint = "Delete one of the two with both its markers, or give one a name of its own.";
            self.problems.push(Problem::at(line.number, line.number, what, hint).about(id));
        } else {
            self.first.insert(id.to_owned(), line.number);
        }
        if self.covered < line.range.start {
            self.parts.push(Part::Text(self.covered..line.range.start));
        }
        self.covered = line.range.start;
        self.open = Some(Block {
            kind,
            id: id.to_owned(),
            sum,
            begin: line.range.clone(),
            content: line.range.end..line.range.end,
            end: line.range.end..line.range.end,
            first_line: line.number,
            last_line: line.number,
        });
    }

    fn end(&mut self, id: &str, line: &MarkerLine) {
        match self.open.take() {
            Some(mut block) if block.id == id => {
                block.content.end = line.range.start;
                block.end = line.range.clone();
                block.last_line = line.number;
                self.covered = line.range.end;
                self.parts.push(Part::Block(block));
            }
            Some(block) => {
                let what = format!("`{id}` ends inside `{}`, which begins on line {}", block.id, block.first_line);
                let hint = format!("Delete this line, or write `{}` in it if that is what ends here.", block.id);
                self.problems.push(Problem::at(line.number, line.number, what, hint).about(id));
                self.open = Some(block);
            }
            None => {
                let what = format!("`{id}` ends here but does not begin");
                let hint = "Delete this line, or put the marker that begins it back above its text.";
                self.problems.push(Problem::at(line.number, line.number, what, hint).about(id));
            }
        }
    }

    /// A block without an end; `until` is the last line that may belong to it, `to` the byte after that.
    fn not_ended(&mut self, open: &Block, until: u64, to: usize) {
        let what = format!("`{}` begins but does not end", open.id);
        let swallowed = self.in_code.iter().rev().find(|(id, line)| *id == open.id && *line > open.first_line);
        let inside = &self.text[open.begin.end..to.max(open.begin.end)];
        let joined = inside.split('\n').position(|line| marker::starts_at(line).is_some_and(|at| at > 0));
        let hint = match (swallowed, joined) {
            (Some((_, line)), _) => {
                format!("Its end on line {line} stands inside code, so that it is text: close the code fence above it.")
            }
            (None, Some(at)) => format!(
                "A marker stands in the middle of line {}: put it on a line of its own.",
                open.first_line + 1 + at as u64
            ),
            (None, None) => format!("Put `<!-- cutover:end {} -->` on a line of its own after its text.", open.id),
        };
        self.problems.push(Problem::at(open.first_line, until, what, hint).about(&open.id));
    }

    fn finish(mut self) -> Result<Document<'a>, Refusal> {
        if let Some(open) = self.open.take() {
            self.not_ended(&open, line_at(self.text, self.text.len()), self.text.len());
        }
        if self.covered < self.text.len() {
            self.parts.push(Part::Text(self.covered..self.text.len()));
        }
        if self.problems.is_empty() {
            let regions: Vec<Range<usize>> = self.parts.iter().filter_map(human).collect();
            regions.into_iter().for_each(|region| self.people(region));
        }
        if self.problems.is_empty() {
            return Ok(Document { text: self.text, parts: self.parts, in_code: self.in_code });
        }
        self.problems.sort_by_key(|p| p.first_line);
        Err(Refusal { problems: self.problems })
    }

    /// What people's text may not hold: a marker in the middle of a line, and a fence that swallows markers.
    fn people(&mut self, mut region: Range<usize>) {
        // A byte order mark would hide a fence.
        if self.text[region.clone()].starts_with('\u{feff}') {
            region.start += '\u{feff}'.len_utf8();
        }
        let text = &self.text[region.clone()];
        if marker::starts_at(text).is_none() {
            return;
        }
        let code = Code::of(text, region.start);
        let mut from = region.start;
        while let Some(at) = marker::starts_at(&self.text[from..region.end]).map(|at| from + at) {
            from = at + 1;
            let line = line_at(self.text, at);
            let Some(block) = code.blocks.iter().find(|c| c.contains(&at)) else {
                let begin = self.text[..at].rfind('\n').map_or(0, |n| n + 1);
                let before = &self.text[begin..at];
                // In raw HTML a backtick begins no code, but its writer meant so.
                let quoted = before.trim_start().starts_with('>') || before.ends_with('`');
                if !quoted && !code.spans.iter().any(|c| c.contains(&at)) {
                    let what = "a marker stands in the middle of a line";
                    let hint = "Put it on a line of its own, or between backticks if it is only talked about.";
                    self.problems.push(Problem::at(line, line, what, hint));
                }
                continue;
            };
            if !closed(&self.text[block.clone()]) {
                let opened = line_at(self.text, block.start);
                let what = format!("a code block that begins on line {opened} has no end, and so takes in this marker");
                let hint = "Close the fence, or indent the code less than its surroundings ask for.";
                self.problems.push(Problem::at(line, line, what, hint));
            }
        }
    }
}

/// Where people's text stands in a part.
fn human(part: &Part) -> Option<Range<usize>> {
    match part {
        Part::Text(range) => Some(range.clone()),
        Part::Block(block) if block.kind != Kind::Generated => Some(block.content.clone()),
        Part::Block(_) => None,
    }
}

/// Number of the line that a byte stands on, from 1.
pub(super) fn line_at(text: &str, at: usize) -> u64 {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count() as u64 + 1
}

/// Bytes of a text that are code.
#[derive(Default)]
struct Code {
    blocks: Vec<Range<usize>>,
    spans: Vec<Range<usize>>,
}

impl Code {
    /// `offset` is where the text begins in the document.
    fn of(text: &str, offset: usize) -> Self {
        let mut code = Code::default();
        for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
            let range = range.start + offset..range.end + offset;
            match event {
                Event::Start(Tag::CodeBlock(_)) => code.blocks.push(range),
                Event::Code(_) => code.spans.push(range),
                _ => {}
            }
        }
        code
    }
}

/// Whether a code block ends as its writer meant: with a fence, or, where it has none, with its indentation.
fn closed(block: &str) -> bool {
    let bare = |line: &str| line.trim_matches([' ', '\t', '\r', '>']).to_owned();
    let mut lines = block.trim_end().lines().map(bare);
    let first = lines.next().unwrap_or_default();
    let Some(mark) =
        first.chars().next().filter(|c| matches!(c, '`' | '~') && first.starts_with(&c.to_string().repeat(3)))
    else {
        return true;
    };
    lines.next_back().is_some_and(|last| last.len() >= 3 && last.chars().all(|c| c == mark))
}

#[cfg(test)]
mod tests {
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
        let text =
            emit_generated("summary", "# One\n\ntwo  \n\n") + "\nmine\n\n" + &emit_slot("factors", "<!-- How? -->");
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
            (
                "<!-- cutover:slot x -->\n<!-- cutover:end y -->\n<!-- cutover:end x -->\n",
                "line 2: `y` ends inside `x`",
            ),
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
}
