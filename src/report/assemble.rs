//! A judged stage in, the report model out.

use std::path::PathBuf;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{
    Check, DocumentChange, EvidenceRow, Exhibit, GlossaryRow, Item, Meta, Report, SIGNOFF_SCHEMA, Trigger, attribution,
    bindings, charts, identity, notes, owed, sections,
};
use crate::checks::Finding;
use crate::config::RunPlan;
use crate::edits::stage::{self, Planned, Standing};
use crate::edits::{self, diff};
use crate::evidence::Evidence;
use crate::ingest::lines::hex;
use crate::judge::Judged;
use crate::queries::{Role, engine};
use crate::runbook::LineKind;
use crate::runbook::documents::Document;
use crate::tables::table::Table;
use crate::verdict::{Call, Effect, Verdict};

/// Rows of a check that the report shows.
const SHOWN: usize = 50;
/// Rows of an exhibit that the report shows.
const EXHIBITED: usize = 200;

/// All rows behind a check or exhibit, for the packet's `evidence/` folder.
pub struct ResultRows {
    pub file: String,
    pub table: Table,
    /// The file as it is written: the table as JSON.
    pub bytes: Vec<u8>,
}

/// Place inside the packet of the rows of a check or exhibit.
#[must_use]
pub fn result_file(query: &str) -> String {
    format!("evidence/{query}.json")
}

/// Puts the report together, with the result rows that go beside it.
///
/// # Errors
/// When an exhibit's query does not run.
pub fn assemble(plan: &RunPlan, judged: &Judged, evidence: &Evidence) -> anyhow::Result<(Report, Vec<ResultRows>)> {
    let mut register = Register::new(plan);
    let checks: Vec<Check> = judged.findings.iter().map(|f| check(f, &mut register)).collect();
    let exhibits = exhibits(judged, &mut register)?;
    let items = items(judged, &checks);
    let scope = sections::scope(plan, judged);
    let decision = with_evidence(judged, &checks);
    let meta = identity::meta(plan, judged, evidence)?;
    let report = Report {
        schema: SIGNOFF_SCHEMA.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        triggers: triggers(judged, &checks),
        missing: owed::missing(plan, judged),
        waivers: judged.waivers.clone(),
        notes: notes::notes(plan, judged),
        heatmap: sections::heatmap(&judged.findings, &scope),
        conflicts: conflicts(judged, &checks),
        drills: sections::drills(judged),
        watch: super::watch::of(&judged.findings),
        charts: charts::all(plan, judged),
        exhibits,
        feedback: sections::feedback(plan, judged),
        edits: edits(plan, judged, &meta)?,
        meta,
        coverage: sections::coverage(plan, judged, evidence),
        attribution: attribution::rows(judged),
        evidence: register.rows,
        redactions: sections::redactions(evidence),
        settings: settings(plan, judged),
        glossary: glossary(judged),
        counts: sections::counts(&judged.findings, &items),
        decision,
        scope,
        items,
        checks,
    };
    Ok((report, register.results))
}

/// Gives out evidence ids in order.
struct Register {
    window: crate::config::Window,
    rows: Vec<EvidenceRow>,
    results: Vec<ResultRows>,
}

impl Register {
    fn new(plan: &RunPlan) -> Self {
        Register { window: plan.stage.beta, rows: Vec::new(), results: Vec::new() }
    }

    fn add(&mut self, shows: &str, query: &str, table: &Table) -> String {
        let id = format!("E-{:03}", self.rows.len() + 1);
        let (row, result) = evidence_row(&id, shows, query, self.window, table);
        self.rows.push(row);
        self.results.push(result);
        id
    }
}

/// A row of the evidence register, and the rows that it stands for.
pub(crate) fn evidence_row(
    id: &str,
    shows: &str,
    query: &str,
    window: crate::config::Window,
    table: &Table,
) -> (EvidenceRow, ResultRows) {
    let file = result_file(query);
    let places = (0..table.rows.len()).filter(|row| table.cell(*row, "file").as_text().is_some()).count();
    let mut bytes = serde_json::to_vec(table).unwrap_or_default();
    bytes.push(b'\n');
    let row = EvidenceRow {
        id: id.to_owned(),
        shows: shows.to_owned(),
        query: query.to_owned(),
        window,
        rows: table.rows.len() as u64,
        lines_cited: places as u64,
        sha256: hex(&Sha256::digest(&bytes)),
        file: file.clone(),
    };
    (row, ResultRows { file, table: table.clone(), bytes })
}

fn check(finding: &Finding, register: &mut Register) -> Check {
    let shows = format!("{} {}", finding.item, finding.title);
    let evidence = register.add(&shows, &finding.check, &finding.rows);
    Check {
        id: finding.check.clone(),
        item: finding.item.clone(),
        title: finding.title.clone(),
        effect: finding.effect,
        proof: finding.proof,
        rule: finding.rule.to_owned(),
        verdict: finding.verdict,
        judged: finding.judged,
        sentence: finding.sentence.clone(),
        figures: finding.figures.clone(),
        compared: finding.compared.clone(),
        evidence: vec![evidence],
        cells: finding.cells.clone(),
        owed: finding.owed.clone(),
        observed: finding.observed.clone(),
        rows: charts::head(&finding.rows, SHOWN),
        row_count: finding.rows.rows.len() as u64,
        query: finding.check.clone(),
        sha256: finding.sha256.clone(),
    }
}

