//! What stands before the first run and starts the later ones: a configuration, ready files for schedulers.

use anyhow::Context;

use super::Session;
use super::talk::say;
use crate::cli;
use crate::config::{self, Overrides};
use crate::exit::Exit;
use crate::{output, pipeline, schedule};

pub(super) fn print_schedule(session: &Session<'_>, args: &cli::Schedule) -> anyhow::Result<Exit> {
    let plan = config::load(&session.cli.common.config, &Overrides::default())?;
    let config = &session.cli.common.config;
    let config = if args.platform.is_here() { std::path::absolute(config)? } else { config.clone() };
    let year = session.now.to_zoned(plan.project.zone.clone()).year();
    let request = schedule::Request {
        when: if args.daily { schedule::When::Daily } else { schedule::When::Weekly(args.weekday.into()) },
        at: args.at,
        binary: args.binary.clone().unwrap_or_else(|| "/usr/local/bin/cutover".to_owned()),
        config,
        image: args.image.clone(),
        year,
        plan: &plan,
    };
    let files = schedule::files(args.platform, &request)?;
    let Some(dir) = &args.out else {
        say(&schedule::together(&files))?;
        return Ok(Exit::Done);
    };
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
    for file in files {
        let path = dir.join(&file.name);
        output::new_file(&path, file.text.as_bytes(), args.force)?;
        session.talk.remark(&format!("wrote {}", path.display()));
    }
    Ok(Exit::Done)
}

pub(super) fn begin(session: &Session<'_>, args: &cli::Init) -> anyhow::Result<Exit> {
    let proposal = pipeline::begin(&args.runbook, &args.data, &args.out, args.force, session.progress())?;
    session.talk.remark(&format!("wrote {} with {} sources", args.out.display(), proposal.sources));
    proposal.remarks.iter().for_each(|remark| session.talk.remark(remark));
    proposal.missing.iter().for_each(|missing| session.talk.remark(&format!("fill in {missing}")));
    Ok(Exit::Done)
}
