//! One row per drill and tester who took part: what the app did in it and how soon it was back.

use std::collections::HashSet;

use super::lines::Line;
use super::roster::Roster;
use super::windows::{Drill, Windows};
use crate::tables::schema::{Column, Kind};
use crate::tables::table::Cell;

/// Data may still arrive this long after a maintenance mode begins.
const GRACE_MS: i64 = 60_000;
/// How long after a drill its end is watched.
const WATCH_MS: i64 = 900_000;

/// Columns of the `exercises` table. Seconds are from the drill's begin or end.
pub const COLUMNS: &[Column] = &[
    ("title", Kind::Own),
    ("kind", Kind::Own),
    ("tester", Kind::Own),
    ("from_ts", Kind::Time),
    ("to_ts", Kind::Time),
    ("took_part", Kind::Int),     // the device or the server saw the tester in the drill
    ("degrade_s", Kind::Float),   // begin → degraded, offline, maintenance screen or polling
    ("shown", Kind::Int),         // of those
    ("failed", Kind::Int),        // calls that the device saw fail
    ("blocked", Kind::Int),       // calls the server turned away for maintenance
    ("reads_ok", Kind::Int),      // good data reads inside
    ("leaks", Kind::Int),         // good data reads inside, after the grace, while access should be blocked
    ("socket_inside", Kind::Int), // sockets that connected inside
    ("crashes", Kind::Int),
    ("blank_screens", Kind::Int),
    ("stale", Kind::Int),
    ("disabled", Kind::Int),   // the fallback says that it is turned off
    ("stuck", Kind::Int),      // still blocked after the end
    ("socket_s", Kind::Float), // end → socket connected
    ("data_s", Kind::Float),   // end → data read
    ("cleared", Kind::Int),
    ("login_after", Kind::Int), // had to sign in or install again, without having signed out
    ("active_after_s", Kind::Float), // how long the app was watched after the end, in the foreground
    ("file", Kind::Own),
    ("line", Kind::Int),
];

