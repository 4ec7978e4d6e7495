//! Proof of observation: whether each source was listening during the judged window, and whether what a check needs
//! is covered well enough to claim that something did not happen (statistics.md S1).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use polars::prelude::DataFrame;

use crate::config::{RunPlan, Source, Window};
use crate::correlation::Correlated;
use crate::coverage::Ledger;
use crate::evidence::Evidence;
use crate::tables::Tables;
use crate::tables::schema::TableName;

/// What a source covers of the judged window.
#[derive(Debug, Clone, Default)]
pub struct Cover {
    pub ledger: Ledger,
    pub files: u64,
    pub vanished: Vec<String>,
    /// What is missing as a whole, as sentences.
    pub gaps: Vec<String>,
    /// Share of the window's bins that are covered; `None` for snapshots.
    pub covered: Option<f64>,
    /// The same by UTC day.
    pub by_day: Vec<f64>,
    /// Uncovered stretches.
    pub silent: Vec<Window>,
    /// Longest uncovered stretch while testers were active, minutes.
    pub silent_active_min: f64,
    /// Whether the last covered bin ends close enough to the window's end.
    pub fresh: bool,
    /// Tester → share of the tester's active bins that a device log covers.
    pub by_tester: BTreeMap<String, f64>,
}

/// Coverage of all sources and the shares that attribution rests on.
#[derive(Debug, Clone)]
pub struct Observed {
    /// By source name.
    pub covers: BTreeMap<String, Cover>,
    /// Role such as `logs.api` → sources.
    pub roles: BTreeMap<String, Vec<String>>,
    /// Requests whose client is known ÷ all but bots and probes.
    pub attributed: Option<f64>,
    /// Answers on user-scoped routes that name an owner ÷ all of them; the cohort's where that is lower.
    pub owner_share: Option<f64>,
    /// End of the evidence's coverage, milliseconds UTC.
    pub as_of: i64,
    /// The window that is judged: the beta up to containment and to `as_of`.
    pub judged: Window,
    /// Hours (since the epoch) in which a tester's device or backend log has lines.
    pub active_hours: BTreeMap<String, BTreeSet<i64>>,
}

/// Assesses every source.
///
/// # Errors
/// Only on a frame without a column of the schema, which is a bug.
pub fn assess(
    plan: &RunPlan,
    evidence: &Evidence,
    tables: &Tables,
    correlated: &Correlated,
    documents: &[(String, bool)],
) -> anyhow::Result<Observed> {
    let seen = Seen::of(plan, tables)?;
    let as_of = as_of(plan, &seen);
    let end = correlated.windows.judged.to_ms().min(as_of);
    let begin = plan.stage.beta.from_ms();
    let judged = Window::from_millis(begin, end.max(begin)).unwrap_or(plan.stage.beta);
    let mut observed = Observed {
        covers: BTreeMap::new(),
        roles: seen.roles(plan),
        attributed: seen.attributed(judged),
        owner_share: seen.owner_share(judged),
        as_of,
        judged,
        active_hours: seen.active_hours(),
    };
    for source in &plan.sources {
        let mut cover = whole(source, evidence);
        if let Some(repeated) = correlated.repeated.get(&source.name) {
            cover.ledger.repeated += repeated;
        }
        if !source.table.is_snapshot() {
            let bins = Bins::new(judged, source.heartbeat_s * 1000);
            let covered = seen.covered_bins(source, &bins, &observed.roles);
            bins.fill(&mut cover, &covered, &seen.active_bins(&bins));
        }
        if observed.roles.get("logs.device").is_some_and(|all| all.contains(&source.name)) {
            cover.by_tester = seen.device_share(judged);
        }
        observed.covers.insert(source.name.clone(), cover);
    }
    for (name, there) in documents {
        let gaps = if *there { Vec::new() } else { vec![format!("{name} is not there")] };
        observed.covers.insert(name.clone(), Cover { gaps, files: u64::from(*there), ..Cover::default() });
        observed.roles.entry("documents".to_owned()).or_default().push(name.clone());
    }
    Ok(observed)
}

/// Adds up the ledgers of a source's files.
fn whole(source: &Source, evidence: &Evidence) -> Cover {
    let mut cover = Cover { fresh: true, ..Cover::default() };
    for record in evidence.files().iter().filter(|r| r.source == source.name) {
        cover.files += 1;
        for gap in &record.ledger.gaps {
            cover.gaps.push(format!("{}: {}", record.file, gap.what));
        }
        if record.vanished {
            cover.vanished.push(record.file.clone());
        }
        cover.ledger.add(&Ledger { gaps: Vec::new(), ..record.ledger.clone() });
    }
    cover.gaps.extend(evidence.gaps().get(&source.name).into_iter().flatten().map(|gap| gap.what.clone()));
    cover
}