fn exhibits(judged: &Judged, register: &mut Register) -> anyhow::Result<Vec<Exhibit>> {
    let mut exhibits = Vec::new();
    for query in judged.catalogue.iter().filter(|q| matches!(q.role, Role::Exhibit)) {
        let table = engine::run(&judged.tables, &query.sql, &judged.literals)?;
        let evidence = register.add(&query.title, &query.id, &table);
        exhibits.push(Exhibit {
            id: query.id.clone(),
            title: query.title.clone(),
            note: format!("from {}", query.needs.join(", ")),
            row_count: table.rows.len() as u64,
            table: charts::head(&table, EXHIBITED),
            evidence,
        });
    }
    Ok(exhibits)
}

fn evidence_of<'c>(checks: &'c [Check], id: &str) -> &'c [String] {
    checks.iter().find(|c| c.id == id).map_or(&[], |c| c.evidence.as_slice())
}

fn with_evidence(judged: &Judged, checks: &[Check]) -> super::Decision {
    let mut decision = judged.decision.clone();
    for reason in &mut decision.because {
        reason.evidence = evidence_of(checks, &reason.check).to_vec();
    }
    decision
}

fn conflicts(judged: &Judged, checks: &[Check]) -> Vec<super::ConflictRow> {
    let mut rows = sections::conflicts(&judged.findings);
    for row in &mut rows {
        row.evidence = evidence_of(checks, &row.evidence).first().cloned().unwrap_or_default();
    }
    rows
}

/// Every line of the runbook; an unbound one is shown as such.
fn items(judged: &Judged, checks: &[Check]) -> Vec<Item> {
    let item = |line: &crate::runbook::Line| {
        let bound: Vec<&Finding> = judged.findings.iter().filter(|f| f.line.as_deref() == Some(&line.id)).collect();
        let worst = bound.iter().min_by_key(|f| f.verdict);
        let verdict = Verdict::roll_up(bound.iter().map(|f| f.verdict));
        let reason = match (worst, bound.len()) {
            (None, _) => "no check is bound to this line".to_owned(),
            (Some(f), 1) => f.sentence.clone(),
            (Some(_), _) if verdict == Verdict::Pass => {
                bound.iter().map(|f| f.sentence.as_str()).collect::<Vec<_>>().join("; ")
            }
            (Some(f), _) => f.sentence.clone(),
        };
        Item {
            id: line.id.clone(),
            kind: line.kind.word().to_owned(),
            text: line.text.clone(),
            section: line.section.clone(),
            subsection: line.subsection.clone(),
            line: line.line,
            anchor: line.anchor.clone(),
            ticked: line.ticked,
            binding: bindings::word(judged, &line.id, &bound).to_owned(),
            known_as: bindings::known_as(judged, &bound),
            effect: bound.iter().map(|f| f.effect).min().unwrap_or(Effect::Blocker),
            verdict,
            reason,
            checks: bound.iter().map(|f| f.check.clone()).collect(),
            evidence: bound.iter().flat_map(|f| evidence_of(checks, &f.check).to_vec()).collect(),
            judged_at: Timestamp::from_millisecond(judged.observed.as_of).ok(),
            cells: worst.map(|f| f.cells.clone()).unwrap_or_default(),
        }
    };
    judged.runbook.lines.iter().map(item).collect()
}

/// The rollback triggers: the runbook's in its order, then those that only the catalogue knows.
pub(crate) fn triggers(judged: &Judged, checks: &[Check]) -> Vec<Trigger> {
    let all: Vec<&Finding> =
        judged.findings.iter().filter(|f| f.effect == Effect::Trigger && f.rule != "green").collect();
    let mut triggers = Vec::new();
    for line in &judged.runbook.lines {
        if let LineKind::Trigger { action } = &line.kind
            && let Some(finding) = all.iter().find(|f| f.line.as_deref() == Some(&line.id))
        {
            triggers.push(trigger(judged, checks, finding, &line.text, action));
        }
    }
    for finding in all.iter().filter(|f| f.line.is_none()) {
        triggers.push(trigger(judged, checks, finding, &finding.title, "not in the runbook"));
    }
    triggers
}

