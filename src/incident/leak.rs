//! Whether one tenant saw another's data: yes, no, or it can't be excluded, and why.

use std::collections::BTreeSet;

use super::event::{Event, Events};
use super::study::{Study, end};
use crate::judge::Judged;
use crate::report::incident::{Leak, LeakAnswer, Times};
use crate::rules::count;
use crate::statistics::proportion;
use crate::verdict::{Effect, Verdict};

/// Answers the question for the time of the incident.
///
/// # Errors
/// When the query of the tenant trigger does not run.
pub(super) fn of(study: &Study<'_>, times: &Times) -> anyhow::Result<Leak> {
    let judged = study.judged;
    let Some(finding) =
        judged.findings.iter().find(|f| f.unwaivable && f.effect == Effect::Trigger && f.rule != "green")
    else {
        return Ok(Leak {
            answer: LeakAnswer::CannotExclude,
            sentence: "No check compares who asked with whose data came back.".to_owned(),
            evidence: Vec::new(),
        });
    };
    let events = Events::of(judged, &finding.item)?;
    let all: &[Event] = events.as_ref().map_or(&[], |e| &e.all);
    let foreign: Vec<&Event> = all.iter().filter(|e| e.bad).collect();
    let evidence = vec![finding.check.clone()];
    if !foreign.is_empty() {
        return Ok(Leak { answer: LeakAnswer::Yes, sentence: shown(study, &foreign), evidence });
    }
    let (first, _) = study.span().unwrap_or((study.plan.stage.beta.from_ms(), 0));
    let last = end(times, study.as_of);
    let own = all.iter().filter(|e| study.is_cohort(e) && first <= e.ts && e.ts <= last).count() as u64;
    let (answer, sentence) = match finding.judged {
        Verdict::Pass if own > 0 => {
            let bound = 100.0 * proportion::clopper_pearson_upper(0, own, 0.05);
            let sentence = format!(
                "All {} answers to the cohort in the incident's time that name an owner belong to who asked; that rules out (95 %) foreign answers above {bound:.2} %.",
                count(own as f64)
            );
            (LeakAnswer::No, sentence)
        }
        Verdict::Pass => {
            let sentence = "No answer in the incident's time names an owner, so nothing shows whose data were seen; outside of it no answer was foreign.";
            (LeakAnswer::CannotExclude, sentence.to_owned())
        }
        _ => (LeakAnswer::CannotExclude, format!("{}.", capital(&finding.sentence))),
    };
    Ok(Leak { answer, sentence, evidence })
}

fn shown(study: &Study<'_>, foreign: &[&Event]) -> String {
    let roster = &study.judged.correlated.roster;
    let set =
        |of: &dyn Fn(&Event) -> Option<String>| foreign.iter().filter_map(|e| of(e)).collect::<BTreeSet<String>>();
    let owners = set(&|e| e.owner.clone().filter(|o| Some(o) != e.user.as_ref()));
    let viewers = set(&|e| e.tester.clone().or_else(|| e.user.clone()));
    let (known, strangers): (Vec<&String>, Vec<&String>) = owners.iter().partition(|o| roster.by_user(o).is_some());
    let routes = set(&|e| e.route.clone());
    let who = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let mut sentence = format!(
        "Data of {} were shown to {} by {}: {} are testers",
        who(owners.len(), "account", "accounts"),
        who(viewers.len(), "person", "people"),
        routes.into_iter().collect::<Vec<_>>().join(", "),
        known.len(),
    );
    if strangers.is_empty() {
        sentence.push_str(", none is outside the roster.");
    } else {
        let first: Vec<String> = strangers.iter().take(3).map(|s| (*s).clone()).collect();
        let more = if strangers.len() > first.len() { ", …" } else { "" };
        sentence.push_str(&format!(", {} not on the roster ({}{more}).", strangers.len(), first.join(", ")));
    }
    sentence.push_str(" No record shows that the owners were told.");
    sentence
}

/// A sentence with its first letter in capitals.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

/// The finding of a check by its item.
pub(super) fn finding<'j>(judged: &'j Judged, item: &str) -> Option<&'j crate::checks::Finding> {
    judged.findings.iter().find(|f| f.item == item)
}
