//! Which incident a report is about: found in the evidence, or told.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::event::{Event, Events};
use super::record::Record;
use crate::config::RunPlan;
use crate::exit::{Ended, Exit};
use crate::judge::Judged;
use crate::queries::Counts;
use crate::statistics::{Rate, poisson, scan};
use crate::verdict::{Effect, Verdict};

/// What the caller asks for; nothing where the evidence is to tell.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    pub at: Option<Timestamp>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Item of a trigger, such as `R2`.
    pub trigger: Option<String>,
    /// Or its first digits.
    pub request_id: Option<String>,
    pub tester: Option<String>,
}

/// An incident: the events of one trigger, and which of them belong to it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub events: Events,
    /// Positions in `events.all` of the bad events, in order of time.
    pub bad: Vec<usize>,
    /// Items of the triggers that fired in its time, its own first; empty where none did.
    pub fired: Vec<String>,
    /// Why this one, as a sentence.
    pub why: String,
}

/// What came of the search.
pub(super) enum Chosen {
    Found(Box<Case>, Vec<String>),
    /// Nothing, and why, as a sentence.
    None(String),
}

/// Bad events further apart than this are two incidents, where each of them counts.
const APART_MS: i64 = 24 * HOUR_MS;
const HOUR_MS: i64 = 3_600_000;
/// Stretches of a raised rate that are looked at.
const STRETCHES: usize = 3;
/// Least log-likelihood ratio of a stretch that is looked at.
const LEAST_GAIN: f64 = 4.0;
/// A group of bad events belongs to a raised rate when this test says that it is raised, too.
const GROUP_P: f64 = 0.01;

impl Ask {
    /// Whether the caller names an incident.
    #[must_use]
    pub fn is_told(&self) -> bool {
        let times = self.at.is_some() || self.from.is_some() || self.to.is_some();
        times || self.trigger.is_some() || self.request_id.is_some() || self.tester.is_some()
    }

    /// What was asked for, in words.
    fn words(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.trigger.as_ref().map(|t| format!("trigger {t}")));
        parts.extend(self.at.map(|t| format!("time {t}")));
        match (self.from, self.to) {
            (None, None) => {}
            (from, to) => {
                let word = |t: Option<Timestamp>, open: &str| t.map_or_else(|| open.to_owned(), |t| t.to_string());
                parts.push(format!("window {} to {}", word(from, "the beginning"), word(to, "the end")));
            }
        }
        parts.extend(self.request_id.as_ref().map(|id| format!("request {id}")));
        parts.extend(self.tester.as_ref().map(|t| format!("tester {t}")));
        parts.join(", ")
    }

    /// Whether an incident is the one that was asked for.
    fn means(&self, case: &Case, judged: &Judged) -> bool {
        let (Some(first), Some(last)) = (case.first(), case.last()) else { return false };
        let near = |t: Timestamp| {
            let ms = t.as_millisecond();
            first.ts - HOUR_MS <= ms && ms <= last.ts + 6 * HOUR_MS
        };
        let tester = self.tester.as_ref().map(|name| {
            let code = judged.correlated.roster.by_name(name).and_then(|t| judged.correlated.roster.code(t));
            code.unwrap_or(name).to_owned()
        });
        let own = |e: &&Event| match (&self.request_id, &tester) {
            (Some(id), _) => e.request.as_deref().is_some_and(|r| r.starts_with(id.as_str())),
            (None, Some(tester)) => e.tester.as_ref() == Some(tester),
            (None, None) => true,
        };
        self.at.is_none_or(near) && case.bad_events().any(|e| own(&e))
    }
}

impl Case {
    pub(super) fn bad_events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.bad.iter().map(|at| &self.events.all[*at])
    }

    pub(super) fn first(&self) -> Option<&Event> {
        self.bad_events().next()
    }

    pub(super) fn last(&self) -> Option<&Event> {
        self.bad_events().next_back()
    }
}

