//! What people and pipelines recorded: changes, containments, incidents opened and resolved, notices and reports, as
//! audit events, deployments, feedback and bugs tell them. Times in milliseconds UTC.

use crate::config::RunPlan;
use crate::judge::{Judged, plain};
use crate::sources::formats::eas_builds;
use crate::tables::table::Table;

/// Something that was changed and may explain what came after it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Change {
    /// deploy | build | flag | maintenance
    pub kind: &'static str,
    /// `backend 1.20.0`, `mobile.beta switched on`.
    pub name: String,
    /// When it took effect.
    pub at: i64,
    /// When it began.
    pub began: i64,
    pub deployment_id: Option<String>,
    pub commit: Option<String>,
    pub service: Option<String>,
    pub flag: Option<String>,
    pub build: Option<String>,
    /// When it stopped being in effect: replaced, rolled back, switched back, removed.
    pub undone: Option<i64>,
    /// It undoes an earlier one: the deployment that it rolls back, or the flag switched off.
    pub undoes: Option<String>,
    pub place: String,
}

/// A containment: it took something from the testers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Containment {
    pub at: i64,
    /// `distribution of build 42 removed`.
    pub what: String,
    /// removed | rolled back | switched off
    pub how: &'static str,
    pub build: Option<String>,
    /// The deployment that was rolled back.
    pub undoes: Option<String>,
    pub flag: Option<String>,
    pub place: String,
}

/// An audit event of the beta.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub at: i64,
    pub action: String,
    pub target: String,
    pub target_type: String,
    /// Metadata as the audit log has it.
    pub detail: serde_json::Value,
    pub drill: bool,
    pub place: String,
}

/// What a person or an alarm reported.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Report {
    pub at: i64,
    /// Roster code, handle or monitor.
    pub by: String,
    /// feedback form | TestFlight | bug tracker | attestation
    pub channel: String,
    pub severity: String,
    pub text: String,
    pub place: String,
}

/// Everything recorded, each list in order of time.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    pub changes: Vec<Change>,
    pub containments: Vec<Containment>,
    pub entries: Vec<Entry>,
    pub reports: Vec<Report>,
}

impl Record {
    pub(super) fn of(plan: &RunPlan, judged: &Judged) -> Self {
        let entries = entries(&plain(&judged.tables, "audit"));
        let deploys = plain(&judged.tables, "deploys");
        let mut changes = deploy_changes(&deploys);
        changes.extend(build_changes(plan, &deploys, &entries));
        changes.extend(flag_changes(&entries));
        changes.extend(maintenance_changes(&entries));
        changes.sort_by(|a, b| (a.at, &a.name).cmp(&(b.at, &b.name)));
        let containments = containments(plan, &entries, &changes);
        Record { containments, reports: reports(judged), changes, entries }
    }

    /// Audit events of an action.
    pub(super) fn entries_of<'r>(&'r self, action: &'r str) -> impl Iterator<Item = &'r Entry> {
        self.entries.iter().filter(move |e| e.action == action)
    }
}

impl Entry {
    /// A text of the metadata; empty where it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.detail.get(name).and_then(serde_json::Value::as_str).unwrap_or_default()
    }
}

fn place(table: &Table, row: usize) -> String {
    let file = table.cell(row, "file").as_text().unwrap_or_default();
    format!("{file}:{}", table.cell(row, "line").as_int().unwrap_or(0))
}

fn entries(audit: &Table) -> Vec<Entry> {
    let text = |row: usize, name: &str| audit.cell(row, name).as_text().unwrap_or_default().to_owned();
    let mut all: Vec<Entry> = (0..audit.rows.len())
        .filter_map(|row| {
            Some(Entry {
                at: audit.cell(row, "ts").as_int()?,
                action: text(row, "action"),
                target: text(row, "target"),
                target_type: text(row, "target_type"),
                detail: serde_json::from_str(&text(row, "detail")).unwrap_or_default(),
                drill: audit.cell(row, "drill").as_int() == Some(1),
                place: place(audit, row),
            })
        })
        .collect();
    all.sort_by(|a, b| (a.at, &a.place).cmp(&(b.at, &b.place)));
    all
}

