//! `[[deliver]]` as written in, a `Target` out: each kind takes its own keys, secrets stay references.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;

pub use super::addresses::{Mailbox, host_of, is_loopback};
use super::file;
use super::problem::{ConfigError, nearest};
use super::secret::{Secret, SecretRef};
use super::settle::Settling;

/// Attachments of a message together, where the target does not say.
const MAX_BYTES: u64 = 10 * 1024 * 1024;
/// How long a target is tried again, in seconds.
const RETRY_FOR_S: i64 = 5 * 60;
const KINDS: [&str; 5] = ["smtp", "slack", "teams", "webhook", "folder"];

/// What makes a message go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// The weekly summary.
    Weekly,
    /// A rollback trigger fired.
    Trigger,
}

impl Occasion {
    /// The word in configuration and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Occasion::Weekly => "weekly",
            Occasion::Trigger => "trigger",
        }
    }
}

/// A place where reports go.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name in the record of what was delivered.
    pub name: String,
    pub on: Occasion,
    pub way: Way,
    /// Attachments of one message together; what is over it is left out and the message says so.
    pub max_bytes: u64,
    /// Longest time of one attempt.
    pub timeout: Duration,
    /// Longest time of all attempts and the waits between them.
    pub retry_for: Duration,
}

/// How a target is reached.
#[derive(Debug, Clone)]
pub enum Way {
    Smtp(Smtp),
    /// A Slack incoming webhook.
    Slack(Hook),
    /// A Teams workflow webhook.
    Teams(Hook),
    /// Any receiver of the JSON `cutover/delivery/1`.
    Webhook(Hook),
    /// A folder, absolute.
    Folder(PathBuf),
}

impl Way {
    /// The word in configuration and JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Way::Smtp(_) => "smtp",
            Way::Slack(_) => "slack",
            Way::Teams(_) => "teams",
            Way::Webhook(_) => "webhook",
            Way::Folder(_) => "folder",
        }
    }
}

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Plain first, then encrypted; a server that does not offer it gets nothing.
    StartTls,
    /// Encrypted from the first byte.
    Implicit,
    /// Never encrypted.
    None,
}

/// A mail server and an envelope.
#[derive(Debug, Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub from: Mailbox,
    /// At least one.
    pub to: Vec<Mailbox>,
    pub login: Option<(String, SecretRef)>,
    /// Certificates (PEM) trusted besides the system's.
    pub ca_file: Option<PathBuf>,
}

/// An address that takes a POST.
#[derive(Debug, Clone)]
pub struct Hook {
    pub url: SecretRef,
    /// Further headers, by name.
    pub headers: BTreeMap<String, SecretRef>,
    /// Header and secret of the HMAC-SHA-256 of the body.
    pub signature: Option<(String, SecretRef)>,
    /// The receiver takes a repeated `Idempotency-Key` as the same message.
    pub idempotent: bool,
    /// Plain HTTP to another machine is wanted.
    pub allow_plain: bool,
    /// Certificates (PEM) trusted besides the system's.
    pub ca_file: Option<PathBuf>,
}

