//! Equal bins of the judged window, and what covered bins come to: shares, silent stretches, freshness.

use std::collections::BTreeMap;

use super::Cover;
use crate::config::Window;

/// Equal bins of a window.
pub(super) struct Bins {
    pub(super) window: Window,
    pub(super) length: i64,
    pub(super) count: usize,
}

impl Bins {
    pub(super) fn new(window: Window, length: i64) -> Self {
        let count = (window.to_ms() - window.from_ms()).max(0) as u64;
        Bins { window, length, count: count.div_ceil(length.max(1) as u64) as usize }
    }

    pub(super) fn at(&self, ts: i64) -> Option<usize> {
        self.window.holds(ts).then(|| ((ts - self.window.from_ms()) / self.length) as usize)
    }

    pub(super) fn start(&self, bin: usize) -> i64 {
        self.window.from_ms() + bin as i64 * self.length
    }

    /// Shares, silent stretches and freshness from the covered bins.
    pub(super) fn fill(&self, cover: &mut Cover, covered: &[bool], active: &[bool]) {
        let good = covered.iter().filter(|c| **c).count();
        cover.covered = Some(if self.count == 0 { 0.0 } else { good as f64 / self.count as f64 });
        let mut days: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        for (bin, yes) in covered.iter().enumerate() {
            let day = days.entry(self.start(bin).div_euclid(86_400_000)).or_default();
            day.0 += u64::from(*yes);
            day.1 += 1;
        }
        cover.by_day = days.values().map(|(yes, all)| *yes as f64 / *all as f64).collect();
        let (mut bin, minutes) = (0, self.length as f64 / 60_000.0);
        while bin < self.count {
            if covered[bin] {
                bin += 1;
                continue;
            }
            let begin = bin;
            while bin < self.count && !covered[bin] {
                bin += 1;
            }
            let end = self.start(bin).min(self.window.to_ms());
            cover.silent.extend(Window::from_millis(self.start(begin), end));
            if active[begin..bin].iter().any(|a| *a) {
                cover.silent_active_min = cover.silent_active_min.max((bin - begin) as f64 * minutes);
            }
        }
        cover.fresh = covered.iter().rev().take(2).any(|c| *c) || self.count == 0;
    }
}
