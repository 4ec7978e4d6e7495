//! Plain requests of the tests themselves: one connection each, no redirect followed, no retry.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, redirect};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

/// An answer that arrived whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The answer, which must have this status.
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

/// Sends what `request` makes of a client.
///
/// # Errors
/// What happened, where no whole answer came.
pub(crate) fn send(request: impl FnOnce(&Client) -> RequestBuilder) -> Result<Answer, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = Client::builder()
            .tls_backend_preconfigured(trust(b""))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .expect("a client");
        let answer = request(&client).send().await.map_err(|error| format!("{error:?}"))?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.bytes().await.map_err(|error| format!("{error:?}"))?.to_vec();
        Ok(Answer { status, headers, body })
    })
}

/// The answer to a plain GET.
///
/// # Panics
/// When no whole answer came.
pub(crate) fn get(url: &str) -> Answer {
    send(|client| client.get(url)).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// The answer to a GET with parameters, which are encoded here.
pub(crate) fn get_with(url: &str, parameters: &[(&str, &str)]) -> Answer {
    send(|client| client.get(url).query(parameters)).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// Whether the URL answers 200.
pub(crate) fn answers(url: &str) -> bool {
    send(|client| client.get(url)).is_ok_and(|answer| answer.status == 200)
}

/// The settings of TLS: the system's certificates, and those in a PEM text.
pub(crate) fn trust(pem: &[u8]) -> rustls::ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let extra = CertificateDer::pem_slice_iter(pem).map(|certificate| certificate.expect("a certificate"));
    let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).expect("certificates");
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().expect("versions");
    builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
}
