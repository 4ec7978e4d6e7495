//! The document as people left it and as it would be generated now in, the document with both out, or a refusal.
//!
//! What the program generated is replaced where it stands; every byte that a person wrote stays, in its order.

use std::collections::{BTreeMap, BTreeSet};

use super::blocks::{self, Block, Document, Kind, Part};
use super::changes;
use super::insert;
use super::refusal::{Problem, Refusal};

#[cfg(test)]
mod tests;

/// A document generated anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Regenerated {
    pub text: String,
    /// Whether a byte differs from the file as it was.
    pub changed: bool,
    /// Names of blocks and slots with other content than before, in the order of the document.
    pub updated: Vec<String>,
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// Sentences that the caller shows each time: what was kept, added, removed.
    pub notes: Vec<String>,
}

/// Generates a document anew. `previous` is the file as it stands, none where there is none or it is blank; `fresh` is
/// the document as the program would write it today, with line feeds.
///
/// # Errors
///
/// A refusal, with every problem at once, where a generated block was edited, where markers are not certain, where the
/// file is not text in UTF-8 or none of the program's, or where `fresh` itself cannot be read back.
pub fn regenerate(previous: Option<&[u8]>, fresh: &str) -> Result<Regenerated, Refusal> {
    let new = blocks::parse(fresh).map_err(ours)?;
    let Some(bytes) = previous.filter(|bytes| !bytes.iter().all(u8::is_ascii_whitespace)) else {
        let added = new.blocks().map(|b| b.id.clone()).collect();
        return Ok(Regenerated { text: fresh.to_owned(), changed: true, added, ..Regenerated::default() });
    };
    let text = utf8(bytes)?;
    let old = blocks::parse(text)?;
    check(&old, &new)?;
    let mut merge = Merge { old: &old, new: &new, crlf: crlf(text), pieces: Vec::new(), done: Regenerated::default() };
    merge.carry_over();
    merge.add();
    let mut done = merge.done;
    done.text = merge.pieces.into_iter().map(|p| p.text).collect();
    done.changed = done.text != text;
    done.notes = notes(&done, &old, &new)?;
    Ok(done)
}

/// What is said about the new document, with lines of the new document; a refusal if a person's byte were lost.
fn notes(done: &Regenerated, old: &Document<'_>, new: &Document<'_>) -> Result<Vec<String>, Refusal> {
    let written = blocks::parse(&done.text).map_err(ours)?;
    let (theirs, kept) = (people(old), people(&written));
    let mut bytes = kept.bytes();
    if !theirs.bytes().all(|wanted| bytes.any(|byte| byte == wanted)) {
        let lost = Problem::at(0, 0, "people's words would not all be kept", "");
        return Err(ours(Refusal { problems: vec![lost] }));
    }
    let now = by_id(new);
    let mut notes: Vec<String> = written
        .blocks()
        .filter_map(|block| {
            let (id, line) = (&block.id, block.first_line);
            match (block.kind, now.get(id.as_str()).map(|f| f.kind)) {
                (Kind::Kept, _) => {
                    Some(format!("`{id}` on line {line} is kept as people wrote it: it is not generated any more."))
                }
                (Kind::Slot, None) => {
                    Some(format!("The slot `{id}` on line {line} stays, although the document asks for it no more."))
                }
                (Kind::Slot, Some(Kind::Generated)) => Some(format!(
                    "The slot `{id}` on line {line} stays, so that the generated block of that name is not shown."
                )),
                (Kind::Slot | Kind::Generated, _) => None,
            }
        })
        .collect();
    notes.extend(done.removed.iter().map(|id| format!("`{id}` was removed: the document has no such block any more.")));
    if !done.added.is_empty() {
        let names: Vec<String> = done.added.iter().map(|id| format!("`{id}`")).collect();
        notes.push(format!("New in the document: {}.", names.join(", ")));
    }
    Ok(notes)
}

/// Every byte that is people's, in order: between blocks, in kept blocks, and in slots in which somebody wrote.
pub(super) fn people(document: &Document<'_>) -> String {
    let theirs = |part: &Part| match part {
        Part::Text(range) => &document.text[range.clone()],
        Part::Block(b) if b.kind == Kind::Generated || b.untouched(document.text) => "",
        Part::Block(b) => &document.text[b.content.clone()],
    };
    document.parts.iter().map(theirs).collect()
}

