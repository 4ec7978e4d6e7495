//! Windows of time that judging needs: planned drills, each tester's own exercises, deploys, and the end of the
//! judged beta when the build was pulled.

use crate::config::{RunPlan, Window};
use crate::tables::table::Table;

use super::lines::Line;
use super::roster::Roster;

/// A drill begins to show this long before its first event …
const DRILL_LEAD_MS: i64 = 5_000;
/// … and its traces end this long after its last one (checks.md, T rules).
const DRILL_TAIL_MS: i64 = 60_000;
/// A deploy is set apart from five minutes before to two minutes after (statistics.md S2).
const DEPLOY_LEAD_MS: i64 = 300_000;
const DEPLOY_TAIL_MS: i64 = 120_000;
/// A drill that nobody ended is taken to last this long at most.
const OPEN_DRILL_MS: i64 = 3_600_000;

/// A planned outage. Times in milliseconds UTC; `tester` is `None` where it concerns everybody.
#[derive(Debug, Clone, PartialEq)]
pub struct Drill {
    pub title: String,
    /// maintenance | backend-stop | polling | offline | planned
    pub kind: String,
    pub from: i64,
    pub to: i64,
    pub tester: Option<usize>,
    pub found_in: String,
    /// Whether what goes wrong in it does not count: nobody said that an unplanned one was a drill.
    pub planned: bool,
}

impl Drill {
    /// Whether a time falls into the drill or its margins.
    #[must_use]
    pub fn holds(&self, ts: i64) -> bool {
        self.from - DRILL_LEAD_MS <= ts && ts < self.to + DRILL_TAIL_MS
    }
}

/// A deploy of a service (not of the app), set apart from tests.
#[derive(Debug, Clone, PartialEq)]
pub struct Deploy {
    pub ts: i64,
    pub finished: i64,
    pub service: String,
    pub what: String,
    pub rollback: bool,
}

/// All windows of a stage.
#[derive(Debug, Clone)]
pub struct Windows {
    pub baseline: Window,
    /// As configured.
    pub beta: Window,
    /// The judged beta: up to containment where the build was pulled.
    pub judged: Window,
    /// When the cause was first taken from the testers, and how.
    pub containment: Option<(i64, String)>,
    pub drills: Vec<Drill>,
    pub deploys: Vec<Deploy>,
}

impl Windows {
    /// Finds the windows in the configuration, the audit events, the deploys and the device notes.
    #[must_use]
    pub fn find(plan: &RunPlan, audit: &Table, deploys: &Table, lines: &[Line<'_>], roster: &Roster) -> Self {
        let containment = containment(plan, audit, deploys);
        let mut judged = plan.stage.beta;
        if let Some((at, _)) = &containment
            && let Some(window) = Window::from_millis(judged.from_ms(), *at)
        {
            judged = window;
        }
        let mut drills = configured(plan);
        drills.extend(audited(audit, lines));
        drills.extend(noted(plan, lines, roster));
        drills.sort_by(|a, b| (a.from, &a.title, a.tester).cmp(&(b.from, &b.title, b.tester)));
        merge_configured(&mut drills);
        Windows {
            baseline: plan.stage.baseline,
            beta: plan.stage.beta,
            judged,
            containment,
            drills,
            deploys: service_deploys(deploys),
        }
    }

    /// `baseline`, `beta` (the judged part), `after` (the beta after containment), or none.
    #[must_use]
    pub fn period(&self, ts: i64) -> Option<&'static str> {
        if self.judged.holds(ts) {
            Some("beta")
        } else if self.baseline.holds(ts) {
            Some("baseline")
        } else if self.beta.holds(ts) {
            Some("after")
        } else {
            None
        }
    }

    /// Whether a time falls into a drill for everybody or for this tester.
    #[must_use]
    pub fn in_drill(&self, ts: i64, tester: Option<usize>) -> bool {
        self.drills.iter().any(|d| d.planned && d.holds(ts) && (d.tester.is_none() || d.tester == tester))
    }

    /// Whether a time falls into a deploy's margins.
    #[must_use]
    pub fn in_deploy(&self, ts: i64) -> bool {
        self.deploys.iter().any(|d| d.ts - DEPLOY_LEAD_MS <= ts && ts < d.finished + DEPLOY_TAIL_MS)
    }
}

