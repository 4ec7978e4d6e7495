//! A chart as data; drawn by the renderer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::Window;

/// A chart as data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Chart {
    /// File stem and anchor, such as `requests`.
    pub id: String,
    pub title: String,
    /// Unit and bin, in one grey line.
    pub subtitle: String,
    /// Says the finding rather than the picture.
    pub alt: String,
    pub unit: String,
    pub window: Window,
    pub series: Vec<Series>,
    /// Vertical marks: deploys, builds.
    pub events: Vec<ChartEvent>,
    /// Grey bands: drills. Hatched bands: gaps.
    pub bands: Vec<ChartBand>,
    /// Horizontal lines: limits (red dashes) and baselines (thin dashes).
    pub lines: Vec<ChartLine>,
    pub kind: ChartKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartKind {
    /// First series as bars, the others as step lines; from zero.
    Bars,
    /// Points on stems; from zero. `weak` points are hollow.
    Points,
    /// Lines that break at gaps; `weak` points are drawn hollow.
    Line,
    /// One strip per series: covered share per bin (1 covered, 0 not).
    Coverage,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Series {
    pub name: String,
    /// Whether it is the cohort (filled, blue) or all others (hollow, grey).
    pub cohort: bool,
    pub points: Vec<Point>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Point {
    pub at: Timestamp,
    /// Length of the bin in seconds.
    pub seconds: i64,
    /// Null where there is no observation; zero is a real zero.
    pub value: Option<f64>,
    /// Numerator and denominator where the value is a share.
    pub of: Option<(u64, u64)>,
    /// Below the minimum exposure, or inside a drill: drawn hollow.
    pub weak: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChartEvent {
    pub at: Timestamp,
    pub label: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChartBand {
    pub window: Window,
    /// drill | gap | impact
    pub kind: String,
    pub label: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChartLine {
    pub value: f64,
    /// limit | baseline
    pub kind: String,
    pub label: String,
}