/// Finds the incident.
///
/// # Errors
/// `Exit::NotFound` when one was asked for that the evidence does not show; a query that does not run.
pub(super) fn choose(plan: &RunPlan, judged: &Judged, record: &Record, ask: &Ask) -> anyhow::Result<Chosen> {
    let mut cases = Vec::new();
    let mut unknown = true;
    for (item, fired) in triggers(judged) {
        if ask.trigger.as_ref().is_some_and(|t| !t.eq_ignore_ascii_case(&item)) {
            continue;
        }
        unknown = false;
        // One that did not fire is looked at only when somebody asks.
        if fired || ask.is_told() {
            let Some(events) = Events::of(judged, &item)? else { continue };
            let all = split(&events, &plan.stage.cohort, fired, ask);
            cases.extend(
                all.into_iter()
                    .map(|bad| (fired, Case { events: events.clone(), bad, fired: Vec::new(), why: String::new() })),
            );
        }
    }
    if unknown {
        let known: Vec<String> = triggers(judged).into_iter().map(|(item, _)| item).collect();
        let hint = format!("the triggers are {}", known.join(", "));
        return Err(Ended::error(Exit::NotFound, format!("there is no {}", ask.words()), hint));
    }
    let fired: Vec<(String, i64, i64)> = cases
        .iter()
        .filter(|(fired, _)| *fired)
        .filter_map(|(_, c)| Some((c.events.item.clone(), c.first()?.ts, c.last()?.ts)))
        .collect();
    cases.retain(|(_, case)| ask.means(case, judged));
    cases.sort_by_key(|(fired, case)| std::cmp::Reverse(weight(*fired, case, record)));
    if cases.is_empty() {
        return nothing(plan, judged, record, ask);
    }
    let (did_fire, mut case) = cases.remove(0);
    case.fired = together(&case, &fired);
    case.why = why(&case, did_fire, record, ask, judged);
    // The less dense stretches of a rate are its background, not other incidents.
    let apart = |other: &Case| other.events.spec.counts == Counts::Each || other.events.item != case.events.item;
    let others =
        cases.iter().filter(|(fired, other)| *fired && apart(other)).filter_map(|(_, c)| told(c, judged)).collect();
    Ok(Chosen::Found(Box::new(case), others))
}

/// The rollback triggers by item, in order of the catalogue, and whether each fired.
fn triggers(judged: &Judged) -> Vec<(String, bool)> {
    let all = judged.findings.iter().filter(|f| f.effect == Effect::Trigger && f.rule != "green");
    all.map(|f| (f.item.clone(), matches!(f.judged, Verdict::Fail | Verdict::Conflict))).collect()
}

/// The bad events of a trigger as incidents, each a list of positions.
fn split(events: &Events, cohort: &str, fired: bool, ask: &Ask) -> Vec<Vec<usize>> {
    let inside = |e: &Event| {
        ask.from.is_none_or(|from| e.ts >= from.as_millisecond()) && ask.to.is_none_or(|to| e.ts < to.as_millisecond())
    };
    let bad: Vec<usize> = (0..events.all.len()).filter(|at| events.all[*at].bad && inside(&events.all[*at])).collect();
    if events.spec.counts == Counts::Each {
        return clusters(events, &bad);
    }
    let own = |at: &usize| events.all[*at].client.as_deref() == Some(cohort) && inside(&events.all[*at]);
    let mut left: Vec<usize> = (0..events.all.len()).filter(own).collect();
    let mut found = Vec::new();
    while found.len() < STRETCHES {
        let flags: Vec<bool> = left.iter().map(|at| events.all[*at].bad).collect();
        let Some(stretch) = scan::densest(&flags).filter(|s| s.gain >= LEAST_GAIN) else { break };
        found.push(raised(events, &left, &stretch.range));
        left.drain(stretch.range);
    }
    found.retain(|all: &Vec<usize>| !all.is_empty());
    // What fired belongs to some incident, even where no stretch of time stands out.
    let held = |at: &usize| found.iter().any(|all: &Vec<usize>| all.contains(at));
    let lonely: Vec<usize> = bad.iter().copied().filter(|at| events.all[*at].fired && !held(at)).collect();
    if found.is_empty() && (fired || ask.is_told()) {
        let some = if lonely.is_empty() { bad.into_iter().filter(own).collect() } else { lonely };
        return clusters(events, &some);
    }
    found
}

