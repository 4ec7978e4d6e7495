//! `kind = "archive"`: files in S3, Azure Blob Storage or Google Cloud Storage.

use std::path::Path;

use toml::Spanned;

use super::server::{Login, Server};
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::secret::SecretRef;
use crate::config::settle::Settling;

/// An archive and which of its objects are read.
#[derive(Debug, Clone)]
pub struct Archive {
    /// Where its interface is. Tokens and keys are in `key`.
    pub server: Server,
    pub cloud: Cloud,
    /// A bucket; a container of Azure.
    pub bucket: String,
    /// Folder of the objects, without a slash at either end; may be empty.
    pub prefix: String,
    /// Globs on what stands below the prefix in an object's name.
    pub paths: Vec<String>,
    /// The address is the configuration's own, and not the cloud's.
    pub own_endpoint: bool,
    /// Region of S3.
    pub region: Option<String>,
    /// Account of Azure; empty elsewhere.
    pub account: String,
    pub key: Key,
}

/// Whose interface an archive has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cloud {
    S3,
    Azure,
    Google,
}

/// What opens an archive.
#[derive(Debug, Clone)]
pub enum Key {
    /// What the environment or the machine itself has.
    Platform,
    /// Access key, secret key and, for keys that expire, the session's token.
    Access(SecretRef, SecretRef, Option<SecretRef>),
    /// The key of an account of Azure.
    Account(SecretRef),
    /// A shared access signature of Azure.
    Signature(SecretRef),
    /// A service account of Google, as JSON.
    Service(SecretRef),
    /// A token of Entra or Google.
    Token(SecretRef),
}

impl Cloud {
    /// How addresses of its objects begin.
    #[must_use]
    pub fn scheme(self) -> &'static str {
        match self {
            Cloud::S3 => "s3",
            Cloud::Azure => "az",
            Cloud::Google => "gs",
        }
    }
}

impl Archive {
    /// Address of its bucket, without a slash at the end.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}://{}", self.cloud.scheme(), self.bucket)
    }
}

const FORMS: &str = "it is s3://bucket/prefix, az://container/prefix or gs://bucket/prefix";

impl Settling<'_> {
    pub(super) fn archive(&self, source: &file::Source, root: &Path) -> Result<Archive, ConfigError> {
        let (cloud, bucket, prefix) = self.archive_place(source)?;
        let text = |value: &Option<Spanned<String>>| value.as_ref().map(|v| v.get_ref().trim().to_owned());
        self.only_of_their_cloud(source, cloud)?;
        let (region, account) = (text(&source.region), text(&source.account).unwrap_or_default());
        if cloud == Cloud::Azure && account.is_empty() {
            let hint = "add account = \"name of the storage account\"".to_owned();
            return Err(self.at(source.kind.span(), "an archive in Azure needs `account`".to_owned(), hint));
        }
        let url = match &source.endpoint {
            Some(endpoint) => {
                let url = endpoint.get_ref().trim().trim_end_matches('/').to_owned();
                self.web(source, url, endpoint.span())?
            }
            None => match cloud {
                Cloud::S3 => format!("https://s3.{}.amazonaws.com", region.as_deref().unwrap_or("us-east-1")),
                Cloud::Azure => format!("https://{account}.blob.core.windows.net"),
                Cloud::Google => "https://storage.googleapis.com".to_owned(),
            },
        };
        let server = self.server_at(url, source, root)?;
        let key = self.archive_key(source, root, &server.login)?;
        let own_endpoint = source.endpoint.is_some();
        Ok(Archive { server, cloud, bucket, prefix, paths: self.paths(source)?, own_endpoint, region, account, key })
    }

    fn archive_place(&self, source: &file::Source) -> Result<(Cloud, String, String), ConfigError> {
        let Some(url) = &source.url else {
            return Err(self.at(
                source.kind.span(),
                "a source of kind `archive` needs `url`".to_owned(),
                FORMS.to_owned(),
            ));
        };
        let wrong = || self.at(url.span(), "this is not the address of an archive".to_owned(), FORMS.to_owned());
        let (scheme, rest) = url.get_ref().trim().split_once("://").ok_or_else(wrong)?;
        let cloud = match scheme {
            "s3" => Cloud::S3,
            "az" => Cloud::Azure,
            "gs" => Cloud::Google,
            _ => return Err(wrong()),
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let fine = |c: char| c.is_ascii_alphanumeric() || "-._$".contains(c);
        if bucket.is_empty() || !bucket.chars().all(fine) || prefix.chars().any(char::is_control) {
            return Err(wrong());
        }
        Ok((cloud, bucket.to_owned(), prefix.trim_matches('/').to_owned()))
    }

    /// Refuses a key that another cloud's archives take.
    fn only_of_their_cloud(&self, source: &file::Source, cloud: Cloud) -> Result<(), ConfigError> {
        use crate::config::deliver::span;
        let given = [
            ("region", span(&source.region), &[Cloud::S3][..]),
            ("access-key", span(&source.access_key), &[Cloud::S3]),
            ("secret-key", span(&source.secret_key), &[Cloud::S3]),
            ("session-token", span(&source.session_token), &[Cloud::S3]),
            ("account", span(&source.account), &[Cloud::Azure]),
            ("account-key", span(&source.account_key), &[Cloud::Azure]),
            ("sas", span(&source.sas), &[Cloud::Azure]),
            ("service-account", span(&source.service_account), &[Cloud::Google]),
            ("token", span(&source.token), &[Cloud::Azure, Cloud::Google]),
        ];
        for (key, place, clouds) in given {
            if let Some(place) = place.filter(|_| !clouds.contains(&cloud)) {
                let schemes: Vec<String> = clouds.iter().map(|c| format!("{}://", c.scheme())).collect();
                let message = format!("an archive at {}:// takes no `{key}`", cloud.scheme());
                return Err(self.at(place, message, format!("`{key}` is for {}", schemes.join(" and "))));
            }
        }
        Ok(())
    }

    fn archive_key(&self, source: &file::Source, root: &Path, login: &Login) -> Result<Key, ConfigError> {
        let secret = |value: &Option<Spanned<toml::Value>>, key: &str, plain: bool| {
            value.as_ref().map(|value| self.secret(value, key, plain, root)).transpose()
        };
        // The name of an access key is no secret.
        let access = secret(&source.access_key, "access-key", true)?;
        let secret_key = secret(&source.secret_key, "secret-key", false)?;
        let session = secret(&source.session_token, "session-token", false)?;
        let mut keys: Vec<Key> = Vec::new();
        match (access, secret_key, session) {
            (None, None, None) => {}
            (Some(access), Some(secret), session) => keys.push(Key::Access(access, secret, session)),
            _ => {
                let hint = "give `access-key` and `secret-key`, and `session-token` where they expire".to_owned();
                return Err(self.at(source.kind.span(), "these keys do not go together".to_owned(), hint));
            }
        }
        keys.extend(secret(&source.account_key, "account-key", false)?.map(Key::Account));
        keys.extend(secret(&source.sas, "sas", false)?.map(Key::Signature));
        keys.extend(secret(&source.service_account, "service-account", false)?.map(Key::Service));
        if let Login::Bearer(token) = login {
            keys.push(Key::Token(token.clone()));
        }
        if keys.len() > 1 {
            let hint = "give one kind of key, or none for what the environment or the machine has".to_owned();
            return Err(self.at(source.kind.span(), "an archive is opened with one key".to_owned(), hint));
        }
        Ok(keys.pop().unwrap_or(Key::Platform))
    }
}
