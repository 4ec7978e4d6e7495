//! The logs of a beta in real ClickHouse servers: the same verdicts as from their files, a shard that is lost, an answer
//! that breaks off.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::chdb::{Break, Chdb};
use super::clickhouse::ClickHouse;
use crate::carriers::{same_verdicts, time, unpacked};
use crate::contract::{Held, beta, collect};
use crate::support::{MOBILE_BETA, Scratch, files};

/// Sources of the sample whose files go into the table, as they stand in its configuration.
const SOURCES: [(&str, &str, &str); 4] = [
    ("logs/backend/", "logs/backend/*.log*", "trading-backend"),
    ("logs/platform/", "logs/platform/*.log*", "platform-service"),
    ("logs/gateway/api", "logs/gateway/api-access*", "gateway-api"),
    ("logs/gateway/platform", "logs/gateway/platform-access*", "gateway-platform"),
];

/// Time (milliseconds), service and text of every line of those sources.
fn lines() -> Vec<(i64, &'static str, String)> {
    let scratch = &MOBILE_BETA.0;
    let mut all = Vec::new();
    for file in files(&scratch.path().join("logs")) {
        let name = format!("logs/{}", file.display());
        let (_, _, service) = SOURCES.iter().find(|(start, _, _)| name.starts_with(start)).expect("a source");
        let mut at = 1_788_000_000_000;
        for line in unpacked(&scratch.read(&name)).split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
            at = time(line).or_else(|| stamped(line)).unwrap_or(at);
            all.push((at, *service, String::from_utf8_lossy(line).into_owned()));
        }
    }
    assert!(all.len() > 9000, "{} lines", all.len());
    all
}

/// The time of a line of the platform service, or of its gateway.
fn stamped(line: &[u8]) -> Option<i64> {
    let text = String::from_utf8_lossy(line);
    if let Ok(line) = serde_json::from_str::<Value>(&text) {
        return Some(line["timestamp"].as_str()?.parse::<jiff::Timestamp>().ok()?.as_millisecond());
    }
    let stamp = text.split_once('[')?.1.split_once(']')?.0;
    Some(jiff::Zoned::strptime("%d/%b/%Y:%H:%M:%S %z", stamp).ok()?.timestamp().as_millisecond())
}

/// The sample with these sources in a table instead of files.
fn from_table(url: &str, table: &str) -> Scratch {
    let scratch = Scratch::sample("mobile-beta");
    let mut text = scratch.text("cutover.toml");
    for (_, paths, service) in SOURCES {
        let written = format!("kind  = \"files\"\npaths = [\"{paths}\"]");
        assert!(text.contains(&written), "{paths}");
        let asked = format!(
            "kind  = \"clickhouse\"\nurl = \"{url}\"\nlog-table = \"{table}\"\nonly = \"ServiceName = '{service}'\"\nattempts = 2"
        );
        text = text.replace(&written, &asked);
    }
    scratch.write("cutover.toml", text);
    scratch
}

/// The exporter's columns as an old server can have them.
const OLD: &str = "(Timestamp DateTime, ServiceName String, SeverityText String, Body String,
    LogAttributes Nested(key String, value String)) ENGINE = MergeTree ORDER BY (ServiceName, Timestamp)";

/// Two servers with half of the lines each, and the table over both.
fn two_shards(lines: &[(i64, &str, String)]) -> Option<(ClickHouse, ClickHouse)> {
    let (first, second) = ClickHouse::pair()?;
    for (at, server) in [&first, &second].into_iter().enumerate() {
        server.sql(&format!("CREATE TABLE otel_logs {OLD}"));
        server.sql("CREATE TABLE all_logs AS otel_logs ENGINE = Distributed(two, default, otel_logs, rand())");
        let mut rows = String::new();
        for (ms, service, line) in lines.iter().skip(at).step_by(2) {
            let row = json!({"Timestamp": ms / 1000, "ServiceName": service, "SeverityText": "", "Body": line,
                "LogAttributes.key": ["host"], "LogAttributes.value": ["node-1"]});
            writeln!(rows, "{row}").expect("text");
        }
        server.sql(&format!("INSERT INTO otel_logs FORMAT JSONEachRow\n{rows}"));
    }
    Some((first, second))
}

#[test]
fn two_shards_give_the_verdicts_of_the_files_and_one_alone_gives_none() {
    let Some((first, mut second)) = two_shards(&lines()) else { return };
    let scratch = from_table(&first.url(), "all_logs");
    scratch.run(&["signoff", "--format", "json", "--out", "packet"]).ends(0);
    let plain = MOBILE_BETA.0.json("packet/signoff.json");
    same_verdicts(&scratch.json("packet/signoff.json"), &plain);
    second.stop();
    let alone = from_table(&first.url(), "all_logs");
    alone.run(&["signoff", "--format", "json", "--out", "packet"]).ends(11);
    let held = Held::of(&alone, "backend");
    assert!(held.rows == 0 && held.gaps[0].contains("Code: 279"), "{} {:?}", held.rows, held.gaps);
    assert!(!alone.json("packet/signoff.json")["decision"]["because"].as_array().expect("reasons").is_empty());
}

