//! A made-up beta that grows from Monday to Monday, its two targets, and the program run on it at a set time.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use assert_cmd::cargo::CommandCargoExt;
use flate2::Compression;
use serde_json::Value;

use crate::delivery::http_server::{Server, Taken, status};
use crate::support::{Run, Scratch};
use crate::worldgen::clock::{DAY, HOUR, iso_seconds};
use crate::worldgen::scenarios::quarter::Weeks;
use crate::worldgen::truth::World;
use crate::worldgen::write::{Content, Files, save};
use crate::worldgen::{self};

const TARGETS: &str = "\n[[deliver]]\nname = \"share\"\nkind = \"folder\"\npath = \"share\"\n\n[[deliver]]\n\
    name = \"hook\"\nkind = \"webhook\"\nurl = { env = \"HOOK\" }\ntimeout = \"5s\"\nretry-for = \"8s\"\n";

pub(super) struct Beta<'s> {
    pub(super) scratch: Scratch,
    world: World<'s>,
    weeks: &'s Weeks,
    /// What stands on the disk.
    held: Files,
    server: Server,
    pub(super) hook_is_down: bool,
    /// Every delivery of every run: target, key, what became of it.
    pub(super) deliveries: Vec<(String, String, String)>,
}

impl<'s> Beta<'s> {
    pub(super) fn new(world: World<'s>, weeks: &'s Weeks) -> Self {
        Beta {
            scratch: Scratch::empty(),
            world,
            weeks,
            held: Files::default(),
            // The first message is refused once.
            server: Server::start(vec![status("503 Service Unavailable")]),
            hook_is_down: false,
            deliveries: Vec::new(),
        }
    }

    /// Six o'clock UTC on the Monday after week `n` (from 0), RFC 3339.
    pub(super) fn monday(&self, n: i64) -> String {
        iso_seconds(self.time(n))
    }

    fn time(&self, n: i64) -> i64 {
        worldgen::clock::parse(self.weeks.begins).expect("a time") + 7 * (n + 1) * DAY + 6 * HOUR
    }

    /// Puts the sources as they stand on the Monday after week `n`: new files come, grown ones are replaced, and the
    /// plain file of the day before goes when it has been rotated.
    pub(super) fn arrive(&mut self, n: i64) {
        self.world.until = self.time(n);
        let mut files = worldgen::files(&self.world).expect("a world");
        if let Some(Content::Text(text)) = files.0.get_mut("cutover.toml") {
            text.push_str(TARGETS);
        }
        for (path, content) in &files.0 {
            if self.held.0.get(path) != Some(content) {
                save(&self.scratch.path().join(path), content, Compression::fast()).expect("a file");
            }
        }
        for path in self.held.0.keys().filter(|path| !files.0.contains_key(*path)) {
            std::fs::remove_file(self.scratch.path().join(path)).expect("it was there");
        }
        self.held = files;
    }

    /// `cutover weekly` on the Monday after week `n`, started.
    pub(super) fn start(&self, n: i64) -> Child {
        let mut command = std::process::Command::cargo_bin("cutover").expect("the program");
        let hook = if self.hook_is_down { nobody_listens() } else { self.server.url() };
        command.args(["weekly", "--status-file", "status.json"]).current_dir(self.scratch.path());
        command.env_remove("CUTOVER_KEY").env("NO_COLOR", "1").env("HOOK", hook).env("CUTOVER_NOW", self.monday(n));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a run")
    }

    /// The same, run to its end, which must be this one.
    pub(super) fn run(&mut self, n: i64, code: i32) -> Run {
        let run = Run(self.start(n).wait_with_output().expect("an end")).ends(code);
        self.note(n, code);
        run
    }

    /// Takes what the status file says of the last run.
    pub(super) fn note(&mut self, n: i64, code: i32) {
        let status = self.scratch.json("status.json");
        assert_eq!(status["exit"], code);
        assert_eq!(status["started_at"], self.monday(n));
        for delivery in [&status["delivered"], &status["failed"]].into_iter().flat_map(Value::as_array).flatten() {
            let text = |name: &str| delivery[name].as_str().unwrap_or_default().to_owned();
            self.deliveries.push((text("target"), text("key"), text("state")));
        }
    }

    /// Name of week `n`, such as 2026-W41.
    pub(super) fn name(&self, n: i64) -> String {
        let date = jiff::Timestamp::from_millisecond(self.time(n) - 2 * DAY).expect("a time");
        let week = date.to_zoned(jiff::tz::TimeZone::UTC).date().iso_week_date();
        format!("{}-W{:02}", week.year(), week.week())
    }

    /// Folder of the summary of week `n`, below the scratch folder.
    pub(super) fn folder(&self, n: i64) -> String {
        format!("reports/weekly-3-{}", worldgen::clock::date(self.time(n) - DAY))
    }

    pub(super) fn summary(&self, n: i64) -> Value {
        self.scratch.json(&format!("{}/weekly.json", self.folder(n)))
    }

    /// Every file of the summary of week `n` and its bytes.
    pub(super) fn bytes(&self, n: i64) -> Vec<(PathBuf, Vec<u8>)> {
        let folder = self.folder(n);
        let files = crate::support::files(&self.scratch.path().join(&folder));
        files.into_iter().map(|f| (f.clone(), self.scratch.read(&format!("{folder}/{}", f.display())))).collect()
    }

    pub(super) fn taken(&self) -> Vec<Taken> {
        self.server.taken()
    }
}

/// An address on loopback where nobody listens.
fn nobody_listens() -> String {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
    format!("http://127.0.0.1:{port}/services/gone")
}
