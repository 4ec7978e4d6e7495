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
        let mut served: HashMap<&str, i64> = HashMap::new();
        for line in lines.iter().filter(|l| l.is_request("server")) {
            if let Some(id) = line.request {
                served.insert(id, line.ts);
            }
        }
        let mut offsets: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
        for line in lines.iter().filter(|l| l.is_request("device")) {
            if let (Some(tester), Some(at)) = (line.tester, line.request.and_then(|id| served.get(id))) {
                offsets.entry(tester).or_default().push(line.ts - at);
            }
        }
        Clocks(
            offsets
                .into_iter()
                .filter(|(_, all)| all.len() >= LEAST)
                .map(|(tester, all)| (tester, median(all)))
                .collect(),
        )
    }

    /// Puts the lines of devices where they belong on the servers' clock, in order again.
    pub fn apply(&self, lines: &mut [Line<'_>]) {
        for line in lines.iter_mut().filter(|l| l.tier == "device") {
            line.ts = self.server_time(line.ts, line.tester);
        }
        lines.sort_by_key(|line| line.ts);
    }

    /// A device time as the servers would have written it.
    #[must_use]
    pub fn server_time(&self, ts: i64, tester: Option<usize>) -> i64 {
        let offset = tester.and_then(|t| self.0.get(&t)).map_or(0, |c| c.offset_ms);
        if offset.abs() >= NOTABLE_MS { ts - offset } else { ts }
    }
}

fn median(mut all: Vec<i64>) -> Clock {
    all.sort_unstable();
    Clock { offset_ms: all[all.len() / 2], requests: all.len() as u64 }
}