/// Deployments of services that succeeded.
fn deploy_changes(deploys: &Table) -> Vec<Change> {
    let text = |row: usize, name: &str| deploys.cell(row, name).as_text().map(str::to_owned);
    let mut all: Vec<Change> = (0..deploys.rows.len())
        .filter_map(|row| {
            let of_service =
                deploys.cell(row, "build").is_null() && text(row, "task").as_deref() != Some(eas_builds::TASK);
            let began = deploys.cell(row, "ts").as_int().filter(|_| of_service)?;
            if text(row, "state").is_some_and(|s| matches!(s.as_str(), "failure" | "error" | "pending" | "queued")) {
                return None;
            }
            let service = text(row, "service");
            let name = text(row, "description").or_else(|| service.clone()).unwrap_or_else(|| "a deploy".to_owned());
            Some(Change {
                kind: "deploy",
                name,
                at: deploys.cell(row, "finished_at").as_int().unwrap_or(began),
                began,
                deployment_id: text(row, "id"),
                commit: text(row, "sha"),
                service,
                undoes: text(row, "rollback_of"),
                place: place(deploys, row),
                ..Change::default()
            })
        })
        .collect();
    all.sort_by_key(|c| c.at);
    for at in 0..all.len() {
        let next = all[at + 1..].iter().find(|later| later.service == all[at].service).map(|later| later.at);
        all[at].undone = next;
    }
    all
}

/// When each build was first offered to testers, and when it was taken from them.
fn build_changes(plan: &RunPlan, deploys: &Table, entries: &[Entry]) -> Vec<Change> {
    let offered = |build: &String| {
        let deployed = (0..deploys.rows.len()).filter(|row| {
            deploys.cell(*row, "build").as_text() == Some(build)
                && deploys.cell(*row, "state").as_text().is_none_or(|s| s == "success")
        });
        let of_deploys = deployed.filter_map(|row| {
            let began = deploys.cell(row, "ts").as_int()?;
            let done = deploys.cell(row, "finished_at").as_int().unwrap_or(began);
            Some((done, deploys.cell(row, "sha").as_text().map(str::to_owned), place(deploys, row)))
        });
        let published = entries.iter().filter(|e| e.action == "distribution.published" && e.target == *build);
        let mut all: Vec<(i64, Option<String>, String)> = of_deploys.collect();
        let commit = all.iter().find_map(|(_, sha, _)| sha.clone());
        all.extend(published.map(|e| (e.at, None, e.place.clone())));
        let (at, _, place) = all.into_iter().min_by_key(|(at, _, _)| *at)?;
        let removed = entries.iter().find(|e| e.action == "distribution.removed" && e.target == *build && e.at > at);
        Some(Change {
            kind: "build",
            name: format!("app build {build}"),
            at,
            began: at,
            commit,
            build: Some(build.clone()),
            undone: removed.map(|e| e.at),
            place,
            ..Change::default()
        })
    };
    plan.stage.builds.iter().filter_map(offered).collect()
}

