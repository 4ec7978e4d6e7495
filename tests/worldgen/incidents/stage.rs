//! Tools for incidents: sittings, what people do about it, and what goes on beside it.

use super::super::audit::channels;
use super::super::clock::{MINUTE, SECOND, Span};
use super::super::random::Random;
use super::super::record::Record;
use super::super::scenario::{Deploy, Exercise, Fault, Feedback, Scenario};
use super::super::traffic;
use super::super::truth::{Act, Client, Start, Visit, World};

/// Name of the incident in the audit.
const NUMBER: &str = "INC-204";

/// A deploy of a service.
pub(crate) fn deploy(at: i64, service: &'static str, version: &'static str) -> Deploy {
    Deploy { at, service, version, rollback_of: None }
}

/// A person's word that blocks.
pub(crate) fn complaint(
    scenario: &mut Scenario,
    at: i64,
    tester: &'static str,
    screen: &'static str,
    text: &'static str,
) {
    let entry = Feedback { at, tester, screen, severity: "Blocker", text, triage: "pre-GA fix", issue: "" };
    scenario.feedback.push(entry);
}

/// Slots that begin in a stretch of time do not take place.
pub(crate) fn free(scenario: &mut Scenario, span: Span) {
    scenario.slots.retain(|slot| !span.holds(slot.from));
}

impl World<'_> {
    /// A whole sitting of a tester's app, played like any other; the tester does nothing else at the time.
    pub(crate) fn sit(&mut self, tester: usize, at: i64, minutes: i64, start: Start) -> usize {
        let before =
            self.sittings(tester).into_iter().rfind(|v| self.visits[*v].from < at).expect("an earlier sitting");
        let Visit { client, build, agent, address, .. } = &self.visits[before];
        let visit = (*client, *build, agent.clone(), address.clone());
        self.play_sitting(tester, at, minutes, start, visit)
    }

    /// The same on the web.
    pub(crate) fn sit_at_desk(&mut self, person: usize, at: i64, minutes: i64) -> usize {
        let web = |v: &&Visit| v.person == person && v.client == Client::Web;
        let Visit { agent, address, .. } = self.visits.iter().find(web).expect("a person who uses the web");
        let visit = (Client::Web, None, agent.clone(), address.clone());
        self.play_sitting(person, at, minutes, Start::Warm, visit)
    }

    fn play_sitting(
        &mut self,
        person: usize,
        at: i64,
        minutes: i64,
        start: Start,
        (client, build, agent, address): (Client, Option<&'static str>, String, String),
    ) -> usize {
        let session = Random::new(self.scenario.seed ^ at.unsigned_abs(), &format!("sitting {person}")).uuid();
        let (from, to, exercise) = (at, at + minutes * MINUTE, Exercise::Look);
        self.visits.push(Visit { person, client, build, session, agent, address, from, to, start, exercise });
        traffic::sitting(self, self.visits.len() - 1);
        self.visits.len() - 1
    }

    fn act(&mut self, at: i64, action: &'static str, target: (&'static str, &'static str), details: Record) {
        self.acts.push(Act { at, action, target, details });
    }

    pub(crate) fn opened(&mut self, at: i64, summary: &str) {
        let details = Record::new().text("severity", "SEV1").text("summary", summary);
        self.act(at, "incident.opened", ("incident", NUMBER), details);
    }

    pub(crate) fn resolved(&mut self, at: i64) {
        self.act(at, "incident.resolved", ("incident", NUMBER), Record::new());
    }

    /// The build is taken out of distribution.
    pub(crate) fn removed(&mut self, at: i64, build: &'static str, why: &str) {
        self.act(at, "distribution.removed", ("build", build), channels().text("reason", why));
    }

    pub(crate) fn notified(&mut self, at: i64) {
        let details = Record::new().text("channel", "email").text("message", "Please close and delete the beta build");
        self.act(at, "testers.notified", ("group", "internal-testers"), details);
    }

    pub(crate) fn flag(&mut self, at: i64, name: &'static str, on: bool) {
        self.act(at, "feature_flag.updated", ("flag", name), Record::new().raw("from", !on).raw("to", on));
    }

    /// A confounder: the web alone meets errors for some minutes.
    pub(crate) fn web_burst(&mut self, span: Span, per_mille: i64) {
        let desks: Vec<usize> = (self.scenario.testers.len()..self.people.len() - 1).collect();
        for person in desks {
            self.sit_at_desk(person, span.from - MINUTE, (span.to - span.from) / MINUTE + 4);
        }
        let mut random = Random::new(self.scenario.seed, "web burst");
        let web = self.calls_where(|w, c| {
            w.who(c).is_some_and(|(_, client)| client == Client::Web)
                && span.holds(c.at)
                && c.status == 200
                && c.method == "GET"
        });
        for call in web {
            if random.per_mille(per_mille) {
                self.turn(call, 500, None);
            }
        }
    }

    /// A confounder: one request of an app is tried again and again under its id, and comes through in the end.
    pub(crate) fn retry_storm(&mut self, visit: usize, after: i64, url: &'static str) {
        let (from, at) = (self.visits[visit].from, self.visits[visit].from + after);
        let id = Random::new(from.unsigned_abs(), "storm").uuid();
        for nth in 0..7 {
            let call = if nth == 6 {
                self.ask_own(visit, at + nth * 3 * SECOND, url)
            } else {
                self.ask(visit, at + nth * 3 * SECOND, "GET", url, 504)
            };
            self.rename(call, &id);
        }
    }

    /// Another id for a call: an attempt more under an id that was there before.
    pub(crate) fn rename(&mut self, call: usize, id: &str) {
        let own = std::mem::replace(&mut self.calls[call].id, id.to_owned());
        for line in self.device.iter_mut().filter(|l| l.text.contains(&own)) {
            line.text = line.text.replace(&own, id);
        }
    }

    /// A confounder: two testers sit behind one address.
    pub(crate) fn share_address(&mut self, one: usize, other: usize) {
        let address = self.visits[self.sittings(one)[0]].address.clone();
        for visit in self.sittings(other) {
            self.visits[visit].address.clone_from(&address);
        }
    }
}

/// A confounder: a device whose clock is minutes off.
pub(crate) fn skewed(scenario: &mut Scenario, tester: usize, minutes: i64) {
    scenario.faults.push(Fault::DeviceClock { tester, ahead: minutes * MINUTE });
}
