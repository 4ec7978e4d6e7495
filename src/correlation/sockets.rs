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
    ("drill", Kind::Int),  // began in a drill
    ("deploy", Kind::Int), // began around a deploy
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
    let connects = lines.iter().filter(|l| l.tier == "server" && l.event == "socket.connected");
    connects
        .filter_map(|line| {
            let id = line.socket?;
            let end = ended.get(id);
            let client = line.platform.map(|p| if platforms.iter().any(|own| own == p) { cohort } else { "web" });
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
                Cell::from(windows.in_drill(line.ts, line.tester)),
                Cell::from(windows.in_deploy(line.ts)),
                Cell::from(line.file),
                Cell::from(line.line),
            ])
        })
        .collect()
}
