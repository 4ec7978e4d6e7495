//! Arguments of live probes.

use clap::Args;

/// `cutover probe`: what each [[probe]] of the configuration finds, one line each.
///
/// What a probe finds is evidence and no failure of the tool: the exit code is 0 whatever they find, 3 with --strict
/// where one finds a fault, 2 where one could not be run or the transcript not be written.
#[derive(Debug, Args)]
pub struct Probe {
    /// Only probes of this name; all without one
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Only probes that look from this place
    #[arg(long, value_name = "PLACE")]
    pub vantage: Option<String>,
    /// Add the lines to the transcripts that the probes name, for a source of the table `probes` to read
    #[arg(long)]
    pub watch: bool,
    /// The lines as they stand in a transcript, instead of text
    #[arg(long)]
    pub json: bool,
    /// Run them again after this time, such as 60s
    #[arg(long, value_name = "TIME", value_parser = span, requires = "lasting")]
    pub every: Option<std::time::Duration>,
    /// For how long they are run again, such as 5m; the last round begins before that
    #[arg(long = "for", id = "lasting", value_name = "TIME", value_parser = span, requires = "every")]
    pub lasting: Option<std::time::Duration>,
    /// End with exit code 3 when a probe finds a fault
    #[arg(long)]
    pub strict: bool,
}

fn span(text: &str) -> Result<std::time::Duration, String> {
    let wrong = || "write it as 90s, 15m or 1h".to_owned();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?);
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).filter(|s| *s > 0).map(std::time::Duration::from_secs).ok_or_else(wrong)
}
