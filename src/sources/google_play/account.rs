//! A service account's key in, a token that holds for an hour out.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::Shared;
use super::super::formats::json_records::{at, text};
use crate::config::deliver::is_loopback;
use crate::config::source::{GooglePlay, Login, Server};
use crate::net::jwt::SigningKey;
use crate::net::{Ask, Client, Failure, FailureKind, Url};

/// Only this is asked for, and it allows nothing but reading.
const SCOPE: &str = "https://www.googleapis.com/auth/playdeveloperreporting";
/// Seconds before its end at which a token is asked for anew.
const MARGIN_S: i64 = 300;

/// A service account and where its tokens come from.
pub(super) struct Account {
    client: Arc<Client>,
    url: Url,
    email: String,
    key_id: String,
    key: SigningKey,
}

impl Account {
    /// Reads the key's file.
    ///
    /// # Errors
    /// A failure that holds nothing of the key.
    pub(super) fn read(from: &GooglePlay, shared: &Shared) -> Result<Self, Failure> {
        let unusable = |what: String| {
            let hint = "`key` names the JSON file of a key of a service account, or a variable that holds its text";
            Failure::new(FailureKind::Unauthorized, what, hint)
        };
        let secret = from.key.resolve_lines(shared.env()).map_err(unusable)?;
        let key: Value = serde_json::from_str(secret.expose())
            .map_err(|error| unusable(format!("the service account's key is no JSON (line {})", error.line())))?;
        let field =
            |name: &str| text(&key, name).ok_or_else(|| unusable(format!("the service account's key has no `{name}`")));
        let uri = field("token_uri")?;
        let url = Url::parse(&uri).map_err(|_| unusable("its `token_uri` is no web address".to_owned()))?;
        if url.scheme() != "https" && !url.host_str().is_some_and(is_loopback) {
            return Err(unusable("its `token_uri` is not encrypted".to_owned()));
        }
        // Headers and credentials of the source are for the other host.
        let server = Server { url: uri, login: Login::None, headers: Default::default(), ..from.server.clone() };
        Ok(Account {
            client: shared.client(&server, &[])?,
            url,
            email: field("client_email")?,
            key_id: field("private_key_id")?,
            key: SigningKey::rsa(&field("private_key")?).map_err(unusable)?,
        })
    }

    /// A token, and when to ask for the next one, in seconds since the epoch by this machine's clock.
    pub(super) async fn token(&self) -> Result<(String, i64), Failure> {
        let now = self.client.now().as_second();
        let theirs = now + self.client.skew_s().unwrap_or(0);
        let claims =
            json!({"iss": self.email, "scope": SCOPE, "aud": self.url.as_str(), "iat": theirs, "exp": theirs + 3600});
        let signed = self.key.sign(&self.key_id, &claims);
        let assertion = signed.map_err(|what| Failure::new(FailureKind::Unauthorized, what, "see `key`"))?;
        self.client.conceal(&assertion);
        let fields = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.as_str())];
        let answer = self.client.send(&Ask::form(self.url.clone(), &fields)).await.map_err(refused)?;
        let body: Value = answer.json(self.client.host())?;
        let token = text(&body, "access_token")
            .ok_or_else(|| Failure::malformed(self.client.host(), "there is no `access_token`"))?;
        let holds = at(&body, "expires_in").as_i64().unwrap_or(3600);
        Ok((token, now + (holds - MARGIN_S).max(1)))
    }
}

/// A refusal of the key comes as 400 with a word.
fn refused(failure: Failure) -> Failure {
    let said = String::from_utf8_lossy(failure.body()).contains("invalid_grant");
    if !said {
        return failure;
    }
    let hint = "the key was deleted, or this machine's clock is wrong".to_owned();
    Failure { kind: FailureKind::Unauthorized, hint, ..failure }
}
