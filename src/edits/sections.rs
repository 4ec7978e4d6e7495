//! Sections of a document by their headings: what stands between one and the next of the same or a higher level.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::blocks::line_at;
use super::change::{Edit, Splice};
use super::reading::{ending, events, key, line_end, line_start, nesting, said, spellings, with_ending};
use super::refusal::{Problem, Refusal};
use super::tasks::{on_lines, options_of};

/// A heading that begins a section; one inside a quote or a list begins none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    pub level: HeadingLevel,
    /// Its words without markup.
    pub text: String,
    /// Where its first line begins.
    pub start: usize,
    /// Where the line after it begins.
    pub body: usize,
    /// Its line, from 1.
    pub line: u64,
}

/// The headings of a document that begin sections, in its order.
#[must_use]
pub fn headings(text: &str) -> Vec<Heading> {
    let (mut all, mut depth) = (Vec::new(), 0);
    let mut open: Option<(HeadingLevel, String)> = None;
    for (event, range) in events(text) {
        depth += nesting(&event);
        match &event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => open = Some((*level, String::new())),
            Event::End(TagEnd::Heading(_)) => {
                let Some((level, said)) = open.take() else { continue };
                let last = range.start + text[range.clone()].trim_end().len();
                let start = line_start(text, range.start).max(super::reading::body(text));
                all.push(Heading { level, text: said, start, body: line_end(text, last), line: line_at(text, start) });
            }
            event => {
                if let (Some((_, words)), Some(more)) = (&mut open, said(event)) {
                    words.push_str(more);
                }
            }
        }
    }
    all
}

/// The bytes below the heading at a place of the list.
#[must_use]
pub fn below(text: &str, all: &[Heading], at: usize) -> Range<usize> {
    let heading = &all[at];
    let next = all[at + 1..].iter().find(|h| h.level <= heading.level);
    heading.body..next.map_or(text.len(), |h| h.start)
}

/// The place in the list of the one heading that reads `wanted`, with or without its number signs.
///
/// # Errors
/// When none does, when more than one does and `line` names none of them, or when `line` is another line.
pub fn find(all: &[Heading], wanted: &str, line: Option<u64>) -> Result<usize, Refusal> {
    let signs = wanted.trim_start().bytes().take_while(|b| *b == b'#').count();
    let named = wanted.trim_start()[signs..].trim_matches([' ', '\t', '#']);
    let by = |words: &str, level: Option<usize>| {
        let wanted = spellings(words);
        let fits = |h: &Heading| wanted.contains(&key(&h.text)) && level.is_none_or(|n| h.level as usize == n);
        all.iter().enumerate().filter(|(_, h)| fits(h)).map(|(at, _)| at).collect::<Vec<usize>>()
    };
    let mut found = by(wanted, None);
    if found.is_empty() && signs > 0 {
        found = by(named, Some(signs));
    }
    let lines: Vec<u64> = found.iter().map(|at| all[*at].line).collect();
    let refuse = |what: String, hint: String| Err(Refusal { problems: vec![Problem::at(0, 0, what, hint)] });
    match (found.as_slice(), line) {
        ([], _) => refuse(format!("no heading reads \"{}\"", wanted.trim()), known(all)),
        ([at], None) => Ok(*at),
        (_, Some(line)) => match found.iter().find(|at| all[**at].line == line) {
            Some(at) => Ok(*at),
            None => refuse(
                format!("\"{}\" stands on {}, not on line {line}", wanted.trim(), on_lines(&lines)),
                format!("Give {}, or leave --line out if there is one only.", options_of(&lines)),
            ),
        },
        (_, None) => refuse(
            format!("\"{}\" stands more than once, on {}", wanted.trim(), on_lines(&lines)),
            format!("Say which one is meant: {}.", options_of(&lines)),
        ),
    }
}

fn known(all: &[Heading]) -> String {
    let some: Vec<String> = all.iter().take(8).map(|h| format!("\"{}\" (line {})", h.text.trim(), h.line)).collect();
    match some.as_slice() {
        [] => "The document has no heading that begins a section.".to_owned(),
        some => format!("Name one of its headings: {}.", some.join(", ")),
    }
}

/// Puts `body` in the place of all that stands below the one heading that reads `heading`; the edit is empty where it
/// stands there already. Line feeds of the body become the document's line endings, if those are all alike.
///
/// # Errors
/// As `find`; also when the body would end the section early or take in what follows it.
pub fn section(text: &str, heading: &str, body: &str, line: Option<u64>) -> Result<(Edit, Heading), Refusal> {
    let all = headings(text);
    let at = find(&all, heading, line)?;
    let range = below(text, &all, at);
    let end = ending(text);
    let body = with_ending(body.strip_prefix('\u{feff}').unwrap_or(body), end);
    let unended = range.start == text.len() && !text.ends_with(['\n', '\r']) && !body.is_empty();
    let lead = if unended { end } else { "" };
    let follows = range.end < text.len();
    let mut tails = vec![""];
    if follows && !body.is_empty() {
        // A paragraph without a blank line behind it would become part of an underlined heading.
        tails =
            if body.ends_with('\n') { vec!["", end] } else { vec![end, if end == "\n" { "\n\n" } else { "\r\n\r\n" }] };
    }
    let mut refusal = None;
    for tail in tails {
        let new = format!("{lead}{body}{tail}");
        let edit = Edit::of(text, vec![Splice::new(range.clone(), new.clone())])?;
        match fits(text, &edit, &all, at, range.start + new.len()) {
            Ok(()) => return Ok((edit, all[at].clone())),
            Err(problem) => refusal = refusal.or(Some(problem)),
        }
    }
    Err(Refusal { problems: refusal.into_iter().collect() })
}

