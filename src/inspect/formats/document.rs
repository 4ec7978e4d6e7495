//! JSON documents that hold many records: OTLP, answers of Loki, Prometheus, Elasticsearch and CloudWatch, and lists.

use serde_json::{Map, Value};

use super::{json, text};
use crate::inspect::record::Record;
use crate::inspect::stamp::{self, Stamp};

/// What a document holds.
#[derive(Debug, Default, PartialEq)]
pub struct Document {
    pub format: &'static str,
    pub records: Vec<Record>,
    /// Elements that are no records.
    pub strange: u64,
    pub metrics: Option<Metrics>,
}

/// What an answer of Prometheus holds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Metrics {
    pub series: u64,
    pub samples: u64,
    /// Samples whose value is not a number.
    pub nan: u64,
}

/// The records of a document; `None` when it is not one of those known.
#[must_use]
pub fn read(value: &Value) -> Option<Document> {
    if let Value::Array(all) = value {
        let objects = all.iter().filter_map(Value::as_object);
        return listed("json array", objects)
            .map(|d| Document { strange: all.len() as u64 - d.records.len() as u64, ..d });
    }
    let object = value.as_object()?;
    if let Some(resources) = object.get("resourceLogs").and_then(Value::as_array) {
        return Some(otlp(resources));
    }
    if let Some(streams) = object.get("streams").and_then(Value::as_array) {
        return Some(loki(streams));
    }
    if let Some(data) = object.get("data").filter(|data| data.get("resultType").is_some()) {
        let result = data.get("result")?;
        return match data.get("resultType")?.as_str()? {
            "streams" => Some(loki(result.as_array()?)),
            _ => Some(prometheus(result)),
        };
    }
    if let Some(hits) = object.get("hits").and_then(|hits| hits.get("hits")).and_then(Value::as_array) {
        return listed("elasticsearch answer", hits.iter().filter_map(|hit| hit.get("_source")?.as_object()));
    }
    for (key, format) in [("events", "cloudwatch events"), ("Records", "cloudtrail records")] {
        if let Some(all) = object.get(key).and_then(Value::as_array).filter(|all| !all.is_empty()) {
            return listed(format, all.iter().filter_map(Value::as_object));
        }
    }
    None
}

fn listed<'a>(format: &'static str, objects: impl Iterator<Item = &'a Map<String, Value>>) -> Option<Document> {
    let mut document = Document { format, ..Document::default() };
    for object in objects {
        match json::read(object) {
            Some(mut record) => {
                if let Some(message) =
                    record.message.clone().filter(|m| format.starts_with("cloudwatch") && !m.is_empty())
                {
                    text::within(message.trim_end(), &mut record);
                }
                document.records.push(Record { format, ..record });
            }
            None => document.strange += 1,
        }
    }
    (!document.records.is_empty()).then_some(document)
}

fn each<'a>(value: &'a Value, key: &str, older: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).or_else(|| value.get(older)).and_then(Value::as_array).into_iter().flatten()
}

fn otlp(resources: &[Value]) -> Document {
    let mut document = Document { format: "otlp json", ..Document::default() };
    for resource in resources {
        for scope in each(resource, "scopeLogs", "instrumentationLibraryLogs") {
            for log in each(scope, "logRecords", "logs") {
                match log.as_object() {
                    Some(log) => document.records.push(otlp_record(log)),
                    None => document.strange += 1,
                }
            }
        }
    }
    document
}

/// One log record of OTLP: its attributes are keys, its typed values plain ones.
fn otlp_record(log: &Map<String, Value>) -> Record {
    let mut flat = Map::new();
    for (key, value) in log {
        match key.as_str() {
            "body" => drop(flat.insert("body".to_owned(), plain(value))),
            "attributes" => {
                for pair in value.as_array().into_iter().flatten() {
                    if let (Some(key), Some(value)) = (pair.get("key").and_then(Value::as_str), pair.get("value")) {
                        flat.insert(key.to_owned(), plain(value));
                    }
                }
            }
            // Zero stands for a time that is not known.
            _ if value.as_str() == Some("0") => {}
            _ => drop(flat.insert(key.clone(), value.clone())),
        }
    }
    let mut record = Record { format: "otlp json", ..json::fields(&flat) };
    if let Some(message) = record.message.clone() {
        text::scan(&message, &mut record);
    }
    record
}

/// `{"stringValue": "x"}` and its kin as a plain value.
fn plain(value: &Value) -> Value {
    let Some(object) = value.as_object() else { return value.clone() };
    if let Some(all) = object.get("arrayValue").and_then(|a| a.get("values")).and_then(Value::as_array) {
        return Value::Array(all.iter().map(plain).collect());
    }
    ["stringValue", "intValue", "doubleValue", "boolValue"]
        .iter()
        .find_map(|key| object.get(*key))
        .cloned()
        .unwrap_or_else(|| value.clone())
}