/// A file's text.
///
/// # Errors
///
/// A refusal with the line of the first byte that is no UTF-8.
pub fn utf8(bytes: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(bytes).map_err(|error| {
        let line = memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count() as u64 + 1;
        let hint = "Save the file as UTF-8 in your editor; nothing was changed.";
        Refusal { problems: vec![Problem::at(line, line, "the file is not text in UTF-8", hint)] }
    })
}

/// The program's own document cannot be read back: nothing that a person could mend.
fn ours(refusal: Refusal) -> Refusal {
    let problems = refusal
        .problems
        .into_iter()
        .map(|p| Problem {
            what: format!("in the document as it would be generated, not in the file: {}", p.what),
            hint: "This is a mistake of the program: report it with this message; the file was not changed.".into(),
            ..p
        })
        .collect();
    Refusal { problems }
}

/// Whether the file ends most of its lines with a carriage return and a line feed.
fn crlf(text: &str) -> bool {
    let feeds = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    text.matches("\r\n").count() * 2 > feeds
}

/// The content of a block as a text with line feeds.
fn content<'a>(document: &'a Document<'_>, block: &Block) -> &'a str {
    &document.text[block.content.clone()]
}

fn by_id<'a>(document: &'a Document<'_>) -> BTreeMap<&'a str, &'a Block> {
    document.blocks().map(|b| (b.id.as_str(), b)).collect()
}

/// All that speaks against touching the file.
fn check(old: &Document<'_>, new: &Document<'_>) -> Result<(), Refusal> {
    if old.blocks().next().is_none() {
        let what = "the file has no markers of this program, so it was not generated by it";
        let hint = "Write to another file, or move this one away to have it generated anew.";
        return Err(Refusal { problems: vec![Problem::at(0, 0, what, hint)] });
    }
    let (before, now) = (by_id(old), by_id(new));
    let mut problems: Vec<Problem> = old
        .blocks()
        .filter_map(|block| {
            renamed(block, &before, &now).or_else(|| edited(old, block, new, now.get(block.id.as_str()).copied()))
        })
        .collect();
    for (id, line) in &old.in_code {
        if now.contains_key(id.as_str()) && !before.contains_key(id.as_str()) {
            let what = format!("`{id}` stands inside code and nowhere else");
            let hint = "Close the code fence above it, or delete the markers from the example.";
            problems.push(Problem::at(*line, *line, what, hint).about(id));
        }
    }
    problems.sort_by_key(|p| p.first_line);
    problems.dedup_by(|a, b| a.id == b.id && a.what == b.what);
    if problems.is_empty() { Ok(()) } else { Err(Refusal { problems }) }
}

/// A name that the document does not have today, next to one that is missing from the file: a slip of the keyboard.
fn renamed(block: &Block, before: &BTreeMap<&str, &Block>, now: &BTreeMap<&str, &Block>) -> Option<Problem> {
    if now.contains_key(block.id.as_str()) {
        return None;
    }
    // Half a word apart, as for keywords, would take `factors` for `actions`.
    let slip = |id: &&str| strsim::damerau_levenshtein(&block.id, id) <= (block.id.len() / 4).clamp(1, 2);
    let near = now.keys().copied().filter(|id| !before.contains_key(id)).find(slip)?;
    let what = format!("`{}` is not a block of this document", block.id);
    let hint = format!("Did you mean `{near}`? If so, correct both markers; if not, give it a name further from that.");
    Some(Problem::at(block.first_line, block.last_line, what, hint).about(&block.id))
}

/// A generated block with other content than was generated; harmless where it says what it would say today.
fn edited(old: &Document<'_>, block: &Block, new: &Document<'_>, fresh: Option<&Block>) -> Option<Problem> {
    let stands = content(old, block);
    if block.kind != Kind::Generated || block.untouched(old.text) {
        return None;
    }
    let would = fresh.filter(|f| f.kind == Kind::Generated).map(|f| content(new, f));
    if would.is_some_and(|would| blocks::checksum(would) == blocks::checksum(stands)) {
        return None;
    }
    let known = would.filter(|would| block.sum.as_deref() == Some(&blocks::checksum(would)));
    let (what, changes) = match (known, would) {
        (Some(would), _) => ("these lines were changed (- as generated, + in the file)", changes::show(would, stands)),
        (None, Some(would)) => (
            "the evidence changed as well, so this is all that differs (- as generated now, + in the file)",
            changes::show(would, stands),
        ),
        (None, None) => ("the document has no such block any more", String::new()),
    };
    let id = &block.id;
    let mut problem = Problem::at(
        block.first_line,
        block.last_line,
        format!("the generated block `{id}` was edited by hand; {what}"),
        format!(
            "Move your words to a slot or between the blocks and restore the rest, or delete the block with both its \
             markers to have it generated anew; or write `kept` for `generated` on line {} to keep it as it is from \
             now on. Nothing was changed.",
            block.first_line
        ),
    )
    .about(id);
    problem.changes = changes;
    Some(problem)
}

