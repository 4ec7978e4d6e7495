//! The runbook's headings and what the files hold in, the stage out: each value with what it was guessed from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::logs::{COHORT, Days};
use super::survey::Survey;
use crate::config::Window;
use crate::runbook::documents::{self, Document};
use crate::runbook::find::normalise;
use crate::runbook::{Runbook, parse};
use crate::sources::files;
use crate::tables::schema::TableName;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// Requests of the cohort that make a day of the beta.
const ENOUGH: u64 = 3;
/// A longer baseline says little about the days before the beta.
const BASELINE_DAYS: i64 = 14;

/// A value and what it was guessed from; no value where nothing says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guess<T> {
    pub(super) value: Option<T>,
    /// From what, or what to fill in; a sentence.
    pub(super) why: String,
}

/// `[project]` and `[stage]`.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) project: Guess<String>,
    pub(super) title: Guess<String>,
    pub(super) number: Guess<u32>,
    pub(super) roadmap: Option<PathBuf>,
    pub(super) operations: Option<PathBuf>,
    pub(super) previous: Guess<PathBuf>,
    pub(super) baseline: Guess<Window>,
    pub(super) beta: Guess<Window>,
    pub(super) cohort: Guess<String>,
    pub(super) builds: Guess<Vec<String>>,
    pub(super) candidate: Guess<String>,
    pub(super) platforms: Guess<Vec<String>>,
    pub(super) owner: Guess<String>,
}

fn known<T>(value: T, why: impl Into<String>) -> Guess<T> {
    Guess { value: Some(value), why: why.into() }
}

fn unknown<T>(why: impl Into<String>) -> Guess<T> {
    Guess { value: None, why: why.into() }
}

/// Guesses the stage.
pub(super) fn stage(path: &Path, text: &str, runbook: &Runbook, survey: &Survey) -> Stage {
    let beside = |name: &str| Some(path.with_file_name(name)).filter(|p| p.is_file());
    let (roadmap, operations) = (beside("ROADMAP.md"), beside("OPERATIONS.md"));
    let (baseline, beta) = windows(survey);
    let (builds, candidate) = builds(survey, beta.value);
    Stage {
        project: project(survey),
        title: title(text, runbook, roadmap.as_deref()),
        number: number(text),
        previous: previous(path, text),
        cohort: known(COHORT.to_owned(), "The apps on the platforms below, against all other clients."),
        platforms: platforms(survey),
        owner: owner(operations.as_deref(), survey),
        roadmap,
        operations,
        baseline,
        beta,
        builds,
        candidate,
    }
}

