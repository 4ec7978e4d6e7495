//! Canonical tables in, the same tables with periods, drills and testers marked plus `requests`, `attempts`, `sessions`,
//! `sockets`, `episodes`, `rates`, `increases`, `pairs`, `drills`, `flags` and `clocks` out.

pub mod attempts;
pub mod clocks;
pub mod episodes;
pub mod exercises;
pub mod grades;
pub mod increases;
pub mod lines;
pub mod pairs;
pub mod purpose;
pub mod rates;
pub mod requests;
pub mod roster;
pub mod sessions;
pub mod sockets;
pub mod who;
pub mod windows;

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, IdxCa, IdxSize, IntoColumn, NamedFrom, PolarsResult, Series};

use crate::config::RunPlan;
use crate::tables::schema::{Column, Kind};
use crate::tables::table::{Cell, Table};
use crate::tables::{Tables, frame};
use clocks::Clocks;
use lines::Line;
use purpose::Routes;
use roster::Roster;
use windows::Windows;

/// What correlation found besides tables.
#[derive(Debug, Clone)]
pub struct Correlated {
    pub roster: Roster,
    pub windows: Windows,
    pub clocks: Clocks,
    /// Lines repeated across files, by source.
    pub repeated: BTreeMap<String, u64>,
}

const DRILLS: &[Column] = &[
    ("title", Kind::Own),
    ("kind", Kind::Own),
    ("from_ts", Kind::Time),
    ("to_ts", Kind::Time),
    ("tester", Kind::Own),
    ("found_in", Kind::Own),
];

const CLOCKS: &[Column] = &[("tester", Kind::Own), ("offset_ms", Kind::Int), ("requests", Kind::Int)];

const FLAGS: &[Column] =
    &[("ts", Kind::Time), ("name", Kind::Own), ("detail", Kind::Own), ("file", Kind::Own), ("line", Kind::Int)];

/// A table that correlation makes: name, columns, rows.
type Derived = (&'static str, &'static [Column], Vec<Vec<Cell>>);

/// Adds what correlation knows.
///
/// # Errors
/// Only on a frame that lacks a column of the schema, which is a bug.
pub fn add(tables: &mut Tables, plan: &RunPlan) -> anyhow::Result<Correlated> {
    let plain = |tables: &Tables, name: &str| tables.frames.get(name).map(frame::to_table).unwrap_or_default();
    let roster = Roster::of(&plain(tables, "testers"));
    let (audit, deploys) = (plain(tables, "audit"), plain(tables, "deploys"));
    let Some(logs) = tables.frames.get("logs").cloned() else { anyhow::bail!("there is no table of logs") };
    let logs = lines::name_sessions(logs)?;
    let mut read = lines::read(&logs, &roster, &Routes::of(&plan.params))?;
    let clocks = Clocks::measure(&read.all);
    clocks.apply(&mut read.all);
    grades::join(&mut read.all);
    let windows = Windows::find(plan, &audit, &deploys, &read.all, &roster);
    let cohort = &plan.stage.cohort;
    let pair_ms = (plan.params.float("pair-seconds") * 1000.0) as i64;
    let outer = attempts::outermost(&read.all);
    let derived: [Derived; 10] = [
        ("attempts", attempts::COLUMNS, attempts::rows(&read.all, &outer, &roster, &windows)),
        ("requests", requests::COLUMNS, requests::rows(&read.all, &roster, &windows)),
        (
            "sessions",
            sessions::COLUMNS,
            sessions::rows(&read.all, &roster, &windows, &plan.params.list("wrong-password")),
        ),
        (
            "sockets",
            sockets::COLUMNS,
            sockets::rows(
                &read.all,
                &roster,
                &windows,
                cohort,
                &plan.stage.platforms,
                &plan.params.text("socket-namespace"),
            ),
        ),
        ("episodes", episodes::COLUMNS, episodes::rows(&read.all, &outer, &roster, &windows)),
        ("pairs", pairs::COLUMNS, pairs::rows(&read.all, &roster, &windows, cohort, pair_ms)),
        ("exercises", exercises::COLUMNS, exercises::rows(&read.all, &roster, &windows, cohort)),
        ("drills", DRILLS, drill_rows(&windows, &roster)),
        ("clocks", CLOCKS, clock_rows(&clocks, &roster)),
        ("flags", FLAGS, flag_rows(&audit)),
    ];
    let counted = match tables.frames.get("metrics") {
        Some(metrics) => increases::rows(metrics, &windows, &plan.params)?,
        None => Vec::new(),
    };
    tables.frames.insert("increases", frame::from_cells(increases::COLUMNS, &counted)?);
    let marked = mark_logs(&logs, &read.all, &roster, &windows)?;
    let repeated = read.repeated;
    tables.frames.insert("logs", marked);
    for (name, columns, rows) in derived {
        tables.frames.insert(name, frame::from_cells(columns, &rows)?);
    }
    let rated = rates::rows(&plain(tables, "attempts"), &plain(tables, "episodes"), cohort);
    tables.frames.insert("rates", frame::from_cells(rates::COLUMNS, &rated)?);
    mark_others(tables, &roster, &windows)?;
    Ok(Correlated { roster, windows, clocks, repeated })
}

