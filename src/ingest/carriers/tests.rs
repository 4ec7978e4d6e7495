//! Real bytes of each carrier, and what becomes of them.

use std::fmt::Write as _;

use crate::ingest::envelope::Envelope;
use crate::ingest::log_file::Framing;
use crate::ingest::testing::{Rows, read};

fn file(text: &str) -> Rows {
    read(Framing::Detect, text.as_bytes())
}

const PINO: &str = r#"{"level":50,"time":1785715199000,"req":{"method":"GET","url":"/api/me"},"res":{"statusCode":500},"msg":"failed"}"#;

fn docker(text: &str, stream: &str, second: u8) -> String {
    let log = serde_json::to_string(text).expect("text");
    format!("{{\"log\":{log},\"stream\":\"{stream}\",\"time\":\"2026-08-03T00:00:{second:02}.123456789Z\"}}\n")
}

#[test]
fn docker_lines_are_unwrapped() {
    let mut text = docker(&format!("{PINO}\n"), "stdout", 1);
    text += &docker("cache is cold\n", "stderr", 2);
    text += &docker("\n", "stdout", 3);
    text += r#"{"log":"tagged\n","stream":"stdout","attrs":{"tag":"x","service.name":"orders"},"time":"2026-08-03T02:00:04+02:00"}"#;
    text += "\n";
    text += r#"{"log":"a service's own line","level":"warn","time":"2026-08-03T00:00:05Z"}"#;
    let rows = file(&text);
    assert_eq!(rows.column("ts"), ["1785715199000", "1785715202123", "1785715204000", "1785715205000"]);
    assert_eq!(rows.column("event"), ["request", "log", "log", "log"]);
    assert_eq!(rows.column("message")[1..], ["cache is cold", "tagged", "a service's own line"]);
    assert_eq!(rows.column("service"), ["", "", "orders", ""]);
    assert_eq!(rows.column("line"), ["1", "2", "4", "5"]);
    assert_eq!((rows.ledger.fetched, rows.ledger.attached, rows.ledger.rejected()), (5, 1, 0));
}

#[test]
fn docker_pieces_are_joined_by_stream() {
    let long = format!("{{\"time\":1785715199000,\"msg\":\"{}\"}}", "é".repeat(20_000));
    let (first, rest) = long.split_at(16_385);
    let (second, third) = rest.split_at(16_384);
    let mut text = docker(first, "stdout", 1);
    text += &docker("between\n", "stderr", 2);
    text += &docker(second, "stdout", 3);
    text += &docker(&format!("{third}\n"), "stdout", 4);
    text += &docker(r"a path C:\n", "stdout", 5);
    text += &docker(" goes on\n", "stdout", 6);
    let rows = file(&text);
    assert_eq!(rows.column("line"), ["2", "1", "5"]);
    assert_eq!(rows.column("message")[1].chars().count(), 20_000);
    assert_eq!(rows.column("message")[2], r"a path C:\n goes on");
    assert_eq!(rows.column("ts"), ["1785715202123", "1785715199000", "1785715205123"]);
    assert_eq!((rows.ledger.fetched, rows.ledger.attached, rows.ledger.rejected()), (6, 3, 0));
}

#[test]
fn docker_text_without_an_end_is_kept_if_a_process_ended_there_and_lost_if_it_was_cut() {
    let mut text = docker("Killed", "stdout", 1);
    text += &docker(&format!("{PINO}\n"), "stdout", 2);
    text += &docker("prompt> ", "stderr", 3);
    let rows = file(&text);
    assert_eq!(rows.column("message"), ["Killed", "failed", "prompt> "]);
    assert_eq!((rows.ledger.fetched, rows.ledger.attached, rows.ledger.rejected()), (3, 0, 0));

    let cut = docker(&format!("{{\"time\":1785715199000,\"msg\":\"{}", "x".repeat(16_384)), "stdout", 1);
    let rows = file(&cut);
    assert_eq!((rows.ledger.parsed, rows.ledger.lost), (0, 1));
    let half = docker(PINO, "stdout", 1);
    let ledger = file(&half[..half.len() - 9]).ledger;
    assert_eq!((ledger.parsed, ledger.lost), (0, 1), "half a record is lost, whatever stands in it");
}

#[test]
fn cri_lines_keep_their_spaces_and_offsets() {
    let rows = file(&format!(
        "2016-10-06T00:17:09.669794202Z stdout F {PINO}\n\
         2026-08-03T02:00:01.5+02:00 stderr F   two spaces\n\
         2026-08-03T00:00:02Z stdout F \n\
         2026-08-03T00:00:03Z stdout F:x tagged\n\
         2026-08-03T00:00:04Z stdout Full of words\n\
         2026-08-03T00:00:05.000000001Z {PINO}\n"
    ));
    assert_eq!(rows.column("ts"), ["1785715199000", "1785715201500", "1785715203000", "1785715204000"]);
    assert_eq!(rows.column("message"), ["failed", "  two spaces", "tagged", "stdout Full of words"]);
    assert_eq!((rows.ledger.attached, rows.ledger.repeated), (1, 1), "the same event behind another time");
}

