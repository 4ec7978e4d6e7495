//! The file as written in, a `RunPlan` out: names resolved, times read, folders made absolute; each mistake underlined.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::problem::{ConfigError, nearest};
use super::{Docs, Increment, Overrides, Param, Params, PlannedDrill, Project, RunPlan, Stage, Waiver, Window, file};

/// Reads and settles the configuration.
///
/// # Errors
/// The first mistake, with its place and a hint.
pub fn load(path: &Path, overrides: &Overrides) -> Result<RunPlan, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let hint = "name another file with --config, or see the README for a first configuration";
        ConfigError::whole(path, format!("the configuration cannot be read: {error}"), hint)
    })?;
    read(path, &text, overrides)
}

/// Settles the text of a configuration that stands, or will stand, at `path`.
///
/// # Errors
/// The first mistake, with its place and a hint.
pub fn read(path: &Path, text: &str, overrides: &Overrides) -> Result<RunPlan, ConfigError> {
    let file: file::File = toml::from_str(text).map_err(|error| ConfigError::from_toml(path, text, &error))?;
    Settling { path, text, variables: RefCell::default() }.settle(file, overrides)
}

pub(super) struct Settling<'a> {
    path: &'a Path,
    text: &'a str,
    /// Environment variables that the file names for secrets.
    pub(super) variables: RefCell<BTreeSet<String>>,
}

