//! Calls that the app must never make, and those of others that look like them.

use super::super::clock::{MINUTE, SECOND, iso};
use super::super::truth::{Client, Seen, World};
use super::super::write::Files;
use super::edit_files;

/// Who logged a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Logged {
    Everywhere,
    /// It was turned away before the service.
    ByGateway,
    ByDevice,
    ByServers,
}

/// A call of a tester's app.
pub(crate) fn call(
    world: &mut World<'_>,
    tester: usize,
    day: i64,
    (method, url): (&'static str, &'static str),
    status: u16,
    logged: Logged,
) {
    let visit = world.look(tester, day, 1);
    let at = world.visits[visit].from + 75 * SECOND;
    let call = world.ask(visit, at, method, url, status);
    let id = world.calls[call].id.clone();
    let without_device = |world: &mut World<'_>| world.device.retain(|l| !l.text.contains(&id));
    match logged {
        Logged::Everywhere => {}
        Logged::ByGateway => {
            world.calls[call].seen = Seen::GatewayOnly;
            without_device(world);
        }
        Logged::ByDevice => {
            world.calls.remove(call);
        }
        Logged::ByServers => without_device(world),
    }
}

/// A confounder: the same call from the web.
pub(crate) fn from_web(world: &mut World<'_>, person: usize, method: &'static str, url: &'static str, agent: &str) {
    let beta = world.beta();
    let is = |v: &usize| {
        world.visits[*v].client == Client::Web && world.visits[*v].person == person && beta.holds(world.visits[*v].from)
    };
    let visit = (0..world.visits.len()).find(is).expect("a web sitting");
    let at = world.visits[visit].from + 5 * MINUTE;
    world.ask(visit, at, method, url, 200);
    if !agent.is_empty() {
        world.visits[visit].agent = agent.to_owned();
    }
}

/// A socket to another namespace than the app's, as the service logs it.
pub(crate) fn namespace(files: &mut Files, day: &str, at: i64, user: &str, name: &str, platform: &str) {
    let text = format!(
        "{} [API][{name}] Client connected id=OtherSocket000AAA1 user={user} transport=websocket platform={platform}\n",
        iso(at)
    );
    edit_files::append(files, &format!("logs/backend/backend-{day}"), &text);
}
