//! Servers on loopback that say exactly what a test wants, byte by byte.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio_tungstenite::tungstenite::{self, Message};

/// Where a server listens that handles each connection with `each`.
fn serve(each: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let each = Arc::new(each);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let each = Arc::clone(&each);
            // Nobody who stays silent keeps a test's process alive.
            let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
            let _ = stream.set_write_timeout(Some(Duration::from_secs(20)));
            std::thread::spawn(move || each(stream));
        }
    });
    url
}

/// Reads a request up to the end of its head, or nothing where the connection ends.
fn head(stream: &mut TcpStream) -> Option<String> {
    let mut taken = Vec::new();
    let mut byte = [0];
    while !taken.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        taken.push(byte[0]);
    }
    Some(String::from_utf8_lossy(&taken).into_owned())
}

/// A server that answers any request with these bytes and closes.
pub(super) fn saying(bytes: impl Into<Vec<u8>>) -> String {
    let bytes = bytes.into();
    serve(move |mut stream| {
        if head(&mut stream).is_some() {
            let _ = stream.write_all(&bytes);
        }
    })
}

/// A server that begins with these bytes and never stops repeating others.
pub(super) fn endless(first: &'static [u8], again: &'static [u8]) -> String {
    serve(move |mut stream| {
        if head(&mut stream).is_some() && stream.write_all(first).is_ok() {
            while stream.write_all(again).is_ok() {}
        }
    })
}

/// A server that takes connections and requests and says nothing.
pub(super) fn silent() -> String {
    serve(|mut stream| {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    })
}

/// What was posted to a server, or said to it over a WebSocket.
pub(super) type Posted = Arc<Mutex<Vec<String>>>;

/// A server that answers polls by these bodies in turn, then with nothing until something more is posted, and keeps
/// what is posted.
pub(super) fn polled(bodies: &[&str]) -> (String, Posted) {
    let posted = Posted::default();
    let kept = Arc::clone(&posted);
    let left: Arc<Mutex<Vec<String>>> = Arc::new(Mutex::new(bodies.iter().rev().map(|b| (*b).to_owned()).collect()));
    let url = serve(move |mut stream| {
        while let Some(head) = head(&mut stream) {
            let lower = head.to_ascii_lowercase();
            let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            if stream.read_exact(&mut body).is_err() {
                return;
            }
            let answer = if head.starts_with("POST") {
                kept.lock().expect("no panic").push(String::from_utf8_lossy(&body).into_owned());
                "ok".to_owned()
            } else {
                let before = kept.lock().expect("no panic").len();
                let next = left.lock().expect("no panic").pop();
                next.unwrap_or_else(|| {
                    while kept.lock().expect("no panic").len() == before {
                        std::thread::sleep(Duration::from_millis(10));
                    }
                    "6".to_owned()
                })
            };
            let whole = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{answer}", answer.len());
            if stream.write_all(whole.as_bytes()).is_err() {
                return;
            }
        }
    });
    (url, posted)
}

/// A server that opens a WebSocket, says these texts, and keeps what it hears; where it hears `at.0`, it says `at.1`.
pub(super) fn framed(first: &[&str], at: &[(&str, &str)]) -> (String, Posted) {
    let posted = Posted::default();
    let kept = Arc::clone(&posted);
    let first: Vec<String> = first.iter().map(|text| (*text).to_owned()).collect();
    let at: Vec<(String, String)> = at.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let url = serve(move |stream| {
        let Ok(mut socket) = tungstenite::accept(stream) else { return };
        for text in &first {
            let _ = socket.send(Message::text(text.clone()));
        }
        while let Ok(message) = socket.read() {
            let text = match message {
                Message::Text(text) => text.to_string(),
                Message::Close(_) => "closed".to_owned(),
                _ => continue,
            };
            for (_, reply) in at.iter().filter(|(heard, _)| text.starts_with(heard.as_str())) {
                let _ = socket.send(Message::text(reply.clone()));
            }
            kept.lock().expect("no panic").push(text);
        }
    });
    (url, posted)
}
