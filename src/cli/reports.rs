//! Arguments of the commands that collect, judge and write reports.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

/// `cutover signoff`
#[derive(Debug, Args)]
pub struct Signoff {
    #[command(flatten)]
    pub view: View,
    /// Folder of the packet; by default reports/signoff-<stage>-<window end> beside the configuration
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Faces of the packet; the JSON and the manifest are always written
    #[arg(long, value_delimiter = ',', default_value = "pdf,md,json", value_name = "LIST")]
    pub format: Vec<Face>,
    /// End with exit code 3 when a source is missing or damaged, whatever the decision
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub sending: Sending,
}

/// How reports go out.
#[derive(Debug, Clone, Copy, Args)]
pub struct Sending {
    /// Show what would be sent where; send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send again where an earlier run ended without knowing whether it arrived
    #[arg(long)]
    pub resend: bool,
}

/// A face of the packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Face {
    Pdf,
    #[value(alias = "markdown")]
    Md,
    Json,
}

/// Which evidence a judgement looks at.
#[derive(Debug, Clone, Args)]
pub struct View {
    /// Do not read the sources again; judge what was collected
    #[arg(long)]
    pub offline: bool,
    /// Judge as of this time, for example 2026-08-07T00:00:00Z, or as of `now`: then a rollback trigger that fired is
    /// sent at once to the targets that are on = "trigger"
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<AsOf>,
    /// First moment of the beta, instead of the configuration's
    #[arg(long, value_name = "TIME")]
    pub from: Option<Timestamp>,
    /// First moment after the beta, instead of the configuration's
    #[arg(long, value_name = "TIME")]
    pub to: Option<Timestamp>,
}

/// A moment, or the one at which the program was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    Now,
    At(Timestamp),
}

impl std::str::FromStr for AsOf {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "now" { Ok(AsOf::Now) } else { text.parse().map(AsOf::At) }
    }
}

impl AsOf {
    /// The moment.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Timestamp {
        match self {
            AsOf::Now => now,
            AsOf::At(at) => at,
        }
    }
}

/// `cutover incident`
#[derive(Debug, Args)]
pub struct Incident {
    /// Do not read the sources again; report what was collected
    #[arg(long)]
    pub offline: bool,
    /// Report as of this time, for example 2026-08-07T00:00:00Z
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<Timestamp>,
    /// The incident at this time
    #[arg(long, value_name = "TIME", conflicts_with_all = ["from", "to"])]
    pub at: Option<Timestamp>,
    /// Bad events from this time on
    #[arg(long, value_name = "TIME")]
    pub from: Option<Timestamp>,
    /// Bad events before this time
    #[arg(long, value_name = "TIME")]
    pub to: Option<Timestamp>,
    /// The incident of this trigger, such as R2, even if it did not fire
    #[arg(long, value_name = "TRIGGER")]
    pub trigger: Option<String>,
    /// The incident that this request was hit by; its first digits are enough
    #[arg(long, value_name = "ID")]
    pub request_id: Option<String>,
    /// The incident that hit this tester
    #[arg(long, value_name = "TESTER")]
    pub tester: Option<String>,
    /// Folder of the report; by default reports/incident-<stage>-<id> beside the configuration
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Faces of the report; the JSON is always written
    #[arg(long, value_delimiter = ',', default_value = "pdf,md,json", value_name = "LIST")]
    pub format: Vec<Face>,
    /// Write a report that says so when there is no incident
    #[arg(long)]
    pub force: bool,
    /// End with exit code 3 when a source is missing or damaged
    #[arg(long)]
    pub strict: bool,
}

/// `cutover weekly`
#[derive(Debug, Args)]
pub struct Weekly {
    /// The ISO week, such as 2026-W32; by default the last one that is over, with those that an earlier run missed
    #[arg(long, value_name = "WEEK")]
    pub week: Option<String>,
    /// The week that ends on this day or holds it, for example 2026-08-09
    #[arg(long, value_name = "DATE", conflicts_with = "week")]
    pub ending: Option<jiff::civil::Date>,
    /// Do not read the sources again; sum up what was collected
    #[arg(long)]
    pub offline: bool,
    /// Folder of the summary; by default reports/weekly-<stage>-<last day of the week> beside the configuration
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Faces of the summary; the JSON is always written
    #[arg(long, value_delimiter = ',', default_value = "pdf,md,json", value_name = "LIST")]
    pub format: Vec<Face>,
    #[command(flatten)]
    pub sending: Sending,
    /// End with exit code 3 when a source is missing or damaged
    #[arg(long)]
    pub strict: bool,
}

/// `cutover collect`
#[derive(Debug, Args)]
pub struct Collect {
    /// End with exit code 3 when a source is missing or damaged
    #[arg(long)]
    pub strict: bool,
}
