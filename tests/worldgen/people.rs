//! What people leave behind: the roster, their attestations, the feedback form and TestFlight.

use serde_json::json;

use super::clock::{DAY, HOUR, MINUTE, SECOND, form, iso_seconds};
use super::documents::{Item, items};
use super::random::Random;
use super::scenario::Word;
use super::table::csv;
use super::truth::World;

const NOTES: &[&str] =
    &["", "", "", "ok", "👍", "same as on the web", "on wifi and on LTE", "second try, first one was my typo"];

/// `testers.csv`
pub(crate) fn roster(world: &World<'_>) -> String {
    let header = ["tester", "user_id", "email", "device", "os_version", "platform", "build"];
    let build = world.builds().last().map_or("", |b| b.number);
    let rows = world.scenario.testers.iter().zip(&world.users).map(|(person, user)| {
        let cells = [person.code, user, &person.email(), person.device, person.os, person.platform, build];
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    });
    csv(&header, &rows.collect::<Vec<_>>())
}

/// `attestations.csv`: testers about what they did, the owner about what the owner did.
pub(crate) fn attestations(world: &World<'_>) -> String {
    let mut random = Random::new(world.scenario.seed, "attestations");
    let owner = world.owner().handle();
    let mut rows: Vec<(i64, Vec<String>)> = Vec::new();
    for item in items() {
        let Some((by_owner, day, from, hours)) = turn(&item, world.scenario.beta.days()) else { continue };
        let testers = world.scenario.testers.iter().map(|t| t.code.to_owned());
        let people: Vec<String> = if by_owner { vec![owner.clone()] } else { testers.collect() };
        for by in people {
            let mut at = world.scenario.beta.from + day * DAY + from * HOUR + random.between(0, hours * 3_600) * SECOND;
            let mut note = random.pick(NOTES);
            let mut result = "pass";
            if let Some(word) = word(world, &by, &item) {
                at = word.at.unwrap_or(at);
                note = word.note;
                let Some(said) = word.result else { continue };
                result = said;
            }
            if at >= world.scenario.attested_until.min(world.until) {
                continue;
            }
            let name = match random.between(0, 10) {
                0..3 => item.anchor.clone(),
                3 => item.text.replace('`', ""),
                _ => item.text.clone(),
            };
            rows.push((at, vec![by, name, result.to_owned(), note.to_owned(), iso_seconds(at)]));
        }
    }
    rows.sort();
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
    csv(&["tester", "item", "result", "note", "timestamp"], &rows)
}

fn word<'w>(world: &'w World<'_>, by: &str, item: &Item) -> Option<&'w Word> {
    world.scenario.words.iter().find(|w| w.tester == by && item.text.starts_with(w.item))
}

/// Who attests a line and when: whether the owner does, the day of the beta, the hour, and within how many hours.
fn turn(item: &Item, days: i64) -> Option<(bool, i64, i64, i64)> {
    let heading = item.anchor.split('/').next().unwrap_or_default();
    let number = item.anchor.rsplit('/').next().and_then(|n| n.parse::<u32>().ok()).unwrap_or(0);
    Some(match (item.section.as_str(), heading, number) {
        (_, "mobile-build-readiness" | "rollback-readiness", _) => (true, 0, 6, 1),
        (_, "kill-switch", 1 | 3) | (_, "degraded-backend", 1) => (true, 1, 11, 1),
        (section, _, _) if ["Step 1", "Step 2", "Step 3"].iter().any(|step| section.starts_with(step)) => {
            (false, 0, 10, 4)
        }
        (section, _, _) if section.starts_with("Step 9") => (true, days - 1, 15, 1),
        (_, "settings-settingstsx", _) => (false, 1, 17, 1),
        (section, _, _) if section.starts_with("Step") => (false, 1, 13, 4),
        ("Beta Sign-Off", _, 1) => (false, days - 1, 15, 2),
        _ => return None,
    })
}

/// `feedback.csv`
pub(crate) fn feedback(world: &World<'_>) -> anyhow::Result<String> {
    let mut rows = Vec::new();
    for entry in world.scenario.feedback.iter().filter(|entry| entry.at < world.until) {
        let at = form(entry.at, world.scenario.zone)?;
        let cells = [at.as_str(), entry.tester, entry.screen, entry.severity, entry.text, entry.triage, entry.issue];
        rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    }
    Ok(csv(&["Timestamp", "Tester", "Screen", "Severity", "What happened?", "Triage", "Issue"], &rows))
}

/// TestFlight's screenshot feedback, from two of the testers with an iPhone.
pub(crate) fn screenshots(world: &World<'_>) -> serde_json::Value {
    let mut random = Random::new(world.scenario.seed, "screenshots");
    let build = world.scenario.builds.first().map_or("", |b| b.number);
    let comments = ["The numbers line up nicely with the web.", "Could the badge be a bit larger?"];
    let ios = world.scenario.testers.iter().filter(|t| t.platform == "ios");
    let data: Vec<serde_json::Value> = ios
        .zip(comments)
        .map(|(person, comment)| {
            let at = world.scenario.beta.from + random.between(9 * 60, 15 * 60) * MINUTE;
            json!({
                "type": "betaFeedbackScreenshotSubmissions",
                "id": random.word(22, "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"),
                "attributes": {
                    "createdDate": iso_seconds(at),
                    "comment": comment,
                    "email": person.email(),
                    "deviceModel": person.device,
                    "osVersion": person.os.trim_start_matches("iOS "),
                    "appUptimeInMilliseconds": random.between(90_000, 400_000),
                    "appPlatform": "IOS",
                },
                "relationships": {
                    "build": { "data": { "type": "builds", "id": format!("bld-{build}") } },
                    "tester": { "data": { "type": "betaTesters", "id": format!("bt-{}", person.code) } },
                },
            })
        })
        .collect();
    let total = data.len();
    json!({ "data": data, "meta": { "paging": { "total": total, "limit": 50 } } })
}

/// TestFlight's crash submissions.
pub(crate) fn crashes(world: &World<'_>) -> serde_json::Value {
    let data: Vec<serde_json::Value> = world
        .crashes
        .iter()
        .map(|crash| {
            let person = &world.people[crash.tester];
            json!({
                "type": "betaFeedbackCrashSubmissions",
                "id": format!("crash-{}", crash.at),
                "attributes": {
                    "createdDate": iso_seconds(crash.at),
                    "comment": "it was gone at once",
                    "email": person.email(),
                    "deviceModel": person.device,
                    "osVersion": person.os.trim_start_matches("iOS "),
                    "appUptimeInMilliseconds": crash.uptime_ms,
                    "appPlatform": "IOS",
                },
                "relationships": {
                    "build": { "data": { "type": "builds", "id": format!("bld-{}", crash.build) } },
                    "tester": { "data": { "type": "betaTesters", "id": format!("bt-{}", person.code) } },
                },
            })
        })
        .collect();
    let total = data.len();
    json!({ "data": data, "meta": { "paging": { "total": total, "limit": 50 } } })
}
