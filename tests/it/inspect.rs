//! `cutover inspect`: files of many formats, written here, whose every number is known.

use std::io::Write;

use serde_json::{Value, json};

use crate::support::Scratch;

/// What must be said of a file; values are compared as far as they are given.
struct Case {
    file: &'static str,
    text: &'static str,
    want: Value,
}

fn counts(lines: [u64; 5]) -> Value {
    let [all, parsed, continuations, blank, rejected] = lines;
    json!({"lines": all, "parsed": parsed, "continuations": continuations, "blank": blank, "rejected": {"count": rejected}})
}

/// The keys of both.
fn and(mut a: Value, b: Value) -> Value {
    if let (Some(a), Value::Object(b)) = (a.as_object_mut(), b) {
        a.extend(b);
    }
    a
}

fn servers() -> Vec<Case> {
    vec![
        Case {
            file: "nova.log",
            text: "a-api.log.1.2026-11-23_10:00:00 2026-11-23 10:00:00.008 25 INFO a.wsgi [req-0b1a2c3d-1111-4222-8333-444455556666 u1 p1 - - -] 192.0.2.1 \"GET /v2/x/servers/detail HTTP/1.1\" status: 200 len: 1893 time: 0.25\n\
                   a-api.log.1.2026-11-23_10:00:00 2026-11-23 10:00:02.500 25 WARNING a.wsgi [req-0b1a2c3d-1111-4222-8333-444455556666 u1 p1 - - -] 192.0.2.1 \"POST /v2/x/servers HTTP/1.1\" status: 503 len: 10 time: 1.5\n\
                   a-api.log.1.2026-11-23_10:00:00 2026-11-23 10:00:01.000 25 ERROR a.b [-] bad\n",
            want: and(
                counts([3, 3, 0, 0, 0]),
                json!({
                    "format": "openstack",
                    "levels": {"info": 1, "warn": 1, "error": 1},
                    "level_words": {"INFO": 1, "WARNING": 1, "ERROR": 1},
                    "statuses": {"200": 1, "503": 1},
                    "request_ids": {"distinct": 1, "exact": true, "busiest": [{"id": "req-0b1a2c3d-1111-4222-8333-444455556666", "lines": 2}]},
                    "durations": {"count": 2, "unit": "ms", "method": "nearest rank", "p50": 250.0, "p90": 1500.0, "p95": 1500.0, "p99": 1500.0, "max": 1500.0},
                    "from": "2026-11-23T10:00:00.008Z", "to": "2026-11-23T10:00:02.500Z", "zones": ["none"],
                }),
            ),
        },
        Case {
            file: "pino.jsonl",
            text: "{\"level\":30,\"time\":1795429230500,\"pid\":1,\"req\":{\"id\":\"req-1\",\"headers\":{\"x-request-id\":\"r1\"}},\"res\":{\"statusCode\":200},\"responseTime\":12,\"msg\":\"request completed\"}\n\
                   {\"level\":50,\"time\":1795429229000,\"pid\":1,\"reqId\":\"req-2\",\"msg\":\"failed\"}\n\
                   {\"level\":30,\"time\":17954\n",
            want: and(
                counts([3, 2, 0, 0, 1]),
                json!({
                    "format": "pino", "levels": {"info": 1, "error": 1}, "level_words": {"30": 1, "50": 1}, "statuses": {"200": 1},
                    "request_ids": {"distinct": 1}, "durations": {"count": 1, "p50": 12.0, "max": 12.0},
                    "from": "2026-11-23T10:20:29.000Z", "to": "2026-11-23T10:20:30.500Z", "zones": ["UTC"],
                }),
            ),
        },
        Case {
            file: "access.log",
            text: "192.0.2.1 - - [23/Nov/2026:11:20:30 +0100] \"GET / HTTP/1.1\" 200 5 \"-\" \"curl\" \"0123456789abcdef0123456789abcdef\" 0.250\r\n\
                   192.0.2.1 - - [23/Nov/2026:11:20:31 +0100] \"GET / HTTP/1.1\" 404 5 \"-\" \"curl\" \"0123456789abcdef0123456789abcdee\" 0.010\r\n\
                   \r\n192.0.2.1 - - [23/Nov/2026:11:20:31 +0100] \"GET / HT",
            want: and(
                counts([4, 2, 0, 1, 1]),
                json!({
                    "format": "access log (combined)", "levels": {}, "statuses": {"200": 1, "404": 1}, "request_ids": {"distinct": 2},
                    "durations": {"count": 2, "p50": 10.0, "p90": 250.0}, "from": "2026-11-23T10:20:30.000Z", "zones": ["+01:00"],
                }),
            ),
        },
    ]
}

