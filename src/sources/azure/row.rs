//! A row of a table of logs in, an envelope out: the line as it was written, or the fields that the platform made of it.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::answer::Table;
use crate::ingest::envelope::{Envelope, nanoseconds};
use crate::net::Failure;

/// Columns that hold a line where there is no `Log`.
const LINES: [&str; 3] = ["Message", "RawData", "OuterMessage"];
/// Columns of the carrier that say which service and which instance wrote a line; without the type's suffix.
const SERVICE: [&str; 2] = ["ContainerAppName", "AppRoleName"];
const INSTANCE: [&str; 3] = ["ContainerGroupName", "ContainerId", "AppRoleInstance"];
/// Columns of the carrier that would pass for a service's own words.
const CARRIERS: [&str; 3] = ["Type", "Time", "Level"];

/// What a table came to.
pub(super) struct Found {
    pub(super) rows: u64,
    /// Rows that stand for several.
    pub(super) sampled: u64,
}

/// Appends every row as an envelope.
///
/// # Errors
/// `Malformed` where a column or a time is missing.
pub(super) fn write_all(table: &Table, host: &str, out: &mut Vec<u8>) -> Result<Found, Failure> {
    let missing = |name: &str| Failure::malformed(host, &format!("it has no column {name}"));
    let [time, line, bag] =
        ["TimeGenerated", "Line", "Bag"].map(|name| table.column(name).ok_or_else(|| missing(name)));
    let (time, line, bag) = (time?, line?, bag?);
    let mut found = Found { rows: 0, sampled: 0 };
    for row in &table.rows {
        let at: Option<Timestamp> = row[time].as_str().and_then(|text| text.parse().ok());
        let at = at.ok_or_else(|| Failure::malformed(host, "a row has no time"))?;
        let fields = unpacked(&row[bag]);
        found.rows += 1;
        found.sampled += u64::from(fields.get("ItemCount").and_then(Value::as_u64).is_some_and(|n| n > 1));
        envelope(at, row[line].as_str().unwrap_or_default(), &fields, found.rows).write(out);
    }
    Ok(found)
}

/// A bag comes as a JSON text.
fn unpacked(bag: &Value) -> Map<String, Value> {
    match bag {
        Value::Object(fields) => fields.clone(),
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        _ => Map::new(),
    }
}

fn envelope<'a>(at: Timestamp, line: &'a str, fields: &'a Map<String, Value>, number: u64) -> Envelope<'a> {
    let mut envelope = Envelope { ts: nanoseconds(at), line: Cow::Borrowed(line), ..Envelope::default() };
    let own = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if line.trim().is_empty() {
        envelope.line = Cow::Borrowed(LINES.into_iter().find_map(own).unwrap_or_default());
    }
    let of = |names: &[&str]| {
        let named =
            |name: &&str| fields.iter().find(|(key, _)| bare(key) == *name).and_then(|(_, value)| value.as_str());
        names.iter().find_map(named).filter(|text| !text.is_empty())
    };
    envelope.service = of(&SERVICE).map(Cow::Borrowed);
    if let Some(level) = fields.get("SeverityLevel").and_then(severity) {
        envelope.level = Some(Cow::Borrowed(level));
    }
    for (key, value) in fields {
        let exploded = key.strip_prefix("Log_").map(bare);
        let name = exploded.unwrap_or_else(|| bare(key));
        let carrier = exploded.is_none() && CARRIERS.contains(&name);
        if !carrier && !LINES.contains(&key.as_str()) && key != "SeverityLevel" {
            flatten(name, value, &mut envelope);
        }
    }
    if let Some(instance) = of(&INSTANCE) {
        envelope.with("instance", instance);
    }
    if !envelope.line.is_empty() {
        // Two lines of one time are two events, though their words be the same.
        envelope.with("row", number.to_string());
    }
    envelope
}

/// A column's name without the suffix that tells its type.
fn bare(name: &str) -> &str {
    ["_s", "_d", "_b", "_g", "_t"].into_iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name)
}

/// The level of Application Insights, which counts from 0.
fn severity(value: &Value) -> Option<&'static str> {
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    ["debug", "info", "warn", "error", "fatal"].get(usize::try_from(number).ok()?).copied()
}

