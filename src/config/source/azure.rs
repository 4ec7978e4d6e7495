//! `kind = "azure-logs"`: the lines of a Log Analytics workspace; and who asks, as Microsoft Entra knows it.

use std::path::Path;

use super::server::{Login, Pulling, Server};
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::secret::SecretRef;
use crate::config::settle::Settling;

/// Where workspaces of the public cloud are asked.
const URL: &str = "https://api.loganalytics.azure.com";
/// For whom a token is, there.
const AUDIENCE: &str = "https://api.loganalytics.io";
/// Who gives tokens, there.
const AUTHORITY: &str = "https://login.microsoftonline.com";
/// Console lines of Container Apps, by either destination; the table that is not there is left out.
const QUERY: &str = "union isfuzzy=true ContainerAppConsoleLogs_CL, ContainerAppConsoleLogs";

/// A workspace and what is asked of it.
#[derive(Debug, Clone)]
pub struct AzureLogs {
    pub server: Server,
    pub pulling: Pulling,
    /// The workspace's id, a GUID.
    pub workspace: String,
    /// KQL that gives rows with `TimeGenerated`.
    pub query: String,
    /// Who asks; a token of the configuration itself where there is none.
    pub identity: Option<Identity>,
    /// Who gives tokens.
    pub authority: String,
    /// For whom tokens are.
    pub audience: String,
}

/// An application or managed identity of Microsoft Entra.
#[derive(Debug, Clone)]
pub enum Identity {
    /// An application with a secret.
    Secret { tenant: String, client: String, secret: SecretRef },
    /// An application that shows a token of the platform it runs on.
    Federated { tenant: String, client: String, token: SecretRef },
    /// What the machine or container is; `client` where it has more than one identity.
    Managed { client: Option<String> },
}

impl Settling<'_> {
    pub(super) fn azure_logs(&self, source: &file::Source, root: &Path) -> Result<AzureLogs, ConfigError> {
        let server = self.server(source, root, Some(URL))?;
        let identity = match server.login {
            Login::None => Some(self.identity(source, root)?),
            Login::Bearer(_) => None,
            _ => {
                let hint = "give `token`, or `tenant`, `client-id` and `client-secret`".to_owned();
                return Err(self.at(source.kind.span(), "a workspace takes no password".to_owned(), hint));
            }
        };
        let hint = "add workspace = \"00000000-0000-0000-0000-000000000000\", the workspace's id".to_owned();
        let Some(workspace) = &source.workspace else {
            let message = "a source of kind `azure-logs` needs `workspace`".to_owned();
            return Err(self.at(source.name.span(), message, hint));
        };
        let id = workspace.get_ref();
        if id.len() != 36 || !id.chars().all(|c| c.is_ascii_hexdigit() || c == '-') {
            return Err(self.at(workspace.span(), "this is no id of a workspace".to_owned(), hint));
        }
        let or = |value: &Option<toml::Spanned<String>>, default: &str| {
            value.as_ref().map_or(default, |v| v.get_ref().as_str()).trim_end_matches('/').to_owned()
        };
        let query = source.query.as_ref().map_or(QUERY, |q| q.get_ref().as_str());
        Ok(AzureLogs {
            server,
            pulling: self.pulling(source, 6 * 3600)?,
            workspace: id.clone(),
            query: query.trim_end().trim_end_matches(';').to_owned(),
            identity,
            authority: or(&source.authority, AUTHORITY),
            audience: or(&source.audience, AUDIENCE),
        })
    }

    fn identity(&self, source: &file::Source, root: &Path) -> Result<Identity, ConfigError> {
        let client = source.client_id.as_ref().map(|id| id.get_ref().clone());
        let tenant = source.tenant.as_ref().map(|id| id.get_ref().clone());
        let (secret, token) = (&source.client_secret, &source.federated_token);
        match (secret, token, tenant, client) {
            (None, None, None, client) => Ok(Identity::Managed { client }),
            (Some(secret), None, Some(tenant), Some(client)) => {
                Ok(Identity::Secret { tenant, client, secret: self.secret(secret, "client-secret", false, root)? })
            }
            (None, Some(token), Some(tenant), Some(client)) => {
                Ok(Identity::Federated { tenant, client, token: self.secret(token, "federated-token", false, root)? })
            }
            _ => {
                let hint =
                    "give `tenant` and `client-id` with `client-secret` or `federated-token`, or none of them (and \
                            `client-id` where it has several) for a managed identity"
                        .to_owned();
                Err(self.at(source.kind.span(), "these credentials do not go together".to_owned(), hint))
            }
        }
    }
}
