//! `kind = "prometheus"`: samples as they were scraped, and metrics that queries make.

use std::path::Path;

use super::server::{Pulling, Server};
use crate::config::file;
use crate::config::problem::ConfigError;
use crate::config::settle::Settling;

/// A metrics server and what is asked of it.
#[derive(Debug, Clone)]
pub struct Prometheus {
    pub server: Server,
    pub pulling: Pulling,
    /// Tenant of Mimir and what works like it.
    pub tenant: Option<String>,
    /// Selectors of series whose samples are pulled as they are; empty means those that the checks use.
    pub matches: Vec<String>,
    pub metrics: Vec<Metric>,
}

/// `[[source.metric]]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    /// Its name in `metrics`.
    pub name: String,
    /// PromQL.
    pub query: String,
    /// Distance of its values in seconds.
    pub step_s: i64,
}

impl Settling<'_> {
    pub(super) fn prometheus(&self, source: &file::Source, root: &Path) -> Result<Prometheus, ConfigError> {
        let mut metrics = Vec::new();
        for metric in source.metric.iter().flat_map(|all| all.get_ref()) {
            let step_s = metric.step.as_ref().map_or(Ok(60), |text| self.duration(text))?;
            if 86_400 % step_s != 0 {
                let place = metric.step.as_ref().map_or(metric.name.span(), |step| step.span());
                let hint = "use a length that divides a day, as \"15s\", \"1m\" or \"5m\"".to_owned();
                return Err(self.at(place, "steps of this length do not fill a day".to_owned(), hint));
            }
            metrics.push(Metric { name: metric.name.get_ref().clone(), query: metric.query.get_ref().clone(), step_s });
        }
        Ok(Prometheus {
            server: self.server(source, root, None)?,
            pulling: self.pulling(source, 86_400)?,
            tenant: source.tenant.as_ref().map(|t| t.get_ref().clone()),
            matches: source.matches.iter().flat_map(|all| all.get_ref()).map(|m| m.get_ref().clone()).collect(),
            metrics,
        })
    }
}
