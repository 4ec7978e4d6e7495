//! Arguments of the command that writes a first configuration.

use std::path::PathBuf;

use clap::Args;

/// `cutover init`
#[derive(Debug, Args)]
pub struct Init {
    /// The Markdown checklist of the stage
    pub runbook: PathBuf,
    /// Folder with the logs, reports and forms of the beta
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub data: PathBuf,
    /// The configuration to write; relative paths in it start at its folder
    #[arg(long, value_name = "FILE", default_value = "cutover.toml")]
    pub out: PathBuf,
    /// Replace a configuration that is there already
    #[arg(long)]
    pub force: bool,
}
