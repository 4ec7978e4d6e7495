//! One row per Socket.IO connection, from the server's connect and disconnect lines.

use std::collections::HashMap;

use super::lines::Line;
use super::roster::Roster;
use super::windows::Windows;
use crate::tables::schema::{Column, Kind};
use crate::tables::table::Cell;

/// Columns of the `sockets` table.
pub const COLUMNS: &[Column] = &[
    ("socket_id", Kind::Own),
    ("connected_ts", Kind::Time),
    ("disconnected_ts", Kind::Time),
    ("reason", Kind::Own), // why it ended
    ("client", Kind::Own),
    ("platform", Kind::Own),
    ("tester", Kind::Own),
    ("user_key", Kind::Own),
    ("session_key", Kind::Own),
    ("period", Kind::Own),
    ("within_60s", Kind::Int), // connects of the same user and client in the minute that ends with this one, outside drills and deploys
    ("within_5m", Kind::Int),  // the same in five minutes
    ("drill", Kind::Int),      // began in a drill
    ("deploy", Kind::Int),     // began around a deploy
    ("file", Kind::Own),
    ("line", Kind::Int),
];

/// Builds the rows, in order of connection; `cohort` and `platforms` name the client under judgement.
#[must_use]
pub fn rows(
    lines: &[Line<'_>],
    roster: &Roster,
    windows: &Windows,
    cohort: &str,
    platforms: &[String],
    namespace: &str,
) -> Vec<Vec<Cell>> {
    let mut ended: HashMap<&str, &Line<'_>> = HashMap::new();
    let mut session: HashMap<&str, &str> = HashMap::new();
    for line in lines {
        let Some(id) = line.socket else { continue };
        if line.tier == "server" && line.event == "socket.disconnected" {
            ended.insert(id, line);
        }
        if let (true, Some(key)) = (line.tier == "device", line.session) {
            session.insert(id, key);
        }
    }
    let mut recent: HashMap<(&str, Option<&str>), Vec<i64>> = HashMap::new();
    let ours =
        |l: &&Line<'_>| l.tier == "server" && l.event == "socket.connected" && l.route.is_none_or(|r| r == namespace);
    lines
        .iter()
        .filter(ours)
        .filter_map(|line| {
            let id = line.socket?;
            let calm = !windows.in_drill(line.ts, line.tester) && !windows.in_deploy(line.ts);
            let end = ended.get(id);
            let named = line.platform.map(|p| if platforms.iter().any(|own| own == p) { cohort } else { "web" });
            // A socket that a device logged is the app's, whatever the server's line says of it.
            let client = if session.contains_key(id) { Some(cohort) } else { named };
            // A storm goes on across relaunches, so it is the user's on this client, not the session's.
            let times = recent.entry((line.user.unwrap_or_default(), client)).or_default();
            if calm {
                times.push(line.ts);
            }
            let within = |ms: i64| times.iter().rev().take_while(|ts| calm && line.ts - **ts < ms).count() as i64;
            Some(vec![
                Cell::from(id),
                Cell::from(line.ts),
                Cell::from(end.map(|l| l.ts)),
                Cell::from(end.and_then(|l| l.reason)),
                Cell::from(client),
                Cell::from(line.platform),
                roster.cell(line.tester),
                Cell::from(line.user),
                Cell::from(session.get(id).copied()),
                Cell::from(windows.period(line.ts)),
                Cell::from(within(60_000)),
                Cell::from(within(300_000)),
                Cell::from(windows.in_drill(line.ts, line.tester)),
                Cell::from(windows.in_deploy(line.ts)),
                Cell::from(line.file),
                Cell::from(line.line),
            ])
        })
        .collect()
}