/// `--as-of`, else the end of the beta when some source reaches it within two heartbeats, else the last line seen.
fn as_of(plan: &RunPlan, seen: &Seen<'_>) -> i64 {
    if let Some(at) = plan.as_of {
        return at.as_millisecond();
    }
    let beat = plan.sources.iter().map(|s| s.heartbeat_s).max().unwrap_or(0) * 1000;
    let end = plan.stage.beta.to_ms();
    let last = seen.last.unwrap_or(plan.stage.beta.from_ms());
    if last >= end - 2 * beat { end } else { last + 1 }
}

/// Equal bins of a window.
struct Bins {
    window: Window,
    length: i64,
    count: usize,
}

impl Bins {
    fn new(window: Window, length: i64) -> Self {
        let count = (window.to_ms() - window.from_ms()).max(0) as u64;
        Bins { window, length, count: count.div_ceil(length.max(1) as u64) as usize }
    }

    fn at(&self, ts: i64) -> Option<usize> {
        self.window.holds(ts).then(|| ((ts - self.window.from_ms()) / self.length) as usize)
    }

    fn start(&self, bin: usize) -> i64 {
        self.window.from_ms() + bin as i64 * self.length
    }

    /// Shares, silent stretches and freshness from the covered bins.
    fn fill(&self, cover: &mut Cover, covered: &[bool], active: &[bool]) {
        let good = covered.iter().filter(|c| **c).count();
        cover.covered = Some(if self.count == 0 { 0.0 } else { good as f64 / self.count as f64 });
        let mut days: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        for (bin, yes) in covered.iter().enumerate() {
            let day = days.entry(self.start(bin).div_euclid(86_400_000)).or_default();
            day.0 += u64::from(*yes);
            day.1 += 1;
        }
        cover.by_day = days.values().map(|(yes, all)| *yes as f64 / *all as f64).collect();
        let (mut bin, minutes) = (0, self.length as f64 / 60_000.0);
        while bin < self.count {
            if covered[bin] {
                bin += 1;
                continue;
            }
            let begin = bin;
            while bin < self.count && !covered[bin] {
                bin += 1;
            }
            let end = self.start(bin).min(self.window.to_ms());
            cover.silent.extend(Window::from_millis(self.start(begin), end));
            if active[begin..bin].iter().any(|a| *a) {
                cover.silent_active_min = cover.silent_active_min.max((bin - begin) as f64 * minutes);
            }
        }
        cover.fresh = covered.iter().rev().take(2).any(|c| *c) || self.count == 0;
    }
}

/// One log line, as far as coverage looks at it.
struct Line<'a> {
    ts: i64,
    source: &'a str,
    tier: &'a str,
    service: &'a str,
    client: Option<&'a str>,
    tester: Option<&'a str>,
    route: &'a str,
    request: Option<&'a str>,
    is_request: bool,
    ok: bool,
    owner: bool,
    upstream: bool,
}

/// Everything that shows that a source was listening.
struct Seen<'a> {
    lines: Vec<Line<'a>>,
    /// Service → times of samples, by minute.
    samples: BTreeMap<String, BTreeSet<i64>>,
    /// Times of successful probes.
    probes: Vec<i64>,
    probe_times: Vec<(String, i64)>,
    metric_times: BTreeMap<String, BTreeSet<i64>>,
    last: Option<i64>,
    cohort: &'a str,
    auth_routes: String,
}

