//! One request id in the answer, nginx' log and pino's log.

use serde_json::Value;

use super::until;
use crate::live::backend::Backend;
use crate::live::edge::Edge;
use crate::live::http::{get, send};
use crate::live::prometheus::Prometheus;

#[test]
fn one_request_id_is_in_the_answer_and_in_both_logs() {
    let Some(backend) = Backend::start() else { return };
    let Some(edge) = Edge::start(&[&backend]) else { return };
    let profile = format!("{}/api/me/profile", edge.url());
    let mine = send(|client| client.get(&profile).bearer_auth("good").header("x-request-id", "mine-0001"));
    let mine = mine.expect("an answer").is(200);
    assert_eq!((mine.header("x-request-id"), mine.json()["ownerId"].as_str()), (Some("mine-0001"), Some("usr_1")));
    let given = get(&profile).is(401);
    let given = given.header("x-request-id").expect("an id of nginx").to_owned();
    assert_eq!(given.len(), 32);
    assert_eq!(get(&format!("{}/health/live", edge.url())).is(200).json()["status"], "ok");
    assert!(get(&format!("{}/api/feature-flags", edge.url())).is(200).json()["tabs"]["trading"].is_boolean());

    until("four lines in nginx' log", || edge.log().len() == 4);
    let outside = edge.log();
    let statuses: Vec<(&str, i64)> =
        outside.iter().map(|line| (text(&line["request_id"]), number(&line["status"]))).collect();
    assert_eq!(statuses[..2], [("mine-0001", 200), (given.as_str(), 401)]);
    let inside: Vec<Value> = backend.log().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(text(&inside[0]["req"]["id"]), "mine-0001");
    assert_eq!(number(&inside[1]["res"]["statusCode"]), 401);
    assert_eq!(text(&inside[1]["req"]["headers"]["x-request-id"]), given);
    assert!(!backend.log().contains("Bearer"), "{}", backend.log());
}

#[test]
fn prometheus_counts_the_backends_answers_until_it_is_gone() {
    let Some(mut backend) = Backend::start() else { return };
    for _ in 0..3 {
        get(&format!("http://{}/api/boom", backend.address())).is(500);
    }
    let Some(server) = Prometheus::start_with("", Some(&backend.address()), &[]) else { return };
    let value = |query: &str| {
        let answer = get(&format!("{}/api/v1/query?query={query}", server.url())).is(200).json();
        answer["data"]["result"][0]["value"][1].as_str().map(str::to_owned)
    };
    let failed = "http_requests_total%7Bstatus%3D%22500%22%7D";
    until("the count of three failures", || value(failed).as_deref() == Some("3"));
    assert_eq!(value("up").as_deref(), Some("1"));
    backend.stop();
    until("the target down", || value("up").as_deref() == Some("0"));
    until("the series stale", || value(failed).is_none());
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("no number: {value}"))
}
