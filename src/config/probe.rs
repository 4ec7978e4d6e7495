//! `[[probe]]` as written in, a `Probe` out: what is looked at, from where, and what it should say.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;

use super::addresses::{host_of, is_loopback};
use super::deliver::{allowed, span};
use super::file;
use super::problem::{ConfigError, nearest};
use super::secret::SecretRef;
use super::settle::Settling;

const KINDS: [&str; 3] = ["health", "flags", "socket-io"];
/// Where lines go when the probe does not say.
const TRANSCRIPT: &str = "probes/live.jsonl";

/// A look at one service from one place.
#[derive(Debug, Clone)]
pub struct Probe {
    /// What the checks know it by.
    pub name: String,
    pub kind: ProbeKind,
    /// An `http` or `https` address without credentials; of a socket, without a path.
    pub url: String,
    /// The place it looks from.
    pub vantage: String,
    /// Of a socket, what it shows when it connects to the namespace; else a bearer token.
    pub token: Option<SecretRef>,
    /// Certificates (PEM) trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Longest time until it is settled.
    pub timeout: Duration,
    /// The file that its lines are added to.
    pub transcript: PathBuf,
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeKind {
    /// An answer of 2xx.
    Health,
    /// An answer of 2xx with a JSON object that has these values.
    Flags(Vec<Flag>),
    SocketIo(SocketIo),
}

/// A value that an answer must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its path in the object, with dots; a name may hold dots itself.
    pub path: String,
    pub is: FlagType,
}

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagType {
    Boolean,
    Number,
    String,
    Object,
    Array,
    /// Anything but null.
    Any,
}

impl FlagType {
    const ALL: [FlagType; 6] =
        [FlagType::Boolean, FlagType::Number, FlagType::String, FlagType::Object, FlagType::Array, FlagType::Any];

    /// The word in the configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FlagType::Boolean => "boolean",
            FlagType::Number => "number",
            FlagType::String => "string",
            FlagType::Object => "object",
            FlagType::Array => "array",
            FlagType::Any => "any",
        }
    }
}

/// A namespace of a Socket.IO server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketIo {
    /// Such as `/trading`.
    pub namespace: String,
    /// Where the server listens; not the namespace.
    pub path: String,
    pub transport: Transport,
    /// How long it listens for a first event.
    pub listen: Duration,
    /// An event that the server acknowledges.
    pub ack: Option<String>,
    /// How many sessions are opened by polling, to find nodes that do not share them.
    pub handshakes: u8,
}

/// How a socket is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Polling,
    WebSocket,
    Both,
}

impl Transport {
    const ALL: [Transport; 3] = [Transport::Polling, Transport::WebSocket, Transport::Both];

    /// The word in configuration and transcript.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Transport::Polling => "polling",
            Transport::WebSocket => "websocket",
            Transport::Both => "both",
        }
    }
}

