//! One sitting, played: its calls, its sockets and what the app writes to its log.

use super::clock::iso;
use super::random::Random;
use super::scenario::Exercise;
use super::truth::{Call, Caller, Client, DeviceLine, Owned, Seen, Service, Socket, World};

/// Routes whose answers are somebody's data.
const OWNED: &[&str] = &["/api/positions", "/api/account", "/api/me/profile", "/api/history", "/api/trading-profiles"];

/// Plays a sitting from its begin to its end.
pub(crate) struct Session<'w, 's> {
    pub(crate) world: &'w mut World<'s>,
    pub(crate) random: Random,
    pub(crate) visit: usize,
    pub(crate) client: Client,
    pub(crate) person: usize,
    pub(crate) now: i64,
    /// Id of the open socket, and since when.
    pub(crate) socket: Option<(String, i64)>,
    pub(crate) degraded: Option<i64>,
    /// Reads so far; the app takes turns between account and positions.
    pub(crate) reads: usize,
}

impl<'w, 's> Session<'w, 's> {
    pub(crate) fn new(world: &'w mut World<'s>, visit: usize) -> Self {
        let of = &world.visits[visit];
        let (client, person, now) = (of.client, of.person, of.from);
        let random = Random::new(world.scenario.seed, &of.session);
        Session { world, random, visit, client, person, now, socket: None, degraded: None, reads: 0 }
    }

    pub(crate) fn is_app(&self) -> bool {
        self.client != Client::Web
    }

    pub(crate) fn end(&self) -> i64 {
        self.world.visits[self.visit].to
    }

    pub(crate) fn exercise(&self) -> Exercise {
        self.world.visits[self.visit].exercise
    }

    /// Writes a line to the device's log; the web has none.
    pub(crate) fn say(&mut self, level: &'static str, text: impl Into<String>) {
        if self.is_app() {
            let (at, tester) = (self.now, self.person);
            self.world.device.push(DeviceLine { at, tester, level, text: text.into(), timed: true });
        }
    }

    pub(crate) fn call(&mut self, method: &'static str, url: &'static str) -> u16 {
        let id = self.random.uuid();
        self.attempt(id, method, url, None)
    }

    /// One attempt under a request id; `forced` makes it fail with a status.
    pub(crate) fn attempt(
        &mut self,
        id: String,
        method: &'static str,
        url: &'static str,
        forced: Option<(u16, &'static str)>,
    ) -> u16 {
        let service = service_of(url);
        let (status, reason) = self.status(service, forced);
        let seen = if matches!(status, 502 | 504) { Seen::GatewayOnly } else { Seen::Everywhere };
        let ms = self.duration(url, status);
        let at = self.now + ms;
        let owned = self.owned(url, status, at);
        let caller = Caller::Visit(self.visit);
        self.world.calls.push(Call {
            at,
            ms,
            id: id.clone(),
            caller,
            service,
            seen,
            method,
            url,
            status,
            reason,
            owned: owned.clone(),
        });
        self.now = at + self.random.between(6, 22);
        let level = match status {
            ..400 => "LOG",
            400..500 => "WARN",
            _ => "ERROR",
        };
        let took = ms + self.random.between(2, 9);
        self.say(level, format!("[api] {method} {url} {status} {took}ms x-request-id={id}"));
        if let (Some(book), "/api/positions") = (owned, url) {
            self.now += 2;
            let rows = 2 + book.owner % 5;
            self.say("LOG", format!("[positions] rendered rows={rows} rev={} asOf={}", book.rev, iso(book.as_of)));
        }
        status
    }

    fn status(&self, service: Service, forced: Option<(u16, &'static str)>) -> (u16, Option<&'static str>) {
        let api = service == Service::Api;
        if api && self.world.outage(self.now).is_some() {
            return (502, None);
        }
        if api && self.is_app() && self.world.scenario.kill_switch.holds(self.now) {
            return (503, Some("MAINTENANCE_MODE"));
        }
        forced.map_or((200, None), |(status, reason)| (status, Some(reason).filter(|r| !r.is_empty())))
    }

    fn owned(&mut self, url: &str, status: u16, at: i64) -> Option<Owned> {
        let path = url.split('?').next().unwrap_or(url);
        if status != 200 || !OWNED.contains(&path) {
            return None;
        }
        let owner = self.world.owner_of(self.person, self.client, path, at);
        Some(Owned { owner, rev: self.world.rev(owner, at), as_of: at - self.random.between(200, 3_500) })
    }

    fn duration(&mut self, url: &str, status: u16) -> i64 {
        match status {
            504 => return 30_004,
            500 => return self.random.between(5_004, 5_060),
            400.. => return self.random.between(1, 8),
            _ => {}
        }
        let (low, high) = match url.split('?').next().unwrap_or(url) {
            "/api/positions" => (24, 98),
            "/api/account" => (14, 62),
            "/api/history" => (42, 150),
            "/api/me/profile" => (14, 54),
            "/api/trading-profiles" => (20, 70),
            "/api/trade" | "/api/close" => (110, 260),
            "/api/auth/login" => (88, 190),
            "/api/auth/refresh" | "/api/auth/logout" => (12, 54),
            _ => (2, 14),
        };
        self.random.between(low, high)
    }

    pub(crate) fn connect(&mut self) {
        let id = self.random.socket_id();
        self.now += self.random.between(30, 60);
        let again = self.degraded.is_some() || self.reads > 0;
        let text = if again {
            format!("[trading] socket reconnected id={id}")
        } else {
            format!("[trading] socket connected id={id} ns=/trading transport=websocket")
        };
        self.say("LOG", text);
        self.socket = Some((id, self.now - 18));
    }

    pub(crate) fn disconnect(&mut self, reason: &'static str) {
        let Some((id, from)) = self.socket.take() else { return };
        self.world.sockets.push(Socket { id, visit: self.visit, from, to: self.now, reason });
        self.now += 20;
        let level = if reason == "client namespace disconnect" { "LOG" } else { "WARN" };
        self.say(level, format!("[trading] socket disconnected reason={reason}"));
    }
}

fn service_of(url: &str) -> Service {
    let platform = url.starts_with("/api/auth/") || url.starts_with("/api/maintenance/");
    if platform { Service::Platform } else { Service::Api }
}
