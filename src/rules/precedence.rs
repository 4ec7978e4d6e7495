//! A person's word and machine evidence about one cell in, its verdict out: statistics.md S1, "which decides".

use super::Seen;
use crate::verdict::{Proof, Verdict};

/// A word that counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    pub result: Answer,
    /// `42→43` where it was given on an earlier named build.
    pub carried: Option<String>,
    /// Who, when and where, as a phrase.
    pub phrase: String,
}

/// What the word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Pass,
    Fail,
    Blocked,
}

/// Whether the attested hour is covered by the tester's logs and they show nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// The action leaves no trace, or the hour is not covered.
    Explained,
    /// The action must leave a trace and the covered logs hold none.
    Telling,
}

/// A cell's verdict: the verdict, how it came about in a word, and the sentence.
pub type CellVerdict = (Verdict, String, String);

/// Combines the two.
#[must_use]
pub fn combine(proof: Proof, seen: &Seen, word: Option<&Word>, silence: Silence) -> CellVerdict {
    let answer = word.map(|w| w.result);
    let said = word.map_or("", |w| w.phrase.as_str());
    let cell = |verdict, how: &str, sentence: String| (verdict, how.to_owned(), sentence);
    let both = |why: &str| format!("{said}, but {why}");
    match (seen, answer) {
        // 1. Bad wins.
        (Seen::Bad(why), Some(Answer::Pass)) => cell(Verdict::Conflict, "contradicted", both(why)),
        (Seen::Bad(why), _) => cell(Verdict::Fail, "seen", why.clone()),
        (Seen::Shown(why), Some(Answer::Fail)) => cell(Verdict::Conflict, "contradicted", both(why)),
        (_, Some(Answer::Fail)) => cell(Verdict::Fail, "attested", said.to_owned()),
        // 2. A blocked attempt is no observation.
        (_, Some(Answer::Blocked)) => cell(Verdict::NoData, "blocked", said.to_owned()),
        (Seen::NotApplicable(why), _) => cell(Verdict::NotApplicable, "n/a", why.clone()),
        // 3. Machine evidence.
        (Seen::Shown(why), Some(Answer::Pass)) => (Verdict::Pass, how(word, "both"), why.clone()),
        (Seen::Shown(why), None) => match proof {
            Proof::Machine | Proof::Either => cell(Verdict::Pass, "seen", why.clone()),
            Proof::Attested | Proof::Both => cell(Verdict::Pending, "pre-filled", format!("{why}; not yet attested")),
        },
        // 4. and 5. A word alone, and what silence does to it.
        (_, Some(Answer::Pass)) => word_alone(proof, seen, word, silence, said),
        // 6. Nothing at all, or too little.
        (Seen::Thin(why), None) => cell(Verdict::Inconclusive, "thin", why.clone()),
        (Seen::Due(why), None) => cell(Verdict::Pending, "due", why.clone()),
        (Seen::Absent(why), None) => cell(Verdict::NoData, "nothing", why.clone()),
    }
}

/// Whether a word that is still missing would pass the cell: what a person can be asked for.
#[must_use]
pub fn is_owed(proof: Proof, seen: &Seen, word: Option<&Word>, silence: Silence) -> bool {
    let missing = word.is_none_or(|w| w.result == Answer::Blocked);
    let given = Word { result: Answer::Pass, carried: None, phrase: String::new() };
    missing
        && combine(proof, seen, word, silence).0 != Verdict::Pass
        && combine(proof, seen, Some(&given), silence).0 == Verdict::Pass
}

