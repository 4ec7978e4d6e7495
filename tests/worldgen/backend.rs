//! The trading service's view: pino-http lines and its console lines.

use super::clock::{MINUTE, iso};
use super::random::Random;
use super::record::Record;
use super::truth::{Call, Caller, Process, Seen, Service, World};
use super::write::Line;

const FAILURES: &[(&str, &str)] = &[
    ("TimeoutError", "Cosmos query timed out after 5000ms on container positions"),
    ("FetchError", "request to http://quotes:8080/latest failed, reason: socket hang up"),
];

/// All lines of the service's log.
pub(crate) fn lines(world: &World<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    for process in &world.processes {
        requests(world, process, &mut lines);
        started(world, process, &mut lines);
    }
    sockets(world, &mut lines);
    for (at, person) in &world.broadcasts {
        let (user, rev) = (&world.users[*person], world.rev(*person, *at));
        lines.push(Line::new(
            *at,
            format!("{} [API][/trading] broadcast positions_update user={user} rev={rev}", iso(*at)),
        ));
    }
    lines
}

fn started(world: &World<'_>, process: &Process, lines: &mut Vec<Line>) {
    if process.from < world.scenario.baseline.from {
        return;
    }
    let record = head(30, process.from, process)
        .text("version", process.version)
        .text("msg", "Server listening at http://0.0.0.0:8080");
    lines.push(Line::new(process.from, record.json()));
    let ready = process.from + 12;
    lines.push(Line::new(ready, format!("{} [API][/trading] namespace ready", iso(ready))));
}

fn head(level: u8, at: i64, process: &Process) -> Record {
    Record::new().raw("level", level).raw("time", at).raw("pid", 1).text("hostname", &process.host)
}

fn requests(world: &World<'_>, process: &Process, lines: &mut Vec<Line>) {
    let mut random = Random::new(world.scenario.seed, &process.host);
    let mine = |call: &&Call| {
        let reached = call.service == Service::Api && call.seen != Seen::GatewayOnly;
        reached && process.from <= call.at && call.at < process.to
    };
    // The counter starts again with the process.
    for (number, call) in (1..).zip(world.calls.iter().filter(mine)) {
        let id = format!("req-{}", base36(number));
        let slow = call.owned.is_some() && call.ms > 100;
        if slow || random.per_mille(15) {
            lines.push(Line::new(call.at - 2, diagnostics(call, &id, process, &mut random)));
        }
        lines.push(Line::new(call.at, request(world, call, &id, process)));
    }
}

fn request(world: &World<'_>, call: &Call, id: &str, process: &Process) -> String {
    let level = match call.status {
        ..400 => 30,
        400..500 => 40,
        _ => 50,
    };
    let asked = Record::new()
        .text("id", id)
        .text("method", call.method)
        .text("url", call.url)
        .object("headers", headers(world, call))
        .text("remoteAddress", if call.caller == Caller::Bot { "10.30.0.9" } else { "10.30.0.4" });
    let mut record = head(level, call.at, process).text("reqId", id).object("req", asked);
    if let (Caller::Visit(visit), false) = (call.caller, call.status == 401) {
        let person = world.visits[visit].person;
        let who = Record::new().text("userId", &world.users[person]).text("role", world.people[person].role);
        record = record.object("auth", who);
    }
    record = record.maybe("reason", call.reason);
    if let Some(book) = &call.owned {
        let mut result =
            Record::new().text("ownerId", &world.users[book.owner]).raw("rev", book.rev).text("asOf", &iso(book.as_of));
        if call.url == "/api/positions" {
            result = result.raw("count", 2 + book.owner % 5);
        }
        record = record.object("result", result);
    }
    record = record.object("res", Record::new().raw("statusCode", call.status));
    if call.status >= 500 {
        record = record.object("err", failure(world, call));
    }
    let message = if call.status >= 500 { "request errored" } else { "request completed" };
    record.raw("responseTime", call.ms).text("msg", message).json()
}

