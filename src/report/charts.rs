//! The judged tables in, charts as data out: requests, server errors, latency, coverage.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Chart, ChartBand, ChartEvent, ChartKind, ChartLine, Point, Series};
use crate::config::{RunPlan, Window};
use crate::judge::Judged;
use crate::rules::count;
use crate::tables::table::Table;

/// Length of a bin, seconds.
const BIN_S: i64 = 3 * 3600;
/// Fewer requests than this in a bin make a share weak.
const LEAST: u64 = 30;

/// All charts of the sign-off packet.
#[must_use]
pub fn all(plan: &RunPlan, judged: &Judged) -> Vec<Chart> {
    let counts = Counts::of(plan, judged);
    vec![counts.requests(plan, judged), counts.errors(plan, judged), latency(plan, judged), coverage(plan, judged)]
}

/// Requests and server errors of the outermost server tier, by bin and client.
struct Counts {
    /// Bin → (cohort requests, cohort errors, other requests, other errors), outside drills.
    bins: BTreeMap<i64, [u64; 4]>,
    /// The same inside drills, cohort only: requests and errors.
    drilled: BTreeMap<i64, [u64; 2]>,
    /// Requests and errors of the baseline.
    baseline: [u64; 2],
}

impl Counts {
    fn of(plan: &RunPlan, judged: &Judged) -> Self {
        let mut counts = Counts { bins: BTreeMap::new(), drilled: BTreeMap::new(), baseline: [0, 0] };
        let Some(logs) = judged.tables.frames.get("logs") else { return counts };
        let text = |name: &str| logs.column(name).ok().and_then(|c| c.str().ok());
        let int = |name: &str| logs.column(name).ok().and_then(|c| c.i64().ok());
        let (Some(event), Some(tier), Some(client)) = (text("event"), text("tier"), text("client")) else {
            return counts;
        };
        let (Some(ts), Some(status), Some(drill)) = (int("ts"), int("status"), int("drill")) else { return counts };
        let from = plan.stage.beta.from_ms();
        for row in 0..logs.height() {
            let (Some(ts), Some(client)) = (ts.get(row), client.get(row)) else { continue };
            if event.get(row) != Some("request")
                || tier.get(row) != Some("server")
                || matches!(client, "probe" | "internal")
            {
                continue;
            }
            let error = u64::from(status.get(row).is_some_and(|s| s >= 500));
            if plan.stage.baseline.holds(ts) {
                counts.baseline[0] += 1;
                counts.baseline[1] += error;
            }
            if !plan.stage.beta.holds(ts) {
                continue;
            }
            let bin = (ts - from).div_euclid(BIN_S * 1000);
            let cohort = client == plan.stage.cohort;
            if drill.get(row) == Some(1) {
                if cohort {
                    let held = counts.drilled.entry(bin).or_default();
                    held[0] += 1;
                    held[1] += error;
                }
                continue;
            }
            let held = counts.bins.entry(bin).or_default();
            let at = if cohort { 0 } else { 2 };
            held[at] += 1;
            held[at + 1] += error;
        }
        counts
    }

    fn points(&self, plan: &RunPlan, value: impl Fn(i64) -> (Option<f64>, Option<(u64, u64)>, bool)) -> Vec<Point> {
        let from = plan.stage.beta.from_ms();
        let bins = (plan.stage.beta.seconds() as u64).div_ceil(BIN_S as u64) as i64;
        (0..bins)
            .filter_map(|bin| {
                let at = Timestamp::from_millisecond(from + bin * BIN_S * 1000).ok()?;
                let (value, of, weak) = value(bin);
                Some(Point { at, seconds: BIN_S, value, of, weak })
            })
            .collect()
    }

    fn requests(&self, plan: &RunPlan, judged: &Judged) -> Chart {
        let inside = |bin: i64| self.drilled.get(&bin).map_or(0, |d| d[0]);
        let held = |bin: i64| self.bins.get(&bin).copied().unwrap_or_default();
        let mobile = self.points(plan, |bin| (Some((held(bin)[0] + inside(bin)) as f64), None, false));
        let web = self.points(plan, |bin| (Some(held(bin)[2] as f64), None, false));
        let total: u64 =
            self.bins.values().map(|b| b[0]).sum::<u64>() + self.drilled.values().map(|d| d[0]).sum::<u64>();
        let others: u64 = self.bins.values().map(|b| b[2]).sum();
        Chart {
            alt: format!(
                "{} requests of {} and {} of all other clients over the beta.",
                count(total as f64),
                plan.stage.cohort,
                count(others as f64)
            ),
            series: vec![series(&plan.stage.cohort, true, mobile), series("web", false, web)],
            lines: Vec::new(),
            kind: ChartKind::Bars,
            ..frame(plan, judged, "requests", "Requests", "per 3 h, server log", "")
        }
    }

