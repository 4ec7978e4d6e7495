//! The client's side of an SMTP connection (RFC 5321): commands in, replies out, each step before a deadline.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

/// Bytes of one reply that are read; more is no reply.
const REPLY: usize = 64 * 1024;

/// A connection that does not go on.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) why: String,
    /// Trying again would end the same.
    pub(super) hopeless: bool,
}

impl Fault {
    fn new(why: impl Into<String>) -> Self {
        Fault { why: why.into(), hopeless: false }
    }
}

/// What the server said: the code, and the text of all lines.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) code: u16,
    pub(super) text: String,
}

enum Wire {
    Plain(TcpStream),
    Encrypted(Box<StreamOwned<ClientConnection, TcpStream>>),
}

/// An open connection.
pub(super) struct Session {
    wire: Wire,
    until: Instant,
    /// Read but not yet looked at.
    read: Vec<u8>,
    /// What the server says that it can do, in capitals.
    offers: Vec<String>,
}

impl Session {
    pub(super) fn connect(host: &str, port: u16, until: Instant) -> Result<Self, Fault> {
        let addresses = (host, port)
            .to_socket_addrs()
            .map_err(|error| Fault::new(format!("the name of the mail server cannot be resolved: {error}")))?;
        let mut last = Fault::new("the name of the mail server leads to no address");
        for address in addresses {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(stream) => {
                    return Ok(Session { wire: Wire::Plain(stream), until, read: Vec::new(), offers: Vec::new() });
                }
                Err(error) => last = Fault::new(format!("no connection to port {port}: {error}")),
            }
        }
        Err(last)
    }

    /// Goes on encrypted. What was read before does not count: somebody on the way may have put it there.
    pub(super) fn encrypt(&mut self, host: &str, trust: &ClientConfig) -> Result<(), Fault> {
        if !self.read.is_empty() {
            return Err(Fault { why: "the server spoke before the encryption began".to_owned(), hopeless: true });
        }
        let Wire::Plain(stream) = &self.wire else { return Ok(()) };
        let stream = stream.try_clone().map_err(|error| Fault::new(error.to_string()))?;
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| Fault { why: format!("{host} is no name that a certificate can have"), hopeless: true })?;
        let client = ClientConnection::new(Arc::new(trust.clone()), name)
            .map_err(|error| Fault { why: format!("no encryption: {error}"), hopeless: true })?;
        let mut encrypted = StreamOwned::new(client, stream);
        while encrypted.conn.is_handshaking() {
            limit(&encrypted.sock, self.until)?;
            encrypted.conn.complete_io(&mut encrypted.sock).map_err(|error| Fault {
                // Only what the certificate lacks stays so; a broken line may be whole the next time.
                hopeless: error.kind() == ErrorKind::InvalidData,
                why: format!("no encryption: {}", told(&error)),
            })?;
        }
        self.wire = Wire::Encrypted(Box::new(encrypted));
        self.offers.clear();
        Ok(())
    }

    pub(super) fn greeting(&mut self) -> Result<Reply, Fault> {
        self.reply()
    }

    /// EHLO, or HELO where the server knows no EHLO.
    pub(super) fn hello(&mut self) -> Result<(), Fault> {
        let me = match &self.wire {
            Wire::Plain(stream) => stream.local_addr(),
            Wire::Encrypted(stream) => stream.sock.local_addr(),
        };
        let me = match me.map(|address| address.ip()) {
            Ok(std::net::IpAddr::V4(ip)) => format!("[{ip}]"),
            Ok(std::net::IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
            Err(_) => "localhost".to_owned(),
        };
        let reply = self.ask(&format!("EHLO {me}"))?;
        if reply.code == 250 {
            self.offers = reply.text.lines().skip(1).map(str::to_ascii_uppercase).collect();
            return Ok(());
        }
        let reply = self.ask(&format!("HELO {me}"))?;
        match reply.code {
            250 => Ok(()),
            code => Err(Fault { why: format!("it answered {code} to HELO: {}", reply.text), hopeless: code >= 500 }),
        }
    }

    pub(super) fn offers(&self, word: &str) -> bool {
        self.offers.iter().any(|line| line.split(' ').next() == Some(word))
    }

    pub(super) fn offers_login(&self, way: &str) -> bool {
        let auth = |line: &&String| line.starts_with("AUTH ") || line.starts_with("AUTH=");
        self.offers.iter().filter(auth).any(|line| line[5..].split(' ').any(|word| word == way))
    }

    /// Largest message in bytes (RFC 1870); nothing where the server names none.
    pub(super) fn largest(&self) -> Option<u64> {
        let size = self.offers.iter().find_map(|line| line.strip_prefix("SIZE "))?;
        size.trim().parse().ok().filter(|n| *n > 0)
    }

    /// ` SIZE=n` where the server knows it.
    pub(super) fn size_argument(&self, bytes: usize) -> String {
        if self.offers("SIZE") { format!(" SIZE={bytes}") } else { String::new() }
    }

    /// One command and its reply.
    pub(super) fn ask(&mut self, command: &str) -> Result<Reply, Fault> {
        // Nothing that reaches this line holds a line break; a second command must not get in if it ever did.
        if command.contains(['\r', '\n']) {
            return Err(Fault { why: "a command held a line break".to_owned(), hopeless: true });
        }
        self.write(format!("{command}\r\n").as_bytes())?;
        self.reply()
    }

    /// The content of a message, dots doubled, without its end; then a look whether anybody is still listening.
    pub(super) fn send_content(&mut self, content: &[u8]) -> Result<(), Fault> {
        self.write(&stuffed(content))?;
        let stream = match &self.wire {
            Wire::Plain(stream) => stream,
            Wire::Encrypted(stream) => &stream.sock,
        };
        let _ = stream.set_nonblocking(true);
        let seen = stream.peek(&mut [0; 1]);
        let _ = stream.set_nonblocking(false);
        match seen {
            Ok(0) => Err(Fault::new("the server closed the connection inside the message")),
            Ok(_) if matches!(self.wire, Wire::Plain(_)) => {
                let reply = self.reply()?;
                Err(Fault::new(format!("it answered {} inside the message: {}", reply.code, reply.text)))
            }
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                Err(Fault::new(format!("the connection broke inside the message: {}", told(&error))))
            }
            _ => Ok(()),
        }
    }

    /// The end of a message and what the server says to it.
    pub(super) fn end_content(&mut self) -> Result<Reply, Fault> {
        self.write(b".\r\n")?;
        self.reply()
    }

    /// A polite end; the message is with the server whether it answers or not.
    pub(super) fn quit(&mut self) {
        let _ = self.write(b"QUIT\r\n");
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        // In pieces, so that a reader who takes almost nothing cannot stretch the deadline.
        for piece in bytes.chunks(16 * 1024) {
            let done = match &mut self.wire {
                Wire::Plain(stream) => {
                    limit(stream, self.until)?;
                    stream.write_all(piece).and_then(|()| stream.flush())
                }
                Wire::Encrypted(stream) => {
                    limit(&stream.sock, self.until)?;
                    stream.write_all(piece).and_then(|()| stream.flush())
                }
            };
            done.map_err(|error| Fault::new(told(&error)))?;
        }
        Ok(())
    }

    fn reply(&mut self) -> Result<Reply, Fault> {
        let mut text = String::new();
        let mut code = None;
        loop {
            let line = self.line()?;
            let number: Option<u16> = line.get(..3).and_then(|n| n.parse().ok()).filter(|n| (200..600).contains(n));
            let Some(number) = number.filter(|n| code.is_none_or(|code| code == *n)) else {
                return Err(Fault::new(format!("the server does not speak SMTP: {line}")));
            };
            code = Some(number);
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line.get(4..).unwrap_or_default());
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(Reply { code: number, text });
            }
            if text.len() > REPLY {
                return Err(Fault::new("the server's reply has no end"));
            }
        }
    }

    fn line(&mut self) -> Result<String, Fault> {
        loop {
            if let Some(at) = self.read.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.read.drain(..=at).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.read.len() > REPLY {
                return Err(Fault::new("the server's reply has no end"));
            }
            let mut piece = [0; 2048];
            let read = match &mut self.wire {
                Wire::Plain(stream) => {
                    limit(stream, self.until)?;
                    stream.read(&mut piece)
                }
                Wire::Encrypted(stream) => {
                    limit(&stream.sock, self.until)?;
                    stream.read(&mut piece)
                }
            };
            match read {
                Ok(0) => return Err(Fault::new("the server closed the connection")),
                Ok(n) => self.read.extend_from_slice(&piece[..n]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Fault::new(told(&error))),
            }
        }
    }
}

/// Lets the next step take no longer than until the deadline.
fn limit(stream: &TcpStream, until: Instant) -> Result<(), Fault> {
    let left = until.saturating_duration_since(Instant::now());
    if left < Duration::from_millis(1) {
        return Err(Fault::new("the server was too slow"));
    }
    let set = stream.set_read_timeout(Some(left)).and_then(|()| stream.set_write_timeout(Some(left)));
    set.map_err(|error| Fault::new(error.to_string()))
}

fn told(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => "the server was too slow".to_owned(),
        ErrorKind::UnexpectedEof => "the server closed the connection".to_owned(),
        _ => error.to_string(),
    }
}

/// Content as it goes over the wire: a dot at the start of a line is doubled (RFC 5321, section 4.5.2), and it ends
/// with a line break.
fn stuffed(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 64);
    for line in content.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::stuffed;

    #[test]
    fn no_line_of_a_message_ends_it() {
        assert_eq!(stuffed(b"a\r\n.\r\n..b\r\nc"), b"a\r\n..\r\n...b\r\nc\r\n");
    }
}
