//! One poll, and how a client lives through what ordinarily goes wrong in one.

use super::clock::SECOND;
use super::scenario::Mishap;
use super::session::Session;

impl Session<'_, '_> {
    /// One poll of the overview: account and positions by turns.
    pub(crate) fn read(&mut self) {
        let url = if self.reads.is_multiple_of(2) { "/api/account" } else { "/api/positions" };
        self.reads += 1;
        let id = self.random.uuid();
        match self.mishap() {
            Some(Mishap::Failed) => {
                self.attempt(id, "GET", url, Some((500, "")));
            }
            Some(Mishap::TimedOut) => self.try_again(id, url),
            Some(Mishap::Expired) => self.refresh(id, url),
            Some(Mishap::OutOfScope) => {
                self.attempt(id, "GET", "/api/reports/daily", Some((403, "scope_missing")));
            }
            Some(Mishap::SlowNetwork) => self.dip(id, url),
            Some(Mishap::SocketLost) => self.blink(id, url),
            None => {
                self.attempt(id, "GET", url, None);
            }
        }
    }

    fn mishap(&mut self) -> Option<Mishap> {
        let noise = &self.world.scenario.noise;
        let odds = if self.is_app() { noise.app } else { noise.web };
        let mut roll = self.random.between(0, 1000);
        for (per_mille, mishap) in odds {
            if roll < *per_mille {
                return Some(*mishap);
            }
            roll -= per_mille;
        }
        None
    }

    /// The gateway gives up; the client tries again under the same request id.
    fn try_again(&mut self, id: String, url: &'static str) {
        self.attempt(id.clone(), "GET", url, Some((504, "")));
        self.now += 2 * SECOND;
        self.attempt(id, "GET", url, None);
    }

    /// The token has run out: a new one, then the same read again.
    fn refresh(&mut self, id: String, url: &'static str) {
        if self.attempt(id, "GET", url, Some((401, "token_expired"))) == 401 {
            self.call("POST", "/api/auth/refresh");
            self.call("GET", url);
        }
    }

    /// A slow network for some seconds.
    fn dip(&mut self, id: String, url: &'static str) {
        self.say("WARN", "[net] state=degraded reason=timeout");
        let seconds = self.random.between(4, 13);
        self.now += seconds * SECOND;
        self.say("LOG", format!("[net] state=online after={seconds}s"));
        self.attempt(id, "GET", url, None);
    }

    /// The socket breaks and is back at once, as it does when a phone changes its network.
    fn blink(&mut self, id: String, url: &'static str) {
        if self.socket.is_some() {
            self.disconnect("transport close");
            self.now += self.random.between(1_100, 2_600);
            self.connect();
        }
        self.attempt(id, "GET", url, None);
    }
}
