//! The one truth of a world: people, sittings, calls, sockets and broadcasts. Every source is a view of it.

use std::collections::{BTreeMap, BTreeSet};

use super::random::Random;
use super::record::Record;
use super::scenario::{Exercise, Fault, Person, Scenario};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Client {
    Android,
    Ios,
    Web,
}

impl Client {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Client::Android => "android",
            Client::Ios => "ios",
            Client::Web => "web",
        }
    }
}

/// How a sitting begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// No stored session: the person signs in.
    SignIn,
    /// The app was started anew and restores its session.
    Cold,
    /// The app, or the browser's tab, was there all along.
    Warm,
}

/// One sitting of a person with a client.
pub(crate) struct Visit {
    pub(crate) person: usize,
    pub(crate) client: Client,
    pub(crate) build: Option<&'static str>,
    pub(crate) session: String,
    pub(crate) agent: String,
    pub(crate) address: String,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) start: Start,
    pub(crate) exercise: Exercise,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    Visit(usize),
    Bot,
    Probe,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Api,
    Platform,
}

/// Who logged a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    Everywhere,
    /// It did not reach the service.
    GatewayOnly,
    /// It came from inside.
    ServiceOnly,
}

/// Whose book came back.
#[derive(Debug, Clone)]
pub(crate) struct Owned {
    pub(crate) owner: usize,
    pub(crate) rev: i64,
    pub(crate) as_of: i64,
}

/// One attempt of one request; `at` is when the service, or the gateway, was done with it.
pub(crate) struct Call {
    pub(crate) at: i64,
    pub(crate) ms: i64,
    pub(crate) id: String,
    pub(crate) caller: Caller,
    pub(crate) service: Service,
    pub(crate) seen: Seen,
    pub(crate) method: &'static str,
    pub(crate) url: &'static str,
    pub(crate) status: u16,
    pub(crate) reason: Option<&'static str>,
    pub(crate) owned: Option<Owned>,
}

pub(crate) struct Socket {
    pub(crate) id: String,
    pub(crate) visit: usize,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) reason: &'static str,
}

/// A line of a device's log by the true time.
pub(crate) struct DeviceLine {
    pub(crate) at: i64,
    pub(crate) tester: usize,
    pub(crate) level: &'static str,
    pub(crate) text: String,
    /// Some of React Native's own warnings come without a time.
    pub(crate) timed: bool,
}

/// The trading service while it ran.
pub(crate) struct Process {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) host: String,
    pub(crate) version: &'static str,
}

/// What the person who owns the rollback decision did, as the audit tells it.
pub(crate) struct Act {
    pub(crate) at: i64,
    pub(crate) action: &'static str,
    /// Type and id of what it is about.
    pub(crate) target: (&'static str, &'static str),
    pub(crate) details: Record,
}

/// A crash report.
pub(crate) struct Crash {
    pub(crate) tester: usize,
    pub(crate) build: &'static str,
    pub(crate) at: i64,
    pub(crate) uptime_ms: i64,
}

pub(crate) struct World<'s> {
    pub(crate) scenario: &'s Scenario,
    /// Testers, operators, then a customer whom the administrator looks at.
    pub(crate) people: Vec<Person>,
    /// User ids, and the revision of each one's book when the world begins.
    pub(crate) users: Vec<String>,
    pub(crate) books: Vec<i64>,
    pub(crate) visits: Vec<Visit>,
    pub(crate) calls: Vec<Call>,
    pub(crate) sockets: Vec<Socket>,
    pub(crate) device: Vec<DeviceLine>,
    /// When the service told whose clients that positions had changed.
    pub(crate) broadcasts: Vec<(i64, usize)>,
    pub(crate) processes: Vec<Process>,
    /// Testers whose apps are told of changes and do nothing.
    pub(crate) deaf: BTreeSet<usize>,
    /// What people switched, published, removed or told.
    pub(crate) acts: Vec<Act>,
    /// Request id → type and message of the error with which the trading service ended it.
    pub(crate) failures: BTreeMap<String, (&'static str, &'static str)>,
    /// Crash reports of TestFlight.
    pub(crate) crashes: Vec<Crash>,
    /// Sources are written as they stood at this time.
    pub(crate) until: i64,
}

impl<'s> World<'s> {
    pub(crate) fn new(scenario: &'s Scenario) -> Self {
        let mut random = Random::new(scenario.seed, "people");
        let customer = Person { code: "", name: "A Customer", role: "operator", device: "", os: "", platform: "web" };
        let people: Vec<Person> =
            scenario.testers.iter().chain(&scenario.operators).cloned().chain([customer]).collect();
        World {
            scenario,
            users: people.iter().map(|_| format!("usr_{}", random.hex(10))).collect(),
            books: people.iter().map(|_| random.between(300, 900)).collect(),
            people,
            visits: Vec::new(),
            calls: Vec::new(),
            sockets: Vec::new(),
            device: Vec::new(),
            broadcasts: Vec::new(),
            processes: Vec::new(),
            deaf: BTreeSet::new(),
            acts: Vec::new(),
            failures: BTreeMap::new(),
            crashes: Vec::new(),
            until: i64::MAX,
        }
    }

    /// Whether a source has what happened at a time: it was over, and the source was not silent.
    pub(crate) fn has(&self, source: &str, at: i64) -> bool {
        let silent = self.scenario.faults.iter().any(|fault| match fault {
            Fault::Silent { sources, span } => (sources.is_empty() || sources.contains(&source)) && span.holds(at),
            _ => false,
        });
        at < self.until && !silent
    }

    /// Whether the team collects a source.
    pub(crate) fn watches(&self, source: &str) -> bool {
        let faults = &self.scenario.faults;
        !faults.iter().any(|fault| matches!(fault, Fault::Unwatched { source: whose } if *whose == source))
    }

    /// The builds that were offered to testers so far.
    pub(crate) fn builds(&self) -> impl DoubleEndedIterator<Item = &super::scenario::Build> {
        self.scenario.builds.iter().filter(|b| b.published < self.until)
    }

    /// Revision of a person's book at a time.
    pub(crate) fn rev(&self, person: usize, at: i64) -> i64 {
        self.books[person] + self.broadcasts.iter().filter(|(t, p)| *p == person && *t <= at).count() as i64
    }

    /// Whose positions the service returns.
    pub(crate) fn owner_of(&self, person: usize, client: Client, url: &str, at: i64) -> usize {
        let leaks = self.scenario.faults.iter().any(|fault| match fault {
            Fault::TenantLeak { span, testers } => {
                client != Client::Web && url == "/api/positions" && span.holds(at) && testers.contains(&person)
            }
            _ => false,
        });
        if leaks { (person + 1) % self.scenario.testers.len() } else { person }
    }

    /// The service is not there at this time: stopped, or restarting for a deploy.
    pub(crate) fn outage(&self, at: i64) -> Option<super::clock::Span> {
        let gaps = self.processes.windows(2).map(|two| super::clock::Span { from: two[0].to, to: two[1].from });
        gaps.into_iter().find(|gap| gap.holds(at))
    }

    pub(crate) fn owner(&self) -> &Person {
        &self.scenario.operators[0]
    }

    pub(crate) fn owner_user(&self) -> &str {
        &self.users[self.scenario.testers.len()]
    }
}
