//! Markers in, blocks and people's text out, one marker after the other; what is not certain is a problem.

use std::collections::BTreeMap;
use std::ops::Range;

use super::code::{Code, closed};
use super::{Block, Document, Kind, Part, line_at};
use crate::edits::marker::{self, Damage, Marker};
use crate::edits::refusal::{Problem, Refusal};

/// Reads a document from its first marker to its last.
///
/// # Errors
///
/// A refusal that names every marker at which the structure is not certain.
pub(super) fn read(text: &str) -> Result<Document<'_>, Refusal> {
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