    fn errors(&self, plan: &RunPlan, judged: &Judged) -> Chart {
        let share = |n: u64, errors: u64| {
            let value = (n > 0 && errors > 0).then(|| errors as f64 / n as f64 * 100.0);
            (value, value.map(|_| (errors, n)), n < LEAST)
        };
        let held = |bin: i64| self.bins.get(&bin).copied().unwrap_or_default();
        let mobile = self.points(plan, |bin| share(held(bin)[0], held(bin)[1]));
        let web = self.points(plan, |bin| share(held(bin)[2], held(bin)[3]));
        let (mut n, mut errors) = (0, 0);
        for bin in self.bins.values() {
            n += bin[0];
            errors += bin[1];
        }
        let base = if self.baseline[0] > 0 { self.baseline[1] as f64 / self.baseline[0] as f64 * 100.0 } else { 0.0 };
        let line = ChartLine { value: base, kind: "baseline".to_owned(), label: format!("baseline {base:.2} %") };
        Chart {
            alt: format!(
                "{} of {} requests of {} outside drills ended in a server error; baseline {base:.2} %.",
                count(errors as f64),
                count(n as f64),
                plan.stage.cohort
            ),
            series: vec![series(&plan.stage.cohort, true, mobile), series("web", false, web)],
            lines: vec![line],
            kind: ChartKind::Points,
            ..frame(
                plan,
                judged,
                "server-errors",
                "Server errors (5xx), share of requests",
                "per 3 h, outside drills; bins with fewer than 30 requests hollow, bins without errors left out",
                "%",
            )
        }
    }
}

fn series(name: &str, cohort: bool, points: Vec<Point>) -> Series {
    Series { name: name.to_owned(), cohort, points }
}

/// A chart without series, with the deploys, drills and gaps of the window.
fn frame(plan: &RunPlan, judged: &Judged, id: &str, title: &str, subtitle: &str, unit: &str) -> Chart {
    Chart {
        id: id.to_owned(),
        title: title.to_owned(),
        subtitle: subtitle.to_owned(),
        alt: String::new(),
        unit: unit.to_owned(),
        window: plan.stage.beta,
        series: Vec::new(),
        events: events(plan, judged),
        bands: bands(plan, judged),
        lines: Vec::new(),
        kind: ChartKind::Line,
    }
}

fn events(plan: &RunPlan, judged: &Judged) -> Vec<ChartEvent> {
    let deploys = crate::judge::plain(&judged.tables, "deploys");
    let mut events: Vec<ChartEvent> = Vec::new();
    for row in (0..deploys.rows.len()).rev() {
        let Some(ts) = deploys.cell(row, "ts").as_int().filter(|ts| plan.stage.beta.holds(*ts)) else { continue };
        let Ok(at) = Timestamp::from_millisecond(ts) else { continue };
        let label = match (deploys.cell(row, "build").as_text(), deploys.cell(row, "description").as_text()) {
            (Some(build), _) => format!("build {build}"),
            (None, Some(what)) => what.rsplit(' ').next().unwrap_or(what).to_owned(),
            (None, None) => "deploy".to_owned(),
        };
        if !events.iter().any(|e| e.at == at && e.label == label) {
            events.push(ChartEvent { at, label });
        }
    }
    events.sort_by_key(|e| e.at);
    events
}

/// Drills for all, the time after the build was pulled, and long silences of what measures the service.
fn bands(plan: &RunPlan, judged: &Judged) -> Vec<ChartBand> {
    let windows = &judged.correlated.windows;
    let global = windows.drills.iter().filter(|d| d.planned && d.tester.is_none());
    let mut bands: Vec<ChartBand> = global
        .filter_map(|d| {
            Some(ChartBand {
                window: Window::from_millis(d.from, d.to)?,
                kind: "drill".to_owned(),
                label: "drills".to_owned(),
            })
        })
        .collect();
    if let Some(after) = windows.containment.as_ref().and_then(|(at, _)| Window::from_millis(*at, windows.beta.to_ms()))
    {
        bands.push(ChartBand { window: after, kind: "after".to_owned(), label: "build pulled".to_owned() });
    }
    bands.extend(gap_bands(plan, judged));
    bands
}

/// Silences of an hour or more of the sources of logs and metrics; of the devices' logs only where none is heard.
fn gap_bands(plan: &RunPlan, judged: &Judged) -> Vec<ChartBand> {
    let devices = judged.observed.roles.get("logs.device").cloned().unwrap_or_default();
    let tables = ["logs", "metrics"];
    let sources = plan.sources.iter().filter(|s| tables.contains(&s.table.name()) && !devices.contains(&s.name));
    let silences = sources.filter_map(|s| Some((&s.name, judged.observed.covers.get(&s.name)?)));
    let long = silences.flat_map(|(name, cover)| cover.silent.iter().map(move |w| (name, *w)));
    let label = |name: &str, seconds: i64| format!("no {name}, {} h {} min", seconds / 3600, seconds % 3600 / 60);
    long.filter(|(_, window)| window.seconds() >= 3600)
        .map(|(name, window)| ChartBand { window, kind: "gap".to_owned(), label: label(name, window.seconds()) })
        .collect()
}

