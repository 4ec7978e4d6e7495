//! Tables and a moment in, the tables as they were known at that moment out: what came later is not judged.

use polars::prelude::{BooleanChunked, DataFrame, IntoColumn, NamedFrom, PolarsResult, Series};

use super::Tables;

/// Drops every row that is later than `as_of` (milliseconds UTC), and takes back what later events did to earlier
/// rows: an issue that was closed later was open.
///
/// # Errors
/// Only on a frame without a column of the schema, which is a bug.
pub fn cut(tables: &mut Tables, as_of: i64) -> PolarsResult<()> {
    for (name, frame) in &mut tables.frames {
        let column = match *name {
            "testers" => continue,
            "ci" => "completed_at",
            "bugs" => "created_at",
            _ => "ts",
        };
        let times = frame.column(column)?.i64()?;
        let known: BooleanChunked = times.iter().map(|ts| Some(ts.is_none_or(|ts| ts <= as_of))).collect();
        *frame = frame.filter(&known)?;
        if *name == "bugs" {
            reopen(frame, as_of)?;
        }
    }
    Ok(())
}

/// Issues that were closed after the moment are open.
fn reopen(bugs: &mut DataFrame, as_of: i64) -> PolarsResult<()> {
    let closed: Vec<Option<i64>> = bugs.column("closed_at")?.i64()?.iter().collect();
    let later = |at: &Option<i64>| at.is_some_and(|at| at > as_of);
    let states = bugs.column("state")?.str()?;
    let state: Vec<Option<&str>> =
        states.iter().zip(&closed).map(|(state, at)| if later(at) { Some("open") } else { state }).collect();
    let times: Vec<Option<i64>> = closed.iter().map(|at| at.filter(|at| *at <= as_of)).collect();
    let state = Series::new("state".into(), state).into_column();
    bugs.with_column(state)?;
    bugs.with_column(Series::new("closed_at".into(), times).into_column())?;
    Ok(())
}
