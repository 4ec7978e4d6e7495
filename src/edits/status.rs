//! A document in, how far its people are out: a line such as `Status: in review` in the slot `status`, or `status:` in
//! the front matter.

use std::ops::Range;

use super::blocks::{self, Document, Kind};
use super::markdown;
use super::words::STATUS;
use crate::config::problem::nearest;
use crate::report::words::{About, Status, WordRemark};

/// The status, with a remark where it cannot be read or is said in two ways. What cannot be read counts as draft, and
/// of two the earlier holds: nothing is taken for reviewed by mistake.
pub(super) fn read(document: &Document<'_>) -> (Status, Vec<WordRemark>) {
    let mut said: Vec<(u64, String)> = Vec::new();
    let mut asked = None;
    if let Some(front) = front_matter(document.text) {
        said.extend(lines(document.text, &front).filter_map(|(at, line)| Some((at, value(&line)?))));
    }
    if let Some(block) = document.blocks().find(|b| b.kind == Kind::Slot && b.id == STATUS) {
        asked = Some(block.first_line);
        let found = in_slot(document.text, &block.content);
        said.extend(found);
    }
    let mut remarks = Vec::new();
    let mut status: Option<Status> = None;
    for (line, word) in &said {
        let found = named(word);
        if found.is_none() {
            let known = Status::ALL.iter().map(|s| s.word());
            remarks.push(remark(
                *line,
                word,
                format!("`{word}` is not a status; until it is corrected, draft holds."),
                nearest(word, known),
            ));
        }
        let found = found.unwrap_or_default();
        match status {
            Some(other) if other != found => {
                let (least, other) = (other.min(found), other.max(found));
                let sentence =
                    format!("The status is said twice, {} and {}; the earlier holds.", least.word(), other.word());
                remarks.push(remark(*line, word, sentence, None));
                status = Some(least);
            }
            _ => status = Some(found),
        }
    }
    if let (None, Some(line)) = (status, asked) {
        let better = Some("write a line such as `Status: in review`".to_owned());
        remarks.push(remark(line, "", "The slot `status` says no status; draft holds.".into(), better));
    }
    (status.unwrap_or_default(), remarks)
}

fn remark(line: u64, words: &str, sentence: String, hint: Option<String>) -> WordRemark {
    let better = hint.map(|hint| super::marker::sentence(&hint)).unwrap_or_default();
    WordRemark { slot: STATUS.into(), line, words: words.to_owned(), about: About::Status, sentence, better }
}

/// Lines of the slot that say a status; one lonely line needs no `Status:` before it.
fn in_slot(text: &str, content: &Range<usize>) -> Vec<(u64, String)> {
    let bare = markdown::blanked(&text[content.clone()]);
    let first = blocks::line_at(text, content.start);
    let all: Vec<(u64, &str)> = bare
        .lines()
        .enumerate()
        .map(|(n, line)| (first + n as u64, line))
        .filter(|(_, line)| !line.trim().is_empty())
        .collect();
    match all.as_slice() {
        [(at, line)] => vec![(*at, value(line).unwrap_or_else(|| word(line)))],
        many => many.iter().filter_map(|(at, line)| Some((*at, value(line)?))).collect(),
    }
}

fn lines<'a>(text: &'a str, range: &Range<usize>) -> impl Iterator<Item = (u64, String)> + 'a {
    let first = blocks::line_at(text, range.start);
    text[range.clone()].lines().enumerate().map(move |(n, line)| (first + n as u64, line.to_owned()))
}

/// What stands after `Status:`, whatever the case and emphasis.
fn value(line: &str) -> Option<String> {
    let line = word(line);
    let rest = line.get(..STATUS.len()).filter(|w| w.eq_ignore_ascii_case(STATUS)).map(|w| &line[w.len()..])?;
    let rest = rest.trim_start();
    let after = rest.strip_prefix([':', '=', '–', '—', '-'])?;
    Some(word(after))
}

