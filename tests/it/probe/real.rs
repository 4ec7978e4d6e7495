//! The real Node backend (express, pino-http, Socket.IO, prom-client) behind a real nginx.

use serde_json::Value;

use super::{bench, flags, health, lines, look, probe, socket, until, words};
use crate::live::backend::Backend;
use crate::live::edge::Edge;
use crate::live::fault_proxy::{Fault, FaultProxy};
use crate::live::http::get;
use crate::live::process::Port;

const GOOD_FLAGS: &str = "{ \"tabs.trading\" = \"boolean\", minimumBuild = \"number\", tabs = \"object\" }";

/// Clients of `/trading` that the backend counts.
fn gauge(backend: &Backend) -> String {
    let text = get(&format!("http://{}/metrics", backend.address())).is(200).text();
    let line = text.lines().find(|line| line.starts_with("ws_clients{")).expect("the gauge");
    line.rsplit(' ').next().unwrap_or_default().to_owned()
}

#[test]
fn every_probe_finds_what_is_there_and_leaves_no_trace_but_its_request_id() {
    let Some(backend) = Backend::start() else { return };
    let Some(edge) = Edge::start(&[&backend]) else { return };
    let url = edge.url();
    let both = "namespace = \"/trading\"\ntransport = \"both\"\nack = \"ping_me\"";
    let scratch = bench(&[health(&url), flags(&url, GOOD_FLAGS), socket(&url, both)]);
    let found = lines(&probe(&scratch, &["--strict"], "good").ends(0));
    let results: Vec<(&str, &str)> = found.iter().map(|l| (words(&l["probe"]), words(&l["result"]))).collect();
    assert_eq!(results, [("health_live", "ok"), ("feature_flags", "ok"), ("ws_handshake", "connected")]);
    assert_eq!((found[0]["status"].as_i64(), words(&found[0]["body"])), (Some(200), r#"{"status":"ok"}"#));
    assert_eq!(found[1]["body_json"], true);
    for phase in ["tcp_ms", "answer_ms"] {
        assert!(found[0]["phases"][phase].as_f64().is_some_and(|ms| ms > 0.0), "{phase}: {}", found[0]);
    }
    for leg in ["polling", "websocket"] {
        let leg = &found[2][leg];
        assert_eq!((words(&leg["result"]), words(&leg["event"])), ("connected", "price_update"));
        for phase in ["tcp_ms", "handshake_ms", "sid_ms", "connect_ms", "event_ms", "ack_ms"] {
            assert!(leg["phases"][phase].as_f64().is_some(), "{phase}: {leg}");
        }
        assert!(leg["phases"].get("tls_ms").is_none() && leg["phases"].get("dns_ms").is_none());
        assert!(!words(&leg["sid"]).is_empty() && leg["latency_ms"].as_f64().is_some_and(|ms| ms > 0.0));
    }
    assert_eq!(
        (found[2]["polling"]["handshakes"].as_i64(), found[2]["websocket"]["status"].as_i64()),
        (Some(10), Some(101))
    );
    assert_eq!(words(&found[2]["url"]), format!("{}/socket.io/?EIO=4&transport=websocket", url.replace("http", "ws")));
    until("no client counted", || gauge(&backend) == "0");

    let ids: Vec<&str> = found.iter().map(|line| words(&line["request_id"])).collect();
    let logged = |id: &str| edge.log().into_iter().filter(|line| line["request_id"] == id).collect::<Vec<Value>>();
    until("the switch of protocols in nginx' log", || logged(ids[2]).iter().any(|line| line["status"] == 101));
    assert_eq!((logged(ids[0]).len(), logged(ids[1]).len()), (1, 1));
    for line in edge.log() {
        assert!(words(&line["http_user_agent"]).starts_with("cutover-probe/"), "{line}");
    }
    for id in &ids[..2] {
        assert!(backend.log().contains(&format!(r#""id":"{id}""#)), "{id} is not in pino's log");
    }
}

#[test]
fn each_fault_of_a_socket_has_its_word_and_no_client_is_left() {
    let Some(backend) = Backend::start() else { return };
    let Some(edge) = Edge::start(&[&backend]) else { return };
    let url = edge.url();
    let trading = "namespace = \"/trading\"\n";
    let cases = [
        ("namespace = \"/nope\"", "good", "wrong-namespace"),
        (trading, "bad-token-1", "refused"),
        ("namespace = \"/trading\"\npath = \"/sockets/\"", "good", "wrong-path"),
        ("namespace = \"/trading\"\nack = \"nobody_answers\"\ntimeout = \"2s\"", "good", "no-ack"),
    ];
    for (more, token, word) in cases {
        for transport in ["polling", "websocket", "both"] {
            let keys = socket(&url, &format!("{more}\ntransport = \"{transport}\""));
            let run = probe(&bench(&[keys]), &[], token).ends(0);
            let line = &lines(&run)[0];
            assert_eq!(words(&line["result"]), word, "{transport}: {line}");
            assert!(!words(&line["reason"]).is_empty() && !run.out().contains("bad-token-1"), "{line}");
        }
    }
    until("no client counted", || gauge(&backend) == "0");
}

#[test]
fn a_proxy_that_stops_websockets_is_told_from_a_server_that_is_not_there() {
    let Some(backend) = Backend::start() else { return };
    let Some(plain) = Edge::without_upgrade(&[&backend]) else { return };
    let trading = "namespace = \"/trading\"\n";
    for transport in ["websocket", "both"] {
        let line = look(&socket(&plain.url(), &format!("{trading}transport = \"{transport}\"")));
        assert_eq!(words(&line["result"]), "no-upgrade", "{line}");
    }
    let line = look(&socket(&plain.url(), &format!("{trading}transport = \"both\"")));
    assert_eq!((words(&line["polling"]["result"]), line["websocket"]["status"].as_i64()), ("connected", Some(400)));
    assert_eq!(
        words(&look(&socket(&plain.url(), &format!("{trading}transport = \"polling\"")))["result"]),
        "connected"
    );
    until("no client counted", || gauge(&backend) == "0");
}

#[test]
fn nodes_that_do_not_share_sessions_are_found() {
    let (Some(first), Some(second)) = (Backend::start(), Backend::start()) else { return };
    let Some(edge) = Edge::start(&[&first, &second]) else { return };
    let line = look(&socket(&edge.url(), "namespace = \"/trading\"\ntransport = \"polling\""));
    assert_eq!(words(&line["result"]), "not-sticky", "{line}");
    assert!(words(&line["reason"]).contains("Session ID unknown"), "{line}");
    let websocket = look(&socket(&edge.url(), "namespace = \"/trading\"\ntransport = \"websocket\""));
    assert_eq!(words(&websocket["result"]), "connected");
    until("no client counted", || gauge(&first) == "0" && gauge(&second) == "0");
}

#[test]
fn flags_that_do_not_fit_are_named() {
    let Some(backend) = Backend::start() else { return };
    let url = format!("http://{}", backend.address());
    let wrong = "{ \"tabs.trading\" = \"number\", \"tabs.beta\" = \"boolean\", minimumBuild = \"number\" }";
    let line = look(&flags(&url, wrong));
    assert_eq!((words(&line["result"]), line["status"].as_i64()), ("schema", Some(200)));
    assert_eq!(words(&line["reason"]), "`tabs.beta` is missing; `tabs.trading` is a boolean, not a number");
    let line = look(&flags(&url, GOOD_FLAGS).replace("/api/feature-flags", "/metrics"));
    assert_eq!((words(&line["result"]), &line["body_json"]), ("not-json", &Value::Bool(false)));
}

#[test]
fn a_backend_that_is_gone_is_an_answer_of_the_proxy_and_nothing_behind_it() {
    let Some(mut backend) = Backend::start() else { return };
    let Some(edge) = Edge::start(&[&backend]) else { return };
    backend.stop();
    let behind = look(&health(&edge.url()));
    assert_eq!((words(&behind["result"]), behind["status"].as_i64()), ("http-error", Some(502)));
    let direct = look(&health(&format!("http://{}", backend.address())));
    assert_eq!((words(&direct["result"]), direct["status"].as_i64()), ("unreachable", Some(0)));
    for transport in ["polling", "websocket", "both"] {
        let line = look(&socket(&edge.url(), &format!("namespace = \"/trading\"\ntransport = \"{transport}\"")));
        assert_eq!(words(&line["result"]), "http-error", "{line}");
    }
    let scratch = bench(&[health(&edge.url())]);
    probe(&scratch, &["--strict"], "good").ends(3);
}

#[test]
fn an_encrypted_way_is_trusted_by_its_authority_only() {
    let Some(backend) = Backend::start() else { return };
    let Some(proxy) = FaultProxy::before(&format!("http://{}", backend.address())) else { return };
    let url = proxy.url(Fault::Tls);
    assert_eq!(words(&look(&health(&url))["result"]), "tls");
    let trusted = |keys: String| look(&format!("{keys}\nca-file = \"{}\"", proxy.authority().display()));
    let line = trusted(health(&url));
    assert_eq!((words(&line["result"]), line["status"].as_i64()), ("ok", Some(200)), "{line}");
    assert!(line["phases"]["tls_ms"].as_f64().is_some_and(|ms| ms > 0.0), "{line}");
    let line = trusted(socket(&url, "namespace = \"/trading\"\ntransport = \"polling\""));
    assert_eq!(words(&line["result"]), "connected", "{line}");
    // A plain port that is asked for encryption.
    assert_eq!(words(&look(&health(&format!("https://{}", backend.address())))["result"]), "tls");
    for (fault, word) in [(Fault::Redirect, "redirected"), (Fault::Closed, "broken"), (Fault::TooMany, "http-error")] {
        assert_eq!(words(&look(&health(&proxy.url(fault)))["result"]), word);
    }
}

#[test]
fn a_poll_that_brings_nothing_ends_with_the_session() {
    let Some(backend) = Backend::start() else { return };
    let url = format!("http://{}", backend.address());
    // Nothing is ever sent in the default namespace but a ping each second.
    for transport in ["polling", "websocket"] {
        let line = look(&socket(&url, &format!("listen = \"2s\"\nhandshakes = 2\ntransport = \"{transport}\"")));
        let leg = &line[transport];
        assert_eq!((words(&line["result"]), &leg["ping"]), ("connected", &Value::Bool(true)), "{line}");
        assert!(leg.get("event").is_none() && leg["phases"].get("event_ms").is_none(), "{line}");
        assert_eq!(words(&line["namespace"]), "/");
    }
}

#[test]
fn what_cannot_be_reached_is_told_by_the_step_that_failed() {
    let port = Port::free();
    let url = format!("http://127.0.0.1:{}", port.number);
    assert_eq!(words(&look(&health(&url))["result"]), "unreachable");
    assert_eq!(words(&look(&socket(&url, "transport = \"both\""))["result"]), "unreachable");
    let line = look(&health("https://nowhere.invalid"));
    assert!(["no-name", "timeout"].contains(&words(&line["result"])), "{line}");
    assert_eq!(line["status"], 0);
}
