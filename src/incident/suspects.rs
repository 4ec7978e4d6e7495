//! What changed before the first bad event, asked four plain questions; offered with what speaks for and against it.

use super::event::Event;
use super::record::Change;
use super::study::{HOUR_MS, MINUTE_MS, Study, lasting, time};
use crate::report::incident::{Answer, Question, Suspect};
use crate::statistics::proportion;

/// Changes of services and flags this long before the first bad event are looked at; the builds in use always are.
const LOOK_BACK_MS: i64 = 24 * HOUR_MS;
/// Where nothing changed in a day, the last change of each kind before that.
const FAR_BACK_MS: i64 = 14 * 24 * HOUR_MS;
/// So few comparable good events tell nothing.
const FEW: u64 = 5;

/// A suspect with what it is ordered by.
struct Ranked {
    suspect: Suspect,
    yes: usize,
    no: usize,
    /// How much better its presence divides good from bad than no division: twice a log-likelihood ratio.
    gain: f64,
    before_ms: i64,
}

/// The suspects, the best explanation first.
pub(super) fn of(study: &Study<'_>) -> Vec<Suspect> {
    let Some((first, last)) = study.span() else { return Vec::new() };
    let changes = &study.record.changes;
    // What undoes something is a response, unless it came before all of it.
    let began = |c: &&Change| c.at <= last && !(c.at > first && c.undoes.is_some());
    let near = |c: &&Change| c.kind == "build" || c.at >= first - LOOK_BACK_MS;
    let mut looked: Vec<&Change> = changes.iter().filter(began).filter(near).collect();
    for kind in ["deploy", "flag"] {
        if !looked.iter().any(|c| c.kind == kind && c.at <= first) {
            let far = changes.iter().filter(|c| c.kind == kind && c.at <= first && c.at >= first - FAR_BACK_MS);
            looked.extend(far.max_by_key(|c| c.at));
        }
    }
    let mut all: Vec<Ranked> = looked.into_iter().map(|c| ask(study, c, first, last)).collect();
    all.sort_by(|a, b| {
        let fit = |r: &Ranked| r.yes as i64 - 2 * r.no as i64;
        fit(b)
            .cmp(&fit(a))
            .then(b.gain.total_cmp(&a.gain))
            .then(a.before_ms.cmp(&b.before_ms))
            .then(a.suspect.name.cmp(&b.suspect.name))
    });
    all.truncate(8);
    all.into_iter().map(|r| r.suspect).collect()
}

/// Whether an event ran with the change in effect. A deploy also explains what went wrong elsewhere for a person whom
/// its service failed: a token that it signed badly is refused by another service.
fn with(study: &Study<'_>, change: &Change, event: &Event) -> bool {
    let live = event.ts >= change.at && change.undone.is_none_or(|undone| event.ts < undone || change.kind == "build");
    let failed_there = || {
        event.bad
            && event.tester.is_some()
            && study.case.bad_events().any(|e| e.service == change.service && e.tester == event.tester)
    };
    match change.kind {
        "build" => event.build == change.build,
        "deploy" => live && (on_its_way(change, event) || failed_there()),
        _ => live,
    }
}

/// Whether a service had a part in an event: it answered it. A device's own event passes through none.
fn on_its_way(change: &Change, event: &Event) -> bool {
    match (&change.service, &event.service) {
        (Some(of), Some(by)) => by == of || by.starts_with("gateway"),
        _ => true,
    }
}

fn ask(study: &Study<'_>, change: &Change, first: i64, last: i64) -> Ranked {
    let hits: Vec<&Event> = study.case.bad_events().collect();
    let covered = hits.iter().filter(|e| with(study, change, e)).count();
    let own: Vec<&Event> = study.comparable().filter(|e| study.is_cohort(e)).collect();
    let tally = |of: &dyn Fn(&&Event) -> bool| {
        let kept: Vec<&&Event> = own.iter().filter(|e| of(e)).collect();
        (kept.iter().filter(|e| e.bad).count() as u64, kept.len() as u64)
    };
    let present = tally(&|e| with(study, change, e) && e.ts <= last);
    let absent = tally(&|e| !with(study, change, e) && e.ts <= last);
    let early = tally(&|e| e.ts < change.at || change.kind == "build" && !with(study, change, e) && e.ts < first);
    let alone = tally(&|e| with(study, change, e) && e.ts < first);
    let undone = change.undone.filter(|at| *at >= first);
    let after = undone.map(|at| tally(&|e| e.ts >= at && (change.kind != "build" || with(study, change, e))));
    let questions = vec![
        before_the_first(change, first),
        covers_all(covered, hits.len()),
        clean_until(study, early, alone),
        stops(study, undone, after, last, change.kind == "build"),
    ];
    let count = |answer: Answer| questions.iter().filter(|q| q.answer == answer).count();
    let (supporting, contradicting) = told(study, change, first, &questions, present, absent);
    Ranked {
        yes: count(Answer::Yes),
        no: count(Answer::No),
        gain: gain(present, absent),
        before_ms: (first - change.at).abs(),
        suspect: Suspect {
            kind: change.kind.to_owned(),
            name: change.name.clone(),
            at: time(change.at).unwrap_or_default(),
            deployment_id: change.deployment_id.clone(),
            commit: change.commit.clone(),
            service: change.service.clone(),
            flag: change.flag.clone(),
            build: change.build.clone(),
            questions,
            supporting,
            contradicting,
            evidence: vec![change.place.clone()],
        },
    }
}

