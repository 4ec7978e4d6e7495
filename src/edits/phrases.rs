//! Wordings that end a question instead of opening one, each with what is the matter and a better question.
//!
//! What is looked for follows the practice of blameless reviews: S. Dekker, "The Field Guide to Understanding 'Human
//! Error'" (2014), on hindsight and "human error" as a label; R. Cook, "How Complex Systems Fail" (1998), point 7, on
//! single causes.

use std::sync::LazyLock;

use regex::Regex;

use crate::report::words::About;

/// A wording and what to say about it.
pub(super) struct Phrase {
    pub about: About,
    pub sentence: &'static str,
    pub better: &'static str,
    words: Regex,
    /// What must not stand right after it, or right before it.
    unless_before: Option<Regex>,
    unless_after: Option<Regex>,
}

impl Phrase {
    /// Where the wording stands in a text.
    pub(super) fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
        self.words.find_iter(text).map(|m| m.range()).filter(|range| {
            let (before, after) = (&text[..range.start], &text[range.end..]);
            !self.unless_after.as_ref().is_some_and(|r| r.is_match(after))
                && !self.unless_before.as_ref().is_some_and(|r| r.is_match(before))
        })
    }
}

/// A person as the subject of a sentence.
const WHO: &str = r"(?:he|she|they|we|I|you|who|someone|somebody|nobody|everybody|(?:the )?(?:engineers?|operators?|developers?|devs?|on-?call|teams?|testers?|staff|people|admins?|reviewers?|author|support)|@[\w-]+)";

/// What is looked for: about, wording, not before, not after, what is the matter, a better question.
type Row = (About, &'static str, &'static str, &'static str, &'static str, &'static str);

const LABEL: &str = "names an error of a person where the explanation should begin";
const LABEL_BETTER: &str = "What made it look right at the time? What would have let anybody else do the same, and what would have stopped it?";
const CHARACTER: &str = "judges a person, which explains nothing and keeps others from speaking";
const CHARACTER_BETTER: &str = "What else asked for attention at that moment? What did the screen show?";
const LAPSE: &str = "says what a person did not do, and not what made that easy";
const LAPSE_BETTER: &str =
    "What would have brought the step to mind? How often is it done, and what happens when it is left out?";
const GUILT: &str = "gives the blame to somebody";
const GUILT_BETTER: &str = "How did the system let one step do so much harm?";
const HINDSIGHT: &str = "holds against people what could be known only afterwards";
const HINDSIGHT_BETTER: &str = "What did it look like to them, with what they could see then?";
const SINGLE: &str = "takes one cause for all of it";
const SINGLE_BETTER: &str = "What else had to be so for this to happen? What kept it from being seen earlier?";
const RESOLVE: &str = "is a good resolution: nobody can tell it done from not done";
const RESOLVE_BETTER: &str = "What would make the safe way the easy one, whoever is on call?";

const ROWS: &[Row] = &[
    (
        About::Blame,
        r"\b(?:(?:human|operator|pilot)['’]?s?[- ](?:error|mistake|failure|fault)s?|(?:user|person|people|engineer|developer|admin|tester)(?:['’]?s)?[- ](?:error|mistake|fault)s?)\b",
        "",
        r"^[- ](?:rates?|ratio|counts?|codes?|budget|messages?|pages?|logs?|metrics?|reports?|tracking|handling|boundar|per\b|rose|fell|grew)",
        LABEL,
        LABEL_BETTER,
    ),
    (
        About::Blame,
        r"\b(?:careless(?:ly|ness)?|negligen(?:t|tly|ce)|reckless(?:ly|ness)?|slopp(?:y|ily|iness)|incompeten(?:t|ce|tly)|stupid(?:ly|ity)?|foolish(?:ly)?|complacen(?:t|cy)|inattenti(?:on|ve)|thoughtless(?:ly|ness)?|lack of (?:attention|care|discipline|diligence)|not paying attention|bad apples?)\b",
        "",
        "",
        CHARACTER,
        CHARACTER_BETTER,
    ),
    (
        About::Blame,
        r"\b(?:forgot|(?:had|has|have|was|were) forgotten)\b",
        "",
        r"^[- ]?(?:password|my password)",
        LAPSE,
        LAPSE_BETTER,
    ),
    (
        About::Blame,
        r"\b(?:failed to (?:follow|notice|reali[sz]e|escalate|communicate|pay attention|think)|neglected to|(?:did not|didn['’]t) (?:bother|pay attention|follow (?:the |our )?(?:process|procedure|runbook|checklist|instructions?|rules?))|(?:violat|disregard|ignor)(?:ed|ing) (?:the |an? |our )?(?:process|procedure|runbook|checklist|instructions?|rules?|polic(?:y|ies)|alerts?|alarms?|warnings?|page))\b",
        "",
        "",
        LAPSE,
        LAPSE_BETTER,
    ),
    (About::Blame, r"\b{WHO} (?:failed|neglected) to\b", "", "", LAPSE, LAPSE_BETTER),
    (
        About::Blame,
        r"\b(?:to blame|blam(?:e|es|ed|ing)|(?:is|was|are|were) at fault)\b",
        r"(?:\bgit|\bwithout|\bno|\bnot|n['’]t)[ -]$",
        "",
        GUILT,
        GUILT_BETTER,
    ),
    (
        About::Blame,
        r"(?:\b(?:my|his|her|their|your|our|whose|somebody['’]s|someone['’]s)|@[\w-]+['’]s|\b(?-i:\p{Lu})[\p{L}-]+['’]s) (?:own )?(?:mistake|fault|oversight|negligence|carelessness|blunder|slip-?up)s?\b",
        "",
        r"^[- ](?:domains?|toleran|injection)",
        GUILT,
        GUILT_BETTER,
    ),
    (
        About::Hindsight,
        r"\b(?:should|could|ought to)(?: not|n['’]t)?(?: have|['’]ve) (?:known|noticed|reali[sz]ed|remembered|thought|paid attention|been more (?:careful|attentive|vigilant|diligent)|double-checked|looked|asked)\b",
        "",
        "",
        HINDSIGHT,
        HINDSIGHT_BETTER,
    ),
    (
        About::Hindsight,
        r"\b{WHO} (?:should|could|ought to)(?: not|n['’]t)?(?: have|['’]ve) \w+",
        "",
        "",
        HINDSIGHT,
        HINDSIGHT_BETTER,
    ),
    (
        About::Hindsight,
        r"\b(?:(?:in|with) hindsight|if only (?:he|she|they|we|somebody|someone)|common sense|(?:it was|is|was) obvious|obviously)\b",
        "",
        "",
        HINDSIGHT,
        HINDSIGHT_BETTER,
    ),
    (
        About::SingleCause,
        r"\b(?:root[- ]cause|(?:single|sole|only|true) cause)\b",
        r"(?:\bno|\bnot|n['’]t|\bwithout|\brather than|\bnever)(?: an?| the| one| any)?(?: single| one| sole)? ?$",
        r"^[- ](?:anal|categor|field)",
        SINGLE,
        SINGLE_BETTER,
    ),
    (
        About::VagueAction,
        r"\b(?:be|being) (?:more|extra) (?:careful|attentive|vigilant|mindful|diligent)|\btry harder\b|\bpay (?:more|closer|better) attention\b",
        "",
        "",
        RESOLVE,
        RESOLVE_BETTER,
    ),
];

/// All wordings.
pub(super) static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| ROWS.iter().filter_map(phrase).collect());