/// The blocks of a generated document, each with the text that stands right before it, such as its heading.
fn leads<'a>(document: &'a Document<'_>) -> Vec<(&'a Block, &'a str)> {
    let mut lead = "";
    let mut all = Vec::new();
    for part in &document.parts {
        match part {
            Part::Text(range) => lead = &document.text[range.clone()],
            Part::Block(block) => all.push((block, std::mem::take(&mut lead))),
        }
    }
    all
}

/// A piece of the document to be.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// The block that it is; none for people's text between blocks.
    pub id: Option<String>,
    pub text: String,
}

struct Merge<'a> {
    old: &'a Document<'a>,
    new: &'a Document<'a>,
    crlf: bool,
    pieces: Vec<Piece>,
    done: Regenerated,
}

impl Merge<'_> {
    /// Every part of the file, with generated content replaced.
    fn carry_over(&mut self) {
        let now = by_id(self.new);
        for part in &self.old.parts {
            match part {
                Part::Text(range) => {
                    self.pieces.push(Piece { id: None, text: self.old.text[range.clone()].to_owned() });
                }
                Part::Block(block) => self.block(block, now.get(block.id.as_str()).copied()),
            }
        }
    }

    fn block(&mut self, block: &Block, fresh: Option<&Block>) {
        let id = &block.id;
        let mine = block.kind == Kind::Generated || block.kind == Kind::Slot && block.untouched(self.old.text);
        let text = match (mine, fresh) {
            (true, None) if block.kind == Kind::Generated => {
                self.done.removed.push(id.clone());
                return;
            }
            (true, Some(fresh)) => self.renewed(block, fresh),
            _ => self.old.text[block.begin.start..block.end.end].to_owned(),
        };
        self.pieces.push(Piece { id: Some(id.clone()), text });
    }

    /// The block with today's content between its own markers; as it stands where that says the same.
    fn renewed(&mut self, block: &Block, fresh: &Block) -> String {
        let old = self.old.text;
        let (stands, would) = (content(self.old, block), content(self.new, fresh));
        let same = blocks::checksum(stands) == blocks::checksum(would);
        let content = if same { stands.to_owned() } else { self.endings(would) };
        if block.kind == fresh.kind && block.sum == fresh.sum && same {
            return old[block.begin.start..block.end.end].to_owned();
        }
        self.done.updated.push(block.id.clone());
        let line = &old[block.begin.clone()];
        let indent = &line[..line.len() - line.trim_start().len()];
        let ending = &line[line.trim_end_matches(['\r', '\n']).len()..];
        let marker = self.new.text[fresh.begin.clone()].trim();
        format!("{indent}{marker}{ending}{content}{}", &old[block.end.clone()])
    }

    /// Blocks that the file does not have yet, each after the nearest block that stands before it today.
    fn add(&mut self) {
        let present: BTreeSet<&str> = self.old.blocks().map(|b| b.id.as_str()).collect();
        let order = leads(self.new);
        for (at, (block, lead)) in order.iter().enumerate() {
            if present.contains(block.id.as_str()) {
                continue;
            }
            let text = self.endings(&self.new.text[block.begin.start..block.end.end]);
            let lead = self.endings(lead);
            let new = insert::New { id: &block.id, text, lead, before: &order[..at], after: &order[at + 1..] };
            insert::place(&mut self.pieces, new, self.crlf);
            self.done.added.push(block.id.clone());
        }
    }

    /// A generated text with the line endings of the file.
    fn endings(&self, text: &str) -> String {
        if self.crlf { text.replace('\n', "\r\n") } else { text.to_owned() }
    }
}