impl<'a> Seen<'a> {
    fn of(plan: &'a RunPlan, tables: &'a Tables) -> anyhow::Result<Self> {
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

    /// Which sources play which part, found in what they hold: the service that signs people in, the one that
    /// serves the app's data, the gateway before it, the devices.
    fn roles(&self, plan: &RunPlan) -> BTreeMap<String, Vec<String>> {
        let mut roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut routes: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
        for line in self.lines.iter().filter(|l| l.is_request || l.tier == "device") {
            let count = routes.entry((line.source, line.tier)).or_default();
            count.0 += u64::from(line.route.starts_with(&self.auth_routes));
            count.1 += u64::from(line.owner || line.tier != "server");
        }
        for ((source, tier), (auth, data)) in routes {
            let role = match tier {
                "device" => "logs.device",
                "gateway" => "logs.gateway",
                _ if data > 0 => "logs.api",
                _ if auth > 0 => "logs.auth",
                _ => "logs.other",
            };
            roles.entry(role.to_owned()).or_default().push(source.to_owned());
        }
        // The gateway that counts is the one before the service of the data.
        let api: HashSet<&str> = self.requests_of(roles.get("logs.api"));
        if let Some(gateways) = roles.get_mut("logs.gateway") {
            let ids = |name: &String| {
                let of = self.lines.iter().filter(|l| l.source == name && l.request.is_some_and(|r| api.contains(r)));
                of.count()
            };
            let mut counted: Vec<(usize, String)> = gateways.iter().map(|name| (ids(name), name.clone())).collect();
            counted.sort();
            *gateways = counted.pop().filter(|(n, _)| *n > 0).map(|(_, name)| name).into_iter().collect();
        }
        for source in &plan.sources {
            if source.table != TableName::Logs {
                roles.entry(source.table.name().to_owned()).or_default().push(source.name.clone());
            }
        }
        roles
    }

    fn requests_of(&self, sources: Option<&Vec<String>>) -> HashSet<&'a str> {
        let is = |l: &&Line<'a>| sources.is_some_and(|all| all.iter().any(|s| s == l.source));
        self.lines.iter().filter(is).filter_map(|l| l.request).collect()
    }

    /// Bins that show that a source was listening: a line of its own; or, on a day of which it has lines, a metric
    /// sample or good probe of the same service. A bin in which the gateway proxied requests to a service that logged
    /// nothing is not covered, whatever else there is.
    fn covered_bins(&self, source: &Source, bins: &Bins, roles: &BTreeMap<String, Vec<String>>) -> Vec<bool> {
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
                    return self.device_bins(source, bins, &own);
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

    fn services_of(&self, source: &str) -> BTreeSet<&'a str> {
        self.lines.iter().filter(|l| l.source == source).map(|l| l.service).collect()
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

    /// A device log is needed only while the tester used the app, as the servers saw it.
    fn device_bins(&self, source: &Source, bins: &Bins, own: &[bool]) -> Vec<bool> {
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
        (0..bins.count)
            .map(|bin| own[bin] || needed.range((bin, "")..(bin + 1, "")).all(|n| near(&there, bin, n.1)))
            .collect()
    }

    /// Tester → share of the bins with server traffic of the tester's app that the device log covers, too.
    fn device_share(&self, window: Window) -> BTreeMap<String, f64> {
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

    fn active_bins(&self, bins: &Bins) -> Vec<bool> {
        let mut active = vec![false; bins.count];
        for line in self.lines.iter().filter(|l| l.client == Some(self.cohort)) {
            if let Some(bin) = bins.at(line.ts) {
                active[bin] = true;
            }
        }
        active
    }

    fn active_hours(&self) -> BTreeMap<String, BTreeSet<i64>> {
        let mut hours: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
        for line in self.lines.iter().filter(|l| l.client == Some(self.cohort)) {
            if let Some(tester) = line.tester {
                hours.entry(tester.to_owned()).or_default().insert(line.ts.div_euclid(3_600_000));
            }
        }
        hours
    }

    fn attributed(&self, window: Window) -> Option<f64> {
        let gateway = self.lines.iter().any(|l| l.tier == "gateway" && l.is_request);
        let tier = if gateway { "gateway" } else { "server" };
        let clients = |l: &&Line<'_>| {
            l.is_request && l.tier == tier && window.holds(l.ts) && !matches!(l.client, Some("internal" | "probe"))
        };
        let all = self.lines.iter().filter(clients).count();
        let known = self.lines.iter().filter(clients).filter(|l| l.client.is_some()).count();
        (all > 0).then(|| known as f64 / all as f64)
    }

    fn owner_share(&self, window: Window) -> Option<f64> {
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
fn near(there: &BTreeSet<(usize, &str)>, bin: usize, tester: &str) -> bool {
    [bin.checked_sub(1), Some(bin), Some(bin + 1)].into_iter().flatten().any(|b| there.contains(&(b, tester)))
}

fn lines(logs: &DataFrame) -> anyhow::Result<Vec<Line<'_>>> {
    let text = |name: &str| logs.column(name)?.str();
    let (source, tier, service, client) = (text("source")?, text("tier")?, text("service")?, text("client")?);
    let (tester, route, request) = (text("tester")?, text("route")?, text("request_id")?);
    let (event, owner) = (text("event")?, text("owner_key")?);
    let (ts, status, upstream) =
        (logs.column("server_ts")?.i64()?, logs.column("status")?.i64()?, logs.column("upstream_status")?.i64()?);
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
        })
    };
    Ok((0..logs.height()).filter_map(line).collect())
}
