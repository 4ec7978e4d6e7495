//! Task items of a document: found by their words through markup, ticked and opened by one byte.

use pulldown_cmark::{Event, Tag};

use super::blocks::line_at;
use super::change::{Edit, Splice};
use super::reading::{events, key, said, spellings};
use super::refusal::{Problem, Refusal};

/// Least similarity at which another item is named as the one that may have been meant.
const NEAR: f64 = 0.6;

/// A task item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its words without markup: those of its first paragraph.
    pub text: String,
    /// Where the `[` of its box stands.
    pub mark: usize,
    /// Where its first paragraph ends.
    pub end: usize,
    pub done: bool,
    /// Line of the box, from 1.
    pub line: u64,
}

/// What becomes of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Done,
    Open,
}

impl State {
    #[must_use]
    pub fn other(self) -> Self {
        if self == State::Done { State::Open } else { State::Done }
    }
}

/// The task items of a document, in its order.
#[must_use]
pub fn tasks(text: &str) -> Vec<Task> {
    let mut all: Vec<Task> = Vec::new();
    let mut open: Option<Task> = None;
    for (event, range) in events(text) {
        if let Event::TaskListMarker(done) = event {
            all.extend(open.take());
            let mark = text[range.clone()].find('[').map_or(range.start, |n| range.start + n);
            open = Some(Task { text: String::new(), mark, end: mark + 3, done, line: line_at(text, mark) });
            continue;
        }
        let Some(task) = &mut open else { continue };
        match said(&event) {
            Some(words) => {
                task.text.push_str(words);
                task.end = task.end.max(range.end);
            }
            // In a loose list the paragraph begins behind the box.
            None if matches!(event, Event::Start(Tag::Paragraph)) && task.text.is_empty() => {}
            None => all.extend(open.take()),
        }
    }
    all.extend(open);
    all
}

/// Ticks or opens the one task item that reads `item`; the edit is empty where that is so already.
///
/// # Errors
/// When no item reads so, when more than one does and `line` names none of them, or when `line` is another line.
pub fn tick(text: &str, item: &str, state: State, line: Option<u64>) -> Result<(Edit, Task), Refusal> {
    let task = find(text, item, line)?;
    let splice = Splice::new(task.mark + 1..task.mark + 2, if state == State::Done { "x" } else { " " });
    let splices = if task.done == (state == State::Done) { Vec::new() } else { vec![splice] };
    Ok((Edit::of(text, splices)?, task))
}

/// The one task item that reads `item`.
fn find(text: &str, item: &str, line: Option<u64>) -> Result<Task, Refusal> {
    let all = tasks(text);
    let matching: Vec<&Task> = [item, without_box(item)]
        .iter()
        .map(|item| spellings(item))
        .map(|wanted| all.iter().filter(|t| wanted.contains(&key(&t.text))).collect::<Vec<_>>())
        .find(|found| !found.is_empty())
        .unwrap_or_default();
    let refuse = |what: String, hint: String| Refusal { problems: vec![Problem::at(0, 0, what, hint)] };
    let lines: Vec<u64> = matching.iter().map(|t| t.line).collect();
    match (matching.as_slice(), line) {
        ([], _) => Err(refuse(format!("no task item reads \"{}\"", item.trim()), instead(text, item, &all))),
        ([task], None) => Ok((*task).clone()),
        (found, Some(line)) => match found.iter().filter(|t| t.line == line).collect::<Vec<_>>().as_slice() {
            [task] => Ok((**task).clone()),
            _ => {
                let what = format!("\"{}\" stands on {}, not on line {line}", item.trim(), on_lines(&lines));
                Err(refuse(what, format!("Give {}, or leave --line out if there is one only.", options_of(&lines))))
            }
        },
        (_, None) => {
            let what = format!("\"{}\" stands more than once, on {}", item.trim(), on_lines(&lines));
            Err(refuse(what, format!("Say which one is meant: {}.", options_of(&lines))))
        }
    }
}

/// The words of a line that was given with its bullet and box.
fn without_box(item: &str) -> &str {
    let trimmed = item.trim_start();
    let marker = trimmed.find([' ', '\t']).unwrap_or(0);
    let bullet = matches!(&trimmed[..marker], "-" | "*" | "+")
        || trimmed[..marker]
            .strip_suffix(['.', ')'])
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let rest = if bullet { trimmed[marker..].trim_start() } else { trimmed };
    ["[ ] ", "[x] ", "[X] "].iter().find_map(|mark| rest.strip_prefix(mark)).unwrap_or(item)
}

