//! The metrics' view: what a scrape every five minutes found, as OpenMetrics text by service and day.

use std::collections::BTreeMap;

use super::clock::{DAY, MINUTE};
use super::random::Random;
use super::truth::{Call, Caller, Client, Seen, Service, World};

const BUCKETS: &[i64] = &[10, 25, 50, 100, 250];

/// Metric families in the order of a scrape: name, type, help.
const TRADING: &[(&str, &str, &str)] = &[
    ("http_requests", "counter", "HTTP requests by client platform and status"),
    ("cosmos_request_duration_seconds", "histogram", "Cosmos DB request latency"),
    ("cosmos_request_charge", "counter", "Cosmos DB request units"),
    ("socketio_connected_clients", "gauge", "Connected Socket.IO clients"),
    ("process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds."),
];
const PLATFORM: &[(&str, &str, &str)] = &[
    ("auth_sign_in", "counter", "Sign-ins by client platform and result"),
    ("auth_token_refresh", "counter", "Token refreshes by client platform and result"),
    ("maintenance_mode", "gauge", "1 while a product is in maintenance mode"),
    ("process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds."),
];

/// Series (name and labels) → its value now.
type Values = BTreeMap<String, f64>;
/// Series → its samples of a day.
type Samples = BTreeMap<String, Vec<(i64, f64)>>;

/// Files by service and day.
pub(crate) fn files(world: &World<'_>) -> Vec<(&'static str, i64, String)> {
    let mut files = Vec::new();
    for (service, name, families) in
        [(Service::Api, "trading-backend", TRADING), (Service::Platform, "platform-service", PLATFORM)]
    {
        let mut scraper = Scraper { world, service, name, values: Values::new(), next: 0, process: usize::MAX };
        let span = super::clock::Span { from: world.scenario.baseline.from, to: world.scenario.beta.to };
        for day in 0..span.days() {
            let from = span.from + day * DAY;
            if from >= world.until {
                break;
            }
            files.push((name, from, text(families, &scraper.day(from))));
        }
    }
    files
}

struct Scraper<'w, 's> {
    world: &'w World<'s>,
    service: Service,
    name: &'static str,
    values: Values,
    /// The first call that no scrape has counted yet.
    next: usize,
    process: usize,
}

impl Scraper<'_, '_> {
    fn day(&mut self, from: i64) -> Samples {
        let mut samples = Samples::new();
        for at in (from..from + DAY).step_by((5 * MINUTE) as usize) {
            if self.service == Service::Api && self.world.outage(at).is_some() || !self.world.has("metrics", at) {
                continue;
            }
            self.count(at);
            self.gauges(at);
            for (series, value) in &self.values {
                samples.entry(series.clone()).or_default().push((at / 1000, *value));
            }
        }
        samples
    }

    /// Counts what happened since the scrape before; counters start anew with the process.
    fn count(&mut self, at: i64) {
        while let Some(call) = self.world.calls.get(self.next).filter(|c| c.at <= at) {
            self.next += 1;
            if call.service != self.service || call.seen == Seen::GatewayOnly {
                continue;
            }
            self.renew(call.at);
            match self.service {
                Service::Api => self.trading(call),
                Service::Platform => self.platform(call),
            }
        }
        self.renew(at);
    }

    fn renew(&mut self, at: i64) {
        let running = |p: &super::truth::Process| p.from <= at && at < p.to;
        let now = match self.service {
            Service::Api => self.world.processes.iter().position(running).unwrap_or(self.process),
            Service::Platform => 0,
        };
        if now != self.process {
            self.process = now;
            self.values.clear();
        }
    }

    fn add(&mut self, name: &str, labels: &str, n: f64) {
        let comma = if labels.is_empty() { "" } else { "," };
        let series = format!("{name}{{{labels}{comma}service=\"{}\"}}", self.name);
        *self.values.entry(series).or_default() += n;
    }

