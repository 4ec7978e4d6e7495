//! Whose data came back: leaks between users, shared request ids, answers that name no owner.

use super::super::clock::{MINUTE, Span};
use super::super::truth::{Call, Client, World};

/// Who is given somebody else's data.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asker {
    /// A tester's app.
    App(usize),
    /// Any tester's app on a platform.
    Platform(&'static str),
    /// A person's web client.
    Web(usize),
}

impl Asker {
    fn asked(self, world: &World<'_>, call: &Call) -> bool {
        let Some((person, client)) = world.who(call) else { return false };
        match self {
            Asker::App(tester) => person == tester && client != Client::Web,
            Asker::Platform(name) => client.name() == name,
            Asker::Web(web) => person == web && client == Client::Web,
        }
    }
}

/// The first `answers` answers of a route since a time belong to the next person on the list.
pub(crate) fn leak(world: &mut World<'_>, asker: Asker, route: &str, span: Span, answers: usize) {
    let is = |w: &World<'_>, c: &Call| {
        asker.asked(w, c) && c.owned.is_some() && c.url.starts_with(route) && span.holds(c.at)
    };
    let calls: Vec<usize> = world.calls_where(is).into_iter().take(answers).collect();
    assert!(!calls.is_empty(), "the fault changes something");
    for call in calls {
        let owner = (world.who(&world.calls[call]).map_or(0, |(person, _)| person) + 1) % world.people.len();
        let rev = world.rev(owner, world.calls[call].at);
        let shown = world.calls[call].owned.as_ref().map_or(0, |book| book.rev);
        if let Some(book) = &mut world.calls[call].owned {
            (book.owner, book.rev) = (owner, rev);
        }
        if let (Some((tester, _)), "/api/positions") = (world.who(&world.calls[call]), world.calls[call].url) {
            let at = world.calls[call].at;
            let (from, to) = (format!(" rev={shown} "), format!(" rev={rev} "));
            let near = Span { from: at, to: at + 200 };
            for line in world.device.iter_mut().filter(|l| l.tester == tester && near.holds(l.at)) {
                line.text = line.text.replace(&from, &to);
            }
        }
    }
}

/// Two testers' requests carry one id, so that one could be given the other's cached answer.
pub(crate) fn share_request_id(world: &mut World<'_>, one: usize, other: usize, day: i64, times: usize) {
    for nth in 0..times {
        let (first, second) = (world.look(one, day, nth), world.look(other, day, nth));
        let at = world.visits[first].from + MINUTE;
        let call = world.ask_own(first, at, "/api/positions");
        let id = world.calls[call].id.clone();
        let at = world.visits[second].from + MINUTE;
        let call = world.ask_own(second, at, "/api/positions");
        let own = std::mem::replace(&mut world.calls[call].id, id.clone());
        for line in world.device.iter_mut().filter(|l| l.text.contains(&own)) {
            line.text = line.text.replace(&own, &id);
        }
    }
}

/// A tester who has the role of an administrator reads somebody else's book in the app.
pub(crate) fn admin_in_app(world: &mut World<'_>, tester: usize, span: Span) {
    world.people[tester].role = "admin";
    leak(world, Asker::App(tester), "/api/positions", span, 1);
}
