//! Why a check may not claim that something did not happen: what it needs was not covered well enough.

use super::{Bench, Finding};
use crate::queries::{CheckSpec, Query};
use crate::rules::{RuleSpec, Seen};

/// So few requests may be missing from a service's log by the chance of where it was cut.
const UNLOGGED: u64 = 3;

impl Bench<'_> {
    /// A tester whose device log covers too little shows nothing by it.
    pub(super) fn device_veto(&self, finding: &Finding, tester: &str, seen: Seen) -> Seen {
        let share = self.device_share(tester);
        let needed = finding.needs.iter().any(|n| n == "logs.device");
        match (seen, share) {
            (Seen::Shown(_), Some(share)) if needed && share < self.plan.params.float("coverage-share") => {
                Seen::Absent(format!("the device log covers {:.0} % of the tester's use", share * 100.0))
            }
            (seen, _) => seen,
        }
    }

    /// Whether the logs that the check reads cover the tester's use, so that an action would stand in them.
    pub(super) fn would_show(&self, finding: &Finding, tester: &str) -> bool {
        let active = self.observed.active_hours.contains_key(tester);
        let on_device = finding.needs.iter().any(|n| n == "logs.device");
        active
            && (!on_device
                || self.device_share(tester).is_some_and(|share| share >= self.plan.params.float("coverage-share")))
    }

    /// Share of a tester's use that a device log covers; `None` where no server saw the tester.
    fn device_share(&self, tester: &str) -> Option<f64> {
        let devices = self.observed.roles.get("logs.device").into_iter().flatten();
        devices.filter_map(|d| self.observed.covers.get(d)?.by_tester.get(tester)).copied().reduce(f64::max)
    }

    /// Why what the check needs is not covered well enough to claim that something did not happen.
    pub(super) fn vetoes(&self, query: &Query, check: &CheckSpec) -> Vec<String> {
        let params = &self.plan.params;
        let least = params.float(if check.duration { "coverage-share-duration" } else { "coverage-share" });
        let mut vetoes = Vec::new();
        // Facts of documents say themselves what is missing, each of its own document.
        for need in query.needs.iter().filter(|need| *need != "documents") {
            let sources = self.observed.roles.get(need).cloned().unwrap_or_default();
            // Nothing can give crash reports of Expo Go; the device logs alone must do.
            if sources.is_empty() && !(need == "crashes" && self.expo_go) {
                vetoes.push(format!("no source gives {need}"));
            }
            for source in sources {
                vetoes.extend(self.veto_of(&source, least));
            }
        }
        let whole = !matches!(check.rule, RuleSpec::EachTester { .. });
        if whole && query.needs.iter().any(|need| need == "logs.device") {
            vetoes.extend(self.uncovered_device());
        }
        if check.attributed {
            let share = self.observed.attributed.unwrap_or(0.0);
            if share < params.float("attributed-share") {
                vetoes.push(format!("only {:.1} % of the requests can be attributed to a client", share * 100.0));
            }
        }
        if check.owned {
            let share = self.observed.owner_share.unwrap_or(0.0);
            if share < params.float("owner-share") {
                vetoes.push(format!("only {:.1} % of the user-scoped answers name their owner", share * 100.0));
            }
        }
        vetoes
    }

    /// A line about all devices cannot be read off the others' logs when one tester's is missing.
    fn uncovered_device(&self) -> Option<String> {
        let least = self.plan.params.float("coverage-share");
        let short = |tester: &&String| self.device_share(tester).is_some_and(|share| share < least);
        let tester = self.testers.iter().find(short)?;
        let share = self.device_share(tester)?;
        Some(format!("the device log of {tester} covers {:.0} % of the tester's use", share * 100.0))
    }

    fn veto_of(&self, source: &str, least: f64) -> Option<String> {
        let cover = self.observed.covers.get(source)?;
        let params = &self.plan.params;
        if cover.files == 0 || !cover.gaps.is_empty() {
            let why = cover.gaps.first().cloned().unwrap_or_else(|| "nothing was collected".to_owned());
            return Some(format!("{source}: {why}"));
        }
        if cover.ledger.truncated {
            return Some(format!("{source} breaks off before its end"));
        }
        let lost = cover.ledger.lost as f64 / (cover.ledger.parsed + cover.ledger.lost).max(1) as f64;
        if lost > params.float("lost-share") {
            return Some(format!("{source}: {} of its records could not be read", cover.ledger.lost));
        }
        if cover.unlogged >= UNLOGGED && cover.unlogged as f64 > params.float("lost-share") * cover.answered as f64 {
            return Some(format!(
                "{source} lacks {} of {} requests that the gateway says it answered",
                cover.unlogged, cover.answered
            ));
        }
        let covered = cover.covered?;
        if covered < least {
            let gap = cover.silent.iter().max_by_key(|w| w.seconds());
            let worst = gap.map_or_else(String::new, |w| format!(", silent {}", span(w)));
            return Some(format!(
                "{source} covers {:.1} % of the window, {:.0} % are needed{worst}",
                covered * 100.0,
                least * 100.0
            ));
        }
        if cover.silent_active_min > params.float("gap-minutes") {
            return Some(format!(
                "{source} is silent for {:.0} minutes while testers were active",
                cover.silent_active_min
            ));
        }
        (!cover.fresh).then(|| format!("{source} ends before the window does"))
    }
}

fn span(window: &crate::config::Window) -> String {
    format!("{} – {} UTC", window.from.strftime("%d %b %H:%M"), window.to.strftime("%d %b %H:%M"))
}
