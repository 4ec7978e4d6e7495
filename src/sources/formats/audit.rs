//! Audit events (JSON lines) in, rows of `audit` out.

use serde_json::Value;

use super::json_records::{at, cell, lines, text, time};
use super::{Context, Parsed};
use crate::tables::table::Cell;

/// Reads events.
pub fn parse(input: &str, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, event) in lines(input, parsed) {
        let ts = time(&event, "ts");
        let action = cell(&event, "action");
        if ts.is_null() || action.is_null() {
            parsed.lose(line, "an event without a time or an action", &event.to_string());
            continue;
        }
        let yes = |path: &str| at(&event, path).as_bool() == Some(true);
        let metadata = at(&event, "metadata");
        let detail = if metadata.is_null() { Value::Null } else { metadata.clone() };
        let cells = [
            ("ts", ts),
            ("id", cell(&event, "id")),
            ("action", action),
            ("actor_key", cell(&event, "actor")),
            ("product", cell(&event, "productId")),
            ("target_type", cell(&event, "target.type")),
            ("target", cell(&event, "target.id")),
            ("platform", cell(&event, "metadata.platform")),
            ("drill", Cell::from(yes("metadata.drill") || yes("metadata.planned"))),
            ("detail", Cell::from(text(&event, "metadata").or_else(|| detail.is_object().then(|| detail.to_string())))),
        ];
        parsed.keep(context, line, &cells);
    }
}