/// 95th percentile of the server's answers to the cohort and to the others, nearest rank.
fn latency(plan: &RunPlan, judged: &Judged) -> Chart {
    let empty = || {
        frame(
            plan,
            judged,
            "latency",
            "Answer time, 95th percentile",
            "per 3 h, server log, outside drills; bins with fewer than 30 answers hollow",
            "ms",
        )
    };
    let Some(logs) = judged.tables.frames.get("logs") else { return empty() };
    let text = |name: &str| logs.column(name).ok().and_then(|c| c.str().ok());
    let int = |name: &str| logs.column(name).ok().and_then(|c| c.i64().ok());
    let (Some(event), Some(tier), Some(client)) = (text("event"), text("tier"), text("client")) else { return empty() };
    let (Some(ts), Some(drill)) = (int("ts"), int("drill")) else { return empty() };
    let Some(ms) = logs.column("duration_ms").ok().and_then(|c| c.f64().ok()) else { return empty() };
    let mut bins: BTreeMap<(bool, i64), Vec<f64>> = BTreeMap::new();
    for row in 0..logs.height() {
        let (Some(ts), Some(client), Some(ms)) = (ts.get(row), client.get(row), ms.get(row)) else { continue };
        let counts = event.get(row) == Some("request") && tier.get(row) == Some("server") && drill.get(row) == Some(0);
        if counts && plan.stage.beta.holds(ts) && !matches!(client, "probe" | "internal") {
            let bin = (ts - plan.stage.beta.from_ms()).div_euclid(BIN_S * 1000);
            bins.entry((client == plan.stage.cohort, bin)).or_default().push(ms);
        }
    }
    let mut line = |cohort: bool| {
        let count = (plan.stage.beta.seconds() as u64).div_ceil(BIN_S as u64) as i64;
        let points = (0..count).filter_map(|bin| {
            let at = Timestamp::from_millisecond(plan.stage.beta.from_ms() + bin * BIN_S * 1000).ok()?;
            let all = bins.get_mut(&(cohort, bin));
            let n = all.as_ref().map_or(0, |a| a.len() as u64);
            Some(Point {
                at,
                seconds: BIN_S,
                value: all.and_then(|a| nearest_rank(a, 0.95)),
                of: None,
                weak: n < LEAST,
            })
        });
        points.collect::<Vec<_>>()
    };
    let (mobile, web) = (line(true), line(false));
    let highest = mobile.iter().filter(|p| !p.weak).filter_map(|p| p.value).fold(0.0, f64::max);
    Chart {
        alt: format!(
            "The 95th percentile of answers to {} stayed at or below {highest:.0} ms in every bin with enough answers.",
            plan.stage.cohort
        ),
        series: vec![series(&plan.stage.cohort, true, mobile), series("web", false, web)],
        kind: ChartKind::Line,
        ..empty()
    }
}

/// The nearest-rank quantile.
fn nearest_rank(values: &mut [f64], q: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = (q * values.len() as f64).ceil().max(1.0) as usize;
    values.get(rank - 1).copied()
}

/// One strip per source that has a time: which stretches prove that it was listening.
fn coverage(plan: &RunPlan, judged: &Judged) -> Chart {
    let judged_window = judged.observed.judged;
    let strip = |name: &str| {
        let cover = judged.observed.covers.get(name)?;
        cover.covered?;
        let hours = (plan.stage.beta.seconds() / 3600).max(1);
        let points = (0..hours).filter_map(|hour| {
            let from = plan.stage.beta.from_ms() + hour * 3_600_000;
            let at = Timestamp::from_millisecond(from).ok()?;
            let silent = cover.silent.iter().any(|w| w.from_ms() < from + 3_600_000 && from < w.to_ms());
            let value = judged_window.holds(from).then_some(if silent { 0.0 } else { 1.0 });
            Some(Point { at, seconds: 3600, value, of: None, weak: false })
        });
        let share = cover.covered.unwrap_or(0.0) * 100.0;
        Some(series(&format!("{name}|{share:.1} %"), false, points.collect()))
    };
    let strips: Vec<Series> = plan.sources.iter().filter_map(|s| strip(&s.name)).collect();
    let gaps = strips.iter().filter(|s| s.points.iter().any(|p| p.value == Some(0.0))).count();
    Chart {
        alt: format!(
            "{} of {} sources were listening throughout the judged window.",
            strips.len() - gaps,
            strips.len()
        ),
        series: strips,
        events: Vec::new(),
        bands: Vec::new(),
        kind: ChartKind::Coverage,
        ..frame(
            plan,
            judged,
            "coverage",
            "Coverage",
            "stretches in which a source proves that it was listening; hatched where it does not",
            "%",
        )
    }
}

/// Rows of an exhibit as they stand.
#[must_use]
pub fn head(table: &Table, most: usize) -> Table {
    Table { columns: table.columns.clone(), rows: table.rows.iter().take(most).cloned().collect() }
}