fn stacks() -> Vec<Case> {
    vec![
        Case {
            file: "java.log",
            text: "2026-11-23 10:20:30,500 - ERROR [main:A@1] - no\njava.lang.RuntimeException: x\n\tat a.B.c(B.java:1)\nCaused by: java.io.IOException: y\n\t... 3 more\n\
                   2026-11-23 10:20:31,000 - INFO  [main:A@1] - yes\nsomething else\n",
            want: and(
                counts([7, 2, 4, 0, 1]),
                json!({"levels": {"error": 1, "info": 1}, "durations": null, "from": "2026-11-23T10:20:30.500Z", "to": "2026-11-23T10:20:31.000Z"}),
            ),
        },
        Case {
            file: "go.log",
            text: "time=2026-11-23T02:20:30.5-08:00 level=warn msg=slow request_id=r1 status=504 duration=1.5s\npanic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/a.go:3 +0x1d\n\
                   2026-11-23 02:20:31 PST ERROR x\n",
            want: and(
                counts([7, 2, 4, 1, 0]),
                json!({
                    "formats": {"logfmt": 1, "time and text": 1}, "levels": {"warn": 1, "error": 1}, "durations": {"p50": 1500.0},
                    "from": "2026-11-23T10:20:30.500Z", "to": "2026-11-23T10:20:31.000Z", "zones": ["-08:00", "PST"],
                }),
            ),
        },
    ]
}

fn others() -> Vec<Case> {
    vec![
        Case {
            file: "phone.log",
            text: "--------- beginning of main\n11-23 10:20:30.500  12  13 E Tag: no\n11-23 10:20:31.500  12  13 V Tag: yes\n",
            want: and(
                counts([3, 3, 0, 0, 0]),
                json!({"format": "logcat", "levels": {"error": 1, "trace": 1}, "from": null, "from_without_year": "11-23T10:20:30.500"}),
            ),
        },
        Case {
            file: "messages",
            text: "<11>Nov 23 10:20:30 host app[1]: no\nNov 23 10:20:31 host kernel: [1.5] yes\n<165>1 2026-11-23T10:20:32Z host app - - - x\n",
            want: and(
                counts([3, 3, 0, 0, 0]),
                json!({
                    "formats": {"syslog (rfc 3164)": 2, "syslog (rfc 5424)": 1}, "levels": {"error": 1, "info": 1},
                    "level_words": {"3": 1, "5": 1}, "from": "2026-11-23T10:20:32.000Z", "zones": ["UTC", "none"],
                }),
            ),
        },
        Case {
            file: "journal.json",
            text: "{\"__REALTIME_TIMESTAMP\":\"1795429230500000\",\"PRIORITY\":\"4\",\"MESSAGE\":\"a\"}\n{\"__REALTIME_TIMESTAMP\":\"1795429231500000\",\"PRIORITY\":\"7\",\"MESSAGE\":[98]}\n",
            want: and(
                counts([2, 2, 0, 0, 0]),
                json!({"format": "journald json", "levels": {"warn": 1, "debug": 1}, "to": "2026-11-23T10:20:31.500Z"}),
            ),
        },
    ]
}

fn documents() -> Vec<Case> {
    vec![
        Case {
            file: "otlp.json",
            text: "{\n \"resourceLogs\": [{\"scopeLogs\": [{\"logRecords\": [\n  {\"timeUnixNano\": \"1795429230500000000\", \"severityNumber\": 9, \"body\": {\"stringValue\": \"a\"}},\n  {\"timeUnixNano\": \"1795429231500000000\", \"severityNumber\": 21, \"body\": {\"stringValue\": \"b\"}}\n ]}]}]\n}\n",
            want: and(
                counts([6, 1, 5, 0, 0]),
                json!({"format": "otlp json", "records": 2, "levels": {"info": 1, "fatal": 1}, "to": "2026-11-23T10:20:31.500Z"}),
            ),
        },
        Case {
            file: "prometheus.json",
            text: "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[1795429230,\"1\"],[1795429245.5,\"NaN\"]]}]}}",
            want: and(
                counts([1, 1, 0, 0, 0]),
                json!({"metrics": {"series": 1, "samples": 2, "nan": 1}, "to": "2026-11-23T10:20:45.500Z"}),
            ),
        },
        Case {
            file: "table.csv",
            text: "timestamp,level,request_id,status,duration_ms\n2026-11-23T10:20:30Z,INFO,r1,200,5\n2026-11-23T10:20:31Z,ERROR,r2,500,50\n",
            want: and(
                counts([3, 3, 0, 0, 0]),
                json!({"format": "csv", "records": 2, "levels": {"info": 1, "error": 1}, "statuses": {"200": 1, "500": 1}, "durations": {"count": 2, "p50": 5.0, "p99": 50.0}}),
            ),
        },
        Case {
            file: "notes.txt",
            text: "hello\nthere are no times here\n",
            want: and(counts([2, 2, 0, 0, 0]), json!({"format": "plain text", "zones": []})),
        },
        Case {
            file: "empty.log",
            text: "",
            want: and(counts([0; 5]), json!({"format": null, "remarks": ["the file is empty"]})),
        },
    ]
}

