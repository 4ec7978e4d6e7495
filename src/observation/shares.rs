//! Shares that attribution and silence rest on: of requests with a client, of answers with an owner, of a tester's use.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::bins::Bins;
use super::seen::{Line, Seen};
use crate::config::Window;

impl Seen<'_> {
    /// Tester → share of the bins with server traffic of the tester's app that the device log covers, too.
    pub(super) fn device_share(&self, window: Window) -> BTreeMap<String, f64> {
        let bins = Bins::new(window, 15 * 60_000);
        let mut needed: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        let mut there: BTreeSet<(usize, &str)> = BTreeSet::new();
        for line in &self.lines {
            let Some(tester) = line.tester else { continue };
            if line.tier == "device" {
                if let Some(bin) = bins.at(line.ts) {
                    there.insert((bin, tester));
                }
            } else if let (true, true, Some(bin)) =
                (line.tier == "server", line.client == Some(self.cohort), bins.at(line.ts))
            {
                needed.entry(tester).or_default().insert(bin);
            }
        }
        let share = |tester: &str, all: &BTreeSet<usize>| {
            all.iter().filter(|bin| near(&there, **bin, tester)).count() as f64 / all.len() as f64
        };
        needed.iter().map(|(tester, all)| ((*tester).to_owned(), share(tester, all))).collect()
    }

    pub(super) fn active_hours(&self) -> BTreeMap<String, BTreeSet<i64>> {
        let mut hours: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        for line in self.lines.iter().filter(|l| l.client == Some(self.cohort)) {
            if let Some(tester) = line.tester {
                hours.entry(tester.to_owned()).or_default().insert(line.ts.div_euclid(3_600_000));
            }
        }
        hours
    }

    pub(super) fn attributed(&self, window: Window) -> Option<f64> {
        let gateway = self.lines.iter().any(|l| l.tier == "gateway" && l.is_request);
        let tier = if gateway { "gateway" } else { "server" };
        let clients = |l: &&Line<'_>| {
            l.is_request && l.tier == tier && window.holds(l.ts) && !matches!(l.client, Some("internal" | "probe"))
        };
        let all = self.lines.iter().filter(clients).count();
        let known = self.lines.iter().filter(clients).filter(|l| l.client.is_some()).count();
        (all > 0).then(|| known as f64 / all as f64)
    }

    /// Requests of the window that a gateway says a service answered, and of them those that the service's log lacks.
    /// Only routes that the log has at least half of count: a service need not log all of them.
    pub(super) fn unlogged(&self, source: &str, window: Window) -> (u64, u64) {
        let own = || self.lines.iter().filter(|l| l.source == source && l.tier == "server" && l.is_request);
        let logged: HashSet<&str> = own().filter_map(|l| l.request).collect();
        let behind: HashSet<&str> = self
            .lines
            .iter()
            .filter(|l| l.tier == "gateway" && l.request.is_some_and(|r| logged.contains(r)))
            .map(|l| l.source)
            .collect();
        // Route → all and missing, anywhere and in the window.
        let mut routes: BTreeMap<&str, [u64; 4]> = BTreeMap::new();
        for line in self.lines.iter().filter(|l| l.answered && l.calm && behind.contains(l.source)) {
            let Some(request) = line.request.filter(|_| line.is_request) else { continue };
            let (missing, inside) = (!logged.contains(request), window.holds(line.ts));
            let counts = routes.entry(line.route).or_default();
            for (count, yes) in counts.iter_mut().zip([true, missing, inside, missing && inside]) {
                *count += u64::from(yes);
            }
        }
        let kept = routes.values().filter(|[all, missing, ..]| 2 * missing <= *all);
        kept.fold((0, 0), |sum, [.., all, missing]| (sum.0 + all, sum.1 + missing))
    }

    pub(super) fn owner_share(&self, window: Window) -> Option<f64> {
        let inside = |l: &&Line<'_>| l.is_request && l.tier == "server" && l.ok && window.holds(l.ts);
        let scoped: HashSet<&str> = self.lines.iter().filter(inside).filter(|l| l.owner).map(|l| l.route).collect();
        let share = |of: &dyn Fn(&&Line<'_>) -> bool| {
            let all = self.lines.iter().filter(inside).filter(of).filter(|l| scoped.contains(l.route)).count();
            let named = self.lines.iter().filter(inside).filter(of).filter(|l| l.owner).count();
            (all > 0).then(|| named as f64 / all as f64)
        };
        // The web's many good answers must not hide what the cohort's lack.
        let (whole, cohort) = (share(&|_| true), share(&|l| l.client == Some(self.cohort)));
        whole.map(|whole| cohort.map_or(whole, |cohort| whole.min(cohort)))
    }
}

/// A device line within one bin of the server's is near enough: the bins' borders mean nothing to it.
pub(super) fn near(there: &BTreeSet<(usize, &str)>, bin: usize, tester: &str) -> bool {
    [bin.checked_sub(1), Some(bin), Some(bin + 1)].into_iter().flatten().any(|b| there.contains(&(b, tester)))
}
