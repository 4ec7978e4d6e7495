//! Reads arguments, environment and clock once; prints; sets the exit code. Everything else is the library's.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser};
use cutover::cli::{self, Cli, Color, Command, Face};
use cutover::config::{self, Overrides};
use cutover::exit::{Ended, Exit};
use cutover::filing;
use cutover::incident::{Ask, Investigated};
use cutover::output;
use cutover::pipeline::{self, Run};
use cutover::progress::Progress;
use cutover::render::terminal::why::{self, Why};
use cutover::render::terminal::{Paint, checks, incident, signatures, signoff, trace, weekly};
use cutover::render::{Format, form};
use cutover::sources::Pulled;
use cutover::statistics::named;
use cutover::weekly::week::Week;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let talk = Talk { quiet: cli.common.quiet };
    let exit = match run(&cli, talk) {
        Ok(exit) => exit,
        Err(error) => {
            talk.error(&error);
            Exit::of_error(&error)
        }
    };
    exit.into()
}

/// The one match on commands.
fn run(cli: &Cli, talk: Talk) -> anyhow::Result<Exit> {
    let paint = Paint { colours: colours(cli.common.color) };
    match &cli.command {
        Command::Signoff(args) => sign_off(cli, args, talk, paint),
        Command::Incident(args) => report_incident(cli, args, talk, paint),
        Command::Weekly(args) => sum_up(cli, args, talk, paint),
        Command::Collect(args) => collect(cli, args, talk),
        Command::Why(args) => {
            let reported = look(cli)?.report()?;
            let named = reported.checks_named(&args.check)?;
            let hashes = reported.file_hashes();
            for (check, rows) in named {
                let question = Why { report: &reported.report, check, rows, hashes: &hashes, all: args.all };
                say(&why::render(&question, paint))?;
            }
            Ok(Exit::Done)
        }
        Command::Trace(args) => {
            say(&trace::render(&look(cli)?.biography(&args.id)?, paint))?;
            Ok(Exit::Done)
        }
        Command::Checks(args) => {
            let report = look(cli)?.report()?.report;
            match args.form {
                None => say(&checks::render(&report, args.open, paint))?,
                Some(cli::FormFormat::Csv) => {
                    let form = form::of(&report);
                    say(&form.csv()?)?;
                    talk.remark(&form.summary());
                }
            }
            Ok(Exit::Done)
        }
        Command::Verify(args) => verify(args),
        Command::Stats { name } => {
            let input = std::io::read_to_string(std::io::stdin()).context("stdin cannot be read as text")?;
            say(&named::run(name, &input)?)?;
            Ok(Exit::Done)
        }
        Command::Signatures(args) => {
            let list = pipeline::signatures(&args.files)?;
            list.gaps().iter().for_each(|gap| talk.remark(&format!("gap: {gap}")));
            say(&if args.json { list.json()? } else { signatures::render(&list, args.all, paint) })?;
            Ok(Exit::Done)
        }
        Command::Init(args) => begin(cli, args, talk),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "cutover", &mut script);
            say(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Done)
        }
    }
}

fn sign_off(cli: &Cli, args: &cli::Signoff, talk: Talk, paint: Paint) -> anyhow::Result<Exit> {
    let view = &args.view;
    let overrides = Overrides { as_of: view.as_of, from: view.from, to: view.to };
    let run = settle(cli, &overrides, view.offline)?;
    let reported = run.report()?;
    talk.collected(&reported.pulled);
    let dir = run.packet(&reported, args.out.as_deref(), &formats(&args.format))?;
    let gaps = reported.gaps();
    talk.gaps(&gaps);
    say(&signoff::render(&reported.report, &dir.display().to_string(), paint))?;
    if args.strict && !gaps.is_empty() {
        return Ok(Exit::SourceFailed);
    }
    Ok(Exit::of_call(reported.report.decision.call))
}