/// Whether the section ends where its body ends, and all other headings are as they were.
fn fits(text: &str, edit: &Edit, all: &[Heading], at: usize, end: usize) -> Result<(), Problem> {
    let after = edit.apply(text).map_err(|refusal| refusal.problems.into_iter().next().unwrap_or_default())?;
    let now = headings(&after);
    let level = all[at].level;
    let inside = |h: &&Heading| h.start >= all[at].body && h.start < end;
    if let Some(early) = now.iter().filter(inside).find(|h| h.level <= level) {
        let line = early.line.saturating_sub(line_at(&after, all[at].body)) + 1;
        let what =
            format!("line {line} of the body is a heading that would end the section \"{}\"", all[at].text.trim());
        let hint = format!("Give it more number signs than the {} of the section's own heading.", level as usize);
        return Err(Problem::at(0, 0, what, hint));
    }
    let places = |list: &[Heading]| list.iter().map(|h| (h.level, h.line)).collect::<Vec<_>>();
    let rest: Vec<Heading> = now.iter().filter(|h| h.start >= end).cloned().collect();
    let moved = line_at(&after, end);
    let was = line_at(text, below(text, all, at).end);
    let kept = all.iter().filter(|h| h.start >= below(text, all, at).end);
    let kept: Vec<_> = kept.map(|h| (h.level, h.line - was + moved)).collect();
    if now.get(..=at).map(places) == Some(places(&all[..=at])) && places(&rest) == kept {
        return Ok(());
    }
    let what = "the body would take in what follows the section: it leaves something open".to_owned();
    let line = all.iter().find(|h| h.start >= below(text, all, at).end).map_or(all[at].line, |h| h.line);
    Err(Problem::at(line, line, what, "Close its code fence, comment or HTML block, and end it with a blank line."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(text: &str, heading: &str, body: &str) -> String {
        let (edit, _) = section(text, heading, body, None).unwrap_or_else(|r| panic!("{heading}: {r}"));
        let after = edit.apply(text).expect("applied");
        assert!(section(&after, heading, body, None).expect("again").0.is_empty(), "twice is once: {after:?}");
        assert_eq!(edit.reverse(text).and_then(|b| b.apply(&after)).expect("back"), text);
        after
    }

    #[test]
    fn a_section_goes_up_to_the_next_heading_of_its_level() {
        let text =
            "# T\n\nintro\n\n## *One* `two`\n\nold\n\n### Sub\n\nx\n\n```\n## no\n```\n\n> ## no\n\n## Next\ny\n";
        assert_eq!(
            put(text, "one TWO", "new\n"),
            "# T\n\nintro\n\n## *One* `two`\nnew\n## Next\ny\n",
            "as given, no blank lines of its own"
        );
        assert_eq!(put(text, "Sub", ""), text.replace("\nx\n\n```\n## no\n```\n\n> ## no\n\n", ""));
        assert_eq!(put(text, "Next", "z"), text.replace("## Next\ny\n", "## Next\nz"));
        assert_eq!(put(text, "## Next ##", "z\n"), text.replace("## Next\ny\n", "## Next\nz\n"));
        assert_eq!(put(text, "T", "all\n"), "# T\nall\n");
    }

    #[test]
    fn underlined_headings_endings_and_marks_are_kept() {
        let text = "\u{feff}Title\r\n=====\r\nold\r\n\r\nOther\r\nname\r\n-----\r\nx\r\n\r\nLast\r\n====\r\n";
        assert_eq!(
            put(text, "title", "a\nb"),
            text.replacen("old\r\n\r\nOther\r\nname\r\n-----\r\nx\r\n\r\n", "a\r\nb\r\n\r\n", 1)
        );
        assert_eq!(put(text, "other name", "y\r\n"), text.replacen("x\r\n\r\n", "y\r\n\r\n", 1));
        assert_eq!(put("## A", "A", "b"), "## A\nb");
        assert_eq!(put("## A\n", "A", ""), "## A\n");
    }

    #[test]
    fn a_body_that_would_not_stay_in_its_section_is_refused() {
        let text = "# T\n\n## A\n\na\n\n## B\n\nb\n";
        let why = |body: &str| section(text, "A", body, None).expect_err(body).to_string();
        assert!(why("x\n\n## C\n").contains("line 3 of the body is a heading"), "{}", why("x\n\n## C\n"));
        assert!(why("```\nopen\n").contains("line 7: the body would take in"), "{}", why("```\nopen\n"));
        assert!(why("<!-- open\n").contains("leaves something open"));
        assert_eq!(put(text, "A", "### C\n"), text.replace("\na\n\n", "### C\n"));
    }

    #[test]
    fn two_headings_or_none_are_refused() {
        let text = "# T\n\n## A\n\n### A\n\n> ## Q\n";
        let why = |heading: &str, line| section(text, heading, "x\n", line).expect_err(heading).to_string();
        assert!(why("A", None).contains("more than once, on lines 3 and 5"));
        assert!(why("A", Some(4)).contains("lines 3 and 5, not on line 4"));
        assert!(why("Q", None).contains("\"A\" (line 3)"));
        assert_eq!(section(text, "A", "x\n", Some(5)).expect("found").1.line, 5);
        assert_eq!(section(text, "### A", "x\n", None).expect("found").1.line, 5);
    }
}
