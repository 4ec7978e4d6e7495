//! The devices' view: what Expo's Metro server printed for each tester.

use super::clock::iso;
use super::scenario::Fault;
use super::truth::{Client, DeviceLine, World};

/// A tester's log of the whole beta.
pub(crate) fn log(world: &World<'_>, tester: usize) -> String {
    let ahead = world.scenario.faults.iter().find_map(|fault| match fault {
        Fault::DeviceClock { tester: whose, ahead } if *whose == tester => Some(*ahead),
        _ => None,
    });
    let system = if world.people[tester].platform == "ios" { "iOS" } else { "Android" };
    let mut text = format!(
        "Starting project at /srv/harbour/mobile\n\
         Logs for your project will appear below. Press Ctrl+C to exit.\n\
         {system} Bundled {}ms mobile/node_modules/expo-router/entry.js (1388 modules)\n",
        1_700 + tester * 37
    );
    let mut lines: Vec<&DeviceLine> = world.device.iter().filter(|l| l.tester == tester).collect();
    let (updates, secrets) = (updates(world, tester), secrets(world, tester));
    lines.extend(updates.iter().chain(&secrets));
    lines.retain(|line| world.has("devices", line.at));
    lines.sort_by_key(|line| line.at);
    for DeviceLine { at, level, text: said, timed, .. } in lines {
        let time = if *timed { iso(at + ahead.unwrap_or(0)) + " " } else { String::new() };
        text.push_str(&format!(" {level}  {time}{said}\n"));
    }
    text
}

/// A broadcast reaches every open socket of its user.
fn updates(world: &World<'_>, tester: usize) -> Vec<DeviceLine> {
    let mut lines = Vec::new();
    for socket in &world.sockets {
        let visit = &world.visits[socket.visit];
        if visit.person != tester || visit.client == Client::Web || world.deaf.contains(&tester) {
            continue;
        }
        for (at, person) in &world.broadcasts {
            if *person == tester && socket.from < *at && *at < socket.to {
                let text = format!("[trading] positions_update rev={}", world.rev(tester, *at));
                lines.push(DeviceLine { at: at + 120, tester, level: "LOG", text, timed: true });
            }
        }
    }
    lines
}

/// Something for the redaction to find; none of it was ever valid.
fn secrets(world: &World<'_>, tester: usize) -> Vec<DeviceLine> {
    let mine = |f: &Fault| matches!(f, Fault::MadeUpSecrets { tester: whose } if *whose == tester);
    if !world.scenario.faults.iter().any(mine) {
        return Vec::new();
    }
    let sessions = world.visits.iter().filter(|v| v.person == tester && v.client != Client::Web).skip(2);
    let texts = [
        "[debug] refresh sent Authorization: Bearer FAKE-0000-not-a-token-0000",
        "[debug] decoded eyJmYWtlIjp0cnVlfQ.eyJzdWIiOiJub2JvZHkifQ.bm90LXNpZ25lZA of nobody@harbour.example",
        "[debug] api host resolved to 192.0.2.10, login payload password=not-a-password-1",
    ];
    let lines = sessions.zip(texts).map(|(visit, text)| DeviceLine {
        at: visit.from + 4_000,
        tester,
        level: "LOG",
        text: text.to_owned(),
        timed: true,
    });
    lines.collect()
}
