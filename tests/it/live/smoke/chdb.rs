//! Modern types, and answers that break off.

use crate::live::chdb::{Break, Chdb};
use crate::live::http::{Answer, send};

const TABLE: &str = "CREATE TABLE otel_logs (Timestamp DateTime64(9), Body String,
    LogAttributes Map(LowCardinality(String), String)) ENGINE = MergeTree ORDER BY Timestamp";

fn ask(server: &Chdb, parameters: &[(&str, &str)], statement: &'static str) -> Result<Answer, String> {
    send(|client| client.post(server.url()).query(parameters).body(statement))
}

#[test]
fn the_collectors_types_go_in_and_come_out() {
    let Some(server) = Chdb::start() else { return };
    server.sql(TABLE);
    server.sql(
        "INSERT INTO otel_logs VALUES ('2026-08-03 00:00:00.123456789', 'a\\tb', {'x-request-id': 'r1'}), \
         ('2026-08-02 00:00:00', 'before', {})",
    );
    let parameters = [("param_from", "2026-08-03 00:00:00"), ("readonly", "2"), ("max_threads", "2")];
    let rows = ask(
        &server,
        &parameters,
        "SELECT Timestamp, Body, LogAttributes['x-request-id'] AS id FROM otel_logs
         WHERE Timestamp >= {from:DateTime64(9)} FORMAT JSONEachRow",
    );
    let row = rows.expect("an answer").is(200).json();
    assert_eq!(row["Timestamp"], "2026-08-03 00:00:00.123456789");
    assert_eq!((row["Body"].as_str(), row["id"].as_str()), (Some("a\tb"), Some("r1")));

    let arrow = ask(&server, &[("default_format", "ArrowStream")], "SELECT * FROM otel_logs").expect("an answer");
    assert_eq!(arrow.is(200).body.get(..4), Some(&[0xff; 4][..]), "the mark that begins an Arrow stream");
    let refused = ask(&server, &parameters[1..2], "DROP TABLE otel_logs").expect("an answer").is(500);
    assert_eq!(refused.header("x-clickhouse-exception-code"), Some("164"));
    let missing = ask(&server, &[], "SELECT * FROM nothing").expect("an answer").is(404);
    assert!(missing.text().starts_with("Code: 60. DB::Exception:"), "{}", missing.text());
    let setting =
        ask(&server, &[("max_result_rows", "1"), ("result_overflow_mode", "throw")], "SELECT * FROM otel_logs");
    assert!(setting.expect("an answer").text().starts_with("Code: 396."));
    assert_eq!(server.sql("SELECT count() FROM otel_logs"), "2\n", "that setting was for one statement");
}

#[test]
fn an_answer_breaks_off_as_ordered() {
    let Some(server) = Chdb::start() else { return };
    let many = || ask(&server, &[], "SELECT number FROM numbers(100000)");
    server.break_next(Break::Plain, 5_000);
    let plain = many().expect("an answer").is(200).text();
    assert!(plain.starts_with("0\n1\n") && plain.ends_with("(MEMORY_LIMIT_EXCEEDED)\n"), "{}", plain.len());
    for how in [Break::Tagged, Break::Cut] {
        server.break_next(how, 5_000);
        let error = many().expect_err("no proper end");
        assert!(error.contains("Body") || error.contains("Decode") || error.contains("Incomplete"), "{error}");
    }
    assert_eq!(many().expect("an answer").is(200).text().lines().count(), 100_000);
}