fn report_incident(cli: &Cli, args: &cli::Incident, talk: Talk, paint: Paint) -> anyhow::Result<Exit> {
    let run = settle(cli, &Overrides { as_of: args.as_of, ..Overrides::default() }, args.offline)?;
    let ask = Ask {
        at: args.at,
        from: args.from,
        to: args.to,
        trigger: args.trigger.clone(),
        request_id: args.request_id.clone(),
        tester: args.tester.clone(),
    };
    let (evidence, pulled, investigated) = run.investigate(&ask)?;
    talk.collected(&pulled);
    let gaps = pipeline::gaps(&evidence);
    talk.gaps(&gaps);
    match investigated {
        Investigated::None(why) => {
            if args.force {
                let dir = run.file_none(&evidence, &why, args.out.as_deref())?;
                talk.remark(&format!("wrote {}", dir.display()));
            }
            say(&incident::none(&why, paint))?;
        }
        Investigated::Found(mut found, results) => {
            let filed = run.file(&evidence, &mut found, &results, args.out.as_deref(), &formats(&args.format))?;
            filed.notes.iter().for_each(|note| talk.remark(note));
            found.written.remarks.iter().for_each(|remark| talk.remark(&filing::remark(remark)));
            say(&incident::render(&found, &filed.dir.display().to_string(), paint))?;
        }
    }
    Ok(if args.strict && !gaps.is_empty() { Exit::SourceFailed } else { Exit::Done })
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn sum_up(cli: &Cli, args: &cli::Weekly, talk: Talk, paint: Paint) -> anyhow::Result<Exit> {
    let run = settle(cli, &Overrides::default(), args.offline)?;
    let told = match (&args.week, args.ending) {
        (Some(week), _) => Some(Week::parse(week)?),
        (None, day) => day.map(Week::of),
    };
    let (evidence, pulled, due) = run.weeks(told, jiff::Timestamp::now())?;
    talk.collected(&pulled);
    let gaps = pipeline::gaps(&evidence);
    talk.gaps(&gaps);
    for week in &due {
        let out = args.out.as_deref().map(|dir| if due.len() > 1 { dir.join(week.name()) } else { dir.to_owned() });
        let (summary, dir, _) = run.weekly(&evidence, *week, out.as_deref(), &formats(&args.format))?;
        say(&weekly::render(&summary, &dir.display().to_string(), paint))?;
    }
    Ok(if args.strict && !gaps.is_empty() { Exit::SourceFailed } else { Exit::Done })
}

fn collect(cli: &Cli, args: &cli::Collect, talk: Talk) -> anyhow::Result<Exit> {
    let (evidence, pulled) = settle(cli, &Overrides::default(), false)?.collect()?;
    talk.collected(&pulled);
    let gaps = pipeline::gaps(&evidence);
    talk.gaps(&gaps);
    Ok(if args.strict && !gaps.is_empty() { Exit::SourceFailed } else { Exit::Done })
}

fn verify(args: &cli::Verify) -> anyhow::Result<Exit> {
    let (manifest, faults) = output::verify(&args.dir)?;
    if faults.is_empty() {
        say(&format!("packet {}: {} files are as they were written\n", manifest.packet_id, manifest.files.len()))?;
        return Ok(Exit::Done);
    }
    let hint = "make the packet again from its evidence, or get an untouched copy";
    Err(Ended::error(Exit::NotVerified, format!("packet {}: {}", manifest.packet_id, faults.join("\n")), hint))
}

fn begin(cli: &Cli, args: &cli::Init, talk: Talk) -> anyhow::Result<Exit> {
    let progress = if cli.common.quiet { Progress::none() } else { Progress::bars() };
    let proposal = pipeline::begin(&args.runbook, &args.data, &args.out, args.force, progress)?;
    talk.remark(&format!("wrote {} with {} sources", args.out.display(), proposal.sources));
    proposal.remarks.iter().for_each(|remark| talk.remark(remark));
    proposal.missing.iter().for_each(|missing| talk.remark(&format!("fill in {missing}")));
    Ok(Exit::Done)
}

/// A run that answers from what was collected; it collects only where nothing has been yet.
fn look(cli: &Cli) -> anyhow::Result<Run> {
    let run = settle(cli, &Overrides::default(), true)?;
    let offline = run.plan.evidence_dir.join("state.json").exists();
    Ok(Run { offline, ..run })
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn settle(cli: &Cli, overrides: &Overrides, offline: bool) -> anyhow::Result<Run> {
    let plan = config::load(&cli.common.config, overrides)?;
    let progress = if cli.common.quiet { Progress::none() } else { Progress::bars() };
    Ok(Run { plan, key: std::env::var("CUTOVER_KEY").ok(), progress, offline })
}

/// The JSON is always written: other commands read it.
fn formats(faces: &[Face]) -> Vec<Format> {
    let wanted = |face: Face| faces.contains(&face);
    let all = [(Format::Pdf, wanted(Face::Pdf)), (Format::Markdown, wanted(Face::Md)), (Format::Json, true)];
    all.into_iter().filter(|(_, wanted)| *wanted).map(|(format, _)| format).collect()
}

fn colours(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    }
}

/// Data to stdout; a reader that has seen enough is no error.
fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Talk to the person, on stderr.
#[derive(Debug, Clone, Copy)]
struct Talk {
    quiet: bool,
}

impl Talk {
    fn line(self, text: &str) {
        // Nobody is left to be told when stderr itself is gone.
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    fn remark(self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    fn error(self, error: &anyhow::Error) {
        self.line(&format!("error: {error:#}"));
    }

    fn collected(self, pulled: &[Pulled]) {
        if self.quiet || pulled.is_empty() {
            return;
        }
        let rows = |p: &Pulled| p.records.iter().map(|r| r.rows).sum::<u64>();
        let all: Vec<String> =
            pulled.iter().map(|p| format!("{} {}", p.source, cutover::render::figures::count(rows(p)))).collect();
        self.line(&format!("collected rows: {}", all.join(" · ")));
    }

    fn gaps(self, gaps: &[String]) {
        if self.quiet {
            return;
        }
        for gap in gaps {
            self.line(&format!("gap: {gap}"));
        }
    }
}