/// The earliest of: distribution of a named build removed, a named build's service rolled back, the beta's flag off.
fn containment(plan: &RunPlan, audit: &Table, deploys: &Table) -> Option<(i64, String)> {
    let inside = |ts: i64| plan.stage.beta.holds(ts);
    let named = |build: &str| plan.stage.builds.iter().any(|b| b == build);
    // Taking an old build away when its successor is out is housekeeping, not a rollback.
    let superseded = |build: &str, removed: i64| {
        let published = |row: &usize| {
            let target = audit.cell(*row, "target").as_text().unwrap_or_default();
            let published = audit.cell(*row, "action").as_text() == Some("distribution.published");
            (published && named(target)).then(|| Some((audit.cell(*row, "ts").as_int()?, target)))?
        };
        let before = (0..audit.rows.len()).filter_map(|row| published(&row)).filter(|(ts, _)| *ts <= removed);
        before.max().is_some_and(|(_, newest)| newest != build)
    };
    let removed = (0..audit.rows.len()).filter_map(|row| {
        let ts = audit.cell(row, "ts").as_int().filter(|ts| inside(*ts))?;
        let target = audit.cell(row, "target").as_text().unwrap_or_default();
        match audit.cell(row, "action").as_text()? {
            "distribution.removed" if named(target) && !superseded(target, ts) => {
                Some((ts, format!("distribution of build {target} removed")))
            }
            _ => None,
        }
    });
    let rolled_back = (0..deploys.rows.len()).filter_map(|row| {
        let ts = deploys.cell(row, "ts").as_int().filter(|ts| inside(*ts))?;
        let of = deploys.cell(row, "rollback_of").as_text()?;
        let rolled = (0..deploys.rows.len()).find(|r| deploys.cell(*r, "id").as_text() == Some(of))?;
        let began = deploys.cell(rolled, "ts").as_int()?;
        let what = deploys.cell(row, "description").as_text().unwrap_or_default();
        inside(began).then(|| (ts, format!("rolled back to {what}")))
    });
    // A roll-back deploy alone does not end a beta; it counts where the distribution was pulled too.
    let removed: Vec<_> = removed.collect();
    if removed.is_empty() {
        return None;
    }
    removed.into_iter().chain(rolled_back).min()
}

fn configured(plan: &RunPlan) -> Vec<Drill> {
    let drill = |d: &crate::config::PlannedDrill| Drill {
        title: d.title.clone(),
        kind: "planned".to_owned(),
        from: d.window.from_ms(),
        to: d.window.to_ms(),
        tester: None,
        found_in: "configuration".to_owned(),
        planned: true,
    };
    plan.drills.iter().map(drill).collect()
}