fn headers(world: &World<'_>, call: &Call) -> Record {
    let record = Record::new().text("x-request-id", &call.id);
    match call.caller {
        Caller::Bot => record.text("user-agent", "harbour-bot/1.4.0 (+node-fetch)"),
        Caller::Probe => record.text("user-agent", "Blackbox Exporter/0.27.0"),
        Caller::Visit(visit) => {
            let visit = &world.visits[visit];
            record
                .text("user-agent", &visit.agent)
                .text("x-client-platform", visit.client.name())
                .maybe("x-app-build", visit.build)
                .text("x-session-id", &visit.session)
                .text("authorization", "[Redacted]")
        }
    }
}

fn failure(world: &World<'_>, call: &Call) -> Record {
    if call.reason.is_some() {
        return Record::new().text("type", "Error").text("message", "failed with status code 503");
    }
    let ordinary = &FAILURES[call.at.unsigned_abs() as usize % FAILURES.len()];
    let (kind, message) = world.failures.get(&call.id).unwrap_or(ordinary);
    let stack = format!(
        "{kind}: {message}\n    at BookRepository.read (/app/dist/books.js:61:11)\n    \
         at async handler (/app/dist/routes.js:34:20)"
    );
    Record::new().text("type", kind).text("message", message).text("stack", &stack)
}

fn diagnostics(call: &Call, id: &str, process: &Process, random: &mut Random) -> String {
    let container = if call.url.starts_with("/api/history") { "trades" } else { "positions" };
    let charge = random.between(280, 640);
    let cosmos = Record::new()
        .text("container", container)
        .text("operation", "ReadFeed")
        .raw("ru", format!("{}.{:02}", charge / 100, charge % 100))
        .raw("durationMs", format!("{}.{}", call.ms * 7 / 10, charge % 10))
        .raw("statusCode", 200)
        .text("activityId", &random.uuid())
        .raw("sampled", call.ms <= 100);
    head(30, call.at - 2, process).text("reqId", id).object("cosmos", cosmos).text("msg", "cosmos diagnostics").json()
}

fn sockets(world: &World<'_>, lines: &mut Vec<Line>) {
    for socket in &world.sockets {
        let visit = &world.visits[socket.visit];
        let (user, platform) = (&world.users[visit.person], visit.client.name());
        let id = &socket.id;
        let text =
            format!("[API][/trading] Client connected id={id} user={user} transport=websocket platform={platform}");
        lines.push(Line::new(socket.from, format!("{} {text}", iso(socket.from))));
        // A service that is stopped does not say goodbye.
        if world.outage(socket.to).is_none() {
            let reason = socket.reason;
            let text = format!(
                "[API][/trading] Client disconnected id={id} user={user} reason=\"{reason}\" platform={platform}"
            );
            lines.push(Line::new(socket.to, format!("{} {text}", iso(socket.to))));
        }
    }
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[(number % 36) as usize] as char);
        number /= 36;
    }
    digits.iter().rev().collect()
}

/// The administrator looks at a customer's book, which that role may.
pub(crate) fn look_at_customer(world: &mut World<'_>) {
    let owner = world.scenario.testers.len();
    let customer = world.people.len() - 1;
    let mut random = Random::new(world.scenario.seed, "customer");
    let mine = |v: &&super::truth::Visit| v.person == owner && world.scenario.beta.holds(v.from);
    let at: Vec<i64> = world.visits.iter().filter(mine).map(|v| v.from + 3 * MINUTE).take(2).collect();
    for at in at {
        let near = |c: &&mut Call| {
            matches!(c.caller, Caller::Visit(v) if world.visits[v].person == owner)
                && c.at > at
                && c.url == "/api/positions"
        };
        let rev = world.books[customer] + random.between(0, 9);
        if let Some(call) = world.calls.iter_mut().filter(|c| c.owned.is_some()).find(near)
            && let Some(book) = &mut call.owned
        {
            (book.owner, book.rev) = (customer, rev);
        }
    }
}
