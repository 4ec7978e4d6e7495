//! A log file in, what a configuration must know of it out: tier, service, times, clients, builds.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Cursor;
use std::path::Path;

use jiff::tz::TimeZone;
use polars::prelude::DataFrame;
use regex::Regex;

use crate::config::Params;
use crate::ingest::attribution::Attribution;
use crate::ingest::console_line::Patterns;
use crate::ingest::fields::FieldTrie;
use crate::ingest::log_file::{Framing, LogReader};
use crate::tables::redact::Redactor;

/// The cohort's name where the clients on trial are apps.
pub(super) const COHORT: &str = "mobile";

/// What a log holds. Times are milliseconds UTC.
#[derive(Debug, Clone, Default)]
pub(super) struct LogFacts {
    pub(super) lines: u64,
    /// Lines by tier.
    tiers: BTreeMap<String, u64>,
    services: BTreeMap<String, u64>,
    instances: BTreeMap<String, u64>,
    pub(super) days: Days,
    /// Requests of the cohort, by what the client itself says.
    pub(super) cohort: Days,
    /// Build → when the cohort was first seen on it.
    pub(super) builds: BTreeMap<String, i64>,
    /// Platforms of the cohort, by their lines.
    pub(super) platforms: BTreeMap<String, u64>,
    /// Answers that name whose data came back.
    pub(super) owners: u64,
    /// Requests of a signed-in user.
    pub(super) users: u64,
}

/// Reads logs to look at them; nothing is kept.
pub(super) struct Reader {
    attribution: Attribution,
    redactor: Redactor,
    zone: TimeZone,
    patterns: Patterns,
    pod: Regex,
}

impl Reader {
    /// A reader that knows the platforms of the cohort.
    pub(super) fn new(platforms: &[String]) -> anyhow::Result<Self> {
        let params = Params::defaults();
        Ok(Reader {
            attribution: Attribution {
                cohort: COHORT.to_owned(),
                platforms: platforms.iter().map(|p| p.to_ascii_lowercase()).collect(),
                not_clients: params.list("not-clients"),
                probe_agents: params.list("probe-agents"),
            },
            // What is looked at is forgotten, so any key will do.
            redactor: Redactor::new([0; 32]),
            zone: TimeZone::UTC,
            patterns: Patterns::new(&[])?,
            // What a cluster hangs on the name of a deployment: a hash, and perhaps a second one.
            pod: Regex::new(r"^(.+?)(-[0-9a-f]{6,10})?-[a-z0-9]{5}$")?,
        })
    }

    /// Whether the beginning of a file is mostly lines with a time.
    pub(super) fn looks_like_a_log(&self, bytes: &[u8]) -> bool {
        let read = self.log_reader().read("", || Ok(Cursor::new(bytes)), |_| Ok(()));
        read.is_ok_and(|read| {
            let ledger = read.ledger;
            let understood = ledger.parsed + ledger.repeated + ledger.attached;
            ledger.first_ts.is_some() && ledger.parsed > 0 && understood * 2 >= ledger.fetched
        })
    }

    /// Reads a whole log.
    pub(super) fn read(&self, path: &Path) -> anyhow::Result<LogFacts> {
        let mut facts = LogFacts::default();
        self.log_reader().read("", || File::open(path), |frame| facts.add(&frame, &self.pod))?;
        Ok(facts)
    }

    fn log_reader(&self) -> LogReader<'_> {
        LogReader {
            source: "",
            service: None,
            zone: &self.zone,
            trie: FieldTrie::new(&BTreeMap::new()),
            patterns: self.patterns.clone(),
            attribution: &self.attribution,
            redactor: &self.redactor,
            framing: Framing::Detect,
        }
    }
}

