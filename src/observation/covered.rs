//! Which bins of the window prove that a source was listening.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::bins::Bins;
use super::seen::Seen;
use super::shares::near;
use crate::config::Source;
use crate::tables::schema::TableName;

impl Seen<'_> {
    /// Bins that show that a source was listening: a line of its own; or, on a day of which it has lines, a metric
    /// sample or good probe of the same service. A bin in which the gateway proxied requests to a service that logged
    /// nothing is not covered, whatever else there is.
    pub(super) fn covered_bins(
        &self,
        source: &Source,
        bins: &Bins,
        roles: &BTreeMap<String, Vec<String>>,
    ) -> Vec<bool> {
        let mut own = vec![false; bins.count];
        let mark = |own: &mut Vec<bool>, ts: i64| {
            if let Some(bin) = bins.at(ts) {
                own[bin] = true;
            }
        };
        match source.table {
            TableName::Metrics => self.mark_metrics(source, bins, roles, &mut own),
            TableName::Probes => {
                self.probe_times.iter().filter(|(s, _)| *s == source.name).for_each(|(_, ts)| mark(&mut own, *ts));
            }
            _ => {
                let lines = || self.lines.iter().filter(|l| l.source == source.name);
                lines().for_each(|l| mark(&mut own, l.ts));
                if lines().any(|l| l.tier == "device") {
                    return self.device_bins(source, bins);
                }
                let days: HashSet<i64> = lines().map(|l| l.ts.div_euclid(86_400_000)).collect();
                let services: BTreeSet<&str> = lines().map(|l| l.service).collect();
                let gateway = lines().any(|l| l.tier == "gateway");
                let others = self.others(&services, bins, gateway, source);
                let proxied = if gateway { vec![0; bins.count] } else { self.proxied(source, bins, roles) };
                for bin in 0..bins.count {
                    let day = bins.start(bin).div_euclid(86_400_000);
                    own[bin] = own[bin] || (others[bin] && days.contains(&day) && proxied[bin] < 3);
                }
            }
        }
        own
    }

    fn mark_metrics(&self, source: &Source, bins: &Bins, roles: &BTreeMap<String, Vec<String>>, own: &mut [bool]) {
        // The samples that checks need are those of the service that serves the data.
        let api: BTreeSet<&str> =
            roles.get("logs.api").into_iter().flatten().flat_map(|name| self.services_of(name)).collect();
        for (key, minutes) in &self.metric_times {
            let Some((name, service)) = key.split_once('\0') else { continue };
            if name == source.name && (api.is_empty() || api.contains(service)) {
                for minute in minutes {
                    if let Some(bin) = bins.at(minute * 60_000) {
                        own[bin] = true;
                    }
                }
            }
        }
    }

    /// Bins in which something else shows that the service was up and quiet.
    fn others(&self, services: &BTreeSet<&str>, bins: &Bins, gateway: bool, source: &Source) -> Vec<bool> {
        let mut up = vec![false; bins.count];
        for service in services {
            for minute in self.samples.get(*service).into_iter().flatten() {
                if let Some(bin) = bins.at(minute * 60_000) {
                    up[bin] = true;
                }
            }
        }
        if gateway {
            // A gateway is quiet when nothing reached the services behind it either.
            let mine: HashSet<&str> =
                self.lines.iter().filter(|l| l.source == source.name).filter_map(|l| l.request).collect();
            let behind: BTreeSet<&str> = self
                .lines
                .iter()
                .filter(|l| l.tier == "server" && l.request.is_some_and(|r| mine.contains(r)))
                .map(|l| l.source)
                .collect();
            let mut busy = vec![false; bins.count];
            for line in self.lines.iter().filter(|l| behind.contains(l.source) && l.request.is_some() && l.is_request) {
                let inside = line.client != Some("internal");
                if let (true, Some(bin)) = (inside, bins.at(line.ts)) {
                    busy[bin] = true;
                }
            }
            for bin in 0..bins.count {
                up[bin] = up[bin] || !busy[bin];
            }
        } else {
            self.probes.iter().filter_map(|ts| bins.at(*ts)).for_each(|bin| up[bin] = true);
        }
        up
    }

    /// How many requests the gateway proxied to the service in each bin, as it says itself.
    fn proxied(&self, source: &Source, bins: &Bins, roles: &BTreeMap<String, Vec<String>>) -> Vec<u32> {
        let mut proxied = vec![0; bins.count];
        if !roles.get("logs.api").is_some_and(|all| all.contains(&source.name)) {
            return proxied;
        }
        let gateways = roles.get("logs.gateway").cloned().unwrap_or_default();
        for line in self.lines.iter().filter(|l| l.upstream && gateways.iter().any(|g| g == l.source)) {
            if let Some(bin) = bins.at(line.ts) {
                proxied[bin] += 1;
            }
        }
        proxied
    }

    /// A device log is needed only while the tester used the app, as the servers saw it; one tester's says nothing about
    /// another's.
    fn device_bins(&self, source: &Source, bins: &Bins) -> Vec<bool> {
        let mut needed: BTreeSet<(usize, &str)> = BTreeSet::new();
        let mut there: BTreeSet<(usize, &str)> = BTreeSet::new();
        for line in &self.lines {
            let (Some(tester), Some(bin)) = (line.tester, bins.at(line.ts)) else { continue };
            if line.source == source.name {
                there.insert((bin, tester));
            } else if line.tier == "server" && line.client == Some(self.cohort) {
                needed.insert((bin, tester));
            }
        }
        (0..bins.count).map(|bin| needed.range((bin, "")..(bin + 1, "")).all(|n| near(&there, bin, n.1))).collect()
    }

    pub(super) fn active_bins(&self, bins: &Bins) -> Vec<bool> {
        let mut active = vec![false; bins.count];
        for line in self.lines.iter().filter(|l| l.client == Some(self.cohort)) {
            if let Some(bin) = bins.at(line.ts) {
                active[bin] = true;
            }
        }
        active
    }
}