/// The exporter's table as the collector makes it.
const NEW: &str =
    "CREATE TABLE otel_logs (Timestamp DateTime64(9), TimestampTime DateTime DEFAULT toDateTime(Timestamp),
    TraceId String, SeverityText LowCardinality(String), SeverityNumber UInt8, ServiceName LowCardinality(String),
    Body String, ResourceAttributes Map(LowCardinality(String), String),
    LogAttributes Map(LowCardinality(String), String), EventName String)
    ENGINE = MergeTree PARTITION BY toDate(TimestampTime) ORDER BY (ServiceName, TimestampTime, Timestamp)";

#[test]
fn the_exporters_table_gives_the_verdicts_of_the_files() {
    let Some(engine) = Chdb::start() else { return };
    engine.sql(NEW);
    let mut rows = String::new();
    for (ms, service, line) in lines() {
        let at = format!("{:.9}", jiff::Timestamp::from_millisecond(ms).expect("a time").strftime("%s%.9f"));
        let row = json!({"Timestamp": at, "ServiceName": service, "Body": line,
            "ResourceAttributes": {"host.name": "node-1"}, "LogAttributes": {"log.file.name": "out.log"}});
        writeln!(rows, "{row}").expect("text");
    }
    engine.sql(&format!("INSERT INTO otel_logs (Timestamp, ServiceName, Body, ResourceAttributes, LogAttributes) FORMAT JSONEachRow\n{rows}"));
    let scratch = from_table(&engine.url(), "otel_logs");
    scratch.run(&["signoff", "--format", "json", "--out", "packet"]).ends(0);
    let plain = MOBILE_BETA.0.json("packet/signoff.json");
    same_verdicts(&scratch.json("packet/signoff.json"), &plain);
}

#[test]
fn an_answer_that_breaks_off_is_a_gap_in_every_form() {
    let Some(engine) = Chdb::start() else { return };
    engine.sql(NEW);
    engine.sql(
        "INSERT INTO otel_logs (Timestamp, ServiceName, Body) SELECT toDateTime64('2026-05-02 00:00:00', 9) + number,
         'api', concat('{\"level\":30,\"time\":', toString(1777680000000 + number * 1000), ',\"msg\":\"m\"}') FROM numbers(3000)",
    );
    let source = format!(
        "[[source]]\nname = \"table\"\ntable = \"logs\"\nkind = \"clickhouse\"\nurl = \"{}\"\nattempts = 1\nwindow = \"24h\"\n",
        engine.url()
    );
    for how in [Break::Tagged, Break::Plain, Break::Cut] {
        let scratch = beta(&source);
        engine.break_next(how, 100_000);
        collect(&scratch).ends(0);
        let held = Held::of(&scratch, "table");
        assert!(held.rows == 0 && held.gaps.len() == 1, "{how:?}: {} rows, {:?}", held.rows, held.gaps);
        collect(&scratch).ends(0);
        let held = Held::of(&scratch, "table");
        assert_eq!((held.rows, held.gaps), (3000, Vec::new()), "{how:?}, then well");
    }
}

#[test]
fn a_reader_without_rights_to_set_anything_still_reads() {
    let Some(server) = ClickHouse::start() else { return };
    server.sql(&format!("CREATE TABLE otel_logs {OLD}"));
    server.sql(
        "INSERT INTO otel_logs (Timestamp, ServiceName, Body) VALUES ('2026-05-02 00:00:00', 'api', 'plain text')",
    );
    let source = |user: &str| {
        format!(
            "[[source]]\nname = \"table\"\ntable = \"logs\"\nkind = \"clickhouse\"\nurl = \"{}\"\nattempts = 1\nuser = \"{user}\"\npassword = {{ file = \"password\" }}\n",
            server.url()
        )
    };
    let scratch = beta(&source("report"));
    scratch.write("password", "s3cret\n");
    collect(&scratch).ends(0);
    assert_eq!(Held::of(&scratch, "table").rows, 1);
    scratch.write("password", "wrong\n").write("cutover.toml", scratch.text("cutover.toml") + "only = \"1 = 1\"\n");
    let run = collect(&scratch).ends(0);
    let held = Held::of(&scratch, "table");
    assert!(held.gaps[0].contains("Code: 193") && !run.err().contains("wrong"), "{:?}", held.gaps);
}
