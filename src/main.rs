//! Reads arguments, environment and clock once and sets the exit code; everything else is the library's.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::FromArgMatches;
use cutover::cli::{self, Cli, Color};
use cutover::commands::{self, Session, Talk};
use cutover::exit::{Ended, Exit};
use cutover::render::terminal::Paint;
use cutover::status::RunStatus;
use jiff::Timestamp;

fn main() -> ExitCode {
    let matches = cli::definition().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let talk = Talk { quiet: cli.common.quiet };
    let clock = match Clock::of_environment() {
        Ok(clock) => clock,
        Err(error) => {
            talk.error(&error);
            return Exit::Usage.into();
        }
    };
    if let Some(set) = clock.set {
        talk.line(&format!("remark: the time is taken to be {set}, as {CLOCK} says"));
    }
    let mut status = RunStatus::begin(matches.subcommand_name().unwrap_or_default(), clock.now());
    let session = Session {
        cli: &cli,
        talk,
        paint: Paint { colours: colours(cli.common.color) },
        now: status.started_at,
        clock: &clock.running(),
        env: environment,
    };
    let (exit, error) = match commands::run(&session, &mut status) {
        Ok(exit) => (exit, None),
        Err(error) => {
            talk.error(&error);
            (Exit::of_error(&error), Some(format!("{error:#}")))
        }
    };
    let Some(path) = &cli.common.status_file else { return exit.into() };
    match status.write(path, clock.now(), exit.number(), error) {
        Ok(()) => exit.into(),
        Err(error) => {
            talk.error(&error.context("the status file cannot be written"));
            // A run that cannot say that it is well is not.
            if exit == Exit::Done { Exit::Usage.into() } else { exit.into() }
        }
    }
}

/// The variable that sets the clock: for tests, and for making up a run that was missed.
const CLOCK: &str = "CUTOVER_NOW";

/// The time of the run.
#[derive(Debug, Clone, Copy)]
struct Clock {
    /// What stands in `CUTOVER_NOW`.
    set: Option<Timestamp>,
}

impl Clock {
    fn of_environment() -> anyhow::Result<Self> {
        let Some(text) = environment(CLOCK).filter(|text| !text.is_empty()) else { return Ok(Clock { set: None }) };
        let hint = "write it as 2026-10-26T06:00:00Z, or take the variable away";
        let wrong = |_| Ended::error(Exit::Usage, format!("{CLOCK} is `{text}`, which is no time"), hint);
        Ok(Clock { set: Some(text.parse().map_err(wrong)?) })
    }

    /// The set time, else the wall clock, to the second.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(self) -> Timestamp {
        let now = self.set.unwrap_or_else(Timestamp::now);
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    /// The wall clock, or the set time and what has gone by since.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn running(self) -> impl Fn() -> Timestamp + Sync {
        let begun = std::time::Instant::now();
        move || match self.set {
            Some(set) => set.checked_add(begun.elapsed()).unwrap_or(set),
            None => Timestamp::now(),
        }
    }
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn colours(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    }
}
