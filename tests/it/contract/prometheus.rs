//! Prometheus' interface: what a server of the family may answer beside a good matrix. Real servers: `live::prometheus`.

use serde_json::{Value, json};

use super::faults::{Connector, Fault, Outcome, common};
use super::server::{Asked, Reply};

pub(super) const METRICS: Connector = Connector {
    source: "metrics",
    config: "[[source]]\nname = \"metrics\"\ntable = \"metrics\"\nkind = \"prometheus\"\nurl = \"{url}/prom\"\nmatch = [\"requests_total\"]\n{limits}",
    is_data: |asked| asked.method == "POST" && asked.path == "/prom/api/v1/query" && !asked.body.is_empty(),
    good,
    rows: 96,
};

/// Every half hour of the asked range, two series: 48 a day.
fn samples(asked: &Asked) -> Vec<Value> {
    let end: f64 = asked.field("time").parse().expect("a time");
    let range = asked.field("query").split_once('[').expect("a range").1;
    let length: f64 = range.strip_suffix("ms]").expect("milliseconds").parse().expect("a number");
    let first = ((end - length / 1000.0) / 1800.0).ceil() as i64;
    (first..).map(|n| n * 1800).take_while(|t| *t as f64 <= end).map(|t| json!([t, "7"])).collect()
}

fn matrix(values: &[Value]) -> Value {
    json!({"status": "success", "data": {"resultType": "matrix",
        "result": [{"metric": {"__name__": "requests_total", "job": "api"}, "values": values}]}})
}

pub(super) fn good(asked: &Asked) -> Reply {
    Reply::json(&matrix(&samples(asked)))
}

fn edited(reply: &Reply, edit: impl Fn(&mut Value)) -> Reply {
    let mut body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    edit(&mut body);
    Reply::json(&body)
}

#[test]
fn every_fault_is_a_gap_or_overcome() {
    let mut faults = common();
    let always = usize::MAX;
    faults.push(Fault::new("a warning under 200", always, Outcome::Gap("store b is down"), |r| {
        edited(&r, |body| body["warnings"] = json!(["store b is down"]))
    }));
    faults.push(Fault::new("partial under 200", always, Outcome::Gap("the answer is partial"), |r| {
        edited(&r, |body| body["isPartial"] = json!(true))
    }));
    faults.push(Fault::new("samples twice", always, Outcome::Complete, |r| {
        edited(&r, |body| {
            let one = body["data"]["result"][0].clone();
            body["data"]["result"] = json!([one, one]);
        })
    }));
    faults.push(Fault::new("too many samples, then fewer", 1, Outcome::Complete, |_| {
        let said = "query processing would load too many samples into memory in query execution";
        Reply { status: 422, ..Reply::json(&json!({"status": "error", "errorType": "execution", "error": said})) }
    }));
    faults.push(Fault::new("too many samples, always", always, Outcome::Gap("finds it too much"), |_| {
        let said = "query processing would load too many samples into memory in query execution";
        Reply { status: 422, ..Reply::json(&json!({"status": "error", "errorType": "execution", "error": said})) }
    }));
    faults.push(Fault::new("a query it does not know", always, Outcome::Gap("parse error"), |_| {
        let said = "1:16: parse error: unclosed left parenthesis";
        Reply { status: 400, ..Reply::json(&json!({"status": "error", "errorType": "bad_data", "error": said})) }
    }));
    METRICS.under(faults);
}
