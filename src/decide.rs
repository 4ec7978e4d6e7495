//! Findings and waivers in, the decision with its reasons out.

use jiff::civil::Date;

use crate::checks::Finding;
use crate::config::{Waiver, problem};
use crate::report::{Decision, Reason, WaiverNote};
use crate::verdict::{Call, Effect, Verdict};

/// Applies the waivers that are in force on the as-of day. A tenant leak cannot be waived, nor what would hide one; a
/// waiver that is expired, unused, refused or about nothing is told.
pub fn waive(findings: &mut [Finding], waivers: &[Waiver], day: Date) -> Vec<WaiverNote> {
    waivers.iter().map(|waiver| apply(findings, waiver, day)).collect()
}

fn apply(findings: &mut [Finding], waiver: &Waiver, day: Date) -> WaiverNote {
    let names = |f: &Finding| {
        let line = f.line.as_deref().unwrap_or_default();
        let same = |name: &str| name.eq_ignore_ascii_case(&waiver.item);
        same(&f.item) || same(&f.check) || same(line)
    };
    let expired = waiver.until < day;
    let (mut covers, mut refused, mut named) = (Vec::new(), Vec::new(), false);
    for finding in findings.iter_mut().filter(|f| names(f)) {
        named = true;
        if matches!(finding.judged, Verdict::Pass | Verdict::NotApplicable) {
            continue;
        }
        if finding.cannot_be_waived() {
            refused.push(finding.item.clone());
        } else if !expired {
            finding.verdict = Verdict::Waived;
            covers.push(format!("{} {}", finding.item, finding.title));
        }
    }
    let refusal = format!("{} cannot be waived: a tenant leak is nobody's to accept", refused.join(", "));
    let (state, why) = if !named {
        let known = findings.iter().map(|f| f.item.as_str());
        let near = problem::nearest(&waiver.item.to_uppercase(), known).filter(|hint| hint.starts_with("did"));
        let near = near.unwrap_or_else(|| "`cutover checks` lists all of them".to_owned());
        ("about nothing", format!("there is no check or line of this name; {near}"))
    } else if covers.is_empty() && !refused.is_empty() {
        ("refused", refusal)
    } else if expired {
        ("expired", format!("its last day was {}, and the evidence is of {day}", waiver.until))
    } else if covers.is_empty() {
        ("unused", "what it is about passes without it".to_owned())
    } else {
        ("in force", if refused.is_empty() { String::new() } else { refusal })
    };
    WaiverNote {
        item: waiver.item.clone(),
        by: waiver.by.clone(),
        until: waiver.until.to_string(),
        reason: waiver.reason.clone(),
        state: state.to_owned(),
        why,
        covers,
    }
}

/// GO when every blocker passes or is waived, no trigger fired or cannot be excluded, and nothing about the stage itself
/// stands `against` it; NO-GO when a blocker fails or conflicts, or a trigger fired; NOT YET otherwise.
#[must_use]
pub fn decide(findings: &[Finding], against: Vec<Reason>) -> Decision {
    let mut stops: Vec<&Finding> = Vec::new();
    let mut waits: Vec<&Finding> = Vec::new();
    for finding in findings {
        match (finding.effect, finding.verdict) {
            (Effect::Advisory | Effect::Action, _) | (_, Verdict::Pass | Verdict::Waived | Verdict::NotApplicable) => {}
            (Effect::Trigger | Effect::Blocker, Verdict::Fail | Verdict::Conflict) => stops.push(finding),
            _ => waits.push(finding),
        }
    }
    let gates = findings.iter().filter(|f| matches!(f.effect, Effect::Trigger | Effect::Blocker)).count();
    let call = match (stops.is_empty(), waits.is_empty() && against.is_empty() && gates > 0) {
        (false, _) => Call::NoGo,
        (true, true) => Call::Go,
        (true, false) => Call::NotYet,
    };
    // The worst verdict first; a condition that only repeats other checks comes behind them, or not at all.
    let repeats = |f: &Finding| f.rule == "green";
    let mut because: Vec<&Finding> =
        stops.iter().chain(&waits).copied().filter(|f| !repeats(f) || f.line.is_some()).collect();
    because.sort_by_key(|f| {
        let fired = matches!(f.verdict, Verdict::Fail | Verdict::Conflict);
        (!fired, if fired { Verdict::Fail } else { f.verdict }, repeats(f), f.effect, f.item.clone())
    });
    stops.retain(|f| !repeats(f) || f.line.is_some());
    waits.retain(|f| !repeats(f) || f.line.is_some());
    let sentence = sentence(call, &stops, &waits, &against, findings);
    let because = because.into_iter().map(reason).chain(against).collect();
    Decision { call, sentence, because }
}