/// Drills that audit events begin and end. A maintenance mode that no event calls planned is an exercise all the same
/// where the app showed its screen, but excuses nothing.
fn audited(audit: &Table, lines: &[Line<'_>]) -> Vec<Drill> {
    let mut order: Vec<usize> = (0..audit.rows.len()).collect();
    order.sort_by_key(|row| audit.cell(*row, "ts").as_int());
    let last = lines.last().map_or(i64::MAX, |l| l.ts);
    let mut drills: Vec<Drill> = Vec::new();
    let mut open: Vec<(String, usize)> = Vec::new();
    for row in order {
        let Some(ts) = audit.cell(row, "ts").as_int() else { continue };
        let target = audit.cell(row, "target").as_text().unwrap_or_default();
        let marked = audit.cell(row, "drill").as_int() == Some(1);
        let (kind, title, starts, planned) = match audit.cell(row, "action").as_text().unwrap_or_default() {
            "maintenance.enabled" => {
                ("maintenance", format!("Kill switch: maintenance mode of {target}"), true, marked)
            }
            "maintenance.disabled" => ("maintenance", String::new(), false, marked),
            "drill.started" => ("backend-stop", format!("{target} stopped"), true, true),
            "drill.ended" => ("backend-stop", String::new(), false, true),
            _ => continue,
        };
        let key = format!("{kind} {target}");
        if starts {
            open.push((key, drills.len()));
            let to = ts.saturating_add(OPEN_DRILL_MS).min(last);
            let found_in = if planned { "audit events" } else { "audit events, not marked as a drill" }.to_owned();
            drills.push(Drill { title, kind: kind.to_owned(), from: ts, to, tester: None, found_in, planned });
        } else if let Some(at) = open.iter().position(|(k, _)| *k == key) {
            drills[open.remove(at).1].to = ts;
        }
    }
    for (_, at) in open {
        drills[at].to = shown_over(&drills[at], lines);
    }
    let planned: Vec<(i64, i64)> = drills.iter().filter(|d| d.planned).map(|d| (d.from, d.to)).collect();
    let apart = |d: &Drill| !planned.iter().any(|(from, to)| *from < d.to && d.from < *to);
    drills.retain(|d| d.planned || (apart(d) && shows_maintenance(d, lines)));
    drills
}

/// A configured drill that an audited one overlaps is the same drill, known better; an unmarked one is planned by it.
fn merge_configured(drills: &mut Vec<Drill>) {
    let spans = |drills: &[Drill], configured: bool| -> Vec<(i64, i64)> {
        let of = |d: &&Drill| d.tester.is_none() && (d.kind == "planned") == configured;
        drills.iter().filter(of).map(|d| (d.from, d.to)).collect()
    };
    let overlaps = |d: &Drill, all: &[(i64, i64)]| all.iter().any(|(from, to)| *from < d.to && d.from < *to);
    let (audited, configured) = (spans(drills, false), spans(drills, true));
    drills.retain(|d| d.kind != "planned" || !overlaps(d, &audited));
    for drill in drills.iter_mut().filter(|d| overlaps(d, &configured)) {
        drill.planned = true;
    }
}

/// When a maintenance mode whose end no event tells was over: when the first device said so, at the latest its open end.
fn shown_over(drill: &Drill, lines: &[Line<'_>]) -> i64 {
    let cleared = |l: &&Line<'_>| {
        drill.kind == "maintenance" && l.event == "maintenance.cleared" && drill.from < l.ts && l.ts < drill.to
    };
    lines.iter().find(cleared).map_or(drill.to, |l| l.ts)
}

fn shows_maintenance(drill: &Drill, lines: &[Line<'_>]) -> bool {
    lines.iter().any(|l| l.event == "maintenance.shown" && drill.from <= l.ts && l.ts < drill.to)
}

/// Exercises that testers note in the device log: the polling fallback and airplane mode. A tester's own window ends
/// at the first socket connect or data 2xx after the closing note.
fn noted(plan: &RunPlan, lines: &[Line<'_>], roster: &Roster) -> Vec<Drill> {
    let mut drills = Vec::new();
    for (kind, title, param) in
        [("polling", "Socket blocked", "polling-notes"), ("offline", "Airplane mode", "offline-notes")]
    {
        let notes = plan.params.list(param);
        let [starts, ends] = notes.as_slice() else { continue };
        for tester in 0..roster.testers.len() {
            let mine = || lines.iter().filter(move |l| l.tier == "device" && l.tester == Some(tester));
            for start in mine().filter(|l| is_note(l, starts)) {
                let end = mine().find(|l| l.ts > start.ts && is_note(l, ends));
                let closed = end.map_or(start.ts + OPEN_DRILL_MS, |l| l.ts);
                let back = mine().find(|l| {
                    l.ts >= closed
                        && (l.event.starts_with("socket.")
                            && l.event.ends_with("connected")
                            && l.event != "socket.disconnected"
                            || l.event == "request" && l.ok())
                });
                let to = back.map_or(closed, |l| l.ts).min(closed + DRILL_TAIL_MS);
                let found_in = format!("device note, {}:{}", start.file, start.line);
                drills.push(Drill {
                    title: title.to_owned(),
                    kind: kind.to_owned(),
                    from: start.ts,
                    to,
                    tester: Some(tester),
                    found_in,
                    planned: true,
                });
            }
        }
    }
    drills
}

fn is_note(line: &Line<'_>, words: &str) -> bool {
    line.event == "beta.note"
        && line.reason.is_some_and(|note| note.to_ascii_lowercase().contains(&words.to_ascii_lowercase()))
}

fn service_deploys(deploys: &Table) -> Vec<Deploy> {
    let mut all: Vec<Deploy> = (0..deploys.rows.len())
        .filter_map(|row| {
            let text = |name: &str| deploys.cell(row, name).as_text().unwrap_or_default().to_owned();
            let ts = deploys.cell(row, "ts").as_int()?;
            // A build that is made or offered to testers restarts nothing.
            let of_service = deploys.cell(row, "build").is_null() && text("task") != "eas build";
            of_service.then(|| Deploy {
                ts,
                finished: deploys.cell(row, "finished_at").as_int().unwrap_or(ts),
                service: text("service"),
                what: text("description"),
                rollback: !deploys.cell(row, "rollback_of").is_null(),
            })
        })
        .collect();
    all.sort_by_key(|d| d.ts);
    all
}
