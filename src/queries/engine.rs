//! Tables and a query in, a small table of plain cells out; the dataframe engine ends here.

use polars::prelude::IntoLazy;
use polars::sql::SQLContext;

use super::literals::Literals;
use crate::tables::table::Table;
use crate::tables::{Tables, frame};

/// Runs one statement over the tables, its literals filled in.
///
/// # Errors
/// What the engine says of the statement; the caller makes a `no-data` finding of it.
pub fn run(tables: &Tables, sql: &str, literals: &Literals) -> anyhow::Result<Table> {
    let text = fill(sql, literals)?;
    // A context of its own for every query: a shared one would let one statement change what the next one sees.
    let mut context = SQLContext::new();
    // Registering a table costs as much as a small query; only those that the statement may name are needed.
    for (name, frame) in tables.frames.iter().filter(|(name, _)| text.contains(**name)) {
        context.register(name, frame.clone().lazy());
    }
    let frame = context.execute(&text)?.collect()?;
    Ok(frame::to_table(&frame))
}

/// The statement with its literals.
///
/// # Errors
/// Where it names a literal that does not exist.
pub fn fill(sql: &str, literals: &Literals) -> anyhow::Result<String> {
    let context = tera::Context::from_serialize(literals)?;
    let mut tera = tera::Tera::default();
    tera.autoescape_on(Vec::<&str>::new());
    tera.add_raw_template("query.sql", sql)?;
    Ok(tera.render("query.sql", &context)?)
}
