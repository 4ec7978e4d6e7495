//! A program that a test starts, waits for, and stops by its own process; and free ports for it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{LazyLock, Mutex, mpsc};
use std::time::{Duration, Instant};

/// The longest that a server may take until it answers, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program. It ends with this value, and at the latest with the test's process.
pub(crate) struct Process {
    name: &'static str,
    command: Command,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program, with what it says in `folder/NAME.log`, and waits until `ready` says so.
    ///
    /// # Panics
    /// When the program ends by itself or is not ready in time; the message has the end of its log.
    pub(crate) fn start(name: &'static str, command: &Command, folder: &Path, ready: impl Fn() -> bool) -> Self {
        let log = folder.join(format!("{name}.log"));
        let mut command = bound_to_us(command);
        let child = spawn(&mut command, &log);
        let mut process = Process { name, command, child, log };
        process.wait_for(ready);
        process
    }

    /// Ends the program as a power cut would, and waits until it is gone.
    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts the same program once more, after [`Process::stop`].
    pub(crate) fn restart(&mut self, ready: impl Fn() -> bool) {
        self.stop();
        self.child = spawn(&mut self.command, &self.log);
        self.wait_for(ready);
    }

    /// What the program has said on its output.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    fn wait_for(&mut self, ready: impl Fn() -> bool) {
        let began = Instant::now();
        while !ready() {
            let ended = self.child.try_wait().expect("its state");
            let late = began.elapsed() > PATIENCE;
            assert!(ended.is_none() && !late, "{} is not ready ({ended:?}):\n{}", self.name, tail(&self.log()));
            std::thread::sleep(Duration::from_millis(30));
        }
        let ended = self.child.try_wait().expect("its state");
        assert!(ended.is_none(), "another server answers in place of {}:\n{}", self.name, tail(&self.log()));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

fn tail(log: &str) -> &str {
    let start = log.len().saturating_sub(2_000);
    log.get((start..log.len()).find(|at| log.is_char_boundary(*at)).unwrap_or(log.len())..).unwrap_or_default()
}

/// The same command, which the system ends when the thread that spawned it is gone (Linux; elsewhere as it is).
fn bound_to_us(command: &Command) -> Command {
    let Some(setpriv) = find("setpriv") else {
        return copied(command, Command::new(command.get_program()));
    };
    let mut bound = Command::new(setpriv);
    bound.args(["--pdeathsig", "KILL", "--"]).arg(command.get_program());
    copied(command, bound)
}

fn copied(from: &Command, mut to: Command) -> Command {
    to.args(from.get_args());
    for (key, value) in from.get_envs() {
        match value {
            Some(value) => to.env(key, value),
            None => to.env_remove(key),
        };
    }
    if let Some(folder) = from.get_current_dir() {
        to.current_dir(folder);
    }
    to
}

type Order = (Command, mpsc::Sender<(Command, std::io::Result<Child>)>);

/// One thread spawns all programs and lasts as long as this process: a test's own thread ends before a server that
/// several tests share.
static SPAWNER: LazyLock<Mutex<mpsc::Sender<Order>>> = LazyLock::new(|| {
    let (orders, taken) = mpsc::channel::<Order>();
    std::thread::spawn(move || {
        for (mut command, reply) in taken {
            let child = command.spawn();
            let _ = reply.send((command, child));
        }
    });
    Mutex::new(orders)
});

fn spawn(command: &mut Command, log: &Path) -> Child {
    let out = OpenOptions::new().create(true).append(true).open(log).expect("a log");
    command.stdin(Stdio::null()).stdout(out.try_clone().expect("a log")).stderr(out);
    let (reply, spawned) = mpsc::channel();
    let order = (std::mem::replace(command, Command::new("")), reply);
    SPAWNER.lock().expect("no panic").send(order).expect("the spawner");
    let (back, child) = spawned.recv().expect("the spawner");
    *command = back;
    child.unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// Where a program is, in `PATH` or where Debian keeps servers.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    folders.push("/usr/sbin".into());
    folders.into_iter().map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// A program that a test needs; where it is missing, says so loudly, and fails in CI, which must have it.
pub(crate) fn needed(program: &str) -> Option<PathBuf> {
    let found = find(program);
    if found.is_none() {
        missing(program);
    }
    found
}

/// Says on stderr what a test did without. CI must do without nothing.
///
/// # Panics
/// In CI.
pub(crate) fn missing(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "CI needs {what}: .ci/servers installs it");
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let _ =
        writeln!(std::io::stderr(), "SKIPPED: {what} is not installed (see docs/live-tests.md), so {test} did nothing");
}

/// A folder or file that an installation names by an environment variable, or that `.ci/servers` left in the cache.
pub(crate) fn installed(variable: &str, in_cache: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let cache = || -> Option<PathBuf> {
        let own = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let home = || std::env::var_os("HOME").map(|home: OsString| PathBuf::from(home).join(".cache"));
        Some(own.or_else(home)?.join("cutover").join(in_cache))
    };
    named.or_else(cache).filter(|path| path.exists())
}

/// A TCP port of 127.0.0.1 that is nobody else's while this value lives, in this process or another.
pub(crate) struct Port {
    pub(crate) number: u16,
    _lock: File,
}

/// Below the range from which the system takes the ports of outgoing connections (Linux: from 32768).
const PORTS: std::ops::Range<u16> = 20_000..32_000;

impl Port {
    /// # Panics
    /// When all are taken.
    pub(crate) fn free() -> Self {
        static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
            let spread = std::process::id().wrapping_mul(7919) % u32::from(PORTS.end - PORTS.start);
            AtomicU16::new(u16::try_from(spread).expect("below the end"))
        });
        let locks = std::env::temp_dir().join("cutover-test-ports");
        std::fs::create_dir_all(&locks).expect("a folder");
        for _ in PORTS {
            let number = PORTS.start + NEXT.fetch_add(1, Ordering::Relaxed) % (PORTS.end - PORTS.start);
            // Locks, since a port is free until its server listens, which another process's test cannot see.
            let Ok(lock) = OpenOptions::new().create(true).append(true).open(locks.join(number.to_string())) else {
                continue;
            };
            if lock.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", number)).is_ok() {
                return Port { number, _lock: lock };
            }
        }
        panic!("no port between {} and {} is free", PORTS.start, PORTS.end);
    }
}
