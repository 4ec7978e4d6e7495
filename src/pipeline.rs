//! The commands as contents pages of stage calls; no logic of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::citations;
use crate::config::deliver::Occasion;
use crate::config::probe::Probe;
use crate::config::{self, Overrides, RunPlan};
use crate::correlation;
use crate::delivery::{self, Attachment, Parcel};
use crate::doctor;
use crate::evidence::Evidence;
use crate::exit::{Ended, Exit};
use crate::filing;
use crate::incident::{self, Ask, Investigated};
use crate::init::{self, Proposal, Request};
use crate::judge::{self, Judged};
use crate::key;
use crate::output::{self, Manifest, SourceHash};
use crate::probe;
use crate::progress::Progress;
use crate::render::{self, Artifact, Format};
use crate::report::assemble::{self, ResultRows};
use crate::report::biography::{self, Biography};
use crate::report::diagnosis::Diagnosis;
use crate::report::incident::Incident;
use crate::report::inspection::InspectionList;
use crate::report::probing::ProbeLine;
use crate::report::signatures::SignatureList;
use crate::report::weekly::Weekly;
use crate::report::{Check, Report};
use crate::signatures::files as mined_files;
use crate::sources::{self, Errand, Pulled, Shared};
use crate::tables::redact::{Redactions, Redactor};
use crate::tables::{self, table::Table};
use crate::weekly::history::History;
use crate::weekly::week::{self, Week};

/// Earlier summaries that are sent again when they reached nobody.
const AGAIN: usize = 2;

/// What a run has besides its plan: settled in `main`, passed down.
#[derive(Clone)]
pub struct Run {
    pub plan: RunPlan,
    /// Text of the environment variable `CUTOVER_KEY`.
    pub key: Option<String>,
    pub progress: Progress,
    /// Judge what was collected; do not read the sources.
    pub offline: bool,
    /// Time of day at the start of the run.
    pub now: jiff::Timestamp,
    pub env: sources::Environment,
}

/// Which probes are run, and how often.
#[derive(Debug, Clone, Default)]
pub struct Probing {
    /// Names; all where there is none.
    pub names: Vec<String>,
    /// The place they look from.
    pub vantage: Option<String>,
    /// Add the lines to the transcripts.
    pub watch: bool,
    /// Again after each of the first, the last time before the second is over.
    pub again: Option<(Duration, Duration)>,
}

/// A stage judged and put into the report model.
pub struct Reported {
    pub evidence: Evidence,
    /// What each source came to; empty when nothing was read.
    pub pulled: Vec<Pulled>,
    pub judged: Judged,
    pub report: Report,
    pub results: Vec<ResultRows>,
}

/// Where an incident's report was filed.
pub struct Filed {
    pub dir: PathBuf,
    /// What was kept, added and removed in the document, as sentences.
    pub notes: Vec<String>,
}

impl Run {
    /// Reads all sources into the evidence.
    ///
    /// # Errors
    /// When another run holds the evidence, or it cannot be written.
    pub fn collect(&self) -> anyhow::Result<(Evidence, Vec<Pulled>)> {
        let evidence = Evidence::open(&self.plan.evidence_dir)?;
        let shared = Arc::new(self.shared(self.redactor()?, Errand::Collect));
        runtime()?.block_on(sources::pull_all(shared, evidence))
    }

    /// Looks at everything that a run needs; keeps nothing.
    ///
    /// # Errors
    /// When no temporary folder can be made.
    pub fn examine(&self) -> anyhow::Result<Diagnosis> {
        // Nothing is stored, so no pseudonym of it outlives the look.
        let shared = Arc::new(self.shared(Redactor::new([0; 32]), Errand::Look));
        runtime()?.block_on(doctor::examine(&self.plan, &shared, self.now))
    }