impl Settling<'_> {
    pub(super) fn probes(&self, written: Vec<file::Probe>, root: &Path) -> Result<Vec<Probe>, ConfigError> {
        let mut probes: Vec<Probe> = Vec::new();
        for one in written {
            let place = one.name.span();
            let probe = self.probe(one, root)?;
            if probes.iter().any(|p| (&p.name, &p.vantage, &p.url) == (&probe.name, &probe.vantage, &probe.url)) {
                let message = format!("two probes `{}` look at the same from the same place", probe.name);
                return Err(self.at(place, message, "remove one: each look would count twice".to_owned()));
            }
            probes.push(probe);
        }
        Ok(probes)
    }

    fn probe(&self, written: file::Probe, root: &Path) -> Result<Probe, ConfigError> {
        self.only_what_it_takes(&written)?;
        let name = self.word(&written.name, "the checks know a probe by its name, such as \"health_live\"")?;
        let vantage = self.word(&written.vantage, "name the place, as \"external:lisbon\" or \"internal\"")?;
        let kind = match written.kind.get_ref().as_str() {
            "health" => ProbeKind::Health,
            "flags" => ProbeKind::Flags(self.flags(&written)?),
            "socket-io" => ProbeKind::SocketIo(self.socket_io(&written)?),
            other => {
                let hint = nearest(other, KINDS.into_iter());
                return Err(self.at(written.kind.span(), format!("unknown kind of probe `{other}`"), hint));
            }
        };
        Ok(Probe {
            name,
            vantage,
            url: self.probed(&written, matches!(kind, ProbeKind::SocketIo(_)))?,
            kind,
            token: written.token.as_ref().map(|token| self.secret(token, "token", false, root)).transpose()?,
            ca_file: written.ca_file.as_ref().map(|file| root.join(file.get_ref())),
            timeout: self.seconds(&written.timeout, 10)?,
            transcript: root.join(written.transcript.as_ref().map_or(TRANSCRIPT, |path| path.get_ref())),
        })
    }

    fn seconds(&self, text: &Option<Spanned<String>>, default: u64) -> Result<Duration, ConfigError> {
        text.as_ref().map_or(Ok(Duration::from_secs(default)), |text| {
            Ok(Duration::from_secs(self.duration(text)?.unsigned_abs()))
        })
    }

    fn word(&self, text: &Spanned<String>, hint: &str) -> Result<String, ConfigError> {
        let word = text.get_ref().trim();
        if word.is_empty() || word.chars().any(char::is_control) {
            return Err(self.at(text.span(), "this is no name".to_owned(), hint.to_owned()));
        }
        Ok(word.to_owned())
    }

    fn flags(&self, written: &file::Probe) -> Result<Vec<Flag>, ConfigError> {
        let given = written.flags.iter().flat_map(|flags| flags.get_ref());
        let flag = |(path, is): (&Spanned<String>, &Spanned<String>)| {
            let word = is.get_ref().as_str();
            let Some(found) = FlagType::ALL.into_iter().find(|t| t.word() == word) else {
                let hint = nearest(word, FlagType::ALL.into_iter().map(FlagType::word));
                return Err(self.at(is.span(), format!("unknown type `{word}`"), hint));
            };
            Ok(Flag { path: path.get_ref().clone(), is: found })
        };
        given.map(flag).collect()
    }

    fn socket_io(&self, written: &file::Probe) -> Result<SocketIo, ConfigError> {
        let namespace = written.namespace.as_ref().map_or("/", |n| n.get_ref().as_str());
        let path = written.path.as_ref().map_or("/socket.io/", |p| p.get_ref().as_str());
        let paths = [(&written.namespace, namespace, "\"/trading\""), (&written.path, path, "\"/socket.io/\"")];
        for (place, text, like) in paths {
            let fine = |c: char| c.is_ascii_graphic() && !",?#".contains(c);
            if let Some(place) = place.as_ref().filter(|_| !text.starts_with('/') || !text.chars().all(fine)) {
                return Err(self.at(place.span(), "this is no path".to_owned(), format!("write it as {like}")));
            }
        }
        let word = written.transport.as_ref().map_or("websocket", |t| t.get_ref().as_str());
        let Some(transport) = Transport::ALL.into_iter().find(|t| t.word() == word) else {
            let place = written.transport.as_ref().map_or(written.kind.span(), Spanned::span);
            let hint = nearest(word, Transport::ALL.into_iter().map(Transport::word));
            return Err(self.at(place, format!("unknown transport `{word}`"), hint));
        };
        Ok(SocketIo {
            namespace: namespace.to_owned(),
            path: path.to_owned(),
            transport,
            listen: self.seconds(&written.listen, 1)?,
            ack: written.ack.as_ref().map(|ack| ack.get_ref().clone()),
            handshakes: written.handshakes.as_ref().map_or(10, |n| *n.get_ref()),
        })
    }

    /// The address that is looked at; a socket's may be written with `ws` or `wss`.
    fn probed(&self, written: &file::Probe, socket: bool) -> Result<String, ConfigError> {
        let place = written.url.span();
        let text = written.url.get_ref().trim();
        let text = match text.strip_prefix("ws").filter(|_| socket) {
            Some(rest) => format!("http{rest}"),
            None => text.to_owned(),
        };
        let Some((host, encrypted)) = host_of(&text) else {
            return Err(self.at(place, "this is not a web address".to_owned(), "it begins with https://".to_owned()));
        };
        let (authority, path) = text
            .split_once("://")
            .map_or(("", ""), |(_, rest)| rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len())));
        if authority.contains('@') {
            let hint = "use `token = { env = \"NAME\" }`".to_owned();
            return Err(self.at(place, "credentials do not stand in an address".to_owned(), hint));
        }
        if socket && !matches!(path, "" | "/") {
            let hint = "leave it out here: `path` says where the server listens, `namespace` what is connected to";
            return Err(self.at(place, "the address of a socket has no path".to_owned(), hint.to_owned()));
        }
        if !encrypted && !is_loopback(&host) && !allowed(&written.allow_plain) {
            let hint = "use https://, or add allow-plain = true if the way there is safe".to_owned();
            return Err(self.at(place, format!("what {host} is asked would go unencrypted"), hint));
        }
        Ok(text)
    }

    /// Refuses a key that means nothing for the kind.
    fn only_what_it_takes(&self, written: &file::Probe) -> Result<(), ConfigError> {
        let kind = written.kind.get_ref().as_str();
        if !KINDS.contains(&kind) {
            return Ok(());
        }
        let given: [(&str, Option<Range<usize>>, &str); 7] = [
            ("flags", span(&written.flags), "flags"),
            ("namespace", span(&written.namespace), "socket-io"),
            ("path", span(&written.path), "socket-io"),
            ("transport", span(&written.transport), "socket-io"),
            ("listen", span(&written.listen), "socket-io"),
            ("ack", span(&written.ack), "socket-io"),
            ("handshakes", span(&written.handshakes), "socket-io"),
        ];
        for (key, place, of) in given {
            if let Some(place) = place.filter(|_| kind != of) {
                let hint = format!("`{key}` is for probes of kind `{of}`");
                return Err(self.at(place, format!("a probe of kind `{kind}` takes no `{key}`"), hint));
            }
        }
        Ok(())
    }
}
