//! The files that were found in, sources with globs out: days and rotations of one log are one source.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::relative;
use super::survey::{Found, Survey};
use crate::tables::schema::TableName;

/// A source to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) table: TableName,
    pub(super) globs: Vec<String>,
    pub(super) files: usize,
    pub(super) format: &'static str,
    /// The service, and from what it was guessed; logs only.
    pub(super) service: Option<(String, String)>,
}

/// Files that belong together, with the pattern of their names.
struct Bundle<'f> {
    files: Vec<&'f Found>,
    globs: Vec<String>,
}

/// The sources, logs first, in the order of the tables.
pub(super) fn of(survey: &Survey, root: &Path) -> Vec<Group> {
    let Ok(shapes) = Shapes::new() else { return Vec::new() };
    let all: Vec<&PathBuf> = survey.found.iter().map(|f| &f.path).chain(&survey.unknown).collect();
    let mut bundles: BTreeMap<(TableName, &str, PathBuf, String), Bundle<'_>> = BTreeMap::new();
    for found in &survey.found {
        let folder = found.path.parent().unwrap_or(Path::new("")).to_owned();
        let shape = shapes.of(&name_of(&found.path));
        let key = (found.table, found.format, folder, shape.clone());
        let bundle = bundles.entry(key).or_insert_with(|| Bundle { files: Vec::new(), globs: vec![shape] });
        bundle.files.push(found);
    }
    let mut groups: Vec<Group> = Vec::new();
    for ((table, format, folder), bundle) in merged(bundles, &all) {
        let prefix = relative(&folder, root);
        let at = |glob: &String| if prefix.is_empty() { glob.clone() } else { format!("{prefix}/{glob}") };
        let service = (table == TableName::Logs).then(|| service(&bundle, format));
        let base = match &service {
            Some((service, _)) => service.clone(),
            None => usual_name(table, format).to_owned(),
        };
        groups.push(Group {
            name: distinct(&base, &groups),
            table,
            globs: bundle.globs.iter().map(at).collect(),
            files: bundle.files.len(),
            format,
            service,
        });
    }
    groups
}

type Merged<'f> = Vec<((TableName, &'static str, PathBuf), Bundle<'f>)>;

/// Bundles of one format in one folder become one where their names differ by the person or the job: device logs,
/// reports, metrics. Logs of services stay apart, because each is watched by itself.
fn merged<'f>(
    bundles: BTreeMap<(TableName, &'static str, PathBuf, String), Bundle<'f>>,
    all: &[&PathBuf],
) -> Merged<'f> {
    let mut merged: Merged<'f> = Vec::new();
    for ((table, format, folder, _), bundle) in bundles {
        let apart = table == TableName::Logs && format != "a device log";
        let key = (table, format, folder);
        match merged.iter_mut().find(|(held, _)| !apart && *held == key) {
            Some((_, held)) => {
                held.files.extend(bundle.files);
                held.globs.extend(bundle.globs);
            }
            None => merged.push((key, bundle)),
        }
    }
    for ((_, _, folder), bundle) in &mut merged {
        if let (true, Some(wide)) = (bundle.globs.len() > 1, common(&bundle.files))
            && only_these(&wide, folder, &bundle.files, all)
        {
            bundle.globs = vec![wide];
        }
    }
    merged
}

/// `*` and the ending that all names have in common.
fn common(files: &[&Found]) -> Option<String> {
    let names: Vec<String> = files.iter().map(|f| name_of(&f.path)).collect();
    let packed = names.iter().any(|name| name.ends_with(".gz"));
    let endings: Vec<&str> = names.iter().map(|name| name.strip_suffix(".gz").unwrap_or(name)).map(ending).collect();
    let first = *endings.first()?;
    let same = !first.is_empty() && endings.iter().all(|ending| *ending == first);
    same.then(|| format!("*{first}{}", if packed { "*" } else { "" }))
}

/// `.om.txt` of `metrics-2026-05-01.om.txt`, `.log` of `t05-pierre.caron.log`.
fn ending(name: &str) -> &str {
    let known = [".om.txt", ".json.log"].into_iter().find(|known| name.ends_with(known));
    known.map_or_else(|| name.rfind('.').map_or("", |at| &name[at..]), |known| &name[name.len() - known.len()..])
}