#[test]
fn cri_pieces_are_joined_inside_characters_and_the_unfinished_is_lost() {
    let time = "2026-08-03T00:00:01Z";
    let mut bytes = format!("{time} stdout P {{\"time\":1785715199000,\"msg\":\"caf").into_bytes();
    bytes.push(0xC3);
    bytes.extend_from_slice(format!("\n{time} stderr F between\n{time} stdout P ").as_bytes());
    bytes.push(0xA9);
    bytes.extend_from_slice(format!("\n{time} stdout F  x\"}}\n{time} stderr P half a").as_bytes());
    let rows = read(Framing::Detect, &bytes);
    assert_eq!(rows.column("message"), ["between", "café x"]);
    assert_eq!(rows.column("line"), ["2", "1"]);
    let ledger = &rows.ledger;
    assert_eq!((ledger.fetched, ledger.parsed, ledger.attached, ledger.lost, ledger.mended), (5, 2, 2, 1, 0));
    assert!(ledger.samples[0].reason.contains("without its last piece") && ledger.samples[0].line == 5);
}

#[test]
fn pieces_are_joined_across_blocks_in_flat_order() {
    let mut text = String::new();
    let part = "y".repeat(100_000);
    for n in 0..60 {
        for piece in 0..3 {
            let tag = if piece == 2 { "F" } else { "P" };
            writeln!(text, "2026-08-03T00:00:{n:02}Z stdout {tag} {part}").expect("text");
            writeln!(text, "2026-08-03T00:00:{n:02}.5Z stderr F {n} {piece}").expect("text");
        }
    }
    assert!(text.len() > 8 << 20, "several blocks");
    let rows = file(&text);
    let long = rows.column("message").iter().filter(|m| m.len() == 300_000).count();
    assert_eq!((long, rows.frame.height(), rows.ledger.attached), (60, 240, 120));
    assert_eq!((rows.ledger.fetched, rows.ledger.rejected()), (360, 0));
}

#[test]
fn a_line_that_never_ends_is_lost_and_not_held() {
    let mut text = String::new();
    let part = "z".repeat(1 << 20);
    for _ in 0..12 {
        writeln!(text, "2026-08-03T00:00:01Z stdout P {part}").expect("text");
    }
    text += "2026-08-03T00:00:01Z stdout F end\n2026-08-03T00:00:02Z stdout F next\n";
    let rows = file(&text);
    assert_eq!(rows.column("message"), ["next"]);
    assert_eq!((rows.ledger.lost, rows.ledger.attached), (1, 12));
}

