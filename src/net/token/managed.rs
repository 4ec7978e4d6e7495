//! The identity of a container (Container Apps, App Service, Functions) or of a machine in Azure.

use crate::config::secret::Lookup;
use crate::net::{Ask, Client};

/// The metadata service of machines.
const METADATA: &str = "http://169.254.169.254";
/// It may say that it does not know the identity yet, and that it is being renewed.
const NOT_YET: &[u16] = &[404, 410];

/// The identity endpoint of a container.
pub(super) struct Local {
    pub(super) endpoint: String,
    header: String,
}

impl Local {
    /// The endpoint that the platform names, if it does.
    pub(super) fn of(env: Lookup<'_>) -> Option<Self> {
        let given = |name: &str| env(name).filter(|value| !value.is_empty());
        Some(Local { endpoint: given("IDENTITY_ENDPOINT")?, header: given("IDENTITY_HEADER")? })
    }
}

/// Where a machine's identity is asked for; the variable is that of Azure's own libraries.
pub(super) fn metadata_host(env: Lookup<'_>) -> String {
    env("AZURE_POD_IDENTITY_AUTHORITY_HOST").filter(|host| !host.is_empty()).unwrap_or_else(|| METADATA.to_owned())
}

pub(super) fn ask(http: &Client, local: Option<&Local>, client: Option<&str>, audience: &str) -> Ask {
    let of_client = client.map(|id| ("client_id", id));
    match local {
        Some(local) => {
            let query: Vec<_> =
                [("resource", audience), ("api-version", "2019-08-01")].into_iter().chain(of_client).collect();
            let mut url = http.url("");
            // The endpoint is taken as it was given.
            let path = url.path().trim_end_matches('/').to_owned();
            url.set_path(&path);
            Ask::get(url, &query).header("x-identity-header", local.header.clone())
        }
        None => {
            let query: Vec<_> =
                [("api-version", "2018-02-01"), ("resource", audience)].into_iter().chain(of_client).collect();
            Ask::get(http.url("metadata/identity/oauth2/token"), &query).header("metadata", "true").again_on(NOT_YET)
        }
    }
}
