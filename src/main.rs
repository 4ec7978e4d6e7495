//! Reads arguments, environment and clock once; prints; sets the exit code. Everything else is the library's.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches};
use cutover::cli::{self, Cli, Color, Command, DocsOne, Face};
use cutover::config::{self, Overrides};
use cutover::delivery::{self, Guard, Outcome, Pace, Parcel, Post};
use cutover::docs::{Mode, one, stage};
use cutover::edits;
use cutover::edits::tasks::State;
use cutover::exit::{Ended, Exit};
use cutover::filing;
use cutover::incident::{Ask, Investigated};
use cutover::key;
use cutover::output;
use cutover::pipeline::{self, Probing, Run};
use cutover::progress::Progress;
use cutover::redaction;
use cutover::render::terminal::why::{self, Why};
use cutover::render::terminal::{
    Paint, checks, doctor, incident, inspect, probing, signatures, signoff, trace, weekly,
};
use cutover::render::{Format, form};
use cutover::report::diagnosis::Grade;
use cutover::report::inspection::Unreadable;
use cutover::schedule;
use cutover::sources::Pulled;
use cutover::statistics::named;
use cutover::status::{Every, RunStatus};
use cutover::tables::redact::{Redactions, Redactor};
use cutover::weekly::week::Week;
use jiff::Timestamp;

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
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
    let (exit, error) = match run(&cli, talk, &mut status) {
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

/// The one match on commands.
fn run(cli: &Cli, talk: Talk, status: &mut RunStatus) -> anyhow::Result<Exit> {
    let paint = Paint { colours: colours(cli.common.color) };
    match &cli.command {
        Command::Signoff(args) => sign_off(cli, args, talk, paint, status),
        Command::Incident(args) => report_incident(cli, args, talk, paint, status),
        Command::Weekly(args) => sum_up(cli, args, talk, paint, status),
        Command::Collect(args) => collect(cli, args, talk, status),
        Command::Probe(args) => probe(cli, args, talk, paint, status.started_at),
        Command::Why(args) => {
            let reported = look(cli, status.started_at)?.report()?;
            let named = reported.checks_named(&args.check)?;
            let hashes = reported.file_hashes();
            for (check, rows) in named {
                let question = Why { report: &reported.report, check, rows, hashes: &hashes, all: args.all };
                say(&why::render(&question, paint))?;
            }
            Ok(Exit::Done)
        }
        Command::Trace(args) => {
            say(&trace::render(&look(cli, status.started_at)?.biography(&args.id)?, paint))?;
            Ok(Exit::Done)
        }
        Command::Checks(args) => {
            let report = look(cli, status.started_at)?.report()?.report;
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
        Command::Doctor => {
            let diagnosis = settle(cli, &Overrides::default(), false, status.started_at)?.examine()?;
            say(&doctor::render(&diagnosis, paint))?;
            Ok(if diagnosis.count(Grade::Fault) > 0 { Exit::Usage } else { Exit::Done })
        }
        Command::Verify(args) => verify(args),
        Command::Docs(args) => docs(cli, args, talk),
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
        Command::Schedule(args) => print_schedule(cli, args, talk, status.started_at),
        Command::Inspect(args) => look_into(args, talk, paint),
        Command::Redact => redact(cli, talk),
        Command::Man => manual(),
        Command::Init(args) => begin(cli, args, talk),
        Command::Completions { shell } => complete(*shell),
    }
}

/// Pseudonyms are those of the evidence, where there is any: what is copied can be held against a report.
fn redact(cli: &Cli, talk: Talk) -> anyhow::Result<Exit> {
    let given = environment("CUTOVER_KEY").filter(|key| !key.is_empty());
    let evidence = config::load(&cli.common.config, &Overrides::default()).ok().map(|plan| plan.evidence_dir);
    let redactor = Redactor::new(key::at_hand(evidence.as_deref(), given.as_deref()));
    let counts = redaction::copy(std::io::stdin().lock(), std::io::stdout().lock(), &redactor).or_else(|error| {
        // A reader that has seen enough is no error.
        if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(Redactions::default()) } else { Err(error) }
    })?;
    let all: Vec<String> = counts.0.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    if !all.is_empty() {
        talk.remark(&format!("replaced: {}", all.join(" · ")));
    }
    Ok(Exit::Done)
}

fn manual() -> anyhow::Result<Exit> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    say(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}

fn look_into(args: &cli::Inspect, talk: Talk, paint: Paint) -> anyhow::Result<Exit> {
    let list = pipeline::inspect(&args.files);
    say(&if args.json { list.json()? } else { inspect::render(&list, paint) })?;
    let told = |file: &Unreadable| talk.line(&format!("error: cannot read {}: {}", file.file, file.reason));
    list.unreadable.iter().for_each(told);
    Ok(if list.unreadable.is_empty() { Exit::Done } else { Exit::Usage })
}

fn complete(shell: clap_complete::Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "cutover", &mut script);
    say(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

fn sign_off(cli: &Cli, args: &cli::Signoff, talk: Talk, paint: Paint, status: &mut RunStatus) -> anyhow::Result<Exit> {
    let view = &args.view;
    let live = view.as_of == Some(cli::AsOf::Now);
    let as_of = view.as_of.map(|as_of| as_of.at(status.started_at));
    let run = settle(cli, &Overrides { as_of, from: view.from, to: view.to }, view.offline, status.started_at)?;
    if live {
        status.expect(Every::Day);
    }
    let guard = (live || args.sending.dry_run).then(|| delivery::lock(&run.plan.evidence_dir)).transpose()?;
    let reported = run.report()?;
    talk.collected(&reported.pulled);
    let dir = run.packet(&reported, args.out.as_deref(), &formats(&args.format))?;
    let gaps = reported.gaps();
    talk.gaps(&gaps);
    status.gaps.clone_from(&gaps);
    say(&signoff::render(&reported.report, &dir.display().to_string(), paint))?;
    let arrived = match &guard {
        Some(guard) => send(&run, guard, args.sending, &delivery::trigger_parcel(&reported.report), talk, status)?,
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
    run: &Run,
    guard: &Guard,
    how: cli::Sending,
    parcels: &[Parcel],
    talk: Talk,
    status: &mut RunStatus,
) -> anyhow::Result<bool> {
    let post = Post {
        plan: &run.plan,
        env: &environment,
        now: status.started_at,
        dry_run: how.dry_run,
        resend: how.resend,
        pace: Pace::default(),
    };
    let deliveries = delivery::deliver(&post, guard, parcels)?;
    for delivery in &deliveries {
        match delivery.outcome {
            Outcome::DryRun { .. } => say(&format!("   dry run {}\n", delivery.sentence()))?,
            Outcome::Failed { .. } | Outcome::Unsure { .. } => talk.line(&format!("error: {}", delivery.sentence())),
            Outcome::Delivered { .. } | Outcome::Already { .. } => talk.remark(&delivery.sentence()),
        }
    }
    status.take(&deliveries);
    Ok(!deliveries.iter().any(delivery::Delivery::failed))
}

fn print_schedule(cli: &Cli, args: &cli::Schedule, talk: Talk, now: Timestamp) -> anyhow::Result<Exit> {
    let plan = config::load(&cli.common.config, &Overrides::default())?;
    let config = &cli.common.config;
    let config = if args.platform.is_here() { std::path::absolute(config)? } else { config.clone() };
    let year = now.to_zoned(plan.project.zone.clone()).year();
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
        talk.remark(&format!("wrote {}", path.display()));
    }
    Ok(Exit::Done)
}

fn report_incident(
    cli: &Cli,
    args: &cli::Incident,
    talk: Talk,
    paint: Paint,
    status: &mut RunStatus,
) -> anyhow::Result<Exit> {
    let run = settle(cli, &Overrides { as_of: args.as_of, ..Overrides::default() }, args.offline, status.started_at)?;
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
    status.gaps.clone_from(&gaps);
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

fn sum_up(cli: &Cli, args: &cli::Weekly, talk: Talk, paint: Paint, status: &mut RunStatus) -> anyhow::Result<Exit> {
    let run = settle(cli, &Overrides::default(), args.offline, status.started_at)?;
    status.expect(Every::Week);
    let told = match (&args.week, args.ending) {
        (Some(week), _) => Some(Week::parse(week)?),
        (None, day) => day.map(Week::of),
    };
    // Held from before the first summary until after the last delivery: two runs at once would send twice.
    let guard = delivery::lock(&run.plan.evidence_dir)?;
    let (evidence, pulled, due) = run.weeks(told, status.started_at)?;
    talk.collected(&pulled);
    let gaps = pipeline::gaps(&evidence);
    talk.gaps(&gaps);
    status.gaps.clone_from(&gaps);
    let mut arrived = true;
    for week in &due {
        let out = args.out.as_deref().map(|dir| if due.len() > 1 { dir.join(week.name()) } else { dir.to_owned() });
        let (summary, dir, parcel) = run.weekly(&evidence, *week, out.as_deref(), &formats(&args.format))?;
        status.week = Some(week.name());
        say(&weekly::render(&summary, &dir.display().to_string(), paint))?;
        arrived &= send(&run, &guard, args.sending, &[parcel], talk, status)?;
    }
    if !arrived {
        return Ok(Exit::DeliveryFailed);
    }
    Ok(if args.strict && !gaps.is_empty() { Exit::SourceFailed } else { Exit::Done })
}

fn collect(cli: &Cli, args: &cli::Collect, talk: Talk, status: &mut RunStatus) -> anyhow::Result<Exit> {
    let (evidence, pulled) = settle(cli, &Overrides::default(), false, status.started_at)?.collect()?;
    talk.collected(&pulled);
    let gaps = pipeline::gaps(&evidence);
    talk.gaps(&gaps);
    status.gaps.clone_from(&gaps);
    Ok(if args.strict && !gaps.is_empty() { Exit::SourceFailed } else { Exit::Done })
}

fn probe(cli: &Cli, args: &cli::Probe, talk: Talk, paint: Paint, now: Timestamp) -> anyhow::Result<Exit> {
    let run = settle(cli, &Overrides::default(), false, now)?;
    let ask = Probing {
        names: args.names.clone(),
        vantage: args.vantage.clone(),
        watch: args.watch,
        again: args.every.zip(args.lasting),
    };
    let (mut faults, mut missing) = (0, 0);
    let clock = Clock::of_environment()?.running();
    run.probe(&ask, &clock, |round| {
        for one in round {
            match one {
                Ok(line) => {
                    faults += usize::from(!line.result.is_good());
                    say(&if args.json { probing::json(line)? } else { probing::render(line, paint) })?;
                }
                Err(why) => {
                    missing += 1;
                    talk.line(&format!("error: {why}"));
                }
            }
        }
        Ok(())
    })?;
    if missing > 0 {
        return Ok(Exit::Usage);
    }
    Ok(if args.strict && faults > 0 { Exit::SourceFailed } else { Exit::Done })
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

fn docs(cli: &Cli, args: &cli::Docs, talk: Talk) -> anyhow::Result<Exit> {
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
            let plan = config::load(&cli.common.config, &Overrides::default())?;
            let (packet, incident) = (args.packet.clone(), args.incident.clone());
            let ask = stage::Ask { packet, incident, gap: args.gap.clone(), resolution: args.resolution.clone() };
            let mode = mode(args.how, Mode::Diff);
            (stage::edit(&plan, &ask, mode, &cwd)?, mode)
        }
    };
    // A patch has stdout to itself.
    if mode == Mode::Diff {
        outcome.told.iter().for_each(|told| talk.remark(told));
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

fn begin(cli: &Cli, args: &cli::Init, talk: Talk) -> anyhow::Result<Exit> {
    let progress = if cli.common.quiet { Progress::none() } else { Progress::bars() };
    let proposal = pipeline::begin(&args.runbook, &args.data, &args.out, args.force, progress)?;
    talk.remark(&format!("wrote {} with {} sources", args.out.display(), proposal.sources));
    proposal.remarks.iter().for_each(|remark| talk.remark(remark));
    proposal.missing.iter().for_each(|missing| talk.remark(&format!("fill in {missing}")));
    Ok(Exit::Done)
}

/// A run that answers from what was collected; it collects only where nothing has been yet.
fn look(cli: &Cli, now: Timestamp) -> anyhow::Result<Run> {
    let run = settle(cli, &Overrides::default(), true, now)?;
    let offline = run.plan.evidence_dir.join("state.json").exists();
    Ok(Run { offline, ..run })
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn settle(cli: &Cli, overrides: &Overrides, offline: bool, now: Timestamp) -> anyhow::Result<Run> {
    let plan = config::load(&cli.common.config, overrides)?;
    let progress = if cli.common.quiet { Progress::none() } else { Progress::bars() };
    let key = environment("CUTOVER_KEY").filter(|key| !key.is_empty());
    Ok(Run { plan, key, progress, offline, now, env: Arc::new(environment) })
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