fn question(text: &str, answer: Answer, note: String) -> Question {
    Question { text: text.to_owned(), answer, note }
}

fn before_the_first(change: &Change, first: i64) -> Question {
    let (answer, side) = if change.at <= first { (Answer::Yes, "before") } else { (Answer::No, "after") };
    question("Before the first?", answer, format!("{} {side} it", lasting(first - change.at)))
}

fn covers_all(covered: usize, all: usize) -> Question {
    let answer = if covered == all { Answer::Yes } else { Answer::No };
    question("Covers all?", answer, format!("{covered} of {all}"))
}

/// Whether all was well without it, and whether it did harm as soon as it was there.
fn clean_until(study: &Study<'_>, early: (u64, u64), alone: (u64, u64)) -> Question {
    let text = "Clean until it came?";
    let unit = &study.case.events.spec.unit;
    // Many good ones with it, before anything went bad, are against it: something else must have come on top.
    let bound = proportion::clopper_pearson_upper(alone.0, alone.1, 0.05);
    if alone.0 == 0 && alone.1 >= FEW && bound < 0.5 * rate_of_hits(study) {
        return question(text, Answer::No, format!("{} clean {unit} with it", crate::rules::count(alone.1 as f64)));
    }
    let note = format!("{} bad of {} before", early.0, crate::rules::count(early.1 as f64));
    match early {
        (_, n) if n < FEW => question(text, Answer::CannotTell, format!("only {n} {unit} before")),
        (0, _) => question(text, Answer::Yes, note),
        (k, n) if (k as f64 / n as f64) < 0.2 * rate_of_hits(study) => question(text, Answer::Yes, note),
        _ => question(text, Answer::No, note),
    }
}

/// Share of bad ones among comparable events from the first to the last bad one.
fn rate_of_hits(study: &Study<'_>) -> f64 {
    let Some((first, last)) = study.span() else { return 0.0 };
    let during = study.comparable().filter(|e| study.is_cohort(e) && (first..=last).contains(&e.ts));
    let (bad, all) = during.fold((0u64, 0u64), |(bad, all), e| (bad + u64::from(e.bad), all + 1));
    if all == 0 { 1.0 } else { bad as f64 / all as f64 }
}

fn stops(study: &Study<'_>, undone: Option<i64>, after: Option<(u64, u64)>, last: i64, build: bool) -> Question {
    let text = "Stops when undone?";
    let rate = rate_of_hits(study);
    // What was under way when it was undone still counts as before.
    let late = undone.map_or(0, |at| study.case.bad_events().filter(|e| e.ts > at + 2 * MINUTE_MS).count());
    match (undone, after) {
        // Taking a build from distribution does not take it from the devices that have it.
        (Some(at), Some((bad, _))) if build && bad > 0 => question(
            text,
            Answer::CannotTell,
            format!("{bad} bad after it was pulled at {}: devices kept it", clock(at)),
        ),
        (None, _) | (_, None) => question(text, Answer::CannotTell, "still in effect".to_owned()),
        (Some(_), Some(_)) if late > 0 => question(text, Answer::No, format!("{late} bad after it was undone")),
        // Few good ones after it prove nothing: their share must be surely below half of what it was.
        (Some(at), Some((bad, all))) if proportion::clopper_pearson_upper(bad, all, 0.05) >= 0.5 * rate => {
            let when =
                if at >= last { format!(", undone {} after the last", lasting(at - last)) } else { String::new() };
            question(text, Answer::CannotTell, format!("{bad} bad of {all} after{when}"))
        }
        (Some(_), Some((bad, all))) => question(text, Answer::Yes, format!("{bad} bad of {all} after")),
    }
}

fn clock(ms: i64) -> String {
    time(ms).map_or_else(String::new, |t| t.strftime("%H:%M UTC").to_string())
}

/// The one to name where a single one is asked for: it came before, covers all, and nothing ran clean with it. Its
/// commit, else its deployment, its flag, or its build.
pub(super) fn name(suspects: &[Suspect]) -> Option<String> {
    let first = suspects.first()?;
    let answers: Vec<Answer> = first.questions.iter().map(|q| q.answer).collect();
    let (before, covers) = (answers.first()?, answers.get(1)?);
    if *before != Answer::Yes || *covers != Answer::Yes || answers.contains(&Answer::No) {
        return None;
    }
    match first.kind.as_str() {
        "flag" => first.flag.clone(),
        "build" => first.build.clone(),
        _ => first.commit.clone().or_else(|| first.deployment_id.clone()),
    }
}

