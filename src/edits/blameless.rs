//! What people wrote in, wordings that end the search for causes out, each with a better question; evidence, code and
//! quotes are never judged.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::blocks::{self, Block};
use super::passages::{self, Passage};
use super::phrases::PHRASES;
use super::words::{ACTIONS, STATUS};
use crate::report::words::{About, Action, WordRemark};

/// Parts of slot names in which people may be named: praise, luck, and who does what.
const NAMES_WELCOME: [&str; 6] = ["well", "luck", "thank", "people", ACTIONS, STATUS];
/// Words by which a sentence makes something a cause.
static CAUSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"(?i)\b(?:because|caus(?:e|ed|ing)|due to|mistakes?|faults?|broke|forgot|failed|wrong|blame|deleted|overlooked|missed|should have|ought to)\b";
    Regex::new(words).ok()
});
const NAMED: &str = "names a person among the causes";
const NAMED_BETTER: &str =
    "What role did they act in, and what did that role see? Write the role, such as \"the engineer on call\".";

/// Remarks on the words in a slot or in a block that people took over.
pub(super) fn slot(text: &str, block: &Block, names: &[String]) -> Vec<WordRemark> {
    let id = block.id.to_lowercase();
    let causes = !NAMES_WELCOME.iter().any(|welcome| id.contains(welcome));
    let mut remarks = Vec::new();
    for passage in passages::read(text, &block.content) {
        let mut found = wordings(&passage, block.id == ACTIONS);
        if causes {
            found.extend(named(&passage, names));
        }
        remarks.extend(placed(text, &block.id, &passage, found));
    }
    remarks
}

/// Remarks on words between the blocks, where people may be named unless a sentence makes them the cause.
pub(super) fn outside(text: &str, range: &Range<usize>, after: &str, names: &[String]) -> Vec<WordRemark> {
    let mut remarks = Vec::new();
    for passage in passages::read(text, range) {
        let mut found = wordings(&passage, false);
        let blamed = |f: &Found| CAUSE.as_ref().is_some_and(|c| c.is_match(around(&passage.text, &f.range)));
        found.extend(named(&passage, names).into_iter().filter(blamed));
        remarks.extend(placed(text, after, &passage, found));
    }
    remarks
}

/// A wording in a passage.
struct Found {
    range: Range<usize>,
    about: About,
    sentence: &'static str,
    better: &'static str,
}

fn placed(text: &str, slot: &str, passage: &Passage, mut found: Vec<Found>) -> Vec<WordRemark> {
    // Of wordings that overlap, the first says enough.
    found.sort_by_key(|f| (f.range.start, std::cmp::Reverse(f.range.end)));
    let mut end = 0;
    found.retain(|f| {
        f.range.start >= end && !quoted(&passage.text, &f.range) && {
            end = f.range.end;
            true
        }
    });
    let remark = |f: Found| {
        let words = passage.text[f.range.clone()].trim().to_owned();
        WordRemark {
            slot: slot.to_owned(),
            line: blocks::line_at(text, passage.place(f.range.start)),
            sentence: format!("\"{words}\" {}.", f.sentence),
            words,
            about: f.about,
            better: f.better.to_owned(),
        }
    };
    found.into_iter().map(remark).collect()
}

fn wordings(passage: &Passage, actions: bool) -> Vec<Found> {
    let phrases = PHRASES.iter().filter(|p| !(actions && p.about == About::VagueAction));
    phrases
        .flat_map(|p| {
            p.find(&passage.text).map(|range| Found { range, about: p.about, sentence: p.sentence, better: p.better })
        })
        .collect()
}

/// Names from the list, as written there, and mentions such as `@kim`; no mail addresses and no packages.
fn named(passage: &Passage, names: &[String]) -> Vec<Found> {
    let text = &passage.text;
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for name in names.iter().map(|n| n.trim().trim_start_matches('@')).filter(|n| n.chars().count() > 1) {
        ranges.extend(text.match_indices(name).map(|(at, _)| at..at + name.len()).filter(|r| whole(text, r)));
    }
    for (at, _) in text.match_indices('@') {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let handle = text[at + 1..].chars().take_while(|c| word(*c)).map(char::len_utf8).sum::<usize>();
        let range = at..at + 1 + handle;
        let before = text[..at].chars().next_back();
        let after = &text[range.end..];
        let alone = before.is_none_or(|c| !word(c) && !matches!(c, '.' | '/' | '@' | ':'));
        let package = after.starts_with(['/', '@']) || after.starts_with('.') && after[1..].starts_with(word);
        let lettered = text[at + 1..].starts_with(char::is_alphabetic);
        if alone && lettered && !package {
            ranges.push(range);
        }
    }
    ranges.into_iter().map(|range| Found { range, about: About::Name, sentence: NAMED, better: NAMED_BETTER }).collect()
}

