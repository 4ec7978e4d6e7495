//! How far each device's clock is off, measured on requests that both the device and a server logged.
//!
//! The estimate is shown and used to place a device's lines among drills, days and other devices' lines; stored times
//! are never changed.

use std::collections::{BTreeMap, HashMap};

use super::lines::Line;

/// Offset of a device's clock: device time minus server time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    /// Median offset in milliseconds; positive when the device is ahead.
    pub offset_ms: i64,
    /// Requests it rests on.
    pub requests: u64,
}

/// Fewer shared requests than this say nothing.
const LEAST: usize = 5;
/// An offset below this is within the time a request takes and is taken as none.
const NOTABLE_MS: i64 = 2_000;

/// Offsets by tester.
#[derive(Debug, Clone, Default)]
pub struct Clocks(pub BTreeMap<usize, Clock>);

impl Clocks {
    /// Measures every device against the server lines of the same request ids.
    #[must_use]
    pub fn measure(lines: &[Line<'_>]) -> Self {
        Clocks(offsets(lines, |line| line.tester))
    }

    /// Puts the lines of devices where they belong on the servers' clock, in order again. A session knows its own offset
    /// best, since somebody may have set the clock right between two of them.
    pub fn apply(&self, lines: &mut [Line<'_>]) {
        let sessions = offsets(lines, |line| line.session);
        for line in lines.iter_mut().filter(|l| l.tier == "device") {
            line.ts = match line.session.and_then(|key| sessions.get(key)) {
                Some(clock) => clock.server_time(line.ts),
                None => self.server_time(line.ts, line.tester),
            };
        }
        lines.sort_by_key(|line| line.ts);
    }

    /// A device time as the servers would have written it.
    #[must_use]
    pub fn server_time(&self, ts: i64, tester: Option<usize>) -> i64 {
        tester.and_then(|t| self.0.get(&t)).map_or(ts, |clock| clock.server_time(ts))
    }
}

impl Clock {
    fn server_time(self, ts: i64) -> i64 {
        if self.offset_ms.abs() >= NOTABLE_MS { ts - self.offset_ms } else { ts }
    }
}

/// Offsets of device lines from the servers' lines of the same requests, by whatever the lines are told apart by.
fn offsets<'a, K: Ord>(lines: &[Line<'a>], of: impl Fn(&Line<'a>) -> Option<K>) -> BTreeMap<K, Clock> {
    let server = lines.iter().filter(|l| l.is_request("server"));
    let served: HashMap<&str, i64> = server.filter_map(|l| Some((l.request?, l.ts))).collect();
    let mut all: BTreeMap<K, Vec<i64>> = BTreeMap::new();
    for line in lines.iter().filter(|l| l.is_request("device")) {
        if let (Some(key), Some(at)) = (of(line), line.request.and_then(|id| served.get(id))) {
            all.entry(key).or_default().push(line.ts - at);
        }
    }
    all.into_iter().filter(|(_, found)| found.len() >= LEAST).map(|(key, found)| (key, median(found))).collect()
}

fn median(mut all: Vec<i64>) -> Clock {
    all.sort_unstable();
    Clock { offset_ms: all[all.len() / 2], requests: all.len() as u64 }
}
