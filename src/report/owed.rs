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
        let silent: Vec<&str> = finding
            .cells
            .iter()
            .filter(|c| matches!(c.verdict, Verdict::NoData | Verdict::Pending | Verdict::Inconclusive))
            .map(|c| c.tester.as_str())
            .collect();
        let (what, owner, due) = if let Some(veto) = finding.observed.first() {
            (veto.clone(), plan.stage.owner.clone(), "before the packet is made again".to_owned())
        } else if let Some(needed) = &finding.needed {
            (needed.clone(), plan.stage.owner.clone(), "before the packet is made again".to_owned())
        } else if silent.is_empty() {
            (finding.title.clone(), plan.stage.owner.clone(), "before the packet is made again".to_owned())
        } else {
            (finding.title.clone(), silent.join(", "), "before the packet is made again".to_owned())
        };
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
