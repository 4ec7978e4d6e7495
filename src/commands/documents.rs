//! Edits of documents as a command.

use std::path::Path;

use anyhow::Context;

use super::Session;
use super::talk::say;
use crate::cli::{self, DocsOne};
use crate::config::{self, Overrides};
use crate::docs::{Mode, one, stage};
use crate::edits;
use crate::edits::tasks::State;
use crate::exit::Exit;

pub(super) fn docs(session: &Session<'_>, args: &cli::Docs) -> anyhow::Result<Exit> {
    let cwd = std::env::current_dir().context("the current folder is gone")?;
    let (outcome, mode) = match &args.one {
        Some(DocsOne::Tick(tick)) => {
            let state = if tick.state == cli::BoxState::Done { State::Done } else { State::Open };
            let ask = one::Ask::Tick { item: tick.item.clone(), state, line: tick.line };
            let mode = mode(tick.how, Mode::Apply);
            (one::edit(&tick.file, &ask, mode, &cwd)?, mode)
        }
        Some(DocsOne::Section(section)) => {
            let body = body(&section.body_file)?;
            let ask = one::Ask::Section { heading: section.heading.clone(), body, line: section.line };
            let mode = mode(section.how, Mode::Apply);
            (one::edit(&section.file, &ask, mode, &cwd)?, mode)
        }
        None => {
            let plan = config::load(&session.cli.common.config, &Overrides::default())?;
            let (packet, incident) = (args.packet.clone(), args.incident.clone());
            let ask = stage::Ask { packet, incident, gap: args.gap.clone(), resolution: args.resolution.clone() };
            let mode = mode(args.how, Mode::Diff);
            (stage::edit(&plan, &ask, mode, &cwd)?, mode)
        }
    };
    // A patch has stdout to itself.
    if mode == Mode::Diff {
        outcome.told.iter().for_each(|told| session.talk.remark(told));
        say(&outcome.diff)?;
    } else {
        outcome.told.iter().try_for_each(|told| say(&format!("{told}\n")))?;
    }
    Ok(if outcome.due { Exit::Refused } else { Exit::Done })
}

fn mode(how: cli::How, default: Mode) -> Mode {
    match how {
        cli::How { check: true, .. } => Mode::Check,
        cli::How { diff: true, .. } => Mode::Diff,
        cli::How { apply: true, .. } => Mode::Apply,
        cli::How { revert: true, .. } => Mode::Revert,
        _ => default,
    }
}

/// The text that a section gets.
fn body(path: &Path) -> anyhow::Result<String> {
    if path == Path::new("-") {
        return std::io::read_to_string(std::io::stdin()).context("stdin cannot be read as text");
    }
    edits::replace::read(path)
}
