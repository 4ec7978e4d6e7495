//! What judges each line of the runbook, as words and notes of the report.

use super::Note;
use crate::checks::Finding;
use crate::config::Declared;
use crate::judge::Judged;
use crate::runbook::bind::Tie;
use crate::unbound::UNBOUND;
use crate::verdict::{Effect, Proof, Verdict};

/// Kinds of notes in the order in which a signer needs them.
const ORDER: &[&str] =
    &["scope", "waiver", "runbook", "candidate", "evidence", "clock", "attestation", "configuration"];
/// Ticked lines that are named.
const NAMED: usize = 5;

/// What judges a line, in a word.
pub(super) fn word(judged: &Judged, line: &str, bound: &[&Finding]) -> &'static str {
    match judged.bindings.declared(line) {
        Some(Declared::Manual { .. }) => return "manual",
        Some(Declared::Action) => return "action",
        Some(Declared::OutOfScope { .. }) if bound.iter().all(|f| f.verdict == Verdict::NotApplicable) => {
            return "out-of-scope";
        }
        Some(Declared::OutOfScope { .. } | Declared::Checked(_)) | None => {}
    }
    let proofs: Vec<Proof> = bound.iter().filter(|f| f.rule != UNBOUND).map(|f| f.proof).collect();
    match proofs.as_slice() {
        [] => "unbound",
        all if all.iter().all(|p| *p == Proof::Machine) => "machine",
        all if all.iter().all(|p| *p == Proof::Attested) => "attested",
        all if all.contains(&Proof::Both) => "both",
        _ => "either",
    }
}

/// The wording that a check of the line knows, where the runbook has another one.
pub(super) fn known_as(judged: &Judged, bound: &[&Finding]) -> Option<String> {
    let reworded = bound.iter().find(|f| matches!(judged.bindings.tie(&f.check), Tie::Reworded(_)))?;
    let query = judged.catalogue.iter().find(|q| q.id == reworded.check)?;
    query.check()?.line.clone()
}

/// Boxes that somebody ticked although the evidence does not show it: a tick is no evidence.
pub(super) fn ticked(judged: &Judged) -> Option<Note> {
    let open = |line: &&crate::runbook::Line| {
        let of_line = judged.findings.iter().filter(|f| f.line.as_deref() == Some(&line.id));
        of_line.clone().any(|f| !matches!(f.effect, Effect::Action | Effect::Advisory))
            && !matches!(
                Verdict::roll_up(of_line.map(|f| f.verdict)),
                Verdict::Pass | Verdict::Waived | Verdict::NotApplicable
            )
    };
    let lines = judged.runbook.lines.iter().filter(|line| line.ticked == Some(true));
    let ids: Vec<&str> = lines.filter(open).map(|line| line.id.as_str()).collect();
    let more = ids.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = ids.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let sentence = format!(
        "{named}{more} {} ticked in the runbook, but the evidence does not show it; a tick is no evidence.",
        if ids.len() == 1 { "is" } else { "are" }
    );
    (!ids.is_empty()).then(|| Note { about: "runbook".to_owned(), sentence })
}

/// Words that name a line by its number, where a line that no check knows stands before it: that line may be new, and
/// the word about the line that had this number before.
pub(super) fn shifted(judged: &Judged) -> Option<Note> {
    let place =
        |anchor: &str| anchor.rsplit_once('/').and_then(|(slug, n)| Some((slug.to_owned(), n.parse::<u32>().ok()?)));
    let attested: Vec<(String, u32)> = judged.attestations.by_number.iter().filter_map(|a| place(a)).collect();
    let without = judged.runbook.lines.iter().filter(|line| !judged.bindings.has_check(&line.id));
    let moved = |line: &&crate::runbook::Line| {
        let Some((slug, n)) = line.anchor.as_deref().and_then(place) else { return false };
        attested.iter().any(|(held, number)| *held == slug && *number >= n)
    };
    let ids: Vec<String> = without.filter(moved).map(|line| line.id.clone()).collect();
    let sentence = format!(
        "Attestations name lines by their number below a heading, among them lines from {} on, which no check knows. If \
         that line was added after they were given, they are about other lines; naming lines by their text is safer.",
        ids.join(", ")
    );
    (!ids.is_empty()).then(|| Note { about: "runbook".to_owned(), sentence })
}

/// What a signer must know first.
pub(super) fn in_order(notes: &mut [Note]) {
    notes.sort_by_key(|note| ORDER.iter().position(|about| *about == note.about).unwrap_or(ORDER.len()));
}
