//! Two mail servers on loopback: a real one (Python's aiosmtpd) and one that breaks the protocol as told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::support::Scratch;

/// The real server; it ends with this value.
pub(crate) struct Sink {
    child: Child,
    pub(crate) port: u16,
    folder: Scratch,
}

impl Sink {
    /// A server that behaves as `mode` says, or nothing where aiosmtpd is not installed. CI must have it.
    pub(crate) fn start(mode: &str) -> Option<Self> {
        let installed = Command::new("python3").args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        if !installed.is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("CI").is_none(), "CI needs aiosmtpd (Python)");
            let _ =
                writeln!(std::io::stderr(), "SKIPPED: aiosmtpd (Python) is not installed, so no mail was sent to it");
            return None;
        }
        let folder = Scratch::empty();
        let script = crate::support::root().join("tests/it/delivery/sink.py");
        if matches!(mode, "starttls" | "implicit") {
            certificates(folder.path());
        }
        let mut child = Command::new("python3")
            .arg(script)
            .args([folder.path(), Path::new(mode)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let port = line.trim().parse().unwrap_or_else(|_| panic!("no port: {line:?}"));
        Some(Sink { child, port, folder })
    }

    /// The certificate of the authority that signed the server's.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The messages it took, as Python's own parser reads them.
    pub(crate) fn taken(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("taken.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An authority and a certificate for 127.0.0.1 that it signed.
pub(crate) fn certificates(folder: &Path) {
    let run = |args: &str| {
        let done = Command::new("openssl").args(args.split(' ')).current_dir(folder).output().expect("openssl");
        assert!(done.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&done.stderr));
    };
    run(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=Test -keyout ca.key -out ca.pem",
    );
    run(
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout key.pem -out leaf.csr -addext subjectAltName=IP:127.0.0.1,DNS:localhost",
    );
    run("x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out cert.pem");
}

/// Where the other server breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// Nothing breaks.
    Nowhere,
    /// Greets with 421, or with 554.
    Busy,
    Closed,
    /// Speaks another protocol.
    Garbage,
    /// Accepts the connection and says nothing.
    Silent,
    /// A greeting of which a byte comes now and then.
    Dripping,
    /// Closes inside the content of the message.
    InData,
    /// Takes the whole message and closes without an answer.
    AfterData,
    /// Takes the whole message and says nothing.
    SilentAfterData,
    /// Answers 451 to the message.
    TemporaryAfterData,
    /// Answers 421 and closes after RCPT.
    ClosingAtRcpt,
}

/// The server that breaks; connections after the given ones are served well.
pub(crate) struct Broken {
    pub(crate) port: u16,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Broken {
    pub(crate) fn start(breaks: Vec<Break>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&taken);
        std::thread::spawn(move || {
            let mut breaks = breaks.into_iter();
            for stream in listener.incoming().flatten() {
                let how = breaks.next().unwrap_or(Break::Nowhere);
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || speak(&stream, how, &shared));
            }
        });
        Broken { port, taken }
    }

    /// Messages of which the end arrived.
    pub(crate) fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("no panic").clone()
    }
}

fn speak(stream: &TcpStream, how: Break, taken: &Mutex<Vec<String>>) -> Option<()> {
    let mut out = stream;
    let mut say = |text: &str| out.write_all(text.as_bytes()).ok();
    match how {
        Break::Busy => return say("421 busy, try later\r\n"),
        Break::Closed => return say("554 no mail here\r\n"),
        Break::Garbage => return say("SSH-2.0-OpenSSH_9.2\r\n"),
        Break::Silent => {
            std::thread::sleep(Duration::from_secs(5));
            return None;
        }
        Break::Dripping => {
            for _ in 0..200 {
                say("2")?;
                std::thread::sleep(Duration::from_millis(50));
            }
            return None;
        }
        _ => say("220 test\r\n")?,
    }
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.get(..4)?.to_ascii_uppercase().as_str() {
            "DATA" => {
                say("354 go\r\n")?;
                if !content(&mut reader, how, taken)? {
                    return None;
                }
                match how {
                    Break::TemporaryAfterData => say("451 not now\r\n")?,
                    _ => say("250 taken\r\n")?,
                }
            }
            "RCPT" if how == Break::ClosingAtRcpt => return say("421 closing\r\n"),
            "QUIT" => return say("221 bye\r\n"),
            _ => say("250 fine\r\n")?,
        }
    }
}

/// Reads the content; whether the server goes on to answer.
fn content(reader: &mut BufReader<&TcpStream>, how: Break, taken: &Mutex<Vec<String>>) -> Option<bool> {
    let mut message = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 || how == Break::InData {
            return Some(false);
        }
        if line == ".\r\n" {
            break;
        }
        message.push_str(&line);
    }
    if how != Break::TemporaryAfterData {
        taken.lock().expect("no panic").push(message);
    }
    if how == Break::SilentAfterData {
        std::thread::sleep(Duration::from_secs(5));
    }
    Some(!matches!(how, Break::AfterData | Break::SilentAfterData))
}