/// Names the testers of what stores know, and marks the times of every table besides the logs.
fn mark_others(tables: &mut Tables, roster: &Roster, windows: &Windows) -> PolarsResult<()> {
    for name in ["feedback", "crashes"] {
        if let Some(frame) = tables.frames.get(name).cloned() {
            tables.frames.insert(name, name_testers(frame, roster)?);
        }
    }
    for name in ["probes", "audit", "deploys", "feedback", "attestations", "crashes", "metrics"] {
        if let Some(frame) = tables.frames.get(name).cloned() {
            tables.frames.insert(name, mark_times(frame, windows)?);
        }
    }
    Ok(())
}

/// The logs in order of time, each line once, with tester, session, build, period, drill, deploy and the time on the
/// servers' clock.
fn mark_logs(logs: &DataFrame, lines: &[Line<'_>], roster: &Roster, windows: &Windows) -> PolarsResult<DataFrame> {
    let order: Vec<IdxSize> = lines.iter().map(|l| l.row as IdxSize).collect();
    let mut frame = logs.take(&IdxCa::from_vec("".into(), order))?;
    let texts: [(&str, Vec<Option<&str>>); 7] = [
        ("client", lines.iter().map(|l| l.client).collect()),
        ("grade", lines.iter().map(|l| l.grade).collect()),
        ("platform", lines.iter().map(|l| l.platform).collect()),
        ("tester", lines.iter().map(|l| l.tester.and_then(|t| roster.code(t))).collect()),
        ("session_key", lines.iter().map(|l| l.session).collect()),
        ("build", lines.iter().map(|l| l.build).collect()),
        ("period", lines.iter().map(|l| windows.period(l.ts)).collect()),
    ];
    for (name, values) in texts {
        frame.with_column(Series::new(name.into(), values).into_column())?;
    }
    let flags: [(&str, Vec<i64>); 3] = [
        ("server_ts", lines.iter().map(|l| l.ts).collect()),
        ("drill", lines.iter().map(|l| i64::from(windows.in_drill(l.ts, l.tester))).collect()),
        ("deploy", lines.iter().map(|l| i64::from(windows.in_deploy(l.ts))).collect()),
    ];
    for (name, values) in flags {
        frame.with_column(Series::new(name.into(), values).into_column())?;
    }
    Ok(frame)
}

/// Puts codes of the roster in the place of pseudonyms, by which a store knows who sent something.
fn name_testers(mut frame: DataFrame, roster: &Roster) -> PolarsResult<DataFrame> {
    let known = |name: &str| roster.by_pseudonym(name).and_then(|t| roster.code(t)).unwrap_or(name).to_owned();
    let names: Vec<Option<String>> = frame.column("tester")?.str()?.iter().map(|name| name.map(known)).collect();
    frame.with_column(Series::new("tester".into(), names).into_column())?;
    Ok(frame)
}

/// Adds `period`, `drill` and `deploy` to a table by its `ts`.
fn mark_times(mut frame: DataFrame, windows: &Windows) -> PolarsResult<DataFrame> {
    let ts: Vec<Option<i64>> = frame.column("ts")?.i64()?.iter().collect();
    let period: Vec<Option<&str>> = ts.iter().map(|ts| ts.and_then(|ts| windows.period(ts))).collect();
    let drill: Vec<i64> = ts.iter().map(|ts| i64::from(ts.is_some_and(|ts| windows.in_drill(ts, None)))).collect();
    let deploy: Vec<i64> = ts.iter().map(|ts| i64::from(ts.is_some_and(|ts| windows.in_deploy(ts)))).collect();
    frame.with_column(Series::new("period".into(), period).into_column())?;
    frame.with_column(Series::new("drill".into(), drill).into_column())?;
    frame.with_column(Series::new("deploy".into(), deploy).into_column())?;
    Ok(frame)
}

fn drill_rows(windows: &Windows, roster: &Roster) -> Vec<Vec<Cell>> {
    let row = |d: &windows::Drill| {
        vec![
            Cell::from(d.title.as_str()),
            Cell::from(d.kind.as_str()),
            Cell::from(d.from),
            Cell::from(d.to),
            roster.cell(d.tester),
            Cell::from(d.found_in.as_str()),
        ]
    };
    windows.drills.iter().map(row).collect()
}

fn clock_rows(clocks: &Clocks, roster: &Roster) -> Vec<Vec<Cell>> {
    clocks
        .0
        .iter()
        .map(|(t, c)| vec![roster.cell(Some(*t)), Cell::from(c.offset_ms), Cell::from(c.requests as i64)])
        .collect()
}

fn flag_rows(audit: &Table) -> Vec<Vec<Cell>> {
    (0..audit.rows.len())
        .filter(|row| audit.cell(*row, "action").as_text() == Some("feature_flag.updated"))
        .map(|row| ["ts", "target", "detail", "file", "line"].map(|name| audit.cell(row, name).clone()).to_vec())
        .collect()
}
