//! The runbook, the catalogue and what the team declared in, which check judges which line out; whatever does not fit
//! is told, never passed over.

use std::collections::BTreeMap;

use super::find::Match;
use super::{Line, LineKind, Runbook};
use crate::config::{Declared, DeclaredLine};
use crate::queries::Query;
use crate::report::Note;

/// Checks without a line that are told one by one.
const ONE_BY_ONE: usize = 3;

/// What ties a check to the runbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tie {
    /// The line reads as the check knows it.
    Line(String),
    /// The line is worded otherwise, but says the same.
    Reworded(String),
    /// The configuration names the check for the line.
    Declared(String),
    /// The check names no line, or the runbook does not have it: it is judged beside the runbook.
    Beside,
}

/// Which check judges which line, and what lines without a check are declared to be.
#[derive(Debug, Clone, Default)]
pub struct Bindings {
    /// By check id.
    ties: BTreeMap<String, Tie>,
    /// By line id.
    declared: BTreeMap<String, Declared>,
    /// Short name of a check without a line → why it is out of scope.
    without_line: BTreeMap<String, String>,
    pub notes: Vec<Note>,
}

impl Bindings {
    /// Binds every check of the catalogue.
    #[must_use]
    pub fn of(runbook: &Runbook, catalogue: &[Query], declared: &[DeclaredLine]) -> Self {
        let mut bindings = Bindings::default();
        let lines: Vec<(&DeclaredLine, Option<&Line>)> =
            declared.iter().map(|d| (d, bindings.declared_line(runbook, d))).collect();
        for (declaration, line) in &lines {
            if let (Declared::Checked(checks), Some(line)) = (&declaration.is, line) {
                bindings.by_configuration(catalogue, checks, line);
            }
        }
        let mut missing = Vec::new();
        for query in catalogue {
            let Some(text) = query.check().and_then(|c| c.line.as_deref()) else { continue };
            if !bindings.ties.contains_key(&query.id) {
                let tie = bindings.by_text(runbook, query, text, &mut missing);
                bindings.ties.insert(query.id.clone(), tie);
            }
        }
        for (declaration, line) in lines {
            bindings.declare(catalogue, declaration, line);
        }
        bindings.tell_missing(&missing);
        bindings.tell_unbound(runbook);
        bindings
    }

    /// The line that a check judges.
    #[must_use]
    pub fn line_of(&self, check: &str) -> Option<&str> {
        match self.ties.get(check)? {
            Tie::Line(id) | Tie::Reworded(id) | Tie::Declared(id) => Some(id),
            Tie::Beside => None,
        }
    }

    /// How a check is tied.
    #[must_use]
    pub fn tie(&self, check: &str) -> &Tie {
        self.ties.get(check).unwrap_or(&Tie::Beside)
    }

    /// Whether some check judges the line.
    #[must_use]
    pub fn has_check(&self, line: &str) -> bool {
        self.ties.keys().any(|check| self.line_of(check) == Some(line))
    }

    /// What a line is declared to be.
    #[must_use]
    pub fn declared(&self, line: &str) -> Option<&Declared> {
        self.declared.get(line)
    }

    /// Why a check is out of scope: by its line, or by its own name where it has none.
    #[must_use]
    pub fn out_of_scope(&self, check: &str, item: &str) -> Option<&str> {
        match self.line_of(check).map(|line| self.declared.get(line)) {
            Some(Some(Declared::OutOfScope { reason })) => Some(reason),
            Some(_) => None,
            None => self.without_line.get(item).map(String::as_str),
        }
    }

