//! The canonical tables every later stage may rely on.

pub mod schema;
pub mod table;
