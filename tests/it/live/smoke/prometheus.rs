//! A week in Prometheus and in VictoriaMetrics.

use std::fmt::Write as _;

use serde_json::Value;

use crate::live::http::get_with;
use crate::live::prometheus::{Prometheus, VictoriaMetrics};

/// Monday, 2026-08-03T00:00:00Z.
const START: u64 = 1_785_715_200;
const WEEK: u64 = 7 * 86_400;
/// Requests a minute.
const PER_MINUTE: u64 = 90;

/// A week, one sample a minute: a counter that rises evenly, and a gauge whose label is awkward.
fn week() -> String {
    let mut text = "# TYPE http_requests counter\n".to_owned();
    for (n, at) in (START..START + WEEK).step_by(60).enumerate() {
        let count = u64::try_from(n).expect("few") * PER_MINUTE;
        writeln!(text, "http_requests_total{{status=\"200\",job=\"backend\"}} {count} {at}").expect("text");
    }
    text.push_str("# TYPE clients gauge\n");
    for at in (START..START + WEEK).step_by(3600) {
        writeln!(text, "clients{{namespace=\"/trading }} \\\"a b\\\"\"}} 8 {at}").expect("text");
    }
    text + "# EOF\n"
}

/// The values of the only series that a range query gives.
fn values(url: &str, query: &str, step: &str) -> Vec<(f64, f64)> {
    let (start, end) = ((START + 3600).to_string(), (START + WEEK - 60).to_string());
    let parameters = [("query", query), ("start", &start), ("end", &end), ("step", step)];
    let answer = get_with(&format!("{url}/api/v1/query_range"), &parameters).is(200).json();
    let series = answer["data"]["result"].as_array().expect("series").clone();
    assert_eq!(series.len(), 1, "{answer}");
    let number = |value: &Value| value.as_str().expect("text").parse::<f64>().expect("a number");
    let pair = |point: &Value| (point[0].as_f64().expect("a time"), number(&point[1]));
    series[0]["values"].as_array().expect("values").iter().map(pair).collect()
}

fn holds_the_week(url: &str) {
    let rates = values(url, "sum(rate(http_requests_total[5m]))", "3600");
    assert_eq!(rates.len(), 7 * 24 - 1);
    assert!(rates.iter().all(|(_, rate)| (rate - 1.5).abs() < 1e-9), "{rates:?}");
    let last = values(url, "http_requests_total", "60").pop().expect("values");
    assert_eq!(last, ((START + WEEK - 60) as f64, ((WEEK / 60 - 1) * PER_MINUTE) as f64));
    let clients = values(url, "sum by (namespace)(clients{namespace=\"/trading } \\\"a b\\\"\"})", "3600");
    assert_eq!((clients.len(), clients[0].1), (7 * 24 - 1, 8.0));
}

#[test]
fn prometheus_holds_a_backfilled_week() {
    let Some(mut server) = Prometheus::start(&week()) else { return };
    holds_the_week(&server.url());
    let (start, end) = (START.to_string(), (START + WEEK).to_string());
    let fine = [("query", "http_requests_total"), ("start", &start), ("end", &end), ("step", "30")];
    let refused = get_with(&format!("{}/api/v1/query_range", server.url()), &fine).is(400).text();
    assert!(refused.contains("11,000 points"), "{refused}");
    let url = server.url();
    server.stop();
    let gone = crate::live::http::send(|client| client.get(url));
    assert!(gone.is_err(), "{gone:?}");
}

#[test]
fn victoria_metrics_holds_the_same_week() {
    let Some(server) = VictoriaMetrics::start(&week()) else { return };
    holds_the_week(&server.url());
}