fn reason(finding: &Finding) -> Reason {
    let lead = match (finding.effect, finding.verdict) {
        (Effect::Trigger, Verdict::Fail | Verdict::Conflict) => {
            format!("Trigger {} fired: {}.", finding.item, lower(&finding.title))
        }
        (Effect::Trigger, _) => format!("Trigger {} cannot be excluded: {}.", finding.item, lower(&finding.title)),
        (_, verdict) => format!("{} is {}: {}.", finding.item, verdict.word(), lower(&finding.title)),
    };
    Reason {
        check: finding.check.clone(),
        verdict: finding.verdict,
        lead,
        sentence: finding.sentence.clone(),
        evidence: Vec::new(),
    }
}

fn sentence(call: Call, stops: &[&Finding], waits: &[&Finding], against: &[Reason], findings: &[Finding]) -> String {
    match call {
        Call::Go => {
            let single = |verdict: Verdict| {
                let counts = |f: &&Finding| matches!(f.effect, Effect::Blocker | Effect::Trigger) && f.rule != "green";
                findings.iter().filter(counts).filter(|f| f.verdict == verdict).count()
            };
            let waived = match single(Verdict::Waived) {
                0 => "none rests on a waiver".to_owned(),
                1 => "one rests on a waiver".to_owned(),
                n => format!("{n} rest on a waiver"),
            };
            format!("{} blockers and triggers pass, {waived}, and no trigger fired.", single(Verdict::Pass))
        }
        Call::NoGo => {
            let (fired, others): (Vec<&Finding>, Vec<&Finding>) =
                stops.iter().partition(|f| f.effect == Effect::Trigger);
            let titles: Vec<String> = fired.iter().map(|f| lower(&f.title)).collect();
            let fired = match titles.as_slice() {
                [] => String::new(),
                [one] => format!("A rollback trigger fired: {one}. "),
                many => format!("{} rollback triggers fired: {}. ", many.len(), many.join("; ")),
            };
            let shown: Vec<&str> = others.iter().take(6).map(|f| f.item.as_str()).collect();
            let more = others.len().saturating_sub(shown.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            match shown.as_slice() {
                [] => fired.trim_end().to_owned(),
                _ => {
                    format!("{fired}The evidence contradicts what the runbook asks for in {}{more}.", shown.join(", "))
                }
            }
        }
        Call::NotYet if waits.is_empty() => {
            let leads: Vec<&str> = against.iter().map(|r| r.lead.as_str()).collect();
            format!("Nothing failed. {}", leads.join(" "))
        }
        Call::NotYet => {
            let items: Vec<&str> = waits.iter().take(8).map(|f| f.item.as_str()).collect();
            let more = waits.len().saturating_sub(8);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let lines = if waits.len() == 1 { "line" } else { "lines" };
            let open = items.join(", ");
            format!("Nothing failed, but {} {lines} cannot be called green yet: {open}{more}.", waits.len())
        }
    }
}

fn lower(title: &str) -> String {
    let mut chars = title.chars();
    let second_upper = title.chars().nth(1).is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
    match chars.next() {
        Some(first) if !second_upper => first.to_lowercase().chain(chars).collect(),
        _ => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Proof;

    fn finding(item: &str, effect: Effect, verdict: Verdict) -> Finding {
        Finding {
            verdict,
            judged: verdict,
            unwaivable: item == "R2",
            ..Finding::unjudged(&item.to_lowercase(), item, "Title", (effect, Proof::Machine), "no_rows")
        }
    }

    fn call(findings: &[Finding]) -> Call {
        decide(findings, Vec::new()).call
    }

    #[test]
    fn every_effect_and_verdict_decides_as_the_words_say() {
        let good = || finding("G1", Effect::Blocker, Verdict::Pass);
        assert_eq!(call(&[good()]), Call::Go);
        assert_eq!(call(&[]), Call::NotYet, "nothing judged is no GO");
        assert_eq!(
            call(&[finding("S5.9", Effect::Advisory, Verdict::Pass)]),
            Call::NotYet,
            "nor is nothing that gates"
        );
        for effect in [Effect::Blocker, Effect::Trigger] {
            for verdict in Verdict::ALL {
                let expected = match verdict {
                    Verdict::Pass | Verdict::Waived | Verdict::NotApplicable => Call::Go,
                    Verdict::Fail | Verdict::Conflict => Call::NoGo,
                    Verdict::NoData | Verdict::Inconclusive | Verdict::Pending => Call::NotYet,
                };
                assert_eq!(call(&[good(), finding("X", effect, verdict)]), expected, "{effect:?} {verdict:?}");
            }
        }
        for effect in [Effect::Advisory, Effect::Action] {
            assert_eq!(call(&[good(), finding("X", effect, Verdict::Fail)]), Call::Go, "{effect:?}");
        }
        assert_eq!(call(&[good(), finding("X", Effect::Hold, Verdict::Inconclusive)]), Call::NotYet);
    }

    fn waiver(item: &str) -> Waiver {
        Waiver {
            item: item.to_owned(),
            by: "ada".to_owned(),
            until: jiff::civil::date(2026, 9, 1),
            reason: "because".to_owned(),
        }
    }

    #[test]
    fn a_waiver_holds_until_its_day_and_never_for_a_leak() {
        let on = |day: i8, item: &str, verdict: Verdict| {
            let mut findings = [finding(item, Effect::Blocker, verdict)];
            let notes = waive(&mut findings, &[waiver(item)], jiff::civil::date(2026, 9, day));
            (findings[0].verdict, notes[0].state.clone())
        };
        assert_eq!(on(1, "M5", Verdict::Fail), (Verdict::Waived, "in force".to_owned()));
        assert_eq!(on(2, "M5", Verdict::Fail), (Verdict::Fail, "expired".to_owned()));
        assert_eq!(on(2, "M5", Verdict::Pass), (Verdict::Pass, "expired".to_owned()));
        assert_eq!(on(1, "M5", Verdict::Pass), (Verdict::Pass, "unused".to_owned()));
        assert_eq!(on(1, "R2", Verdict::Fail), (Verdict::Fail, "refused".to_owned()));
        assert_eq!(on(1, "R2", Verdict::NoData), (Verdict::NoData, "refused".to_owned()));
    }

    #[test]
    fn what_would_hide_a_leak_is_not_waived_either() {
        for verdict in Verdict::ALL {
            let mut findings = [Finding { leak: true, ..finding("S2.5", Effect::Blocker, verdict) }];
            let notes = waive(&mut findings, &[waiver("S2.5")], jiff::civil::date(2026, 9, 1));
            let leaks = matches!(verdict, Verdict::Fail | Verdict::Conflict);
            assert_eq!(notes[0].state == "refused", leaks, "{verdict:?}");
            assert_eq!(findings[0].verdict == verdict, leaks || verdict >= Verdict::Waived, "{verdict:?}");
        }
    }

    #[test]
    fn a_waiver_about_nothing_says_what_is_near() {
        let mut findings = [finding("M5", Effect::Blocker, Verdict::Fail)];
        let notes = waive(&mut findings, &[waiver("M55")], jiff::civil::date(2026, 9, 1));
        assert_eq!((notes[0].state.as_str(), findings[0].verdict), ("about nothing", Verdict::Fail));
        assert!(notes[0].why.contains("`M5`"), "{}", notes[0].why);
        let notes = waive(&mut findings, &[waiver("m5")], jiff::civil::date(2026, 9, 1));
        assert_eq!(notes[0].covers, ["M5 Title"]);
    }
}
