//! The command line as declared; what it means is settled elsewhere.

mod answers;
mod documents;
mod probe;
mod reports;
mod schedule;
mod setup;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

pub use answers::{Checks, FormFormat, Inspect, Signatures, Trace, Verify, Why};
pub use documents::{BoxState, Docs, DocsOne, How, Section, Tick};
pub use probe::Probe;
pub use reports::{AsOf, Collect, Face, Incident, Sending, Signoff, View, Weekly};
pub use schedule::{Day, Schedule};
pub use setup::Init;

use crate::statistics::named;

/// Judges a staged release on its evidence and writes the documents that people sign.
///
/// Exit codes: 0 GO or done, 10 NO-GO, 11 NOT YET, 2 usage or configuration, 3 a source failed and --strict was given,
/// 4 not found, 5 verification failed, 6 delivery failed, 7 another run holds the lock, 1 a bug.
#[derive(Debug, Parser)]
#[command(name = "cutover", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The configuration; relative paths in it start at its folder
    #[arg(long, global = true, default_value = "cutover.toml", value_name = "FILE")]
    pub config: PathBuf,
    /// No progress and no remarks on stderr; errors are still told
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// At the end, write how the run ended to this file, also where it failed
    #[arg(long, global = true, value_name = "FILE")]
    pub status_file: Option<PathBuf>,
    /// Colours on stdout and stderr
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN")]
    pub color: Color,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the sign-off packet of the stage and print the decision
    Signoff(Signoff),
    /// Write the report of the incident that the evidence shows, or that is named
    Incident(Incident),
    /// Write the summary of one ISO week of the beta
    Weekly(Weekly),
    /// Copy stdin to stdout without secrets and personal data
    Redact,
    /// Print the manual page
    Man,
    /// Look at the configuration, every source and every target, with a fix for each fault; keeps nothing
    Doctor,
    /// Read the sources into the evidence and do nothing else
    Collect(Collect),
    /// Look at the services once from this machine: health, feature flags, the socket's handshake
    Probe(Probe),
    /// Show what stands behind a verdict: finding, query, rows, file and line
    Why(Why),
    /// Show the way of one request through all systems
    Trace(Trace),
    /// Show every line of the runbook with its checks and its verdict
    Checks(Checks),
    /// Check a packet's hashes, offline
    Verify(Verify),
    /// Update ROADMAP and OPERATIONS after a sign-off or a rollback, or edit one place of a Markdown file
    Docs(Docs),
    /// Compute one of the statistics that verdicts rest on: JSON on stdin, JSON on stdout
    Stats {
        /// The statistic; a wrong input is answered with an example of a right one
        #[arg(value_parser = PossibleValuesParser::new(named::names()))]
        name: String,
    },
    /// Show the templates of the lines of any log: constant words, <*> for what varies, and an id that stays
    Signatures(Signatures),
    /// Print ready files for whatever starts the weekly or the daily run
    Schedule(Schedule),
    /// Show what any log holds: formats, levels, statuses, request ids, durations, times, and what cannot be read
    Inspect(Inspect),
    /// Write a first configuration from a runbook and the files of a beta
    Init(Init),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// The whole command line, for what is made from it.
#[must_use]
pub fn definition() -> clap::Command {
    Cli::command()
}