    /// Runs probes, once or again and again; `tell` gets what each round came to: lines, and sentences about probes that
    /// could not be run.
    ///
    /// # Errors
    /// `Exit::Usage` without probes, `Exit::NotFound` when those that were asked for are not there; a transcript that
    /// cannot be written.
    pub fn probe(
        &self,
        ask: &Probing,
        now: &(dyn Fn() -> jiff::Timestamp + Sync),
        mut tell: impl FnMut(&[Result<ProbeLine, String>]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let probes = probe::chosen(&self.plan.probes, &ask.names, ask.vantage.as_deref())?;
        let redactor = Redactor::new(key::at_hand(Some(&self.plan.evidence_dir), self.key.as_deref()));
        let env = |name: &str| (self.env)(name);
        let round = probe::Round { env: &env, redactor: &redactor, now };
        let runtime = runtime()?;
        let begun = Instant::now();
        loop {
            let lines = runtime.block_on(probe::round(&probes, &round));
            let written = if ask.watch { written(&probes, &lines) } else { Ok(()) };
            tell(&lines)?;
            written?;
            let Some((every, lasting)) = ask.again else { break };
            // A round that takes longer than the time between two costs the next one, not its place in time.
            let gone = u32::try_from(begun.elapsed().as_millis() / every.as_millis()).unwrap_or(u32::MAX);
            let next = every.saturating_mul(gone.saturating_add(1));
            if next >= lasting {
                break;
            }
            std::thread::sleep(next.saturating_sub(begun.elapsed()));
        }
        // A name that is still being resolved must not hold the program up.
        runtime.shutdown_background();
        Ok(())
    }

    fn shared(&self, redactor: Redactor, errand: Errand) -> Shared {
        let (plan, progress) = (self.plan.clone(), self.progress.clone());
        Shared::new(plan, redactor, progress, self.now, Arc::clone(&self.env)).on(errand)
    }

    /// The evidence, collected first unless the run is offline.
    ///
    /// # Errors
    /// As `collect`; offline when nothing was ever collected.
    pub fn evidence(&self) -> anyhow::Result<(Evidence, Vec<Pulled>)> {
        if !self.offline {
            return self.collect();
        }
        let evidence = Evidence::read(&self.plan.evidence_dir)?;
        if evidence.files().is_empty() {
            let message = format!("nothing has been collected in {}", self.plan.evidence_dir.display());
            return Err(Ended::error(Exit::Usage, message, "run `cutover collect` first, or leave --offline out"));
        }
        Ok((evidence, Vec::new()))
    }

    /// Judges the stage and assembles the report.
    ///
    /// # Errors
    /// As `evidence`; also a runbook or check file that cannot be used.
    pub fn report(&self) -> anyhow::Result<Reported> {
        let (evidence, pulled) = self.evidence()?;
        let judged = judge::judge(&self.plan, &evidence)?;
        let (report, results) = assemble::assemble(&self.plan, &judged, &evidence)?;
        Ok(Reported { evidence, pulled, judged, report, results })
    }

    /// Finds and studies the incident that the evidence shows or that is asked for.
    ///
    /// # Errors
    /// As `evidence`; `Exit::NotFound` when one was asked for that is not there.
    pub fn investigate(&self, ask: &Ask) -> anyhow::Result<(Evidence, Vec<Pulled>, Investigated)> {
        let (evidence, pulled) = self.evidence()?;
        let judged = judge::judge(&self.plan, &evidence)?;
        let redactor = self.redactor()?;
        let raw = |file: &str, lines: &[u64]| citations::texts(&self.plan, &evidence, file, lines, &redactor);
        let investigated = incident::investigate(&self.plan, &judged, &evidence, ask, &raw)?;
        Ok((evidence, pulled, investigated))
    }

    /// Renders the packet and writes it; returns its folder.
    ///
    /// # Errors
    /// When a template is wrong or the folder cannot be written.
    pub fn packet(&self, reported: &Reported, out: Option<&Path>, formats: &[Format]) -> anyhow::Result<PathBuf> {
        let report = &reported.report;
        let mut artifacts = render::render(report, formats)?;
        artifacts.push(patch(report));
        artifacts.extend(reported.results.iter().map(|r| Artifact { path: r.file.clone(), bytes: r.bytes.clone() }));
        let cited = citations::lines(&self.plan, &reported.evidence, &reported.results, &self.redactor()?);
        artifacts.push(json("evidence/lines.json", &cited)?);
        let manifest = Manifest::of(&report.meta.packet_id, &artifacts, source_hashes(&reported.evidence));
        let dir = out.map_or_else(|| self.default_out(report), Path::to_owned);
        output::write(&dir, &artifacts, &manifest)?;
        Ok(dir)
    }

    /// Sums up the weeks that are due, in order.
    ///
    /// # Errors
    /// As `evidence`; `Exit::Usage` when no week of the beta is over.
    pub fn weeks(
        &self,
        told: Option<Week>,
        now: jiff::Timestamp,
    ) -> anyhow::Result<(Evidence, Vec<Pulled>, Vec<Week>)> {
        let history = History::read(&self.plan.output_dir, self.plan.stage.number);
        let mut due = week::due(&self.plan, now, told, history.latest())?;
        if told.is_none() {
            // One that was summed up but reached nobody is still due.
            for late in history.all.keys().rev().take(AGAIN) {
                if !due.contains(late) && delivery::pending(&self.plan, Occasion::Weekly, &self.weekly_key(*late))? {
                    due.push(*late);
                }
            }
            due.sort();
        }
        let (evidence, pulled) = self.evidence()?;
        Ok((evidence, pulled, due))
    }

    /// Sums up a week and writes its summary; returns its folder.
    ///
    /// # Errors
    /// When a template is wrong or the folder cannot be written.
    pub fn weekly(
        &self,
        evidence: &Evidence,
        week: Week,
        out: Option<&Path>,
        formats: &[Format],
    ) -> anyhow::Result<(Weekly, PathBuf, Parcel)> {
        let history = History::read(&self.plan.output_dir, self.plan.stage.number);
        let weekly = crate::weekly::summarise(&self.plan, evidence, week, &history)?;
        let artifacts = render::weekly::render(&weekly, formats)?;
        let manifest = Manifest::of(&weekly.meta.packet_id, &artifacts, source_hashes(evidence));
        let plain = || self.plan.output_dir.join(format!("weekly-{}-{}", self.plan.stage.number, weekly.meta.last_day));
        let dir = out.map_or_else(plain, Path::to_owned);
        output::write(&dir, &artifacts, &manifest)?;
        let parcel = self.weekly_parcel(&weekly, week, &artifacts);
        Ok((weekly, dir, parcel))
    }

    /// A summary as it is sent: its text, and the PDF where there is one.
    fn weekly_parcel(&self, weekly: &Weekly, week: Week, artifacts: &[Artifact]) -> Parcel {
        let of = |path: &str| artifacts.iter().find(|a| a.path == path);
        let pdf = of("weekly.pdf").map(|a| Attachment {
            name: format!("weekly-{}.pdf", weekly.week),
            mime: "application/pdf".to_owned(),
            bytes: a.bytes.clone(),
        });
        let markdown = of("weekly.md").map(|a| String::from_utf8_lossy(&a.bytes).into_owned());
        let text = render::weekly::text(weekly);
        Parcel {
            on: Occasion::Weekly,
            key: self.weekly_key(week),
            subject: format!("{} {}: {}", self.plan.project.name, weekly.week, weekly.headline),
            markdown: markdown.unwrap_or_else(|| text.clone()),
            text,
            attachments: pdf.into_iter().collect(),
        }
    }

    fn weekly_key(&self, week: Week) -> String {
        format!("stage-{}-{}", self.plan.stage.number, week.name())
    }

    /// Renders an incident's report around what people wrote in it, and writes it.
    ///
    /// # Errors
    /// `Exit::Refused` where a generated block was edited; then nothing is written. Else as `packet`.
    pub fn file(
        &self,
        evidence: &Evidence,
        incident: &mut Incident,
        results: &[ResultRows],
        out: Option<&Path>,
        formats: &[Format],
    ) -> anyhow::Result<Filed> {
        let dir = out.map_or_else(|| filing::folder(&self.plan.output_dir, incident), Path::to_owned);
        let joined = filing::join(incident, &dir, &self.people(evidence)?)?;
        let mut artifacts = render::incident::render(incident, formats)?;
        artifacts.extend(results.iter().map(|r| Artifact { path: r.file.clone(), bytes: r.bytes.clone() }));
        let cited = citations::lines(&self.plan, evidence, results, &self.redactor()?);
        artifacts.push(json("evidence/lines.json", &cited)?);
        // People go on writing in the document, so the manifest does not vouch for it; its blocks carry their own sums.
        let manifest = Manifest::of(&incident.meta.packet_id, &artifacts, source_hashes(evidence));
        if formats.contains(&Format::Markdown) {
            artifacts.push(Artifact { path: filing::DOCUMENT.to_owned(), bytes: joined.text.into_bytes() });
        }
        output::write(&dir, &artifacts, &manifest)?;
        Ok(Filed { dir, notes: joined.notes })
    }

    /// Writes a report that says that there is no incident; returns its folder.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn file_none(&self, evidence: &Evidence, why: &str, out: Option<&Path>) -> anyhow::Result<PathBuf> {
        let end = self.plan.as_of.unwrap_or(self.plan.stage.beta.to);
        let day = end.to_zoned(jiff::tz::TimeZone::UTC).date();
        let plain = || self.plan.output_dir.join(format!("incident-{}-{day}", self.plan.stage.number));
        let dir = out.map_or_else(plain, Path::to_owned);
        let bytes = render::incident::json::none(why, env!("CARGO_PKG_VERSION"), end)?;
        let artifacts = [Artifact { path: filing::DATA.to_owned(), bytes }];
        output::write(&dir, &artifacts, &Manifest::of("none", &artifacts, source_hashes(evidence)))?;
        Ok(dir)
    }

