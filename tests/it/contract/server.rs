//! A real HTTP server on loopback that answers as a vendor's interface does, whole or in one of the ways in which networks
//! break; it remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request that arrived whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    /// Fields of the query and of a form, decoded, in order.
    pub(crate) fields: Vec<(String, String)>,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    /// The value of a field of the query or the form.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// The body as JSON; null where it is none.
    #[allow(dead_code, reason = "for interfaces that are asked in JSON")]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// An answer and the manner in which it goes out.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) manner: Manner,
}

/// How an answer goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Whole,
    Gzip,
    /// Packed, and the end of the packed bytes is missing although the length says that all is there.
    GzipCut,
    /// Half of the body, then a reset.
    Reset,
    /// The connection is closed instead.
    Nothing,
    /// After this time.
    Slow(Duration),
}

impl Reply {
    pub(crate) fn json(value: &serde_json::Value) -> Self {
        Reply::text(200, "application/json", value.to_string())
    }

    pub(crate) fn text(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Reply { status, headers, body: body.into(), manner: Manner::Whole }
    }

    pub(crate) fn status(status: u16) -> Self {
        Reply::text(status, "text/plain", format!("status {status}\n"))
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn manner(self, manner: Manner) -> Self {
        Reply { manner, ..self }
    }
}

type Answers = dyn Fn(&Asked) -> Reply + Send + Sync;

/// The server; it ends with the test's process.
pub(crate) struct Fake {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Fake {
    pub(crate) fn start(answers: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (asked, answers): (Arc<Mutex<Vec<Asked>>>, Arc<Answers>) = (Arc::default(), Arc::new(answers));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, seen) = (Arc::clone(&answers), Arc::clone(&seen));
                std::thread::spawn(move || serve(stream, &*answers, &seen));
            }
        });
        Fake { port, asked }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }
}

/// Answers requests on a connection until it is closed.
fn serve(stream: TcpStream, answers: &Answers, seen: &Mutex<Vec<Asked>>) {
    let Ok(reading) = stream.try_clone() else { return };
    let mut reader = BufReader::new(reading);
    let mut stream = stream;
    while let Some(asked) = read(&mut reader) {
        seen.lock().expect("no panic").push(asked.clone());
        if !write(&mut stream, &answers(&asked)) {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|n| *n > 0)?;
    let mut words = first.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let find = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let mut body = vec![0; find("content-length").and_then(|n| n.parse().ok()).unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut fields = pairs(query);
    if find("content-type").is_some_and(|t| t.starts_with("application/x-www-form-urlencoded")) {
        fields.extend(pairs(&String::from_utf8_lossy(&body)));
    }
    Some(Asked { method, path: path.to_owned(), fields, headers, body })
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name), decoded(value))
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let hex: Vec<u8> = rest.by_ref().take(2).collect();
                let hex = String::from_utf8_lossy(&hex).into_owned();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap_or(b'?'));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes an answer; whether the connection can be used further.
fn write(stream: &mut TcpStream, reply: &Reply) -> bool {
    let packed = matches!(reply.manner, Manner::Gzip | Manner::GzipCut);
    let mut body = if packed { gzip(&reply.body) } else { reply.body.clone() };
    if reply.manner == Manner::GzipCut {
        body.truncate(body.len() * 2 / 3);
    }
    match reply.manner {
        Manner::Nothing => return false,
        Manner::Slow(time) => std::thread::sleep(time),
        _ => {}
    }
    let mut head = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n", reply.status, body.len());
    if packed {
        head.push_str("content-encoding: gzip\r\n");
    }
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let sent = if reply.manner == Manner::Reset { &body[..body.len() / 2] } else { &body[..] };
    stream.write_all(head.as_bytes()).is_ok() && stream.write_all(sent).is_ok() && reply.manner != Manner::Reset
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("memory");
    packer.finish().expect("memory")
}
