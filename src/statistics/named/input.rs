//! What the functions take. Unknown keys are refused, so that a misspelt option is not silently left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::statistics::{Rate, bootstrap};

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Side {
    #[serde(deserialize_with = "count")]
    pub(super) events: u64,
    pub(super) exposure: f64,
}

impl Side {
    pub(super) fn rate(self) -> Rate {
        Rate { events: self.events, exposure: self.exposure }
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Two {
    pub(super) a: Side,
    pub(super) b: Side,
    pub(super) level: Option<f64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stratum {
    pub(super) a: Side,
    pub(super) b: Side,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Strata {
    pub(super) strata: Vec<Stratum>,
    pub(super) level: Option<f64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Looks {
    pub(super) strata: Vec<Stratum>,
    pub(super) thetas: Option<Vec<f64>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Share {
    #[serde(deserialize_with = "count")]
    pub(super) k: u64,
    #[serde(deserialize_with = "count")]
    pub(super) n: u64,
    pub(super) level: Option<f64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Values {
    pub(super) p: Vec<f64>,
}

/// Values by class, with the cohort and without it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Day {
    #[serde(default)]
    on: BTreeMap<String, Vec<f64>>,
    #[serde(default)]
    off: BTreeMap<String, Vec<f64>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Days {
    days: Vec<Day>,
    #[serde(alias = "B")]
    pub(super) draws: Option<u64>,
    pub(super) seed: Option<u64>,
    pub(super) level: Option<f64>,
}

impl Days {
    /// The days with classes by number; a value that is not positive or a class too many is an error.
    pub(super) fn bins(&self) -> Result<Vec<bootstrap::Day>, String> {
        let mut numbers: BTreeMap<&str, u16> = BTreeMap::new();
        let mut days = Vec::with_capacity(self.days.len());
        for (at, day) in self.days.iter().enumerate() {
            let mut bins = Vec::new();
            for (on, side) in [(true, &day.on), (false, &day.off)] {
                for (name, values) in side {
                    let next = u16::try_from(numbers.len()).map_err(|_| "there are more than 65,535 classes")?;
                    let class = *numbers.entry(name).or_insert(next);
                    if let Some(value) = values.iter().find(|v| **v <= 0.0) {
                        return Err(format!("day {at} has the value {value} in class {name:?}; values are positive"));
                    }
                    bins.extend(values.iter().map(|value| bootstrap::Bin { class, on, value: *value }));
                }
            }
            days.push(bootstrap::Day { bins });
        }
        Ok(days)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quantile {
    pub(super) values: Option<Vec<f64>>,
    pub(super) buckets: Option<Vec<Bucket>>,
    pub(super) q: f64,
}

/// Upper edge and cumulative count.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Bucket(pub(super) Edge, pub(super) f64);

/// An upper edge: a number, or as Prometheus writes it, text such as `0.5` or `+Inf`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge(pub(super) f64);

impl<'de> Deserialize<'de> for Edge {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "an edge is a number or \"+Inf\"")]
        enum Written {
            Number(f64),
            Text(String),
        }
        let edge = match Written::deserialize(from)? {
            Written::Number(edge) => Some(edge),
            Written::Text(text) => text.parse().ok().filter(|edge: &f64| !edge.is_nan()),
        };
        edge.map(Edge).ok_or_else(|| serde::de::Error::custom("an edge is a number or \"+Inf\""))
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exposure {
    #[serde(deserialize_with = "count")]
    pub(super) events: u64,
    pub(super) baseline: f64,
    pub(super) margin: f64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rise {
    pub(super) requests: f64,
    pub(super) baseline: f64,
    pub(super) alpha: Option<f64>,
    pub(super) power: Option<f64>,
}

/// A count, which some writers of JSON give as `4.0`.
fn count<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let number = serde_json::Number::deserialize(from)?;
    let whole = |value: &f64| *value >= 0.0 && value.fract() == 0.0 && *value < 2_f64.powi(53);
    let counted = number.as_u64().or_else(|| number.as_f64().filter(whole).map(|value| value as u64));
    counted.ok_or_else(|| serde::de::Error::custom(format!("{number} is not a count: whole and not negative")))
}
