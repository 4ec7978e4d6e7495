//! Scratch copies of the samples, small made-up betas, and running the program on them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use assert_cmd::Command;
use serde_json::Value;

/// A folder with a configuration; gone when it is dropped.
pub(crate) struct Scratch {
    dir: tempfile::TempDir,
}

impl Scratch {
    /// A copy of a committed sample, without what earlier runs left in it.
    pub(crate) fn sample(name: &str) -> Self {
        let scratch = Self::empty();
        copy(&root().join("samples").join(name), scratch.path());
        scratch
    }

    pub(crate) fn empty() -> Self {
        Scratch { dir: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    #[expect(clippy::disallowed_methods, reason = "a test makes its own input")]
    pub(crate) fn write(&self, file: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
        self
    }

    pub(crate) fn read(&self, file: &str) -> Vec<u8> {
        std::fs::read(self.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    pub(crate) fn text(&self, file: &str) -> String {
        String::from_utf8_lossy(&self.read(file)).into_owned()
    }

    pub(crate) fn json(&self, file: &str) -> Value {
        serde_json::from_slice(&self.read(file)).expect("JSON")
    }

    /// Runs `cutover ARGS` in this folder, in an environment that nothing else shapes.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, "")
    }

    /// The same at another time of day.
    pub(crate) fn run_at(&self, now: &str, args: &[&str]) -> Run {
        Run(self.command(args).env("CUTOVER_NOW", now).output().expect("a run"))
    }

    /// The same, with something on stdin.
    pub(crate) fn run_with(&self, args: &[&str], input: impl Into<Vec<u8>>) -> Run {
        Run(self.command(args).write_stdin(input).output().expect("a run"))
    }

    /// `cutover ARGS` in this folder, in an environment that nothing else shapes.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::cargo_bin("cutover").expect("the program");
        command.current_dir(self.path()).env_remove("CUTOVER_KEY").env("NO_COLOR", "1").env("RUST_BACKTRACE", "0");
        command.args(args);
        command
    }
}

/// What a run came to.
pub(crate) struct Run(pub(crate) Output);

impl Run {
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// The run, which must have ended like this.
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "stdout:\n{}\nstderr:\n{}", self.out(), self.err());
        self
    }
}

/// Top of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Packets of the two samples, written once for all tests that only read them. They stand in `packet/`.
pub(crate) static MOBILE_BETA: LazyLock<(Scratch, Run)> = LazyLock::new(|| signed_off("mobile-beta", 0));
pub(crate) static ROLLBACK: LazyLock<(Scratch, Run)> = LazyLock::new(|| signed_off("rollback", 10));

fn signed_off(name: &str, code: i32) -> (Scratch, Run) {
    let scratch = Scratch::sample(name);
    let run = scratch.run(&["signoff", "--out", "packet"]).ends(code);
    (scratch, run)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        if name == "reports" || name == ".cutover" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            std::fs::copy(&path, to.join(name)).expect("a copy");
        }
    }
}

/// Every file below a folder, relative to it.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).expect("below").to_owned());
            }
        }
    }
    found.sort();
    found
}

/// The text of a PDF, or nothing where the reader of Debian's poppler-utils is not installed. CI must have it.
pub(crate) fn pdf_text(path: &Path) -> Option<String> {
    match std::process::Command::new("pdftotext").arg("-layout").arg(path).arg("-").output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(_) if std::env::var_os("CI").is_some() => panic!("CI needs pdftotext (Debian's poppler-utils)"),
        Err(_) => {
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: pdftotext (Debian's poppler-utils) is not installed, so the PDF's text was not read"
            );
            None
        }
    }
}

/// A configuration of a small beta with one log source; more sources can be appended.
pub(crate) const SMALL: &str = r#"[project]
name = "Small"

[stage]
title     = "Mobile internal beta"
number    = 3
runbook   = "RUNBOOK.md"
baseline  = { from = "2026-05-01T00:00:00Z", to = "2026-05-02T00:00:00Z" }
beta      = { from = "2026-05-02T00:00:00Z", to = "2026-05-03T00:00:00Z" }
cohort    = "mobile"
candidate = "7"
owner     = "ada"

[[source]]
name    = "backend"
table   = "logs"
kind    = "files"
paths   = ["backend*.log*"]
service = "api"
"#;

/// A small beta: the configuration, a runbook of one line, and a backend log.
pub(crate) fn small(log: impl AsRef<[u8]>) -> Scratch {
    let scratch = Scratch::empty();
    scratch.write("cutover.toml", SMALL).write("backend.log", log).write(
        "RUNBOOK.md",
        "## Rollback Triggers\n\n| Condition | Action |\n|---|---|\n| Tenant data leak — tester sees another user's data | Remove |\n",
    );
    scratch
}

/// A backend line in the shape of pino-http: one answer of a user's own data.
pub(crate) fn line(at: &str, id: &str) -> String {
    format!(
        r#"{{"level":30,"time":"{at}","req":{{"method":"GET","url":"/api/positions","headers":{{"x-request-id":"{id}","x-client-platform":"ios","x-app-build":"7"}}}},"auth":{{"userId":"usr_1"}},"result":{{"ownerId":"usr_1"}},"res":{{"statusCode":200}},"responseTime":12,"msg":"request completed"}}"#
    )
}

/// The coverage row of a source.
pub(crate) fn coverage<'a>(packet: &'a Value, source: &str) -> &'a Value {
    let rows = packet["coverage"].as_array().expect("coverage");
    rows.iter().find(|r| r["source"] == source).unwrap_or_else(|| panic!("no coverage of {source}"))
}

/// The check with this item name.
pub(crate) fn check<'a>(packet: &'a Value, item: &str) -> &'a Value {
    let rows = packet["checks"].as_array().expect("checks");
    rows.iter().find(|r| r["item"] == item).unwrap_or_else(|| panic!("no check {item}"))
}