    /// Handles of testers and staff, whose naming among causes is remarked on.
    fn people(&self, evidence: &Evidence) -> anyhow::Result<Vec<String>> {
        let mut names = vec![self.plan.stage.owner.clone()];
        let roster = crate::tables::frame::to_table(&evidence.scan(crate::tables::schema::TableName::Testers)?);
        names.extend((0..roster.rows.len()).filter_map(|row| roster.cell(row, "handle").as_text().map(str::to_owned)));
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The biography of the request whose id begins with `prefix`.
    ///
    /// # Errors
    /// `Exit::NotFound` when there is none or more than one.
    pub fn biography(&self, prefix: &str) -> anyhow::Result<Biography> {
        let (evidence, _) = self.evidence()?;
        let mut tables = tables::scan(&evidence)?;
        let correlated = correlation::add(&mut tables, &self.plan)?;
        let ids = biography::matching(&tables, prefix)?;
        match ids.as_slice() {
            [id] => biography::tell(&tables, &correlated, id)?.ok_or_else(|| no_request(prefix)),
            [] => Err(no_request(prefix)),
            many => {
                let first: Vec<&str> = many.iter().take(5).map(String::as_str).collect();
                let message = format!("{} request ids begin with {prefix}", many.len());
                Err(Ended::error(Exit::NotFound, message, format!("give more of one: {}", first.join(", "))))
            }
        }
    }

    fn redactor(&self) -> anyhow::Result<Redactor> {
        Ok(Redactor::new(key::of(&self.plan, self.key.as_deref())?))
    }

    fn default_out(&self, report: &Report) -> PathBuf {
        let end = report.meta.window.to.to_zoned(jiff::tz::TimeZone::UTC).date();
        self.plan.output_dir.join(format!("signoff-{}-{end}", report.meta.stage_number))
    }
}

/// Adds the lines of a round to their transcripts.
fn written(probes: &[&Probe], lines: &[Result<ProbeLine, String>]) -> anyhow::Result<()> {
    let found = probes.iter().zip(lines).filter_map(|(probe, line)| Some((probe, line.as_ref().ok()?)));
    found.into_iter().try_for_each(|(probe, line)| probe::append(&probe.transcript, line))
}

/// The templates of the lines of log files.
///
/// # Errors
/// When a file cannot be read.
pub fn signatures(files: &[PathBuf]) -> anyhow::Result<SignatureList> {
    let mining = mined_files::mine(files, |key| {
        let redactor = Redactor::new(key);
        move |text: &str| redactor.text(text, &mut Redactions::default()).into_owned()
    })?;
    Ok(SignatureList::of(&mining))
}

/// What log files hold, each by itself; those that cannot be read are named.
#[must_use]
pub fn inspect(files: &[PathBuf]) -> InspectionList {
    let inspection = crate::inspect::inspect(files);
    let redactor = Redactor::new(inspection.key);
    InspectionList::of(&inspection, |text| redactor.text(text, &mut Redactions::default()).into_owned())
}

/// Proposes a configuration from a runbook and the files in `data`, and writes it to `out`.
///
/// # Errors
/// When something cannot be read, or a file stands at `out` and `force` was not given.
pub fn begin(runbook: &Path, data: &Path, out: &Path, force: bool, progress: Progress) -> anyhow::Result<Proposal> {
    let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = |path: &Path| path.canonicalize().with_context(|| format!("there is no {}", path.display()));
    if out.exists() && !force {
        // Said before the work, not after it.
        output::new_file(out, b"", false)?;
    }
    let request = Request { runbook: place(runbook)?, data: place(data)?, root: place(folder)?, progress };
    let proposal = init::propose(&request)?;
    if proposal.missing.is_empty() {
        config::read(out, &proposal.toml, &Overrides::default()).context("the proposed configuration is wrong")?;
    }
    output::new_file(out, proposal.toml.as_bytes(), force)?;
    Ok(proposal)
}

impl Reported {
    /// The checks that a name means: an item such as M4, a check id, or a line of the runbook such as PM-04.
    ///
    /// # Errors
    /// `Exit::NotFound` with the nearest names.
    pub fn checks_named(&self, name: &str) -> anyhow::Result<Vec<(&Check, &Table)>> {
        let line = self.report.items.iter().find(|i| i.id.eq_ignore_ascii_case(name));
        let means = |c: &&Check| {
            c.item.eq_ignore_ascii_case(name) || c.id == name || line.is_some_and(|line| line.checks.contains(&c.id))
        };
        let found: Vec<(&Check, &Table)> =
            self.report.checks.iter().filter(means).map(|check| (check, self.rows_of(check))).collect();
        if found.is_empty() {
            let known = self.report.checks.iter().map(|c| c.item.as_str());
            let near = crate::config::problem::nearest(&name.to_uppercase(), known).filter(|h| h.starts_with("did"));
            let hint = near.unwrap_or_else(|| "`cutover checks` lists all of them".to_owned());
            return Err(Ended::error(Exit::NotFound, format!("there is no check or line `{name}`"), hint));
        }
        Ok(found)
    }

