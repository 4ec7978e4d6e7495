//! Tools for changing a played world: sittings, calls, device lines.

use super::super::clock::{DAY, Span};
use super::super::random::Random;
use super::super::scenario::Exercise;
use super::super::truth::{Call, Caller, Client, DeviceLine, Seen, Service, Start, Visit, World};

impl World<'_> {
    /// A tester's sittings with the app, in order of time.
    pub(crate) fn sittings(&self, tester: usize) -> Vec<usize> {
        let mine = |v: &usize| self.visits[*v].person == tester && self.visits[*v].client != Client::Web;
        let mut all: Vec<usize> = (0..self.visits.len()).filter(mine).collect();
        all.sort_by_key(|v| self.visits[*v].from);
        all
    }

    /// A tester's ordinary sitting on a day of the beta, counted from 0.
    pub(crate) fn look(&self, tester: usize, day: i64, nth: usize) -> usize {
        let from = self.scenario.beta.from + day * DAY;
        let of_day = |v: &usize| {
            let visit = &self.visits[*v];
            (from..from + DAY).contains(&visit.from) && visit.exercise == Exercise::Look
        };
        self.sittings(tester).into_iter().filter(of_day).nth(nth).expect("a sitting of that day")
    }

    /// A tester's sitting for an exercise.
    pub(crate) fn exercise(&self, tester: usize, exercise: Exercise) -> usize {
        let is = |v: &usize| self.visits[*v].exercise == exercise;
        self.sittings(tester).into_iter().find(is).expect("a sitting with that exercise")
    }

    /// From a sitting's launch to its end, the drill's delay included.
    pub(crate) fn span(&self, visit: usize) -> Span {
        let Visit { person, from, to, .. } = self.visits[visit];
        let next = self.sittings(person).into_iter().map(|v| self.visits[v].from).filter(|at| *at > from).min();
        let last = self.device.iter().filter(|l| l.tester == person && l.at >= from && next.is_none_or(|n| l.at < n));
        Span { from, to: last.map(|l| l.at + 1).max().unwrap_or(to) }
    }

    /// When a line with this text first stands in a sitting.
    pub(crate) fn when(&self, visit: usize, text: &str) -> i64 {
        let (tester, span) = (self.visits[visit].person, self.span(visit));
        let is = |l: &&DeviceLine| l.tester == tester && span.holds(l.at) && l.text.contains(text);
        self.device.iter().filter(is).map(|l| l.at).min().unwrap_or_else(|| panic!("no line {text:?}"))
    }

    /// A line in a tester's device log.
    pub(crate) fn note(&mut self, tester: usize, at: i64, level: &'static str, text: &str) {
        self.device.push(DeviceLine { at, tester, level, text: text.to_owned(), timed: true });
    }

    /// Takes lines out of a tester's device log; there must be one.
    pub(crate) fn hush(&mut self, tester: usize, span: Span, is: impl Fn(&str) -> bool) {
        let before = self.device.len();
        self.device.retain(|l| !(l.tester == tester && span.holds(l.at) && is(&l.text)));
        assert!(self.device.len() < before, "the fault changes something");
    }

    /// Changes the text of lines in a tester's device log; there must be one.
    pub(crate) fn reword(&mut self, tester: usize, span: Span, from: &str, to: &str) {
        let mut changed = 0;
        for line in self.device.iter_mut().filter(|l| l.tester == tester && span.holds(l.at) && l.text.contains(from)) {
            let at = line.text.find(from).unwrap_or(0);
            // A text that ends the pattern with `*` stands for the rest of the line.
            line.text = match to.strip_suffix('*') {
                Some(to) => format!("{}{to}", &line.text[..at]),
                None => line.text.replace(from, to),
            };
            changed += 1;
        }
        assert!(changed > 0, "the fault changes something");
    }

    /// The whole beta.
    pub(crate) fn beta(&self) -> Span {
        self.scenario.beta
    }

    /// From the begin of a day of the beta to its end.
    pub(crate) fn since(&self, day: i64) -> Span {
        Span { from: self.scenario.beta.from + day * DAY, to: self.scenario.beta.to }
    }

    /// The calls for which `is` holds, in order of time.
    pub(crate) fn calls_where(&self, is: impl Fn(&World<'_>, &Call) -> bool) -> Vec<usize> {
        let mut all: Vec<usize> = (0..self.calls.len()).filter(|c| is(self, &self.calls[*c])).collect();
        all.sort_by_key(|c| self.calls[*c].at);
        all
    }

    /// Whose call it is: the person and the client.
    pub(crate) fn who(&self, call: &Call) -> Option<(usize, Client)> {
        let Caller::Visit(visit) = call.caller else { return None };
        Some((self.visits[visit].person, self.visits[visit].client))
    }

    /// Whether it is a call of a tester's app.
    pub(crate) fn is_app(&self, call: &Call) -> bool {
        self.who(call).is_some_and(|(_, client)| client != Client::Web)
    }

    /// One more call of a sitting, as all its sources would tell it.
    pub(crate) fn ask(&mut self, visit: usize, at: i64, method: &'static str, url: &'static str, status: u16) -> usize {
        let id = Random::new(at.unsigned_abs(), &format!("{method} {url} {visit}")).uuid();
        let platform = url.starts_with("/api/auth/") || url.starts_with("/api/maintenance/");
        let seen = if matches!(status, 502 | 504) { Seen::GatewayOnly } else { Seen::Everywhere };
        let (person, client) = (self.visits[visit].person, self.visits[visit].client);
        if client != Client::Web {
            let level = if status < 400 { "LOG" } else { "WARN" };
            self.note(person, at + 12, level, &format!("[api] {method} {url} {status} 41ms x-request-id={id}"));
        }
        self.calls.push(Call {
            at,
            ms: 38,
            id,
            caller: Caller::Visit(visit),
            service: if platform { Service::Platform } else { Service::Api },
            seen,
            method,
            url,
            status,
            reason: None,
            owned: None,
        });
        self.calls.len() - 1
    }

    /// One more answer with the caller's own data.
    pub(crate) fn ask_own(&mut self, visit: usize, at: i64, url: &'static str) -> usize {
        let (call, person) = (self.ask(visit, at, "GET", url, 200), self.visits[visit].person);
        let rev = self.rev(person, at);
        self.calls[call].owned = Some(super::super::truth::Owned { owner: person, rev, as_of: at - 700 });
        call
    }

    /// Makes a call end otherwise, in the device's log, too.
    pub(crate) fn turn(&mut self, call: usize, status: u16, reason: Option<&'static str>) {
        let (id, before) = (self.calls[call].id.clone(), self.calls[call].status);
        let this = &mut self.calls[call];
        (this.status, this.reason) = (status, reason);
        if status >= 400 {
            this.owned = None;
        }
        if matches!(status, 502 | 504) {
            this.seen = Seen::GatewayOnly;
        }
        for line in self.device.iter_mut().filter(|l| l.text.contains(&id)) {
            line.text = line.text.replacen(&format!(" {before} "), &format!(" {status} "), 1);
            line.level = if status >= 400 { "WARN" } else { "LOG" };
        }
    }

    /// Takes a call out of every source.
    pub(crate) fn unask(&mut self, calls: &[usize]) {
        assert!(!calls.is_empty(), "the fault changes something");
        let ids: Vec<String> = calls.iter().map(|c| self.calls[*c].id.clone()).collect();
        let mut at = 0;
        self.calls.retain(|_| {
            at += 1;
            !calls.contains(&(at - 1))
        });
        self.device.retain(|l| !ids.iter().any(|id| l.text.contains(id.as_str())));
    }

    /// Cuts a sitting off: nothing of it comes after a time, in no source.
    pub(crate) fn end(&mut self, visit: usize, at: i64) {
        let (tester, span) = (self.visits[visit].person, self.span(visit));
        self.device.retain(|l| !(l.tester == tester && span.holds(l.at) && l.at > at));
        self.calls.retain(|c| !(c.caller == Caller::Visit(visit) && c.at > at));
        self.sockets.retain(|s| !(s.visit == visit && s.from > at));
        for socket in self.sockets.iter_mut().filter(|s| s.visit == visit) {
            socket.to = socket.to.min(at);
        }
    }

    /// A sitting of its own, launched at a time when the tester does nothing else; without calls.
    pub(crate) fn sit_down(&mut self, tester: usize, at: i64, minutes: i64) -> usize {
        let before =
            self.sittings(tester).into_iter().rfind(|v| self.visits[*v].from < at).expect("an earlier sitting");
        let Visit { client, build, agent, address, .. } = &self.visits[before];
        let session = Random::new(at.unsigned_abs(), "sitting").uuid();
        let visit = Visit {
            person: tester,
            client: *client,
            build: *build,
            session: session.clone(),
            agent: agent.clone(),
            address: address.clone(),
            from: at,
            to: at + minutes * super::super::clock::MINUTE,
            start: Start::Cold,
            exercise: Exercise::Look,
        };
        let (build, person) = (visit.build.unwrap_or_default(), self.people[tester].clone());
        self.visits.push(visit);
        let text = format!(
            "[app] launch version=1.4.0 build={build} device=\"{}\" os=\"{}\" cold=true session={session}",
            person.device, person.os
        );
        self.note(tester, at, "LOG", &text);
        self.visits.len() - 1
    }

    /// Puts everything in order again.
    pub(crate) fn settle(&mut self) {
        self.calls.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        self.device.sort_by_key(|line| (line.tester, line.at));
        self.sockets.sort_by(|a, b| (a.from, &a.id).cmp(&(b.from, &b.id)));
    }
}
