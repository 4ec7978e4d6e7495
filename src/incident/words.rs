//! The report in sentences: its title, its summary, what it lacks, and the message to testers.

use super::leak::{capital, finding};
use super::study::{HOUR_MS, Study, end, ms};
use crate::report::incident::{Affected, Leak, LeakAnswer, Message, Over, OverAnswer, Suspect, Times};
use crate::verdict::{Effect, Verdict};

/// The title, in the words of testers.
pub(super) fn title(study: &Study<'_>) -> String {
    if study.case.bad.is_empty() {
        return "A rollback whose cause the evidence does not show".to_owned();
    }
    study.case.events.spec.headline.clone()
}

/// What testers saw, since when, until when: one paragraph.
pub(super) fn summary(study: &Study<'_>, times: &Times, affected: &[Affected]) -> String {
    let spec = &study.case.events.spec;
    let Some((first, last)) = study.span() else {
        return format!(
            "{} No bad event is in the evidence, so neither its beginning nor its reach is known.",
            study.case.why
        );
    };
    let day = times.first_bad.at.map_or_else(String::new, |t| t.strftime("%-d %B %Y").to_string());
    let roster = study.judged.correlated.roster.testers.len();
    let who = match affected.len() {
        0 => "nobody of the cohort".to_owned(),
        1 => format!("one of {roster} testers"),
        n => format!("{n} of {roster} testers"),
    };
    let zone = &study.plan.project.zone;
    let local = |ms: i64| {
        super::study::time(ms).map_or_else(String::new, |t| t.to_zoned(zone.clone()).strftime("%H:%M").to_string())
    };
    let utc = |ms: i64| super::study::time(ms).map_or_else(String::new, |t| t.strftime("%H:%M").to_string());
    let short =
        super::study::time(first).map_or_else(String::new, |t| t.to_zoned(zone.clone()).strftime("%Z").to_string());
    let local = if short == "UTC" { String::new() } else { format!(" ({} to {} {short})", local(first), local(last)) };
    let same_day = first.div_euclid(86_400_000) == last.div_euclid(86_400_000);
    let until = if same_day { utc(last) } else { study.clock(last).replace(" UTC", "") };
    let mut parts = vec![format!("On {day}, from {} to {until} UTC{local}, {who} {}.", utc(first), spec.saw)];
    if !spec.quiet.is_empty() {
        parts.push(spec.quiet.clone());
    }
    parts.push(match ms(&times.first_report) {
        Some(at) => format!("The first report came at {}: {}.", utc(at), times.first_report.how.trim_end_matches('.')),
        None => "Nobody reported it.".to_owned(),
    });
    parts.push(match ms(&times.rolled_back) {
        Some(at) => format!("{} at {}.", capital(&times.rolled_back.how), utc(at)),
        None => "Nothing was pulled or rolled back.".to_owned(),
    });
    parts.push(match study.elsewhere().len() {
        0 => "No other client is known to be affected.".to_owned(),
        others => format!("Other clients had {} of the same kind.", study.counted(others)),
    });
    parts.join(" ")
}

/// What the report lacks, the most important first.
pub(super) fn missing(study: &Study<'_>, times: &Times, affected: &[Affected], suspects: &[Suspect]) -> Vec<String> {
    let mut all = Vec::new();
    let named = [
        ("The first bad minute", &times.started),
        ("The first report", &times.first_report),
        ("The time of detection", &times.detected),
        ("The time of the rollback", &times.rolled_back),
        ("The time of recovery", &times.recovered),
    ];
    for (name, when) in named {
        if when.at.is_none() {
            all.push(format!("{name} is unknown: {}.", when.how));
        }
    }
    for tester in affected.iter().filter(|a| !a.missing.is_empty()) {
        all.push(format!("{}: {}.", tester.tester, tester.missing.join("; ")));
    }
    if suspects.is_empty() {
        all.push("No change before the first bad event is in the evidence, so no suspect can be named.".to_owned());
    }
    for (name, cover) in &study.judged.observed.covers {
        for gap in &cover.gaps {
            all.push(format!("{name}: {}.", gap.trim_end_matches('.')));
        }
        if let Some((first, last)) = study.span() {
            let silent = cover.silent.iter().filter(|w| w.from_ms() <= last && first <= w.to_ms());
            for window in silent {
                all.push(format!(
                    "{name} was silent from {} to {}, while it went wrong.",
                    study.clock(window.from_ms()),
                    study.clock(window.to_ms())
                ));
            }
        }
    }
    let least = study.plan.params.float("attributed-share");
    if let Some(share) = study.judged.observed.attributed.filter(|share| *share < least) {
        all.push(format!(
            "Only {:.1} % of the requests name their client, so the count of bad events is a lower bound.",
            share * 100.0
        ));
    }
    let open = study.judged.findings.iter().filter(|f| f.effect == Effect::Trigger && f.rule != "green");
    for trigger in open.filter(|f| matches!(f.judged, Verdict::NoData | Verdict::Inconclusive | Verdict::Pending)) {
        all.push(format!(
            "{} ({}) cannot be excluded: {}.",
            trigger.item,
            trigger.title,
            trigger.sentence.trim_end_matches('.')
        ));
    }
    all
}

