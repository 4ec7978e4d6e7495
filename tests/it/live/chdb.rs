//! The engine of a recent ClickHouse (chDB) behind a small HTTP server of ours: types and formats that Debian's old
//! server does not have. It cannot be part of a cluster, and knows no users.

use std::process::{Command, Stdio};

use super::clickhouse::post;
use super::http::{answers, send};
use super::process::{Port, Process, installed, missing};
use crate::support::{Scratch, root};

/// The engine on a port of 127.0.0.1; gone when it is dropped.
pub(crate) struct Chdb {
    port: Port,
    _process: Process,
    _folder: Scratch,
}

/// How an answer breaks off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// As servers from 25.11 on do it: the error between marks, then the connection ends.
    Tagged,
    /// As older ones do it: the error's text stands behind the rows, and the answer ends properly.
    Plain,
    /// The connection ends.
    Cut,
}

impl Chdb {
    /// The engine, or nothing where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        let python = installed("CUTOVER_TEST_CHDB", "chdb").map(|venv| venv.join("bin/python3"));
        let has = |python: &std::path::PathBuf| {
            let asked = "import importlib.util, sys; sys.exit(importlib.util.find_spec('chdb') is None)";
            Command::new(python).args(["-c", asked]).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
        };
        let Some(python) = python.filter(has) else {
            missing("chDB (Python)");
            return None;
        };
        let folder = Scratch::empty();
        let port = Port::free();
        let mut command = Command::new(python);
        command
            .arg(root().join("tests/it/live/chdb_shim.py"))
            .arg(port.number.to_string())
            .arg(folder.path().join("data"));
        let ping = format!("http://127.0.0.1:{}/ping", port.number);
        let process = Process::start("chdb", &command, folder.path(), || answers(&ping));
        Some(Chdb { port, _process: process, _folder: folder })
    }

    /// Where its HTTP interface is, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number)
    }

    /// What a statement gives, as text.
    ///
    /// # Panics
    /// When the engine refuses it.
    pub(crate) fn sql(&self, statement: &str) -> String {
        post(&self.url(), statement).unwrap_or_else(|error| panic!("{statement}: {error}"))
    }

    /// Breaks the next answer that is longer than so many bytes, behind them. Orders are kept until they are used.
    pub(crate) fn break_next(&self, how: Break, after: usize) {
        let how = match how {
            Break::Tagged => "tagged",
            Break::Plain => "plain",
            Break::Cut => "cut",
        };
        let url = format!("{}/shim/break?how={how}&after={after}", self.url());
        send(|client| client.post(url)).expect("an answer").is(200);
    }
}
