//! An archive of the configuration in, the library's store out; the environment is looked up here and nowhere else.

use std::sync::Arc;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{ObjectStore, RetryConfig};

use super::fault;
use super::relay::Relay;
use crate::config::secret::SecretRef;
use crate::config::source::archive::{Archive, Cloud, Key};
use crate::net::{Failure, FailureKind};
use crate::sources::Shared;

/// What an environment may say of access to S3, in Amazon's own names.
const S3: [&str; 11] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ENDPOINT_URL_STS",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_REQUEST_PAYER",
];
const S3_REGION: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
/// The same of Azure; `IDENTITY_ENDPOINT` is what its app services set.
const AZURE: [&str; 8] = [
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_TENANT_ID",
    "AZURE_AUTHORITY_HOST",
    "AZURE_FEDERATED_TOKEN_FILE",
    "IDENTITY_ENDPOINT",
];
/// The same of Google.
const GOOGLE: [&str; 3] = ["GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_KEY", "GOOGLE_APPLICATION_CREDENTIALS"];

/// Opens an archive; nothing is asked yet.
///
/// # Errors
/// A sentence: a secret that cannot be had, or that is none.
pub(super) fn open(from: &Archive, shared: &Arc<Shared>) -> Result<Arc<dyn ObjectStore>, Failure> {
    let relay = Relay::new(shared, &from.server, from.cloud == Cloud::Google);
    let opened: object_store::Result<Arc<dyn ObjectStore>> = match from.cloud {
        Cloud::S3 => s3(from, shared)?.with_http_connector(relay).build().map(|store| Arc::new(store) as _),
        Cloud::Azure => azure(from, shared)?.with_http_connector(relay).build().map(|store| Arc::new(store) as _),
        Cloud::Google => google(from, shared)?.with_http_connector(relay).build().map(|store| Arc::new(store) as _),
    };
    opened.map_err(|error| {
        let what = format!("{} cannot be opened: {}", from.address(), fault::cause(&error));
        Failure::new(FailureKind::Unauthorized, what, "see the source's keys")
    })
}

/// Requests are repeated by the client below.
fn never() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

fn exposed(secret: &SecretRef, shared: &Shared) -> Result<String, Failure> {
    Ok(secret.resolve(shared.env()).map_err(unavailable)?.expose().to_owned())
}

fn unavailable(what: String) -> Failure {
    Failure::new(FailureKind::Unauthorized, what, "set the variable or write the file that the source names")
}

/// What the environment says under these names, as the library's own keys.
fn of_environment<K: std::str::FromStr>(names: &[&str], shared: &Shared) -> Vec<(K, String)> {
    let said = |name: &&str| {
        let value = shared.env()(name).filter(|value| !value.is_empty())?;
        Some((name.to_ascii_lowercase().parse().ok()?, value))
    };
    names.iter().filter_map(said).collect()
}

fn s3(from: &Archive, shared: &Shared) -> Result<AmazonS3Builder, Failure> {
    let mut builder = AmazonS3Builder::new().with_bucket_name(&from.bucket).with_retry(never());
    let region: Option<String> =
        from.region.clone().or_else(|| S3_REGION.iter().find_map(|name| shared.env()(name)).filter(|r| !r.is_empty()));
    if let Some(region) = region {
        builder = builder.with_region(region);
    }
    if from.own_endpoint {
        builder = builder.with_endpoint(&from.server.url);
    }
    if let Key::Access(id, secret, session) = &from.key {
        builder = builder.with_access_key_id(exposed(id, shared)?).with_secret_access_key(exposed(secret, shared)?);
        if let Some(session) = session {
            builder = builder.with_token(exposed(session, shared)?);
        }
    } else {
        for (key, value) in of_environment::<AmazonS3ConfigKey>(&S3, shared) {
            builder = builder.with_config(key, value);
        }
    }
    Ok(builder)
}

fn azure(from: &Archive, shared: &Shared) -> Result<MicrosoftAzureBuilder, Failure> {
    let mut builder = MicrosoftAzureBuilder::new()
        .with_account(&from.account)
        .with_container_name(&from.bucket)
        .with_endpoint(from.server.url.clone())
        .with_retry(never());
    match &from.key {
        Key::Account(key) => builder = builder.with_access_key(exposed(key, shared)?),
        Key::Signature(sas) => builder = builder.with_config(AzureConfigKey::SasKey, exposed(sas, shared)?),
        Key::Token(token) => builder = builder.with_bearer_token_authorization(exposed(token, shared)?),
        _ => {
            for (key, value) in of_environment::<AzureConfigKey>(&AZURE, shared) {
                builder = builder.with_config(key, value);
            }
        }
    }
    Ok(builder)
}

fn google(from: &Archive, shared: &Shared) -> Result<GoogleCloudStorageBuilder, Failure> {
    let mut builder = GoogleCloudStorageBuilder::new().with_bucket_name(&from.bucket).with_retry(never());
    if from.own_endpoint {
        builder = builder.with_base_url(&from.server.url);
    }
    match &from.key {
        Key::Service(secret) => {
            let json = secret.resolve_lines(shared.env()).map_err(unavailable)?;
            builder = builder.with_service_account_key(json.expose());
        }
        Key::Token(token) => builder = builder.with_bearer_token(exposed(token, shared)?),
        _ => {
            for (key, value) in of_environment::<GoogleConfigKey>(&GOOGLE, shared) {
                builder = builder.with_config(key, value);
            }
        }
    }
    Ok(builder)
}
