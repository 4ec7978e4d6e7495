//! The commands as a person runs them: arguments in, data on stdout, talk on stderr and an exit code out. What a command
//! does is a stage call in `pipeline`; here it is asked for and shown.

mod answers;
mod documents;
mod probe;
mod reports;
mod setup;
mod talk;
mod texts;

use std::sync::Arc;

use jiff::Timestamp;

pub use talk::Talk;

use crate::cli::{Cli, Command};
use crate::config::{self, Overrides};
use crate::exit::Exit;
use crate::pipeline::Run;
use crate::progress::Progress;
use crate::render::terminal::Paint;
use crate::status::RunStatus;

/// What a command has besides its own arguments: settled in `main`, passed down.
pub struct Session<'a> {
    pub cli: &'a Cli,
    pub talk: Talk,
    pub paint: Paint,
    /// Time of day at the start of the run.
    pub now: Timestamp,
    /// The time of day while a command goes on.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
    /// A variable of the environment.
    pub env: fn(&str) -> Option<String>,
}

/// The one match on commands.
///
/// # Errors
/// What the command says when it cannot do what it was asked; `Exit::of_error` tells its code.
pub fn run(session: &Session<'_>, status: &mut RunStatus) -> anyhow::Result<Exit> {
    match &session.cli.command {
        Command::Signoff(args) => reports::sign_off(session, args, status),
        Command::Incident(args) => reports::report_incident(session, args, status),
        Command::Weekly(args) => reports::sum_up(session, args, status),
        Command::Collect(args) => reports::collect(session, args, status),
        Command::Probe(args) => probe::probe(session, args),
        Command::Why(args) => answers::why(session, args),
        Command::Trace(args) => answers::trace(session, args),
        Command::Checks(args) => answers::checks(session, args),
        Command::Doctor => answers::doctor(session),
        Command::Verify(args) => answers::verify(args),
        Command::Signatures(args) => answers::signatures(session, args),
        Command::Inspect(args) => answers::inspect(session, args),
        Command::Docs(args) => documents::docs(session, args),
        Command::Schedule(args) => setup::print_schedule(session, args),
        Command::Init(args) => setup::begin(session, args),
        Command::Stats { name } => texts::compute(name),
        Command::Redact => texts::redact(session),
        Command::Man => texts::manual(),
        Command::Completions { shell } => texts::complete(*shell),
    }
}

impl Session<'_> {
    /// The run that the configuration plans.
    fn run(&self, overrides: &Overrides, offline: bool) -> anyhow::Result<Run> {
        let plan = config::load(&self.cli.common.config, overrides)?;
        Ok(Run { plan, key: self.key(), progress: self.progress(), offline, now: self.now, env: Arc::new(self.env) })
    }

    /// A run that answers from what was collected; it collects only where nothing has been yet.
    fn look(&self) -> anyhow::Result<Run> {
        let run = self.run(&Overrides::default(), true)?;
        let offline = run.plan.evidence_dir.join("state.json").exists();
        Ok(Run { offline, ..run })
    }

    /// The given key of the pseudonyms.
    fn key(&self) -> Option<String> {
        (self.env)("CUTOVER_KEY").filter(|key| !key.is_empty())
    }

    fn progress(&self) -> Progress {
        if self.cli.common.quiet { Progress::none() } else { Progress::bars() }
    }
}
