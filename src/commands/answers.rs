//! Questions that are answered on the screen, from the evidence or from files at hand.

use super::Session;
use super::talk::say;
use crate::cli;
use crate::config::Overrides;
use crate::exit::{Ended, Exit};
use crate::render::form;
use crate::render::terminal;
use crate::render::terminal::why::Why;
use crate::report::diagnosis::Grade;
use crate::report::inspection::Unreadable;
use crate::{output, pipeline};

pub(super) fn why(session: &Session<'_>, args: &cli::Why) -> anyhow::Result<Exit> {
    let reported = session.look()?.report()?;
    let named = reported.checks_named(&args.check)?;
    let hashes = reported.file_hashes();
    for (check, rows) in named {
        let question = Why { report: &reported.report, check, rows, hashes: &hashes, all: args.all };
        say(&terminal::why::render(&question, session.paint))?;
    }
    Ok(Exit::Done)
}

pub(super) fn trace(session: &Session<'_>, args: &cli::Trace) -> anyhow::Result<Exit> {
    say(&terminal::trace::render(&session.look()?.biography(&args.id)?, session.paint))?;
    Ok(Exit::Done)
}

pub(super) fn checks(session: &Session<'_>, args: &cli::Checks) -> anyhow::Result<Exit> {
    let report = session.look()?.report()?.report;
    match args.form {
        None => say(&terminal::checks::render(&report, args.open, session.paint))?,
        Some(cli::FormFormat::Csv) => {
            let form = form::of(&report);
            say(&form.csv()?)?;
            session.talk.remark(&form.summary());
        }
    }
    Ok(Exit::Done)
}

pub(super) fn doctor(session: &Session<'_>) -> anyhow::Result<Exit> {
    let diagnosis = session.run(&Overrides::default(), false)?.examine()?;
    say(&terminal::doctor::render(&diagnosis, session.paint))?;
    Ok(if diagnosis.count(Grade::Fault) > 0 { Exit::Usage } else { Exit::Done })
}

pub(super) fn signatures(session: &Session<'_>, args: &cli::Signatures) -> anyhow::Result<Exit> {
    let list = pipeline::signatures(&args.files)?;
    list.gaps().iter().for_each(|gap| session.talk.remark(&format!("gap: {gap}")));
    say(&if args.json { list.json()? } else { terminal::signatures::render(&list, args.all, session.paint) })?;
    Ok(Exit::Done)
}

pub(super) fn inspect(session: &Session<'_>, args: &cli::Inspect) -> anyhow::Result<Exit> {
    let list = pipeline::inspect(&args.files);
    say(&if args.json { list.json()? } else { terminal::inspect::render(&list, session.paint) })?;
    let told = |file: &Unreadable| session.talk.line(&format!("error: cannot read {}: {}", file.file, file.reason));
    list.unreadable.iter().for_each(told);
    Ok(if list.unreadable.is_empty() { Exit::Done } else { Exit::Usage })
}

pub(super) fn verify(args: &cli::Verify) -> anyhow::Result<Exit> {
    let (manifest, faults) = output::verify(&args.dir)?;
    if faults.is_empty() {
        say(&format!("packet {}: {} files are as they were written\n", manifest.packet_id, manifest.files.len()))?;
        return Ok(Exit::Done);
    }
    let hint = "make the packet again from its evidence, or get an untouched copy";
    Err(Ended::error(Exit::NotVerified, format!("packet {}: {}", manifest.packet_id, faults.join("\n")), hint))
}
