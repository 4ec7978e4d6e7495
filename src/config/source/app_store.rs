//! `kind = "app-store-connect"`: feedback, crashes and builds of TestFlight.

use std::path::Path;

use jiff::Timestamp;
use toml::Spanned;

use super::server::Server;
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::secret::SecretRef;
use crate::config::settle::Settling;

/// An app and the key that may read about it.
#[derive(Debug, Clone)]
pub struct AppStore {
    pub server: Server,
    /// Bundle id, or the app's number.
    pub app: String,
    pub key_id: String,
    /// Of a team's key; a person's own key has none.
    pub issuer: Option<String>,
    /// The `.p8` file.
    pub key: SecretRef,
    /// Nothing older is asked for, where the source says so.
    pub since: Option<Timestamp>,
}

impl Settling<'_> {
    pub(super) fn app_store(&self, source: &file::Source, root: &Path) -> Result<AppStore, ConfigError> {
        let text = |value: &Option<Spanned<String>>, key: &str, hint: &str| {
            let found = value.as_ref().map(|v| v.get_ref().trim().to_owned()).filter(|v| !v.is_empty());
            found.ok_or_else(|| {
                let message = format!("a source of kind `{}` needs `{key}`", source.kind.get_ref());
                self.at(source.kind.span(), message, hint.to_owned())
            })
        };
        let Some(key) = &source.key else {
            let hint = "add key = { file = \"AuthKey_ABC123DEF4.p8\" }".to_owned();
            let message = "a source of kind `app-store-connect` needs `key`".to_owned();
            return Err(self.at(source.kind.span(), message, hint));
        };
        Ok(AppStore {
            server: self.server(source, root, Some("https://api.appstoreconnect.apple.com"))?,
            app: text(&source.app, "app", "add app = \"com.example.app\", its bundle id")?,
            key_id: text(&source.key_id, "key-id", "add key-id = \"ABC123DEF4\", as App Store Connect shows it")?,
            issuer: source.issuer.as_ref().map(|i| i.get_ref().clone()),
            key: self.secret(key, "key", false, root)?,
            since: source.since.as_ref().map(|at| self.time(at)).transpose()?,
        })
    }
}