    fn rows_of<'a>(&'a self, check: &'a Check) -> &'a Table {
        let file = assemble::result_file(&check.id);
        self.results.iter().find(|r| r.file == file).map_or(&check.rows, |r| &r.table)
    }

    /// Raw file → SHA-256.
    #[must_use]
    pub fn file_hashes(&self) -> BTreeMap<String, String> {
        self.evidence.files().iter().map(|r| (r.file.clone(), r.sha256.clone())).collect()
    }

    /// What is missing or damaged of the sources, as sentences.
    #[must_use]
    pub fn gaps(&self) -> Vec<String> {
        gaps(&self.evidence)
    }
}

/// What the sources' network runs on.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

/// What is missing or damaged of the sources, as sentences.
#[must_use]
pub fn gaps(evidence: &Evidence) -> Vec<String> {
    let whole = evidence.gaps().iter().flat_map(|(source, all)| all.iter().map(move |g| (source.clone(), g)));
    let of_files = evidence
        .files()
        .iter()
        .flat_map(|r| r.ledger.gaps.iter().map(move |g| (format!("{}: {}", r.source, r.file), g)));
    whole.chain(of_files).map(|(place, gap)| format!("{place}: {} ({})", gap.what, gap.hint)).collect()
}

fn no_request(prefix: &str) -> anyhow::Error {
    let hint = "request ids stand in the tables of the packet and in the output of `cutover why`";
    Ended::error(Exit::NotFound, format!("the evidence holds no request id that begins with {prefix}"), hint)
}

fn source_hashes(evidence: &Evidence) -> Vec<SourceHash> {
    let hash = |r: &crate::evidence::FileRecord| SourceHash {
        source: r.source.clone(),
        file: r.file.clone(),
        sha256: r.sha256.clone(),
    };
    evidence.files().iter().map(hash).collect()
}

/// The proposed document edits as one patch.
fn patch(report: &Report) -> Artifact {
    let text: String = report.edits.iter().map(|e| e.diff.as_str()).collect();
    Artifact { path: "docs.patch".to_owned(), bytes: text.into_bytes() }
}

fn json(path: &str, value: &impl serde::Serialize) -> anyhow::Result<Artifact> {
    let mut bytes = serde_json::to_vec(value)?;
    bytes.push(b'\n');
    Ok(Artifact { path: path.to_owned(), bytes })
}
