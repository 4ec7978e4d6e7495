//! Arguments of the commands that answer on the screen.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `cutover why`
#[derive(Debug, Args)]
pub struct Why {
    /// A check or an item: M4, m4_auth_errors or PM-04
    pub check: String,
    /// All rows, not only the first ones
    #[arg(long)]
    pub all: bool,
}

/// `cutover trace`
#[derive(Debug, Args)]
pub struct Trace {
    /// The x-request-id, or its first digits
    #[arg(value_name = "REQUEST-ID")]
    pub id: String,
}

/// `cutover checks`
#[derive(Debug, Args)]
pub struct Checks {
    /// Only lines that do not pass
    #[arg(long, conflicts_with = "form")]
    pub open: bool,
    /// Instead of the lines, the attestation form that people still have to fill in
    #[arg(long, value_name = "FORMAT")]
    pub form: Option<FormFormat>,
}

/// How the attestation form is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormFormat {
    Csv,
}

/// `cutover signatures`
#[derive(Debug, Args)]
pub struct Signatures {
    /// Logs of any format, gzip or not; they are looked at together
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// JSON instead of a table, with the numbers of the lines of each template
    #[arg(long)]
    pub json: bool,
    /// All templates, not only the most frequent ones
    #[arg(long, conflicts_with = "json")]
    pub all: bool,
}

/// `cutover inspect`
#[derive(Debug, Args)]
pub struct Inspect {
    /// Logs of any format, gzip or not; each is looked at by itself
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// JSON instead of text
    #[arg(long)]
    pub json: bool,
}

/// `cutover verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Folder of the packet
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}
