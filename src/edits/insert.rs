//! A block that a document does not have yet: where it goes among what people wrote, none of which it may part from
//! the block that it follows, nor from its heading.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::blocks::Block;
use super::options;
use super::regenerate::Piece;

/// A block to be added.
pub(super) struct New<'a> {
    pub id: &'a str,
    /// With both its markers.
    pub text: String,
    /// What stands before it in the generated document: its heading, where it has one outside.
    pub lead: String,
    /// The blocks before it and after it in the generated document, with their own leads.
    pub before: &'a [(&'a Block, &'a str)],
    pub after: &'a [(&'a Block, &'a str)],
}

/// Puts a block after the nearest block that stands before it in the generated document, behind what people wrote
/// there and before the next section; without such a block, before the nearest that follows; else at the end.
pub(super) fn place(pieces: &mut Vec<Piece>, new: New<'_>, crlf: bool) {
    join(pieces);
    let find = |(block, _): &(&Block, &str)| pieces.iter().position(|p| p.id.as_deref() == Some(&block.id));
    let (gap, at) = match (new.before.iter().rev().find_map(find), new.after.iter().find_map(find)) {
        (Some(anchor), _) => (gap(pieces, anchor + 1), anchor + 1),
        (None, Some(next)) if next > 0 => (gap(pieces, next - 1), next),
        (None, next) => (None, next.unwrap_or(pieces.len())),
    };
    let anchored = gap == Some(at);
    let lead = new.lead.trim_matches(['\r', '\n']);
    let Some(gap) = gap else {
        insert(pieces, at, new.id, lead, &new.text, crlf);
        return;
    };
    let text = pieces[gap].text.clone();
    let (cut, lead) = match lead_in(&text, lead) {
        Some(lead) => (lead.end, ""),
        None if anchored => {
            let next = new.after.iter().filter_map(|(_, lead)| Some(lead_in(&text, lead.trim())?.start)).min();
            (next.or_else(|| first_heading(&text)).unwrap_or(text.len()), lead)
        }
        None => (text.len(), lead),
    };
    let (head, tail) = text.split_at(cut);
    let parts = [head, tail].map(|text| Piece { id: None, text: text.to_owned() });
    pieces.splice(gap..=gap, parts);
    insert(pieces, gap + 1, new.id, lead, &new.text, crlf);
    pieces.retain(|p| p.id.is_some() || !p.text.is_empty());
}

/// The piece at a place, if it is people's text.
fn gap(pieces: &[Piece], at: usize) -> Option<usize> {
    pieces.get(at).filter(|p| p.id.is_none()).map(|_| at)
}

/// Texts that came to stand side by side where a block was removed become one.
fn join(pieces: &mut Vec<Piece>) {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        match joined.last_mut() {
            Some(last) if last.id.is_none() && piece.id.is_none() => last.text.push_str(&piece.text),
            _ => joined.push(piece),
        }
    }
    *pieces = joined;
}

/// Inserts at a place, with a blank line on both sides.
fn insert(pieces: &mut Vec<Piece>, at: usize, id: &str, lead: &str, text: &str, crlf: bool) {
    let ending = if crlf { "\r\n" } else { "\n" };
    let before: String = pieces[..at].iter().map(|p| p.text.as_str()).collect();
    let mut space = String::new();
    let body = before.strip_prefix('\u{feff}').unwrap_or(&before);
    if !body.is_empty() {
        if !body.ends_with('\n') {
            space.push_str(ending);
        }
        let last = body.strip_suffix('\n').unwrap_or(body).rsplit('\n').next().unwrap_or_default();
        if !last.trim().is_empty() {
            space.push_str(ending);
        }
    }
    if !lead.is_empty() {
        space = format!("{space}{lead}{ending}{ending}");
    }
    let next = pieces[at..].iter().map(|p| p.text.as_str()).find(|t| !t.is_empty());
    let gap = next.is_some_and(|t| !t.lines().next().unwrap_or_default().trim().is_empty());
    let after = if gap { ending } else { "" };
    let around = |text: String| Piece { id: None, text };
    let block = Piece { id: Some(id.to_owned()), text: text.to_owned() };
    pieces.splice(at..at, [around(space), block, around(after.to_owned())]);
}

/// The lines of a lead that people left where they were generated.
fn lead_in(text: &str, lead: &str) -> Option<Range<usize>> {
    let wanted: Vec<&str> = lead.lines().map(str::trim_end).collect();
    if wanted.is_empty() {
        return None;
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = lines.windows(wanted.len()).position(|w| w.iter().zip(&wanted).all(|(a, b)| a.trim_end() == *b))?;
    let bytes = |lines: &[&str]| lines.iter().map(|l| l.len()).sum::<usize>();
    Some(bytes(&lines[..at])..bytes(&lines[..at + wanted.len()]))
}

/// Where the first heading of a section begins; smaller ones, and ones in lists and quotes, are part of a note.
fn first_heading(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1 | HeadingLevel::H2, .. }) if depth == 0 => {
                return Some(text[..range.start].rfind('\n').map_or(0, |at| at + 1));
            }
            Event::Start(Tag::List(_) | Tag::BlockQuote(_)) => depth += 1,
            Event::End(TagEnd::List(_) | TagEnd::BlockQuote(_)) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
