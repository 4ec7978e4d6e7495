//! Log text in, rows of the `logs` table out, at speed and with provenance; does not read files' names for meaning.
//!
//! The format is found per line, because one file may mix JSON, console and access lines: `lines` cuts the file,
//! `one_line` chooses, `json_line`, `access_line` and `console_line` read one line each into a `LogRow`, `envelope` holds
//! what a carrier knows of a line, `attribution` names the client, and `columns` turns rows into a dataframe.

pub mod access_line;
pub mod attribution;
mod carriers;
pub mod columns;
pub mod console_line;
pub mod envelope;
pub mod fields;
pub mod json_line;
pub mod lines;
pub mod log_file;
mod one_line;
mod parsed;
mod pass;
pub mod row;
pub mod surrogates;
#[cfg(test)]
mod testing;
pub mod times;
pub mod torn;
