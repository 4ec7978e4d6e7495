//! The exercises: what the app does when the service is stopped, shut off, out of reach or half out of reach.

use super::clock::SECOND;
use super::session::Session;

impl Session<'_, '_> {
    /// Lives through an outage or a maintenance mode that begins before the next poll. True where there was one.
    pub(crate) fn interrupted(&mut self, next: i64) -> bool {
        let kill = self.world.scenario.kill_switch;
        if self.is_app() && kill.holds(next) {
            self.now = next;
            self.maintenance();
            return true;
        }
        let outage = (self.now..next).step_by(500).chain([next]).find_map(|at| self.world.outage(at));
        if let Some(gap) = outage {
            self.now = self.now.max(gap.from);
            self.outlast(gap.to);
            return true;
        }
        false
    }

    /// The next call is turned away; the app shows its maintenance screen and asks every half minute whether it is
    /// over.
    fn maintenance(&mut self) {
        self.read();
        self.say("WARN", "[kill-switch] maintenance mode active - showing MaintenanceScreen");
        self.disconnect("server namespace disconnect");
        let over = self.world.scenario.kill_switch.to;
        loop {
            self.now += 30 * SECOND;
            self.call("GET", "/api/maintenance/status");
            if self.now >= over {
                break;
            }
        }
        self.say("LOG", "[kill-switch] maintenance cleared - resuming session");
        self.load();
        self.connect();
        self.first_price();
    }

    /// The service is gone: the socket breaks, reads fail, and the app is back by itself soon after the service is.
    fn outlast(&mut self, back: i64) {
        self.now += self.random.between(200, 1_500);
        self.disconnect("transport close");
        let lost = self.now;
        let pause = self.random.between(2, 14) * SECOND;
        if back - self.now > 60 * SECOND {
            self.now += 20 * SECOND;
            self.say("WARN", "[net] state=degraded reason=backend_unreachable");
            self.degraded = Some(lost);
            while self.now + 30 * SECOND < back {
                self.now += 30 * SECOND;
                self.read();
            }
        }
        self.now = self.now.max(back + pause);
        self.reads = self.reads.max(1);
        self.connect();
        if self.degraded.take().is_some() {
            let after = (self.now - lost) / SECOND;
            self.say("LOG", format!("[net] state=online after={after}s"));
        }
        self.load();
        self.first_price();
    }

    /// Step 6: five minutes on the overview.
    pub(crate) fn observe(&mut self) {
        self.now += 9 * SECOND;
        self.say("LOG", "[beta-note] step 6: observation start (5 min on Overview)");
        let over = self.now + 330 * SECOND;
        let mut next = self.now + 60 * SECOND;
        while next < over {
            self.now = next;
            self.read();
            next += 60 * SECOND;
        }
        self.now = over;
        self.say("LOG", "[beta-note] step 6: observation end");
    }

    /// Step 6: the socket's port is blocked, so the app polls.
    pub(crate) fn polling(&mut self) {
        self.now += 60 * SECOND;
        self.say("LOG", "[beta-note] step 6: blocking Socket.IO port");
        self.say("LOG", "[trading] falling back to polling interval=15s");
        self.disconnect("transport error");
        for _ in 0..10 {
            self.read();
            self.now += 15 * SECOND;
        }
        self.say("LOG", "[beta-note] step 6: Socket.IO port restored");
        self.now += self.random.between(1_200, 4_000);
        self.connect();
        self.read();
        self.first_price();
    }

    /// Step 7: airplane mode.
    pub(crate) fn airplane(&mut self) {
        self.now += 60 * SECOND;
        let from = self.now;
        self.say("LOG", "[beta-note] step 7: enabling airplane mode");
        self.now += 800;
        self.say("WARN", "[net] state=offline reason=no_network");
        self.now = from + 22 * SECOND;
        self.disconnect("ping timeout");
        self.now = from + self.random.between(115, 140) * SECOND;
        self.say("LOG", "[beta-note] step 7: airplane mode off");
        self.now += 2_600;
        self.reads = self.reads.max(1);
        let after = (self.now - from) / SECOND;
        self.say("LOG", format!("[net] state=online after={after}s"));
        self.load();
        self.connect();
        self.first_price();
    }
}