fn word_alone(proof: Proof, seen: &Seen, word: Option<&Word>, silence: Silence, said: &str) -> CellVerdict {
    let why = seen.sentence();
    if proof == Proof::Machine {
        let verdict = match seen {
            Seen::Thin(_) => Verdict::Inconclusive,
            Seen::Due(_) => Verdict::Pending,
            _ => Verdict::NoData,
        };
        return (verdict, "word only".to_owned(), format!("{why}; a word does not decide this line"));
    }
    if silence == Silence::Telling {
        let sentence = format!("{said}, but the log covers that hour and shows nothing of it on the whole build");
        return (Verdict::Conflict, "silent".to_owned(), sentence);
    }
    match proof {
        Proof::Both => {
            (Verdict::NoData, "word only".to_owned(), format!("{said}; the evidence does not show it: {why}"))
        }
        _ => (Verdict::Pass, how(word, "attested"), said.to_owned()),
    }
}

fn how(word: Option<&Word>, otherwise: &str) -> String {
    word.and_then(|w| w.carried.clone())
        .map_or_else(|| otherwise.to_owned(), |carried| format!("{otherwise}, {carried}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(result: Answer) -> Word {
        Word { result, carried: None, phrase: "t01 said so".to_owned() }
    }

    #[test]
    fn every_row_of_the_precedence() {
        let (pass, fail, blocked) = (word(Answer::Pass), word(Answer::Fail), word(Answer::Blocked));
        let (bad, shown, absent) =
            (Seen::Bad("b".to_owned()), Seen::Shown("s".to_owned()), Seen::Absent("a".to_owned()));
        let verdict = |proof, seen: &Seen, word, silence| combine(proof, seen, word, silence).0;
        let explained = Silence::Explained;
        for proof in [Proof::Machine, Proof::Either, Proof::Attested, Proof::Both] {
            assert_eq!(verdict(proof, &bad, None, explained), Verdict::Fail);
            assert_eq!(verdict(proof, &bad, Some(&pass), explained), Verdict::Conflict);
            assert_eq!(verdict(proof, &shown, Some(&fail), explained), Verdict::Conflict);
            assert_eq!(verdict(proof, &absent, Some(&fail), explained), Verdict::Fail);
            assert_eq!(verdict(proof, &absent, Some(&blocked), explained), Verdict::NoData);
            assert_eq!(verdict(proof, &absent, None, explained), Verdict::NoData);
            assert_eq!(verdict(proof, &shown, Some(&pass), explained), Verdict::Pass);
        }
        assert_eq!(verdict(Proof::Either, &shown, None, explained), Verdict::Pass);
        assert_eq!(verdict(Proof::Attested, &shown, None, explained), Verdict::Pending);
        assert_eq!(verdict(Proof::Both, &absent, Some(&pass), explained), Verdict::NoData);
        assert_eq!(verdict(Proof::Machine, &absent, Some(&pass), explained), Verdict::NoData);
        assert_eq!(verdict(Proof::Attested, &absent, Some(&pass), explained), Verdict::Pass);
        assert_eq!(verdict(Proof::Either, &absent, Some(&pass), Silence::Telling), Verdict::Conflict);
    }

    #[test]
    fn a_person_is_asked_only_for_a_word_that_would_pass_the_line() {
        let (shown, absent) = (Seen::Shown("s".to_owned()), Seen::Absent("a".to_owned()));
        let owed = |proof, seen: &Seen, word: Option<&Word>| is_owed(proof, seen, word, Silence::Explained);
        assert!(!owed(Proof::Either, &shown, None), "the machine proves it already");
        assert!(owed(Proof::Either, &absent, None));
        assert!(owed(Proof::Attested, &shown, None), "pre-filled, not yet attested");
        assert!(owed(Proof::Both, &shown, None));
        assert!(!owed(Proof::Both, &absent, None), "the word alone would not help");
        assert!(!owed(Proof::Machine, &absent, None));
        assert!(!owed(Proof::Attested, &Seen::Bad("b".to_owned()), None));
        assert!(!is_owed(Proof::Either, &absent, None, Silence::Telling), "the log would contradict it");
        assert!(owed(Proof::Attested, &absent, Some(&word(Answer::Blocked))), "try again");
        assert!(!owed(Proof::Attested, &absent, Some(&word(Answer::Fail))));
    }
}
