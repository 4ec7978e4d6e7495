//! The frozen public format of a weekly summary, version 1: what other programs and the next summary rely on.

use serde_json::{Value, json};

use crate::report::weekly::Weekly;

/// Renders `weekly.json`, pretty, with a newline at its end.
///
/// # Errors
/// Never for a summary of this program; a serialiser's error is passed on.
pub(super) fn render(weekly: &Weekly) -> anyhow::Result<Vec<u8>> {
    let mut text = serde_json::to_string_pretty(&value(weekly)?)?;
    text.push('\n');
    Ok(text.into_bytes())
}

/// The model by its own names, but that the testers are a list of their own, with the totals beside it.
fn value(weekly: &Weekly) -> anyhow::Result<Value> {
    let people = &weekly.people;
    let mut all = serde_json::to_value(weekly)?;
    all["people"] = serde_json::to_value(&people.testers)?;
    all["people_totals"] = json!({
        "testers": people.testers.len(), "active": people.active, "sessions": people.sessions,
        "crashes": people.crashes, "platforms_missing": people.platforms_missing, "note": people.note,
    });
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::weekly::sample;

    #[test]
    fn what_other_programs_rely_on_is_there() -> anyhow::Result<()> {
        let all: Value = serde_json::from_slice(&render(&sample::rich())?)?;
        assert_eq!(all["schema"], "cutover/weekly/1");
        assert_eq!(all["week"], "2026-W35");
        assert_eq!(all["meta"]["as_of"], "2026-08-30T23:00:00Z");
        assert_eq!(all["meta"]["stage_number"], 3);
        assert_eq!(all["meta"]["builds"], json!(["41", "42"]));
        assert_eq!(all["forecast"]["call"], "NOT YET");
        assert_eq!(all["progress"]["passed"], 81);
        assert_eq!(all["verdicts"][0]["check"], "m3_connections");
        assert_eq!(all["verdicts"][0]["now"], "no-data");
        assert_eq!(all["verdicts"][0]["before"], "pass");
        assert_eq!(all["people"][0]["tester"], "t01");
        assert_eq!(all["people"][0]["total"], 42);
        assert_eq!(all["people"][1]["outstanding"], json!(["F1", "H2"]));
        assert_eq!(all["people_totals"]["sessions"], 269);
        assert_eq!(all["watch"][0]["days"].as_array().map(Vec::len), Some(7));
        for list in ["verdicts", "people", "watch", "unknown", "asks", "events", "changes", "triggers"] {
            assert!(all[list].as_array().is_some_and(|list| !list.is_empty()), "{list}");
        }
        Ok(())
    }

    #[test]
    fn a_week_without_anything_keeps_its_shape() -> anyhow::Result<()> {
        let text = String::from_utf8(render(&sample::empty())?)?;
        assert!(text.ends_with("}\n"));
        let all: Value = serde_json::from_str(&text)?;
        for list in ["verdicts", "people", "watch", "unknown", "asks"] {
            assert_eq!(all[list], json!([]), "{list}");
        }
        assert_eq!(all["people_totals"]["sessions"], 0);
        Ok(())
    }
}
