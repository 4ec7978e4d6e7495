//! What happens in a world, as data: who, when, which builds and deploys, the drills, and what goes wrong.

use super::clock::{HOUR, Span};

/// A world to be. Times are milliseconds UTC.
pub(crate) struct Scenario {
    pub(crate) seed: u64,
    /// Zone of the team: reports and the feedback form.
    pub(crate) zone: &'static str,
    pub(crate) baseline: Span,
    pub(crate) beta: Span,
    /// When the web client was cut over, and when that stage was signed off (dates).
    pub(crate) web_cutover: &'static str,
    pub(crate) web_signed_off: &'static str,
    pub(crate) testers: Vec<Person>,
    /// People who use the web only. The first one owns the rollback decision.
    pub(crate) operators: Vec<Person>,
    pub(crate) builds: Vec<Build>,
    pub(crate) deploys: Vec<Deploy>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) kill_switch: Span,
    pub(crate) backend_stop: Span,
    pub(crate) noise: Noise,
    pub(crate) faults: Vec<Fault>,
    pub(crate) waivers: &'static [&'static str],
    pub(crate) feedback: Vec<Feedback>,
    pub(crate) issues: Vec<Issue>,
    pub(crate) words: Vec<Word>,
    /// Until when testers and the owner attest.
    pub(crate) attested_until: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Code on the roster; empty for people who do not test.
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) role: &'static str,
    pub(crate) device: &'static str,
    pub(crate) os: &'static str,
    pub(crate) platform: &'static str,
}

impl Person {
    /// `Ines Duarte` signs as `ines.duarte`.
    pub(crate) fn handle(&self) -> String {
        self.name.to_lowercase().replace(' ', ".")
    }

    pub(crate) fn email(&self) -> String {
        format!("{}@harbour.example", self.handle())
    }
}

/// A build of the app and when it was offered to testers.
pub(crate) struct Build {
    pub(crate) number: &'static str,
    pub(crate) published: i64,
    /// How much later each tester takes it than the one before.
    pub(crate) spread: i64,
    /// When the last tester was rid of it again; whoever had it goes back to the build before, if there is one.
    pub(crate) gone: Option<i64>,
}

impl Build {
    /// A build that stays, taken by everybody at once.
    pub(crate) fn new(number: &'static str, published: i64) -> Self {
        Build { number, published, spread: 0, gone: None }
    }

    /// A build that testers update to in their own time.
    pub(crate) fn update(number: &'static str, published: i64) -> Self {
        Build { spread: 4 * HOUR, ..Build::new(number, published) }
    }
}

/// A deploy of a service; `rollback_of` is the place of another one in the list.
pub(crate) struct Deploy {
    pub(crate) at: i64,
    pub(crate) service: &'static str,
    pub(crate) version: &'static str,
    pub(crate) rollback_of: Option<usize>,
}

/// What a tester does with the app in one sitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exercise {
    /// The first launch after the installation, or after a sign-out.
    SignIn,
    Look,
    Observe,
    KillSwitch,
    BackendStop,
    Polling,
    Airplane,
    SignOut,
}

/// A sitting that every tester has, staggered by `stagger` milliseconds.
pub(crate) struct Slot {
    pub(crate) from: i64,
    pub(crate) minutes: i64,
    pub(crate) stagger: i64,
    pub(crate) exercise: Exercise,
    /// The tester has the web dashboard open beside it.
    pub(crate) compare: bool,
}

/// What ordinarily goes wrong in a poll.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mishap {
    /// The service answers 500.
    Failed,
    /// The gateway answers 504.
    TimedOut,
    /// The token has run out: 401.
    Expired,
    /// 403
    OutOfScope,
    SlowNetwork,
    SocketLost,
}

/// In how many of a thousand polls what goes wrong, for the app and for the web.
pub(crate) struct Noise {
    pub(crate) app: &'static [(i64, Mishap)],
    pub(crate) web: &'static [(i64, Mishap)],
}

/// What is out of order in a world. A scenario names them; the writers apply them.
pub(crate) enum Fault {
    /// The service answers these testers with another user's positions.
    TenantLeak { span: Span, testers: &'static [usize] },
    /// A device's clock is ahead by so many milliseconds.
    DeviceClock { tester: usize, ahead: i64 },
    /// A log shipper's oddities in one source: lines sent twice, torn copies, lines that are no records.
    Shipping { source: &'static str, twice: usize, torn: usize, junk: usize },
    /// Lines that hold obviously made-up secrets and personal data.
    MadeUpSecrets { tester: usize },
    /// Nothing arrives of these sources, or of all that are collected day by day where none is named.
    Silent { sources: &'static [&'static str], span: Span },
    /// The team does not collect this source.
    Unwatched { source: &'static str },
    /// An incident that people handle: opened, pulled, notified, resolved.
    Incident { opened: i64, removed: i64, notified: i64, resolved: i64, summary: &'static str },
}

/// An entry of the feedback form.
pub(crate) struct Feedback {
    pub(crate) at: i64,
    pub(crate) tester: &'static str,
    pub(crate) screen: &'static str,
    pub(crate) severity: &'static str,
    pub(crate) text: &'static str,
    pub(crate) triage: &'static str,
    pub(crate) issue: &'static str,
}

/// An issue or, where `merged` says so, a pull request.
pub(crate) struct Issue {
    pub(crate) number: i64,
    pub(crate) title: &'static str,
    pub(crate) labels: &'static [&'static str],
    pub(crate) opened: i64,
    pub(crate) closed: Option<i64>,
    pub(crate) pull_request: bool,
}

/// An answer that differs from the plain pass: by whom, about which line, what, and why.
pub(crate) struct Word {
    pub(crate) tester: &'static str,
    /// Begin of the line's text.
    pub(crate) item: &'static str,
    /// `None` leaves the line without an answer.
    pub(crate) result: Option<&'static str>,
    pub(crate) note: &'static str,
    pub(crate) at: Option<i64>,
}
