//! The command line as declared; what it means is settled elsewhere.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::schedule::Platform;
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

fn platforms() -> impl TypedValueParser<Value = Platform> {
    let words = PossibleValuesParser::new(Platform::ALL.map(Platform::word));
    words.try_map(|word| Platform::named(&word).ok_or("no such platform"))
}

/// `cutover schedule`
#[derive(Debug, Args)]
pub struct Schedule {
    /// What starts the runs
    #[arg(value_parser = platforms())]
    pub platform: Platform,
    /// The daily judgement, which sends a fired rollback trigger at once, instead of the weekly summary
    #[arg(long)]
    pub daily: bool,
    /// Time of day, in the display zone
    #[arg(long, default_value = "07:00", value_name = "HH:MM", value_parser = time_of_day)]
    pub at: jiff::civil::Time,
    /// Day of the weekly run
    #[arg(long, default_value = "Mon", ignore_case = true, conflicts_with = "daily")]
    pub weekday: Day,
    /// The program, as the platform finds it; by default /usr/local/bin/cutover
    #[arg(long, value_name = "PATH")]
    pub binary: Option<String>,
    /// The container image, for kubernetes
    #[arg(long, default_value = concat!("cutover:", env!("CARGO_PKG_VERSION")), value_name = "NAME")]
    pub image: String,
    /// Write the files into this folder instead of printing them
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long, requires = "out")]
    pub force: bool,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<Day> for jiff::civil::Weekday {
    fn from(day: Day) -> Self {
        use jiff::civil::Weekday;
        match day {
            Day::Mon => Weekday::Monday,
            Day::Tue => Weekday::Tuesday,
            Day::Wed => Weekday::Wednesday,
            Day::Thu => Weekday::Thursday,
            Day::Fri => Weekday::Friday,
            Day::Sat => Weekday::Saturday,
            Day::Sun => Weekday::Sunday,
        }
    }
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

fn time_of_day(text: &str) -> Result<jiff::civil::Time, String> {
    let wrong = || "write it as HH:MM, for example 07:00".to_owned();
    let (hour, minute) = text.split_once(':').filter(|(h, m)| h.len() <= 2 && m.len() == 2).ok_or_else(wrong)?;
    let number = |digits: &str| digits.parse::<i8>().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()));
    match (number(hour), number(minute)) {
        (Some(hour), Some(minute)) => jiff::civil::Time::new(hour, minute, 0, 0).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
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

/// `cutover verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Folder of the packet
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

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
