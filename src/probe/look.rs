//! One look of a probe: where to, with which headers and which secret, and how long.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::config::probe::Probe;
use crate::config::secret::{Lookup, Secret};
use crate::net::Url;
use crate::net::reach::{Lost, Reached, Steps, Trust, reach};

/// Whom connections trust, by the file of certificates that a probe names.
#[derive(Default)]
pub(super) struct Trusts(BTreeMap<Option<PathBuf>, Trust>);

impl Trusts {
    fn of(&mut self, ca_file: Option<&Path>) -> Result<Trust, String> {
        let key = ca_file.map(Path::to_owned);
        if let Some(trust) = self.0.get(&key) {
            return Ok(trust.clone());
        }
        let trust = Trust::new(ca_file)?;
        self.0.insert(key, trust.clone());
        Ok(trust)
    }
}

/// What every step of a look needs.
pub(super) struct Look<'a> {
    pub(super) probe: &'a Probe,
    pub(super) url: Url,
    pub(super) request_id: String,
    /// Headers of every request.
    pub(super) headers: Vec<(String, String)>,
    trust: Trust,
    token: Option<Secret>,
}

impl<'a> Look<'a> {
    /// Makes ready what a probe needs.
    ///
    /// # Errors
    /// A sentence: an address that is none, a secret or certificates that cannot be had.
    pub(super) fn new(probe: &'a Probe, env: Lookup<'_>, trusts: &mut Trusts) -> Result<Self, String> {
        let not_run = |why: String| format!("the probe {} was not run: {why}", probe.name);
        let url = Url::parse(&probe.url).map_err(|error| not_run(format!("its `url` is no web address: {error}")))?;
        let token = probe.token.as_ref().map(|token| token.resolve(env)).transpose().map_err(not_run)?;
        let trust = trusts.of(probe.ca_file.as_deref()).map_err(not_run)?;
        let request_id = id();
        let headers = vec![("x-request-id".to_owned(), request_id.clone())];
        Ok(Look { probe, url, request_id, headers, trust, token })
    }

    /// The secret that it shows.
    pub(super) fn token(&self) -> Option<&str> {
        self.token.as_ref().map(Secret::expose)
    }

    /// When it must be settled, from now on.
    pub(super) fn until(&self) -> Instant {
        Instant::now() + self.probe.timeout
    }

    /// Another place on the same host.
    pub(super) fn at(&self, path: &str, query: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(path);
        url.set_query(Some(query));
        url
    }

    /// A new connection to the host.
    ///
    /// # Errors
    /// Which step failed.
    pub(super) async fn reach(&self, until: Instant, steps: &mut Steps) -> Result<Reached, Lost> {
        reach(&self.url, &self.trust, until, steps).await
    }
}

/// A request id that nobody else uses: 32 hex digits. The standard library seeds its hash maps from the operating
/// system's random numbers.
fn id() -> String {
    let word = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", word(), word())
}
