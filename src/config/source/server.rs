//! How a system is reached, and how much of it is pulled at a time.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use toml::Spanned;

use crate::config::addresses::{host_of, is_loopback};
use crate::config::deliver::allowed;
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::secret::{Lookup, SecretRef};
use crate::config::settle::Settling;

/// Credentials of a source.
#[derive(Debug, Clone)]
pub enum Login {
    None,
    /// User and password.
    Basic(String, SecretRef),
    /// A token that is sent as it is.
    Bearer(SecretRef),
    /// A key of Elasticsearch: `id:key`, or both already encoded.
    ApiKey(SecretRef),
}

/// A system and how it is spoken to.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its address, without credentials.
    pub url: String,
    pub login: Login,
    /// Further headers, by name.
    pub headers: BTreeMap<String, SecretRef>,
    /// Certificates (PEM) trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Longest time of one attempt.
    pub timeout: Duration,
    /// Longest time of the whole pull.
    pub deadline: Duration,
    /// Attempts at one request.
    pub attempts: u32,
    /// Most requests at once.
    pub concurrent: usize,
    /// Most decompressed bytes of one answer.
    pub max_bytes: u64,
}

impl Server {
    /// The headers that carry its credentials and what else it needs.
    ///
    /// # Errors
    /// A sentence that names the variable or file of a secret that cannot be had.
    pub fn headers(&self, env: Lookup<'_>) -> Result<Vec<(String, String)>, String> {
        let mut all = Vec::new();
        match &self.login {
            Login::None => {}
            Login::Basic(user, password) => {
                let pair = format!("{user}:{}", password.resolve(env)?.expose());
                all.push(("authorization".to_owned(), format!("Basic {}", STANDARD.encode(pair))));
            }
            Login::Bearer(token) => {
                all.push(("authorization".to_owned(), format!("Bearer {}", token.resolve(env)?.expose())));
            }
            Login::ApiKey(key) => {
                let key = key.resolve(env)?;
                let pair = key.expose().contains(':');
                let encoded = if pair { STANDARD.encode(key.expose()) } else { key.expose().to_owned() };
                all.push(("authorization".to_owned(), format!("ApiKey {encoded}")));
            }
        }
        for (name, value) in &self.headers {
            all.push((name.clone(), value.resolve(env)?.expose().to_owned()));
        }
        Ok(all)
    }
}

/// What is pulled at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulling {
    /// Length of a window in seconds; a window begins at a multiple of it.
    pub window_s: i64,
    /// Rows may arrive so late, in seconds; a window that ended more recently is pulled again.
    pub freshness_s: i64,
}

impl Settling<'_> {
    /// How a source is reached; `default` is the address where the kind has one of its own.
    pub(super) fn server(
        &self,
        source: &file::Source,
        root: &Path,
        default: Option<&str>,
    ) -> Result<Server, ConfigError> {
        let url = self.address(source, default)?;
        self.server_at(url, source, root)
    }

    /// The same for an address that is settled.
    pub(super) fn server_at(&self, url: String, source: &file::Source, root: &Path) -> Result<Server, ConfigError> {
        let secret = |value: &Option<Spanned<toml::Value>>, key: &str| {
            value.as_ref().map(|value| self.secret(value, key, false, root)).transpose()
        };
        let (password, token) = (secret(&source.password, "password")?, secret(&source.token, "token")?);
        let login = match (&source.user, password, token, secret(&source.api_key, "api-key")?) {
            (None, None, None, None) => Login::None,
            (Some(user), Some(password), None, None) => Login::Basic(user.get_ref().clone(), password),
            (None, None, Some(token), None) => Login::Bearer(token),
            (None, None, None, Some(key)) => Login::ApiKey(key),
            _ => {
                let hint = "give `user` and `password`, or one `token` or `api-key`, or none of them".to_owned();
                return Err(self.at(source.kind.span(), "these credentials do not go together".to_owned(), hint));
            }
        };
        let mut headers = BTreeMap::new();
        for (name, value) in source.headers.iter().flat_map(|headers| headers.get_ref()) {
            headers.insert(self.header(name)?, self.secret(value, name.get_ref(), true, root)?);
        }
        let seconds = |text: &Option<Spanned<String>>, default: i64| {
            let s = text.as_ref().map_or(Ok(default), |text| self.duration(text))?;
            Ok::<_, ConfigError>(Duration::from_secs(s.unsigned_abs()))
        };
        Ok(Server {
            url,
            login,
            headers,
            ca_file: source.ca_file.as_ref().map(|f| root.join(f.get_ref())),
            timeout: seconds(&source.timeout, 120)?,
            deadline: seconds(&source.deadline, 30 * 60)?,
            attempts: source.attempts.as_ref().map_or(6, |n| u32::from(*n.get_ref()).max(1)),
            concurrent: source.concurrent.as_ref().map_or(4, |n| usize::from(*n.get_ref()).max(1)),
            max_bytes: source.max_bytes.as_ref().map_or(64 << 20, |n| (*n.get_ref()).max(1)),
        })
    }

    fn address(&self, source: &file::Source, default: Option<&str>) -> Result<String, ConfigError> {
        let (url, place) = match (&source.url, default) {
            (Some(url), _) => (url.get_ref().trim().to_owned(), url.span()),
            (None, Some(default)) => (default.to_owned(), source.kind.span()),
            (None, None) => {
                let message = format!("a source of kind `{}` needs `url`", source.kind.get_ref());
                return Err(self.at(source.kind.span(), message, "add url = \"https://…\"".to_owned()));
            }
        };
        self.web(source, url, place)
    }

    /// An address that may be asked: of the web, without credentials, encrypted or allowed not to be.
    pub(super) fn web(&self, source: &file::Source, url: String, place: Range<usize>) -> Result<String, ConfigError> {
        let Some((host, encrypted)) = host_of(&url) else {
            return Err(self.at(place, "this is not a web address".to_owned(), "it begins with https://".to_owned()));
        };
        let authority = url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(""));
        if authority.contains('@') {
            let hint = "use `user` and `password = { env = \"NAME\" }`".to_owned();
            return Err(self.at(place, "credentials do not stand in an address".to_owned(), hint));
        }
        if !encrypted && !is_loopback(&host) && !allowed(&source.allow_plain) {
            let hint = "use https://, or add allow-plain = true if the way there is safe".to_owned();
            return Err(self.at(place, format!("what {host} is asked would go unencrypted"), hint));
        }
        Ok(url)
    }

    /// What is pulled at a time, with a window of `window_s` seconds where the source does not say.
    pub(super) fn pulling(&self, source: &file::Source, window_s: i64) -> Result<Pulling, ConfigError> {
        let window = source.window.as_ref().map_or(Ok(window_s), |text| self.duration(text))?;
        if let Some(text) = source.window.as_ref().filter(|_| 86_400 % window != 0) {
            let hint = "use a length that divides a day, as \"1h\", \"6h\" or \"24h\"".to_owned();
            return Err(self.at(text.span(), "windows of this length do not fill a day".to_owned(), hint));
        }
        let freshness_s = source.freshness.as_ref().map_or(Ok(15 * 60), |text| self.duration(text))?;
        Ok(Pulling { window_s: window, freshness_s })
    }
}