fn project(survey: &Survey) -> Guess<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for product in survey.texts(TableName::Audit, "product") {
        *counts.entry(product).or_default() += 1;
    }
    match counts.into_iter().max_by_key(|(_, n)| *n) {
        Some((product, _)) => {
            let words: Vec<String> = product.split(['-', '_']).map(capital).collect();
            known(words.join(" "), format!("From the product `{product}` of the audit events."))
        }
        None => known("Staged release".to_owned(), "No file names a product; write its name here."),
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The sign-off line about the roadmap quotes the stage as the roadmap names it; else the document's title.
fn title(text: &str, runbook: &Runbook, roadmap: Option<&Path>) -> Guess<String> {
    let quoted = runbook.lines.iter().filter(|line| line.text.to_lowercase().contains("roadmap"));
    for line in quoted {
        if let Some(title) = line.text.split('"').nth(1).filter(|title| !title.trim().is_empty()) {
            return known(title.trim().to_owned(), format!("From line {} of the runbook, which quotes it.", line.line));
        }
    }
    let Some(heading) = text.lines().find_map(|line| line.strip_prefix("# ")) else {
        return unknown("The runbook has no title; write the stage's name as the roadmap has it.");
    };
    let bare = heading.split('(').next().unwrap_or(heading).replace("Checklist", "").replace("Runbook", "");
    let bare = bare.trim().to_owned();
    let tasks = roadmap.and_then(|path| files::document(path).ok()).map(|text| parse::parse(&text).lines);
    let named = tasks.into_iter().flatten().find(|line| normalise(&line.text) == normalise(&bare));
    match named {
        Some(line) => known(line.text, "From the runbook's title, as the roadmap writes it."),
        None => known(bare, "From the runbook's title; write it as the roadmap has it."),
    }
}

/// `Stage 3`, from the first heading that says so, else from the text.
fn number(text: &str) -> Guess<u32> {
    let in_line = |line: &str| {
        let lower = line.to_lowercase();
        let at = lower.find("stage ")? + "stage ".len();
        lower[at..].chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u32>().ok()
    };
    let headings = text.lines().filter(|line| line.starts_with("# ")).find_map(in_line);
    match headings {
        Some(n) => known(n, "From the runbook's title."),
        None => match text.lines().find_map(in_line) {
            Some(n) => known(n, "From the first stage that the runbook names."),
            None => unknown("The runbook names no stage; write its number."),
        },
    }
}

/// The other checklist that the runbook refers to.
fn previous(path: &Path, text: &str) -> Guess<PathBuf> {
    let own = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let named = text.split(|c: char| c.is_whitespace() || matches!(c, '`' | '(' | ')' | '"' | '[' | ']' | ',' | ':'));
    for word in named.filter(|word| word.ends_with(".md")) {
        let name = word.rsplit('/').next().unwrap_or(word);
        let other = path.with_file_name(name);
        if ![own.as_str(), "ROADMAP.md", "OPERATIONS.md", "README.md"].contains(&name) && other.is_file() {
            return known(other, "The runbook refers to it.");
        }
    }
    unknown("The runbook refers to no other checklist; name that of the stage before, else its lines are no-data.")
}

/// The beta begins on the day of the cohort's first request; what the logs hold before it is the baseline.
fn windows(survey: &Survey) -> (Guess<Window>, Guess<Window>) {
    let days = survey.logs().fold(Days::default(), |days, log| days.and(&log.days));
    let cohort = survey.logs().fold(Days::default(), |days, log| days.and(&log.cohort));
    let cohort = cohort.ends(ENOUGH).map(|(first, _)| first);
    let Some((first, last)) = days.ends(u64::MAX) else {
        let why = "No server's log with times was found; write the days, as { from = \"2026-08-03T00:00:00Z\", to = \"2026-08-09T00:00:00Z\" }.";
        return (unknown(why), unknown(why));
    };
    let day = |ms: i64| ms.div_euclid(DAY) * DAY;
    let end = day(last) + DAY;
    let span = |from: i64, to: i64| Window::from_millis(from, to).filter(|_| from < to);
    let Some(cohort) = cohort else {
        let why = format!(
            "No log names a request of the cohort; the logs hold {} to {}. Write the days of the beta.",
            at(first),
            at(last)
        );
        return (unknown(why.clone()), unknown(why));
    };
    let begin = day(cohort);
    let from = day(first).max(begin - BASELINE_DAYS * DAY);
    let beta = Guess {
        value: span(begin, end),
        why: format!(
            "From the day of the cohort's first request ({}) to the end of the day of the last line ({}); half-open, UTC.",
            at(cohort),
            at(last)
        ),
    };
    let baseline = Guess {
        value: span(from, begin),
        why: if from < begin {
            format!(
                "What the logs hold before the beta, at most {BASELINE_DAYS} days; the first line is of {}.",
                at(first)
            )
        } else {
            "The logs hold nothing before the beta; write the days with which it is to be compared.".to_owned()
        },
    };
    (baseline, beta)
}

fn at(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |t| t.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// Builds that were deployed, in order, and the one that was deployed last; else those that the logs name.
fn builds(survey: &Survey, beta: Option<Window>) -> (Guess<Vec<String>>, Guess<String>) {
    let mut deployed: Vec<(i64, String)> = Vec::new();
    for table in survey.rows.get(&TableName::Deploys).into_iter().flatten() {
        for row in 0..table.rows.len() {
            let (Some(build), Some(ts)) = (table.cell(row, "build").as_text(), table.cell(row, "ts").as_int()) else {
                continue;
            };
            if table.cell(row, "state").as_text() == Some("success") && beta.is_none_or(|w| ts < w.to_ms()) {
                deployed.push((ts, build.to_owned()));
            }
        }
    }
    deployed.sort();
    let mut seen: BTreeMap<&str, i64> = BTreeMap::new();
    for (build, first) in survey.logs().flat_map(|log| &log.builds) {
        let held = seen.entry(build.as_str()).or_insert(*first);
        *held = (*held).min(*first);
    }
    if let Some((_, candidate)) = deployed.last().cloned() {
        let mut builds: Vec<String> = Vec::new();
        for (_, build) in deployed {
            let used = seen.is_empty() || seen.contains_key(build.as_str()) || build == candidate;
            if used && !builds.contains(&build) {
                builds.push(build);
            }
        }
        return (
            known(builds, "Deployed successfully, and named by the cohort's requests."),
            known(candidate, "The build that was deployed last."),
        );
    }
    let mut builds: Vec<(i64, &str)> = seen.into_iter().map(|(build, first)| (first, build)).collect();
    builds.sort_unstable();
    let all: Vec<String> = builds.iter().map(|(_, build)| (*build).to_owned()).collect();
    match all.last().cloned() {
        Some(last) => (
            known(all, "Named by the cohort's requests; no deployment names a build."),
            known(last, "The build that the cohort used last; no deployment names a build."),
        ),
        None => (
            unknown("Neither deployments nor logs name a build; write all that testers may have used."),
            unknown("Neither deployments nor logs name a build; write the one that is to be signed off."),
        ),
    }
}

fn platforms(survey: &Survey) -> Guess<Vec<String>> {
    if !survey.platforms.is_empty() {
        return known(survey.platforms.clone(), "From the roster.");
    }
    let mut seen: Vec<String> = survey.logs().flat_map(|log| log.platforms.keys().cloned()).collect();
    seen.sort();
    seen.dedup();
    if seen.is_empty() {
        return unknown("Neither a roster nor a log names a platform; write for example [\"ios\", \"android\"].");
    }
    known(seen, "From the requests; there is no roster.")
}

/// The operations document names a handle; else whoever attests without being a tester.
fn owner(operations: Option<&Path>, survey: &Survey) -> Guess<String> {
    if let Some(path) = operations {
        let document = Document { name: "OPERATIONS.md".to_owned(), text: files::document(path).ok() };
        let fact = documents::operations_owner(&document);
        let handle = fact.says.split('`').nth(1).map(str::trim).filter(|handle| !handle.is_empty());
        if let (Some(true), Some(handle)) = (fact.holds, handle) {
            let why = format!("From OPERATIONS.md, line {}, which names the rollback owner.", fact.line);
            return known(handle.to_owned(), why);
        }
    }
    let testers: Vec<String> = ["tester", "handle"].iter().flat_map(|c| survey.texts(TableName::Testers, c)).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for by in survey.texts(TableName::Attestations, "by") {
        if !testers.iter().any(|tester| tester.eq_ignore_ascii_case(&by)) {
            *counts.entry(by).or_default() += 1;
        }
    }
    match counts.into_iter().max_by_key(|(_, n)| *n) {
        Some((by, _)) => known(by, "Attests lines and is not on the roster."),
        None => unknown("No document names the rollback owner; write the handle with which the owner attests."),
    }
}