/// Builds the rows.
#[must_use]
pub fn rows(lines: &[Line<'_>], roster: &Roster, windows: &Windows, cohort: &str) -> Vec<Vec<Cell>> {
    let mut of_tester: Vec<Vec<(i64, &Line<'_>)>> = vec![Vec::new(); roster.testers.len()];
    let mut unknown: Vec<(i64, &Line<'_>)> = Vec::new();
    for line in lines.iter().filter(|l| l.client == Some(cohort) || l.event.starts_with("socket.")) {
        match line.tester {
            Some(tester) => of_tester[tester].push((line.ts, line)),
            None if line.event == "request" => unknown.push((line.ts, line)),
            None => {}
        }
    }
    // An answer with data is one on a route that names an owner elsewhere, even where this answer does not.
    let scoped: HashSet<&str> =
        lines.iter().filter(|l| l.tier == "server" && l.owner.is_some()).filter_map(|l| l.route).collect();
    let mut rows = Vec::new();
    for drill in &windows.drills {
        for (tester, own) in of_tester.iter().enumerate() {
            if drill.tester.is_none_or(|t| t == tester) {
                rows.push(row(drill, Some(tester), own, roster, &scoped));
            }
        }
        // What was served although it should not have been counts for whomever it was.
        if leaks(drill, &unknown, &scoped) > 0 {
            rows.push(row(drill, None, &unknown, roster, &scoped));
        }
    }
    rows
}

/// Good reads of data in a maintenance mode, after the grace, by whichever server tells of them; each request once.
fn leaks(drill: &Drill, own: &[(i64, &Line<'_>)], scoped: &HashSet<&str>) -> i64 {
    if drill.kind != "maintenance" {
        return 0;
    }
    let served = own.iter().filter(|(ts, l)| {
        (drill.from + GRACE_MS..drill.to).contains(ts) && matches!(l.tier, "server" | "gateway") && is_data(l, scoped)
    });
    let mut each: Vec<(Option<&str>, i64)> =
        served.map(|(_, l)| (l.request, l.request.map_or(l.line, |_| 0))).collect();
    each.sort_unstable();
    each.dedup();
    each.len() as i64
}

fn row(
    drill: &Drill,
    tester: Option<usize>,
    own: &[(i64, &Line<'_>)],
    roster: &Roster,
    scoped: &HashSet<&str>,
) -> Vec<Cell> {
    let (from, to) = (drill.from, drill.to);
    let closed = closing_note(drill, own).unwrap_or(to);
    let inside: Vec<&(i64, &Line<'_>)> = own.iter().filter(|(ts, _)| from <= *ts && *ts < to).collect();
    let behind: Vec<&(i64, &Line<'_>)> =
        own.iter().filter(|(ts, _)| closed <= *ts && *ts < closed + WATCH_MS).collect();
    let number =
        |all: &[&(i64, &Line<'_>)], is: &dyn Fn(&Line<'_>) -> bool| all.iter().filter(|(_, l)| is(l)).count() as i64;
    let first = |all: &[&(i64, &Line<'_>)], since: i64, is: &dyn Fn(&Line<'_>) -> bool| {
        all.iter().find(|(_, l)| is(l)).map(|(ts, _)| (ts - since).max(0) as f64 / 1000.0)
    };
    let shows = |l: &Line<'_>| {
        matches!(
            (drill.kind.as_str(), l.event),
            ("maintenance", "maintenance.shown")
                | ("polling", "polling.started")
                | ("offline", "net.offline" | "net.degraded")
                | ("backend-stop" | "planned", "net.degraded" | "net.offline")
        )
    };
    // The app is watched up to the moment it goes to the background; what it shows later says nothing about coming back.
    let mut on_device = behind.iter().filter(|(_, l)| l.tier == "device");
    let watched = on_device.clone().find(|(_, l)| l.event == "app.background").or_else(|| on_device.next_back());
    let device_in = number(&inside, &|l| l.tier == "device");
    let place = inside.iter().find(|(_, l)| l.tier == "device").map(|(_, l)| (l.file, l.line));
    vec![
        Cell::from(drill.title.as_str()),
        Cell::from(drill.kind.as_str()),
        roster.cell(tester),
        Cell::from(drill.from),
        Cell::from(drill.to),
        Cell::from(device_in > 0 || number(&inside, &|l| l.event == "request") > 0),
        Cell::from(first(&inside, from, &shows)),
        Cell::from(number(&inside, &shows)),
        Cell::from(number(&inside, &|l| l.is_request("device") && !l.ok())),
        Cell::from(number(&inside, &|l| l.tier == "server" && l.status == Some(503))),
        Cell::from(number(&inside, &|l| l.tier == "device" && l.event == "request" && l.ok())),
        Cell::from(leaks(drill, own, scoped)),
        Cell::from(number(&inside, &is_socket)),
        Cell::from(number(&inside, &|l| l.event == "app.native_crash")),
        Cell::from(number(&inside, &|l| l.event == "nav.blank_screen")),
        Cell::from(number(&inside, &|l| l.event == "positions.stale")),
        Cell::from(number(&inside, &|l| l.event == "polling.disabled")),
        Cell::from(number(&behind, &|l| l.event == "maintenance.stuck")),
        Cell::from(if up_already(own, from, closed) { Some(0.0) } else { first(&behind, closed, &is_socket) }),
        Cell::from(first(&behind, closed, &|l| {
            l.event == "request" && l.ok() && (l.tier == "device" || is_data(l, scoped))
        })),
        Cell::from(number(&behind, &|l| l.event == "maintenance.cleared")),
        Cell::from(asked_again(&behind)),
        Cell::from(watched.map(|(ts, _)| (ts - closed) as f64 / 1000.0)),
        Cell::from(place.map(|(file, _)| file)),
        Cell::from(place.map(|(_, line)| line)),
    ]
}

/// A tester's own window lasts until the app is back; what matters for "how soon" is when the tester ended it.
fn closing_note(drill: &Drill, own: &[(i64, &Line<'_>)]) -> Option<i64> {
    drill.tester?;
    let mut notes = own.iter().filter(|(_, l)| l.event == "beta.note" && drill.from < l.ts && l.ts <= drill.to);
    notes.next_back().map(|(ts, _)| *ts)
}

/// Whether the socket had come back inside the drill and held at its end: an outage often ends before its last event.
fn up_already(own: &[(i64, &Line<'_>)], from: i64, closed: i64) -> bool {
    let is = |l: &Line<'_>| is_socket(l) || (l.tier == "device" && l.event == "socket.disconnected");
    let mut inside = own.iter().filter(|(ts, l)| from <= *ts && *ts < closed && is(l)).map(|(_, l)| *l);
    inside.clone().any(|l| l.event == "socket.disconnected") && inside.next_back().is_some_and(is_socket)
}

/// Sign-ins and new installs after the drill; whoever signed out on purpose signs in again of course.
fn asked_again(behind: &[&(i64, &Line<'_>)]) -> i64 {
    let until_sign_out = behind.iter().map(|(_, l)| l).take_while(|l| l.event != "auth.signed_out");
    until_sign_out.filter(|l| matches!(l.event, "auth.signed_in" | "app.installed")).count() as i64
}

fn is_socket(line: &Line<'_>) -> bool {
    line.tier == "device" && matches!(line.event, "socket.connected" | "socket.reconnected")
}

fn is_data(line: &Line<'_>, scoped: &HashSet<&str>) -> bool {
    line.event == "request" && line.ok() && line.route.is_some_and(|route| scoped.contains(route))
}
