//! Guesses in, the text of `cutover.toml` out.

use std::fmt::Write;
use std::path::Path;

use super::groups::Group;
use super::guess::{Guess, Stage};
use super::survey::Survey;
use super::{Proposal, Request, relative};
use crate::config::Window;
use crate::tables::schema::TableName;

/// Unknown files that are named.
const NAMED: usize = 12;

/// The configuration.
pub(super) fn configuration(request: &Request, survey: &Survey, stage: &Stage, groups: &[Group]) -> Proposal {
    let mut text = Text { out: String::new(), missing: Vec::new() };
    let _ = writeln!(
        text.out,
        "# Proposed by `cutover init` from {} and the files in {}.\n# Each value says from what it was guessed. Read it \
         once; then run `cutover signoff`.\n",
        relative(&request.runbook, &request.root),
        name_of(&relative(&request.data, &request.root)),
    );
    project(&mut text, stage);
    the_stage(&mut text, stage, &request.runbook, &request.root);
    for group in groups {
        source(&mut text, group);
    }
    let remarks = remarks(survey, groups, &request.root);
    for remark in &remarks {
        let _ = writeln!(text.out, "# {remark}");
    }
    Proposal { toml: text.out, sources: groups.len(), missing: text.missing, remarks }
}

struct Text {
    out: String,
    missing: Vec<String>,
}

impl Text {
    fn comment(&mut self, text: &str) {
        let _ = writeln!(self.out, "# {}", text.replace(['\n', '\r'], " "));
    }

    /// A key with its guess; where there is none, an empty value and what to fill in.
    fn guess<T>(&mut self, key: &str, guess: &Guess<T>, shown: impl Fn(&T) -> String, empty: &str) {
        self.comment(&guess.why);
        let value = guess.value.as_ref().map_or_else(|| empty.to_owned(), shown);
        let _ = writeln!(self.out, "{key} = {value}");
        if guess.value.is_none() {
            self.missing.push(format!("{key}: {}", guess.why));
        }
    }

    fn path(&mut self, key: &str, path: &Path, root: &Path) {
        let _ = writeln!(self.out, "{key} = {}", quoted(&relative(path, root)));
    }
}

fn project(text: &mut Text, stage: &Stage) {
    let _ = writeln!(text.out, "[project]");
    text.guess("name", &stage.project, |name| quoted(name), "\"\"");
    text.comment(
        "Nothing says where the team is; write an IANA zone such as \"Europe/Berlin\" where forms write local times.",
    );
    let _ = writeln!(text.out, "display-zone = \"UTC\"\n");
}

fn the_stage(text: &mut Text, stage: &Stage, runbook: &Path, root: &Path) {
    let _ = writeln!(text.out, "[stage]");
    text.guess("title", &stage.title, |title| quoted(title), "\"\"");
    text.guess("number", &stage.number, u32::to_string, "0");
    text.path("runbook", runbook, root);
    for (key, path) in [("roadmap", &stage.roadmap), ("operations", &stage.operations)] {
        match path {
            Some(path) => text.path(key, path, root),
            None => text.comment(&format!(
                "{key} = \"\" names a document that sign-off updates; there is none beside the runbook."
            )),
        }
    }
    text.comment(&stage.previous.why);
    if let Some(path) = &stage.previous.value {
        text.path("previous", path, root);
    }
    let window = |window: &Window| format!("{{ from = \"{}\", to = \"{}\" }}", window.from, window.to);
    text.guess("baseline", &stage.baseline, window, "{ from = \"\", to = \"\" }");
    text.guess("beta", &stage.beta, window, "{ from = \"\", to = \"\" }");
    text.guess("cohort", &stage.cohort, |cohort| quoted(cohort), "\"\"");
    text.guess("builds", &stage.builds, |builds| list(builds), "[]");
    text.guess("candidate", &stage.candidate, |candidate| quoted(candidate), "\"\"");
    text.guess("platforms", &stage.platforms, |platforms| list(platforms), "[]");
    text.guess("owner", &stage.owner, |owner| quoted(owner), "\"\"");
    let _ = writeln!(text.out);
}

fn source(text: &mut Text, group: &Group) {
    let files = if group.files == 1 { "1 file".to_owned() } else { format!("{} files", group.files) };
    text.comment(&format!("{files}: {}.", group.format));
    let _ = writeln!(text.out, "[[source]]\nname = {}", quoted(&group.name));
    let _ =
        writeln!(text.out, "table = {}\nkind = \"files\"\npaths = {}", quoted(group.table.name()), list(&group.globs));
    if let Some((service, why)) = &group.service {
        let _ = writeln!(text.out, "# The service: {why}.\nservice = {}", quoted(service));
    }
    let _ = writeln!(text.out);
}

/// What the person should know besides: tables without a source, files that nothing reads.
fn remarks(survey: &Survey, groups: &[Group], root: &Path) -> Vec<String> {
    let mut remarks = Vec::new();
    let missing: Vec<&str> = TableName::ALL
        .iter()
        .filter(|table| !groups.iter().any(|g| g.table == **table))
        .map(|table| table.name())
        .collect();
    if !missing.is_empty() {
        let all = missing.join(", ");
        remarks.push(format!("No file gives these tables, so what needs them will be no-data: {all}."));
    }
    let answers = || survey.logs().filter(|log| log.tier() == "server");
    if answers().any(|log| log.users > 0) && answers().all(|log| log.owners == 0) {
        remarks.push(
            "No log says whose data came back, so a tenant leak cannot be excluded: name the field in [source.fields], \
             as owner = \"result.ownerId\"."
                .to_owned(),
        );
    }
    let built = survey.texts(TableName::Deploys, "build");
    if built.is_empty() && !groups.iter().any(|g| g.table == TableName::Crashes) {
        remarks.push(
            "No deployment names a build and nothing gives crash reports: if testers use Expo Go, add distribution = \
             \"expo-go\" below [params] and the candidate's commit to [stage]."
                .to_owned(),
        );
    }
    if !survey.unknown.is_empty() {
        let names: Vec<String> = survey.unknown.iter().take(NAMED).map(|path| relative(path, root)).collect();
        let more = survey.unknown.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        remarks.push(format!("Not used, because nothing reads them: {}{more}.", names.join(", ")));
    }
    remarks
}

fn name_of(folder: &str) -> String {
    if folder.is_empty() { "this folder".to_owned() } else { folder.to_owned() }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(all: &[String]) -> String {
    let quoted: Vec<String> = all.iter().map(|text| quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}
