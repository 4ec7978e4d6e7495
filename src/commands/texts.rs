//! Text on stdin to text on stdout, and texts about the program itself.

use anyhow::Context;

use super::Session;
use super::talk::say;
use crate::cli;
use crate::config::{self, Overrides};
use crate::exit::Exit;
use crate::statistics::named;
use crate::tables::redact::{Redactions, Redactor};
use crate::{key, redaction};

/// Pseudonyms are those of the evidence, where there is any: what is copied can be held against a report.
pub(super) fn redact(session: &Session<'_>) -> anyhow::Result<Exit> {
    let given = session.key();
    let evidence = config::load(&session.cli.common.config, &Overrides::default()).ok().map(|plan| plan.evidence_dir);
    let redactor = Redactor::new(key::at_hand(evidence.as_deref(), given.as_deref()));
    let counts = redaction::copy(std::io::stdin().lock(), std::io::stdout().lock(), &redactor).or_else(|error| {
        // A reader that has seen enough is no error.
        if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(Redactions::default()) } else { Err(error) }
    })?;
    let all: Vec<String> = counts.0.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    if !all.is_empty() {
        session.talk.remark(&format!("replaced: {}", all.join(" · ")));
    }
    Ok(Exit::Done)
}

pub(super) fn manual() -> anyhow::Result<Exit> {
    let mut page = Vec::new();
    clap_mangen::Man::new(cli::definition()).render(&mut page)?;
    say(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}

pub(super) fn complete(shell: clap_complete::Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::definition(), "cutover", &mut script);
    say(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

pub(super) fn compute(name: &str) -> anyhow::Result<Exit> {
    let input = std::io::read_to_string(std::io::stdin()).context("stdin cannot be read as text")?;
    say(&named::run(name, &input)?)?;
    Ok(Exit::Done)
}
