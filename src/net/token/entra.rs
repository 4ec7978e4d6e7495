//! Microsoft Entra: a token for an application.

use super::Proof;
use crate::config::secret::Lookup;
use crate::net::{Ask, Client, Failure, FailureKind};

/// What a signed token of a platform is called (RFC 7523).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(super) fn ask(
    http: &Client,
    tenant: &str,
    client: &str,
    proof: &Proof,
    scope: &str,
    env: Lookup<'_>,
) -> Result<Ask, Failure> {
    let missing = |what| Failure::new(FailureKind::Unauthorized, what, "set the variable or write the file");
    let mut fields = vec![("grant_type", "client_credentials"), ("client_id", client), ("scope", scope)];
    let shown = match proof {
        Proof::Secret(secret) | Proof::Assertion(secret) => secret.resolve(env).map_err(missing)?,
    };
    match proof {
        Proof::Secret(_) => fields.push(("client_secret", shown.expose())),
        Proof::Assertion(_) => {
            fields.extend([("client_assertion_type", ASSERTION), ("client_assertion", shown.expose())]);
        }
    }
    Ok(Ask::form(http.url(&format!("{tenant}/oauth2/v2.0/token")), &fields))
}