fn clusters(events: &Events, bad: &[usize]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    for at in bad {
        let near = all
            .last()
            .and_then(|held| held.last())
            .is_some_and(|last| events.all[*at].ts - events.all[*last].ts <= APART_MS);
        match all.last_mut().filter(|_| near) {
            Some(held) => held.push(*at),
            None => all.push(vec![*at]),
        }
    }
    all
}

/// The bad events of a stretch whose group is raised in it, too: those of a route and status that fail as often at any
/// other time are background.
fn raised(events: &Events, own: &[usize], range: &std::ops::Range<usize>) -> Vec<usize> {
    let group = |at: &usize| (events.all[*at].route.as_deref().unwrap_or_default(), events.all[*at].status);
    let mut inside: BTreeMap<_, u64> = BTreeMap::new();
    let mut outside: BTreeMap<_, u64> = BTreeMap::new();
    for (place, at) in own.iter().enumerate().filter(|(_, at)| events.all[**at].bad) {
        *if range.contains(&place) { inside.entry(group(at)) } else { outside.entry(group(at)) }.or_default() += 1;
    }
    let (within, without) = (range.len() as f64, (own.len() - range.len()) as f64);
    let is_raised = |key: &(&str, Option<i64>), n: u64| {
        let elsewhere = Rate { events: outside.get(key).copied().unwrap_or(0), exposure: without };
        without <= 0.0
            || poisson::ratio(Rate { events: n, exposure: within }, elsewhere, 0.95)
                .is_some_and(|r| r.p_greater <= GROUP_P)
    };
    let kept: Vec<_> = inside.iter().filter(|(key, n)| is_raised(key, **n)).map(|(key, _)| *key).collect();
    own[range.clone()]
        .iter()
        .copied()
        // A stretch whose groups are each too small to tell is raised as a whole.
        .filter(|at| events.all[*at].bad && (kept.is_empty() || kept.contains(&group(at))))
        .collect()
}

/// What makes one incident the one that on-call means: it was responded to, its trigger fired, how grave it is, how
/// late it is.
fn weight(fired: bool, case: &Case, record: &Record) -> (bool, bool, u8, usize, i64) {
    let (first, last) = (case.first().map_or(0, |e| e.ts), case.last().map_or(0, |e| e.ts));
    let answers = |at: i64| first <= at && at <= last + 24 * HOUR_MS;
    let contained = record.containments.iter().any(|c| answers(c.at));
    let opened = record.entries_of("incident.opened").any(|e| answers(e.at));
    (contained || opened, fired, grave(&case.events.spec.severity), case.bad.len(), last)
}

fn grave(severity: &str) -> u8 {
    let number = severity.chars().filter(char::is_ascii_digit).collect::<String>().parse::<u8>().unwrap_or(9);
    9u8.saturating_sub(number)
}

/// Items of the triggers that fired in the time of an incident, its own first.
fn together(case: &Case, fired: &[(String, i64, i64)]) -> Vec<String> {
    let (Some(first), Some(last)) = (case.first(), case.last()) else { return Vec::new() };
    let overlaps = |from: i64, to: i64| from <= last.ts + HOUR_MS / 2 && first.ts - HOUR_MS / 2 <= to;
    let mut items: Vec<String> =
        fired.iter().filter(|(_, from, to)| overlaps(*from, *to)).map(|(item, _, _)| item.clone()).collect();
    items.sort_by_key(|item| *item != case.events.item);
    items.dedup();
    items
}

fn why(case: &Case, fired: bool, record: &Record, ask: &Ask, judged: &Judged) -> String {
    let title = judged.findings.iter().find(|f| f.item == case.events.item).map_or("", |f| f.title.as_str());
    let lead = if ask.is_told() { format!("It was asked for by {}. ", ask.words()) } else { String::new() };
    let did = if fired { "fired" } else { "did not fire, but shows bad events" };
    let (first, last) = (case.first().map_or(0, |e| e.ts), case.last().map_or(0, |e| e.ts));
    let answer = record.containments.iter().find(|c| c.at >= first && c.at <= last + 24 * HOUR_MS);
    let then = answer.map_or_else(
        || "nothing was pulled or rolled back within a day of it".to_owned(),
        |c| format!("then {}", c.what),
    );
    format!("{lead}Trigger {} ({title}) {did} with {}; {then}.", case.events.item, counted(case))
}

