//! A judged stage in, the incident report's model out: which incident, when, who, how far, what may explain it, whether
//! it is over.

mod attributes;
pub mod event;
mod impact;
mod leak;
mod over;
mod people;
mod picture;
mod record;
mod register;
mod response;
mod signatures;
mod similar;
mod study;
mod suspects;
mod timeline;
mod times;
mod ways;
mod which;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::config::RunPlan;
use crate::evidence::Evidence;
use crate::judge::Judged;
use crate::report::assemble::{self, ResultRows};
use crate::report::incident::{INCIDENT_SCHEMA, Incident, Meta, Times};
use crate::report::words::Words;
use crate::report::{identity, sections};
use register::Register;
use study::{Study, ms};
use which::Chosen;

pub use which::Ask;

/// Reads raw lines of a file, redacted, by number.
pub type Raw<'a> = dyn Fn(&str, &[u64]) -> BTreeMap<u64, String> + 'a;

/// What the search for an incident came to.
pub enum Investigated {
    Found(Box<Incident>, Vec<ResultRows>),
    /// None, and why.
    None(String),
}

/// Finds the incident and studies it.
///
/// # Errors
/// `Exit::NotFound` when one was asked for that the evidence does not show; a query that does not run.
pub fn investigate(
    plan: &RunPlan,
    judged: &Judged,
    evidence: &Evidence,
    ask: &Ask,
    raw: &Raw<'_>,
) -> anyhow::Result<Investigated> {
    let record = record::Record::of(plan, judged);
    match which::choose(plan, judged, &record, ask)? {
        Chosen::None(why) => Ok(Investigated::None(why)),
        Chosen::Found(case, others) => {
            let study = Study { plan, judged, record, case: *case, as_of: judged.observed.as_of };
            let (incident, results) = report(&study, evidence, others, raw)?;
            Ok(Investigated::Found(Box::new(incident), results))
        }
    }
}

/// Studies an incident.
fn report(
    study: &Study<'_>,
    evidence: &Evidence,
    others: Vec<String>,
    raw: &Raw<'_>,
) -> anyhow::Result<(Incident, Vec<ResultRows>)> {
    let (plan, judged) = (study.plan, study.judged);
    let times = times::of(study);
    let affected = people::affected(study, raw)?;
    let suspects = suspects::of(study);
    let mut leak = leak::of(study, &times)?;
    let mut over = over::of(study, &times)?;
    let mut steps = response::steps(study, &times, &affected);
    let next = response::next(study, &leak, &over, &steps, &suspects);
    steps.extend(response::paged(study, &times));
    let telling = ways::telling(study, &times, &suspects);
    let mut register = Register::new(study, &times);
    register.checks(study);
    over.evidence.push(register.events(study));
    register.name(&mut leak.evidence);
    steps.iter_mut().for_each(|step| register.name(&mut step.evidence));
    let meta = meta(study, &times, evidence)?;
    let signatures = signatures::of(study)?;
    let (similar, damaged) =
        similar::of(&plan.output_dir, &meta, (&study.case.fired, &study.routes()), &signatures, times.first_bad.at);
    let missing = [words::missing(study, &times, &affected, &suspects), damaged].concat();
    let (request_ids, request_ids_others) = request_ids(study);
    let incident = Incident {
        chosen: study.case.why.clone(),
        others,
        missing,
        fired: study.case.fired.clone(),
        triggers: register.triggers(study),
        impact: impact::of(study, &times, words::summary(study, &times, &affected)),
        steps,
        next,
        timeline: timeline::of(study, &times, &suspects)?,
        phases: picture::phases(study, &times),
        attributes: attributes::of(study),
        shares: attributes::shares(study, &times, suspects.first()),
        suspect: suspects::name(&suspects),
        cannot_tell: suspects::cannot_tell(study, &suspects),
        signatures,
        ways: ways::of(study, &telling)?,
        telling,
        request_ids,
        request_ids_others,
        routes: study.routes(),
        similar,
        message: words::message(study, &times, &leak, &over),
        written: Words::default(),
        picture: picture::of(study, &times, &suspects),
        coverage: sections::coverage(plan, judged, evidence),
        redactions: sections::redactions(evidence),
        settings: assemble::settings(plan, judged),
        evidence: register.rows,
        meta,
        times,
        leak,
        over,
        affected,
        suspects,
    };
    Ok((incident, register.results))
}

fn meta(study: &Study<'_>, times: &Times, evidence: &Evidence) -> anyhow::Result<Meta> {
    let (plan, judged) = (study.plan, study.judged);
    let of_stage = identity::meta(plan, judged, evidence)?;
    let (severity, severity_from) = words::severity(study, times);
    let at = times.first_bad.at.or(times.rolled_back.at).unwrap_or(of_stage.as_of);
    let spec = &study.case.events.spec;
    Ok(Meta {
        schema: INCIDENT_SCHEMA.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        id: id(study, times, at),
        title: words::title(study),
        severity,
        severity_from,
        project: of_stage.project,
        stage_title: of_stage.stage_title,
        stage_number: of_stage.stage_number,
        packet_id: of_stage.packet_id,
        window: plan.stage.beta,
        as_of: of_stage.as_of,
        zone_short: at.to_zoned(plan.project.zone.clone()).strftime("%Z").to_string(),
        display_zone: of_stage.display_zone,
        cohort: of_stage.cohort,
        builds: of_stage.builds,
        owner: of_stage.owner,
        completeness: words::completeness(study, times),
        one: spec.one.clone(),
        bad: spec.bad.clone(),
        unit: spec.unit.clone(),
    })
}

/// The id that the audit events give it, else one made of the trigger and the first bad minute.
fn id(study: &Study<'_>, times: &Times, at: Timestamp) -> String {
    let span = ms(&times.first_bad).zip(ms(&times.last_bad));
    let opened = span.and_then(|(first, last)| times::opened_entry(study, first, last));
    match opened.map(|e| e.target.clone()).filter(|id| !id.is_empty()) {
        Some(id) => id,
        None => format!("{}-{}", study.case.events.item, at.strftime("%Y%m%dT%H%MZ")),
    }
}

/// Request ids of the bad events, each once, in order of time: the cohort's, and those of other clients.
fn request_ids(study: &Study<'_>) -> (Vec<String>, Vec<String>) {
    let mut met = BTreeSet::new();
    let mut once = |events: &mut dyn Iterator<Item = &event::Event>| -> Vec<String> {
        events.filter_map(|e| e.request.clone()).filter(|id| met.insert(id.clone())).collect()
    };
    let own = once(&mut study.case.bad_events().filter(|e| study.is_cohort(e)));
    (own, once(&mut study.elsewhere().into_iter()))
}