/// A value as attributes; the properties of a record stand by their own names.
fn flatten(name: &str, value: &Value, envelope: &mut Envelope<'_>) {
    let inner = match value {
        Value::Object(fields) => Some(fields.clone()),
        Value::String(text) if text.starts_with('{') => serde_json::from_str(text).ok(),
        _ => None,
    };
    if let Some(fields) = inner {
        for (key, value) in &fields {
            let path = if name == "Properties" { key.clone() } else { format!("{name}.{key}") };
            flatten(&path, value, envelope);
        }
        return;
    }
    let text = match value {
        Value::Null => return,
        Value::String(text) => text.clone(),
        // A column of numbers is one of fractions, whatever stood in the line.
        Value::Number(n) => match n.as_f64().filter(|x| x.fract() == 0.0 && x.abs() < 9e15) {
            Some(whole) => format!("{whole:.0}"),
            None => n.to_string(),
        },
        other => other.to_string(),
    };
    envelope.with(name.to_owned(), text);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::net::Answer;

    fn lines(rows: Value) -> Vec<Value> {
        let columns = json!([{"name": "TimeGenerated", "type": "datetime"}, {"name": "Line", "type": "string"}, {"name": "Bag", "type": "string"}]);
        let body = json!({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]}).to_string();
        let answer = Answer { status: 200, headers: Default::default(), body: body.into_bytes() };
        let table = Table::read(&answer, "h").expect("a table");
        let mut out = Vec::new();
        write_all(&table, "h", &mut out).expect("rows");
        String::from_utf8(out).expect("text").lines().map(|l| serde_json::from_str(l).expect("JSON")).collect()
    }

    #[test]
    fn a_line_keeps_its_words_and_its_carrier_is_named() {
        let bag =
            json!({"ContainerAppName_s": "backend", "ContainerGroupName_s": "backend--1-abc", "Stream_s": "stdout"});
        let found = lines(json!([["2026-08-03T00:00:00.1234567Z", "{\"msg\":\"hi\"}", bag.to_string()]]));
        assert_eq!(found[0]["ts"], "2026-08-03T00:00:00.123456700Z");
        assert_eq!((&found[0]["line"], &found[0]["service"]), (&json!("{\"msg\":\"hi\"}"), &json!("backend")));
        assert_eq!(found[0]["attributes"]["instance"], "backend--1-abc");
        let new = json!({"ContainerAppName": "backend", "ContainerGroupName": "b-1"});
        let found = lines(json!([["2026-08-03T00:00:00Z", "text", new]]));
        assert_eq!((&found[0]["service"], &found[0]["attributes"]["instance"]), (&json!("backend"), &json!("b-1")));
    }

    #[test]
    fn exploded_json_is_a_bag_of_attributes() {
        let bag = json!({"Log_msg_s": "request completed", "Log_res_statusCode_d": 200.0, "Log_responseTime_d": 1.5, "Log_level_d": 30,
            "Log_req_headers_x_request_id_g": "0b0e", "Log_time_d": 1.785715200123e12, "Level": "x", "no": null});
        let found = lines(json!([["2026-08-03T00:00:00Z", "", bag.to_string()]]));
        let attributes = &found[0]["attributes"];
        assert_eq!(found[0]["line"], "");
        assert_eq!((&attributes["msg"], &attributes["res_statusCode"]), (&json!("request completed"), &json!("200")));
        assert_eq!((&attributes["responseTime"], &attributes["level"]), (&json!("1.5"), &json!("30")));
        assert_eq!(
            (&attributes["time"], &attributes["req_headers_x_request_id"]),
            (&json!("1785715200123"), &json!("0b0e"))
        );
        assert_eq!((attributes.get("Level"), attributes.get("no")), (None, None));
    }

    #[test]
    fn records_of_application_insights_give_line_level_and_properties() {
        let bag = json!({"Message": "it broke", "SeverityLevel": 3, "AppRoleName": "api", "Properties": "{\"x-request-id\":\"r-1\"}"});
        let found = lines(json!([["2026-08-03T00:00:00Z", "", bag.to_string()]]));
        assert_eq!(
            (&found[0]["line"], &found[0]["level"], &found[0]["service"]),
            (&json!("it broke"), &json!("error"), &json!("api"))
        );
        assert_eq!(found[0]["attributes"]["x-request-id"], "r-1");
    }
}
