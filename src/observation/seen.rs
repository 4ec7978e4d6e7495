//! Everything that shows that a source was listening: its lines, metric samples and probes.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::config::RunPlan;
use crate::tables::Tables;

/// One log line, as far as coverage looks at it.
pub(super) struct Line<'a> {
    pub(super) ts: i64,
    pub(super) source: &'a str,
    pub(super) tier: &'a str,
    pub(super) service: &'a str,
    pub(super) client: Option<&'a str>,
    pub(super) tester: Option<&'a str>,
    pub(super) route: &'a str,
    pub(super) request: Option<&'a str>,
    pub(super) is_request: bool,
    pub(super) ok: bool,
    pub(super) owner: bool,
    pub(super) upstream: bool,
    /// At a gateway: the service answered it, by the gateway's own word.
    pub(super) answered: bool,
    /// Outside of drills and deploys.
    pub(super) calm: bool,
}

/// Everything that shows that a source was listening.
pub(super) struct Seen<'a> {
    pub(super) lines: Vec<Line<'a>>,
    /// Service → times of samples, by minute.
    pub(super) samples: BTreeMap<String, BTreeSet<i64>>,
    /// Times of successful probes.
    pub(super) probes: Vec<i64>,
    pub(super) probe_times: Vec<(String, i64)>,
    pub(super) metric_times: BTreeMap<String, BTreeSet<i64>>,
    pub(super) last: Option<i64>,
    pub(super) cohort: &'a str,
    pub(super) auth_routes: String,
}

impl<'a> Seen<'a> {
    pub(super) fn of(plan: &'a RunPlan, tables: &'a Tables) -> anyhow::Result<Self> {
        let frame = |name: &str| tables.frames.get(name).ok_or_else(|| anyhow::anyhow!("there is no table {name}"));
        let lines = lines(frame("logs")?)?;
        let mut seen = Seen {
            last: lines.last().map(|l| l.ts),
            lines,
            samples: BTreeMap::new(),
            probes: Vec::new(),
            probe_times: Vec::new(),
            metric_times: BTreeMap::new(),
            cohort: &plan.stage.cohort,
            auth_routes: plan.params.text("auth-routes"),
        };
        seen.add_metrics(frame("metrics")?)?;
        seen.add_probes(frame("probes")?)?;
        Ok(seen)
    }

    fn add_metrics(&mut self, metrics: &DataFrame) -> anyhow::Result<()> {
        let (ts, service) = (metrics.column("ts")?.i64()?, metrics.column("service")?.str()?);
        let source = metrics.column("source")?.str()?;
        let mut before = (None, None);
        for ((ts, service), source) in ts.iter().zip(service.iter()).zip(source.iter()) {
            let (Some(ts), Some(service)) = (ts, service) else { continue };
            // A scrape writes many samples with one time; one of them is enough.
            if before == (Some(ts), Some(service)) {
                continue;
            }
            before = (Some(ts), Some(service));
            let minute = ts / 60_000;
            if !self.samples.contains_key(service) {
                self.samples.insert(service.to_owned(), BTreeSet::new());
            }
            if let Some(all) = self.samples.get_mut(service) {
                all.insert(minute);
            }
            self.metric_times.entry(format!("{}\0{service}", source.unwrap_or_default())).or_default().insert(minute);
            self.last = self.last.max(Some(ts));
        }
        Ok(())
    }

    fn add_probes(&mut self, probes: &DataFrame) -> anyhow::Result<()> {
        let (ts, ok) = (probes.column("ts")?.i64()?, probes.column("ok")?.i64()?);
        let source = probes.column("source")?.str()?;
        for ((ts, ok), source) in ts.iter().zip(ok.iter()).zip(source.iter()) {
            let Some(ts) = ts else { continue };
            if ok == Some(1) {
                self.probes.push(ts);
            }
            self.probe_times.push((source.unwrap_or_default().to_owned(), ts));
            self.last = self.last.max(Some(ts));
        }
        Ok(())
    }

    pub(super) fn services_of(&self, source: &str) -> BTreeSet<&'a str> {
        self.lines.iter().filter(|l| l.source == source).map(|l| l.service).collect()
    }
}

fn lines(logs: &DataFrame) -> anyhow::Result<Vec<Line<'_>>> {
    let text = |name: &str| logs.column(name)?.str();
    let (source, tier, service, client) = (text("source")?, text("tier")?, text("service")?, text("client")?);
    let (tester, route, request) = (text("tester")?, text("route")?, text("request_id")?);
    let (event, owner) = (text("event")?, text("owner_key")?);
    let (ts, status, upstream) =
        (logs.column("server_ts")?.i64()?, logs.column("status")?.i64()?, logs.column("upstream_status")?.i64()?);
    let (drill, deploy) = (logs.column("drill")?.i64()?, logs.column("deploy")?.i64()?);
    let answered = |row: usize| match (upstream.get(row), status.get(row)) {
        (Some(101), _) | (_, Some(101)) => false,
        (Some(upstream), _) => upstream < 500,
        (None, status) => status.is_some_and(|s| s < 500),
    };
    let line = |row: usize| {
        Some(Line {
            ts: ts.get(row)?,
            source: source.get(row).unwrap_or_default(),
            tier: tier.get(row).unwrap_or_default(),
            service: service.get(row).unwrap_or_default(),
            client: client.get(row),
            tester: tester.get(row),
            route: route.get(row).unwrap_or_default(),
            request: request.get(row),
            is_request: event.get(row) == Some("request"),
            ok: status.get(row).is_some_and(|s| (200..300).contains(&s)),
            owner: owner.get(row).is_some(),
            upstream: upstream.get(row).is_some_and(|s| s < 500),
            answered: answered(row),
            calm: drill.get(row) != Some(1) && deploy.get(row) != Some(1),
        })
    };
    Ok((0..logs.height()).filter_map(line).collect())
}