fn trigger(judged: &Judged, checks: &[Check], finding: &Finding, condition: &str, action: &str) -> Trigger {
    let state = match finding.verdict {
        Verdict::Fail | Verdict::Conflict => "FIRED",
        Verdict::Pass | Verdict::NotApplicable => "NOT FIRED",
        Verdict::Waived => "WAIVED",
        Verdict::Inconclusive => "HOLD",
        Verdict::NoData | Verdict::Pending => "CANNOT EXCLUDE",
    };
    let covers = finding.needs.iter().filter_map(|need| judged.observed.roles.get(need)).flatten();
    Trigger {
        check: finding.check.clone(),
        condition: condition.to_owned(),
        action: action.to_owned(),
        verdict: finding.verdict,
        state: state.to_owned(),
        sentence: finding.sentence.clone(),
        coverage: covers.filter_map(|s| judged.observed.covers.get(s)?.covered).reduce(f64::min),
        evidence: evidence_of(checks, &finding.check).to_vec(),
    }
}

/// How the documents are to show the stage, and when that is to be applied.
fn standing(plan: &RunPlan, judged: &Judged, meta: &Meta) -> anyhow::Result<(Standing, &'static str)> {
    let day = |ms: i64| anyhow::Ok(Timestamp::from_millisecond(ms)?.to_zoned(plan.project.zone.clone()).date());
    Ok(match judged.correlated.windows.containment.as_ref() {
        Some((ts, _)) => {
            let cause = format!("packet {}", meta.packet_id);
            (Standing::RolledBack { date: day(*ts)?, cause }, "to be applied because the build was pulled")
        }
        None => {
            let standing = Standing::Complete {
                date: day(judged.observed.as_of)?,
                build: meta.candidate.clone(),
                packet: meta.packet_id.clone(),
                sha256: meta.packet_sha256.clone(),
            };
            (standing, "to be applied on GO only")
        }
    })
}

fn edits(plan: &RunPlan, judged: &Judged, meta: &Meta) -> anyhow::Result<Vec<DocumentChange>> {
    let pulled = judged.correlated.windows.containment.as_ref();
    let (standing, when) = standing(plan, judged, meta)?;
    let documents = &judged.documents;
    let mut changes = Vec::new();
    if let (Some(document), Some(path)) = (&documents.roadmap, &plan.stage.roadmap)
        && let Some(text) = &document.text
    {
        changes.push((document, path, text, stage::roadmap(text, &plan.stage.title, &standing)));
    }
    if let (Some(document), Some(path)) = (&documents.operations, &plan.stage.operations)
        && let Some(text) = &document.text
    {
        let planned = stage::operations(text, plan.stage.number, &plan.docs.stages, &standing);
        changes.push((document, path, text, planned));
    }
    let change = |(document, path, text, planned): (&Document, &PathBuf, &String, Planned)| {
        let (state, reason, diff) = match planned.outcome {
            Ok(edit) if !edit.is_empty() => {
                let path = path.strip_prefix(&plan.root).ok().and_then(|p| p.to_str()).unwrap_or(&document.name);
                ("proposed", when.to_owned(), diff::unified(path, text, &edit))
            }
            Ok(_) if pulled.is_some() => {
                ("nothing to do", "the document does not show it as done".to_owned(), String::new())
            }
            Ok(_) if judged.decision.call == Call::Go => {
                ("already done", "the document shows it".to_owned(), String::new())
            }
            Ok(_) => {
                let call = judged.decision.call.word();
                (
                    "already done",
                    format!("the document shows it already, although the decision is {call}"),
                    String::new(),
                )
            }
            Err(refusal) => {
                let told = refusal.problems.iter().map(|p| p.what.clone()).collect::<Vec<_>>();
                ("refused", told.join("; "), String::new())
            }
        };
        DocumentChange {
            file: document.name.clone(),
            what: planned.what,
            state: state.to_owned(),
            reason,
            diff,
            before_sha256: edits::change::sha256(text.as_bytes()),
        }
    };
    Ok(changes.into_iter().map(change).collect())
}

pub(crate) fn settings(plan: &RunPlan, judged: &Judged) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = vec![
        ("baseline".to_owned(), format!("{} – {}", plan.stage.baseline.from, plan.stage.baseline.to)),
        ("judged window".to_owned(), format!("{} – {}", judged.observed.judged.from, judged.observed.judged.to)),
        ("cohort".to_owned(), format!("{} on {}", plan.stage.cohort, plan.stage.platforms.join(", "))),
        ("configuration sha256".to_owned(), plan.config_sha256.clone()),
    ];
    let share = |x: Option<f64>| x.map_or_else(|| "unknown".to_owned(), |x| format!("{:.1} %", x * 100.0));
    all.push(("requests attributed to a client".to_owned(), share(judged.observed.attributed)));
    all.push(("user-scoped answers that name their owner".to_owned(), share(judged.observed.owner_share)));
    all.extend(plan.params.iter().map(|(name, value)| (format!("params.{name}"), value.to_string())));
    all
}

fn glossary(judged: &Judged) -> Vec<GlossaryRow> {
    let row = |f: &Finding| GlossaryRow {
        check: f.item.clone(),
        title: f.title.clone(),
        rule: f.rule.to_owned(),
        means: f.means.clone(),
    };
    judged.findings.iter().map(row).collect()
}
