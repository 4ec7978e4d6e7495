//! The evidence behind the report: result rows with ids, and the triggers as the packet shows them.

use super::study::Study;
use crate::checks::Finding;
use crate::config::Window;
use crate::report::assemble::{self, ResultRows};
use crate::report::incident::Times;
use crate::report::{EvidenceRow, Trigger};
use crate::tables::table::{Cell, Table};
use crate::verdict::Effect;

/// Gives out evidence ids in order.
pub(super) struct Register {
    window: Window,
    pub rows: Vec<EvidenceRow>,
    pub results: Vec<ResultRows>,
}

impl Register {
    pub(super) fn new(study: &Study<'_>, times: &Times) -> Self {
        let from = study.span().map_or(study.plan.stage.beta.from_ms(), |(first, _)| first);
        let window = Window::from_millis(from, super::study::end(times, study.as_of) + 1);
        Register { window: window.unwrap_or(study.plan.stage.beta), rows: Vec::new(), results: Vec::new() }
    }

    /// The rows of the triggers' checks, and of those that stand for the steps after one.
    pub(super) fn checks(&mut self, study: &Study<'_>) {
        let trigger = |f: &&Finding| f.effect == Effect::Trigger && f.rule != "green";
        let step = |f: &&Finding| super::response::STEPS.contains(&f.item.as_str());
        let all = || study.judged.findings.iter();
        for finding in all().filter(trigger).chain(all().filter(step)) {
            let shows = format!("{} {}", finding.item, finding.title);
            self.add(&shows, &finding.check, finding.rows.clone());
        }
    }

    /// The triggers, with the evidence of their checks.
    pub(super) fn triggers(&self, study: &Study<'_>) -> Vec<Trigger> {
        let mut triggers = assemble::triggers(study.judged, &[]);
        triggers.iter_mut().for_each(|t| t.evidence.extend(self.id_of(&t.check)));
        triggers
    }

    /// Evidence ids where a list names checks.
    pub(super) fn name(&self, evidence: &mut [String]) {
        for held in evidence.iter_mut() {
            if let Some(id) = self.id_of(held) {
                *held = id;
            }
        }
    }

    fn id_of(&self, query: &str) -> Option<String> {
        self.rows.iter().find(|row| row.query == query).map(|row| row.id.clone())
    }

    /// The incident's own bad events.
    pub(super) fn events(&mut self, study: &Study<'_>) -> String {
        let names = [
            "ts",
            "tester",
            "client",
            "platform",
            "build",
            "route",
            "service",
            "container",
            "session",
            "user",
            "owner",
            "request_id",
            "status",
            "says",
            "file",
            "line",
        ];
        let text = |t: &Option<String>| Cell::from(t.as_deref());
        let rows = study.case.bad_events().map(|e| {
            vec![
                Cell::from(e.ts),
                text(&e.tester),
                text(&e.client),
                text(&e.platform),
                text(&e.build),
                text(&e.route),
                text(&e.service),
                text(&e.instance),
                text(&e.session),
                text(&e.user),
                text(&e.owner),
                text(&e.request),
                Cell::from(e.status),
                Cell::from(e.says.as_str()),
                Cell::from(e.file.as_str()),
                Cell::from(e.line),
            ]
        });
        let table = Table { columns: names.map(str::to_owned).to_vec(), rows: rows.collect() };
        let spec = &study.case.events.spec;
        self.add(&format!("The {} of this incident", spec.bad), &study.case.events.query, table)
    }

    fn add(&mut self, shows: &str, query: &str, table: Table) -> String {
        let id = format!("E-{:03}", self.rows.len() + 1);
        let (row, result) = assemble::evidence_row(&id, shows, query, self.window, &table);
        self.rows.push(row);
        self.results.push(result);
        id
    }
}
