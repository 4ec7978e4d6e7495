//! How many different ids there are, and which come most often; memory has a bound.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

/// Different ids that are counted exactly, each with its lines.
pub const EXACT: usize = 1_000_000;
/// Bits of a hash that choose the register of the estimate: 2^14 registers, a standard error of 0.8 %.
const BITS: u32 = 14;

/// Counts ids.
#[derive(Debug, Default)]
pub struct Distinct {
    lines: HashMap<Box<str>, u64>,
    /// Beyond the bound: HyperLogLog (Flajolet et al., AofA 2007), for each register the longest run of zeros plus one.
    registers: Vec<u8>,
}

impl Distinct {
    /// Counts one line with this id.
    pub fn add(&mut self, id: &str) {
        if !self.registers.is_empty() {
            self.estimate(id);
        }
        if let Some(lines) = self.lines.get_mut(id) {
            *lines += 1;
        } else if self.lines.len() < EXACT {
            self.lines.insert(id.into(), 1);
        } else if self.registers.is_empty() {
            self.registers = vec![0; 1 << BITS];
            let known: Vec<u64> = self.lines.keys().map(|id| xxh3_64(id.as_bytes())).collect();
            known.into_iter().for_each(|hash| self.register(hash));
            self.estimate(id);
        }
    }

    fn estimate(&mut self, id: &str) {
        self.register(xxh3_64(id.as_bytes()));
    }

    fn register(&mut self, hash: u64) {
        let place = (hash >> (64 - BITS)) as usize;
        let run = ((hash << BITS) | 1).leading_zeros() as u8 + 1;
        self.registers[place] = self.registers[place].max(run);
    }

    /// Number of different ids, and whether it is exact.
    #[must_use]
    pub fn count(&self) -> (u64, bool) {
        if self.registers.is_empty() {
            return (self.lines.len() as u64, true);
        }
        let m = self.registers.len() as f64;
        let sum: f64 = self.registers.iter().map(|run| 0.5_f64.powi(i32::from(*run))).sum();
        let estimate = 0.7213 / (1.0 + 1.079 / m) * m * m / sum;
        ((estimate.round() as u64).max(self.lines.len() as u64), false)
    }

    /// The ids with the most lines, among equals in the order of their text.
    #[must_use]
    pub fn busiest(&self, most: usize) -> Vec<(&str, u64)> {
        let mut all: Vec<(&str, u64)> = self.lines.iter().map(|(id, lines)| (&**id, *lines)).collect();
        all.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        all.truncate(most);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_exactly_and_names_the_busiest() {
        let mut ids = Distinct::default();
        ["b", "a", "b", "c", "a", "b"].into_iter().for_each(|id| ids.add(id));
        assert_eq!(ids.count(), (3, true));
        assert_eq!(ids.busiest(2), [("b", 3), ("a", 2)]);
    }

    #[test]
    fn the_estimate_is_near() {
        let mut ids = Distinct { registers: vec![0; 1 << BITS], ..Distinct::default() };
        (0..200_000).for_each(|n| ids.estimate(&format!("id-{n}")));
        let (count, exact) = ids.count();
        assert!(!exact && (count as f64 / 200_000.0 - 1.0).abs() < 0.04, "{count}");
    }
}
