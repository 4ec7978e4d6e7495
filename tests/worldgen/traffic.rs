//! The sittings, played one after the other: the launch, the polling, the exercise, the end.

use super::clock::{DAY, MINUTE, SECOND};
use super::random::Random;
use super::scenario::Exercise;
use super::session::Session;
use super::truth::{Call, Caller, Client, Seen, Service, World};

/// Plays everything that makes traffic.
pub(crate) fn play(world: &mut World<'_>) {
    for visit in 0..world.visits.len() {
        sitting(world, visit);
    }
    machines(world);
    world.calls.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    world.device.sort_by_key(|line| (line.tester, line.at));
    world.sockets.sort_by(|a, b| (a.from, &a.id).cmp(&(b.from, &b.id)));
}

/// Plays one sitting.
pub(crate) fn sitting(world: &mut World<'_>, visit: usize) {
    let mut session = Session::new(world, visit);
    if session.is_app() {
        session.launch();
    }
    session.open();
    match session.exercise() {
        Exercise::Polling => session.polling(),
        Exercise::Airplane => session.airplane(),
        Exercise::Observe => session.observe(),
        _ => {}
    }
    session.watch();
    session.close();
}

impl Session<'_, '_> {
    /// Leaves the overview open and, in between, looks at the other tabs.
    fn watch(&mut self) {
        let from = self.world.visits[self.visit].from;
        let step = if self.is_app() { MINUTE } else { 100 * SECOND };
        let mut tabs = self.tabs(from);
        let mut next = self.now + step;
        while next < self.end() {
            if self.interrupted(next) {
                next = self.now + step;
                continue;
            }
            if let Some((at, _)) = tabs.first().filter(|(at, _)| *at < next) {
                self.now = self.now.max(*at);
                let (_, (method, url)) = tabs.remove(0);
                self.call(method, url);
                continue;
            }
            self.now = self.now.max(next);
            self.read();
            next += step;
        }
    }

    /// When the person opens which tab: always in a sitting that compares app and web, at times otherwise.
    fn tabs(&mut self, from: i64) -> Vec<(i64, (&'static str, &'static str))> {
        let mut tabs = Vec::new();
        if self.is_app() {
            if self.random.per_mille(800) {
                tabs.push((from + 46 * SECOND, ("GET", "/api/history?limit=50")));
            }
            if self.random.per_mille(700) {
                tabs.push((from + 62 * SECOND, ("GET", "/api/trading-profiles")));
            }
            if self.random.per_mille(250) {
                tabs.push((from + 96 * SECOND, ("GET", "/api/me/profile")));
            }
        } else if self.random.per_mille(250) {
            let url = self.random.pick(&["/api/trade", "/api/close"]);
            tabs.push((from + self.random.between(4, 8) * MINUTE, ("POST", url)));
        }
        tabs
    }

    fn close(&mut self) {
        self.now = self.now.max(self.end());
        if self.exercise() == Exercise::SignOut {
            self.call("POST", "/api/auth/logout");
            self.say("LOG", "[auth] signed out - session cleared");
            self.disconnect("client namespace disconnect");
            self.say("LOG", "[nav] -> SignIn");
            self.now += 5 * SECOND;
        }
        self.say("LOG", "[app] background");
        let reason = if self.client == Client::Web { "transport close" } else { "client namespace disconnect" };
        self.disconnect(reason);
    }
}

/// The trading bot from inside, and the probes as the service sees them.
fn machines(world: &mut World<'_>) {
    let mut random = Random::new(world.scenario.seed, "machines");
    let (from, to, beta) = (world.scenario.baseline.from, world.scenario.beta.to, world.scenario.beta.from);
    let mut call = |at: i64, caller, method, url, seen| {
        if world.outage(at).is_some() {
            return;
        }
        let ms = random.between(3, 60);
        let (id, service) = (random.uuid(), Service::Api);
        world.calls.push(Call {
            at: at + ms,
            ms,
            id,
            caller,
            service,
            seen,
            method,
            url,
            status: 200,
            reason: None,
            owned: None,
        });
    };
    let mut at = from + 90 * SECOND;
    while at < to {
        let (method, url) = if at % (2 * 40 * MINUTE) < 40 * MINUTE {
            ("POST", "/internal/trading/tick")
        } else {
            ("GET", "/internal/trading/state")
        };
        call(at, Caller::Bot, method, url, Seen::ServiceOnly);
        at += 40 * MINUTE;
    }
    // Probes watch from two days before the beta.
    let mut at = beta - 2 * DAY;
    while at < to {
        call(at + 2 * SECOND, Caller::Probe, "GET", "/api/feature-flags", Seen::Everywhere);
        at += 15 * MINUTE;
    }
}