/// What to do where no item reads so.
fn instead(text: &str, item: &str, all: &[Task]) -> String {
    let wanted = key(item);
    let near = all
        .iter()
        .map(|task| (strsim::normalized_levenshtein(&key(&task.text), &wanted), task))
        .filter(|(similarity, _)| *similarity >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((_, task)) = near {
        return format!("The nearest is \"{}\" on line {}: name it by its own words.", task.text.trim(), task.line);
    }
    let words = |(n, line): (usize, &str)| (!wanted.is_empty() && key(line).contains(&wanted)).then_some(n + 1);
    match text.lines().enumerate().find_map(words) {
        Some(line) => format!(
            "The words stand on line {line}, which is no task item: it has no box, says more, or is code, a comment or \
             front matter."
        ),
        None => "Look up the words in the file; they count without markup, case and line breaks.".to_owned(),
    }
}

/// `line 3`, or `lines 3 and 9`.
pub(super) fn on_lines(lines: &[u64]) -> String {
    let all: Vec<String> = lines.iter().map(u64::to_string).collect();
    match all.as_slice() {
        [] => "no line".to_owned(),
        [one] => format!("line {one}"),
        [before @ .., last] => format!("lines {} and {last}", before.join(", ")),
    }
}

/// `--line 3 or --line 9`.
pub(super) fn options_of(lines: &[u64]) -> String {
    lines.iter().map(|line| format!("--line {line}")).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(text: &str, item: &str) -> String {
        let (edit, _) = tick(text, item, State::Done, None).unwrap_or_else(|r| panic!("{item}: {r}"));
        edit.apply(text).expect("applied")
    }

    fn refused(text: &str, item: &str, line: Option<u64>) -> String {
        tick(text, item, State::Done, line).expect_err(item).to_string()
    }

    #[test]
    fn an_item_is_found_through_markup_and_one_byte_changes() {
        for (text, item) in [
            ("- [ ] **Mobile** _internal_ `beta`\n", "mobile internal beta"),
            ("* [ ] [Mobile](http://x \"t\") internal\n  beta  \n", "Mobile internal beta"),
            ("1. [ ] see [the list][l] ~~now~~\n\n[l]: http://x\n", "See the list now"),
            ("> + [ ] <b>Quoted</b> item <!-- why -->\n", "Quoted item"),
            ("- a\n  1) [ ]   nested\titem\r\n", "nested item"),
            ("- [ ] a\n\n  second paragraph\n\n- [ ] b\n", "a"),
            ("- [ ] Über 🎉 & <https://x.example>\n", "über 🎉 &amp; https://x.example"),
            ("- [ ] 2 * 3 * 4 of snake_case\n", "2 * 3 * 4 of snake_case"),
            ("- [ ] `__init__`\n", "__init__"),
            ("- [ ] -v is documented\n", "-v is documented"),
            ("- [ ] whole line\n", "- [ ] whole line"),
            ("-\t[ ]\ttabs\n", "tabs"),
        ] {
            assert_eq!(done(text, item), text.replacen("[ ]", "[x]", 1), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_item_is_none() {
        let text = "---\n- [ ] a\nb: 1\n---\n```\n- [ ] a\n```\n<!--\n- [ ] a\n-->\n<div>\n- [ ] a\n</div>\n\n    - [ ] a\n\n`- [ ] a`\n\n- a\n- [ ] a b\n- [ ]a\n\\- [ ] a\n";
        let why = refused(text, "a", None);
        assert!(why.contains("no task item reads \"a\"") && why.contains("hint: "), "{why}");
        assert_eq!(done(&format!("{text}\n- [ ] A\n"), "a"), format!("{text}\n- [x] A\n"));
    }

    #[test]
    fn two_items_need_a_line_and_the_line_must_be_theirs() {
        let text = "- [ ] a\n- [ ] b\n- [X] *A*\n";
        assert!(refused(text, "a", None).contains("more than once, on lines 1 and 3"));
        assert!(refused(text, "a", Some(2)).contains("lines 1 and 3, not on line 2"));
        assert!(refused(text, "b", Some(1)).contains("line 2, not on line 1"));
        assert!(refused(text, "", None).contains("no task item"));
        let (edit, task) = tick(text, "a", State::Open, Some(3)).expect("found");
        assert_eq!((edit.apply(text).expect("applied").as_str(), task.line), ("- [ ] a\n- [ ] b\n- [ ] *A*\n", 3));
        assert!(tick(text, "a", State::Done, Some(3)).expect("found").0.is_empty());
    }

    #[test]
    fn a_near_item_is_named_and_not_taken() {
        assert!(refused("- [ ] Mobile beta\n", "Mobile betas", None).contains("\"Mobile beta\" on line 1"));
        assert!(refused("# T\n\n- Mobile beta\n", "Mobile beta", None).contains("line 3, which is no task item"));
    }
}