    fn declared_line<'r>(&mut self, runbook: &'r Runbook, declaration: &DeclaredLine) -> Option<&'r Line> {
        let text = &declaration.text;
        match runbook.find(text) {
            Match::Line(line) => Some(line),
            Match::Ambiguous(lines) => {
                self.note(format!(
                    "[[line]] \"{text}\" names more than one line of the runbook ({}), so it says nothing; name one by its anchor.",
                    numbers(&lines)
                ));
                None
            }
            Match::Reworded(line, _) | Match::Changed(line, _) => {
                self.note(format!(
                    "[[line]] \"{text}\" names no line of the runbook, so it says nothing; line {} is nearest: {}",
                    line.line, line.text
                ));
                None
            }
            // A check without a line may be meant; what is neither is told later.
            Match::None => None,
        }
    }

    fn by_configuration(&mut self, catalogue: &[Query], checks: &[String], line: &Line) {
        for item in checks {
            let named: Vec<&Query> =
                catalogue.iter().filter(|q| q.check().is_some_and(|c| c.item == *item || q.id == *item)).collect();
            if named.is_empty() {
                self.note(format!("[[line]] \"{}\" is to be judged by {item}, but there is no such check.", line.text));
            }
            for query in named {
                if let Some(held) = self.line_of(&query.id).map(str::to_owned) {
                    self.note(format!(
                        "Check {item} is declared for two lines, {held} and {}; it judges the first.",
                        line.id
                    ));
                } else {
                    self.ties.insert(query.id.clone(), Tie::Declared(line.id.clone()));
                }
            }
        }
    }

    fn by_text(&mut self, runbook: &Runbook, query: &Query, text: &str, missing: &mut Vec<(String, String)>) -> Tie {
        let item = query.check().map_or("", |c| c.item.as_str());
        match runbook.find(text) {
            Match::Line(line) => return Tie::Line(line.id.clone()),
            Match::Reworded(line, _) => {
                self.note(format!(
                    "Line {} is worded otherwise than check {item} knows it, which judges it all the same. It reads: {} Known as: {text}",
                    line.line, line.text
                ));
                return Tie::Reworded(line.id.clone());
            }
            Match::Changed(line, words) => self.note(format!(
                "Line {} reads almost like the line of check {item}, but says something else ({}), so {item} does not \
                 judge it; {item} still counts, beside the runbook. It reads: {} Known as: {text}",
                line.line,
                words.join(", "),
                line.text
            )),
            Match::Ambiguous(lines) => self.note(format!(
                "Check {item} fits more than one line of the runbook ({}), so it judges none of them; it still counts, \
                 beside the runbook. Name its line by a [[line]] with checks = [\"{item}\"].",
                numbers(&lines)
            )),
            Match::None => missing.push((item.to_owned(), text.to_owned())),
        }
        Tie::Beside
    }

    /// Keeps a declaration of a line without a check, or one that puts a line or a check out of scope.
    fn declare(&mut self, catalogue: &[Query], declaration: &DeclaredLine, line: Option<&Line>) {
        let text = &declaration.text;
        match (&declaration.is, line) {
            (Declared::Checked(_), Some(_)) => {}
            (Declared::OutOfScope { .. }, Some(line)) => {
                self.declared.insert(line.id.clone(), declaration.is.clone());
            }
            (is, Some(line)) => {
                if self.has_check(&line.id) {
                    self.note(format!(
                        "[[line]] \"{text}\" changes nothing: a check judges line {} whatever it is declared to be.",
                        line.line
                    ));
                } else {
                    self.declared.insert(line.id.clone(), is.clone());
                }
            }
            (Declared::OutOfScope { reason }, None)
                if catalogue
                    .iter()
                    .any(|q| q.check().is_some_and(|c| c.item == *text) && self.line_of(&q.id).is_none()) =>
            {
                self.without_line.insert(text.clone(), reason.clone());
            }
            (_, None) => {
                let told = self.notes.iter().any(|n| n.sentence.contains(&format!("[[line]] \"{text}\"")));
                if !told {
                    self.note(format!("[[line]] \"{text}\" names no line of the runbook, so it says nothing."));
                }
            }
        }
    }

    fn tell_missing(&mut self, missing: &[(String, String)]) {
        if missing.len() <= ONE_BY_ONE {
            for (item, text) in missing {
                self.note(format!(
                    "Check {item} judges a line that the runbook does not have; it still counts, beside the runbook: {text}"
                ));
            }
            return;
        }
        let mut items: Vec<&str> = missing.iter().map(|(item, _)| item.as_str()).collect();
        items.dedup();
        self.note(format!(
            "{} checks judge lines that the runbook does not have; they still count, beside the runbook: {}",
            missing.len(),
            items.join(", ")
        ));
    }

    fn tell_unbound(&mut self, runbook: &Runbook) {
        for line in &runbook.lines {
            if self.has_check(&line.id) || self.declared.contains_key(&line.id) {
                continue;
            }
            let gates = if gates(&line.kind) {
                ", so it stands in the way of a GO until a check, an attestation or a [[line]] covers it"
            } else {
                ""
            };
            self.note(format!("Line {} is bound to no check{gates}: {}", line.line, line.text));
        }
        for unread in &runbook.unread {
            self.note(format!("Line {}: {}; write as task items what must hold.", unread.line, unread.what));
        }
    }

    fn note(&mut self, sentence: String) {
        self.notes.push(Note { about: "runbook".to_owned(), sentence });
    }
}

/// Whether a line of this kind decides about the stage; rollback steps are actions, and the next stage comes later.
#[must_use]
pub fn gates(kind: &LineKind) -> bool {
    match kind {
        LineKind::Gate | LineKind::Step | LineKind::Trigger { .. } | LineKind::Monitor | LineKind::Signoff => true,
        LineKind::RollbackStep | LineKind::Next => false,
    }
}

fn numbers(lines: &[&Line]) -> String {
    let all: Vec<String> = lines.iter().map(|line| line.line.to_string()).collect();
    format!("lines {}", all.join(", "))
}