fn loki(streams: &[Value]) -> Document {
    let mut document = Document { format: "loki answer", ..Document::default() };
    for stream in streams {
        let labels = stream.get("stream").and_then(Value::as_object).map(json::fields);
        for entry in each(stream, "values", "entries") {
            let at =
                entry.get(0).and_then(Value::as_str).and_then(stamp::from_epoch).map(|at| Stamp::of_instant(at, 0));
            let (Some(at), Some(line)) = (at, entry.get(1).and_then(Value::as_str)) else {
                document.strange += 1;
                continue;
            };
            let mut record = Record { at: Some(at), ..Record::new("loki answer") };
            text::within(line.trim_end(), &mut record);
            record.message = Some(line.to_owned());
            // Labels speak for all lines of the stream, a line for itself.
            if let Some(labels) = &labels {
                record.fill(Record { at: None, message: None, ..labels.clone() });
            }
            document.records.push(record);
        }
    }
    document
}

fn prometheus(result: &Value) -> Document {
    let mut document = Document { format: "prometheus answer", ..Document::default() };
    let mut metrics = Metrics::default();
    let mut sample = |sample: &Value| {
        let Some(value) = sample.get(1).and_then(Value::as_str).and_then(|text| text.parse::<f64>().ok()) else {
            document.strange += 1;
            return;
        };
        metrics.samples += 1;
        metrics.nan += u64::from(value.is_nan());
        let at = sample.get(0).and_then(json::time);
        document.records.push(Record { at, ..Record::new("prometheus answer") });
    };
    let series: Vec<&Value> = result.as_array().into_iter().flatten().collect();
    if series.first().is_some_and(|first| first.is_number()) {
        sample(result);
    }
    for one in series.iter().filter(|one| one.is_object()) {
        one.get("value").into_iter().chain(each(one, "values", "values")).for_each(&mut sample);
    }
    metrics.series = series.iter().filter(|one| one.is_object()).count() as u64;
    Document { metrics: Some(metrics), ..document }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Document> {
        read(&serde_json::from_str(text).expect("JSON"))
    }

    #[test]
    fn otlp_records_have_typed_values() {
        let document = of(
            r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[
            {"timeUnixNano":"1795429230500000000","severityNumber":17,"body":{"stringValue":"m"},"traceId":"aa","attributes":[
              {"key":"http.response.status_code","value":{"intValue":"500"}},
              {"key":"request.id","value":{"stringValue":"r1"}}]},
            {"timeUnixNano":"0","observedTimeUnixNano":"1795429230500000000","severityText":"WARN","severityNumber":13}]}]}]}"#,
        )
        .expect("a document");
        let [first, second] = document.records.as_slice() else { panic!("two records") };
        assert_eq!((first.status, first.request_id.as_deref(), first.traced), (Some(500), Some("r1"), true));
        assert_eq!(first.level.as_ref().map(|l| l.name), Some("error"));
        assert!(second.at == first.at && second.level.as_ref().is_some_and(|l| l.word == "WARN"));
    }

    #[test]
    fn loki_lines_are_read_as_lines() {
        let document = of(
            r#"{"status":"success","data":{"resultType":"streams","result":[{"stream":{"level":"info"},"values":[
            ["1795429230500000000","level=error msg=x request_id=r1"],["1795429230500000001","plain"],["soon","x"]]}]}}"#,
        )
        .expect("a document");
        let levels: Vec<_> = document.records.iter().filter_map(|r| r.level.as_ref()).map(|l| l.name).collect();
        assert_eq!((levels, document.strange), (vec!["error", "info"], 1));
    }

    #[test]
    fn prometheus_answers_are_counted() {
        let matrix = of(
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1795429230,"1"],[1795429245.5,"NaN"]]},{"metric":{},"values":[]}]}}"#,
        );
        assert_eq!(matrix.and_then(|d| d.metrics), Some(Metrics { series: 2, samples: 2, nan: 1 }));
        let vector = of(r#"{"data":{"resultType":"vector","result":[{"metric":{},"value":[1795429230.123,"+Inf"]}]}}"#);
        assert_eq!(vector.and_then(|d| d.metrics), Some(Metrics { series: 1, samples: 1, nan: 0 }));
        let scalar = of(r#"{"data":{"resultType":"scalar","result":[1795429230.123,"3"]}}"#);
        assert_eq!(scalar.and_then(|d| d.metrics), Some(Metrics { series: 0, samples: 1, nan: 0 }));
    }

    #[test]
    fn lists_of_records_are_documents_and_other_things_are_not() {
        assert_eq!(
            of(r#"[{"time":"2026-11-23T10:20:30Z","msg":"a"},{"x":1},7]"#).map(|d| (d.records.len(), d.strange)),
            Some((1, 2))
        );
        assert_eq!(
            of(r#"{"events":[{"timestamp":1795429230500,"message":"ERROR: x"}]}"#).map(|d| d.records.len()),
            Some(1)
        );
        assert_eq!(of(r#"[1,2]"#), None);
        assert_eq!(of(r#"{"a":[{"msg":"x"}]}"#), None);
    }
}
