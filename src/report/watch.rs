//! Judged monitors in, what a picture of them needs out: ratios with their bounds, values against a fixed limit, and
//! whether one tester, one way of counting or one drill decides.

use serde::{Deserialize, Serialize};

use crate::checks::Finding;
use crate::rules::count;
use crate::rules::rate_ratio::Compared;
use crate::statistics::proportion;
use crate::verdict::Verdict;

/// Comparisons and limits of the monitors.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Watch {
    pub ratios: Vec<RatioRow>,
    pub limits: Vec<LimitRow>,
    pub robust: Vec<RobustRow>,
}

/// A ratio of the cohort and all others, with one-sided 95 % bounds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RatioRow {
    pub item: String,
    pub name: String,
    /// What was counted or measured on each side.
    pub cohort: String,
    pub others: String,
    /// Null where the others have nothing to divide by.
    pub ratio: Option<f64>,
    pub lower: f64,
    /// Null where there is no upper bound.
    pub upper: Option<f64>,
    pub limit: f64,
    /// Null for a part of a check.
    pub verdict: Option<Verdict>,
}

/// A value against a limit of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LimitRow {
    pub item: String,
    pub name: String,
    /// Such as `0 of 272`.
    pub counted: String,
    pub value: f64,
    /// One-sided 95 % bound, for a share.
    pub upper: Option<f64>,
    pub limit: f64,
    pub said: String,
    pub limit_said: String,
    pub verdict: Verdict,
}

/// What stands beside the test that decides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RobustRow {
    pub item: String,
    pub series: String,
    /// The tester with most episodes.
    pub top: String,
    /// Testers without whom the verdict would be another.
    pub hinges_on: String,
    /// Raw errors instead of episodes; drills and deploys put back.
    pub raw: String,
    pub drills: String,
    /// Ratios within days and within bins of five minutes; of the others with and without the cohort about, and in the
    /// beta against the baseline.
    pub in_days: Option<f64>,
    pub in_bins: Option<f64>,
    pub on_others: Option<f64>,
    pub since_baseline: Option<f64>,
    /// Of the test that may be looked at every day: now, and its highest.
    pub e_value: Option<f64>,
    pub e_highest: Option<f64>,
    pub bursts: u64,
}

/// Of all findings whose rule compares or measures, in their order.
#[must_use]
pub fn of(findings: &[Finding]) -> Watch {
    Watch {
        ratios: findings.iter().flat_map(ratios).collect(),
        limits: findings.iter().flat_map(limits).collect(),
        robust: findings.iter().flat_map(|f| f.compared.iter().map(|c| robust(f, c))).collect(),
    }
}

/// A series of a check that has several is not judged by itself, so it carries no verdict.
fn ratios(finding: &Finding) -> Vec<RatioRow> {
    let alone = finding.compared.len() == 1;
    let row = |c: &Compared| RatioRow {
        item: finding.item.clone(),
        name: if alone { finding.title.clone() } else { c.series.clone() },
        cohort: format!("{} / {}", count(c.cohort.episodes as f64), count(c.cohort.requests as f64)),
        others: format!("{} / {}", count(c.others.episodes as f64), count(c.others.requests as f64)),
        ratio: c.ratio,
        lower: c.lower,
        upper: c.upper,
        limit: c.margin,
        verdict: alone.then_some(finding.verdict),
    };
    if finding.rule == "latency_ratio" {
        return latency(finding).into_iter().collect();
    }
    finding.compared.iter().map(row).collect()
}

fn latency(finding: &Finding) -> Option<RatioRow> {
    let figure = |name: &str| finding.figures.get(name).copied();
    let ms = |name: &str| figure(name).map(|x| format!("{x:.1} ms"));
    Some(RatioRow {
        item: finding.item.clone(),
        name: finding.title.clone(),
        cohort: ms("p95_with_ms")?,
        others: ms("p95_without_ms")?,
        ratio: figure("ratio"),
        lower: figure("lower")?,
        upper: figure("upper"),
        limit: figure("margin")?,
        verdict: Some(finding.verdict),
    })
}

/// Checks whose rows say what they measured: `measured` and `measured_limit`, or `measured_k` of `measured_n`.
fn limits(finding: &Finding) -> Option<LimitRow> {
    let figure = |name: &str| finding.figures.get(name).copied();
    let limit = figure("measured_limit")?;
    let share = limit < 1.0;
    let said = |x: f64| if share { format!("{:.2} %", x * 100.0) } else { format!("{x:.2}") };
    let (k, n) = (figure("measured_k"), figure("measured_n"));
    let (value, upper) = match (k, n) {
        (Some(k), Some(n)) if n > 0.0 => {
            (k / n, Some(proportion::clopper_pearson_upper(k.min(n) as u64, n as u64, 0.05)))
        }
        _ => (figure("measured")?, None),
    };
    Some(LimitRow {
        item: finding.item.clone(),
        name: finding.title.clone(),
        counted: match (k, n) {
            (Some(k), Some(n)) => format!("{} of {}", count(k), count(n)),
            _ => said(value),
        },
        value,
        upper,
        limit,
        said: upper.map_or_else(|| said(value), |upper| format!("≤ {}", said(upper))),
        limit_said: said(limit),
        verdict: finding.verdict,
    })
}

fn robust(finding: &Finding, c: &Compared) -> RobustRow {
    let agrees = |same: bool| if same { "the same" } else { "another verdict" }.to_owned();
    RobustRow {
        item: finding.item.clone(),
        series: c.series.clone(),
        top: match &c.robust.top {
            Some((tester, n)) => format!("{n} of {}, {tester}{}", c.cohort.episodes, standing_out(c)),
            None => "none".to_owned(),
        },
        hinges_on: match c.robust.hinges_on.as_slice() {
            [] => "nobody".to_owned(),
            some => some.join(", "),
        },
        raw: agrees(c.robust.raw_agrees),
        drills: agrees(c.robust.drills_agree),
        in_days: c.in_days.and_then(|b| b.ratio),
        in_bins: c.in_bins.and_then(|b| b.ratio),
        on_others: c.on_others.and_then(|b| b.ratio),
        since_baseline: c.since_baseline.and_then(|b| b.ratio),
        e_value: c.e_values.last().copied().filter(|e| e.is_finite()),
        e_highest: Some(c.highest_e()).filter(|e| e.is_finite()),
        bursts: c.bursts.len() as u64,
    }
}

/// `; t04 stands out (q 0.031)`, or nothing.
fn standing_out(c: &Compared) -> String {
    let named: Vec<String> =
        c.robust.stand_out.iter().map(|(tester, q)| format!("{tester} stands out (q {q:.3})")).collect();
    if named.is_empty() { String::new() } else { format!("; {}", named.join(", ")) }
}
