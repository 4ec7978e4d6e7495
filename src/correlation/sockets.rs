//! One row per Socket.IO connection, from the server's connect and disconnect lines.

use std::collections::{HashMap, HashSet};

use super::lines::Line;
use super::roster::Roster;
use super::windows::Windows;
use crate::tables::schema::{Column, Kind};
use crate::tables::table::Cell;

const MINUTE_MS: i64 = 60_000;
/// More connects in a minute than so many per active session are a storm of the whole fleet.
const FLEET_CONNECTS: usize = 3;

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
    ("fleet_storm", Kind::Int), // in this minute and one beside it the client's users connected more than three times per active session
    ("drill", Kind::Int),       // began in a drill
    ("deploy", Kind::Int),      // began around a deploy
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
    let of_cohort = |l: &&Line<'_>| {
        let by_device = l.socket.is_some_and(|id| session.contains_key(id));
        ours(l) && (by_device || l.platform.is_some_and(|p| platforms.iter().any(|own| own == p)))
    };
    let calm = |l: &&Line<'_>| !windows.in_drill(l.ts, l.tester) && !windows.in_deploy(l.ts);
    let storms = storm_minutes(lines.iter().filter(of_cohort).filter(calm).map(|l| l.ts), &active(lines, cohort));
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
                Cell::from(calm && client == Some(cohort) && storms.contains(&line.ts.div_euclid(MINUTE_MS))),
                Cell::from(windows.in_drill(line.ts, line.tester)),
                Cell::from(windows.in_deploy(line.ts)),
                Cell::from(line.file),
                Cell::from(line.line),
            ])
        })
        .collect()
}

/// Begin and end of each of the cohort's sessions, as any log tells.
fn active(lines: &[Line<'_>], cohort: &str) -> Vec<(i64, i64)> {
    let mut spans: HashMap<&str, (i64, i64)> = HashMap::new();
    for line in lines.iter().filter(|l| l.tier == "device" || l.client == Some(cohort)) {
        if let Some(key) = line.session {
            let span = spans.entry(key).or_insert((line.ts, line.ts));
            *span = (span.0.min(line.ts), span.1.max(line.ts));
        }
    }
    let mut spans: Vec<(i64, i64)> = spans.into_values().collect();
    spans.sort_unstable();
    spans
}

/// Minutes with more connects than three per active session, where the minute before or after is such a one too
/// (statistics.md S5: for two minutes or longer).
fn storm_minutes(connects: impl Iterator<Item = i64>, spans: &[(i64, i64)]) -> HashSet<i64> {
    let mut minutes: HashMap<i64, usize> = HashMap::new();
    for ts in connects {
        *minutes.entry(ts.div_euclid(MINUTE_MS)).or_default() += 1;
    }
    let stormy = |(minute, n): (&i64, &usize)| {
        let (from, to) = (minute * MINUTE_MS, (minute + 1) * MINUTE_MS);
        let active = spans.iter().take_while(|s| s.0 < to).filter(|s| from <= s.1).count();
        (*n > FLEET_CONNECTS * active.max(1)).then_some(*minute)
    };
    let storms: HashSet<i64> = minutes.iter().filter_map(stormy).collect();
    let lasts = |minute: &&i64| storms.contains(&(**minute - 1)) || storms.contains(&(**minute + 1));
    storms.iter().filter(lasts).copied().collect()
}