/// Whether a range is whole words.
fn whole(text: &str, range: &Range<usize>) -> bool {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@');
    !text[..range.start].chars().next_back().is_some_and(word) && !text[range.end..].chars().next().is_some_and(word)
}

/// The sentence that a range stands in.
fn around<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    let ends = |c: char| matches!(c, '.' | '!' | '?' | ';');
    let start = text[..range.start].rfind(ends).map_or(0, |at| at + 1);
    let end = text[range.end..].find(ends).map_or(text.len(), |at| range.end + at);
    &text[start..end]
}

/// Whether a range stands in somebody else's words: between double quotes, with more than itself, such as a line of a
/// log. A phrase alone between quotes is the writer's.
fn quoted(text: &str, range: &Range<usize>) -> bool {
    let pairs = [('“', '”'), ('«', '»'), ('„', '“'), ('"', '"')];
    pairs.iter().any(|(open, close)| {
        let before = &text[..range.start];
        let opened = if open == close {
            (before.matches(*open).count() % 2 == 1).then(|| before.rfind(*open)).flatten()
        } else {
            before.rfind(*open).filter(|at| !before[*at + open.len_utf8()..].contains(*close))
        };
        let (Some(from), Some(to)) = (opened, text[range.end..].find(*close)) else { return false };
        let inner = &text[from + open.len_utf8()..range.end + to];
        let more = inner.split_whitespace().count() >= text[range.clone()].split_whitespace().count() + 3;
        more || inner.contains(|c: char| matches!(c, '=' | ':' | '/' | '[' | '{') || c.is_ascii_digit())
    })
}

/// Beginnings of actions that have no end: whether a done-when gives them one, what is the matter, a better question.
const VAGUE_ROWS: [(bool, &str, &str, &str); 3] = [
    (
        false,
        r"(?i)^(?:(?:please )?(?:be|being) (?:more |extra )?(?:careful|attentive|vigilant|mindful|diligent)|pay (?:more |closer |better )?attention|remember|remind|try|consider|think about|communicate (?:better|more)|do better|raise awareness|be (?:more )?aware)\b",
        "is a good resolution, not something that is done one day",
        "What would make the safe way the easy one, whoever is on call?",
    ),
    (
        true,
        r"(?i)^(?:improve|investigate|look (?:into|at)|explore|evaluate|discuss|review|monitor|ensure|make sure|strengthen|optimi[sz]e|enhance|better|more|double[- ]check|check)\b",
        "has no end: nothing says when it is done",
        "What will be there afterwards that is not there now, and how will anybody see it?",
    ),
    (
        true,
        r"(?i)^(?:re-?)?(?:train|educate|teach|coach)(?:ing)?\b|\btraining(?: session)?s?$",
        "trains people and leaves the system as it is",
        "What in the system would stop the same step from doing harm?",
    ),
];

static VAGUE: LazyLock<Vec<(bool, Regex, &str, &str)>> = LazyLock::new(|| {
    let row = |(end, pattern, sentence, better)| Some((end, Regex::new(pattern).ok()?, sentence, better));
    VAGUE_ROWS.into_iter().filter_map(row).collect()
});

