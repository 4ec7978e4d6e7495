//! What the user asked for, settled once: the file, the command line and the environment in; a `RunPlan` out.

mod addresses;
pub mod deliver;
mod file;
mod lines;
pub mod params;
pub mod probe;
pub mod problem;
pub mod secret;
pub mod settle;
pub mod source;
pub mod window;

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use params::{Param, Params};
pub use problem::ConfigError;
pub use settle::{load, read};
pub use source::{Pattern, Source, SourceKind};
pub use window::Window;

/// Everything a run needs to know; no stage reads the environment, the clock or the file again.
#[derive(Debug, Clone)]
pub struct RunPlan {
    /// Folder of the configuration file; relative paths start here.
    pub root: PathBuf,
    /// SHA-256 of the configuration file, hex.
    pub config_sha256: String,
    pub project: Project,
    pub stage: Stage,
    pub sources: Vec<Source>,
    /// Planned outage windows from the file; more are found in the evidence.
    pub drills: Vec<PlannedDrill>,
    pub params: Params,
    pub waivers: Vec<Waiver>,
    /// Steps of the rollout, in the order of time.
    pub increments: Vec<Increment>,
    pub docs: Docs,
    /// Where reports go.
    pub deliver: Vec<deliver::Target>,
    /// What is looked at from outside.
    pub probes: Vec<probe::Probe>,
    /// What the team says about lines of the runbook that no check knows.
    pub lines: Vec<DeclaredLine>,
    /// The team's own checks, beside the built-in ones.
    pub queries_dir: Option<PathBuf>,
    pub evidence_dir: PathBuf,
    /// Parent folder of packets when `--out` is not given.
    pub output_dir: PathBuf,
    /// Judge as of this time instead of the end of the evidence's coverage.
    pub as_of: Option<Timestamp>,
    /// Environment variables that the configuration names for its secrets.
    pub variables: BTreeSet<String>,
    /// What is odd about the file but does not stop a run.
    pub warnings: Vec<String>,
}

/// `[project]`
#[derive(Debug, Clone)]
pub struct Project {
    pub name: String,
    /// The zone that reports show beside UTC.
    pub zone: TimeZone,
    pub zone_name: String,
}

/// `[stage]`
#[derive(Debug, Clone)]
pub struct Stage {
    pub title: String,
    pub number: u32,
    pub runbook: PathBuf,
    pub roadmap: Option<PathBuf>,
    pub operations: Option<PathBuf>,
    /// The runbook of the stage before.
    pub previous: Option<PathBuf>,
    pub baseline: Window,
    pub beta: Window,
    /// The client whose traffic is judged, against all others.
    pub cohort: String,
    pub builds: Vec<String>,
    pub candidate: String,
    pub platforms: Vec<String>,
    /// Rollback owner and signer, a handle.
    pub owner: String,
    /// Whether attestations made on an earlier named build count for the candidate.
    pub carry_over: bool,
    /// Commit of the candidate, where no deployment names it.
    pub commit: Option<String>,
}

/// `[[drill]]`
#[derive(Debug, Clone)]
pub struct PlannedDrill {
    pub title: String,
    pub window: Window,
}

/// `[[waiver]]`
#[derive(Debug, Clone)]
pub struct Waiver {
    /// A check id, or a runbook item's id.
    pub item: String,
    pub by: String,
    /// Last day on which it holds, in the display zone.
    pub until: Date,
    pub reason: String,
}

/// `[[line]]`: what a line of the runbook is, where no check knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredLine {
    /// Text, anchor or id of the line; out of scope may also be a check that has no line.
    pub text: String,
    pub is: Declared,
}

/// What a line is declared to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declared {
    /// A person's word decides: the owner's, or each tester's.
    Manual { testers: bool },
    /// An action or precondition, which never gates.
    Action,
    /// It does not apply to this stage, and why.
    OutOfScope { reason: String },
    /// These checks judge it, by their short names.
    Checked(Vec<String>),
}

/// `[[increment]]`: a step of a rollout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Increment {
    /// Such as `25 %`.
    pub title: String,
    pub at: Timestamp,
}

/// `[docs]`: which sections of OPERATIONS tell about stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Docs {
    /// Heading of the section with the table of stages.
    pub stages: String,
    /// Heading of the log of gaps that were closed.
    pub gaps: String,
}

/// What the command line adds to the file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Judge as of this time instead of the end of the evidence's coverage.
    pub as_of: Option<Timestamp>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}