/// Twice the log-likelihood ratio of two shares against one.
fn gain(a: (u64, u64), b: (u64, u64)) -> f64 {
    let part = |x: u64, n: u64| if x > 0 { x as f64 * (x as f64 / n as f64).ln() } else { 0.0 };
    let fit = |(k, n): (u64, u64)| part(k, n) + part(n - k, n);
    let worse = a.0 as f64 * b.1 as f64 >= b.0 as f64 * a.1 as f64;
    if worse { 2.0 * (fit(a) + fit(b) - fit((a.0 + b.0, a.1 + b.1))) } else { 0.0 }
}

fn told(
    study: &Study<'_>,
    change: &Change,
    first: i64,
    questions: &[Question],
    present: (u64, u64),
    absent: (u64, u64),
) -> (Vec<String>, Vec<String>) {
    let (mut supporting, mut contradicting) = (Vec::new(), Vec::new());
    for q in questions {
        let sentence = format!("{} {}: {}.", q.text, word(q.answer), q.note);
        match q.answer {
            Answer::Yes => supporting.push(sentence),
            Answer::No => contradicting.push(sentence),
            Answer::CannotTell => {}
        }
    }
    let unit = &study.case.events.spec.unit;
    if present.1 > 0 && absent.1 > 0 {
        let sentence =
            format!("{} of {} {unit} with it were bad, {} of {} without it.", present.0, present.1, absent.0, absent.1);
        let better = present.0 as f64 * absent.1 as f64 > absent.0 as f64 * present.1 as f64;
        if better { supporting.push(sentence) } else { contradicting.push(sentence) }
    }
    let others = study
        .comparable()
        .filter(|e| !study.is_cohort(e) && with(study, change, e) && change.at <= e.ts && e.ts >= first);
    let (bad, all) = others.fold((0u64, 0u64), |(bad, all), e| (bad + u64::from(e.bad), all + 1));
    if change.kind != "build" && bad == 0 && all > 0 {
        let bound = 100.0 * proportion::clopper_pearson_upper(bad, all, 0.05);
        contradicting
            .push(format!("Other clients had {all} {unit} with it and none was bad (at most {bound:.1} %, 95 %)."));
    }
    (supporting, contradicting)
}

fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "Yes",
        Answer::No => "No",
        Answer::CannotTell => "Can't tell",
    }
}

/// What the numbers cannot tell about the first suspects.
pub(super) fn cannot_tell(study: &Study<'_>, suspects: &[Suspect]) -> String {
    let Some(first) = suspects.first() else {
        return "Nothing that changed before the first bad event is in the evidence.".to_owned();
    };
    let mut sentences = Vec::new();
    let open: Vec<&str> =
        first.questions.iter().filter(|q| q.answer == Answer::CannotTell).map(|q| q.text.as_str()).collect();
    if !open.is_empty() {
        sentences.push(format!("Of {} the numbers cannot answer: {}", first.name, open.join(" ")));
    }
    if let Some(second) = suspects.get(1) {
        let same = |s: &Suspect| s.questions.iter().map(|q| q.answer).collect::<Vec<_>>();
        if same(first) == same(second) {
            sentences.push(format!("{} has the same answers; the numbers do not tell the two apart.", second.name));
        } else if second.kind == "build" && study.plan.stage.builds.len() == 1 {
            sentences.push(format!(
                "Whether {} alone is enough, or needs {} too, is open: no other build was in use.",
                first.name, second.name
            ));
        }
    }
    sentences.push("A suspect is a hypothesis; a cause is written by people in section 6.".to_owned());
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suspect(kind: &str, answers: [Answer; 4]) -> Suspect {
        Suspect {
            kind: kind.to_owned(),
            name: "x".to_owned(),
            at: time(0).unwrap_or_default(),
            deployment_id: Some("118".to_owned()),
            commit: None,
            service: None,
            flag: Some("mobile.beta".to_owned()),
            build: Some("42".to_owned()),
            questions: answers.map(|answer| question("?", answer, String::new())).to_vec(),
            supporting: Vec::new(),
            contradicting: Vec::new(),
            evidence: Vec::new(),
        }
    }

    #[test]
    fn one_is_named_only_where_nothing_speaks_against_it() {
        use Answer::{CannotTell, No, Yes};
        let named = |kind: &str, answers| name(&[suspect(kind, answers)]);
        assert_eq!(named("deploy", [Yes, Yes, Yes, CannotTell]).as_deref(), Some("118"));
        assert_eq!(named("flag", [Yes, Yes, CannotTell, CannotTell]).as_deref(), Some("mobile.beta"));
        assert_eq!(named("build", [Yes, Yes, Yes, Yes]).as_deref(), Some("42"));
        for against in [[No, Yes, Yes, Yes], [Yes, No, Yes, Yes], [Yes, Yes, No, Yes], [Yes, Yes, Yes, No]] {
            assert_eq!(named("deploy", against), None);
        }
        assert_eq!(named("deploy", [CannotTell, Yes, Yes, Yes]), None);
        assert_eq!(name(&[]), None);
    }
}
