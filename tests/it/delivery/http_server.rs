//! A real HTTP server on loopback that answers each connection as told, and remembers what it took.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::mail_server::certificates;
use crate::support::Scratch;

/// What it does with a connection.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Status line without the version, headers with their line breaks, body.
    Answer(&'static str, String, &'static str),
    /// 200, and a body that breaks off with a reset.
    ResetInBody,
    /// Takes the whole request and says nothing.
    CloseUnanswered,
    /// Takes the first bytes of the request and resets the connection.
    ResetInRequest,
    /// Takes the request and answers after this time.
    Slow(Duration),
    /// An answer of 500 whose body has no end.
    Endless,
    /// Bytes that are no HTTP.
    Garbage,
}

pub(crate) fn ok() -> Step {
    Step::Answer("200 OK", String::new(), "ok")
}

pub(crate) fn status(line: &'static str) -> Step {
    Step::Answer(line, String::new(), "")
}

/// A request that arrived whole.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Taken {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &&str| line.split(':').next().is_some_and(|n| n.eq_ignore_ascii_case(name));
        self.head.lines().find(named)?.split_once(':').map(|(_, value)| value.trim())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// The server; it takes connections one after the other until the steps are used up, then answers 200.
pub(crate) struct Server {
    pub(crate) port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Server {
    pub(crate) fn start(steps: Vec<Step>) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").expect("a port"), steps)
    }

    pub(crate) fn on(listener: TcpListener, steps: Vec<Step>) -> Self {
        let port = listener.local_addr().expect("an address").port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&taken);
        // Ends with the test's process.
        std::thread::spawn(move || {
            let mut steps = steps.into_iter();
            for stream in listener.incoming().flatten() {
                let step = steps.next().unwrap_or_else(ok);
                serve(stream, step, &shared);
            }
        });
        Server { port, taken }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/services/T0/B0/s3cr3t-path", self.port)
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().expect("no panic").clone()
    }
}

/// A real HTTPS server (Python's own) that answers 200 to everything; it ends with this value.
pub(crate) struct Https {
    child: Child,
    pub(crate) port: u16,
    folder: Scratch,
}

impl Https {
    /// The server, or nothing where Python is not installed. CI must have it.
    pub(crate) fn start() -> Option<Self> {
        let folder = Scratch::empty();
        certificates(folder.path());
        let script = "import http.server, ssl, sys\n\
                      class H(http.server.BaseHTTPRequestHandler):\n\
                      \x20   def do_POST(self):\n\
                      \x20       self.rfile.read(int(self.headers['Content-Length']))\n\
                      \x20       self.send_response(200); self.end_headers()\n\
                      context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)\n\
                      context.load_cert_chain('cert.pem', 'key.pem')\n\
                      server = http.server.HTTPServer(('127.0.0.1', 0), H)\n\
                      server.socket = context.wrap_socket(server.socket, server_side=True)\n\
                      print(server.server_address[1], flush=True)\n\
                      server.serve_forever()";
        let mut python = Command::new("python3");
        python.args(["-c", script]).current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
        let Ok(mut child) = python.spawn() else {
            assert!(std::env::var_os("CI").is_none(), "CI needs python3");
            let _ = writeln!(std::io::stderr(), "SKIPPED: python3 is not installed, so no HTTPS server was spoken to");
            return None;
        };
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        Some(Https { child, port: line.trim().parse().expect("a port"), folder })
    }

    /// The certificate of the authority that signed the server's.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }
}

impl Drop for Https {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(mut stream: TcpStream, step: Step, taken: &Mutex<Vec<Taken>>) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    if matches!(step, Step::ResetInRequest) {
        // Closing with unread bytes makes the system send a reset.
        let _ = stream.read(&mut [0; 16]);
        return;
    }
    let Some(request) = read(&stream) else { return };
    taken.lock().expect("no panic").push(request);
    let _ = match step {
        Step::Answer(line, headers, body) => {
            write!(stream, "HTTP/1.1 {line}\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
        }
        Step::ResetInBody => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"),
        Step::Slow(time) => {
            std::thread::sleep(time);
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        Step::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 500 Oops\r\nContent-Length: 100000000000\r\n\r\n");
            for _ in 0..10_000 {
                if stream.write_all(&[b'x'; 8192]).is_err() {
                    break;
                }
            }
            Ok(())
        }
        Step::Garbage => stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n"),
        Step::CloseUnanswered | Step::ResetInRequest => Ok(()),
    };
}

fn read(stream: &TcpStream) -> Option<Taken> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    loop {
        let before = head.len();
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
        if head[before..].trim().is_empty() {
            break;
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    })?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Taken { head, body })
}
