//! Two wordings of a line in, the words by which they say something else out: a number, a negation, an opposite, a
//! name, a route. Likeness of letters does not see these.

use super::find::unlink;

/// Words whose coming or going changes what a sentence asks for.
const TELLING: &[&str] = &[
    "no",
    "not",
    "never",
    "without",
    "none",
    "nor",
    "neither",
    "cannot",
    "can't",
    "don't",
    "doesn't",
    "isn't",
    "aren't",
    "won't",
    "mustn't",
    "shouldn't",
    "except",
    "unless",
    "only",
    "any",
    "some",
    "most",
    "least",
    "more",
    "less",
    "fewer",
    "on",
    "off",
    "before",
    "after",
    "above",
    "below",
    "up",
    "down",
    "in",
    "out",
    "increase",
    "increases",
    "decrease",
    "decreases",
    "rise",
    "rises",
    "fall",
    "falls",
    "start",
    "stop",
    "enable",
    "disable",
    "fail",
    "fails",
    "pass",
    "passes",
    "allow",
    "allows",
    "block",
    "blocks",
];
/// Beginnings that turn a word into its opposite.
const OPPOSITE: &[&str] = &["un", "in", "im", "ir", "il", "dis", "de", "non", "non-", "mis"];

/// The words by which `there` says something else than `here`; empty where only the wording differs. Words of both
/// are given in the order in which they stand, those that went first.
#[must_use]
pub fn says_otherwise(here: &str, there: &str) -> Vec<String> {
    let (here, there) = (words(here), words(there));
    let (gone, come) = (surplus(&here, &there), surplus(&there, &here));
    let telling = |word: &Word, others: &[&Word]| {
        let turned = others.iter().any(|other| opposite(&word.lower, &other.lower));
        let slip = !word.number && others.iter().any(|other| is_slip(&word.lower, &other.lower));
        turned || word.number || TELLING.contains(&word.lower.as_str()) || word.name && !slip
    };
    let all = gone.iter().map(|w| (w, &come)).chain(come.iter().map(|w| (w, &gone)));
    all.filter(|(word, others)| telling(word, others)).map(|(word, _)| word.lower.clone()).collect()
}

struct Word {
    lower: String,
    /// It has a digit.
    number: bool,
    /// A name: a capital that no sentence asks for, code, a route.
    name: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut all = Vec::new();
    let mut code = false;
    for (at, raw) in unlink(text).split_whitespace().enumerate() {
        let ticks = raw.matches('`').count();
        let inside = code || ticks > 0;
        code ^= ticks % 2 == 1;
        let edge = |c: char| !(c.is_alphanumeric() || matches!(c, '/' | '_' | '-' | '%' | '≥' | '≤' | '<' | '>' | '='));
        let word = raw.trim_matches(edge).trim_matches('-');
        if word.is_empty() {
            continue;
        }
        let capital = |from: usize| word.chars().skip(from).any(char::is_uppercase);
        all.push(Word {
            lower: word.to_lowercase().replace('’', "'"),
            number: word.chars().any(|c| c.is_numeric() || matches!(c, '≥' | '≤' | '<' | '>')),
            name: inside || capital(usize::from(at == 0)) || word.contains(['/', '_']),
        });
    }
    all
}

/// Words of `all` that stand there more often than in `other`.
fn surplus<'a>(all: &'a [Word], other: &[Word]) -> Vec<&'a Word> {
    let mut left: Vec<&str> = other.iter().map(|w| w.lower.as_str()).collect();
    let mut surplus = Vec::new();
    for word in all {
        match left.iter().position(|held| *held == word.lower) {
            Some(at) => drop(left.swap_remove(at)),
            None => surplus.push(word),
        }
    }
    surplus
}

fn opposite(one: &str, other: &str) -> bool {
    let turns = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|begin| short.chars().count() > 2 && OPPOSITE.contains(&begin))
    };
    turns(one, other) || turns(other, one)
}

/// A letter wrong, too many or missing in a longer word.
fn is_slip(one: &str, other: &str) -> bool {
    one.chars().count().min(other.chars().count()) >= 5 && strsim::damerau_levenshtein(one, other) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_the_meaning_is_told_from_what_does_not() {
        let line = "App launches without crash on both iOS and Android within 60 seconds (see `GET /health/live`)";
        for (from, to) in [
            ("iOS", "watchOS"),
            ("60 seconds", "600 seconds"),
            ("without crash", "with a crash"),
            ("launches", "never launches"),
            ("/health/live", "/health/ready"),
            ("both iOS and Android", "iOS"),
        ] {
            assert!(!says_otherwise(line, &line.replace(from, to)).is_empty(), "{from} → {to}");
        }
        for (from, to) in [
            ("App launches", "The app launches"),
            ("crash", "crashing"),
            ("Android", "Andriod"),
            ("(see", "(compare"),
            ("`GET /health/live`", "GET /health/live"),
        ] {
            assert_eq!(says_otherwise(line, &line.replace(from, to)), Vec::<String>::new(), "{from} → {to}");
        }
        assert_eq!(says_otherwise("The profile is correct", "The profile is incorrect"), ["correct", "incorrect"]);
        assert_eq!(says_otherwise("Toggle it on", "Toggle it off"), ["on", "off"]);
        assert!(says_otherwise("- ≥ 1 week", "- ≤ 1 week").contains(&"≤".to_owned()));
    }
}