/// Actions that nobody can tell done from not done: good resolutions always, searches and improvements where nothing
/// says when they are done.
pub(super) fn vague(actions: &[Action]) -> Vec<WordRemark> {
    let mut remarks = Vec::new();
    for (only_without_end, regex, sentence, better) in VAGUE.iter() {
        for action in actions.iter().filter(|a| a.open() && (!only_without_end || a.done_when.is_empty())) {
            if let Some(found) = regex.find(action.what.trim()) {
                remarks.push(WordRemark {
                    slot: ACTIONS.into(),
                    line: action.line,
                    words: found.as_str().to_owned(),
                    about: About::VagueAction,
                    sentence: format!("\"{}\" {sentence}.", action.what.chars().take(60).collect::<String>()),
                    better: (*better).to_owned(),
                });
            }
        }
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edits::blocks::parse;

    fn lint(id: &str, words: &str, names: &[&str]) -> Vec<(u64, About, String)> {
        let text = format!("# T\n<!-- cutover:slot {id} -->\n{words}\n<!-- cutover:end {id} -->\n");
        let document = parse(&text).expect("a document");
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        let block = document.blocks().next().expect("a slot");
        super::slot(&text, block, &names).into_iter().map(|r| (r.line, r.about, r.words)).collect()
    }

    fn one(line: u64, about: About, words: &str) -> Vec<(u64, About, String)> {
        vec![(line, about, words.to_owned())]
    }

    #[test]
    fn every_pattern_compiles() {
        assert!(CAUSE.is_some() && VAGUE.len() == VAGUE_ROWS.len());
    }

    #[test]
    fn a_remark_names_its_line_and_words() {
        assert_eq!(lint("factors", "fine\n\nIt was **human**\nerror.", &[]), one(5, About::Blame, "human error"));
        assert_eq!(lint("factors", "- a\n- b\n  - the root cause", &[]), one(5, About::SingleCause, "root cause"));
        assert_eq!(lint("factors", "| a |\n|---|\n| careless |", &[]), one(5, About::Blame, "careless"));
        let text = "<!-- cutover:slot factors -->\r\n\r\nש human error 🎉\r\n<!-- cutover:end factors -->";
        let document = parse(text).expect("a document");
        let found = super::slot(text, document.blocks().next().expect("a slot"), &[]);
        assert_eq!((found.len(), found[0].line), (1, 3));
        assert!(found[0].better.ends_with('?') && found[0].sentence.starts_with("\"human error\" names"));
    }

    #[test]
    fn code_quotes_and_comments_are_not_judged() {
        for words in [
            "`human error`",
            "```\nhuman error\n```",
            "> the log says human error",
            "<!-- was it human error? -->",
            "The log said “ERROR: operator error at 10:00”.",
            "The banner read \"this was a human error by the staff\".",
            "    human error",
        ] {
            assert_eq!(lint("factors", words, &[]), [], "{words}");
        }
        assert_eq!(lint("factors", "They called it \"human error\".", &[]), one(3, About::Blame, "human error"));
    }

    #[test]
    fn names_are_remarked_among_causes_only() {
        let names = ["Ana", "Noa Levi", "@kim", "x"];
        assert_eq!(lint("factors", "Ana pressed it", &names), one(3, About::Name, "Ana"));
        assert_eq!(lint("factors", "then Noa\nLevi did", &names), one(3, About::Name, "Noa Levi"));
        assert_eq!(lint("factors", "asked @lee-2 and kim", &names).len(), 2);
        for words in ["Anatomy; BAna; ana", "mail a@b.co, @sentry/node, x@2.0, @2x, @scope/pkg", "see `Ana`", "x marks"]
        {
            assert_eq!(lint("factors", words, &names), [], "{words}");
        }
        for id in ["went-well", "lucky", "actions"] {
            assert_eq!(lint(id, "Ana saw it within two minutes", &names), [], "{id}");
        }
        assert_eq!(lint("went-well", "Ana's mistake was seen", &names), one(3, About::Blame, "Ana's mistake"));
    }

    #[test]
    fn between_the_blocks_a_name_is_remarked_where_it_is_a_cause() {
        let names = vec!["Ana".to_owned()];
        let about = |text: &str| outside(text, &(0..text.len()), "summary", &names).len();
        assert_eq!(about("Ana called Noa. It broke at ten."), 0);
        assert_eq!(about("It broke because Ana deployed."), 1);
    }

    #[test]
    fn vague_actions_are_told_from_ones_that_end() {
        let action = |what: &str, done_when: &str| Action {
            what: what.into(),
            done_when: done_when.into(),
            state: "open".into(),
            ..Action::default()
        };
        for (what, alone, with_end) in [
            ("Be more careful with flags", 1, 1),
            ("Remind testers", 1, 1),
            ("Consider a canary", 1, 1),
            ("Try to reproduce", 1, 1),
            ("Improve monitoring", 1, 0),
            ("investigate the pool", 1, 0),
            ("Training", 1, 0),
            ("Train on-call", 1, 0),
            ("Alert on 5xx above 1 %", 0, 0),
            ("Considerable work on retries", 0, 0),
            ("Moreover", 0, 0),
        ] {
            assert_eq!(vague(&[action(what, "")]).len(), alone, "{what}");
            assert_eq!(vague(&[action(what, "it fired in a drill")]).len(), with_end, "{what}");
        }
        let done = Action { state: "done".into(), ..action("Improve monitoring", "") };
        assert_eq!(vague(&[done]), []);
    }
}