impl LogFacts {
    fn add(&mut self, frame: &DataFrame, pod: &Regex) -> anyhow::Result<()> {
        let text = |name: &str| frame.column(name)?.str();
        let (ts, tier, service) = (frame.column("ts")?.i64()?, text("tier")?, text("service")?);
        let quality = text("ts_quality")?;
        let (instance, client, grade) = (text("instance")?, text("client")?, text("grade")?);
        let (build, platform, user, owner) = (text("build")?, text("platform")?, text("user_key")?, text("owner_key")?);
        for row in 0..frame.height() {
            self.lines += 1;
            let device = tier.get(row) == Some("device");
            count(&mut self.tiers, tier.get(row));
            count(&mut self.services, service.get(row));
            count(
                &mut self.instances,
                instance
                    .get(row)
                    .map(|name| pod.captures(name).map_or(name, |c| c.get(1).map_or(name, |group| group.as_str()))),
            );
            self.owners += u64::from(owner.get(row).is_some());
            self.users += u64::from(user.get(row).is_some());
            // A phone's clock may be wrong by days, so its times say nothing about windows.
            let own = quality.get(row) == Some("exact") && !device;
            let Some(ts) = ts.get(row).filter(|_| own) else { continue };
            self.days.add(ts);
            if client.get(row) != Some(COHORT) || grade.get(row) != Some("A") {
                continue;
            }
            count(&mut self.platforms, platform.get(row));
            self.cohort.add(ts);
            if let Some(build) = build.get(row) {
                let first = self.builds.entry(build.to_owned()).or_insert(ts);
                *first = (*first).min(ts);
            }
        }
        Ok(())
    }

    /// The tier of most lines.
    pub(super) fn tier(&self) -> &str {
        most(&self.tiers).unwrap_or("server")
    }

    /// The format in words.
    pub(super) fn format(&self) -> &'static str {
        match self.tier() {
            "device" => "a device log",
            "gateway" => "a gateway's access log",
            _ => "a service log",
        }
    }

    /// The service that the lines name, and by what.
    pub(super) fn service(&self) -> Option<(&str, &'static str)> {
        let named = most(&self.services).map(|name| (name, "its lines name it"));
        named.or_else(|| most(&self.instances).map(|name| (name, "its lines name the host")))
    }
}

/// Lines by UTC day, with the first and the last time of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Days(BTreeMap<i64, Day>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Day {
    lines: u64,
    first: i64,
    last: i64,
}

impl Days {
    fn add(&mut self, ts: i64) {
        let day = self.0.entry(ts.div_euclid(86_400_000)).or_insert(Day { lines: 0, first: ts, last: ts });
        *day = Day { lines: day.lines + 1, first: day.first.min(ts), last: day.last.max(ts) };
    }

    /// The days of both.
    pub(super) fn and(mut self, other: &Days) -> Days {
        for (at, day) in &other.0 {
            let held = self.0.entry(*at).or_insert(Day { lines: 0, ..*day });
            *held =
                Day { lines: held.lines + day.lines, first: held.first.min(day.first), last: held.last.max(day.last) };
        }
        self
    }

    /// First and last time, milliseconds UTC. A day with next to nothing is a clock that was wrong: it counts only
    /// from `enough` lines, or from a hundredth of a usual day's.
    pub(super) fn ends(&self, enough: u64) -> Option<(i64, i64)> {
        let all: u64 = self.0.values().map(|day| day.lines).sum();
        let usual = all / (self.0.len() as u64).max(1);
        let real = || self.0.values().filter(move |day| day.lines >= enough || day.lines * 100 >= usual);
        Some((real().next()?.first, real().next_back()?.last))
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: Option<&str>) {
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        match counts.get_mut(name) {
            Some(n) => *n += 1,
            None => drop(counts.insert(name.to_owned(), 1)),
        }
    }
}

/// The commonest name; of two that are equally common the first in the alphabet.
fn most(counts: &BTreeMap<String, u64>) -> Option<&str> {
    counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(name, _)| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_does_not_make_a_day() {
        let day = 86_400_000;
        let mut days = Days::default();
        (0..5_000).for_each(|n| days.add(20_000 * day + n));
        (0..5_000).for_each(|n| days.add(20_001 * day + n));
        days.add(0);
        days.add(30_000 * day);
        assert_eq!(days.ends(3), Some((20_000 * day, 20_001 * day + 4_999)));
        let few = Days::default().and(&Days([(5, Day { lines: 1, first: 7, last: 9 })].into()));
        assert_eq!(few.ends(3), Some((7, 9)), "where there is little, little counts");
        assert_eq!(Days::default().ends(3), None);
    }
}
