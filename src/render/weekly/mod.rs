//! The weekly model in, its faces out.

use super::{Artifact, Format};
use crate::report::weekly::Weekly;

/// Renders the files of a summary.
///
/// # Errors
/// A serialiser's error.
pub fn render(weekly: &Weekly, _formats: &[Format]) -> anyhow::Result<Vec<Artifact>> {
    let mut bytes = serde_json::to_vec_pretty(weekly)?;
    bytes.push(b'\n');
    Ok(vec![Artifact { path: "weekly.json".to_owned(), bytes }])
}

/// The summary in plain text.
#[must_use]
pub fn text(weekly: &Weekly) -> String {
    format!("{}\n\n{}\n", weekly.headline, weekly.summary)
}