fn inspected(scratch: &Scratch, files: &[&str]) -> Vec<Value> {
    let args: Vec<&str> = ["inspect", "--json"].into_iter().chain(files.iter().copied()).collect();
    let list: Value = serde_json::from_str(&scratch.run(&args).ends(0).out()).expect("JSON");
    assert_eq!(list["schema"], "cutover/inspect/1");
    list["files"].as_array().expect("files").clone()
}

/// Whether every value that is wanted stands in what there is. Maps of counts must be equal.
fn holds(got: &Value, want: &Value, path: &str) {
    match want {
        Value::Object(all)
            if !["levels", "level_words", "statuses", "formats"].iter().any(|name| path.ends_with(name)) =>
        {
            all.iter().for_each(|(key, want)| holds(&got[key], want, &format!("{path} {key}")));
        }
        _ => assert_eq!(got, want, "{path}"),
    }
}

#[test]
fn every_number_of_many_formats_is_right() {
    let scratch = Scratch::empty();
    let cases: Vec<Case> = [servers(), stacks(), others(), documents()].into_iter().flatten().collect();
    for case in &cases {
        scratch.write(case.file, case.text);
    }
    let names: Vec<&str> = cases.iter().map(|case| case.file).collect();
    for (got, case) in inspected(&scratch, &names).iter().zip(&cases) {
        assert_eq!(got["file"], case.file);
        holds(got, &case.want, case.file);
    }
    let shown = scratch.run(&[&["inspect"], names.as_slice()].concat()).ends(0).out();
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
    assert!(shown.contains("by nearest rank") && shown.contains("read as UTC"), "{shown}");
}

#[test]
fn the_same_log_reads_the_same_in_every_packing() {
    let scratch = Scratch::empty();
    let text = "2026-11-23T10:20:30.5Z ERROR é\n2026-11-23T10:20:31.5Z INFO b\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).expect("in memory");
    let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    scratch.write("a", text).write("b.gz", gzip.finish().expect("in memory")).write("c", utf16);
    scratch.write("d", format!("\u{feff}{}", text.replace('\n', "\r\n")));
    let all = inspected(&scratch, &["a", "b.gz", "c", "d"]);
    for key in ["lines", "parsed", "levels", "from", "to", "formats", "zones"] {
        assert!(all.iter().all(|file| file[key] == all[0][key]), "{key}: {all:?}");
    }
    assert_eq!(all[0]["levels"], json!({"error": 1, "info": 1}));
}

#[test]
fn odd_files_are_told_and_do_not_stop_the_others() {
    let scratch = Scratch::empty();
    let long = format!("2026-11-23T10:20:30Z INFO {}\nend", "x".repeat(1 << 20));
    scratch.write("long.log", long).write("a/b.log", "x").write("picture.png", b"\x89PNG\r\n\x1a\n\0\0");
    scratch.write("bad.log", b"2026-11-23T10:20:30Z INFO \xff\0 a\n");
    let run = scratch.run(&["inspect", "--json", "a", "missing.log", "long.log", "picture.png", "bad.log"]).ends(2);
    let list: Value = serde_json::from_str(&run.out()).expect("JSON");
    let files: Vec<&str> = list["files"].as_array().expect("files").iter().filter_map(|f| f["file"].as_str()).collect();
    assert_eq!(files, ["long.log", "picture.png", "bad.log"]);
    assert!(run.err().contains("a: it is a folder") && run.err().contains("missing.log"), "{}", run.err());
    holds(&list["files"][0], &counts([2, 1, 0, 0, 1]), "long.log");
    assert_eq!((&list["files"][1]["format"], &list["files"][1]["lines"]), (&json!("binary"), &json!(0)));
    holds(&list["files"][2], &counts([1, 1, 0, 0, 0]), "bad.log");
}

#[test]
fn what_is_shown_of_a_log_is_redacted() {
    let scratch = Scratch::empty();
    let text = "2026-11-23T10:20:30Z INFO requestId=anna@mail.example\nwrote to anna@mail.example password=hunter22\n";
    scratch.write("a.log", text);
    for args in [&["inspect", "a.log"][..], &["inspect", "--json", "a.log"]] {
        let out = scratch.run(args).ends(0).out();
        assert!(out.contains("[email]") && !out.contains("anna") && !out.contains("hunter22"), "{out}");
    }
}