fn phrase((about, words, before, after, sentence, better): &Row) -> Option<Phrase> {
    let words = words.replace("{WHO}", WHO);
    let around = |pattern: &str| match pattern {
        "" => Some(None),
        pattern => Regex::new(&format!("(?i){pattern}")).ok().map(Some),
    };
    Some(Phrase {
        about: *about,
        sentence,
        better,
        words: Regex::new(&format!("(?i){words}")).ok()?,
        unless_before: around(before)?,
        unless_after: around(after)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(PHRASES.len(), ROWS.len());
    }

    fn about(text: &str) -> Option<About> {
        PHRASES.iter().find(|p| p.find(text).next().is_some()).map(|p| p.about)
    }

    #[test]
    fn wordings_that_blame_are_found() {
        for text in [
            "It was human error.",
            "HUMAN ERROR",
            "operator error caused it",
            "a user mistake",
            "the engineer's mistake",
            "a careless deploy",
            "negligence",
            "lack of attention",
            "Nobody was careful; someone forgot to run it",
            "the flag was forgotten",
            "on-call failed to follow the runbook",
            "the developer failed to test it",
            "she didn't follow the checklist",
            "they ignored the alarm",
            "We blame the release process on Kim",
            "Kim is to blame",
            "it was Kim’s fault",
            "@kim's oversight",
            "my mistake",
        ] {
            assert_eq!(about(text), Some(About::Blame), "{text}");
        }
        for text in [
            "he should have known better",
            "it should've been tested; we should have waited",
            "they could have stopped it",
            "In hindsight it was clear",
            "obviously wrong",
        ] {
            assert_eq!(about(text), Some(About::Hindsight), "{text}");
        }
        for text in ["The root cause was the pool", "Root cause: pool", "the single cause", "Root-cause"] {
            assert_eq!(about(text), Some(About::SingleCause), "{text}");
        }
        assert_eq!(about("Next time, be more careful."), Some(About::VagueAction));
    }

    #[test]
    fn wordings_about_machines_and_plain_facts_are_left_alone() {
        for text in [
            "a humane error page",
            "The user error rate rose to 5 %.",
            "user errors per route: see the user error codes",
            "The request failed to connect.",
            "The pool failed to grow.",
            "The status should have been 200.",
            "The alert should have caught it; the answer should have come within 2 s.",
            "Users pressed “forgot password”.",
            "Forgot-password mails were late.",
            "git blame shows two commits; this review is without blame",
            "a blameless review",
            "We do not blame",
            "Azure's fault domains",
            "There is no single root cause.",
            "There was not one root cause but three.",
            "root causes and contributing factors",
            "The root cause analysis template",
            "lazy loading of the only caused view",
            "Careful reading of the dashboards helped.",
        ] {
            assert_eq!(about(text), None, "{text}");
        }
    }
}
