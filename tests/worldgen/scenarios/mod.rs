//! The worlds that can be written, one file each, and the team that they share.

mod mobile_beta;
pub(crate) mod quarter;
mod rollback;
mod small;

use super::clock::{DAY, HOUR, MINUTE, SECOND, Span, parse};
use super::scenario::{Exercise, Mishap, Noise, Person, Scenario, Slot};

/// A good week. The web meets a little more of it than the app, so that a comparison has nothing to find.
const ORDINARY: Noise = Noise {
    app: &[
        (2, Mishap::Failed),
        (3, Mishap::TimedOut),
        (6, Mishap::Expired),
        (10, Mishap::SlowNetwork),
        (15, Mishap::SocketLost),
    ],
    web: &[
        (2, Mishap::Failed),
        (4, Mishap::TimedOut),
        (12, Mishap::Expired),
        (2, Mishap::OutOfScope),
        (10, Mishap::SocketLost),
    ],
};

/// The scenario of a name.
pub(crate) fn named(name: &str) -> anyhow::Result<Scenario> {
    match name {
        "mobile-beta" => mobile_beta::scenario(),
        "rollback" => rollback::scenario(),
        "small" => small::scenario(),
        "quarter" => quarter::scenario(&quarter::QUARTER),
        "five-weeks" => quarter::scenario(&quarter::FIVE_WEEKS),
        _ => anyhow::bail!("there is no world {name}; there are mobile-beta, rollback, small, quarter and five-weeks"),
    }
}

/// Times of a beta by its day and hour.
#[derive(Clone, Copy)]
pub(crate) struct Calendar {
    beta: i64,
}

impl Calendar {
    pub(crate) fn new(beta: &str) -> anyhow::Result<Self> {
        Ok(Calendar { beta: parse(beta)? })
    }

    pub(crate) fn of(scenario: &Scenario) -> Self {
        Calendar { beta: scenario.beta.from }
    }

    /// A time of the beta's day `day`, which may be negative.
    pub(crate) fn at(self, day: i64, hour: i64, minute: i64) -> i64 {
        self.beta + day * DAY + hour * HOUR + minute * MINUTE
    }

    pub(crate) fn span(self, day: i64, from: (i64, i64), to: (i64, i64)) -> Span {
        Span { from: self.at(day, from.0, from.1), to: self.at(day, to.0, to.1) }
    }

    pub(crate) fn days(self, from: i64, to: i64) -> Span {
        Span { from: self.at(from, 0, 0), to: self.at(to, 0, 0) }
    }

    /// A sitting at a time, four minutes later for each tester.
    pub(crate) fn slot(self, day: i64, time: (i64, i64), minutes: i64, exercise: Exercise) -> Slot {
        let stagger = match exercise {
            // Drills concern everybody at once.
            Exercise::KillSwitch | Exercise::BackendStop => 25 * SECOND,
            _ => 4 * MINUTE,
        };
        Slot { from: self.at(day, time.0, time.1), minutes, stagger, exercise, compare: false }
    }

    pub(crate) fn beside_web(self, day: i64, time: (i64, i64), minutes: i64, exercise: Exercise) -> Slot {
        Slot { compare: true, ..self.slot(day, time, minutes, exercise) }
    }

    /// The first two days, on which testers work through the runbook.
    pub(crate) fn runbook_days(self) -> Vec<Slot> {
        vec![
            self.beside_web(0, (8, 5), 7, Exercise::SignIn),
            self.slot(0, (8, 52), 4, Exercise::Look),
            self.slot(0, (10, 30), 8, Exercise::Observe),
            self.slot(0, (13, 20), 5, Exercise::Look),
            self.slot(1, (8, 53), 20, Exercise::KillSwitch),
            self.slot(1, (9, 55), 17, Exercise::BackendStop),
            self.slot(1, (11, 0), 7, Exercise::Polling),
            self.slot(1, (12, 0), 7, Exercise::Airplane),
            self.beside_web(1, (14, 30), 6, Exercise::Look),
            self.slot(1, (16, 5), 4, Exercise::SignOut),
        ]
    }
}

fn person(
    code: &'static str,
    name: &'static str,
    device: &'static str,
    os: &'static str,
    platform: &'static str,
) -> Person {
    Person { code, name, role: "operator", device, os, platform }
}

fn testers() -> Vec<Person> {
    vec![
        person("t01", "Ines Duarte", "iPhone 15", "iOS 18.6", "ios"),
        person("t02", "Jonas Weber", "iPhone 14", "iOS 18.5", "ios"),
        person("t03", "Amina Yusuf", "iPhone 16 Pro", "iOS 18.6.1", "ios"),
        person("t04", "Mateo Rojas", "Pixel 8", "Android 15", "android"),
        person("t05", "Noa Levi", "Galaxy S24", "Android 15", "android"),
    ]
}

fn operators() -> Vec<Person> {
    vec![
        Person { role: "admin", ..person("", "Clara Nyberg", "", "", "web") },
        person("", "Sven Aalto", "", "", "web"),
        person("", "Lea Martin", "", "", "web"),
    ]
}
