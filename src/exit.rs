//! The documented exit codes; every way a run can end is one of them.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::config::ConfigError;
use crate::evidence::Locked;
use crate::verdict::Call;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// GO, or done.
    Done,
    /// A bug in this program.
    Bug,
    /// Usage or configuration: something the caller can mend.
    Usage,
    /// A source failed and `--strict` was given.
    SourceFailed,
    /// A request id or a check that was asked for does not exist.
    NotFound,
    /// A packet does not verify.
    NotVerified,
    /// A report did not reach a target, or nobody knows whether it did.
    DeliveryFailed,
    /// Another run holds the evidence.
    Locked,
    /// A document was not edited, because that would have lost or guessed something.
    Refused,
    /// NO-GO
    NoGo,
    /// NOT YET
    NotYet,
}

impl Exit {
    /// The number that the process ends with.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Bug => 1,
            Exit::Usage => 2,
            Exit::SourceFailed => 3,
            Exit::NotFound => 4,
            Exit::NotVerified => 5,
            Exit::DeliveryFailed => 6,
            Exit::Locked => 7,
            Exit::Refused => 12,
            Exit::NoGo => 10,
            Exit::NotYet => 11,
        }
    }

    /// The exit code of a decision.
    #[must_use]
    pub fn of_call(call: Call) -> Self {
        match call {
            Call::Go => Exit::Done,
            Call::NoGo => Exit::NoGo,
            Call::NotYet => Exit::NotYet,
        }
    }

    /// The exit code of an error: what the caller can mend is told from what is a bug.
    #[must_use]
    pub fn of_error(error: &anyhow::Error) -> Self {
        if error.is::<Locked>() {
            return Exit::Locked;
        }
        if let Some(ended) = error.downcast_ref::<Ended>() {
            return ended.exit;
        }
        let mendable = |cause: &(dyn std::error::Error + 'static)| {
            cause.is::<ConfigError>() || cause.is::<std::io::Error>() || cause.is::<HeaderError>()
        };
        if error.chain().any(mendable) { Exit::Usage } else { Exit::Bug }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.number())
    }
}

/// An ending that is no bug: what happened, and what to do next.
#[derive(Debug)]
pub struct Ended {
    pub exit: Exit,
    pub message: String,
    pub hint: String,
}

impl Ended {
    /// As an error to be passed up.
    #[must_use]
    pub fn error(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
        Ended { exit, message: message.into(), hint: hint.into() }.into()
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\nhint: {}", self.message, self.hint)
    }
}

impl std::error::Error for Ended {}

/// A file of the team's own `queries/` that cannot be used, and why.
#[derive(Debug)]
pub struct HeaderError {
    pub file: PathBuf,
    pub why: String,
}

impl std::fmt::Display for HeaderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the check file {} cannot be used: {}", self.file.display(), self.why)
    }
}

impl std::error::Error for HeaderError {}
