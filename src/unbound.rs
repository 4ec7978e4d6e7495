//! Lines of the runbook that no check judges, with what the team declared and people said about them, in; findings
//! out, so that a line which nobody knows is never passed over. Also puts what is declared out of scope so.

use crate::attestations::Attestations;
use crate::checks::Finding;
use crate::config::Declared;
use crate::report::{Note, TesterCell};
use crate::rules::Seen;
use crate::rules::precedence::{Silence, Word, combine, is_owed};
use crate::runbook::bind::{Bindings, gates};
use crate::runbook::{Line, LineKind, Runbook};
use crate::verdict::{Effect, Proof, Verdict};

/// What judging these lines needs.
pub struct People<'a> {
    pub attestations: &'a Attestations,
    /// Roster codes.
    pub testers: &'a [String],
    pub owner: &'a str,
}

/// One finding for each line without a check.
#[must_use]
pub fn findings(runbook: &Runbook, bindings: &Bindings, people: &People<'_>) -> Vec<Finding> {
    let without = runbook.lines.iter().filter(|line| !bindings.has_check(&line.id));
    without.map(|line| judge(line, bindings.declared(&line.id), people)).collect()
}

/// Takes what is declared out of scope out of it. What the evidence contradicts stays, and so does whatever concerns
/// a rollback trigger: that is a waiver's business, with a name.
pub fn scope(findings: &mut [Finding], bindings: &Bindings) -> Vec<Note> {
    let mut notes = Vec::new();
    for finding in findings.iter_mut() {
        if finding.rule == UNBOUND {
            if finding.verdict == Verdict::NotApplicable {
                let sentence = format!("{}, {}, is {}.", finding.item, finding.title, finding.sentence);
                notes.push(Note { about: "scope".to_owned(), sentence });
            }
            continue;
        }
        let Some(reason) = bindings.out_of_scope(&finding.check, &finding.item) else { continue };
        let refused = match (finding.effect, finding.judged) {
            _ if finding.cannot_be_waived() => Some("which nobody can set aside".to_owned()),
            (Effect::Trigger, _) => Some("which is a rollback trigger".to_owned()),
            (_, verdict @ (Verdict::Fail | Verdict::Conflict)) => {
                Some(format!("which is {}: {}", verdict.word(), finding.sentence))
            }
            _ => None,
        };
        let about = match refused {
            Some(why) => format!(
                "{} stays in scope whatever the configuration says: it is {}, {why}.",
                finding.item, finding.title
            ),
            None => {
                finding.verdict = Verdict::NotApplicable;
                finding.judged = Verdict::NotApplicable;
                finding.sentence = format!("declared out of scope: {reason}");
                finding.attested_only = false;
                finding.owed.clear();
                format!("{} is out of scope by configuration ({}): {reason}", finding.item, finding.title)
            }
        };
        notes.push(Note { about: "scope".to_owned(), sentence: about });
    }
    notes
}

/// The rule's name of a finding that rests on no check.
pub const UNBOUND: &str = "unbound";

fn judge(line: &Line, declared: Option<&Declared>, people: &People<'_>) -> Finding {
    let mut finding = empty(line);
    // Whoever says that it does not hold is heard; that it holds is the owner's to say.
    let against = people.attestations.against(&line.id);
    let owner = against.or_else(|| people.attestations.word(&line.id, people.owner)).map(|w| &w.word);
    match declared {
        Some(Declared::OutOfScope { reason }) => {
            finding.verdict = Verdict::NotApplicable;
            finding.sentence = format!("declared out of scope: {reason}");
        }
        Some(Declared::Action) => {
            finding.effect = Effect::Action;
            by_word(&mut finding, owner, &Seen::Due("an action that nobody has attested".to_owned()), people.owner);
        }
        Some(Declared::Manual { testers: true }) => by_testers(&mut finding, line, people),
        Some(Declared::Manual { testers: false }) => {
            by_word(&mut finding, owner, &Seen::Due(format!("{} has not attested it yet", people.owner)), people.owner);
        }
        Some(Declared::Checked(_)) | None => {
            let why = format!("no check is bound to this line, and {} has not attested it", people.owner);
            by_word(&mut finding, owner, &Seen::Absent(why), people.owner);
        }
    }
    finding.judged = finding.verdict;
    finding
}

fn by_word(finding: &mut Finding, word: Option<&Word>, seen: &Seen, who: &str) {
    if is_owed(Proof::Attested, seen, word, Silence::Explained) {
        finding.owed.push(who.to_owned());
    }
    let (verdict, how, sentence) = combine(Proof::Attested, seen, word, Silence::Explained);
    finding.attested_only = verdict == Verdict::Pass && how.starts_with("attested");
    (finding.verdict, finding.sentence) = (verdict, sentence);
}

fn by_testers(finding: &mut Finding, line: &Line, people: &People<'_>) {
    for tester in people.testers {
        let word = people.attestations.word(&line.id, tester).map(|w| &w.word);
        let due = Seen::Due("not attested yet".to_owned());
        let (verdict, how, sentence) = combine(Proof::Attested, &due, word, Silence::Explained);
        if is_owed(Proof::Attested, &due, word, Silence::Explained) {
            finding.owed.push(tester.clone());
        }
        finding.cells.push(TesterCell { tester: tester.clone(), verdict, how, sentence });
    }
    finding.verdict = Verdict::roll_up(finding.cells.iter().map(|c| c.verdict));
    let passed = finding.cells.iter().filter(|c| c.verdict == Verdict::Pass).count();
    finding.sentence = format!("{passed} of {} testers attested it", finding.cells.len());
    finding.attested_only = finding.verdict == Verdict::Pass;
}

fn empty(line: &Line) -> Finding {
    let effect = match &line.kind {
        LineKind::Trigger { .. } => Effect::Trigger,
        LineKind::RollbackStep => Effect::Action,
        kind if gates(kind) => Effect::Blocker,
        _ => Effect::Advisory,
    };
    let check = format!("line_{}", line.id.to_lowercase().replace('-', "_"));
    Finding {
        line: Some(line.id.clone()),
        means: "A line of the runbook that no check knows: the owner's word, or what the configuration declares."
            .to_owned(),
        ..Finding::unjudged(&check, &line.id, &line.text, (effect, Proof::Attested), UNBOUND)
    }
}
