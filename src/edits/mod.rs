//! Documents in, edits out: byte ranges found by a Markdown parser, never guessed. Only `replace` writes.

mod actions;
mod blameless;
pub mod blocks;
pub mod change;
mod changes;
pub mod diff;
pub mod gaps;
mod insert;
pub mod markdown;
mod marker;
pub mod misfit;
mod passages;
mod phrases;
#[cfg(test)]
mod properties;
mod reading;
pub mod refusal;
pub mod regenerate;
pub mod replace;
pub mod sections;
pub mod stage;
mod status;
mod tables;
pub mod tasks;
pub mod words;

use pulldown_cmark::Options;

/// What is read as Markdown where the program's own markers are looked for.
fn options() -> Options {
    Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES
}
