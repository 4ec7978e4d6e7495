//! Tokens that expire: fetched when they are needed, renewed five minutes before their end, and once more where a system
//! does not take one although its time is not over.

mod answer;
mod entra;
mod managed;

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::wait::Pace;
use super::{Answer, Ask, Client, Failure, FailureKind, Limits};
use crate::config::secret::{Lookup, SecretRef};

/// So long before its end a token is renewed.
const EARLY: SignedDuration = SignedDuration::from_mins(5);

/// How a token is asked for.
#[derive(Debug, Clone)]
pub enum Grant {
    /// Microsoft Entra, for an application; `scope` is the audience with `/.default`.
    Entra { authority: String, tenant: String, client: String, proof: Proof, scope: String },
    /// The identity of this machine or container in Azure, for an audience.
    Managed { client: Option<String>, audience: String },
}

/// What an application shows of itself.
#[derive(Debug, Clone)]
pub enum Proof {
    Secret(SecretRef),
    /// A signed token of the platform that it runs on; read again each time, since platforms renew it.
    Assertion(SecretRef),
}

/// A token and its end.
#[derive(Clone)]
struct Held {
    token: String,
    until: Timestamp,
}

/// Where tokens of one grant come from.
pub struct Tokens {
    client: Client,
    grant: Grant,
    /// Endpoint and header of a container's identity, where there is one.
    local: Option<managed::Local>,
    held: Mutex<Option<Held>>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("grant", &self.grant).finish_non_exhaustive()
    }
}

impl Tokens {
    /// Nothing is asked for yet. `limits` are those of the system that the tokens are for.
    ///
    /// # Errors
    /// An address that is none, or certificates that cannot be read.
    pub fn new(
        grant: Grant,
        env: Lookup<'_>,
        ca_file: Option<&Path>,
        limits: &Limits,
        begun: Timestamp,
    ) -> Result<Self, Failure> {
        let mut limits = Limits { concurrent: 1, max_bytes: 1 << 20, ..limits.clone() };
        let mut local = None;
        let base = match &grant {
            Grant::Entra { authority, .. } => authority.clone(),
            Grant::Managed { .. } => {
                local = managed::Local::of(env);
                // The metadata service asks for waits from 2 s on, and to try for 70 s while it is renewed.
                let first = std::time::Duration::from_secs(4);
                limits.pace = Pace { first, attempts: limits.pace.attempts, ..limits.pace };
                local.as_ref().map_or_else(|| managed::metadata_host(env), |local| local.endpoint.clone())
            }
        };
        let client = Client::new(&base, Vec::new(), ca_file, limits, begun)?;
        Ok(Tokens { client, grant, local, held: Mutex::new(None) })
    }

    /// Sends a question with a token. Where the system does not take it (401), a new one is fetched and it is asked once
    /// more.
    ///
    /// # Errors
    /// Why there is no answer, or no token; no token stands in it.
    pub async fn send(&self, client: &Client, ask: &Ask, env: Lookup<'_>) -> Result<Answer, Failure> {
        let token = self.token(None, env).await?;
        let with = |token: &str| ask.clone().header("authorization", format!("Bearer {token}"));
        match client.send(&with(&token)).await {
            Err(failure) if failure.kind == FailureKind::Unauthorized => {
                let fresh = self.token(Some(&token), env).await?;
                client.send(&with(&fresh)).await.map_err(|failure| without(failure, &fresh))
            }
            answer => answer.map_err(|failure| without(failure, &token)),
        }
    }

    /// A token that holds for some minutes and is not `refused`.
    async fn token(&self, refused: Option<&str>, env: Lookup<'_>) -> Result<String, Failure> {
        let mut held = self.held.lock().await;
        let good = |h: &&Held| h.until - EARLY > self.client.now() && refused != Some(h.token.as_str());
        if let Some(held) = held.as_ref().filter(good) {
            return Ok(held.token.clone());
        }
        let fresh = self.fetch(env).await?;
        Ok(held.insert(fresh).token.clone())
    }

    async fn fetch(&self, env: Lookup<'_>) -> Result<Held, Failure> {
        let ask = match &self.grant {
            Grant::Entra { tenant, client, proof, scope, .. } => {
                entra::ask(&self.client, tenant, client, proof, scope, env)?
            }
            Grant::Managed { client, audience } => {
                managed::ask(&self.client, self.local.as_ref(), client.as_deref(), audience)
            }
        };
        let reply = self.client.send(&ask).await.map_err(|failure| answer::explained(failure, self.client.host()))?;
        let (token, until) = answer::read(&reply, self.client.host(), self.client.now())?;
        Ok(Held { token, until })
    }
}

/// A failure that repeats nothing of a token.
fn without(failure: Failure, token: &str) -> Failure {
    Failure { what: failure.what.replace(token, "***"), ..failure }
}
