//! Records of all pages, each once, in an order that does not depend on the pages.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::formats::json_records::{Record, text};
use crate::coverage::Gap;

/// Records as they come.
#[derive(Debug, Default)]
pub struct Gathered {
    /// By time and id.
    records: BTreeMap<(String, u64, String), Value>,
    /// Id → its place above.
    places: BTreeMap<String, (String, u64, String)>,
    /// Records that came, also those that came again.
    pub fetched: u64,
    /// Records that came again, on a later page or in another answer.
    pub repeated: u64,
    /// Records that came and were not asked for, such as those outside the window.
    pub outside: u64,
    lacks: Vec<Gap>,
}

impl Gathered {
    /// Takes a record with its id and the time that orders it. One that comes again replaces the one before, which was
    /// read earlier. Returns whether it is new.
    pub fn take(&mut self, id: Option<String>, time: Option<String>, record: Value) -> bool {
        self.fetched += 1;
        // Without an id it is told apart by all that it holds.
        let id = id.unwrap_or_else(|| record.to_string());
        let place = (time.unwrap_or_default(), id.parse().unwrap_or(0), id.clone());
        let known = self.places.insert(id, place.clone());
        if let Some(old) = &known {
            self.repeated += 1;
            self.records.remove(old);
        }
        self.records.insert(place, record);
        known.is_none()
    }

    /// Takes the records of a page by the names of their id and time; how many of them are new.
    pub fn page(&mut self, records: Vec<Value>, id: &str, time: &str) -> usize {
        records.into_iter().filter(|r| self.take(text(r, id), text(r, time), r.clone())).count()
    }

    /// Leaves a record aside that was not asked for.
    pub fn leave(&mut self) {
        self.fetched += 1;
        self.outside += 1;
    }

    /// Says what is missing.
    pub fn lack(&mut self, what: impl Into<String>, hint: impl Into<String>) {
        self.lacks.push(Gap { what: what.into(), hint: hint.into() });
    }

    /// Takes what is missing elsewhere.
    pub fn lacks(&mut self, gaps: impl IntoIterator<Item = Gap>) {
        self.lacks.extend(gaps);
    }

    /// Whether nothing is known to be missing.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.lacks.is_empty()
    }

    /// How many different records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The records, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Value> {
        self.records.values()
    }

    /// Takes the records out, so that more can be added to each before it is put back.
    pub fn drain(&mut self) -> Vec<Value> {
        self.places.clear();
        let records: Vec<Value> = std::mem::take(&mut self.records).into_values().collect();
        self.fetched -= records.len() as u64;
        records
    }

    /// Adds what another question brought.
    pub fn add(&mut self, other: Gathered) {
        self.repeated += other.repeated;
        self.fetched += other.repeated + other.outside;
        self.outside += other.outside;
        self.lacks.extend(other.lacks);
        for ((time, _, id), record) in other.records {
            self.take(Some(id), Some(time), record);
        }
    }

    /// The records with their places from 1, and what is missing.
    #[must_use]
    pub fn into_records(self) -> (Vec<Record>, Vec<Gap>) {
        ((1..).zip(self.records.into_values()).collect(), self.lacks)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_that_comes_again_counts_once_and_the_later_one_stays() {
        let mut gathered = Gathered::default();
        let record = |id: u32, at: &str, state: &str| json!({"id": id, "at": at, "state": state});
        assert_eq!(gathered.page(vec![record(10, "b", "open"), record(9, "b", "open")], "id", "at"), 2);
        assert_eq!(gathered.page(vec![record(10, "b", "closed"), record(3, "a", "open")], "id", "at"), 1);
        let mut other = Gathered::default();
        other.page(vec![record(3, "a", "closed"), record(3, "a", "closed")], "id", "at");
        other.leave();
        gathered.add(other);
        assert_eq!((gathered.fetched, gathered.repeated, gathered.outside, gathered.len()), (7, 3, 1, 3));
        let (records, _) = gathered.into_records();
        let told: Vec<String> = records.iter().map(|(line, r)| format!("{line} {} {}", r["id"], r["state"])).collect();
        assert_eq!(told, ["1 3 \"closed\"", "2 9 \"open\"", "3 10 \"closed\""]);
    }
}
