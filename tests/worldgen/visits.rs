//! Who sits down when: the testers' sittings with the app, everybody's with the web, and when books change.

use super::clock::{DAY, HOUR, MINUTE, SECOND};
use super::random::Random;
use super::scenario::{Build, Exercise, Slot};
use super::truth::{Client, Process, Start, Visit, World};

const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
];

/// Plans the whole world.
pub(crate) fn plan(world: &mut World<'_>) {
    processes(world);
    let mut random = Random::new(world.scenario.seed, "visits");
    let (from, to) = (world.scenario.baseline.from, world.scenario.beta.to);
    for day in 0..(to - from) / DAY {
        web_day(world, from + day * DAY, &mut random);
    }
    let scenario = world.scenario;
    for slot in &scenario.slots {
        for tester in 0..scenario.testers.len() {
            app_visit(world, slot, tester, &mut random);
        }
    }
    world.visits.sort_by_key(|v| (v.from, v.person));
    broadcasts(world, &mut random);
}

/// The service's processes: one from each of its deploys, and one from the end of the drill that stops it.
fn processes(world: &mut World<'_>) {
    let mut random = Random::new(world.scenario.seed, "processes");
    let scenario = world.scenario;
    let mut starts = vec![(scenario.baseline.from - 3 * DAY, scenario.baseline.from - 3 * DAY, "2.6.0")];
    for deploy in scenario.deploys.iter().filter(|d| d.service == "trading-backend") {
        if deploy.at > scenario.baseline.from {
            starts.push((deploy.at + 80 * SECOND, deploy.at + 96 * SECOND, deploy.version));
        }
    }
    let stop = scenario.backend_stop;
    starts.push((stop.from, stop.to, ""));
    starts.sort_unstable();
    let mut version = "";
    for (at, (_, up, new)) in starts.iter().enumerate() {
        version = if new.is_empty() { version } else { new };
        let to = starts.get(at + 1).map_or(scenario.beta.to + DAY, |(down, _, _)| *down);
        let host = format!("trading-backend-{}-{}", random.hex(9), random.hex(5));
        world.processes.push(Process { from: *up, to, host, version });
    }
}

fn web_day(world: &mut World<'_>, day: i64, random: &mut Random) {
    let weekend = jiff::Timestamp::from_millisecond(day)
        .is_ok_and(|t| t.to_zoned(jiff::tz::TimeZone::UTC).weekday().to_monday_zero_offset() > 4);
    let people = world.people.len() - 1;
    let testers = world.scenario.testers.len();
    for person in 0..people {
        // At the weekend only the operators look in.
        if weekend && person < testers {
            continue;
        }
        let from = day + random.between(7 * HOUR, 15 * HOUR);
        let minutes = if weekend { random.between(8, 16) } else { random.between(18, 36) };
        web_visit(world, person, from, from + minutes * MINUTE, Start::SignIn, random);
    }
}

fn web_visit(world: &mut World<'_>, person: usize, from: i64, to: i64, start: Start, random: &mut Random) {
    world.visits.push(Visit {
        person,
        client: Client::Web,
        build: None,
        session: random.uuid(),
        agent: BROWSERS[person % BROWSERS.len()].to_owned(),
        address: format!("203.0.113.{}", 20 + person),
        from,
        to,
        start,
        exercise: Exercise::Look,
    });
}

fn app_visit(world: &mut World<'_>, slot: &Slot, tester: usize, random: &mut Random) {
    let person = world.people[tester].clone();
    let from = slot.from + tester as i64 * slot.stagger + random.between(0, 20 * SECOND);
    let had = |b: &&Build| b.published + tester as i64 * b.spread <= from && b.gone.is_none_or(|gone| from < gone);
    let Some(build) = world.scenario.builds.iter().rfind(had) else { return };
    let build = build.number;
    let client = if person.platform == "ios" { Client::Ios } else { Client::Android };
    let start = match slot.exercise {
        Exercise::SignIn => Start::SignIn,
        Exercise::Look if random.per_mille(300) => Start::Warm,
        _ => Start::Cold,
    };
    let agent = match client {
        Client::Ios => format!("HarbourTrading/{build} CFNetwork/3826.600.41 Darwin/24.6.0"),
        _ => "okhttp/4.12.0".to_owned(),
    };
    world.visits.push(Visit {
        person: tester,
        client,
        build: Some(build),
        session: random.uuid(),
        agent,
        address: format!("198.51.100.{}", 40 + tester),
        from,
        to: from + slot.minutes * MINUTE,
        start,
        exercise: slot.exercise,
    });
    if slot.compare {
        let web = from + 15 * SECOND;
        web_visit(world, tester, web, web + 9 * MINUTE, Start::Warm, random);
    }
}

/// Books change a few times a day, and in the middle of some of the testers' sittings.
fn broadcasts(world: &mut World<'_>, random: &mut Random) {
    let mut all = Vec::new();
    for visit in world.visits.iter().filter(|v| v.client != Client::Web) {
        if visit.exercise == Exercise::Observe || random.per_mille(250) {
            all.push((visit.from + random.between(150, 230) * SECOND, visit.person));
        }
    }
    let (from, to) = (world.scenario.baseline.from, world.scenario.beta.to);
    for day in 0..(to - from) / DAY {
        for person in 0..world.people.len() {
            all.push((from + day * DAY + random.between(6 * HOUR, 20 * HOUR), person));
        }
    }
    all.retain(|(at, _)| world.outage(*at).is_none() && !world.scenario.kill_switch.holds(*at));
    all.sort_unstable();
    world.broadcasts = all;
}