impl Settling<'_> {
    fn settle(&self, file: file::File, overrides: &Overrides) -> Result<RunPlan, ConfigError> {
        let root = root_of(self.path);
        let mut warnings = Vec::new();
        if file.engine.is_some() {
            warnings.push("[engine] is not used by this version".to_owned());
        }
        let zone_name = file.project.display_zone.as_ref().map_or("UTC", |z| z.get_ref().as_str()).to_owned();
        let zone = match &file.project.display_zone {
            Some(name) => self.zone(name)?,
            None => TimeZone::UTC,
        };
        let mut stage = self.stage(file.stage, &root, &mut warnings)?;
        if let Some(window) = replaced(stage.beta, overrides) {
            stage.beta = window;
        }
        let names: Vec<Spanned<String>> = file.source.iter().map(|s| s.name.clone()).collect();
        self.distinct(&names, "source")?;
        let targets: Vec<Spanned<String>> = file.deliver.iter().map(|d| d.get_ref().name.clone()).collect();
        self.distinct(&targets, "target")?;
        let sources = file.source.into_iter().map(|s| self.source(s, &root)).collect::<Result<_, _>>()?;
        Ok(RunPlan {
            config_sha256: crate::ingest::lines::hex(&Sha256::digest(self.text.as_bytes())),
            project: Project { name: file.project.name, zone, zone_name },
            stage,
            sources,
            drills: file.drill.iter().map(|d| self.drill(d)).collect::<Result<_, _>>()?,
            params: self.params(file.params, &mut warnings)?,
            waivers: file.waiver.into_iter().map(|w| self.waiver(w)).collect::<Result<_, _>>()?,
            deliver: file.deliver.into_iter().map(|d| self.target(d, &root)).collect::<Result<_, _>>()?,
            probes: self.probes(file.probe, &root)?,
            lines: file.line.into_iter().map(|l| self.line(l)).collect::<Result<_, _>>()?,
            increments: self.increments(&file.increment)?,
            docs: docs(file.docs),
            queries_dir: file.queries.map(|f| root.join(f.dir)),
            evidence_dir: root.join(file.evidence.map_or_else(|| ".cutover".to_owned(), |f| f.dir)),
            output_dir: root.join(file.output.map_or_else(|| "reports".to_owned(), |f| f.dir)),
            variables: self.variables.take(),
            as_of: overrides.as_of,
            warnings,
            root,
        })
    }

    pub(super) fn at(&self, span: Range<usize>, message: String, hint: impl Into<Option<String>>) -> ConfigError {
        ConfigError::at(self.path, self.text, span, message, hint.into())
    }

    fn stage(&self, stage: file::Stage, root: &Path, warnings: &mut Vec<String>) -> Result<Stage, ConfigError> {
        let runbook = root.join(stage.runbook.get_ref());
        if !runbook.is_file() {
            let hint = "the runbook is the Markdown checklist; its path starts at this file's folder".to_owned();
            return Err(self.at(stage.runbook.span(), format!("there is no runbook at {}", runbook.display()), hint));
        }
        let mut optional = |name: &str, path: Option<Spanned<String>>| {
            let path = root.join(path?.into_inner());
            if !path.is_file() {
                warnings.push(format!("stage.{name}: there is no file {}", path.display()));
            }
            Some(path)
        };
        if !stage.builds.is_empty() && !stage.builds.contains(stage.candidate.get_ref()) {
            let hint = format!("stage.builds names {}", stage.builds.join(", "));
            let message = format!("the candidate `{}` is not among the builds", stage.candidate.get_ref());
            return Err(self.at(stage.candidate.span(), message, hint));
        }
        let candidate = stage.candidate.into_inner();
        Ok(Stage {
            title: stage.title,
            number: stage.number,
            runbook,
            roadmap: optional("roadmap", stage.roadmap),
            operations: optional("operations", stage.operations),
            previous: optional("previous", stage.previous),
            baseline: self.window(&stage.baseline)?,
            beta: self.window(&stage.beta)?,
            cohort: stage.cohort,
            builds: if stage.builds.is_empty() { vec![candidate.clone()] } else { stage.builds },
            candidate,
            platforms: stage.platforms,
            owner: stage.owner,
            carry_over: stage.carry_over.unwrap_or(true),
            commit: stage.commit.map(|commit| commit.trim().to_owned()).filter(|commit| !commit.is_empty()),
        })
    }

    fn distinct(&self, names: &[Spanned<String>], what: &str) -> Result<(), ConfigError> {
        for (at, name) in names.iter().enumerate() {
            if names[..at].iter().any(|n| n.get_ref() == name.get_ref()) {
                let hint = format!("give each {what} a name of its own");
                return Err(self.at(name.span(), format!("two {what}s are called `{}`", name.get_ref()), hint));
            }
        }
        Ok(())
    }

    fn params(
        &self,
        given: std::collections::BTreeMap<Spanned<String>, Spanned<toml::Value>>,
        warnings: &mut Vec<String>,
    ) -> Result<Params, ConfigError> {
        let mut params = Params::defaults();
        for (name, value) in given {
            let key = name.get_ref();
            if !Params::known().any(|known| known == key)
                && let Some(hint) = nearest(key, Params::known()).filter(|h| h.starts_with("did"))
            {
                warnings.push(format!("params.{key} is used by no built-in check; {hint}"));
            }
            let span = value.span();
            if key == "distribution"
                && !value.get_ref().as_str().is_some_and(|way| ["", "expo-go", "native"].contains(&way))
            {
                let hint = nearest(value.get_ref().as_str().unwrap_or_default(), ["expo-go", "native"].into_iter());
                return Err(self.at(span, "testers do not get the app in this way".to_owned(), hint));
            }
            let value = param(value.into_inner()).ok_or_else(|| {
                self.at(span.clone(), format!("`{key}` takes a number, a text or a list of texts"), None)
            })?;
            params.set(key, value).map_err(|want| self.at(span, format!("`{key}` takes {want}"), None))?;
        }
        Ok(params)
    }

    fn waiver(&self, waiver: file::Waiver) -> Result<Waiver, ConfigError> {
        let until: Date = plain(waiver.until.get_ref()).parse().map_err(|_| {
            self.at(waiver.until.span(), "not a date".to_owned(), "write it as \"2026-09-01\"".to_owned())
        })?;
        for (text, what) in [(&waiver.item, "item"), (&waiver.by, "by"), (&waiver.reason, "reason")] {
            if text.get_ref().trim().is_empty() {
                let hint = "a waiver is a named person's decision about one item, with its reason".to_owned();
                return Err(self.at(text.span(), format!("a waiver needs `{what}`"), hint));
            }
        }
        let text = |text: Spanned<String>| text.into_inner().trim().to_owned();
        Ok(Waiver { item: text(waiver.item), by: text(waiver.by), until, reason: text(waiver.reason) })
    }

    fn drill(&self, drill: &file::Drill) -> Result<PlannedDrill, ConfigError> {
        let window = Window { from: self.time(&drill.from)?, to: self.time(&drill.to)? };
        self.forward(window, drill.to.span())?;
        Ok(PlannedDrill { title: drill.title.clone(), window })
    }

    fn increments(&self, given: &[file::Increment]) -> Result<Vec<Increment>, ConfigError> {
        let one = |step: &file::Increment| {
            let percent = step.percent.map(|percent| format!("{percent} %"));
            let at = self.time(&step.at)?;
            Ok(Increment { title: step.title.clone().or(percent).unwrap_or_else(|| at.to_string()), at })
        };
        let mut all = given.iter().map(one).collect::<Result<Vec<_>, ConfigError>>()?;
        all.sort_by_key(|step| step.at);
        Ok(all)
    }

    fn window(&self, span: &Spanned<file::Span>) -> Result<Window, ConfigError> {
        let window = Window { from: self.time(&span.get_ref().from)?, to: self.time(&span.get_ref().to)? };
        self.forward(window, span.get_ref().to.span())?;
        Ok(window)
    }

    fn forward(&self, window: Window, span: Range<usize>) -> Result<(), ConfigError> {
        if window.from < window.to {
            return Ok(());
        }
        Err(self.at(
            span,
            "the window ends before it begins".to_owned(),
            "`to` is the first moment after it".to_owned(),
        ))
    }

    pub(super) fn time(&self, value: &Spanned<toml::Value>) -> Result<Timestamp, ConfigError> {
        plain(value.get_ref()).parse().map_err(|_| {
            let hint = "write it with its offset, as \"2026-08-03T00:00:00Z\"".to_owned();
            self.at(value.span(), "not a time".to_owned(), hint)
        })
    }

    pub(super) fn zone(&self, name: &Spanned<String>) -> Result<TimeZone, ConfigError> {
        TimeZone::get(name.get_ref()).map_err(|_| {
            let hint = "use a name of the IANA time zone database, as \"Europe/Berlin\" or \"UTC\"".to_owned();
            self.at(name.span(), format!("unknown time zone `{}`", name.get_ref()), hint)
        })
    }

    pub(super) fn duration(&self, text: &Spanned<String>) -> Result<i64, ConfigError> {
        let wrong =
            || self.at(text.span(), "not a duration".to_owned(), "write it as \"90s\", \"15m\" or \"1h\"".to_owned());
        let value = text.get_ref();
        let (number, unit) = value.split_at(value.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?);
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return Err(wrong()),
        };
        number.parse::<i64>().ok().filter(|n| *n > 0).map(|n| n * seconds).ok_or_else(wrong)
    }
}

fn docs(given: Option<file::Docs>) -> Docs {
    let (stages, gaps) = given.map_or((None, None), |docs| (docs.stages, docs.gaps));
    let or = |text: Option<String>, default: &str| text.unwrap_or_else(|| default.to_owned());
    Docs { stages: or(stages, "Staged Cutover"), gaps: or(gaps, "Resolved Gap Log") }
}

/// A TOML value as text: a string as it is, a date or time as TOML writes it.
fn plain(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn param(value: toml::Value) -> Option<Param> {
    Some(match value {
        toml::Value::Integer(n) => Param::Int(n),
        toml::Value::Float(x) => Param::Float(x),
        toml::Value::String(text) => Param::Text(text),
        toml::Value::Array(all) => {
            Param::List(all.into_iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

fn root_of(path: &Path) -> PathBuf {
    path.parent().filter(|p| !p.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned)
}

fn replaced(beta: Window, overrides: &Overrides) -> Option<Window> {
    if overrides.from.is_none() && overrides.to.is_none() {
        return None;
    }
    let window = Window { from: overrides.from.unwrap_or(beta.from), to: overrides.to.unwrap_or(beta.to) };
    (window.from < window.to).then_some(window)
}
