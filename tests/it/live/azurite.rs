//! Azurite: Microsoft's own stand-in for Azure Blob Storage.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use super::backend::modules;
use super::http::{Answer, send};
use super::process::{Port, Process, needed};
use crate::support::Scratch;

/// Blob storage on a port of 127.0.0.1; gone when it is dropped.
pub(crate) struct Azurite {
    port: Port,
    _process: Process,
    _folder: Scratch,
}

/// The account that every Azurite has, and its published key.
pub(crate) const ACCOUNT: &str = "devstoreaccount1";
pub(crate) const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const VERSION: &str = "2021-12-02";

impl Azurite {
    /// The storage, or nothing where Node or the package is not installed.
    pub(crate) fn start() -> Option<Self> {
        let (node, modules) = (needed("node")?, modules()?);
        let folder = Scratch::empty();
        let port = Port::free();
        let mut command = Command::new(node);
        command
            .arg(modules.join("azurite/dist/src/blob/main.js"))
            .args(["--blobHost", "127.0.0.1", "--silent", "--skipApiVersionCheck", "--disableTelemetry"])
            .args(["--blobPort", &port.number.to_string()])
            .arg("--location")
            .arg(folder.path());
        // It refuses a request that is not signed, and so says that it is there.
        let top = format!("http://127.0.0.1:{}/{ACCOUNT}?comp=list", port.number);
        let up = || send(|client| client.get(&top)).is_ok_and(|answer| answer.status == 403);
        let process = Process::start("azurite", &command, folder.path(), up);
        Some(Azurite { port, _process: process, _folder: folder })
    }

    /// Where the account's containers are, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/{ACCOUNT}", self.port.number)
    }

    pub(crate) fn create_container(&self, container: &str) {
        self.ask("PUT", container, &[("restype", "container")], &[], None).is(201);
    }

    /// Stores a blob; its name may hold slashes, and nothing that a URL writes otherwise.
    pub(crate) fn put(&self, container: &str, blob: &str, bytes: &[u8]) {
        let kind = [("x-ms-blob-type", "BlockBlob")];
        self.ask("PUT", &format!("{container}/{blob}"), &[], &kind, Some(bytes)).is(201);
    }

    pub(crate) fn get(&self, container: &str, blob: &str) -> Answer {
        self.ask("GET", &format!("{container}/{blob}"), &[], &[], None)
    }

    pub(crate) fn delete(&self, container: &str, blob: &str) {
        self.ask("DELETE", &format!("{container}/{blob}"), &[], &[], None).is(202);
    }

    /// Moves a blob to the tier from which it is not read at once.
    pub(crate) fn freeze(&self, container: &str, blob: &str) {
        let tier = [("x-ms-access-tier", "Archive")];
        self.ask("PUT", &format!("{container}/{blob}"), &[("comp", "tier")], &tier, None).is(200);
    }

    /// The list of blobs whose names begin so, as XML.
    pub(crate) fn list(&self, container: &str, prefix: &str) -> String {
        let query = [("comp", "list"), ("prefix", prefix), ("restype", "container")];
        self.ask("GET", container, &query, &[], None).is(200).text()
    }

    /// A signed request. Parameters stand in the order of their names, and so do further headers, before `x-ms-date`.
    fn ask(
        &self,
        method: &str,
        path: &str,
        query: &[(&str, &str)],
        headers: &[(&str, &str)],
        blob: Option<&[u8]>,
    ) -> Answer {
        #[expect(clippy::disallowed_methods, reason = "the server takes only requests of now")]
        let now = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        // A length of zero is signed as nothing.
        let length = blob.filter(|b| !b.is_empty()).map_or_else(String::new, |bytes| bytes.len().to_string());
        let further: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let parameters: String = query.iter().map(|(key, value)| format!("\n{key}:{value}")).collect();
        // The account stands twice: once as the signer's, once as part of the path.
        let text = format!(
            "{method}\n\n\n{length}\n\n\n\n\n\n\n\n\n{further}x-ms-date:{now}\nx-ms-version:{VERSION}\n\
             /{ACCOUNT}/{ACCOUNT}/{path}{parameters}"
        );
        let key = STANDARD.decode(KEY).expect("base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
        mac.update(text.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let answer = send(|client| {
            let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
            let mut request = client
                .request(method, format!("{}/{path}", self.url()))
                .query(query)
                .header("x-ms-date", &now)
                .header("x-ms-version", VERSION)
                .header("Authorization", format!("SharedKey {ACCOUNT}:{signature}"));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            match blob {
                Some(bytes) => request.header("content-length", bytes.len()).body(bytes.to_vec()),
                None => request,
            }
        });
        answer.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}
