//! What would have to come before the decision can change, and who owes it.

use super::Missing;
use crate::config::RunPlan;
use crate::judge::Judged;
use crate::verdict::{Call, Effect, Verdict};

/// What would have to come before the decision can change, and who owes it.
pub(super) fn missing(plan: &RunPlan, judged: &Judged) -> Vec<Missing> {
    let mut missing: Vec<Missing> = Vec::new();
    for finding in &judged.findings {
        let gates = matches!(finding.effect, Effect::Trigger | Effect::Blocker | Effect::Hold);
        let open = matches!(finding.verdict, Verdict::NoData | Verdict::Inconclusive | Verdict::Pending);
        if !gates || !open || finding.rule == "green" {
            continue;
        }
        let silent: Vec<String> = finding
            .cells
            .iter()
            .filter(|c| matches!(c.verdict, Verdict::NoData | Verdict::Pending | Verdict::Inconclusive))
            .map(|c| c.tester.clone())
            .collect();
        let needed = capital(finding.needed.as_deref().unwrap_or(&finding.title));
        let (what, owner) = match (finding.observed.first(), silent.is_empty()) {
            (Some(veto), _) => (veto.clone(), plan.stage.owner.clone()),
            (None, true) => (needed, plan.stage.owner.clone()),
            (None, false) => (needed, silent.join(", ")),
        };
        let due = "before the packet is made again".to_owned();
        match missing.iter_mut().find(|m| m.what == what && m.owner == owner) {
            Some(held) => held.checks.push(finding.item.clone()),
            None => missing.push(Missing { what, owner, due, checks: vec![finding.item.clone()] }),
        }
    }
    if judged.decision.call == Call::Go {
        missing.clear();
    }
    missing
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
