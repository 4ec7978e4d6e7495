//! The canonical tables every later stage may rely on, as dataframes by name.

pub mod frame;
pub mod redact;
pub mod schema;
pub mod table;
pub mod until;

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::evidence::Evidence;
use schema::TableName;

/// All tables by name: the canonical ones from the evidence, then those that correlation adds.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub frames: BTreeMap<&'static str, DataFrame>,
}

/// Reads the canonical tables from the evidence.
///
/// # Errors
/// When a part of the evidence is damaged.
pub fn scan(evidence: &Evidence) -> anyhow::Result<Tables> {
    let mut frames = BTreeMap::new();
    for table in TableName::ALL {
        frames.insert(table.name(), evidence.scan(table)?);
    }
    Ok(Tables { frames })
}
