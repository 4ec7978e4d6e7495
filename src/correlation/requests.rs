//! One row per `x-request-id`: its hops, its attempts, who asked, and how surely that is known.

use std::collections::HashMap;

use super::lines::Line;
use super::roster::Roster;
use super::windows::Windows;
use crate::tables::schema::{Column, Kind};
use crate::tables::table::Cell;

/// Columns of the `requests` table.
pub const COLUMNS: &[Column] = &[
    ("request_id", Kind::Own),
    ("first_ts", Kind::Time),
    ("last_ts", Kind::Time),
    ("period", Kind::Own),
    ("drill", Kind::Int),
    ("client", Kind::Own),
    ("platform", Kind::Own),
    ("tester", Kind::Own),
    ("build", Kind::Own),
    ("user_key", Kind::Own),
    ("owner_key", Kind::Own),
    ("role", Kind::Own),
    ("session_key", Kind::Own),
    ("method", Kind::Own),
    ("route", Kind::Own),
    ("status", Kind::Int), // of the last attempt, as the outermost hop saw it
    ("attempts", Kind::Int),
    ("retries", Kind::Int),
    ("hops", Kind::Own), // device>gateway>service, those that logged it
    ("device_status", Kind::Int),
    ("device_ms", Kind::Float),
    ("gateway_status", Kind::Int),
    ("gateway_ms", Kind::Float),
    ("server", Kind::Own),
    ("server_status", Kind::Int),
    ("server_ms", Kind::Float),
    ("rev", Kind::Int),
    ("reason", Kind::Own),
    ("error_type", Kind::Own),
    ("message", Kind::Own),
    // A by header and session or user, B by user agent, session, socket or route, C by time only (then no client)
    ("grade", Kind::Own),
    ("near_client", Kind::Own), // whose request is nearest in time, where the grade is C
    ("file", Kind::Own),        // of the server's line, else the outermost one
    ("line", Kind::Int),
];

/// Builds the rows, in order of first time.
#[must_use]
pub fn rows(lines: &[Line<'_>], roster: &Roster, windows: &Windows) -> Vec<Vec<Cell>> {
    let mut order: Vec<&str> = Vec::new();
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, l)| l.event == "request") {
        if let Some(id) = line.request {
            by_id.entry(id).or_insert_with(|| {
                order.push(id);
                Vec::new()
            });
            if let Some(all) = by_id.get_mut(id) {
                all.push(at);
            }
        }
    }
    order.iter().filter_map(|id| Some(row(id, by_id.get(id)?, lines, roster, windows))).collect()
}

fn row(id: &str, at: &[usize], lines: &[Line<'_>], roster: &Roster, windows: &Windows) -> Vec<Cell> {
    let hop = |tier: &'static str| at.iter().map(|i| &lines[*i]).filter(move |l| l.tier == tier);
    let last = |tier: &'static str| hop(tier).next_back();
    let (device, gateway, server) = (last("device"), last("gateway"), last("server"));
    let attempts = ["device", "gateway", "server"].iter().map(|tier| hop(tier).count()).max().unwrap_or(0);
    // The servers' clocks are better than a phone's, so a device's time counts only when nothing else is there.
    let timed: Vec<i64> = at.iter().map(|i| &lines[*i]).filter(|l| l.tier != "device").map(|l| l.ts).collect();
    let first = timed.iter().min().copied().unwrap_or(lines[at[0]].ts);
    let last = timed.iter().max().copied().unwrap_or(first);
    let each = || [server, gateway, device].into_iter().flatten();
    let tester = each().find_map(|l| l.tester);
    // A device that logs a request is its client, but the grade is about what the servers could tell.
    let told = [server, gateway].into_iter().flatten().filter(|l| l.client.is_some());
    let best = told.min_by_key(|l| l.grade.unwrap_or("Z")).or(device.filter(|l| l.client.is_some()));
    // The client's own word counts fully only together with who it was that asked.
    let nobody = each().all(|l| l.session.is_none() && l.user.is_none());
    let near = each().find(|l| best.is_none() && l.near.is_some());
    let grade = match best.or(near).and_then(|l| l.grade) {
        Some("A") if nobody => Some("B"),
        other => other,
    };
    let names: Vec<&str> = [device.map(|_| "device"), gateway.map(|_| "gateway"), server.map(|l| l.service)]
        .into_iter()
        .flatten()
        .collect();
    let main = server.or(gateway).or(device);
    vec![
        Cell::from(id),
        Cell::from(first),
        Cell::from(last),
        Cell::from(windows.period(first)),
        Cell::from(windows.in_drill(first, tester)),
        Cell::from(best.and_then(|l| l.client)),
        Cell::from(each().find_map(|l| l.platform)),
        roster.cell(tester),
        Cell::from(each().find_map(|l| l.build)),
        Cell::from(each().find_map(|l| l.user)),
        Cell::from(each().find_map(|l| l.owner)),
        Cell::from(each().find_map(|l| l.role)),
        Cell::from(each().find_map(|l| l.session)),
        Cell::from(main.and_then(|l| l.method)),
        Cell::from(main.and_then(|l| l.route)),
        Cell::from([device, gateway, server].into_iter().flatten().find_map(|l| l.status)),
        Cell::from(attempts as i64),
        Cell::from(attempts.saturating_sub(1) as i64),
        Cell::from(names.join(">")),
        Cell::from(device.and_then(|l| l.status)),
        Cell::from(device.and_then(|l| l.ms)),
        Cell::from(gateway.and_then(|l| l.status)),
        Cell::from(gateway.and_then(|l| l.ms)),
        Cell::from(server.map(|l| l.service)),
        Cell::from(server.and_then(|l| l.status)),
        Cell::from(server.and_then(|l| l.ms)),
        Cell::from(server.and_then(|l| l.rev)),
        Cell::from(each().find_map(|l| l.reason)),
        Cell::from(server.and_then(|l| l.error_type)),
        Cell::from(server.filter(|l| l.error_type.is_some()).and_then(|l| l.message)),
        Cell::from(grade),
        Cell::from(near.and_then(|l| l.near)),
        Cell::from(main.map(|l| l.file)),
        Cell::from(main.map(|l| l.line)),
    ]
}