/// As `journalctl -o json` of systemd 252 wrote them.
const JOURNAL: &str = r#"{"_HOSTNAME":"vm-1","__CURSOR":"s=70627b;i=1;x=e93f","__REALTIME_TIMESTAMP":"1785715200123456","MESSAGE":"{\"level\":30,\"time\":1785715200100,\"req\":{\"method\":\"GET\",\"url\":\"/api/me\"},\"res\":{\"statusCode\":200},\"msg\":\"request completed\"}","_SYSTEMD_UNIT":"backend.service","__MONOTONIC_TIMESTAMP":"1123456","_PID":"42","SYSLOG_IDENTIFIER":"backend","_TRANSPORT":"stdout","_BOOT_ID":"0123456789abcdef0123456789abcdef","PRIORITY":"6"}
{"__MONOTONIC_TIMESTAMP":"1124456","_TRANSPORT":"stdout","_PID":"42","PRIORITY":"3","__CURSOR":"s=70627b;i=2","_HOSTNAME":"vm-1","_SYSTEMD_UNIT":"backend.service","MESSAGE":[116,119,111,10,108,105,110,101,115,32,1],"SYSLOG_IDENTIFIER":"backend","__REALTIME_TIMESTAMP":"1785715200124456"}
{"_HOSTNAME":"vm-1","TAG":["a","b"],"_TRANSPORT":"stdout","PRIORITY":"4","_SYSTEMD_UNIT":"backend.service","__REALTIME_TIMESTAMP":"1785715200125456","MESSAGE":[99,97,102,255,32,195,169],"__CURSOR":"s=70627b;i=3"}
{"__REALTIME_TIMESTAMP":"1785715200126456","_SOURCE_REALTIME_TIMESTAMP":"1785715203000000","_PID":"42","MESSAGE":"cache is cold","PRIORITY":"6","REQUEST_ID":"r-1","__CURSOR":"s=70627b;i=4","_SYSTEMD_UNIT":"backend.service","_HOSTNAME":"vm-1"}
{"_PID":"42","__REALTIME_TIMESTAMP":"1785715200127456","_HOSTNAME":"vm-1","__CURSOR":"s=70627b;i=5","MESSAGE":null,"PRIORITY":"6"}
{"_PID":"43","__REALTIME_TIMESTAMP":"17857152"#;

#[test]
fn journal_records_are_read_whatever_the_order_of_their_keys() {
    let rows = file(JOURNAL);
    assert_eq!(rows.column("ts"), ["1785715200100", "1785715200124", "1785715200125", "1785715203000"]);
    assert_eq!(rows.column("level"), ["info", "error", "warn", "info"]);
    assert_eq!(rows.column("message"), ["request completed", "two\nlines \u{1}", "caf\u{FFFD} é", "cache is cold"]);
    assert_eq!(rows.cells(3, &["instance", "service", "request_id", "event"]), ["vm-1", "backend", "r-1", "log"]);
    assert_eq!((rows.ledger.fetched, rows.ledger.parsed, rows.ledger.lost), (6, 4, 2));
    assert!(rows.ledger.samples[0].reason.contains("--all"));
}

/// As `journalctl -o export` of systemd 252 wrote them, shortened.
const EXPORT: &[u8] = b"__CURSOR=s=70627b;i=1\n__REALTIME_TIMESTAMP=1785715200123456\nPRIORITY=6\nMESSAGE={\"level\":30,\"time\":1785715200100,\"req\":{\"method\":\"GET\",\"url\":\"/api/me\"},\"res\":{\"statusCode\":200},\"msg\":\"request completed\"}\n_HOSTNAME=vm-1\n_SYSTEMD_UNIT=backend.service\n\n__CURSOR=s=70627b;i=2\n__REALTIME_TIMESTAMP=1785715200124456\nPRIORITY=3\nMESSAGE\n\x0b\0\0\0\0\0\0\0two\nlines \x01\n_HOSTNAME=vm-1\n\n__CURSOR=s=70627b;i=3\n__REALTIME_TIMESTAMP=1785715200125456\nMESSAGE\n\x07\0\0\0\0\0\0\0caf\xff \xc3\xa9\nTAG=a\nTAG=b\n\n__CURSOR=s=70627b;i=4\n__REALTIME_TIMESTAMP=1785715200126456\n_SOURCE_REALTIME_TIMESTAMP=1785715203000000\nMESSAGE=cache is cold\nREQUEST_ID=r-1\n\n";

#[test]
fn a_journal_export_is_cut_by_its_records() {
    let rows = read(Framing::Detect, EXPORT);
    assert_eq!(rows.column("ts"), ["1785715200100", "1785715200124", "1785715200125", "1785715203000"]);
    assert_eq!(rows.column("message"), ["request completed", "two\nlines \u{1}", "caf\u{FFFD} é", "cache is cold"]);
    assert_eq!(rows.column("line"), ["4", "11", "18", "26"], "the lines of the messages");
    assert_eq!((rows.ledger.fetched, rows.ledger.parsed, rows.ledger.mended), (4, 4, 1));
    let lines: Vec<&[u8]> = EXPORT.split(|b| *b == b'\n').collect();
    assert!(lines[25].starts_with(b"MESSAGE=cache"));
}

#[test]
fn a_journal_export_that_was_cut_or_damaged_loses_what_it_lost() {
    let whole = read(Framing::Detect, EXPORT).ledger.parsed;
    for end in 1..EXPORT.len() {
        let ledger = read(Framing::Detect, &EXPORT[..end]).ledger;
        let full = EXPORT[..end].windows(2).filter(|w| w == b"\n\n").count() as u64;
        assert!(ledger.parsed >= full.min(whole) || end < 21, "{end}");
        assert!(ledger.fetched == ledger.parsed + ledger.lost + ledger.junk + ledger.attached, "{end}: {ledger:?}");
        let inside = !EXPORT[..end].ends_with(b"\n\n") && end > 21;
        assert!(!inside || ledger.parsed + ledger.lost == full + 1, "{end}: {ledger:?}");
    }
    let mut damaged = EXPORT.to_vec();
    let at = damaged.windows(9).position(|w| w == b"MESSAGE\n\x0b").expect("a length") + 8;
    damaged[at] = 3;
    let rows = read(Framing::Detect, &damaged);
    assert_eq!((rows.ledger.parsed, rows.ledger.lost), (3, 1));
    assert_eq!(rows.column("line"), ["4", "18", "26"]);
    damaged[at + 7] = 0x7F;
    assert_eq!(read(Framing::Detect, &damaged).ledger.lost, 1, "a length beyond all reason");
}

const OTLP: &str = r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"backend"}},{"key":"k8s.pod.name","value":{"stringValue":"api-1"}}]},"scopeLogs":[{"scope":{"name":"l"},"logRecords":[{"timeUnixNano":"1544712660300000000","observedTimeUnixNano":"1544712660300000000","severityNumber":9,"severityText":"Information","traceId":"5B8EFFF798038103D269B633813FC60C","body":{"stringValue":"Example"},"attributes":[{"key":"x-request-id","value":{"stringValue":"r-1"}},{"key":"n","value":{"intValue":"10"}}]},{"timeUnixNano":1544712661300000000,"severityNumber":17,"body":{"kvlistValue":{"values":[{"key":"method","value":{"stringValue":"GET"}},{"key":"path","value":{"stringValue":"/api/me"}},{"key":"status","value":{"intValue":502}}]}}},{"timeUnixNano":"0","observedTimeUnixNano":"1544712662300000000","attributes":[{"key":"http.request.method","value":{"stringValue":"POST"}},{"key":"url.path","value":{"stringValue":"/api/a"}},{"key":"http.response.status_code","value":{"intValue":"201"}},{"key":"http.request.header.x-request-id","value":{"arrayValue":{"values":[{"stringValue":"r-3"}]}}}]},{"timeUnixNano":"soon","body":{"stringValue":"unreadable"}}]}]}]}"#;