/// Whether a glob takes no file of the folder but these.
fn only_these(glob: &str, folder: &Path, files: &[&Found], all: &[&PathBuf]) -> bool {
    let Ok(pattern) = glob::Pattern::new(glob) else { return false };
    let here = all.iter().filter(|path| path.parent() == Some(folder));
    here.filter(|path| pattern.matches(&name_of(path))).all(|path| files.iter().any(|f| f.path == **path))
}

/// The names of files without what changes from day to day.
struct Shapes {
    date: Regex,
    turn: Regex,
}

impl Shapes {
    fn new() -> Result<Self, regex::Error> {
        Ok(Shapes {
            date: Regex::new(r"\d{4}[-_.]?\d{2}[-_.]?\d{2}([-_T]?\d{2}([-_:]?\d{2}){0,2})?")?,
            turn: Regex::new(r"(\.\d{1,3})?(\.gz)?$")?,
        })
    }

    /// `backend-*.log*` of `backend-2026-05-01.log.gz`, and of `backend-2026-05-02.log`; `app.log*` of `app.log.1`.
    fn of(&self, name: &str) -> String {
        let stem = self.turn.replace(name, "");
        let escaped: String = stem.chars().map(|c| if matches!(c, '[' | ']' | '?' | '*') { '?' } else { c }).collect();
        let shape = self.date.replace_all(&escaped, "*").into_owned();
        let rotates = stem != name || shape.contains('*');
        if rotates && !shape.ends_with('*') { format!("{shape}*") } else { shape }
    }
}

fn service(bundle: &Bundle<'_>, format: &str) -> (String, String) {
    let mut named: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (name, why) in bundle.files.iter().filter_map(|f| f.log.as_ref()?.service()) {
        *named.entry((name, why)).or_default() += 1;
    }
    if let Some(((name, why), _)) = named.into_iter().max_by_key(|(_, n)| *n) {
        return (name.to_owned(), why.to_owned());
    }
    if format == "a device log" {
        return (format!("{}-app", super::logs::COHORT), "these are logs of the app on devices".to_owned());
    }
    let glob = bundle.globs.first().map(String::as_str).unwrap_or_default();
    let words: Vec<&str> = glob
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty() && !["log", "json", "access", "txt", "gz"].contains(word))
        .collect();
    let word = if words.is_empty() { "log".to_owned() } else { words.join("-") };
    let name = if format.contains("gateway") && !word.contains("gateway") { format!("gateway-{word}") } else { word };
    (name, "no line names it, so it is named after its files".to_owned())
}

fn usual_name(table: TableName, format: &str) -> &'static str {
    match (table, format) {
        (TableName::Ci, "JUnit reports") => "junit",
        (TableName::Ci, _) => "check-runs",
        (TableName::Deploys, "EAS builds") => "eas-builds",
        (TableName::Deploys, _) => "deployments",
        (TableName::Testers, _) => "roster",
        (TableName::Feedback, "a feedback form") => "form",
        (TableName::Feedback, _) => "screenshots",
        (TableName::Bugs, _) => "issues",
        (TableName::Audit, _) => "audit-events",
        (table, _) => table.name(),
    }
}

fn distinct(base: &str, groups: &[Group]) -> String {
    let taken = |name: &str| groups.iter().any(|g| g.name == name);
    let numbered = (2..).map(|n| format!("{base}-{n}"));
    std::iter::once(base.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_rotations_have_one_shape() {
        let shapes = Shapes::new().expect("they compile");
        for (name, shape) in [
            ("backend-2026-05-01.log.gz", "backend-*.log*"),
            ("backend-2026-05-02.log", "backend-*.log*"),
            ("app.log", "app.log"),
            ("app.log.1", "app.log*"),
            ("app.log.2.gz", "app.log*"),
            ("api-20260501T1200.json.log", "api-*.json.log*"),
            ("probes.jsonl", "probes.jsonl"),
        ] {
            assert_eq!(shapes.of(name), shape, "{name}");
        }
    }
}