/// The message for testers: what they saw and what is being done, and nothing internal.
pub(super) fn message(study: &Study<'_>, times: &Times, leak: &Leak, over: &Over) -> Message {
    let spec = &study.case.events.spec;
    let zone = &study.plan.project.zone;
    let local = |ms: i64| {
        let at = super::study::time(ms)?.to_zoned(zone.clone());
        Some(at.strftime("%-d %B %Y, %H:%M %Z").to_string())
    };
    let hit = study.case.bad_events().filter_map(|e| e.tester.clone()).collect::<std::collections::BTreeSet<_>>().len();
    let some = match hit {
        0 => "testers of the beta".to_owned(),
        1 => "one tester of the beta".to_owned(),
        n => format!("{n} testers of the beta"),
    };
    let when = match (ms(&times.first_bad).and_then(local), ms(&times.last_bad).and_then(local)) {
        (Some(from), Some(to)) => format!("Between {from} and {to}, {some} {}.", spec.saw),
        _ => "We stopped the beta as a precaution.".to_owned(),
    };
    let pulled = ms(&times.rolled_back).and_then(local);
    let summary = match (&pulled, over.answer) {
        (Some(_), OverAnswer::Yes) => {
            "We found a fault in the beta, took it away from you, and see no sign of it since."
        }
        (Some(_), _) => "We found a fault in the beta and took it away from you; we are still watching it.",
        (None, _) => "We found a fault in the beta and are working on it.",
    };
    let mut happened = vec![when];
    match leak.answer {
        LeakAnswer::Yes => happened.push(
            "Data of some accounts were shown to somebody else. We tell the people concerned directly.".to_owned(),
        ),
        LeakAnswer::No => happened.push("No data of one account were shown to another.".to_owned()),
        LeakAnswer::CannotExclude => {
            happened.push("We are still checking whether data of one account were shown to another.".to_owned())
        }
    }
    let mut doing = Vec::new();
    doing.extend(pulled.map(|at| {
        format!("The beta was stopped on {at}. Please remove the app or do not use it until we offer a new one.")
    }));
    if doing.is_empty() {
        doing.push("Please do not use the app until we write again.".to_owned());
    }
    doing.push("We look for the cause before we offer the beta again, and write to you then. If you saw something odd, reply with the time and a screenshot.".to_owned());
    Message { summary: summary.to_owned(), what_happened: happened.join(" "), what_we_are_doing: doing.join(" ") }
}

/// The severity, and who set it.
pub(super) fn severity(study: &Study<'_>, times: &Times) -> (String, String) {
    let (first, last) = (ms(&times.first_bad), ms(&times.last_bad));
    let opened = first.zip(last).and_then(|(a, b)| super::times::opened_entry(study, a, b));
    let set = opened.map(|e| e.text("severity")).filter(|s| !s.is_empty());
    match set {
        Some(severity) => (severity.to_owned(), "set when the incident was opened".to_owned()),
        None => {
            (study.case.events.spec.severity.clone(), format!("proposed, by the trigger {}", study.case.events.item))
        }
    }
}

/// Share of the incident's time, from an hour before its first bad event, in which the sources of its trigger were
/// listening, 0 to 1; the least of them. `None` where nothing tells.
pub(super) fn completeness(study: &Study<'_>, times: &Times) -> Option<f64> {
    let (first, _) = study.span()?;
    let (from, to) = (first - HOUR_MS, end(times, study.as_of));
    let needs = &finding(study.judged, &study.case.events.item)?.needs;
    let sources = needs.iter().filter_map(|need| study.judged.observed.roles.get(need)).flatten();
    let covers = sources.filter_map(|name| study.judged.observed.covers.get(name)).filter(|c| c.covered.is_some());
    let heard = |cover: &crate::observation::Cover| {
        let silent: i64 = cover.silent.iter().map(|w| (w.to_ms().min(to) - w.from_ms().max(from)).max(0)).sum();
        1.0 - silent as f64 / (to - from).max(1) as f64
    };
    covers.map(heard).reduce(f64::min)
}