#[test]
fn a_batch_is_many_rows_of_one_line() {
    let snake = r#"{"resource_logs":[{"scope_logs":[{"log_records":[{"time_unix_nano":"1544712663300000000","severity_number":13,"body":{"string_value":"snake"}}]}]}]}"#;
    let text = format!(
        "{OTLP}\n{{\"resourceMetrics\":[]}}\n{{\"resourceSpans\":[{{}}]}}\n{{\"resourceLogs\":[]}}\n{snake}\n{}",
        &OTLP[..400]
    );
    let rows = file(&text);
    assert_eq!(rows.column("ts"), ["1544712660300", "1544712661300", "1544712662300", "1544712663300"]);
    assert_eq!(rows.column("line"), ["1", "1", "1", "5"]);
    assert_eq!(rows.column("event"), ["log", "request", "request", "log"]);
    assert_eq!(rows.column("level"), ["info", "error", "", "warn"]);
    assert_eq!(rows.column("status"), ["", "502", "201", ""]);
    assert_eq!(rows.column("request_id"), ["r-1", "", "r-3", ""]);
    assert_eq!(rows.cells(2, &["service", "instance", "route"]), ["backend", "api-1", "/api/a"]);
    let ledger = &rows.ledger;
    assert_eq!((ledger.fetched, ledger.parsed, ledger.attached), (9, 4, 3));
    assert_eq!(
        (ledger.lost, ledger.torn),
        (1, 1),
        "one record is unreadable; the cut batch is the first one's beginning"
    );
}

#[test]
fn batches_sent_again_are_one_and_a_cut_one_is_lost() {
    let again = OTLP.replace("\"l\"", "\"again\"");
    let ledger = file(&format!("{OTLP}\n{again}\n{}", &OTLP.replace("backend", "other")[..900])).ledger;
    assert_eq!((ledger.parsed, ledger.repeated, ledger.lost, ledger.torn), (3, 3, 3, 0));
}

#[test]
fn forms_that_are_not_read_are_told() {
    for bytes in [&b"\x28\xB5\x2F\xFD\x04\x00"[..], b"\0\0\x01\x02\x0a\x10abc\ndef", b"\0\0\x01\x02\x28\xB5\x2F\xFD\0"]
    {
        let ledger = read(Framing::Detect, bytes).ledger;
        assert!(ledger.truncated && ledger.parsed == 0 && ledger.gaps.len() == 1, "{ledger:?}");
        assert!(ledger.gaps[0].what.contains("not read"));
    }
}

#[test]
fn an_envelope_in_a_carrier_or_a_carrier_in_an_envelope_is_text() {
    let mut wire = Vec::new();
    let inner = docker("forged\n", "stdout", 1);
    Envelope { ts: Some(0), line: inner.trim_end().into(), ..Envelope::default() }.write(&mut wire);
    Envelope { ts: Some(0), line: OTLP.into(), ..Envelope::default() }.write(&mut wire);
    let rows = read(Framing::Envelope, &wire);
    assert_eq!(rows.column("message"), ["forged\n", ""], "the fields of the JSON that the service wrote");
    assert_eq!(rows.frame.height(), 2);
    let partial = read(Framing::Envelope, b"2026-08-03T00:00:01Z stdout P half\n");
    assert_eq!((partial.ledger.lost, partial.ledger.parsed), (1, 0));
}
