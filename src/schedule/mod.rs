//! When and how a run should start in, ready files for what starts it out; pure.

mod azure;
mod cron;
mod github;
mod kubernetes;
mod quote;
mod systemd;
mod utc;

use std::path::{Path, PathBuf};

use jiff::civil::{Time, Weekday};

use crate::config::RunPlan;
use crate::exit::{Ended, Exit};

/// What starts the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    Systemd,
    Cron,
    Github,
    Azure,
    Kubernetes,
}

impl Platform {
    /// All, in the order in which they are offered.
    pub const ALL: [Platform; 5] =
        [Platform::Systemd, Platform::Cron, Platform::Github, Platform::Azure, Platform::Kubernetes];

    /// The platform of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.word() == word)
    }

    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Platform::Systemd => "systemd",
            Platform::Cron => "cron",
            Platform::Github => "github",
            Platform::Azure => "azure",
            Platform::Kubernetes => "kubernetes",
        }
    }

    /// Whether it runs on the machine that the files are made on, where paths are absolute.
    #[must_use]
    pub fn is_here(self) -> bool {
        matches!(self, Platform::Systemd | Platform::Cron)
    }
}

/// Which run is started, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// `cutover weekly`, on this day of the week.
    Weekly(Weekday),
    /// `cutover signoff --as-of now`: a fired trigger goes out at once.
    Daily,
}

/// What the files are made from.
#[derive(Debug)]
pub struct Request<'a> {
    pub plan: &'a RunPlan,
    pub when: When,
    /// In the display zone.
    pub at: Time,
    /// The program, as the platform finds it.
    pub binary: String,
    /// The configuration, as the platform finds it.
    pub config: PathBuf,
    /// The container image, for Kubernetes.
    pub image: String,
    /// A year whose clock changes the remarks tell.
    pub year: i16,
}

/// A file to be put where its first lines say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub text: String,
}

/// The files of a platform.
///
/// # Errors
/// `Exit::Usage` where a path holds what the platform cannot take.
pub fn files(platform: Platform, request: &Request<'_>) -> anyhow::Result<Vec<File>> {
    let config = request.config.display().to_string();
    let folders = [&request.plan.evidence_dir, &request.plan.output_dir].map(|path| request.place(path));
    let texts = [&request.binary, &config, &request.image, &folders[0], &folders[1]];
    for text in texts {
        if text.is_empty() || text.chars().any(char::is_control) {
            let hint = "name a path without line breaks and other control characters";
            return Err(Ended::error(Exit::Usage, format!("{text:?} cannot stand in a scheduler's file"), hint));
        }
    }
    let forbidden: &[&str] = match platform {
        Platform::Github => &["${{"],
        Platform::Azure => &["${{", "$(", "$["],
        Platform::Systemd | Platform::Cron | Platform::Kubernetes => &[],
    };
    if let Some(sign) = forbidden.iter().find(|sign| texts.iter().any(|text| text.contains(**sign))) {
        let message = format!("a path with `{sign}` would be read as an expression by {}", platform.word());
        return Err(Ended::error(Exit::Usage, message, "rename the file or the folder"));
    }
    Ok(match platform {
        Platform::Systemd => systemd::files(request),
        Platform::Cron => vec![cron::file(request)],
        Platform::Github => vec![github::file(request)],
        Platform::Azure => vec![azure::file(request)],
        Platform::Kubernetes => vec![kubernetes::file(request)],
    })
}

/// The files as one text: one file as it is, more of them each below a line with its name.
#[must_use]
pub fn together(files: &[File]) -> String {
    match files {
        [one] => one.text.clone(),
        many => many.iter().map(|f| format!("# ---- {} ----\n{}\n", f.name, f.text)).collect(),
    }
}

impl Request<'_> {
    /// `cutover-weekly` or `cutover-daily`.
    fn name(&self) -> String {
        format!("cutover-{}", self.word())
    }

    fn word(&self) -> &'static str {
        match self.when {
            When::Weekly(_) => "weekly",
            When::Daily => "daily",
        }
    }

    /// What it is for, in a few words.
    fn title(&self) -> String {
        match self.when {
            When::Weekly(_) => "Weekly summary of the staged release".to_owned(),
            When::Daily => {
                "Daily judgement of the staged release; a fired rollback trigger goes out at once".to_owned()
            }
        }
    }

    /// The words of the command behind the program and before its paths.
    fn words(&self) -> &'static str {
        match self.when {
            When::Weekly(_) => "weekly --quiet",
            When::Daily => "signoff --as-of now --quiet",
        }
    }

    /// Where the run says how it ended, beside the configuration.
    fn status_file(&self) -> String {
        let file = format!("cutover-status-{}.json", self.word());
        match self.config.parent().filter(|p| !p.as_os_str().is_empty()) {
            Some(folder) => folder.join(file).display().to_string(),
            None => file,
        }
    }

    /// The folder of the configuration, as the platform finds it.
    fn folder(&self) -> String {
        let folder = self.config.parent().filter(|p| !p.as_os_str().is_empty());
        folder.map_or_else(|| ".".to_owned(), |p| p.display().to_string())
    }

    /// A folder of the plan, as the platform finds it.
    fn place(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.plan.root).unwrap_or(path);
        let folder = self.folder();
        let folder = if folder == "." { PathBuf::new() } else { PathBuf::from(folder) };
        folder.join(inside).display().to_string()
    }

    /// Environment variables that hold the secrets of sources, probes and targets, sorted; the key of pseudonyms is
    /// always among them.
    fn variables(&self) -> Vec<String> {
        let mut names = self.plan.variables.clone();
        names.insert("CUTOVER_KEY".to_owned());
        names.into_iter().collect()
    }

    /// The five fields of cron, in the display zone.
    fn cron_fields(&self) -> String {
        cron_fields(self.when, self.at)
    }
}

/// Minute, hour, day, month and day of the week (0 is Sunday).
fn cron_fields(when: When, at: Time) -> String {
    let day = match when {
        When::Weekly(day) => day.to_sunday_zero_offset().to_string(),
        When::Daily => "*".to_owned(),
    };
    format!("{} {} * * {day}", at.minute(), at.hour())
}
