//! A flag makes the app show an old book.

use std::collections::BTreeSet;

use super::super::clock::{MINUTE, SECOND, Span, iso};
use super::super::scenario::{Exercise, Scenario, Slot};
use super::super::scenarios::Calendar;
use super::super::truth::{Client, Start, World};
use super::Plan;
use super::stage::{complaint, deploy, free, skewed};
use super::told::{Cause, Told, failures};

/// With `positions.cache` on, two testers' apps are given the book as it was then, while the web shows what has changed
/// since; the flag is turned off again. Another flag was turned on in the morning.
pub(crate) const AFTER_FLAG: Plan = Plan { name: "stale-after-flag", prepare, happen };

const TESTERS: [usize; 2] = [1, 2];
const FLAG: &str = "positions.cache";

fn prepare(scenario: &mut Scenario, c: Calendar) {
    free(scenario, Span { from: c.at(2, 13, 50), to: c.at(2, 15, 30) });
    let (from, minutes, stagger) = (c.at(2, 14, 7), 56, 20 * SECOND);
    scenario.slots.push(Slot { from, minutes, stagger, exercise: Exercise::Observe, compare: true });
    scenario.deploys.push(deploy(c.at(2, 14, 25), "platform-service", "4.3.0"));
    complaint(
        scenario,
        c.at(2, 14, 33),
        "t02",
        "Positions",
        "The web shows a change that the app does not have for ten minutes now",
    );
    skewed(scenario, 3, 5);
}

fn happen(world: &mut World<'_>, c: Calendar) -> Option<Told> {
    world.web_burst(Span { from: c.at(2, 12, 55), to: c.at(2, 13, 12) }, 400);
    world.share_address(0, 1);
    let storm = world.look(3, 0, 1);
    world.retry_storm(storm, 70 * SECOND, "/api/account");
    let live = Span { from: c.at(2, 14, 4), to: c.at(2, 14, 57) };
    world.flag(c.at(2, 7, 30), "tabs.marketplace", true);
    world.flag(live.from, FLAG, true);
    world.flag(live.to, FLAG, false);
    for tester in 0..world.scenario.testers.len() {
        // The web stays open beside the app for as long.
        world.sit_at_desk(tester, c.at(2, 14, 17), 42);
        world.sit(tester, c.at(2, 15, 6) + tester as i64 * 90 * SECOND, 4, Start::Warm);
    }
    let (mut ids, mut beside, mut bad, mut first_bad) = (BTreeSet::new(), BTreeSet::new(), 0, i64::MAX);
    for tester in TESTERS {
        for (id, at, behind) in hold(world, tester, live) {
            if behind {
                bad += 1;
                first_bad = first_bad.min(at);
                ids.insert(id);
            } else {
                beside.insert(id);
            }
        }
    }
    world.opened(c.at(2, 14, 45), "the app shows old positions");
    world.resolved(c.at(2, 16, 30));
    beside.extend(failures(world, Span { from: first_bad, to: c.at(2, 15, 20) }));
    Some(Told {
        trigger: "R4",
        first_bad,
        reported: Some(c.at(2, 14, 33)),
        opened: Some(c.at(2, 14, 45)),
        contained: Some(Span { from: live.to, to: live.to }),
        recovered: Some(Span { from: c.at(2, 14, 55), to: c.at(2, 15, 12) }),
        testers: TESTERS.map(|t| (t, Some("8"))).to_vec(),
        ids,
        web_ids: BTreeSet::new(),
        beside,
        bad_events: bad,
        cause: Cause::Flag(FLAG),
        route: Some("GET /api/positions"),
    })
}

/// The app's reads of positions give the book as it was when the flag came: id, time, and whether the web had shown a
/// newer one for more than half a minute.
fn hold(world: &mut World<'_>, tester: usize, live: Span) -> Vec<(String, i64, bool)> {
    let rev = world.rev(tester, live.from);
    let shown = world
        .calls
        .iter()
        .filter(|c| c.url == "/api/positions" && c.at > live.from)
        .filter(|c| world.who(c) == Some((tester, Client::Web)))
        .filter(|c| c.owned.as_ref().is_some_and(|book| book.rev > rev))
        .map(|c| c.at)
        .min()
        .expect("the web shows a change");
    let mine = world.calls_where(|w, c| {
        c.url == "/api/positions"
            && w.is_app(c)
            && w.who(c).is_some_and(|(p, _)| p == tester)
            && live.holds(c.at)
            && c.owned.is_some()
    });
    let mut held = Vec::new();
    for call in mine {
        let at = world.calls[call].at;
        let (now, then) = match &mut world.calls[call].owned {
            Some(book) => {
                let before = (book.rev, book.as_of);
                (book.rev, book.as_of) = (rev, live.from);
                before
            }
            None => continue,
        };
        let (from, to) = (format!("rev={now} asOf={}", iso(then)), format!("rev={rev} asOf={}", iso(live.from)));
        for line in world.device.iter_mut().filter(|l| l.tester == tester && l.text.contains(&from)) {
            line.text = line.text.replace(&from, &to);
        }
        held.push((world.calls[call].id.clone(), at, at > shown + 30 * SECOND));
    }
    // The app noticed twice by itself.
    for minutes in [20, 31] {
        let at = live.from + minutes * MINUTE;
        let text = format!("[positions] stale data asOf={} age={}s", iso(live.from), minutes * 60);
        world.note(tester, at, "WARN", &text);
    }
    held
}
