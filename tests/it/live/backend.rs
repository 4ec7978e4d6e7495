//! The backend under watch: a real Node service with express, pino-http, prom-client and Socket.IO.

use std::path::PathBuf;
use std::process::Command;

use super::http::answers;
use super::process::{Port, Process, installed, missing, needed};
use crate::support::{Scratch, root};

/// The service (tests/it/live/backend/server.js) on a port of 127.0.0.1; gone when it is dropped. It answers
/// `/health/live`, `/api/feature-flags`, `/api/me/profile` (with the token `good`), `/api/boom` (500) and `/metrics`,
/// and sends `price_update` to clients of the Socket.IO namespace `/trading` that show the token `good`.
pub(crate) struct Backend {
    port: Port,
    process: Process,
    folder: Scratch,
}

impl Backend {
    /// The service, or nothing where Node or its packages are not installed.
    pub(crate) fn start() -> Option<Self> {
        let (node, modules) = (needed("node")?, modules()?);
        let folder = Scratch::empty();
        let port = Port::free();
        let mut command = Command::new(node);
        command
            .arg(root().join("tests/it/live/backend/server.js"))
            .env("NODE_PATH", modules)
            .env("PORT", port.number.to_string())
            .env("LOG", folder.path().join("backend.jsonl"));
        let metrics = format!("http://127.0.0.1:{}/metrics", port.number);
        let process = Process::start("backend", &command, folder.path(), || answers(&metrics));
        Some(Backend { port, process, folder })
    }

    /// `HOST:PORT`, as a scrape target or an upstream is named.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port.number)
    }

    /// pino's lines so far.
    pub(crate) fn log(&self) -> String {
        self.folder.text("backend.jsonl")
    }

    /// Ends it, as when its machine is lost.
    pub(crate) fn stop(&mut self) {
        self.process.stop();
    }
}

/// The folder of the packages that backend/package-lock.json lists, or nothing where they are not installed.
pub(super) fn modules() -> Option<PathBuf> {
    let found = installed("CUTOVER_TEST_NODE", "node").map(|folder| folder.join("node_modules"));
    let found = found.filter(|modules| modules.join("socket.io").is_dir());
    if found.is_none() {
        missing("the Node backend's packages");
    }
    found
}
