//! The confirmatory family: every comparison of a stage in, p-values adjusted after Holm out (statistics.md S2).

use std::collections::BTreeMap;

use crate::statistics::multiple;

/// Adjusted p-values by the name of their comparison. Two checks that look at one series make one comparison.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Family(BTreeMap<String, f64>);

impl Family {
    /// Adjusts.
    #[must_use]
    pub fn of<'a>(p_values: impl Iterator<Item = (&'a str, f64)>) -> Self {
        let mut raw: BTreeMap<String, f64> = BTreeMap::new();
        for (name, p) in p_values {
            let held = raw.entry(name.to_owned()).or_insert(p);
            *held = held.min(p);
        }
        let (names, p): (Vec<String>, Vec<f64>) = raw.into_iter().unzip();
        Family(names.into_iter().zip(multiple::holm(&p)).collect())
    }

    /// The adjusted p-value of a comparison.
    #[must_use]
    pub fn adjusted(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }
}
