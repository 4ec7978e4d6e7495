//! The fault table that every connector is run through: whatever breaks, the outcome is complete or a named gap, and never
//! a number that is wrong without a word.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::server::{Asked, Fake, Manner, Reply};
use super::{Held, beta, collect};

/// How a run under a fault ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All rows, and no gap.
    Complete,
    /// A gap whose sentence holds this text; no more rows than there are.
    Gap(&'static str),
}

/// One row of the table.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// The first so many requests for data meet it.
    pub(crate) times: usize,
    /// What becomes of a good answer.
    pub(crate) breaks: Box<dyn Fn(Reply) -> Reply + Send + Sync>,
    pub(crate) outcome: Outcome,
}

impl Fault {
    pub(crate) fn new(
        name: &'static str,
        times: usize,
        outcome: Outcome,
        breaks: impl Fn(Reply) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Fault { name, times, breaks: Box::new(breaks), outcome }
    }
}

/// The faults that mean the same for every interface; sources are configured with `attempts = 3`.
pub(crate) fn common() -> Vec<Fault> {
    use Outcome::{Complete, Gap};
    const ALWAYS: usize = usize::MAX;
    let answer = |status: u16| move |_: Reply| Reply::status(status);
    vec![
        Fault::new("closed without an answer, then good", 1, Complete, |r| r.manner(Manner::Nothing)),
        Fault::new("closed without an answer, always", ALWAYS, Gap("broke before the answer"), |r| {
            r.manner(Manner::Nothing)
        }),
        Fault::new("reset in the middle, then good", 1, Complete, |r| r.manner(Manner::Reset)),
        Fault::new("reset in the middle, always", ALWAYS, Gap("breaks off after"), |r| r.manner(Manner::Reset)),
        Fault::new("slow, then good", 1, Complete, |r| r.manner(Manner::Slow(Duration::from_millis(2500)))),
        Fault::new("429 with seconds, then good", 1, Complete, |_| Reply::status(429).header("retry-after", "1")),
        Fault::new("429 with a date, then good", 1, Complete, |_| {
            // Long ago, so that there is nothing to wait for.
            Reply::status(429).header("retry-after", "Fri, 01 May 2026 00:00:00 GMT")
        }),
        Fault::new("429 for longer than there is time", ALWAYS, Gap("asks to wait 86400 s"), |_| {
            Reply::status(429).header("retry-after", "86400")
        }),
        Fault::new("500, then good", 1, Complete, answer(500)),
        Fault::new("503, always", ALWAYS, Gap("answered 503"), answer(503)),
        Fault::new("401, always", ALWAYS, Gap("answered 401"), answer(401)),
        Fault::new("403, always", ALWAYS, Gap("answered 403"), answer(403)),
        Fault::new("404, always", ALWAYS, Gap("answered 404"), answer(404)),
        Fault::new("packed", ALWAYS, Complete, |r| r.manner(Manner::Gzip)),
        Fault::new("packed and cut, then good", 1, Complete, |r| r.manner(Manner::GzipCut)),
        Fault::new("packed and cut, always", ALWAYS, Gap("breaks off after"), |r| r.manner(Manner::GzipCut)),
        Fault::new("half of the JSON under 200", ALWAYS, Gap("not understood"), |mut r| {
            r.body.truncate(r.body.len() / 2);
            r
        }),
        Fault::new("a sign-in page under 200", ALWAYS, Gap("not understood"), |_| {
            Reply::text(200, "text/html", "<html><body>Sign in</body></html>")
        }),
        Fault::new("nothing under 200", ALWAYS, Gap("not understood"), |_| Reply::text(200, "application/json", "")),
        Fault::new("a redirect to another host", ALWAYS, Gap("leads to another host"), |_| {
            Reply::status(302).header("location", "http://elsewhere.invalid/")
        }),
        Fault::new("more bytes than allowed", ALWAYS, Gap("is larger than"), |r| {
            // A small answer on the wire that grows to three million bytes.
            Reply { body: vec![b' '; 3_000_000], ..r }.manner(Manner::Gzip)
        }),
    ]
}

/// A connector under the table.
pub(crate) struct Connector {
    /// Its name in the configuration below.
    pub(crate) source: &'static str,
    /// `[[source]]` with this address; `{url}` stands for it. Limits are added.
    pub(crate) config: &'static str,
    /// Whether a request is one for data, and not for a token or a cursor.
    pub(crate) is_data: fn(&Asked) -> bool,
    /// The good answer.
    pub(crate) good: fn(&Asked) -> Reply,
    /// Rows when all is well.
    pub(crate) rows: u64,
}

impl Connector {
    /// Runs the connector under every fault; what it came to, a line each.
    pub(crate) fn under(&self, faults: Vec<Fault>) {
        self.runs_without_fault();
        let mut wrong = Vec::new();
        for fault in faults {
            let (name, outcome) = (fault.name, fault.outcome);
            let held = self.run(Some(fault));
            let right = match outcome {
                Outcome::Complete => held.rows == self.rows && held.gaps.is_empty(),
                Outcome::Gap(words) => held.rows <= self.rows && held.gaps.iter().any(|gap| gap.contains(words)),
            };
            if !right {
                wrong.push(format!("{name}: {outcome:?} was due; {} rows, gaps {:?}", held.rows, held.gaps));
            }
        }
        assert!(wrong.is_empty(), "{}:\n{}", self.source, wrong.join("\n"));
    }

    fn runs_without_fault(&self) {
        let held = self.run(None);
        assert_eq!((held.rows, held.gaps), (self.rows, Vec::new()), "{} without a fault", self.source);
    }

    fn run(&self, fault: Option<Fault>) -> Held {
        let (is_data, good) = (self.is_data, self.good);
        let met = AtomicUsize::new(0);
        let fake = Fake::start(move |asked| {
            let reply = good(asked);
            match &fault {
                Some(fault) if is_data(asked) && met.fetch_add(1, Ordering::Relaxed) < fault.times => {
                    (fault.breaks)(reply)
                }
                _ => reply,
            }
        });
        let limits = "attempts = 3\ntimeout = \"2s\"\ndeadline = \"60s\"\nmax-bytes = 1000000\n";
        // Limits stand before the tables of the source.
        let config = self.config.replace("{url}", &fake.url()).replace("{limits}", limits);
        let scratch = beta(&config);
        collect(&scratch).ends(0);
        Held::of(&scratch, self.source)
    }
}