fn flag_changes(entries: &[Entry]) -> Vec<Change> {
    let flags: Vec<&Entry> = entries.iter().filter(|e| e.action == "feature_flag.updated").collect();
    let change = |(at, e): (usize, &&Entry)| {
        let on = e.detail.get("to").is_none_or(|to| !matches!(to, serde_json::Value::Bool(false)));
        let said = |v: Option<&serde_json::Value>| match v {
            Some(serde_json::Value::Bool(true)) => "on".to_owned(),
            Some(serde_json::Value::Bool(false)) => "off".to_owned(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => "another value".to_owned(),
        };
        Change {
            kind: "flag",
            name: format!("flag {} set to {}", e.target, said(e.detail.get("to"))),
            at: e.at,
            began: e.at,
            flag: Some(e.target.clone()),
            undone: flags[at + 1..].iter().find(|later| later.target == e.target).map(|later| later.at),
            undoes: (!on).then(|| e.target.clone()),
            place: e.place.clone(),
            ..Change::default()
        }
    };
    flags.iter().enumerate().map(change).collect()
}

fn maintenance_changes(entries: &[Entry]) -> Vec<Change> {
    let begins = entries.iter().filter(|e| e.action == "maintenance.enabled" && !e.drill);
    let change = |e: &Entry| Change {
        kind: "maintenance",
        name: format!("maintenance mode of {} switched on", e.target),
        at: e.at,
        began: e.at,
        undone: entries
            .iter()
            .find(|later| later.action == "maintenance.disabled" && later.target == e.target && later.at > e.at)
            .map(|later| later.at),
        place: e.place.clone(),
        ..Change::default()
    };
    begins.map(change).collect()
}

/// Everything that took something from testers inside the beta.
fn containments(plan: &RunPlan, entries: &[Entry], changes: &[Change]) -> Vec<Containment> {
    let inside = |at: i64| plan.stage.beta.holds(at);
    let mut all: Vec<Containment> = Vec::new();
    for e in entries.iter().filter(|e| e.action == "distribution.removed" && inside(e.at)) {
        let named = plan.stage.builds.contains(&e.target);
        // Taking an old build away when its successor is out is housekeeping, not a rollback.
        let newest = entries
            .iter()
            .rfind(|p| p.action == "distribution.published" && plan.stage.builds.contains(&p.target) && p.at <= e.at);
        if named && newest.is_none_or(|p| p.target == e.target) {
            all.push(Containment {
                at: e.at,
                what: format!("distribution of build {} removed", e.target),
                how: "removed",
                build: Some(e.target.clone()),
                undoes: None,
                flag: None,
                place: e.place.clone(),
            });
        }
    }
    for change in changes.iter().filter(|c| inside(c.at)) {
        let (how, what) = match (change.kind, &change.undoes) {
            ("deploy", Some(_)) => ("rolled back", format!("rolled back to {}", change.name)),
            ("flag", Some(_)) => ("switched off", change.name.clone()),
            _ => continue,
        };
        all.push(Containment {
            at: change.at,
            what,
            how,
            build: None,
            undoes: change.undoes.clone().filter(|_| change.kind == "deploy"),
            flag: change.flag.clone(),
            place: change.place.clone(),
        });
    }
    all.sort_by(|a, b| (a.at, &a.what).cmp(&(b.at, &b.what)));
    all
}

/// Feedback, bugs and words of people that say that something is wrong.
fn reports(judged: &Judged) -> Vec<Report> {
    let feedback = plain(&judged.tables, "feedback");
    let text = |t: &Table, row: usize, name: &str| t.cell(row, name).as_text().unwrap_or_default().to_owned();
    let mut all: Vec<Report> = (0..feedback.rows.len())
        .filter_map(|row| {
            let channel = text(&feedback, row, "channel");
            Some(Report {
                at: feedback.cell(row, "ts").as_int()?,
                by: text(&feedback, row, "tester"),
                channel: if channel == "form" { "feedback form".to_owned() } else { channel },
                severity: text(&feedback, row, "severity"),
                text: text(&feedback, row, "text"),
                place: place(&feedback, row),
            })
        })
        .collect();
    let bugs = plain(&judged.tables, "bugs");
    all.extend((0..bugs.rows.len()).filter_map(|row| {
        let is_bug = bugs.cell(row, "pull_request").as_int() != Some(1);
        Some(Report {
            at: bugs.cell(row, "created_at").as_int().filter(|_| is_bug)?,
            by: format!("#{}", text(&bugs, row, "id")),
            channel: "bug tracker".to_owned(),
            severity: text(&bugs, row, "priority"),
            text: text(&bugs, row, "title"),
            place: place(&bugs, row),
        })
    }));
    let words = plain(&judged.tables, "attestations");
    all.extend((0..words.rows.len()).filter(|row| words.cell(*row, "result").as_text() == Some("fail")).filter_map(
        |row| {
            let note = text(&words, row, "note");
            Some(Report {
                at: words.cell(row, "ts").as_int()?,
                by: text(&words, row, "by"),
                channel: "attestation".to_owned(),
                severity: "fail".to_owned(),
                text: format!("{}{}{note}", text(&words, row, "item"), if note.is_empty() { "" } else { ": " }),
                place: place(&words, row),
            })
        },
    ));
    all.sort_by(|a, b| (a.at, &a.place).cmp(&(b.at, &b.place)));
    all
}
