//! A weekly summary on one screen.

use super::Paint;
use crate::report::weekly::Weekly;

/// The summary that was written to `folder`.
#[must_use]
pub fn render(weekly: &Weekly, folder: &str, paint: Paint) -> String {
    format!("{}  {}\n{}\n{folder}\n", weekly.week, paint.bold(&weekly.headline), weekly.summary)
}
