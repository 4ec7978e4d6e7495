//! The places for people's words: their names and guiding questions; "how" and "what", never "why did you".

/// A slot of the Markdown report.
pub(super) struct Place {
    pub(super) id: &'static str,
    /// What a person is asked.
    pub(super) questions: &'static [&'static str],
    /// Heads of a table that is asked for; empty where words are.
    pub(super) columns: &'static [&'static str],
}

pub(super) const STATUS: Place = Place { id: "status", questions: &["Status: draft"], columns: &[] };

pub(super) const FACTORS: Place = Place {
    id: "factors",
    questions: &[
        "What made it possible: in the code, the configuration, the data, the way of releasing?",
        "What made it worse, and what made it last?",
        "How did it look from where people stood: what did they see, and what did they expect?",
        "What would have caught it before testers did, and how did it get past the checks?",
        "Which hypothesis above do you hold true, and what shows it?",
    ],
    columns: &[],
};

pub(super) const WELL: Place = Place {
    id: "went-well",
    questions: &["What helped to notice it, to decide, or to end it?", "What should stay as it is?"],
    columns: &[],
};

pub(super) const BADLY: Place = Place {
    id: "went-badly",
    questions: &[
        "What took longer than it needed, and what was people’s time spent on?",
        "What was missing: a signal, an access, a tool, a word?",
    ],
    columns: &[],
};

pub(super) const LUCKY: Place = Place {
    id: "lucky",
    questions: &["What could have gone worse, and what stopped it that nobody had planned?"],
    columns: &[],
};

pub(super) const ACTIONS: Place = Place {
    id: "actions",
    questions: &[
        "What will be done, by whom, until when, and how will everybody see that it is done? Types: prevent, detect, mitigate, process.",
    ],
    columns: &["Action", "Type", "Owner", "Due", "Done when", "State"],
};

pub(super) const CONDITIONS: Place = Place {
    id: "conditions",
    questions: &[
        "What must be shown, and by which check, before testers get a build again?",
        "Who decides it?",
        "What will be watched in the first hour?",
    ],
    columns: &[],
};

/// All slots that hold words, in the order of the document.
pub(super) const ALL: [&Place; 6] = [&FACTORS, &WELL, &BADLY, &LUCKY, &ACTIONS, &CONDITIONS];

impl Place {
    /// What stands in the Markdown report while nobody has written.
    pub(super) fn hint(&self) -> String {
        if self.id == STATUS.id {
            return format!("{}\n", self.questions.concat());
        }
        // As comments: who writes sees them, who reads does not, and they are never taken for a person's words.
        let mut text: String = self.questions.iter().map(|question| format!("<!-- {question} -->\n")).collect();
        if !self.columns.is_empty() {
            text.push_str(&format!("\n| {} |\n|{}\n", self.columns.join(" | "), "---|".repeat(self.columns.len())));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_question_asks_who_is_to_blame() {
        for place in ALL {
            for question in place.questions {
                let small = question.to_lowercase();
                assert!(!small.contains("why") && !small.contains("fault") && !small.contains("blame"), "{question}");
            }
        }
    }

    #[test]
    fn the_table_of_actions_is_ready_to_be_filled_in() {
        assert!(
            ACTIONS
                .hint()
                .ends_with("\n| Action | Type | Owner | Due | Done when | State |\n|---|---|---|---|---|---|\n")
        );
        assert_eq!(STATUS.hint(), "Status: draft\n");
    }
}