/// A line without emphasis, list marks, quotes and full stop.
fn word(line: &str) -> String {
    let line: String = line.chars().filter(|c| !matches!(c, '*' | '_' | '`' | '#' | '>' | '"' | '\'' | '~')).collect();
    line.trim().trim_start_matches(['-', '+', ' ']).trim_end_matches(['.', '!', ' ', '\t']).to_owned()
}

fn named(word: &str) -> Option<Status> {
    let word = word.to_lowercase().replace(['-', '_'], " ");
    let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
    Status::ALL.into_iter().find(|s| s.word() == word || s.word().replace(' ', "") == word)
}

/// The bytes of the front matter with its rules, and a byte order mark before it.
pub(super) fn front_matter(text: &str) -> Option<Range<usize>> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut at = text.len() - body.len();
    for (n, line) in body.split_inclusive('\n').enumerate() {
        at += line.len();
        match (n, line.trim_end()) {
            (0, "---") => {}
            (0, _) => return None,
            (_, "---" | "...") => return Some(0..at),
            // Front matter holds keys; a rule at the top of a document is followed by something else.
            (_, line) if line.is_empty() || line.starts_with([' ', '\t', '#', '-']) || line.contains(':') => {}
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edits::blocks::{emit_slot, parse};

    fn read(text: &str) -> (Status, Vec<WordRemark>) {
        super::read(&parse(text).expect("a document"))
    }

    fn slot(content: &str) -> String {
        format!("<!-- cutover:slot status -->\n{content}\n<!-- cutover:end status -->\n")
    }

    #[test]
    fn a_status_is_read_whatever_its_dress() {
        for (text, status) in [
            ("Status: draft", Status::Draft),
            ("Status: in review", Status::InReview),
            ("**Status:** In Review", Status::InReview),
            ("status: **in-review**.", Status::InReview),
            ("_Status_: `reviewed`", Status::Reviewed),
            ("- STATUS = Closed", Status::Closed),
            ("### Status — closed\r", Status::Closed),
            ("reviewed", Status::Reviewed),
            ("<!-- draft, in review,\nreviewed -->\n\nStatus: closed\n\nWe met on Tuesday.", Status::Closed),
        ] {
            assert_eq!(read(&slot(text)), (status, vec![]), "{text}");
        }
        assert_eq!(read(&emit_slot("status", "Status: draft")), (Status::Draft, vec![]));
        assert_eq!(read("no slot"), (Status::Draft, vec![]));
    }

    #[test]
    fn front_matter_may_say_it() {
        assert_eq!(read("\u{feff}---\r\ntitle: x\r\nstatus: reviewed\r\n---\r\n# Title"), (Status::Reviewed, vec![]));
        assert_eq!(read("---\nStatus unknown\n---\n"), (Status::Draft, vec![]));
        let both = format!("---\nstatus: closed\n---\n{}", slot("Status: in review"));
        let (status, remarks) = read(&both);
        assert_eq!(status, Status::InReview);
        assert!(remarks[0].sentence.contains("said twice, in review and closed"), "{remarks:?}");
    }

    #[test]
    fn what_cannot_be_read_is_a_draft_and_said_so() {
        let (status, remarks) = read(&slot("Status: reviwed"));
        assert_eq!((status, remarks.len(), remarks[0].line), (Status::Draft, 1, 2));
        assert_eq!(remarks[0].better, "Did you mean `reviewed`?");
        let (status, remarks) = read(&slot("Status: draft | in review | reviewed | closed"));
        assert_eq!((status, remarks.len()), (Status::Draft, 1));
        let (status, remarks) = read(&slot("Status: closed\nStatus: nearly"));
        assert_eq!((status, remarks.len()), (Status::Draft, 2), "{remarks:?}");
        for text in ["", "some words\nand more", "<!-- Status: closed -->"] {
            let (status, remarks) = read(&slot(text));
            assert_eq!((status, remarks.len(), remarks[0].line), (Status::Draft, 1, 1), "{text}");
        }
    }
}
