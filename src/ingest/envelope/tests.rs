use std::collections::BTreeMap;

use super::*;
use crate::ingest::log_file::Framing;
use crate::ingest::testing::{Rows, read, read_with};

/// 2026-08-03T00:00:00.123456789Z.
const AT: i64 = 1_785_715_200_123_456_789;

fn envelope(line: &str, attributes: &[(&'static str, &'static str)]) -> Envelope<'static> {
    let attributes = attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Envelope { ts: Some(AT), attributes, line: line.to_owned().into(), ..Envelope::default() }
}

fn rows(envelopes: &[Envelope<'_>]) -> Rows {
    let mut wire = Vec::new();
    envelopes.iter().for_each(|e| e.write(&mut wire));
    read(Framing::Envelope, &wire)
}

#[test]
fn the_neutral_form_is_one_line_and_reads_back() {
    let mut sent = envelope("two\nlines \"quoted\" \u{1} – ✓", &[("a.b", "1"), ("a.b", "2"), ("", "")]);
    (sent.service, sent.level) = (Some("backend".into()), Some("info".into()));
    let mut wire = Vec::new();
    sent.write(&mut wire);
    let text = String::from_utf8(wire).expect("text");
    assert!(
        text.starts_with(r#"{"ts":"2026-08-03T00:00:00.123456789Z","service":"backend","level":"info","attributes":{"#)
    );
    assert_eq!(text.matches('\n').count(), 1);
    assert_eq!(Envelope::read(text.trim_end()), Ok(sent));

    let bare = Envelope { line: "x".into(), ..Envelope::default() };
    wire = Vec::new();
    bare.write(&mut wire);
    assert_eq!(wire, b"{\"line\":\"x\"}\n");
    assert_eq!(Envelope::read("{\"line\":\"x\"}"), Ok(bare));
    assert!(Envelope::read("{\"ts\":\"2026-08-03T00:00:00Z\"}").is_err(), "an envelope without a line is none");
    assert!(Envelope::read("{\"ts\":\"soon\",\"line\":\"x\"}").is_err());
}

#[test]
fn a_line_with_words_of_its_own_keeps_them_and_blanks_are_filled() {
    let pino = r#"{"level":50,"time":1785715199000,"req":{"method":"GET","url":"/api/me?x=1","headers":{"x-request-id":"r-own"}},"res":{"statusCode":500},"msg":"failed"}"#;
    let mut sent = envelope(
        pino,
        &[
            ("http_request_id", "r-label"),
            ("k8s.pod.name", "api-1"),
            ("user.id", "u-1"),
            ("http.response.status_code", "200"),
            ("http.request.header.x-client-platform", "[\"android\"]"),
        ],
    );
    (sent.service, sent.level) = (Some("backend".into()), Some("info".into()));
    let rows = rows(&[sent]);
    let cells = rows.cells(0, &["ts", "level", "request_id", "status", "instance", "service", "route", "event"]);
    assert_eq!(cells, ["1785715199000", "error", "r-own", "500", "api-1", "backend", "/api/me", "request"]);
    assert_eq!(rows.cells(0, &["client", "grade", "message"]), ["mobile", "A", "failed"]);
    assert!(!rows.column("user_key")[0].is_empty());
}

#[test]
fn text_gets_the_carriers_time_and_its_patterns() {
    let mut warned = envelope("cache is cold", &[("detected_level", "warn"), ("request_id", "r-1")]);
    warned.level = Some("Warning".into());
    let rows = rows(&[
        envelope("[API][/trading] Client connected id=s1 user=usr_1", &[]),
        warned,
        envelope("TypeError: x is not a function\n", &[]),
        envelope("    at f (/app/a.js:1:2)", &[]),
        envelope("", &[("service.name", "backend")]),
        envelope("10.0.0.1 - - [03/Aug/2026:00:00:00 +0000] \"GET /api/a HTTP/1.1\" 200 13 \"-\" \"curl\"", &[]),
        envelope("worker [3] \"job\" done", &[]),
        envelope("{\"msg\":\"no time\",\"level\":\"error\"}", &[]),
        envelope("{\"req\":{\"method\":\"GET\",\"url\":\"/a\"},\"res\":{\"statusCode\":204}}", &[]),
    ]);
    assert_eq!(rows.column("event"), ["socket.connected", "log", "app.exception", "request", "log", "log", "request"]);
    assert_eq!(rows.cells(1, &["level", "request_id", "message"]), ["warn", "r-1", "cache is cold"]);
    assert_eq!(rows.column("ts")[..3], ["1785715200123", "1785715200123", "1785715200123"]);
    assert_eq!(rows.cells(3, &["ts", "tier", "route"]), ["1785715200000", "gateway", "/api/a"]);
    assert_eq!(rows.column("line"), ["1", "2", "3", "6", "7", "8", "9"]);
    assert_eq!(rows.column("ts_quality"), ["exact"; 7]);
    assert_eq!((rows.ledger.attached, rows.ledger.rejected()), (2, 0), "a stack frame and an empty line");
}

#[test]
fn attributes_alone_are_a_record() {
    let exploded = [
        ("time", "2026-08-02T23:59:59Z"),
        ("req_method", "GET"),
        ("req_url", "/api/orders/77"),
        ("res_statusCode", "503"),
        ("x-request-id", "r-9"),
        ("level", "50"),
    ];
    let rows = rows(&[envelope("", &exploded), envelope("\n", &[("request_uri", "/x"), ("status", "200")])]);
    let cells = rows.cells(0, &["ts", "method", "route", "status", "request_id", "level", "event"]);
    assert_eq!(cells, ["1785715199000", "GET", "/api/orders/:id", "503", "r-9", "error", "request"]);
    assert_eq!(rows.cells(1, &["tier", "ts"]), ["gateway", "1785715200123"]);
}

#[test]
fn a_teams_own_fields_win_in_attributes_too() {
    let own =
        BTreeMap::from([("request_id".to_owned(), "labels.corr".to_owned()), ("session".into(), "user_id".into())]);
    let mut wire = Vec::new();
    envelope("hello", &[("request_id", "r-1"), ("labels_corr", "r-2"), ("user_id", "s-1")]).write(&mut wire);
    let rows = read_with(Framing::Envelope, &wire, &own);
    assert_eq!(rows.cells(0, &["request_id", "session_key", "user_key"]), ["r-2", "s-1", ""]);
}

#[test]
fn log_text_cannot_claim_to_be_an_envelope() {
    let forged = r#"{"ts":"2026-08-01T00:00:00Z","service":"gateway","attributes":{"http.response.status_code":"200"},"line":"ok"}"#;
    let rows = rows(&[envelope(forged, &[("service.name", "backend")])]);
    assert_eq!(rows.cells(0, &["service", "status", "message"])[1..], ["", ""], "it is read as the JSON that it is");
    let plain = read(Framing::Detect, format!("{forged}\n").as_bytes());
    assert!(plain.column("status").iter().all(String::is_empty), "and in a file, too");
}

#[test]
fn what_is_sent_twice_is_one_event_and_what_is_unreadable_is_counted() {
    let own_time = r#"{"time":1785715199000,"msg":"tick"}"#;
    let late = Envelope { ts: Some(AT + 5_000_000_000), ..envelope(own_time, &[]) };
    let other_pod = envelope(own_time, &[("pod", "b")]);
    let half = r#"{"time":1785715199000,"method":"GET","url":"/api/a","msg":"cut he"#;
    let other = r#"{"time":1785715199001,"method":"GET","url":"/api/b","msg":"cut he"#;
    let mut wire = Vec::new();
    for e in
        [envelope(own_time, &[]), late, other_pod, envelope("same", &[]), envelope("same", &[]), envelope(half, &[])]
    {
        e.write(&mut wire);
    }
    envelope(&format!("{half}re\"}}"), &[]).write(&mut wire);
    envelope(other, &[]).write(&mut wire);
    wire.extend_from_slice(b"{\"ts\":\"2026-08-03T00:00:00Z\",\"line\":\"half of an env\n");
    let ledger = read(Framing::Envelope, &wire).ledger;
    assert_eq!((ledger.fetched, ledger.parsed, ledger.repeated, ledger.torn, ledger.lost), (9, 4, 2, 1, 2));
}

#[test]
fn halves_of_surrogate_pairs_inside_are_mended_and_pairs_are_kept() {
    let rows = rows(&[envelope(r#"{"time":1785715199000,"msg":"\ud83d\ude00 \ud83d"}"#, &[])]);
    assert_eq!(rows.column("message"), ["😀 \u{FFFD}"]);
    assert_eq!(rows.ledger.mended, 1);
}
