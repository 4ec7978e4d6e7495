//! The reports as commands: the packet, the incident report, the weekly summary; and collecting for them.

use super::Session;
use super::talk::say;
use crate::cli::{self, Face};
use crate::config::Overrides;
use crate::delivery::{self, Guard, Outcome, Pace, Parcel, Post};
use crate::exit::Exit;
use crate::filing;
use crate::incident::{Ask, Investigated};
use crate::pipeline::{self, Run};
use crate::render::Format;
use crate::render::terminal::{incident, signoff, weekly};
use crate::status::{Every, RunStatus};
use crate::weekly::week::Week;

pub(super) fn sign_off(session: &Session<'_>, args: &cli::Signoff, status: &mut RunStatus) -> anyhow::Result<Exit> {
    let view = &args.view;
    let live = view.as_of == Some(cli::AsOf::Now);
    let as_of = view.as_of.map(|as_of| as_of.at(status.started_at));
    let run = session.run(&Overrides { as_of, from: view.from, to: view.to }, view.offline)?;
    if live {
        status.expect(Every::Day);
    }
    let guard = (live || args.sending.dry_run).then(|| delivery::lock(&run.plan.evidence_dir)).transpose()?;
    let reported = run.report()?;
    session.talk.collected(&reported.pulled);
    let dir = run.packet(&reported, args.out.as_deref(), &formats(&args.format))?;
    let gaps = reported.gaps();
    session.talk.gaps(&gaps);
    status.gaps.clone_from(&gaps);
    say(&signoff::render(&reported.report, &dir.display().to_string(), session.paint))?;
    let arrived = match &guard {
        Some(guard) => send(session, &run, guard, args.sending, &delivery::trigger_parcel(&reported.report), status)?,
        None => true,
    };
    if !arrived {
        return Ok(Exit::DeliveryFailed);
    }
    if args.strict && !gaps.is_empty() {
        return Ok(Exit::SourceFailed);
    }
    Ok(Exit::of_call(reported.report.decision.call))
}

/// Sends parcels to their targets and tells what became of them; whether all arrived.
fn send(
    session: &Session<'_>,
    run: &Run,
    guard: &Guard,
    how: cli::Sending,
    parcels: &[Parcel],
    status: &mut RunStatus,
) -> anyhow::Result<bool> {
    let post = Post {
        plan: &run.plan,
        env: &session.env,
        now: status.started_at,
        dry_run: how.dry_run,
        resend: how.resend,
        pace: Pace::default(),
    };
    let deliveries = delivery::deliver(&post, guard, parcels)?;
    for delivery in &deliveries {
        match delivery.outcome {
            Outcome::DryRun { .. } => say(&format!("   dry run {}\n", delivery.sentence()))?,
            Outcome::Failed { .. } | Outcome::Unsure { .. } => {
                session.talk.line(&format!("error: {}", delivery.sentence()))
            }
            Outcome::Delivered { .. } | Outcome::Already { .. } => session.talk.remark(&delivery.sentence()),
        }
    }
    status.take(&deliveries);
    Ok(!deliveries.iter().any(delivery::Delivery::failed))
}

pub(super) fn report_incident(
    session: &Session<'_>,
    args: &cli::Incident,
    status: &mut RunStatus,
) -> anyhow::Result<Exit> {
    let run = session.run(&Overrides { as_of: args.as_of, ..Overrides::default() }, args.offline)?;
    let ask = Ask {
        at: args.at,
        from: args.from,
        to: args.to,
        trigger: args.trigger.clone(),
        request_id: args.request_id.clone(),
        tester: args.tester.clone(),
    };
    let (evidence, pulled, investigated) = run.investigate(&ask)?;
    session.talk.collected(&pulled);
    let gaps = pipeline::gaps(&evidence);
    session.talk.gaps(&gaps);
    status.gaps.clone_from(&gaps);
    match investigated {
        Investigated::None(why) => {
            if args.force {
                let dir = run.file_none(&evidence, &why, args.out.as_deref())?;
                session.talk.remark(&format!("wrote {}", dir.display()));
            }
            say(&incident::none(&why, session.paint))?;
        }
        Investigated::Found(mut found, results) => {
            let filed = run.file(&evidence, &mut found, &results, args.out.as_deref(), &formats(&args.format))?;
            filed.notes.iter().for_each(|note| session.talk.remark(note));
            found.written.remarks.iter().for_each(|remark| session.talk.remark(&filing::remark(remark)));
            say(&incident::render(&found, &filed.dir.display().to_string(), session.paint))?;
        }
    }
    Ok(if args.strict && !gaps.is_empty() { Exit::SourceFailed } else { Exit::Done })
}

pub(super) fn sum_up(session: &Session<'_>, args: &cli::Weekly, status: &mut RunStatus) -> anyhow::Result<Exit> {
    let run = session.run(&Overrides::default(), args.offline)?;
    status.expect(Every::Week);
    let told = match (&args.week, args.ending) {
        (Some(week), _) => Some(Week::parse(week)?),
        (None, day) => day.map(Week::of),
    };
    // Held from before the first summary until after the last delivery: two runs at once would send twice.
    let guard = delivery::lock(&run.plan.evidence_dir)?;
    let (evidence, pulled, due) = run.weeks(told, status.started_at)?;
    session.talk.collected(&pulled);
    let gaps = pipeline::gaps(&evidence);
    session.talk.gaps(&gaps);
    status.gaps.clone_from(&gaps);
    let mut arrived = true;
    for week in &due {
        let out = args.out.as_deref().map(|dir| if due.len() > 1 { dir.join(week.name()) } else { dir.to_owned() });
        let (summary, dir, parcel) = run.weekly(&evidence, *week, out.as_deref(), &formats(&args.format))?;
        status.week = Some(week.name());
        say(&weekly::render(&summary, &dir.display().to_string(), session.paint))?;
        arrived &= send(session, &run, &guard, args.sending, &[parcel], status)?;
    }
    if !arrived {
        return Ok(Exit::DeliveryFailed);
    }
    Ok(if args.strict && !gaps.is_empty() { Exit::SourceFailed } else { Exit::Done })
}

pub(super) fn collect(session: &Session<'_>, args: &cli::Collect, status: &mut RunStatus) -> anyhow::Result<Exit> {
    let (evidence, pulled) = session.run(&Overrides::default(), false)?.collect()?;
    session.talk.collected(&pulled);
    let gaps = pipeline::gaps(&evidence);
    session.talk.gaps(&gaps);
    status.gaps.clone_from(&gaps);
    Ok(if args.strict && !gaps.is_empty() { Exit::SourceFailed } else { Exit::Done })
}

/// The JSON is always written: other commands read it.
fn formats(faces: &[Face]) -> Vec<Format> {
    let wanted = |face: Face| faces.contains(&face);
    let all = [(Format::Pdf, wanted(Face::Pdf)), (Format::Markdown, wanted(Face::Md)), (Format::Json, true)];
    all.into_iter().filter(|(_, wanted)| *wanted).map(|(format, _)| format).collect()
}