impl Settling<'_> {
    pub(super) fn target(&self, written: Spanned<file::Deliver>, root: &Path) -> Result<Target, ConfigError> {
        let written = written.into_inner();
        let name = written.name.get_ref().trim().to_owned();
        if name.is_empty() || name.chars().any(char::is_control) {
            let hint = "the record of what was delivered knows a target by its name".to_owned();
            return Err(self.at(written.name.span(), "a target needs a name".to_owned(), hint));
        }
        self.only_its_keys(&written)?;
        let on = match written.on.as_ref().map(|on| (on.get_ref().as_str(), on.span())) {
            None | Some(("weekly", _)) => Occasion::Weekly,
            Some(("trigger", _)) => Occasion::Trigger,
            Some((other, span)) => {
                let hint = nearest(other, ["weekly", "trigger"].into_iter());
                return Err(self.at(span, format!("nothing is delivered on `{other}`"), hint));
            }
        };
        let seconds = |text: &Option<Spanned<String>>, default: i64| {
            let s = text.as_ref().map_or(Ok(default), |text| self.duration(text))?;
            Ok::<_, ConfigError>(Duration::from_secs(s.unsigned_abs()))
        };
        let mail = written.kind.get_ref() == "smtp";
        Ok(Target {
            on,
            max_bytes: written.max_bytes.as_ref().map_or(MAX_BYTES, |n| *n.get_ref()),
            timeout: seconds(&written.timeout, if mail { 120 } else { 30 })?,
            retry_for: seconds(&written.retry_for, RETRY_FOR_S)?,
            way: self.way(written, root)?,
            name,
        })
    }

    fn way(&self, written: file::Deliver, root: &Path) -> Result<Way, ConfigError> {
        Ok(match written.kind.get_ref().as_str() {
            "smtp" => Way::Smtp(self.smtp(written, root)?),
            "slack" => Way::Slack(self.hook(written, root)?),
            "teams" => Way::Teams(self.hook(written, root)?),
            "webhook" => Way::Webhook(self.hook(written, root)?),
            "folder" => Way::Folder(root.join(self.needs(&written.kind, "path", &written.path)?)),
            other => {
                let hint = nearest(other, KINDS.into_iter());
                return Err(self.at(written.kind.span(), format!("unknown kind of target `{other}`"), hint));
            }
        })
    }

    /// Refuses a key that means nothing for the kind.
    fn only_its_keys(&self, written: &file::Deliver) -> Result<(), ConfigError> {
        let kind = written.kind.get_ref().as_str();
        if !KINDS.contains(&kind) {
            return Ok(());
        }
        let mail = &["smtp"][..];
        let hooks = &["slack", "teams", "webhook"][..];
        type Given<'k> = (&'static str, Option<Range<usize>>, &'k [&'static str]);
        let given: [Given<'_>; 14] = [
            ("host", span(&written.host), mail),
            ("port", span(&written.port), mail),
            ("tls", span(&written.tls), mail),
            ("from", span(&written.from), mail),
            ("to", span(&written.to), mail),
            ("user", span(&written.user), mail),
            ("password", span(&written.password), mail),
            ("url", span(&written.url), hooks),
            ("headers", span(&written.headers), hooks),
            ("secret", span(&written.secret), &["webhook"]),
            ("signature-header", span(&written.signature_header), &["webhook"]),
            ("idempotent", span(&written.idempotent), &["webhook"]),
            ("path", span(&written.path), &["folder"]),
            ("allow-plain", span(&written.allow_plain), &["smtp", "slack", "teams", "webhook"]),
        ];
        for (key, place, kinds) in given {
            if let Some(place) = place.filter(|_| !kinds.contains(&kind)) {
                let hint = format!("`{key}` is for targets of kind {}", kinds.join(", "));
                return Err(self.at(place, format!("a target of kind `{kind}` takes no `{key}`"), hint));
            }
        }
        Ok(())
    }

    fn needs(&self, kind: &Spanned<String>, key: &str, value: &Option<Spanned<String>>) -> Result<String, ConfigError> {
        let text = value.as_ref().map(|v| v.get_ref().trim()).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| {
            let message = format!("a target of kind `{}` needs `{key}`", kind.get_ref());
            self.at(kind.span(), message, format!("add {key} = \"…\""))
        })
    }

    fn smtp(&self, written: file::Deliver, root: &Path) -> Result<Smtp, ConfigError> {
        let host = self.needs(&written.kind, "host", &written.host)?;
        let tls = match written.tls.as_ref().map(|t| (t.get_ref().as_str(), t.span())) {
            None | Some(("starttls", _)) => Tls::StartTls,
            Some(("implicit", _)) => Tls::Implicit,
            Some(("none", span)) => {
                if !is_loopback(&host) && !allowed(&written.allow_plain) {
                    let hint = "use \"starttls\", or add allow-plain = true if the way there is safe".to_owned();
                    return Err(self.at(span, format!("mail to {host} would go unencrypted"), hint));
                }
                Tls::None
            }
            Some((other, span)) => {
                let hint = nearest(other, ["starttls", "implicit", "none"].into_iter());
                return Err(self.at(span, format!("unknown way of encrypting `{other}`"), hint));
            }
        };
        let port = match tls {
            Tls::StartTls => 587,
            Tls::Implicit => 465,
            Tls::None => 25,
        };
        self.needs(&written.kind, "from", &written.from)?;
        let from = written.from.as_ref().map(|from| self.mailbox(from)).transpose()?;
        let to = written.to.as_ref().map_or(&[][..], |to| to.get_ref().as_slice());
        let to: Vec<Mailbox> = to.iter().map(|to| self.mailbox(to)).collect::<Result<_, _>>()?;
        let Some(from) = from.filter(|_| !to.is_empty()) else {
            let hint = "add to = [\"team@example.com\"]".to_owned();
            return Err(self.at(written.kind.span(), "a target of kind `smtp` needs `to`".to_owned(), hint));
        };
        let password = written.password.as_ref().map(|p| self.secret(p, "password", false, root)).transpose()?;
        let login = match (written.user, password) {
            (Some(user), Some(password)) => Some((user.into_inner(), password)),
            (None, None) => None,
            _ => {
                let hint = "give both, or none where the server asks for neither".to_owned();
                return Err(self.at(written.kind.span(), "`user` and `password` go together".to_owned(), hint));
            }
        };
        Ok(Smtp {
            host,
            port: written.port.map_or(port, Spanned::into_inner),
            tls,
            from,
            to,
            login,
            ca_file: written.ca_file.map(|f| root.join(f.into_inner())),
        })
    }

    fn hook(&self, written: file::Deliver, root: &Path) -> Result<Hook, ConfigError> {
        let Some(url) = &written.url else {
            let hint = "add url = { env = \"NAME\" } and put the address in that variable".to_owned();
            let message = format!("a target of kind `{}` needs `url`", written.kind.get_ref());
            return Err(self.at(written.kind.span(), message, hint));
        };
        let allow_plain = allowed(&written.allow_plain);
        let place = url.span();
        let url = self.secret(url, "url", true, root)?;
        if let SecretRef::Plain(text) = &url {
            plain_enough(text.expose(), allow_plain)
                .map_err(|(message, hint)| self.at(place, message, hint.to_owned()))?;
        }
        let secret = written.secret.as_ref().map(|s| self.secret(s, "secret", false, root)).transpose()?;
        let header = written.signature_header.as_ref().map(|h| self.header(h)).transpose()?;
        if let (Some(given), None) = (&written.signature_header, &secret) {
            let hint = "add secret = { env = \"NAME\" }".to_owned();
            return Err(self.at(given.span(), "a signature needs a secret".to_owned(), hint));
        }
        let mut headers = BTreeMap::new();
        for (name, value) in written.headers.map(Spanned::into_inner).unwrap_or_default() {
            headers.insert(self.header(&name)?, self.secret(&value, name.get_ref(), true, root)?);
        }
        Ok(Hook {
            url,
            headers,
            signature: secret.map(|s| (header.unwrap_or_else(|| "X-Cutover-Signature".to_owned()), s)),
            idempotent: written.idempotent.is_some_and(Spanned::into_inner),
            allow_plain,
            ca_file: written.ca_file.map(|f| root.join(f.into_inner())),
        })
    }

    fn mailbox(&self, text: &Spanned<String>) -> Result<Mailbox, ConfigError> {
        Mailbox::read(text.get_ref()).ok_or_else(|| {
            let hint = "write it as \"team@example.com\" or \"The team <team@example.com>\"".to_owned();
            self.at(text.span(), "not a mail address".to_owned(), hint)
        })
    }

    pub(super) fn header(&self, name: &Spanned<String>) -> Result<String, ConfigError> {
        let text = name.get_ref();
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if text.is_empty() || !text.chars().all(token) {
            return Err(self.at(name.span(), "not the name of a header".to_owned(), None));
        }
        let ours = ["content-type", "content-length", "host", "transfer-encoding", "connection", "idempotency-key"];
        if ours.contains(&text.to_ascii_lowercase().as_str()) {
            return Err(self.at(name.span(), format!("the header `{text}` is set by the tool itself"), None));
        }
        Ok(text.clone())
    }

    /// A secret by reference, or as a text where it may be none.
    pub(super) fn secret(
        &self,
        value: &Spanned<toml::Value>,
        key: &str,
        plain: bool,
        root: &Path,
    ) -> Result<SecretRef, ConfigError> {
        let hint = format!("write {key} = {{ env = \"NAME\" }} or {key} = {{ file = \"path\" }}");
        let wrong = |message: &str| self.at(value.span(), message.to_owned(), hint.clone());
        match value.get_ref() {
            toml::Value::String(text) if plain => {
                if text.is_empty() || text.chars().any(char::is_control) {
                    return Err(wrong("this text is empty or holds a control character"));
                }
                Ok(SecretRef::Plain(Secret::new(text.clone())))
            }
            toml::Value::Table(table) if table.len() == 1 => match (table.get("env"), table.get("file")) {
                (Some(toml::Value::String(name)), None) if is_variable(name) => {
                    self.variables.borrow_mut().insert(name.clone());
                    Ok(SecretRef::Env(name.clone()))
                }
                (None, Some(toml::Value::String(path))) if !path.is_empty() => Ok(SecretRef::File(root.join(path))),
                _ => Err(wrong("a secret is named by its variable or its file")),
            },
            toml::Value::String(_) => Err(wrong("a secret does not stand in the configuration itself")),
            _ => Err(wrong("a secret is named by its variable or its file")),
        }
    }
}

/// Whether an address may be posted to: encrypted, on this machine, or plainly wanted.
///
/// # Errors
/// What is wrong and what to do; the address itself is in neither.
pub fn plain_enough(url: &str, allow_plain: bool) -> Result<String, (String, &'static str)> {
    let Some((host, encrypted)) = host_of(url) else {
        return Err(("this is not a web address".to_owned(), "it begins with https://"));
    };
    if !encrypted && !allow_plain && !is_loopback(&host) {
        let hint = "use https://, or add allow-plain = true if the way there is safe";
        return Err((format!("reports to {host} would go unencrypted"), hint));
    }
    Ok(host)
}

fn is_variable(name: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.chars().all(fine) && name.chars().next().is_some_and(|c| !c.is_ascii_digit())
}

pub(super) fn allowed(flag: &Option<Spanned<bool>>) -> bool {
    flag.as_ref().is_some_and(|f| *f.get_ref())
}

pub(super) fn span<T>(value: &Option<Spanned<T>>) -> Option<Range<usize>> {
    value.as_ref().map(Spanned::span)
}