fn counted(case: &Case) -> String {
    let n = case.bad.len();
    format!("{n} {}", if n == 1 { &case.events.spec.one } else { &case.events.spec.bad })
}

fn told(case: &Case, judged: &Judged) -> Option<String> {
    let title = judged.findings.iter().find(|f| f.item == case.events.item).map_or("", |f| f.title.as_str());
    let at = Timestamp::from_millisecond(case.first()?.ts).ok()?;
    let at = at.strftime("%Y-%m-%dT%H:%M:%SZ");
    Some(format!(
        "{} ({title}): {} from {at}; `cutover incident --at {at}` reports it.",
        case.events.item,
        counted(case)
    ))
}

/// No trigger tells of one: a rollback all the same, or nothing.
fn nothing(plan: &RunPlan, judged: &Judged, record: &Record, ask: &Ask) -> anyhow::Result<Chosen> {
    let near = |ms: i64| {
        let close = ask.at.is_none_or(|at| (ms - at.as_millisecond()).abs() <= 6 * HOUR_MS);
        let inside =
            |t: Option<Timestamp>, within: fn(i64, i64) -> bool| t.is_none_or(|t| within(ms, t.as_millisecond()));
        close && inside(ask.from, |ms, from| ms >= from) && inside(ask.to, |ms, to| ms < to)
    };
    let pulled = record.containments.iter().filter(|c| c.how != "switched off").find(|c| near(c.at));
    let opened = record.entries_of("incident.opened").find(|e| plan.stage.beta.holds(e.at) && !e.drill && near(e.at));
    let only_times = ask.trigger.is_none() && ask.request_id.is_none() && ask.tester.is_none();
    let (what, when) = match (pulled, opened) {
        (Some(c), _) if only_times => (c.what.clone(), c.at),
        (_, Some(e)) if only_times => (format!("incident {} opened", e.target), e.at),
        _ if ask.is_told() => {
            let hint = "leave the flags out to search all of the evidence, or see `cutover why R1` to R5";
            let message = format!("the evidence shows no bad event for {}", ask.words());
            return Err(Ended::error(Exit::NotFound, message, hint));
        }
        _ => return Ok(Chosen::None(none_found(judged))),
    };
    // The nearest signs of trouble before it, whichever trigger they are of.
    let mut best: Option<Case> = None;
    for (item, _) in triggers(judged) {
        let Some(events) = Events::of(judged, &item)? else { continue };
        let near = |e: &Event| {
            e.bad
                && e.ts <= when + HOUR_MS
                && e.ts >= when - 6 * HOUR_MS
                && e.client.as_deref() == Some(plan.stage.cohort.as_str())
        };
        let bad: Vec<usize> = (0..events.all.len()).filter(|at| near(&events.all[*at])).collect();
        if best.as_ref().is_none_or(|held| bad.len() > held.bad.len()) {
            let why = format!(
                "No trigger fired, but there was a rollback: {what}. The bad events nearest before it are of {item}."
            );
            best = Some(Case { events, bad, fired: Vec::new(), why });
        }
    }
    Ok(best.map_or_else(|| Chosen::None(none_found(judged)), |case| Chosen::Found(Box::new(case), Vec::new())))
}

/// Why there is none, with what could not be excluded.
fn none_found(judged: &Judged) -> String {
    let open: Vec<String> = judged
        .findings
        .iter()
        .filter(|f| f.effect == Effect::Trigger && f.rule != "green")
        .filter(|f| !matches!(f.judged, Verdict::Pass | Verdict::NotApplicable | Verdict::Fail | Verdict::Conflict))
        .map(|f| format!("{} ({})", f.item, f.sentence))
        .collect();
    let tail = if open.is_empty() { String::new() } else { format!(" Not excluded: {}.", open.join("; ")) };
    format!(
        "No rollback trigger fired, and no build was pulled, rolled back or reported as an incident in the beta.{tail}"
    )
}
