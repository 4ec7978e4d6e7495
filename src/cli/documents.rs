//! Arguments of the commands that edit documents.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `cutover docs`: the edits that the newest packet or incident report of the stage asks for.
///
/// Without a flag it shows them as a patch for `git apply`. Nothing is written unless everything fits: no place is
/// guessed, and what is refused ends with exit code 12.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Docs {
    #[command(subcommand)]
    pub one: Option<DocsOne>,
    /// Folder of the packet that speaks for the edit; by default the newest of the stage in the folder of reports
    #[arg(long, value_name = "DIR", conflicts_with = "incident")]
    pub packet: Option<PathBuf>,
    /// Folder of the report of the rollback that takes the stage back; by default the newest after the packet
    #[arg(long, value_name = "DIR")]
    pub incident: Option<PathBuf>,
    /// Log this gap of the incident as closed instead; an action of its report that is done needs no --resolution
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "packet")]
    pub gap: Option<String>,
    /// What closed the gap
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, requires = "gap")]
    pub resolution: Option<String>,
    #[command(flatten)]
    pub how: How,
}

/// What to do with an edit.
#[derive(Debug, Clone, Copy, Args)]
#[group(multiple = false)]
pub struct How {
    /// Write nothing; end with exit code 12 when an edit is due
    #[arg(long)]
    pub check: bool,
    /// Write nothing; print a patch that `git apply` accepts
    #[arg(long)]
    pub diff: bool,
    /// Write the edit, each file whole or not at all
    #[arg(long)]
    pub apply: bool,
    /// Take the edit back
    #[arg(long)]
    pub revert: bool,
}

/// An edit of one file, written at once unless --check or --diff is given; needs no configuration.
#[derive(Debug, Subcommand)]
pub enum DocsOne {
    /// Tick a task item of a Markdown file, or open it again; writes it unless --check or --diff is given
    Tick(Tick),
    /// Replace what stands below a heading of a Markdown file; writes it unless --check or --diff is given
    Section(Section),
}

/// `cutover docs tick`
#[derive(Debug, Args)]
pub struct Tick {
    /// The Markdown file
    pub file: PathBuf,
    /// The words of the item; emphasis, links, code marks, case and white space do not count
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub item: String,
    /// What becomes of its box
    #[arg(long, value_name = "STATE", default_value = "done")]
    pub state: BoxState,
    /// The line on which it stands; refused where the item is on another one
    #[arg(long, value_name = "N")]
    pub line: Option<u64>,
    #[command(flatten)]
    pub how: How,
}

/// The state of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BoxState {
    Done,
    Open,
}

/// `cutover docs section`
#[derive(Debug, Args)]
pub struct Section {
    /// The Markdown file
    pub file: PathBuf,
    /// The words of the heading, with or without its number signs
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub heading: String,
    /// A file with the text that replaces everything up to the next heading of the same or a higher level; - is stdin
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub body_file: PathBuf,
    /// The line on which the heading stands; refused where it is on another one
    #[arg(long, value_name = "N")]
    pub line: Option<u64>,
    #[command(flatten)]
    pub how: How,
}