    fn set(&mut self, name: &str, labels: &str, value: f64) {
        let comma = if labels.is_empty() { "" } else { "," };
        self.values.insert(format!("{name}{{{labels}{comma}service=\"{}\"}}", self.name), value);
    }

    fn platform_of(&self, call: &Call) -> &'static str {
        match call.caller {
            Caller::Visit(visit) => self.world.visits[visit].client.name(),
            _ => "none",
        }
    }

    fn trading(&mut self, call: &Call) {
        let class = match call.status {
            401 => "401",
            403 => "403",
            ..400 => "2xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        let labels = format!("platform=\"{}\",status=\"{class}\"", self.platform_of(call));
        self.add("http_requests_total", &labels, 1.0);
        if call.owned.is_some() {
            // The database takes most of an answer's time.
            let ms = call.ms * 7 / 10;
            for bucket in BUCKETS {
                let le = format!("le=\"{}\",operation=\"read\"", *bucket as f64 / 1000.0);
                self.add("cosmos_request_duration_seconds_bucket", &le, f64::from(u8::from(ms <= *bucket)));
            }
            self.add("cosmos_request_duration_seconds_bucket", "le=\"+Inf\",operation=\"read\"", 1.0);
            self.add("cosmos_request_duration_seconds_count", "operation=\"read\"", 1.0);
            self.add("cosmos_request_duration_seconds_sum", "operation=\"read\"", ms as f64 / 1000.0);
            let charge = Random::new(call.at.unsigned_abs(), "charge").between(280, 560) as f64 / 100.0;
            self.add("cosmos_request_charge_total", "", charge);
        }
    }

    fn platform(&mut self, call: &Call) {
        let name = match call.url {
            "/api/auth/login" => "auth_sign_in_total",
            "/api/auth/refresh" => "auth_token_refresh_total",
            _ => return,
        };
        let result = if call.status < 400 { "success" } else { "failure" };
        let labels = format!("platform=\"{}\",result=\"{result}\"", self.platform_of(call));
        self.add(name, &labels, 1.0);
    }

    fn gauges(&mut self, at: i64) {
        let world = self.world;
        if self.service == Service::Platform {
            let on = world.scenario.kill_switch.holds(at);
            self.set("maintenance_mode", "product=\"harbour-trading-mobile\"", f64::from(u8::from(on)));
            self.set("process_start_time_seconds", "", (world.scenario.baseline.from / 1000 - 400_000) as f64);
            return;
        }
        for client in [Client::Android, Client::Ios, Client::Web] {
            let open = |s: &&super::truth::Socket| s.from <= at && at < s.to && world.visits[s.visit].client == client;
            let n = world.sockets.iter().filter(open).count();
            let labels = format!("namespace=\"/trading\",platform=\"{}\"", client.name());
            self.set("socketio_connected_clients", &labels, n as f64);
        }
        let started = world.processes.get(self.process).map_or(0, |p| p.from / 1000);
        self.set("process_start_time_seconds", "", started as f64);
    }
}

fn text(families: &[(&str, &str, &str)], samples: &Samples) -> String {
    let mut text = String::new();
    for (family, kind, help) in families {
        text.push_str(&format!("# HELP {family} {help}\n# TYPE {family} {kind}\n"));
        for (series, all) in samples.iter().filter(|(series, _)| belongs(series, family)) {
            for (at, value) in all {
                // Two decimals are more than enough for what is counted here.
                let value = (value * 1000.0).round() / 1000.0;
                text.push_str(&format!("{series} {value} {at}\n"));
            }
        }
    }
    text.push_str("# EOF\n");
    text
}

fn belongs(series: &str, family: &str) -> bool {
    let name = series.split('{').next().unwrap_or_default();
    let rest = name.strip_prefix(family);
    rest.is_some_and(|rest| matches!(rest, "" | "_total" | "_bucket" | "_count" | "_sum"))
}
