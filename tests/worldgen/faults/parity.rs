//! The same book on two clients: what mobile shows beside what web shows.

use super::super::clock::{DAY, MINUTE, SECOND, Span};
use super::super::truth::{Call, Client, Owned, World};

/// A web sitting of a person that runs beside an app's, on a day of the beta: the app's sitting and the web's.
fn beside(world: &World<'_>, tester: usize, day: i64) -> (usize, usize) {
    let from = world.beta().from + day * DAY;
    for app in world.sittings(tester) {
        let at = world.visits[app].from;
        let web = (0..world.visits.len()).find(|v| {
            let visit = &world.visits[*v];
            visit.client == Client::Web && visit.person == tester && (at..at + 2 * MINUTE).contains(&visit.from)
        });
        if let (true, Some(web)) = ((from..from + DAY).contains(&at), web) {
            return (app, web);
        }
    }
    panic!("no sitting beside the web on day {day}")
}

/// A read of the person's own data at a revision that is `behind` the book's.
fn read(world: &mut World<'_>, visit: usize, at: i64, url: &'static str, behind: i64) {
    let person = world.visits[visit].person;
    let call = world.ask(visit, at, "GET", url, 200);
    let rev = world.rev(person, at) - behind;
    world.calls[call].owned = Some(Owned { owner: person, rev, as_of: at - 600 - behind * MINUTE });
    if url == "/api/positions" && world.visits[visit].client != Client::Web {
        let as_of = super::super::clock::iso(at - 600 - behind * MINUTE);
        let text = format!("[positions] rendered rows={} rev={rev} asOf={as_of}", 2 + person % 5);
        world.note(person, at + 20, "LOG", &text);
    }
}

/// Mobile reads of a route are behind what the web was shown, so many times, `after` that long.
pub(crate) fn behind(
    world: &mut World<'_>,
    tester: usize,
    day: i64,
    (mobile, web): (&'static str, &'static str),
    times: i64,
    after: i64,
) {
    let (app, other) = beside(world, tester, day);
    let at = world.visits[app].from + 70 * SECOND;
    read(world, other, at, web, 0);
    for nth in 0..times {
        read(world, app, at + after + nth * 15 * SECOND, mobile, 1);
    }
}

/// The server gives the app the new book and the app goes on showing the old one.
pub(crate) fn renders_old(world: &mut World<'_>, tester: usize, day: i64, times: i64) {
    let (app, other) = beside(world, tester, day);
    let at = world.visits[app].from + 70 * SECOND;
    read(world, other, at, "/api/positions", 0);
    let rev = world.rev(tester, at) - 1;
    for nth in 0..times {
        let when = at + 45 * SECOND + nth * 20 * SECOND;
        let as_of = super::super::clock::iso(at - MINUTE);
        world.note(tester, when, "LOG", &format!("[positions] rendered rows=3 rev={rev} asOf={as_of}"));
    }
}

/// The app itself says that it shows stale data.
pub(crate) fn says_stale(world: &mut World<'_>, tester: usize, day: i64, times: i64) {
    let visit = world.look(tester, day, 1);
    let at = world.visits[visit].from + MINUTE;
    for nth in 0..times {
        let as_of = super::super::clock::iso(at - 10 * MINUTE);
        let text = format!("[positions] stale data asOf={as_of} age=600s");
        world.note(tester, at + nth * 30 * SECOND, "WARN", &text);
    }
}

/// From a day on, everything that the app shows a tester is a book of days ago.
pub(crate) fn frozen(world: &mut World<'_>, tester: usize, since: Span) {
    let is = |w: &World<'_>, c: &Call| {
        w.is_app(c) && w.who(c).is_some_and(|(p, _)| p == tester) && since.holds(c.at) && c.owned.is_some()
    };
    let calls = world.calls_where(is);
    let held = world.rev(tester, since.from) - 5;
    for call in calls {
        if let Some(book) = &mut world.calls[call].owned {
            (book.rev, book.as_of) = (held, since.from);
        }
    }
    for line in world.device.iter_mut().filter(|l| l.tester == tester && since.holds(l.at)) {
        if let Some((head, tail)) = line.text.split_once(" rev=") {
            let rest = tail.split_once(' ').map_or("", |(_, rest)| rest);
            line.text = format!("{head} rev={held} {rest}").trim_end().to_owned();
        }
    }
}
