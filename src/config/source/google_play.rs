//! `kind = "google-play"`: what Google Play counts of an app's testers.

use std::path::Path;

use jiff::Timestamp;

use super::server::Server;
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::secret::SecretRef;
use crate::config::settle::Settling;

/// An app and the service account that may read about it.
#[derive(Debug, Clone)]
pub struct GooglePlay {
    pub server: Server,
    /// Its package name.
    pub app: String,
    /// The JSON file of the service account's key.
    pub key: SecretRef,
    /// Nothing older is asked for, where the source says so.
    pub since: Option<Timestamp>,
}

impl Settling<'_> {
    pub(super) fn google_play(&self, source: &file::Source, root: &Path) -> Result<GooglePlay, ConfigError> {
        let needs = |key: &str, hint: &str| {
            let message = format!("a source of kind `google-play` needs `{key}`");
            self.at(source.kind.span(), message, hint.to_owned())
        };
        let app = source.app.as_ref().ok_or_else(|| needs("app", "add app = \"com.example.app\", its package"))?;
        let key = source.key.as_ref().ok_or_else(|| needs("key", "add key = { file = \"service-account.json\" }"))?;
        let right = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'_';
        if app.get_ref().is_empty() || !app.get_ref().bytes().all(right) {
            let hint = "it is the package name, as \"com.example.app\"".to_owned();
            return Err(self.at(app.span(), "this is no package name".to_owned(), hint));
        }
        Ok(GooglePlay {
            server: self.server(source, root, Some("https://playdeveloperreporting.googleapis.com"))?,
            app: app.get_ref().clone(),
            key: self.secret(key, "key", false, root)?,
            since: source.since.as_ref().map(|at| self.time(at)).transpose()?,
        })
    }
}
